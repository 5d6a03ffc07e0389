"""A threshold in weeks, a date and a band agree on every single day of waiting."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsc_analytics.models.cohorts import Threshold
from lsc_analytics.reference import Band, latest_clock_start

DATES = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))


@given(weeks=st.integers(1, 104), at=DATES)
def test_an_rtt_clock_is_over_from_the_day_after_its_last_week(weeks: int, at: dt.date) -> None:
    """The latest clock start is the last day, of all there are, whose wait lies in a band above the threshold."""
    threshold = Threshold(weeks)
    bands = [Band(week, week + 1 if week < 200 else None, "above") for week in range(weeks, 201)]
    over = [day for day in range(1, 7 * 120) if any(band.holds(day) for band in bands)]
    assert threshold.latest_clock_start(at) == at - dt.timedelta(days=min(over)) == latest_clock_start(weeks, at)
    assert all(threshold.passed(at - dt.timedelta(days=day), at) == (day in set(over)) for day in range(1, 7 * 120, 3))


@given(weeks=st.integers(1, 13), at=DATES)
def test_a_test_is_a_breach_on_the_day_its_week_is_full(weeks: int, at: dt.date) -> None:
    """A DM01 wait of exactly so many weeks has passed the threshold; a day less has not."""
    threshold = Threshold(weeks, "below")
    assert threshold.latest_clock_start(at) == at - dt.timedelta(days=7 * weeks)
    assert not threshold.passed(at - dt.timedelta(days=7 * weeks - 1), at)
    assert Band(weeks, weeks + 1, "below").holds(threshold.least_days)
    assert not Band(weeks, weeks + 1, "below").holds(threshold.least_days - 1)


@pytest.mark.parametrize(
    ("start", "over"), [(dt.date(2022, 12, 31), True), (dt.date(2023, 1, 1), False), (dt.date(2022, 1, 1), True)]
)
def test_new_year_of_2023_and_the_65_weeks_of_march_2024(start: dt.date, over: bool) -> None:
    """Over 65 weeks on 31 March 2024 means a clock start on or before 31 December 2022."""
    assert Threshold(65).passed(start, dt.date(2024, 3, 31)) is over
