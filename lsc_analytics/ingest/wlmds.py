"""Reads the demographics workbook of the Waiting List Minimum Data Set: one week's lists by age, sex, deprivation, ethnicity.

Its figures are rounded to 5 and masked below 8 before they are published. It reads no other workbook of the data set.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lsc_analytics.ingest import reconcile
from lsc_analytics.ingest.opened import Layout, Opened, first_row
from lsc_analytics.ingest.reading import Reading
from lsc_analytics.ingest.title_block import day_text
from lsc_analytics.parameters import specialties
from lsc_analytics.reference import ALL_SPECIALTIES, month_words
from lsc_analytics.tables import CHARACTERISTICS, INGEST_CHECKS, WLMDS_BANDS

NAME = "WLMDS demographics workbook"
SOURCE = "wlmds_demographics"
MASK = "*"  # 1 to 7 pathways
UNKNOWN_FUNCTION = "UNKNOWN"  # the row of pathways whose treatment function code is missing or invalid

_TITLE, _TITLE_ROWS = "Waiting List Minimum Data Set", 12
_CODE, _ORGANISATION, _TYPE, _FUNCTION = (
    "Organisation Code", "Organisation Name", "Organisation Type", "Treatment Function Name",
)  # fmt: skip
_SCOPES = {
    "ACUTE TRUST": "provider",
    "INTEGRATED CARE BOARD": "icb",
    "REGION": "region",
    "ALL": "england",
    "NHS ACUTE": "england_acute",
    "INDEPENDENT SECTOR": "england_independent",
    "OTHER": "england_other",
}
_GROUP = re.compile(r"Incomplete Pathways\s*-\s*(.+)")
_SHARES = {"% within 18 weeks*": "within_18_weeks", "% > 52 weeks*": "over_52_weeks"}  # heading: of which band
_HEADINGS = [*WLMDS_BANDS.values(), *_SHARES]
_ISSUES = "Submission-DQ"
_HEADER_SEARCH_ROWS = 40
_ROUNDED_TO, _FEWEST, _MOST_MASKED = 5, 1, 7
_SAME_SHARE = 0.0005  # published shares equal those of the published figures; three decimals would do
_AS_PUBLISHED = "Load the demographics workbook as published."


@dataclass(frozen=True)
class _Sheet:
    """One sheet: a row an organisation or treatment function, counts with a column a group and band, NaN where masked."""

    name: str
    keys: pd.DataFrame
    counts: pd.DataFrame

    def at(self, band: str) -> pd.DataFrame:
        """One band's counts, a column a group."""
        return self.counts.loc[:, (slice(None), band)].droplevel(1, axis=1)


def recognise(opened: Opened) -> bool:
    """Whether the title cells of a workbook's first sheet name the data set."""
    if opened.kind != "workbook":
        return False
    cells = (str(value) for row in opened.sheet(opened.sheets[0])[:_TITLE_ROWS] for value in row)
    return any(_TITLE in cell for cell in cells)


