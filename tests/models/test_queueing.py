"""The queueing measures: the sources' worked figures, and a list's own measures from its monthly flows."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from lsc_analytics.models import queueing
from lsc_analytics.reference import add_months
from lsc_analytics.tables import RTT_FLOWS


def flows(
    starts: int = 435, stops: int = 400, removals: int = 35, closing: int = 2000, months: int = 12
) -> pd.DataFrame:
    """So many months of the same flows up to January 2026, the list ending at `closing`."""
    change = starts - stops - removals
    rows = []
    for back in range(months):
        end = closing - back * change
        rows.append((add_months("2026-01", -back), "RXN", "C_110", end - change, starts, stops // 4, stops - stops // 4,
                     removals, end))  # fmt: skip
    columns = ["month", "provider_code", "treatment_function_code", "opening", "clock_starts", "admitted_stops",
               "non_admitted_stops", "net_removals", "closing"]  # fmt: skip
    frame = pd.DataFrame(rows[::-1], columns=columns)
    return RTT_FLOWS.check(
        frame.assign(**{name: 0 for name in RTT_FLOWS.names if name not in columns})[RTT_FLOWS.names]
    )


def value(measures: pd.DataFrame, name: str) -> float:
    """One measure's figure."""
    return float(measures.set_index("measure").loc[name, "value"])


def test_worked_example_of_the_source() -> None:
    """30 a week joining, 1,200 waiting, 52 weeks, relief in 26: the figures of domain rule C1."""
    assert queueing.target_list(30, 52) == 390
    assert queueing.relief_capacity(30, 1200, 390, 26) == pytest.approx(61.15, abs=0.005)
    assert queueing.load(30, 27) == pytest.approx(1.111, abs=0.0005)
    assert queueing.pressure(63, 52) == pytest.approx(2.42, abs=0.005)
    assert queueing.target_capacity(30, 52) == pytest.approx(30.077, abs=0.0005)
    assert queueing.pressure(24, 4) == 12


@pytest.mark.parametrize(
    ("share", "weeks", "demand"),
    [(0.92, 18, 7.13), (0.70, 18, 14.95), (0.65, 18, 17.15), (0.95, 6, 2.00), (0.99, 6, 1.30), (0.80, 6, 3.73), (0.86, 6, 3.05)],
)  # fmt: skip
def test_healthy_list_in_weeks_of_demand(share: float, weeks: float, demand: float) -> None:
    """An exponential list's length, in weeks of demand, for a share within a standard."""
    assert queueing.weeks_of_demand(share, weeks) == pytest.approx(demand, abs=0.005)


def test_target_list_is_the_healthy_list_whose_missed_share_is_e_to_the_minus_four() -> None:
    """The two rules agree where a quarter of the standard is the mean wait."""
    assert queueing.weeks_of_demand(1 - math.exp(-4), 52) == pytest.approx(queueing.target_mean_wait(52))


def test_measures_of_a_list_in_balance() -> None:
    """5,220 joining in the 365 days to January 2026 are 100.1 a week; as many leave, so the load is 1."""
    told = queueing.queue_measures(flows(), "2026-01", 65)
    assert value(told, "demand") == pytest.approx(12 * 435 * 7 / 365)
    assert value(told, "capacity") == pytest.approx(value(told, "demand"))
    assert value(told, "clock_stops") == pytest.approx(12 * 400 * 7 / 365)
    assert value(told, "load") == pytest.approx(1)
    assert value(told, "mean_time_on_list") == pytest.approx(2000 / value(told, "demand"))
    assert value(told, "healthy_list") == pytest.approx(value(told, "target_list"))
    assert "relief_capacity" not in set(told["measure"])


def test_relief_is_told_only_over_twice_the_target() -> None:
    """The source asks for relief where the list is over twice its target."""
    told = queueing.queue_measures(flows(closing=9000), "2026-01", 18, allowed_over_percent=8, relief_weeks=26)
    target = value(told, "demand") * 18 / 4
    assert value(told, "relief_capacity") == pytest.approx(value(told, "demand") + (9000 - target) / 26)
    assert value(told, "healthy_list") == pytest.approx(value(told, "demand") * 18 / -math.log(0.08))


def test_a_growing_list_has_a_load_above_one() -> None:
    """More join than leave."""
    assert value(queueing.queue_measures(flows(starts=500), "2026-01", 65), "load") > 1


@pytest.mark.parametrize("moved", [flows(months=11), flows().drop(index=5), RTT_FLOWS.empty()])
def test_without_twelve_months_there_are_no_measures(moved: pd.DataFrame) -> None:
    """A short, broken or empty year gives the empty table, not a figure of a part of it."""
    assert queueing.queue_measures(moved, "2026-01", 65).empty


def test_a_list_that_nobody_joins_has_no_measures() -> None:
    """Nothing is divided by nothing."""
    assert queueing.queue_measures(flows(starts=0, stops=0, removals=0), "2026-01", 65).empty
