"""What is said and drawn of cancer waiting times: loaded or not, met or missed, beside a proposal of mutual aid."""

from __future__ import annotations

import pandas as pd
import pytest
import vl_convert

import lsc_analytics as lsc
from lsc_analytics.models import cancer as cancer_model
from lsc_analytics.parameters import standards
from lsc_analytics.reporting import charts
from lsc_analytics.reporting.findings import cancer as findings
from lsc_analytics.store.home import Home
from lsc_analytics.tables import (
    AID_MOVES,
    CANCER,
    CANCER_AGAINST_PLAN,
    CANCER_STANDING,
    CANCER_TYPES,
)

TRUSTS = ["RXL", "RXR", "RXN", "RTX"]
SHARES = {"RXL": 58, "RXR": 86, "RXN": 68, "RTX": 72}  # of 100.5 treated within 62 days in July 2025


def positions(shares: dict[str, float]) -> pd.DataFrame:
    """The trusts and the system in one month, 100.5 treated each."""
    rows = [
        ("2025-07", trust, "62_days", "all", "all", measure, value, "x", "f" * 64)
        for trust, within in shares.items()
        for measure, value in (("treated", 100.5), ("within_standard", within), ("breaches", 100.5 - within))
    ]
    figures = CANCER.check(pd.DataFrame(rows, columns=CANCER.names))
    return cancer_model.position(cancer_model.system_figures(figures, TRUSTS))


def standing(shares: dict[str, float] = SHARES) -> pd.DataFrame:
    """The same against the standards as shipped."""
    return cancer_model.standing(positions(shares), standards().cancer, "2025-07")


def moves(*rows: tuple[str, str, int]) -> pd.DataFrame:
    """A proposal of (from, to, pathways)."""
    told = [(sender, receiver, "C_110", "2025-09", "pathways", many) for sender, receiver, many in rows]
    return AID_MOVES.check(pd.DataFrame(told, columns=AID_MOVES.names))


def test_nothing_loaded_says_so_and_nothing_else() -> None:
    """Neither the standards nor the backlog are made up; the proposal's receivers neither."""
    assert findings.cancer_standing(CANCER_STANDING.empty()) == [findings.NOT_LOADED, findings.BACKLOG]
    assert findings.cancer_types(CANCER_TYPES.empty()) == "By type of cancer: **not loaded**."
    assert findings.cancer_receivers(CANCER_STANDING.empty(), moves(("RXN", "RTX", 10))) == [findings.NOT_LOADED]
    assert "No plan" in findings.cancer_plan(CANCER_AGAINST_PLAN.empty())[0]


def test_each_trust_is_held_against_the_most_demanding_standard() -> None:
    """One of four meets 85%, the gaps are told in points and patients, halves are kept, and the backlog is not loaded."""
    said = findings.cancer_standing(standing())
    assert "July 2025: of 4 trusts 1 meets 85%, 1 meets 75% (by March 2026).**" in said[0]
    assert "70.6% of 402 patients were treated in time and 118 were not" in said[0]
    assert said[1].startswith("Blackpool: 57.7% of 100.5 patients (48% to 67%), 27.3 points short of 85%; 27.5 more")
    assert said[2].startswith("East Lancashire: 85.6% of 100.5 patients")
    assert "which meets 85%" in said[2]
    assert said[-2:] == [findings.COUNTED, findings.BACKLOG]
    assert "halves shared between two trusts" in findings.COUNTED


def test_a_standard_that_everybody_meets_is_said_to_be_met() -> None:
    """Nobody is short."""
    said = findings.cancer_standing(standing(dict.fromkeys(TRUSTS, 100)))
    assert "of 4 trusts 4 meet 85%" in said[0]
    assert not any("short of" in sentence for sentence in said)