def read(opened: Opened) -> Reading:
    """How many pathways of each patient group wait how long, at every acute trust and in England by specialty?

    The four sheets `Provider-...` are read, those `Treatment-Function-...` where they are there, and the list of trusts
    with faulty data. The weekly series of England (`Time-Series-...`) are not. A trust all of whose figures on a sheet are
    0 has sent none: it gets no rows, for 0 would say that nobody waits. `*` stays unknown.

    Returns:
        Frames wlmds_counts, providers (acute trusts) and ingest_checks.

    Raises:
        RefusedFileError: A sheet, heading or group is missing or occurs twice, sheets are of different weeks, a figure is
            neither a count to the nearest 5 nor `*`, or bands, shares, organisations and England contradict each other
            beyond rounding.
    """
    provider = {what: f"Provider-{what.title()}" for what in CHARACTERISTICS}
    function = {what: f"Treatment-Function-{what.title()}" for what in CHARACTERISTICS}
    if missing := [name for name in provider.values() if name not in opened.sheets]:
        held = ", ".join(map(repr, opened.sheets[:6]))
        raise opened.refused(f"The workbook has no sheet {missing[0]!r}; it has {held}.", _AS_PUBLISHED)
    function = {what: name for what, name in function.items() if name in opened.sheets}
    week, month = _week(opened, [*provider.values(), *function.values()])
    sheets = {what: _sheet(opened, name, [_CODE, _ORGANISATION, _TYPE]) for what, name in provider.items()}
    by_function = {what: _sheet(opened, name, [_FUNCTION]) for what, name in function.items()}
    sums, frames = [_bands(sheet) for sheet in (*sheets.values(), *by_function.values())], []
    for what, sheet in sheets.items():
        scopes = _scopes(opened, sheet)
        sums += _organisations(opened, sheet, scopes)
        nothing = scopes.eq("provider") & (sheet.at("total") == 0).all(axis=1)
        keys = pd.DataFrame({"scope": scopes, "provider_code": sheet.keys[_CODE]}).assign(
            treatment_function_code=ALL_SPECIALTIES
        )
        frames.append(_long(sheet, keys, what)[~np.repeat(nothing.to_numpy(), sheet.counts.shape[1])])
    for what, sheet in by_function.items():
        codes = _functions(opened, sheet)
        everyone = sheets[what].counts[sheets[what].keys[_TYPE] == "ALL"]
        sums.append(_added(opened, sheet, "specialties against England", everyone, sheet.counts))
        keys = pd.DataFrame({"scope": "england", "provider_code": "ENG", "treatment_function_code": codes})
        frames.append(_long(sheet, keys, what))
    organisations = sheets["age"].keys
    trusts = organisations[organisations[_TYPE] == "ACUTE TRUST"]
    compared = pd.concat(sums).assign(month=month)
    checks = [_check(opened, str(name), frame) for name, frame in compared.groupby("check", sort=False)]
    checks += [_issues(opened, month)] if _ISSUES in opened.sheets else []
    title = opened.title_block(sheets["age"].name)
    return Reading(
        file=opened.name,
        layout=NAME,
        family="wlmds",
        source=SOURCE,
        source_rank=1,
        frames={
            "wlmds_counts": pd.concat(frames, ignore_index=True).assign(source=SOURCE, month=month, week_ending=week),
            "providers": pd.DataFrame(
                {"provider_code": trusts[_CODE], "provider_name": trusts[_ORGANISATION], "parent_code": None}
            ),
            "ingest_checks": pd.concat(checks, ignore_index=True)[INGEST_CHECKS.names],
        },
        published=title.published,
        revised=title.revised,
        demo=opened.is_demo(organisations[_ORGANISATION]),
        note=_note(opened.name, week),
    )


def _week(opened: Opened, sheets: list[str]) -> tuple[str, str]:
    """The day and the month that every sheet says it is of."""
    told = {sheet: opened.title_block(sheet) for sheet in sheets}
    days = {sheet: title.day for sheet, title in told.items()}
    for sheet, day in days.items():
        if day is None:
            raise opened.refused(f"The sheet {sheet!r} does not say which day its week ends on.", _AS_PUBLISHED)
        if day != days[sheets[0]]:
            raise opened.refused(
                f"The sheet {sheet!r} is of the week ending {day} and {sheets[0]!r} of {days[sheets[0]]}.",
                _AS_PUBLISHED,
            )
    return str(days[sheets[0]]), told[sheets[0]].month


def _note(file: str, week: str) -> str:
    """What to say where a file's name has another day than its sheets.

    >>> _note("WLMDS-Summary-to-25-January-2025-v1.xlsx", "2026-01-25")
    'The name says 25 January 2025; the sheets say week ending 25 January 2026, and that is taken.'
    """
    named = day_text(re.sub(r"[-_]", " ", file))
    if named in (None, week):
        return ""
    said, taken = (f"{int(day[8:])} {month_words(day[:7])}" for day in (str(named), week))
    return f"The name says {said}; the sheets say week ending {taken}, and that is taken."


