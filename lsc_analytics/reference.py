"""What every room may know: months, waiting-time bands, who counts as what, and how many processors there are. It reads no files."""

from __future__ import annotations

import datetime as dt
import os
import re
from dataclasses import dataclass
from typing import Literal

ALL_SPECIALTIES = "C_999"  # the published total row: never added to the specialties
ALL_TESTS = "16"  # Diagnostic ID of the DM01 workbooks' total rows: never added to the tests
ALL_CANCERS = "all"  # route and cancer type of a provider's own total: never added to its parts
ENGLAND = "ENG"  # the provider code of England's own rows, where a table has them beside providers'
SYSTEM = "LSC"  # the four acute trusts together, wherever a trust code is asked for
PROVENANCE = "application/vnd.lsc.provenance+json"  # the output by which a notebook tells the batch its sources
CHARTS_CHECKED = (
    "LSC_CHARTS_CHECKED"  # variable: the charts of this report were checked in another of the same notebook
)
HEADING = "application/vnd.lsc.heading+json"  # the output by which a notebook tells the page what it is of
DEMO_MARK = "(DEMO DATA)"  # ends every provider name of generated files
NOT_ENGLISH_COMMISSIONED = "NONC"  # excluded from provider figures, as the published provider tables do
THRESHOLDS_WEEKS = (18, 52, 65, 78, 104)
LAST_RTT_BAND = 104  # "Gt 104 Weeks", open above
LAST_DM01_BAND = 13  # "13+ weeks", open above

# The history of treatment functions breaks here: see docs/glossary.md.
MONTH_NAMES = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Band:
    """One waiting-time band and which of its edges belongs to it.

    An RTT band is open below and closed above: "Gt 64 To 65" holds a wait of exactly 65 weeks, which is therefore not
    over 65 weeks. A DM01 band is closed below: 42 days is already a six-week breach (domain rule B3, derived from the
    band labels of the published files).

    >>> Band(64, 65, "above").holds(65 * 7), Band(6, 7, "below").holds(42)
    (True, True)
    """

    week_from: int
    week_to: int | None
    closed: Literal["above", "below"]

    def holds(self, days: int) -> bool:
        """Whether a wait of so many days falls in this band."""
        lower, upper = self.week_from * 7, None if self.week_to is None else self.week_to * 7
        if self.closed == "above":
            return lower < days and (upper is None or days <= upper)
        return lower <= days and (upper is None or days < upper)


def latest_clock_start(over_weeks: int, at: dt.date) -> dt.date:
    """By when a clock must have started for the wait to be over so many weeks at a date.

    RTT bands are closed above, so over N weeks means more than 7N whole days: a start on or before the date less
    (7N + 1) days.

    >>> latest_clock_start(65, dt.date(2024, 3, 31))
    datetime.date(2022, 12, 31)
    """
    return at - dt.timedelta(days=7 * over_weeks + 1)


def month_text(value: str | dt.date) -> str:
    """Any of the ways published files write a month, as YYYY-MM.

    Raises:
        ValueError: The text names no month.

    >>> [month_text(x) for x in ("RTT-January-2026", "2026-01-31", "September 2025", dt.date(2025, 4, 30), "2025-10")]
    ['2026-01', '2026-01', '2025-09', '2025-04', '2025-10']
    """
    if isinstance(value, dt.date):
        return f"{value.year:04d}-{value.month:02d}"
    if found := re.search(r"\b(\d{4})-(\d{2})(?:-\d{2})?\b", value):
        year, month = int(found[1]), int(found[2])
    elif found := re.search(r"([A-Za-z]{3,9})[\s_-]+(\d{4})", value):
        names = [name for name in MONTH_NAMES if name.lower().startswith(found[1].lower())]
        if len(names) != 1:
            raise ValueError(f"{value!r} names no month")
        year, month = int(found[2]), MONTH_NAMES.index(names[0]) + 1
    else:
        raise ValueError(f"{value!r} names no month")
    if not 1 <= month <= 12:
        raise ValueError(f"{value!r} names no month")
    return f"{year:04d}-{month:02d}"


def month_words(month: str) -> str:
    """A month as readers write it.

    >>> month_words("2026-01")
    'January 2026'
    """
    return f"{MONTH_NAMES[int(month[5:7]) - 1]} {month[:4]}"


def add_months(month: str, count: int) -> str:
    """The month so many months later.

    >>> add_months("2025-11", 3), add_months("2026-01", -1)
    ('2026-02', '2025-12')
    """
    index = int(month[:4]) * 12 + int(month[5:7]) - 1 + count
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def months_between(first: str, last: str) -> list[str]:
    """Every month from the first to the last, both included.

    >>> months_between("2025-12", "2026-02")
    ['2025-12', '2026-01', '2026-02']
    """
    count = (int(last[:4]) - int(first[:4])) * 12 + int(last[5:7]) - int(first[5:7])
    return [add_months(first, step) for step in range(count + 1)]


def month_end(month: str) -> dt.date:
    """The last day of a month: when a published list is counted.

    >>> month_end("2024-02")
    datetime.date(2024, 2, 29)
    """
    following = add_months(month, 1)
    return dt.date(int(following[:4]), int(following[5:7]), 1) - dt.timedelta(days=1)


def cores() -> int:
    """How many processors this process may use: so many processes at a time unless somebody says otherwise."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
