"""What validation charts draw and findings say: published counts only, and nothing drawn of a hidden one."""

from __future__ import annotations

import json
from collections.abc import Callable

import altair as alt
import pandas as pd
import pytest
import vl_convert

from lsc_analytics.models.chatbot import beside_published, shares
from lsc_analytics.parameters import chatbot_published, models
from lsc_analytics.reporting.charts import chatbot as charts
from lsc_analytics.reporting.findings import chatbot as findings
from lsc_analytics.store.disclosure import HIDDEN, publish
from lsc_analytics.tables import CHATBOT_OUTCOMES, CHATBOT_OUTCOMES_PUBLISHED, CHATBOT_SAFETY, CHATBOT_STEPS

COUNTS = [name for name in CHATBOT_OUTCOMES.names if name not in CHATBOT_OUTCOMES.grain]
PILOT = dict(zip(COUNTS, (2_773, 2_653, 2_282, 1_712, 257, 1_455, 120, 368, 229, 226), strict=True))
ROLL_OUT = dict(zip(COUNTS, (21_515, 20_115, 17_299, 13_583, 1_196, 12_115, 272, 1_424, 1_070, 1_038), strict=True))
TINY = dict(zip(COUNTS, (62, 60, 50, 46, 6, 40, 0, 6, 3, 3), strict=True))


def outcomes(**campaigns: dict[str, int]) -> pd.DataFrame:
    """Published outcomes of the system, a row a campaign."""
    key = {"provider_code": "ALL", "treatment_function_code": "C_999"}
    exact = CHATBOT_OUTCOMES.check(pd.DataFrame([{"campaign": n} | key | row for n, row in campaigns.items()]))
    answers = ([(0, "leave"), (0, "remain")], [(0, "responded")])
    return publish(exact, CHATBOT_OUTCOMES_PUBLISHED, [answers] if len(exact) == 1 else [])


def safety(**changes: object) -> pd.DataFrame:
    """The published safety of one campaign, all trusts together: nobody waits, unless changed."""
    row = dict.fromkeys(CHATBOT_SAFETY.names, "0") | {name: None for name in CHATBOT_SAFETY.names if "_days" in name}
    row |= {"campaign": "Later", "provider_code": "ALL", "worse_limit_days": 5, "leave_limit_days": 14}
    return CHATBOT_SAFETY.check(pd.DataFrame([row | changes]))


WAITING = safety(
    worse_awaiting="20", worse_overdue="15", worse_median_days=12.0, worse_ninetieth_days=30.0, worse_longest_days=42.0,
    leave_awaiting="*", leave_overdue="0", excluded="380", excluded_contacted="20", removed="1,040", rereferred="*",
)  # fmt: skip
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


def test_headline_leads_with_safety_then_the_latest_campaign() -> None:
    """Who is still to be looked at; then the share who want to leave, of how many who answered, and how many clinical review removed."""
    assert findings.chatbot_headline(shares(BOTH), WAITING) == [
        "**First:** patients who said that they are worse have had no clinical review within the limit of 5 days: 15 of Later, "
        "the longest for up to 42 days.",
        "**Later:** of the 13,585 patients who answered, 8.8% (1,195) want to leave the list and 2.0% (270) are worse; clinical "
        "review has removed 1,040. Those who want to leave are 6.9% of the 17,300 reached, 5.9% of the 20,115 called and 5.6% of "
        "the 21,515 who may be called.",
        "**Pilot:** 14.9% (255) of the 1,710 patients who answered want to leave the list; clinical review has removed 225.",
    ]


def test_headline_names_the_trusts_of_those_past_the_limit() -> None:
    """Where they are, with a hidden count as hidden; a trust with nobody past the limit is not named."""
    trusts = [
        safety(provider_code=code, worse_awaiting=late, worse_overdue=late)
        for code, late in (("RXN", "10"), ("RTX", "*"), ("RXL", "0"))
    ]
    first = findings.chatbot_headline(shares(BOTH), pd.concat([WAITING, *trusts], ignore_index=True))[0]
    assert first.endswith(": 15 of Later (Lancashire Teaching 10, Morecambe Bay \\*), the longest for up to 42 days.")


