"""The list told from its flows: nothing is lost or made, no list is negative, and England's record is as stated."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsc_analytics import ingest
from lsc_analytics.models import identity, rtt
from lsc_analytics.models.flow_forecast import forecast_series
from lsc_analytics.reference import add_months, months_between
from lsc_analytics.tables import RTT_FLOWS


def moved(starts: np.ndarray, stops: np.ndarray, removals: np.ndarray, opening: int = 5000) -> pd.DataFrame:
    """Flows of one list month by month from January 2023, a third of the stops admitted."""
    closing = opening + np.cumsum(starts - stops - removals)
    return RTT_FLOWS.check(
        pd.DataFrame(
            {
                "month": [add_months("2023-01", step) for step in range(len(starts))],
                "provider_code": "RXN",
                "treatment_function_code": "C_110",
                "opening": np.append(opening, closing[:-1]),
                "clock_starts": starts,
                "admitted_stops": stops // 3,
                "non_admitted_stops": stops - stops // 3,
                "net_removals": removals,
                "closing": closing,
                "transferred_in": 0,
                "transferred_out": 0,
            }
        )
    )


def wavering(months: int, seed: int = 1, opening: int = 5000) -> pd.DataFrame:
    """A list whose flows waver and neither grows nor shrinks for long."""
    random = np.random.default_rng(seed)
    return moved(random.poisson(300, months), random.poisson(250, months), random.poisson(50, months), opening=opening)


def test_every_draw_is_conserved_and_no_list_is_negative() -> None:
    """Opening + starts - stops - removals = closing, in whole pathways, also where the list is nearly empty."""
    for history in (wavering(30), wavering(14), wavering(30, opening=400), wavering(3)):
        told = identity.list_ahead(history, 7, draws=60, seed=3)
        before = np.column_stack([np.full(60, history["closing"].iloc[-1]), told.closing[:, :-1]])
        assert (before + told.clock_starts - told.stops - told.net_removals == told.closing).all()
        for flow in (told.closing, told.clock_starts, told.stops):
            assert flow.shape == (60, 7)
            assert (flow >= 0).all()
            assert (flow == np.round(flow)).all()


counts = st.lists(st.integers(0, 500), min_size=4, max_size=4)


@given(st.integers(0, 800), counts, counts, st.lists(st.integers(-300, 500), min_size=4, max_size=4))
def test_closing_conserves_whatever_is_drawn(opening: int, starts: list, stops: list, removals: list) -> None:
    """Nobody leaves an empty list, nobody is made up, and removals give way before stops do."""
    drawn = [np.array([each], float) for each in (starts, stops, removals)]
    stopped, removed, closing = identity.close(opening, *drawn)
    before = np.append(opening, closing[0, :-1])
    assert (before + drawn[0][0] - stopped[0] - removed[0] == closing[0]).all()
    assert (closing >= 0).all()
    assert ((stopped >= 0) & (stopped <= drawn[1]) & (removed <= drawn[2])).all()
    assert ((removed[0] == drawn[2][0]) | (closing[0] == 0)).all()


def test_the_same_seed_gives_the_same_futures() -> None:
    """And another seed others."""
    history = wavering(26)
    told = [identity.list_ahead(history, 3, draws=50, seed=seed) for seed in (1, 1, 2)]
    assert told[0].months == ["2025-03", "2025-04", "2025-05"]
    assert (told[0].closing == told[1].closing).all()
    assert (told[0].closing != told[2].closing).any()


def test_a_step_out_of_the_list_is_not_carried_on() -> None:
    """Pathways that leave the collection in one month, as community services did in February 2024, leave once."""
    flat = np.full(30, 300)
    step = np.where(np.arange(30) == 24, 1050, 50)
    told = identity.list_ahead(moved(flat, np.full(30, 250), step, opening=9000), 12, draws=100, seed=1)
    last = 9000 - 1000
    assert abs(np.median(told.closing[:, -1]) - last) < 20


def test_half_the_drift_of_the_flows_is_expected_of_the_list() -> None:
    """Flows that always added forty a month are expected to add twenty, give or take the half that is not trusted."""
    told = identity.list_ahead(moved(np.full(30, 300), np.full(30, 210), np.full(30, 50)), 3, draws=10, seed=1)
    assert np.median(told.closing, axis=0).tolist() == [6220, 6240, 6260]
    assert set(np.diff(told.closing, axis=1).ravel()) == {0, 40}
    assert told.algorithms == {"clock_starts": "constant", "stops": "constant", "net_removals": "recent_median"}


def test_an_interval_widens_with_the_months_ahead() -> None:
    """An error in a flow's level stays, so the closing list strays further every month."""
    told = identity.list_ahead(wavering(36), 12, draws=400, seed=1)
    low, high = np.quantile(told.closing, [0.1, 0.9], axis=0)
    assert (high - low)[-1] > 2 * (high - low)[0] > 0


