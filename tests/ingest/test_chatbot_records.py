"""Chatbot call records and reviews: what is read, what is refused, and that no refusal repeats what it refuses."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from lsc_analytics import ingest
from lsc_analytics.errors import RefusedFileError
from lsc_analytics.ingest.chatbot import CALLS_HEADER, REVIEWS_HEADER
from lsc_analytics.ingest.reading import Reading

TEMPLATES = Path(__file__).resolve().parents[2] / "parameters" / "templates"
NHS_NUMBER = "943 476 5919"  # the example of the NHS Data Dictionary, of nobody
PHONE = "07700 900123"  # a number that Ofcom keeps for fiction

CALL = dict(
    zip(
        CALLS_HEADER,
        ("live", "Spring 2025", "LOCAL-P1", "RXN", "C_110", "1", "staff_call", "2025-03-03", "31", "yes", "yes", "leave", "no"),
        strict=True,
    )
)  # fmt: skip
REVIEW = dict(zip(REVIEWS_HEADER, ("live", "Spring 2025", "LOCAL-P1", "2025-03-10", "removed"), strict=True))


def pseudonym(identifier: str) -> str:
    """A pseudonym as the store makes one, with a key of no use."""
    return hashlib.blake2b(identifier.encode(), key=b"of no use", digest_size=16).hexdigest()


def written(folder: Path, *rows: dict[str, str]) -> Path:
    """A file of records on disk."""
    path = folder / "records.csv"
    path.write_text("\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)]) + "\n", encoding="utf-8")
    return path


def read(path: Path) -> Reading:
    """The file, read with a key."""
    return ingest.read(path, pseudonymise=pseudonym)


def refusal(path: Path, pseudonymise: Callable[[str], str] | None = pseudonym) -> RefusedFileError:
    """The error with which a file is refused."""
    with pytest.raises(RefusedFileError) as caught:
        ingest.read(path, pseudonymise=pseudonymise)
    return caught.value


def test_calls_are_read_and_pseudonymised(tmp_path: Path) -> None:
    """Codes as they are, yes and no as truth, a blank response empty, no identifier left."""
    silent = CALL | {"pathway_id": "LOCAL-P2", "contacted": "no", "responded": "no", "response": ""}
    reading = read(written(tmp_path, CALL, silent))
    calls = reading.frames["chatbot_calls"]
    assert calls["pathway_pseudonym"].tolist() == [pseudonym("LOCAL-P1"), pseudonym("LOCAL-P2")]
    assert calls["responded"].tolist() == [True, False]
    assert calls["response"].isna().tolist() == [False, True]
    assert calls[["attempt_number", "weeks_waiting"]].values.tolist() == [[1, 31], [1, 31]]
    assert "LOCAL" not in calls.to_csv()
    assert (reading.family, reading.source, reading.patient_level, reading.demo) == (
        "chatbot",
        "call_records",
        True,
        False,
    )


def test_reviews_are_read_and_match_calls(tmp_path: Path) -> None:
    """The same pathway has the same pseudonym in both files; a gzipped file is the same file."""
    path = written(tmp_path, REVIEW)
    packed = tmp_path / "records.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    for each in (path, packed):
        reading = read(each)
        review = reading.frames["chatbot_reviews"].iloc[0]
        assert review[["pathway_pseudonym", "reviewed_on", "decision"]].tolist() == [
            pseudonym("LOCAL-P1"), "2025-03-10", "removed",
        ]  # fmt: skip
        assert (reading.source, reading.patient_level) == ("review_records", True)


@pytest.mark.parametrize(("name", "rows"), [("chatbot_calls", 3), ("chatbot_reviews", 3)])
def test_templates_are_files_that_load(name: str, rows: int) -> None:
    """What the contract tells people to copy is read, as demo data."""
    reading = read(TEMPLATES / f"{name}.csv")
    assert len(reading.frames[name]) == rows
    assert reading.demo


@pytest.mark.parametrize("row", [CALL, REVIEW], ids=["calls", "reviews"])
def test_no_key_no_entry(tmp_path: Path, row: dict[str, str]) -> None:
    """Without a key nothing patient-level is read, and the remedy names the setting."""
    assert "LSC_PSEUDONYM_KEY_FILE" in refusal(written(tmp_path, row), pseudonymise=None).remedy


@pytest.mark.parametrize("column", CALLS_HEADER)
@pytest.mark.parametrize("value", [NHS_NUMBER, PHONE, "id 9434765919", "+44 7700 900123"])
def test_identifiers_are_refused_unsaid(tmp_path: Path, column: str, value: str) -> None:
    """An NHS number or a telephone number in any column: row and column are told, the value never."""
    error = refusal(written(tmp_path, CALL, CALL | {"attempt_number": "2"} | {column: value}))
    assert (error.row, error.column) == (3, column)
    assert "NHS number or a telephone number" in error.problem
    assert value not in str(error)


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        *((CALL, column, "") for column in CALLS_HEADER if column != "response"),
        *((REVIEW, column, "") for column in REVIEWS_HEADER),
        (CALL, "data_kind", "real"),
        (CALL, "provider_code", "RXX"),
        (CALL, "treatment_function_code", "C_999"),
        (CALL, "attempt_number", "0"),
        (CALL, "attempt_number", "1.5"),
        (CALL, "channel", "pigeon"),
        (CALL, "attempted_on", "03/03/2025"),
        (CALL, "attempted_on", "2025-02-30"),
        (CALL, "attempted_on", f"{dt.date.today() + dt.timedelta(days=2)}"),
        (CALL, "weeks_waiting", "-1"),
        (CALL, "contacted", "Y"),
        (CALL, "response", "stay"),
        (CALL, "also_worse", "yes"),
        (REVIEW, "reviewed_on", "2025-3-1"),
        (REVIEW, "reviewed_on", f"{dt.date.today() + dt.timedelta(days=2)}"),
        (REVIEW, "decision", "discharged"),
    ],
)
def test_faults_name_row_and_column(tmp_path: Path, row: dict[str, str], column: str, value: str) -> None:
    """A missing, unknown or ill-formed value: its row and column, and not the value."""
    error = refusal(written(tmp_path, row, row | {"pathway_id": "LOCAL-P2"} | {column: value}))
    assert (error.row, error.column) == (3, column)
    assert not value or value not in error.problem.split()
    assert "LOCAL" not in str(error)


@pytest.mark.parametrize(
    ("change", "column", "says"),
    [
        ({"contacted": "no"}, "responded", "without having been reached"),
        ({"responded": "no"}, "response", "a response and no answer"),
        ({"response": ""}, "response", "answered and the response is blank"),
        ({"also_worse": "yes"}, "also_worse", "Only a patient who remains"),
    ],
)
def test_contradictions_are_refused(tmp_path: Path, change: dict[str, str], column: str, says: str) -> None:
    """An answer needs contact, a response an answer, and worse as well only goes with remain."""
    error = refusal(written(tmp_path, CALL | change))
    assert (error.row, error.column) == (2, column)
    assert says in error.problem


def test_demo_and_live_records_are_never_mixed(tmp_path: Path) -> None:
    """A file is of one kind, and says so."""
    assert read(written(tmp_path, CALL | {"data_kind": "demo"})).demo
    error = refusal(written(tmp_path, CALL, CALL | {"data_kind": "demo", "attempt_number": "2"}))
    assert (error.row, error.column) == (3, "data_kind")
    assert "mixes demo and live" in error.problem


def test_the_same_told_twice_is_refused(tmp_path: Path) -> None:
    """One attempt number, or one review, a pathway and campaign; another campaign is another matter."""
    assert refusal(written(tmp_path, CALL, CALL)).row == 3
    assert refusal(written(tmp_path, REVIEW, REVIEW)).row == 3
    other = {"campaign": "Autumn 2025"}
    assert len(read(written(tmp_path, CALL, CALL | other)).frames["chatbot_calls"]) == 2


def test_half_written_file_is_refused_unsaid(tmp_path: Path) -> None:
    """A last row that breaks off is told by its row, and nothing of it is repeated."""
    path = written(tmp_path, CALL, CALL | {"attempt_number": "2"})
    path.write_text(path.read_text()[:-30])
    error = refusal(path)
    assert error.row == 3
    assert "LOCAL" not in str(error)


def test_file_of_one_header_is_refused(tmp_path: Path) -> None:
    """A header and no rows is no data."""
    path = tmp_path / "empty.csv"
    path.write_text(",".join(CALLS_HEADER) + "\n")
    assert "no rows" in refusal(path).problem
