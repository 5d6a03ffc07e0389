"""Bands, months and breach dates are what the published files mean by them."""

from __future__ import annotations

import datetime as dt

import pytest

from lsc_analytics.reference import Band, add_months, latest_clock_start, month_text, months_between


@pytest.mark.parametrize(("days", "held"), [(448, False), (449, True), (455, True), (456, False)])
def test_an_rtt_band_is_open_below_and_closed_above(days: int, held: bool) -> None:
    """The band 64 to 65 weeks holds exactly 65 weeks (455 days) and not exactly 64."""
    assert Band(64, 65, "above").holds(days) is held


@pytest.mark.parametrize(("days", "held"), [(41, False), (42, True), (48, True), (49, False)])
def test_a_dm01_band_is_closed_below(days: int, held: bool) -> None:
    """42 days is already a six-week breach."""
    assert Band(6, 7, "below").holds(days) is held


def test_the_published_breach_date() -> None:
    """Over 65 weeks at 31 March 2024 means a clock start on or before 31 December 2022, and the band agrees."""
    at, start = dt.date(2024, 3, 31), dt.date(2022, 12, 31)
    assert latest_clock_start(65, at) == start
    assert not Band(64, 65, "above").holds((at - start).days)
    assert Band(64, 65, "above").holds((at - start).days - 1)


@pytest.mark.parametrize("text", ["2026-13", "Smarch 2026", "January", "", "J 2026"])
def test_a_text_without_a_month_is_refused(text: str) -> None:
    """What names no month, or more than one, raises."""
    with pytest.raises(ValueError, match="names no month"):
        month_text(text)


def test_months_add_up_across_years() -> None:
    """Counting on a month at a time reaches the same months as the range."""
    assert months_between("2023-11", "2024-02") == [add_months("2023-11", step) for step in range(4)]
