"""Invented waiting lists, day by day: people join, age, are seen or leave unseen, in whole numbers throughout.

It knows neither RTT nor DM01: a plan says how many join, how long the list is to be and who is seen first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from lsc_analytics.ingest.demo.working_days import worked
from lsc_analytics.reference import month_end

WORKING_DAYS_A_MONTH = 21
_CLOSED_A_MONTH = 0.25  # of the gap between a list and its plan, by capacity that follows
_LARGEST_CHANCE = 0.95  # of being seen within one step
_NOISE = {"starts": 0.04, "capacity": 0.05, "removals": 0.25}  # standard deviations of logarithms, each list alone
_COMMON_NOISE = 0.015  # the same for every list of a month
_LATE_ENTRIES = 0.02  # chance of a month in which pathways are added without a reported start: net removals negative
_LATE_SHARE = (0.04, 0.10)


class Shape(NamedTuple):
    """How readily somebody is seen, by weeks waited, relative to everybody else.

    Urgent people are seen in the first weeks, those near the limit because of it, the others at a steady rate.
    """

    steady: float
    urgent: float
    urgent_weeks: float
    late: float
    late_weeks: float

    def at(self, weeks: np.ndarray, limit: np.ndarray) -> np.ndarray:
        """Relative readiness.

        Args:
            weeks: Weeks waited, one a column.
            limit: Weeks beyond which hardly anybody is left waiting, one a row.

        Returns:
            A row a list, a column a wait.

        >>> Shape(0.016, 0.09, 2, 0.5, 9).at(np.array([0, 30, 64]), np.array([64])).round(3).tolist()
        [[0.106, 0.027, 0.516]]
        """
        late = self.late * np.exp(np.minimum((weeks[None, :] - limit[:, None]) / self.late_weeks, 5))
        return self.steady + self.urgent * np.exp(-weeks / self.urgent_weeks)[None, :] + late


@dataclass(frozen=True)
class Move:
    """A share of one list that becomes part of another, by row number, at the start of a month."""

    month: str
    source: int
    target: int
    share: float


@dataclass(frozen=True)
class Plan:
    """What the simulation is asked to follow. A row a list, a column a month, the first column the opening month.

    Attributes:
        months: Months, the opening month first: the list at its end is where the simulation starts.
        band_starts: Days waited at which each band begins.
        joining: Expected to join, a working day.
        aimed: List aimed at, at month end.
        growing: Its planned change in the month, recoding apart.
        limit: Weeks beyond which hardly anybody is left waiting.
        removals: Share of the list that leaves unseen, a month.
        shape: Who is seen first.
        capacity_season: Factor on capacity, January to December.
        step_days: How often people are drawn from the list: well below the usual wait.
        moves: Lists recoded into another.
    """

    months: list[str]
    band_starts: np.ndarray
    joining: np.ndarray
    aimed: np.ndarray
    growing: np.ndarray
    limit: np.ndarray
    removals: float
    shape: Shape
    capacity_season: list[float]
    step_days: int
    moves: list[Move] = field(default_factory=list)

    def bands(self, days: np.ndarray) -> np.ndarray:
        """Counts by days waited as counts by band."""
        return np.add.reduceat(days, self.band_starts, axis=1)

    def readiness(self, column: int) -> np.ndarray:
        """Relative readiness to be seen, a row a list, a column a day waited."""
        weeks = np.arange(self.band_starts[-1] + 1) / 7
        return self.shape.at(weeks, self.limit[:, column])


@dataclass(frozen=True)
class Month:
    """One month of every list, a row a list; opening + joined - seen - removed = waiting, exactly.

    `removed` is net of people added without a reported start, so it may be negative.
    """

    month: str
    waiting: np.ndarray
    joined: np.ndarray
    seen: np.ndarray
    removed: np.ndarray


def course(anchors: Mapping[str, float], months: list[str]) -> np.ndarray:
    """A value for every month: straight between the months given, level outside them.

    >>> course({"2025-01": 1.0, "2025-03": 2.0}, ["2024-12", "2025-02", "2025-04"]).tolist()
    [1.0, 1.5, 2.0]
    """
    known = sorted(anchors)
    return np.interp([_index(m) for m in months], [_index(m) for m in known], [anchors[m] for m in known])


def simulate(plan: Plan, seed: Sequence[int]) -> Iterator[Month]:
    """Every month after the opening month, in order.

    Each month draws from a generator of its own, so a longer plan leaves the earlier months as they were.
    """
    waiting = _opening(plan, np.random.default_rng([*seed, _index(plan.months[0])]))
    for column, month in enumerate(plan.months[1:], start=1):
        random = np.random.default_rng([*seed, _index(month)])
        opening = waiting.sum(axis=1)
        for move in plan.moves:
            if move.month == month:
                moved = _drawn(waiting[move.source], move.share, random)
                waiting[move.source] -= moved
                waiting[move.target] += moved
        waiting, joined, seen = _month(plan, column, waiting, random)
        removed = opening + joined - seen.sum(axis=1) - waiting.sum(axis=1)
        yield Month(month, plan.bands(waiting), joined, seen, removed)


def _month(
    plan: Plan, column: int, waiting: np.ndarray, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    lists = len(waiting)
    noise = {name: np.exp(random.normal(0, spread, lists)) for name, spread in _NOISE.items()}
    common = np.exp(random.normal(0, _COMMON_NOISE))
    late = np.where(random.random(lists) < _LATE_ENTRIES, random.uniform(*_LATE_SHARE, lists), 0)
    aimed, joining = plan.aimed[:, column], plan.joining[:, column]
    growing = plan.growing[:, column]
    gap = waiting.sum(axis=1) - (aimed - growing)
    needed = joining + (_CLOSED_A_MONTH * gap - plan.removals * aimed - growing) / WORKING_DAYS_A_MONTH
    season = plan.capacity_season[int(plan.months[column][5:]) - 1]
    capacity = np.maximum(needed, 0.2 * joining) * season * noise["capacity"]
    leaving = plan.removals / WORKING_DAYS_A_MONTH * noise["removals"]
    readiness = plan.readiness(column)

    waiting = waiting + _drawn(waiting, late[:, None], random)
    joined = np.zeros(lists, dtype=np.int64)
    seen = np.zeros((lists, len(plan.band_starts)), dtype=np.int64)
    last = month_end(plan.months[column])
    open_days = worked(last.replace(day=1), last)
    for first in range(0, len(open_days), plan.step_days):
        opened = open_days[first : first + plan.step_days]
        arriving = random.poisson((joining * noise["starts"] * common)[:, None] * opened[None, :])
        waiting = _aged(waiting, arriving)
        joined += arriving.sum(axis=1)
        ready = (waiting * readiness).sum(axis=1)
        rate = capacity * opened.sum() / np.maximum(ready, 1e-9)
        treated = _drawn(waiting, np.minimum(readiness * rate[:, None], _LARGEST_CHANCE), random)
        seen += plan.bands(treated)
        waiting = waiting - treated
        waiting = waiting - _drawn(waiting, (leaving * opened.sum())[:, None], random)
    return waiting, joined, seen


def _aged(waiting: np.ndarray, arriving: np.ndarray) -> np.ndarray:
    """Everybody older by as many days as there are columns of arrivals; the last column keeps the longest waits."""
    days = arriving.shape[1]
    aged = np.empty_like(waiting)
    aged[:, :days] = arriving[:, ::-1]  # who joined on the last day has waited no day
    aged[:, days:] = waiting[:, :-days]
    aged[:, -1] += waiting[:, -days:].sum(axis=1)
    return aged


def _drawn(people: np.ndarray, chance: np.ndarray | float, random: np.random.Generator) -> np.ndarray:
    """How many of each count leave: the expected number, rounded up or down at random."""
    return np.minimum(np.floor(people * chance + random.random(people.shape)), people).astype(np.int64)


def _opening(plan: Plan, random: np.random.Generator) -> np.ndarray:
    """A list that has been in balance for long: who joined on each past working day and is still waiting."""
    end = month_end(plan.months[0])
    days = int(plan.band_starts[-1]) + 1
    opened = worked(end - dt.timedelta(days=days - 1), end)[::-1]
    joined = plan.joining[:, :1] * opened[None, :]
    readiness = plan.readiness(0)
    removed = plan.removals * 12 / 365.25
    low, high = np.zeros(len(joined)), np.full(len(joined), 50.0)
    for _ in range(40):  # the capacity at which the list is as long as it is to be
        middle = (low + high) / 2
        staying = np.exp(-np.cumsum(readiness * middle[:, None] / 7 + removed, axis=1))
        longer = (joined * staying).sum(axis=1) > plan.aimed[:, 0]
        low, high = np.where(longer, middle, low), np.where(longer, high, middle)
    return random.poisson(joined * staying)


def _index(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1
