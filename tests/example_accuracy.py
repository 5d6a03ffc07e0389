"""Small invented results of the accuracy study, for its tests."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.reference import ALL_SPECIALTIES


def judged(**columns: object) -> pd.DataFrame:
    """Two forecasts one, two and three months ahead, of a trust of the system and of another."""
    frame = pd.DataFrame(
        {
            "as_of": "2025-01", "provider_code": ["RXL", "XYZ"] * 3, "treatment_function_code": "C_110",
            "measure": "total_incomplete", "target_month": np.repeat(["2025-02", "2025-03", "2025-04"], 2),
            "horizon": np.repeat([1, 2, 3], 2), "method": "pooled", "mean": [95.0, 10] * 3, "median": [95.0, 10] * 3,
            "lower_80": [90.0, 8] * 3, "upper_80": [98.0, 12] * 3, "lower_95": [85.0, 5] * 3, "upper_95": [101.0, 15] * 3,
            "probability_any": 1.0, "last_value": [90.0, 4] * 3, "outturn": [100.0, 10] * 3, "scale": [5.0, 1] * 3,
        }
    )  # fmt: skip
    return frame.assign(**columns)


def flags(score: list[float], came: list[bool], flagged: list[bool] | None = None, **columns: object) -> pd.DataFrame:
    """Flags of so many lists, as `tables.FLAGS`."""
    frame = pd.DataFrame(
        {
            "measure": "over_65_weeks", "share_percent": 0.5, "target_month": "2024-03", "as_of": "2023-09", "horizon": 6,
            "provider_code": [f"R{place:02d}" for place in range(len(score))], "treatment_function_code": ALL_SPECIALTIES,
            "method": "last_value", "score": score, "came": came, "flagged": flagged or [each > 0.5 for each in score],
        }
    )  # fmt: skip
    return frame.assign(**columns)
