"""Reads a diagnostic capacity file: rooms, sessions, slots and staff by site and test. See docs/diagnostic-capacity-contract.md.

It computes no activity (`models.diagnostic_capacity` does) and holds the figures against no published count.
"""

from __future__ import annotations

import re

import pandas as pd

from lsc_analytics.ingest.opened import CORRECT_IT, Layout, Opened, first_row
from lsc_analytics.ingest.reading import Reading
from lsc_analytics.parameters import diagnostics, trust_codes
from lsc_analytics.tables import DIAGNOSTIC_CAPACITY_VALUES, SITE_MEASURES

MAY_BE_BLANK = ("extra_sessions_possible", "cost_a_session", "tests_to_date")
_KEY = ["month", "provider_code", "site_code", "diagnostic_test_code"]
HEADER = ["data_kind", *_KEY[:3], "site_name", "site_kind", _KEY[3], *SITE_MEASURES]
KINDS = ["hospital", "cdc"]
_DAY = re.compile(r"(?<!\d)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)")


def read_diagnostic_capacity(opened: Opened) -> Reading:
    """Read what each site can do of each test: one row a site, test and month from which it holds.

    A day written in the file's name (capacity-2026-04-30.csv) is taken for the day of the file: where two files give
    another figure for the same site, test and month, the later one is read.

    Returns:
        `diagnostic_capacity_values`.

    Raises:
        RefusedFileError: A figure is missing, text, negative, or a share above 100 percent or written as a part of one; a
            trust or test is not known; a site has two names, kinds or trusts; sessions without slots; planned and
            unscheduled tests above 100 percent together; the same site and test twice in a month; demo and live mixed.
    """
    rows = opened.rows()
    for column in HEADER:
        if column not in MAY_BE_BLANK:
            opened.refuse_where(rows, rows[column].isna(), column, "The value is missing")
    opened.refuse_unknown(rows, "data_kind", ["demo", "live"])
    mixed = rows["data_kind"].ne(rows["data_kind"].iloc[0])
    opened.refuse_where(rows, mixed, "data_kind", "The file mixes demo and live figures, with")
    opened.refuse_unknown(rows, "provider_code", trust_codes(), "trust of organisations.yml")
    opened.refuse_unknown(rows, "site_kind", KINDS)
    tests = [known.code for known in diagnostics().tests]
    opened.refuse_unknown(rows, "diagnostic_test_code", tests, "Diagnostic ID of diagnostics.yml")
    month = rows["month"].str.fullmatch(r"20\d{2}-(0[1-9]|1[0-2])")
    opened.refuse_where(rows, ~month.astype(bool), "month", "The month is not written YYYY-MM:")
    _one_site_one_name(opened, rows)
    numbers = opened.numbers(rows, SITE_MEASURES, whole=False)
    _refuse_impossible(opened, rows, numbers)
    twice = rows.duplicated(_KEY)
    opened.refuse_where(rows, twice, "site_code", "The same site, test and month is there twice, the second time for")
    named = [*_KEY, "site_name", "site_kind"]
    told = pd.concat([rows[named], numbers], axis=1).melt(named, list(SITE_MEASURES), "measure", "value")
    told = told.dropna(subset=["value"]).assign(source="diagnostic_capacity")
    day = _DAY.search(opened.name)
    return Reading(
        file=opened.name,
        layout=CAPACITIES.name,
        family="diagnostic_capacity",
        source="diagnostic_capacity",
        source_rank=1,
        frames={DIAGNOSTIC_CAPACITY_VALUES.name: told.reset_index(drop=True)},
        published=day[0] if day else None,
        revised="revis" in opened.name.lower(),
        demo=rows["data_kind"].iloc[0] == "demo",
    )


CAPACITIES = Layout("diagnostic capacity", lambda opened: opened.header == HEADER, read_diagnostic_capacity)
LAYOUTS = (CAPACITIES,)


def _one_site_one_name(opened: Opened, rows: pd.DataFrame) -> None:
    first = rows.groupby("site_code")[["provider_code", "site_name", "site_kind"]].transform("first")
    for column in ("provider_code", "site_name", "site_kind"):
        differs = f"The site has another {column.replace('_', ' ')} than in an earlier row:"
        opened.refuse_where(rows, rows[column] != first[column], column, differs)


def _refuse_impossible(opened: Opened, rows: pd.DataFrame, numbers: pd.DataFrame) -> None:
    for column in SITE_MEASURES:
        if column.endswith("_percent"):
            opened.refuse_where(rows, numbers[column] > 100, column, "A share cannot be above 100 percent:")
        if column not in MAY_BE_BLANK:  # a dash is read as unknown, and these must be known
            opened.refuse_where(rows, numbers[column].isna(), column, "The value is missing:")
    used = numbers["utilisation_percent"]
    opened.refuse_where(
        rows,
        (used > 0) & (used <= 1),
        "utilisation_percent",
        "Percent are wanted, such as 85, and this looks like a part of one:",
    )
    idle = (numbers["sessions_a_week"] > 0) & (numbers["slots_a_session"] == 0)
    opened.refuse_where(rows, idle, "slots_a_session", "There are sessions, and a session holds no slots:")
    other = numbers["planned_percent"] + numbers["unscheduled_percent"]
    if (other > 100).any():
        row = first_row(other > 100)
        raise opened.refused(
            f"Planned and unscheduled tests together are {other[row]:g} percent of all tests, which is above 100.",
            CORRECT_IT,
            row=row,
            column="unscheduled_percent",
        )
    hospital = (rows["site_kind"] == "hospital") & numbers["tests_to_date"].notna()
    opened.refuse_where(
        rows, hospital, "tests_to_date", "Tests to date are those of a community diagnostic centre, and a hospital has"
    )
    opened.refuse_where(
        rows, numbers["tests_to_date"] % 1 > 0, "tests_to_date", "A count of tests is a whole number, not"
    )
