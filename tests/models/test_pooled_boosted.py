"""Boosting sees nothing after its origin, says the same twice, keeps the measures in order, and leaves small lists alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from example_weekly_lists import LAST, panel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lsc_analytics.models import pooled
from lsc_analytics.models.pooled import boosted
from lsc_analytics.models.pooled.panel import arrange
from lsc_analytics.reference import add_months
from lsc_analytics.tables import DM01_PREDICTIONS

CELL = ["provider_code", "diagnostic_test_code"]
ORIGIN = add_months(LAST, -2)


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    """The lists."""
    return panel()


@pytest.fixture(scope="module")
def told(figures: pd.DataFrame) -> pd.DataFrame:
    """Their forecast, a month ahead, with boosting."""
    return pooled.forecast(figures, pooled.DM01, ORIGIN, 1, boosting=True)


def test_method_says_which_rows_are_boosted(told: pd.DataFrame) -> None:
    """The family's boosted measures of lists with fifty or more, and no other rows."""
    DM01_PREDICTIONS.check(told[DM01_PREDICTIONS.names])
    meant = told["measure"].isin(pooled.DM01.boosted) & (told["diagnostic_test_code"] != "12")
    assert set(told.loc[meant, "method"]) == {"boosted"}
    assert set(told.loc[~meant, "method"]) == {"pooled"}


def test_small_lists_and_other_measures_are_told_as_without_boosting(figures: pd.DataFrame, told: pd.DataFrame) -> None:
    """A list of a dozen is the same in every column; so are the whole list and the tests done."""
    plain = pooled.forecast(figures, pooled.DM01, ORIGIN, 1)
    kept = (told["diagnostic_test_code"] == "12") | told["measure"].isin(["total_waiting", "waiting_list_activity"])
    pd.testing.assert_frame_equal(told[kept], plain[kept])
    assert not told["median"].equals(plain["median"])


def test_it_says_the_same_twice_and_of_several_origins_at_once(figures: pd.DataFrame, told: pd.DataFrame) -> None:
    """Trees grow from one seed on one thread, and only from what is known at their own origin."""
    together = pooled.rolling(figures, pooled.DM01, [ORIGIN, LAST], 1, boosting=True)
    mine = together[together["as_of"] == ORIGIN].drop(columns="as_of").reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, told)


def test_nothing_after_the_origin_is_seen(figures: pd.DataFrame, told: pd.DataFrame) -> None:
    """Whatever happened afterwards, the forecast is the same."""
    later = figures["month"] > ORIGIN
    changed = figures.assign(value=figures["value"].where(~later, figures["value"] * 7 + 1000))
    pd.testing.assert_frame_equal(pooled.forecast(changed, pooled.DM01, ORIGIN, 1, boosting=True), told)


def test_it_learns_waves_that_all_lists_have() -> None:
    """Long waits that rise and fall by a rule are foretold clearly better than by the last value."""
    figures = panel(30, 24)
    lists = arrange(figures, pooled.DM01, str(figures["month"].min()), LAST)
    counts, now = lists.counts["waiting_6_plus"], len(lists.months) - 2
    median = boosted.medians(lists, pooled.DM01, "waiting_6_plus", 1, [now])[now]
    large = np.isfinite(median)
    assert large.sum() == 60
    came, last = counts[large, now + 1], counts[large, now]
    assert np.abs(median[large] - came).sum() < 0.6 * np.abs(last - came).sum()


def test_a_first_year_is_left_to_the_regression(figures: pd.DataFrame) -> None:
    """With nothing known of a year ago, no row is boosted."""
    told = pooled.forecast(figures[figures["month"] > "2024-08"], pooled.DM01, LAST, 1, boosting=True)
    assert set(told["method"]) == {"pooled"}


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000), st.integers(13, 16), st.floats(0, 0.4))
def test_any_history_gives_ordered_counts(seed: int, months: int, missing: float) -> None:
    """However patchy and wild: whole counts, intervals in order, and a longer wait within a shorter one in every column."""
    random = np.random.default_rng(seed)
    whole = panel(4, months, seed)
    wild = whole.groupby([*CELL, "month"])["value"].transform(lambda rows: random.exponential(1))
    figures = whole.assign(value=(whole["value"] * wild).round() + (whole["measure"] == "total_waiting"))
    lost = figures.groupby([*CELL, "month"])["value"].transform(lambda rows: float(random.random() < missing)) > 0
    told = pooled.forecast(figures[(figures["month"] == LAST) | ~lost], pooled.DM01, LAST, 1, boosting=True)
    assert np.isfinite(told.select_dtypes("number")).all(axis=None)
    ordered = told[["lower_95", "lower_80", "median", "upper_80", "upper_95"]].to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).all()
    assert (ordered >= 0).all()
    wide = told.pivot(index=[*CELL, "target_month"], columns="measure")
    for column in ("mean", "median", "lower_80", "upper_80", "lower_95", "upper_95", "probability_any"):
        ladder = wide[column][["waiting_13_plus", "waiting_6_plus", "total_waiting"]].to_numpy()
        assert (np.diff(ladder, axis=1) >= -1e-9).all()
