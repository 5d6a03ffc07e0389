"""What the first screen says to a board, to who chairs mutual aid, and to who manages tests."""

from __future__ import annotations

import pandas as pd
import pytest

from lsc_analytics.reporting import findings
from lsc_analytics.tables import (
    AID_ANSWERING,
    AID_MONTHS,
    DECISIONS,
    DM01_AGAINST_PLAN,
    DM01_OUTLOOK,
    PTL_COHORT,
    RTT_AGAINST_PLAN,
)

pytestmark = pytest.mark.unit
SAID = pd.DataFrame([
    {"as_of": "2025-10", "measure": "over_52_weeks", "target_month": "2026-01", "median": 80.0, "lower_80": 60.0, "upper_80": 95.0, "backcast": True, "outturn": 110.0},
    {"as_of": "2025-12", "measure": "over_52_weeks", "target_month": "2026-01", "median": 90.0, "lower_80": 70.0, "upper_80": 99.0, "backcast": False, "outturn": 110.0},
    {"as_of": "2025-12", "measure": "over_52_weeks", "target_month": "2026-02", "median": 95.0, "lower_80": 70.0, "upper_80": 99.0, "backcast": False, "outturn": None},
])  # fmt: skip
WORST = pd.DataFrame([
    {"provider_code": "RXN", "treatment_function_code": "C_110", "forecast_over_65": 4.4, "probability_any": 0.4875, "target_month": "2026-07"},
    {"provider_code": "RXL", "treatment_function_code": "C_130", "forecast_over_65": 0.0, "probability_any": 0.002, "target_month": "2026-07"},
])  # fmt: skip
PLAN = pd.DataFrame([
    {"measure": "over_52_weeks", "month": "2026-01", "actual": 110.0, "gap": 30.0, "off_plan": True, "probability_met": None},
    *({"measure": "over_52_weeks", "month": f"2026-{month:02d}", "actual": None, "gap": None, "off_plan": None, "probability_met": 0.5 - month / 100} for month in range(2, 10)),
])  # fmt: skip


def decision(rank: int, kind: str, codes: str, code: str, asked: str, owner: str) -> dict:
    """One row of the decisions, as far as a brief reads it."""
    return {"rank": rank, "kind": kind, "provider_codes": codes, "code": code, "asked": asked, "owner": owner}


def test_a_board_hears_the_worst_the_chance_the_last_forecast_and_whose_the_decisions_are() -> None:
    """The latest forecast of the latest month that has come, the plan's chance six months on, every decision's owner."""
    told = pd.DataFrame([
        decision(1, "safety_review", "RXL RXR", "x", "* who said that they are worse", "the leads"),
        decision(2, "mutual_aid", "RXL RXN > RTX", "C_110", "61 pathways", "the chiefs"),
        decision(3, "diagnostic_session", "RXN", "1", "one more session a week", "the lead"),
    ])  # fmt: skip
    assert findings.board_brief(PLAN, WORST, SAID, told) == [
        "**The worst two**, expected over 65 weeks by July 2026 and the chance of any: Trauma and Orthopaedics at Lancashire "
        "Teaching 4 (49%); Ophthalmology at Blackpool 0 (below 1%).",
        "**How sure:** the chance of meeting the plan in July 2026 is 43% for the number over 52 weeks.",
        "**Since the last forecast:** the forecast as of December 2025 expected 90 over 52 weeks in January 2026, eight times "
        "in ten 70 to 99; 110 came, above it.",
        "**Decide:** first, review the overdue at Blackpool and East Lancashire: \\* who said that they are worse (owner: the "
        "leads); second, move 61 pathways of Trauma and Orthopaedics from Blackpool and Lancashire Teaching to Morecambe Bay "
        "(owner: the chiefs); third, one more session a week of MRI at Lancashire Teaching (owner: the lead).",
    ]


def test_a_board_without_plan_or_decisions_hears_neither() -> None:
    """What is not loaded is left out, and a forecast that has met no month says so."""
    told = findings.board_brief(RTT_AGAINST_PLAN.empty(), WORST, SAID.tail(1), DECISIONS.empty())
    assert [sentence.partition("**")[2].partition("**")[0] for sentence in told] == ["The worst two", "Since the last forecast:"]  # fmt: skip
    assert told[-1].endswith("none has met its month yet.")


