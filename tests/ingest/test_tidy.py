"""Tidy histories: mappings, what blanks and zeros mean, and what is said of values that make no sense."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

from lsc_analytics import ingest, parameters
from lsc_analytics.errors import ParameterError, RefusedFileError
from lsc_analytics.ingest.reading import Reading
from lsc_analytics.parameters import SourceMapping

PANEL = next(mapping for mapping in parameters.source_mappings() if mapping.name == "rtt_provider_specialty")
COMPLETED = next(mapping for mapping in parameters.source_mappings() if mapping.name == "rtt_completed_pathways")
DM01 = next(mapping for mapping in parameters.source_mappings() if mapping.name == "dm01_provider_test")
OWN = next(mapping for mapping in parameters.source_mappings() if mapping.name == "rtt_history")


def history(path: Path, mapping: SourceMapping, rows: list[dict[str, object]]) -> Path:
    """A csv in a mapping's header; columns that a row does not name are blank."""
    pd.DataFrame(rows, columns=mapping.header).to_csv(path, index=False)
    return path


def panel(function: str, total: int, within: int, over_52: int, over_65: int = 0, **more: object) -> dict[str, object]:
    """One row of the provider x specialty panel."""
    return {
        "Reporting_Month": "2025-03-01", "Provider_Code": "RXL", "Provider_Name": "RXL TRUST",
        "Treatment_Function_Code": function, "Total_Incomplete_Pathways": total, "Total_Within_18_Weeks": within,
        "Total_52_Plus_Weeks": over_52, "Total_65_Plus_Weeks": over_65, "Total_78_Plus_Weeks": 0,
        "Median_Waiting_Time_Weeks": 11.5,
    } | more  # fmt: skip


SMALL = [
    panel("C_100", 70, 40, 12, 7),
    panel("C_110", 30, 25, 0),
    panel("C_150", 0, 0, 0),
    panel("C_999", 100, 65, 12, 7),
]


def figures(reading: Reading, **where: str) -> dict[str, float]:
    """Figures by measure, of the rows that match."""
    told = reading.frames[f"{reading.family}_observations"]
    for column, value in where.items():
        told = told[told[column] == value]
    return dict(zip(told["measure"], told["value"], strict=True))


def test_a_history_is_read_as_its_mapping_says(tmp_path: Path) -> None:
    """Header to measure; a blank gives no row; a row of zeros is a function that is not offered."""
    reading = ingest.read(history(tmp_path / "a.csv", PANEL, SMALL))
    assert figures(reading, treatment_function_code="C_100") == {
        "total_incomplete": 70.0,
        "within_18_weeks": 40.0,
        "over_52_weeks": 12.0,
        "over_65_weeks": 7.0,
        "over_78_weeks": 0.0,
        "median_wait_weeks": 11.5,
    }
    assert figures(reading, treatment_function_code="C_150") == {}
    assert (reading.source, reading.source_rank, reading.months()) == ("rtt_provider_specialty", 3, ["2025-03"])
    assert reading.frames["providers"]["provider_name"].tolist() == ["RXL TRUST"]
    assert reading.checks["differing"].sum() == 0


def test_a_zero_stays_a_zero_where_the_mapping_does_not_say_otherwise(tmp_path: Path) -> None:
    """Our own layout: zeros are figures, blanks are not."""
    row = {"month": "2025-03", "provider_code": "RXL", "treatment_function_code": "C_150", "clock_starts": 0}
    assert figures(ingest.read(history(tmp_path / "a.csv", OWN, [row]))) == {"clock_starts": 0.0}


def test_a_column_gives_the_part_and_bands_add_up_to_its_measure(tmp_path: Path) -> None:
    """Completed pathways: the word in one column decides whether they are admitted or non-admitted stops."""
    rows = [
        {"month": "2025-09", "pathway": pathway, "provider_code": "RXL", "treatment_function_code": function,
         ">0-1": 5, "104 plus": 2, "completed_pathways": 7.0} | dict.fromkeys(COMPLETED.header[8:20], 0)
        for pathway in ("admitted", "nonadmitted") for function in ("C_100", "C_999")
    ]  # fmt: skip
    reading = ingest.read(history(tmp_path / "a.csv", COMPLETED, rows))
    assert figures(reading, treatment_function_code="C_100") == {"admitted_stops": 7.0, "non_admitted_stops": 7.0}
    bands = reading.frames["rtt_bands"].query("part == 'non_admitted' and treatment_function_code == 'C_100'")
    assert bands[["week_from", "pathways"]].to_numpy().tolist() == [[0, 5], [104, 2]]


