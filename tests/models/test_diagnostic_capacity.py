"""Diagnostic demand and capacity: tests from sessions, lists week by week, what a standard takes, and what that is worth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from example_tests import AS_OF, capacity, expected, sites
from hypothesis import given, settings
from hypothesis import strategies as st

from lsc_analytics.errors import ParameterError
from lsc_analytics.models import diagnostic_capacity as model
from lsc_analytics.parameters import DiagnosticScenario, diagnostic_capacity, diagnostic_scenarios, standards
from lsc_analytics.reference import SYSTEM, add_months
from lsc_analytics.tables import DIAGNOSTIC_SITES

ASSUMED = diagnostic_capacity()
BY = "2026-07"
GOALS = model.goals_of(standards().standards, ASSUMED.standards, BY)
NINETY_FIVE = next(goal for goal in GOALS if goal.needed_percent == 95)
NO_SITES = DIAGNOSTIC_SITES.empty()


def test_a_site_comes_to_its_tests_staff_and_share() -> None:
    """30 sessions of nine slots: 216.6 tests, 162.5 from the waiting list; 75 people's sessions over 7.5 is ten in full."""
    told = sites().set_index("site_code")
    assert told.loc["RXN", "tests_a_week"] == pytest.approx(30 * 9 * 0.88 * 0.94 * 0.97)
    assert told.loc["RXN", "waiting_list_tests_a_week"] == pytest.approx(0.75 * told.loc["RXN", "tests_a_week"])
    assert told.loc["RXN", "staff_needed"] == pytest.approx(10)
    assert told["counted_share"].sum() == pytest.approx(1)


def test_figures_hold_until_a_later_row() -> None:
    """A later row replaces an earlier one from its month on, and a site that opens later is not there yet."""
    rows = [
        {},
        {"month": "2026-03", "sessions_a_week": 40},
        {"month": "2026-05", "site_code": "NEW", "site_name": "New"},
    ]
    found = {month: sites(*rows, as_of=month) for month in ("2026-02", "2026-04", "2026-05")}
    assert [frame["sessions_a_week"].tolist() for frame in found.values()] == [[30], [40], [30, 40]]


def test_capacity_to_come_changes_tests_from_its_month() -> None:
    """40 sessions instead of 30 from April, of a list with 216.6 x 75%: a third more tests from April's first week on."""
    figures = capacity({}, {"month": "2026-04", "sessions_a_week": 40}, {"month": "2026-05", "provider_code": "RXL"})
    lists = expected()
    told = model.with_capacity_to_come(lists, figures, ASSUMED)
    april, may = lists.week_of("2026-03"), lists.week_of("2026-04")
    assert (told.tests[0, :, :april] == lists.tests[0, :, :april]).all()
    assert told.tests[0, :, april:] == pytest.approx(lists.tests[0, :, april:] * 4 / 3)
    assert (told.tests[1, :, :may] == lists.tests[1, :, :may]).all()
    assert told.tests[1, :, may:] - lists.tests[1, :, may:] == pytest.approx(30 * 9 * 0.88 * 0.94 * 0.97 * 0.75)
    assert (told.play()[0, ..., -1, :] <= lists.play()[0, ..., -1, :] + 1e-3).all()
    assert model.with_capacity_to_come(lists, capacity({}), ASSUMED) is lists


def forecasts(lists: model.Expected, months: int = 3) -> pd.DataFrame:
    """A forecast of each list, some percent away from what the weeks alone come to, and of 400 tests a month."""
    rows, free = [], np.median(lists.play(), axis=1)
    for (trust, test), bands in zip(lists.lists, free, strict=True):
        for step in range(1, months + 1):
            then = bands[lists.week_of(add_months(AS_OF, step)) - 1]
            late, size = then[6:].sum() * (1 - 0.04 * step), then.sum() * (1 - 0.02 * step)
            for measure, median, wide in (("total_waiting", size, 0.05), ("waiting_6_plus", late, 0.1), ("waiting_list_activity", 400.0, 0.1)):  # fmt: skip
                ends = {"lower_95": 1 - 2 * wide, "lower_80": 1 - wide, "upper_80": 1 + wide, "upper_95": 1 + 2 * wide}
                rows.append(
                    {"as_of": AS_OF, "provider_code": trust, "diagnostic_test_code": test, "measure": measure, "chosen": True,
                     "target_month": add_months(AS_OF, step), "median": median, "mean": median, "probability_any": 1.0}
                    | {name: median * at for name, at in ends.items()}
                )  # fmt: skip
    return pd.DataFrame(rows)


