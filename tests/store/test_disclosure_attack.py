"""An attack on published tables: whoever reads every sum of two runs together is left three values of each hidden count.

The bounds are found here by programmes of the test's own, and on tiny tables by trying every whole number.
"""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from lsc_analytics.store.disclosure import FEWEST_VALUES, HIDDEN, Before, Cell, publish
from lsc_analytics.tables.columns import TEXT
from lsc_analytics.tables.schema import Column, Table

TABLE = Table(
    "example_published",
    "A trust's pathways by group; ALL is the total.",
    ("trust", "group"),
    (Column("trust", TEXT, ""), Column("group", TEXT, ""), Column("pathways", TEXT, "")),
)
Sums = list[tuple[list[Cell], list[Cell]]]


def crossed(counts: np.ndarray) -> pd.DataFrame:
    """Counts by trust and group with both margins and the grand total."""
    whole = np.vstack([counts, counts.sum(axis=0)])
    whole = np.column_stack([whole, whole.sum(axis=1)])
    trusts = [*map(str, range(len(counts))), "ALL"]
    groups = [*map(str, range(counts.shape[1])), "ALL"]
    rows = [(t, g, int(whole[i, j])) for i, t in enumerate(trusts) for j, g in enumerate(groups)]
    return pd.DataFrame(rows, columns=["trust", "group", "pathways"])


def margins(frame: pd.DataFrame) -> Sums:
    """Every sum that a reader of a crossed table can make."""
    at = {(t, g): i for i, (t, g) in enumerate(zip(frame["trust"], frame["group"], strict=True))}
    trusts, groups = list(dict.fromkeys(frame["trust"])), list(dict.fromkeys(frame["group"]))
    across = [([(at[t, g], "pathways") for g in groups[:-1]], [(at[t, "ALL"], "pathways")]) for t in trusts]
    down = [([(at[t, g], "pathways") for t in trusts[:-1]], [(at["ALL", g], "pathways")]) for g in groups]
    return across + down


def told(text: str, count: int) -> tuple[float, float]:
    """What one shown count says; a * that stands for more than 7 says only that somebody is there."""
    if text == HIDDEN:
        return (1, 7) if count < 8 else (1, np.inf)
    number = int(text.replace(",", ""))
    return (number - 2, number + 2) if number else (0, 0)


def values_left(runs: list[tuple[pd.DataFrame, pd.DataFrame]]) -> list[float]:
    """How many values every hidden count of one run or two can have, all sums and all unchanged counts taken together."""
    size = len(runs[0][0])
    equal = []
    for number, (exact, _) in enumerate(runs):
        for parts, totals in margins(exact):
            row = np.zeros(size * len(runs))
            row[[number * size + at for at, _ in parts]] = 1
            row[[number * size + at for at, _ in totals]] = -1
            equal.append(row)
    if len(runs) == 2:
        same = np.flatnonzero(runs[0][0]["pathways"].to_numpy() == runs[1][0]["pathways"].to_numpy())
        for at in same:
            row = np.zeros(2 * size)
            row[[at, size + at]] = 1, -1
            equal.append(row)
    bounds = [told(*pair) for exact, shown in runs for pair in zip(shown["pathways"], exact["pathways"], strict=True)]
    hidden = [n * size + at for n, (_, shown) in enumerate(runs) for at in np.flatnonzero(shown["pathways"] == HIDDEN)]
    found = []
    for cell in hidden:
        ends = []
        for way in (1.0, -1.0):
            goal = np.zeros(size * len(runs))
            goal[cell] = way
            answer = linprog(goal, A_eq=np.array(equal), b_eq=np.zeros(len(equal)), bounds=bounds, method="highs")
            ends.append(np.inf if answer.status == 3 else answer.x[cell])
        found.append(np.floor(ends[1] + 1e-6) - np.ceil(ends[0] - 1e-6) + 1)
    return found


tables = st.integers(2, 4).flatmap(
    lambda groups: st.lists(
        st.lists(st.one_of(st.integers(0, 14), st.integers(0, 90)), min_size=groups, max_size=groups),
        min_size=2,
        max_size=4,
    )
)


