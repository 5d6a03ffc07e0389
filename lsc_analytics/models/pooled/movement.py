"""What moves a list: the country's common movement, and what tells the list from the country. Arrays in, arrays out."""

from __future__ import annotations

import numpy as np

from lsc_analytics.models.pooled.panel import Family, Panel, by_group, growth, shift

WEEKS_A_MONTH = 365.25 / 12 / 7
_LAGS = (1, 2, 3, 6)  # months over which a list's own momentum is measured
_GROUP_LAGS = (1, 3, 6)
_GROUP_PRIOR = 20  # pathways: a trust or specialty with fewer than this leans on the country
_LIST_PRIOR = 5
_RIDGE = 0.002  # on standardised columns, as a share of the total weight; 0.0001 to 0.01 score within 0.01


def common_movement(panel: Panel, family: Family, measure: str, ahead: int, origin: int) -> float:
    """By what share will the country's count move, told from its season in earlier years and its drift?

    Deliberately a fixed rule, not a fit: one country and few years cannot settle more than a weight or two. `season` is
    the mean log change over the same months of up to three earlier years, `departure` the same less those years' drift,
    `drift_12` and `drift_6` what it changed in the last twelve and six months, in proportion.

    Args:
        panel: The lists.
        family: Whose weights are used.
        measure: What moves.
        ahead: Months ahead.
        origin: Month forecast from, as a position in `panel.months`.
    """
    known = panel.national[measure]
    end = len(known) - len(panel.months) + origin
    level = np.log(np.maximum(known[: end + 1], 0.5))
    parts = {
        "drift_12": (level[end] - level[end - 12]) * ahead / 12 if end >= 12 else 0.0,
        "drift_6": (level[end] - level[end - 6]) * ahead / 6 if end >= 6 else 0.0,
    }
    years = [end - 12 * back for back in (1, 2, 3) if end - 12 * back >= 0]
    same = [level[year + ahead] - level[year] for year in years]
    drift = [(level[year + 12] - level[year]) * ahead / 12 for year in years]
    parts["season"] = float(np.mean(same)) if years else 0.0
    parts["departure"] = parts["season"] - float(np.mean(drift)) if years else 0.0
    return float(np.expm1(np.nan_to_num(sum(share * parts[part] for part, share in family.common[measure].items()))))


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
    with np.errstate(divide="ignore", invalid="ignore"):
        year_ago = shift(growth(count, ahead), 12 - ahead)
        before, after = shift(count, 12), shift(count, 12 - ahead)
        columns.append(count * np.clip((after - before) / (before + _LIST_PRIOR) - year_ago, -0.8, 1.5))
        for group in panel.groups:
            total = by_group(count, group)
            for lag in _GROUP_LAGS:
                past = shift(total, lag)
                columns.append(
                    count * np.clip((total - past * (1 + moved[lag])) / (past + _GROUP_PRIOR), -0.9, 1.5)[group]
                )
            before, after = shift(total, 12), shift(total, 12 - ahead)
            columns.append(count * (np.clip((after - before) / (before + _GROUP_PRIOR), -0.9, 1.5)[group] - year_ago))
        companions = [panel.counts[name] for name in family.companions[measure]]
        if measure in family.threshold:
            companions.append(_over(panel, family, family.threshold[measure] - ahead * WEEKS_A_MONTH))
        for companion in companions:
            excess = companion - count * np.nansum(companion, axis=0) / np.nansum(count, axis=0)
            columns += [excess, excess - shift(excess, 1), excess - shift(excess, 3)]
        if measure in family.threshold:
            columns += _tipping(panel, count, companions[-1], ahead)
    return np.nan_to_num(np.stack(columns, axis=-1), posinf=0, neginf=0)


def _tipping(panel: Panel, count: np.ndarray, feeding: np.ndarray, ahead: int) -> list[np.ndarray]:
    """Whoever is over 65 weeks in three months is over 52 now: today's feeding cohort times the share that stayed.

    The share of the trust, of the specialty and of the list itself, each leaning on the country's, less the country's.
    """
    fed = shift(feeding, ahead)
    both = np.isfinite(count) & np.isfinite(fed)
    stayed = np.where(both, count, 0).sum(axis=0) / np.maximum(np.where(both, fed, 0).sum(axis=0), 1)
    columns = []
    for group in panel.groups:
        share = (by_group(count, group) + _GROUP_PRIOR * stayed) / (
            shift(by_group(feeding, group), ahead) + _GROUP_PRIOR
        )
        columns.append(feeding * (np.clip(share, 0, 3)[group] - stayed))
    own = (count + _LIST_PRIOR * stayed) / (fed + _LIST_PRIOR)
    return [*columns, feeding * (np.clip(own, 0, 3) - stayed)]


def _over(panel: Panel, family: Family, weeks: float) -> np.ndarray:
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


def least_absolute(features: np.ndarray, target: np.ndarray, *, ridge: float = _RIDGE, rounds: int = 40) -> np.ndarray:
    """Weights with the least sum of absolute errors, slightly shrunk, by iteratively reweighted least squares.

    The loss is the score itself: pathways wrong, summed over lists.

    >>> line = np.arange(1.0, 6.0)[:, None]
    >>> least_absolute(line, np.array([2.0, 4, 6, 8, 90]), ridge=0).round(1)  # least squares: 9.3
    array([2.1])
    """
    size = np.sqrt((features**2).mean(axis=0)) + 1e-12
    scaled = features / size
    typical = np.abs(target).mean() + 1e-12
    weight = np.ones(len(target))
    fitted = np.zeros(features.shape[1])
    for _ in range(rounds):
        weighted = scaled * weight[:, None]
        normal = weighted.T @ scaled + ridge * weight.sum() * np.eye(len(fitted))
        previous, fitted = fitted, np.linalg.solve(normal, weighted.T @ target)
        if np.abs(fitted - previous).max() < 1e-4 * typical:
            break
        weight = 1 / np.maximum(np.abs(target - scaled @ fitted), 0.02 * typical)
    return fitted / size
