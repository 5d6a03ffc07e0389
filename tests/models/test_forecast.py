"""Every method's word on one list: nothing after the origin is seen, measures stay in order, bad histories are told as such."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsc_analytics.models import cohorts, forecast
from lsc_analytics.models.scores import SAID, score
from lsc_analytics.parameters import ForecastSettings
from lsc_analytics.reference import add_months
from lsc_analytics.tables import RTT, RTT_BAND_VIEW

SETTINGS = ForecastSettings(
    horizon_months=6, history_months_needed=13, draws=100, seed=1,
    contest=["last_value", "drift", "anchored_stock", "flows_and_identity", "pooled", "combination"],
    combination=["flows_and_identity", "last_value"],
)  # fmt: skip
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
            "within_18_weeks": bands[:18].sum(),
            "over_52_weeks": bands[52:].sum(),
            "over_65_weeks": bands[65:].sum(),
            "clock_starts": starts,
            "admitted_stops": float(round(stops * 0.2)),
            "non_admitted_stops": stops - round(stops * 0.2),
        }
        kept = measures if banded else dict(list(measures.items())[:4])
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


def history(waiting: forecast.WaitingList, measure: str) -> pd.Series:
    """A measure of a list by month, in order."""
    rows = waiting.figures[waiting.figures["measure"] == measure]
    return rows.set_index("month")["value"].sort_index()


@pytest.fixture(scope="module")
def waiting() -> forecast.WaitingList:
    """A list with flows and bands."""
    return grown()


@pytest.fixture(scope="module")
def said(waiting: forecast.WaitingList) -> pd.DataFrame:
    """What its methods say now, and would have said half a year ago."""
    return forecast.methods(waiting, [LAST, add_months(LAST, -6)], SETTINGS)


def test_each_measure_has_every_method_at_every_origin(said: pd.DataFrame) -> None:
    """Flows with the identity stand beside the plain methods for each month ahead; Prophet on the stock is not needed."""
    assert set(said["method"]) == {"flows_and_identity", "last_value", "drift"}
    assert set(said["measure"]) == {"total_incomplete", "within_18_weeks", "over_52_weeks", "over_65_weeks"}
    assert (said.groupby(["as_of", "measure", "method"])["horizon"].agg(tuple) == (1, 2, 3, 4, 5, 6)).all()


def test_flows_are_judged_from_the_origins_named(waiting: forecast.WaitingList) -> None:
    """Each fit of Prophet costs: from the other origins neither flows nor the stock that stands in for them are told."""
    asked = SETTINGS.model_copy(update={"flows_back": [6]})
    told = forecast.methods(waiting, [LAST, add_months(LAST, -3), add_months(LAST, -6)], asked)
    flows = told[told["method"] == "flows_and_identity"]
    assert set(flows["as_of"]) == {LAST, add_months(LAST, -6)}
    assert set(told.loc[told["as_of"] == add_months(LAST, -3), "method"]) == {"last_value", "drift"}


def test_an_earlier_origin_tells_only_of_months_now_known(waiting: forecast.WaitingList) -> None:
    """From three months ago, three months ahead: what can be judged, and no more."""
    early = forecast.methods(waiting, [LAST, add_months(LAST, -3)], SETTINGS)
    early = early[early["as_of"] < LAST]
    assert early["target_month"].max() == LAST
    assert early["horizon"].max() == 3


def test_intervals_are_ordered_and_not_negative(said: pd.DataFrame) -> None:
    """95% holds 80% holds the median, and no count is below nothing."""
    ordered = said[["lower_95", "lower_80", "median", "upper_80", "upper_95"]]
    assert (ordered.diff(axis=1).iloc[:, 1:] >= -1e-9).all().all()
    assert (ordered >= 0).all().all()


def test_nobody_over_65_weeks_is_not_also_over_52(said: pd.DataFrame) -> None:
    """By each method, month and figure, 65+ is at most 52+, which is at most the list, as is 18 weeks."""
    wide = said.pivot(index=["as_of", "method", "horizon"], columns="measure", values=list(SAID))
    for figure in SAID:
        told = wide[figure]
        assert (told["over_65_weeks"] <= told["over_52_weeks"]).all()
        assert (told[["over_52_weeks", "within_18_weeks"]].max(axis=1) <= told["total_incomplete"]).all()


@given(
    st.lists(st.tuples(*[st.floats(0, 1e5)] * 3), min_size=1, max_size=5),
    st.sampled_from(["mean", "median", "upper_95"]),
)
@settings(deadline=None, max_examples=40)
def test_any_rows_can_be_put_in_order(counts: list[tuple[float, float, float]], figure: str) -> None:
    """However methods contradict themselves, afterwards no longer wait is above a shorter, and the list itself stays."""
    rows = pd.DataFrame(
        [
            {"as_of": LAST, "provider_code": "RXN", "treatment_function_code": "C_110", "measure": measure,
             "target_month": f"2026-0{month + 2}", "method": "drift", **dict.fromkeys(SAID, value)}
            for month, values in enumerate(counts)
            for measure, value in zip(("total_incomplete", "over_52_weeks", "within_18_weeks"), values, strict=True)
        ]
    )  # fmt: skip
    ordered = forecast.in_order(rows)
    wide = ordered.pivot(index="target_month", columns="measure", values=figure)
    assert (wide.max(axis=1) == wide["total_incomplete"]).all()
    assert wide["total_incomplete"].tolist() == [values[0] for values in counts]
    assert ordered.index.tolist() == rows.index.tolist()


def test_the_future_cannot_be_seen(waiting: forecast.WaitingList) -> None:
    """What is said as of an earlier month is the same whatever came after, of figures and of bands."""
    origin = add_months(LAST, -4)
    changed = forecast.WaitingList(
        "RXN", "C_110",
        waiting.figures.assign(value=waiting.figures["value"].where(waiting.figures["month"] <= origin, 9_999_999.0)),
        *(bands.assign(pathways=bands["pathways"].where(bands["month"] <= origin, 77))
          for bands in (waiting.bands, waiting.trust_bands)),
    )  # fmt: skip
    first, second = (forecast.methods(each, [origin], SETTINGS) for each in (waiting, changed))
    assert set(first["method"]) == {"flows_and_identity", "last_value", "drift"}
    pd.testing.assert_frame_equal(first, second)


def test_the_same_inputs_give_the_same_answer(waiting: forecast.WaitingList, said: pd.DataFrame) -> None:
    """Draws are seeded by list and month, whatever other origins are asked for."""
    alone = forecast.methods(waiting, [LAST], SETTINGS)
    pd.testing.assert_frame_equal(said[said["as_of"] == LAST].reset_index(drop=True), alone)


def test_flows_beat_the_last_value_where_flows_rule(waiting: forecast.WaitingList, said: pd.DataFrame) -> None:
    """On a list that only flows move, flows with the identity come closer than assuming nothing changes."""
    record = forecast.track_record(said, waiting.figures)
    assert record["target_month"].max() == LAST
    scored = score(record, ["measure"]).set_index(["measure", "method"])
    assert scored.loc[("total_incomplete", "flows_and_identity"), "error_to_last_value"] < 0.9


def test_summaries_alone_get_an_anchored_stock() -> None:
    """Without flows and bands the list itself is forecast, passing near the last actual, and labelled so."""
    waiting = grown(banded=False)
    told = forecast.methods(waiting, [LAST], SETTINGS)
    assert set(told["method"]) == {"anchored_stock", "last_value", "drift"}
    next_month = told[(told["method"] == "anchored_stock") & (told["measure"] == "total_incomplete")].iloc[0]
    assert next_month["median"] == pytest.approx(history(waiting, "total_incomplete").iloc[-1], rel=0.05)


def test_three_months_of_history_get_the_last_value(waiting: forecast.WaitingList) -> None:
    """A short series is not fitted: nothing changes, with an interval as wide as an ordinary list's."""
    short = forecast.WaitingList(
        "RXN", "C_110", waiting.figures[waiting.figures["month"] >= add_months(LAST, -2)],
        waiting.bands.iloc[:0], waiting.trust_bands.iloc[:0],
    )  # fmt: skip
    told = forecast.methods(short, [LAST], SETTINGS)
    assert set(told["method"]) == {"last_value"}
    assert (told["upper_80"] > told["median"]).all()


