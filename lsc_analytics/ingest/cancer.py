"""Reads cancer waiting times: NHS England's provider extract ("CWT CRS ... Data Extract Provider"), a workbook of one sheet.

It checks the extract against itself and stores nothing; it does not say which standard binds.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from lsc_analytics.ingest import reconcile
from lsc_analytics.ingest.opened import Layout, Opened, first_row
from lsc_analytics.ingest.reading import Reading
from lsc_analytics.ingest.wide import long_measures
from lsc_analytics.reference import ALL_CANCERS, DEMO_MARK, MONTH_NAMES, month_text
from lsc_analytics.tables import CANCER_MEASURES, INGEST_CHECKS

SOURCE = "cancer_extract"
HEADER = [
    "PERIOD", "YEAR", "MONTH", "STANDARD", "ORG CODE", "STAGE/ROUTE", "TREATMENT MODALITY", "CANCER TYPE",
    "TOTAL TREATED", "WITHIN STANDARD", "BREACHES",
]  # fmt: skip
EVERY_TYPE, EVERY_MODALITY = "ALL CANCERS", "ALL MODALITIES"
STANDARDS = {"28-day FDS": "28_days", "31-day Combined": "31_days", "62-day Combined": "62_days"}
_ROUTES = {
    "urgent suspected cancer": "urgent_suspected_cancer",
    "breast symptomatic": "breast_symptomatic",
    "breast symptomatic, cancer not suspected": "breast_symptomatic",
    "screening": "screening",
    "national screening programme": "screening",
    "consultant upgrade": "consultant_upgrade",
    "first treatment": "first_treatment",
    "subsequent treatment": "subsequent_treatment",
}
_FIGURES = {"TOTAL TREATED": "treated", "WITHIN STANDARD": "within_standard", "BREACHES": "breaches"}
_RECOGNISED = {"STANDARD", "ORG CODE", "STAGE/ROUTE"}
_SERIES = ["month", "provider_code", "cancer_standard", "route"]
_AS_PUBLISHED = "Load the extract as published."
# Every month's extract is provisional until the half-year's final one, so a history with revisions (rank 3) goes before it.
_PROVISIONAL_RANK, _FINAL_RANK = 4, 1


def _sheet(opened: Opened) -> str | None:
    """The sheet with the extract's header near its top."""
    if opened.kind != "workbook":
        return None
    return next(
        (name for name in opened.sheets if any(set(map(str, row)) >= _RECOGNISED for row in opened.sheet(name)[:40])),
        None,
    )


def read_extract(opened: Opened) -> Reading:
    """Read the provider extract of cancer waiting times: any months, the three standards, every provider.

    **The extract tells of the same patients twice.** Of 31 and 62 days it has a row for every type of cancer (of all
    modalities of treatment), and a row for every modality (of all cancers); adding all rows counts everybody twice: RXN's
    62 days in April 2025 come to 499 instead of 249.5. The types are read, the modalities only compared with them. 28 days
    have types alone. In the extract of April to July 2025 both views agree in all 2,908 providers, months and routes.

    A patient whom two trusts share counts half at each, so a figure may end in .5, and the trusts of a system add up.

    Returns:
        `cancer_observations`: treated, within the standard and breaches of each route and type of cancer, and of both
        together ("all"), which is the sum that the two views agree on; and the checks. The source is cancer_extract.

    Raises:
        RefusedFileError: A column is missing, a value is no month, standard, route or count of halves, a row is in neither
            view or there twice, those within and the breaches do not add up to those treated, or the two views contradict
            each other.
    """
    sheet = _sheet(opened) or opened.sheets[0]
    rows = opened.sheet_table(sheet, HEADER)
    rows = rows.drop(columns=list(_FIGURES)).join(_counted(opened, rows)).pipe(_named, opened)
    by_type = rows["CANCER TYPE"].ne(EVERY_TYPE) & rows["TREATMENT MODALITY"].isin([EVERY_MODALITY, ""])
    by_modality = rows["CANCER TYPE"].eq(EVERY_TYPE) & ~rows["TREATMENT MODALITY"].isin([EVERY_MODALITY, ""])
    if (neither := ~(by_type | by_modality)).any():
        row = first_row(neither)
        raise opened.refused(
            f"The row is of {rows.at[row, 'CANCER TYPE']!r} and {rows.at[row, 'TREATMENT MODALITY'] or 'no modality'!r}: it is "
            "neither of one type of cancer nor of one modality of treatment.",
            _AS_PUBLISHED,
            row=row,
        )
    opened.refuse_twice(rows, [*_SERIES, "TREATMENT MODALITY", "CANCER TYPE"])
    checks = [
        adds_up(opened, rows),
        _views(opened, rows[by_type & rows["TREATMENT MODALITY"].ne("")], rows[by_modality]),
    ]
    figures = list(CANCER_MEASURES)
    parts = rows.loc[by_type, [*_SERIES, "CANCER TYPE", *figures]].rename(columns={"CANCER TYPE": "cancer_type"})
    totals = parts.groupby(_SERIES[:-1], as_index=False)[figures].sum()
    told = pd.concat([parts, totals.assign(route=ALL_CANCERS, cancer_type=ALL_CANCERS)], ignore_index=True)
    keys = told[[*_SERIES, "cancer_type"]].assign(source=SOURCE)
    revised = any(word in opened.name.lower() for word in ("final", "revis"))
    return Reading(
        file=opened.name,
        layout=EXTRACT.name,
        family="cancer",
        source=SOURCE,
        source_rank=_FINAL_RANK if revised else _PROVISIONAL_RANK,
        frames={
            "cancer_observations": long_measures(keys, {measure: told[measure] for measure in figures}),
            "ingest_checks": pd.concat(checks, ignore_index=True)[INGEST_CHECKS.names],
        },
        revised=revised,
        demo=sheet.endswith(DEMO_MARK),
        note="" if revised else "Its name does not say that it is final, so it is taken to be provisional.",
    )


