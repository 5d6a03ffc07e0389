"""A monthly series by Prophet: what a seasonal flow, such as clock starts, is expected to be in the months ahead.

The only module that knows Prophet's `ds` and `y`. It does not know what the flow means, nor what a list is.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
import pandas as pd

from lsc_analytics.reference import add_months, month_end

_MONTHS_FOR_SEASONS = 24  # a yearly pattern is not told from chance in less than two years
_YEARLY_TERMS = 4  # more, and the 365.25-day year makes January differ from year to year
_FEATURES_KEPT = 64  # sets of months: a list's origins, fitted and told of
_TINY = 10  # a month: counts this small stray by a third of themselves, which hides any season
_SYSTEM_PRIOR = (
    100  # pathways a month: a specialty or trust with fewer leans more on the system's shape than on its own
)


@dataclass(frozen=True)
class FlowForecast:
    """What a series is expected to do, and how far it strayed from that before.

    Attributes:
        months: Months ahead, YYYY-MM.
        expected: Expected value of each.
        residuals: Actual less fitted, by month seen, in the series' unit.
        adjusted: Actual less its season and its working days, by month seen: where its level stood.
        algorithm: `LBFGS`, or `Newton` where that failed; `constant` where there was nothing to fit; `pooled` where the
            shape is that of its specialty and trust.
        terms: How many numbers season and working days took from the months seen: as many degrees of freedom are
            missing from how `adjusted` strays.
    """

    months: list[str]
    expected: np.ndarray
    residuals: pd.Series
    adjusted: pd.Series
    algorithm: Literal["LBFGS", "Newton", "constant", "pooled"]
    terms: int = 0


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
    on. Fitted by LBFGS, which is nine times faster on short series than Prophet's default, and by Newton where LBFGS
    fails, which `algorithm` tells. Both start from the same place and draw nothing, so the same series gives the same
    answer.

    Args:
        series: One value a month, the index YYYY-MM in order; gaps are allowed.
        horizon: Months ahead.
        at_least: Guard: expectations below it are raised to it. None for a series that may be negative.

    Returns:
        One `FlowForecast`.

    >>> months = [add_months("2023-01", i) for i in range(30)]
    >>> steady = forecast_series(pd.Series(100.0, index=months), 2)
    >>> steady.months, steady.expected.round(), steady.algorithm
    (['2025-07', '2025-08'], array([100., 100.]), 'constant')
    """
    ahead = [add_months(series.index[-1], step) for step in range(1, horizon + 1)]
    if series.nunique() == 1:  # nothing to fit, and a constant makes Prophet's scaling divide by nothing
        return FlowForecast(ahead, np.full(horizon, float(series.iloc[0])), series * 0.0, series * 1.0, "constant")
    seasonal = len(series) >= _MONTHS_FOR_SEASONS
    model, algorithm = _fit(_frame(list(series.index)).assign(y=series.to_numpy(float)), seasonal=seasonal)
    told = model.predict(_frame([*series.index, *ahead]))
    fitted, season = (told[part].to_numpy()[: len(series)] for part in ("yhat", "additive_terms"))
    expected = told["yhat"].to_numpy()[len(series) :]
    if at_least is not None:
        expected = np.maximum(expected, at_least)
    terms = 1 + 2 * _YEARLY_TERMS * seasonal  # working days, and a sine and a cosine each
    return FlowForecast(ahead, expected, series - fitted, series - season, algorithm, terms)


def leans(flow: pd.Series) -> bool:
    """Whether a flow is too short or too small to be told from its own past: under 24 months, or under ten a month.

    >>> leans(pd.Series([12.0] * 24)), leans(pd.Series([12.0] * 23)), leans(pd.Series([9.0] * 24))
    (False, True, True)
    """
    known = flow.dropna()
    return len(known) < _MONTHS_FOR_SEASONS or bool(known.tail(12).mean() < _TINY)


