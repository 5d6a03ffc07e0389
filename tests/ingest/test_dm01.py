"""DM01 workbooks and extracts: what is read from honest files, and what each fault is told as."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from lsc_analytics import ingest
from lsc_analytics.errors import RefusedFileError
from lsc_analytics.parameters import trust_codes
from lsc_analytics.tables import DM01_MEASURES

WEEKS = ["0 <01 weeks", *(f"{week:02d} <{week + 1:02d} weeks" for week in range(1, 13)), "13+ weeks"]
TOTALS = ["Total Waiting List", "Number waiting 6+ Weeks", "Number waiting 13+ Weeks", "Percentage waiting 6+ weeks"]
ACTIVITY = [
    "Planned tests / procedures",
    "Unscheduled tests / procedures",
    "Waiting list tests / procedures (excluding planned)",
]
REGION = ["Regional Team Code", "Regional Team Name", "Provider Code", "Provider Name"]
BY_TEST_HEADER = ["", *REGION, "Diagnostic ID", "Diagnostic Test Name", *TOTALS, *WEEKS, "", *ACTIVITY]
BY_PROVIDER_HEADER = ["", *REGION, *TOTALS, *WEEKS, "", *ACTIVITY]

# Invented: provider, its name, Diagnostic ID, the label of the workbooks, people by week, activity.
LISTS = [
    ("RXN", "Hospital One", 1, "Magnetic Resonance Imaging", [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0, 0, 11], [1, 2, 30]),
    ("RXN", "Hospital One", 3, "Non-obstetric Ultrasound", [5, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0], [0, 0, 7]),
    ("RTX", "Hospital Two", 5, "DEXA Scan", [4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [3, 1, 12]),
]
Sheets = dict[str, list[list]]
Change = Callable[[Sheets], object]


def figures(bands: list[int], activity: list[int]) -> list:
    """The cells of a row from its first total on."""
    over = sum(bands[6:])
    return [sum(bands), over, bands[13], over / max(1, sum(bands)), *bands, "", *activity]


def added(lists: list[tuple]) -> list:
    """The cells of a total row."""
    return figures(*[[sum(column) for column in zip(*(row[at] for row in lists), strict=True)] for at in (4, 5)])


def sheets() -> Sheets:
    """Both sheets of a small provider workbook in the published layout, row 1 first."""
    title = [
        [],
        ["", "Title:", "Monthly Diagnostics"],
        ["", "Summary:", "Waiting times and activity for Diagnostic tests and procedures"],
        [],
        ["", "Period:", "September 2025"],
        ["", "Source:", "Invented"],
        ["", "Basis:", "Provider"],
        ["", "Published:", "13th November 2025"],
        ["", "Revised:", ""],
        *[[] for _ in range(4)],
    ]
    region = ["", "Y62", "North West"]
    by_test = [["", "", "", "", "Total", "", "", *added(LISTS)], []]
    by_provider = [["", "", "", "", "Total", *added(LISTS)], []]
    for code, name in dict.fromkeys((row[0], row[1]) for row in LISTS):
        mine = [row for row in LISTS if row[0] == code]
        by_test += [[*region, code, name, row[2], row[3], *figures(row[4], row[5])] for row in mine]
        by_test.append([*region, code, name, 16, "Total", *added(mine)])
        by_provider.append([*region, code, name, *added(mine)])
    nothing_to_report = [*region, "NT211", "Clinic With Nothing To Report", *figures([0] * 14, [0] * 3)]
    return {
        "Provider": [*title, BY_PROVIDER_HEADER, *by_provider, nothing_to_report],
        "Provider by Test": [*title, BY_TEST_HEADER, *by_test],
    }


def written(folder: Path, change: Change = lambda sheets: None) -> Path:
    """A workbook on disk, its sheets changed first."""
    held = sheets()
    change(held)
    book = Workbook(write_only=True)
    for name, rows in held.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([None if value == "" else value for value in row])
    path = folder / "Monthly-Diagnostics-Web-File-Provider-September-2025.xlsx"
    book.save(path)
    return path


def at(row: int, column: str, value: object, sheet: str = "Provider by Test") -> Change:
    """A change of one cell, named by its row in the spreadsheet and its header."""

    def change(held: Sheets) -> None:
        header = BY_TEST_HEADER if sheet == "Provider by Test" else BY_PROVIDER_HEADER
        held[sheet][row - 1][header.index(column)] = value

    return change


def refusal(path: Path) -> RefusedFileError:
    """The error with which a file is refused."""
    with pytest.raises(RefusedFileError) as caught:
        ingest.read(path)
    return caught.value


def test_workbook_is_read(tmp_path: Path) -> None:
    """Six measures and the bands of every provider and test, totals left out, and what the file says of itself."""
    reading = ingest.read(written(tmp_path))
    observations, bands = reading.frames["dm01_observations"], reading.frames["dm01_bands"]
    mri = observations.query("provider_code == 'RXN' and diagnostic_test_code == '1'").set_index("measure")["value"]
    assert mri.to_dict() == {
        "total_waiting": 56, "waiting_6_plus": 17, "waiting_13_plus": 11,
        "planned_activity": 1, "unscheduled_activity": 2, "waiting_list_activity": 30,
    }  # fmt: skip
    assert set(observations["diagnostic_test_code"]) == {"1", "3", "5"}
    assert set(observations["provider_code"]) == {"RXN", "RTX"}
    assert bands["waiting"].sum() == 56 + 7 + 10
    last = bands[bands["week_from"] == 13]
    assert last[["waiting", "week_to"]].to_numpy(na_value=-1).tolist() == [[11, -1]]
    assert (reading.months(), reading.published, reading.revised) == (["2025-09"], "2025-11-13", False)
    assert (reading.source, reading.source_rank, reading.demo) == ("provider_workbook", 2, False)
    assert reading.checks["differing"].sum() == 0
    assert len(reading.checks) == 6


def test_revised_workbook_says_so(tmp_path: Path) -> None:
    """The revision date is the publication date, as the store chooses by it."""
    reading = ingest.read(written(tmp_path, lambda held: held["Provider by Test"][8].__setitem__(2, "10th July 2026")))
    assert (reading.published, reading.revised) == ("2026-07-10", True)


def test_numbers_as_text_are_read(tmp_path: Path) -> None:
    """Excel's numbers stored as text, and a blank percentage, are still numbers."""

    def change(held: Sheets) -> None:
        at(17, "Total Waiting List", "56")(held)
        at(17, TOTALS[3], "0.3036")(held)
        at(18, TOTALS[3], "-")(held)

    assert ingest.read(written(tmp_path, change)).checks["differing"].sum() == 0


