"""A waiting list as a queue: its load, how long a list may be and still meet a standard, and what brings it there.

The formulas are steady-state rules of thumb for a list seen in about the order of joining. They know neither bands nor
seasons: `capacity` asks the cohorts what a standard takes by a date.

Sources: Fong and others, Understanding Waiting Lists Pressures, 2022 (medRxiv 2022.08.23.22279117), and Little's law.
Sources disagree in two places. The target capacity has been written with a numerator of 2(1 + 4F), of cvD^2 + cvC^2, and
of ((cvD^2 + cvC^2) / 2) times a factor of 4; the last, in the code that NHS-R keeps, is taken here. The two in the
pressure is questioned there too; it is kept, since a list that just meets its target then has a pressure of at most one
half. The target mean wait is given as a quarter to a sixth of the standard; a quarter is taken.
"""

from __future__ import annotations

import math

import pandas as pd

from lsc_analytics.models.cohorts import weeks_in
from lsc_analytics.reference import add_months, months_between
from lsc_analytics.tables import QUEUE_MEASURES, RTT_FLOWS

_MONTHS = 12  # each season once
MISSED_AT_TARGET = math.exp(-4)  # 1.8%: who waits beyond the standard when the mean is a quarter of it


def load(demand: float, capacity: float) -> float:
    """How full is the service: demand over capacity, both pathways a week? Above one the list grows.

    >>> round(load(30, 27), 3)
    1.111
    """
    return demand / capacity


def little(rate: float, mean_wait: float) -> float:
    """How many are waiting where so many join a week and wait so many weeks on average (Little: L = lambda W)?

    >>> little(30, 13)
    390
    """
    return rate * mean_wait


def target_mean_wait(standard_weeks: float, factor: float = 4) -> float:
    """What may the mean wait be, in weeks, for hardly anybody to wait beyond the standard?

    With exponential waits exp(-factor) miss it: 1.8% at a factor of 4, 0.25% at 6.

    >>> target_mean_wait(52), round(100 * math.exp(-4), 1), round(100 * math.exp(-6), 2)
    (13.0, 1.8, 0.25)
    """
    return standard_weeks / factor


def target_list(demand: float, standard_weeks: float, factor: float = 4) -> float:
    """How long may the list be: demand a week times the target mean wait, D W* / 4?

    >>> target_list(30, 52)
    390.0
    """
    return little(demand, target_mean_wait(standard_weeks, factor))


def relief_capacity(demand: float, waiting: float, target: float, weeks: float) -> float:
    """What capacity a week brings the list to its target in so many weeks: D + (L - L*) / H?

    The source asks for it where the list is over twice its target.

    >>> round(relief_capacity(30, 1200, 390, 26), 2)
    61.15
    """
    return demand + (waiting - target) / weeks


def target_capacity(
    demand: float, standard_weeks: float, cv_demand: float = 1.0, cv_capacity: float = 1.0, factor: float = 4
) -> float:
    """What capacity a week keeps a list at its target: D + ((cvD^2 + cvC^2) / 2) (4 / W*)?

    Args:
        demand: Pathways a week.
        standard_weeks: The standard.
        cv_demand: Coefficient of variation between one joining and the next; 1 is chance (Poisson). Monthly counts
            cannot tell it: their spread holds seasons and trends.
        cv_capacity: The same of leaving.
        factor: 4 to 6, as in `target_mean_wait`.

    >>> round(target_capacity(30, 52), 3)
    30.077
    """
    return demand + (cv_demand**2 + cv_capacity**2) / 2 * factor / standard_weeks


def pressure(mean_wait: float, standard_weeks: float) -> float:
    """How hard is the list pressed: twice the mean wait over the standard? Above one it misses it by far.

    >>> round(pressure(63, 52), 2), pressure(24, 4)
    (2.42, 12.0)
    """
    return 2 * mean_wait / standard_weeks


def weeks_of_demand(share_within: float, standard_weeks: float) -> float:
    """How long may a healthy list be, in weeks of demand, for a share of it to wait within a standard?

    Waits of a list seen in mixed order are taken as exponential: of those waiting, exp(-rate T) wait longer than T, so
    rate = -ln(1 - p) / T, and by Little the list is demand over that rate.

    Args:
        share_within: 0 to 1, both left out.
        standard_weeks: T.

    >>> [round(weeks_of_demand(p, 18), 2) for p in (0.92, 0.70, 0.65)]
    [7.13, 14.95, 17.15]
    >>> [round(weeks_of_demand(p, 6), 2) for p in (0.95, 0.99, 0.80, 0.86)]
    [2.0, 1.3, 3.73, 3.05]
    """
    return standard_weeks / -math.log1p(-share_within)


