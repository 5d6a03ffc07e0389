"""What would it take: the clock stops a week that bring a list to a standard by a date, and the lists and clinics for them.

Two aims are told apart. To clear the cohort is to have nobody (or few) over the standard at the date; to reach a
sustainable size is to have a list short enough to go on meeting it. The first can be had without the second, and then
the long waits come back. It does not say where staff or theatres are to come from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import gammaincinv

from lsc_analytics.errors import ParameterError
from lsc_analytics.models import cohorts
from lsc_analytics.models.futures import ORDERS, Ahead, Change, Future, Order, play
from lsc_analytics.models.queueing import MISSED_AT_TARGET, weeks_of_demand
from lsc_analytics.parameters import Capacity, Standard
from lsc_analytics.parameters.scenario import Conversion, StopShares
from lsc_analytics.reference import month_words, months_between
from lsc_analytics.tables import CAPACITY_ACTIVITY, CAPACITY_NEEDED

_SEARCHED = 200  # draws: a tenth of them still tell where nine in ten lie
_TOLERANCE = 0.05  # clock stops a week
_LEAST = 1e-3  # pathways: keeps a logarithm of none finite
_KEY = ["as_of", "provider_code", "treatment_function_code", "standard_weeks", "allowed_over_percent", "target_month",
        "order", "aim"]  # fmt: skip


@dataclass(frozen=True)
class Goal:
    """A standard and its date: at most so many percent of the list over so many weeks at a month's end; 0 is nobody."""

    weeks: int
    allowed_over_percent: float
    by: str


def goal_of(standard: Standard, needed: float, by: str) -> Goal:
    """A standard of the registry as a goal.

    Args:
        standard: A share within, a share over or a count over; a count is taken as nobody, which all such standards ask.
        needed: What it asks of this list: its value, or the greater figure that an improvement on a baseline comes to
            (`needed` of `tables.RTT_STANDING`).
        by: Month at whose end it is to be met.

    >>> from lsc_analytics.parameters import standards
    >>> known = {standard.id: standard for standard in standards().standards}
    >>> goal_of(known["rtt_18_weeks_2029"], 92, "2026-07")
    Goal(weeks=18, allowed_over_percent=8, by='2026-07')
    """
    if standard.rule == "count_over_at_most":
        return Goal(standard.weeks, 0, by)
    return Goal(standard.weeks, 100 - needed if standard.rule == "share_within_at_least" else needed, by)


def strictest(standards: Iterable[Standard], weeks: int, by: str) -> Goal:
    """The strictest of the registry's RTT standards of so many weeks, improvements on a baseline left out.

    Raises:
        ParameterError: The registry has no such standard.
    """
    goals = [
        goal_of(standard, standard.value, by)
        for standard in standards
        if standard.family == "rtt" and standard.weeks == weeks and standard.improvement is None
    ]
    if not goals:
        raise ParameterError(
            f"There is no standard of {weeks} weeks.",
            "Ask for one of parameters/standards.yml, such as 18, 52 or 65.",
            parameter="standard_weeks",
        )
    return min(goals, key=lambda goal: goal.allowed_over_percent)


