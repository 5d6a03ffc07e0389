"""Invented lists for diagnostic tests with a count over every week, for tests of methods that learn from many of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.reference import add_months, months_between

LAST = "2025-06"


def panel(providers: int = 8, months: int = 17, seed: int = 5) -> pd.DataFrame:
    """Three tests of each provider: a large list, a middling one and one of a few people; long waits that come and go."""
    random = np.random.default_rng(seed)
    rows = []
    for provider in range(providers):
        for test, level in (("1", 2000), ("3", 400), ("12", 12)):
            phase = random.uniform(0, 6)
            for step, month in enumerate(months_between(add_months(LAST, 1 - months), LAST)):
                total = round(level * random.uniform(0.98, 1.02))
                stays = 0.75 + 0.1 * np.sin(step + phase)  # from one week to the next
                over = {f"waiting_{week}_plus": round(total * stays**week) for week in range(1, 14)}
                counts = {"total_waiting": total, "waiting_list_activity": round(total * 0.8), **over}
                rows += [(f"R{provider:02d}", test, month, name, float(value)) for name, value in counts.items()]
    return pd.DataFrame(rows, columns=["provider_code", "diagnostic_test_code", "month", "measure", "value"])