def test_lists_follow_the_forecast_that_leads() -> None:
    """Median and eight-in-ten ends of the list and of six weeks or more are the forecast's; tests are; nobody is lost."""
    lists = expected(draws=20)
    told = forecasts(lists)
    held = model.anchored(lists, told)
    bands, done = model.play(held.start, held.demand, held.tests, held.stay, tilt=held.tilt)
    for step in (1, 2, 3):
        week = lists.week_of(add_months(AS_OF, step))
        for at, (trust, _) in enumerate(lists.lists):
            own = told[(told["provider_code"] == trust) & (told["target_month"] == add_months(AS_OF, step))]
            own = own.set_index("measure")
            for measure, counts in (("total_waiting", bands[at, :, week - 1].sum(-1)), ("waiting_6_plus", bands[at, :, week - 1, 6:].sum(-1))):  # fmt: skip
                ends = own.loc[measure, ["lower_80", "median", "upper_80"]].astype(float)
                assert np.quantile(counts, [0.1, 0.5, 0.9]) == pytest.approx(ends.to_numpy(), rel=0.01)
    weeks = lists.week_of(add_months(AS_OF, 1))
    assert held.tests[..., :weeks].mean() * 28 / 7 == pytest.approx(400)  # of February's 28 days
    closing = bands.sum(-1)
    opening = np.concatenate([np.broadcast_to(held.start.sum(-1)[..., None], closing[..., :1].shape), closing[..., :-1]], axis=-1)  # fmt: skip
    left = np.minimum(held.demand, 0)
    assert opening + np.maximum(held.demand, 0) + left - done - closing == pytest.approx(0, abs=1e-6)


def test_a_list_without_a_forecast_stays_as_it_was() -> None:
    """Only the other is held; with no forecast at all nothing changes; what is not chosen is not read."""
    lists = expected()
    told = forecasts(lists)
    held = model.anchored(lists, told[told["provider_code"] == "RXN"])
    assert (held.demand[1] == lists.demand[1]).all()
    assert (held.demand[0] != lists.demand[0]).any()
    assert model.anchored(lists, told.assign(chosen=False)) is lists


def test_what_a_file_leaves_blank_is_assumed() -> None:
    """A blank cost is the network's; blank room is what the rooms hold beyond what runs."""
    told = sites({"cost_a_session": None, "extra_sessions_possible": None})
    assert told["cost_a_session"].tolist() == [ASSUMED.cost_a_session["imaging"]]
    assert told["extra_sessions_possible"].tolist() == [3 * ASSUMED.sessions_a_room - 30]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), more=st.floats(0, 60), order=st.sampled_from(["as_now", "longest_first"]))
def test_more_tests_are_never_worse_and_nobody_is_lost(seed: int, more: float, order: model.Order) -> None:
    """In every draw, week and threshold no more wait with more tests; opening + demand - tests = closing."""
    lists = expected(seed, draws=3)
    with_it, without = lists.play(more, order), lists.play()
    over = [bands[..., ::-1].cumsum(axis=-1) for bands in (with_it, without)]
    assert (over[0] <= over[1] + 1e-3).all()
    closing, done = model.play(lists.start, lists.demand, lists.tests, lists.stay)
    opening = np.concatenate([np.broadcast_to(lists.start.sum(-1)[..., None], closing[..., :1, 0].shape), closing.sum(-1)[..., :-1]], axis=-1)  # fmt: skip
    assert opening + np.maximum(lists.demand, 0) - done - closing.sum(-1) == pytest.approx(0, abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 999), fewer=st.floats(0, 40))
def test_less_demand_never_leaves_a_longer_list(seed: int, fewer: float) -> None:
    """In every draw, week and band no more wait when fewer join."""
    lists = expected(seed, draws=3)
    assert (lists.play(more_demand=-fewer) <= lists.play() + 1e-3).all()