@settings(max_examples=15, deadline=None)
@given(tables)
def test_all_sums_of_one_run_leave_three_values(counts: list[list[int]]) -> None:
    """Rows, columns and the grand total read together: no * is narrowed to fewer than three values."""
    exact = crossed(np.array(counts))
    shown = publish(exact, TABLE, margins(exact))
    assert all(left >= FEWEST_VALUES for left in values_left([(exact, shown)]))


@settings(max_examples=15, deadline=None)
@given(tables, st.data())
def test_two_runs_side_by_side_leave_three_values(counts: list[list[int]], data: st.DataObject) -> None:
    """Nor are the runs of two weeks, though the reader knows of every count whether it has changed."""
    first = np.array(counts)
    change = st.sampled_from([0, 0, 0, 0, -2, -1, 1, 2, 5])
    step = data.draw(st.lists(change, min_size=first.size, max_size=first.size))
    second = np.maximum(first + np.array(step).reshape(first.shape), 0)
    before, now = crossed(first), crossed(second)
    shown_before = publish(before, TABLE, margins(before))
    earlier = Before(before, shown_before, margins(before), TABLE.grain)
    shown = publish(now, TABLE, margins(now), before=earlier)
    assert all(left >= FEWEST_VALUES for left in values_left([(before, shown_before), (now, shown)]))


def test_two_runs_apart_would_give_a_count_away() -> None:
    """Why the run before is remembered: each run alone is safe, and the two together are not."""
    runs = []
    for counts in ([[1, 8, 8, 0]] * 2, [[1, 8, 8, 7]] * 2):
        exact = crossed(np.array(counts))
        runs.append((exact, publish(exact, TABLE, margins(exact))))
    alone = [min(values_left([run])) for run in runs]
    assert min(alone) >= FEWEST_VALUES
    (before, shown_before), (now, _) = runs
    earlier = Before(before, shown_before, margins(before), TABLE.grain)
    guarded = publish(now, TABLE, margins(now), before=earlier)
    assert min(values_left([runs[0], (now, guarded)])) >= FEWEST_VALUES


@pytest.mark.parametrize("counts", [[[1, 8], [8, 1]], [[2, 9], [3, 12]], [[7, 8], [1, 0]], [[1, 1], [9, 12]]])
def test_trying_every_number_finds_no_fewer(counts: list[list[int]]) -> None:
    """On tables of two by two every whole number is tried, and three values or more of each * agree with all sums."""
    exact = crossed(np.array(counts))
    shown = publish(exact, TABLE, margins(exact))
    ranges = {}
    for t, g, text, count in zip(exact["trust"], exact["group"], shown["pathways"], exact["pathways"], strict=True):
        low, high = told(text, count)
        ranges[t, g] = (low, min(high, 60))
    inner = [(t, g) for t in "01" for g in "01"]
    spans = [range(int(ranges[cell][0]), int(ranges[cell][1]) + 1) for cell in inner]
    possible: dict[tuple[str, str], set[int]] = {}
    for a, b, c, d in itertools.product(*spans):
        whole = {("0", "0"): a, ("0", "1"): b, ("1", "0"): c, ("1", "1"): d}
        whole |= {("0", "ALL"): a + b, ("1", "ALL"): c + d, ("ALL", "0"): a + c, ("ALL", "1"): b + d}
        whole["ALL", "ALL"] = a + b + c + d
        if all(ranges[cell][0] <= value <= ranges[cell][1] for cell, value in whole.items()):
            for cell, value in whole.items():
                possible.setdefault(cell, set()).add(value)
    hidden = shown["pathways"] == HIDDEN
    stars = list(zip(exact.loc[hidden, "trust"], exact.loc[hidden, "group"], strict=True))
    assert stars
    assert all(len(possible[cell]) >= FEWEST_VALUES for cell in stars)


def test_what_readers_know_is_neither_guarded_nor_believed_rounded() -> None:
    """A total that a return publishes exactly is counted on exactly: *, 10 and 10 of just 17 say more than of 15."""
    exact = crossed(np.array([[3, 8, 9]] * 4))
    total = [(i, "pathways") for i in exact.index[exact["group"] == "ALL"]]
    shown = publish(exact, TABLE, margins(exact), known=total)
    lost = (shown["pathways"] == HIDDEN).sum()
    assert lost >= (publish(exact, TABLE, margins(exact))["pathways"] == HIDDEN).sum()
    assert shown.loc[[i for i, _ in total[:-1]], "pathways"].tolist() == ["20"] * 4