OFFERED = pd.DataFrame([
    {"provider_code": "RXL", "assumed": False, "offered_p10": 200.0, "used": 0},
    {"provider_code": "RTX", "assumed": False, "offered_p10": 100.0, "used": 15},
    {"provider_code": "RXN", "assumed": True, "offered_p10": 9.0, "used": 0},
])  # fmt: skip


def answering(*owners: tuple[str, int, int, int]) -> pd.DataFrame:
    """Who answers for the moves: (owner, agreed, delivered, overdue)."""
    rows = [(*owner, "2026-01-31") for owner in owners]
    return AID_ANSWERING.check(pd.DataFrame(rows, columns=AID_ANSWERING.names))


def test_the_chair_hears_who_is_unbooked_who_offers_and_who_answers_for_what_is_overdue() -> None:
    """Every table in its own order; offers that nobody made are named apart, an owner with nothing overdue not at all."""
    unbooked = pd.DataFrame([
        {"provider_code": trust, "standard_weeks": 52, "by": "2026-03-31", "unbooked": many, "at_risk": "2,605"}
        for trust, many in (("RXR", "1,140"), ("RXL", "580"), ("RXN", "*"))
    ])  # fmt: skip
    owners = answering(("all", 65, 33, 32), ("B", 50, 20, 30), ("A", 10, 8, 2), ("C", 5, 5, 0))
    months = AID_MONTHS.check(pd.DataFrame({"month": ["2026-04", "2026-05"], "pathways": [196, 7]}))
    assert findings.aid_brief(unbooked, OFFERED, owners, months, PLAN) == [
        "**Unbooked**, of those over 52 weeks by the end of March 2026 unless seen: East Lancashire 1,140 of 2,605; Blackpool "
        "580 of 2,605; Lancashire Teaching \\* of 2,605.",
        "**Offered**, clock stops: Blackpool 200 (0 used); Morecambe Bay 100 (15 used). Not said by Lancashire Teaching: a "
        "share is assumed.",
        "**Moves agreed before:** 33 of 65 pathways handed over; 32 overdue, for which answer B (30) and A (2).",
        "**Off plan:** in January 2026 1 of 1 planned figures missed it, the number over 52 weeks by 30.",
        "**Decide:** agree the moves of April 2026, 196 pathways (owner: the chief operating officers of the trusts named).",
    ]


def test_the_chair_hears_what_is_not_loaded() -> None:
    """No tracking list, no log, no offer and no move are said, and nothing fails."""
    silent = OFFERED[OFFERED["assumed"]]
    told = findings.aid_brief(PTL_COHORT.empty(), silent, answering(), AID_MONTHS.empty(), RTT_AGAINST_PLAN.empty())
    assert [sentence.partition(".")[0] for sentence in told] == [
        "**Who is unbooked** cannot be said: no patient tracking list is loaded",
        "**Offered**, clock stops: nothing by anybody",
        "**Moves agreed before:** no action log is loaded, or it tells of no move here",
        "**Whether it is on plan cannot be said:** no plan is loaded",
    ]
    done = answering(("all", 5, 5, 0), ("C", 5, 5, 0))
    assert "5 of 5 pathways handed over, none overdue; last entry of the log 31 January 2026." in findings.aid_brief(PTL_COHORT.empty(), silent, done, AID_MONTHS.empty(), PLAN)[2]  # fmt: skip


def test_who_manages_tests_hears_what_is_ahead_and_whose_it_is() -> None:
    """Six months on, or the furthest before; without a forecast the plan and the owner alone."""
    outlook = pd.DataFrame([
        {"horizon": horizon, "target_month": f"2026-{horizon + 1:02d}", "within_percent": 60.0 + horizon, "within_lower_80": 55.0, "within_upper_80": 70.0, "needed_percent": 99.0, "probability_met": 0.03}
        for horizon in (1, 4)
    ])  # fmt: skip
    told = findings.diagnostics_brief(outlook, DM01_AGAINST_PLAN.empty())
    assert told.startswith(
        "**Ahead:** 64.0% within six weeks by May 2026, eight times in ten between 55.0% and 70.0%; the chance of 99% is 3%."
    )
    assert told.endswith("Owner of more sessions: the diagnostics lead of the trust named.")
    assert findings.diagnostics_brief(DM01_OUTLOOK.empty(), PLAN.head(1)).startswith("**Off plan:** in January 2026")
