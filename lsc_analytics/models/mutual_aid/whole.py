"""Whole pathways of one treatment function, move by move: an integer programme small enough to settle."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

# The later aims, in parts of the least that one pathway avoids, so that none outbids it: evening out the worst share by a
# pathway is worth a tenth at most; a pathway moved a ten-thousandth, a handover and the longest journey a tenth of that.
_EQUAL_MOST, _EQUAL_LEAST, _FEW, _LESS = 0.1, 1e-3, 1e-4, 0.1
# Branches looked at: the best plan found by then stands, and the gap says how near the bound it is. Counted, not timed, so
# that a busy machine proposes the same; where nothing was found, it looks on.
_BRANCHES = (60, 20_000)
_GAP, _EXACT, _FEW_WAYS = 1e-3, 1e-9, 12  # of what is avoided; none where so few moves compete


def whole(ways: pd.DataFrame, need: pd.DataFrame, matrix: sparse.csr_array, room: np.ndarray) -> np.ndarray:
    """How many pathways each way takes: fewest breaches, then most equal waits, then fewest moves, then least travel.

    One programme, whose later aims weigh so little that one pathway's breaches outbid them.

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
