"""Working days in England: clocks start, people are seen and calls are made on no others."""

from __future__ import annotations

import datetime as dt

import holidays
import numpy as np


def days(first: dt.date, last: dt.date) -> np.ndarray:
    """Every day, both ends included.

    >>> days(dt.date(2025, 12, 31), dt.date(2026, 1, 1)).astype(str).tolist()
    ['2025-12-31', '2026-01-01']
    """
    return np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)


def worked(first: dt.date, last: dt.date) -> np.ndarray:
    """Whether each day, both ends included, is a working day.

    >>> worked(dt.date(2025, 12, 24), dt.date(2025, 12, 29)).tolist()
    [True, False, False, False, False, True]
    """
    closed = holidays.country_holidays("GB", subdiv="ENG", years=range(first.year, last.year + 1))
    return np.is_busday(days(first, last), holidays=[np.datetime64(day, "D") for day in sorted(closed)])


def working_days(first: dt.date, last: dt.date) -> np.ndarray:
    """The working days, both ends included."""
    return days(first, last)[worked(first, last)]