def test_dm01_bands_and_activity(tmp_path: Path) -> None:
    """The total comes from the bands' total, the last band is open."""
    row = dict.fromkeys(DM01.header[4:25], 0) | {
        "Reporting Period": "2025-09-30", "Provider Code": "RXL", "Diagnostic ID": 1, "Total Waiting List": 50,
        "0 <01 weeks": 40, "06 <07 weeks": 7, "13+ weeks": 3, "Number waiting 6+ Weeks": 10,
        "Number waiting 13+ Weeks": 3, "Planned tests / procedures": 9,
    }  # fmt: skip
    reading = ingest.read(history(tmp_path / "a.csv", DM01, [row]))
    assert figures(reading) == {
        "total_waiting": 50.0, "waiting_6_plus": 10.0, "waiting_13_plus": 3.0, "planned_activity": 9.0,
        "unscheduled_activity": 0.0, "waiting_list_activity": 0.0,
    }  # fmt: skip
    assert reading.frames["dm01_bands"]["week_from"].tolist() == [0, 6, 13]
    row["06 <07 weeks"] = 8
    with pytest.raises(RefusedFileError, match=r"a\.csv, row 2: The bands of RXL, test 1, add up to 51"):
        ingest.read(history(tmp_path / "a.csv", DM01, [row]))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"Reporting_Month": "soon"}, r"row 2, column Reporting_Month: 'soon' is not a month"),
        ({"Provider_Code": "Blackpool"}, r"row 2, column Provider_Code: 'Blackpool' is not a provider code"),
        ({"Provider_Code": ""}, r"row 2, column Provider_Code: The value is missing"),
        (
            {"Treatment_Function_Code": "100"},
            r"row 2, column Treatment_Function_Code: '100' is not a treatment function",
        ),
        ({"Total_Incomplete_Pathways": "-1"}, r"row 2, column Total_Incomplete_Pathways: '-1' is not a whole number"),
        ({"Total_52_Plus_Weeks": "few"}, r"row 2, column Total_52_Plus_Weeks: 'few' is not a whole number"),
        ({"Median_Waiting_Time_Weeks": "9,5"}, r"column Median_Waiting_Time_Weeks: '9,5' is not a number"),
        ({"Treatment_Function_Code": "C_110"}, r"row 3: The file tells twice of 2025-03, RXL, C_110"),
        ({"Total_65_Plus_Weeks": 40}, r"row 5: RXL, C_999 in 2025-03 has 40 for over 65 weeks and only 12 for over 52"),
        (
            {"Total_Incomplete_Pathways": 170},
            r"RXL in 2025-03 add up to 200 and its C_999 row says 100: C_999 has been",
        ),
    ],
)
def test_values_that_make_no_sense_are_refused(tmp_path: Path, change: dict[str, object], words: str) -> None:
    """Each with the row and the column of the file, in the file's own words."""
    rows = [SMALL[0] | change, *SMALL[1:]]
    if change.get("Total_65_Plus_Weeks"):
        rows[-1] = panel("C_999", 100, 65, 12, 40)
    with pytest.raises(RefusedFileError, match=words):
        ingest.read(history(tmp_path / "a.csv", PANEL, rows))


def test_a_provider_without_its_total_row_is_refused(tmp_path: Path) -> None:
    """Where the mapping expects C_999, a half-written file shows by its absence."""
    with pytest.raises(RefusedFileError, match=r"specialties of RXL in 2025-03 add up to 100 and it has no C_999 row"):
        ingest.read(history(tmp_path / "a.csv", PANEL, SMALL[:-1]))


def test_a_half_written_last_row_is_refused(tmp_path: Path) -> None:
    """The row that the writing broke off in, by its number."""
    path = history(tmp_path / "a.csv", PANEL, SMALL)
    path.write_text(path.read_text()[:-30])
    with pytest.raises(RefusedFileError, match=r"a\.csv, row 5: The row has \d+ values and the header 16"):
        ingest.read(path)


MINIMAL = {"name": "mine", "title": "Mine", "family": "rtt", "header": ["m", "p", "f", "n", "b0", "b1"],
           "columns": {"month": "m", "provider_code": "p", "treatment_function_code": "f"},
           "measures": {"total_incomplete": "n"}}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"measures": {"total_incomplete": "x"}}, "the header has no column 'x'"),
        ({"columns": {"month": "m", "provider_code": "p"}}, "must name treatment_function_code"),
        ({"bands": {"first": "b0", "last": "b1", "total": "n"}}, "must name the part"),
        ({"measures": {}}, "name measures, bands or both"),
        ({"hedaer": []}, "hedaer"),
    ],
)
def test_a_mapping_that_contradicts_itself_is_refused(change: dict[str, object], words: str) -> None:
    """Before any file is read with it."""
    with pytest.raises(ValidationError, match=words):
        SourceMapping.model_validate(MINIMAL | change)


