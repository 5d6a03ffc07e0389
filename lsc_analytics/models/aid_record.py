"""What became of the moves of mutual aid: how far each has come, and each trust against what was forecast without them.

It proposes no move (`mutual_aid` does), makes no forecast and reads no files. Published counts do not tell a trust's own
pathways from those transferred in: what can and cannot be concluded from them is said in docs/action-log-contract.md.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.models import family, intervals
from lsc_analytics.reference import SYSTEM, add_months, months_between
from lsc_analytics.tables import (
    AID_ANSWERING,
    AID_PROGRESS,
    AID_RECORD,
    ALL_OWNERS,
    CANCER_AID_RECORD,
    RTT_TRANSFERS,
    Table,
    of_tests,
)

DM01_TRANSFERS = of_tests(RTT_TRANSFERS)
_MEASURES = 3  # the whole list, and its counts over the two shortest thresholds
_MONTHS_BEFORE = 12  # a trust's own earlier level, the season in it
_SINCE = "62_days"
_STAGES = ("proposed", "agreed", "delivered")


def transfers(log: pd.DataFrame) -> pd.DataFrame:
    """Pathways handed over, by month: what `rtt.flows` counts apart from removals. Those of cancer are on those lists too.

    Args:
        log: `tables.AID_LOG`.

    Returns:
        `tables.RTT_TRANSFERS`.
    """
    return _handed_over(log[log["pathway_kind"] != "diagnostic"], RTT_TRANSFERS)


def transfers_of_tests(log: pd.DataFrame) -> pd.DataFrame:
    """Waits for a test handed over, by month: `tables.RTT_TRANSFERS` with a test in the place of the specialty."""
    return _handed_over(log[log["pathway_kind"] == "diagnostic"], DM01_TRANSFERS)


def transfers_of_cancer(log: pd.DataFrame) -> pd.DataFrame:
    """Cancer pathways handed over, by month: `tables.RTT_TRANSFERS`."""
    return _handed_over(log[log["pathway_kind"] == "cancer"], RTT_TRANSFERS)


def _handed_over(log: pd.DataFrame, table: Table) -> pd.DataFrame:
    gone = log[(log["stage"] == "delivered") & (log["pathways"] > 0)]
    return table.check(gone.groupby([*table.grain])["pathways"].sum().reset_index())


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


def answering(told: pd.DataFrame) -> pd.DataFrame:
    """Who answers for the moves, and for how much of what is overdue?

    Args:
        told: `tables.AID_PROGRESS`.

    Returns:
        `tables.AID_ANSWERING`; no rows where there is no move.

    >>> told = answering(pd.DataFrame({"owner": ["A", "B", "B"], "agreed": [9, 50, 5], "delivered": [8, 20, 5],
    ...     "outstanding": [1, 30, 0], "overdue": [False, True, False], "logged_on": "2026-01-31"}))
    >>> told[["owner", "agreed", "delivered", "overdue"]].to_numpy().tolist()
    [['all', 64, 33, 30], ['B', 55, 25, 30], ['A', 9, 8, 0]]
    """
    late = told.assign(overdue=told["outstanding"].where(told["overdue"], 0))
    sums = {"agreed": "sum", "delivered": "sum", "overdue": "sum", "logged_on": "max"}
    own = late.groupby("owner", as_index=False).agg(sums).sort_values("overdue", ascending=False, kind="stable")
    all_owners = late.assign(owner=ALL_OWNERS).groupby("owner", as_index=False).agg(sums)
    return AID_ANSWERING.check(pd.concat([all_owners, own], ignore_index=True)[AID_ANSWERING.names])


def became(moved: pd.DataFrame, judged: pd.DataFrame) -> pd.DataFrame:
    """What happened to each list that pathways moved to or from, against what was forecast without the move?

    The forecast is the one that led, made as of the last month before the list's first move that one is judged of. It
    foresees no transfer, so it is the picture without. A list is above where its outturn is above the forecast's 80%
    interval: without any move that happens to one list in ten, so one list above is no proof.

    Args:
        moved: What was handed over (`transfers`, or `transfers_of_tests`).
        judged: `tables.FORECASTS_JUDGED`, or `tables.DM01_FORECASTS_JUDGED`, of all lists, forecasts and back-casts; an
            origin's own forecast is taken before its back-cast.

    Returns:
        `tables.AID_RECORD`, or `tables.DM01_AID_RECORD`: a row a list, measure and month from the forecast on that is known; a list of which no forecast
        from before its first move is known has none.
    """
    kind = family.of(moved)
    table: Table = kind.table(AID_RECORD)
    ways = _ways(moved, kind.cell)
    led = judged[judged["chosen"].astype(bool) & judged["measure"].isin(kind.ladder[:_MEASURES])]
    frames = []
    for (provider, code), mine in ways.groupby(kind.cell):
        said = led[(led["provider_code"] == provider) & (led[kind.function_column] == code)]
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
        role = _role(*sums.iloc[-1])
        frames.append(told[told["month"] >= mine["month"].min()].assign(role=role))
    if not frames:
        return table.empty()
    rows = pd.concat(frames, ignore_index=True)
    above, below = rows["outturn"] > rows["upper_80"], rows["outturn"] < rows["lower_80"]
    rows["against"] = np.select([above, below], ["above", "below"], "within")
    net = (rows["moved_in"] - rows["moved_out"]).abs().astype(float)
    rows["tellable"] = net > (rows["upper_80"] - rows["lower_80"]) / 2
    for column in ("moved_in", "moved_out"):
        rows[column] = rows[column].round().astype("Int64")
    return table.check(rows[table.names].sort_values([*table.grain], ignore_index=True))


def became_of_cancer(moved: pd.DataFrame, positions: pd.DataFrame) -> pd.DataFrame:
    """Did a trust that cancer pathways were moved to treat fewer of its patients within 62 days than before?

    Nothing is forecast of cancer, so each trust is held against its own twelve months before the first move. Its share is
    lower, or higher, where the 95% interval of the change leaves no change out: without any move that happens to one trust in
    twenty.

    Args:
        moved: `tables.RTT_TRANSFERS` of cancer pathways (`transfers_of_cancer`).
        positions: `tables.CANCER_POSITION`, up to the month reported.

    Returns:
        `tables.CANCER_AID_RECORD`, a row a trust; one without a month counted before its first move, or since, has none.
    """
    counted = positions[(positions["cancer_standard"] == _SINCE) & (positions["treated"] > 0)]
    rows = []
    for provider, mine in _ways(moved, ["provider_code"]).groupby("provider_code"):
        first, own = mine["month"].min(), counted[counted["provider_code"] == provider]
        earlier = own["month"].isin(months_between(add_months(first, -_MONTHS_BEFORE), add_months(first, -1)))
        before, since = own[earlier], own[own["month"] >= first]
        if before.empty or since.empty:
            continue
        ways = mine[mine["month"] <= since["month"].max()].groupby("way")["pathways"].sum()
        moved_in, moved_out = (int(ways.get(way, 0)) for way in ("moved_in", "moved_out"))
        told = {
            "provider_code": provider,
            "moved_in": moved_in,
            "moved_out": moved_out,
            "role": _role(moved_in, moved_out),
        }
        told |= {"first_month": first, "last_month": since["month"].max(), "before_months": len(before)}
        for name, part in (("before", before), ("since", since)):
            told |= {f"{name}_{column}": part[column].sum() for column in ("treated", "within_standard")}
        rows.append(told)
    if not rows:
        return CANCER_AID_RECORD.empty()
    frame = pd.DataFrame(rows)
    for name in ("before", "since"):
        frame[f"{name}_percent"] = 100 * frame[f"{name}_within_standard"] / frame[f"{name}_treated"]
    frame["moved_percent"] = 100 * frame[["moved_in", "moved_out"]].max(axis=1) / frame["since_treated"]
    counts = (frame[f"{name}_{count}"] for name in ("since", "before") for count in ("within_standard", "treated"))
    frame["change_points"], frame["lower_95"], frame["upper_95"] = intervals.change(*counts)
    sure = [frame["upper_95"] < 0, frame["lower_95"] > 0]
    frame["against"] = np.select(sure, ["lower", "higher"], "no clear change")
    return CANCER_AID_RECORD.check(frame[CANCER_AID_RECORD.names])


def _ways(moved: pd.DataFrame, cell: list[str]) -> pd.DataFrame:
    """A row a provider, way and month of each transfer."""
    ends = [
        moved.rename(columns={end: "provider_code"})[["month", *cell, "pathways"]].assign(way=way)
        for end, way in (("to_provider", "moved_in"), ("from_provider", "moved_out"))
    ]
    return pd.concat(ends, ignore_index=True)


def _role(moved_in: float, moved_out: float) -> str:
    return "both" if moved_in and moved_out else "received" if moved_in else "sent"
