"""Invented offers for mutual aid, in the columns of the capacity contract: some trusts offer, and two independent sites."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.parameters import Demo
from lsc_analytics.reference import months_between

NAME = "DEMO-capacity.csv"
_STREAM = 7  # of the seed: every kind of record draws apart from the others


def offered(demo: Demo) -> pd.DataFrame:
    """Every offer.

    Returns:
        A row a provider, specialty and month, columns and values as in `docs/aid-capacity-contract.md`, after
        `data_kind`: whole clock stops, the 10% figure never above the middle one.
    """
    told, random = demo.mutual_aid, np.random.default_rng([demo.seed, _STREAM])
    rows = []
    for provider, lists in told.offers.items():
        for function, level in lists.items():
            for month in months_between(told.first_month, told.last_month):
                middle = round(level * random.uniform(0.85, 1.15))
                sure = int(middle * random.uniform(0.6, 0.9))
                rows.append(("demo", provider, function, month, middle, sure))
    columns = [
        "data_kind",
        "provider_code",
        "treatment_function_code",
        "month",
        "aid_clock_stops_p50",
        "aid_clock_stops_p10",
    ]
    return pd.DataFrame(rows, columns=columns)
