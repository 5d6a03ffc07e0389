"""What tells a list from the country, and how much of it lasts: a regression over all lists. Arrays in, arrays out."""

from __future__ import annotations

import numpy as np

from lsc_analytics.models.family import Family
from lsc_analytics.models.pooled.movement import WEEKS_A_MONTH
from lsc_analytics.models.pooled.panel import Panel, by_group, growth, shift

# Damped momentum and the weights that may differ on small lists were added together: error over the last value's at
# horizons 1 to 3, mean over origins, RTT total 0.966 to 0.963, 65+ 0.874 to 0.865, 78+ 0.863 to 0.851; DM01 total 0.953 to
# 0.945, 6+ 0.946 to 0.932. Columns held to the usual error, at horizon 2 and every other origin: RTT 65+ 0.870 to 0.864, 78+
# 0.851 to 0.845; DM01 total 0.939 to 0.933, 6+ 0.928 to 0.921, 13+ 0.939 to 0.926; nothing was worse by more than 0.001.
_LAGS = (1, 2, 3, 6)  # months over which a list's own momentum is measured
_DAMPED_LAGS = (1, 3)
_GROUP_LAGS = (1, 3, 6)
_GROUP_PRIOR = 20  # pathways: a trust or specialty with fewer than this leans on the country
_LIST_PRIOR = 5
_SIZES = 3  # the first columns are sizes, not figures that could be wild
_GROWTH_OF_ERROR = 0.7  # how the error of a count grows with the count: as in the intervals
_HALF_SMALL = 100  # pathways at which a list counts as half small
_RIDGE = 0.002  # on standardised columns, as a share of the total weight; 0.0001 to 0.01 score within 0.01
_NOUGHT = 1e-6  # pathways
_ROUNDS = 12  # sixty take the loss no lower (by 0.1%, with the ridge's), and move a list by 2% of the usual change


def excess_features(panel: Panel, family: Family, measure: str, ahead: int) -> np.ndarray:
    """What tells each list from the country at each month: lists by months by features, in pathways, 0 where unknown.

    Its size; its own change over one to six months and over the same months a year ago, beyond the country's; the change
    of its trust and of its specialty, beyond the country's, in proportion to it; its other measures, beyond what a list
    of its size has; and, for a threshold, the cohort that could tip over it.
    """
    count, whole = panel.counts[measure], panel.counts[family.measures[0]]
    columns = [count, np.sqrt(count), np.sqrt(whole) * (count > 0)]
    moved = {lag: growth(count, lag) for lag in _LAGS}
    columns += [count - shift(count, lag) * (1 + moved[lag]) for lag in _LAGS]
    for lag in _DAMPED_LAGS:  # a wild month says less, in proportion, than a small one; and rises and falls differ
        past = shift(count, lag)
        turn = np.clip((count - past) / (past + count + _LIST_PRIOR), -1, 1)
        columns += [count * turn * np.abs(turn), count * turn**2]
    with np.errstate(divide="ignore", invalid="ignore"):
        year_ago = shift(growth(count, ahead), 12 - ahead)
        before, after = shift(count, 12), shift(count, 12 - ahead)
        columns.append(count * np.clip((after - before) / (before + _LIST_PRIOR) - year_ago, -0.8, 1.5))
        for group in panel.groups:
            for lag in _GROUP_LAGS:
                past, total = _known_at_both(shift(count, lag), count, group)
                columns.append(
                    count * np.clip((total - past * (1 + moved[lag])) / (past + _GROUP_PRIOR), -0.9, 1.5)[group]
                )
            before, after = _known_at_both(shift(count, 12), shift(count, 12 - ahead), group)
            columns.append(count * (np.clip((after - before) / (before + _GROUP_PRIOR), -0.9, 1.5)[group] - year_ago))
        companions = [panel.counts[name] for name in family.companions[measure]]
        if measure in family.threshold:
            companions.append(over_weeks(panel, family, family.threshold[measure] - ahead * WEEKS_A_MONTH))
        for companion in companions:
            excess = companion - count * np.nansum(companion, axis=0) / np.nansum(count, axis=0)
            columns += [excess, excess - shift(excess, 1), excess - shift(excess, 3)]
        if measure in family.threshold:
            columns += _tipping(panel, count, companions[-1], ahead)
    features = np.nan_to_num(np.stack(columns, axis=-1), posinf=0, neginf=0).astype(np.float32)
    # A wild figure says less, in proportion, than a modest one, so each is there a second time, held to the error usual at
    # the list's size; and momentum means less on a small list, so weights may differ, smoothly, by size.
    usual = np.nan_to_num((count + _LIST_PRIOR) ** _GROWTH_OF_ERROR, nan=1.0).astype(np.float32)[..., None]
    held = usual * np.tanh(features[..., _SIZES:] / usual)
    smallness = np.nan_to_num(_HALF_SMALL / (_HALF_SMALL + count)).astype(np.float32)[..., None]
    return np.concatenate([features, features * smallness, held], axis=-1)


