"""The methods that take one list at a time, and the cohorts, from past months: on a sample, since each takes a fit a list.

The methods are in `models.series` and `models.cohorts`; Prophet on the bare stock, which nothing leads with, is fitted here
to keep its row in the record.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np
import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.models import cohorts, forecast, scores, series
from lsc_analytics.models.family import Family
from lsc_analytics.models.flow_forecast import forecast_series
from lsc_analytics.reference import add_months

PROPHET = "prophet_stock"
COHORT = "cohort"
_ANY = 0.5  # a count is whole: from here on it rounds to one


def judged(
    figures: pd.DataFrame,
    kind: Family,
    measures: Sequence[str],
    origins: Sequence[str],
    horizon: int,
    tell: Callable[[str], None],
) -> pd.DataFrame:
    """What every method that takes one list at a time would have said of some lists.

    Args:
        figures: The lists' codes, `month`, `measure`, `value`.
        kind: Whose lists they are.
        measures: What is forecast.
        origins: Months forecast from; each sees nothing later.
        horizon: Months ahead.
        tell: Says how far it is.

    Returns:
        The lists' codes, `as_of`, `measure`, `target_month`, `horizon`, `method`, and the columns of `series.ahead`. A list
        for which a method has nothing to say (`series.LEAST_HISTORY`) has no row of that method.
    """
    key = ["provider_code", kind.function_column, "measure"]
    rows = figures[figures["measure"].isin(measures)].sort_values("month")
    histories = {name: part.set_index("month")["value"] for name, part in rows.groupby(key)}
    frames = []
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        ask = partial(from_each_origin, origins=origins, horizon=horizon)
        for told in workers.map(ask, histories.values(), chunksize=4):
            frames.append(told)
            if len(frames) % 200 == 0:
                tell(f"one list at a time: {len(frames):,} of {len(histories):,} histories")
    return pd.concat(frames, keys=list(histories), names=key).reset_index(level=key).reset_index(drop=True)


def from_each_origin(history: pd.Series, origins: Sequence[str], horizon: int) -> pd.DataFrame:
    """What each method would have said of one history at each of some months.

    Returns:
        `as_of`, `target_month` and the columns of `series.ahead`; nothing for a month without a figure.
    """
    frames = [_from_one(history[:as_of], horizon).assign(as_of=as_of) for as_of in origins if as_of in history.index]
    told = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["as_of", "horizon"])
    return told.assign(
        target_month=[add_months(as_of, ahead) for as_of, ahead in zip(told["as_of"], told["horizon"], strict=True)]
    )


def _from_one(seen: pd.Series, horizon: int) -> pd.DataFrame:
    told = series.ahead(seen, horizon, list(series.METHODS))
    fitted = set(told["method"]) > {scores.LAST_VALUE}
    return pd.concat([told, prophet_stock(seen, horizon)], ignore_index=True) if fitted else told


def prophet_stock(seen: pd.Series, horizon: int) -> pd.DataFrame:
    """Prophet fitted to the list itself and left where it falls, its interval what its fit strayed by.

    Returns:
        The columns of `series.ahead`.
    """
    fitted = forecast_series(seen, horizon, at_least=None)
    middle = np.maximum(fitted.expected, 0.0)
    return from_draws(np.maximum(middle + fitted.residuals.dropna().to_numpy()[:, None], 0.0), PROPHET)


def cohort(
    figures: pd.DataFrame, bands: pd.DataFrame, lists: pd.MultiIndex, origins: Sequence[str], horizon: int
) -> pd.DataFrame:
    """What the cohorts that could be over each threshold would have said of some lists, learned from all of them.

    Args:
        figures: Rows of `tables.RTT` of every list, with the percentiles that bands are reconstructed from.
        bands: Rows of `tables.RTT_BAND_VIEW` of their incomplete pathways, as far as any are loaded.
        lists: Which lists are told of.
        origins: Months forecast from; each sees nothing later.
        horizon: Months ahead.

    Returns:
        As `judged`.
    """
    settings = parameters.models().forecast
    frames = []
    for as_of in origins:
        known = cohorts.band_history(figures[figures["month"] <= as_of], bands[bands["month"] <= as_of], as_of)
        rows = [int(row) for row in known.lists.get_indexer(lists) if row >= 0]
        told = cohorts.from_thresholds(known, horizon, lists=rows, draws=settings.draws, seed=settings.seed)
        for measure, counts in told.items():
            own = [from_draws(each, COHORT) for each in counts]
            frame = pd.concat(own, keys=list(known.lists[rows]), names=list(lists.names)).reset_index(level=[0, 1])
            ahead = [add_months(as_of, int(step)) for step in frame["horizon"]]
            frames.append(frame.assign(as_of=as_of, measure=measure, target_month=ahead))
    return pd.concat(frames, ignore_index=True)


def test_cohort(
    figures: pd.DataFrame, bands: pd.DataFrame, lists: pd.MultiIndex, origins: Sequence[str], horizon: int
) -> pd.DataFrame:
    """The same of DM01's tests, whose published bands are aged, with intervals of how far each list has strayed.

    Args:
        figures: Rows of `tables.DM01` of the lists.
        bands: Rows of `tables.DM01_BAND_VIEW` of every list.
        lists: Which lists are told of.
        origins: Months forecast from; each sees nothing later.
        horizon: Months ahead.

    Returns:
        As `judged`.
    """
    told = cohorts.aged(bands, origins, horizon, list(lists.get_level_values(0).unique()))
    told = told[pd.MultiIndex.from_frame(told[list(lists.names)]).isin(lists)]
    said = forecast.around_medians(told, figures, COHORT)
    place = {text: int(text[:4]) * 12 + int(text[5:]) for text in {*said["as_of"], *said["target_month"]}}
    return said.assign(horizon=said["target_month"].map(place) - said["as_of"].map(place))


def from_draws(draws: np.ndarray, method: str) -> pd.DataFrame:
    """The columns of `series.ahead` of a method that draws: (draws, months ahead)."""
    counts = {name: np.quantile(draws, level, axis=0) for name, level in scores.QUANTILES.items()}
    return pd.DataFrame(
        {"horizon": np.arange(1, draws.shape[1] + 1), "method": method, "mean": draws.mean(axis=0), **counts,
         "probability_any": (draws >= _ANY).mean(axis=0)}
    )  # fmt: skip
