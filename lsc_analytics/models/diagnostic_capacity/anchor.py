"""Futures of the lists held to the DM01 forecast that the same page leads with: one level, not two. It makes no forecast."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from lsc_analytics.models.diagnostic_capacity.expected import Expected
from lsc_analytics.models.diagnostic_capacity.weeks import play
from lsc_analytics.models.family import DM01
from lsc_analytics.models.risk import quantiles
from lsc_analytics.reference import add_months, month_end

_STEEPEST = (
    4.0  # those six weeks or more leave up to e^4 = 55 times as fast against the youngest as they did, or as slowly
)
_HALVINGS = 14  # of the bracket of the tilt: to a two-thousandth
_LEVEL = 6  # decimals of a person
_MOST_TESTS = 3.0  # times those of the year: beyond it the forecast is of another thing than the past


def anchored(expected: Expected, forecasts: pd.DataFrame) -> Expected:
    """What is expected of every list, with the list and those of six weeks or more as the leading forecast has them?

    At the last week end of every month ahead that is forecast, the draws of the list and of those of six weeks or more are
    given the forecast's distribution: the draw that was the longest before is the longest again, so that what moves
    together still does. Tests are scaled to the forecast's mean; implied demand is what closes the list; and who is tested
    is tilted, month by month and draw by draw, until so many of six weeks or more are left. After the last month forecast,
    flows go on as the year's, and tests are given out as in the mean of the months before.

    Args:
        expected: Every list, from its flows alone.
        forecasts: `tables.DM01_FORECAST` as of the same month; the chosen rows are read. A list without them stays as it
            was.

    Returns:
        `Expected`, the same lists and draws in the same order.
    """
    rows = forecasts[forecasts["chosen"].astype(bool) & (forecasts["as_of"] == expected.as_of)]
    told = {measure: _told(rows, measure, expected) for measure in DM01.measures}
    whole, late = (told[name] for name in DM01.ladder[:2])
    months = min((_in_a_row(whole, cell, expected) for cell in _both(expected, whole, late)), default=0)
    at = [place for place, cell in enumerate(expected.lists) if cell in _both(expected, whole, late)]
    if not months or not at:
        return expected
    lists = expected.of(at)
    ends = [expected.week_of(add_months(expected.as_of, step)) for step in range(1, months + 1)]
    bands = lists.play(last=ends[-1])
    sizes = _mapped(bands.sum(axis=-1), whole, lists, ends)
    over = np.minimum(_mapped(bands[..., 6:].sum(axis=-1), late, lists, ends), sizes)
    tests = lists.tests * _scale(lists, told[DM01.flows[0]], ends)
    demand = lists.demand.copy()
    demand[..., : ends[-1]] = _closing(lists, bands.sum(axis=-1), sizes, ends) + tests[..., : ends[-1]]
    held = dataclasses.replace(lists, demand=demand, tests=tests, tilt=np.zeros_like(tests))
    tilt = _tilted(held, over, ends)
    whole_demand, whole_tests, whole_tilt = (array.copy() for array in (expected.demand, expected.tests, expected.tilt))
    whole_demand[at], whole_tests[at], whole_tilt[at] = demand, tests, tilt
    return dataclasses.replace(expected, demand=whole_demand, tests=whole_tests, tilt=whole_tilt)


_ByMonth = dict[tuple[str, str], pd.DataFrame]


def _told(rows: pd.DataFrame, measure: str, expected: Expected) -> _ByMonth:
    """The forecasts of one measure by list, month by month."""
    wanted = set(expected.lists)
    mine = rows[rows["measure"] == measure]
    return {
        (str(trust), str(test)): part.set_index("target_month").sort_index()
        for (trust, test), part in mine.groupby(DM01.cell)
        if (trust, test) in wanted
    }


def _both(expected: Expected, *told: _ByMonth) -> list[tuple[str, str]]:
    """The lists of which each of these is forecast, from the first month on."""
    first = add_months(expected.as_of, 1)
    return [cell for cell in expected.lists if all(cell in each and first in each[cell].index for each in told)]


def _in_a_row(told: _ByMonth, cell: tuple[str, str], expected: Expected) -> int:
    step = 0
    while step < 12 and add_months(expected.as_of, step + 1) in told[cell].index:
        step += 1
    return step


def _mapped(drawn: np.ndarray, told: _ByMonth, lists: Expected, ends: list[int]) -> np.ndarray:
    """The forecast's quantile of each draw's place among the draws: lists, draws, months."""
    draws = drawn.shape[1]
    found = np.empty((*drawn.shape[:2], len(ends)))
    months = [add_months(lists.as_of, step) for step in range(1, len(ends) + 1)]
    for place, cell in enumerate(lists.lists):
        # Rounded, so that of draws that are level the earlier comes first on every machine.
        own = drawn[place][:, [end - 1 for end in ends]].round(_LEVEL)
        shares = (np.argsort(np.argsort(own, axis=0, kind="stable"), axis=0) + 0.5) / draws
        found[place] = quantiles(told[cell].loc[months], shares.T).T
    return found


def _scale(lists: Expected, told: _ByMonth, ends: list[int]) -> np.ndarray:
    """By what the tests of each week are multiplied, so that a month's mean is the forecast's: lists, 1, weeks."""
    factor = np.ones((len(lists.lists), 1, lists.tests.shape[-1]))
    for step, (begin, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True), start=1):
        month = add_months(lists.as_of, step)
        drawn = lists.tests[..., begin:end].mean(axis=(1, 2)) * month_end(month).day / 7
        for place, cell in enumerate(lists.lists):
            if cell in told and month in told[cell].index and drawn[place] > 0:
                mean = float(told[cell]["mean"].to_dict()[month])
                factor[place, 0, begin:end] = min(mean / drawn[place], _MOST_TESTS)
    return factor


def _closing(lists: Expected, drawn: np.ndarray, sizes: np.ndarray, ends: list[int]) -> np.ndarray:
    """The change of the list week by week that brings it to its sizes at the months' ends: lists, draws, weeks."""
    weeks = np.arange(1, ends[-1] + 1)
    short = sizes - drawn[..., [end - 1 for end in ends]]
    after = np.searchsorted(ends, weeks)  # the month that each week belongs to
    knots = np.concatenate([np.zeros((*short.shape[:-1], 1)), short], axis=-1)
    edges = np.array([0, *ends])
    part = (weeks - edges[after]) / (edges[after + 1] - edges[after])
    path = np.maximum(drawn + knots[..., after] * (1 - part) + knots[..., after + 1] * part, 0.0)
    opening = np.broadcast_to(lists.start.sum(axis=-1)[..., None], (*path.shape[:-1], 1))
    return np.diff(np.concatenate([opening, path], axis=-1), axis=-1)