def test_an_empty_list_is_forecast_to_stay_empty() -> None:
    """All zeros for three years: the last value, nobody, and hardly a chance of anyone next month."""
    waiting = grown(banded=False)
    empty = forecast.WaitingList("RXN", "C_110", waiting.figures.assign(value=0.0), waiting.bands, waiting.trust_bands)
    told = forecast.methods(empty, [LAST], SETTINGS)
    assert set(told["method"]) == {"last_value"}
    assert (told["median"] == 0).all()


def test_a_list_without_its_latest_month_is_not_forecast(waiting: forecast.WaitingList) -> None:
    """A stale list gets no forecast rather than one from an older month under a newer date."""
    assert forecast.methods(waiting.until(add_months(LAST, -1)), [LAST], SETTINGS).empty


def test_a_combination_is_the_mean_of_what_is_there(said: pd.DataFrame) -> None:
    """Each quantile is averaged over the members; where only one is there nothing is combined."""
    told = forecast.combined(said, SETTINGS.combination)
    key = ["as_of", "measure", "target_month"]
    wide = told.pivot(index=key, columns="method", values="upper_80")
    assert np.allclose(wide["combination"], wide[["flows_and_identity", "last_value"]].mean(axis=1))
    assert "combination" not in set(forecast.combined(said, ["pooled", "last_value"])["method"])


