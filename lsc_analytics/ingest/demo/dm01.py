"""Invented DM01 provider workbooks in the published layout. It writes no figure that any trust ever reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np
from openpyxl import Workbook

from lsc_analytics.ingest.demo import cohorts
from lsc_analytics.ingest.demo.cohorts import Plan, Shape
from lsc_analytics.parameters import Demo, test_name, trust_name
from lsc_analytics.reference import (
    ALL_TESTS,
    DEMO_MARK,
    LAST_DM01_BAND,
    add_months,
    month_end,
    month_words,
    months_between,
)

REGION = ("Y62", "North West Commissioning Region")
BANDS = ["0 <01 weeks", *(f"{week:02d} <{week + 1:02d} weeks" for week in range(1, LAST_DM01_BAND)), "13+ weeks"]
COUNTS = ["Total Waiting List", "Number waiting 6+ Weeks", "Number waiting 13+ Weeks", "Percentage waiting 6+ weeks"]
ACTIVITY = [
    "Planned tests / procedures",
    "Unscheduled tests / procedures",
    "Waiting list tests / procedures (excluding planned)",
]
_PROVIDER = ["Regional Team Code", "Regional Team Name", "Provider Code", "Provider Name"]
_SHAPE = Shape(steady=0.12, urgent=0.15, urgent_weeks=0.7, late=0.8, late_weeks=1.2)
_LISTS_STREAM, _ACTIVITY_STREAM = 2, 3  # of the seed: every kind of record draws apart from the others
_WEEKS_A_MONTH = 365.25 / 12 / 7


def lists(demo: Demo) -> list[tuple[str, str]]:
    """Trust and test of every list, in the order of the simulation's rows."""
    return [(code, test) for code, trust in demo.dm01.trusts.items() for test in sorted(trust.lists, key=int)]


def simulate(demo: Demo) -> list[cohorts.Month]:
    """Every month of every list: joined is the demand, seen the waiting list activity."""
    return list(cohorts.simulate(_plan(demo), [demo.seed, _LISTS_STREAM]))


def workbooks(demo: Demo, months: Sequence[cohorts.Month]) -> Iterator[tuple[str, Workbook]]:
    """Every month's provider workbook, with its month; the months are those of `simulate`."""
    known = lists(demo)
    for month in months:
        random = np.random.default_rng([demo.seed, _ACTIVITY_STREAM, int(month.month.replace("-", ""))])
        tests = [demo.dm01.tests[test] for _, test in known]
        activity = month.seen.sum(axis=1)
        usual = (activity + month.joined) / 2  # planned and unscheduled tests do not follow the list's capacity closely
        planned = random.poisson(usual * np.array([test.planned for test in tests]) / 100)
        unscheduled = random.poisson(usual * np.array([test.unscheduled for test in tests]) / 100)
        yield month.month, _workbook(month.month, known, np.c_[month.waiting, planned, unscheduled, activity])


def name(month: str) -> str:
    """A provider workbook's name as NHS England gives it, marked as demo data.

    >>> name("2026-01")
    'DEMO-Monthly-Diagnostics-Web-File-Provider-January-2026.xlsx'
    """
    return f"DEMO-Monthly-Diagnostics-Web-File-Provider-{month_words(month).replace(' ', '-')}.xlsx"


def _plan(demo: Demo) -> Plan:
    dm01, known = demo.dm01, lists(demo)
    months = months_between(add_months(demo.first_month, -1), demo.last_month)
    season = np.array(demo.starts_season)[[int(month[5:]) - 1 for month in months]]
    size = np.array([dm01.trusts[trust].lists[test] for trust, test in known], dtype=float)
    of_test = np.array([dm01.tests[test].weeks for _, test in known])
    weeks = of_test[:, None] * np.array(
        [cohorts.course(dm01.trusts[trust].weeks_of_demand, months) for trust, _ in known]
    )
    demand = size / weeks[:, -1] * _WEEKS_A_MONTH  # a month
    joining = (demand / cohorts.WORKING_DAYS_A_MONTH)[:, None] * season
    aimed = (demand / _WEEKS_A_MONTH)[:, None] * weeks
    limit = of_test[:, None] * np.array([cohorts.course(dm01.trusts[trust].limit_weeks, months) for trust, _ in known])
    return Plan(
        months=months,
        band_starts=np.arange(0, 7 * LAST_DM01_BAND + 1, 7),  # closed below: day 42 is in "06 <07 weeks"
        joining=joining,
        aimed=aimed,
        growing=np.diff(aimed, prepend=aimed[:, :1]),
        limit=limit,
        removals=dm01.removals_percent / 100,
        shape=_SHAPE,
        capacity_season=demo.capacity_season,
        step_days=1,
    )


