"""How sure a median is: the errors made at earlier origins, and how far the country has gone its own way before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri

from lsc_analytics.models.family import Family
from lsc_analytics.models.pooled.movement import movement, past_misses
from lsc_analytics.models.pooled.panel import Panel, growth
from lsc_analytics.models.scores import SAID

FIRST_ORIGIN = 5  # months of history before anything but the last value is told
LEAST_HISTORY = 4  # months with a figure: a list with fewer gets the last value
CALIBRATION_ORIGINS = 9  # earlier origins whose errors make the intervals
QUANTILES = {"lower_95": 0.025, "lower_80": 0.10, "upper_80": 0.90, "upper_95": 0.975}
_SIZE_CLASSES = np.array([0.5, 4.5, 19.5, 99.5, 499.5, 1999.5])  # count at the origin: 0, 1 to 4, 5 to 19, ...
_LEAST_ERRORS = 40  # of one size, before that size has intervals of its own
_GROWTH_OF_ERROR = 0.7  # how the error of a count grows with the count, within a size class
_FEW = np.array([0.05, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 9, 13, 20, 40])  # medians: is anyone left at all?
_LEAST_MISSES = 6  # months of the country's history before its misses are told apart from the lists' own
_LIST_POINTS = (np.arange(79) + 0.5) / 79  # even points of a distribution, standing for it
_COUNTRY_POINTS = ndtri((np.arange(9) + 0.5) / 9)


def learnt_by(origin: int, ahead: int) -> bool:
    """Whether enough months have been seen to tell more than the last value: some momentum, and what came of it."""
    return origin >= max(FIRST_ORIGIN, ahead + 1)


class Spread(NamedTuple):
    """What is said of every list of a panel: `figures`, lists by `scores.SAID`, and of which `method` each is."""

    figures: np.ndarray
    method: np.ndarray


def spread(
    panel: Panel, family: Family, measure: str, ahead: int, told: Mapping[int, np.ndarray], origin: int
) -> Spread:
    """Mean, median, intervals and the chance of anyone at all, of every list.

    A list errs in two ways: with the whole country, in proportion to its median, as far as the common movement has missed
    before (log-normal, with the root mean square of `past_misses`); and on its own, as lists of its size did at up to nine
    earlier origins, the country's miss at each taken out. Without the first, two years of falling waits would be taken for
    a law: 80% intervals of 65+ held 60% of outturns at four to six months.

    Args:
        panel: The lists.
        family: `RTT` or `DM01`.
        measure: What is forecast.
        ahead: Months ahead.
        told: Medians of this origin and earlier ones, as `medians` gives them.
        origin: Month forecast from, as a position in `panel.months`; nothing after it is looked at.

    Returns:
        A row a list, in the order of `panel.lists`.
    """
    counts, median = panel.counts[measure], np.nan_to_num(told[origin])
    now = np.nan_to_num(counts[:, origin])
    misses = past_misses(panel, family, measure, ahead, origin)
    apart = len(misses) >= _LEAST_MISSES
    country = np.exp(_COUNTRY_POINTS * np.sqrt((misses**2).mean())) if apart else np.ones(1)
    made = _errors(panel, family, measure, ahead, told, origin, apart=apart)
    # Where nothing has been seen to err yet, a unit either way: wide on purpose.
    error = made.error if len(made.error) else ndtri(_LIST_POINTS)
    unit = (now + 1) ** _GROWTH_OF_ERROR
    own_size = np.digitize(now, _SIZE_CLASSES)
    mean, chance, edges = median.copy(), np.zeros(len(median)), np.zeros((len(QUANTILES), len(median)))
    for label in np.unique(own_size):
        here, alike = own_size == label, made.error[made.size == label]
        points = np.quantile(alike if len(alike) >= _LEAST_ERRORS else error, _LIST_POINTS)
        draws = median[here, None, None] * country[:, None] + unit[here, None, None] * points
        draws = np.maximum(draws, 0).reshape(here.sum(), -1)
        mean[here], chance[here] = draws.mean(axis=1), (draws >= 0.5).mean(axis=1)
        edges[:, here] = np.quantile(draws, [*QUANTILES.values()], axis=1)
    if len(made.error):  # how often anyone was left is known better than the shape of a distribution near nought
        few, own = np.digitize(made.told, _FEW), np.digitize(median, _FEW)
        some = np.bincount(few, made.anyone, len(_FEW) + 1) + 0.5  # half a list with, half without
        chance = (some / (np.bincount(few, minlength=len(_FEW) + 1) + 1))[own]
    middle = np.round(np.maximum(median, 0))
    lower_95, lower_80, upper_80, upper_95 = np.round(np.maximum(edges, 0))
    lower_80, upper_80 = np.minimum(lower_80, middle), np.maximum(upper_80, middle)
    lower_95, upper_95 = np.minimum(lower_95, lower_80), np.maximum(upper_95, upper_80)
    said = {
        "mean": mean, "median": middle, "lower_95": lower_95, "lower_80": lower_80, "upper_80": upper_80,
        "upper_95": upper_95, "probability_any": chance,
    }  # fmt: skip
    short = (np.isfinite(counts[:, : origin + 1]).sum(axis=1) < LEAST_HISTORY) | (not learnt_by(origin, ahead))
    return Spread(np.column_stack([said[name] for name in SAID]), np.where(short, "last_value", "pooled"))


class _Errors(NamedTuple):
    """How wrong medians were: `error` in units of the list's size, its `size` class, the median, and was anyone left."""

    error: np.ndarray
    size: np.ndarray
    told: np.ndarray
    anyone: np.ndarray

    @classmethod
    def none(cls) -> _Errors:
        return cls(np.empty(0), np.empty(0, int), np.empty(0), np.empty(0, bool))


