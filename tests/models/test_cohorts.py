"""Ageing the list loses nobody, invents nobody and never makes waits shorter."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsc_analytics.models import cohorts

GROUPS = len(cohorts.GROUP_EDGES) - 1


@given(weeks=st.floats(0, 12), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_ageing_keeps_everyone_and_shortens_no_wait(weeks: float, seed: int) -> None:
    """The total is kept exactly and, week by week, at least as many are over each threshold as before."""
    bands = np.random.default_rng(seed).integers(0, 50, cohorts.BANDS).astype(float)
    later = cohorts.age(bands, weeks)
    assert later.sum() == pytest.approx(bands.sum())
    tail = lambda array: array[::-1].cumsum()  # noqa: E731
    assert (tail(later) >= tail(bands) - 1e-9).all()


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_simulated_bands_add_up_to_the_list_the_flows_give(seed: int) -> None:
    """Every draw and month adds up to its closing list, nothing is negative, and 65+ is inside 52+."""
    random = np.random.default_rng(seed)
    draws, months = 4, ["2026-02", "2026-03", "2026-04"]
    start = random.integers(0, 40, cohorts.BANDS).astype(float)
    closing = random.uniform(0, 1.6, (draws, 3)) * start.sum()
    bands = cohorts.simulate(
        start, months, random.uniform(0, 1, (draws, 3, GROUPS)), random.uniform(0, 900, (draws, 3)), closing
    )
    assert np.allclose(bands.sum(axis=-1), closing, rtol=1e-6, atol=1e-6)
    assert (bands >= -1e-9).all()
    assert (cohorts.over(bands, 65) <= cohorts.over(bands, 52) + 1e-9).all()


def test_exit_rates_are_learned_from_how_bands_move() -> None:
    """Where four in five of everyone stay each month, the learned rates are four in five in every group."""
    months = ["2025-11", "2025-12", "2026-01", "2026-02"]
    rows = [np.full(cohorts.BANDS, 1e6)]
    for month in months[1:]:
        aged = cohorts.age(rows[-1] * 0.8, cohorts.weeks_in(month))
        aged[: int(cohorts.weeks_in(month)) + 1] += 1e5  # joiners: whose band is not yet a cohort's
        rows.append(aged)
    rates = cohorts.stay_rates(np.array(rows), months)
    assert rates[:, 1:] == pytest.approx(0.8, abs=0.02)


def test_a_small_group_leans_on_its_trust() -> None:
    """With nobody in a group the prior is believed; with a missing month nothing is learned."""
    months = ["2025-12", "2026-01", "2026-02"]
    matrix = np.zeros((3, cohorts.BANDS))
    matrix[2] = np.nan
    prior = np.full((2, GROUPS), 0.65)
    rates = cohorts.stay_rates(matrix, months, prior)
    assert rates[0] == pytest.approx(0.65)
    assert np.isnan(rates[1]).all()


def test_a_month_without_bands_is_unknown_and_not_zero() -> None:
    """A missing month is all empty; a month with one band has zeros elsewhere."""
    bands = pd.DataFrame({"month": ["2026-01"], "week_from": [3], "pathways": [7]})
    matrix = cohorts.band_matrix(bands, ["2025-12", "2026-01"])
    assert np.isnan(matrix[0]).all()
    assert matrix[1].sum() == matrix[1, 3] == 7
