"""Reads RTT full extracts: every provider, commissioner, part and treatment function of one month, by weekly band.

It keeps providers, summed over their commissioners, and beside them the lists that the system's own integrated care board
commissions, wherever they wait; of other commissioners it keeps nothing apart. DuckDB reads the file.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from lsc_analytics.errors import RefusedFileError
from lsc_analytics.ingest.opened import Layout, Opened
from lsc_analytics.ingest.reading import SOURCE_RANKS, Reading
from lsc_analytics.ingest.reconcile import bands, check, specialties
from lsc_analytics.ingest.wide import long_bands, long_measures, thresholds
from lsc_analytics.parameters import organisations
from lsc_analytics.reference import LAST_RTT_BAND, NOT_ENGLISH_COMMISSIONED, month_text
from lsc_analytics.tables import RTT_PARTS
from lsc_analytics.tables.database import connection

NAME = "RTT full extract"
SOURCE = "full_extract"

_PERIOD, _PART, _FUNCTION = "Period", "RTT Part Type", "Treatment Function Code"
_PROVIDER, _PROVIDER_NAME, _PARENT = "Provider Org Code", "Provider Org Name", "Provider Parent Org Code"
_COMMISSIONER, _BOARD = "Commissioner Org Code", "Commissioner Parent Org Code"
_KEYS = (_PERIOD, _PROVIDER, _PROVIDER_NAME, _PARENT, _COMMISSIONER, _PART, _FUNCTION)
_TOTAL, _UNKNOWN, _ALL = "Total", "Patients with unknown clock start date", "Total All"
_CLOCK_STARTS = "Part_3"
_PARTS = {published: ours for ours, published in RTT_PARTS.items()} | {_CLOCK_STARTS: "clock_starts"}
_FLOWS = {"admitted": "admitted_stops", "non_admitted": "non_admitted_stops", "clock_starts": "clock_starts"}
_LAST_BANDS = (LAST_RTT_BAND, 52)  # 105 bands since April 2021, before that 53, the last one "Gt 52 Weeks SUM 1"
_SERIES = ["scope", "month", "provider_code", "treatment_function_code"]
_SPREADSHEET_LIMITS = (65_535, 1_048_575)  # data rows that fit below a header in .xls and in .xlsx
# Providers return decisions to admit apart from the list; in January 2026 the two of 1% of the series contradict.
_PROVIDERS_MAY_ERR = 0.1
_EDITED = "Rows or columns were moved, added or lost. Download the extract again and load it as published."


def band_headers(last: int) -> list[str]:
    """Headers of the weekly bands in order, the last one open.

    >>> band_headers(52)[0], band_headers(52)[-1], len(band_headers(104))
    ('Gt 00 To 01 Weeks SUM 1', 'Gt 52 Weeks SUM 1', 105)
    """
    return [f"Gt {week:02d} To {week + 1:02d} Weeks SUM 1" for week in range(last)] + [f"Gt {last} Weeks SUM 1"]


def recognise(opened: Opened) -> bool:
    """Whether the header names RTT parts and treatment functions, complete or not."""
    return {_PART, _FUNCTION}.issubset(opened.header)


def read(opened: Opened) -> Reading:
    """What do the providers of one full extract report?

    Figures are summed over commissioners, without NONC (not English commissioned), as the published provider tables do
    (checked for January 2026: 3,600 of 3,600 provider x function series agree); NONC rows are summed apart as scope
    "nonc". `Total All` is the list, because `Total` is blank for Part_2; 18 weeks and the long waits come from the
    bands.

    Rows whose commissioner parent is the system's own board (`organisations.yml`) are summed once more, incomplete pathways
    alone, as scope "icb": a part of the provider figures, never to be added to them.

    A provider that reports a flow (clock starts, stops) for any function and not for this one had none: zero. The same
    holds for decisions to admit where the function has a list. A function without a row in Part_2 has no list: no row.

    Returns:
        Frames rtt_observations, rtt_bands, providers and ingest_checks.

    Raises:
        RefusedFileError: The file is cut short, a band is missing, a count is textual, negative or not whole, a row
            occurs twice, or bands, specialties and totals contradict each other. An extract that breaks off exactly
            between two commissioners agrees with itself: only a fall of its last provider's list can show that.
    """
    last = _check_header(opened)
    with opened.plain_csv() as path:
        sums, of_board = _sum_over_commissioners(opened, path, last)
    if sums.empty:
        raise opened.no_rows()
    sums, of_board = _series(opened, sums), _series(opened, of_board)
    banded = sums[band_headers(last)].to_numpy()
    checks = [
        _bands_against_totals(opened, sums, banded),
        specialties(
            opened, _ALL, sums, ["scope", "month", "provider_code", "published_part"], sums[_ALL], remedy=_EDITED
        ),
        _decisions_inside_incomplete(opened, sums, banded),
    ]
    counted = (sums["part"] != "clock_starts").to_numpy()
    found = long_bands(sums.loc[counted, [*_SERIES, "part"]], banded[counted], "pathways")
    names = sums.drop_duplicates("provider_code")
    providers = names[["provider_code", "provider_name", "parent_code"]]
    return Reading(
        file=opened.name,
        layout=NAME,
        family="rtt",
        source=SOURCE,
        source_rank=SOURCE_RANKS[SOURCE],
        frames={
            "rtt_observations": _observations(sums, of_board, last).assign(source=SOURCE),
            "rtt_bands": found.assign(source=SOURCE),
            "providers": providers.reset_index(drop=True),
            "ingest_checks": pd.concat(checks, ignore_index=True),
        },
        revised="revis" in opened.name.lower() or bool(sums["period"].str.lower().str.contains("revis").any()),
        demo=opened.is_demo(providers["provider_name"]),
        note="" if last == LAST_RTT_BAND else "Weekly bands end at 52: no counts over 65, 78 and 104 weeks.",
    )


def _check_header(opened: Opened) -> int:
    """The last band, once every column is there."""
    last = next((last for last in _LAST_BANDS if band_headers(last)[-1] in opened.header), LAST_RTT_BAND)
    needed = [*_KEYS, *band_headers(last), _ALL, _TOTAL, _UNKNOWN]
    if missing := [name for name in needed if name not in opened.header]:
        span = repr(missing[0]) if len(missing) == 1 else f"{missing[0]!r} to {missing[-1]!r}"
        columns = "column" if len(missing) == 1 else f"{len(missing)} columns"
        raise opened.refused(f"The header of this {NAME} lacks {columns}: {span}.", _EDITED, row=1)
    opened.refuse_double_headers()
    return last


def _sum_over_commissioners(opened: Opened, path: Path, last: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a month x NONC or not x provider x part x function, with what shows damage in its rows.

    And the same of the incomplete pathways alone that the system's own board commissions; an extract from before the board,
    or without the column, has none.
    """
    counts = [*band_headers(last), _TOTAL, _UNKNOWN, _ALL]
    place = dict(_places(opened))
    types = ", ".join(f"{at}: '{'DOUBLE' if header in counts else 'VARCHAR'}'" for header, at in _places(opened))
    source = (
        f"read_csv('{path}', header=true, auto_detect=false, delim=',', quote='\"', escape='\"', columns={{{types}}})"
    )
    nonc = f"coalesce({place[_COMMISSIONER]} = '{NOT_ENGLISH_COMMISSIONED}', false)"
    ours = f"{place[_BOARD]} = '{organisations().icb_code}' AND NOT {nonc}" if _BOARD in place else "false"
    grouped = f"""
        CREATE TEMP TABLE grouped AS
        SELECT {place[_PERIOD]} AS period, {place[_PROVIDER]} AS provider_code, {place[_PART]} AS published_part,
               {place[_FUNCTION]} AS treatment_function_code,
               CASE WHEN {nonc} THEN '{NOT_ENGLISH_COMMISSIONED.lower()}' ELSE 'provider' END AS scope,
               coalesce({ours} AND {place[_PART]} = '{RTT_PARTS["incomplete"]}', false) AS ours,
               max({place[_PROVIDER_NAME]}) AS provider_name,
               max({place[_PARENT]}) AS parent_code, count(*) AS rows,
               count(DISTINCT coalesce({place[_COMMISSIONER]}, '')) AS commissioners,
               count({place[_ALL]}) AS totals, min(least({", ".join(place[count] for count in counts)})) AS least,
               {", ".join(f'coalesce(sum({place[count]}), 0) AS "{count}"' for count in counts)}
        FROM {source} GROUP BY ALL
    """
    added = f"""
        SELECT period, provider_code, published_part, treatment_function_code, %s AS scope,
               max(provider_name) AS provider_name, max(parent_code) AS parent_code, sum(rows)::BIGINT AS rows,
               sum(commissioners)::BIGINT AS commissioners, sum(totals)::BIGINT AS totals, min(least) AS least,
               {", ".join(f'sum("{count}") AS "{count}"' for count in counts)}
        FROM grouped WHERE %s GROUP BY ALL ORDER BY ALL
    """
    with connection() as asked:
        try:
            asked.execute(grouped)
        except (duckdb.ConversionException, duckdb.InvalidInputException) as error:
            raise _place_of_damage(opened, str(error)) from error
        sums = asked.execute(added % ("scope", "true")).df()
        rows = int(sums["rows"].sum())
        if rows in _SPREADSHEET_LIMITS:
            raise opened.refused(
                f"The file holds exactly {rows:,} rows, as many as a spreadsheet could keep: it was cut short.",
                "Download the extract again and do not save it from a spreadsheet.",
            )
        figures = sums[counts].to_numpy()
        if (sums["least"] < 0).any() or not np.isfinite(figures).all() or (figures % 1 != 0).any():
            raise _first_wrong_count(opened, source, [place[count] for count in counts])
        of_board = asked.execute(added % ("'icb'", "ours")).df()
    return sums, of_board


