"""Patient tracking lists: what is read, under which pseudonyms, and what is refused without repeating a value."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from lsc_analytics import ingest
from lsc_analytics.errors import RefusedFileError
from lsc_analytics.ingest.ptl import HEADER
from lsc_analytics.ingest.reading import Reading
from lsc_analytics.parameters import project_root, ptl_mappings

ROW = dict.fromkeys(HEADER, "") | {
    "data_kind": "demo",
    "extract_date": "2026-01-31",
    "pathway_id": "LOCAL-1",
    "provider_code": "RXN",
    "treatment_function_code": "C_110",
    "clock_start_date": "2025-02-03",
    "waiting_for": "treatment",
}


def written(folder: Path, *rows: dict[str, str], name: str = "ptl.csv") -> Path:
    """A list of these rows in the contract's columns."""
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER)
        writer.writeheader()
        writer.writerows(rows)
    return path


def read(path: Path) -> Reading:
    """The reading of one list, under pseudonyms that a test can follow."""
    return ingest.read(path, pseudonymise=lambda text: text.encode().hex())


def refusal(path: Path) -> RefusedFileError:
    """Why one list is refused."""
    with pytest.raises(RefusedFileError) as told:
        read(path)
    return told.value


def test_rows_are_read_under_pseudonyms(tmp_path: Path) -> None:
    """Trust and number are hashed together, blanks stay empty, and the reading says that its raw file is not to be kept."""
    reading = read(written(tmp_path, ROW, ROW | {"pathway_id": "LOCAL-2", "deprivation_decile": "3"}))
    rows = reading.frames["ptl_pathways"]
    assert rows["pathway_pseudonym"].tolist() == [b"RXN/LOCAL-1".hex(), b"RXN/LOCAL-2".hex()]
    assert rows["deprivation_decile"].tolist() == [pd.NA, 3]
    assert rows["booked_date"].isna().all()
    assert reading.patient_level
    assert (reading.family, reading.published, reading.demo) == ("ptl", "2026-01-31", True)
    assert "LOCAL" not in rows.to_csv()


def test_two_trusts_may_use_the_same_number(tmp_path: Path) -> None:
    """Pathways are told apart by trust, and their pseudonyms differ."""
    rows = read(written(tmp_path, ROW, ROW | {"provider_code": "RXL"})).frames["ptl_pathways"]
    assert rows["pathway_pseudonym"].nunique() == 2


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"provider_code": "RW5"}, "provider_code", "no trust"),
        ({"treatment_function_code": "C_123"}, "treatment_function_code", "none of specialties.yml"),
        ({"treatment_function_code": "C_999"}, "treatment_function_code", "none of specialties.yml"),
        ({"clock_start_date": "2026-02-01"}, "clock_start_date", "after the day of the extract"),
        ({"extract_date": "2999-01-01"}, "extract_date", "in the future"),
        ({"first_seen_date": "2025-02-02"}, "first_seen_date", "seen before the clock started"),
        ({"decision_to_admit_date": "2025-02-02"}, "decision_to_admit_date", "before the clock started"),
        ({"last_validated_date": "2026-02-01"}, "last_validated_date", "after the day of the extract"),
        ({"pathway_id": "LOCAL-1"}, "pathway_id", "in the file already"),
        ({"pathway_id": ""}, "pathway_id", "missing"),
        ({"clock_start_date": " "}, "clock_start_date", "missing"),
        ({"clock_start_date": "03/02/2025"}, "clock_start_date", "written YYYY-MM-DD"),
        ({"clock_start_date": "2025-02-30"}, "clock_start_date", "written YYYY-MM-DD"),
        ({"waiting_for": "surgery"}, "waiting_for", "none of first_appointment"),
        ({"deprivation_decile": "11"}, "deprivation_decile", "1 to 10"),
        ({"priority_code": "P9"}, "priority_code", "none of ptl.yml"),
        ({"pathway_id": "9434765919"}, "pathway_id", "NHS number"),
        ({"site_code": "943 476 5919"}, "site_code", "NHS number"),
        ({"referral_id": "A-943-476-5919"}, "referral_id", "NHS number"),
        ({"referral_id": "07700 900123"}, "referral_id", "telephone number"),
    ],
)
def test_bad_rows_are_refused_unsaid(tmp_path: Path, change: dict[str, str], column: str, words: str) -> None:
    """File, row and column are named, and no value is repeated."""
    bad = ROW | {"pathway_id": "LOCAL-2"} | change
    error = refusal(written(tmp_path, ROW, bad) if "extract_date" not in change else written(tmp_path, bad, bad))
    assert (error.file, error.column) == ("ptl.csv", column)
    assert error.row == (2 if "extract_date" in change else 3)
    assert words in error.problem
    for value in change.values():
        assert not value.strip() or value not in str(error) or value == "C_999"
    assert "LOCAL" not in str(error)


