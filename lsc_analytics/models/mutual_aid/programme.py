"""Who should hand how many pathways to whom, and when: whole pathways, in batches worth moving.

A linear programme gives the bound and what each offer is worth, an integer programme a treatment function the moves. It
knows nothing of how need was forecast or capacity offered, and asks no one: it proposes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from lsc_analytics.reference import add_months
from lsc_analytics.tables import AID_MOVES, AID_NEED, AID_OFFERS, AID_VALUES

_LIST = ["provider_code", "treatment_function_code"]
# Breaches that a later aim may cost: all of the most equal waits, the fewest moves and the least travel weigh less than
# one move's effect, each about a tenth of the one before.
_EQUAL, _FEW, _NEAR = 1e-3, 1e-4, 1e-5
_SECONDS = 1.0  # for one treatment function; the best plan found by then stands, and the gap says how near it is
_LEAST_NEED = 0.5  # expected breaches below this are nobody's: no pathway is moved for them


@dataclass(frozen=True)
class Rule:
    """What a proposal must keep to.

    Attributes:
        minimum_batch: Pathways below which a move is not worth a handover.
        travel_limit: Minutes beyond which nobody is asked to go.
        months_to_treatment: From a move to the receiver's clock stop, which uses the offer of that month.
        last_month: The standard's date, YYYY-MM: everyone moved is treated by then.
    """

    minimum_batch: int
    travel_limit: float
    months_to_treatment: int
    last_month: str


@dataclass(frozen=True)
class Proposal:
    """What is proposed, and how near the best that is.

    Attributes:
        moves: `tables.AID_MOVES`; empty where nothing helps.
        values: `tables.AID_VALUES`: the dual of every offer.
        breaches_without: Expected breaches at the date over all lists with a need.
        breaches_with: The same after the moves.
        breaches_bound: No plan of whole or split pathways does better than this: `breaches_with` less it is the gap.
        says: Why nothing is proposed, or an empty sentence.
    """

    moves: pd.DataFrame
    values: pd.DataFrame
    breaches_without: float
    breaches_with: float
    breaches_bound: float
    says: str


def propose(need: pd.DataFrame, offers: pd.DataFrame, minutes: Mapping[tuple[str, str], float], rule: Rule) -> Proposal:
    """Which moves leave the fewest breaches of the standard at its date?

    A pathway moves only to a list with a smaller share in breach, and no trust both sends and receives pathways of one
    treatment function. In order: fewest breaches; most equal (the largest share of a list in breach, specialty by specialty, made small);
    fewest moves; least travel. A pathway moved in a month was still
    waiting then, so of a list's pathways at risk the share moved, added up over the months, is at most the eligible
    share; each uses one offered clock stop so many months later, and offers count at their 10% figure.

    Args:
        need: `tables.AID_NEED`, of the months in which a pathway may move.
        offers: `tables.AID_OFFERS`.
        minutes: Minutes from one provider to another; a pair that is not named is too far.
        rule: What the proposal must keep to.

    Returns:
        One `Proposal`. Nothing to do is no error: it says why.

    >>> need = pd.DataFrame({"provider_code": ["RXN"], "treatment_function_code": "C_110", "month": "2026-04",
    ...     "at_risk": 40.0, "breaches": 20.0, "eligible_share": 0.5, "list_size": 1000.0})
    >>> offers = pd.DataFrame({"provider_code": ["RXL"], "treatment_function_code": "C_110", "month": "2026-05",
    ...     "aid_clock_stops_p50": 12.0, "aid_clock_stops_p10": 10.0, "assumed": False})
    >>> told = propose(need, offers, {("RXN", "RXL"): 30.0}, Rule(5, 60.0, 1, "2026-07"))
    >>> told.moves["pathways"].tolist(), told.breaches_with  # ten of forty at risk, half of whom would have breached
    ([10], 15.0)
    """
    need, offers = AID_NEED.check(need), AID_OFFERS.check(offers)
    lists = need.drop_duplicates(_LIST)
    without = float(lists["breaches"].sum())
    ways = _ways(need, offers, minutes, rule)
    if ways.empty:
        return Proposal(AID_MOVES.empty(), AID_VALUES.empty(), without, without, without, _why_not(need, offers))
    bound, values = _bound(ways)
    moved = np.zeros(len(ways), dtype=int)
    for code, own in ways.groupby("treatment_function_code"):  # no limit joins two treatment functions
        moved[own.index] = _whole(own, need[need["treatment_function_code"] == code], rule)
    chosen = ways[moved > 0]
    moves = chosen[["from_provider", "to_provider", "treatment_function_code", "month"]].assign(
        pathways=moved[moved > 0]
    )
    avoided = float((moved * ways["avoids"]).sum())
    says = "" if len(moves) else f"No move of {rule.minimum_batch} pathways or more would avoid a breach."
    order = ["month", "treatment_function_code", "from_provider", "to_provider"]
    return Proposal(
        AID_MOVES.check(moves.sort_values(order, ignore_index=True)),
        AID_VALUES.check(values),
        without,
        without - avoided,
        without - bound,
        says,
    )


def _ways(
    need: pd.DataFrame, offers: pd.DataFrame, minutes: Mapping[tuple[str, str], float], rule: Rule
) -> pd.DataFrame:
    """Every move that could help: one row a sender, receiver, treatment function and month."""
    sending = need[(need["breaches"] >= _LEAST_NEED) & (need["at_risk"] > 0) & (need["eligible_share"] > 0)]
    sending = sending.assign(
        treated=sending["month"].map(lambda month: add_months(month, rule.months_to_treatment)).astype(str),
        avoids=(sending["breaches"] / sending["at_risk"]).clip(upper=1.0),
    )
    sending = sending[sending["treated"] <= rule.last_month]
    giving = offers[offers["aid_clock_stops_p10"] >= 1].rename(
        columns={"provider_code": "to_provider", "month": "treated", "aid_clock_stops_p10": "offer"}
    )
    ways = sending.rename(columns={"provider_code": "from_provider"}).merge(
        giving[["to_provider", "treatment_function_code", "treated", "offer"]],
        on=["treatment_function_code", "treated"],
    )
    pairs = zip(ways["from_provider"], ways["to_provider"], strict=True)
    ways["minutes"] = [minutes.get(pair, np.inf) for pair in pairs]
    share = (need["breaches"] / need["list_size"].clip(lower=1.0)).groupby([need[name] for name in _LIST]).first()
    ours, theirs = (
        share.reindex(pd.MultiIndex.from_frame(ways[[end, "treatment_function_code"]])).fillna(0.0).to_numpy()
        for end in ("from_provider", "to_provider")
    )
    near = (ways["from_provider"] != ways["to_provider"]) & (ways["minutes"] <= rule.travel_limit)
    # Never from a shorter wait to a longer one: that would pass the problem on, whatever the offer.
    return ways[near & (ours > theirs)].reset_index(drop=True)


def _why_not(need: pd.DataFrame, offers: pd.DataFrame) -> str:
    if not (need["breaches"] >= _LEAST_NEED).any():
        return "No list is expected to breach the standard at its date: nothing needs to move."
    if not (offers["aid_clock_stops_p10"] >= 1).any():
        return "Nobody offers a clock stop for mutual aid."
    return "No provider within the travel limit offers a clock stop in a specialty that needs one, in time."


def _limits(ways: pd.DataFrame) -> tuple[sparse.csr_array, np.ndarray, pd.Index]:
    """Rows over columns: every offer, then every list's eligible share; their room; and which offer each row is."""
    size = len(ways)
    slots = pd.MultiIndex.from_frame(ways[["to_provider", "treatment_function_code", "treated"]])
    lists = pd.MultiIndex.from_frame(ways[["from_provider", "treatment_function_code"]])
    (slot, slot_names), (sender, _) = pd.factorize(slots), pd.factorize(lists)
    columns = np.arange(size)
    offered = sparse.csr_array((np.ones(size), (slot, columns)), shape=(len(slot_names), size))
    # Of those at risk as a month begins, some are seen before the next: in shares of them, moves of all months add up.
    moved = sparse.csr_array((1 / ways["at_risk"].to_numpy(), (sender, columns)))
    offer = ways.groupby(slot)["offer"].first().to_numpy()
    share = ways.groupby(sender)["eligible_share"].first().to_numpy()
    return sparse.vstack([offered, moved], format="csr"), np.concatenate([offer, share]), slot_names