def _counted(opened: Opened, rows: pd.DataFrame) -> pd.DataFrame:
    """The three figures under our names, none of them blank."""
    counts = opened.halves(rows, list(_FIGURES))
    for column in _FIGURES:
        if (blank := counts[column].isna()).any():
            raise opened.refused("The value is missing.", _AS_PUBLISHED, row=first_row(blank), column=column)
    return counts.rename(columns=_FIGURES)


def _named(rows: pd.DataFrame, opened: Opened) -> pd.DataFrame:
    """The same rows with month, provider, standard and route under our names, every value checked."""
    for column in ("PERIOD", "MONTH", "STANDARD", "ORG CODE", "STAGE/ROUTE", "CANCER TYPE"):
        if (blank := rows[column].isna()).any():
            raise opened.refused("The value is missing.", _AS_PUBLISHED, row=first_row(blank), column=column)
    opened.refuse_where(
        rows.astype({"ORG CODE": "str"}),
        ~rows["ORG CODE"].astype("str").str.fullmatch(r"[A-Z0-9]{3,6}"),
        "ORG CODE",
        "The value is not the code of an organisation:",
    )
    routes = rows["STAGE/ROUTE"].astype("str").str.casefold()
    opened.refuse_unknown(rows, "STANDARD", list(STANDARDS))
    if (unknown := ~routes.isin(_ROUTES.keys())).any():
        row = first_row(unknown)
        known = ", ".join(_ROUTES)
        raise opened.refused(
            f"{rows.at[row, 'STAGE/ROUTE']!r} is no route or stage that is known ({known}).",
            "If NHS England has added one, the reader must learn it (lsc_analytics/ingest/cancer.py).",
            row=row,
            column="STAGE/ROUTE",
        )
    months = rows["PERIOD"].map({period: _month(opened, rows, period) for period in rows["PERIOD"].unique()})
    abbreviated = months.map(lambda month: MONTH_NAMES[int(month[5:]) - 1][:3].upper())
    opened.refuse_where(
        rows.astype({"MONTH": "str"}),
        rows["MONTH"].astype("str").str[:3].str.upper() != abbreviated,
        "MONTH",
        "The month is not that of the period beside it:",
    )
    return rows.assign(
        month=months,
        provider_code=rows["ORG CODE"].astype("str"),
        cancer_standard=rows["STANDARD"].map(STANDARDS),
        route=routes.map(_ROUTES),
        **{"TREATMENT MODALITY": rows["TREATMENT MODALITY"].fillna("")},
    )


def _month(opened: Opened, rows: pd.DataFrame, period: str | dt.date) -> str:
    try:
        return month_text(period)
    except (ValueError, TypeError) as error:
        row = first_row(rows["PERIOD"].eq(period))
        raise opened.refused(f"{period!r} names no month.", _AS_PUBLISHED, row=row, column="PERIOD") from error


def adds_up(opened: Opened, rows: pd.DataFrame) -> pd.DataFrame:
    """Those within the standard and the breaches against those treated, row by row.

    Args:
        opened: The file, for the refusal.
        rows: Columns `month`, `provider_code` and the measures, index the row of the file.

    Returns:
        `tables.INGEST_CHECKS`, one row.

    Raises:
        RefusedFileError: They do not add up somewhere.
    """
    return reconcile.check(
        opened,
        "within the standard and breaches against treated",
        rows,
        rows["within_standard"] + rows["breaches"] - rows["treated"],
        rows["treated"],
        lambda row: (
            f"{row['provider_code']} has {row['treated']:g} treated, {row['within_standard']:g} within the standard and "
            f"{row['breaches']:g} breaches: the two do not add up to those treated."
        ),
        exact=True,
    )


def _views(opened: Opened, by_type: pd.DataFrame, by_modality: pd.DataFrame) -> pd.DataFrame:
    """The types of cancer against the modalities of treatment, the same patients told twice, in every figure."""
    figures = list(CANCER_MEASURES)
    views = {name: view.groupby(_SERIES)[figures].sum() for name, view in (("types", by_type), ("modes", by_modality))}
    both = views["types"].join(views["modes"].add_suffix("_by_modality"), how="outer")
    other = both[[f"{figure}_by_modality" for figure in figures]].set_axis(figures, axis=1)
    differs = (both[figures] - other).abs().max(axis=1, skipna=False).fillna(np.inf)
    compared = both.reset_index()

    def sentence(row: pd.Series) -> str:
        said = [
            f"{words} come to {_told(row['treated' + view])} treated and {_told(row['breaches' + view])} breaches"
            for words, view in (("types of cancer", ""), ("modalities of treatment", "_by_modality"))
        ]
        where = f"{row['provider_code']}, {row['cancer_standard'].replace('_', ' ')}, {row['route'].replace('_', ' ')}"
        return f"{where} in {row['month']}: its {' and its '.join(said)}. Rows are missing or were changed."

    return reconcile.check(
        opened,
        "types of cancer against modalities of treatment",
        compared,
        pd.Series(differs.to_numpy(), index=compared.index),
        compared["treated"].fillna(compared["treated_by_modality"]),
        sentence,
        exact=True,
    )


def _told(value: float) -> str:
    return "nothing" if np.isnan(value) else f"{value:,g}"


EXTRACT = Layout("cancer waiting times, provider extract", lambda opened: _sheet(opened) is not None, read_extract)
LAYOUTS = (EXTRACT,)
