"""Reads tidy histories: csv files from a BI lead's own warehouse, as `parameters/sources/*.yml` say what headers mean.

It guesses nothing: a file is read only where a mapping names its header exactly and in order.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from lsc_analytics.errors import ParameterError
from lsc_analytics.ingest.cancer import adds_up
from lsc_analytics.ingest.dm01_figures import band_checks
from lsc_analytics.ingest.opened import Layout, Opened, first_row
from lsc_analytics.ingest.reading import Reading
from lsc_analytics.ingest.reconcile import bands, inside, specialties
from lsc_analytics.ingest.wide import PART_TOTALS, long_bands, long_measures, thresholds
from lsc_analytics.parameters import SourceMapping, diagnostics, source_mappings
from lsc_analytics.reference import ALL_CANCERS, ENGLAND, LAST_DM01_BAND, LAST_RTT_BAND, THRESHOLDS_WEEKS, month_text
from lsc_analytics.tables import (
    CANCER_MEASURES,
    CANCER_STANDARDS,
    DM01_MEASURES,
    INGEST_CHECKS,
    RTT_MEASURES,
    RTT_PARTS,
)

NAME = "tidy history"

_MEASURES = {"rtt": RTT_MEASURES, "dm01": DM01_MEASURES, "cancer": CANCER_MEASURES}
_SERIES = {  # what a series is stored by
    "rtt": ["scope", "month", "provider_code", "treatment_function_code"],
    "dm01": ["scope", "month", "provider_code", "diagnostic_test_code"],
    "cancer": ["month", "provider_code", "cancer_standard", "route", "cancer_type"],
}
_WAITS = {"median_wait_weeks", "percentile_92_wait_weeks"}  # weeks, not counts: never added, not whole
_LONG_WAITS = [f"over_{weeks}_weeks" for weeks in THRESHOLDS_WEEKS[1:]]
# Each figure and the one that holds it. Decisions to admit are a return of their own and may exceed the list.
_RTT_INSIDE = [
    ("within_18_weeks", "total_incomplete"),
    *zip(_LONG_WAITS, ["total_incomplete", *_LONG_WAITS], strict=False),
]
_DM01_INSIDE = [("waiting_6_plus", "total_waiting"), ("waiting_13_plus", "waiting_6_plus")]
_BAND_COUNTS = {"rtt": (LAST_RTT_BAND + 1, 53), "dm01": (LAST_DM01_BAND + 1,)}
_CORRECT_OR_MAP = "Correct it at its source, or name it under values in the mapping (docs/how-to/add-a-source.md)."


def mapping_of(opened: Opened) -> SourceMapping | None:
    """The mapping whose header is this file's, exactly and in order; the first by rank and name."""
    return next((mapping for mapping in source_mappings() if mapping.header == opened.header), None)


def recognise(opened: Opened) -> bool:
    """Whether a mapping names this header."""
    return opened.kind == "csv" and mapping_of(opened) is not None


def read(opened: Opened) -> Reading:
    """What does one tidy history say, month by month?

    A blank gives no row. Each mapping is a source of its own name and rank, so that a history never passes for a
    published file. Where a mapping says that a row of zeros means "not provided", such a row gives nothing. Where bands
    are mapped, their total is the measure of their part, and thresholds that are not mapped come from the bands.

    Returns:
        Frames rtt_observations, dm01_observations or cancer_observations, rtt_bands or dm01_bands where the mapping has
        bands, providers where it has names, and ingest_checks.

    Raises:
        RefusedFileError: A value is no month, no code or no count, a series occurs twice, or bands, totals, C_999,
            thresholds and breaches contradict each other; names row and column.
        ParameterError: The mapping names a measure that no table has, or another number of bands.
    """
    mapping = mapping_of(opened)
    if mapping is None:
        raise opened.refused("No mapping names this header.", _CORRECT_OR_MAP, row=1)
    check_mapping(mapping)
    rows = opened.rows()
    series = _series(opened, mapping, rows)
    banded = _bands(opened, mapping, rows)
    figures = _figures(opened, mapping, rows, series, banded)
    if mapping.zero_row_is_not_provided:
        counted = figures.drop(columns=list(_WAITS & set(figures.columns)))
        provided = (counted.fillna(0) != 0).any(axis=1).to_numpy()
        series, figures, banded = series[provided], figures[provided], banded[provided]
    rtt = mapping.family == "rtt"
    checks = _CHECKS[mapping.family](opened, mapping, series, figures, banded)
    keys = series[_SERIES[mapping.family]].assign(source=mapping.name)
    frames = {
        f"{mapping.family}_observations": long_measures(
            keys, {str(measure): values for measure, values in figures.items()}
        ),
        "ingest_checks": pd.concat([INGEST_CHECKS.empty(), *checks], ignore_index=True),
    }
    if mapping.bands:
        banding = keys.assign(part=series["part"]) if rtt else keys
        matrix = banded.to_numpy("float64", na_value=np.nan)
        frames[f"{mapping.family}_bands"] = long_bands(banding, matrix, "pathways" if rtt else "waiting")
    providers = (series["scope"] == "provider") & (series["provider_code"] != ENGLAND)
    named = series[series["provider_name"].notna() & providers].sort_values("month")
    if len(named):
        latest = named.drop_duplicates("provider_code", keep="last")
        frames["providers"] = latest[["provider_code", "provider_name"]].assign(parent_code=None)
    return Reading(
        file=opened.name,
        layout=f"{NAME}, {mapping.title}",
        family=mapping.family,
        source=mapping.name,
        source_rank=mapping.rank,
        frames=frames,
        revised="revis" in opened.name.lower(),
        demo=bool(len(named)) and opened.is_demo(named["provider_name"]),
    )


