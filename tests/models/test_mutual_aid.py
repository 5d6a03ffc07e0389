"""Mutual aid: every limit kept, nobody worse off, nothing lost, and as good as trying every plan."""

from __future__ import annotations

import itertools
import os
import time

import numpy as np
import pandas as pd
import pytest
from example_aid import broken_limits

from lsc_analytics import parameters
from lsc_analytics.models.mutual_aid import (
    TEAM,
    Rule,
    assure,
    at_risk,
    draw,
    effects,
    harmed,
    need_of,
    offers_of,
    play,
    propose,
    stage_shares,
)
from lsc_analytics.models.mutual_aid.stress import offers_failing
from lsc_analytics.reference import add_months, months_between
from lsc_analytics.tables import AID_CAPACITY, AID_MOVES, AID_STAGES

pytestmark = pytest.mark.unit

SYSTEMS = int(os.environ.get("LSC_RANDOM_SYSTEMS", "300"))  # `make study` asks for thousands

LIST = ["provider_code", "treatment_function_code"]
TRUSTS = ["RXL", "RXN", "RXR", "RTX"]
AS_OF, BY = "2026-01", "2026-07"
MONTHS = months_between("2026-04", "2026-06")
RULE = Rule(
    minimum_batch=5, travel_limit=60.0, months_to_treatment=1, last_month=BY, team_travel_limit=45.0,
    team_batch={f"C_{100 + 10 * i}": 4 + i % 5 for i in range(50)},
)  # fmt: skip
SETTINGS = parameters.mutual_aid()
QUICK = SETTINGS.model_copy(update={"stress": SETTINGS.stress.model_copy(update={"draws": 60})})
LONGEST_FIRST = QUICK.model_copy(update={"when_capacity_fails": "longest_first"})


def random_system(seed: int, functions: int = 2) -> tuple[pd.DataFrame, pd.DataFrame, dict[tuple[str, str], float]]:
    """Need, offers and travel of four trusts, drawn anew for every seed."""
    random = np.random.default_rng(seed)
    need, offers = [], []
    for trust, code in itertools.product(TRUSTS, [f"C_{100 + 10 * i}" for i in range(functions)]):
        if random.random() < 0.15:  # not every trust has every specialty
            continue
        breaches = float(random.choice([0.0, random.uniform(0, 3), random.uniform(3, 120)]))
        start = breaches * random.uniform(1, 6) + random.uniform(0, 5)
        share, size = random.uniform(0, 0.6), random.uniform(50, 4000)
        team = float(random.choice([0.0, share + 0.2]))
        for step, month in enumerate(MONTHS, start=2):
            left = start * (max(breaches, 0.01) / start) ** (step / 6) if start > 0 else 0.0
            need.append((trust, code, month, left, breaches, share, team, size))
        for month in months_between("2026-02", BY):
            middle = float(random.choice([0.0, random.uniform(0, 60)]))
            offers.append((trust, code, month, middle, middle * random.uniform(0.3, 1), False))
    journeys = {}
    for a, b in itertools.combinations(TRUSTS, 2):
        journeys[a, b] = journeys[b, a] = float(random.uniform(20, 90))
    columns = [*LIST, "month", "at_risk", "breaches", "eligible_share", "team_share", "list_size"]
    told = [*LIST, "month", "aid_clock_stops_p50", "aid_clock_stops_p10", "assumed"]
    return pd.DataFrame(need, columns=columns), pd.DataFrame(offers, columns=told), journeys