def test_the_chair_is_told_which_receiver_fails_cancer() -> None:
    """The one that receives most comes first; an independent site has no figures; without moves each trust is told of."""
    said = findings.cancer_receivers(
        standing(), moves(("RXN", "RXL", 40), ("RXN", "RXR", 20), ("RXN", "NT403", 5), ("RTX", "RXL", 9))
    )
    assert said[0].startswith(
        "Blackpool would receive 49 pathways and **misses 85% and 75%** within 62 days: 57.7% of 100.5 patients"
    )
    assert said[1].startswith("East Lancashire would receive 20 pathways and meets 85% and 75% within 62 days")
    assert "no cancer figures" in said[2]
    quiet = findings.cancer_receivers(standing(), AID_MOVES.empty())
    assert quiet[0].startswith("No move is proposed")
    assert len([sentence for sentence in quiet if "100.5 patients" in sentence]) == 4


def test_the_plan_is_said_trust_by_trust() -> None:
    """Off or on, by how much, and since when; a month not counted yet is neither."""
    rows = [
        ("RXN", "within_62_days_percent", "2025-07", 70.0, 67.7, -2.3, True, True),
        ("RXL", "within_62_days_percent", "2025-07", 50.0, 57.7, 7.7, False, False),
        ("RTX", "within_62_days_percent", "2026-03", 75.0, None, None, None, False),
    ]
    said = findings.cancer_plan(CANCER_AGAINST_PLAN.check(pd.DataFrame(rows, columns=CANCER_AGAINST_PLAN.names)))
    assert said[0].startswith("**Blackpool, within 62 days: on plan.** In July 2025 it was 57.7%, 7.7 points above")
    assert said[1].endswith("2.3 points below the plan. July 2025 was its first month off plan.")
    assert said[2] == "Morecambe Bay, within 62 days: no month of the plan has been counted yet."


def test_a_share_just_short_of_a_standard_never_reads_as_if_it_met_it() -> None:
    """84.98% is not 85.0%."""
    said = findings.cancer_standing(standing({"RXN": 100.5 * 0.8498}))
    assert "84.9% of 100.5" in said[1]


def test_the_chart_has_a_line_a_trust_and_what_is_asked() -> None:
    """The system is left out; the dashed lines lie where the standing says; it is drawn by Vega."""
    drawn = vl_convert.vegalite_to_svg(charts.cancer_performance(positions(SHARES), standing()).to_dict())
    assert all(name in drawn for name in ("Blackpool", "Morecambe Bay", "85% asked", "75% asked by March 2026"))
    assert "Lancashire and South Cumbria" not in drawn


@pytest.mark.integration
def test_a_home_without_cancer_answers_every_verb_with_nothing(home: Home) -> None:
    """Reports run where no cancer file is loaded."""
    assert lsc.cancer().empty
    assert lsc.cancer_standing("2026-01").empty
    assert lsc.cancer_types("LSC").empty
    assert lsc.cancer_plan().empty
    assert lsc.cancer_aid_record().empty


@pytest.mark.integration
def test_the_demo_tells_of_cancer_as_a_notebook_asks(demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four trusts and the system, an earlier month as it was, the plan and the moved pathways, and no trust at 85%."""
    monkeypatch.setenv("LSC_HOME", str(demo_home.root))
    told = lsc.cancer_standing()
    assert set(told["provider_code"]) == {*TRUSTS, "LSC"}
    assert set(told["cancer_standard"]) == {"28_days", "31_days", "62_days"}
    assert not told.loc[told["needed_percent"] == 85, "met"].any()
    worst = told[told["cancer_standard"] == "62_days"].sort_values("performance_percent").iloc[0]
    assert (worst["provider_code"], worst["month"]) == ("RXN", "2026-01")
    assert set(lsc.cancer_standing("2025-06")["month"]) == {"2025-06"}
    assert lsc.cancer_types("RXN")["breaches"].sum() == worst["breaches"]
    assert set(lsc.cancer_plan()["provider_code"]) == set(TRUSTS)
    record = lsc.cancer_aid_record().set_index("provider_code")
    assert record["role"].to_dict() == {"RTX": "received", "RXN": "sent"}
    assert record.at["RTX", "against"] == "lower"
