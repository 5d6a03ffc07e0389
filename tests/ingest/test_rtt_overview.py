"""England's overview time series: the published file, and small copies of its layout with the damage that files suffer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from lsc_analytics import ingest
from lsc_analytics.errors import RefusedFileError
from lsc_analytics.ingest.reading import Reading

ESTIMATES = " with estimates for missing data"
TWINNED = ["No. within 18 weeks", "% within 18 weeks", "No. > 18 weeks", "No. > 52 weeks", "% > 52 weeks", "No. > 65 weeks",
           "No. > 78 weeks", "No. > 104 weeks", "Total waiting (mil)"]  # fmt: skip
WAITS = ["Median wait (weeks)", "95th percentile (weeks)", "No. within 18 weeks", "No. > 52 weeks"]
STOPS = [*WAITS, "No. of pathways (all)", "No. of pathways (all)" + ESTIMATES]
BLOCKS = {
    "Incomplete RTT pathways": [
        "Median wait (weeks)", "92nd percentile (weeks)", *(name + end for name in TWINNED for end in ("", ESTIMATES)),
    ],
    "Unique Patients\n": ["Ratio of total unique patients to total waiting ", "Estimated number of unique patients (mil)"],
    "Completed admitted (unadjusted) RTT pathways": STOPS,
    "Completed non-admitted RTT pathways": STOPS,
    "New RTT periods": ["No. of new RTT periods", "No. of new RTT periods" + ESTIMATES],
}  # fmt: skip
HEADERS = [(block, name) for block, names in BLOCKS.items() for name in names]
BODY = 13  # the first month's row, and column D holds the first figure


def letter(block: str, name: str) -> int:
    """The column of a figure, counted from 1."""
    return HEADERS.index((block, name)) + 4


def month_row(total: int, starts: int | str = 900) -> list:
    """One month's figures: a tenth more with estimates (of flows in fractions), "-" where nothing is published."""
    counts = {"No. within 18 weeks": 0.6, "No. > 18 weeks": 0.4, "No. > 52 weeks": 0.05, "No. > 65 weeks": 0.02,
              "No. > 78 weeks": 0.01, "No. > 104 weeks": 0.0, "Total waiting (mil)": 1.0}  # fmt: skip
    told: list = [9.5, "52+"]
    for name in TWINNED:
        for whole in (total, total * 1.1):
            told.append({"%": 0.6 if "18" in name else 0.05}.get(name[0]) or round(counts[name] * whole))
    stops = [8.0, 30.0, 200, 10, 220, 240.4]
    return [*told, "-", "-", *stops, *stops, starts, "-" if starts == "-" else starts + 90.2]


def rows() -> list[list]:
    """December 2023 to March 2024, with the footnote's mark on February, and a month to come."""
    months: list = [dt.datetime(2023, 12, 1), dt.datetime(2024, 1, 1), "* Feb-24", dt.datetime(2024, 3, 1)]
    told = [["2023/24" if at == 0 else None, month, *month_row(10_000 + 100 * at, "-" if at == 0 else 900)]
            for at, month in enumerate(months)]  # fmt: skip
    return [*told, [None, dt.datetime(2024, 4, 1), *[None] * len(HEADERS)]]


def overview(path: Path, change: Callable = lambda sheet: None, period: str = "December 2023 to March 2024") -> Path:
    """Write the workbook, changed by whatever damages it."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Full Time Series"
    sheet["B2"] = "Title: Referral to Treatment (RTT) Waiting Times, England"
    sheet["B4"] = f"Period: {period}"
    sheet["B9"], sheet["C9"] = "Revised: ", "-"
    sheet["B11"], sheet["C11"] = "Year", "Month"
    for at, (block, name) in enumerate(HEADERS, start=4):
        if HEADERS.index((block, BLOCKS[block][0])) == at - 4:
            sheet.cell(row=11, column=at, value=block)
        sheet.cell(row=12, column=at, value=name)
    for at, values in enumerate(rows(), start=BODY):
        for column, value in enumerate(values, start=2):
            sheet.cell(row=at, column=column, value=value)
    sheet.cell(row=BODY + 5, column=2, value="Notes:")
    change(sheet)
    book.save(path)
    return path


def figures(reading: Reading, month: str, scope: str) -> dict[str, float]:
    """One month's figures by measure."""
    told = reading.frames["rtt_observations"].query("month == @month and scope == @scope")
    assert set(zip(told["provider_code"], told["treatment_function_code"], strict=True)) <= {("ENG", "C_999")}
    return dict(zip(told["measure"], told["value"], strict=True))


