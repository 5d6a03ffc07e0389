"""A DM01 list by weekly band, one week at a time: who joins, who is tested, who crosses six weeks. It forecasts no flow.

DM01 bands are closed below: somebody who has waited 42 days is in band 6, and has waited six weeks.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.optimize import isotonic_regression

from lsc_analytics.models.staying import NOBODY, power_for
from lsc_analytics.reference import LAST_DM01_BAND

Order = Literal["as_now", "longest_first"]
BANDS = LAST_DM01_BAND + 1
_PRIOR_PEOPLE = 20.0  # a list of so many people leans as much on the lists of its test as on itself
# How a tilt bears on the bands: not on the youngest two, and in full on those of six weeks or more.
_TILTED = np.clip((np.arange(BANDS) - 1) / 5, 0.0, 1.0)


def weekly_stay(waiting: np.ndarray, demand: float, like: tuple[np.ndarray, float] | None = None) -> np.ndarray:
    """What share of those in each band is still waiting a week later?

    Of a list that neither grows nor changes its ways, the next band holds those of this one who stay, and the first band
    those of a week's demand who were not tested at once. A year's mean list is taken for such a list, made to fall from band
    to band (isotonic regression) where chance or a month's backlog makes a later one larger. At these rates demand as of
    the year keeps the list as it was. Small lists lean on those of the same test.

    Args:
        waiting: (14,) people by band, mean of the month ends of a year.
        demand: Joining a week, mean of the year.
        like: The same two of all lists of the test together.

    Returns:
        (14,) shares, 0.02 to 0.995.

    Of ten who join a week nine are waiting at its end, and two thirds of those a week later:

    >>> list_ = np.array([9, 6, 3, 1.5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    >>> [round(float(rate), 2) for rate in weekly_stay(list_, 10.0)[:5]]
    [0.9, 0.67, 0.5, 0.5, 0.02]
    """
    mean, joining = waiting.astype(float), max(demand, 0.0)
    if like is not None and like[0].sum() > 0:
        share = _PRIOR_PEOPLE / like[0].sum()
        mean, joining = mean + share * like[0], joining + share * max(like[1], 0.0)
    falling = isotonic_regression(mean[:-1], increasing=False).x
    before = np.r_[max(joining, NOBODY), falling[:-1], falling[-1] + mean[-1]]
    rates = np.r_[falling, mean[-1]] / np.maximum(before, NOBODY)
    return np.clip(rates, 0.02, 0.995)


def play(
    start: np.ndarray,
    demand: np.ndarray,
    tests: np.ndarray,
    stay: np.ndarray,
    directed: np.ndarray | None = None,
    tilt: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """What becomes of lists, week by week?

    Everyone is a week older; demand joins; as many as are tested leave at their bands' rates, which rise or fall together
    until so many have left. Directed tests go to the longest waiters after that. Demand below nought (more left untested
    than joined) takes people off like tests that are not counted. Opening + demand - tests = closing in every week, unless
    more would leave than wait: then tests come first. More tests never leave more people in any band, nor less demand.

    Args:
        start: (..., 14) people by band.
        demand: (..., weeks) joining, net of those who leave untested.
        tests: (..., weeks) from the waiting list.
        stay: (..., 14) weekly rates.
        directed: (..., weeks) further tests for the longest waiters.
        tilt: (..., weeks) by how much more (above nought) of those of six weeks or more leave than their rates say, against
            the youngest: rates of leaving are multiplied by e to it, and by less in the bands between.

    Returns:
        Bands at each week's end, (..., weeks, 14), and the tests done, (..., weeks).

    Ten join and twelve are tested of thirty, so twenty-eight wait:

    >>> start = np.zeros(14); start[:6] = 5
    >>> bands, done = play(start, np.array([10.0]), np.array([12.0]), np.full(14, 0.8))
    >>> float(bands.sum().round(6)), done.tolist()
    (28.0, [12.0])
    """
    shape = np.broadcast_shapes(start.shape[:-1], demand.shape[:-1], tests.shape[:-1])
    bands, usual = np.broadcast_to(start, (*shape, BANDS)).astype(float), np.log(stay)
    weeks = demand.shape[-1]
    told, done = np.empty((*shape, weeks, BANDS)), np.empty((*shape, weeks))
    power = np.ones(shape)
    for week in range(weeks):
        aged = np.empty_like(bands)
        aged[..., 1:] = bands[..., :-1]
        aged[..., -1] += bands[..., -1]
        aged[..., 0] = np.maximum(demand[..., week], 0.0)
        here = aged.sum(axis=-1)
        tested = np.minimum(np.maximum(tests[..., week], 0.0), here)
        left = np.minimum(np.maximum(-demand[..., week], 0.0), here - tested)
        wanted = here - tested - left
        logs = usual if tilt is None else usual * np.exp(tilt[..., week, None] * _TILTED)
        power = power_for(aged, logs, wanted, power)
        bands = aged * np.exp(logs * power[..., None])
        total = bands.sum(axis=-1)
        bands *= np.where(total > NOBODY, wanted / np.where(total > NOBODY, total, 1.0), 0.0)[..., None]
        if directed is not None:
            further = np.minimum(np.maximum(directed[..., week], 0.0), wanted)
            longest = bands[..., ::-1]
            before = np.cumsum(longest, axis=-1) - longest
            bands = (longest - np.clip(further[..., None] - before, 0.0, longest))[..., ::-1]
            tested = tested + further
        told[..., week, :], done[..., week] = bands, tested
    return told, done
