"""Reads RTT provider workbooks: one month's incomplete, completed or new pathways of every provider and function.

It does not read the England overview workbook (`rtt_overview` does). Commissioner workbooks are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lsc_analytics.ingest.opened import Layout, Opened, first_row
from lsc_analytics.ingest.reading import SOURCE_RANKS, Reading
from lsc_analytics.ingest.reconcile import bands, specialties
from lsc_analytics.ingest.wide import PART_TOTALS, long_bands, long_measures, thresholds

NAME = "RTT provider workbook"
SOURCE = "provider_workbook"

_PROVIDER, _PROVIDER_NAME, _FUNCTION = "Provider Code", "Provider Name", "Treatment Function Code"
_KEYS = {_PROVIDER: "provider_code", _PROVIDER_NAME: "provider_name", _FUNCTION: "treatment_function_code"}
_SHEETS = ("Provider", "IS Provider")  # NHS and independent sector providers
_TITLE, _TITLE_ROWS = "Referral to Treatment", 12
_UNKNOWN = "Patients with unknown clock start date"
_KNOWN = "Total number of completed pathways (with a known clock start)"
_SERIES = ["month", "provider_code", "treatment_function_code"]
_AS_PUBLISHED = "Load the provider workbook as published."


@dataclass(frozen=True)
class _Kind:
    """One kind of table: the column that holds its total, and how the title tells it."""

    words: str
    total: str
    suffix: str = ""  # of its sheets' names
    note: str = "No published workbook of this kind was at hand to check the layout with."


_KINDS = {
    "non_admitted": _Kind("completed non-admitted pathways", "Total number of completed pathways (all)", note=""),
    "admitted": _Kind("completed admitted pathways", "Total number of completed pathways (all)"),
    "incomplete": _Kind("incomplete pathways", "Total number of incomplete pathways"),
    "clock_starts": _Kind("new RTT periods", "Number of new RTT clock starts during the month"),
    "decision_to_admit": _Kind(
        "incomplete pathways with a decision to admit",
        "Total number of incomplete pathways with a decision to admit for treatment",
        suffix=" with DTA",
    ),
}
_TITLE_WORDS = (("non-admitted", "non_admitted"), ("admitted", "admitted"), ("incomplete", "incomplete"),
                ("new rtt", "clock_starts"), ("new periods", "clock_starts"))  # fmt: skip
_STATED_FROM_BANDS = {"within_18_weeks": "Total within 18 weeks"} | {
    f"over_{weeks}_weeks": f"Total {weeks} plus weeks" for weeks in (52, 65, 78)
}
_WAITS = {
    "median_wait_weeks": "Average (median) waiting time (in weeks)",
    "percentile_92_wait_weeks": "92nd percentile waiting time (in weeks)",
}


def recognise(opened: Opened) -> bool:
    """Whether the title of a workbook's first sheet says RTT."""
    return opened.kind == "workbook" and _TITLE in _title(opened)


def read(opened: Opened) -> Reading:
    """What do the providers of one workbook report?

    The sheets Provider and IS Provider are read (and, for incomplete pathways, those "with DTA"). Their figures exclude
    NONC commissioners already. A row whose counts are all zero is a function that the provider does not offer, as far
    as a workbook can tell: it gives no rows. "-" is a blank, not zero. Rows without a provider code are totals.
    18 weeks and the long waits come from the bands and are compared with the columns that state them; for completed
    pathways, whose waits are no measure of the list, they are only compared.

    The layout of completed non-admitted pathways was checked against a published file (September 2025). Completed
    admitted pathways share its columns; incomplete and new pathways follow public descriptions of theirs: unverified.

    Returns:
        Frames rtt_observations, rtt_bands (not for new RTT periods), providers and ingest_checks.

    Raises:
        RefusedFileError: A sheet or column is missing, a count is textual, negative or not whole, a series occurs
            twice, or bands, specialties and totals contradict each other.
    """
    if _SHEETS[0] not in opened.sheets:
        held = ", ".join(map(repr, opened.sheets))
        raise opened.refused(f"This RTT workbook has no sheet {_SHEETS[0]!r}; it has {held}.", _AS_PUBLISHED)
    title = opened.title_block(_SHEETS[0])
    main = next((part for words, part in _TITLE_WORDS if words in title.title.lower()), None)
    if main is None:
        raise opened.refused(f"The title {title.title!r} does not say which pathways it counts.", _AS_PUBLISHED)
    parts = [main, "decision_to_admit"] if main == "incomplete" else [main]
    sheets = [(part, name + _KINDS[part].suffix) for part in parts for name in _SHEETS]
    found = [_sheet(opened, sheet, part, title.month) for part, sheet in sheets if sheet in opened.sheets]
    frames = {name: pd.concat([each[name] for each in found if name in each], ignore_index=True) for name in found[0]}
    frames["providers"] = frames["providers"].drop_duplicates("provider_code").assign(parent_code=None)
    return Reading(
        file=opened.name,
        layout=f"{NAME}, {_KINDS[main].words}",
        family="rtt",
        source=SOURCE,
        source_rank=SOURCE_RANKS[SOURCE],
        frames=frames,
        published=title.published,
        revised=title.revised,
        demo=opened.is_demo(frames["providers"]["provider_name"]),
        note=_KINDS[main].note,
    )


