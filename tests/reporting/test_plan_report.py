"""What is said and drawn of standards, of the plan and of risk, for lists of every kind."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pytest
import vl_convert

import lsc_analytics as lsc
from lsc_analytics.parameters import standards
from lsc_analytics.reference import add_months
from lsc_analytics.reporting.charts import plan as plan_charts
from lsc_analytics.reporting.charts import risk as risk_charts
from lsc_analytics.reporting.findings import plan as plan_findings
from lsc_analytics.reporting.findings import risk as risk_findings
from lsc_analytics.store.home import Home
from lsc_analytics.tables import (
    DM01_AGAINST_PLAN,
    RTT_AGAINST_PLAN,
    RTT_FRAGILE,
    RTT_MOVERS,
    RTT_RISK,
    RTT_STANDING,
)


def standing(**values: object) -> pd.DataFrame:
    """One list against one standard."""
    row = {
        "month": "2026-01", "provider_code": "RXL", "treatment_function_code": "C_999", "standard": "x",
        "words": "each trust 65% or 7 points more", "by": "2027-03-31", "status": "binding", "verified": True, "in_view": True,
        "measure": "within_18_weeks", "rule": "share_within_at_least", "unit": "percent", "baseline_month": "2025-11",
        "baseline_percent": 60.0, "needed": 67.0, "actual": 57.15, "met": False, "to_be_seen": 1234,
    }  # fmt: skip
    return RTT_STANDING.check(pd.DataFrame([row | values]))


def planned(
    measure: str = "over_52_weeks", *, off: list[bool | None] | None = None, forecast: bool = True, counted: int = 2
) -> pd.DataFrame:
    """Two months counted and four to come of one measure."""
    off = off or [False, True, True, True, True, False]
    months = [add_months("2025-12", step) for step in range(6)]
    rows = [
        {
            "provider_code": "RXN", "treatment_function_code": "C_110", "measure": measure, "month": month, "planned": 60.0,
            "actual": 58.0 + 9 * step if step < counted else None,
            "median": 70.0 if step >= counted and forecast else None, "lower_80": 60.0 if step >= counted and forecast else None,
            "upper_80": 80.0 if step >= counted and forecast else None,
            "probability_met": 0.1 if step >= counted and forecast else None,
            "gap": -2.0 + 9 * step if step < counted else 10.0, "off_plan": off[step],
            "first_off_plan": off[step] is True and True not in off[:step],
        }
        for step, month in enumerate(months)
    ]  # fmt: skip
    return RTT_AGAINST_PLAN.check(pd.DataFrame(rows))


def risks() -> pd.DataFrame:
    """Three lists and a trust's total against 52 weeks."""
    rows = [
        ("2026-01", trust, code, "rtt_52_weeks_2026", "over_52_weeks", "2026-03", 40, 26.0, 52.0, mean, 1.0, missed, serious,
         rating, "Why.")
        for trust, code, mean, missed, serious, rating in (
            ("RXL", "C_110", 80.0, 0.99, 0.9, "red"), ("RXN", "C_110", 30.0, 0.7, 0.2, "amber"),
            ("RXN", "C_300", None, None, None, "unknown"), ("RXL", "C_999", 300.0, 1.0, 1.0, "red"),
        )
    ]  # fmt: skip
    return RTT_RISK.check(pd.DataFrame(rows, columns=RTT_RISK.names))


def moved() -> pd.DataFrame:
    """A rating that got worse, a fall, and one whose last rating is not known."""
    rows = [
        ("2026-01", "RXN", "C_110", "rtt_65_weeks_2025", "over_65_weeks", 1, 3, 2, "amber", "red", "worse"),
        ("2026-01", "RXR", "C_110", "rtt_52_weeks_2026", "over_52_weeks", 124, 93, -31, "green", "green", "same"),
        ("2026-01", "RXN", "C_130", "rtt_52_weeks_2026", "over_52_weeks", 63, 68, 5, "unknown", "amber", "not known"),
    ]
    return RTT_MOVERS.check(pd.DataFrame(rows, columns=RTT_MOVERS.names))


def drawn(chart: alt.Chart | alt.LayerChart) -> str:
    """The chart as SVG, drawn by Vega."""
    return vl_convert.vegalite_to_svg(chart.to_dict())


def test_a_standard_is_said_with_what_it_needs_and_takes() -> None:
    """Verdict, actual, needed, baseline, and how many more."""
    assert plan_findings.standing(standing()) == [
        "**Not met:** each trust 65% or 7 points more. It is 57.15%; at least 67.00% is asked, counted from 60.00% in "
        "November 2025. 1,234 more of those over would have had to be seen, nothing else changing."
    ]


