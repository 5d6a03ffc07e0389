"""What if demand fell, lists were added, the list were validated: each scenario beside the list as it is expected to go.

It turns a scenario of `parameters/scenarios/` into changed flows and lets `futures` play them. What the figures of a
scenario rest on is in its file; most are assumptions.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from lsc_analytics.models.futures import Ahead, Change, Drive, Order, counts, play
from lsc_analytics.parameters import Capacity, Scenario
from lsc_analytics.parameters import scenario as levers
from lsc_analytics.reference import add_months
from lsc_analytics.tables import RTT_SCENARIOS


def compare(ahead: Ahead, scenarios: Mapping[str, Scenario], capacity: Capacity, order: Order) -> pd.DataFrame:
    """How does each scenario differ from the list as it is expected to go?

    Args:
        ahead: What is expected of the list.
        scenarios: By name.
        capacity: What extra lists and clinics come to in clock stops.
        order: Who has the extra clock stops: see `futures.play`.

    Returns:
        `tables.RTT_SCENARIOS`, a row a scenario, measure and month. Differences are taken draw by draw, both futures
        having the same demand and the same chances, so their interval is that of the change, not of the forecast.
    """
    as_now = counts(ahead, play(ahead, Change.none(ahead), order))
    frames = []
    for name, scenario in scenarios.items():
        told = as_now
        if scenario.changes:
            told = counts(ahead, play(ahead, change_of(scenario, ahead, capacity), order))
        frames += [
            _rows(told[measure], as_now[measure], ahead).assign(
                scenario=name, title=scenario.title, source=scenario.source, measure=measure
            )
            for measure in told
        ]
    if not frames:
        return RTT_SCENARIOS.empty()
    return RTT_SCENARIOS.check(
        pd.concat(frames, ignore_index=True).assign(
            as_of=ahead.as_of,
            provider_code=ahead.provider_code,
            treatment_function_code=ahead.treatment_function_code,
            order=order,
        )
    )


def change_of(scenario: Scenario, ahead: Ahead, capacity: Capacity) -> Change:
    """What a scenario changes in the flows of a list.

    Extra theatre lists: lists x cases a list x the share of cases that stop a clock. Extra clinics: clinics x slots x
    the share of attendances that do. Fewer follow-ups: non-admitted stops over the share of attendances that stop a
    clock gives all attendances; of these the follow-ups; the percent of them not booked, the part reused, over the
    follow-up slots that make a first one, gives first attendances, which stop clocks at the share booked from the list.
    """
    starts, stops = np.zeros_like(ahead.clock_starts), np.zeros_like(ahead.stops)
    holds, extra = capacity.conversion(ahead.treatment_function_code), capacity.booked_from_list
    drives = []
    for lever in scenario.changes:
        at = months_of(lever, ahead)
        if isinstance(lever, levers.Demand):
            starts += at * ahead.clock_starts * lever.percent / 100
        elif isinstance(lever, levers.ExtraLists):
            admitted = lever.theatre_lists * holds.cases_per_list * extra.inpatient_percent / 100
            seen = lever.clinics * holds.slots_per_clinic * extra.outpatient_percent / 100
            stops += at * (admitted + seen)
        elif isinstance(lever, levers.FollowUps):
            attendances = ahead.stops * (1 - ahead.admitted_share) / (capacity.usual_mix.outpatient_percent / 100)
            follow_ups = attendances * holds.follow_ups_per_first / (1 + holds.follow_ups_per_first)
            slots = follow_ups * -lever.percent / 100 * lever.reused_percent / 100
            stops += at * slots / capacity.follow_ups_for_one_first * extra.outpatient_percent / 100
        elif isinstance(lever, levers.TheatreProductivity):
            stops += at * ahead.stops * ahead.admitted_share * lever.percent / 100
        elif isinstance(lever, levers.LostCapacity):
            stops -= at * ahead.stops * lever.percent / 100
        else:
            by_wait = {weeks: percent / 100 for weeks, percent in lever.share_by_wait.items()}
            drives.append(Drive(at * lever.percent_of_list / 100, by_wait))
    return Change(starts, stops, tuple(drives))


def months_of(dated: levers.Dated, ahead: Ahead) -> np.ndarray:
    """In which of the months ahead a change holds: 1 there, else 0."""
    begins, ends = (
        add_months(ahead.as_of, when) if isinstance(when, int) else when or ahead.months[-1]
        for when in (dated.begins, dated.ends)
    )
    return np.array([float(begins <= month <= ends) for month in ahead.months])


def _rows(told: np.ndarray, as_now: np.ndarray, ahead: Ahead) -> pd.DataFrame:
    difference = told - as_now
    lower, median, upper = np.quantile(told, [0.1, 0.5, 0.9], axis=0)
    return pd.DataFrame(
        {"target_month": ahead.months, "mean": told.mean(axis=0), "median": median, "lower_80": lower, "upper_80": upper,
         "difference_mean": difference.mean(axis=0), "difference_lower_80": np.quantile(difference, 0.1, axis=0),
         "difference_upper_80": np.quantile(difference, 0.9, axis=0)}
    )  # fmt: skip
