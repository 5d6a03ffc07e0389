"""The cheapest mix of sessions: every limit recounted, do no harm, staff, and what tests add to RTT waits."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from example_futures import ahead
from example_tests import expected, sites
from hypothesis import given, settings
from hypothesis import strategies as st

from lsc_analytics.models import diagnostic_capacity as model
from lsc_analytics.parameters import diagnostic_capacity, diagnostic_coupling, standards
from lsc_analytics.reference import SYSTEM

ASSUMED = diagnostic_capacity()
GOALS = model.goals_of(standards().standards, ASSUMED.standards, "2026-07")
NINETY_FIVE = [goal for goal in GOALS if goal.needed_percent == 95]
TRUSTS = ["A", "B", "C"]


def some_sites(random: np.random.Generator, many: int) -> pd.DataFrame:
    """So many sites of the three trusts."""
    return pd.DataFrame(
        {
            "provider_code": random.choice(TRUSTS, many),
            "tests_an_extra_session": random.uniform(2, 9, many).round(1),
            "cost_a_session": random.uniform(200, 900, many).round(),
            "extra_sessions_possible": random.integers(0, 4, many).astype(float),
        }
    )


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 9999))
def test_a_mix_keeps_every_limit(seed: int) -> None:
    """Recounted in plain Python: needs met or named unmet, room, whole sessions, nearness, least sent, and the bound."""
    random = np.random.default_rng(seed)
    told, need = some_sites(random, 4), random.uniform(0, 25, 3).round(1)
    near = random.random((3, 4)) < 0.7
    mix = model.cheapest(need, told, TRUSTS, near, 25.0, 2.0)
    for at, trust in enumerate(TRUSTS):
        assert mix.sent[at].sum() + mix.unmet[at] == pytest.approx(need[at] if need[at] > 0.05 else 0, abs=1e-4)
        for place in range(4):
            tests = mix.sent[at, place]
            assert tests < 1e-6 or near[at, place]
            assert tests < 1e-6 or told["provider_code"][place] == trust or tests >= 2 - 1e-4
    for place in range(4):
        assert mix.sent[:, place].sum() <= told["tests_an_extra_session"][place] * mix.sessions[place] + 1e-4
        assert mix.sessions[place] <= told["extra_sessions_possible"][place]
    assert (mix.sessions == np.round(mix.sessions)).all()
    spent = (told["cost_a_session"] * mix.sessions).sum()
    sent = sum(
        mix.sent[at, place] for at, place in product(range(3), range(4)) if told["provider_code"][place] != TRUSTS[at]
    )
    assert mix.cost == pytest.approx(spent + 25.0 * sent, abs=1e-3)
    if mix.unmet.sum() < 1e-6:
        assert mix.bound <= mix.cost + 1e-4


@pytest.mark.parametrize("seed", range(15))
def test_no_other_whole_sessions_are_cheaper(seed: int) -> None:
    """Of all whole sessions of three sites, tried one by one for one trust, none meets its need for less."""
    random = np.random.default_rng(seed)
    told, need = some_sites(random, 3), float(random.uniform(2, 20))
    told["provider_code"] = "A"
    mix = model.cheapest(np.array([need]), told, ["A"], np.ones((1, 3), bool), 0.0)
    tries = [range(int(room) + 1) for room in told["extra_sessions_possible"]]
    costs = [
        sum(told["cost_a_session"] * np.array(each))
        for each in product(*tries)
        if sum(told["tests_an_extra_session"] * np.array(each)) >= need
    ]
    if costs:
        assert mix.cost == pytest.approx(min(costs))
        assert mix.unmet.sum() == pytest.approx(0, abs=1e-6)
    else:
        assert mix.unmet.sum() > 0


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 999))
def test_no_trust_is_worse_off_in_any_month(seed: int) -> None:
    """With the mix no trust has more waiting, or more six weeks or more, expected or under stress, at any month end."""
    lists = expected(seed, draws=5)
    told = model.needed(lists, NINETY_FIVE, sites(), ASSUMED)
    mix = model.cheapest_mix(told, sites(), {("RXN", "RXL"): 35.0, ("RXL", "RXN"): 35.0}, 75.0, ASSUMED)
    harm = model.no_harm(lists, mix, ASSUMED)
    if harm.empty:
        return
    for name in ("over_6", "over_6_stress", "waiting"):
        assert (harm[f"{name}_with"] <= harm[f"{name}_without"] + 1e-3).all()


@pytest.mark.parametrize("seed", range(6))
def test_the_last_digit_of_a_need_changes_no_session(seed: int) -> None:
    """Where sites cost the same, many mixes are as cheap: rounding on another machine may not choose between them."""
    random = np.random.default_rng(seed)
    told, need = (
        some_sites(random, 6).assign(cost_a_session=500.0, tests_an_extra_session=5.0),
        random.uniform(5, 25, 3),
    )
    near = np.ones((3, 6), bool)
    first = model.cheapest(need.round(4), told, TRUSTS, near, 0.0)
    for digit in (1e-9, -1e-9):
        again = model.cheapest(need.round(4) + digit, told, TRUSTS, near, 0.0)
        assert again.sessions.tolist() == first.sessions.tolist()
        assert again.sent.tolist() == first.sent.tolist()


def test_a_trust_without_a_site_is_served_by_its_neighbour_or_named_unmet() -> None:
    """RXL has no site of its own: near RXN it is served there; too far, its need stands without a site."""
    lists = expected(draws=5)
    told = model.needed(lists, NINETY_FIVE, sites(), ASSUMED)
    near = model.cheapest_mix(told, sites(), {("RXL", "RXN"): 35.0}, 75.0, ASSUMED)
    assert set(near.loc[near["provider_code"] == "RXL", "site_provider_code"]) <= {"RXN", "RXL"}
    assert near.loc[(near["provider_code"] == "RXL") & (near["site_code"] != ""), "tests_a_week"].sum() > 0
    far = model.cheapest_mix(told, sites(), {("RXL", "RXN"): 90.0}, 75.0, ASSUMED)
    alone = far[far["provider_code"] == "RXL"]
    assert alone["site_code"].tolist() == [""]
    assert alone["tests_a_week"].iloc[0] == pytest.approx(alone["needed_a_week"].iloc[0], abs=1e-4)


def test_the_workforce_adds_up_to_the_system() -> None:
    """Staff needed of the trusts is the system's; recruits keep every post filled; five years are told."""
    told = model.workforce(sites(), ASSUMED)
    assert sorted(told["year"].unique()) == list(range(ASSUMED.workforce.years + 1))
    needed = told.pivot_table(
        index="year", columns=told["provider_code"] == SYSTEM, values="staff_needed", aggfunc="sum"
    )
    assert needed[True].tolist() == pytest.approx(needed[False].tolist())
    system = told[told["provider_code"] == SYSTEM].sort_values("year")
    there = system["staff_without_recruiting"].iloc[0]
    for at, row in enumerate(system.itertuples()):
        there = there * (1 - row.leavers_percent / 100 * (at > 0)) + row.to_recruit
        assert there == pytest.approx(row.staff_needed)


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 20), st.floats(0.05, 1), st.sampled_from([18, 52, 65]))
def test_those_due_to_a_test_are_some_of_those_over(added: float, share: float, threshold: int) -> None:
    """Never more than the share of those over, never fewer for a longer delay, none without delay."""
    bands = np.random.default_rng(4).uniform(0, 20, 105)
    due = model.due_to_test(bands, threshold, added, share)
    assert -1e-9 <= due <= share * bands[threshold:].sum() + 1e-9
    assert due <= model.due_to_test(bands, threshold, added + 1, share) + 1e-9
    assert model.due_to_test(bands, threshold, 0.0, share) == pytest.approx(0)


