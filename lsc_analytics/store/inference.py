"""What a reader can work out of shown counts: how far each hidden one can still range when every sum is read together.

It is the attack that `disclosure` guards against: linear programmes over all that was shown, of one run or of two. It
hides nothing and knows no table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

_NEARLY = 1e-6  # what a solver may be short of a whole number


@dataclass
class Knowledge:
    """Counts by number: what each truly is, between what a reader knows it to lie, and what adds up to what.

    Attributes:
        count: The truth, which satisfies all the rest.
        low: Least that a reader knows each to be.
        high: Most, or infinity.
        sums: Counts that together equal other counts: (parts, totals).
        inside: A count that is part of another: (part, whole).
    """

    count: np.ndarray
    low: np.ndarray
    high: np.ndarray
    sums: Sequence[tuple[Sequence[int], Sequence[int]]] = field(default_factory=list)
    inside: Sequence[tuple[int, int]] = field(default_factory=list)

    def apart(self) -> Iterator[tuple[np.ndarray, Knowledge]]:
        """The counts in groups between which nothing is told: the numbers of each group, and what is known of it."""
        size = len(self.count)
        pairs = [(parts[0] if parts else totals[0], cell) for parts, totals in self.sums for cell in (*parts, *totals)]
        ends = np.array([*pairs, *self.inside], dtype=int).reshape(-1, 2)
        graph = csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(size, size))
        groups, member = connected_components(graph, directed=False)
        order, at = np.argsort(member, kind="stable"), np.empty(size, dtype=int)
        starts = np.searchsorted(member[order], np.arange(groups + 1))
        at[order] = np.arange(size) - starts[member[order]]
        sums: list[list] = [[] for _ in range(groups)]
        inside: list[list] = [[] for _ in range(groups)]
        for parts, totals in self.sums:
            first = (*parts, *totals)[0]
            sums[member[first]].append(([int(at[c]) for c in parts], [int(at[c]) for c in totals]))
        for part, whole in self.inside:
            inside[member[part]].append((int(at[part]), int(at[whole])))
        for group in range(groups):
            cells = order[starts[group] : starts[group + 1]]
            yield cells, Knowledge(self.count[cells], self.low[cells], self.high[cells], sums[group], inside[group])

    def narrow(self, cells: Sequence[int], fewest: int) -> list[int]:
        """Which of these counts can have fewer than so many values?

        A value counts where fractions of pathways would allow it elsewhere, as a reader with a solver would find.

        One of 1 to 7 in a sum of 13 to 17 with two others of 8 to 12 can be 1 and nothing else:

        >>> least, most = np.array([1.0, 8, 8, 13]), np.array([7.0, 12, 12, 17])
        >>> known = Knowledge(np.array([1, 8, 8, 17]), least, most, [([0, 1, 2], [3])])
        >>> known.narrow([0], 3)
        [0]
        >>> known.low[1], known.high[1] = 1, np.inf
        >>> known.narrow([0], 3)
        []
        """
        wanted, reach = np.asarray(cells, dtype=int), fewest - 1
        if len(self.sums) == 1 and not self.inside:
            return [int(cell) for cell in wanted if self._values_of_one_sum(int(cell)) < fewest]
        told = self._told()
        room = np.zeros(len(self.count))
        for way in (1, -1):
            room[wanted] += self._together(told, wanted[room[wanted] < reach], way, reach)[wanted]
        found = []
        for cell in wanted[room[wanted] < reach]:
            if sum(self._alone(told, int(cell), way, reach) for way in (1, -1)) < reach:
                found.append(int(cell))
        return found

    def _values_of_one_sum(self, cell: int) -> float:
        parts, totals = self.sums[0]
        sign = dict.fromkeys(parts, 1) | dict.fromkeys(totals, -1)
        least = most = 0.0
        for other, side in sign.items():
            if other != cell:
                towards = -sign.get(cell, 1) * side
                least += self.low[other] if towards > 0 else -self.high[other]
                most += self.high[other] if towards > 0 else -self.low[other]
        if cell not in sign:
            least, most = -np.inf, np.inf
        return min(most, self.high[cell]) - max(least, self.low[cell]) + 1

    def _told(self) -> dict[str, object]:
        """What adds up, as the rows of a linear programme."""
        size, told = len(self.count), {}
        equal = [
            [*((row, cell, 1.0) for cell in parts), *((row, cell, -1.0) for cell in totals)]
            for row, (parts, totals) in enumerate(self.sums)
        ]
        below = [((row, part, 1.0), (row, whole, -1.0)) for row, (part, whole) in enumerate(self.inside)]
        for name, right, rows in (("A_eq", "b_eq", equal), ("A_ub", "b_ub", below)):
            if rows:
                at = np.array([entry for row in rows for entry in row])
                places = (at[:, 0].astype(int), at[:, 1].astype(int))
                told[name] = coo_array((at[:, 2], places), shape=(len(rows), size)).tocsr()
                told[right] = np.zeros(len(rows))
        return told

    def _together(self, told: dict[str, object], wanted: np.ndarray, way: int, reach: int) -> np.ndarray:
        """How far many counts can move one way at once, up to `reach`: each at least so far, found with few programmes."""
        room = np.zeros(len(self.count))
        pending = wanted
        while len(pending):
            moved = self._moved(told, pending, way, reach)
            room[pending] = np.maximum(room[pending], moved[pending])
            still = pending[room[pending] < reach]
            if len(still) == len(pending):
                break
            pending = still
        return room

    def _alone(self, told: dict[str, object], cell: int, way: int, reach: int) -> float:
        return self._moved(told, np.array([cell]), way, reach)[cell]

    def _moved(self, told: dict[str, object], cells: np.ndarray, way: int, reach: int) -> np.ndarray:
        low, high, goal = self.low.astype(float), self.high.astype(float), np.zeros(len(self.count))
        if way > 0:
            high[cells] = np.minimum(high[cells], self.count[cells] + reach)
        else:
            low[cells] = np.maximum(low[cells], self.count[cells] - reach)
        goal[cells] = -way
        answer = linprog(goal, **told, bounds=np.column_stack([low, high]), method="highs")
        if answer.x is None:  # the truth satisfies it all, so this is a solver's failure: nothing is certified
            return np.zeros(len(self.count))
        return np.floor(way * (answer.x - self.count) + _NEARLY)