def check_mapping(mapping: SourceMapping) -> None:
    """Does a mapping name only measures, bands and codes that there are?

    Raises:
        ParameterError: It names a measure that no table has, another number of bands, or, as a constant or for a file's
            word, what is not known as such.
    """
    known = _MEASURES[mapping.family]
    if unknown := sorted(set(mapping.measures) - set(known)):
        problem = f"The mapping {mapping.name} names the measure {unknown[0]}."
        raise ParameterError(problem, f"Known are {', '.join(known)}.", parameter="measures")
    counts = _BAND_COUNTS.get(mapping.family, ())
    if mapping.bands and (held := len(_band_headers(mapping))) not in counts:
        problem = f"The mapping {mapping.name} has {held} bands; there are {' or '.join(map(str, counts))}."
        raise ParameterError(problem, "Name first, last and those between that are no bands.", parameter="bands")
    named = {f"constants.{column}": (column, ours) for column, ours in mapping.constants.items()}
    for column, values in mapping.values.items():
        named |= {f"values.{column}.{theirs}": (column, ours) for theirs, ours in values.items()}
    for place, (column, ours) in named.items():
        if not _is_known(column, ours):
            problem = f"The mapping {mapping.name} names {ours!r}, which is not a {column.replace('_', ' ')} we know."
            raise ParameterError(problem, "Correct it.", parameter=place)


def _band_headers(mapping: SourceMapping) -> list[str]:
    if mapping.bands is None:
        return []
    start, end = mapping.header.index(mapping.bands.first), mapping.header.index(mapping.bands.last)
    return [header for header in mapping.header[start : end + 1] if header not in mapping.bands.between]


def _is_known(column: str, value: str) -> bool:
    """Whether a word of a file, or what a mapping says for it, can stand in one of our key columns."""
    words: dict[str, Callable[[str], bool]] = {
        "provider_code": lambda value: re.fullmatch(r"[A-Z0-9]{3,6}", value) is not None,
        "treatment_function_code": lambda value: re.fullmatch(r"C_\d{3}|X\d{2}", value) is not None,
        "diagnostic_test_code": lambda value: value in {test.code for test in diagnostics().tests},
        "scope": lambda value: value in ("provider", "nonc", "commissioner", "england"),
        "part": lambda value: value in RTT_PARTS,
        "cancer_standard": lambda value: value in CANCER_STANDARDS,
    }
    try:
        return bool(month_text(value)) if column == "month" else words.get(column, bool)(value)
    except ValueError:
        return False


def _series(opened: Opened, mapping: SourceMapping, rows: pd.DataFrame) -> pd.DataFrame:
    """The key columns under our names, every value checked, one row a series."""
    told: dict[str, str | None] = {"scope": "provider", "part": "incomplete", "provider_name": None}
    told |= {"route": ALL_CANCERS, "cancer_type": ALL_CANCERS} | {
        str(column): one for column, one in mapping.constants.items()
    }
    series = pd.DataFrame(told, index=rows.index, dtype="str")
    for column, header in mapping.columns.items():
        values = rows[header]
        if column != "provider_name" and (blank := values.isna()).any():
            raise opened.refused("The value is missing.", _CORRECT_OR_MAP, row=first_row(blank), column=header)
        ours = {value: mapping.values.get(column, {}).get(value, value) for value in values.dropna().unique()}
        for theirs, value in ours.items():
            if _is_known(column, value):
                ours[theirs] = month_text(value) if column == "month" else value
            else:
                row = first_row(values == theirs)
                what = column.replace("_", " ")
                raise opened.refused(f"{theirs!r} is not a {what} we know.", _CORRECT_OR_MAP, row=row, column=header)
        series[column] = values.map(ours)
    opened.refuse_twice(series, [*_SERIES[mapping.family], *["part"] * (mapping.family == "rtt")])
    return series


def _bands(opened: Opened, mapping: SourceMapping, rows: pd.DataFrame) -> pd.DataFrame:
    """The bands as counts, one column a band, named by the week it begins."""
    headers = _band_headers(mapping)
    return opened.numbers(rows, headers).set_axis(list(range(len(headers))), axis=1)