def test_demo_is_told_by_provider_names(tmp_path: Path) -> None:
    """Every provider's name ends in the mark, or none: a mixture is refused."""

    def mark(held: Sheets) -> None:
        for row in held["Provider by Test"][16:]:
            row[4] += " (DEMO DATA)"

    assert ingest.read(written(tmp_path, mark)).demo
    assert "(DEMO DATA)" in refusal(written(tmp_path, at(17, "Provider Name", "One (DEMO DATA)"))).problem


@pytest.mark.parametrize(
    ("change", "says", "row"),
    [
        (at(17, "02 <03 weeks", 70), "The bands of RXN, test 1, add up to 119 and waiting for the test at month end", 17),
        (at(17, "Number waiting 6+ Weeks", 16), "The bands from 6 weeks on of RXN, test 1, add up to 17", 17),
        (at(17, "Number waiting 13+ Weeks", 12), "The bands from 13 weeks on of RXN, test 1, add up to 11", 17),
        (at(17, "Total Waiting List", ""), "waiting for the test at month end says nothing", 17),
        (at(17, ACTIVITY[2], 31), "RXN says 37 for tests done from the waiting list in the month, and its tests", 19),
        (at(18, "Total Waiting List", -7), "-7", 18),
        (at(18, "Total Waiting List", "seven"), "'seven' is not a whole number", 18),
        (at(18, TOTALS[3], "23.1%"), "'23.1%' is not a number", 18),
        (at(18, "Diagnostic Test Name", "Thermography"), "'Thermography' is not the name of a DM01 test", 18),
        (at(18, "Diagnostic ID", 2), "Diagnostic ID 2 does not belong to 'Non-obstetric Ultrasound', whose ID is 3", 18),
        (at(18, "Provider Code", ""), "The row has no provider code", 18),
        (at(17, "Total Waiting List", 57, "Provider"), "RXN says 57 for waiting", 17),
        (at(15, "Total Waiting List", 74), "England says 74", 15),
    ],
    ids=lambda value: value[:34] if isinstance(value, str) else "",
)  # fmt: skip
def test_faults_are_told(tmp_path: Path, change: Change, says: str, row: int) -> None:
    """What is wrong, with the numbers, and in which row."""
    error = refusal(written(tmp_path, change))
    assert says in error.problem
    assert error.row == row
    assert error.file == "Monthly-Diagnostics-Web-File-Provider-September-2025.xlsx"