def test_an_unverified_or_old_standard_says_so() -> None:
    """What rests on memory is marked, and one that no longer binds is named as such where everything is asked for."""
    assert plan_findings.standing(standing(verified=False))[0].endswith("still needs checking.)")
    old = standing(status="superseded", in_view=False)
    assert plan_findings.standing(old) == []
    assert plan_findings.standing(old, everything=True)[0].startswith("**Not met (superseded):**")
    missed = standing(status="missed", in_view=False)
    assert "its date came and it was missed" in plan_findings.standing(missed, everything=True)[0]


def test_what_cannot_be_told_is_not_guessed() -> None:
    """A baseline month or a measure that is not loaded is named, and nothing is judged."""
    without = standing(baseline_percent=None, needed=None, met=None, to_be_seen=None)
    assert plan_findings.standing(without)[0].endswith("It rests on November 2025, which is not loaded.")
    unknown = standing(baseline_month=None, baseline_percent=None, actual=None, met=None, to_be_seen=None)
    assert plan_findings.standing(unknown)[0].startswith("**Not known:**")


def test_a_count_is_said_in_pathways() -> None:
    """Over 65 weeks is said in pathways, not percent."""
    told = standing(
        unit="pathways", rule="count_over_at_most", measure="over_65_weeks", needed=0.0, actual=3.0, to_be_seen=3,
        baseline_month=None, baseline_percent=None,
    )  # fmt: skip
    assert "It is 3 pathways; at most 0 pathways is asked." in plan_findings.standing(told)[0]


def test_what_is_not_measurable_says_why() -> None:
    """Every standard that these data cannot be held against is named with its reason."""
    said = plan_findings.not_measurable(standards().not_measurable)
    assert len(said) == len(standards().not_measurable) > 0
    assert all(sentence.startswith("Not measured here: ") for sentence in said)


def test_the_plan_is_said_with_the_first_month_off_and_the_chance() -> None:
    """Off plan by how much, since when, and how likely the plan is to be met."""
    assert plan_findings.against_plan(planned()) == [
        "**The number over 52 weeks is off plan:** in January 2026 it was 67, 7 above the plan. January 2026 was its first "
        "month off plan. The chance of meeting the plan in May 2026, 60, is 10%."
    ]


def test_a_list_on_plan_names_its_first_month_off_to_come() -> None:
    """On plan today, off later: the month is forecast, not past; off once before, the next is named."""
    later = plan_findings.against_plan(planned(off=[False, False, False, True, True, True]))[0]
    assert "is on plan" in later
    assert "March 2026 is forecast to be its first month off plan." in later
    again = plan_findings.against_plan(planned(off=[True, False, True, True, True, True]))[0]
    assert "December 2025 was its first month off plan. February 2026 is forecast to be the next." in again


def test_without_a_plan_or_a_forecast_it_is_said() -> None:
    """No plan names the contract; no forecast and no count are said to be none."""
    assert "docs/plan-contract.md" in plan_findings.against_plan(RTT_AGAINST_PLAN.empty())[0]
    assert plan_findings.against_plan(planned(forecast=False))[0].endswith("No planned month ahead is forecast.")
    assert "has been counted yet" in plan_findings.against_plan(planned(counted=0, off=[None] * 6))[0]


@pytest.mark.parametrize("measure", ["within_18_weeks_percent", "total_incomplete", "over_65_weeks"])
@pytest.mark.parametrize("forecast", [True, False])
def test_the_plan_is_drawn(measure: str, forecast: bool) -> None:
    """Planned, counted and forecast are drawn, the first month off is named in the title."""
    svg = drawn(plan_charts.against_plan(planned(measure, forecast=forecast), measure))
    assert "first off plan in January 2026" in svg


def test_a_tests_plan_is_said_and_drawn() -> None:
    """DM01's table has the same sentences and the same picture."""
    rows = planned("waiting_6_plus", forecast=False).rename(columns={"treatment_function_code": "diagnostic_test_code"})
    rows = DM01_AGAINST_PLAN.check(rows)
    assert "waiting six weeks or more is off plan" in plan_findings.against_plan(rows)[0]
    assert "Six weeks or more against the plan" in drawn(plan_charts.against_plan(rows, "waiting_6_plus"))


