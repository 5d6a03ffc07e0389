"""Small RTT files in published formats, with invented numbers: what the tests of the RTT readers read and damage."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from openpyxl import Workbook

KEYS = [
    "Period", "Provider Parent Org Code", "Provider Parent Name", "Provider Org Code", "Provider Org Name",
    "Commissioner Parent Org Code", "Commissioner Parent Name", "Commissioner Org Code", "Commissioner Org Name",
    "RTT Part Type", "RTT Part Description", "Treatment Function Code", "Treatment Function Name",
]  # fmt: skip
TOTALS = ["Total", "Patients with unknown clock start date", "Total All"]
Series = Mapping[tuple[str, str, str, str], Mapping[int, int] | int]

# (provider, commissioner, part, function): pathways by the week their band begins, or a total where there are no bands.
SMALL: dict[tuple[str, str, str, str], Mapping[int, int] | int] = {
    ("RXL", "00Q", "Part_1A", "C_100"): {3: 4, 20: 2},
    ("RXL", "00Q", "Part_1B", "C_100"): {0: 10, 60: 1},
    ("RXL", "00Q", "Part_2", "C_100"): {17: 30, 18: 20, 51: 3, 52: 8, 64: 6, 65: 5, 78: 2, 104: 1},
    ("RXL", "00R", "Part_2", "C_100"): {0: 25},
    ("RXL", "NONC", "Part_2", "C_100"): {5: 7},
    ("RXL", "00Q", "Part_2", "C_110"): {1: 40},
    ("RXL", "00Q", "Part_2A", "C_100"): {17: 12, 52: 3},
    ("RXL", "00Q", "Part_3", "C_100"): 33,
    ("RXL", "00Q", "Part_3", "X05"): 2,
    ("RXN", "00Q", "Part_2", "C_110"): {2: 11, 66: 9},
}


def band_names(last: int = 104) -> list[str]:
    """Headers of the weekly bands, as published."""
    return [f"Gt {week:02d} To {week + 1:02d} Weeks SUM 1" for week in range(last)] + [f"Gt {last} Weeks SUM 1"]


def extract(
    series: Series = SMALL,
    *,
    last: int = 104,
    period: str = "RTT-January-2026",
    name: str = "{} TRUST",
    boards: Mapping[str, str] | None = None,
) -> list[list[str]]:
    """Rows of a full extract, header first, with the C_999 rows that the publisher adds.

    Commissioners are of the board QE1, unless `boards` names another.
    """
    everything: dict[tuple[str, str, str, str], Mapping[int, int] | int] = dict(series)
    for (provider, commissioner, part, _), told in series.items():
        total = (provider, commissioner, part, "C_999")
        before = everything.get(total)
        if isinstance(told, int):
            everything[total] = told + (before if isinstance(before, int) else 0)
        else:
            summed = dict(before) if isinstance(before, Mapping) else {}
            everything[total] = {week: told.get(week, 0) + summed.get(week, 0) for week in {*told, *summed}}
    rows = [[*KEYS, *band_names(last), *TOTALS]]
    for (provider, commissioner, part, function), told in sorted(everything.items()):
        banded = {min(week, last): 0 for week in told} if isinstance(told, Mapping) else {}
        for week, count in told.items() if isinstance(told, Mapping) else ():
            banded[min(week, last)] += count
        total = told if isinstance(told, int) else sum(told.values())
        completed = part in ("Part_1A", "Part_1B")
        bands = [""] * (last + 1) if part == "Part_3" else [str(banded.get(week, 0)) for week in range(last + 1)]
        rows.append(
            [period, "QE1", "ICB", provider, name.format(provider), (boards or {}).get(commissioner, "QE1"), "ICB", commissioner, "COMMISSIONER", part,
             "", function, "", *bands, str(total) if completed else "", "0" if completed else "", str(total)]
        )  # fmt: skip
    return rows


def text(rows: list[list[str]]) -> str:
    """Rows as csv."""
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\n").writerows(rows)
    return target.getvalue()


def write(path: Path, rows: list[list[str]]) -> Path:
    """Write rows as the ending of the path says: .csv, .csv.gz or .zip."""
    data = text(rows).encode("utf-8")
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(data))
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("20260131-RTT-January-2026-full-extract.csv", data)
    else:
        path.write_bytes(data)
    return path


def cell(rows: list[list[str]], at: int, column: str, value: str) -> list[list[str]]:
    """A copy of the rows in which one cell, its row counted as a spreadsheet counts, says something else."""
    changed = [list(row) for row in rows]
    changed[at - 1][rows[0].index(column)] = value
    return changed


def row_of(rows: list[list[str]], provider: str, commissioner: str, part: str, function: str) -> int:
    """The row of one series, as a spreadsheet counts."""
    at = [rows[0].index(name) for name in (KEYS[3], KEYS[7], KEYS[9], KEYS[11])]
    found = [i for i, row in enumerate(rows) if [row[i] for i in at] == [provider, commissioner, part, function]]
    return found[0] + 1


WEEKS = [*(f">{week}-{week + 1}" for week in range(104)), "104 plus"]
_KEPT = ["Region Code", "Provider Code", "Provider Name", "Treatment Function Code", "Treatment Function"]
_COMPLETED = [
    "Patients with unknown clock start date", "Total number of completed pathways (all)",
    "Total number of completed pathways (with a known clock start)", "Average (median) waiting time (in weeks)",
    "95th percentile waiting time (in weeks)", "Total 52 plus weeks", "Total 78 plus weeks", "Total 65 plus weeks",
]  # fmt: skip
_INCOMPLETE = [
    "Total number of incomplete pathways", "Total within 18 weeks", "% within 18 weeks",
    "Average (median) waiting time (in weeks)", "92nd percentile waiting time (in weeks)", "Total 52 plus weeks",
    "Total 78 plus weeks", "Total 65 plus weeks", "% 52 plus weeks",
]  # fmt: skip
SHEET_HEADERS = {
    "completed non-admitted": [*_KEPT, *WEEKS, *_COMPLETED],
    "completed admitted": [*_KEPT, *WEEKS, *_COMPLETED],
    "incomplete": [*_KEPT, *WEEKS, *_INCOMPLETE],
    "with DTA": [*_KEPT, *WEEKS, "Total number of incomplete pathways with a decision to admit for treatment"],
    "new RTT periods": [*_KEPT, "Number of new RTT clock starts during the month"],
}


def sheet_row(kind: str, provider: str, function: str, told: Mapping[int, int] | int, unknown: int = 0) -> list:
    """One row of a provider sheet, its totals worked out from the bands."""
    keys = ["Y62", provider, f"{provider} TRUST", function, ""]
    if isinstance(told, int):
        return [*keys, told]
    bands = [told.get(week, 0) for week in range(105)]
    over = {weeks: sum(bands[weeks:]) for weeks in (52, 65, 78)}
    total = sum(bands)
    if kind == "with DTA":
        return [*keys, *bands, total]
    if kind == "incomplete":
        return [*keys, *bands, total, sum(bands[:18]), 0.5, "-" if total < 21 else 9.5, "-" if total < 21 else 40.25,
                over[52], over[78], over[65], 0.1]  # fmt: skip
    return [*keys, *bands, unknown, total + unknown, total, 8.5 if total else "-", 30.5 if total else "-",
            over[52], over[78], over[65]]  # fmt: skip


def workbook(
    path: Path,
    kind: str,
    sheets: Mapping[str, list[list]],
    *,
    period: str = "September 2025",
    revised: str = "N/A",
    headers: Mapping[str, list[str]] | None = None,
) -> Path:
    """Write a provider workbook: title block in columns B and C, header on row 14."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        block = {2: ("Title:", "Referral to Treatment (RTT) Waiting Times"),
                 3: ("Summary:", f"Monthly Referral to Treatment (RTT) waiting times for {kind} pathways."),
                 5: ("Period:", period), 8: ("Published:", "13th November 2025"), 9: ("Revised:", revised)}  # fmt: skip
        for row, values in block.items():
            for column, value in enumerate(values, start=2):
                sheet.cell(row=row, column=column, value=value)
        header = (headers or {}).get(name) or SHEET_HEADERS["with DTA" if name.endswith("DTA") else kind]
        for at, values in enumerate([header, *rows], start=14):
            for column, value in enumerate(values, start=2):
                sheet.cell(row=at, column=column, value=value)
    book.save(path)
    return path
