"""DM01's lists by weekly band, aged from month end to month end: who will be at six weeks or more, and at thirteen.

Fourteen bands, closed below: 42 days is six weeks or more. A test's list turns over within months, so those who will have
joined by then are foretold too; RTT's long waits, whose people are all on the list already, are `thresholds`'.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lsc_analytics.models.cohorts.ageing import weeks_in
from lsc_analytics.models.family import DM01
from lsc_analytics.reference import LAST_DM01_BAND, add_months, months_between

_BANDS = LAST_DM01_BAND + 1
_YOUNG = (
    5  # bands that the longest month, 4.4 weeks, can fill: whoever joined since the last month end, and a few before
)
_RECENT_STEPS = 3  # as for RTT: exits change, and older months say less
_OWN_PEOPLE = 60.0  # a list's own rate and that of its test and trust weigh the same at so many people
_POOL_PEOPLE = 200.0  # a test's or a trust's departure and the country's rate weigh the same at so many
_MOST = 1.2  # a step may seem to add people (overdue planned tests, transfers), but not without limit
_SEASON = (0.8, 1.25)  # how far last year's month may move what joins


def aged(bands: pd.DataFrame, origins: Sequence[str], horizon: int, providers: Sequence[str]) -> pd.DataFrame:
    """How long will each test's list be, and how many on it at six and thirteen weeks or more?

    From one month end to the next everyone who stays is as many weeks older as the month has, a part of a week shared
    between two bands. The share that stays, band by band, is what stayed of whoever took the same step in the three
    months before: of the list itself, leaning by a pseudo-count of 60 people on the country's share times how far its
    test's and its trust's depart from it, so that a test that hardly anyone waits for (barium enema, electrophysiology)
    is told by all the others. The youngest bands are filled as in those three months, moved as the same test's were
    in the country from those months of last year to the month told of.

    Args:
        bands: Rows of `tables.DM01_BAND_VIEW` of every list that teaches; sums (test 16, LSC) are not to be among them.
        origins: Months forecast from; nothing later reaches a forecast.
        horizon: Months ahead.
        providers: Whose lists to answer for.

    Returns:
        `as_of`, `provider_code`, `diagnostic_test_code`, `target_month`, `measure`, `median`: a list with bands at the
        origin and two months of bands before it; others have no row.
    """
    empty = pd.DataFrame(columns=["as_of", *DM01.cell, "target_month", "measure", "median"])
    if bands.empty:
        return empty
    months = months_between(bands["month"].min(), bands["month"].max())
    lists, cube = _cube(bands, months)
    ours = np.flatnonzero(np.isin(np.asarray(lists.get_level_values(0)), list(providers)))
    frames = []
    for origin in origins:
        if origin not in months or months.index(origin) < 2:
            continue
        seen = cube[:, : months.index(origin) + 1]
        told = _ahead(seen, lists, months, origin, horizon)[ours]
        known = np.isfinite(told[:, 0, 0])
        for step in range(horizon):
            now = told[known, step]
            counts = {
                DM01.ladder[0]: now.sum(axis=1),
                DM01.ladder[1]: now[:, 6:].sum(axis=1),
                DM01.ladder[2]: now[:, 13],
            }
            wide = lists[ours[known]].to_frame(index=False).assign(**counts)
            frames.append(
                wide.melt(DM01.cell, [*counts], "measure", "median").assign(
                    as_of=origin, target_month=add_months(origin, step + 1)
                )
            )
    return pd.concat(frames, ignore_index=True)[empty.columns] if frames else empty


def age_tests(bands: np.ndarray, weeks: float) -> np.ndarray:
    """The slices of today's list from which each band will come so many weeks later: (lists, 14).

    Bands that are younger than that hold nobody who waits today, and the last, open band takes all who reach it.

    >>> today = np.zeros((1, 14)); today[0, [2, 13]] = 10.0, 1.0
    >>> later = age_tests(today, 4.5)
    >>> later[0, [6, 7, 13]].tolist(), later.sum().item()
    ([5.0, 5.0, 1.0], 11.0)
    """
    tails = np.concatenate([np.cumsum(bands[:, ::-1], axis=1)[:, ::-1], np.zeros((len(bands), 1))], axis=1)
    at = np.clip(np.arange(_BANDS) - weeks, 0.0, LAST_DM01_BAND)
    whole = np.minimum(at.astype(int), LAST_DM01_BAND - 1)
    part = at - whole
    over = tails[:, whole] * (1 - part) + tails[:, whole + 1] * part
    return over - np.concatenate([over[:, 1:], np.zeros((len(bands), 1))], axis=1)


def _ahead(seen: np.ndarray, lists: pd.MultiIndex, months: list[str], origin: str, horizon: int) -> np.ndarray:
    """(lists, horizon, 14) expected people; nan where the list's bands are not known at the origin."""
    stay, at = _staying(seen, lists, months), seen.shape[1] - 1
    young = _mean(seen[:, at - 2 : at + 1, :_YOUNG])
    tests = pd.factorize(lists.get_level_values(1))[0]
    bands, told = seen[:, -1], []
    for step in range(1, horizon + 1):
        weeks = weeks_in(add_months(origin, step))
        bands = age_tests(bands, weeks) * stay ** (weeks / _usual(months, at))
        bands[:, :_YOUNG] = young * _season(seen, tests, at, step)[:, None]
        told.append(bands)
    return np.stack(told, axis=1)


