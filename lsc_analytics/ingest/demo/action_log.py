"""An invented action log of mutual aid, in the columns of its contract: moves delivered, declined, overdue and proposed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from lsc_analytics.ingest.aid_log import HEADER
from lsc_analytics.parameters import Demo, DemoMove, trust_name
from lsc_analytics.reference import add_months, month_end

NAME = "DEMO-action-log.csv"
_STREAM = 6  # of the seed: every kind of record draws apart from the others


def entries(demo: Demo) -> pd.DataFrame:
    """Every entry of the log: a row a move's proposal, agreement, refusal or delivery, in the order of their days."""
    rows = []
    for number, move in enumerate(demo.aid.moves):
        rows += _life(move, np.random.default_rng([demo.seed, _STREAM, number]))
    log = pd.DataFrame(rows, columns=HEADER)
    return log.sort_values(["logged_on", "move_id"], kind="stable", ignore_index=True)


def _life(move: DemoMove, random: np.random.Generator) -> list[tuple[object, ...]]:
    """One move from its proposal, some five weeks before its month, to as far as it came."""
    begins = dt.date.fromisoformat(f"{move.month}-01")
    proposed_on = begins - dt.timedelta(days=int(random.integers(30, 41)))
    decided_on = proposed_on + dt.timedelta(days=int(random.integers(10, 18)))
    agreed = round(move.pathways * random.uniform(0.7, 1.0))
    delivered = round(agreed * random.uniform(0.8, 1.0))
    first = round(delivered * 0.6)
    told: list[tuple[str, dt.date, str, int]] = [("proposed", proposed_on, move.month, move.pathways)]
    if move.outcome == "declined":
        told.append(("declined", decided_on, move.month, move.pathways))
    if move.outcome in ("agreed", "delivered"):
        told.append(("agreed", decided_on, move.month, agreed))
    if move.outcome == "delivered":
        after = add_months(move.month, 1)
        told += [
            ("delivered", month_end(month), month, n) for month, n in ((move.month, first), (after, delivered - first))
        ]
    return [
        (
            "demo", move.move_id, stage, day.isoformat(),
            f"Deputy chief operating officer, {trust_name(move.to_provider if stage != 'proposed' else move.from_provider, short=True)}",
            move.from_provider, move.to_provider, move.pathway_kind, *_code(move), month, count,
            move.reason if stage == "declined" else "",
        )
        for stage, day, month, count in told
    ]  # fmt: skip


def _code(move: DemoMove) -> tuple[str, str]:
    """Specialty and test of a move, of which it has one."""
    return ("", move.code) if move.pathway_kind == "diagnostic" else (move.code, "")
