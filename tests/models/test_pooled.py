"""The pooled forecast sees nothing after its origin, keeps its measures in order, and says when it only repeats."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lsc_analytics.errors import ParameterError
from lsc_analytics.models import pooled
from lsc_analytics.reference import add_months, months_between
from lsc_analytics.tables import DM01_PREDICTIONS, RTT_PREDICTIONS

FIRST, LAST = "2023-01", "2025-06"
MONTHS = months_between(FIRST, LAST)


def panel(providers: int = 12, functions: int = 5, seed: int = 3) -> pd.DataFrame:
    """Lists that grow or shrink with their provider, their long waits in step, two and a half years of them."""
    random = np.random.default_rng(seed)
    rows = []
    for provider in range(providers):
        drift = random.normal(0, 0.012)
        for function in range(functions):
            level = np.exp(random.normal(6.5, 1.0))
            for step, month in enumerate(MONTHS):
                total = round(level * np.exp(drift * step) * np.exp(random.normal(0, 0.01)))
                over = {"over_52_weeks": round(total * 0.04), "over_65_weeks": round(total * 0.008), "over_78_weeks": 0}
                counts = {"total_incomplete": total, "within_18_weeks": round(total * 0.6), **over}
                rows += [
                    (f"R{provider:02d}", f"C_{function}", month, name, float(count)) for name, count in counts.items()
                ]
    return pd.DataFrame(rows, columns=["provider_code", "treatment_function_code", "month", "measure", "value"])


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    """The lists."""
    return panel()


@pytest.fixture(scope="module")
def told(figures: pd.DataFrame) -> pd.DataFrame:
    """Their forecast, six months ahead."""
    return pooled.forecast(figures, pooled.RTT, LAST, 6)


def test_it_keeps_the_promised_columns_and_every_list(told: pd.DataFrame) -> None:
    """Every list, measure and month ahead is there once, in the columns that other tools read."""
    checked = RTT_PREDICTIONS.check(told[RTT_PREDICTIONS.names])
    assert len(checked) == 12 * 5 * 5 * 6
    assert checked["target_month"].min() == "2025-07"
    assert set(checked["method"]) == {"pooled"}


def test_counts_are_whole_ordered_and_not_negative(told: pd.DataFrame) -> None:
    """Intervals hold each other and the median, and nothing is below nothing."""
    ordered = told[["lower_95", "lower_80", "median", "upper_80", "upper_95"]].to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).all()
    assert (ordered >= 0).all()
    assert (ordered == ordered.round()).all()
    assert told["probability_any"].between(0, 1).all()


def test_a_longer_wait_never_has_more_than_a_shorter_one(told: pd.DataFrame) -> None:
    """78+ is at most 65+, which is at most 52+, which is at most the list, in every column."""
    wide = told.pivot(index=["provider_code", "treatment_function_code", "target_month"], columns="measure")
    for column in ("mean", "median", "lower_80", "upper_95", "probability_any"):
        ladder = wide[column][["over_78_weeks", "over_65_weeks", "over_52_weeks", "total_incomplete"]].to_numpy()
        assert (np.diff(ladder, axis=1) >= -1e-9).all()


def test_nothing_after_the_origin_is_seen(figures: pd.DataFrame) -> None:
    """Whatever happened afterwards, a forecast from an earlier month is the same."""
    origin = add_months(LAST, -6)
    later = figures["month"] > origin
    changed = figures.assign(value=figures["value"].where(~later, figures["value"] * 7 + 1000))
    for each in (changed, figures[~later]):
        pd.testing.assert_frame_equal(
            pooled.forecast(figures, pooled.RTT, origin, 3), pooled.forecast(each, pooled.RTT, origin, 3)
        )


def test_it_beats_the_last_value_where_lists_move_with_their_trust(figures: pd.DataFrame) -> None:
    """Drift that a trust's lists share is learned from the others: the error on unseen months is clearly smaller."""
    origin = add_months(LAST, -3)
    told = pooled.forecast(figures, pooled.RTT, origin, 3)
    whole = figures[figures["measure"] == "total_incomplete"]
    key = ["provider_code", "treatment_function_code"]
    scored = told[told["measure"] == "total_incomplete"].merge(
        whole.rename(columns={"month": "target_month", "value": "outturn"})[[*key, "target_month", "outturn"]]
    )
    scored = scored.merge(whole[whole["month"] == origin][[*key, "value"]])
    assert len(scored) == 12 * 5 * 3
    assert (scored["median"] - scored["outturn"]).abs().sum() < 0.8 * (scored["value"] - scored["outturn"]).abs().sum()


