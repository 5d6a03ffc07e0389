"""Every list by month as arrays, and what is measured of each: what the pooled method learns from. It fits nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lsc_analytics.reference import months_between

_LEAST_SHARE = 0.5  # a month in which fewer of today's lists have a figure is of another panel, and is left out


@dataclass(frozen=True)
class Family:
    """What is measured of each list, and how the measures lean on each other.

    Attributes:
        function_column: Name of the specialty or test column.
        measures: What is forecast, the whole list first.
        over: Weeks: the count waiting longer, for every threshold that can be had; 0 is the whole list.
        threshold: The measures that are such a count, and their weeks.
        companions: Measures whose excess over the country says something of this measure.
        common: Weights of the parts of a measure's common movement; see `movement.common_movement`.
    """

    function_column: str
    measures: tuple[str, ...]
    over: Mapping[int, str]
    threshold: Mapping[str, int]
    companions: Mapping[str, tuple[str, ...]]
    common: Mapping[str, Mapping[str, float]]


# Half of two rules that did about equally well on the country's long waits: three quarters season and a quarter drift of
# six months, and the season's departure from its years' drift on top of the drift of twelve months.
_LONG_WAITS = {"season": 0.375, "departure": 0.5, "drift_12": 0.5, "drift_6": 0.125}
RTT = Family(
    function_column="treatment_function_code",
    measures=("total_incomplete", "within_18_weeks", "over_52_weeks", "over_65_weeks", "over_78_weeks"),
    over={0: "total_incomplete", 18: "over_18_weeks", 52: "over_52_weeks", 65: "over_65_weeks", 78: "over_78_weeks"},
    threshold={"over_52_weeks": 52, "over_65_weeks": 65, "over_78_weeks": 78},
    companions={
        "total_incomplete": ("within_18_weeks", "over_52_weeks"),
        "within_18_weeks": ("total_incomplete", "over_52_weeks"),
        "over_52_weeks": ("over_18_weeks", "over_65_weeks"),
        "over_65_weeks": ("over_52_weeks", "over_78_weeks"),
        "over_78_weeks": ("over_65_weeks",),
    },
    common={
        "total_incomplete": {"drift_12": 1.0},
        "within_18_weeks": {"season": 0.5, "drift_12": 0.25},
        "over_52_weeks": _LONG_WAITS,
        "over_65_weeks": _LONG_WAITS,
        "over_78_weeks": _LONG_WAITS,
    },
)
# The departure of the season from its years' drift says more of tests than the season itself.
_TESTS = {"departure": 0.75, "drift_12": 0.5}
DM01 = Family(
    function_column="diagnostic_test_code",
    measures=("total_waiting", "waiting_6_plus", "waiting_13_plus", "waiting_list_activity"),
    over={0: "total_waiting"} | {week: f"waiting_{week}_plus" for week in range(1, 14)},
    threshold={"waiting_6_plus": 6, "waiting_13_plus": 13},
    companions={
        "total_waiting": ("waiting_6_plus", "waiting_list_activity", "waiting_3_plus"),
        "waiting_6_plus": ("total_waiting", "waiting_3_plus", "waiting_13_plus", "waiting_list_activity"),
        "waiting_13_plus": ("waiting_6_plus", "waiting_10_plus", "total_waiting"),
        "waiting_list_activity": ("total_waiting", "waiting_6_plus"),
    },
    common=dict.fromkeys(("total_waiting", "waiting_6_plus", "waiting_13_plus", "waiting_list_activity"), _TESTS),
)


@dataclass(frozen=True)
class Panel:
    """Every list by month: arrays of lists by months, in step with `lists` and `months`.

    Attributes:
        lists: Provider and specialty, or test, of each row.
        months: YYYY-MM, consecutive.
        counts: Measure: pathways; nan where a list has no figure.
        national: Measure: the country's level by month, up to the last month, as far back as it is known.
        groups: The number of the trust, and of the specialty, of each list.
    """

    lists: pd.MultiIndex
    months: list[str]
    counts: dict[str, np.ndarray]
    national: dict[str, np.ndarray]
    groups: tuple[np.ndarray, ...]

    def history(self, measure: str) -> np.ndarray:
        """Months with a figure, by list."""
        return np.isfinite(self.counts[measure]).sum(axis=1)


def arrange(figures: pd.DataFrame, family: Family, as_of: str, national: pd.DataFrame | None = None) -> Panel:
    """The figures known at a month, as arrays.

    Args:
        figures: `provider_code`, the family's function column, `month`, `measure`, `value`; total rows (C_999) apart from
            specialties, since adding them would count everyone twice. Later months are not looked at.
        family: `RTT` or `DM01`.
        as_of: Last month seen.
        national: `month`, `measure`, `value` of the country, which teaches the season over more years than the lists
            have; where None, the movement of the lists themselves, matched from month to month.
    """
    keys = ["provider_code", family.function_column]
    seen = figures[figures["month"] <= as_of]
    wide = seen.pivot(index=keys, columns=["measure", "month"], values="value").sort_index()
    now = wide[family.measures[0]].get(as_of)
    if now is None or not now.notna().any():
        empty = pd.MultiIndex.from_arrays([[], []], names=keys)
        return Panel(empty, [as_of], {m: np.empty((0, 1)) for m in family.measures}, {}, (np.empty(0, int),) * 2)
    wide = wide[now.notna()]
    present = wide[family.measures[0]].notna().mean()
    thin = [month for month in months_between(present.index.min(), as_of) if present.get(month, 0.0) < _LEAST_SHARE]
    months = [month for month in months_between(present.index.min(), as_of) if not thin or month > thin[-1]] or [as_of]
    if thin and thin[-1] >= as_of:
        months = [as_of]
    counts = {
        measure: wide[measure].reindex(columns=months).to_numpy(float) for measure in wide.columns.unique("measure")
    }
    for measure in {*family.measures, *family.over.values()} - set(counts) - {"over_18_weeks"}:
        counts[measure] = np.full((len(wide), len(months)), np.nan)
    if "within_18_weeks" in counts:
        counts["over_18_weeks"] = np.maximum(counts["total_incomplete"] - counts["within_18_weeks"], 0)
    groups = tuple(pd.factorize(wide.index.get_level_values(name))[0] for name in keys)
    return Panel(wide.index, months, counts, _levels(counts, months, national), groups)


def _levels(counts: dict[str, np.ndarray], months: list[str], national: pd.DataFrame | None) -> dict[str, np.ndarray]:
    levels = {}
    for measure, count in counts.items():
        known = None if national is None else national[national["measure"] == measure].set_index("month")["value"]
        if known is not None and months[-1] in known.index:
            levels[measure] = known.reindex(months_between(known.index.min(), months[-1])).to_numpy(float)
        else:
            levels[measure] = np.cumprod(np.append(1.0, 1 + np.nan_to_num(growth(count, 1)[1:])))
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