def _figures(
    opened: Opened, mapping: SourceMapping, rows: pd.DataFrame, series: pd.DataFrame, banded: pd.DataFrame
) -> pd.DataFrame:
    """The measures as numbers under our names; of RTT rows with parts, list measures belong to incomplete pathways."""
    counted = [header for ours, header in mapping.measures.items() if ours not in _WAITS]
    counts = opened.halves(rows, counted) if mapping.family == "cancer" else opened.numbers(rows, counted)
    waits = opened.numbers(rows, [header for ours, header in mapping.measures.items() if ours in _WAITS], whole=False)
    figures = {ours: (waits if ours in _WAITS else counts)[header] for ours, header in mapping.measures.items()}
    if mapping.bands is None:
        return pd.DataFrame(figures, index=rows.index)
    stated = opened.numbers(rows, [mapping.bands.total])[mapping.bands.total]
    matrix = banded.to_numpy("float64", na_value=np.nan)
    if mapping.family == "dm01":
        derived = {"waiting_6_plus": matrix[:, 6:].sum(axis=1), "waiting_13_plus": matrix[:, LAST_DM01_BAND]}
        return pd.DataFrame({"total_waiting": stated} | derived | figures, index=rows.index)
    lists = series["part"] == "incomplete"
    derived = thresholds(matrix, last=banded.shape[1] - 1)
    figures = {
        ours: pd.Series(values, rows.index).where(lists) for ours, values in (derived | figures).items() if lists.any()
    }
    totals = {PART_TOTALS[part]: stated.where(series["part"] == part) for part in series["part"].unique()}
    return pd.DataFrame(totals | figures, index=rows.index)


def _rtt_checks(
    opened: Opened, mapping: SourceMapping, series: pd.DataFrame, figures: pd.DataFrame, banded: pd.DataFrame
) -> list[pd.DataFrame]:
    made = []
    key = ["scope", "month", "provider_code", "treatment_function_code"]
    for measure, values in figures.items():
        if measure not in _WAITS:
            what = str(measure).replace("_", " ")
            made.append(specialties(opened, what, series, key[:-1], values, required=mapping.expects_total_row))
    if mapping.bands:
        added = banded.sum(axis=1, min_count=1)
        stated = figures[[measure for measure in figures if measure in PART_TOTALS.values()]].bfill(axis=1).iloc[:, 0]
        made.append(bands(opened, mapping.bands.total, series, [*key, "part"], added, stated))
    return made + _inside(opened, series, key, figures, _RTT_INSIDE)


def _dm01_checks(
    opened: Opened, mapping: SourceMapping, series: pd.DataFrame, figures: pd.DataFrame, banded: pd.DataFrame
) -> list[pd.DataFrame]:
    made = band_checks(opened, series.join(figures).join(banded)) if mapping.bands else []
    return made + _inside(opened, series, ["month", "provider_code", "diagnostic_test_code"], figures, _DM01_INSIDE)


def _cancer_checks(
    opened: Opened, mapping: SourceMapping, series: pd.DataFrame, figures: pd.DataFrame, banded: pd.DataFrame
) -> list[pd.DataFrame]:
    """Every provider's own total is there, those in time and late add up, and providers come to no more than England."""
    whole, key = (series["route"] == ALL_CANCERS) & (series["cancer_type"] == ALL_CANCERS), _SERIES["cancer"]
    of_total = pd.MultiIndex.from_frame(series.loc[whole, key[:3]])
    if (alone := ~pd.MultiIndex.from_frame(series[key[:3]]).isin(of_total)).any():
        row = first_row(pd.Series(alone, series.index))
        said = ", ".join(str(series.at[row, column]) for column in key[:3])
        problem = f"The file tells of routes or types of cancer of {said} and of no total: a row of route and type {ALL_CANCERS!r}."
        raise opened.refused(problem, _CORRECT_OR_MAP, row=row)
    made = _inside(opened, series, key, figures, [("within_standard", "treated"), ("breaches", "treated")])
    if set(CANCER_MEASURES) <= set(figures):
        made.append(adds_up(opened, series.join(figures).dropna(subset=list(CANCER_MEASURES))))
    england = series["provider_code"] == ENGLAND
    of_whole, measures = ["month", *key[2:]], list(figures)
    added = series[of_whole].join(figures)[~england.to_numpy()].groupby(of_whole, as_index=False)[measures].sum()
    both = series[england].join(figures).merge(added, on=of_whole, suffixes=("", "_added"))
    made += [
        inside(opened, both, ["month"], (f"{words}, of all providers", both[f"{measure}_added"]), (words, both[measure]))
        for measure, words in ((str(measure), f"{measure} of England".replace("_", " ")) for measure in measures)
    ]  # fmt: skip
    return made


def _inside(
    opened: Opened, series: pd.DataFrame, key: list[str], figures: pd.DataFrame, pairs: list[tuple[str, str]]
) -> list[pd.DataFrame]:
    return [
        inside(opened, series, key, (part.replace("_", " "), figures[part]), (whole.replace("_", " "), figures[whole]))
        for part, whole in pairs
        if part in figures and whole in figures
    ]


_CHECKS = {"rtt": _rtt_checks, "dm01": _dm01_checks, "cancer": _cancer_checks}
LAYOUTS = (Layout(NAME, recognise, read),)
