"""The one disclosure rule: what of a small count may be shown. Nothing patient-level leaves the house but through here.

The rule is NHS Digital's for Hospital Episode Statistics below national level (September 2018): 1 to 7 is shown as *,
0 as 0, any other count to the nearest 5, totals on their own rather than added up from rounded parts; a percentage is
made from the shown counts. RTT, DM01 and WLMDS are published unsuppressed and do not come through here.

Rounded totals alone do not hide a count: *, 10 and 10 of 15 can only be 1, 8 and 8. So `publish` attacks what it is
about to show, every sum read together and beside the run before, and withholds the smallest counts, as another *, until
every hidden one can still have three values.

What it does not do: hide that something was withheld, or guard against a reader who knows by how much a count changed
between two runs. From 8 to 7 is from 10 to *, whatever else is shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from lsc_analytics.errors import TableError
from lsc_analytics.store.inference import Knowledge
from lsc_analytics.tables import Table

HIDDEN = "*"
LEGEND = (
    "* is 1 to 7, or a count withheld so that one of those cannot be worked out; other counts are to the nearest 5."
)
SMALLEST_SHOWN = 8
ROUNDED_TO = 5
FEWEST_VALUES = 3  # that all that is shown may leave a hidden count

Cell = tuple[int, str]  # row label and column
Sum = tuple[Sequence[Cell], Sequence[Cell]]  # cells that together equal other cells


@dataclass(frozen=True)
class Before:
    """What an earlier run showed, so that a reader who lays the two side by side learns no more than from either.

    Attributes:
        exact: Its counts.
        shown: What was shown of them, row by row.
        sums: What a reader of it could add up.
        same: Columns by which its rows are those of the later run, such as all but the day.
        inside: What was part of what.
    """

    exact: pd.DataFrame
    shown: pd.DataFrame
    sums: Iterable[Sum]
    same: Sequence[str]
    inside: Iterable[tuple[Cell, Cell]] = ()


def suppress(counts: pd.Series) -> pd.Series:
    """Counts as they may be shown.

    Args:
        counts: Whole numbers of zero or more.

    Returns:
        Text, same index: "0", "*" for 1 to 7, else the nearest 5 with thousands separators.

    Raises:
        ValueError: A count is negative or unknown; neither can be shown safely.

    >>> suppress(pd.Series([0, 1, 7, 8, 12, 13, 42257])).tolist()
    ['0', '*', '*', '10', '10', '15', '42,255']
    """
    if counts.isna().any() or (counts < 0).any():
        raise ValueError("A count to be shown is negative or unknown.")
    exact = counts.astype("int64")
    rounded = (exact + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO
    shown = rounded.map("{:,}".format).mask(exact.between(1, SMALLEST_SHOWN - 1), HIDDEN)
    return shown.astype(pd.StringDtype(na_value=float("nan")))


def publish(
    exact: pd.DataFrame,
    table: Table,
    sums: Iterable[Sum] = (),
    *,
    inside: Iterable[tuple[Cell, Cell]] = (),
    known: Iterable[Cell] = (),
    before: Before | None = None,
) -> pd.DataFrame:
    """A table of exact counts as the table that may be read.

    Args:
        exact: Rows whose whole-number columns are counts of patients.
        table: The table to make, which holds those columns as text.
        sums: What a reader can add up: cells of `exact` that together equal other cells of it.
        inside: A cell that is part of another, such as those over 52 weeks of those over 18.
        known: Cells that some readers know exactly, such as from a published return. What is shown guards these cells from
            those who do not, and the others from those who do.
        before: What the run before showed. The reader is taken to know of every count whether it has changed since.

    Returns:
        A frame of `table`, row by row. All the sums of both runs together leave every * three possible values or more,
        unless all that it adds up with is hidden or known already.

    Raises:
        TableError: A count would pass unsuppressed: `table` holds a number.

    >>> from lsc_analytics.tables import CHATBOT_OUTCOMES as exact, CHATBOT_OUTCOMES_PUBLISHED as published
    >>> row = dict.fromkeys(exact.names, 0) | {"responded": 17, "remain": 8, "leave": 8, "worse": 1}
    >>> frame = exact.check(pd.DataFrame([row | dict.fromkeys(exact.grain, "x")]))
    >>> parts, total = [(0, "remain"), (0, "leave"), (0, "worse")], [(0, "responded")]
    >>> publish(frame, published, [(parts, total)])[["responded", "remain", "leave", "worse"]].values.tolist()
    [['15', '*', '10', '*']]
    """
    numbers = [column.name for column in table.columns if not pa.types.is_string(column.type)]
    if numbers:
        raise TableError(f"The table {table.name} would show {', '.join(numbers)} unsuppressed.", "Make them text.")
    shown = exact.apply(lambda values: suppress(values) if pd.api.types.is_numeric_dtype(values) else values)
    sums, inside, known = list(sums), list(inside), set(known)
    for exactly in (
        [set(), known] if known else [set()]
    ):  # whoever knows nothing more, then whoever has read the returns
        reader = _Reader(exact, shown, exactly)
        reader.adds_up(sums, inside)
        if before:
            reader.remembers(before)
        for cell in reader.to_withhold():
            shown.at[cell] = HIDDEN
    return table.check(shown)


class _Reader:
    """What a reader of one run, and of the one before, knows of every count that adds up with others.

    A count of both runs that has not changed is one count to them: whichever run tells more of it.
    """

    def __init__(self, exact: pd.DataFrame, shown: pd.DataFrame, known: set[Cell]) -> None:
        self._frames, self._known = (exact, shown), known
        self._numbers: dict[Cell, int] = {}
        self._counts: list[int] = []
        self._now: dict[int, str] = {}  # what is shown of each count of this run
        self._then: dict[int, str] = {}  # and of the run before
        self._sums: list[tuple[list[int], list[int]]] = []
        self._inside: list[tuple[int, int]] = []
        self._exactly: set[int] = set()

    def adds_up(self, sums: Iterable[Sum], inside: Iterable[tuple[Cell, Cell]]) -> None:
        """This run's sums."""
        self._sums += _numbered(sums, self._number)
        self._inside += [(self._number(part), self._number(whole)) for part, whole in inside]

    def remembers(self, before: Before) -> None:
        """The run before: its own sums, and what it showed of counts that are the same still."""
        exact, keys = self._frames[0], list(before.same)
        rows = dict(zip(exact[keys].itertuples(index=False, name=None), exact.index, strict=True))
        matched = [rows.get(key) for key in before.exact[keys].itertuples(index=False, name=None)]
        again = dict(zip(before.exact.index, matched, strict=True))
        numbers: dict[Cell, int] = {}

        def number(cell: Cell) -> int:
            if cell not in numbers:
                count, now = int(str(before.exact.at[cell])), (again[cell[0]], cell[1])
                same = self._numbers.get(now) if now[0] is not None else None
                if same is None or self._counts[same] != count:
                    same = self._new(count)
                numbers[cell] = same
                self._then[same] = str(before.shown.at[cell])
            return numbers[cell]

        self._sums += _numbered(before.sums, number)
        self._inside += [(number(part), number(whole)) for part, whole in before.inside]

    def to_withhold(self) -> list[Cell]:
        """The cells of this run to hide, besides those that are small, until every hidden count has values enough."""
        counts = np.array(self._counts, dtype=float)
        bounds = [self._bounds(number) for number in range(len(counts))]
        low, high = (np.array(side, dtype=float) for side in zip(*bounds, strict=True)) if bounds else ((), ())
        cells = {number: cell for cell, number in self._numbers.items()}
        withheld = []
        for numbers, told in Knowledge(counts, np.array(low), np.array(high), self._sums, self._inside).apart():
            lost: set[int] | None = None
            while narrow := set(told.narrow(self._guarded(numbers), FEWEST_VALUES)) - (lost or set()):
                if lost is None:
                    lost = self._past_help(numbers, told)
                    continue
                chosen = {self._smallest_near(at, numbers, told) for at in narrow} - {None}
                if not chosen:
                    break
                for at in chosen:
                    assert at is not None
                    number = int(numbers[at])
                    self._now[number] = HIDDEN
                    told.low[at], told.high[at] = self._bounds(number)
                    withheld.append(cells[number])
        return withheld

    def _guarded(self, numbers: np.ndarray) -> list[int]:
        return [at for at, number in enumerate(numbers) if self._hidden(int(number))]

    def _past_help(self, numbers: np.ndarray, told: Knowledge) -> set[int]:
        """Hidden counts that too few values would be left were everything hidden: hiding more cannot help them."""
        low, high = told.low.copy(), told.high.copy()
        for at, number in enumerate(numbers):
            if self._can_hide(int(number)):
                low[at], high[at] = 1, math.inf
        relaxed = Knowledge(told.count, low, high, told.sums, told.inside)
        return set(relaxed.narrow(self._guarded(numbers), FEWEST_VALUES)) if len(told.sums) > 1 else set()

    def _number(self, cell: Cell) -> int:
        if cell not in self._numbers:
            exact, shown = self._frames
            self._numbers[cell] = number = self._new(int(str(exact.at[cell])))
            self._now[number] = str(shown.at[cell])
            if cell in self._known:
                self._exactly.add(number)
        return self._numbers[cell]

    def _new(self, count: int) -> int:
        self._counts.append(count)
        return len(self._counts) - 1

    def _hidden(self, number: int) -> bool:
        return HIDDEN in (self._now.get(number), self._then.get(number)) and number not in self._exactly

    def _bounds(self, number: int) -> tuple[float, float]:
        count = self._counts[number]
        if number in self._exactly:
            return count, count
        told = [_range(shown[number], count) for shown in (self._now, self._then) if number in shown]
        return max(low for low, _ in told), min(high for _, high in told)

    def _smallest_near(self, narrow: int, numbers: np.ndarray, told: Knowledge) -> int | None:
        """The smallest count whose hiding tells a reader less, among those that the narrow one adds up with, or beyond."""
        met, edge = {narrow}, {narrow}
        while edge:
            beside = [{*parts, *totals} for parts, totals in told.sums if edge & {*parts, *totals}]
            edge = set().union(*beside, *({*pair} for pair in told.inside if edge & {*pair})) - met
            met |= edge
            if hideable := [at for at in edge if self._can_hide(int(numbers[at]))]:
                return min(hideable, key=lambda at: (told.count[at], at))
        return None

    def _can_hide(self, number: int) -> bool:
        shown = self._now.get(number, HIDDEN)
        told_before = self._then.get(number) == shown  # then hiding it now hides nothing
        return shown not in (HIDDEN, "0") and number not in self._exactly and not told_before


def _numbered(sums: Iterable[Sum], number: Callable[[Cell], int]) -> list[tuple[list[int], list[int]]]:
    """The sums by number; a total without parts in the table adds up with nothing."""
    return [([number(c) for c in parts], [number(c) for c in totals]) for parts, totals in sums if parts and totals]


def _range(shown: str, count: int) -> tuple[float, float]:
    """What a reader knows of a count; of a withheld one, at the least that somebody is in it."""
    if shown == HIDDEN:
        return (1, SMALLEST_SHOWN - 1) if count < SMALLEST_SHOWN else (1, math.inf)
    number = int(shown.replace(",", ""))
    return (number - ROUNDED_TO // 2, number + ROUNDED_TO // 2) if number else (0, 0)


def as_numbers(shown: pd.Series) -> pd.Series:
    """Shown counts as numbers to draw or to share, empty where hidden.

    >>> as_numbers(pd.Series(["42,255", "*", "0"])).tolist()
    [42255.0, nan, 0.0]
    """
    return pd.to_numeric(shown.str.replace(",", "").mask(shown == HIDDEN), errors="raise").astype("float64")
