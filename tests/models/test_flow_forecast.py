"""A seasonal flow is expected to repeat its season, and never to go below nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.models.flow_forecast import forecast_series, working_days
from lsc_analytics.reference import add_months


def series(values: np.ndarray) -> pd.Series:
    """Values month by month from January 2023."""
    return pd.Series(values.astype(float), index=[add_months("2023-01", step) for step in range(len(values))])


def test_working_days_leave_out_bank_holidays() -> None:
    """April 2025 has 22 weekdays and two bank holidays at Easter."""
    assert working_days("2025-04") == 20


def test_a_yearly_pattern_is_repeated() -> None:
    """A flow that halves every December is expected to do so again."""
    flow = series(np.array([100 if month % 12 != 11 else 50 for month in range(36)]))
    told = dict(zip(*(lambda f: (f.months, f.expected))(forecast_series(flow, 12)), strict=True))
    assert told["2026-12"] < 0.8 * told["2026-10"]


def test_a_falling_flow_stops_at_nothing() -> None:
    """A count is never expected to be negative; a net flow may be."""
    falling = series(np.linspace(100, 2, 30))
    assert (forecast_series(falling, 12).expected >= 0).all()
    assert (forecast_series(falling, 12, at_least=None).expected < 0).any()


def test_a_gap_is_no_zero() -> None:
    """A month that is missing is not taken for a month of nothing."""
    flow = series(np.full(30, 100.0) + np.arange(30) % 3)
    with_gap = flow.drop("2024-03")
    assert abs(forecast_series(with_gap, 3).expected - forecast_series(flow, 3).expected).max() < 3
