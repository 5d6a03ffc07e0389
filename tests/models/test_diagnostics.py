"""Diagnostic positions, trends and standards: identities, sums that never mislead, and published figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsc_analytics import ingest
from lsc_analytics.errors import NoDataError, ParameterError
from lsc_analytics.models import diagnostics
from lsc_analytics.parameters import Standard, standards, trust_codes
from lsc_analytics.reference import ALL_TESTS, SYSTEM, add_months

Lists = dict[tuple[str, str, str], tuple[float | None, ...]]
MEASURES = ("total_waiting", "waiting_6_plus", "waiting_list_activity", "waiting_13_plus")


def figures(lists: Lists) -> pd.DataFrame:
    """The view's rows of invented lists: by month, trust and test, the measures above; None is not reported."""
    rows = [
        ("provider", *key, measure, value, "invented", "0" * 64)
        for key, values in lists.items()
        for measure, value in zip(MEASURES, values, strict=False)
        if value is not None
    ]
    columns = ["scope", "month", "provider_code", "diagnostic_test_code", "measure", "value", "source", "file_sha256"]
    return pd.DataFrame(rows, columns=columns)


def of_one_list(totals: list[int], overs: list[int], first: str = "2024-01") -> pd.DataFrame:
    """A history of one list."""
    months = [add_months(first, step) for step in range(len(totals))]
    lists = {(month, "RXN", "1"): values for month, *values in zip(months, totals, overs, strict=True)}
    return diagnostics.history(figures(lists), "RXN", "1")


def of_standard(value: float, *, weeks: int = 6, rule: str = "share_within_at_least") -> Standard:
    """A standard of DM01."""
    return Standard(
        id="asked", family="dm01", weeks=weeks, rule=rule, value=value, words="w", source="s", verified=True
    )  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=2, max_size=15))
def test_stock_flow_identity_holds(months: list[tuple[int, int]]) -> None:
    """List before + implied demand - tests from it = list, in every month that has one before it."""
    lists = {
        (add_months("2024-01", at), "RXN", "1"): (total, 0, done) for at, (total, done) in enumerate(months)
    }  # fmt: skip
    found = diagnostics.position(figures(lists))
    before, rest = found["total_waiting"].iloc[:-1].reset_index(drop=True), found.iloc[1:].reset_index(drop=True)
    assert (before + rest["implied_demand"] - rest["waiting_list_activity"] == rest["total_waiting"]).all()
    assert found["implied_demand"].isna().tolist() == [True] + [False] * (len(months) - 1)


def test_month_after_a_missing_one_has_no_demand() -> None:
    """A change over two months is not one month's demand."""
    found = diagnostics.position(figures({(m, "RXN", "1"): (10, 1, 5) for m in ("2024-01", "2024-03")}))
    assert found["implied_demand"].isna().all()


def test_empty_list_has_no_share() -> None:
    """Nobody waiting is neither 0% nor 100% within six weeks."""
    found = diagnostics.position(figures({("2024-01", "RXN", "1"): (0, 0)}))
    assert found["within_6_weeks_percent"].isna().all()


def test_all_tests_are_added_and_never_with_their_total() -> None:
    """Test 16 is the sum of the tests; another trust's tests are not in it."""
    view = figures(
        {("2024-01", "RXN", "1"): (100, 10), ("2024-01", "RXN", "2"): (50, 40), ("2024-01", "RTX", "1"): (7, 7)}
    )
    found = diagnostics.history(view, "RXN", ALL_TESTS)
    assert found[["total_waiting", "waiting_6_plus"]].values.tolist() == [[150, 50]]
    assert found["within_6_weeks_percent"].iloc[0] == pytest.approx(100 * 100 / 150)


def test_system_leaves_out_a_month_that_a_trust_missed() -> None:
    """Three trusts' list is no smaller system; a trust without the test is no gap."""
    trusts = trust_codes()
    whole = {("2024-01", trust, "1"): (100, 10) for trust in trusts}
    part = {("2024-02", trust, "1"): (100, 10) for trust in trusts[:3]}
    again = {("2024-03", trust, "1"): (100, 10) for trust in trusts[:3]} | {("2024-03", trusts[3], "2"): (5, 5)}
    found = diagnostics.history(figures(whole | part | again), SYSTEM, "1")
    assert found[["month", "total_waiting"]].values.tolist() == [["2024-01", 400], ["2024-03", 300]]


