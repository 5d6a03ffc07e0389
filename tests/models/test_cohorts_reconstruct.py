"""Bands rebuilt from thresholds keep every published count, and the percentiles wherever the counts allow them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsc_analytics.models.cohorts import BANDS, band_history, percentile, reconstruct
from lsc_analytics.models.cohorts.reconstruct import KNOTS, PERCENTILE_WEEKS
from lsc_analytics.reference import ALL_SPECIALTIES
from lsc_analytics.tables import COHORT_BANDS, RTT, RTT_BAND_VIEW

COUNTS = st.lists(st.integers(0, 4000), min_size=6, max_size=6)


def tails(bands: np.ndarray) -> np.ndarray:
    """Pathways over each knot."""
    return np.cumsum(bands[:, ::-1], axis=1)[:, ::-1][:, KNOTS]


@given(segments=COUNTS, seed=st.integers(0, 2**32 - 1), shaped=st.booleans(), asked=st.booleans())
@settings(max_examples=80, deadline=None)
def test_published_counts_are_kept_exactly(segments: list[int], seed: int, shaped: bool, asked: bool) -> None:
    """Whatever the shape and the percentiles, nothing is negative, each threshold's count is exact, and fewer wait longer."""
    random = np.random.default_rng(seed)
    over = np.cumsum(segments[::-1])[::-1][None].astype(float)
    shape = random.integers(0, 30, (1, BANDS)).astype(float) * (random.random((1, BANDS)) < 0.5) if shaped else None
    percentiles = np.sort(random.uniform(0, 104, (1, 2)), axis=1) if asked else None
    told, kept = reconstruct(over, shape, percentiles)
    assert (told >= 0).all()
    assert tails(told) == pytest.approx(over, abs=1e-6)
    if percentiles is not None and over[0, 0] > 0:
        off = np.abs([[percentile(told, 0.5)[0], percentile(told, 0.92)[0]]] - percentiles)
        assert ((off <= PERCENTILE_WEEKS) == (kept == 1)).all()


@given(seed=st.integers(0, 2**32 - 1), size=st.integers(30, 5000))
@settings(max_examples=80, deadline=None)
def test_percentiles_that_a_list_had_are_found_again(seed: int, size: int) -> None:
    """Bands with the counts and percentiles of a real list exist, so both are met; a hundredth of a week is rounded."""
    random = np.random.default_rng(seed)
    waits = np.minimum(random.gamma(1.3, random.uniform(6, 25), size), 120).astype(int)
    true = np.bincount(np.minimum(waits, BANDS - 1), minlength=BANDS).astype(float)[None]
    published = np.round(np.stack([percentile(true, 0.5), percentile(true, 0.92)], axis=1), 2)
    told, kept = reconstruct(tails(true), None, published)
    assert tails(told) == pytest.approx(tails(true), abs=1e-6)
    assert (kept == 1).all()


def test_where_counts_and_percentiles_contradict_the_counts_win_and_it_is_said() -> None:
    """Sixty of a hundred within 18 weeks rule out a median of 30: the counts stand, and the percentile is marked unmet."""
    over = np.array([[100, 40, 0, 0, 0, 0.0]])
    told, kept = reconstruct(over, None, np.array([[30.0, np.nan]]))
    assert tails(told) == pytest.approx(over)
    assert kept[0, 0] == 0
    assert np.isnan(kept[0, 1])


def test_what_cannot_be_is_not_made_up() -> None:
    """More over 52 weeks than over 18, or an unknown list, gives no bands; an empty list gives empty ones."""
    over = np.array([[100, 4, 40, 0, 0, 0], [np.nan] * 6, [0.0] * 6])
    told, _ = reconstruct(over)
    assert np.isnan(told[:2]).all()
    assert (told[2] == 0).all()


def test_the_shape_decides_between_two_thresholds() -> None:
    """All of a shape's long waiters in one band put the list's there too, but for a thousandth that is kept open."""
    shape = np.zeros((1, BANDS))
    shape[0, [5, 30, 60]] = 1
    told, _ = reconstruct(np.array([[90, 30, 10, 0, 0, 0.0]]), shape)
    assert told[0, [5, 30, 60]] == pytest.approx([60, 20, 10], rel=2e-3)