def _workbook(month: str, known: list[tuple[str, str]], counts: np.ndarray) -> Workbook:
    """One month as a provider workbook.

    Args:
        month: YYYY-MM.
        known: Trust and test of each row of counts.
        counts: People by band, then planned, unscheduled and waiting list tests.
    """
    trusts = np.array([trust for trust, _ in known])
    by_provider, by_test = [], []
    for trust in dict.fromkeys(trusts):
        provider = [*REGION, trust, f"{trust_name(trust)} {DEMO_MARK}"]
        of_trust = counts[trusts == trust]
        total = of_trust.sum(axis=0)
        by_provider.append([*provider, *_figures(total)])
        tests = [(int(test), test_name(test)) for of, test in known if of == trust]
        by_test += [
            [*provider, *test, *_figures(row)]
            for test, row in zip([*tests, (int(ALL_TESTS), "Total")], [*of_trust, total], strict=True)
        ]
    workbook = Workbook(write_only=True)
    overall = _figures(counts.sum(axis=0))
    _sheet(workbook, "Provider", month, _PROVIDER, overall, by_provider)
    _sheet(workbook, "Provider by Test", month, [*_PROVIDER, "Diagnostic ID", "Diagnostic Test Name"], overall, by_test)
    return workbook


def _figures(counts: np.ndarray) -> list[int | float | None]:
    """A row's cells: total, 6+, 13+, share 6+, the bands, an empty column, and three kinds of activity."""
    waiting = [int(count) for count in counts[: len(BANDS)]]
    total, over_6 = sum(waiting), sum(waiting[6:])
    share = over_6 / total if total else 0
    return [
        total,
        over_6,
        waiting[LAST_DM01_BAND],
        share,
        *waiting,
        None,
        *(int(done) for done in counts[len(BANDS) :]),
    ]


def _sheet(
    workbook: Workbook, title: str, month: str, keys: list[str], overall: list[int | float | None], rows: list[list]
) -> None:
    """One sheet: the title block, the header on row 14, the total row, a blank row, then a row a provider or test."""
    published = month_end(add_months(month, 1)) + dt.timedelta(days=13)  # about six weeks after the month
    before_bands = [None] * (len(keys) - 1 + len(COUNTS))
    over_bands = ["Number of Patients Waiting at Month End", *[None] * (len(BANDS) - 1), "Timebands \n Waiting"]
    sheet = workbook.create_sheet(title)
    lines: list[list] = [
        [],
        ["Title:", "Monthly Diagnostics"],
        ["Summary:", "Waiting times and activity for Diagnostic tests and procedures"],
        [],
        ["Period:", month_words(month)],
        ["Source:", "Generated demo data in the layout of DM01"],
        ["Basis:", "Provider"],
        ["Published:", f"{published.day}th {month_words(f'{published:%Y-%m}')}"],
        ["Revised:"],
        ["Status:", "Demo data"],
        ["Contact:", "Nobody: these figures are invented"],
        [],
        ["Provider level data", *before_bands, *over_bands, "Activity during month", None, None, "Activity"],
        [*keys, *COUNTS, *BANDS, None, *ACTIVITY],
        [None, None, None, "Total", *[None] * (len(keys) - 4), *overall],
        [],
        *rows,
    ]
    for line in lines:
        sheet.append([None, *line] if line else [])
