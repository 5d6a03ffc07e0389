"""Which decisions are most worth taking: safety before any number, one of a kind, and nothing where there is nothing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import lsc_analytics as lsc
from lsc_analytics import parameters
from lsc_analytics.models.decisions import decisions
from lsc_analytics.reporting import findings
from lsc_analytics.store.home import Home
from lsc_analytics.store.intake import take
from lsc_analytics.tables import (
    AID_CHANGES,
    AID_MOVES,
    AID_SUMMARY,
    AID_WORTH,
    CHATBOT_SAFETY,
    DIAGNOSTIC_SESSION_VALUE,
)

SUMMARY = AID_SUMMARY.check(
    pd.DataFrame(
        [
            {
                "as_of": "2026-01", "by": "2026-07", "standard": 52, "scope": "system", "breaches_without": 100.0,
                "breaches_with": 60.0, "breaches_bound": 58.0, "harmed_lists": 0, "says": "", "solver_seconds": 0.1,
            }
        ]
    )
)  # fmt: skip


def reviews(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """Overdue reviews of worse and of leave by campaign and trust, as shown."""
    told = [
        {
            column.name: "0" if column.type == "string" else None for column in CHATBOT_SAFETY.columns
        } | {
            "campaign": campaign, "provider_code": trust, "worse_overdue": worse, "leave_overdue": leave,
            "worse_limit_days": 2, "leave_limit_days": 14,
        }
        for campaign, trust, worse, leave in rows
    ]  # fmt: skip
    return CHATBOT_SAFETY.check(pd.DataFrame(told))


def moved(**breaches: tuple[float, float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two batches of each specialty from Lancashire Teaching to Blackpool, and its breaches without and with them."""
    moves = [
        {"from_provider": "RXN", "to_provider": "RXL", "treatment_function_code": code, "month": month,
         "move_type": "pathways", "pathways": 20}
        for code in breaches
        for month in ("2026-05", "2026-04")
    ]  # fmt: skip
    changes = [
        {"change": change, "treatment_function_code": code, "breaches": value, "pathways": 40}
        for code, both in breaches.items()
        for change, value in zip(("no_transfer", "as_proposed"), both, strict=True)
    ]
    return AID_MOVES.check(pd.DataFrame(moves)), AID_CHANGES.check(pd.DataFrame(changes))


def lists(**worth: float) -> pd.DataFrame:
    """What one more list of each specialty of East Lancashire would avoid."""
    return AID_WORTH.check(
        pd.DataFrame(
            [
                {"provider_code": "RXR", "treatment_function_code": code, "best_month": "2026-06",
                 "one_clock_stop": value / 4, "cases_per_list": 4.0, "one_list": value}
                for code, value in worth.items()
            ]
        )
    )  # fmt: skip


def sessions(avoided: dict[str, float], unit: str = "session") -> pd.DataFrame:
    """What one more session a week of each test of Morecambe Bay would avoid."""
    row = {
        "as_of": "2025-09", "provider_code": "RTX", "standard": "dm01_6_weeks_2025", "words": "95% within six weeks",
        "needed_percent": 95.0, "target_month": "2026-03", "unit": unit, "site_name": None, "tests_a_week": 9.6,
        "cost_a_week": None, "over_6_as_now": 400.0, "avoided_lower_80": 1.0, "avoided_upper_80": 90.0, "fewer_waiting": 50.0,
        "met_from_as_now": None, "met_from_with": None, "weeks_sooner": None,
    }  # fmt: skip
    names = DIAGNOSTIC_SESSION_VALUE.names
    rows = [row | {"diagnostic_test_code": test, "avoided_mean": value} for test, value in avoided.items()]
    return DIAGNOSTIC_SESSION_VALUE.check(pd.DataFrame(rows)[names])


