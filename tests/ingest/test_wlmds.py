"""The demographics workbook of the WLMDS: what is read from honest files, and what each fault is told as."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from lsc_analytics import ingest
from lsc_analytics.errors import RefusedFileError
from lsc_analytics.store.home import Home
from lsc_analytics.store.intake import take
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.tables import WLMDS_BANDS

NAME = "WLMDS-Demographics-Summary-to-25-January-2026-v1.xlsx"
BANDS = [
    "Total Waiting List",
    "Up to 18 weeks",
    "Over 18 and up to 52 weeks",
    "Over 52 weeks",
    "Unknown Clock Start Date",
]
SHARES = ["% within 18 weeks*", "% > 52 weeks*"]
GROUPS = {
    "Age": ["0 to 18 years", "19 to 64 years", "Over 65 years"],
    "Sex": ["Female", "Male"],
    "Deprivation": [f"IMD {decile}" for decile in range(1, 11)],
    "Ethnicity": ["A: British", "H: Indian", "Z: Not stated"],
}
# Invented: pathways within 18 weeks, over 18 and over 52 of every group of each trust.
WAITS = {"RXN": (1201, 801, 41), "RTX": (602, 203, 3)}
Sheets = dict[str, list[list]]
Change = Callable[[Sheets], object]


def shown(count: int) -> int | str:
    """A count as published."""
    return "*" if 1 <= count <= 7 else 5 * round(count / 5)


def cells(waits: tuple[int, int, int]) -> list:
    """A group's seven cells."""
    told = [shown(sum(waits)), *(shown(count) for count in waits), 0]
    shares = [
        part / told[0] if isinstance(part, int) and isinstance(told[0], int) and told[0] else ""
        for part in (told[1], told[3])
    ]
    return [*told, *shares]


def title(period: str = "Week ending 25 January 2026") -> list[list]:
    """The cells above a table, rows 1 to 12."""
    said = {
        "Title:": "Referral to Treatment (RTT) Waiting Times",
        "Summary:": "Referral to Treatment (RTT) waiting times from the Waiting List Minimum Data Set",
        "Period:": period,
        "Source:": "Waiting List Minimum Data Set",
        "Published:": "12 February 2026",
    }
    return [[], *([None, label, value] for label, value in said.items()), *([] for _ in range(6))]


def headings(keys: list[str], groups: list[str]) -> list[list]:
    """Both rows of a heading, rows 13 and 14."""
    above = [cell for group in groups for cell in (f"Incomplete Pathways - {group}", *[None] * 6)]
    return [[None, *keys, *above], [None, *[None] * len(keys), *[*BANDS, *SHARES] * len(groups)]]


def sheets() -> Sheets:
    """A small workbook in the published layout: two trusts, their board, region and England, and two specialties."""
    held: Sheets = {}
    system = tuple(sum(each) for each in zip(*WAITS.values(), strict=True))
    rows = [
        ("ENG", "ENGLAND", "ALL", system), ("ENG", "ENGLAND", "NHS ACUTE", system),
        ("ENG", "ENGLAND", "INDEPENDENT SECTOR", (0, 0, 0)), ("ENG", "ENGLAND", "OTHER", (0, 0, 0)),
        ("Y62", "NORTH WEST", "REGION", system), ("QE1", "A BOARD", "INTEGRATED CARE BOARD", system),
        *((code, f"TRUST {code}", "ACUTE TRUST", waits) for code, waits in WAITS.items()),
        ("RHQ", "TRUST THAT SENT NOTHING", "ACUTE TRUST", (0, 0, 0)),
    ]  # fmt: skip
    for what, groups in GROUPS.items():
        keys = ["Organisation Code", "Organisation Name", "Organisation Type"]
        told = [[None, *row[:3], *(cell for _ in groups for cell in cells(row[3]))] for row in rows]
        held[f"Provider-{what}"] = [
            *title(),
            *headings(keys, groups),
            *told,
            [],
            [None, "* The main source is monthly"],
        ]
    for what, groups in GROUPS.items():
        told = [
            [None, name, *(cell for _ in groups for cell in cells(waits))]
            for name, waits in (("Trauma and Orthopaedics Service", WAITS["RXN"]), ("Unknown", WAITS["RTX"]))
        ]
        held[f"Treatment-Function-{what}"] = [*title(), *headings(["Treatment Function Name"], groups), *told]
    held["Submission-DQ"] = [
        *title(), [None, "Organisation Code", "Organisation Name", "Issue", "`"],
        [None, "RHQ", "TRUST THAT SENT NOTHING", "Missing for breakdowns covering age"],
    ]  # fmt: skip
    return held


def written(folder: Path, change: Change = lambda held: None, name: str = NAME) -> Path:
    """A workbook on disk, its sheets changed first."""
    held = sheets()
    change(held)
    book = Workbook(write_only=True)
    for sheet, rows in held.items():
        made = book.create_sheet(sheet)
        for row in rows:
            made.append(row)
    book.save(folder / name)
    return folder / name