def _title(opened: Opened) -> str:
    return " ".join(str(value) for row in opened.sheet(opened.sheets[0])[:_TITLE_ROWS] for value in row)


def _sheet(opened: Opened, sheet: str, part: str, month: str) -> dict[str, pd.DataFrame]:
    """The frames of one sheet."""
    total = _KINDS[part].total
    rows = opened.sheet_table(sheet, [*_KEYS, total])
    banded = [] if part == "clock_starts" else _band_columns(opened, sheet, list(rows.columns))
    rows = rows[rows[_PROVIDER].notna()]
    for column in _KEYS:
        if (blank := rows[column].isna()).any():
            raise opened.refused("The cell is blank.", _AS_PUBLISHED, row=first_row(blank), column=column)
    if (double := rows.duplicated([_PROVIDER, _FUNCTION])).any():
        row = first_row(double)
        who = f"{rows.at[row, _PROVIDER]!s}, {rows.at[row, _FUNCTION]!s},"
        raise opened.refused(f"The sheet {sheet!r} has {who} twice.", _AS_PUBLISHED, row=row)
    stated = [c for c in (_UNKNOWN, _KNOWN, *_STATED_FROM_BANDS.values()) if c in rows.columns]
    counts = opened.numbers(rows, [total, *banded, *stated])
    series = rows.rename(columns=_KEYS)[list(_KEYS.values())].assign(scope="provider", month=month)
    checks = _checks(opened, sheet, total, series, counts, banded)
    offered = (counts > 0).any(axis=1).to_numpy()
    counts, rows, series = counts[offered], rows[offered], series[offered]
    keys = series[["scope", *_SERIES]].assign(source=SOURCE)
    measures: dict[str, Any] = {PART_TOTALS.get(part, part): counts[total]}
    frames = {"providers": series[["provider_code", "provider_name"]], "ingest_checks": checks}
    if banded:
        matrix = counts[banded].to_numpy("float64", na_value=0.0)
        frames["rtt_bands"] = long_bands(keys.assign(part=part), matrix, "pathways")
        if part == "incomplete":
            weeks = {ours: theirs for ours, theirs in _WAITS.items() if theirs in rows.columns}
            measures |= thresholds(matrix, last=len(banded) - 1)
            measures |= {ours: pd.to_numeric(rows[theirs], errors="coerce") for ours, theirs in weeks.items()}
    return frames | {"rtt_observations": long_measures(keys, measures)}


def _band_columns(opened: Opened, sheet: str, columns: list[str]) -> list[str]:
    """Headers of the weekly bands in order, from ">0-1" to "104 plus" ("52 plus" before April 2021)."""
    last = next((found[1] for name in columns if (found := re.fullmatch(r"(\d+) plus", name))), None)
    if last is None:
        raise opened.refused(f"The sheet {sheet!r} has no open band such as '104 plus'.", _AS_PUBLISHED)
    banded = [*(f">{week}-{week + 1}" for week in range(int(last))), f"{last} plus"]
    if missing := [name for name in banded if name not in columns]:
        raise opened.refused(
            f"The sheet {sheet!r} lacks {len(missing)} weekly bands: {missing[0]!r} to {missing[-1]!r}.", _AS_PUBLISHED
        )
    return banded


def _checks(
    opened: Opened, sheet: str, total: str, series: pd.DataFrame, counts: pd.DataFrame, banded: list[str]
) -> pd.DataFrame:
    """Every reconciliation that a sheet allows."""
    made = [specialties(opened, f"{sheet}, {total}", series, _SERIES[:-1], counts[total], remedy=_AS_PUBLISHED)]
    if banded:
        matrix = counts[banded].to_numpy("float64", na_value=0.0)
        added = pd.Series(matrix.sum(axis=1), counts.index)
        told = thresholds(matrix, last=len(banded) - 1)
        sums: dict[str, Any] = {
            _STATED_FROM_BANDS[measure]: found for measure, found in told.items() if measure in _STATED_FROM_BANDS
        }
        sums |= {_KNOWN: added, total: added + counts[_UNKNOWN] if _UNKNOWN in counts else added}
        made += [
            bands(opened, f"{sheet}, {column}", series, _SERIES, pd.Series(found, counts.index), counts[column],
                  remedy=_AS_PUBLISHED)
            for column, found in sums.items() if column in counts
        ]  # fmt: skip
    return pd.concat(made, ignore_index=True)


LAYOUTS = (Layout(NAME, recognise, read),)