def test_headline_of_one_specialty_says_what_is_of_all_of_them() -> None:
    """Safety is not counted by specialty: whoever reads a specialty's page is told; nothing is said of a hidden share."""
    one = SMALL.assign(provider_code="RXN", treatment_function_code="C_110")
    told = findings.chatbot_headline(shares(one), WAITING)
    assert told[0].startswith("**First, of all specialties:** ")
    assert "Those who want to leave are" not in told[1]
    [scope] = findings.chatbot_scope(shares(one))
    assert scope.startswith(
        "Answers, reviews, removals and lists are those of Trauma and Orthopaedics at Lancashire Teaching."
    )
    assert findings.chatbot_reviewed(shares(one))[0].endswith(
        "0 are worse and \\* want to leave; \\* of them have been reviewed."
    )
    assert findings.chatbot_scope(shares(SMALL)) == findings.chatbot_reviewed(shares(SMALL)) == []


def test_a_page_of_one_campaign_says_what_is_of_all() -> None:
    """Only what can be told of all campaigns together is; of all campaigns there is nothing to say."""
    [scope] = findings.chatbot_scope(shares(BOTH), "Later")
    assert scope.startswith("This page is of Later alone. Months, who to contact next and how much of the list")
    assert findings.chatbot_scope(shares(BOTH)) == []


def test_funnel_names_both_denominators() -> None:
    """Reached of those called, answered of those reached."""
    assert findings.chatbot_funnel(shares(BOTH))[0] == (
        "**Later:** 86.0% (17,300) of the 20,115 called were reached, and 78.5% (13,585) of those reached answered."
    )


def test_responses_say_of_whom_and_what_followed() -> None:
    """Shares of those who answered, overlap where there is one, and the review."""
    later, pilot = findings.chatbot_responses(shares(BOTH))
    assert later == (
        "**Later:** of the 13,585 who answered, 89.2% (12,115) want to stay, 8.8% (1,195) want to leave and 2.0% (270) "
        "have become worse. Leave: 95% interval 8.3% to 9.3%. Nobody is removed on their word "
        "alone: clinical teams reviewed 1,425 and removed 1,040."
    )
    assert "Worse overlaps stay here" in pilot
    assert "Worse overlaps stay here" not in later


def test_hidden_counts_are_said_as_hidden() -> None:
    """A sentence with a hidden count shows *, escaped for Markdown, and no share of it."""
    [said] = findings.chatbot_responses(shares(SMALL))
    assert "\\* want to leave" in said
    assert "95% interval" not in said
    assert "removed \\*." in said


def test_safety_says_who_waits_and_for_how_long() -> None:
    """Awaiting, past the limit, the tail; called by mistake; referred again; or that everybody has been reviewed."""
    days = models().chatbot.rereferral_days
    assert findings.chatbot_safety(WAITING)[:-1] == [
        "**Later:** 20 who are worse await a clinical review, 15 of them past the limit; half have waited 12 days or more, "
        "one in ten more than 30 days, and nobody longer than 42 days.",
        "**Later:** \\* who want to leave await a clinical review, none of them past the limit.",
        "**Later:** 20 of the 380 patients who were not to be called (children, dementia, other clinical reasons) were "
        "reached by mistake.",
        f"**Later:** \\* of the 1,040 removed were referred again within {days} days.",
    ]
    assert (
        findings.chatbot_safety(safety())[0] == "**Later:** everybody who is worse or asked to leave has been reviewed."
    )
    assert "nobody who is worse or asked" in findings.chatbot_headline(shares(BOTH), safety())[0]
    leave = safety(leave_awaiting="20", leave_overdue="10")
    assert (
        "nobody who is worse is past the limit; of those who asked to leave, 10 of Later are"
        in (findings.chatbot_headline(shares(BOTH), leave)[0])
    )


