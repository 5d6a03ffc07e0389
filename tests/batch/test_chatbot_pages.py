"""Chatbot pages of one trust's specialty: which are made, and that a page makes nothing that all of them share."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lsc_analytics import parameters, vocabulary
from lsc_analytics.batch.loaded import available
from lsc_analytics.batch.matrix import plan
from lsc_analytics.ingest.chatbot import CALLS_HEADER
from lsc_analytics.reporting.findings import chatbot as findings
from lsc_analytics.store.disclosure import HIDDEN
from lsc_analytics.store.home import Home
from lsc_analytics.store.intake import take
from lsc_analytics.store.pseudonym import KEY_VARIABLE, make_demo_key
from lsc_analytics.vocabulary import chatbot

ROW = dict(zip(CALLS_HEADER, ["demo", "Spring", "P", "RXN", "C_110", "1", "text", "2025-03-03", "30", "yes", "yes",
                              "remain", "no"], strict=True))  # fmt: skip
ANSWERED = {("RXN", "C_110"): 420, ("RXN", "C_130"): 390, ("RTX", "C_110"): 5}


@pytest.fixture
def called(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A campaign of three lists: 420, 390 and five answered, every tenth wants to leave; no lists are loaded."""
    make_demo_key(tmp_path / "key")
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "key"))
    rows = [
        ROW | {"pathway_id": f"{trust}{code}{at}", "provider_code": trust, "treatment_function_code": code,
               "response": "remain" if at % 10 else "leave"}
        for (trust, code), count in ANSWERED.items() for at in range(count)
    ]  # fmt: skip
    pd.DataFrame(rows).to_csv(tmp_path / "calls.csv", index=False)
    assert not take(home, [tmp_path / "calls.csv"]).refused
    return home


def test_a_specialty_has_a_page_where_enough_answered(called: Home) -> None:
    """By the counts that are shown: a list whose count is hidden is in none of them; the demo makes one such page."""
    assert chatbot.chatbot_answered() == {("RXN", "C_110"): 420, ("RXN", "C_130"): 390}
    monthly, demo = (
        parameters.runs(parameters.folder() / "runs" / f"{name}.yml") for name in ("monthly", "demo")
    )  # fmt: skip
    made = [one.address for one in plan(monthly, available(called, monthly), only={"notebook": "chatbot"})]
    assert made == [
        "chatbot/LSC/C_999", "chatbot/LSC/C_999-SPRING", "chatbot/RXN/C_999", "chatbot/RTX/C_999", "chatbot/RXN/C_110",
    ]  # fmt: skip
    of_one = [one for one in demo.reports if one.notebook == "chatbot" and one.specialty != ["C_999"]]
    assert [(len(one.trust), len(one.specialty or ())) for one in of_one] == [(1, 1)]
    assert available(called, demo)["chatbot"].answered == {}


def test_a_page_reads_no_patient(called: Home) -> None:
    """What all pages share is made before them, so that a page takes seconds; its answer says what is of one specialty."""
    del called
    chatbot._guarded.cache_clear()  # of the same records in another test's home
    chatbot.remember_chatbot()
    chatbot._pathways.cache_clear()
    chatbot._guarded.cache_clear()
    trust, specialty = "RXN", "C_110"
    shares, safety = vocabulary.chatbot_shares(trust, specialty), vocabulary.chatbot_safety(trust)
    for verb in (
        vocabulary.chatbot_coverage, vocabulary.chatbot_waiting, vocabulary.chatbot_breakdown, vocabulary.chatbot_spread,
    ):  # fmt: skip
        verb(trust)
    for verb in (vocabulary.chatbot_value, vocabulary.chatbot_net, vocabulary.chatbot_effect):
        verb(trust, specialty, "Spring")
    for verb in (
        vocabulary.chatbot_steps, vocabulary.chatbot_equity, vocabulary.chatbot_control, vocabulary.chatbot_progress,
        vocabulary.chatbot_evaluation, vocabulary.chatbot_published_before,
    ):  # fmt: skip
        verb()
    assert vocabulary.chatbot_due(trust, specialty).empty  # no bands are loaded
    assert chatbot._pathways.cache_info().currsize == 0
    told = findings.chatbot_headline(shares, safety)
    assert told[0].startswith("**First, of all specialties:** ")
    assert "of the 420 patients who answered, 9.5% (40) want to leave" in told[1]
    [scope] = findings.chatbot_scope(shares)
    assert scope.startswith("Answers, reviews, removals and lists are those of Trauma and Orthopaedics at Lancashire")
    assert HIDDEN not in scope
    assert (
        "*Spring, Trauma and Orthopaedics alone:** 0 are worse and 40 want to leave; 0"
        in findings.chatbot_reviewed(shares)[0]
    )
