"""Whole pathways of one treatment function, move by move: an integer programme where it can be settled, else rounded."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

# The later aims, in parts of the least that one pathway avoids, so that none outbids it: evening out the worst share by a
# pathway is worth a tenth at most; a pathway moved a ten-thousandth, a handover and the longest journey a tenth of that.
_EQUAL_MOST, _EQUAL_LEAST, _FEW, _LESS = 0.1, 1e-3, 1e-4, 0.1
# Branches looked at: the best plan found by then stands, and the gap says how near the bound it is. Counted, not timed, so
# that a busy machine proposes the same; where nothing was found, it looks on.
_BRANCHES = (60, 20_000)
_SETTLED = 24  # moves that compete in one treatment function, up to which it is settled and not rounded
_GAP, _EXACT, _FEW_WAYS = 1e-3, 1e-9, 12  # of what is avoided; none where so few moves compete


def rounded(ways: pd.DataFrame, need: pd.DataFrame, matrix: sparse.csr_array, room: np.ndarray) -> np.ndarray:
    """Whole pathways from the linear programme: roles by what it moves, its moves rounded to batches, then filled up.

    A list sends or receives, whichever it does more of in the programme without batches. Its moves are rounded down,
    those below a batch left out; what room is left goes to the moves worth most, the larger share in breach and the
    nearer first. Every step keeps every limit.

    Args:
        ways: As for `whole`.
        need: As for `whole`.
        matrix: As for `whole`.
        room: As for `whole`.

    Returns:
        One whole count a move.
    """
    avoids, batch = ways["avoids"].to_numpy(), ways["batch"].to_numpy()
    senders, receivers = ways["from_provider"].to_numpy(str), ways["to_provider"].to_numpy(str)
    most = np.floor(
        np.minimum(ways["offer"].to_numpy(float), (ways["most_share"] * ways["at_risk"]).to_numpy(float)) + 1e-9
    )
    free = linprog(
        -avoids, A_ub=matrix, b_ub=room, bounds=np.stack([np.zeros_like(most), most], axis=1), method="highs"
    ).x
    sends = {p: (free * avoids)[senders == p].sum() > (free * avoids)[receivers == p].sum() for p in {*senders}}
    fits = np.array([sends[a] and not sends.get(b, False) for a, b in zip(senders, receivers, strict=True)])
    bounds = np.stack([np.zeros_like(most), np.where(fits, most, 0.0)], axis=1)
    split = np.floor(linprog(-avoids, A_ub=matrix, b_ub=room, bounds=bounds, method="highs").x + 1e-6)
    share = (need["breaches"] / need["list_size"].clip(lower=1.0)).groupby(need["provider_code"]).first()
    order = np.lexsort((ways["minutes"].to_numpy(), -share.loc[ways["from_provider"]].to_numpy(), -np.round(avoids, 4)))
    order = order[fits[order]]
    begun = (np.where(split >= batch, split, 0.0), np.zeros_like(split))  # from its whole batches, or from nothing
    plans = [_filled(told, order, most, batch, matrix.tocsc(), room) for told in begun]
    return max(plans, key=lambda plan: float(plan @ avoids)).astype(int)


def _filled(
    told: np.ndarray, order: np.ndarray, most: np.ndarray, batch: np.ndarray, matrix: sparse.csc_array, room: np.ndarray
) -> np.ndarray:
    """The plan with what room is left given to the moves in order, a batch or more at a time."""
    left = room - matrix @ told
    for move in order:
        rows = slice(matrix.indptr[move], matrix.indptr[move + 1])
        at, weight = matrix.indices[rows], matrix.data[rows]
        more = min(
            np.floor((left[at] / np.where(weight > 0, weight, np.inf)).min(where=weight > 0, initial=np.inf) + 1e-9),
            most[move] - told[move],
        )
        if more >= 1 and told[move] + more >= batch[move]:
            told[move] += more
            left[at] -= more * weight
    return told


def whole(ways: pd.DataFrame, need: pd.DataFrame, matrix: sparse.csr_array, room: np.ndarray) -> np.ndarray:
    """How many pathways each way takes: fewest breaches, then most equal waits, then fewest moves, then least travel.

    One programme, whose later aims weigh so little that one pathway's breaches outbid them; where very many moves compete,
    the rounded linear programme instead.

    The unknowns: pathways of every move; whether it is made; whether a list sends; the worst share of a list in breach.

    Args:
        ways: Moves that could be made, as `programme` has them.
        need: `tables.AID_NEED` of the treatment function.
        matrix: Limits, rows over moves.
        room: Of each row.

    Returns:
        One whole count a move; all nothing where no plan was found in time.
    """
    size = len(ways)
    if size > _SETTLED:
        return rounded(ways, need, matrix, room)
    lists = need.drop_duplicates("provider_code").set_index("provider_code")
    width = 2 * size + len(lists) + 1
    of_sender, of_receiver = (lists.index.get_indexer(pd.Index(ways[end])) for end in ("from_provider", "to_provider"))
    avoids, moves = ways["avoids"].to_numpy(), np.arange(size)
    most = np.floor(np.minimum(ways["offer"].to_numpy(), (ways["most_share"] * ways["at_risk"]).to_numpy()) + 1e-9)
    known = of_receiver >= 0  # a provider that only offers has no list here, and cannot send

    def rows(*entries: tuple[np.ndarray, np.ndarray, np.ndarray | float], count: int) -> sparse.csr_array:
        row, column, value = (np.concatenate(part) for part in zip(*[(r, c, np.broadcast_to(v, r.shape)) for r, c, v in entries], strict=True))  # fmt: skip
        return sparse.csr_array((value, (row, column)), shape=(count, width))

    made, sends = size + moves, 2 * size + of_sender
    big = np.maximum(lists["list_size"].to_numpy(), 1.0)
    at = np.arange(len(lists))
    worst = np.full(len(at), width - 1)
    kept = [
        LinearConstraint(sparse.hstack([matrix, sparse.csr_array((matrix.shape[0], width - size))]), ub=room),
        LinearConstraint(rows((moves, moves, 1.0), (moves, made, -most), count=size), ub=0),
        LinearConstraint(rows((moves, moves, -1.0), (moves, made, ways["batch"].to_numpy(float)), count=size), ub=0),
        LinearConstraint(rows((moves, made, 1.0), (moves, sends, -1.0), count=size), ub=0),
        LinearConstraint(
            rows((moves[known], made[known], 1.0), (moves[known], 2 * size + of_receiver[known], 1.0), count=size), ub=1
        ),
        LinearConstraint(
            rows((of_sender, moves, -avoids / big[of_sender]), (at, worst, -1.0), count=len(at)),
            ub=-lists["breaches"].to_numpy() / big,
        ),
    ]
    furthest = max(float(ways["minutes"].max()), 1.0)
    least = float(avoids.min())
    per_pathway = avoids / big[of_sender]
    equal = min(_EQUAL_LEAST * least / float(per_pathway.min()), _EQUAL_MOST * least / float(per_pathway.max()))
    few = _FEW * least
    aims = np.concatenate(
        [
            few - avoids + few * _LESS * _LESS * ways["minutes"].to_numpy() / furthest,
            np.full(size, few * _LESS),
            np.zeros(len(lists)),
            [equal],
        ]
    )
    bounds = Bounds(0, np.concatenate([most, np.ones(size + len(lists)), [np.inf]]))
    integrality = np.concatenate([np.ones(width - 1), [0]])
    found: np.ndarray | None = None
    for branches in _BRANCHES:
        options = {"node_limit": branches, "mip_rel_gap": _EXACT if size <= _FEW_WAYS else _GAP}
        found = milp(aims, constraints=kept, integrality=integrality, bounds=bounds, options=options).x
        if found is not None:
            break
    return np.zeros(size, dtype=int) if found is None else np.round(found[:size]).astype(int)
