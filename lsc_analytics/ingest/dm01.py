"""Reads DM01, monthly diagnostic waits and activity: the provider workbooks and the csv full extract.

It checks each file against its own totals and stores nothing; it does not say what a wait means.
"""

from __future__ import annotations

import pandas as pd

from lsc_analytics.ingest import dm01_figures as figures
from lsc_analytics.ingest.dm01_figures import FIGURES, SERIES, WEEKS
from lsc_analytics.ingest.opened import Layout, Opened
from lsc_analytics.ingest.reading import SOURCE_RANKS, Reading
from lsc_analytics.reference import ALL_TESTS, LAST_DM01_BAND, NOT_ENGLISH_COMMISSIONED, month_text

_BY_TEST, _BY_PROVIDER = "Provider by Test", "Provider"
_CODE, _NAME, _ID, _LABEL = "Provider Code", "Provider Name", "Diagnostic ID", "Diagnostic Test Name"
_PERCENT = "Percentage waiting 6+ weeks"
_WORKBOOK_FIGURES: dict[str, str | int] = {
    "Total Waiting List": "total_waiting",
    "Number waiting 6+ Weeks": "waiting_6_plus",
    "Number waiting 13+ Weeks": "waiting_13_plus",
    "Planned tests / procedures": "planned_activity",
    "Unscheduled tests / procedures": "unscheduled_activity",
    "Waiting list tests / procedures (excluding planned)": "waiting_list_activity",
    "0 <01 weeks": 0,
    **{f"{week:02d} <{week + 1:02d} weeks": week for week in WEEKS[1:-1]},
    "13+ weeks": LAST_DM01_BAND,
}

_PROVIDER, _PROVIDER_NAME, _COMMISSIONER, _TESTS = (
    "Provider Org Code", "Provider Org Name", "Commissioner Org Code", "Diagnostic Tests",
)  # fmt: skip
_PARENT = "Provider Parent Org Code"
_EXTRACT_FIGURES: dict[str, str | int] = {
    "Total WL": "total_waiting",
    "Planned Activity": "planned_activity",
    "Unscheduled Activity": "unscheduled_activity",
    "Waiting List Activity": "waiting_list_activity",
    "00 < 01 Week": 0,
    **{f"{week:02d} < {week + 1:02d} Weeks": week for week in WEEKS[1:-1]},
    "13+ Weeks": LAST_DM01_BAND,
}


def _is_workbook(opened: Opened) -> bool:
    """By its title, so that a DM01 workbook without the sheet that is read is told what it lacks."""
    if opened.kind != "workbook":
        return False
    if _BY_TEST in opened.sheets:
        return True
    cells = [str(value) for row in opened.sheet(opened.sheets[0])[:5] for value in row]
    return any("Monthly Diagnostics" in cell for cell in cells)


def read_workbook(opened: Opened) -> Reading:
    """Read a "Monthly Diagnostics Web File Provider" workbook (.xls or .xlsx).

    The sheet "Provider by Test" is read: a row a provider and test, test 16 being the provider's total, the first row
    England's. The sheet "Provider" is only compared: it also lists providers that had nothing to report.

    Returns:
        `dm01_observations` (the six measures of `tables.DM01_MEASURES`), `dm01_bands`, `providers` and the checks, of
        source provider_workbook.

    Raises:
        RefusedFileError: A sheet or column is missing, a count is no count, a test is unknown or told twice, or the
            bands, the tests, the two sheets or England's row contradict each other. The twelve published workbooks at
            hand (August 2024 to July 2025) agree everywhere, exactly, so nothing is tolerated.
    """
    rows = opened.sheet_table(_BY_TEST, [_CODE, _NAME, _ID, _LABEL, _PERCENT, *_WORKBOOK_FIGURES])
    sheet = opened.sheet_table(_BY_PROVIDER, [_CODE, _NAME, *_WORKBOOK_FIGURES])
    title = opened.title_block(_BY_TEST)
    opened.numbers(rows, [_PERCENT], whole=False)  # not stored: a text that is no number means shifted columns
    rows, sheet = (_counted(opened, each).assign(month=title.month, scope="provider") for each in (rows, sheet))
    england = rows[rows["provider_code"].isna() & rows[_NAME].eq("Total")]
    rows = rows.drop(index=england.index)
    if (unnamed := rows["provider_code"].isna()).any():
        raise opened.refused("The row has no provider code.", row=figures.first_row(unnamed), column=_CODE)
    rows["diagnostic_test_code"] = figures.diagnostic_ids(opened, rows[_LABEL], opened.numbers(rows, [_ID])[_ID])
    opened.refuse_twice(rows, SERIES)
    is_total = rows["diagnostic_test_code"] == ALL_TESTS
    tests, totals = rows[~is_total], rows[is_total]
    if tests.empty:
        raise opened.refused(f"The sheet {_BY_TEST!r} holds totals only.", "Load the workbook as published.")
    providers = sheet[sheet["provider_code"].notna()]
    everyone = {"everyone": "England"}
    checks = [
        *figures.band_checks(opened, tests),
        figures.same(
            opened, f"{_BY_TEST}: tests against the provider's total", totals, tests, "provider_code",
            "its tests add up to",
        ),
        figures.same(
            opened, f"{_BY_TEST} against {_BY_PROVIDER}", providers, tests, "provider_code",
            f"the tests of the sheet {_BY_TEST!r} add up to",
        ),
        figures.same(
            opened, f"{_BY_TEST}: providers against England", england.assign(**everyone), tests.assign(**everyone),
            "everyone", "its providers add up to",
        ),
    ]  # fmt: skip
    return Reading(
        file=opened.name,
        layout=WORKBOOK.name,
        family="dm01",
        source="provider_workbook",
        source_rank=SOURCE_RANKS["provider_workbook"],
        frames=figures.frames(tests, "provider_workbook", checks, tests.set_index("provider_code")[_NAME]),
        published=title.published,
        revised=title.revised,
        demo=opened.is_demo(tests[_NAME].astype(str)),
    )