def test_risk_counts_ratings_and_names_the_worst() -> None:
    """Red, amber and green are counted over specialties, not totals; the red ones are named with what is expected."""
    said = risk_findings.risk_summary(risks())
    assert said == [
        "**At most 1% of the list over 52 weeks by March 2026, judged at the end of March 2026:** 1 red, 1 amber, 0 green, 1 "
        "not forecast. Likeliest to miss it badly: Trauma and Orthopaedics at Blackpool (80 expected)."
    ]
    assert "none is rated" in risk_findings.risk_summary(RTT_RISK.empty())[0]
    assert risk_findings.list_risk(risks(), "RXL", "C_110") == ["**Red:** Why."]
    assert "not rated" in risk_findings.list_risk(risks(), "RXR", "C_110")[0]


def test_movers_say_which_way_and_how_rated() -> None:
    """Up or down, to what, and the rating before where it is known; where it is not, that is said once."""
    assert risk_findings.movers(moved()) == [
        "Trauma and Orthopaedics at Lancashire Teaching: over 65 weeks up 2 to 3; rated red, amber the month before.",
        "Trauma and Orthopaedics at East Lancashire: over 52 weeks down 31 to 93; rated green.",
        "Ophthalmology at Lancashire Teaching: over 52 weeks up 5 to 68; rated amber.",
        "Where the month before could not be forecast, only the counts are compared.",
    ]
    assert "changed enough" in risk_findings.movers(RTT_MOVERS.empty())[0]


def test_movers_are_drawn_with_their_rating() -> None:
    """Each list is a bar whose label says change and rating, so that colour is never alone; none is no chart that fails."""
    svg = drawn(risk_charts.movers(moved()))
    for words in ("+2, rated worse", "-31, green", "Trauma and Orthopaedics, Lancashire Teaching, over 65"):
        assert words in svg
    assert "no month" in drawn(risk_charts.movers(RTT_MOVERS.empty()))


def test_fragile_lists_are_said_by_reason() -> None:
    """One list or several, each reason in one sentence."""
    rows = [
        ("2026-01", "RXN", "C_150", "single_provider", 3869.0, None, "s"),
        ("2026-01", "RXN", "C_400", "single_provider", 9565.0, None, "s"),
        ("2026-01", "RXL", "C_100", "shrinking_stops", 340.0, 1778.0, "s"),
    ]
    said = risk_findings.fragile(RTT_FRAGILE.check(pd.DataFrame(rows, columns=RTT_FRAGILE.names)))
    assert said == [
        "**2 lists are given by one trust of the system alone:** Neurosurgery at Lancashire Teaching; Neurology at "
        "Lancashire Teaching.",
        "**1 list has ever fewer clock stops:** General Surgery at Blackpool.",
    ]
    assert risk_findings.fragile(RTT_FRAGILE.empty()) == ["No list of the system is flagged as fragile."]


def test_the_verbs_answer_on_the_demo_data(demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trust's standing has its baseline from the months loaded; the one neurosurgery list of the system is fragile."""
    monkeypatch.setenv("LSC_HOME", str(demo_home.root))
    stands = lsc.standing("RXN", "C_999", "2026-01").set_index("standard")
    assert stands.loc["rtt_18_weeks_2027_trust", "needed"] == 65
    assert not stands.loc["rtt_52_weeks_2026", "met"]
    told = plan_findings.standing(stands.reset_index())
    assert any("counted from" in sentence for sentence in told)
    flagged = lsc.fragile("2026-01").set_index(["provider_code", "treatment_function_code"])["reason"]
    assert flagged["RXN", "C_150"] == "single_provider"
    assert lsc.not_measurable()


def test_on_plan_or_not_in_one_sentence() -> None:
    """By the last counted month of every measure: which missed it and by how much, or none; and where it cannot be said."""
    both = pd.concat([planned(), planned("within_18_weeks_percent", off=[True, False, False, False, False, False])])
    assert plan_findings.on_plan(both) == (
        "**Off plan:** in January 2026 1 of 2 planned figures missed it, the number over 52 weeks by 7."
    )
    assert plan_findings.on_plan(planned(off=[True, *[False] * 5])) == (
        "**On plan:** in January 2026 every planned figure that was counted, 1 of 1, is as planned or better."
    )
    assert "cannot be said yet" in plan_findings.on_plan(planned(counted=0))
    assert plan_findings.on_plan(RTT_AGAINST_PLAN.empty()) == (
        "**Whether it is on plan cannot be said:** no plan is loaded."
    )
