"""Mutual aid: every limit kept, nobody worse off, nothing lost, and as good as trying every plan."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from example_aid import broken_limits

from lsc_analytics.models.mutual_aid import Rule, assure, propose
from lsc_analytics.reference import add_months, months_between
from lsc_analytics.tables import AID_MOVES

pytestmark = pytest.mark.unit

LIST = ["provider_code", "treatment_function_code"]
TRUSTS = ["RXL", "RXN", "RXR", "RTX"]
AS_OF, BY = "2026-01", "2026-07"
MONTHS = months_between("2026-04", "2026-06")
RULE = Rule(minimum_batch=5, travel_limit=60.0, months_to_treatment=1, last_month=BY)


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
        for step, month in enumerate(MONTHS, start=2):
            left = start * (max(breaches, 0.01) / start) ** (step / 6) if start > 0 else 0.0
            need.append((trust, code, month, left, breaches, share, size))
        for month in months_between("2026-02", BY):
            middle = float(random.choice([0.0, random.uniform(0, 60)]))
            offers.append((trust, code, month, middle, middle * random.uniform(0.3, 1), False))
    journeys = {}
    for a, b in itertools.combinations(TRUSTS, 2):
        journeys[a, b] = journeys[b, a] = float(random.uniform(20, 90))
    columns = [*LIST, "month", "at_risk", "breaches", "eligible_share", "list_size"]
    told = [*LIST, "month", "aid_clock_stops_p50", "aid_clock_stops_p10", "assumed"]
    return pd.DataFrame(need, columns=columns), pd.DataFrame(offers, columns=told), journeys


def outlook_of(need: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """An outlook and those at risk, month by month and standard by standard, consistent with the need."""
    random = np.random.default_rng(seed)
    outlook, risk = [], []
    for (trust, code), own in need.groupby(LIST):
        left = dict(zip(own["month"], own["at_risk"], strict=True))
        breaches = own["breaches"].iloc[0]
        for month, standard in itertools.product(months_between(AS_OF, BY), (18, 52)):
            waiting = breaches if month == BY else left.get(add_months(month, 1), max(left.values()))
            expected = breaches * random.uniform(1, 2) if (month, standard) != (BY, 52) else breaches
            risk.append((trust, code, month, standard, waiting, 1.0 if standard == 18 or month == BY else 0.6))
            if month != AS_OF:
                outlook.append((trust, code, month, standard, expected, expected * 1.3 + 1))
    key = [*LIST, "month", "standard"]
    return (
        pd.DataFrame(outlook, columns=[*key, "own_breaches", "own_stress"]),
        pd.DataFrame(risk, columns=[*key, "at_risk", "over_share"]),
    )


def test_every_limit_holds_in_a_thousand_random_systems() -> None:
    """Whatever the need, the offers and the map: no limit is broken, no breach is added, no plan beats its bound.

    A treatment function is a system of its own, since no limit joins two: fifty at a time, on twenty maps.
    """
    moved = 0
    for seed in range(20):
        need, offers, journeys = random_system(seed, functions=50)
        told = propose(need, offers, journeys, RULE)
        assert broken_limits(told.moves, need, offers, journeys, RULE) == [], seed
        assert told.breaches_bound - 1e-6 <= told.breaches_with <= told.breaches_without + 1e-9, seed
        assert (told.says == "") == (len(told.moves) > 0), seed
        moved += len(told.moves)
    assert moved > 300  # or the check above would be of nothing


def test_nobody_is_worse_off_and_nobody_is_lost() -> None:
    """In a thousand systems: own breaches never rise, imported ones are gone by the date, and relief is what was moved."""
    for seed in range(20):
        need, offers, journeys = random_system(seed, functions=50)
        moves = propose(need, offers, journeys, RULE).moves
        outlook, risk = outlook_of(need, seed)
        told = assure(moves, outlook, risk, RULE.months_to_treatment)
        assert (told["own_breaches_with"] <= told["own_breaches_without"]).all()
        assert (told["own_stress_with"] <= told["own_stress_without"]).all()
        assert told.loc[told["month"] == BY, "imported_breaches"].eq(0).all()
        receivers = set(zip(moves["to_provider"], moves["treatment_function_code"], strict=True))
        receiving = pd.MultiIndex.from_frame(told[LIST]).isin(receivers)
        assert told.loc[receiving, "own_breaches_with"].equals(told.loc[receiving, "own_breaches_without"])
        # Each pathway moved waits over 18 weeks at its receiver from the move until the month of its clock stop.
        carried = told[told["standard"] == 18].groupby("month")["imported_breaches"].sum()
        by_month = moves.groupby("month")["pathways"].sum()
        assert carried.reindex(MONTHS).fillna(0).to_numpy() == pytest.approx(
            by_month.reindex(MONTHS).fillna(0).to_numpy()
        )


@pytest.mark.parametrize("seed", range(25))
def test_no_plan_of_whole_batches_is_better(seed: int) -> None:
    """On tiny systems, trying every plan finds none with fewer breaches than the bound, and none much better than ours."""
    random = np.random.default_rng(seed)
    breaches, at_risk = random.uniform(2, 9, 2), random.uniform(10, 18, 2)
    need = pd.DataFrame(
        {"provider_code": ["RXN", "RTX"], "treatment_function_code": "C_110", "month": "2026-04", "at_risk": at_risk,
         "breaches": breaches, "eligible_share": random.uniform(0.3, 0.6, 2), "list_size": 100.0}
    )  # fmt: skip
    offers = pd.DataFrame(
        {"provider_code": ["RXL", "RXR"], "treatment_function_code": "C_110", "month": "2026-05",
         "aid_clock_stops_p50": 9.0, "aid_clock_stops_p10": random.uniform(1, 8, 2), "assumed": False}
    )  # fmt: skip
    journeys = {(a, b): 30.0 for a in ("RXN", "RTX") for b in ("RXL", "RXR")}
    rule = Rule(minimum_batch=1, travel_limit=60.0, months_to_treatment=1, last_month="2026-05")
    told = propose(need, offers, journeys, rule)
    best = np.inf
    room = np.floor(offers["aid_clock_stops_p10"]).astype(int)
    for plan in itertools.product(range(9), repeat=4):  # RXN to RXL, RXN to RXR, RTX to RXL, RTX to RXR
        sent = np.array([plan[0] + plan[1], plan[2] + plan[3]])
        if plan[0] + plan[2] > room[0] or plan[1] + plan[3] > room[1]:
            continue
        if (sent / at_risk > need["eligible_share"] + 1e-9).any():
            continue
        best = min(best, float((breaches * (1 - sent / at_risk)).sum()))
    assert told.breaches_bound <= best + 1e-6
    assert told.breaches_with == pytest.approx(best, abs=1e-6)


def test_nothing_to_do_says_why() -> None:
    """No need, no offer, or nobody near enough: no move, a sentence each, and the headers all the same."""
    need, offers, journeys = random_system(1)
    nothing = propose(need.assign(breaches=0.0), offers, journeys, RULE)
    assert "No list is expected to breach" in nothing.says
    assert list(nothing.moves.columns) == AID_MOVES.names
    assert "Nobody offers" in propose(need, offers.assign(aid_clock_stops_p10=0.0), journeys, RULE).says
    assert "travel limit" in propose(need, offers, {}, RULE).says


def test_pathways_go_where_nobody_travels_further_than_needed() -> None:
    """Of two receivers that serve as well, the nearer one is asked."""
    need = pd.DataFrame(
        {"provider_code": ["RXN"], "treatment_function_code": "C_110", "month": "2026-04", "at_risk": 40.0,
         "breaches": 20.0, "eligible_share": 0.25, "list_size": 1000.0}
    )  # fmt: skip
    offers = pd.DataFrame(
        {"provider_code": ["RXL", "RXR"], "treatment_function_code": "C_110", "month": "2026-05",
         "aid_clock_stops_p50": 30.0, "aid_clock_stops_p10": 20.0, "assumed": False}
    )  # fmt: skip
    told = propose(need, offers, {("RXN", "RXL"): 50.0, ("RXN", "RXR"): 20.0}, RULE)
    assert told.moves[["to_provider", "pathways"]].to_numpy().tolist() == [["RXR", 10]]
    assert told.breaches_with == pytest.approx(15.0)


def test_a_list_never_sends_to_a_worse_one() -> None:
    """A trust with a larger share of its list in breach receives nothing, however much it offers."""
    need = pd.DataFrame(
        {"provider_code": ["RXN", "RXL"], "treatment_function_code": "C_110", "month": "2026-04", "at_risk": [40.0, 90.0],
         "breaches": [20.0, 80.0], "eligible_share": 0.5, "list_size": 1000.0}
    )  # fmt: skip
    offers = pd.DataFrame(
        {"provider_code": ["RXL"], "treatment_function_code": "C_110", "month": "2026-05",
         "aid_clock_stops_p50": 60.0, "aid_clock_stops_p10": 50.0, "assumed": False}
    )  # fmt: skip
    assert propose(need, offers, {("RXN", "RXL"): 10.0, ("RXL", "RXN"): 10.0}, RULE).moves.empty