def weeks_of_demand_in_turn(share_within: float, standard_weeks: float) -> float:
    """The same where everyone is seen strictly in turn: waits are spread evenly, so the list may be longer.

    A limit that no service with urgent pathways reaches.

    >>> round(weeks_of_demand_in_turn(0.92, 18), 2)
    19.57
    """
    return standard_weeks / share_within


def queue_measures(
    moved: pd.DataFrame, as_of: str, standard_weeks: int, *, allowed_over_percent: float = 0.0, relief_weeks: int = 26
) -> pd.DataFrame:
    """How does a list stand as a queue?

    Weekly rates are those of the twelve months up to the month reported. Capacity is everyone who left, with a clock
    stop or without, as in the source; clock stops alone are told beside it.

    Args:
        moved: `tables.RTT_FLOWS` of one list.
        as_of: Month reported.
        standard_weeks: The standard.
        allowed_over_percent: Percent of the list that may wait longer. With 0 the healthy list is the target list,
            beyond which 1.8% wait.
        relief_weeks: Weeks in which the list is to come down.

    Returns:
        `tables.QUEUE_MEASURES`; empty where the twelve months of flows are not all loaded, or nobody joined or left.
    """
    year = months_between(add_months(as_of, 1 - _MONTHS), as_of)
    flows = RTT_FLOWS.check(moved).set_index("month").reindex(year)
    if flows["closing"].isna().any():
        return QUEUE_MEASURES.empty()
    weeks = sum(weeks_in(month) for month in year)
    demand = float(flows["clock_starts"].sum()) / weeks
    stops = float((flows["admitted_stops"] + flows["non_admitted_stops"]).sum()) / weeks
    left = stops + float(flows["net_removals"].sum()) / weeks
    waiting = float(flows["closing"].iloc[-1])
    if demand <= 0 or left <= 0:
        return QUEUE_MEASURES.empty()
    share = 1 - (allowed_over_percent / 100 or MISSED_AT_TARGET)
    target, mean_wait = target_list(demand, standard_weeks), waiting / left
    said = [
        ("demand", demand, "pathways a week", "Clock starts"),
        ("capacity", left, "pathways a week", "Everyone who left: clock stops and net removals"),
        ("clock_stops", stops, "pathways a week", "Those who left with a clock stop"),
        ("load", load(demand, left), "ratio", "Demand over capacity: above 1 the list grows"),
        ("waiting", waiting, "pathways", "The list at the end of the month"),
        ("mean_time_on_list", mean_wait, "weeks", "List over capacity (Little's law): from joining to leaving"),
        ("target_mean_wait", target_mean_wait(standard_weeks), "weeks", "Standard over 4: 1.8% wait beyond it"),
        ("pressure", pressure(mean_wait, standard_weeks), "ratio", "Twice the mean time over the standard"),
        ("weeks_of_demand", waiting / demand, "weeks of demand", "The list over demand"),
        ("healthy_weeks_of_demand", weeks_of_demand(share, standard_weeks), "weeks of demand",
         f"Standard over -ln of the share beyond it, {100 * (1 - share):.1f}%"),
        ("target_list", target, "pathways", "Demand times the target mean wait"),
        ("healthy_list", demand * weeks_of_demand(share, standard_weeks), "pathways",
         "Demand times the healthy weeks of demand"),
        ("longest_list_in_turn", demand * weeks_of_demand_in_turn(1 - allowed_over_percent / 100, standard_weeks),
         "pathways", "The limit were everyone seen strictly in turn, which no service with urgent pathways reaches"),
        ("target_capacity", target_capacity(demand, standard_weeks), "pathways a week",
         "Demand + 4 over the standard: keeps a list at its target, coming and going by chance"),
    ]  # fmt: skip
    if waiting > 2 * target:
        relief = relief_capacity(demand, waiting, target, relief_weeks)
        about = (
            f"Demand + what is above the target over {relief_weeks} weeks: told where the list is over twice its target"
        )
        said.append(("relief_capacity", relief, "pathways a week", about))
    told = pd.DataFrame(said, columns=["measure", "value", "unit", "about"]).assign(
        as_of=as_of,
        provider_code=flows["provider_code"].iloc[-1],
        treatment_function_code=flows["treatment_function_code"].iloc[-1],
        standard_weeks=standard_weeks,
    )
    return QUEUE_MEASURES.check(told)
