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
from lsc_analytics.ingest.chatbot import CALLS_HEADER, CALLS_OPTIONAL, REVIEWS_HEADER, REVIEWS_OPTIONAL
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


LATER = {
    "purpose": "validation", "attempted_at": "10:15", "completed": "yes", "exclusion": "", "priority": "P4",
    "age_band": "60-69", "sex": "female", "deprivation_decile": "3", "ethnic_category": "A", "language": "English",
    "rurality": "rural", "note": "asked to be rung in the evening",
}  # fmt: skip


def among_many(row: dict[str, str], many: int = 99, like: dict[str, str] | None = None) -> list[dict[str, str]]:
    """One row after many without a fault: few enough to set aside."""
    good = (CALL | LATER if "channel" in row else REVIEW) if like is None else like
    return [*(good | {"pathway_id": f"LOCAL-Q{at}"} for at in range(many)), row]


def test_what_patients_are_like_is_read_and_free_text_is_not_kept(tmp_path: Path) -> None:
    """Columns that may be left out are read where they are there; a note is looked through and dropped."""
    calls = read(written(tmp_path, CALL | LATER)).frames["chatbot_calls"].iloc[0]
    assert calls[["age_band", "deprivation_decile", "ethnic_category", "rurality", "attempted_at"]].tolist() == [
        "60-69", 3, "A", "rural", "10:15",
    ]  # fmt: skip
    assert "evening" not in str(calls.to_dict())
    plain = read(written(tmp_path, CALL)).frames["chatbot_calls"].iloc[0]
    assert plain["purpose"] == "validation"
    assert plain["completed"]
    assert plain[["age_band", "deprivation_decile", "exclusion"]].isna().all()


def test_columns_come_in_any_order(tmp_path: Path) -> None:
    """A local export need not know ours."""
    row = dict(reversed((CALL | LATER).items()))
    assert len(read(written(tmp_path, row)).frames["chatbot_calls"]) == 1


def test_a_column_that_nobody_asked_for_is_refused(tmp_path: Path) -> None:
    """A surname does not come in unnoticed: the header is named, no value is."""
    error = refusal(written(tmp_path, CALL | {"surname": "Marple"}))
    assert "unknown 'surname'" in error.problem
    assert "Marple" not in str(error)


@pytest.mark.parametrize(
    ("change", "column", "says"),
    [
        ({"contacted": "no"}, "responded", "without having been reached"),
        ({"response": "leave and remain"}, "response", "both to leave and to remain"),
        ({"response": ""}, "response", "the response is blank"),
        ({"exclusion": "too busy"}, "exclusion", "none of child, dementia, other_clinical"),
        ({"age_band": "42"}, "age_band", "none of 0-17"),
        ({"deprivation_decile": "11"}, "deprivation_decile", "none of 1"),
        ({"ethnic_category": "Q"}, "ethnic_category", "none of A"),
        ({"language": "EN-1"}, "language", "not the name of a language"),
        ({"attempted_at": "25:00"}, "attempted_at", "not a time"),
        ({"priority": "soon"}, "priority", "none of routine"),
        ({"attempt_number": "0"}, "attempt_number", "there is a channel or contact"),
        ({"responded": "no", "response": ""}, "completed", "there is no answer"),
    ],
)
def test_a_few_faulty_rows_are_set_aside_and_counted(
    tmp_path: Path, change: dict[str, str], column: str, says: str
) -> None:
    """One in a hundred: the others load; its place, reason and whether somebody must look are kept, and nothing of whose."""
    reading = read(written(tmp_path, *among_many(CALL | LATER | change)))
    assert len(reading.frames["chatbot_calls"]) == 99
    [aside] = reading.frames["chatbot_set_aside"].to_dict("records")
    assert (aside["records"], aside["row"], aside["column"]) == ("calls", 101, column)
    assert (aside["campaign"], aside["provider_code"]) == ("Spring 2025", "RXN")
    assert says in aside["reason"]
    assert aside["for_review"] == ("leave" in (CALL | change)["response"])
    assert f"1 in column {column}" in reading.note
    assert "row 101" in reading.note
    assert "LOCAL" not in f"{aside}{reading.note}"


