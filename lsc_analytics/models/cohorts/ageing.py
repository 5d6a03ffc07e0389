"""The list by weekly band, as an array, and what a month does to it if nobody joins or leaves. It knows no exits."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.reference import LAST_RTT_BAND, month_end

BANDS = LAST_RTT_BAND + 1


def band_matrix(bands: pd.DataFrame, months: list[str]) -> np.ndarray:
    """Pathways by month and weekly band as an array, months by 105; the last column is over 104 weeks.

    Args:
        bands: Rows of one list's `tables.RTT_BAND_VIEW`, part incomplete.
        months: Months to take, in order; a month without a row is all empty (nan).
    """
    place = pd.Index(months).get_indexer(pd.Index(bands["month"]))
    asked = bands[place >= 0]
    matrix = np.full((len(months), BANDS), np.nan)
    matrix[np.unique(place[place >= 0])] = 0.0
    np.add.at(matrix, (place[place >= 0], asked["week_from"].to_numpy(int)), asked["pathways"].to_numpy(float))
    return matrix


def weeks_in(month: str) -> float:
    """Weeks by which everyone's wait grows in a month.

    >>> weeks_in("2026-02")
    4.0
    """
    return month_end(month).day / 7


def age(bands: np.ndarray, weeks: float) -> np.ndarray:
    """Bands so many weeks later if nobody joined or left: shifted, a fraction of a week shared between two bands.

    The total is kept exactly; those past the last edge stay in the open band.

    Args:
        bands: (..., 105) pathways.
        weeks: Weeks gone by, 0 or more.

    >>> start = np.zeros(BANDS); start[60] = 10.0
    >>> later = age(start, 4.5); later[64], later[65], later.sum()
    (np.float64(5.0), np.float64(5.0), np.float64(10.0))
    """
    whole, part = int(weeks), weeks - int(weeks)
    moved = np.zeros_like(bands)
    for shift, share in ((whole, 1 - part), (whole + 1, part)):
        moved[..., shift:] += share * bands[..., : BANDS - shift]
        moved[..., -1] += share * bands[..., BANDS - shift :].sum(axis=-1)
    return moved


def over(bands: np.ndarray, weeks: int) -> np.ndarray:
    """Pathways over so many weeks: the bands above it, since an RTT band is closed above.

    >>> start = np.zeros(BANDS); start[64] = 7.0; start[65] = 2.0
    >>> over(start, 65)
    np.float64(2.0)
    """
    return bands[..., weeks:].sum(axis=-1)