def at(sheet: str, row: int, place: int, value: object) -> Change:
    """A change of one cell, by its row in the spreadsheet and its place from column A on."""
    return lambda held: held[sheet][row - 1].__setitem__(place - 1, value)


def test_counts_are_read_as_published(tmp_path: Path) -> None:
    """Five bands of every group of every organisation; * stays unknown, and a trust that sent nothing has no rows."""
    reading = ingest.read(written(tmp_path))
    told = reading.frames["wlmds_counts"]
    mine = told.query("provider_code == 'RTX' and patient_group == 'H: Indian'").set_index("band")
    assert mine["pathways"].to_dict() == {
        "total": 810, "within_18_weeks": 600, "over_18_to_52_weeks": 205, "over_52_weeks": None, "unknown_start": 0,
    }  # fmt: skip
    assert mine["suppressed"].to_dict() == {band: band == "over_52_weeks" for band in WLMDS_BANDS}
    assert (told["pathways"].isna() == told["suppressed"]).all()
    assert "RHQ" not in set(told["provider_code"])
    assert set(told["scope"]) == {
        "provider", "icb", "region", "england", "england_acute", "england_independent", "england_other",
    }  # fmt: skip
    by_function = told[told["treatment_function_code"] != "C_999"]
    assert set(by_function["treatment_function_code"]) == {"C_110", "UNKNOWN"}
    assert set(by_function["provider_code"]) == {"ENG"}
    assert (reading.months(), set(told["week_ending"]), reading.published) == (
        ["2026-01"],
        {"2026-01-25"},
        "2026-02-12",
    )
    assert (reading.family, reading.demo, reading.note) == ("wlmds", False, "")
    says = reading.checks.set_index("check")["says"]
    assert says["trusts against England"].endswith(": 90 compared, none differs.")
    assert says["Submission-DQ"].endswith("RHQ (missing for breakdowns covering age).")