def test_a_short_history_gets_the_last_value_and_says_so(figures: pd.DataFrame) -> None:
    """A list with three months, beside others with thirty, repeats its last value under that name."""
    mine = (figures["provider_code"] == "R00") & (figures["month"] < add_months(LAST, -2))
    told = pooled.forecast(figures[~mine], pooled.RTT, LAST, 2)
    new = told[told["provider_code"] == "R00"]
    last = figures[figures["month"] == LAST].rename(columns={"value": "last"})
    joined = new.merge(last, on=["provider_code", "treatment_function_code", "measure"])
    assert set(new["method"]) == {"last_value"}
    assert (joined["median"] == joined["last"]).all()
    assert set(told.loc[told["provider_code"] != "R00", "method"]) == {"pooled"}


def test_three_months_of_everything_is_the_last_value(figures: pd.DataFrame) -> None:
    """With no history to learn from, nothing is learned."""
    told = pooled.forecast(figures[figures["month"] >= add_months(LAST, -2)], pooled.RTT, LAST, 3)
    assert set(told["method"]) == {"last_value"}


def test_an_ended_list_and_an_empty_one_are_not_forecast(figures: pd.DataFrame) -> None:
    """Who has no figure, or nobody, at the origin has no forecast."""
    ended = (figures["provider_code"] == "R01") & (figures["month"] == LAST)
    nobody = (figures["provider_code"] == "R02") & (figures["month"] == LAST)
    changed = figures.assign(value=figures["value"].where(~nobody, 0.0))[~ended]
    told = pooled.forecast(changed, pooled.RTT, LAST, 1)
    assert not set(told["provider_code"]) & {"R01", "R02"}


def test_a_gap_month_is_survived(figures: pd.DataFrame) -> None:
    """A month that nobody reported is unknown, not nothing."""
    told = pooled.forecast(figures[figures["month"] != "2024-03"], pooled.RTT, LAST, 2)
    whole = pooled.forecast(figures, pooled.RTT, LAST, 2)
    assert len(told) == len(whole)
    assert np.median(np.abs(told["median"] - whole["median"]) / (whole["median"] + 5)) < 0.03


def test_the_horizon_is_at_most_a_year(figures: pd.DataFrame) -> None:
    """Thirteen months ahead would look at months not yet seen."""
    with pytest.raises(ParameterError, match="1 to 12"):
        pooled.forecast(figures, pooled.RTT, LAST, 13)


def test_diagnostics_share_the_method() -> None:
    """DM01 lists go the same way, with their bands as further thresholds."""
    random = np.random.default_rng(5)
    rows = []
    for provider in range(10):
        for test in ("1", "2", "7"):
            level = np.exp(random.normal(6, 0.6))
            for month in MONTHS:
                total = round(level * np.exp(random.normal(0, 0.05)))
                counts = {f"waiting_{week}_plus": round(total * 0.8**week) for week in range(1, 14)}
                counts |= {"total_waiting": total, "waiting_list_activity": round(total * 0.9)}
                rows += [(f"R{provider}", test, month, name, float(count)) for name, count in counts.items()]
    figures = pd.DataFrame(rows, columns=["provider_code", "diagnostic_test_code", "month", "measure", "value"])
    told = pooled.forecast(figures, pooled.DM01, LAST, 3)
    DM01_PREDICTIONS.check(told[DM01_PREDICTIONS.names])
    assert set(told["measure"]) == set(pooled.DM01.measures)