def _places(opened: Opened) -> list[tuple[str, str]]:
    """Each header with the name DuckDB knows its column by: headers may be blank or hold quotation marks."""
    return [(header, f"c{index}") for index, header in enumerate(opened.header)]


def _place_of_damage(opened: Opened, message: str) -> RefusedFileError:
    """What DuckDB says of a row it cannot read, as a sentence with its place."""
    found = re.search(r"Line: (\d+)", message)
    row = int(found[1]) if found else None
    if width := re.search(r"Expected Number of Columns: \d+ Found: (\d+)", message):
        return opened.wrong_width(row, int(width[1]))
    if cell := re.search(r'converting column "c(\d+)"\. Could not convert string "(.*?)" to', message, re.DOTALL):
        return opened.not_a_count(cell[2], row=row, column=opened.header[int(cell[1])])
    return opened.refused("The csv cannot be read: a quotation mark is missing or line endings are mixed.", row=row)


def _first_wrong_count(opened: Opened, source: str, counts: list[str]) -> RefusedFileError:
    """The refusal of the first count that is negative, not whole or not finite, with its place."""
    wrong = " OR ".join(f"{count} < 0 OR NOT isfinite({count}) OR {count} <> floor({count})" for count in counts)
    with connection(threads=1) as asked:  # rows are numbered in the order of the file
        row, *figures = asked.execute(
            f"SELECT row, {', '.join(counts)} FROM (SELECT row_number() OVER () + 1 AS row, * FROM {source}) "
            f"WHERE {wrong} ORDER BY row LIMIT 1"
        ).fetchall()[0]
    known = [(value, at) for value, at in zip(figures, counts, strict=True) if value is not None]
    value, at = next((value, at) for value, at in known if value < 0 or not float(value).is_integer())
    return opened.not_a_count(f"{value:g}", row=row, column=opened.header[int(at[1:])])