def _known_at_both(before: np.ndarray, after: np.ndarray, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A group's counts of two months, of its lists that are known in both: one that has just been loaded is no growth."""
    both = np.isfinite(before) & np.isfinite(after)
    return by_group(np.where(both, before, np.nan), group), by_group(np.where(both, after, np.nan), group)


def _tipping(panel: Panel, count: np.ndarray, feeding: np.ndarray, ahead: int) -> list[np.ndarray]:
    """Whoever is over 65 weeks in three months is over 52 now: today's feeding cohort times the share that stayed.

    The share of the trust, of the specialty and of the list itself, each leaning on the country's, less the country's.
    """
    fed = shift(feeding, ahead)
    both = np.isfinite(count) & np.isfinite(fed)
    stayed = np.where(both, count, 0).sum(axis=0) / np.maximum(np.where(both, fed, 0).sum(axis=0), 1)
    columns = []
    for group in panel.groups:
        before, after = _known_at_both(fed, count, group)
        share = (after + _GROUP_PRIOR * stayed) / (before + _GROUP_PRIOR)
        columns.append(feeding * (np.clip(share, 0, 3)[group] - stayed))
    own = (count + _LIST_PRIOR * stayed) / (fed + _LIST_PRIOR)
    return [*columns, feeding * (np.clip(own, 0, 3) - stayed)]


def over_weeks(panel: Panel, family: Family, weeks: float) -> np.ndarray:
    """How many wait longer than so many weeks, log-linear between the thresholds that are known: lists by months."""
    known = sorted(family.over)
    wanted = max(weeks, 0.0)
    upper = next(index for index, edge in enumerate(known) if edge >= wanted)
    if known[upper] == wanted:
        return panel.counts[family.over[known[upper]]]
    near, far = known[upper - 1], known[upper]
    logs = [np.log(np.maximum(panel.counts[family.over[edge]], 0) + 0.5) for edge in (near, far)]
    share = (wanted - near) / (far - near)
    return np.maximum(np.exp(logs[0] + (logs[1] - logs[0]) * share) - 0.5, 0)


def least_absolute(
    features: np.ndarray, target: np.ndarray, *, ridge: float = _RIDGE, rounds: int = _ROUNDS
) -> np.ndarray:
    """Weights with the least sum of absolute errors, slightly shrunk, by iteratively reweighted least squares.

    The loss is the score itself: pathways wrong, summed over lists.

    >>> line = np.arange(1.0, 6.0)[:, None]
    >>> least_absolute(line, np.array([2.0, 4, 6, 8, 90]), ridge=0).round(1)  # least squares: 9.3
    array([2.1])
    """
    size = np.sqrt((features**2).mean(axis=0, dtype=float))
    # What is nought but for rounding in every month learned from, such as one list's excess over itself, teaches nothing:
    # brought to the size of the others it would take any weight, and tell of anything in a month where it is not nought.
    size = np.where(size > _NOUGHT, size, np.inf)
    scaled = np.asarray(features / size, np.float32)  # half the time of double precision, and the ridge keeps it sound
    aim = np.asarray(target, np.float32)
    typical = np.abs(target).mean() + 1e-12
    weight = np.ones(len(target), np.float32)
    fitted = np.zeros(features.shape[1])
    for _ in range(rounds):
        weighted = scaled * weight[:, None]
        normal = (weighted.T @ scaled).astype(float) + ridge * weight.sum(dtype=float) * np.eye(len(fitted))
        previous, fitted = fitted, np.linalg.solve(normal, (weighted.T @ aim).astype(float))
        if np.abs(fitted - previous).max() < 1e-3 * typical:
            break
        weight = 1 / np.maximum(np.abs(aim - scaled @ fitted.astype(np.float32)), np.float32(0.02 * typical))
    return fitted / size
