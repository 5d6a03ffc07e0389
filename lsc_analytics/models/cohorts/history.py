"""Every list's weekly bands over the last months, as published or, where only thresholds are, reconstructed.

It looks at nothing after its last month, and foretells nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from lsc_analytics.models.cohorts.ageing import BANDS
from lsc_analytics.models.cohorts.reconstruct import KNOTS, reconstruct
from lsc_analytics.reference import LAST_RTT_BAND, add_months, months_between
from lsc_analytics.tables import COHORT_BANDS

_MEMORY_MONTHS = 13  # a year of steps from one month end to the next
_KEY = ["provider_code", "treatment_function_code"]
_OVER = ["total_incomplete", *(f"over_{weeks}_weeks" for weeks in KNOTS[1:])]
_PERCENTILES = ["median_wait_weeks", "percentile_92_wait_weeks"]
# How much a list's own shape counts beside that of its specialty and of its trust.
_SHAPE_PATHWAYS = 50.0


@dataclass(frozen=True)
class BandHistory:
    """The bands of many lists at consecutive month ends.

    Attributes:
        lists: Provider and treatment function of each row.
        months: Consecutive, the as-of month last.
        bands: (lists, months, 105) pathways; nan where nothing of a list's month is known.
        reconstructed: (lists, months): whether the bands are an estimate from thresholds.
        percentiles: (lists, months) "kept", "counts_win" or "not_published", as `tables.COHORT_BANDS` says it.
    """

    lists: pd.MultiIndex
    months: list[str]
    bands: np.ndarray
    reconstructed: np.ndarray
    percentiles: np.ndarray

    @cached_property
    def groups(self) -> tuple[np.ndarray, np.ndarray]:
        """The number of the trust, and of the specialty, of each list."""
        trusts, functions = (pd.factorize(self.lists.get_level_values(name))[0] for name in _KEY)
        return trusts, functions

    @cached_property
    def _over(self) -> np.ndarray:
        tails = np.cumsum(self.bands[..., ::-1], axis=-1)[..., ::-1]
        return np.concatenate([tails, np.zeros((*tails.shape[:-1], 1))], axis=-1)

    @cached_property
    def cohorts(self) -> dict[tuple[tuple[float, ...], float, int], np.ndarray]:
        """By edges, weeks ahead and month, those `survival.cohort` has told of: judging earlier months asks again and again."""
        return {}

    def over(self, weeks: float, month: int = -1) -> np.ndarray:
        """Pathways over so many weeks, a partial band pro rata, of each list at one of the months."""
        whole = int(np.clip(np.floor(weeks), 0, LAST_RTT_BAND))
        part = float(np.clip(weeks - whole, 0.0, 1.0)) * (whole < LAST_RTT_BAND)  # the open band is never cut
        tail = self._over[:, month]
        return tail[:, whole] * (1 - part) + tail[:, whole + 1] * part

    def number(self, provider_code: str, treatment_function_code: str) -> int:
        """The row of a list.

        Raises:
            KeyError: The list has nobody on it at the as-of month.
        """
        return {name: row for row, name in enumerate(self.lists)}[provider_code, treatment_function_code]

    def frame(self, lists: Sequence[int] | None = None) -> pd.DataFrame:
        """The bands of some lists, or all, at the as-of month: `tables.COHORT_BANDS`, empty bands left out."""
        chosen = np.arange(len(self.lists)) if lists is None else np.asarray(lists, dtype=int)
        now = self.bands[chosen, -1]
        row, week = np.nonzero(now > 0)
        told = self.lists[chosen[row]].to_frame(index=False)
        return COHORT_BANDS.check(
            told.assign(
                month=self.months[-1],
                week_from=week,
                week_to=pd.Series(week + 1, dtype="Int64").where(week < LAST_RTT_BAND),
                pathways=now[row, week],
                reconstructed=self.reconstructed[chosen[row], -1],
                percentiles=self.percentiles[chosen[row], -1],
            )
        )


def band_history(figures: pd.DataFrame, bands: pd.DataFrame, as_of: str, months: int = _MEMORY_MONTHS) -> BandHistory:
    """How has every list that has anyone on it at a month been spread over the weekly bands, then and before?

    A month whose bands are loaded is taken as published. Any other is reconstructed from its thresholds, median and 92nd
    percentile, with the shape of the nearest banded month up to the as-of month: the list's own, leaning on its
    specialty's and its trust's. Where no month is banded the shape is log-linear between the thresholds, a plain
    assumption: on January 2026 it put 13 in 100 pathways in a wrong week, the shape of other lists 8 in 100.

    Args:
        figures: Rows of `tables.RTT` of one scope; the lists in it also teach each other their shape. A list of which
            neither bands nor the counts over 18 and 52 weeks are loaded at the as-of month is left out.
        bands: Rows of `tables.RTT_BAND_VIEW`, part incomplete, of the same lists; may be empty.
        as_of: Last month seen, YYYY-MM.
        months: How many months, the as-of month among them.
    """
    window = months_between(add_months(as_of, 1 - months), as_of)
    wanted = [*_OVER, *_PERCENTILES, "within_18_weeks"]
    seen = figures[figures["month"].isin(window) & figures["measure"].isin(wanted)]
    now = seen[(seen["month"] == as_of) & (seen["measure"] == _OVER[0]) & (seen["value"] > 0)]
    names = pd.MultiIndex.from_frame(now[_KEY].sort_values(_KEY))
    known = {
        str(measure): rows.pivot(index=_KEY, columns="month", values="value")
        .reindex(names, columns=window)
        .to_numpy(float)
        for measure, rows in seen.groupby("measure")
    }
    empty = np.full((len(names), len(window)), np.nan)
    known["over_18_weeks"] = known.get("total_incomplete", empty) - known.get("within_18_weeks", empty)
    over = np.stack([known.get(measure, empty) for measure in _OVER], axis=-1)
    # A total alone says nothing of the waits: such a month is unknown, not reconstructed.
    over[np.isnan(over[..., 1:3]).any(axis=-1)] = np.nan
    percentiles = np.stack([known.get(measure, empty) for measure in _PERCENTILES], axis=-1)
    published = _cube(bands[bands["month"] <= as_of], names)
    shape = _shapes(published, names, as_of)
    lists, steps = empty.shape
    told, kept = reconstruct(
        over.reshape(-1, len(KNOTS)),
        None if shape is None else np.repeat(shape, steps, axis=0),
        percentiles.reshape(-1, 2),
    )
    cube, said = told.reshape(lists, steps, BANDS), _said(kept).reshape(lists, steps)
    estimated = np.ones((lists, steps), dtype=bool)
    for month, of_month in published.items():
        if month in window:
            step = window.index(month)
            banded = of_month.sum(axis=1) > 0
            cube[banded, step], estimated[banded, step] = of_month[banded], False
    held = np.isfinite(cube[:, -1, 0])
    return BandHistory(names[held], window, cube[held], estimated[held], said[held])


def _cube(bands: pd.DataFrame, lists: pd.MultiIndex) -> dict[str, np.ndarray]:
    """Each banded month: (lists, 105) pathways, nobody where a list has no row."""
    rows = lists.get_indexer(pd.MultiIndex.from_frame(bands[_KEY]))
    mine = bands[rows >= 0].assign(row=rows[rows >= 0])
    told = {}
    for month, of_month in mine.groupby("month"):
        cube = np.zeros((len(lists), BANDS))
        np.add.at(
            cube,
            (of_month["row"].to_numpy(), of_month["week_from"].to_numpy(int)),
            of_month["pathways"].to_numpy(float),
        )
        told[str(month)] = cube
    return told


def _shapes(published: dict[str, np.ndarray], lists: pd.MultiIndex, as_of: str) -> np.ndarray | None:
    """The proportions of each list's latest banded month, leaning on its specialty's and its trust's in that month."""
    if not published:
        return None
    latest = published[max(published)]
    shape = latest.copy()
    for name in _KEY:
        group = pd.factorize(lists.get_level_values(name))[0]
        total = np.zeros((group.max(initial=-1) + 1, BANDS))
        np.add.at(total, group, latest)
        size = total.sum(axis=1, keepdims=True)
        shape += _SHAPE_PATHWAYS * (total / np.where(size > 0, size, 1.0))[group]
    return shape


def _said(kept: np.ndarray) -> np.ndarray:
    unmet, met = (kept == 0).any(axis=1), (kept == 1).any(axis=1)
    return np.where(unmet, "counts_win", np.where(met, "kept", "not_published"))
