"""Reads the England overview workbook: the country's list, clock starts and clock stops, a row a month since 2007.

It reads no provider, and not the block of admitted pathways adjusted for clock pauses, which ended in 2015.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from lsc_analytics.ingest.opened import Layout, Opened, first_row
from lsc_analytics.ingest.reading import Reading
from lsc_analytics.ingest.reconcile import check
from lsc_analytics.ingest.title_block import day_text
from lsc_analytics.ingest.wide import long_measures
from lsc_analytics.reference import ALL_SPECIALTIES, ENGLAND, add_months, month_end, month_text

NAME = "RTT overview time series, England"
SOURCE = "england_overview"
SOURCE_RANK = 3  # as a tidy history; no other source tells of its two scopes
SUBMITTED, ESTIMATED = "england_submitted", "england_estimated"

_SHEET, _TITLE = "Full Time Series", "Referral to Treatment"
_TOP_ROWS = 20  # the header lies on rows 11 and 12
_WITH = " with estimates for missing data"
_LIST, _ADMITTED, _NON_ADMITTED, _STARTS = (
    "Incomplete RTT pathways", "Completed admitted (unadjusted) RTT pathways", "Completed non-admitted RTT pathways",
    "New RTT periods",
)  # fmt: skip
# Our measure: the block of columns, and the column. All but the waits have a twin with estimates.
_COUNTS = {
    "total_incomplete": (_LIST, "Total waiting (mil)"),  # whole pathways in the cells; only their format is in millions
    "within_18_weeks": (_LIST, "No. within 18 weeks"),
    "over_52_weeks": (_LIST, "No. > 52 weeks"),
    "over_65_weeks": (_LIST, "No. > 65 weeks"),
    "over_78_weeks": (_LIST, "No. > 78 weeks"),
    "over_104_weeks": (_LIST, "No. > 104 weeks"),
    "clock_starts": (_STARTS, "No. of new RTT periods"),
    "admitted_stops": (_ADMITTED, "No. of pathways (all)"),
    "non_admitted_stops": (_NON_ADMITTED, "No. of pathways (all)"),
}
_WAITS = {
    "median_wait_weeks": (_LIST, "Median wait (weeks)"),
    "percentile_92_wait_weeks": (_LIST, "92nd percentile (weeks)"),
}
_OVER_18 = (_LIST, "No. > 18 weeks")
_SHARE = (_LIST, "% within 18 weeks")
_COMPLETED = [
    (block, column) for block in (_ADMITTED, _NON_ADMITTED) for column in ("No. within 18 weeks", "No. > 52 weeks")
]
_BEYOND = r"\d+\+"  # "52+": a wait beyond the last band of its time, which is no number
_AS_PUBLISHED = "Download the overview time series again and load it as published."


def recognise(opened: Opened) -> bool:
    """Whether a workbook has the overview's one sheet, and its first rows say RTT."""
    if opened.kind != "workbook" or opened.sheets != [_SHEET]:
        return False
    return _TITLE in " ".join(str(value) for row in opened.sheet(_SHEET)[:_TOP_ROWS] for value in row)