def needed(ahead: Ahead, goals: Iterable[Goal], capacity: Capacity) -> pd.DataFrame:
    """How many clock stops a week bring the list to each standard by its date?

    Capacity changes from `first_month_ahead` on, since published months come late. The same number of clock stops a
    week is added to what each draw expects in every month from then to the date; a draw's need is the least that
    reaches the aim in that draw, found by a root search (more stops never leave more over the standard), all draws with the
    same demand, exit rates and chances. So a tenth, half and nine tenths of the draws give 10, 50 and 90%.

    - `clear_cohort`: at the date no more are over the standard than allowed. In the order `as_now` the extra stops go
      to whom exit rates send them, most of them short waiters; `longest_first` gives them to the longest waiters.
    - `sustainable_size`: at the date the list is no longer than demand times the healthy weeks of demand, those of
      exponential waits (`queueing.weeks_of_demand`; where nobody may be over, 1.8% as in the queueing target). How many
      leave sets the size, so both orders need the same stops; who has them sets how many are over the standard then.

    Net removals are kept as expected; a much shorter list would have fewer, so large needs are understated.

    Args:
        ahead: What is expected of the list.
        goals: Standards and dates.
        capacity: When capacity can change.

    Returns:
        `tables.CAPACITY_NEEDED`: a row a goal, order and aim.

    Raises:
        ParameterError: A date before capacity can change, or beyond what is forecast.
    """
    ahead = ahead.of_draws(np.arange(0, len(ahead.stops), max(1, len(ahead.stops) // _SEARCHED)))
    expected = play(ahead, Change.none(ahead), "as_now")
    rows = []
    for goal in goals:
        begins, ends = _between(ahead, goal, capacity)
        for order in ORDERS:
            cleared = _to_clear(ahead, expected, goal, begins, ends, order)
            rows.append(_row(ahead, expected, goal, begins, ends, order, "clear_cohort", cleared))
            size = _sustainable(ahead, goal, ends)
            above = (expected.closing[:, ends - 1] - size) / ahead.weeks[begins - 1 : ends].sum()
            rows.append(_row(ahead, expected, goal, begins, ends, order, "sustainable_size", above, size))
    if not rows:
        return CAPACITY_NEEDED.empty()
    return CAPACITY_NEEDED.check(pd.DataFrame(rows))


def activity(told: pd.DataFrame, capacity: Capacity) -> pd.DataFrame:
    """How many more theatre lists and clinics a month is that?

    Extra clock stops are split between admitted and non-admitted as the list's last twelve months were. Theatre lists:
    admitted stops over the share of cases that stop a clock, over the cases a list holds; clinics likewise. Two mixes:
    lists and clinics that hold the waiting list only, and lists and clinics filled as usual, most of which stop no clock.
    The first appointments that later admissions need are not counted again.

    Args:
        told: `tables.CAPACITY_NEEDED`.
        capacity: What lists and clinics hold.

    Returns:
        `tables.CAPACITY_ACTIVITY`: a row each row of `told`, mix and activity.
    """
    frames = []
    for mix, shares in (("booked_from_list", capacity.booked_from_list), ("usual_mix", capacity.usual_mix)):
        for name in ("theatre_lists", "clinics"):
            frame = told[_KEY].assign(mix=mix, activity=name, source=shares.source)
            for column in ("lower_80", "median", "upper_80"):
                frame[column] = [
                    _activity(extra * _weeks_a_month(first, last), admitted, shares, capacity.conversion(code), name)
                    for extra, first, last, admitted, code in zip(
                        told[f"extra_{column}"].clip(lower=0), told["first_month"], told["target_month"],
                        told["admitted_share"], told["treatment_function_code"], strict=True,
                    )
                ]  # fmt: skip
            frames.append(frame)
    return CAPACITY_ACTIVITY.check(pd.concat(frames, ignore_index=True))


def _between(ahead: Ahead, goal: Goal, capacity: Capacity) -> tuple[int, int]:
    """The months ahead from which and until which capacity is added."""
    begins = capacity.first_month_ahead
    if goal.by not in ahead.months[begins - 1 :]:
        first, last = ahead.months[begins - 1], ahead.months[-1]
        raise ParameterError(
            f"{goal.by} is not a month by which more capacity could bring the list to a standard.",
            f"As of {month_words(ahead.as_of)} name one from {first} to {last}.",
            parameter="by",
        )
    return begins, ahead.months.index(goal.by) + 1


def _to_clear(ahead: Ahead, expected: Future, goal: Goal, begins: int, ends: int, order: Order) -> np.ndarray:
    """The fewest extra clock stops a week, one a draw, with which no more are over the standard than allowed.

    Less than no clock stops at all is not asked for: where even then enough is reached, that is the answer.
    """
    # Nothing differs before capacity can change, so each try begins at that month.
    later = ahead.months_from(begins, ends, expected.bands[:, begins - 2] if begins > 1 else None)
    weeks = later.weeks.sum()
    fewest = -later.stops.sum(axis=1) / weeks
    joining = later.clock_starts - np.minimum(later.removals, 0.0)
    most = (later.start.sum(axis=-1) + joining.sum(axis=1)) / weeks  # nobody is left waiting

    def too_many(weekly: np.ndarray, draw: np.ndarray) -> np.ndarray:
        tried = later.of_draws(draw)
        return _excess(tried, _with_extra(tried, weekly, order), goal)

    from scipy.optimize.elementwise import find_root  # a quarter of a second, which only this asks for

    draws = np.arange(len(fewest))
    found = find_root(too_many, (fewest, most), args=(draws,), tolerances={"xatol": _TOLERANCE}, maxiter=40)
    return np.where(too_many(fewest, draws) <= 0, fewest, np.where(found.success, found.x, most))


def _with_extra(ahead: Ahead, weekly: np.ndarray, order: Order, months: np.ndarray | float = 1.0) -> Future:
    """The list with so many more clock stops a week, one figure a draw, in the months marked 1."""
    extra = np.broadcast_to(weekly, ahead.stops.shape[:1])[:, None] * ahead.weeks * months
    return play(ahead, replace(Change.none(ahead), more_stops=extra), order)


def _excess(ahead: Ahead, future: Future, goal: Goal, month: int = -1) -> np.ndarray:
    """How far a list is over what is allowed, one a draw: 0 or less where the goal is reached.

    A draw's expected count mu becomes a whole one by the chance u that the draw has (`futures.counts`): at most a, that
    is u <= P(Poisson(mu) <= a), exactly while mu is at most the inverse of the regularised gamma function of a + 1 at
    1 - u. So nobody being over takes more than an expected count that rounds to none, and the search sees no steps. The
    difference is of logarithms, so that few are seen as well as many.
    """
    bands = future.bands[:, month]
    at_most = np.floor(bands.sum(axis=1) * goal.allowed_over_percent / 100)
    enough = gammaincinv(at_most + 1, 1 - ahead.chances[:, month, -1])
    return np.log(cohorts.over(bands, goal.weeks) + _LEAST) - np.log(enough + _LEAST)


def _sustainable(ahead: Ahead, goal: Goal, ends: int) -> np.ndarray:
    """How long the list may be, one figure a draw."""
    demand = ahead.clock_starts[:, :ends].sum(axis=1) / ahead.weeks[:ends].sum()
    return demand * weeks_of_demand(1 - (goal.allowed_over_percent / 100 or MISSED_AT_TARGET), goal.weeks)


def _row(
    ahead: Ahead, expected: Future, goal: Goal, begins: int, ends: int, order: Order, aim: str, extra: np.ndarray,
    size: np.ndarray | None = None,
) -> dict[str, object]:  # fmt: skip
    """One row of `CAPACITY_NEEDED`, of the extra clock stops a week that each draw needs."""
    span = slice(begins - 1, ends)
    weeks = ahead.weeks[span].sum()
    now = expected.stops[:, span].sum(axis=1) / weeks
    extra = np.maximum(extra, -now)
    ten, half, ninety = np.quantile(extra, [0.1, 0.5, 0.9])
    in_all = np.quantile(now + extra, [0.1, 0.5, 0.9])
    adding = np.array([float(begins <= month <= ends) for month in range(1, len(ahead.months) + 1)])
    reached = _with_extra(ahead, half, order, adding)
    over = np.median(cohorts.over(reached.bands, goal.weeks), axis=0)
    hold = (ahead.clock_starts - expected.removals).sum(axis=1) / ahead.weeks.sum()
    met = _excess(ahead, expected, goal, ends - 1) <= 0 if size is None else expected.closing[:, ends - 1] <= size
    after = len(ahead.months) > ends
    return {
        "as_of": ahead.as_of,
        "provider_code": ahead.provider_code,
        "treatment_function_code": ahead.treatment_function_code,
        "standard_weeks": goal.weeks,
        "allowed_over_percent": float(goal.allowed_over_percent),
        "target_month": goal.by,
        "order": order,
        "aim": aim,
        "first_month": ahead.months[begins - 1],
        "list_to_reach": float(np.median(reached.closing[:, ends - 1] if size is None else size)),
        "list_as_now": float(np.median(expected.closing[:, ends - 1])),
        "chance_as_now": float(met.mean()),
        "stops_as_now": float(np.median(now)),
        "stops_lower_80": in_all[0],
        "stops_median": in_all[1],
        "stops_upper_80": in_all[2],
        "extra_lower_80": ten,
        "extra_median": half,
        "extra_upper_80": ninety,
        "admitted_share": ahead.admitted_share,
        "stops_to_hold": max(float(np.median(hold)), 0.0),
        "later_month": ahead.months[-1] if after else None,
        "over_at_date": float(over[ends - 1]),
        "over_later": float(over[-1]) if after else np.nan,
    }


def _weeks_a_month(first: str, last: str) -> float:
    return float(np.mean([cohorts.weeks_in(month) for month in months_between(first, last)]))


def _activity(monthly: float, admitted_share: float, shares: StopShares, holds: Conversion, activity: str) -> float:
    """Lists or clinics a month for so many clock stops a month.

    >>> from lsc_analytics.parameters import capacity
    >>> told = capacity()  # 30 stops, 40% admitted: 12 of 90% of the cases on lists of three
    >>> round(_activity(30, 0.4, told.booked_from_list, told.conversion("C_110"), "theatre_lists"), 1)
    4.4
    """
    if activity == "theatre_lists":
        return monthly * admitted_share / (shares.inpatient_percent / 100) / holds.cases_per_list
    return monthly * (1 - admitted_share) / (shares.outpatient_percent / 100) / holds.slots_per_clinic