def _series(opened: Opened, sums: pd.DataFrame) -> pd.DataFrame:
    """The sums with our scope, month and part, once keys are complete, known and unique."""
    keys = {
        "period": _PERIOD,
        "provider_code": _PROVIDER,
        "published_part": _PART,
        "treatment_function_code": _FUNCTION,
    }
    for column, published in keys.items():
        if sums[column].isna().any():
            raise opened.refused(f"{int(sums.loc[sums[column].isna(), 'rows'].sum())} rows lack it.", column=published)
    if unknown := sorted(set(sums["published_part"]) - set(_PARTS)):
        raise opened.refused(f"{unknown[0]!r} is no RTT part; known are {', '.join(_PARTS)}.", _EDITED, column=_PART)
    if (double := sums["rows"] > sums["commissioners"]).any():
        row = sums[double].iloc[0]
        raise opened.refused(
            f"{row['provider_code']}, {row['published_part']}, {row['treatment_function_code']} is there twice for one "
            f"commissioner; so it is for {int(double.sum()):,} of {len(sums):,} series.",
            "Two extracts were joined or rows copied. Download the extract again and load it as published.",
        )
    try:
        months = {period: month_text(period) for period in sums["period"].unique()}
    except ValueError as error:
        raise opened.refused(f"{error}.", "The period is written like RTT-January-2026.", column=_PERIOD) from error
    return sums.assign(
        month=sums["period"].map(months),
        part=sums["published_part"].map(_PARTS),
        provider_name=sums["provider_name"].fillna(sums["provider_code"]),
    )


