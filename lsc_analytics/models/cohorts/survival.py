"""What share of a cohort will still be waiting some weeks on, learned from how lists moved lately. It draws no counts.

Whoever is over 65 weeks in thirteen weeks is over 52 today. So a cohort is followed, month by month, down the waits it
still has to pass; the share that stays at each step is what stayed of the lists that took the same step before.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lsc_analytics.models.cohorts.ageing import weeks_in
from lsc_analytics.models.cohorts.history import BandHistory
from lsc_analytics.reference import ALL_SPECIALTIES

_RECENT_STEPS = 3  # exits change with validation drives and deadlines: older months say less
_OWN_PATHWAYS = 60.0  # a list's own rate and its trust's and specialty's weigh the same at this many pathways
_POOL_PATHWAYS = 200.0  # a trust's or a specialty's rate and the system's weigh the same at this many
_NOTHING_KNOWN = 0.8  # a month, where no two months are known
_NO_RECORD = 0.02
_WEEKS_A_MONTH = 365.25 / 12 / 7
LEVEL_BELIEVED = 0.5  # on average, of what all lists together were off by before: it may have been chance
_MOST = 1.2  # a step may seem to add pathways (transfers in, a shape that is off), but not without limit


def cohort(history: BandHistory, edges: Sequence[float], weeks: float, month: int = -1) -> np.ndarray:
    """Who will be between each two edges so many weeks after a month end if nobody leaves?

    Args:
        history: The lists' bands.
        edges: Weeks, ascending, such as 52, 65, 78; the last slice is open above.
        weeks: Weeks ahead, not more than the first edge: later joiners are in no band yet.
        month: Which of the history's months.

    Returns:
        (lists, edges): the slice from each edge to the next; not to be written to.
    """
    asked = tuple(edges), weeks, month % len(history.months)
    if asked not in history.cohorts:
        over = [history.over(max(edge - weeks, 0.0), month) for edge in edges]
        told = np.stack([a - b for a, b in zip(over, [*over[1:], np.zeros_like(over[0])], strict=True)], axis=1)
        told.setflags(write=False)
        history.cohorts[asked] = told
    return history.cohorts[asked]


def staying(history: BandHistory, edges: Sequence[float], ahead: Sequence[float], month: int = -1) -> np.ndarray:
    """What share of each list's cohort, between each two edges, will still be waiting when it gets there?

    The share is a product over the steps. Each step's is that of whoever took the same step, from the same wait, in the
    three months before: of the list itself, leaning by a pseudo-count of 60 pathways on the system's rate times how far
    its trust's and its specialty's depart from it.

    Args:
        history: The lists' bands; nothing after the month is looked at.
        edges: As for `cohort`.
        ahead: Weeks of each step to come; a month's, or a part of one.
        month: Which of the history's months the cohort is counted at.

    Returns:
        (lists, edges), each 0 to 1.
    """
    return np.clip(staying_so_far(history, edges, ahead, month)[-1], 0.0, 1.0)


def staying_so_far(history: BandHistory, edges: Sequence[float], ahead: Sequence[float], month: int = -1) -> np.ndarray:
    """The same after none, one, and so on to all of the steps: (steps + 1, lists, edges), a step may seem to add some."""
    at = month % len(history.months)
    shares = [np.ones((len(history.lists), len(edges)))]
    to_go = float(sum(ahead))
    for weeks in ahead:
        to_go -= weeks
        shares.append(shares[-1] * np.minimum(_step(history, edges, to_go, weeks, at), _MOST))
    return np.stack(shares)


def steps_known(history: BandHistory, month: int = -1) -> int:
    """How many of the recent steps the shares at a month can rest on."""
    at = month % len(history.months)
    known = np.isfinite(history.bands[:, :, 0]).any(axis=0)
    return int(sum(known[step - 1] and known[step] for step in range(max(1, at - _RECENT_STEPS + 1), at + 1)))


def expected(
    history: BandHistory, edges: Sequence[float], ahead: Sequence[float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The share of each list's cohort that is expected to stay, half corrected by the `record`, and how it may stray.

    Returns:
        Share, (lists, edges), 0 to 1; and the record's level, (edges,), and scatter, (lists, edges).
    """
    level, stray = record(history, edges, ahead)
    return np.minimum(staying(history, edges, ahead) * level**LEVEL_BELIEVED, 1.0), level, stray


