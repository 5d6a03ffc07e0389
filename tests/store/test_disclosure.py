"""The disclosure rule: what is shown of a count, and what a reader can still work out from one sum."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsc_analytics.errors import TableError
from lsc_analytics.store.disclosure import FEWEST_VALUES, HIDDEN, as_numbers, publish, suppress
from lsc_analytics.tables import CHATBOT_OUTCOMES, CHATBOT_OUTCOMES_PUBLISHED

COUNTS = [name for name in CHATBOT_OUTCOMES.names if name not in CHATBOT_OUTCOMES.grain]
ANSWERS = ["remain", "leave", "worse"]


def outcomes(*rows: dict[str, int]) -> pd.DataFrame:
    """Exact outcomes, every count not given zero."""
    told = [
        dict.fromkeys(COUNTS, 0) | row | dict.fromkeys(CHATBOT_OUTCOMES.grain, str(at)) for at, row in enumerate(rows)
    ]
    return CHATBOT_OUTCOMES.check(pd.DataFrame(told))


def shown(*rows: tuple[int, ...]) -> list[tuple[str, ...]]:
    """Published answers and their published sum, row by row, every row's sum guarded."""
    names = ANSWERS[: len(rows[0])]
    exact = outcomes(*(dict(zip(names, row, strict=True)) | {"responded": sum(row)} for row in rows))
    sums = [([(at, name) for name in names], [(at, "responded")]) for at in range(len(rows))]
    published = publish(exact, CHATBOT_OUTCOMES_PUBLISHED, sums)
    return list(published[[*names, "responded"]].itertuples(index=False, name=None))


def known(text: str) -> range:
    """What a reader knows of a count from what is shown of it alone."""
    if text == HIDDEN:
        return range(1, 200)
    number = int(text.replace(",", ""))
    return range(number - 2, number + 3) if number else range(1)


@given(st.lists(st.integers(0, 2_000_000), min_size=1))
def test_small_is_hidden_and_the_rest_is_near(counts: list[int]) -> None:
    """0 as 0, 1 to 7 as *, any other within 2 of the truth, a multiple of 5 and with thousands separators."""
    for count, text in zip(counts, suppress(pd.Series(counts)), strict=True):
        assert (text == HIDDEN) == (1 <= count <= 7)
        assert (text == "0") == (count == 0)
        if count >= 8:
            number = int(text.replace(",", ""))
            assert abs(number - count) <= 2
            assert number % 5 == 0
            assert text == f"{number:,}"


def test_one_cell_never_narrows_below_five_values() -> None:
    """What one cell shows is shared by five counts at least, but for the zero."""
    counts = pd.Series(range(3_000))
    same = counts.groupby(suppress(counts).to_numpy()).count().drop("3,000")  # the last is cut by the range
    assert same.pop("0") == 1
    assert same.min() == 5
    assert same[HIDDEN] == 7


@pytest.mark.parametrize("count", [-1, None])
def test_what_cannot_be_shown_safely_is_refused(count: int | None) -> None:
    """A negative or unknown count would have no safe text."""
    with pytest.raises(ValueError, match="negative or unknown"):
        suppress(pd.Series([count], dtype="Int64"))


def test_numbers_come_back_but_for_the_hidden() -> None:
    """Shown counts are numbers again for drawing; a hidden one stays unknown."""
    again = as_numbers(suppress(pd.Series([0, 3, 8, 42_257])))
    assert again[[0, 2, 3]].tolist() == [0, 10, 42_255]
    assert again.isna().tolist() == [False, True, False, False]


def test_a_table_that_holds_numbers_is_no_way_out() -> None:
    """Publishing into a table of numbers is refused: nothing patient-level leaves as a count."""
    with pytest.raises(TableError, match="unsuppressed"):
        publish(outcomes({}), CHATBOT_OUTCOMES)


def test_rounding_alone_gives_a_count_away() -> None:
    """Why sums are guarded: unguarded, *, 10 and 10 of 15 can only be 1, 8 and 8."""
    assert tuple(suppress(pd.Series([1, 8, 8, 17]))) == (HIDDEN, "10", "10", "15")
    possible = {
        (a, b, c) for a, b, c in itertools.product(range(1, 8), known("10"), known("10")) if a + b + c in known("15")
    }
    assert possible == {(1, 8, 8)}
    assert shown((1, 8, 8))[0].count(HIDDEN) == 2


def test_totals_are_rounded_on_their_own() -> None:
    """13 and 13 are shown as 15 and 15 of 25, not of 30: a sum of shown parts says little of the total."""
    assert shown((13, 13)) == [("15", "15", "25")]


@pytest.mark.parametrize("parts", [2, 3])
def test_one_sum_leaves_a_small_count_enough_values(parts: int) -> None:
    """Every sum of small parts: a count of 1 to 7 could be any of three values or more, for all its row shows.

    For a reader who takes each * for an unknown of one or more, which is what the legend promises.
    """
    counted = itertools.product(range(1, 8), *[(*range(15), 18, 22, 23)] * (parts - 1))
    for row in set(shown(*counted)):
        assert row[0] == HIDDEN
        others = [known(text) for text in row[1:-1]]
        least, most = sum(each[0] for each in others), sum(each[-1] for each in others)
        possible = [
            value for value in range(1, 8) if value + least <= known(row[-1])[-1] and value + most >= known(row[-1])[0]
        ]
        assert len(possible) >= FEWEST_VALUES, row
