"""The engine of capacity and scenarios: conservation, monotony, common random numbers, and the forecast's own draws."""

from __future__ import annotations

import numpy as np
import pytest
from example_futures import ahead
from hypothesis import given, settings
from hypothesis import strategies as st

from lsc_analytics import parameters
from lsc_analytics.models import cohorts
from lsc_analytics.models.forecast import FLOWS_AND_IDENTITY, WaitingList, methods
from lsc_analytics.models.futures import ORDERS, Ahead, Change, Drive, Future, Order, counts, expect, play
from lsc_analytics.store.home import Home
from lsc_analytics.store.warehouse import Warehouse

orders = st.sampled_from(ORDERS)
weekly = st.floats(-60, 300)


def extra(of: Ahead, weekly: float) -> Change:
    """So many more clock stops a week in every month."""
    nothing = np.zeros(of.stops.shape)
    return Change(nothing, nothing + weekly * of.weeks)


def assert_conserved(of: Ahead, future: Future) -> None:
    """Opening + starts - stops - removals - validated = closing, nobody negative."""
    opening = np.column_stack([np.full(len(of.stops), of.start.sum()), future.closing[:, :-1]])
    left = future.stops + future.removals + future.validated
    np.testing.assert_allclose(opening + future.clock_starts - left, future.closing, atol=1e-6)
    for part in (future.bands, future.stops, future.validated, future.clock_starts):
        assert part.min() >= -1e-9


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 99), more=weekly, fewer=st.floats(-1, 0.5), drive=st.floats(0, 0.3), order=orders)
def test_pathways_are_conserved_in_every_draw(seed: int, more: float, fewer: float, drive: float, order: Order) -> None:
    """Whatever is changed, even beyond what there is to see, nobody appears or vanishes."""
    of = ahead(seed)
    change = Change(of.clock_starts * fewer, extra(of, more).more_stops, (Drive(np.full(7, drive), {0: 0.5, 52: 0.5}),))
    assert_conserved(of, play(of, change, order))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 99), one=weekly, other=weekly, order=orders)
def test_more_capacity_never_leaves_more_over_65_weeks(seed: int, one: float, other: float, order: Order) -> None:
    """In every draw and month, of whole counts too, and of every longer or shorter wait."""
    of = ahead(seed)
    less, more = (play(of, extra(of, each), order) for each in sorted((one, other)))
    for weeks in (0, 18, 52, 65):
        assert (cohorts.over(more.bands, weeks) <= cohorts.over(less.bands, weeks) + 1e-6).all()
    for measure in ("total_incomplete", "over_65_weeks"):
        assert (counts(of, more)[measure] <= counts(of, less)[measure]).all()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 99), fewer=st.floats(0, 1), order=orders)
def test_less_demand_never_makes_a_longer_list(seed: int, fewer: float, order: Order) -> None:
    """Nor more long waits: those who do not join are not seen in place of others."""
    of = ahead(seed)
    now = play(of, Change.none(of), order)
    then = play(of, Change(-fewer * of.clock_starts, np.zeros(of.stops.shape)), order)
    for weeks in (0, 52, 65):
        assert (cohorts.over(then.bands, weeks) <= cohorts.over(now.bands, weeks) + 1e-6).all()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 99), more=st.floats(0, 200))
def test_the_longest_waiters_first_leaves_fewest_long_waits(seed: int, more: float) -> None:
    """The same number of clock stops, given to the longest waiters, never leaves more over 65 weeks; the list is as long."""
    of = ahead(seed)
    spread, first = (play(of, extra(of, more), order) for order in ORDERS)
    np.testing.assert_allclose(spread.closing, first.closing, atol=1e-6)
    assert (cohorts.over(first.bands, 65) <= cohorts.over(spread.bands, 65) + 1e-6).all()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 99), scale=st.floats(0.01, 2))
def test_counts_are_whole_and_longer_waits_inside_shorter(seed: int, scale: float) -> None:
    """65+ never above 52+, nor 52+ above the list, in any draw."""
    of = ahead(seed, scale=scale)
    told = counts(of, play(of, Change.none(of), "as_now"))
    assert (told["over_65_weeks"] <= told["over_52_weeks"]).all()
    assert (told["over_52_weeks"] <= told["total_incomplete"]).all()
    assert (told["over_65_weeks"] == np.round(told["over_65_weeks"])).all()


