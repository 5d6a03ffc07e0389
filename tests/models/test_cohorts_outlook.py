"""Who will be over a standard by a date: the cohort adds up, thresholds nest, and rates are learned from what happened."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsc_analytics.errors import ParameterError
from lsc_analytics.models import cohorts
from lsc_analytics.models.cohorts import BANDS, BandHistory
from lsc_analytics.models.cohorts.survival import expected, staying, steps_known
from lsc_analytics.reference import add_months, month_end, months_between
from lsc_analytics.tables import RTT, RTT_BAND_VIEW

BY = dt.date(2026, 3, 31)
LISTS = pd.MultiIndex.from_tuples(
    [("RXL", "C_110"), ("RXL", "C_999"), ("RXN", "C_110"), ("RXN", "C_502")],
    names=["provider_code", "treatment_function_code"],
)


def history(bands: np.ndarray, as_of: str = "2026-01") -> BandHistory:
    """A history of lists by months by bands, as published."""
    months = months_between(add_months(as_of, 1 - bands.shape[1]), as_of)
    shape = bands.shape[:2]
    return BandHistory(
        LISTS[: len(bands)], months, bands, np.zeros(shape, bool), np.full(shape, "not_published", dtype=object)
    )


def steady(stay: float, months: int = 8, size: float = 4000.0) -> BandHistory:
    """Lists of which the same share of everyone stays every month, and as many join."""
    rows = [np.full((len(LISTS), BANDS), size)]
    for month in months_between(add_months("2026-01", 2 - months), "2026-01"):
        rows.append(cohorts.age(rows[-1] * stay, cohorts.weeks_in(month)))
    return history(np.stack(rows, axis=1))


def random_history(seed: int, most: int = 60) -> BandHistory:
    """Lists of any bands at all, for five months."""
    return history(np.random.default_rng(seed).integers(0, most, (len(LISTS), 5, BANDS)).astype(float))


def test_sixty_weeks_in_january_are_over_65_by_the_end_of_march() -> None:
    """Ninety at 60 to 61 weeks all pass 65 weeks in 8.4 weeks; of those at 56 to 57, three in seven days."""
    bands = np.zeros((1, 1, BANDS))
    bands[0, 0, 60], bands[0, 0, 56] = 90, 70
    row = cohorts.cohort_outlook(history(bands), [65], BY).iloc[0]
    assert row["weeks_left"] == pytest.approx(59 / 7)
    assert row["cohort"] == pytest.approx(90 + 70 * 3 / 7)
    assert row["weekly_clearance"] == pytest.approx((90 + 30) / (59 / 7))
    assert row["latest_clock_start"] == "2024-12-30"
    assert row["over_now"] == 0
    assert row["learned_from_months"] == 0


@given(
    waits=st.lists(st.integers(1, 800), min_size=1, max_size=60),
    days=st.integers(1, 360),
    weeks=st.sampled_from([52, 65]),
)
@settings(max_examples=60, deadline=None)
def test_whole_weeks_ahead_the_cohort_is_counted_to_the_day(waits: list[int], days: int, weeks: int) -> None:
    """A whole number of weeks ahead, the cohort is exactly those whose clock started by the standard's latest start."""
    days = 7 * (days // 7 + 1)
    start = month_end("2026-01")
    bands = np.zeros((1, 1, BANDS))
    for wait in waits:
        bands[0, 0, min((wait - 1) // 7, BANDS - 1)] += 1
    by = start + dt.timedelta(days=days)
    threshold = cohorts.Threshold(weeks)
    over = sum(threshold.passed(start - dt.timedelta(days=wait), by) for wait in waits)
    row = cohorts.cohort_outlook(history(bands), [weeks], by, draws=10).iloc[0]
    assert row["cohort"] == pytest.approx(over)


@given(seed=st.integers(0, 2**32 - 1), weeks=st.floats(0, 50))
@settings(max_examples=25, deadline=None)
def test_the_cohort_is_the_aged_list_over_the_threshold(seed: int, weeks: float) -> None:
    """Counting back from the threshold and ageing the list come to the same, fractions of a week included."""
    told = random_history(seed)
    assert told.over(52 - weeks) == pytest.approx(cohorts.over(cohorts.age(told.bands[:, -1], weeks), 52))


@given(seed=st.integers(0, 2**32 - 1), days=st.integers(1, 300))
@settings(max_examples=25, deadline=None)
def test_tip_ins_add_up_to_the_cohort(seed: int, days: int) -> None:
    """Those already over and everyone who tips over, week by week, are the cohort; what is left of it never grows."""
    told, by = random_history(seed), month_end("2026-01") + dt.timedelta(days=days)
    outlook = cohorts.cohort_outlook(told, [52, 65], by, draws=20)
    tips = cohorts.tip_ins(told, [52, 65], by)
    keys = ["provider_code", "treatment_function_code", "standard_weeks"]
    grouped = tips.groupby(keys)
    joined = outlook.set_index(keys)
    assert grouped["tip_ins"].sum().to_dict() == pytest.approx(joined["cohort"].to_dict())
    assert grouped["cohort_needed"].last().to_numpy() == pytest.approx(0)
    assert grouped["cohort_expected"].last().to_dict() == pytest.approx(joined["mean"].to_dict())
    falls = grouped[["cohort_needed", "cohort_expected"]].diff().dropna()
    assert (falls <= 1e-6).all(axis=None)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_65_weeks_lie_inside_52_in_every_draw(seed: int) -> None:
    """In every draw and month 78+ is inside 65+ inside 52+, whole, and no more than the cohort that could get there."""
    told = random_history(seed)
    drawn = cohorts.from_thresholds(told, 3, draws=50, seed=seed)
    assert (drawn["over_78_weeks"] <= drawn["over_65_weeks"]).all()
    assert (drawn["over_65_weeks"] <= drawn["over_52_weeks"]).all()
    assert (drawn["over_78_weeks"] >= 0).all()
    most = np.ceil(told.over(52 - sum(cohorts.weeks_in(month) for month in ("2026-02", "2026-03", "2026-04"))))
    assert (drawn["over_52_weeks"][:, :, 2] <= most[:, None] + 3).all()


def test_the_share_that_stayed_is_the_share_expected_to_stay() -> None:
    """Where nine in ten stayed each month, 0.9 of a cohort is left after February, 0.81 after March; half a month, its root."""
    told = steady(0.9)
    february, march = cohorts.weeks_in("2026-02"), cohorts.weeks_in("2026-03")
    assert staying(told, [65], [february])[0, 0] == pytest.approx(0.9, abs=0.02)
    assert staying(told, [65], [february, march])[0, 0] == pytest.approx(0.81, abs=0.03)
    assert staying(told, [65], [february / 2])[0, 0] == pytest.approx(0.9**0.5, abs=0.02)


def test_a_small_list_leans_on_the_others() -> None:
    """A list with nobody near the threshold is expected to keep as many as the others did."""
    told = steady(0.7)
    told.bands[0] = 0
    assert staying(told, [65], [4.0])[0, 0] == pytest.approx(staying(told, [65], [4.0])[2, 0], abs=0.05)


def test_what_rates_were_off_by_before_is_half_believed() -> None:
    """Where exits keep rising, the shares learned are too high, and the record takes them down."""
    rows = [np.full((len(LISTS), BANDS), 4000.0)]
    for step, month in enumerate(months_between("2025-03", "2026-01")):
        rows.append(cohorts.age(rows[-1] * (0.95 - 0.05 * step), cohorts.weeks_in(month)))
        rows[-1][:, :90] += 4000
    told = history(np.stack(rows, axis=1))
    assert (expected(told, [65], [4.0, 4.43])[0] < staying(told, [65], [4.0, 4.43]) - 0.01).all()


def test_without_two_months_a_rate_is_assumed_and_counted_as_unlearned() -> None:
    """One month of bands: four in five stay a month, and the outlook says that it rests on no month."""
    told = random_history(3)
    alone = BandHistory(told.lists, told.months[-1:], told.bands[:, -1:], told.reconstructed[:, -1:], told.percentiles)
    assert steps_known(alone) == 0
    assert staying(alone, [65], [365.25 / 12 / 7])[:, 0] == pytest.approx(0.8, abs=0.01)


def test_a_list_is_drawn_the_same_alone_and_with_others() -> None:
    """The same seed gives a list the same draws, whichever lists are asked for."""
    told = random_history(5)
    alone, together = (cohorts.from_thresholds(told, 2, lists=lists, draws=20, seed=1) for lists in ([2], None))
    assert (alone["over_52_weeks"][0] == together["over_52_weeks"][2]).all()


@pytest.mark.parametrize("by", [dt.date(2026, 1, 31), dt.date(2027, 3, 1)])
def test_a_date_that_is_past_or_too_far_is_refused(by: dt.date) -> None:
    """The day of the count, and a date by which those not yet on the list could be over 52 weeks, are refused by name."""
    with pytest.raises(ParameterError) as refused:
        cohorts.cohort_outlook(random_history(1), [52], by)
    assert refused.value.parameter == "by"


def test_a_horizon_beyond_everyone_on_the_list_is_refused() -> None:
    """Thirteen months ahead those over 52 weeks have not all joined."""
    with pytest.raises(ParameterError, match="not joined"):
        cohorts.from_thresholds(random_history(1), 13)


def test_published_bands_are_taken_and_other_months_take_their_shape() -> None:
    """The banded month is as published; the month before, of which thresholds are known, is reconstructed in its shape."""
    counts = {
        "total_incomplete": 100,
        "within_18_weeks": 60,
        "over_52_weeks": 10,
        "over_65_weeks": 0,
        "over_78_weeks": 0,
    }
    rows = [
        ("provider", month, "RXL", "C_110", measure, float(value), "x", "f")
        for month in ("2025-12", "2026-01")
        for measure, value in counts.items()
    ]
    figures = RTT.check(pd.DataFrame(rows, columns=RTT.names))
    bands = RTT_BAND_VIEW.check(
        pd.DataFrame(
            [
                ("provider", "2026-01", "RXL", "C_110", "incomplete", week, week + 1, pathways, "x", "f")
                for week, pathways in ((4, 60), (40, 30), (55, 10))
            ],
            columns=RTT_BAND_VIEW.names,
        )
    )
    told = cohorts.band_history(figures, bands, "2026-01")
    assert told.reconstructed[0].tolist() == [True] * 12 + [False]
    assert told.bands[0, -1, [4, 40, 55]].tolist() == [60, 30, 10]
    assert told.bands[0, -2, [4, 40, 55]] == pytest.approx([60, 30, 10], rel=2e-3)
    assert np.isnan(told.bands[0, 0]).all()
    earlier = cohorts.band_history(figures, bands, "2025-12")
    assert earlier.bands[0, -1, 40] < 5  # January's shape is not known in December


def test_nothing_loaded_is_an_empty_answer() -> None:
    """Without a single list every table is there, with headers and no rows."""
    told = cohorts.band_history(RTT.empty(), RTT_BAND_VIEW.empty(), "2026-01")
    assert cohorts.cohort_outlook(told, [52, 65], BY).empty
    assert cohorts.tip_ins(told, [65], BY).empty
    assert cohorts.from_thresholds(told, 3, draws=5)["over_65_weeks"].shape == (0, 5, 3)
    assert told.frame().empty


def test_a_missing_month_teaches_nothing_and_breaks_nothing() -> None:
    """A month without figures is left out of the rates; the rest still teach them."""
    told = steady(0.9)
    told.bands[:, -3] = np.nan
    assert steps_known(told) == 1
    assert staying(told, [65], [cohorts.weeks_in("2026-02")])[0, 0] == pytest.approx(0.9, abs=0.02)