FAULTS: list[tuple[Change, str, int | None, str | None]] = [
    (lambda held: held.pop("Provider-Sex"), "no sheet 'Provider-Sex'", None, None),
    (at("Provider-Sex", 4, 3, "Week ending 18 January 2026"), "of the week ending 2026-01-18", None, None),
    (at("Provider-Sex", 4, 3, "January 2026"), "does not say which day its week ends on", None, None),
    (at("Provider-Age", 13, 2, "Code"), "no heading 'Organisation Code'", None, None),
    (at("Provider-Age", 13, 4, "Kind"), "lacks 'Organisation Type'", 13, None),
    (at("Provider-Age", 14, 8, "Over 65 weeks"), "stands 'Over 65 weeks' where 'Over 52 weeks' is due", 14, None),
    (at("Provider-Sex", 13, 12, "Incomplete Pathways - Female"), "the group 'Female' twice", 13, None),
    (at("Provider-Sex", 13, 12, None), "no groups to tell apart", 13, None),
    (at("Provider-Deprivation", 13, 5, "Incomplete Pathways - Most deprived"), "lacks deciles: IMD 1", 13, None),
    (at("Provider-Age", 21, 2, ""), "is blank", 21, "Organisation Code"),
    (at("Provider-Age", 22, 2, "RXN"), "has 'RXN' twice", 22, "Organisation Code"),
    (at("Provider-Age", 21, 4, "MENTAL HEALTH TRUST"), "no type of organisation", 21, "Organisation Type"),
    (at("Provider-Age", 21, 6, "many"), "neither a count nor *", 21, "Incomplete Pathways - 0 to 18 years, Up to 18 weeks"),
    (at("Provider-Age", 21, 6, None), "The cell of the sheet 'Provider-Age' is neither", 21, None),
    (at("Provider-Age", 21, 6, -5), "neither a count nor *", 21, None),
    (at("Provider-Age", 21, 6, 1201), "1,201 of the sheet 'Provider-Age' is not rounded to 5", 21, None),
    (at("Provider-Age", 21, 7, 900), "and what it is made of adds up to 2,132 to 2,148, rounding included", 21, None),
    (at("Provider-Age", 21, 10, 0.75), "a share of 0.7500 where its figures give 0.5", 21, "Incomplete Pathways - 0 to 18 years, % within 18 weeks*"),
    (lambda held: held["Provider-Age"].pop(20), "Total Waiting List, of the sheet 'Provider-Age' says 2,850, and what it is made of adds up to 808 to 812", None, None),
    (at("Treatment-Function-Age", 15, 2, "Alchemy Service"), "no treatment function of RTT", 15, "Treatment Function Name"),
    (lambda held: held["Treatment-Function-Sex"].pop(), "of the sheet 'Treatment-Function-Sex' says 2,850", None, None),
    (at("Submission-DQ", 13, 4, "Trouble"), "has no heading with 'Organisation Code' and 'Issue'", None, None),
    (at("Provider-Age", 21, 3, "TRUST RXN (DEMO DATA)"), "1 providers are marked (DEMO DATA)", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("change", "words", "row", "column"), FAULTS, ids=[words for _, words, _, _ in FAULTS])
def test_each_fault_is_refused_with_its_place(
    tmp_path: Path, change: Change, words: str, row: int | None, column: str | None
) -> None:
    """A sentence names file, fault and remedy, and row and column where the fault has one."""
    with pytest.raises(RefusedFileError) as caught:
        ingest.read(written(tmp_path, change))
    error = caught.value
    assert words in error.problem
    assert error.remedy
    assert error.file == NAME
    if row is not None:
        assert error.row == row
    if column is not None:
        assert error.column == column


def test_another_day_in_the_name_is_said(tmp_path: Path) -> None:
    """Sheets are believed, not the name, and the reader is told."""
    reading = ingest.read(written(tmp_path, name="WLMDS-Demographics-Summary-to-25-January-2025-v1.xlsx"))
    assert reading.note.startswith("The name says 25 January 2025; the sheets say week ending 25 January 2026")


def test_a_later_publication_replaces_and_a_contradiction_is_refused(tmp_path: Path, home: Home) -> None:
    """Raw files are kept by digest; the later publication of a week is read; two of one day that differ are not both taken."""
    first = written(tmp_path, name="first.xlsx")
    assert [one.status for one in take(home, [first]).outcomes] == ["loaded"]
    stored = Warehouse(home)
    assert len(list(home.raw.iterdir())) == 1
    assert stored.wlmds_weeks() == ["2026-01-25"]
    assert set(stored.wlmds()["scope"]) == {"provider"}

    def other(held: Sheets) -> None:
        at("Provider-Age", 22, 8, 10)(held)  # over 52 weeks, where * was
        at("Provider-Age", 22, 11, 10 / 810)(held)

    refused = take(home, [written(tmp_path, other, name="other.xlsx")]).outcomes[0]
    assert refused.status == "refused"
    assert "It says 10 for provider, 2026-01-25, RTX" in refused.says
    assert "says no figure" in refused.says

    def later(held: Sheets) -> None:
        other(held)
        for rows in held.values():
            rows[5][2] = "19 February 2026"

    assert take(home, [written(tmp_path, later, name="later.xlsx")]).outcomes[0].status == "loaded"
    told = stored.wlmds(provider_code="RTX", characteristic="age", patient_group="0 to 18 years", band="over_52_weeks")
    assert told["pathways"].tolist() == [10]


@pytest.mark.real_data
def test_the_published_workbook_reads_as_it_stands(shared_data: Path) -> None:
    """Cells of the file of 25 January 2026, read off its sheets by eye; every sum it allows agrees within rounding."""
    (path,) = (shared_data / "wlmds").glob("*.xlsx")
    reading = ingest.read(path)
    told = reading.frames["wlmds_counts"].set_index(["scope", "provider_code", "characteristic", "patient_group"])

    def counts(*key: str) -> list:
        found = told.loc[key].set_index("band")["pathways"].to_dict()
        return [found[band] for band in WLMDS_BANDS]

    assert counts("provider", "RXN", "age", "19 to 64 years") == [36410, 18390, 16800, 1215, 0]
    assert round(100 * 18390 / 36410, 2) == 50.51  # Provider-Age, column Q
    assert counts("provider", "RTX", "deprivation", "IMD 10") == [2030, 1370, 620, 40, 0]
    assert counts("provider", "RXL", "ethnicity", "F: White and Asian") == [40, 20, 20, 0, 0]
    assert counts("provider", "RXR", "ethnicity", "K: Bangladeshi") == [430, 275, 145, None, 0]
    assert counts("icb", "QE1", "sex", "Female") == [109810, 63430, 43775, 2605, None]
    assert counts("england_acute", "ENG", "age", "0 to 18 years") == [734015, 443505, 276375, 13910, 220]
    everyone = told.xs("sex", level="characteristic").reset_index()
    orthopaedics = everyone.query("treatment_function_code == 'C_110' and patient_group == 'Male' and band == 'total'")
    assert orthopaedics["pathways"].tolist() == [349225]
    whole = told[told["treatment_function_code"] == "C_999"]
    assert len(whole) == 187 * 33 * 5 - (3 + 2 + 10 + 18 + 2 + 10 + 2) * 5  # trusts that sent nothing have no rows
    assert reading.checks["differing"].sum() == 3  # the three trusts that the workbook itself names
    assert (reading.published, reading.months()) == ("2026-02-12", ["2026-01"])
    assert reading.note.startswith("The name says 25 January 2025")
