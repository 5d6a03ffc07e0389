"""What the regression cannot see: gradient boosting on ratios, over all lists. Arrays in, arrays out.

Trees find where a momentum lasts and where it turns, which no weighted sum of features says. The loss is the score itself,
as in the regression; see `docs/method-diagnostics-forecast.md` for the formula, what was tried, and what it gained.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd

from lsc_analytics.models.family import Family
from lsc_analytics.models.pooled.intervals import LEAST_HISTORY
from lsc_analytics.models.pooled.movement import WEEKS_A_MONTH, movement
from lsc_analytics.models.pooled.panel import Panel, by_group, growth, shift
from lsc_analytics.models.pooled.regression import over_weeks

LEAST_MEAN: Final = (
    50  # mean waiting so far: a smaller list moves by chance, and neither teaches trees nor is told by them
)
FURTHEST: Final = 3  # months ahead that boosting was judged at; further ahead the regression tells
_FIRST_ORIGIN = 12  # months before a year ago is known
_TAUGHT = 12  # latest known origins that are learned from
_GRADES: Final = 64  # that a feature is cut into
_SETTINGS: Final = {
    "loss": "absolute_error",
    "learning_rate": 0.12,
    "max_iter": 60,
    "max_leaf_nodes": 16,
    "min_samples_leaf": 60,
    "max_bins": _GRADES,
    "l2_regularization": 1.0,
    "early_stopping": False,
    "random_state": 0,
}
_SHARE_OF_LIST, _CONSTANT = 0.02, 5  # of the unit of change: the count, 2% of the list, and five people
_SMALL_GROUP = 20
_MOST_STAYED = 3
_LAGS = (1, 2, 3, 6, 12)
_LIST_LAGS = (1, 3, 6, 12)
_FEW_LAGS = (1, 3, 12)
_RECENT_WEEKS = (1, 3, 6, 10, 13)  # thresholds whose change over the last month is told apart


def medians(panel: Panel, family: Family, measure: str, ahead: int, origins: Iterable[int]) -> dict[int, np.ndarray]:
    """The median of every large list so many months after each origin, each told only from what was known at that origin.

    The trees learn (y(t+h) - y(t) (1 + the country's change)) / unit, weighted by the unit, so that their loss is the
    error summed over lists; the unit is the count plus 2% of the list plus five. The country's change at the origin itself
    is `movement`'s, as in the regression.

    Args:
        panel: The lists.
        family: Whose measures they are; `over` names the thresholds.
        measure: What is forecast.
        ahead: Months ahead, 1 to 12.
        origins: Months forecast from, as positions in `panel.months`; nothing after one is looked at for it.

    Returns:
        Origin: one median a list, in the order of `panel.lists`; nan where the list has no figure, has fewer than four
        months, or a mean of fewer than `LEAST_MEAN` waiting so far, and everywhere within the first year of the panel.
    """
    counts, whole = panel.counts[measure], panel.counts[family.measures[0]]
    size = unit(counts, whole)
    told_of = ratios(panel, family, measure, ahead)
    target = (shift(counts, -ahead) - counts * (1 + shift(growth(counts, ahead), -ahead))) / size
    large = _mean_so_far(whole) >= LEAST_MEAN
    known = np.isfinite(target) & (np.nan_to_num(whole) > 0) & large
    seen_for = np.isfinite(counts).cumsum(axis=1)
    told = {}
    for origin in origins:
        last = origin - ahead  # the latest month whose outcome is seen
        train = known.copy()
        train[:, last + 1 :] = False
        train[:, : max(last + 1 - _TAUGHT, 1)] = False
        told[origin] = np.full(len(counts), np.nan)
        here = np.isfinite(counts[:, origin]) & large[:, origin] & (seen_for[:, origin] >= LEAST_HISTORY)
        if origin < _FIRST_ORIGIN or not train.any() or not here.any():
            continue
        own = _fitted(told_of[train], target[train], size[train], told_of[here, origin])
        moved = counts[here, origin] * (1 + movement(panel, family, measure, ahead, origin)[here])
        told[origin][here] = np.maximum(moved + size[here, origin] * own, 0)
    return told


def unit(counts: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """In what a list's change is measured, so that lists of all sizes are alike: the count, 2% of the list, and five.

    >>> unit(np.array([40.0]), np.array([1000.0]))
    array([65.])
    """
    return counts + _SHARE_OF_LIST * np.nan_to_num(whole) + _CONSTANT


def ratios(panel: Panel, family: Family, measure: str, ahead: int) -> np.ndarray:
    """What each list was like at each month, free of its size: lists by months by features, nan where unknown.

    Its changes, its list's and its tests', over one to twelve months and over the same months a year ago; the share over
    each week and how it moved; what stayed of the cohort that tips over; demand, as the change of the list plus tests; the
    same of the trust and of the test; how wild it has been; which test, which month of the year, how the country moved.
    """
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # a list that has not begun has no mean: nan, which trees take
        columns = [
            *_own(panel, family, measure, ahead),
            *_by_week(panel, family, measure, ahead),
            *_demand(panel, family),
            *_of_groups(panel, family, measure, ahead),
            *_of_all(panel, measure, ahead),
        ]
    stacked = np.stack(columns, axis=-1).astype(np.float32)
    return np.where(np.isfinite(stacked), stacked, np.float32(np.nan))


def _log(now: np.ndarray, then: np.ndarray, few: np.ndarray | float) -> np.ndarray:
    """The log change, leaning on none where few are counted."""
    return np.log((now + few) / (then + few))


def _own(panel: Panel, family: Family, measure: str, ahead: int) -> list[np.ndarray]:
    count, whole, done = panel.counts[measure], panel.counts[family.measures[0]], panel.counts[family.flows[0]]
    size = unit(count, whole)
    few = _CONSTANT + _SHARE_OF_LIST * np.nan_to_num(whole)
    columns = [np.log(count + 1), np.log(whole + 1), count / (whole + 1), done / (whole + 5)]
    columns += [_log(count, shift(count, lag), few) for lag in _LAGS]
    columns += [_log(whole, shift(whole, lag), _CONSTANT) for lag in _LIST_LAGS]
    columns += [_log(done, shift(done, lag), _CONSTANT) for lag in _FEW_LAGS]
    columns += [_log(shift(each, 12 - ahead), shift(each, 12), _CONSTANT) for each in (count, whole, done)]
    moves = np.stack([_log(shift(count, lag), shift(count, lag + 1), few) for lag in range(4)])
    usual = np.nanmean(np.stack([shift(count, lag) for lag in range(6)]), axis=0)
    return [*columns, np.nanstd(moves, axis=0), usual / size]


def _by_week(panel: Panel, family: Family, measure: str, ahead: int) -> list[np.ndarray]:
    count, whole = panel.counts[measure], panel.counts[family.measures[0]]
    size = unit(count, whole)
    over = {weeks: panel.counts[name] for weeks, name in family.over.items() if weeks}
    columns = [each / (whole + 1) for each in over.values()]
    columns += [(over[weeks] - shift(over[weeks], 1)) / size for weeks in _RECENT_WEEKS]
    if measure not in family.threshold:
        return columns
    feeding = over_weeks(panel, family, family.threshold[measure] - ahead * WEEKS_A_MONTH)
    stayed = _stayed(count, shift(feeding, ahead))
    columns += [stayed, feeding / size, stayed * feeding / size]
    soon = over_weeks(panel, family, family.threshold[measure] - WEEKS_A_MONTH)
    stayed = _stayed(count, shift(soon, 1))
    return [*columns, stayed, (stayed * soon - count) / size, (shift(stayed, 1) * soon - count) / size]


def _stayed(count: np.ndarray, fed: np.ndarray) -> np.ndarray:
    """The share of the cohort that could have tipped over that did."""
    return np.clip((count + _CONSTANT) / (fed + _CONSTANT), 0, _MOST_STAYED)


def _demand(panel: Panel, family: Family) -> list[np.ndarray]:
    """What joined: the change of the list plus what was done from it."""
    whole, done = panel.counts[family.measures[0]], panel.counts[family.flows[0]]
    joined = whole - shift(whole, 1) + done
    before = np.maximum(shift(joined, 1), 0)
    return [joined / (whole + 5), (joined - done) / (whole + 5), _log(np.maximum(joined, 0), before, _CONSTANT)]


def _of_groups(panel: Panel, family: Family, measure: str, ahead: int) -> list[np.ndarray]:
    columns = []
    for group in panel.groups:
        count, whole = (by_group(panel.counts[name], group) for name in (measure, family.measures[0]))
        told = [_log(count, shift(count, lag), _SMALL_GROUP) for lag in _FEW_LAGS]
        told += [_log(whole, shift(whole, 1), _SMALL_GROUP), count / (whole + _SMALL_GROUP)]
        told.append(_log(shift(count, 12 - ahead), shift(count, 12), _SMALL_GROUP))
        columns += [each[group] for each in told]
    return columns


def _of_all(panel: Panel, measure: str, ahead: int) -> list[np.ndarray]:
    shape = panel.counts[measure].shape
    function = pd.factorize(panel.lists.get_level_values(1), sort=True)[0]
    season = [(int(month[5:]) + ahead - 1) % 12 for month in panel.months]
    level = panel.national[measure]
    country = np.diff(level, prepend=level[0])[-shape[1] :]
    return [
        np.broadcast_to(function[:, None].astype(float), shape),
        np.broadcast_to(np.array(season, float), shape),
        np.broadcast_to(country, shape),
    ]


def _mean_so_far(whole: np.ndarray) -> np.ndarray:
    """The mean of the list over the months known up to each; 0 before the first."""
    known = np.isfinite(whole)
    return np.where(known, whole, 0).cumsum(axis=1) / np.maximum(known.cumsum(axis=1), 1)


def _fitted(features: np.ndarray, target: np.ndarray, weight: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """What the trees, grown on the first three, say of the fourth."""
    # Read here, not above: whoever does not boost, as the batch does not, need not wait a second for the import.
    from sklearn.ensemble import HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits

    grades = [_edges(column, weight) for column in features.T]
    telling = [place for place, edges in enumerate(grades) if len(edges)]  # a year ago may be unknown to all
    learned, asked = (
        np.stack([_graded(rows[:, place], grades[place]) for place in telling], axis=1) for rows in (features, wanted)
    )
    trees = HistGradientBoostingRegressor(**_SETTINGS)
    with threadpool_limits(1):  # one thread adds in one order: the same answer every time, and no core taken unasked
        trees.fit(learned, target, sample_weight=weight)
        return np.asarray(trees.predict(asked))


def _edges(column: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Where a feature is cut into grades of equal weight: the weighted quantiles, as the trees would cut it themselves.

    They would sort every feature afresh for every quantile, which is four fifths of a fit.

    >>> _edges(np.array([5.0, 1, 3, np.nan]), np.ones(4))[:2]
    array([1., 3.])
    """
    known = np.isfinite(column)
    order = np.argsort(column[known], kind="stable")
    values, reached = column[known][order], weight[known][order].cumsum()
    if not len(values):
        return values
    places = np.searchsorted(reached, reached[-1] * np.arange(1, _GRADES) / _GRADES)
    edges = np.unique(values[np.minimum(places, len(values) - 1)])
    return edges[edges < values[-1]]  # nothing is above the last


def _graded(column: np.ndarray, edges: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(column), np.searchsorted(edges, column), np.nan)
