"""The operational tier: one trust's own pathways, in a private file that holds no formula, and nowhere published."""

from __future__ import annotations

import stat
from pathlib import Path

import pandas as pd
import pytest
from example_validation import CALL_AS_SENT
from typer.testing import CliRunner

from lsc_analytics import operational, published
from lsc_analytics.cli import app
from lsc_analytics.errors import NoDataError, ParameterError
from lsc_analytics.ingest.ptl import HEADER
from lsc_analytics.store.home import Home
from lsc_analytics.store.intake import take
from lsc_analytics.store.pseudonym import KEY_VARIABLE, make_demo_key

ROWS = [
    ("RXN", "LOCAL-1", "2024-12-02", "P3", ""),
    ("RXN", "LOCAL-2", "2024-11-04", "routine", "2026-03-02"),
    ("RXN", "LOCAL-3", "2025-12-01", "P2", ""),
    ("RTX", "LOCAL-1", "2024-10-01", "P2", ""),
]


@pytest.fixture
def loaded(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a list of two trusts; the path of the list."""
    make_demo_key(tmp_path / "key")
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "key"))
    plain = dict.fromkeys(HEADER, "") | {"data_kind": "demo", "extract_date": "2026-01-31", "waiting_for": "treatment"}
    rows = [
        plain
        | {
            "provider_code": trust,
            "pathway_id": own,
            "clock_start_date": start,
            "priority_code": code,
            "booked_date": day,
        }
        | {"treatment_function_code": "C_110"}
        for trust, own, start, code, day in ROWS
    ]
    path = tmp_path / "list.csv"
    pd.DataFrame(rows, columns=HEADER).to_csv(path, index=False)
    assert not take(home, [path]).refused
    return path


def test_a_trust_sees_its_own_pathways_in_the_systems_order(home: Home, loaded: Path) -> None:
    """Two of RXN's three are at risk of 65 weeks by March: P3 before routine, after the other trust's P2."""
    found = operational.at_risk(home, "RXN", standard=65, by="2026-03-31")
    assert found["provider_code"].unique().tolist() == ["RXN"]
    assert found["position"].tolist() == [3, 4]
    assert found["booking"].tolist() == ["unbooked", "booked"]
    assert operational.resolved(home, found, loaded)["pathway_id"].tolist() == ["LOCAL-1", "LOCAL-2"]


def test_the_command_writes_a_private_file(home: Home, loaded: Path, tmp_path: Path) -> None:
    """Only its owner may read it; the command says who may see it, and repeats no reference."""
    output = tmp_path / "mine.csv"
    ran = CliRunner().invoke(app, ["ptl", "--trust", "RXN", "--role", "operational", "--output", str(output)])
    assert ran.exit_code == 0, ran.output
    assert "nobody else" in ran.output
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    written = pd.read_csv(output)
    assert len(written) == 2
    assert not any(reference in ran.output for reference in written["pathway_reference"])


def test_no_spreadsheet_takes_a_formula_from_it(home: Home, tmp_path: Path) -> None:
    """A value that begins like a formula is written as text; numbers and blanks stay as they are."""
    frame = pd.DataFrame({"text": ["=1+1", "@sum", "plain", None], "number": [-1, 2, 3, 4]})
    operational.write_private(home, frame, tmp_path / "safe.csv")
    again = pd.read_csv(tmp_path / "safe.csv")
    assert again["text"].tolist()[:3] == ["'=1+1", "'@sum", "plain"]
    assert again["text"].isna().tolist() == [False, False, False, True]
    assert again["number"].tolist() == [-1, 2, 3, 4]


def test_nothing_of_it_is_published(home: Home, loaded: Path) -> None:
    """It is written outside the home only, and no table that can be taken out is of pathways."""
    found = operational.at_risk(home, "RXN")
    with pytest.raises(ParameterError, match="pages are published"):
        operational.write_private(home, found, home.root / "mine.csv")
    assert not {"ptl_pathways", "ptl_list", "ptl_at_risk", "ptl_counts"} & set(published.TABLES)
    shown = published.take_out(home, "ptl_published")
    assert set(shown["count"]) <= {"0", "*"}


def test_an_unknown_trust_or_day_is_refused(home: Home, loaded: Path) -> None:
    """A sentence for each: no such trust, no such date, no list of that week."""
    with pytest.raises(ParameterError, match="no trust of the system"):
        operational.at_risk(home, "RW5")
    with pytest.raises(ParameterError, match="no date"):
        operational.at_risk(home, "RXN", by="March")
    with pytest.raises(NoDataError, match="No list of the 7 days"):
        operational.at_risk(home, "RXN", as_of="2026-03-01")


def test_the_lists_of_validation_are_private_and_of_one_trust(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two private files of the trust's own patients under local numbers, and a sentence; nothing of another trust's."""
    make_demo_key(tmp_path / "key")
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "key"))
    row = CALL_AS_SENT | {"pathway_id": "LOCAL-1"}
    rows = [row, row | {"pathway_id": "LOCAL-2", "response": "worse"}, row | {"pathway_id": "THEIRS", "provider_code": "RTX"},
            row | {"pathway_id": "LOCAL-3", "contacted": "no", "responded": "no", "response": ""}]  # fmt: skip
    path = tmp_path / "calls.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    assert not take(home, [path]).refused
    due, call = tmp_path / "due.csv", tmp_path / "call.csv"
    asked = ["chatbot", "--trust", "RXN", "--role", "operational", "--reviews", str(due), "--to-call", str(call)]
    ran = CliRunner().invoke(app, [*asked, "--own-calls", str(path)])
    assert ran.exit_code == 0, ran.output
    assert "2 patients await" in ran.output
    assert "nobody else" in ran.output
    assert "LOCAL" not in ran.output
    assert [stat.S_IMODE(each.stat().st_mode) for each in (due, call)] == [0o600, 0o600]
    assert pd.read_csv(due)["pathway_id"].tolist() == ["LOCAL-2", "LOCAL-1"]
    assert pd.read_csv(call)["pathway_id"].tolist() == ["LOCAL-3"]
    asked[asked.index(str(due))] = str(home.root / "due.csv")
    refused = CliRunner().invoke(app, asked)
    assert refused.exit_code != 0
    assert not (home.root / "due.csv").exists()
    assert not {"chatbot_review_list", "chatbot_call_list", "chatbot_pathways"} & set(published.TABLES)