def test_without_a_change_it_is_the_cohort_simulation() -> None:
    """Month by month or at once, the bands are those that the forecast's own simulation gives."""
    of = ahead()
    future = play(of, Change.none(of), "longest_first")
    whole = cohorts.simulate(of.start, of.months, of.rates, of.clock_starts, future.closing)
    np.testing.assert_allclose(future.bands, whole, atol=1e-9)


def test_a_later_start_goes_on_where_the_first_months_ended() -> None:
    """Months 3 to 7 from the bands after month 2 are those of the whole run."""
    of = ahead()
    whole = play(of, Change.none(of), "as_now")
    later = of.months_from(3, 7, whole.bands[:, 1])
    np.testing.assert_allclose(play(later, Change.none(later), "as_now").bands, whole.bands[:, 2:], atol=1e-9)


@pytest.mark.parametrize(("share", "taken"), [(0.05, 113.75), (0.5, 213.0)])
def test_validation_takes_off_the_waits_that_it_looks_at(share: float, taken: float) -> None:
    """A twentieth of 2,275, all from the 213 over 52 weeks; of half the list only those 213 can be taken."""
    of = ahead(draws=3, months=1)
    nothing = np.zeros((3, 1))
    future = play(of, Change(nothing, nothing, (Drive(np.array([share]), {52: 1.0}),)), "as_now")
    np.testing.assert_allclose(future.validated, taken)
    as_now = play(of, Change.none(of), "as_now")
    assert (cohorts.over(future.bands, 57) < cohorts.over(as_now.bands, 57)).all()


def test_an_empty_list_stays_one() -> None:
    """Nobody waits, nobody joins: no figure is made of nothing."""
    of = ahead(scale=0.0)
    told = counts(of, play(of, extra(of, 10.0), "longest_first"))
    assert told["total_incomplete"].max() == 0
    assert told["within_18_weeks_percent"].min() == 100


def demo_list(home: Home, trust: str, specialty: str) -> WaitingList:
    """One list of the demo data."""
    figures = Warehouse(home).rtt(provider_code=[trust], treatment_function_code=[specialty])
    bands = Warehouse(home).rtt_bands(
        provider_code=[trust], treatment_function_code=[specialty, "C_999"], part="incomplete"
    )
    ours = bands["treatment_function_code"]
    return WaitingList(trust, specialty, figures, bands[ours == specialty], bands[ours == "C_999"])


@pytest.mark.integration
def test_as_now_is_the_forecast(demo_home: Home) -> None:
    """The demo list that heads for a breach: as now, the list is draw for draw that of the flows-and-identity forecast."""
    waiting, chosen = demo_list(demo_home, "RXN", "C_110"), parameters.models().forecast
    of = expect(waiting, "2026-01", chosen)
    assert of is not None
    told = counts(of, play(of, Change.none(of), "as_now"))
    said = methods(waiting, ["2026-01"], chosen)
    said = said[said["method"] == FLOWS_AND_IDENTITY]
    total = said[said["measure"] == "total_incomplete"]
    np.testing.assert_allclose(np.median(told["total_incomplete"], axis=0), total["median"])
    long = said[said["measure"] == "over_52_weeks"]["mean"].to_numpy()
    np.testing.assert_allclose(told["over_52_weeks"].mean(axis=0), long, rtol=0.05)
    assert told["over_65_weeks"].mean(axis=0)[-1] > 20


@pytest.mark.integration
def test_too_little_history_expects_nothing(demo_home: Home) -> None:
    """Twelve months of flows and bands are one too few, and a list without bands is told nothing of."""
    waiting, chosen = demo_list(demo_home, "RXN", "C_110"), parameters.models().forecast
    assert expect(waiting, "2023-06", chosen) is None
    without = WaitingList("RXN", "C_110", waiting.figures, waiting.bands.head(0), waiting.trust_bands.head(0))
    assert expect(without, "2026-01", chosen) is None
