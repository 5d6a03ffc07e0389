"""Turns wide RTT rows (a column a measure, a column a weekly band) into the long tables, and bands into thresholds.

It reads no files and judges nothing: `reconcile` compares, readers refuse.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from lsc_analytics.reference import THRESHOLDS_WEEKS

_18_WEEKS = THRESHOLDS_WEEKS[0]

# The measure that the bands of each part add up to.
PART_TOTALS = {
    "incomplete": "total_incomplete",
    "decision_to_admit": "decision_to_admit",
    "admitted": "admitted_stops",
    "non_admitted": "non_admitted_stops",
}


def thresholds(bands: np.ndarray, last: int) -> dict[str, np.ndarray]:
    """How many incomplete pathways wait within 18 weeks and over 52, 65, 78 and 104, from their weekly bands.

    RTT bands are open below and closed above, so "over 65 weeks" starts at the band "Gt 65 To 66" and a wait of exactly
    65 weeks is not in it (see `reference.Band`). A threshold inside the last, open band cannot be told and is left out.

    Args:
        bands: One row a series, one column a band from 0 to 1 week on, the last one open.
        last: Lower edge of the last band: 104, or 52 in extracts before April 2021.

    >>> ones = np.ones((1, 53))
    >>> {name: int(value[0]) for name, value in thresholds(ones, 52).items()}
    {'within_18_weeks': 18, 'over_52_weeks': 1}
    """
    found = {f"within_{_18_WEEKS}_weeks": bands[:, :_18_WEEKS].sum(axis=1)}
    return found | {
        f"over_{weeks}_weeks": bands[:, weeks:].sum(axis=1) for weeks in THRESHOLDS_WEEKS[1:] if weeks <= last
    }


def long_measures(keys: pd.DataFrame, measures: Mapping[str, pd.Series | np.ndarray]) -> pd.DataFrame:
    """Measure columns as rows of `measure` and `value`; an unknown figure gives no row.

    Args:
        keys: The columns that identify a series, one row each.
        measures: Figures by measure, in the order of `keys`.
    """
    values = np.column_stack([pd.Series(each).to_numpy("float64", na_value=np.nan) for each in measures.values()])
    rows, columns = np.nonzero(~np.isnan(values))
    names = np.array(list(measures), dtype=object)
    return keys.iloc[rows].reset_index(drop=True).assign(measure=names[columns], value=values[rows, columns])


def long_bands(keys: pd.DataFrame, bands: np.ndarray, count: str) -> pd.DataFrame:
    """Band columns as rows of `week_from`, `week_to` and the count; zero and unknown bands give no row.

    Args:
        keys: The columns that identify a series, one row each.
        bands: One row a series, one column a band from 0 to 1 week on, the last one open.
        count: What the count's column is called: pathways, or waiting.

    >>> long_bands(pd.DataFrame({"part": ["incomplete"]}), np.array([[3, 0, 5]]), "pathways").values.tolist()
    [['incomplete', 0, 1, 3], ['incomplete', 2, <NA>, 5]]
    """
    known = np.nan_to_num(bands)
    rows, weeks = np.nonzero(known)
    upper = pd.array(weeks + 1, dtype="Int64")
    upper[weeks == bands.shape[1] - 1] = pd.NA
    return (
        keys.iloc[rows]
        .reset_index(drop=True)
        .assign(**{"week_from": weeks, "week_to": upper, count: known[rows, weeks].astype("int64")})
    )