def _usual(months: list[str], at: int) -> float:
    """Weeks of the steps that the shares were learned from."""
    return float(np.mean([weeks_in(months[month]) for month in range(max(1, at - _RECENT_STEPS + 1), at + 1)]))


def _staying(seen: np.ndarray, lists: pd.MultiIndex, months: list[str]) -> np.ndarray:
    """The share of each later band's slice that stays a month: (lists, 14)."""
    at = seen.shape[1] - 1
    came, left = np.zeros((len(lists), _BANDS)), np.zeros((len(lists), _BANDS))
    for month in range(max(1, at - _RECENT_STEPS + 1), at + 1):
        before, after = age_tests(seen[:, month - 1], weeks_in(months[month])), seen[:, month]
        both = np.isfinite(before) & np.isfinite(after)
        came += np.where(both, after, 0.0)
        left += np.where(both, before, 0.0)
    country = (came.sum(axis=0) + 1) / (left.sum(axis=0) + 1)
    prior = np.broadcast_to(country, came.shape).copy()
    for name in DM01.cell:
        group = pd.factorize(lists.get_level_values(name))[0]
        sums = [_by_group(values, group) for values in (came, left)]
        prior *= ((sums[0] + _POOL_PEOPLE * country) / (sums[1] + _POOL_PEOPLE) / country)[group]
    return np.minimum((came + _OWN_PEOPLE * prior) / (left + _OWN_PEOPLE), _MOST)


def _season(seen: np.ndarray, tests: np.ndarray, at: int, step: int) -> np.ndarray:
    """How the youngest bands of the same test moved in the country at this time of last year: one factor a list."""
    then = at - 12 + step
    if then - step < 2 or then > at:
        return np.ones(len(tests))
    year_ago = _by_group(np.nan_to_num(seen[..., :_YOUNG].sum(axis=-1)), tests)
    base = year_ago[:, then - step - 2 : then - step + 1].mean(axis=1)
    moved = np.divide(year_ago[:, then], base, out=np.ones(len(base)), where=base > 0)
    return np.clip(moved, *_SEASON)[tests]


def _cube(bands: pd.DataFrame, months: list[str]) -> tuple[pd.MultiIndex, np.ndarray]:
    """(lists, months, 14) people; a list without a band in a month that its provider told of has nobody on it then."""
    lists = pd.MultiIndex.from_frame(bands[DM01.cell].drop_duplicates().sort_values(DM01.cell))
    rows, at = (
        lists.get_indexer(pd.MultiIndex.from_frame(bands[DM01.cell])),
        pd.Index(months).get_indexer(pd.Index(bands["month"])),
    )
    cube = np.zeros((len(lists), len(months), _BANDS))
    np.add.at(cube, (rows, at, bands["week_from"].to_numpy(int)), bands["waiting"].to_numpy(float))
    provider = pd.factorize(lists.get_level_values(0))[0]
    submitted = np.zeros((provider.max() + 1, len(months)), dtype=bool)
    submitted[provider[rows], at] = True
    cube[~submitted[provider]] = np.nan
    return lists, cube


def _by_group(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    total = np.zeros((group.max() + 1, *values.shape[1:]))
    np.add.at(total, group, values)
    return total


def _mean(values: np.ndarray) -> np.ndarray:
    """Mean over the months that are known: (lists, bands)."""
    known = np.isfinite(values)
    return np.where(known, values, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
