"""How sure a share is: Wilson's interval of one, of the change between two, and partial pooling of many small ones.

It knows neither campaign nor trust.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import betaincinv, betaln

_Z = 1.959964  # 95% of a normal distribution lies so many standard deviations about its middle
# Where the prior is looked for: its mean, and how many patients it counts for.
_MEANS = np.concatenate([np.geomspace(0.002, 0.1, 24), np.linspace(0.12, 0.88, 39), 1 - np.geomspace(0.1, 0.002, 24)])
_STRENGTHS = np.geomspace(4, 4000, 22)


def wilson(count: pd.Series, of: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The 95% interval of a share, in percent: E. B. Wilson, 1927; it stays within 0 to 100 and holds for few.

    Args:
        count: Those counted; empty where it is hidden.
        of: Those it is a share of.

    Returns:
        Lower and upper end, empty where either is hidden or nobody is counted.

    >>> low, high = wilson(pd.Series([1196.0]), pd.Series([13583.0]))
    >>> round(low[0], 2), round(high[0], 2)
    (np.float64(8.34), np.float64(9.29))
    """
    number = of.where((of > 0) & (count <= of))
    share = count / number
    middle = (share + _Z**2 / (2 * number)) / (1 + _Z**2 / number)
    half = _Z / (1 + _Z**2 / number) * np.sqrt(share * (1 - share) / number + _Z**2 / (4 * number**2))
    return (100 * (middle - half)).clip(lower=0), (100 * (middle + half)).clip(upper=100)


def change(
    count: pd.Series, of: pd.Series, count_before: pd.Series, of_before: pd.Series
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """By how many percentage points has a share changed, and what does chance leave open: R. G. Newcombe, 1998, method 10.

    Args:
        count: Those counted now.
        of: Those they are a share of.
        count_before: Those counted before.
        of_before: Those they were a share of.

    Returns:
        The change, and the lower and upper end of its 95% interval, which is made of the two shares' own (`wilson`).

    Newcombe's own first example, 56 of 70 after 48 of 80:

    >>> told = change(*(pd.Series([number]) for number in (56.0, 70.0, 48.0, 80.0)))
    >>> [round(float(each[0]), 2) for each in told]
    [20.0, 5.24, 33.39]
    """
    (low, high), (low_before, high_before) = wilson(count, of), wilson(count_before, of_before)
    share, before = 100 * count / of, 100 * count_before / of_before
    moved = share - before
    return (
        moved,
        moved - np.sqrt((share - low) ** 2 + (high_before - before) ** 2),
        moved + np.sqrt((high - share) ** 2 + (before - low_before) ** 2),
    )


def pooled(count: np.ndarray, of: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Many shares, each drawn towards all of them as far as it is small.

    Beta-binomial: shares vary between cells by a beta distribution whose mean and spread are themselves uncertain and
    summed over (a grid, even over the spread: A. Gelman, 2006), so that an interval holds for cells of any size. A cell
    whose count is hidden says nothing and borrows everything.

    Args:
        count: Those counted, by cell; not a number where hidden.
        of: Those they are a share of.

    Returns:
        Middle, lower and upper end of 95%, by cell, in percent.

    Two of ten, beside nine cells of nearly 10 in 100, is more likely luck than 20 in 100:

    >>> middle, low, high = pooled(np.array([2.0] + [10] * 9), np.array([10.0] + [100] * 9))
    >>> bool(9 < middle[0] < 13), bool(low[0] < 10 < high[0])
    (True, True)
    """
    known = np.isfinite(count) & np.isfinite(of) & (of > 0)
    x, n = np.where(known, count, 0.0), np.where(known, of, 0.0)
    x = np.minimum(x, n)
    mean, strength = (axis.ravel() for axis in np.meshgrid(_MEANS, _STRENGTHS))
    a, b = mean * strength, (1 - mean) * strength
    each, weight = np.unique(np.column_stack([x, n]), axis=0, return_counts=True)
    likely = np.zeros(len(a))
    for (hits, number), times in zip(each, weight, strict=True):
        likely += times * (betaln(a + hits, b + number - hits) - betaln(a, b))
    likely += np.log(np.tile(np.gradient(_MEANS), len(_STRENGTHS)))
    likely -= 0.5 * np.log(strength)  # even over the spread between cells, not over what the prior counts for
    share = np.exp(likely - likely.max())
    share /= share.sum()
    # The mixture of beta distributions over the grid, as the one beta of its mean and variance.
    alpha, total = a[None] + x[:, None], (a + b)[None] + n[:, None]
    first = (alpha / total) @ share
    second = (alpha * (alpha + 1) / (total * (total + 1))) @ share
    counts_for = first * (1 - first) / np.maximum(second - first**2, 1e-12) - 1
    low, high = (betaincinv(first * counts_for, (1 - first) * counts_for, level) for level in (0.025, 0.975))
    return 100 * first, 100 * low, 100 * high