def _tilted(lists: Expected, over: np.ndarray, ends: list[int]) -> np.ndarray:
    """The tilts with which so many have waited six weeks at each month's end, or as near as can be: lists, draws, weeks."""
    tilt = np.zeros_like(lists.tests)
    start = np.broadcast_to(lists.start, (*lists.tests.shape[:2], lists.start.shape[-1]))
    found = np.zeros(over.shape)
    for step, (begin, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
        demand, tests = lists.demand[..., begin:end], lists.tests[..., begin:end]
        low, high = np.full(over.shape[:2], -_STEEPEST), np.full(over.shape[:2], _STEEPEST)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            bands, _done = play(start, demand, tests, lists.stay, tilt=_every_week(middle, end - begin))
            many = (bands[..., -1, 6:].sum(axis=-1) - over[..., step]).round(_LEVEL) > 0
            low, high = np.where(many, middle, low), np.where(many, high, middle)
        found[..., step] = (low + high) / 2
        tilt[..., begin:end] = found[..., step][..., None]
        start = play(start, demand, tests, lists.stay, tilt=tilt[..., begin:end])[0][..., -1, :]
    tilt[..., ends[-1] :] = found.mean(axis=-1)[..., None]
    return tilt


def _every_week(tilt: np.ndarray, weeks: int) -> np.ndarray:
    return np.repeat(tilt[..., None], weeks, axis=-1)