def read(opened: Opened) -> Reading:
    """How long is England's list, what joined it and what left it, in each month?

    The workbook gives each count twice: as submitted, and with NHS England's estimates for trusts that submitted
    nothing that month. Both are kept and never mixed, as two scopes. `england_submitted` equals the scope `england` of
    the organisations' history in each of their 45 months together. `england_estimated` is for flows, since a trust that
    falls silent takes its list out of the country's and the identity would count its pathways as removed: from March
    2024 to December 2025 net removals stray by 38,000 a month (standard deviation) as submitted, and by 21,000 with
    estimates.

    Neither is the scope `england`, whose seasons the pooled method learns: with the pandemic's years among them, what
    it foretells of the country's count over 52 weeks from the origins of 2023 missed by 3.0 times the change that came,
    and without them by 1.1 times.

    Clock starts are published from October 2015, over 65, 78 and 104 weeks from April 2021. "-" is not published; "52+"
    for a wait that no band reached gives no row. Estimates, published with fractions, are rounded to whole pathways.
    The list is counted by commissioner, so without pathways that England does not commission (NONC).

    The workbook states no day of publication: the last day of its last month stands for it, so that a later workbook's
    revised figures replace an earlier one's.

    Returns:
        Frames rtt_observations (provider ENG, function C_999), providers and ingest_checks.

    Raises:
        RefusedFileError: The header lacks a block or a column, a month is missing or beyond the stated period, a cell
            inside a series is blank, a count is text, negative or not whole, or the columns contradict each other, as
            they do when cells are shifted.
    """
    first, last = _period(opened)
    table = _table(opened)
    months = _months(opened, table)
    wanted = [*_COUNTS.values(), *_WAITS.values(), _OVER_18, _SHARE, *_COMPLETED]
    twins = [_twin(column) for column in (*_COUNTS.values(), _OVER_18, _SHARE)]
    names = [_label(column) for column in (*wanted, *twins)]
    if missing := [name for name in names if name not in table.columns]:
        raise opened.refused(
            f"The header of the sheet {_SHEET!r} lacks {missing[0]!r}.",
            _AS_PUBLISHED,
            row=int(table.index[0]) - 1,
            column=missing[0],
        )
    cells = table[names].copy()
    for wait in map(_label, _WAITS.values()):
        cells[wait] = cells[wait].where(~cells[wait].astype(str).str.fullmatch(_BEYOND))
    cells.columns = [f"{_SHEET}, {name}" for name in names]  # an error tells the sheet beside the column
    numbers = opened.numbers(cells, cells.columns, whole=False).set_axis(names, axis=1)
    numbers, months = _whole_period(opened, numbers, months, first, last)
    _refuse_holes(opened, numbers, [_label(column) for column in (*_COUNTS.values(), *twins)])
    _refuse_fractions(opened, numbers, [_label(column) for column in (*_COUNTS.values(), _OVER_18, *_COMPLETED)])
    keys = pd.DataFrame(
        {"source": SOURCE, "scope": SUBMITTED, "month": months, "provider_code": ENGLAND,
         "treatment_function_code": ALL_SPECIALTIES}
    )  # fmt: skip
    submitted = {ours: numbers[_label(column)].round() for ours, column in _COUNTS.items()}
    waits = {ours: numbers[_label(column)] for ours, column in _WAITS.items()}
    estimated = {ours: numbers[_label(_twin(column))].round() for ours, column in _COUNTS.items()}
    observations = pd.concat(
        [long_measures(keys, submitted | waits), long_measures(keys.assign(scope=ESTIMATED), estimated)],
        ignore_index=True,
    )
    revised = _stated(opened, "Revised:")
    return Reading(
        file=opened.name,
        layout=NAME,
        family="rtt",
        source=SOURCE,
        source_rank=SOURCE_RANK,
        frames={
            "rtt_observations": observations,
            "providers": pd.DataFrame(
                {"provider_code": [ENGLAND], "provider_name": ["England"], "parent_code": [None]}, dtype="str"
            ),
            "ingest_checks": _checks(opened, numbers, months),
        },
        published=day_text(revised) or f"{month_end(last):%Y-%m-%d}",
        revised=day_text(revised) is not None or "revis" in opened.name.lower(),
    )


def _label(column: tuple[str, str]) -> str:
    return ", ".join(column)


def _twin(column: tuple[str, str]) -> tuple[str, str]:
    return column[0], column[1] + _WITH


def _stated(opened: Opened, label: str) -> str:
    """What the title block says after a label, in the same cell or in the next."""
    for row in opened.sheet(_SHEET)[:_TOP_ROWS]:
        for at, value in enumerate(row):
            if str(value).strip().startswith(label):
                return f"{str(value).strip().removeprefix(label)} {row[at + 1] if at + 1 < len(row) else ''}".strip()
    return ""


def _period(opened: Opened) -> tuple[str, str]:
    """First and last month, as the title block states them."""
    stated = _stated(opened, "Period:")
    try:
        first, last = (month_text(part) for part in stated.split(" to "))
    except ValueError as error:
        raise opened.refused(
            f"The sheet {_SHEET!r} does not say its period: {stated!r} names no two months.", _AS_PUBLISHED
        ) from error
    return first, last


def _table(opened: Opened) -> pd.DataFrame:
    """The rows below the two rows of header, columns named by block and column, index the row of the sheet."""
    rows = opened.sheet(_SHEET)
    at = next((i for i, row in enumerate(rows[:_TOP_ROWS]) if "Month" in row), None)
    if at is None or at + 2 >= len(rows):
        raise opened.refused(
            f"The sheet {_SHEET!r} has no header row with 'Month' in its first {_TOP_ROWS} rows, with months below it.",
            _AS_PUBLISHED,
        )
    blocks = pd.Series([_plain(value) or None for value in rows[at]], dtype=object).ffill()
    names = [_label((str(block), _plain(name))) for block, name in zip(blocks, rows[at + 1], strict=True)]
    month = rows[at].index("Month")
    names[month] = "Month"
    body = rows[at + 2 :]
    end = next((i for i, row in enumerate(body) if row[month] == ""), len(body))
    cells = [[_known(value) for value in row] for row in body[:end]]
    frame = pd.DataFrame(cells, columns=names, index=pd.RangeIndex(at + 3, at + 3 + end, name="row"), dtype=object)
    return frame.loc[:, ~frame.columns.duplicated()]


def _plain(value: object) -> str:
    return re.sub(r"\s+", " ", str(value)).strip()


def _known(value: Any) -> Any:
    return np.nan if isinstance(value, str) and value.strip() in ("", "-") else value


def _months(opened: Opened, table: pd.DataFrame) -> list[str]:
    """Each row's month; the rows are consecutive."""
    told: list[str] = []
    for row, value in table["Month"].items():
        month = _month(value)
        if month is None or (told and month != add_months(told[-1], 1)):
            due = f"; after {told[-1]} it should be {add_months(told[-1], 1)}" if told else ""
            raise opened.refused(
                f"{str(value)!r} is not the month that is due here{due}: rows are missing, double or moved.",
                _AS_PUBLISHED,
                row=int(str(row)),
                column=f"{_SHEET}, Month",
            )
        told.append(month)
    return told


