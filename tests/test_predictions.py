"""`lsc forecast` answers for any provider that is loaded, from nothing later than it was told to see."""

from __future__ import annotations

import pandas as pd
import pytest

from lsc_analytics.accuracy import as_markdown, score
from lsc_analytics.errors import NoDataError, ParameterError
from lsc_analytics.predictions import panel, predict
from lsc_analytics.store.home import Home
from lsc_analytics.store.warehouse import Warehouse

pytestmark = pytest.mark.integration


def test_every_list_of_the_month_is_answered_for(demo_home: Home) -> None:
    """Each treatment function with anyone waiting has five measures and every month, the total row among them."""
    told = predict(demo_home, "rtt", "2025-06", 2)
    waiting = Warehouse(demo_home).rtt(month="2025-06", measure="total_incomplete")
    lists = waiting[waiting["value"] > 0][["provider_code", "treatment_function_code"]]
    assert len(told) == len(lists) * 5 * 2
    assert "C_999" in set(told["treatment_function_code"])
    assert sorted(told["target_month"].unique()) == ["2025-07", "2025-08"]


def test_some_providers_get_the_same_answer_as_all(demo_home: Home) -> None:
    """Asking for one leaves the others as teachers."""
    every, one = predict(demo_home, "rtt", "2025-06", 1), predict(demo_home, "rtt", "2025-06", 1, ["RXL"])
    pd.testing.assert_frame_equal(every[every["provider_code"] == "RXL"].reset_index(drop=True), one)


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


def test_the_score_is_the_error_over_the_last_values() -> None:
    """Half the last value's error is one half, over the four trusts and over all; coverage counts lists of five or more."""
    judged = pd.DataFrame(
        {
            "provider_code": ["RXL", "XYZ"], "measure": "total_incomplete", "origin": "2025-01", "median": [95.0, 10.0],
            "lower_80": [90.0, 8.0], "upper_80": [98.0, 12.0], "last_value": [90.0, 4.0], "outturn": [100.0, 10.0],
        }
    )  # fmt: skip
    told = score(judged).iloc[0]
    assert told["ratio"] == pytest.approx(5 / 16)
    assert told["trusts_ratio"] == pytest.approx(0.5)
    assert told["held_80_percent"] == 0
    assert "| `total_incomplete` | 1 | 0.312 |" in as_markdown({"rtt": score(judged)})