def _bound(ways: pd.DataFrame) -> tuple[float, pd.DataFrame]:
    """The most breaches that moves of any size would avoid, and what one more of each offered clock stop would."""
    limits, room, slots = _limits(ways)
    answer = linprog(-ways["avoids"].to_numpy(), A_ub=limits, b_ub=room, method="highs")
    worth = np.maximum(-answer.ineqlin.marginals[: len(slots)], 0.0)
    values = pd.DataFrame(list(slots), columns=["provider_code", "treatment_function_code", "month"])
    return float(-answer.fun), values.assign(breaches_avoided=worth)


def _whole(ways: pd.DataFrame, need: pd.DataFrame, rule: Rule) -> np.ndarray:
    """Whole pathways of one treatment function, move by move: an integer programme small enough to settle.

    Its unknowns: pathways of every move; whether it is made; whether a list sends; the worst share of a list in breach.
    The later aims weigh too little against the earlier ones to outbid a pathway's worth of them.
    """
    limits, room, _ = _limits(ways)
    size = len(ways)
    lists = need.drop_duplicates("provider_code").set_index("provider_code")
    width = 2 * size + len(lists) + 1
    of_sender, of_receiver = (lists.index.get_indexer(pd.Index(ways[end])) for end in ("from_provider", "to_provider"))
    avoids, moves = ways["avoids"].to_numpy(), np.arange(size)
    most = np.minimum(ways["offer"].to_numpy(), (ways["eligible_share"] * ways["at_risk"]).to_numpy())
    known = of_receiver >= 0  # a provider that only offers has no list here, and cannot send

    def rows(*entries: tuple[np.ndarray, np.ndarray, np.ndarray | float], count: int) -> sparse.csr_array:
        row, column, value = (np.concatenate(part) for part in zip(*[(r, c, np.broadcast_to(v, r.shape)) for r, c, v in entries], strict=True))  # fmt: skip
        return sparse.csr_array((value, (row, column)), shape=(count, width))

    made, sends = size + moves, 2 * size + of_sender
    big = np.maximum(lists["list_size"].to_numpy(), 1.0)
    at = np.arange(len(lists))
    constraints = [
        LinearConstraint(sparse.hstack([limits, sparse.csr_array((limits.shape[0], width - size))]), ub=room),
        LinearConstraint(rows((moves, moves, 1.0), (moves, made, -most), count=size), ub=0),
        LinearConstraint(rows((moves, moves, -1.0), (moves, made, float(rule.minimum_batch)), count=size), ub=0),
        LinearConstraint(rows((moves, made, 1.0), (moves, sends, -1.0), count=size), ub=0),
        LinearConstraint(
            rows((moves[known], made[known], 1.0), (moves[known], 2 * size + of_receiver[known], 1.0), count=size), ub=1
        ),
        LinearConstraint(
            rows((of_sender, moves, -avoids / big[of_sender]), (at, np.full(len(at), width - 1), -1.0), count=len(at)),
            ub=-lists["breaches"].to_numpy() / big,
        ),
    ]
    furthest = max(float(ways["minutes"].max()), 1.0)
    aims = np.concatenate(
        [-avoids + _FEW + _NEAR * ways["minutes"] / furthest, np.zeros(size + len(lists)), [_EQUAL * big.sum()]]
    )
    answer = milp(
        aims,
        constraints=constraints,
        integrality=np.concatenate([np.ones(width - 1), [0]]),
        bounds=Bounds(0, np.concatenate([np.floor(most), np.ones(size + len(lists)), [np.inf]])),
        options={"time_limit": _SECONDS, "mip_rel_gap": 1e-6},
    )
    return np.zeros(size, dtype=int) if answer.x is None else np.round(answer.x[:size]).astype(int)