def _month(value: object) -> str | None:
    """A cell's month: a date, or text such as "* Feb-24", which carries the mark of a footnote.

    >>> _month(dt.date(2024, 3, 1)), _month("* Feb-24"), _month("Notes:")
    ('2024-03', '2024-02', None)
    """
    if isinstance(value, dt.date):
        return month_text(value)
    found = re.fullmatch(r"\W*([A-Za-z]{3,9})-(\d{2})", str(value).strip())
    try:
        return month_text(f"{found[1]} 20{found[2]}") if found else None
    except ValueError:
        return None


def _whole_period(
    opened: Opened, numbers: pd.DataFrame, months: list[str], first: str, last: str
) -> tuple[pd.DataFrame, list[str]]:
    """The rows of the stated period: later rows stand empty for months to come."""
    filled = numbers.notna().any(axis=1).to_numpy()
    held = [month for month, has in zip(months, filled, strict=True) if has]
    if not held or (months[0], held[-1]) != (first, last):
        found = f"holds figures up to {held[-1]} from {months[0]}" if held else "holds no figures"
        raise opened.refused(
            f"The sheet {_SHEET!r} says that it covers {first} to {last}, and {found}: rows were cut or moved.",
            _AS_PUBLISHED,
        )
    end = months.index(last) + 1
    return numbers.iloc[:end], months[:end]


def _refuse_holes(opened: Opened, numbers: pd.DataFrame, columns: Iterable[str]) -> None:
    """A series, once begun, goes on to the last month: a blank cell inside it was lost."""
    for column in columns:
        known = numbers[column].notna()
        if (hole := ~known & known.cummax()).any() or not known.any():
            problem = "The cell is blank inside the series." if hole.any() else "The column holds no figures."
            row = first_row(hole if hole.any() else ~known)
            raise opened.refused(problem, _AS_PUBLISHED, row=row, column=f"{_SHEET}, {column}")


def _refuse_fractions(opened: Opened, numbers: pd.DataFrame, columns: Iterable[str]) -> None:
    for column in columns:
        # Published counts of 2007 end in .000001: what a sum of cells leaves over.
        if (part := (numbers[column] - numbers[column].round()).abs() > 0.001).any():
            row = first_row(part)
            raise opened.not_a_count(float(numbers[column][part].iloc[0]), row=row, column=f"{_SHEET}, {column}")


def _checks(opened: Opened, numbers: pd.DataFrame, months: list[str]) -> pd.DataFrame:
    """The counts against each other: parts add up, what is inside another is not larger, shares are of their counts."""
    every = numbers.assign(month=months)

    def compare(name: str, part: pd.Series, whole: pd.Series, *, inside: bool) -> pd.DataFrame:
        both = every.assign(part=part, whole=whole)[(part.notna() & whole.notna()).to_numpy()]
        difference = both["part"] - both["whole"]
        return check(
            opened,
            name,
            both,
            difference.clip(lower=0) if inside else difference,
            both["whole"],
            lambda row: (
                f"The sheet {_SHEET!r} contradicts itself in {row['month']}, {name}: {row['part']:,.0f} and "
                f"{row['whole']:,.0f}. Columns have been moved or changed."
            ),
            remedy=_AS_PUBLISHED,
        )

    made = []
    for with_estimates in (False, True):
        named = {ours: _label(_twin(each) if with_estimates else each) for ours, each in _COUNTS.items()}
        over, share = (_label(_twin(each) if with_estimates else each) for each in (_OVER_18, _SHARE))
        total, within = numbers[named["total_incomplete"]], numbers[named["within_18_weeks"]]
        said = " with estimates" * with_estimates
        both = within + numbers[over]
        made.append(compare(f"within and over 18 weeks against the list{said}", both, total, inside=False))
        of_all = numbers[share] * total
        made.append(compare(f"share within 18 weeks against the count{said}", of_all, within, inside=False))
        ladder = [over, *(named[f"over_{weeks}_weeks"] for weeks in (52, 65, 78, 104))]
        for outer, inner in itertools.pairwise(ladder):
            made.append(compare(f"{inner} inside {outer}", numbers[inner], numbers[outer], inside=True))
    for block, ours in ((_ADMITTED, "admitted_stops"), (_NON_ADMITTED, "non_admitted_stops")):
        known = numbers[[_label(each) for each in _COMPLETED if each[0] == block]].sum(axis=1, min_count=2)
        made.append(compare(f"waits of {block} inside all", known, numbers[_label(_COUNTS[ours])], inside=True))
    for column in _COUNTS.values():
        less, more = numbers[_label(column)], numbers[_label(_twin(column))]
        made.append(compare(f"{_label(column)} inside itself{_WITH}", less, more, inside=True))
    return pd.concat(made, ignore_index=True)


LAYOUTS = (Layout(NAME, recognise, read),)
