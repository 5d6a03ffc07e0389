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
    share_of = {(n.provider_code, n.treatment_function_code): n.eligible_share for n in need.itertuples()}
    used: dict[tuple[str, str, str], float] = {}
    gone: dict[tuple[str, str], float] = {}
    for move in moves.itertuples():
        code, treated = move.treatment_function_code, add_months(move.month, rule.months_to_treatment)
        if move.pathways < rule.minimum_batch:
            broken.append("a batch is too small")
        if journeys.get((move.from_provider, move.to_provider), np.inf) > rule.travel_limit:
            broken.append("somebody travels too far")
        if treated > rule.last_month:
            broken.append("somebody is treated after the date")
        slot = (move.to_provider, code, treated)
        used[slot] = used.get(slot, 0) + move.pathways
        own = known[move.from_provider, code, move.month]
        gone[move.from_provider, code] = gone.get((move.from_provider, code), 0) + move.pathways / own.at_risk
    broken += [
        "more than the 10% figure is used" for slot, count in used.items() if count > offered.get(slot, 0) + 1e-6
    ]
    for (trust, code), share in gone.items():
        if share > share_of[trust, code] + 1e-6:
            broken.append("more move than may and would")
    senders = set(zip(moves["from_provider"], moves["treatment_function_code"], strict=True))
    if senders & set(zip(moves["to_provider"], moves["treatment_function_code"], strict=True)):
        broken.append("a trust sends and receives the same specialty")
    return broken
