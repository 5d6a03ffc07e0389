"""`lsc forecast` answers for any provider that is loaded, from nothing later than it was told to see."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsc_analytics.errors import NoDataError, ParameterError
from lsc_analytics.models import pooled
from lsc_analytics.predictions import means_added, panel, predict
from lsc_analytics.store.home import Home
from lsc_analytics.store.warehouse import Warehouse

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def told(demo_home: Home) -> pd.DataFrame:
    """Two months ahead of June 2025, every provider."""
    return predict(demo_home, "rtt", "2025-06", 2)


def test_every_list_of_the_month_is_answered_for(demo_home: Home, told: pd.DataFrame) -> None:
    """Each treatment function with anyone waiting has five measures and every month, the total row among them."""
    waiting = Warehouse(demo_home).rtt(month="2025-06", measure="total_incomplete")
    lists = waiting[waiting["value"] > 0][["provider_code", "treatment_function_code"]]
    assert len(told) == len(lists) * 5 * 2
    assert "C_999" in set(told["treatment_function_code"])
    assert sorted(told["target_month"].unique()) == ["2025-07", "2025-08"]


def test_some_providers_get_the_same_answer_as_all(demo_home: Home, told: pd.DataFrame) -> None:
    """Asking for one leaves the others as teachers."""
    one = predict(demo_home, "rtt", "2025-06", 2, ["RXL"])
    pd.testing.assert_frame_equal(told[told["provider_code"] == "RXL"].reset_index(drop=True), one)


def test_means_add_from_treatment_functions_to_the_provider(told: pd.DataFrame) -> None:
    """The total row's mean is the sum of its parts' means, inside its interval as before, and longer waits within shorter."""
    key = ["provider_code", "measure", "target_month"]
    total = told["treatment_function_code"] == "C_999"
    whole = told[total].set_index(key)
    parts = told[~total].groupby(key)["mean"].sum()
    assert len(whole) == len(parts)
    np.testing.assert_allclose(whole["mean"], parts.reindex(whole.index))
    ordered = whole[["lower_95", "lower_80", "median", "upper_80", "upper_95"]].to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).all()
    assert (ordered >= 0).all()
    for column in ("mean", "median", "lower_80", "upper_80", "lower_95", "upper_95"):
        wide = whole[column].unstack("measure")
        for larger, part in pooled.RTT.nested:
            assert (wide[part] <= wide[larger] + 1e-9).all()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 500), min_size=2, max_size=5), st.floats(0, 1000), st.integers(0, 40))
def test_any_means_add(parts: list[float], total: float, half_width: int) -> None:
    """Whatever the parts and the total row say, the sum is kept and the interval moves with it, not below nothing."""
    codes = [*(f"C_{100 + number}" for number in range(len(parts))), "C_999"]
    told = pd.DataFrame({"treatment_function_code": codes, "mean": [*parts, total]}).assign(
        provider_code="RXL", measure="total_incomplete", target_month="2026-02"
    )
    for name, share in (("median", 0), ("lower_80", -1), ("upper_80", 1), ("lower_95", -2), ("upper_95", 2)):
        told[name] = (told["mean"] + share * half_width).clip(lower=0).round()
    moved = means_added(told, pooled.RTT)
    whole = moved.iloc[-1]
    assert whole["mean"] == pytest.approx(sum(parts))
    assert abs(whole["median"] - sum(parts)) <= 1
    assert 0 <= whole["lower_95"] <= whole["lower_80"] <= whole["median"] <= whole["upper_80"] <= whole["upper_95"]
    pd.testing.assert_frame_equal(moved.iloc[:-1], told.iloc[:-1], check_dtype=False)


def test_diagnostic_thresholds_are_counted_from_the_bands(demo_home: Home) -> None:
    """The count over six weeks that the bands give is the one the workbook states."""
    figures, _ = panel(demo_home, "dm01", "2025-06")
    wide = figures.pivot(
        index=["provider_code", "diagnostic_test_code", "month"], columns="measure", values="value"
    ).dropna()
    assert (wide["waiting_5_plus"] >= wide["waiting_6_plus"]).all()
    assert (wide["waiting_7_plus"] <= wide["waiting_6_plus"]).all()
    assert (wide["waiting_1_plus"] <= wide["total_waiting"]).all()
    assert (wide["waiting_12_plus"] >= wide["waiting_13_plus"]).all()
    told = predict(demo_home, "dm01", "2025-06", 1)
    assert set(told["measure"]) == {"total_waiting", "waiting_6_plus", "waiting_13_plus", "waiting_list_activity"}


def test_a_wrong_month_or_provider_is_said(demo_home: Home, home: Home) -> None:
    """What is not loaded is named with what is."""
    with pytest.raises(NoDataError, match="Loaded are 2022-10"):
        predict(demo_home, "rtt", "2031-01", 1)
    with pytest.raises(ParameterError, match="XXX"):
        predict(demo_home, "rtt", "2025-06", 1, ["RXL", "XXX"])
    with pytest.raises(NoDataError, match="lsc ingest"):
        predict(home, "dm01", "2025-06", 1)
