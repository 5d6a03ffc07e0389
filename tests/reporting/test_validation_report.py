"""What is drawn and said of what follows from validation: published counts only, and every share says of whom."""

from __future__ import annotations

import json

import pandas as pd
import pytest
import vl_convert
from example_validation import REVIEW, many, pathways

from lsc_analytics import parameters
from lsc_analytics.models import chatbot
from lsc_analytics.reporting.charts import validation as charts
from lsc_analytics.reporting.findings import validation as findings
from lsc_analytics.tables import (
    CHATBOT_COVERAGE,
    CHATBOT_DUE,
    CHATBOT_EQUITY,
    CHATBOT_EVALUATION,
    CHATBOT_NET,
    RTT_SCENARIOS,
)


@pytest.fixture(scope="module")
def made() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pathways and published counts: 403 of one specialty and language who mostly stay, 223 of another who leave and do not answer."""
    silent = {"response": None, "responded": False, "completed": False}
    quiet = {"treatment_function_code": "C_130", "language": "Polish"}
    leave = [*many(21, language="English"), *many(82, **quiet)]
    calls = [
        *leave,
        *many(382, response="remain", language="English"),
        *many(41, response="remain", **quiet),
        *many(100, **silent, **quiet),
    ]
    found = pathways(calls, [REVIEW | {"pathway_pseudonym": each["pathway_pseudonym"]} for each in leave])
    return found, chatbot.publish(chatbot.counts(found))


def test_funnel_plot_marks_and_names_what_lies_beyond(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Both specialties differ from the campaign; no exact count is in the drawing; the sentence says of whom and against what."""
    spread = chatbot.spread(made[1])
    chart = charts.chatbot_spread(spread)
    held = json.dumps(chart.to_dict())
    assert "Lancashire Teaching, Ophthalmology" in vl_convert.vegalite_to_svg(chart.to_dict())
    assert not any(f'"{exact}"' in held or f": {exact}.0" in held for exact in (403, 382, 223, 82))
    assert findings.chatbot_spread(spread[~spread["differs"]]) == [
        "No trust's specialty differs from its campaign by more than chance."
    ]
    said = findings.chatbot_spread(spread)
    assert any("64.0% of those who answered want to leave, against 20.0% in the campaign" in one for one in said), said


def test_groups_are_told_beside_everybody_else(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """A group whose interval leaves 1 out is said; so is how many would look different by chance; nothing where none is known."""
    equity = chatbot.equity(made[1], made[0])
    [nothing] = findings.chatbot_equity(equity)  # language and specialty go together: no ratio can be told
    assert nothing == "The call records do not say what patients are like, or too few of a group answered."
    assert findings.chatbot_equity(CHATBOT_EQUITY.empty()) == [nothing]
    told = equity.assign(ratio=0.5, ratio_lower_95=0.4, ratio_upper_95=0.6)
    assert "0.50 times as often as everybody else" in findings.chatbot_equity(told)[0]
    assert findings.chatbot_equity(told)[-1].endswith("is not in these records.")
    assert "<svg" in vl_convert.vegalite_to_svg(charts.chatbot_equity(told).to_dict())


def test_value_names_its_assumptions(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Confirmed with an interval, the price of a removal, and that prices are assumed."""
    value = chatbot.value(made[1], {("ALL", "C_999"): 0.02}, parameters.validation_programme())
    said = findings.chatbot_value(value)
    assert "confirmed, 16" in said[0]
    assert "95% interval" in said[0]
    assert said[-1].startswith("Assumptions:")
    [anyway] = [one for one in said if "anyway" in one]  # once, however many campaigns there are
    assert anyway.startswith("Not all of it is the campaign's: in a year 22% of the list leaves")


def test_what_is_not_loaded_is_said() -> None:
    """Without lists there is no effect, nobody due and no coverage: a sentence each, no empty page."""
    assert "not loaded" in findings.chatbot_effect(RTT_SCENARIOS.empty())[0]
    assert "cannot be told" in findings.chatbot_due(CHATBOT_DUE.empty())[0]
    assert "cannot be told" in findings.chatbot_coverage(CHATBOT_COVERAGE.empty())[0]
    assert "No published lists" in findings.chatbot_net(CHATBOT_NET.empty())[0]
    said = findings.chatbot_evaluation(CHATBOT_EVALUATION.empty())
    assert "can be compared" in said[0]
    assert "unverified" in said[-1]
    assert "<svg" in vl_convert.vegalite_to_svg(charts.chatbot_evaluation(CHATBOT_EVALUATION.empty()).to_dict())


def test_a_comparison_says_what_it_is_of_and_what_it_does_not_show() -> None:
    """Beside how many, over which months, more than chance or not; and that it proves nothing of the campaign."""
    row = {"campaign": "Spring", "measure": "list_change_percent", "words": "Change in the list, percent", "month_before": "2025-02",
           "last_month": "2025-06", "validated_lists": 5, "compared_lists": 12, "placebos": 40, "trend_validated": 1.0,
           "trend_compared": 1.2, "validated": -4.0, "compared": 1.0, "difference": -5.0, "lower_95": -8.0, "upper_95": -2.0}  # fmt: skip
    other = {"measure": "over_52_points", "words": "Over 52", "lower_95": None, "upper_95": None}
    frame = CHATBOT_EVALUATION.check(pd.DataFrame([row, row | other]).astype({"lower_95": float, "upper_95": float}))
    said = findings.chatbot_evaluation(frame)
    assert "5 lists that it called, beside 12 that it did not, from February 2025 to June 2025" in said[0]
    assert said[1].endswith("difference -5.0% (95% interval -8.0 to -2.0): more than chance.")
    assert "too few" in said[2]
    assert any("regression to the mean" in one and "not drawn" in one for one in said)
    assert "<svg" in vl_convert.vegalite_to_svg(charts.chatbot_evaluation(frame).to_dict())