def test_a_bottleneck_adds_its_weeks_to_the_specialties_that_lean_on_it() -> None:
    """MRI weeks now less those at the standard, times the share of pathways; told now and in months ahead."""
    told = model.needed(expected(), NINETY_FIVE, sites(), ASSUMED)
    pairs = [pair for pair in diagnostic_coupling().pairs if pair.test == "1" and pair.specialty == "C_110"]
    list_ahead = ahead()
    coupled = model.couple(
        told, pairs, lambda trust, code: list_ahead.start if trust == "RXN" else None, lambda trust, code: list_ahead,
        keeps_percent=95, rtt_month="2026-01", ahead_of_worst=1,
    )  # fmt: skip
    now = coupled[coupled["month"] == "2026-01"]
    assert set(now["provider_code"]) == {"RXN"}
    one = told.set_index("provider_code").loc["RXN"].iloc[0]
    added = one["waiting"] / one["demand_a_week"] - 6 / -np.log(0.05)
    assert now["weeks_added"].tolist() == pytest.approx([added] * 3)
    assert now["weeks_added_on_average"].tolist() == pytest.approx([added * pairs[0].share_percent / 100] * 3)
    assert coupled["month"].nunique() == 7
    assert (coupled["due_median"] <= coupled["over"] * pairs[0].share_percent / 100 + 1e-6).all()
    assert model.worst_pairs(coupled)["month"].tolist() == ["2026-01"]
