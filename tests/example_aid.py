"""Mutual aid checked by hand: what several test modules count move by move."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.models.mutual_aid import Rule
from lsc_analytics.reference import add_months


def broken_limits(
    moves: pd.DataFrame, need: pd.DataFrame, offers: pd.DataFrame, journeys: dict[tuple[str, str], float], rule: Rule
) -> list[str]:
    """Every limit that the moves break, counted move by move in plain Python: none of the programme's own code."""
    broken: list[str] = []
    offered = {
        (o.provider_code, o.treatment_function_code, o.month): o.aid_clock_stops_p10 for o in offers.itertuples()
    }
    known = {(n.provider_code, n.treatment_function_code, n.month): n for n in need.itertuples()}
    list_of = {(n.provider_code, n.treatment_function_code): n for n in need.itertuples()}
    used: dict[tuple[str, str, str], float] = {}
    gone: dict[tuple[str, str, bool], float] = {}
    for move in moves.itertuples():
        code, treated = move.treatment_function_code, add_months(move.month, rule.months_to_treatment)
        team = move.move_type == "team"
        if move.pathways < max(rule.minimum_batch, rule.team_batch.get(code, 1) if team else 1):
            broken.append("a batch is too small")
        if journeys.get((move.from_provider, move.to_provider), np.inf) > (
            rule.team_travel_limit if team else rule.travel_limit
        ):
            broken.append("somebody travels too far")
        if treated > rule.last_month:
            broken.append("somebody is treated after the date")
        slot = (move.to_provider, code, treated)
        used[slot] = used.get(slot, 0) + move.pathways
        own = known[move.from_provider, code, move.month]
        gone[move.from_provider, code, team] = (
            gone.get((move.from_provider, code, team), 0) + move.pathways / own.at_risk
        )
        theirs = list_of.get((move.to_provider, code))
        if theirs is not None and theirs.breaches / theirs.list_size >= own.breaches / own.list_size:
            broken.append("a list with a larger share in breach receives")
    broken += [
        "more than the 10% figure is used" for slot, count in used.items() if count > offered.get(slot, 0) + 1e-6
    ]
    for trust, code in {key[:2] for key in gone}:
        own = list_of[trust, code]
        going, coming = gone.get((trust, code, False), 0), gone.get((trust, code, True), 0)
        if going > own.eligible_share + 1e-6 or going + coming > max(own.eligible_share, own.team_share) + 1e-6:
            broken.append("more move than may and would")
    senders = set(zip(moves["from_provider"], moves["treatment_function_code"], strict=True))
    if senders & set(zip(moves["to_provider"], moves["treatment_function_code"], strict=True)):
        broken.append("a trust sends and receives the same specialty")
    return broken
