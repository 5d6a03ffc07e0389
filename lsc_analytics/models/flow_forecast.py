"""A monthly series by Prophet: what a seasonal flow, such as clock starts, is expected to be in the months ahead.

The only module that knows Prophet's `ds` and `y`. It does not know what the flow means.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from lsc_analytics.reference import add_months, month_end

_MONTHS_FOR_SEASONS = 24  # a yearly pattern is not told from chance in less than two years
_YEARLY_TERMS = 4  # more, and the 365.25-day year makes January differ from year to year


@dataclass(frozen=True)
class FlowForecast:
    """What a series is expected to do, and how far it strayed from that before.

    Attributes:
        months: Months ahead, YYYY-MM.
        expected: Expected value of each.
        residuals: Actual less fitted, by month seen, in the series' unit.
    """

    months: list[str]
    expected: np.ndarray
    residuals: pd.Series


@cache
def working_days(month: str) -> int:
    """Days on which an elective clinic would run: Monday to Friday less England's bank holidays.

    >>> working_days("2025-12"), working_days("2026-01")
    (21, 21)
    """
    import holidays

    last = month_end(month)
    free = holidays.country_holidays("GB", subdiv="ENG", years=last.year)
    days = pd.date_range(last.replace(day=1), last)
    return sum(day.weekday() < 5 and day.date() not in free for day in days)


def forecast_series(series: pd.Series, horizon: int, *, at_least: float | None = 0.0) -> FlowForecast:
    """What is this monthly series expected to be in the months ahead?

    Prophet with working days in the month as a regressor, on month starts; yearly seasonality from two years of history
    on. Fitted by LBFGS, which is nine times faster on short series than Prophet's default.

    Args:
        series: One value a month, the index YYYY-MM in order; gaps are allowed.
        horizon: Months ahead.
        at_least: Guard: expectations below it are raised to it. None for a series that may be negative.

    Returns:
        One `FlowForecast`.

    >>> months = [add_months("2023-01", i) for i in range(30)]
    >>> steady = forecast_series(pd.Series(100.0, index=months), 2)
    >>> steady.months, steady.expected.round()
    (['2025-07', '2025-08'], array([100., 100.]))
    """
    ahead = [add_months(series.index[-1], step) for step in range(1, horizon + 1)]
    if series.nunique() == 1:  # nothing to fit, and a constant makes Prophet's scaling divide by nothing
        return FlowForecast(ahead, np.full(horizon, float(series.iloc[0])), series * 0.0)
    model = _fit(
        _frame(list(series.index)).assign(y=series.to_numpy(float)), seasonal=len(series) >= _MONTHS_FOR_SEASONS
    )
    told = model.predict(_frame([*series.index, *ahead]))["yhat"].to_numpy()
    expected = told[len(series) :]
    if at_least is not None:
        expected = np.maximum(expected, at_least)
    return FlowForecast(ahead, expected, series - told[: len(series)])


def _frame(months: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {"ds": pd.to_datetime([f"{month}-01" for month in months]), "working_days": [working_days(m) for m in months]}
    )


def _fit(seen: pd.DataFrame, *, seasonal: bool) -> Any:
    # cmdstanpy tells of every chain, prophet.plot of a plotting library that nothing here needs. A level would not do:
    # cmdstanpy sets its own at its first fit.
    for chatty in ("cmdstanpy", "prophet", "prophet.plot"):
        logging.getLogger(chatty).disabled = True
    from prophet import Prophet

    model = Prophet(
        growth="linear",
        n_changepoints=min(12, len(seen) // 4),
        changepoint_prior_scale=0.05,
        yearly_seasonality=_YEARLY_TERMS if seasonal else False,
        weekly_seasonality=False,
        daily_seasonality=False,
        uncertainty_samples=0,
    )
    model.add_regressor("working_days")
    return model.fit(seen, algorithm="LBFGS", seed=1)  # Prophet itself falls back to Newton where this fails