def test_a_months_standing_is_the_last_row_of_the_history() -> None:
    """Of a trust, a test, all of them and the system; a trust that has been silent for months is missed as there."""
    trusts, months = trust_codes(), ("2024-01", "2024-02", "2024-03")
    whole: Lists = {
        (month, trust, test): (100 + 7 * at + int(test), 10, 50, 3)
        for at, month in enumerate(months) for trust in trusts for test in ("1", "2")
    }  # fmt: skip
    for provider in (SYSTEM, trusts[0]):
        for test in ("1", ALL_TESTS):
            told = diagnostics.standing_at(figures(whole), provider, test, "2024-03")
            last = diagnostics.history(figures(whole), provider, test, "2024-03").tail(1)
            pd.testing.assert_frame_equal(told, last.reset_index(drop=True), check_index_type=False)
    silent = {key: values for key, values in whole.items() if key[1] != trusts[3] or key[0] == "2024-01"}
    with pytest.raises(NoDataError, match="No DM01 figures"):
        diagnostics.standing_at(figures(silent), SYSTEM, "1", "2024-03")


def test_sum_lacks_what_one_part_lacks() -> None:
    """A trust whose source has no 13-week count leaves the system without one, not with a smaller one."""
    trusts = trust_codes()
    lists: Lists = {("2024-01", trust, "1"): (100, 10, 50, 3) for trust in trusts}
    lists["2024-01", trusts[0], "1"] = (100, 10, 50, None)
    found = diagnostics.history(figures(lists), SYSTEM, "1")
    assert found["total_waiting"].tolist() == [400]
    assert found["waiting_13_plus"].isna().all()


def test_history_ends_at_the_month_asked() -> None:
    """Later months are not seen; a month that is not loaded is refused rather than replaced by an earlier one."""
    view = figures({(m, "RXN", "1"): (10, 1) for m in ("2024-01", "2024-02", "2024-04")})
    assert diagnostics.history(view, "RXN", "1", "2024-02")["month"].tolist() == ["2024-01", "2024-02"]
    for asked in ({"provider": "RXN", "test": "1", "as_of": "2024-03"}, {"provider": "RXN", "test": "2"}):
        with pytest.raises(NoDataError, match="No DM01 figures"):
            diagnostics.history(view, **asked)


def test_waits_hold_every_band() -> None:
    """Fourteen bands, those of nobody too, added over tests and trusts."""
    bands = pd.DataFrame(
        [
            ("provider", "2024-01", trust, test, week, 5)
            for trust in trust_codes()
            for test in "12"
            for week in (0, 5, 13)
        ],
        columns=["scope", "month", "provider_code", "diagnostic_test_code", "week_from", "waiting"],
    )
    found = diagnostics.waits(bands, SYSTEM, ALL_TESTS, "2024-01")
    assert found["waiting"].tolist() == [40, 0, 0, 0, 0, 40, 0, 0, 0, 0, 0, 0, 0, 40]
    assert found["six_weeks_or_more"].tolist() == [False] * 6 + [True] * 8
    assert diagnostics.waits(bands, "RXN", "1", "2024-01")["waiting"].sum() == 15
    assert diagnostics.waits(bands, "RXN", "1", "2024-02").empty


def test_trend_is_not_moved_by_one_odd_month() -> None:
    """A list that falls by ten a month, but for one month's error, falls by ten a month."""
    totals = [400 - 10 * month for month in range(14)]
    totals[8] = 9_000
    found = diagnostics.trend(of_one_list(totals, [0] * 14)).set_index("measure").loc["total_waiting"]
    assert found["slope_per_month"] == pytest.approx(-10)
    assert (found["direction"], found["months"]) == ("falling", 12)
    assert (found["latest"], found["year_before"], found["change"]) == (270, 390, -120)


