"""The bands month by month where flows are known: the flows say how many leave, the hazards say who.

It knows nothing of Prophet: clock starts and the closing list are given to it.
"""

from __future__ import annotations

import numpy as np

from lsc_analytics.models.cohorts.ageing import BANDS, age, weeks_in
from lsc_analytics.models.cohorts.hazards import GROUP_EDGES
from lsc_analytics.models.staying import NOBODY, power_for

_MOST = 8.0  # a month in which rates of staying are raised further is one in which the list is emptied


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
        some = total > NOBODY
        bands *= np.where(some, closing[:, step] / np.where(some, total, 1.0), 0.0)[:, None]
        told[:, step] = bands
    return told


def _power_for(bands: np.ndarray, stay: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The power, one a draw, that raises stay rates so that so many stay.

    Everyone in a group stays at one rate, so the groups are counted once and the search is over eleven of them.
    """
    edges = np.array(GROUP_EDGES[:-1])
    held, logs = np.add.reduceat(bands, edges, axis=1), np.log(stay[:, edges])
    return power_for(held, logs, wanted, most=_MOST)[:, None]