def test_submitted_and_estimated_figures_are_two_scopes(tmp_path: Path) -> None:
    """Never one figure twice; estimates in whole pathways; a wait beyond the last band has no number."""
    reading = ingest.read(overview(tmp_path / "a.xlsx"))
    assert figures(reading, "2024-02", "england_submitted") == {
        "total_incomplete": 10200, "within_18_weeks": 6120, "over_52_weeks": 510, "over_65_weeks": 204,
        "over_78_weeks": 102, "over_104_weeks": 0, "median_wait_weeks": 9.5, "clock_starts": 900,
        "admitted_stops": 220, "non_admitted_stops": 220,
    }  # fmt: skip
    estimated = figures(reading, "2024-02", "england_estimated")
    assert (estimated["total_incomplete"], estimated["clock_starts"], estimated["admitted_stops"]) == (11220, 990, 240)
    assert "median_wait_weeks" not in estimated
    assert reading.months() == ["2023-12", "2024-01", "2024-02", "2024-03"]
    assert reading.checks["differing"].sum() == 0


def test_what_is_not_published_is_no_zero(tmp_path: Path) -> None:
    """Clock starts of December 2023 stand as "-" here: they have no row."""
    reading = ingest.read(overview(tmp_path / "a.xlsx"))
    assert "clock_starts" not in figures(reading, "2023-12", "england_submitted")
    assert "clock_starts" not in figures(reading, "2023-12", "england_estimated")


def test_a_later_workbook_replaces_an_earlier_one(tmp_path: Path) -> None:
    """The workbook states no day of publication: its last month stands for it, and a stated revision goes before."""
    assert ingest.read(overview(tmp_path / "a.xlsx")).published == "2024-03-31"

    def revise(sheet) -> None:
        sheet["C9"] = "13th June 2024"

    revised = ingest.read(overview(tmp_path / "b.xlsx", revise))
    assert (revised.published, revised.revised) == ("2024-06-13", True)


def put(row: int, column: int, value: object) -> Callable:
    """Damage that puts a value into one cell."""

    def change(sheet) -> None:
        sheet.cell(row=row, column=column).value = value

    return change


def shift(first: int, by: int) -> Callable:
    """Damage that moves all figures from a column on, and leaves the headers."""

    def change(sheet) -> None:
        sheet.move_range(f"{sheet.cell(BODY, first).coordinate}:{sheet.cell(BODY + 3, 60).coordinate}", cols=by)

    return change


def rotate(first: int, last: int) -> Callable:
    """Damage that gives each of some neighbouring columns the header of the one before it."""

    def change(sheet) -> None:
        names = [sheet.cell(row=12, column=column).value for column in range(first, last + 1)]
        for column, name in zip(range(first, last + 1), [names[-1], *names[:-1]], strict=True):
            sheet.cell(row=12, column=column).value = name

    return change


def drop(row: int) -> Callable:
    """Damage that deletes one row."""
    return lambda sheet: sheet.delete_rows(row)