def test_a_list_in_balance_keeps_its_shape() -> None:
    """At the rates learned from a steady list, its own demand and as many tests leave every band as it was."""
    steady = np.array([90, 80, 65, 50, 40, 30, 22, 15, 10, 7, 5, 4, 3, 6.0])
    stay = model.weekly_stay(steady, 100.0)
    bands, _ = model.play(steady, np.full(30, 100.0), np.full(30, 100.0), stay)
    assert bands[-1] == pytest.approx(steady, rel=1e-4)


def test_forty_two_days_is_a_breach() -> None:
    """Whoever is in the band of five weeks is over six weeks a week later, and not before."""
    start = np.zeros(14)
    start[5] = 10.0
    bands, _ = model.play(start, np.zeros(1), np.zeros(1), np.full(14, 0.9))
    assert start[6:].sum() == 0
    assert bands[0, 6:].sum() == pytest.approx(10)


def test_the_need_is_just_enough() -> None:
    """With the need of each draw the standard is met at the date; with one test in a hundred less it is not."""
    lists = expected()
    begins, ends = lists.week_of("2026-03"), lists.week_of(BY)
    start = lists.play()[..., begins - 1, :]
    from lsc_analytics.models.diagnostic_capacity.need import least_extra, reached

    for order in ("as_now", "longest_first"):
        need = least_extra(lists, start, NINETY_FIVE, begins, ends, order)
        runs = (np.arange(len(lists.ends)) >= begins) & (np.arange(len(lists.ends)) < ends)
        for share, enough in ((1.0, True), (0.97, False)):
            bands = lists.play(need[..., None] * share * runs, order)[..., ends - 1, :]
            assert (reached(bands, NINETY_FIVE) == enough).all()


def test_a_stricter_standard_takes_no_less_and_longest_first_no_more() -> None:
    """99% takes at least what 95% does, and giving further tests to the longest waiters takes at most as many."""
    told = model.needed(expected(), GOALS, sites(), ASSUMED)
    own = told[told["provider_code"] != SYSTEM]
    wide = own.pivot_table(index=["provider_code", "order"], columns="needed_percent", values="extra_median")
    assert (wide[99] >= wide[95]).all()
    assert (wide[95] >= wide[80]).all()
    by_order = own.pivot_table(index=["provider_code", "standard"], columns="order", values="extra_median")
    assert (by_order["longest_first"] <= by_order["as_now"] + 0.05).all()


def test_sessions_are_told_where_a_file_has_the_list() -> None:
    """RXN is in the capacity file and has sessions; RXL is not, and has its tests a week all the same."""
    told = (
        model.needed(expected(), [NINETY_FIVE], sites(), ASSUMED).query("order == 'as_now'").set_index("provider_code")
    )
    held = told.loc["RXN", "tests_a_session"]
    assert held == pytest.approx(9 * 0.88 * 0.94 * 0.97)
    assert told.loc["RXN", "sessions_median"] == pytest.approx(told.loc["RXN", "extra_median"] / held)
    assert pd.isna(told.loc["RXL", "sessions_median"])
    assert told.loc["RXL", "extra_median"] > 0
    assert told.loc[SYSTEM, "waiting"] == pytest.approx(told.loc[["RXN", "RXL"], "waiting"].sum())


def test_a_date_too_early_or_too_late_is_refused() -> None:
    """A month before capacity can change, or beyond a year, is refused by name."""
    for by in ("2026-03", "2027-06"):
        goals = model.goals_of(standards().standards, ASSUMED.standards, by)
        with pytest.raises(ParameterError, match=by):
            model.needed(expected(), goals, NO_SITES, ASSUMED)


def test_an_unknown_standard_is_refused() -> None:
    """A standard of RTT, or none, is no six-week standard."""
    with pytest.raises(ParameterError, match="rtt_65"):
        model.goals_of(standards().standards, ["rtt_65_weeks_2025"], BY)


