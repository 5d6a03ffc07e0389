"""What the chart of a test's forecast draws and its findings say, sure or unsure, and where there is no forecast."""

from __future__ import annotations

import pandas as pd
import vl_convert

from lsc_analytics.reference import add_months
from lsc_analytics.reporting.charts import diagnostics_ahead as charts
from lsc_analytics.reporting.findings import accuracy
from lsc_analytics.reporting.findings import diagnostics_ahead as findings
from lsc_analytics.tables import DM01_DEMAND_AHEAD, DM01_FORECAST_SAID, DM01_OUTLOOK, DM01_POSITION

AS_OF = "2025-09"
LIST = {"provider_code": "RXN", "diagnostic_test_code": "1"}


def outlook(chance: float = 0.3) -> pd.DataFrame:
    """Six months ahead against 99% and 95%."""
    rows = [
        LIST | {
            "as_of": AS_OF, "target_month": add_months(AS_OF, step), "horizon": step, "horizon_label": "decision",
            "standard": f"x{needed}", "words": f"at least {needed:g}% within six weeks", "needed_percent": needed,
            "within_percent": 88.0 + step, "within_lower_80": 80.0, "within_upper_80": 97.5,
            "probability_met": chance if needed == 99.0 else 0.999, "method": "pooled",
        }
        for needed in (99.0, 95.0)
        for step in range(1, 7)
    ]  # fmt: skip
    return DM01_OUTLOOK.check(pd.DataFrame(rows))


def history() -> pd.DataFrame:
    """Two months of the list."""
    rows = [
        LIST | {"month": month, "total_waiting": 200, "waiting_6_plus": 24, "within_6_weeks_percent": 88.0}
        for month in (add_months(AS_OF, -1), AS_OF)
    ]
    missing = dict.fromkeys([name for name in DM01_POSITION.names if name not in rows[0]])
    return DM01_POSITION.check(pd.DataFrame(rows).assign(**missing))


def test_the_chart_shows_past_forecast_interval_and_standards() -> None:
    """Vega draws it; the title says what is forecast for the last month, the standards stand on their lines."""
    chart = charts.diagnostics_outlook(history(), outlook())
    svg = vl_convert.vegalite_to_svg(chart.to_dict())
    assert "94.0% forecast for March 2026: waiting less than six weeks" in svg
    assert ">99%<" in svg
    assert ">95%<" in svg
    assert len(chart.to_dict()["description"]) > 40


def test_a_list_without_a_forecast_is_still_drawn() -> None:
    """Its past stands alone, and the title says so."""
    assert "No forecast" in vl_convert.vegalite_to_svg(
        charts.diagnostics_outlook(history(), DM01_OUTLOOK.empty()).to_dict()
    )


def test_the_finding_says_which_month_how_likely_and_between_what() -> None:
    """The hardest standard first, six months ahead, in words and with its interval; certainty is never claimed."""
    first, second = findings.diagnostics_outlook(outlook())
    assert first.startswith("**By the end of March 2026, MRI at Lancashire Teaching will probably miss 99%")
    assert "chance of meeting it 30%" in first
    assert "forecast at 94.0%, eight times in ten between 80.0% and 97.5%" in first
    assert second == "At least 95% within six weeks: chance above 99%."
    assert "no forecast" in findings.diagnostics_outlook(DM01_OUTLOOK.empty())[0]


def test_demand_is_told_against_the_tests() -> None:
    """Sums over the months: 120 and 100 joined, 100 tests a month, so the list would grow by 20."""
    rows = [
        LIST | {"as_of": AS_OF, "target_month": add_months(AS_OF, step), "horizon": step, "horizon_label": "nowcast",
                "total_waiting": 200.0, "waiting_list_activity": 100.0, "implied_demand": joined}
        for step, joined in ((1, 120.0), (2, 100.0))
    ]  # fmt: skip
    said = findings.diagnostics_demand(DM01_DEMAND_AHEAD.check(pd.DataFrame(rows)))
    assert "Over the 2 months to November 2025, 220 people are expected to join" in said
    assert said.endswith("so the list would grow by 20.")
    assert "cannot be told" in findings.diagnostics_demand(DM01_DEMAND_AHEAD.empty())


def test_a_tests_record_speaks_of_people() -> None:
    """Out by six people, too low, inside the interval; the list is named as a test."""
    row = LIST | {
        "as_of": "2025-08", "measure": "waiting_6_plus", "target_month": AS_OF, "horizon": 1, "method": "pooled",
        "median": 24.0, "lower_80": 18.0, "upper_80": 33.0, "backcast": True, "outturn": 30.0,
    }  # fmt: skip
    said = accuracy.last_six(DM01_FORECAST_SAID.check(pd.DataFrame([row])), "waiting_6_plus")
    assert "MRI at Lancashire Teaching, waiting six weeks or more" in said
    assert "out by 6 people on average" in said
    assert "held 1 of 1" in said
