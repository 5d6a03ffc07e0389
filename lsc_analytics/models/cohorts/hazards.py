"""What share of the list is still waiting a month later, by how long it has waited. It ages and forecasts nothing."""

from __future__ import annotations

import numpy as np

from lsc_analytics.models.cohorts.ageing import BANDS, weeks_in

# Waits within which people leave at about the same rate; edges in weeks. The edges below 52 and 65 separate those whom a
# trust books because they are about to breach; a month's ageing takes those of 61 to 65 weeks over the standard.
GROUP_EDGES = (0, 6, 18, 30, 42, 48, 52, 57, 61, 65, 78, BANDS)
_PRIOR_PATHWAYS = 20.0  # a cell's own rate and its trust's weigh the same at this many pathways in the group


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
