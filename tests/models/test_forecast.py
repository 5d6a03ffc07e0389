"""A forecast sees nothing after its origin, conserves pathways, keeps its measures in order, and says how it has done."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lsc_analytics.models import cohorts, forecast
from lsc_analytics.parameters import ForecastSettings
from lsc_analytics.reference import add_months
from lsc_analytics.tables import RTT, RTT_BAND_VIEW

SETTINGS = ForecastSettings(horizon_months=6, history_months_needed=13, draws=100, seed=1)
FIRST, LAST = "2023-02", "2026-01"


def grown(*, banded: bool = True) -> forecast.WaitingList:
    """Three years of one list aged week by week, with seasonal clock starts and everything that left accounted for."""
    random = np.random.default_rng(7)
    bands = np.full(cohorts.BANDS, 2.0)
    bands[:60] = 60
    rows, band_rows, month = [], [], FIRST
    while month <= LAST:
        starts = float(round(480 + 60 * np.sin(int(month[5:]) / 12 * 2 * np.pi) + random.normal(0, 10)))
        stays = bands * np.where(np.arange(cohorts.BANDS) < 50, 0.88, 0.7)
        stops = float(round((bands - stays).sum() * 0.8))
        bands = cohorts.age(stays, cohorts.weeks_in(month))
        bands[:4] += starts / 4
        bands = np.round(bands)
        measures = {
            "total_incomplete": bands.sum(),
            "over_52_weeks": bands[52:].sum(),
            "over_65_weeks": bands[65:].sum(),
            "clock_starts": starts,
            "admitted_stops": float(round(stops * 0.2)),
            "non_admitted_stops": stops - round(stops * 0.2),
        }
        kept = measures if banded else dict(list(measures.items())[:3])
        rows += [("provider", month, "RXN", "C_110", name, value, "s", "f") for name, value in kept.items()]
        band_rows += [
            (
                "provider",
                month,
                "RXN",
                "C_110",
                "incomplete",
                week,
                None if week == 104 else week + 1,
                int(count),
                "s",
                "f",
            )
            for week, count in enumerate(bands)
            if count
        ]
        month = add_months(month, 1)
    view = RTT_BAND_VIEW.check(pd.DataFrame(band_rows if banded else [], columns=RTT_BAND_VIEW.names))
    return forecast.WaitingList("RXN", "C_110", RTT.check(pd.DataFrame(rows, columns=RTT.names)), view, view)


@pytest.fixture(scope="module")
def waiting() -> forecast.WaitingList:
    """A list with flows and bands."""
    return grown()


@pytest.fixture(scope="module")
def record(waiting: forecast.WaitingList) -> pd.DataFrame:
    """Its methods' track record."""
    return forecast.track_record(waiting, LAST, SETTINGS)


@pytest.fixture(scope="module")
def told(waiting: forecast.WaitingList, record: pd.DataFrame) -> pd.DataFrame:
    """Its forecast."""
    return forecast.forecast(waiting, LAST, SETTINGS, record)


def test_each_measure_has_both_methods_and_one_is_chosen(told: pd.DataFrame) -> None:
    """Flows with the identity stand beside the last value at every horizon, and one of them leads."""
    assert set(told["method"]) == {"flows_and_identity", "last_value"}
    assert (told.groupby(["measure", "target_month"])["chosen"].sum() == 1).all()
    assert sorted(told["horizon"].unique()) == [1, 2, 3, 4, 5, 6]


def test_intervals_are_ordered_and_not_negative(told: pd.DataFrame) -> None:
    """95% holds 80% holds the median, and no count is below nothing."""
    ordered = told[["lower_95", "lower_80", "median", "upper_80", "upper_95"]]
    assert (ordered.diff(axis=1).iloc[:, 1:] >= -1e-9).all().all()
    assert (ordered >= 0).all().all()


def test_nobody_over_65_weeks_is_not_also_over_52(told: pd.DataFrame) -> None:
    """At every horizon and quantile, 65+ is at most 52+, which is at most the list."""
    mine = told[told["method"] == "flows_and_identity"].set_index(["measure", "horizon"])
    for column in ("mean", "median", "upper_95"):
        longest, long, whole = (
            mine.loc[m][column] for m in ("over_65_weeks", "over_52_weeks", "total_incomplete")
        )  # fmt: skip
        assert (longest <= long).all()
        assert (long <= whole).all()


def test_the_future_cannot_be_seen(waiting: forecast.WaitingList) -> None:
    """A forecast as of an earlier month is the same whatever came after."""
    origin = add_months(LAST, -4)
    changed = forecast.WaitingList(
        "RXN", "C_110",
        waiting.figures.assign(value=waiting.figures["value"].where(waiting.figures["month"] <= origin, 9_999_999.0)),
        waiting.bands, waiting.trust_bands,
    )  # fmt: skip
    nothing = forecast.RTT_TRACK_RECORD.empty()
    first, second = (forecast.forecast(each, origin, SETTINGS, nothing) for each in (waiting, changed))
    pd.testing.assert_frame_equal(first, second)


def test_the_same_inputs_give_the_same_forecast(
    waiting: forecast.WaitingList, record: pd.DataFrame, told: pd.DataFrame
) -> None:
    """Draws are seeded by list and month."""
    pd.testing.assert_frame_equal(told, forecast.forecast(waiting, LAST, SETTINGS, record))


def test_flows_beat_the_last_value_where_flows_rule(record: pd.DataFrame) -> None:
    """On a list that only flows move, flows with the identity come closer than assuming nothing changes."""
    summary = forecast.record_summary(record).set_index(["measure", "method"])
    assert summary.loc[("total_incomplete", "flows_and_identity"), "error_to_last_value"] < 0.9


def test_summaries_alone_get_an_anchored_stock() -> None:
    """Without flows and bands the list itself is forecast, passing near the last actual, and labelled so."""
    waiting = grown(banded=False)
    told = forecast.forecast(waiting, LAST, SETTINGS, forecast.track_record(waiting, LAST, SETTINGS))
    assert set(told["method"]) == {"anchored_stock", "last_value"}
    next_month = told[(told["method"] == "anchored_stock") & (told["measure"] == "total_incomplete")].iloc[0]
    assert next_month["median"] == pytest.approx(waiting.history("total_incomplete").iloc[-1], rel=0.05)


def test_three_months_of_history_get_the_last_value() -> None:
    """A short series is not fitted: nothing changes, with an interval as wide as what is known."""
    waiting = grown()
    short = forecast.WaitingList(
        "RXN", "C_110", waiting.figures[waiting.figures["month"] >= add_months(LAST, -2)],
        waiting.bands.iloc[:0], waiting.trust_bands.iloc[:0],
    )  # fmt: skip
    told = forecast.forecast(short, LAST, SETTINGS, forecast.track_record(short, LAST, SETTINGS))
    assert set(told["method"]) == {"last_value"}
    assert told["chosen"].all()


def test_a_list_without_its_latest_month_is_not_forecast(waiting: forecast.WaitingList) -> None:
    """A stale list gets no forecast rather than one from an older month under a newer date."""
    stale = waiting.until(add_months(LAST, -1))
    assert forecast.forecast(stale, LAST, SETTINGS, forecast.RTT_TRACK_RECORD.empty()).empty