def _sheet(opened: Opened, name: str, keys: list[str]) -> _Sheet:
    """One sheet, its figures read and its shares compared with them.

    The heading has two rows: the groups, each above its five bands and two shares, and those.
    """
    rows = opened.sheet(name)
    headings = [[_plain(value) for value in row] for row in rows[:_HEADER_SEARCH_ROWS]]
    at = next((place for place, row in enumerate(headings) if keys[0] in row), None)
    if at is None or at + 1 >= len(headings):
        raise opened.refused(f"The sheet {name!r} has no heading {keys[0]!r}.", _AS_PUBLISHED)
    if missing := [key for key in keys if key not in headings[at]]:
        raise opened.refused(f"The heading of the sheet {name!r} lacks {missing[0]!r}.", _AS_PUBLISHED, row=at + 1)
    groups = _groups(opened, name, headings[at], headings[at + 1], at)
    places = [headings[at].index(key) for key in keys]
    body = [
        (number, row)
        for number, row in enumerate(rows[at + 2 :], start=at + 3)
        if any(row[place] != "" for place in places) and not str(row[places[0]]).startswith(MASK)  # a footnote
    ]
    if not body:
        raise opened.refused(f"The sheet {name!r} holds a heading and no rows.", row=at + 1)
    index = pd.Index([number for number, _ in body], name="row")
    told = pd.DataFrame([[_plain(row[place]) for place in places] for _, row in body], columns=keys, index=index)
    for key in keys:
        if (blank := told[key] == "").any():
            raise opened.refused(f"The cell of the sheet {name!r} is blank.", row=first_row(blank), column=key)
    if (double := told.duplicated([keys[0], keys[-1]])).any():
        row = first_row(double)
        raise opened.refused(f"The sheet {name!r} has {told.at[row, keys[0]]!r} twice.", row=row, column=keys[0])
    cells = np.array(
        [[row[start : start + len(_HEADINGS)] for start in groups.values()] for _, row in body], dtype=object
    )
    headed = [f"Incomplete Pathways - {group}, {heading}" for group in groups for heading in _HEADINGS]
    counts = _counts(opened, name, cells, index, headed)
    _shares_agree(opened, name, cells, counts, index, headed)
    columns = pd.MultiIndex.from_product([groups, WLMDS_BANDS])
    return _Sheet(name, told, pd.DataFrame(counts.reshape(len(body), -1), index=index, columns=columns))


def _groups(opened: Opened, sheet: str, above: list[str], below: list[str], at: int) -> dict[str, int]:
    """Each group of a sheet and the column that its figures begin in."""
    groups: dict[str, int] = {}
    for place, heading in enumerate(above):
        if (found := _GROUP.fullmatch(heading)) is None:
            continue
        if found[1] in groups:
            raise opened.refused(f"The sheet {sheet!r} has the group {found[1]!r} twice.", _AS_PUBLISHED, row=at + 1)
        headings = below[place : place + len(_HEADINGS)]
        if headings != _HEADINGS:
            wrong = next((one for one, due in zip(headings, _HEADINGS, strict=False) if one != due), "nothing")
            due = next((due for one, due in zip(headings, _HEADINGS, strict=False) if one != due), _HEADINGS[-1])
            problem = f"Under {heading!r} of the sheet {sheet!r} stands {wrong!r} where {due!r} is due."
            raise opened.refused(problem, _AS_PUBLISHED, row=at + 2)
        groups[found[1]] = place
    if len(groups) < 2:
        raise opened.refused(f"The sheet {sheet!r} has no groups to tell apart.", _AS_PUBLISHED, row=at + 1)
    deciles = [f"IMD {decile}" for decile in range(1, 11)]
    if sheet.endswith("Deprivation") and list(groups) != deciles:
        lacking = ", ".join(decile for decile in deciles if decile not in groups) or "their order"
        raise opened.refused(f"The sheet {sheet!r} lacks deciles: {lacking}.", _AS_PUBLISHED, row=at + 1)
    return groups


def _counts(opened: Opened, sheet: str, cells: np.ndarray, index: pd.Index, headed: list[str]) -> np.ndarray:
    """The published counts of rows, groups and bands as numbers; not a number where they are masked."""
    counts = np.vectorize(_number, otypes=["float64"])(cells[:, :, : len(WLMDS_BANDS)])
    for wrong, problem, remedy in (
        ((counts < 0) | (counts % 1 > 0), f"is neither a count nor {MASK}", _AS_PUBLISHED),
        (
            counts % _ROUNDED_TO > 0,
            f"is not rounded to {_ROUNDED_TO}, as every published figure is",
            "Load the workbook as published: exact figures are not for publication, and are not taken for published ones.",
        ),
    ):
        if wrong.any():
            row, group, band = _first(wrong)
            found = cells[row, group, band]
            said = f"{found:,.10g} of" if isinstance(found, float) else f"{found!r} of" if found else "The cell of"
            column = headed[group * len(_HEADINGS) + band]
            raise opened.refused(f"{said} the sheet {sheet!r} {problem}.", remedy, row=int(index[row]), column=column)
    return counts


def _first(wrong: np.ndarray) -> tuple[int, ...]:
    """Where an array is first true."""
    return tuple(int(at) for at in np.unravel_index(int(wrong.argmax()), wrong.shape))


def _number(cell: object) -> float:
    """A cell as a count: not a number where it is masked, below zero where it is none.

    >>> _number("*"), _number(15.0), _number("many")
    (nan, 15.0, -1.0)
    """
    if isinstance(cell, str):
        text = cell.strip()
        return float("nan") if text == MASK else float(text) if text.isdecimal() else -1.0
    return cell if isinstance(cell, float) and cell < float("inf") else -1.0