@pytest.mark.parametrize(
    ("change", "column", "says"),
    [
        ({"removed_on": "2025-03-01"}, "removed_on", "before the review"),
        ({"decision": "kept"}, "removed_on", "did not agree"),
        ({"rereferred_on": "2025-03-11"}, "rereferred_on", "before the removal"),
        ({"removed_on": "", "rereferred_on": "2025-04-01"}, "rereferred_on", "there is no removal"),
        ({"removed_on": "2025-13-01"}, "removed_on", "not a day"),
    ],
)
def test_reviews_that_contradict_themselves_are_set_aside(
    tmp_path: Path, change: dict[str, str], column: str, says: str
) -> None:
    """Removal follows a review that agrees to it, and another referral follows removal."""
    good = REVIEW | {"removed_on": "2025-03-12", "rereferred_on": "", "note": ""}
    reading = read(written(tmp_path, *among_many(good | change, like=good)))
    [aside] = reading.frames["chatbot_set_aside"].to_dict("records")
    assert (aside["records"], aside["column"]) == ("reviews", column)
    assert says in aside["reason"]
    assert len(reading.frames["chatbot_reviews"]) == 99


def test_an_attempt_told_twice_counts_once_if_alike_and_not_at_all_if_not(tmp_path: Path) -> None:
    """Two rows alike: the second is set aside. Two that differ: neither can be believed, and somebody must look."""
    alike = read(written(tmp_path, *among_many(CALL | LATER), CALL | LATER))
    assert len(alike.frames["chatbot_calls"]) == 100
    assert alike.frames["chatbot_set_aside"]["row"].tolist() == [102]
    differing = read(written(tmp_path, *among_many(CALL | LATER), CALL | LATER | {"response": "remain"}))
    assert len(differing.frames["chatbot_calls"]) == 99
    assert differing.frames["chatbot_set_aside"]["row"].tolist() == [101, 102]
    assert differing.frames["chatbot_set_aside"]["for_review"].tolist() == [True, False]


def test_too_many_faults_refuse_the_file_with_their_number(tmp_path: Path) -> None:
    """Three of a hundred: the export is at fault, and the sentence says how many rows."""
    bad = CALL | LATER | {"contacted": "no"}
    error = refusal(written(tmp_path, *among_many(bad, 97), bad | {"pathway_id": "b"}, bad | {"pathway_id": "c"}))
    assert "3 of its 100 rows" in error.problem
    assert error.row == 99


@pytest.mark.parametrize(
    "told", [f"rang {PHONE}", f"nhs no {NHS_NUMBER}", "call 01772.716565", "(01772) 716565", "943.476.5919"]
)
def test_free_text_with_an_identifier_refuses_the_file(tmp_path: Path, told: str) -> None:
    """However many rows are without fault, nothing of a file with a telephone or NHS number in it is kept."""
    error = refusal(written(tmp_path, *among_many(CALL | LATER | {"note": told}, 200)))
    assert (error.row, error.column) == (202, "note")
    assert told not in str(error)


def test_one_campaign_has_one_purpose(tmp_path: Path) -> None:
    """Calls that keep in touch with cancer referrals load like validation, under a campaign of their own."""
    keep = {"purpose": "keep_in_touch", "priority": "two_week_wait", "campaign": "Keeping in touch"}
    reading = read(written(tmp_path, CALL | LATER, CALL | LATER | keep))
    assert reading.frames["chatbot_calls"]["purpose"].tolist() == ["validation", "keep_in_touch"]
    assert (
        "keeping in touch"
        in refusal(
            written(tmp_path, CALL | LATER, CALL | LATER | keep | {"campaign": "Spring 2025", "pathway_id": "B"})
        ).problem
    )


@pytest.mark.parametrize("columns", [CALLS_HEADER, CALLS_OPTIONAL, REVIEWS_HEADER, REVIEWS_OPTIONAL])
def test_the_data_dictionary_names_every_column(columns: list[str]) -> None:
    """What may be exported is described in the contract."""
    contract = (TEMPLATES.parent.parent / "docs" / "chatbot-contract.md").read_text(encoding="utf-8")
    assert [name for name in columns if f"`{name}`" not in contract] == []
