"""The power of stay rates: as many stay as are wanted, whoever else is asked about."""

from __future__ import annotations

import numpy as np
import pytest

from lsc_analytics.models.staying import power_for

LISTS, GROUPS = 500, 14


@pytest.fixture(scope="module")
def lists() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """People by group, logs of their stay rates, and how many are to stay: some of them, from hardly any to nearly all."""
    random = np.random.default_rng(20260131)
    held = random.gamma(0.5, 40.0, (LISTS, GROUPS)) * (random.random((LISTS, GROUPS)) < 0.8)
    held[:, 0] += 1.0
    logs = np.log(random.uniform(0.02, 0.995, (LISTS, GROUPS)))
    return held, logs, held.sum(axis=1) * random.uniform(0.05, 0.999, LISTS)


def test_as_many_stay_as_are_wanted(lists: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    """To a part in a thousand million, wherever the search begins."""
    held, logs, wanted = lists
    for begun in (1.0, 0.0, 30.0, np.linspace(0.0, 60.0, LISTS)):
        power = power_for(held, logs, wanted, begun, most=1e4)
        np.testing.assert_allclose((held * np.exp(logs * power[:, None])).sum(axis=1), wanted, rtol=1e-9)


def test_nobody_elses_list_changes_an_answer(lists: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    """A list asked about by itself is told what it is told among five hundred, beside one that has no answer."""
    held, logs, wanted = lists
    wanted = wanted.copy()
    wanted[7] = 2 * held[7].sum()
    together = power_for(held, logs, wanted)
    alone = [power_for(held[at : at + 1], logs[at : at + 1], wanted[at : at + 1])[0] for at in range(LISTS)]
    np.testing.assert_allclose(together, alone, rtol=1e-12)


def test_where_no_power_does_the_nearest_is_told(lists: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    """More are wanted than there are: everybody stays. Nobody is: as few as the largest power leaves."""
    held, logs, _ = lists
    assert power_for(held, logs, 1.5 * held.sum(axis=1)).max() == 0.0
    few = power_for(held, logs, np.zeros(LISTS), most=8.0)
    assert few.max() == 8.0
    assert (held * np.exp(logs * few[:, None])).sum(axis=1).max() < held.sum(axis=1).max()
