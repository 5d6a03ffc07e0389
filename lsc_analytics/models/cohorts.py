"""The waiting list by weekly band, aged from month end to month end: who will be over 52 or 65 weeks.

Everyone over 65 weeks in three months is over 52 today: the band, not the past of the count, says how many there can be.
It knows nothing of Prophet: how many leave in all is given to it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.reference import LAST_RTT_BAND, month_end

BANDS = LAST_RTT_BAND + 1
# Waits within which people leave at about the same rate; edges in weeks. The edges below 52 and 65 separate those whom a
# trust books because they are about to breach; a month's ageing takes those of 61 to 65 weeks over the standard.
GROUP_EDGES = (0, 6, 18, 30, 42, 48, 52, 57, 61, 65, 78, BANDS)
_PRIOR_PATHWAYS = 20.0  # a cell's own rate and its trust's weigh the same at this many pathways in the group


def band_matrix(bands: pd.DataFrame, months: list[str]) -> np.ndarray:
    """Pathways by month and weekly band as an array, months by 105; the last column is over 104 weeks.

    Args:
        bands: Rows of one list's `tables.RTT_BAND_VIEW`, part incomplete.
        months: Months to take, in order; a month without a row is all empty (nan).
    """
    wide = bands.pivot_table(index="month", columns="week_from", values="pathways", aggfunc="sum", fill_value=0)
    return wide.reindex(columns=range(BANDS), fill_value=0).reindex(index=months).to_numpy(float)


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


def stay_rates(matrix: np.ndarray, months: list[str], prior: np.ndarray | None = None) -> np.ndarray:
    """What share of each group of waits was still waiting a month later, month by month.

    Learned from how published bands moved from one month end to the next, not from one month's stops: a cross-section
    overstates how long the longest waiters stay. Small groups lean on the prior (the trust's own rates over all
    specialties), by a pseudo-count of 20 pathways.

    Args:
        matrix: Months by 105, from `band_matrix`.
        months: Its months, consecutive.
        prior: Groups' rates by month, as this returns them; a flat 0.8 where None.

    Returns:
        (months - 1) by groups, each 0 to 1; nan where either month is missing.
    """
    edges = np.array(GROUP_EDGES)
    rates = np.full((len(months) - 1, len(edges) - 1), np.nan)
    for row in range(len(months) - 1):
        if np.isnan(matrix[[row, row + 1]]).any():
            continue
        weeks = weeks_in(months[row + 1])
        reached = np.concatenate([[0.0], np.cumsum(matrix[row + 1])])
        # Those of group [a, b) are at [a + weeks, b + weeks) a month later; the cumulative count is linear in a band.
        at = np.interp(np.minimum(edges + weeks, BANDS), np.arange(BANDS + 1), reached)
        at[-1] = reached[-1]
        left = np.add.reduceat(matrix[row], edges[:-1])
        believed = 0.8 if prior is None else np.nan_to_num(prior[row], nan=0.8)
        rates[row] = np.clip((np.diff(at) + _PRIOR_PATHWAYS * believed) / (left + _PRIOR_PATHWAYS), 0.0, 1.0)
    return rates


def simulate(
    start: np.ndarray, months: list[str], rates: np.ndarray, clock_starts: np.ndarray, closing: np.ndarray
) -> np.ndarray:
    """The bands at each future month end, draw by draw, adding up exactly to the list that the flows give.

    Each month everyone ages, new clock starts fill the youngest bands, and people leave at their group's rate raised or
    lowered together until the total is the closing list: the flows say how many leave, the rates say who.

    Args:
        start: 105 pathways at the as-of month end.
        months: Months ahead, in order.
        rates: (draws, months, groups) share that stays.
        clock_starts: (draws, months) new pathways.
        closing: (draws, months) list at each month end, 0 or more.

    Returns:
        (draws, months, 105) expected pathways; over the last axis they sum to `closing`.
    """
    draws = rates.shape[0]
    group = np.repeat(np.arange(len(GROUP_EDGES) - 1), np.diff(GROUP_EDGES))
    bands = np.broadcast_to(start, (draws, BANDS)).astype(float)
    told = np.empty((draws, len(months), BANDS))
    for step, month in enumerate(months):
        weeks = weeks_in(month)
        stay = np.clip(rates[:, step][:, group], 1e-6, 1 - 1e-6)
        new = np.zeros((draws, BANDS))
        filled = int(np.ceil(weeks))
        new[:, :filled] = clock_starts[:, step][:, None] / weeks
        new[:, filled - 1] *= weeks - (filled - 1)
        power = _power_for(bands, stay, np.maximum(closing[:, step] - new.sum(axis=1), 0.0))
        bands = age(bands * stay**power, weeks) + new
        total = bands.sum(axis=1)
        # What no rate between nobody and everybody leaving can reach (more joined than were reported) is spread evenly.
        bands *= np.where(total > 0, closing[:, step] / np.where(total > 0, total, 1.0), 0.0)[:, None]
        told[:, step] = bands
    return told


def _power_for(bands: np.ndarray, stay: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The power, one a draw, that raises stay rates so that so many stay: bisection, since the count falls with it."""
    low, high = np.zeros(len(wanted)), np.full(len(wanted), 8.0)
    for _ in range(30):
        middle = (low + high) / 2
        more = (bands * stay ** middle[:, None]).sum(axis=1) > wanted
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    return ((low + high) / 2)[:, None]


def over(bands: np.ndarray, weeks: int) -> np.ndarray:
    """Pathways over so many weeks: the bands above it, since an RTT band is closed above.

    >>> start = np.zeros(BANDS); start[64] = 7.0; start[65] = 2.0
    >>> over(start, 65)
    np.float64(2.0)
    """
    return bands[..., weeks:].sum(axis=-1)