def record(history: BandHistory, edges: Sequence[float], ahead: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """How has what these shares said at earlier months stood up: how far were they off together, and list from list?

    Each earlier month's shares, from what was known then, are held against what came so many months later.

    Returns:
        Level, (edges,): what came over what was said, all lists together, 0.25 to 1.44: exits that have been quickening
        or slowing need it. And scatter, (lists, edges): how much more lists stray than chance would have them, total
        rows judged apart, since in a sum much evens out. If a cohort of C were left to independent chances of r, the
        squared error would be C r (1 - r) on average; its excess is (C - 1) rho times that, rho being the intra-class
        correlation of a beta-binomial (Skellam 1948). 1 and 0.02 where no earlier month can be judged.
    """
    months = max(1, round(sum(ahead) / _WEEKS_A_MONTH))
    last = len(history.months) - 1
    steps = min(months, max(1, last - 2))  # a year ahead cannot be judged on a year: the furthest that can, scaled
    totals = np.asarray(history.lists.get_level_values(1) == ALL_SPECIALTIES).astype(int)
    came_of, said_of = (np.zeros(len(edges)) for _ in range(2))
    errors, sizes = (np.zeros((2, len(edges))) for _ in range(2))
    for month in range(1, last - steps + 1):
        if not steps_known(history, month):
            continue
        weeks = [weeks_in(name) for name in history.months[month + 1 : month + steps + 1]]
        size, share = cohort(history, edges, sum(weeks), month), staying(history, edges, weeks, month)
        came = cohort(history, edges, 0.0, month + steps)
        known = np.isfinite(came) & np.isfinite(size)
        came_of += np.where(known, came, 0.0).sum(axis=0)
        said_of += np.where(known, size * share, 0.0).sum(axis=0)
        chance = size * share * (1 - share)
        told = known & (chance > 0.5) & (size > 2)
        np.add.at(errors, totals, np.where(told, (came - size * share) ** 2 / np.where(told, chance, 1.0) - 1, 0.0))
        np.add.at(sizes, totals, np.where(told, size - 1, 0.0))
    level = np.divide(came_of, said_of, out=np.ones(len(edges)), where=said_of > 0) ** (months / steps)
    rho = np.divide(errors, sizes, out=np.full(sizes.shape, _NO_RECORD), where=sizes > 0) * months / steps
    return np.clip(level, 0.25, 1.44), np.clip(rho, 0.0005, 0.5)[totals]


def _step(history: BandHistory, edges: Sequence[float], to_go: float, weeks: float, at: int) -> np.ndarray:
    """The share that stays in one step, after which so many weeks are still to go: (lists, edges)."""
    came, left, past = (np.zeros((len(history.lists), len(edges))) for _ in range(3))
    for month in range(max(1, at - _RECENT_STEPS + 1), at + 1):
        long = weeks_in(history.months[month])
        after = cohort(history, edges, to_go, month)
        before = cohort(history, edges, to_go + long, month - 1)
        both = np.isfinite(after) & np.isfinite(before)
        came += np.where(both, after, 0.0)
        left += np.where(both, before, 0.0)
        past += np.where(both, long * before, 0.0)
    teaching = (history.lists.get_level_values(1) != ALL_SPECIALTIES)[:, None]
    if not teaching.any():
        teaching = ~teaching
    system = _ratio((came * teaching).sum(axis=0), (left * teaching).sum(axis=0))
    prior = np.broadcast_to(system, came.shape).copy()
    for group in history.groups:
        sums = [
            np.stack([np.bincount(group, each) for each in (values * teaching).T], axis=1) for values in (came, left)
        ]
        prior *= ((sums[0] + _POOL_PATHWAYS * system) / (sums[1] + _POOL_PATHWAYS) / np.maximum(system, 1e-9))[group]
    share = (came + _OWN_PATHWAYS * prior) / (left + _OWN_PATHWAYS)
    # A step of part of a month, or of a longer one, is that part of the exits learned.
    usual = np.where(left > 0, past / np.where(left > 0, left, 1.0), _WEEKS_A_MONTH)
    return np.asarray(share ** (weeks / usual))


def _ratio(came: np.ndarray, left: np.ndarray) -> np.ndarray:
    return np.where(left > 0, came / np.where(left > 0, left, 1.0), _NOTHING_KNOWN)