def forecast_pooled(
    flows: pd.DataFrame, horizon: int, only: Collection[Hashable] | None = None
) -> dict[Hashable, FlowForecast]:
    """What is each list's flow expected to be, where short and tiny lists lean on those like them?

    A list with 24 months or more, and ten pathways a month or more, is forecast by itself, exactly as by
    `forecast_series`. Any other keeps its own level and takes the shape (growth, season and working days) of its
    specialty over all trusts, of its trust over all specialties and of the whole system, in proportion to their size:

        shape(t) = (n_s f_s(t) + n_t f_t(t) + 100 f(t)) / (n_s + n_t + 100)
        expected(t) = shape(t) x own pathways of the last twelve months seen / shape summed over the same months

    where f is what Prophet fits to, and expects of, the sum of the group's lists that have every month, divided by that
    sum's mean month n; the system counts as 100 pathways a month. So a specialty of 900 pathways a month weighs 18%, a
    trust of 4,000 weighs 80%, and the system 2%. A group without a complete list has no say; where no list at all is
    complete, each is forecast by itself. The formula is ours: the larger group strays less, and the system steadies
    both.

    Args:
        flows: Months (YYYY-MM, in order, without gaps) by lists, columns (provider_code, treatment_function_code); nan
            where a list has no figure. Counts: a flow that may be negative has no shape in proportion to itself.
        horizon: Months ahead.
        only: The lists to forecast; all of them where None. The others still give the shape.

    Returns:
        A `FlowForecast` for every list asked for with a figure in the last month.
    """
    complete = flows.loc[:, flows.notna().all()] if len(flows) >= _MONTHS_FOR_SEASONS else flows.iloc[:, :0]
    shapes: dict[tuple[str, Hashable], tuple[float, pd.Series]] = {}

    def shape(group: str, code: Hashable) -> tuple[float, pd.Series] | None:
        """Mean month of a group, and its fitted and expected months as multiples of that."""
        if (group, code) not in shapes:
            level = {"trust": 0, "specialty": 1}.get(group)
            mine = complete if level is None else complete.loc[:, complete.columns.get_level_values(level) == code]
            total = mine.sum(axis=1)
            if not total.mean() > 0:
                return None
            told = forecast_series(total, horizon)
            whole = pd.concat([total - told.residuals, pd.Series(told.expected, told.months)]).clip(lower=0)
            shapes[group, code] = float(total.mean()), whole / total.mean()
        return shapes[group, code]

    told: dict[Hashable, FlowForecast] = {}
    for list_name in flows.columns[flows.iloc[-1].notna()]:
        if only is not None and list_name not in only:
            continue
        own = flows[list_name].loc[flows[list_name].first_valid_index() :]
        known = own.dropna()
        leaning = leans(known)
        groups = [shape("specialty", list_name[1]), shape("trust", list_name[0])] if leaning else []
        everyone = shape("system", "") if leaning else None
        if everyone is None:
            told[list_name] = forecast_series(known, horizon)
            continue
        weighed = [(size, each) for size, each in filter(None, groups)] + [(_SYSTEM_PRIOR, everyone[1])]
        mixed = sum(size * each for size, each in weighed) / sum(size for size, _ in weighed)
        recent = known.tail(12)
        level = recent.sum() / mixed[recent.index].sum()
        fitted = level * mixed[known.index]
        expected = level * mixed.iloc[-horizon:]
        told[list_name] = FlowForecast(
            list(expected.index), expected.to_numpy(), known - fitted, known - fitted + level, "pooled"
        )
    return told


def _frame(months: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {"ds": pd.to_datetime([f"{month}-01" for month in months]), "working_days": [working_days(m) for m in months]}
    )


def _fit(seen: pd.DataFrame, *, seasonal: bool) -> tuple[Any, Literal["LBFGS", "Newton"]]:
    """A fitted Prophet, and which optimiser succeeded."""
    # cmdstanpy tells of every chain, prophet.plot of a plotting library that nothing here needs. A level would not do:
    # cmdstanpy sets its own at its first fit.
    for chatty in ("cmdstanpy", "prophet", "prophet.plot"):
        logging.getLogger(chatty).disabled = True

    def unfitted() -> Any:
        model = _prophet()(
            growth="linear",
            n_changepoints=min(12, len(seen) // 4),
            changepoint_prior_scale=0.05,
            yearly_seasonality=_YEARLY_TERMS if seasonal else False,
            weekly_seasonality=False,
            daily_seasonality=False,
            uncertainty_samples=0,
        )
        model.add_regressor("working_days")
        return model

    quick = unfitted()
    quick.stan_backend.set_options(newton_fallback=False)  # Prophet's own fallback leaves no trace but a log line
    try:
        return quick.fit(seen, algorithm="LBFGS", seed=1), "LBFGS"
    except RuntimeError:
        return unfitted().fit(seen, algorithm="Newton", seed=1), "Newton"


@cache
def _prophet() -> Any:
    """Prophet, which makes the seasons and working days of the same months once and not again for every list.

    Its features are a function of the months and of its settings alone, and take longer to lay out than a short series
    to fit: two fits of every list and origin share them. Asserted equal to Prophet's own in the tests.
    """
    from prophet import Prophet

    made: OrderedDict[Any, Any] = OrderedDict()

    class Remembering(Prophet):
        def make_all_seasonality_features(self, df: pd.DataFrame) -> Any:
            key = df["ds"].to_numpy().tobytes(), df["working_days"].to_numpy().tobytes(), (*self.seasonalities,)
            if key not in made:
                made[key] = super().make_all_seasonality_features(df)
                if len(made) > _FEATURES_KEPT:
                    made.popitem(last=False)
            features, scales, columns, modes = made[key]
            return features, [*scales], columns, {mode: [*names] for mode, names in modes.items()}

    return Remembering