def _errors(
    panel: Panel,
    family: Family,
    measure: str,
    ahead: int,
    told: Mapping[int, np.ndarray],
    origin: int,
    *,
    apart: bool,
) -> _Errors:
    """How wrong each list's median was at the earlier origins whose outcome is seen by now.

    Args:
        panel: The lists.
        family: `RTT` or `DM01`.
        measure: What was forecast.
        ahead: Months ahead.
        told: Medians of earlier origins.
        origin: Month at which this is asked.
        apart: Whether the country's own miss at each origin is taken out first.

    Returns:
        Arrays, an entry a list and origin.
    """
    counts = panel.counts[measure]
    went = 1 + growth(counts, ahead)
    found = [_Errors.none()]
    for past in [month for month in sorted(told) if month + ahead <= origin][-CALIBRATION_ORIGINS:]:
        before, after = counts[:, past], counts[:, past + ahead]
        missed = 1.0
        if apart and np.isfinite(went[past + ahead]):
            moved = movement(panel, family, measure, ahead, past) if learnt_by(past, ahead) else np.zeros(len(before))
            foretold = 1 + np.nansum(before * moved) / max(np.nansum(before), 1)
            missed = went[past + ahead] / max(foretold, 0.01)
        error = (after - told[past] * missed) / (before + 1) ** _GROWTH_OF_ERROR
        known = np.isfinite(error)
        size = np.digitize(before, _SIZE_CLASSES)
        found.append(_Errors(error[known], size[known], told[past][known], after[known] > 0))
    return _Errors(*map(np.concatenate, zip(*found, strict=True)))


def no_surer_than_chance(rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows with no interval narrower than that of independent chances with their mean (a Poisson count).

    For sums that were moved to their parts' means: a list that never had anyone over 65 weeks has an interval of no width,
    which moved is an interval of no width elsewhere.

    >>> told = pd.DataFrame({"mean": [4.0], "lower_95": [3.5], "lower_80": [3.5], "upper_80": [3.5], "upper_95": [3.5]})
    >>> no_surer_than_chance(told).iloc[0].tolist()
    [4.0, 1.0, 2.0, 7.0, 8.0]
    """
    from scipy.stats import poisson  # here: it takes half a second to import, and most commands forecast nothing

    wide = rows.copy()
    for name, share in QUANTILES.items():
        chance = poisson.ppf(share, rows["mean"].to_numpy(float))
        pick = np.minimum if name.startswith("lower") else np.maximum
        wide[name] = pick(rows[name].to_numpy(float), np.maximum(chance, 0.0))
    return wide
