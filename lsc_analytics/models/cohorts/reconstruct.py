"""Weekly bands of a month for which only thresholds, a median and a 92nd percentile are known. It ages nothing.

Published counts are kept exactly; the shape between them is the nearest that is known, bent as little as the published
median and 92nd percentile ask (least Kullback-Leibler divergence). What comes out is an estimate, and is marked so.
"""

from __future__ import annotations

import numpy as np

from lsc_analytics.models.cohorts.ageing import BANDS

KNOTS = (0, 18, 52, 65, 78, 104)  # "over so many weeks", the whole list first
SHARES = (0.5, 0.92)  # the percentiles that are published
PERCENTILE_WEEKS = 0.1  # a percentile counts as kept within so many weeks
_FLOOR = 1e-3  # of a segment, spread evenly: nobody seen in a band is not nobody possible
_STEPS, _LONGEST_STEP, _FURTHEST = 60, 2.0, 40.0  # of Newton's method, in logs of a band's weight
_MISS = 1e-6  # of the list: a hundredth of a week is seldom less


def reconstruct(
    over: np.ndarray, shape: np.ndarray | None = None, percentiles: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """How may a list of which only a few figures are published be spread over the weekly bands?

    Args:
        over: (lists, 6) pathways over each of `KNOTS` weeks, the whole list first; nan where not published, which only
            the whole list may not be.
        shape: (lists, 105) pathways or shares by band, of which only the proportions between two knots are used. None,
            or a row of nan: log-linear between the knots, the flattest hazard that fits.
        percentiles: (lists, 2) published median and 92nd percentile in weeks; nan where not published.

    Returns:
        (lists, 105) pathways, not whole, that add up exactly to each published count; all nan where the whole list is
        not known or more wait longer than shorter. And (lists, 2): 1 where the percentile of the bands is within 0.1
        week of the published one, 0 where the counts do not allow it or no bending reached it (1 list of 2,301 in January
        2026): then the counts win and the list keeps its shape; nan where none is published.

    A list of 100, 60 within 18 weeks and 4 over 52, with a published median of 15 weeks:

    >>> told, kept = reconstruct(np.array([[100, 40, 4, 0, 0, 0.0]]), None, np.array([[15.0, np.nan]]))
    >>> told[0, :18].sum().round(9), told[0, :15].sum().round(1), told[0, 52:].sum().round(9), kept[0]
    (np.float64(60.0), np.float64(50.0), np.float64(4.0), array([ 1., nan]))
    """
    filled = _fill(np.asarray(over, float), shape)
    counts = np.maximum(filled - np.append(filled[:, 1:], np.zeros((len(filled), 1)), axis=1), 0.0)
    possible = np.isfinite(filled).all(axis=1) & (np.diff(filled, axis=1) <= 1e-9).all(axis=1)
    counts[~possible] = 0.0
    prior = _log_linear(np.where(possible[:, None], filled, 0.0))
    if shape is not None:
        prior = np.where(np.isnan(shape).any(axis=1)[:, None], prior, shape)
    widths = np.diff([*KNOTS, BANDS])
    even = np.repeat(1 / widths, widths)
    share = _in_segments(prior)
    prior = prior / np.repeat(np.where(share > 0, share, 1.0), widths, axis=1) + _FLOOR * even
    spread = prior * np.repeat(counts / _in_segments(prior), widths, axis=1)
    kept = np.full((len(spread), 2), np.nan)
    if percentiles is not None:
        bent = _bend(prior, counts, percentiles)
        kept = _kept(bent, percentiles)
        unmet = (kept == 0).any(axis=1)
        spread = np.where(unmet[:, None], spread, bent)
        kept = _kept(spread, percentiles)
    spread[~possible] = kept[~possible] = np.nan
    return spread, kept


def percentile(bands: np.ndarray, share: float) -> np.ndarray:
    """The wait within which a share of the list waits, as NHS England publishes it: linear inside the weekly band.

    The rank is the share times the list. So read off the January 2026 full extract, all 2,450 published medians and 92nd
    percentiles of providers' treatment functions come out to the published hundredth of a week.

    Args:
        bands: (lists, 105) pathways; an empty list has no percentile (nan).
        share: 0.5 or 0.92.

    >>> half = np.zeros((1, BANDS)); half[0, :2] = 30, 10
    >>> percentile(half, 0.5).round(2)  # 20 of 40: two thirds through the first band
    array([0.67])
    """
    reached = np.cumsum(bands, axis=1)
    wanted = share * reached[:, -1]
    # A rank that falls between two bands is met by the first: the slack keeps a reconstruction from missing it by a hair.
    slack = 3 * _MISS * reached[:, -1:]
    at = np.minimum((reached < wanted[:, None] - slack).sum(axis=1), BANDS - 1)
    row = np.arange(len(bands))
    inside = bands[row, at]
    before = reached[row, at] - inside
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(reached[:, -1] > 0, at + np.minimum((wanted - before) / inside, 1.0), np.nan)


def _in_segments(bands: np.ndarray) -> np.ndarray:
    """Sums between the knots: (..., 105) to (..., 6)."""
    return np.add.reduceat(bands, KNOTS, axis=-1)


def _fill(over: np.ndarray, shape: np.ndarray | None) -> np.ndarray:
    """Knots that are not published, by the shape's share of the knot before, or two thirds of the way it was falling."""
    filled = over.copy()
    tails = None if shape is None else np.cumsum(shape[:, ::-1], axis=1)[:, ::-1][:, KNOTS]
    for knot in range(1, len(KNOTS)):
        unknown = np.isnan(filled[:, knot])
        before = filled[unknown, knot - 1]
        share = np.full(len(before), np.exp(-(KNOTS[knot] - KNOTS[knot - 1]) / 13))
        if tails is not None:
            seen = tails[unknown]
            told = np.divide(
                seen[:, knot], seen[:, knot - 1], out=np.full(len(seen), np.nan), where=seen[:, knot - 1] > 0
            )
            share = np.where(np.isfinite(told), told, share)
        later = filled[unknown, knot + 1 :]
        least = np.nanmax(np.append(later, np.zeros((len(later), 1)), axis=1), axis=1)
        filled[unknown, knot] = np.maximum(before * share, least)
    return filled


def _log_linear(over: np.ndarray) -> np.ndarray:
    """Bands whose survival is log-linear between the knots; the open band holds what is over its edge."""
    weeks = np.arange(BANDS)
    left = np.clip(np.searchsorted(KNOTS, weeks, side="right") - 1, 0, len(KNOTS) - 2)
    part = (weeks - np.take(KNOTS, left)) / np.diff(KNOTS)[left]
    logs = np.log(over + 0.5)
    tail = np.exp(logs[:, left] * (1 - part) + logs[:, left + 1] * part)
    return np.maximum(tail - np.append(tail[:, 1:], np.full((len(tail), 1), 0.5), axis=1), 0.0)


def _kept(bands: np.ndarray, percentiles: np.ndarray) -> np.ndarray:
    ours = np.stack([percentile(bands, share) for share in SHARES], axis=1)
    near = np.abs(ours - percentiles) <= PERCENTILE_WEEKS
    return np.where(np.isnan(percentiles), np.nan, near.astype(float))


def _bend(prior: np.ndarray, counts: np.ndarray, percentiles: np.ndarray) -> np.ndarray:
    """The bands nearest to the prior with these counts and percentiles, by Newton's method on the dual.

    That a percentile is m weeks is linear in the bands: those under m, with the share of m's own band that is under it,
    are so many of the list. Each multiplier raises or lowers everyone under m alike, inside each segment, so that the
    counts hold at every step.
    """
    total = counts.sum(axis=1)
    known = np.isfinite(percentiles) & (total > 0)[:, None]
    under = np.clip(percentiles[:, :, None] - np.arange(BANDS), 0.0, 1.0)
    under = np.where(known[:, :, None], under, 0.0)
    share = counts / np.where(total > 0, total, 1.0)[:, None]
    wanted = np.where(known, np.array(SHARES), 0.0)
    widths = np.diff([*KNOTS, BANDS])
    filled = np.where(share > 0, share, 1.0)
    multiplier, open_ = np.zeros((len(prior), 2)), np.flatnonzero(known.any(axis=1))
    weight = prior * np.repeat(share / _in_segments(prior), widths, axis=1)
    for _ in range(_STEPS):
        raised = np.log(prior[open_]) + (multiplier[open_, :, None] * under[open_]).sum(axis=1)
        bent = np.exp(raised - raised.max(axis=1, keepdims=True))
        bent *= np.repeat(share[open_] / np.maximum(_in_segments(bent), 1e-300), widths, axis=1)
        weight[open_] = bent
        parts = _in_segments(bent[:, None] * under[open_])
        miss = parts.sum(axis=2) - wanted[open_]
        products = np.einsum("lib,ljb->lij", bent[:, None] * under[open_], under[open_])
        spread = products - np.einsum("lis,ljs->lij", parts / filled[open_, None], parts)
        step = -np.linalg.solve(spread + 1e-9 * np.eye(2), miss[:, :, None])[:, :, 0]
        step = np.clip(step, -_LONGEST_STEP, _LONGEST_STEP)
        multiplier[open_] = np.clip(multiplier[open_] + step, -_FURTHEST, _FURTHEST)
        open_ = open_[np.abs(miss).max(axis=1) > _MISS]
    return weight * total[:, None]