def test_a_combination_is_one_whatever_its_members_knew_of_the_list(said: pd.DataFrame) -> None:
    """A method made elsewhere has the untreated history's usual change: that makes no second combination."""
    other = said["scale"].where(said["method"] == "last_value", said["scale"] + 1)
    told = forecast.combined(said.assign(scale=other), SETTINGS.combination)
    assert (told["method"] == "combination").sum() == (said["method"] == "last_value").sum()


def test_forecasts_made_elsewhere_get_their_origin(waiting: forecast.WaitingList) -> None:
    """A pooled row is given its months ahead, the count it started from and the list's usual change."""
    made = pd.DataFrame(
        [{"as_of": "2025-11", "provider_code": "RXN", "treatment_function_code": "C_110", "measure": "over_52_weeks",
          "target_month": "2026-02", "method": "pooled", **dict.fromkeys(SAID, 1.0)}]
    )  # fmt: skip
    row = forecast.at_origin(made, waiting.figures).iloc[0]
    past = history(waiting, "over_52_weeks")[:"2025-11"]  # type: ignore[misc]
    assert row["horizon"] == 3
    assert row["last_value"] == past.iloc[-1]
    assert row["scale"] == pytest.approx(past.diff().abs().mean())


def test_cohorts_answer_for_the_long_waits(waiting: forecast.WaitingList) -> None:
    """From thresholds and bands: ordered rows of the long waits, each within the one before, and nothing seen after."""
    origin = add_months(LAST, -3)
    told = forecast.of_cohorts(waiting.figures, waiting.bands, [origin], ["RXN"], SETTINGS)
    known = waiting.until(origin)
    pd.testing.assert_frame_equal(told, forecast.of_cohorts(known.figures, known.bands, [origin], ["RXN"], SETTINGS))
    placed = forecast.at_origin(told, waiting.figures)
    assert set(placed["measure"]) == {"over_52_weeks", "over_65_weeks"}
    wide = placed.pivot(index="horizon", columns="measure", values="upper_95")
    assert (wide["over_65_weeks"] <= wide["over_52_weeks"]).all()
    assert forecast.of_cohorts(waiting.figures, waiting.bands, [origin], ["RXL"], SETTINGS).empty
