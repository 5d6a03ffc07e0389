"""The pooled forecast: medians from a regression over all lists, intervals from the errors it made at earlier origins."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from lsc_analytics.errors import ParameterError
from lsc_analytics.models.pooled.movement import common_movement, excess_features, least_absolute
from lsc_analytics.models.pooled.panel import Family, Panel, arrange, growth, shift
from lsc_analytics.reference import add_months

LONGEST_HORIZON = 12  # the same months of a year ago are seen only that far ahead
_FIRST_ORIGIN = 5  # months of history before anything but the last value is told
_TRUST_IN_FIT = 0.85  # 0.7 to 1 score alike; less than 1 keeps a learned trend from running on
_LARGEST_FALL = 0.5  # of its count, that a list's own features may take off it beyond the country's movement
_LEAST_HISTORY = 4  # months with a figure: a list with fewer gets the last value
_CALIBRATION_ORIGINS = 9  # earlier origins whose errors make the intervals
_SIZE_CLASSES = np.array([0.5, 4.5, 19.5, 99.5, 499.5, 1999.5])  # count at the origin: 0, 1 to 4, 5 to 19, ...
_LEAST_ERRORS = 40  # of one size, before that size has intervals of its own
_GROWTH_OF_ERROR = 0.7  # how the error of a count grows with the count, within a size class
_QUANTILES = {"lower_95": 0.025, "lower_80": 0.10, "upper_80": 0.90, "upper_95": 0.975}


def forecast(
    figures: pd.DataFrame, family: Family, as_of: str, horizon: int, *, national: pd.DataFrame | None = None
) -> pd.DataFrame:
    """What will each list be in each of the months ahead, and how sure are we?

    Args:
        figures: `provider_code`, the family's function column, `month`, `measure`, `value`, without total rows; or total
            rows alone, which are then a panel of their own.
        family: `RTT` or `DM01`.
        as_of: Last month seen; nothing later is looked at.
        horizon: Months ahead, 1 to 12.
        national: As for `arrange`.

    Returns:
        A row a list with anyone on it at `as_of`, measure and month ahead: the columns of
        `tables.RTT_PREDICTIONS` or `tables.DM01_PREDICTIONS`. Counts are whole and not negative, a longer wait never
        has more than a shorter one, and `method` says `pooled`, or `last_value` where the history is short.

    Raises:
        ParameterError: The horizon is not 1 to 12.
    """
    if not 1 <= horizon <= LONGEST_HORIZON:
        raise ParameterError(f"{horizon} months ahead cannot be forecast.", "Ask for 1 to 12.", parameter="horizon")
    panel = arrange(figures, family, as_of, national)
    now = len(panel.months) - 1
    alive = np.nan_to_num(panel.counts[family.measures[0]][:, now]) > 0
    frames = []
    for ahead in range(1, horizon + 1):
        told = {}
        for measure in family.measures:
            origins = [*range(1, now - ahead + 1)][-_CALIBRATION_ORIGINS:]
            told[measure] = _spread(panel, measure, ahead, medians(panel, family, measure, ahead, [*origins, now]), now)
        _keep_order(told, family)
        for measure, frame in told.items():
            known = alive & np.isfinite(panel.counts[measure][:, now])
            lists = panel.lists[known].to_frame(index=False)
            frames.append(
                lists.assign(measure=measure, target_month=add_months(as_of, ahead)).join(
                    frame[known].reset_index(drop=True)
                )
            )
    return pd.concat(frames).sort_values([*panel.lists.names, "measure", "target_month"], ignore_index=True)


def medians(panel: Panel, family: Family, measure: str, ahead: int, origins: Iterable[int]) -> dict[int, np.ndarray]:
    """The median of every list so many months after each origin, each told only from what was known at that origin.

    The regression learns the change beyond the country's own, y(t+h) - y(t) (1 + the country's change), from every
    earlier month t with t+h seen; the country's change at the origin itself is foretold by `common_movement`.

    Returns:
        Origin: one median a list; nan where the list has no figure, the last value where the history is short.
    """
    counts = panel.counts[measure]
    features = excess_features(panel, family, measure, ahead)
    country = shift(growth(counts, ahead), -ahead)
    target = shift(counts, -ahead) - counts * (1 + country)
    known = np.isfinite(target) & (np.nan_to_num(panel.counts[family.measures[0]]) > 0)
    known[:, 0] = False  # no momentum is known in the first month
    seen_for = np.isfinite(counts).cumsum(axis=1)
    told = {}
    for origin in origins:
        now = counts[:, origin]
        train = known.copy()
        train[:, max(origin - ahead + 1, 0) :] = False
        if origin < _FIRST_ORIGIN or not train.any():
            told[origin] = now
            continue
        weights = least_absolute(features[train], target[train])
        movement = common_movement(panel, family, measure, ahead, origin)
        own = np.maximum(_TRUST_IN_FIT * features[:, origin] @ weights, -_LARGEST_FALL * now)
        moved = np.maximum(now * (1 + movement) + own, 0)
        told[origin] = np.where(seen_for[:, origin] < _LEAST_HISTORY, now, moved)
    return told


def _spread(panel: Panel, measure: str, ahead: int, told: Mapping[int, np.ndarray], origin: int) -> pd.DataFrame:
    """Mean, median and intervals of every list, from the errors made at earlier origins on lists of the same size."""
    counts, median = panel.counts[measure], np.nan_to_num(told[origin])
    now = np.nan_to_num(counts[:, origin])
    frame = pd.DataFrame({"mean": median, "median": median} | dict.fromkeys(_QUANTILES, median))
    frame["probability_any"] = (median >= 0.5).astype(float)
    short = (np.isfinite(counts[:, : origin + 1]).sum(axis=1) < _LEAST_HISTORY) | (origin < _FIRST_ORIGIN)
    frame["method"] = np.where(short, "last_value", "pooled")
    errors, sizes = [np.empty(0)], [np.empty(0, int)]
    for past in (month for month in told if month + ahead <= origin):
        made = (counts[:, past + ahead] - told[past]) / (counts[:, past] + 1) ** _GROWTH_OF_ERROR
        seen = np.isfinite(made)
        errors.append(made[seen])
        sizes.append(np.digitize(counts[seen, past], _SIZE_CLASSES))
    error, size = np.concatenate(errors), np.concatenate(sizes)
    if len(error):
        unit = (now + 1) ** _GROWTH_OF_ERROR
        own_size = np.digitize(now, _SIZE_CLASSES)
        for label in np.unique(own_size):
            here, alike = own_size == label, np.sort(error[size == label])
            if len(alike) < _LEAST_ERRORS:
                alike = np.sort(error)
            low, high = np.quantile(alike, [0.005, 0.995])  # a mean is not to hang on one wild error
            frame.loc[here, "mean"] = median[here] + unit[here] * np.clip(alike, low, high).mean()
            for name, share in _QUANTILES.items():
                frame.loc[here, name] = median[here] + unit[here] * np.quantile(alike, share)
            nobody = (0.5 - median[here]) / unit[here]  # the error that would leave nobody
            frame.loc[here, "probability_any"] = 1 - np.searchsorted(alike, nobody) / len(alike)
    whole = ["median", *_QUANTILES]
    frame[whole] = frame[whole].clip(lower=0).round()
    frame["mean"] = frame["mean"].clip(lower=0)
    frame["lower_80"] = frame[["lower_80", "median"]].min(axis=1)
    frame["upper_80"] = frame[["upper_80", "median"]].max(axis=1)
    frame["lower_95"] = frame[["lower_95", "lower_80"]].min(axis=1)
    frame["upper_95"] = frame[["upper_95", "upper_80"]].max(axis=1)
    return frame


def _keep_order(told: dict[str, pd.DataFrame], family: Family) -> None:
    """A longer wait never has more people than a shorter one, in any column."""
    ladder = [family.measures[0], *sorted(family.threshold, key=family.threshold.__getitem__)]
    counted = ["mean", "median", *_QUANTILES, "probability_any"]
    inside = [*itertools.pairwise(ladder)]
    if "within_18_weeks" in told:
        inside.append((family.measures[0], "within_18_weeks"))
    for shorter, longer in inside:
        told[longer][counted] = np.minimum(told[longer][counted], told[shorter][counted])
