"""What-if scenarios: each lever worked by hand, their dates, their files, and the paired comparison with as now."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from example_futures import ahead

from lsc_analytics import parameters
from lsc_analytics.errors import ParameterError
from lsc_analytics.models.futures import Change, counts, play
from lsc_analytics.models.scenarios import change_of, compare
from lsc_analytics.parameters import Scenario

CAPACITY = parameters.capacity()


def scenario(**lever: object) -> Scenario:
    """A scenario of one change."""
    return Scenario.model_validate({"title": "t", "assumes": "a", "source": "assumption", "changes": [lever]})


def test_every_file_is_a_scenario_and_as_now_comes_first() -> None:
    """The six what-ifs, after the one that changes nothing."""
    told = parameters.scenarios()
    assert next(iter(told)) == "as_now"
    assert set(told) == {"as_now", "demand_down", "extra_lists", "validation_drive", "fewer_follow_ups", "theatre_productivity",
                         "industrial_action"}  # fmt: skip
    assert not told["as_now"].changes
    assert all(one.assumed for name, one in told.items() if name != "as_now")


def test_demand_changes_clock_starts_from_its_month() -> None:
    """Two in a hundred fewer from the third month on."""
    of = ahead()
    change = change_of(scenario(lever="demand", percent=-2, begins=3), of, CAPACITY)
    np.testing.assert_allclose(change.more_starts[:, :2], 0)
    np.testing.assert_allclose(change.more_starts[:, 2:], -0.02 * of.clock_starts[:, 2:])
    assert not change.more_stops.any()


def test_extra_lists_come_to_clock_stops() -> None:
    """Ten lists of three cases, 90% of which stop a clock, and two clinics of fourteen, 30%: 27 + 8.4 a month."""
    change = change_of(scenario(lever="extra_lists", theatre_lists=10, clinics=2, begins=1), ahead(), CAPACITY)
    np.testing.assert_allclose(change.more_stops, 10 * 3 * 0.9 + 2 * 14 * 0.3)


def test_fewer_follow_ups_free_first_attendances() -> None:
    """300 non-admitted of 500 stops: 2,000 attendances, 1,333 follow-ups, 133 not booked, 67 reused, 44 first: 13 stops."""
    of = ahead()
    five_hundred = replace(of, stops=np.full(of.stops.shape, 500.0))
    lever = scenario(lever="follow_ups", percent=-10, reused_percent=50, begins=1)
    follow_ups = 500 * 0.6 / 0.15 * 2 / 3
    np.testing.assert_allclose(change_of(lever, five_hundred, CAPACITY).more_stops, follow_ups * 0.1 * 0.5 / 1.5 * 0.30)


def test_theatre_productivity_and_lost_capacity_are_shares_of_stops() -> None:
    """5% of the admitted 40%; a tenth of all stops lost in one named month only."""
    of = ahead()
    more = change_of(scenario(lever="theatre_productivity", percent=5, begins=1), of, CAPACITY)
    np.testing.assert_allclose(more.more_stops, of.stops * 0.4 * 0.05)
    lost = change_of(scenario(lever="lost_capacity", percent=10, begins="2026-05", ends="2026-05"), of, CAPACITY)
    np.testing.assert_allclose(lost.more_stops[:, 3], -0.1 * of.stops[:, 3])
    assert not np.delete(lost.more_stops, 3, axis=1).any()


def test_validation_is_of_the_list_and_by_wait() -> None:
    """2% of the list in each of two months, half of it from 18 weeks up."""
    lever = scenario(lever="validation", percent_of_list=2, share_by_wait={0: 50, 18: 50}, begins=3, ends=4)
    (drive,) = change_of(lever, ahead(), CAPACITY).drives
    np.testing.assert_allclose(drive.share, [0, 0, 0.02, 0.02, 0, 0, 0])
    assert drive.by_wait == {0: 0.5, 18: 0.5}


def test_a_change_before_or_after_the_months_ahead_changes_nothing() -> None:
    """A named month that is past, or beyond the forecast, leaves the list as now."""
    for month in ("2025-11", "2029-01"):
        lever = scenario(lever="demand", percent=-50, begins=month, ends=month)
        assert not change_of(lever, ahead(), CAPACITY).more_starts.any()


def test_scenarios_are_compared_draw_by_draw() -> None:
    """As now differs from itself by nothing, and each difference is that of the same draws."""
    of = ahead()
    told = compare(of, parameters.scenarios(), CAPACITY, "as_now").set_index(["scenario", "measure", "target_month"])
    assert not told.loc["as_now", ["difference_mean", "difference_lower_80", "difference_upper_80"]].to_numpy().any()
    now = counts(of, play(of, Change.none(of), "as_now"))["over_65_weeks"]
    change = change_of(parameters.scenarios()["extra_lists"], of, CAPACITY)
    then = counts(of, play(of, change, "as_now"))["over_65_weeks"]
    row = told.loc[("extra_lists", "over_65_weeks", "2026-08")]
    assert row["difference_mean"] == pytest.approx((then - now)[:, -1].mean())
    assert row["mean"] == pytest.approx(then[:, -1].mean())
    assert row["difference_upper_80"] <= 0


def test_fewer_referrals_worsen_the_share_within_18_weeks_at_first() -> None:
    """The list is shorter while the share falls: short waiters are those who did not join."""
    told = compare(ahead(draws=50), {"down": scenario(lever="demand", percent=-20, begins=1)}, CAPACITY, "as_now")
    first = told[told["target_month"] == "2026-03"].set_index("measure")["difference_mean"]
    assert first["total_incomplete"] < 0
    assert first["within_18_weeks_percent"] < 0


def test_extra_stops_to_the_longest_waiters_remove_more_long_waits() -> None:
    """The order changes who is seen, not how many."""
    of, lists = ahead(draws=50), {"lists": parameters.scenarios()["extra_lists"]}
    told = {order: compare(of, lists, CAPACITY, order).set_index(["measure", "target_month"]) for order in ("as_now", "longest_first")}  # fmt: skip
    over, total = ("over_65_weeks", "2026-08"), ("total_incomplete", "2026-08")
    assert told["longest_first"].loc[over, "mean"] < told["as_now"].loc[over, "mean"]
    assert told["longest_first"].loc[total, "mean"] == pytest.approx(told["as_now"].loc[total, "mean"], abs=1)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{lever: demand, percnt: -2, percent: -2, begins: 3}", "percnt: Extra inputs are not permitted"),
        ("{lever: magic, begins: 3}", "magic"),
        ("{lever: demand, percent: -200, begins: 3}", "greater than or equal to -100"),
        ("{lever: demand, percent: -2, begins: 0}", "begins"),
        (
            "{lever: validation, percent_of_list: 2, share_by_wait: {0: 50, 18: 40}, begins: 3}",
            "add up to 90, not to 100",
        ),
    ],
)
def test_an_ill_scenario_is_refused_in_a_sentence(tmp_path: Path, written: str, said: str) -> None:
    """Unknown keys and levers, impossible figures and shares that do not add up name their file."""
    path = tmp_path / "mine.yml"
    path.write_text(f"title: Mine\nassumes: That.\nsource: assumption\nchanges:\n  - {written}\n", encoding="utf-8")
    with pytest.raises(ParameterError, match=r"mine\.yml") as refused:
        parameters.read(path, Scenario)
    assert said in str(refused.value)


def test_a_changed_scenario_makes_what_was_remembered_due_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The digest of the parameters, which keys every remembered result, is of scenarios too."""
    shutil.copytree(parameters.folder(), tmp_path / "parameters")
    monkeypatch.setenv("LSC_PARAMETERS", str(tmp_path / "parameters"))
    before = parameters.digest()
    path = tmp_path / "parameters" / "scenarios" / "demand_down.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("percent: -2", "percent: -3"), encoding="utf-8")
    assert parameters.digest() != before
    assert parameters.scenarios()["demand_down"].changes[0].percent == -3  # type: ignore[union-attr]