def _bands_against_totals(opened: Opened, sums: pd.DataFrame, banded: np.ndarray) -> pd.DataFrame:
    added = pd.Series(banded.sum(axis=1) + sums[_UNKNOWN].to_numpy(), index=sums.index)
    total_alone = (sums["part"] == "clock_starts") & (added == 0)  # Part_3 is published without bands
    return bands(
        opened,
        _ALL,
        sums,
        ["month", "provider_code", "published_part", "treatment_function_code"],
        added.mask(total_alone),
        sums[_ALL].mask(sums["totals"] < sums["rows"]),  # a blank total
        remedy=_EDITED,
    )


def _decisions_inside_incomplete(opened: Opened, sums: pd.DataFrame, banded: np.ndarray) -> pd.DataFrame:
    parts = {
        part: pd.DataFrame(banded[(sums["part"] == part).to_numpy()], index=pd.MultiIndex.from_frame(
            sums.loc[sums["part"] == part, _SERIES])) for part in ("incomplete", "decision_to_admit")
    }  # fmt: skip
    inner = parts["decision_to_admit"]
    outer = parts["incomplete"].reindex(inner.index, fill_value=0.0)
    series = inner.index.to_frame(index=False)
    difference = pd.Series((inner - outer).clip(lower=0).sum(axis=1).to_numpy(), dtype="float64")
    series["decided"], series["listed"] = inner.sum(axis=1).to_numpy(), outer.sum(axis=1).to_numpy()

    def sentence(row: pd.Series) -> str:
        return (
            f"Part_2A of {row['provider_code']}, {row['treatment_function_code']} ({row['decided']:,.0f} pathways) is "
            f"not inside its Part_2 ({row['listed']:,.0f} pathways) band by band."
        )

    return check(
        opened, "Part_2A inside Part_2", series, difference, series["listed"], sentence, remedy=_EDITED,
        tolerated_series=_PROVIDERS_MAY_ERR,
    )  # fmt: skip


def _lists(incomplete: pd.DataFrame, last: int) -> pd.DataFrame:
    banded = incomplete[band_headers(last)].to_numpy()
    return long_measures(incomplete[_SERIES], {"total_incomplete": incomplete[_ALL], **thresholds(banded, last)})


def _observations(sums: pd.DataFrame, of_board: pd.DataFrame, last: int) -> pd.DataFrame:
    incomplete = sums[sums["part"] == "incomplete"]
    lists, found = incomplete[_SERIES], [_lists(each, last) for each in (incomplete, of_board) if len(each)]
    everyone = sums[_SERIES].drop_duplicates()
    for part in ("decision_to_admit", *_FLOWS):
        rows = sums[sums["part"] == part]
        reporting = rows[_SERIES[:-1]].drop_duplicates()
        series = (lists if part == "decision_to_admit" else everyone).merge(reporting)
        values = series.merge(rows[[*_SERIES, _ALL]], how="left")[_ALL].fillna(0.0)
        found.append(long_measures(series, {_FLOWS.get(part, part): values}))
    return pd.concat(found, ignore_index=True)


def _in_spreadsheet(opened: Opened) -> bool:
    return opened.kind == "workbook" and _PART in _first_row(opened)


def _first_row(opened: Opened) -> list[str]:
    return [str(value).strip() for value in next(iter(opened.sheet(opened.sheets[0])), [])]


def _refuse_spreadsheet(opened: Opened) -> Reading:
    """Refuse an extract that went through a spreadsheet, saying what it lost there."""
    lost = []
    rows = len(opened.sheet(opened.sheets[0])) - 1
    if rows in _SPREADSHEET_LIMITS:
        lost.append(f"it holds exactly {rows:,} rows, as many as a spreadsheet could keep")
    header = _first_row(opened)
    if gone := [name for name in band_headers(LAST_RTT_BAND) if name not in header]:
        lost.append(f"{len(gone)} weekly bands are gone, {gone[0]!r} to {gone[-1]!r}")
    said = f": {' and '.join(lost)}" if lost else ""
    raise opened.refused(
        f"This is an {NAME} saved as a workbook{said}.", "Download the extract again and load the csv or zip as it is."
    )


LAYOUTS = (Layout(NAME, recognise, read), Layout(f"{NAME} in a spreadsheet", _in_spreadsheet, _refuse_spreadsheet))