def _ends(counts: np.ndarray, national: np.ndarray | bool) -> tuple[np.ndarray, np.ndarray]:
    """Between what the counts behind published figures lie.

    Masked are 1 to 7; others are rounded to the nearest 5. England's 0 may be 1 or 2, an organisation's is 0.

    >>> [end.tolist() for end in _ends(np.array([40.0, np.nan, 0.0]), False)]
    [[37.5, 1.0, 0.0], [42.5, 7.0, 0.0]]
    """
    half = np.where((counts > 0) | national, _ROUNDED_TO / 2, 0.0)
    masked = np.isnan(counts)
    low = np.where(masked, _FEWEST, np.maximum(counts - half, 0.0))
    return low, np.where(masked, _MOST_MASKED, counts + half)


def _apart(stated: tuple[np.ndarray, np.ndarray], added: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """How far two ranges lie from each other; 0 where they overlap."""
    return np.maximum(np.maximum(added[0] - stated[1], stated[0] - added[1]), 0.0)


def _bands(sheet: _Sheet) -> pd.DataFrame:
    """Every total of a sheet beside what its bands add up to, for `_check`."""
    national = sheet.keys.iloc[:, 0].eq("ENG").to_numpy()[:, None]
    ends = [_ends(sheet.at(band).to_numpy(), national) for band in list(WLMDS_BANDS)[1:]]
    low, high = (np.sum([one[end] for one in ends], axis=0) for end in (0, 1))
    totals = sheet.at("total")
    return pd.DataFrame(
        {
            "check": "bands against totals",
            "sheet": sheet.name,
            "what": [f"{who}, {group}," for who in sheet.keys.iloc[:, 0] for group in totals.columns],
            "low": low.ravel(),
            "high": high.ravel(),
            "stated": totals.to_numpy().ravel(),
            "off": _apart(_ends(totals.to_numpy(), national), (low, high)).ravel(),
        },
        index=pd.Index(totals.index.repeat(totals.shape[1]), name="row"),
    )


def _check(opened: Opened, name: str, compared: pd.DataFrame) -> pd.DataFrame:
    """Figures against what adds up to them, refused where they lie further apart than rounding can bring them."""
    return reconcile.check(
        opened,
        name,
        compared,
        compared["off"],
        compared["stated"].fillna(_MOST_MASKED),
        lambda row: (
            f"{row['what']} of the sheet {row['sheet']!r} says {MASK if np.isnan(row['stated']) else format(row['stated'], ',.0f')}, "
            f"and what it is made of adds up to {row['low']:,.0f} to {row['high']:,.0f}, rounding included: rows or figures are "
            "missing or changed."
        ),
        remedy=_AS_PUBLISHED,
        exact=True,
    )


def _shares_agree(
    opened: Opened, sheet: str, cells: np.ndarray, counts: np.ndarray, index: pd.Index, headed: list[str]
) -> None:
    """Refuse a sheet whose shares are not those of its figures: columns were moved."""
    for place, band in enumerate(_SHARES.values(), start=len(WLMDS_BANDS)):
        told = np.vectorize(lambda cell: cell if isinstance(cell, float) else np.nan, otypes=["float64"])(
            cells[:, :, place]
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            found = counts[:, :, list(WLMDS_BANDS).index(band)] / counts[:, :, 0]
            wrong = np.abs(told - found) > _SAME_SHARE
        if wrong.any():
            row, group = _first(wrong)
            raise opened.refused(
                f"The sheet {sheet!r} says a share of {told[row, group]:.4f} where its figures give {found[row, group]:.4f}: "
                "columns were moved or changed.",
                _AS_PUBLISHED,
                row=int(index[row]),
                column=headed[group * len(_HEADINGS) + place],
            )


def _scopes(opened: Opened, sheet: _Sheet) -> pd.Series:
    scopes = sheet.keys[_TYPE].map(_SCOPES)
    if (unknown := scopes.isna()).any():
        row = first_row(unknown)
        known = ", ".join(_SCOPES)
        raise opened.refused(
            f"{sheet.keys.at[row, _TYPE]!r} of the sheet {sheet.name!r} is no type of organisation ({known}).",
            _AS_PUBLISHED,
            row=row,
            column=_TYPE,
        )
    return scopes


def _organisations(opened: Opened, sheet: _Sheet, scopes: pd.Series) -> list[pd.DataFrame]:
    """England's acute trusts beside every trust, board and region, and England beside its kinds of provider, for `_check`."""
    acute, england = sheet.counts[scopes == "england_acute"], sheet.counts[scopes == "england"]
    kinds = sheet.counts[scopes.isin(["england_acute", "england_independent", "england_other"])]
    return [
        _added(opened, sheet, "trusts against England", acute, sheet.counts[scopes == "provider"]),
        _added(opened, sheet, "ICBs against England", acute, sheet.counts[scopes == "icb"]),
        _added(opened, sheet, "regions against England", acute, sheet.counts[scopes == "region"]),
        _added(opened, sheet, "kinds of provider against England", england, kinds, national=True),
    ]


def _added(
    opened: Opened, sheet: _Sheet, name: str, stated: pd.DataFrame, parts: pd.DataFrame, *, national: bool = False
) -> pd.DataFrame:
    """England's row beside the rows that add up to it, group by group and band by band, for `_check`."""
    if stated.empty or parts.empty:
        what = name.partition(" against ")[0]
        raise opened.refused(f"The sheet {sheet.name!r} has no row of England, or no {what}.", _AS_PUBLISHED)
    low, high = (ends.sum(axis=0) for ends in _ends(parts.to_numpy(), national))
    whole = stated.iloc[0].to_numpy()
    groups, bands = (parts.columns.get_level_values(level) for level in (0, 1))
    return pd.DataFrame(
        {
            "check": name,
            "sheet": sheet.name,
            "what": [f"England, {group}, {WLMDS_BANDS[band]}," for group, band in zip(groups, bands, strict=True)],
            "low": low,
            "high": high,
            "stated": whole,
            "off": _apart(_ends(whole, True), (low, high)),
        },
        index=pd.Index(np.repeat(stated.index, len(whole)), name="row"),
    )


def _functions(opened: Opened, sheet: _Sheet) -> pd.Series:
    """Treatment function codes of the rows, whose names differ from those of RTT extracts in an s here and there."""
    known = {
        name.casefold(): function.code
        for function in specialties().treatment_functions
        for name in (function.name, f"{function.short_name} Service")
    }
    codes = sheet.keys[_FUNCTION].str.casefold().map(known | {"unknown": UNKNOWN_FUNCTION})
    if (unknown := codes.isna()).any():
        row = first_row(unknown)
        raise opened.refused(
            f"{sheet.keys.at[row, _FUNCTION]!r} of the sheet {sheet.name!r} is no treatment function of RTT.",
            "If NHS England renamed one, correct its name in parameters/specialties.yml.",
            row=row,
            column=_FUNCTION,
        )
    return codes


def _long(sheet: _Sheet, keys: pd.DataFrame, characteristic: str) -> pd.DataFrame:
    """A row an organisation, group and band, in the order of the sheet."""
    values, width = sheet.counts.to_numpy(), sheet.counts.shape[1]
    groups, bands = (np.tile(sheet.counts.columns.get_level_values(level), len(keys)) for level in (0, 1))
    long = keys.loc[keys.index.repeat(width)].reset_index(drop=True)
    flat = values.ravel()
    return long.assign(
        characteristic=characteristic,
        patient_group=groups,
        band=bands,
        suppressed=np.isnan(flat),
        pathways=pd.array(np.where(np.isnan(flat), 0, flat).astype("int64"), dtype="Int64"),
    ).assign(pathways=lambda rows: rows["pathways"].mask(rows["suppressed"]))


def _issues(opened: Opened, month: str) -> pd.DataFrame:
    """The trusts that the workbook says have sent nothing, or faulty data, as one check."""
    rows = [[_plain(value) for value in row] for row in opened.sheet(_ISSUES)]
    at = next((place for place, row in enumerate(rows) if {_CODE, "Issue"} <= set(row)), None)
    if at is None:
        raise opened.refused(f"The sheet {_ISSUES!r} has no heading with {_CODE!r} and 'Issue'.", _AS_PUBLISHED)
    code, issue = rows[at].index(_CODE), rows[at].index("Issue")
    told = [f"{row[code]} ({row[issue][:1].lower()}{row[issue][1:]})" for row in rows[at + 1 :] if row[code]]
    said = f"{len(told)} acute trusts sent no data or faulty data: {'; '.join(told)}" if told else "no trust is named"
    return INGEST_CHECKS.check(
        pd.DataFrame(
            {"check": [_ISSUES], "month": [month], "compared": [len(told)], "differing": [len(told)],
             "largest_difference": [0.0], "says": [f"{_ISSUES}: {said}."]}
        )
    )  # fmt: skip


def _plain(value: object) -> str:
    return re.sub(r"\s+", " ", str(value)).strip()


LAYOUTS = (Layout(NAME, recognise, read),)
