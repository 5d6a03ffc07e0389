"""How good were forecasts, on months they had not seen: error, sharpness and calibration, each method against the last value.

It makes no forecast and chooses no method (`contest` does); it takes what was said and what came of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtri

from lsc_analytics.errors import TableError
from lsc_analytics.tables import scores_by

QUANTILES = {"lower_95": 0.025, "lower_80": 0.1, "median": 0.5, "upper_80": 0.9, "upper_95": 0.975}
SAID = ("mean", *QUANTILES, "probability_any")  # what a method says of one month ahead, in this order
LAST_VALUE = "last_value"
_LEAST_COUNT = 5  # coverage is of lists with so many at the origin: on smaller ones whole numbers decide it
_LEVELS = 50  # levels at which the quantile function is taken: within 0.2% of the closed form on a normal (20: 0.7%)
_CELL = ("as_of", "provider_code", "treatment_function_code", "diagnostic_test_code", "measure", "target_month")
_NEEDED = ("as_of", "measure", "target_month", "method", *SAID, "last_value", "outturn")


def score(judged: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """How good has each method been?

    Args:
        judged: A row a forecast whose outturn is known: `as_of`, `provider_code`, `treatment_function_code` or
            `diagnostic_test_code`, `measure`, `target_month`, `horizon`, `method`, `mean`, `median`, `lower_80`,
            `upper_80`, `lower_95`, `upper_95`, `probability_any`, `last_value` (the count at the origin), `outturn`, and
            `scale` (the list's mean absolute change from month to month up to the origin; may be empty or absent).
        by: Columns of `judged` to score apart, such as `["measure", "horizon"]`.

    Returns:
        `tables.scores_by(*by)`, one row a `by` and method:

        - `forecasts`: how many were judged.
        - `error_to_last_value`: sum |median - outturn| / sum |last_value - outturn|; below 1 beats assuming no change.
        - `wape`: sum |median - outturn| / sum outturn.
        - `mase`: mean of |median - outturn| / `scale` (Hyndman and Koehler 2006), over lists that have moved.
        - `crps`: mean `crps`, in pathways, and `crps_to_last_value`, its sum over that of the method `last_value` on the
          same list and month; empty where that method is not among them.
        - `brier`: mean (`probability_any` - whether anyone was)^2 (Brier 1950); 0 is perfect, 0.25 a coin.
        - `held_80_percent`, `held_95_percent`: outturns inside the interval, lists with five or more at the origin.
        - `mean_to_outturn`: sum mean / sum outturn; 1 where the means add up to what came.

        A ratio whose denominator is nothing is empty.

    Raises:
        TableError: A column is missing.
    """
    if missing := [name for name in (*_NEEDED, *by) if name not in judged.columns]:
        raise TableError(f"Forecasts cannot be judged without {', '.join(missing)}.", "Join them before scoring.")
    outturn, counted = judged["outturn"].to_numpy(float), judged["last_value"].to_numpy(float) >= _LEAST_COUNT
    error = np.abs(judged["median"].to_numpy(float) - outturn)
    scale = judged["scale"].to_numpy(float) if "scale" in judged else np.full(len(judged), np.nan)
    by = list(dict.fromkeys(by))
    told = judged[[*by, "method"]].assign(
        forecasts=1,
        error=error,
        naive=np.abs(judged["last_value"].to_numpy(float) - outturn),
        outturn=outturn,
        mean=judged["mean"].to_numpy(float),
        mase=np.divide(error, scale, out=np.full(len(judged), np.nan), where=scale > 0),
        crps=crps(judged[list(QUANTILES)].to_numpy(float), outturn),
        brier=(judged["probability_any"].to_numpy(float) - (outturn >= 1)) ** 2,
        **{
            f"held_{share}_percent": np.where(
                counted, 100.0 * judged["outturn"].between(judged[f"lower_{share}"], judged[f"upper_{share}"]), np.nan
            )
            for share in (80, 95)
        },
    )
    told["crps_of_last"] = _of_last_value(judged, told["crps"])
    told["crps_beside_last"] = told["crps"].where(told["crps_of_last"].notna())
    groups = told.groupby([*by, "method"], sort=True, observed=True)
    sums = groups[["forecasts", "error", "naive", "outturn", "mean", "crps_of_last", "crps_beside_last"]].sum()
    means = groups[["mase", "crps", "brier", "held_80_percent", "held_95_percent"]].mean()
    found = means.assign(
        forecasts=sums["forecasts"],
        error_to_last_value=_ratio(sums["error"], sums["naive"]),
        wape=_ratio(sums["error"], sums["outturn"]),
        crps_to_last_value=_ratio(sums["crps_beside_last"], sums["crps_of_last"]),
        mean_to_outturn=_ratio(sums["mean"], sums["outturn"]),
    ).reset_index()
    promise = scores_by(*by)
    return promise.check(found[promise.names])


def crps(quantiles: np.ndarray, outturn: np.ndarray) -> np.ndarray:
    """The continuous ranked probability score of forecasts known by five quantiles: 0 is perfect, lower is better.

    Twice the pinball loss, averaged over all levels (Laio and Tamea 2007, equation 4; Gneiting and Ranjan 2011):
    2 * integral of (1[y < q(t)] - t) (q(t) - y) dt. Between the five quantiles, and beyond the outer ones, q is taken as
    straight in normal scores, so that a normal forecast keeps its shape, and never below nothing. The five quantiles weighed
    alone (the weighted interval score of Bracher and others 2021) are 13 to 43% too low on a normal.

    Args:
        quantiles: (forecasts, 5) at 2.5, 10, 50, 90 and 97.5%.
        outturn: (forecasts,).

    Returns:
        (forecasts,) in the unit of the count. Within 0.2% of the closed form on a normal, up to five deviations out:

    >>> normal = 1000 + 100 * ndtri(np.array(list(QUANTILES.values())))
    >>> crps(normal[None], np.array([1000.0])).round(1)  # closed form: 100 * (sqrt(2) - 1) / sqrt(pi) = 23.4
    array([23.4])
    >>> crps(np.full((1, 5), 7.0), np.array([10.0]))  # a point: its absolute error
    array([3.])
    """
    levels = (np.arange(_LEVELS) + 0.5) / _LEVELS
    known, wanted = ndtri(list(QUANTILES.values())), ndtri(levels)
    left = np.clip(np.searchsorted(known, wanted) - 1, 0, len(known) - 2)
    share = (wanted - known[left]) / (known[left + 1] - known[left])
    total = np.zeros(len(outturn))
    for level, start, part in zip(levels, left, share, strict=True):
        at = np.maximum(quantiles[:, start] + part * (quantiles[:, start + 1] - quantiles[:, start]), 0.0)
        total += ((outturn < at) - level) * (at - outturn)
    return 2 * total / _LEVELS


def _of_last_value(judged: pd.DataFrame, scored: pd.Series) -> np.ndarray:
    """The score of the method last_value on the same list and month, beside every forecast."""
    cell = [name for name in _CELL if name in judged]
    mine = judged[cell].assign(base=scored)[judged["method"] == LAST_VALUE].drop_duplicates(cell)
    return judged[cell].merge(mine, on=cell, how="left")["base"].to_numpy(float)


def _ratio(above: pd.Series, below: pd.Series) -> pd.Series:
    return above / below.where(below > 0)
