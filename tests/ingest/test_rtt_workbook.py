"""RTT provider workbooks: the published sample, the layouts built from descriptions, and what is said of damage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import xlwt
from rtt_files import SHEET_HEADERS, sheet_row, workbook

from lsc_analytics import ingest
from lsc_analytics.errors import RefusedFileError
from lsc_analytics.ingest.reading import Reading

NON_ADMITTED = "completed non-admitted"


def sheets(kind: str, unknown: int = 0) -> dict[str, list[list]]:
    """Two sheets of two providers, with functions that add up to C_999."""
    one, two = {0: 30, 17: 5, 18: 4, 64: 2, 65: 3, 80: 1}, {4: 60}
    both = {**one, **two}
    return {
        "Provider": [
            sheet_row(kind, "RXL", "C_100", one, unknown),
            sheet_row(kind, "RXL", "C_110", two),
            sheet_row(kind, "RXL", "C_150", {}),
            sheet_row(kind, "RXL", "C_999", both, unknown),
        ],
        "IS Provider": [sheet_row(kind, "NT301", "C_110", {1: 9}), sheet_row(kind, "NT301", "C_999", {1: 9})],
    }


def figures(reading: Reading, provider: str, function: str) -> dict[str, float]:
    """One series' figures by measure."""
    told = reading.frames["rtt_observations"]
    at = (told["provider_code"] == provider) & (told["treatment_function_code"] == function)
    return dict(zip(told.loc[at, "measure"], told.loc[at, "value"], strict=True))


@pytest.mark.parametrize(
    ("kind", "measure", "part"),
    [(NON_ADMITTED, "non_admitted_stops", "non_admitted"), ("completed admitted", "admitted_stops", "admitted")],
)
def test_completed_pathways_are_stops_with_their_bands(tmp_path: Path, kind: str, measure: str, part: str) -> None:
    """Stops count unknown clock starts, bands cannot; long waits of completed pathways are no measure of the list."""
    reading = ingest.read(workbook(tmp_path / "a.xlsx", kind, sheets(kind, unknown=2)))
    assert figures(reading, "RXL", "C_100") == {measure: 47.0}
    bands = reading.frames["rtt_bands"].query("provider_code == 'RXL' and treatment_function_code == 'C_100'")
    assert (set(bands["part"]), bands["pathways"].sum()) == ({part}, 45)
    assert (reading.source, reading.source_rank, reading.months()) == ("provider_workbook", 2, ["2025-09"])
    assert reading.published == "2025-11-13"
    assert set(reading.frames["providers"]["provider_code"]) == {"RXL", "NT301"}


def test_a_function_whose_counts_are_all_zero_is_not_offered(tmp_path: Path) -> None:
    """Workbooks list every function for every provider: a row of zeros gives no rows."""
    reading = ingest.read(workbook(tmp_path / "a.xlsx", NON_ADMITTED, sheets(NON_ADMITTED)))
    assert figures(reading, "RXL", "C_150") == {}


def test_incomplete_pathways_with_decisions_to_admit(tmp_path: Path) -> None:
    """Unverified layout: thresholds from the bands, published waits as they are, "-" no figure, DTA a part of its own."""
    told = sheets("incomplete")
    told["Provider with DTA"] = [sheet_row("with DTA", "RXL", each, {0: 8}) for each in ("C_100", "C_999")]
    reading = ingest.read(workbook(tmp_path / "a.xlsx", "incomplete", told))
    assert figures(reading, "RXL", "C_100") == {
        "total_incomplete": 45.0,
        "within_18_weeks": 35.0,
        "over_52_weeks": 6.0,
        "over_65_weeks": 4.0,
        "over_78_weeks": 1.0,
        "over_104_weeks": 0.0,
        "median_wait_weeks": 9.5,
        "percentile_92_wait_weeks": 40.25,
        "decision_to_admit": 8.0,
    }
    assert "median_wait_weeks" not in figures(reading, "NT301", "C_110")
    assert "No published workbook of this kind" in reading.note


def test_new_rtt_periods_have_no_bands(tmp_path: Path) -> None:
    """Unverified layout: one count a row."""
    told = {"Provider": [sheet_row("", "RXL", "C_100", 12), sheet_row("", "RXL", "C_999", 12)]}
    reading = ingest.read(workbook(tmp_path / "a.xlsx", "new RTT periods", told))
    assert figures(reading, "RXL", "C_999") == {"clock_starts": 12.0}
    assert "rtt_bands" not in reading.frames


def test_a_revised_workbook_gives_the_day_of_its_revision(tmp_path: Path) -> None:
    """The later publication wins, so its day must be known."""
    path = workbook(tmp_path / "a.xlsx", NON_ADMITTED, sheets(NON_ADMITTED), revised="11th January 2026")
    reading = ingest.read(path)
    assert (reading.published, reading.revised) == ("2026-01-11", True)