MINE = """
name: mine
title: Mine
family: rtt
header: [m, p, f, n, b0, b1]
columns: {month: m, provider_code: p, treatment_function_code: f}
values: {treatment_function_code: {gs: C_100}}
"""


def read_with(folder: Path, monkeypatch: pytest.MonkeyPatch, mapping: str) -> Reading:
    """Read one row with a mapping of one's own."""
    monkeypatch.setenv("LSC_PARAMETERS", str(folder))
    (folder / "sources").mkdir()
    (folder / "sources" / "mine.yml").write_text(mapping)
    (folder / "diagnostics.yml").write_text("tests: []\n")
    (folder / "a.csv").write_text("m,p,f,n,b0,b1\nJune 2025,RXL,gs,5,,\n")
    return ingest.read(folder / "a.csv")


def test_a_mapping_of_ones_own_is_all_that_a_new_history_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One YAML file, its words for our codes among them; columns it does not name are ignored."""
    reading = read_with(tmp_path, monkeypatch, MINE + "measures: {total_incomplete: n}\n")
    assert figures(reading, month="2025-06", treatment_function_code="C_100") == {"total_incomplete": 5.0}
    assert (reading.source, reading.source_rank) == ("mine", 6)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("measures: {waiting: n}", "mapping mine names the measure waiting. Known are total_incomplete"),
        ("constants: {part: incomplete}\nbands: {first: b0, last: b1, total: n}", "has 2 bands; there are 105 or 53"),
    ],
)
def test_a_mapping_to_what_no_table_has_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str, words: str
) -> None:
    """An unknown measure and another number of bands are faults of the mapping, not of the file."""
    with pytest.raises(ParameterError, match=words):
        read_with(tmp_path, monkeypatch, f"{MINE}{more}\n")


def test_every_shipped_mapping_names_a_header_of_its_own() -> None:
    """Two mappings of one header would make the choice a matter of luck."""
    headers = [tuple(mapping.header) for mapping in parameters.source_mappings()]
    assert len(set(headers)) == len(headers) == 9


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("path", "source", "months", "rows"),
    [
        ("rtt/incomplete_by_provider_specialty_2024-04_2026-01.csv.gz", "rtt_provider_specialty", 22, 394_134),
        ("rtt/incomplete_totals_lsc_specialty_2022-04_2026-01.csv.gz", "rtt_specialty_totals", 46, 3_522),
        ("rtt/incomplete_by_org_all_specialties_2022-04_2026-01.csv.gz", "rtt_organisation_totals", 46, 138_480),
        ("rtt/completed_pathways_lsc_2025-09_2025-11.csv", "rtt_completed_pathways", 3, 448),
        ("dm01/waits_activity_by_provider_test_2023-04_2025-09.csv.gz", "dm01_provider_test", 30, 483_036),
        ("cancer/62d_by_trust_month_2023-10_2025-09.csv", "cancer_62_days", 24, 10_665),
    ],
)
def test_the_shared_histories_read_and_agree(shared_data: Path, path: str, source: str, months: int, rows: int) -> None:
    """Every history beside the checkout: its mapping is found, nothing differs."""
    reading = ingest.read(shared_data / path)
    assert (reading.source, len(reading.months())) == (source, months)
    assert len(reading.frames[f"{reading.family}_observations"]) == rows
    assert reading.checks["differing"].sum() == 0


@pytest.mark.real_data
def test_levels_become_scopes(shared_data: Path) -> None:
    """England, ICBs and providers of one file are three scopes; England is the providers' sum and stays its own line."""
    reading = ingest.read(shared_data / "rtt/incomplete_by_org_all_specialties_2022-04_2026-01.csv.gz")
    told = reading.frames["rtt_observations"].query("measure == 'total_incomplete' and month == '2026-01'")
    assert told.groupby("scope")["value"].sum()["provider"] == 7_155_958
    assert told.query("scope == 'england'")["value"].tolist() == [7_155_958]
    assert "QE1" in told.query("scope == 'commissioner'")["provider_code"].tolist()
    assert "ENG" not in reading.frames["providers"]["provider_code"].tolist()
