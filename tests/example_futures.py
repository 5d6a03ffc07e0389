"""A small list and what is expected of it, invented, for tests of capacity and scenarios."""

from __future__ import annotations

import numpy as np

from lsc_analytics.models import cohorts
from lsc_analytics.models.futures import Ahead
from lsc_analytics.models.identity import close
from lsc_analytics.reference import add_months


def ahead(seed: int = 1, draws: int = 20, months: int = 7, scale: float = 1.0, function: str = "C_110") -> Ahead:
    """A list of about 2,300 with waits up to 70 weeks, 100 a week joining and 80 seen, as of January 2026."""
    random = np.random.default_rng(seed)
    start = np.zeros(cohorts.BANDS)
    start[:70] = scale * np.linspace(60, 5, 70).round()
    shape = (draws, months)
    starts = scale * random.normal(430, 30, shape).round().clip(0)
    stops = scale * random.normal(340, 30, shape).round().clip(0)
    removals = scale * random.normal(60, 20, shape).round()
    stops, removals, _ = close(float(start.sum()), starts, stops, removals)
    groups = len(cohorts.GROUP_EDGES) - 1
    return Ahead(
        "2026-01",
        "RXN",
        function,
        [add_months("2026-01", step) for step in range(1, months + 1)],
        start,
        random.uniform(0.6, 0.95, (draws, months, groups)),
        starts,
        stops,
        removals,
        random.random((draws, months, 2)),
        0.4,
    )