def decide(
    safety: pd.DataFrame | None = None,
    aid: tuple[pd.DataFrame, pd.DataFrame] | None = None,
    worth: pd.DataFrame | None = None,
    tests: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The decisions of what is given, the rest not loaded."""
    moves, changes = aid or (AID_MOVES.empty(), AID_CHANGES.empty())
    return decisions(
        CHATBOT_SAFETY.empty() if safety is None else safety,
        SUMMARY if aid or worth is not None else AID_SUMMARY.empty(),
        moves,
        changes,
        AID_WORTH.empty() if worth is None else worth,
        DIAGNOSTIC_SESSION_VALUE.empty() if tests is None else tests,
        parameters.decisions(),
        sessions_from=3,
    )


def test_people_who_said_that_they_are_worse_come_before_any_number() -> None:
    """Twenty overdue reviews of two campaigns are one decision, and lead two that help far more, the most helped first."""
    safety = reviews(
        ("Spring", "ALL", "15", "0"),
        ("Spring", "RXL", "15", "0"),
        ("Autumn", "ALL", "0", "10"),
        ("Autumn", "RXN", "0", "10"),
    )
    told = decide(
        safety, moved(C_110=(90.0, 50.0), C_130=(30.0, 5.0)), lists(C_110=6.0), sessions({"1": 300.0, "2": 20.0})
    )
    assert told["kind"].tolist() == ["safety_review", "diagnostic_session", "mutual_aid"]
    first = told.iloc[0]
    assert (first["provider_codes"], first["code"], first["helped"]) == ("RXL RXN", "Spring, Autumn", 25.0)
    assert first["asked"] == "15 who said that they are worse (Spring) and 10 who asked to leave (Autumn)"
    assert told.iloc[2][["provider_codes", "code", "asked", "by_month", "helped", "standard", "standard_month"]].tolist() == [
        "RXN > RXL", "C_110", "40 pathways", "2026-04", 40.0, "over 52 weeks", "2026-07",
    ]  # fmt: skip
    assert told.iloc[1][["asked", "by_month", "helped_unit"]].tolist() == [
        "one more session a week (9.6 tests)",
        "2025-12",
        "waits",
    ]


def test_a_hidden_count_stays_hidden() -> None:
    """Where one of the counts is `*`, how many are helped is not told, and the sentence shows the star as a star."""
    told = decide(reviews(("Spring", "ALL", "*", "1,200"), ("Spring", "RXL", "*", "1,200")))
    assert told["helped"].isna().all()
    said = findings.decisions(told)
    assert r"\* who said that they are worse (Spring)" in said[0]
    assert said[1].startswith("Nothing else that is loaded")


def test_one_of_a_kind_unless_fewer_kinds_have_anything() -> None:
    """Three specialties' moves leave room for a smaller list; alone, they fill all three places, in order."""
    aid = moved(C_110=(90.0, 50.0), C_130=(60.0, 30.0), C_100=(20.0, 0.0))
    assert decide(aid=aid, worth=lists(C_110=2.0))["code"].tolist() == ["C_110", "C_130", "C_110"]
    assert decide(aid=aid, worth=lists(C_110=2.0))["kind"].tolist() == ["mutual_aid", "mutual_aid", "more_clock_stops"]
    assert decide(aid=aid)["code"].tolist() == ["C_110", "C_130", "C_100"]
    assert decide(aid=aid, worth=lists(C_110=2.0), tests=sessions({"1": 8.0}))["kind"].tolist() == [
        "mutual_aid", "diagnostic_session", "more_clock_stops",
    ]  # fmt: skip


def test_what_helps_too_few_is_not_told() -> None:
    """Below one expected pathway nothing is named, and nobody overdue is no safety decision."""
    told = decide(
        reviews(("Spring", "ALL", "0", "0")), moved(C_110=(1.0, 0.4)), lists(C_110=0.3), sessions({"1": -4.0})
    )
    assert told.empty
    assert findings.decisions(told) == [findings.decisions(decide())[0]]
    assert findings.decisions(told)[0].startswith("Nothing needs deciding here")


@pytest.mark.parametrize(
    ("unit", "asked"), [("session", "one more session a week (9.6 tests)"), ("tests", "10 more tests a week")]
)
def test_sentences_name_who_what_and_what_it_rests_on(unit: str, asked: str) -> None:
    """Each decision says what, where, from when, of which standard, whose it is and on what it rests; then why this order."""
    said = findings.decisions(
        decide(aid=moved(C_110=(90.0, 50.0)), worth=lists(C_130=2.0), tests=sessions({"1": 8.0}, unit))
    )
    assert said[0].startswith(
        "**1. Agree to move 40 pathways of Trauma and Orthopaedics from Lancashire Teaching to Blackpool, first in April 2026.** "
        "It avoids 40 pathways over 52 weeks at the end of July 2026. Owner: the chief operating officers"
    )
    assert (
        f"**2. Add {asked} of MRI at Morecambe Bay, from December 2025.** It avoids 8 waits of six weeks or more for a test"
        in said[1]
    )
    assert "**3. Ask East Lancashire for one more list (4 clock stops)" in said[2]
    assert all("It rests on " in one for one in said[:3])
    assert "they must not be added up" in said[3]


def test_a_home_with_lists_alone_has_nothing_to_decide(home: Home, tmp_path: Path) -> None:
    """A history without weekly bands, no tests, no call records: no rows, and no fault."""
    mapping = next(one for one in parameters.source_mappings() if one.name == "rtt_provider_specialty")
    row = {
        "Reporting_Month": "2026-01-01", "Provider_Name": "A TRUST", "Total_Incomplete_Pathways": 100,
        "Total_Within_18_Weeks": 60, "Total_52_Plus_Weeks": 9, "Total_65_Plus_Weeks": 2, "Total_78_Plus_Weeks": 0,
    }  # fmt: skip
    rows = [
        row | {"Provider_Code": trust, "Treatment_Function_Code": code}
        for trust in parameters.trust_codes()
        for code in ("C_110", "C_999")
    ]
    path = tmp_path / "history.csv"
    pd.DataFrame(rows, columns=mapping.header).to_csv(path, index=False)
    assert not take(home, [path]).refused
    assert lsc.decisions().empty
    assert lsc.commissioned("C_110").empty