def test_figures_of_a_total_alone_give_no_history() -> None:
    """A list of which only the total is loaded is left out; one with its thresholds is in, marked reconstructed."""
    rows = [("RXL", "total_incomplete", 50), ("RXN", "total_incomplete", 80), ("RXN", "within_18_weeks", 60)]
    rows += [("RXN", "over_52_weeks", 3), ("RXN", "over_65_weeks", 1), ("RXN", "over_78_weeks", 0)]
    figures = RTT.check(
        pd.DataFrame(
            [
                ("provider", "2026-01", trust, "C_110", measure, float(value), "x", "f")
                for trust, measure, value in rows
            ],
            columns=RTT.names,
        )
    )
    history = band_history(figures, RTT_BAND_VIEW.empty(), "2026-01")
    assert list(history.lists) == [("RXN", "C_110")]
    frame = COHORT_BANDS.check(history.frame())
    assert frame["pathways"].sum() == pytest.approx(80)
    assert frame["reconstructed"].all()
    assert set(frame["percentiles"]) == {"not_published"}


@pytest.fixture(scope="module")
def january(shared_data: Path) -> tuple[pd.DataFrame, np.ndarray]:
    """January 2026, every list with a published median: its median and 92nd percentile, and its true bands."""
    keys = ["provider_code", "treatment_function_code"]
    panel = pd.read_csv(shared_data / "rtt" / "incomplete_by_provider_specialty_2024-04_2026-01.csv.gz")
    panel = panel[(panel["Reporting_Month"] == "2026-01-01") & panel["Median_Waiting_Time_Weeks"].notna()]
    panel = panel.set_axis([column.lower() for column in panel.columns], axis=1).set_index(keys)
    extract = pd.read_csv(shared_data / "rtt" / "20260131-RTT-January-2026-full-extract.csv.gz")
    rows = extract[(extract["RTT Part Type"] == "Part_2") & (extract["Commissioner Org Code"] != "NONC")]
    weeks = [column for column in rows.columns if column.startswith("Gt ")]
    bands = rows.groupby(["Provider Org Code", "Treatment Function Code"])[weeks].sum().rename_axis(keys)
    both = panel.join(bands, how="inner")
    return both[["median_waiting_time_weeks", "p92_waiting_time_weeks"]], both[weeks].to_numpy(float)


@pytest.mark.real_data
def test_published_percentiles_are_linear_inside_the_week(january: tuple[pd.DataFrame, np.ndarray]) -> None:
    """Our median and 92nd percentile of the January 2026 bands are the published ones, to their hundredth of a week."""
    published, bands = january
    assert len(published) > 2000
    ours = np.stack([percentile(bands, 0.5), percentile(bands, 0.92)], axis=1)
    assert np.abs(ours - published.to_numpy(float)).max() < 0.0051


@pytest.mark.real_data
def test_january_is_rebuilt_from_the_shape_of_other_lists(january: tuple[pd.DataFrame, np.ndarray]) -> None:
    """With its own bands hidden, a list's thresholds, percentiles and others' shape misplace under 9% of pathways."""
    published, bands = january
    specialties = published.index.get_level_values(1) != ALL_SPECIALTIES
    published, bands = published[specialties], bands[specialties]
    shape = np.zeros_like(bands)
    for level in (0, 1):
        group = pd.factorize(published.index.get_level_values(level))[0]
        total = np.zeros((group.max() + 1, BANDS))
        np.add.at(total, group, bands)
        others = total[group] - bands
        shape += others / np.maximum(others.sum(axis=1, keepdims=True), 1)
    told, kept = reconstruct(tails(bands), shape, published.to_numpy(float))
    assert tails(told) == pytest.approx(tails(bands), abs=1e-6)
    assert kept.mean() > 0.999
    assert np.abs(told - bands).sum() / 2 < 0.09 * bands.sum()
