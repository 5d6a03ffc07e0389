"""Does mutual aid pass a problem on? Two ledgers for every list: its own pathways, and those transferred in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lsc_analytics.reference import add_months, months_between
from lsc_analytics.tables import AID_ASSURANCE, AID_MOVES

_LIST = ["provider_code", "treatment_function_code"]
_KEY = [*_LIST, "month", "standard"]


def assure(moves: pd.DataFrame, outlook: pd.DataFrame, at_risk: pd.DataFrame, months_to_treatment: int) -> pd.DataFrame:
    """What do the moves do to every list, month by month and standard by standard?

    Own pathways: those on the list at the as-of month and its later clock starts, wherever they are treated. A trust
    that receives treats those transferred in with clock stops it offered beyond its own, so its own ledger does not
    move; a trust that sends has fewer waiting. Of those moved in a month, the share that would still have been waiting
    later is the list's own (`at_risk` of the later month over that of the month of the move); nothing is claimed for the
    sender's freed slots. Transferred in: the original clock runs on, until the clock stop so many months later.

    Args:
        moves: `tables.AID_MOVES`.
        outlook: A row a list, month and standard: `own_breaches` expected and `own_stress` (nine in ten chances to be
            no more), both without any move.
        at_risk: A row a list, month and standard: `at_risk`, those at risk still waiting at the month's end, and
            `over_share`, the share of them waiting longer than the standard then.
        months_to_treatment: From a move to the receiver's clock stop.

    Returns:
        `tables.AID_ASSURANCE`, a row a list, month and standard of `outlook`.
    """
    moves = AID_MOVES.check(moves)
    told = outlook[[*_KEY, "own_breaches", "own_stress"]].rename(
        columns={"own_breaches": "own_breaches_without", "own_stress": "own_stress_without"}
    )
    sent, received = _effects(moves, at_risk, sorted(outlook["month"].unique()), months_to_treatment)
    told = told.merge(sent, on=_KEY, how="left").merge(received, on=_KEY, how="left").fillna(
        {"relieved": 0.0, "imported_breaches": 0.0}
    )  # fmt: skip
    for kind in ("own_breaches", "own_stress"):
        told[f"{kind}_with"] = (told[f"{kind}_without"] - told["relieved"]).clip(lower=0.0)
    return AID_ASSURANCE.check(told[AID_ASSURANCE.names].sort_values(_KEY, ignore_index=True))


def _effects(
    moves: pd.DataFrame, at_risk: pd.DataFrame, months: Sequence[str], months_to_treatment: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Breaches that leave each sender's own ledger, and breaches that each receiver carries for others."""
    known = at_risk.rename(columns={"provider_code": "from_provider"})
    before = known.drop_duplicates(["from_provider", "treatment_function_code", "month"])
    before = before[["from_provider", "treatment_function_code", "month", "at_risk"]].rename(
        columns={"month": "begins_after", "at_risk": "at_risk_then"}
    )
    moved = moves.assign(begins_after=moves["month"].map(lambda month: add_months(month, -1)).astype(str)).merge(
        before, on=["from_provider", "treatment_function_code", "begins_after"], how="left"
    )
    later = moved.merge(
        known.rename(columns={"month": "seen_at"}), on=["from_provider", "treatment_function_code"], how="left"
    )
    later = later[(later["seen_at"] >= later["month"]) & later["seen_at"].isin(months)]
    stayed = (later["at_risk"] / later["at_risk_then"].where(later["at_risk_then"] > 0)).clip(upper=1.0).fillna(1.0)
    later = later.assign(relieved=later["pathways"] * stayed * later["over_share"])
    waits = np.array(
        [len(months_between(made, seen)) - 1 for made, seen in zip(later["month"], later["seen_at"], strict=True)],
        dtype=int,
    )
    # Whoever was moved and is not treated yet is on the receiver's list for certain: no share of them has left.
    carried = later[waits < months_to_treatment].assign(
        imported_breaches=lambda rows: rows["pathways"] * rows["over_share"]
    )
    sent = later.rename(columns={"from_provider": "provider_code", "month": "moved_in", "seen_at": "month"})
    received = carried.rename(columns={"to_provider": "provider_code", "month": "moved_in", "seen_at": "month"})
    return (
        sent.groupby(_KEY)["relieved"].sum().reset_index(),
        received.groupby(_KEY)["imported_breaches"].sum().reset_index(),
    )