def test_test_told_twice_is_refused(tmp_path: Path) -> None:
    """A provider and test in two rows."""
    error = refusal(written(tmp_path, lambda held: held["Provider by Test"].append(held["Provider by Test"][16])))
    assert "tells twice of 2025-09, RXN, 1" in error.problem


def test_missing_row_is_seen_by_the_totals(tmp_path: Path) -> None:
    """A workbook from which a test was deleted contradicts the provider's total row."""
    error = refusal(written(tmp_path, lambda held: held["Provider by Test"].pop(17)))
    assert "RXN says 63 for waiting for the test at month end" in error.problem
    assert "rows are missing or changed" in error.problem


def test_workbook_without_its_sheet_is_told_which(tmp_path: Path) -> None:
    """A DM01 workbook is known by its title, so it is told what it lacks."""
    error = refusal(written(tmp_path, lambda held: held.pop("Provider by Test")))
    assert "no sheet 'Provider by Test'; it has 'Provider'" in error.problem


def test_workbook_cut_below_its_header_is_refused(tmp_path: Path) -> None:
    """A sheet with a header and nothing else, and one without its header."""
    assert (
        "no rows"
        in refusal(written(tmp_path, lambda held: held["Provider by Test"].__delitem__(slice(14, None)))).problem
    )
    assert "header row" in refusal(written(tmp_path, lambda held: held["Provider by Test"].pop(13))).problem


EXTRACT_BANDS = ["00 < 01 Week", *(f"{week:02d} < {week + 1:02d} Weeks" for week in range(1, 13)), "13+ Weeks"]


def extract(folder: Path, rows: list[dict[str, object]]) -> Path:
    """A full extract on disk."""
    header = [
        "Period", "Provider Parent Org Code", "Provider Parent Name", "Provider Org Code", "Provider Org Name",
        "Commissioner Parent Org Code", "Commissioner Parent Name", "Commissioner Org Code", "Commissioner Org Name",
        "Diagnostic Tests Sort Order", "Diagnostic Tests", *EXTRACT_BANDS, "Total WL", "Waiting List Activity",
        "Planned Activity", "Unscheduled Activity", "Total Activity",
    ]  # fmt: skip
    path = folder / "DM01-SEPTEMBER-2025-full-extract.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, header, restval=0)
        writer.writeheader()
        writer.writerows(rows)
    return path


def patients(commissioner: str, test: str, bands: list[int], done: int = 5) -> dict[str, object]:
    """One row of an extract."""
    return {
        "Period": "DM01-SEPTEMBER-2025", "Provider Parent Org Code": "QE1", "Provider Org Code": "RXN",
        "Provider Org Name": "HOSPITAL ONE", "Commissioner Org Code": commissioner, "Diagnostic Tests": test,
        **dict(zip(EXTRACT_BANDS, bands, strict=True)), "Total WL": sum(bands), "Waiting List Activity": done,
    }  # fmt: skip


