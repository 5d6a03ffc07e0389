# ruff: noqa: T201 - coverage is printed: pytest -rP shows it
"""Intervals hold as often as they say, and published counts of two runs give no small count away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from example_validation import CALL, REVIEW, pathways

from lsc_analytics.models import chatbot
from lsc_analytics.store.disclosure import FEWEST_VALUES, HIDDEN, as_numbers, suppress
from lsc_analytics.tables import CHATBOT_COUNTS

COUNTS = [name for name in CHATBOT_COUNTS.names if name not in CHATBOT_COUNTS.grain]


@pytest.mark.parametrize(("of", "share"), [(250, 0.09), (400, 0.09), (1712, 0.15), (13583, 0.02), (300, 0.79)])
def test_intervals_of_published_shares_hold_as_often_as_they_say(of: int, share: float) -> None:
    """Drawn 4,000 times, suppressed and rounded as published: 95% intervals hold the truth 93 to 98 times in a hundred."""
    random = np.random.default_rng(20261125)
    drawn = pd.Series(random.binomial(of, share, 4_000))
    count, number = as_numbers(suppress(drawn)), as_numbers(suppress(pd.Series([of] * len(drawn))))
    low, high = chatbot.wilson(count, number)
    shown = low.notna()
    held = ((low <= 100 * share) & (100 * share <= high))[shown].mean()
    print(f"{share:.0%} of {of:,}: shown {shown.mean():.1%}, held {held:.1%}")
    assert 0.93 < held < 0.98


@pytest.mark.parametrize("size", [(10, 60), (50, 500)])
def test_pooled_intervals_hold_over_cells_of_any_size(size: tuple[int, int]) -> None:
    """Forty cells whose true shares differ, twenty times: 95% intervals hold 92 to 98 times in a hundred, and err less."""
    random, held, wrong, alone = np.random.default_rng(7), [], [], []
    for _ in range(20):
        truth = random.beta(9, 91, 40)
        of = random.integers(*size, 40)
        count = random.binomial(of, truth)
        middle, low, high = chatbot.pooled(count.astype(float), of.astype(float))
        held.append(((low <= 100 * truth) & (100 * truth <= high)).mean())
        wrong.append(np.abs(middle - 100 * truth).mean())
        alone.append(np.abs(100 * count / of - 100 * truth).mean())
    print(
        f"cells of {size}: held {np.mean(held):.1%}, error {np.mean(wrong):.2f} against {np.mean(alone):.2f} unpooled"
    )
    assert 0.92 < np.mean(held) < 0.98
    assert np.mean(wrong) < np.mean(alone)


def test_a_hidden_cell_borrows_everything() -> None:
    """A cell whose count is * has the middle of the others and a wider interval than any that is shown."""
    middle, low, high = chatbot.pooled(np.array([np.nan, 30, 36, 33]), np.array([40.0, 300, 300, 300]))
    assert middle[0] == pytest.approx(11, abs=1.5)
    assert high[0] - low[0] > (high - low)[1:].max()


def published(calls: list[dict], reviews: list[dict]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Exact and published counts of one run."""
    exact = chatbot.counts(pathways(calls, reviews))
    return exact, chatbot.publish(exact)


def test_two_runs_attacked_give_no_small_count_away() -> None:
    """A second run with a few patients more: no * of either narrows below three values, both runs and all sums together."""
    random = np.random.default_rng(4)
    calls = [
        CALL | {"pathway_pseudonym": str(at), "provider_code": str(random.choice(["RXN", "RTX"])),
                "treatment_function_code": str(random.choice(["C_110", "C_130"], p=[0.8, 0.2])),
                "response": str(random.choice(["remain", "leave", "worse"], p=[0.8, 0.14, 0.06]))}
        for at in range(110)
    ]  # fmt: skip
    reviews = [REVIEW | {"pathway_pseudonym": str(at)} for at in range(0, 110, 2)]
    first, then = published(calls[:106], reviews), published(calls, reviews)
    narrowest = _narrowest(*then, *first)
    print(f"{int((then[1][COUNTS] == HIDDEN).to_numpy().sum())} hidden; the narrowest has {narrowest} values")
    assert (then[1][COUNTS] == HIDDEN).to_numpy().any()
    assert narrowest >= FEWEST_VALUES


def _narrowest(
    exact: pd.DataFrame,
    shown: pd.DataFrame,
    exact_before: pd.DataFrame | None = None,
    before: pd.DataFrame | None = None,
) -> int:
    """Fewest values a hidden count can have: bounds of every cell, tightened by each sum until nothing moves.

    The reader of two runs knows that no count of people reached, asked or answering fell in between.
    """
    runs = [(exact, shown, None)] + ([(exact_before, before, 1)] if before is not None else [])
    low, high, equal = {}, {}, []
    for frame, text, run in runs:
        for row in frame.index:
            for name in COUNTS:
                told, cell = str(text.at[row, name]), (run, tuple(frame.loc[row, list(CHATBOT_COUNTS.grain)]), name)
                number = None if told == HIDDEN else int(told.replace(",", ""))
                small = int(frame.at[row, name]) < 8
                low[cell] = 1 if number is None else number - 2 if number else 0
                high[cell] = (7 if small else 10_000) if number is None else number + 2 if number else 0
        keys = {row: tuple(frame.loc[row, list(CHATBOT_COUNTS.grain)]) for row in frame.index}
        equal += [
            ([(run, keys[r], n) for r, n in parts], [(run, keys[r], n) for r, n in totals])
            for parts, totals in chatbot.sums(frame) if parts and totals
        ]  # fmt: skip
    later = [
        (cell, (1, *cell[1:]))
        for cell in low
        if cell[0] is None and (1, *cell[1:]) in low and cell[2] in ("attempted", "contacted", "responded")
    ]
    for _ in range(6):
        for parts, totals in equal:
            side = [(cell, 1) for cell in parts] + [(cell, -1) for cell in totals]
            for cell, sign in side:
                others = [(o, s) for o, s in side if o != cell]
                least = sum(-sign * s * (low[o] if -sign * s > 0 else high[o]) for o, s in others)
                most = sum(-sign * s * (high[o] if -sign * s > 0 else low[o]) for o, s in others)
                low[cell], high[cell] = max(low[cell], least), min(high[cell], most)
        for now, earlier in later:
            low[now], high[earlier] = max(low[now], low[earlier]), min(high[earlier], high[now])
    hidden = {
        (run, tuple(frame.loc[row, list(CHATBOT_COUNTS.grain)]), name)
        for frame, text, run in runs for row in frame.index for name in COUNTS if text.at[row, name] == HIDDEN
        and int(frame.at[row, name]) < 8
    }  # fmt: skip
    return min(high[cell] - low[cell] + 1 for cell in hidden)
