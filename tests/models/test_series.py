"""Plain methods carry a history on in one form: ordered, never negative, and the last value where nothing can be fitted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsc_analytics.errors import ParameterError
from lsc_analytics.models import series
from lsc_analytics.reference import months_between

FIGURES = ["lower_95", "lower_80", "median", "upper_80", "upper_95"]
QUICK = ["last_value", "drift", "seasonal_naive"]


def history(values: list[float] | np.ndarray, first: str = "2023-01") -> pd.Series:
    """Counts by month."""
    months = months_between(first, "2040-12")[: len(values)]
    return pd.Series(np.asarray(values, float), index=months)


def told(values: list[float] | np.ndarray, methods: list[str], horizon: int = 12) -> pd.DataFrame:
    """What the methods say, by method and month ahead."""
    return series.ahead(history(values), horizon, methods).set_index(["method", "horizon"])


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=40))
@settings(deadline=None, max_examples=60)
def test_every_row_is_ordered_and_not_negative(values: list[int]) -> None:
    """Whatever the history, 95% holds 80% holds the median, no count is negative and a chance is a chance."""
    rows = series.ahead(history(values), 12, QUICK)
    assert (rows[FIGURES].diff(axis=1).iloc[:, 1:] >= -1e-6).all().all()
    assert (rows[[*FIGURES, "mean"]] >= 0).all().all()
    assert rows["probability_any"].between(0, 1).all()
    assert not rows.duplicated(["method", "horizon"]).any()


@pytest.mark.parametrize("method", list(series.METHODS))
def test_every_method_answers_in_one_form(method: str) -> None:
    """Three years of an ordinary list: twelve finite rows of every method, under its own name."""
    values = 1000 + 40 * np.sin(np.arange(36) / 6 * np.pi) + np.random.default_rng(3).normal(0, 15, 36)
    rows = series.ahead(history(values), 12, [method])
    assert rows["method"].unique().tolist() == [method]
    assert rows["horizon"].tolist() == list(range(1, 13))
    assert np.isfinite(rows[FIGURES].to_numpy(float)).all()
    assert rows["median"].between(700, 1300).all()


def test_drift_and_season_carry_on_what_they_saw() -> None:
    """A line goes on rising; last year comes again."""
    line = told(100 + 5 * np.arange(30), ["drift"])
    assert line.loc[("drift", 6), "median"] == pytest.approx(245 + 30)
    year = [10.0, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120]
    assert told(year * 2, ["seasonal_naive"])["median"].tolist() == year


@pytest.mark.parametrize("values", [[50.0] * 3, [40.0] * 30, [0.0] * 24])
def test_a_short_or_still_history_gets_the_last_value_and_says_so(values: list[float]) -> None:
    """Three months, or a count that never moved, are not fitted: one row a month, named last_value."""
    rows = series.ahead(history(values), 6, list(series.METHODS))
    assert rows["method"].unique().tolist() == ["last_value"]
    assert len(rows) == 6
    assert (rows["median"] == values[-1]).all()


def test_a_list_of_one_month_still_has_an_interval() -> None:
    """Nothing is known of how it moves, so it is taken to move as an ordinary list does."""
    row = series.ahead(history([100.0]), 3, ["last_value"]).iloc[-1]
    assert row["lower_80"] < 90
    assert row["upper_80"] > 110


def test_intervals_widen_with_time() -> None:
    """A list that walks at random is less sure a year ahead than a month ahead."""
    walked = 2000 + np.cumsum(np.random.default_rng(5).normal(0, 30, 40))
    rows = told(walked, ["last_value"])
    width = rows["upper_80"] - rows["lower_80"]
    assert width["last_value", 12] > 1.5 * width["last_value", 1]


def test_the_interval_of_a_random_walk_holds_what_it_says() -> None:
    """Of four hundred seeded walks, the last value's 80% interval holds 72 to 88% three months ahead."""
    random = np.random.default_rng(11)
    held = []
    for _ in range(400):
        walked = 1500 + np.cumsum(random.normal(0, 25, 39))
        row = told(walked[:36], ["last_value"], 3).loc[("last_value", 3)]
        held.append(row["lower_80"] <= walked[38] <= row["upper_80"])
    assert 0.72 <= np.mean(held) <= 0.88


def test_a_missing_month_is_a_straight_line_for_all_but_the_last_value() -> None:
    """A gap is neither zero nor refused: drift over it is that of its two ends."""
    full = history(200.0 + 3 * np.arange(30))
    gapped = full.drop(full.index[10:13])
    drift = series.ahead(gapped, 3, ["drift"])
    assert drift["median"].tolist() == pytest.approx(series.ahead(full, 3, ["drift"])["median"].tolist())


def test_an_unknown_method_is_refused_by_name() -> None:
    """A misspelt method is answered with those there are."""
    with pytest.raises(ParameterError, match=r"There is no method profet\. Use last_value, drift"):
        series.ahead(history([1.0] * 20), 3, ["profet"])