def test_a_session_is_valued_and_a_week_sooner_is_a_week() -> None:
    """More tests avoid breaches in every draw; without a file the unit is tests, and no cost is told."""
    told = model.session_values(expected(), NINETY_FIVE, sites(), ASSUMED).set_index("provider_code")
    assert told["unit"].to_dict() == {"RXN": "session", "RXL": "tests"}
    assert told.loc["RXL", "tests_a_week"] == ASSUMED.tests_without_file
    assert pd.isna(told.loc["RXL", "cost_a_week"])
    assert (told["avoided_lower_80"] > 0).all()
    weeks = len([end for end in expected().ends if "2026-04-01" <= end.isoformat() <= "2026-08-05"])
    assert (told["fewer_waiting"] <= told["tests_a_week"] * weeks + 1e-6).all()


def test_a_centre_adds_what_would_be_missing_without_it() -> None:
    """The centre's tests are its share of those counted; without it more wait, by at most the tests it would have done."""
    told = model.centres(expected(), sites(), BY)
    assert told["site_code"].tolist() == ["RXN-CDC1"]
    row = told.iloc[0]
    assert row["tests_a_week"] == pytest.approx(99 * row["share_percent"] / 100)
    assert 0 < row["avoided_mean"] < row["fewer_waiting"] + 1e-6
    assert row["tests_to_date"] == 7200
    assert model.centres(expected(), NO_SITES, BY).empty


def test_every_scenario_of_the_project_is_told() -> None:
    """Each is played for the list that the file has; those that need the file are left out for the other."""
    told = model.compare(expected(), diagnostic_scenarios(), sites())
    assert set(told["scenario"]) == set(diagnostic_scenarios())
    without = set(told.loc[told["provider_code"] == "RXL", "scenario"])
    assert without == {"as_now", "demand_up", "equipment_down", "list_review"}
    last = told[(told["target_month"] == BY) & (told["provider_code"] == "RXN")].set_index("scenario")[
        "difference_mean"
    ]
    assert last["as_now"] == 0
    assert (last[["demand_up", "gp_direct_access", "equipment_down"]] > 0).all()
    assert (last[["fewer_missed", "fuller_sessions", "two_sessions", "list_review"]] < 0).all()


def test_a_lever_changes_tests_in_proportion() -> None:
    """Three points more of 88 used is 3/88 more tests; two points fewer of 6 missed is 2/94 more; from April on."""
    lists = expected(lists=1)
    for lever, points, share in (("utilisation", 3, 3 / 88), ("not_attended", -2, 2 / 94), ("downtime", -1, 1 / 97)):
        scenario = DiagnosticScenario.model_validate(
            {"title": "x", "assumes": "x", "source": "x", "changes": [{"lever": lever, "points": points, "begins": 3}]}
        )
        from lsc_analytics.models.diagnostic_capacity.scenarios import change_of

        tests, demand = change_of(scenario, lists, sites())
        begins = lists.week_of("2026-03")
        assert (tests[..., :begins] == 0).all()
        assert tests[..., begins:] == pytest.approx(lists.tests[..., begins:] * share)
        assert (demand == 0).all()


def test_as_of_is_what_was_known() -> None:
    """Nothing after the month reported reaches what is expected: dropping later months changes nothing."""
    months = [f"{2024 + at // 12}-{at % 12 + 1:02d}" for at in range(27)]
    random = np.random.default_rng(3)
    figures, bands = [], []
    for month in months:
        people = random.poisson(np.linspace(80, 10, 14))
        values = {"total_waiting": people.sum(), "waiting_6_plus": people[6:].sum(), "waiting_list_activity": random.poisson(430)}  # fmt: skip
        figures += [("provider", month, "RXN", "1", measure, float(value)) for measure, value in values.items()]
        bands += [("provider", month, "RXN", "1", week, people[week]) for week in range(14)]
    key = ["scope", "month", "provider_code", "diagnostic_test_code"]
    told = pd.DataFrame(figures, columns=[*key, "measure", "value"])
    waits = pd.DataFrame(bands, columns=[*key, "week_from", "waiting"])
    whole = model.expect(told, waits, AS_OF, draws=10, seed=1)
    known = model.expect(told[told["month"] <= AS_OF], waits[waits["month"] <= AS_OF], AS_OF, draws=10, seed=1)
    assert whole.lists == known.lists == [("RXN", "1")]
    assert (whole.demand == known.demand).all()
    assert (whole.stay == known.stay).all()
    assert model.expect(told, waits, "2024-08", draws=10, seed=1).lists == []