def test_waiting_chart_draws_the_tail_and_hides_with_the_count() -> None:
    """Half, nine in ten, the longest and the limit; a star where the count is hidden, and no day of it."""
    chart = charts.chatbot_waiting(WAITING)
    svg = vl_convert.vegalite_to_svg(chart.to_dict())
    assert "Worse (20): All trusts, Later" in svg
    rows = next(iter(chart.to_dict()["datasets"].values()))
    assert [(row["median"], row["longest"], row["hidden"]) for row in rows] == [(12, 42, ""), (None, None, HIDDEN)]


def test_a_step_that_does_not_balance_is_named() -> None:
    """Where people or records are lost is said; else that nobody is."""
    row = {"campaign": "Later", "step": "Reviews in the records", "enter": "375", "parts": "370 of an answer",
           "balances": False, "unaccounted": "*"}  # fmt: skip
    assert findings.chatbot_steps(CHATBOT_STEPS.check(pd.DataFrame([row])))[0] == (
        "**Later, reviews in the records:** 375 entered and \\* are in no part of it (370 of an answer)."
    )
    balanced = CHATBOT_STEPS.check(pd.DataFrame([row | {"balances": True}]))
    assert findings.chatbot_steps(balanced)[0].startswith("Every step of every campaign balances")


def test_one_count_of_four_denominators() -> None:
    """1,196 are 8.8% of those who answered and 6.9% of those reached: each share says of whom."""
    assert findings.chatbot_denominators(shares(BOTH))[0] == (
        "**Later:** the 1,195 who want to leave are 8.8% of the 13,585 who answered, 6.9% of the 17,300 reached, 5.9% of the "
        "20,115 called and 5.6% of the 21,515 who may be called."
    )


def test_published_figures_come_with_what_to_know() -> None:
    """Why 9% there and 8.8% or 6.9% here; and the rule for small counts."""
    told = {"Pilot": "Pilot 2021/22", "Later": "2022/23 to December 2022"}
    found = beside_published(BOTH.assign(campaign=BOTH["campaign"].map(told)), chatbot_published())
    assert found["told_by"].tolist() == ["records", "published", "records", "published", "published"]
    said = findings.chatbot_beside(found)
    assert said[:2] == [
        "**2022/23 to December 2022:** the 1,195 who want to leave are 8.8% of the 13,585 who answered, published as 9% and 8%, "
        "and 6.9% of the 17,300 reached.",
        "**Pilot 2021/22:** the 255 who want to leave are 14.9% of the 1,710 who answered, published as 15%, and 11.2% of the "
        "2,280 reached.",
    ]
    assert any("9% matches almost 1,200 of the 13,583 who answered" in sentence for sentence in said)
    assert len(said) == 2 + 1 + len(chatbot_published())
    unknown = findings.chatbot_beside(beside_published(BOTH, []))
    assert unknown[0] == "**Later:** no published figures of it are known here."
    hidden = beside_published(SMALL.assign(campaign="Pilot 2021/22"), chatbot_published())
    assert findings.chatbot_beside(hidden)[0].endswith("published as 15% who could leave; here the count is hidden.")


def test_where_answers_come_from() -> None:
    """The three that answered most, by count; a hidden one is counted and not ranked."""
    rows = outcomes(Later=ROLL_OUT).iloc[[0] * 5].assign(
        provider_code="RXN", treatment_function_code=["C_100", "C_101", "C_110", "C_120", "C_130"],
        responded=["20", "300", "*", "0", "1,000"],
    )  # fmt: skip
    assert findings.chatbot_breakdown(rows) == [
        "**Later:** most answers are from Ophthalmology (1,000), Urology (300), General Surgery (20); of 1 of the 5 specialties called "
        "the count is hidden."
    ]
    trusts = outcomes(Later=ROLL_OUT).assign(provider_code="RXN")
    assert findings.chatbot_breakdown(trusts) == ["**Later:** most answers are from Lancashire Teaching (13,585)."]
    assert "\\* is 1 to 7" in findings.chatbot_disclosure()
