"""The rules of an XmR chart, each a function of vectors: limits from moving ranges, and four ways to be special.

Every rule looks one way at a time (`way` is +1 for high or rising, -1 for low or falling) and says of each point whether
it belongs to what the rule looks for. None knows which way is good; a mirrored series is answered by the mirrored way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]
Way = Literal[1, -1]

LIMIT = 2.66  # 3 / d2 with d2 = 1.128 for ranges of two: three sigma, told by the mean moving range
NEAR = LIMIT * 2 / 3  # two sigma: 1.77
SCREEN = 3.267  # D4 for ranges of two: a moving range beyond so many of their mean is an outlier (Nelson 1982)
_SAME = 1e-9  # of the largest value: what binary fractions may add to a mean is no difference


@dataclass(frozen=True)
class Limits:
    """Mean and process limits of one stretch, and what they rest on."""

    mean: float
    lower: float
    upper: float
    near_lower: float
    near_upper: float
    moving_range: Values
    screened: Mask


def limits(values: Values, *, screen: bool = False) -> Limits:
    """Where does the process run, and how far does chance alone take it?

    Mean and 2.66 mean moving ranges either way (Making Data Count). With `screen`, moving ranges of 3.267 times their
    mean or more are left out once, as NHSRplotthedots does unless told otherwise and the Making Data Count workbook does
    not: one spike makes two large ranges, which would hide the next.

    Args:
        values: One stretch, in order of time, without gaps.
        screen: Leave outlying moving ranges out.

    The example of NHSRplotthedots' own note on how it differs from the workbook:

    >>> spike = np.array([1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1.0])
    >>> plain, screened = limits(spike), limits(spike, screen=True)
    >>> print(*np.round([plain.mean, plain.lower, plain.upper, screened.lower, screened.upper], 2))
    1.94 -3.06 6.95 -0.72 4.6
    """
    mean = float(values.mean())
    ranges = np.r_[np.nan, np.abs(np.diff(values))]
    counted = ranges[1:]
    out = np.zeros(len(values), dtype=bool)
    if screen and len(counted) and (average := counted.mean()) > 0:
        out[1:] = counted >= SCREEN * average
        counted = counted[~out[1:]]
    width = float(counted.mean()) if len(counted) else 0.0
    far, near = LIMIT * width, NEAR * width
    return Limits(mean, mean - far, mean + far, mean - near, mean + near, ranges, out)


def side(values: Values, mean: float) -> NDArray[np.int64]:
    """On which side of the mean is each point: 1 above, -1 below, 0 on it.

    >>> side(np.array([0.1, 0.3, 0.2]), 0.2).tolist()
    [-1, 1, 0]
    """
    return _sign(values - mean, values)


def outside(values: Values, found: Limits, way: Way) -> Mask:
    """Rule 1: is the point beyond the process limit? A point on the limit is not.

    >>> outside(np.array([1, 2, 1, 2, 10, 1, 2, 1.0]), limits(np.array([1, 2, 1, 2, 1, 2, 1, 2.0])), 1).tolist()
    [False, False, False, False, True, False, False, False]
    """
    return _sign(values - (found.upper if way > 0 else found.lower), values) == way


def shift(sides: NDArray[np.int64], run: int, way: Way) -> Mask:
    """Rule 2: is the point one of at least `run` in a row on this side of the mean? A point on the mean ends the run.

    >>> shift(np.array([1, 1, 1, -1, 1, 1, 0, 1]), 3, 1).tolist()
    [True, True, True, False, False, False, False, False]
    """
    return _in_run(sides == way, run)


def trend(values: Values, run: int, way: Way, *, ties: Literal["neither", "break"] = "neither") -> Mask:
    """Rule 3: is the point one of at least `run` in a row, each higher than the one before it (or lower)?

    Args:
        values: One stretch, in order of time.
        run: Points, the first included: seven points are six rises.
        way: 1 for rises, -1 for falls.
        ties: A repeated value neither adds to a trend nor cancels it (NHS Improvement's guide to run and control charts),
            or breaks it (what NHSRplotthedots computes).

    >>> trend(np.array([1, 2, 2, 3, 4, 0.0]), 4, 1).tolist()
    [True, True, True, True, True, False]
    >>> trend(np.array([1, 2, 2, 3, 4, 0.0]), 4, 1, ties="break").tolist()
    [False, False, False, False, False, False]
    """
    steps = _sign(np.diff(values), values)
    marked = np.zeros(len(values), dtype=bool)
    first, moved, last = 0, 0, 0  # where the run began, how many moves it has, where its last move ended
    for place, step in enumerate([*steps, -way]):  # one move the other way ends whatever runs at the end
        if step == way:
            moved, last = moved + 1, place + 1
        elif step or ties == "break":
            if moved + 1 >= run:
                marked[first : last + 1] = True
            first, moved = place + 1, 0
        elif not moved:
            first = place + 1  # a tie before the first move is not part of the trend
    return marked


def two_of_three(values: Values, found: Limits, way: Way, *, beyond_limits_too: bool = True) -> Mask:
    """Rule 4: is the point one of two in three beyond two thirds of the way to the limit, all three on its side?

    Only the points that far out are marked, not the third.

    Args:
        values: One stretch, in order of time.
        found: Its limits.
        way: The side looked at.
        beyond_limits_too: Points beyond the limit count as well (Making Data Count since November 2023); otherwise only
            those between two thirds and the limit (NHSRplotthedots).

    >>> told = Limits(0, -3, 3, -2, 2, np.zeros(4), np.zeros(4, dtype=bool))
    >>> two_of_three(np.array([2.5, 1, 3.5, -1]), told, 1).tolist()
    [True, False, True, False]
    >>> two_of_three(np.array([2.5, 1, 3.5, -1]), told, 1, beyond_limits_too=False).any()
    np.False_
    """
    far = _sign(values - (found.near_upper if way > 0 else found.near_lower), values) == way
    if not beyond_limits_too:
        far &= ~outside(values, found, way)
    same = side(values, found.mean) == way
    marked = np.zeros(len(values), dtype=bool)
    for start in range(len(values) - 2):
        three = slice(start, start + 3)
        if same[three].all() and far[three].sum() >= 2:
            marked[three] |= far[three]
    return marked


def run_at_end(marked: Mask) -> int:
    """How many points in a row, the last one included, does a rule mark?

    >>> run_at_end(np.array([True, False, True, True])), run_at_end(np.array([True, False]))
    (2, 0)
    """
    unmarked = np.flatnonzero(~marked)
    return len(marked) - (int(unmarked[-1]) + 1 if len(unmarked) else 0)


def _in_run(held: Mask, run: int) -> Mask:
    """The points of every stretch of at least `run` points that hold."""
    edges = np.flatnonzero(np.diff(np.r_[False, held, False].astype(np.int8)))
    marked = np.zeros(len(held), dtype=bool)
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        marked[start:end] = end - start >= run
    return marked


def _sign(differences: Values, values: Values) -> NDArray[np.int64]:
    """The sign of differences, those too small to be any taken for none."""
    least = _SAME * float(np.abs(values).max(initial=0.0))
    return np.where(np.abs(differences) <= least, 0, np.sign(differences)).astype(np.int64)