def test_noise_has_no_direction() -> None:
    """Months that go up and down lean nowhere."""
    totals = np.random.default_rng(1).permutation(np.arange(100, 112)).tolist()
    found = diagnostics.trend(of_one_list(totals, [0] * 12)).set_index("measure")
    assert found.loc["total_waiting", "direction"] == "no clear direction"
    assert np.isnan(found.loc["total_waiting", "year_before"])


def test_five_months_are_no_trend() -> None:
    """Below six months no direction is named; below one year nothing is compared."""
    found = diagnostics.trend(of_one_list([50, 40, 30, 20, 10], [0] * 5))
    assert set(found["direction"]) == {"too few months"}
    assert found["slope_per_month"].isna().all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 3_000), st.data(), st.sampled_from([80, 85.5, 95, 99, 100]))
def test_to_be_seen_is_the_least_that_meets_the_standard(total: int, data: st.DataObject, needed: float) -> None:
    """Seeing that many meets the standard, one fewer does not, and a list that meets it needs none."""
    over = data.draw(st.integers(0, total))
    found = diagnostics.against_standards(of_one_list([total], [over]), [of_standard(needed)]).iloc[0]
    within, seen = total - over, found["to_be_seen"]
    assert found["met"] == (seen == 0) == (100 * within >= needed * total)
    assert 100 * within >= needed * (total - seen)
    assert seen == 0 or 100 * within < needed * (total - seen + 1)
    assert seen <= over


def test_exactly_ninety_nine_of_a_hundred_meets_99() -> None:
    """The boundary belongs to the standard, whatever binary fractions make of it."""
    found = diagnostics.against_standards(of_one_list([100], [1]), [of_standard(99)])
    assert found["met"].tolist() == [True]


def test_standards_of_shares_over_are_turned_round() -> None:
    """At most 20% over is at least 80% within; of 13 weeks if it says so; RTT's are passed over; a count is refused."""
    history = diagnostics.history(figures({("2024-01", "RXN", "1"): (100, 30, 5, 10)}), "RXN", "1")
    rtt = [standard for standard in standards().standards if standard.family == "rtt"]
    asked = [*rtt, of_standard(20, rule="share_over_at_most"), of_standard(20, weeks=13, rule="share_over_at_most")]
    found = diagnostics.against_standards(history, [asked[-2]])
    assert found[["needed_percent", "met"]].values.tolist() == [[80, False]]
    assert diagnostics.against_standards(history, [asked[-1]])["met"].tolist() == [True]
    assert diagnostics.against_standards(history, rtt).empty
    for wrong in (of_standard(0, rule="count_over_at_most"), of_standard(99, weeks=18)):
        with pytest.raises(ParameterError, match="DM01 standard"):
            diagnostics.against_standards(history, [wrong])


@pytest.fixture(scope="module")
def published(shared_data: Path) -> pd.DataFrame:
    """The panel of published figures, through its own reader, the system's trusts only."""
    reading = ingest.read(shared_data / "dm01" / "waits_activity_by_provider_test_2023-04_2025-09.csv.gz")
    rows = reading.frames["dm01_observations"]
    return rows[rows["provider_code"].isin(trust_codes())]


@pytest.mark.real_data
def test_published_mri_at_morecambe_bay(published: pd.DataFrame) -> None:
    """April 2023: 1,169 waiting for MRI, 27 over six weeks."""
    found = diagnostics.history(published, "RTX", "1", "2023-04").iloc[-1]
    assert (found["total_waiting"], found["waiting_6_plus"]) == (1169, 27)


@pytest.mark.real_data
@pytest.mark.parametrize(("trust", "percent"), [("RXR", 98.6), ("RTX", 95.4), ("RXL", 66.1), ("RXN", 59.2)])
def test_published_share_within_six_weeks(published: pd.DataFrame, trust: str, percent: float) -> None:
    """September 2025, all tests: the share waiting less than six weeks."""
    found = diagnostics.history(published, trust, ALL_TESTS, "2025-09").iloc[-1]
    assert round(found["within_6_weeks_percent"], 1) == percent