def _counted(opened: Opened, rows: pd.DataFrame) -> pd.DataFrame:
    """A workbook's rows with counts as numbers under our names."""
    counts = opened.numbers(rows, _WORKBOOK_FIGURES).rename(columns=_WORKBOOK_FIGURES)
    return rows.drop(columns=list(_WORKBOOK_FIGURES)).rename(columns={_CODE: "provider_code"}).join(counts)


def _is_extract(opened: Opened) -> bool:
    return opened.kind == "csv" and {_PROVIDER, _TESTS, "Total WL"} <= set(opened.header)


def read_extract(opened: Opened) -> Reading:
    """Read the DM01 full extract (csv, or a zip of one): a row a provider, commissioner and test.

    Unverified: no published file was at hand. The columns, the labels in capitals ("PERIPHERAL_NEUROPHYS") and the
    TOTAL rows are as several public repositories that load it describe them, the same from 2019 to 2026. Commissioner
    NONC is kept apart from provider figures, as the provider tables of RTT do; whether those of DM01 do was not seen.

    Returns:
        As `read_workbook`, of source full_extract and scopes provider and nonc; six weeks and more and thirteen weeks
        and more come from the bands.

    Raises:
        RefusedFileError: As `read_workbook`; TOTAL rows are compared with the tests they total.
    """
    named = ["Period", _PROVIDER, _PROVIDER_NAME, _COMMISSIONER, _TESTS]
    if missing := [column for column in (*named, *_EXTRACT_FIGURES) if not opened.has(column)]:
        raise opened.refused(f"The header lacks {', '.join(map(repr, missing[:5]))}.", "Load the extract as published.")
    rows = opened.rows()
    for column in named:
        if (blank := rows[column].isna()).any():
            raise opened.refused("The value is missing.", row=figures.first_row(blank), column=column)
    counts = opened.numbers(rows, _EXTRACT_FIGURES).rename(columns=_EXTRACT_FIGURES)
    rows = rows.drop(columns=list(_EXTRACT_FIGURES)).join(counts).rename(columns={_PROVIDER: "provider_code"})
    rows["month"] = rows["Period"].map({period: _month(opened, rows, period) for period in rows["Period"].unique()})
    rows["scope"] = rows[_COMMISSIONER].eq(NOT_ENGLISH_COMMISSIONED).map({True: "nonc", False: "provider"})
    rows["diagnostic_test_code"] = figures.diagnostic_ids(opened, rows[_TESTS])
    rows["waiting_6_plus"], rows["waiting_13_plus"] = rows[WEEKS[6:]].sum(axis=1), rows[LAST_DM01_BAND]
    pair = ["month", "provider_code", _COMMISSIONER]
    opened.refuse_twice(rows, [*pair, "diagnostic_test_code"])
    is_total = rows["diagnostic_test_code"] == ALL_TESTS
    tests, totals = rows[~is_total], rows[is_total]
    if tests.empty:
        raise opened.refused("The extract holds totals only.", "Load the extract as published.")
    checks = [
        *figures.band_checks(opened, tests),
        figures.same(opened, "tests against the TOTAL row", totals, tests, pair, "its tests add up to"),
    ]
    return Reading(
        file=opened.name,
        layout=EXTRACT.name,
        family="dm01",
        source="full_extract",
        source_rank=SOURCE_RANKS["full_extract"],
        frames=figures.frames(
            tests.groupby(SERIES, as_index=False)[FIGURES].sum(min_count=1),
            "full_extract",
            checks,
            rows.set_index("provider_code")[_PROVIDER_NAME],
            rows.set_index("provider_code").get(_PARENT),
        ),
        revised="revised" in opened.name.lower(),
        demo=opened.is_demo(rows[_PROVIDER_NAME]),
        note="This layout was built from descriptions, without a published file: compare a month with its workbook.",
    )


def _month(opened: Opened, rows: pd.DataFrame, period: str) -> str:
    try:
        return month_text(period)
    except ValueError as error:
        row = figures.first_row(rows["Period"].eq(period))
        raise opened.refused(f"{period!r} names no month.", row=row, column="Period") from error


WORKBOOK = Layout("DM01 provider workbook", _is_workbook, read_workbook)
EXTRACT = Layout("DM01 full extract, csv", _is_extract, read_extract)
LAYOUTS = (WORKBOOK, EXTRACT)
