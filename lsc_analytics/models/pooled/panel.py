"""Every list by month as arrays, and what is measured of each: what the pooled method learns from. It fits nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lsc_analytics.models.family import Family
from lsc_analytics.reference import months_between

_LEAST_SHARE = 0.5  # a month in which fewer of today's lists have a figure is of another panel, and is left out


@dataclass(frozen=True)
class Deadline:
    """The month end by which a standard allows no more than a share of each trust's list over a threshold.

    Attributes:
        measure: The count that is to fall, such as `over_65_weeks`.
        month: YYYY-MM, by whose end.
        announced: YYYY-MM from which it was known.
        lapsed: YYYY-MM in which it was given up or replaced, where it was.
        allowed: Share of the trust's list that may still be over, 0 to 1.
    """

    measure: str
    month: str
    announced: str
    lapsed: str | None = None
    allowed: float = 0.0

    def ahead_of(self, origin: str) -> bool:
        """Whether it was known, and still held, and still to come, at a month.

        >>> weeks_65 = Deadline("over_65_weeks", "2024-09", announced="2024-03", lapsed="2025-01")
        >>> [weeks_65.ahead_of(month) for month in ("2024-02", "2024-03", "2024-08", "2024-09")]
        [False, True, True, False]
        """
        return self.announced <= origin < self.month and (self.lapsed is None or origin < self.lapsed)


@dataclass(frozen=True)
class Panel:
    """Every list by month: arrays of lists by months, in step with `lists` and `months`.

    Attributes:
        lists: Provider and specialty, or test, of each row; ended lists too, since others learn from them.
        months: YYYY-MM, consecutive.
        counts: Measure: pathways; nan where a list has no figure.
        national: Measure: logarithm of the country's count by month, up to the last month, from as far back as it is
            known; of its own beginning, since only changes are used.
        groups: The number of the trust, and of the specialty, of each list.
        deadlines: Dates of standards, in order; those not yet known at an origin are not used there.
    """

    lists: pd.MultiIndex
    months: list[str]
    counts: dict[str, np.ndarray]
    national: dict[str, np.ndarray]
    groups: tuple[np.ndarray, ...]
    deadlines: tuple[Deadline, ...] = ()


def first_month(figures: pd.DataFrame, family: Family, as_of: str) -> str:
    """From which month on is the panel whole, as seen at a month?

    A month with figures of fewer than half as many lists as the fullest one, at the beginning, is of another panel (a few
    trusts' longer history) and would be taken for the country. A later month with few, or none, is a gap: it stays, and
    its figures are unknown. Lists that are known in the last month alone teach nothing of how lists move, and are not
    counted: the country's last month beside a few trusts' history leaves that history whole.
    """
    whole = figures[(figures["measure"] == family.measures[0]) & (figures["month"] <= as_of)]
    key = ["provider_code", family.function_column]
    earlier = whole.loc[whole["month"] < whole["month"].max(), key].drop_duplicates()
    lists = (whole.merge(earlier, on=key) if len(earlier) else whole).groupby("month")["value"].count()
    return str(lists.index[lists >= _LEAST_SHARE * lists.max()][0]) if len(lists) else as_of


def arrange(
    figures: pd.DataFrame,
    family: Family,
    first: str,
    last: str,
    national: pd.DataFrame | None = None,
    deadlines: Sequence[Deadline] = (),
) -> Panel:
    """The figures of some months, as arrays.

    Args:
        figures: `provider_code`, the family's function column, `month`, `measure`, `value`; total rows (C_999) apart from
            specialties, since adding them would count everyone twice.
        family: `RTT` or `DM01`.
        first: First month, as `first_month` gives it.
        last: Last month.
        national: `month`, `measure`, `value` of the country, which teaches the season over more years than the lists
            have; where a month or a measure is missing there, the movement of the lists themselves. Measures that no
            list has are read too: their falls before a date teach.
        deadlines: As `deadlines` makes them of the registry.
    """
    keys = ["provider_code", family.function_column]
    months = months_between(first, last)
    wide = figures[figures["month"].between(first, last)]
    wide = wide.pivot(index=keys, columns=["measure", "month"], values="value").sort_index()
    lists = pd.MultiIndex.from_tuples(wide.index, names=keys)
    counts = {
        name: wide.reindex(columns=pd.MultiIndex.from_product([[name], months])).to_numpy(float)
        for name in map(str, wide.columns.unique("measure"))
    }
    for measure in {*family.measures, *family.over.values()} - set(counts) - {"over_18_weeks"}:
        counts[measure] = np.full((len(wide), len(months)), np.nan)
    if "within_18_weeks" in counts:
        counts["over_18_weeks"] = np.maximum(counts["total_incomplete"] - counts["within_18_weeks"], 0)
    groups = tuple(pd.factorize(lists.get_level_values(name))[0] for name in keys)
    return Panel(lists, months, counts, _levels(counts, months, national), groups, tuple(deadlines))


def _levels(counts: dict[str, np.ndarray], months: list[str], national: pd.DataFrame | None) -> dict[str, np.ndarray]:
    """Each month's change is the country's where both its ends are published, else the lists' own; else none."""
    known = {} if national is None else {str(name): rows for name, rows in national.groupby("measure")}
    levels: dict[str, np.ndarray] = {}
    for measure in {*counts, *known}:
        first = min([months[0], *known[measure]["month"]]) if measure in known else months[0]
        every = months_between(first, months[-1])
        change = np.zeros(len(every))
        if measure in counts:
            reported = np.flatnonzero(np.isfinite(counts[measure]).any(axis=0))  # a gap's movement shows when it ends
            moved = np.nan_to_num(growth(counts[measure][:, reported], 1))
            change[len(every) - len(months) + reported] = np.log(np.maximum(1 + moved, 0.1))
        if measure in known:
            level = np.log(np.maximum(known[measure].set_index("month")["value"].reindex(every).to_numpy(float), 0.5))
            published = np.diff(level, prepend=np.nan)
            change = np.where(np.isfinite(published), published, change)
        levels[measure] = np.cumsum(change)
    return levels


def growth(counts: np.ndarray, lag: int) -> np.ndarray:
    """The relative change over so many months into each month, over the lists that have both ends: one a month.

    >>> growth(np.array([[100.0, 110.0], [np.nan, 50.0]]), 1)[1].round(2)
    np.float64(0.1)
    """
    past = shift(counts, lag)
    both = np.isfinite(counts) & np.isfinite(past)
    now, then = (np.where(both, values, 0).sum(axis=0) for values in (counts, past))
    return np.divide(now, then, out=np.full(len(now), np.nan), where=then > 0) - 1


def shift(counts: np.ndarray, months: int) -> np.ndarray:
    """The counts so many months before (after, if negative); nan where the panel does not reach."""
    moved = np.full_like(counts, np.nan)
    if months == 0:
        return counts.copy()
    if abs(months) < counts.shape[-1]:
        if months > 0:
            moved[..., months:] = counts[..., :-months]
        else:
            moved[..., :months] = counts[..., -months:]
    return moved


def by_group(counts: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Sums over the lists of each group: groups by months."""
    totals = np.zeros((group.max() + 1, counts.shape[1]))
    np.add.at(totals, group, np.nan_to_num(counts))
    return totals