def test_extract_is_summed_over_commissioners(tmp_path: Path) -> None:
    """Old labels in capitals are known, NONC is kept apart, TOTAL rows are compared and left out."""
    ones, twos = [1] * 14, [2] * 14
    rows = [
        patients("00A", "PERIPHERAL_NEUROPHYS", ones), patients("00A", "TOTAL", ones),
        patients("00B", "PERIPHERAL_NEUROPHYS", twos), patients("NONC", "PERIPHERAL_NEUROPHYS", ones),
        patients("00B", "MRI", [0] * 14), patients("00B", "TOTAL", twos, 10), patients("NONC", "TOTAL", ones),
    ]  # fmt: skip
    reading = ingest.read(extract(tmp_path, rows))
    found = reading.frames["dm01_observations"].set_index(["scope", "diagnostic_test_code", "measure"])["value"]
    assert found["provider", "9", "total_waiting"] == 14 * 3
    assert found["provider", "9", "waiting_6_plus"] == 8 * 3
    assert found["nonc", "9", "waiting_13_plus"] == 1
    assert found["provider", "1", "waiting_list_activity"] == 5
    assert reading.frames["providers"]["parent_code"].tolist() == ["QE1"]
    assert (reading.source, reading.source_rank, reading.months()) == ("full_extract", 1, ["2025-09"])
    assert "without a published file" in reading.note


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([patients("00A", "MRI", [1] * 14), patients("00A", "TOTAL", [2] * 14)], "2025-09, RXN, 00A says 28"),
        ([patients("00A", "MRI", [1] * 14), patients("00A", "MRI", [1] * 14)], "tells twice of 2025-09, RXN, 00A, 1"),
        ([patients("00A", "MRI", [1] * 14) | {"Total WL": 99}], "add up to 14 and waiting"),
        ([patients("00A", "MRI", [1] * 14) | {"Period": "DM01"}], "'DM01' names no month"),
        ([patients("00A", "TOTAL", [1] * 14)], "totals only"),
        ([patients("", "MRI", [1] * 14)], "The value is missing"),
        ([], "no rows"),
    ],
)
def test_extract_faults_are_told(tmp_path: Path, rows: list[dict[str, object]], says: str) -> None:
    """Each contradiction of an extract, as a sentence."""
    assert says in refusal(extract(tmp_path, rows)).problem


def test_half_written_extract_is_refused(tmp_path: Path) -> None:
    """A last row that breaks off."""
    path = extract(tmp_path, [patients("00A", "MRI", [1] * 14)] * 2)
    path.write_text(path.read_text()[:-20])
    assert refusal(path).row == 3


@pytest.mark.real_data
def test_published_workbooks_equal_the_panel(shared_data: Path) -> None:
    """Twelve published workbooks agree with themselves, and their lists with the panel's in 48 of 48 trust-months.

    Activity agrees in 47: the panel has other activity, and no other waits, for Blackpool in June 2025.
    """
    readings = [ingest.read(path) for path in sorted((shared_data / "dm01" / "workbooks").glob("*.xls"))]
    assert len(readings) == 12
    assert sum(reading.checks["differing"].sum() for reading in readings) == 0
    assert sum(reading.revised for reading in readings) == 6
    key = ["provider_code", "month", "diagnostic_test_code"]
    ours = pd.concat([reading.frames["dm01_observations"] for reading in readings])
    ours = ours.pivot(index=key, columns="measure", values="value")
    panel = pd.read_csv(shared_data / "dm01" / "waits_activity_by_provider_test_2023-04_2025-09.csv.gz")
    panel["month"], panel["test"] = panel["Reporting Period"].str[:7], panel["Diagnostic ID"].astype(str)
    panel = panel.set_index(["Provider Code", "month", "test"]).sort_index()
    measures = list(DM01_MEASURES)
    for mine, theirs, differing in ((measures[:3], TOTALS[:3], set()), (measures[3:], ACTIVITY, {("RXL", "2025-06")})):
        months = [(trust, month) for trust in trust_codes() for month in sorted(ours.index.unique("month"))]
        equal = [
            (ours.loc[at, mine].sort_index().to_numpy() == panel.loc[at, theirs].to_numpy()).all() for at in months
        ]
        assert len(months) == 48
        assert {at for at, same in zip(months, equal, strict=True) if not same} == differing