def outlook_of(need: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """An outlook and those at risk, month by month and standard by standard, consistent with the need."""
    random = np.random.default_rng(seed)
    outlook, risk = [], []
    for (trust, code), own in need.groupby(LIST):
        left = dict(zip(own["month"], own["at_risk"], strict=True))
        breaches, size = own["breaches"].iloc[0], own["list_size"].iloc[0]
        for month, standard in itertools.product(months_between(AS_OF, BY), (18, 52)):
            waiting = breaches if month == BY else left.get(add_months(month, 1), max(left.values()))
            mean = breaches * random.uniform(1, 2) if (month, standard) != (BY, 52) else breaches
            risk.append((trust, code, month, standard, waiting, 1.0 if standard == 18 or month == BY else 0.6, 0.3))
            if month != AS_OF:
                ends = [mean * part for part in (0.4, 0.6, 0.95, 1.4, 1.8)]
                outlook.append((trust, code, month, standard, mean, *ends, size))
    key = [*LIST, "month", "standard"]
    ends = ["lower_95", "lower_80", "median", "upper_80", "upper_95"]
    return (
        pd.DataFrame(outlook, columns=[*key, "mean", *ends, "list_size"]),
        pd.DataFrame(risk, columns=[*key, "at_risk", "over_share", "decided"]),
    )


def one_need(**values: object) -> pd.DataFrame:
    """One list in need, with some values changed."""
    row = {"provider_code": "RXN", "treatment_function_code": "C_110", "month": "2026-04", "at_risk": 40.0, "breaches": 20.0,
           "eligible_share": 0.5, "team_share": 0.0, "list_size": 1000.0}  # fmt: skip
    return pd.DataFrame([row | values])


def one_offer(**values: object) -> pd.DataFrame:
    """One offer, with some values changed."""
    row = {"provider_code": "RXL", "treatment_function_code": "C_110", "month": "2026-05", "aid_clock_stops_p50": 30.0,
           "aid_clock_stops_p10": 20.0, "assumed": False}  # fmt: skip
    return pd.DataFrame([row | values])


@pytest.fixture(scope="module")
def systems() -> list[tuple]:
    """So many systems with their proposals: a treatment function is one of its own, since no limit joins two."""
    told = []
    for seed in range(SYSTEMS // 50):
        need, offers, journeys = random_system(seed, functions=50)
        told.append((seed, need, offers, journeys, propose(need, offers, journeys, RULE)))
    return told


def test_every_limit_holds_in_random_systems(systems: list[tuple]) -> None:
    """Whatever the need, the offers and the map: no limit is broken, no breach is added, no plan beats its bound."""
    moved, teams = 0, 0
    for seed, need, offers, journeys, told in systems:
        assert broken_limits(told.moves, need, offers, journeys, RULE) == [], seed
        assert told.breaches_bound - 1e-6 <= told.breaches_with <= told.breaches_without + 1e-9, seed
        assert (told.says == "") == (len(told.moves) > 0), seed
        moved += len(told.moves)
        teams += int((told.moves["move_type"] == TEAM).sum())
    assert moved > 0.3 * SYSTEMS  # or the check above would be of nothing
    assert teams > 0.02 * SYSTEMS


def test_nobody_is_worse_off_and_nobody_is_lost(systems: list[tuple]) -> None:
    """In every system, as expected and in draws in which offers fail: both ledgers, and every pathway counted."""
    for seed, need, offers, _, told in systems:
        outlook, risk = outlook_of(need, seed)
        draws, moves = draw(outlook, QUICK.stress), told.moves
        ledger, stressed = assure(moves, draws, risk, offers, QUICK)
        assert harmed(ledger).empty, seed
        assert ledger.loc[ledger["month"] == BY, "imported_breaches"].eq(0).all()
        takers = pd.MultiIndex.from_frame(moves[["to_provider", "treatment_function_code"]].drop_duplicates())
        mine = pd.MultiIndex.from_frame(ledger[LIST]).isin(takers)
        for kind in ("own_breaches", "own_stress"):
            assert np.allclose(ledger.loc[mine, f"{kind}_with"], ledger.loc[mine, f"{kind}_without"])
        # Nobody is lost or invented: in every draw, month and list, those moved so far wait there or have been treated.
        so_far = np.zeros((len(draws.lists), len(draws.months)))
        for move in moves.itertuples():
            place = draws.lists.get_loc((move.to_provider, move.treatment_function_code))
            so_far[place, draws.months.index(move.month) :] += move.pathways
        assert np.allclose(stressed.waiting + stressed.treated, so_far[None]), seed
        assert stressed.displaced.max() == 0
        assert (np.diff(stressed.treated, axis=2) >= -1e-9).all()
        # No more is treated than a draw's offers so far, and every draw is at the 10% figure or worse.
        sure = offers.set_index([*LIST, "month"])["aid_clock_stops_p10"]
        for provider, code in takers:
            slots = sum(sure.get((provider, code, month), 0.0) for month in draws.months)
            assert stressed.treated[:, draws.lists.get_loc((provider, code)), -1].max() <= slots + 1e-6


def test_the_check_finds_harm_where_others_are_seen_first(systems: list[tuple]) -> None:
    """If those transferred may take a receiver's own slots when offers fail, its own ledger is worse and it is told."""
    found = 0
    for seed, need, offers, _, told in systems[:5]:
        outlook, risk = outlook_of(need, seed)
        ledger, stressed = assure(told.moves, draw(outlook, QUICK.stress), risk, offers, LONGEST_FIRST)
        hurt = harmed(ledger)
        assert (hurt["own_breaches_with"] <= hurt["own_breaches_without"] + 1e-6).all()  # only when capacity fails
        takers = set(zip(told.moves["to_provider"], told.moves["treatment_function_code"], strict=True))
        assert set(zip(hurt["provider_code"], hurt["treatment_function_code"], strict=True)) <= takers
        assert stressed.displaced.max() > 0
        found += len(hurt)
    assert found > 50


def test_draws_have_the_quantiles_of_the_forecast_and_fail_together() -> None:
    """A list's 90% point is the forecast's; lists err alike as far as they share; every offer is in its worst tenth."""
    need, _, _ = random_system(3, functions=20)
    outlook, _ = outlook_of(need, 3)
    draws = draw(outlook, SETTINGS.stress)
    upper = outlook.sort_values([*LIST, "month", "standard"])["upper_80"].to_numpy().reshape(draws.mean.shape)
    assert np.quantile(draws.own, 0.9, axis=0) == pytest.approx(upper, rel=0.02, abs=0.02)
    told = draws.own[:, :, -1, 1]
    told = told[:, told.std(axis=0) > 0]
    ranks = pd.DataFrame(told).corr("spearman").to_numpy()
    assert ranks[np.triu_indices_from(ranks, 1)].mean() == pytest.approx(SETTINGS.stress.shared, abs=0.1)
    assert all((short >= 1 - 1e-9).all() for short in offers_failing(TRUSTS, SETTINGS.stress).values())


def test_those_moved_keep_their_clock_and_wait_for_the_next_offer() -> None:
    """Ten due where six are offered: six are treated, four wait over 18 weeks and for the next month's six."""
    need = one_need(breaches=20.0)
    outlook, risk = outlook_of(pd.concat([need, one_need(provider_code="RXL", breaches=0.0, at_risk=0.0)]), 1)
    moves = AID_MOVES.check(
        pd.DataFrame({"from_provider": ["RXN"], "to_provider": "RXL", "treatment_function_code": "C_110", "month": "2026-04",
                      "move_type": "pathways", "pathways": 10})
    )  # fmt: skip
    offers = pd.concat([one_offer(month=month, aid_clock_stops_p10=6.0) for month in ("2026-05", "2026-06")])
    draws = draw(outlook, QUICK.stress)
    out = play(moves, draws, risk, offers, 1, "own_first")
    place = draws.lists.get_loc(("RXL", "C_110"))
    april = draws.months.index("2026-04")
    assert out.waiting[0, place, april : april + 3].tolist() == [10.0, 4.0, 0.0]
    assert out.imported[0, place, april : april + 3, 0].tolist() == [10.0, 4.0, 0.0]  # all of them over 18 weeks
    assert out.own[0, place].tolist() == draws.mean[place].tolist()


@pytest.mark.parametrize("seed", range(25))
def test_no_plan_of_whole_batches_is_better(seed: int) -> None:
    """On tiny systems, trying every plan finds none with fewer breaches than ours."""
    random = np.random.default_rng(seed)
    breaches, risk = random.uniform(2, 9, 2), random.uniform(10, 18, 2)
    need = pd.concat(
        [one_need(provider_code=code, at_risk=a, breaches=b, list_size=100.0) for code, a, b in zip(["RXN", "RTX"], risk, breaches, strict=True)],
        ignore_index=True,
    ).assign(eligible_share=random.uniform(0.3, 0.6, 2))  # fmt: skip
    offers = pd.concat([one_offer(provider_code=code, aid_clock_stops_p50=9.0) for code in ("RXL", "RXR")])
    offers["aid_clock_stops_p10"] = random.uniform(1, 8, 2)
    journeys = {(a, b): 30.0 for a in ("RXN", "RTX") for b in ("RXL", "RXR")}
    rule = Rule(minimum_batch=1, travel_limit=60.0, months_to_treatment=1, last_month="2026-05")
    told = propose(need, offers, journeys, rule)
    best = np.inf
    room = np.floor(offers["aid_clock_stops_p10"].to_numpy()).astype(int)
    for plan in itertools.product(range(9), repeat=4):  # RXN to RXL, RXN to RXR, RTX to RXL, RTX to RXR
        sent = np.array([plan[0] + plan[1], plan[2] + plan[3]])
        if plan[0] + plan[2] > room[0] or plan[1] + plan[3] > room[1]:
            continue
        if (sent / risk > need["eligible_share"] + 1e-9).any():
            continue
        best = min(best, float((breaches * (1 - sent / risk)).sum()))
    assert told.breaches_bound <= best + 1e-6
    assert told.breaches_with == pytest.approx(best, abs=1e-6)


def test_nothing_to_do_says_why() -> None:
    """No need, no offer, nobody near enough or nobody who may move: no move, a sentence each, and the headers all the same."""
    need, offers, journeys = random_system(1)
    nothing = propose(need.assign(breaches=0.0), offers, journeys, RULE)
    assert "No list is expected to breach" in nothing.says
    assert list(nothing.moves.columns) == AID_MOVES.names
    assert "Nobody offers" in propose(need, offers.assign(aid_clock_stops_p10=0.0), journeys, RULE).says
    assert "travel limit" in propose(need, offers, {}, RULE).says
    nobody = propose(need.assign(eligible_share=0.0, team_share=0.0), offers, journeys, RULE)
    assert "at a stage" in nobody.says


def test_of_equal_breaches_the_worst_share_is_made_smaller() -> None:
    """Two lists with the same odds and one offer: the one with the larger share in breach is helped."""
    need = pd.concat([one_need(list_size=2000.0), one_need(provider_code="RTX", list_size=500.0)], ignore_index=True)
    told = propose(need, one_offer(), {("RXN", "RXL"): 10.0, ("RTX", "RXL"): 50.0}, RULE)
    assert told.moves[["from_provider", "pathways"]].to_numpy().tolist() == [["RTX", 20]]


def test_pathways_go_where_nobody_travels_further_than_needed() -> None:
    """Of two receivers that serve as well, the nearer one is asked."""
    offers = pd.concat([one_offer(), one_offer(provider_code="RXR")])
    told = propose(one_need(eligible_share=0.25), offers, {("RXN", "RXL"): 50.0, ("RXN", "RXR"): 20.0}, RULE)
    assert told.moves[["to_provider", "pathways"]].to_numpy().tolist() == [["RXR", 10]]
    assert told.breaches_with == pytest.approx(15.0)


def test_a_list_never_sends_to_a_worse_one() -> None:
    """A trust with a larger share of its list in breach receives nothing, however much it offers."""
    need = pd.concat([one_need(), one_need(provider_code="RXL", at_risk=90.0, breaches=80.0)])
    assert propose(need, one_offer(), {("RXN", "RXL"): 10.0, ("RXL", "RXN"): 10.0}, RULE).moves.empty


def test_a_team_comes_where_pathways_may_not_go() -> None:
    """Too far for patients, near enough for staff: a team fills at least one list at the sender's site, and nothing is imported."""
    rule = Rule(5, 20.0, 1, BY, team_travel_limit=60.0, team_batch={"C_110": 3})
    need = one_need(team_share=0.4)
    told = propose(need, one_offer(), {("RXN", "RXL"): 40.0}, rule)
    assert told.moves[["move_type", "pathways"]].to_numpy().tolist() == [["team", 16]]
    outlook, risk = outlook_of(pd.concat([need, one_need(provider_code="RXL", breaches=0.0, at_risk=0.0)]), 1)
    ledger, _ = assure(told.moves, draw(outlook, QUICK.stress), risk, one_offer(), QUICK)
    assert ledger["imported_breaches"].eq(0).all()
    at_date = ledger[(ledger["provider_code"] == "RXN") & (ledger["month"] == BY) & (ledger["standard"] == 52)].iloc[0]
    assert at_date["own_breaches_without"] - at_date["own_breaches_with"] == pytest.approx(16 * 20 / 40)


def test_every_offer_has_a_value_even_of_nothing() -> None:
    """One more clock stop where none is offered avoids the odds of one pathway at risk."""
    told = propose(one_need(), one_offer(aid_clock_stops_p10=0.0), {("RXN", "RXL"): 10.0}, RULE)
    assert told.values["breaches_avoided"].tolist() == [0.5]


def test_those_at_risk_are_those_in_the_bands() -> None:
    """Of 100 at 30 weeks, all pass 52 weeks by the end of July (26 weeks on); of 100 at 20, none does."""
    bands = pd.DataFrame(
        {"provider_code": "RXN", "treatment_function_code": "C_110", "month": AS_OF,
         "part": ["incomplete", "incomplete", "decision_to_admit"], "week_from": [30, 20, 30], "pathways": [100, 100, 25]}
    )  # fmt: skip
    outlook, _ = outlook_of(one_need(), 1)
    months = months_between(AS_OF, BY)
    told = at_risk(bands, outlook, months, 52)
    mine = told[told["standard"] == 52].set_index("month")
    assert mine["at_risk"].iloc[0] == pytest.approx(100.0)
    assert mine["at_risk"].iloc[-1] == pytest.approx(20.0)  # the forecast's own breaches
    assert mine["decided"].iloc[0] == pytest.approx(0.25)
    assert mine["over_share"].iloc[[0, -1]].tolist() == [0.0, 1.0]
    published = stage_shares(told, AID_STAGES.empty(), SETTINGS, 52, 26.0).set_index("stage")
    assert published["share"].to_dict() == pytest.approx(
        {"before_first_appointment": 0.75, "awaiting_test": 0.0, "seen": 0.0, "decision_to_admit": 0.25}
    )
    stages = pd.DataFrame(
        {"month": AS_OF, "provider_code": "RXN", "treatment_function_code": "C_110",
         "stage": ["before_first_appointment", "seen", "seen"], "week_from": [30, 40, 3], "pathways": [30, 10, 900]}
    )  # fmt: skip
    known = stage_shares(told, AID_STAGES.check(stages), SETTINGS, 52, 26.0)
    assert known.set_index("stage")["share"].to_dict() == pytest.approx(
        {"before_first_appointment": 0.75, "awaiting_test": 0.0, "seen": 0.25, "decision_to_admit": 0.0}
    )
    assert set(known["known"]) == {"ptl"}
    need = need_of(told, outlook, known, SETTINGS, 52, MONTHS, senders=["RXN"], by=BY)
    assert need["eligible_share"].unique() == pytest.approx([0.75 * SETTINGS.stages["before_first_appointment"].uptake])
    assert (need_of(told, outlook, known, SETTINGS, 52, MONTHS, senders=[], by=BY)["eligible_share"] == 0).all()


def test_who_has_said_what_they_offer_is_taken_at_their_word() -> None:
    """A provider with a capacity file offers what is in it and no more; one without, the assumed share less its own need."""
    said = pd.DataFrame(
        {"month": "2026-05", "provider_code": "RXL", "treatment_function_code": "C_110",
         "measure": ["aid_clock_stops_p50", "aid_clock_stops_p10"], "clock_stops": [12.0, 9.0], "file_sha256": "x"}
    )  # fmt: skip
    stops = pd.DataFrame(
        {"provider_code": ["RXL", "RXN"], "treatment_function_code": ["C_120", "C_110"], "value": [900.0, 400.0]}
    )
    breaches = pd.Series({("RXN", "C_110"): 20.0})
    told = offers_of(AID_CAPACITY.check(said), stops, breaches, ["2026-05", "2026-06"], SETTINGS.assumed_offer)
    found = told.set_index([*LIST, "month"])
    assert found.loc[("RXL", "C_110", "2026-05"), "aid_clock_stops_p10"] == 9.0
    assert found.loc[("RXL", "C_120", "2026-05"), "aid_clock_stops_p50"] == 0.0
    assert not found.loc["RXL", "assumed"].any()
    assumed = found.loc[("RXN", "C_110", "2026-06")]
    assert assumed["assumed"]
    assert assumed["aid_clock_stops_p50"] == pytest.approx(20.0 * (1 - 20 / 40))  # 5% of 400, half of it for its own


def test_effects_add_up_draw_by_draw() -> None:
    """A provider's total is the sum of its lists: means add, and its interval is that of the draws' sums."""
    need, offers, journeys = random_system(7, functions=12)
    told = propose(need, offers, journeys, RULE)
    outlook, risk = outlook_of(need, 7)
    draws = draw(outlook, QUICK.stress)
    ledger, stressed = assure(told.moves, draws, risk, offers, QUICK)
    found = effects(told.moves, draws, ledger, stressed, need, 52)
    whole = found[found["treatment_function_code"] == "C_999"].set_index("provider_code")
    parts = found[found["treatment_function_code"] != "C_999"].groupby("provider_code").sum(numeric_only=True)
    for name in ("mean_without", "mean_with", "sent", "received", "freed_slots"):
        assert whole[name].to_numpy() == pytest.approx(parts.loc[whole.index, name].to_numpy())
    together = draws.own[:, draws.lists.get_level_values(0) == "RXN", -1, draws.standards.index(52)].sum(axis=1)
    assert whole.loc["RXN", "upper_80_without"] == pytest.approx(np.quantile(together, 0.9))
    avoided = (found["mean_without"] - found["mean_with"])[found["treatment_function_code"] == "C_999"].sum()
    assert avoided == pytest.approx(told.breaches_without - told.breaches_with, rel=0.02)
    assert (found["freed_relief"] <= found["mean_with"] + 1e-9).all()


def test_a_system_of_this_size_is_settled_in_two_seconds() -> None:
    """Four trusts and an independent site, 23 specialties, 12 months: processor time, thrice the promise at most."""
    random = np.random.default_rng(11)
    months = months_between("2026-04", "2026-12")
    need, offers = [], []
    for code in [f"C_{100 + 10 * i}" for i in range(23)]:
        for trust in [*TRUSTS, "NVC07"]:
            breaches, size = random.uniform(0, 90), random.uniform(300, 6000)
            for step, month in enumerate(months, start=2):
                left = 5 * breaches * 0.2 ** (step / 12)
                need.append((trust, code, month, left, breaches, 0.3 if trust != "NVC07" else 0.0, 0.0, size))
            offers += [(trust, code, month, 24.0, random.uniform(3, 20), False) for month in months_between("2026-02", "2027-01")]  # fmt: skip
    columns = [*LIST, "month", "at_risk", "breaches", "eligible_share", "team_share", "list_size"]
    told = [*LIST, "month", "aid_clock_stops_p50", "aid_clock_stops_p10", "assumed"]
    journeys = {(a, b): 30.0 for a in [*TRUSTS, "NVC07"] for b in [*TRUSTS, "NVC07"]}
    rule = Rule(minimum_batch=5, travel_limit=60.0, months_to_treatment=1, last_month="2027-01")
    began = time.process_time()
    found = propose(pd.DataFrame(need, columns=columns), pd.DataFrame(offers, columns=told), journeys, rule)
    took = time.process_time() - began
    assert found.moves["pathways"].sum() > 500
    assert took < 6, took
