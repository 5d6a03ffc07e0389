"""What validation charts draw and findings say: published counts only, and nothing drawn of a hidden one."""

from __future__ import annotations

import json
from collections.abc import Callable

import altair as alt
import pandas as pd
import pytest
import vl_convert

from lsc_analytics.models.chatbot import beside_published, published, shares
from lsc_analytics.parameters import chatbot_published, models
from lsc_analytics.reporting.charts import chatbot as charts
from lsc_analytics.reporting.findings import chatbot as findings
from lsc_analytics.store.disclosure import HIDDEN
from lsc_analytics.tables import CHATBOT_OUTCOMES

COUNTS = [name for name in CHATBOT_OUTCOMES.names if name not in CHATBOT_OUTCOMES.grain]
PILOT = dict(zip(COUNTS, (2_653, 2_282, 1_712, 1_455, 257, 120, 368, 226, 9, 9), strict=True))
ROLL_OUT = dict(zip(COUNTS, (20_115, 17_299, 13_583, 12_115, 1_196, 272, 1_424, 1_038, 44, 0), strict=True))
TINY = dict(zip(COUNTS, (60, 50, 46, 40, 6, 0, 6, 3, 0, 0), strict=True))


def outcomes(**campaigns: dict[str, int]) -> pd.DataFrame:
    """Published outcomes of the system, a row a campaign."""
    key = {"provider_code": "ALL", "treatment_function_code": "C_999"}
    return published(
        CHATBOT_OUTCOMES.check(pd.DataFrame([{"campaign": n} | key | row for n, row in campaigns.items()]))
    )


BOTH = outcomes(Pilot=PILOT, Later=ROLL_OUT)
SMALL = outcomes(Small=TINY)


@pytest.mark.parametrize("draw", [charts.chatbot_funnel, charts.chatbot_responses])
def test_charts_draw_published_counts_only(draw: Callable[[pd.DataFrame], alt.LayerChart]) -> None:
    """Vega draws it; the specification holds no exact count; title and description say what it shows."""
    spec = draw(shares(BOTH)).to_dict()
    assert "<svg" in vl_convert.vegalite_to_svg(spec)
    held = json.dumps(spec)
    for exact in (1_712, 2_282, 17_299, 13_583, 1_196):
        assert str(exact) not in held
        assert f"{exact:,}" not in held
    assert spec["title"]["text"]
    assert "Pilot" in spec["description"]
    assert HIDDEN not in spec["title"]["subtitle"]


def test_every_bar_is_labelled_with_what_it_is_of() -> None:
    """Counts in the funnel, a share and its denominator in the answers: nothing rests on colour alone."""
    assert ">17,300<" in vl_convert.vegalite_to_svg(charts.chatbot_funnel(shares(BOTH)).to_dict())
    answers = vl_convert.vegalite_to_svg(charts.chatbot_responses(shares(BOTH)).to_dict())
    assert ">8.8%<" in answers
    assert ">Later (13,585)<" in answers


def test_nothing_is_drawn_of_a_hidden_count() -> None:
    """Where * stands the bar has no length and the label is *; the subtitle says what * is."""
    chart = charts.chatbot_responses(shares(SMALL))
    bars = next(rows for rows in chart.to_dict()["datasets"].values() if any(row["percent"] for row in rows))
    hidden = [row for row in bars if row["label"] == HIDDEN]
    assert hidden
    assert all(row["percent"] is None for row in hidden)
    assert vl_convert.vegalite_to_svg(chart.to_dict()).count(f">{HIDDEN}<") == len(hidden)
    assert HIDDEN in chart.to_dict()["title"]["subtitle"]


def test_headline_leads_with_the_latest_campaign() -> None:
    """The share who want to leave, of how many who answered, and how many clinical review removed."""
    assert findings.chatbot_headline(shares(BOTH)) == [
        "**Later:** 8.8% (1,195) of the 13,585 patients who answered want to leave the list; clinical review has removed 1,040.",
        "**Pilot:** 14.9% (255) of the 1,710 patients who answered want to leave the list; clinical review has removed 225.",
    ]


def test_funnel_names_both_denominators() -> None:
    """Reached of those called, answered of those reached."""
    assert findings.chatbot_funnel(shares(BOTH))[0] == (
        "**Later:** 86.0% (17,300) of the 20,115 called were reached, and 78.5% (13,585) of those reached answered."
    )


def test_responses_say_of_whom_and_what_followed() -> None:
    """Shares of those who answered beside the share of all reached, overlap where there is one, and the review."""
    later, pilot = findings.chatbot_responses(shares(BOTH))
    assert later == (
        "**Later:** of the 13,585 who answered, 89.2% (12,115) want to stay, 8.8% (1,195) want to leave and 2.0% (270) "
        "have become worse. Those who want to leave are 6.9% of all patients reached. Nobody is removed on their word "
        "alone: clinical teams reviewed 1,425 and removed 1,040."
    )
    assert "Worse overlaps stay here" in pilot
    assert "Worse overlaps stay here" not in later


def test_hidden_counts_are_said_as_hidden() -> None:
    """A sentence with a hidden count shows *, escaped for Markdown, and no share of it."""
    [said] = findings.chatbot_responses(shares(SMALL))
    assert "\\* want to leave" in said
    assert "of all patients reached" not in said
    assert "removed \\*." in said


def test_reviews_say_who_waits_and_for_how_long() -> None:
    """Awaiting, overdue by the limit of models.yml, or everybody reviewed."""
    limit = models().chatbot.review_limit_days
    assert findings.chatbot_reviews(BOTH) == [
        f"**Later:** 45 of those who asked to leave or are worse await a clinical review; more than {limit} days have passed for nobody.",
        f"**Pilot:** 10 of those who asked to leave or are worse await a clinical review; more than {limit} days have passed for 10.",
    ]
    assert findings.chatbot_reviews(SMALL) == ["**Small:** everybody who asked to leave or is worse has been reviewed."]


def test_published_figures_come_with_what_to_know() -> None:
    """Why 9% there and 8.8% or 6.9% here; and the rule for small counts."""
    said = findings.chatbot_beside(beside_published(BOTH, chatbot_published()))
    assert any("9% matches almost 1,200 of the 13,583 who answered" in sentence for sentence in said)
    assert len(said) == 1 + len(chatbot_published())
    assert "\\* is 1 to 7" in findings.chatbot_disclosure()