def test_a_forecast_made_elsewhere_is_taken() -> None:
    """A short list may bring a pooled forecast of its flows."""
    history = wavering(26)
    twice = pd.Series(2.0 * history["clock_starts"].to_numpy(float), index=history["month"])
    told = identity.list_ahead(history, 3, draws=50, seed=1, told={"clock_starts": forecast_series(twice, 12)})
    assert told.clock_starts.mean() > 1.7 * history["clock_starts"].mean()


@pytest.mark.real_data
def test_england_is_foretold_better_than_by_the_last_value(shared_data) -> None:
    """Every fourth origin that flows are published for: the error and the coverage that `list_ahead` states."""
    reading = ingest.read(next((shared_data / "rtt").glob("RTT-Overview-Timeseries*.xlsx")))
    figures = reading.frames["rtt_observations"].query("scope == 'england_estimated'")
    england = rtt.flows(figures)
    outturn = england.set_index("month")["closing"].astype(float)
    assert (england["month"].iloc[0], england["month"].iloc[-1]) == ("2015-10", "2025-12")
    error, last, held = [], [], []
    for origin in [*months_between("2017-10", "2019-02")[::4], *months_between("2022-01", "2025-06")[::4]]:
        told = identity.list_ahead(england[england["month"] <= origin], 6, draws=200, seed=1)
        low, middle, high = np.quantile(told.closing, [0.1, 0.5, 0.9], axis=0)
        known = outturn[told.months].to_numpy()
        error += [*np.abs(middle - known)]
        last += [*np.abs(outturn[origin] - known)]
        held += [*((low <= known) & (known <= high))]
    assert np.sum(error) / np.sum(last) < 0.75
    assert 0.65 < np.mean(held) < 0.95


def test_only_a_list_too_small_for_its_own_past_leans_on_its_peers() -> None:
    """Three stops a month take the season of the larger lists, at their own level; three hundred a month need nobody."""
    large = wavering(36)
    tiny = moved(np.full(36, 12), np.full(36, 3), np.full(36, 9)).assign(provider_code="RXL")
    peers = pd.concat([large, tiny], ignore_index=True)
    assert identity.leaning(large, peers, 6) == {}
    told = identity.leaning(tiny, peers, 6)
    assert list(told) == ["stops"]
    assert told["stops"].algorithm == "pooled"
    assert told["stops"].expected.mean() == pytest.approx(3, abs=0.5)
    assert identity.leaning(tiny, large, 6) == {}  # nobody knows the list


def test_a_leaning_list_sees_nothing_later_than_itself() -> None:
    """What its peers do after the last month seen changes nothing."""
    tiny = moved(np.full(30, 12), np.full(30, 3), np.full(30, 9)).assign(provider_code="RXL")
    later = wavering(36).assign(clock_starts=lambda rows: rows["clock_starts"].where(rows.index < 30, 9999))
    told = [identity.leaning(tiny, pd.concat([tiny, peers]), 6)["stops"] for peers in (later, later.head(30))]
    assert (told[0].expected == told[1].expected).all()
