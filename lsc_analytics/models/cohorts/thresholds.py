"""How many will be over 52, 65 and 78 weeks, from who is over the thresholds today: the `cohort` method of the contest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lsc_analytics.errors import ParameterError
from lsc_analytics.models.cohorts.ageing import weeks_in
from lsc_analytics.models.cohorts.history import BandHistory
from lsc_analytics.models.cohorts.survival import LEVEL_BELIEVED, cohort, expected
from lsc_analytics.reference import add_months

EDGES = (52, 65, 78)


def from_thresholds(
    history: BandHistory,
    horizon: int,
    *,
    lists: Sequence[int] | None = None,
    edges: Sequence[int] = EDGES,
    draws: int = 500,
    seed: int = 0,
) -> dict[str, np.ndarray]:
    """How many of each list will be over the long thresholds in each of the months ahead?

    Slices between the thresholds are drawn apart and added up, so that 65+ is never above 52+ in any draw. A list's draw
    is the same whichever lists are asked for with it.

    Judged on all of England's lists (provider by specialty), thresholds and percentiles only, at the twelve origins from
    November 2024 to October 2025: the sum of the median's absolute errors was 0.98 (52+), 0.96 (65+) and 0.84 (78+) of
    the last value's one to three months ahead, and 0.98, 0.88 and 0.77 four to six; 80% intervals held 88, 85 and 85%,
    then 87, 74 and 75%, on lists with five or more. It is no proof on one list or one origin: 65+ ranged from 0.69 to
    1.23 by origin, and on the four trusts 52+ lost to the last value (1.02 and 1.05). Total rows of 65+ four to six months
    ahead are too sure (64%).

    Args:
        history: `band_history` of all the lists that teach, up to the as-of month.
        horizon: Months ahead, 1 to 12: nobody who joins later can be over 52 weeks by then.
        lists: Rows of `history.lists` to answer for; all where None.
        edges: Thresholds in weeks, ascending, the first 52 or more.
        draws: Outcomes drawn.
        seed: Of the draws, with the list and the month.

    Returns:
        Measure, such as `over_65_weeks`: (lists, draws, horizon) whole pathways.

    Raises:
        ParameterError: The horizon reaches those who have not joined yet.
    """
    if not 1 <= horizon <= 12 or min(edges) < 52:
        raise ParameterError(
            f"{horizon} months ahead, over {min(edges)} weeks, reaches those who have not joined the list yet.",
            "Ask for 1 to 12 months and 52 weeks or more.",
            parameter="horizon",
        )
    chosen = np.arange(len(history.lists)) if lists is None else np.asarray(lists, dtype=int)
    ahead = [weeks_in(add_months(history.months[-1], step)) for step in range(1, horizon + 1)]
    counts = np.zeros((len(chosen), draws, horizon, len(edges)), dtype=np.int64)
    for step in range(1, horizon + 1):
        weeks = ahead[:step]
        size = cohort(history, edges, sum(weeks))[chosen]
        share, level, stray = expected(history, edges, weeks)
        share, stray = share[chosen], stray[chosen]
        for row, name in enumerate(history.lists[chosen]):
            random = np.random.default_rng([seed, step, *f"{name[0]}{name[1]}{history.months[-1]}".encode()])
            counts[row, :, step - 1] = staying_counts(size[row], share[row], level, stray[row], draws, random)
    over = np.cumsum(counts[..., ::-1], axis=-1)[..., ::-1]
    return {f"over_{edge}_weeks": over[..., slice_] for slice_, edge in enumerate(edges)}


def staying_counts(
    size: np.ndarray,
    share: np.ndarray,
    level: np.ndarray,
    stray: np.ndarray,
    draws: int,
    random: np.random.Generator,
) -> np.ndarray:
    """How many of each slice's cohort stay, drawn: beta-binomial, never more than the cohort.

    Args:
        size: (slices,) pathways; a fraction is a chance of one more.
        share: (slices,) expected share that stays, which believes half of the level.
        level: (slices,) what all lists together were off by before, from `survival.record`; how much of it holds again,
            from nothing to all, is drawn once for all slices.
        stray: (slices,) intra-class correlation, from `survival.record`.
        draws: Outcomes.
        random: Where chance comes from.

    Returns:
        (draws, slices) whole pathways.

    >>> two = staying_counts(*(np.array([part]) for part in (200.0, 0.5, 1.0, 0.01)), 4000, np.random.default_rng(1))
    >>> int(two.max()) <= 200, bool(abs(two.mean() - 100) < 1), bool(two.std() > 50 ** 0.5)
    (True, True, True)
    """
    people = np.floor(size) + (random.random((draws, len(size))) < size - np.floor(size))
    believed = random.random((draws, 1))
    mean = np.clip(share * level ** (believed - LEVEL_BELIEVED), 1e-6, 1 - 1e-6)
    strength = 1 / stray - 1
    return random.binomial(people.astype(np.int64), random.beta(mean * strength, (1 - mean) * strength))