def test_ten_digits_with_another_check_digit_are_a_local_number(tmp_path: Path) -> None:
    """Only the modulus 11 check makes ten digits an NHS number."""
    assert len(read(written(tmp_path, ROW | {"pathway_id": "9434765918"})).frames["ptl_pathways"]) == 1


def test_missing_key_is_refused(tmp_path: Path) -> None:
    """Without a key nothing of a patient is read."""
    with pytest.raises(RefusedFileError, match="no key"):
        ingest.read(written(tmp_path, ROW))


def test_blank_lines_and_broken_rows_are_counted(tmp_path: Path) -> None:
    """A row is named as a spreadsheet counts, blank lines included; a row cut short is refused unsaid."""
    path = written(tmp_path, ROW, ROW | {"pathway_id": "LOCAL-2", "provider_code": "RW5"})
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[1], "", lines[2]]) + "\n")
    assert refusal(path).row == 4
    path.write_text("\n".join([lines[0], lines[1], lines[1][:40]]) + "\n")
    error = refusal(path)
    assert error.row == 3
    assert "LOCAL" not in str(error)


def test_a_mapping_reads_a_trusts_own_headers(tmp_path: Path) -> None:
    """Days the other way round, the trust's words, its code as a constant, and the day of the list from the name."""
    mapping = ptl_mappings()[0]
    said = dict.fromkeys(mapping.header, "") | {
        "Local Pathway Number": "77", "Specialty": "C_502", "Clock Start": "03/02/2025", "Waiting For": "TCI",
    }  # fmt: skip
    path = tmp_path / "PTL-2026-01-31.csv"
    path.write_text(",".join(mapping.header) + "\n" + ",".join(said.values()) + "\n")
    row = read(path).frames["ptl_pathways"].iloc[0]
    assert (row["provider_code"], row["clock_start_date"], row["waiting_for"]) == ("RTX", "2025-02-03", "treatment")
    assert row["extract_date"] == "2026-01-31"
    undated = tmp_path / "list.csv"
    undated.write_text(path.read_text())
    assert refusal(undated).column == "extract_date"


def test_an_export_under_wlmds_names_is_read(tmp_path: Path) -> None:
    """National codes become the return's, the list type what is waited for; a code that is not mapped is refused by column."""
    mapping = next(one for one in ptl_mappings() if "WLMDS" in one.title)
    said = dict.fromkeys(mapping.header, "") | {
        "Week_Ending_Date": "2026-01-25", "PATIENT_PATHWAY_IDENTIFIER": "LOCAL-9",
        "ORGANISATION_IDENTIFIER_CODE_OF_PROVIDER": "RXN", "ACTIVITY_TREATMENT_FUNCTION_CODE": "110",
        "REFERRAL_TO_TREATMENT_PERIOD_START_DATE": "2025-03-02", "Procedure_Priority_Code": "2", "Waiting_List_Type": "IRTT",
        "TCI_or_Appointment_Date": "2026-02-20", "PERSON_STATED_GENDER_CODE": "2",
    }  # fmt: skip
    path = tmp_path / "open-pathways.csv"
    path.write_text(",".join(mapping.header) + "\n" + ",".join(said.values()) + "\n")
    reading = read(path)
    row = reading.frames["ptl_pathways"].iloc[0]
    assert row[["extract_date", "provider_code", "treatment_function_code", "priority_code", "waiting_for", "sex"]].tolist() == [
        "2026-01-25", "RXN", "C_110", "P2", "treatment", "F",
    ]  # fmt: skip
    assert reading.demo is False
    said["ACTIVITY_TREATMENT_FUNCTION_CODE"] = "211"
    path.write_text(",".join(mapping.header) + "\n" + ",".join(said.values()) + "\n")
    assert refusal(path).column == "ACTIVITY_TREATMENT_FUNCTION_CODE"


def test_the_template_is_of_the_contract() -> None:
    """The template has the contract's header, and its invented rows are read."""
    assert len(read(project_root() / "parameters" / "templates" / "ptl.csv").frames["ptl_pathways"]) == 2
