"""What became of the moves of mutual aid: how far each has come, and each trust against what was forecast without them.

It proposes no move (`mutual_aid` does), makes no forecast and reads no files. Published counts do not tell a trust's own
pathways from those transferred in: what can and cannot be concluded from them is said in docs/action-log-contract.md.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.reference import SYSTEM
from lsc_analytics.tables import AID_PROGRESS, AID_RECORD, RTT_TRANSFERS

_MEASURES = ("total_incomplete", "over_52_weeks", "over_65_weeks")
_CELL = ["provider_code", "treatment_function_code"]
_STAGES = ("proposed", "agreed", "delivered")


def transfers(log: pd.DataFrame) -> pd.DataFrame:
    """Pathways handed over, by month: what `rtt.flows` counts apart from removals.

    Args:
        log: `tables.AID_LOG`.

    Returns:
        `tables.RTT_TRANSFERS`.
    """
    gone = log[(log["stage"] == "delivered") & (log["pathways"] > 0)]
    key = [*RTT_TRANSFERS.grain]
    return RTT_TRANSFERS.check(gone.groupby(key)["pathways"].sum().reset_index())


def system_transfers(moved: pd.DataFrame, trusts: list[str]) -> pd.DataFrame:
    """The transfers of the system as one provider, `LSC`: those between its own trusts stay inside it.

    Args:
        moved: `tables.RTT_TRANSFERS`.
        trusts: The system's trusts.
    """
    inside = [moved[end].isin(trusts) for end in ("from_provider", "to_provider")]
    across = moved[inside[0] ^ inside[1]].copy()
    for end in ("from_provider", "to_provider"):
        across[end] = across[end].where(~across[end].isin(trusts), SYSTEM)
    return RTT_TRANSFERS.check(across.groupby([*RTT_TRANSFERS.grain])["pathways"].sum().reset_index())


def progress(log: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """How far has each move come, and what is overdue?

    Args:
        log: `tables.AID_LOG`.
        as_of: Month reported: a move is overdue where its month is not later and some of it is outstanding.

    Returns:
        `tables.AID_PROGRESS`, overdue moves first, then the latest. What counts as proposed or agreed is the last entry that
        says so; deliveries add up. A move that was declined has nothing outstanding.
    """
    if log.empty:
        return AID_PROGRESS.empty()
    ordered = log.sort_values(["logged_on", "stage"], kind="stable")
    moves = ordered.groupby("move_id").last()
    counts = {
        stage: ordered[ordered["stage"] == stage].groupby("move_id")["pathways"].agg("sum" if stage == "delivered" else "last")
        for stage in _STAGES
    }  # fmt: skip
    for stage, found in counts.items():
        moves[stage] = found.reindex(moves.index).fillna(0).astype("Int64")
    due = ordered[ordered["stage"].isin(["agreed", "proposed"])].groupby("move_id")["month"].last()
    moves["month"] = due.reindex(moves.index).fillna(moves["month"])
    declined = moves["stage"] == "declined"
    moves["outstanding"] = (moves["agreed"] - moves["delivered"]).clip(lower=0).where(~declined, 0)
    moves["overdue"] = (moves["outstanding"] > 0) & (moves["month"] <= as_of)
    told = moves.reset_index().sort_values(["overdue", "logged_on", "move_id"], ascending=[False, False, True])
    return AID_PROGRESS.check(told[AID_PROGRESS.names].reset_index(drop=True))


def became(moved: pd.DataFrame, judged: pd.DataFrame) -> pd.DataFrame:
    """What happened to each list that pathways moved to or from, against what was forecast without the move?

    The forecast is the one that led, made as of the last month before the list's first move that one is judged of. It
    foresees no transfer, so it is the picture without. A list is above where its outturn is above the forecast's 80%
    interval: without any move that happens to one list in ten, so one list above is no proof.

    Args:
        moved: `tables.RTT_TRANSFERS`.
        judged: `tables.FORECASTS_JUDGED` of all lists, forecasts and back-casts; an origin's own forecast is taken before
            its back-cast.

    Returns:
        `tables.AID_RECORD`: a row a list, measure and month from the forecast on that is known; a list of which no forecast
        from before its first move is known has none.
    """
    ends = [
        moved.rename(columns={end: "provider_code"})[["month", *_CELL, "pathways"]].assign(way=way)
        for end, way in (("to_provider", "moved_in"), ("from_provider", "moved_out"))
    ]
    ways = pd.concat(ends, ignore_index=True)
    led = judged[judged["chosen"].astype(bool) & judged["measure"].isin(_MEASURES)]
    frames = []
    for (provider, code), mine in ways.groupby(_CELL):
        said = led[(led["provider_code"] == provider) & (led["treatment_function_code"] == code)]
        said = said[said["as_of"] < mine["month"].min()]
        said = said[said["as_of"] == said["as_of"].max()].sort_values("kind", ascending=False)
        said = said.drop_duplicates(["measure", "target_month"])  # a true forecast sorts before its back-cast
        if said.empty:
            continue
        sums = mine.pivot_table(index="month", columns="way", values="pathways", aggfunc="sum", fill_value=0)
        sums = sums.reindex(columns=["moved_in", "moved_out"], fill_value=0).sort_index().cumsum()
        months = sorted({*said["target_month"], *sums.index})
        so_far = sums.reindex(months).ffill().fillna(0)
        told = said.rename(columns={"target_month": "month"}).merge(so_far, left_on="month", right_index=True)
        role = "both" if (sums.iloc[-1] > 0).all() else "received" if sums["moved_in"].iloc[-1] else "sent"
        frames.append(told[told["month"] >= mine["month"].min()].assign(role=role))
    if not frames:
        return AID_RECORD.empty()
    rows = pd.concat(frames, ignore_index=True)
    above, below = rows["outturn"] > rows["upper_80"], rows["outturn"] < rows["lower_80"]
    rows["against"] = np.select([above, below], ["above", "below"], "within")
    net = (rows["moved_in"] - rows["moved_out"]).abs().astype(float)
    rows["tellable"] = net > (rows["upper_80"] - rows["lower_80"]) / 2
    for column in ("moved_in", "moved_out"):
        rows[column] = rows[column].round().astype("Int64")
    return AID_RECORD.check(rows[AID_RECORD.names].sort_values([*AID_RECORD.grain], ignore_index=True))