LIST, STARTS, ADMITTED = "Incomplete RTT pathways", "New RTT periods", "Completed admitted (unadjusted) RTT pathways"
TOTAL = letter(LIST, "Total waiting (mil)")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put(15, TOTAL, "about 10,000"),
         "row 15, column Full Time Series, Incomplete RTT pathways, Total waiting (mil): 'about 10,000' is not a number"),
        (put(15, letter(STARTS, "No. of new RTT periods"), -4),
         "row 15, column Full Time Series, New RTT periods, No. of new RTT periods: -4.0 is not a number of zero"),
        (put(14, letter(LIST, "No. > 52 weeks"), 505.5),
         "row 14, column Full Time Series, Incomplete RTT pathways, No. > 52 weeks: 505.5 is not a whole number"),
        (put(15, letter(ADMITTED, "No. of pathways (all)"), None),
         "row 15, column Full Time Series, Completed admitted (unadjusted) RTT pathways, No. of pathways (all): The cell "
         "is blank inside the series."),
        (put(12, TOTAL, "Total"),
         "row 12, column Incomplete RTT pathways, Total waiting (mil): The header of the sheet 'Full Time Series' lacks"),
        (put(11, letter(STARTS, "No. of new RTT periods"), None), "lacks 'New RTT periods, No. of new RTT periods'"),
        (put(11, 3, "Period"), "The sheet 'Full Time Series' has no header row with 'Month' in its first 20 rows"),
        (put(14, TOTAL, 9_900),
         "row 14: The sheet 'Full Time Series' contradicts itself in 2024-01, within and over 18 weeks against the list: "
         "10,100 and 9,900"),
        (put(14, letter(LIST, "No. > 65 weeks"), 600), "in 2024-01, Incomplete RTT pathways, No. > 65 weeks inside"),
        (put(16, letter(STARTS, "No. of new RTT periods"), 9_000), "No. of new RTT periods inside itself with estimates"),
        (shift(6, 1), "row 13, column Full Time Series, Incomplete RTT pathways, No. within 18 weeks: The column holds no"),
        (shift(letter(ADMITTED, "No. within 18 weeks"), 1), "row 13, column Full Time Series, New RTT periods"),
        (shift(letter(ADMITTED, "No. within 18 weeks"), -1), "row 13, column Full Time Series, New RTT periods"),
        (rotate(6, TOTAL + 1), "contradicts itself in 2024-03, within and over 18 weeks against the list"),
        (rotate(letter(LIST, "No. > 52 weeks"), letter(LIST, "No. > 104 weeks") + 1), "contradicts itself in 20"),
        (rotate(letter(ADMITTED, "No. within 18 weeks"), letter(ADMITTED, "No. of pathways (all)") + 1),
         f"column Full Time Series, {ADMITTED}, No. of pathways (all): 240.4 is not a whole number"),
        (drop(15), "row 15, column Full Time Series, Month: '2024-03-01' is not the month that is due here; after 2024-01"),
        (drop(16), "'2024-04-01' is not the month that is due here; after 2024-02 it should be 2024-03"),
        (drop(13), "says that it covers 2023-12 to 2024-03, and holds figures up to 2024-03 from 2024-01"),
        (put(15, 3, "Feb"), "row 15, column Full Time Series, Month: 'Feb' is not the month that is due here"),
        (put(4, 2, "Main Source: NHS England"), "does not say its period"),
        (put(4, 2, "Period: December 2023 to January 2026"), "covers 2023-12 to 2026-01, and holds figures up to 2024-03"),
    ],
)  # fmt: skip
def test_damage_is_refused_with_its_place(tmp_path: Path, change: Callable, words: str) -> None:
    """Sheet, row and column, and what contradicts what."""
    with pytest.raises(RefusedFileError) as refused:
        ingest.read(overview(tmp_path / "a.xlsx", change))
    assert str(refused.value).startswith("a.xlsx")
    assert words in str(refused.value)


@pytest.mark.real_data
def test_the_published_workbook_of_december_2025(shared_data: Path) -> None:
    """Every month since 2007, each series from the month it is published from; the counts agree with each other."""
    reading = ingest.read(next((shared_data / "rtt").glob("RTT-Overview-Timeseries*.xlsx")))
    assert (reading.layout, reading.used) == ("RTT overview time series, England", True)
    assert (reading.source, reading.source_rank, reading.published) == ("england_overview", 3, "2025-12-31")
    told = reading.frames["rtt_observations"]
    first = told[told["scope"] == "england_submitted"].groupby("measure")["month"].agg(["min", "max", "size"])
    assert first.loc["total_incomplete"].tolist() == ["2007-08", "2025-12", 221]
    assert first.loc["clock_starts"].tolist() == ["2015-10", "2025-12", 123]
    assert first.loc["over_104_weeks"].tolist() == ["2021-04", "2025-12", 57]
    march = figures(reading, "2025-03", "england_submitted")
    assert (march["total_incomplete"], march["clock_starts"]) == (7418598, 1798871)
    assert (march["admitted_stops"], march["non_admitted_stops"]) == (327652, 1208332)
    sums = reading.checks.set_index("check")
    assert sums.loc["within and over 18 weeks against the list", ["compared", "differing"]].tolist() == [221, 0]


@pytest.mark.real_data
def test_as_submitted_it_equals_the_organisations_history(shared_data: Path) -> None:
    """Every figure of the 45 months that both tell of; the two stay scopes of their own."""
    ours = ingest.read(next((shared_data / "rtt").glob("RTT-Overview-Timeseries*.xlsx"))).frames["rtt_observations"]
    history = ingest.read(shared_data / "rtt/incomplete_by_org_all_specialties_2022-04_2026-01.csv.gz")
    theirs = history.frames["rtt_observations"].query("scope == 'england'")
    key = ["month", "provider_code", "treatment_function_code", "measure"]
    both = ours[ours["scope"] == "england_submitted"].merge(theirs, on=key)
    assert len(both) == 45 * 6
    assert (both["value_x"] == both["value_y"]).all()