def test_the_older_xls_reads_as_well(tmp_path: Path) -> None:
    """New RTT periods as .xls, told by content."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Provider")
    for row, values in {
        1: ["Title:", "Referral to Treatment (RTT) Waiting Times"],
        2: ["Summary:", "Monthly Referral to Treatment (RTT) waiting times for new periods."],
        4: ["Period:", "April 2023"],
        13: SHEET_HEADERS["new RTT periods"],
        14: sheet_row("", "RXL", "C_100", 7),
        15: sheet_row("", "RXL", "C_999", 7),
    }.items():
        for column, value in enumerate(values, start=1):
            sheet.write(row, column, value)
    book.save(str(tmp_path / "a.xls"))
    reading = ingest.read(tmp_path / "a.xls")
    assert (reading.months(), figures(reading, "RXL", "C_100")) == (["2023-04"], {"clock_starts": 7.0})


def changed(at: int, column: str, value: object) -> Callable[[dict[str, list[list]]], None]:
    """Change one cell of the sheet Provider; `at` counts its data rows from 0."""

    def change(told: dict[str, list[list]]) -> None:
        told["Provider"][at][SHEET_HEADERS[NON_ADMITTED].index(column)] = value

    return change


DAMAGE: dict[str, tuple[Callable[[dict[str, list[list]]], object], str]] = {
    "negative count": (changed(0, ">0-1", -3), r"a\.xlsx, row 15, column >0-1: -3\.0 is not a whole number"),
    "textual count": (changed(1, ">4-5", "many"), r"row 16, column >4-5: 'many' is not a whole number"),
    "function blank": (changed(1, "Treatment Function Code", None), "row 16, column Treatment Function Code: The cell"),
    "row twice": (lambda told: told["Provider"].append(told["Provider"][0]), "row 19: .* has RXL, C_100, twice"),
    "bands changed": (
        changed(0, ">0-1", 900),
        r"row 15: The weekly bands of RXL, C_100 in 2025-09 add up to 915 and Provider, Total number of completed",
    ),
    "C_999 added": (
        lambda told: told["Provider"].__setitem__(3, sheet_row(NON_ADMITTED, "RXL", "C_999", {0: 210})),
        r"specialties of RXL in 2025-09 add up to 105 and its C_999 row says 210: C_999 has been added",
    ),
    "C_999 lost": (lambda told: told["Provider"].pop(), r"specialties of RXL in 2025-09 add up to 105 and it has no"),
    "no rows": (lambda told: told["Provider"].clear(), r"row 14: The sheet 'Provider' holds a header and no rows"),
    "wrong sheet": (
        lambda told: told.update({"Commissioner": told.pop("Provider")}),
        r"This RTT workbook has no sheet 'Provider'; it has 'IS Provider', 'Commissioner'",
    ),
}


@pytest.mark.parametrize("fault", DAMAGE)
def test_damage_is_refused_with_its_place(tmp_path: Path, fault: str) -> None:
    """The sentence names the file, the row as Excel counts it, and the column."""
    change, words = DAMAGE[fault]
    told = sheets(NON_ADMITTED)
    change(told)
    with pytest.raises(RefusedFileError, match=words):
        ingest.read(workbook(tmp_path / "a.xlsx", NON_ADMITTED, told))


def test_rotated_headers_are_found_by_what_stands_below_them(tmp_path: Path) -> None:
    """The last headers each moved one on: the median's column holds the total, the total's a median."""
    header = SHEET_HEADERS[NON_ADMITTED]
    start = header.index("Total number of completed pathways (with a known clock start)")
    moved = [*header[:start], *header[start + 1 : start + 3], header[start], *header[start + 3 :]]
    path = workbook(tmp_path / "a.xlsx", NON_ADMITTED, sheets(NON_ADMITTED), headers={"Provider": moved})
    with pytest.raises(RefusedFileError, match=r"row 15, column Total number of .*known clock start\): 30\.5 is not"):
        ingest.read(path)


@pytest.mark.parametrize(
    ("drop", "words"),
    [
        ([">7-8", ">8-9"], r"lacks 2 weekly bands: '>7-8' to '>8-9'"),
        (["Treatment Function Code"], "header of the sheet 'Provider' lacks 'Treatment Function Code'"),
        (["104 plus"], "no open band such as '104 plus'"),
    ],
)
def test_a_header_that_lacks_columns_says_which(tmp_path: Path, drop: list[str], words: str) -> None:
    """What was expected and is not there."""
    header = ["x" if name in drop else name for name in SHEET_HEADERS[NON_ADMITTED]]
    path = workbook(tmp_path / "a.xlsx", NON_ADMITTED, sheets(NON_ADMITTED), headers={"Provider": header})
    with pytest.raises(RefusedFileError, match=words):
        ingest.read(path)


def test_a_workbook_without_its_month_is_refused(tmp_path: Path) -> None:
    """The cell beside Period is where the month comes from, never the file's name."""
    path = workbook(tmp_path / "Sep25.xlsx", NON_ADMITTED, sheets(NON_ADMITTED), period="")
    with pytest.raises(RefusedFileError, match="The sheet 'Provider' does not say its month"):
        ingest.read(path)


@pytest.mark.parametrize("keep", [0.5, 0.98])
def test_a_workbook_cut_short_is_refused(tmp_path: Path, keep: float) -> None:
    """A download that broke off."""
    path = workbook(tmp_path / "a.xlsx", NON_ADMITTED, sheets(NON_ADMITTED))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    with pytest.raises(RefusedFileError, match=r"a\.xlsx: The zip file or workbook is cut short or damaged"):
        ingest.read(path)


@pytest.mark.real_data
def test_the_published_workbook_of_september_2025(shared_data: Path) -> None:
    """Completed non-admitted pathways: every check agrees, and it equals the completed-pathways history."""
    reading = ingest.read(shared_data / "rtt/NonAdmitted-Provider-Sep25-XLSX-4M-87700.xlsx")
    assert (reading.published, reading.revised, reading.demo, reading.note) == ("2025-11-13", False, False, "")
    assert reading.checks["differing"].sum() == 0
    assert len(reading.checks) == 12
    history = ingest.read(shared_data / "rtt/completed_pathways_lsc_2025-09_2025-11.csv").frames["rtt_bands"]
    history = history.query("part == 'non_admitted' and month == '2025-09'")
    keys = ["provider_code", "treatment_function_code", "week_from"]
    ours = reading.frames["rtt_bands"].set_index(keys)["pathways"]
    theirs = history.set_index(keys)["pathways"]
    assert len(theirs) > 3000
    assert ours.loc[theirs.index].equals(theirs)
