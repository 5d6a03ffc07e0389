"""Who should hand how many pathways to whom, and when: whole pathways, in batches worth moving.

A linear programme gives the bound and what each offer is worth, integer programmes a treatment function the moves. It
knows nothing of how need was forecast or capacity offered, and asks no one: it proposes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linprog

from lsc_analytics.models.mutual_aid.whole import whole
from lsc_analytics.reference import add_months
from lsc_analytics.tables import AID_MOVES, AID_NEED, AID_OFFERS, AID_VALUES

_LIST = ["provider_code", "treatment_function_code"]
LEAST_NEED = 0.5  # expected breaches below this are nobody's: no pathway is moved for them
PATHWAYS, TEAM = "pathways", "team"


@dataclass(frozen=True)
class Rule:
    """What a proposal must keep to.

    Attributes:
        minimum_batch: Pathways below which a move is not worth a handover.
        travel_limit: Minutes beyond which nobody is asked to go.
        months_to_treatment: From a move to the receiver's clock stop, which uses the offer of that month.
        last_month: The standard's date, YYYY-MM: everyone moved is treated by then.
        team_travel_limit: Minutes beyond which no team is asked to go; 0 where teams stay where they are.
        team_batch: Pathways of a treatment function that fill one list, below which no team comes.
    """

    minimum_batch: int
    travel_limit: float
    months_to_treatment: int
    last_month: str
    team_travel_limit: float = 0.0
    team_batch: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """What is proposed, and how near the best that is.

    Attributes:
        moves: `tables.AID_MOVES`; empty where nothing helps.
        values: `tables.AID_VALUES`: the dual of every offer, of those of nothing too.
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

    def without(self, moves: pd.DataFrame, avoided: float, says: str) -> Proposal:
        """The same with some moves taken back, which would have avoided so many breaches."""
        return replace(self, moves=moves, breaches_with=self.breaches_with + avoided, says=says)


def propose(need: pd.DataFrame, offers: pd.DataFrame, minutes: Mapping[tuple[str, str], float], rule: Rule) -> Proposal:
    """Which moves leave the fewest breaches of the standard at its date?

    A pathway moves only to a list with a smaller share in breach, and no trust both sends and receives pathways of one
    treatment function. In order: fewest breaches; most equal waits (the largest share of a list in breach, specialty by
    specialty, made small); fewest moves; least travel. A pathway moved in a month was still waiting then, so of a list's
    pathways at risk the share moved, added up over the months, is at most the eligible share; each uses one offered clock
    stop so many months later, and offers count at their 10% figure. A team that goes to the sender's site uses its own
    offer in the same way; its patients stay where they are.

    Args:
        need: `tables.AID_NEED`, of the months in which a pathway may move. Lists that only receive have a row too, so
            that a receiver with a queue of its own is seen to have one.
        offers: `tables.AID_OFFERS`. One of nothing moves nobody, and is given its value all the same.
        minutes: Minutes from one provider to another; a pair that is not named is too far.
        rule: What the proposal must keep to.

    Returns:
        One `Proposal`. Nothing to do is no error: it says why.

    >>> need = pd.DataFrame({"provider_code": ["RXN"], "treatment_function_code": "C_110", "month": "2026-04",
    ...     "at_risk": 40.0, "breaches": 20.0, "eligible_share": 0.5, "team_share": 0.0, "list_size": 1000.0})
    >>> offers = pd.DataFrame({"provider_code": ["RXL"], "treatment_function_code": "C_110", "month": "2026-05",
    ...     "aid_clock_stops_p50": 12.0, "aid_clock_stops_p10": 10.0, "assumed": False})
    >>> told = propose(need, offers, {("RXN", "RXL"): 30.0}, Rule(5, 60.0, 1, "2026-07"))
    >>> told.moves["pathways"].tolist(), told.breaches_with  # ten of forty at risk, half of whom would have breached
    ([10], 15.0)
    """
    need, offers = AID_NEED.check(need), AID_OFFERS.check(offers)
    without = float(need.drop_duplicates(_LIST)["breaches"].sum())
    ways = _ways(need, offers, minutes, rule)
    if ways.empty:
        return Proposal(AID_MOVES.empty(), AID_VALUES.empty(), without, without, without, _why_not(need, offers))
    bound, values = _bound(ways)
    usable = ways[ways["offer"] >= ways["batch"]].reset_index(drop=True)
    moved = np.zeros(len(usable), dtype=int)
    for code, own in usable.groupby("treatment_function_code"):  # no limit joins two treatment functions
        here = own.reset_index(drop=True)
        moved[own.index] = whole(here, need[need["treatment_function_code"] == code], *limits(here)[:2])
    chosen = usable[moved > 0]
    moves = chosen[["from_provider", "to_provider", "treatment_function_code", "month", "move_type"]].assign(
        pathways=moved[moved > 0]
    )
    avoided = float((moved * usable["avoids"]).sum())
    says = "" if len(moves) else _why_none(need, offers, usable, rule)
    order = ["month", "treatment_function_code", "from_provider", "to_provider", "move_type"]
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
    """Every move that could help: one row a sender, receiver, treatment function, month and kind of move."""
    sending = need[(need["breaches"] >= LEAST_NEED) & (need["at_risk"] > 0)]
    sending = sending.assign(
        treated=sending["month"].map(lambda month: add_months(month, rule.months_to_treatment)).astype(str),
        avoids=(sending["breaches"] / sending["at_risk"]).clip(upper=1.0),
    )
    sending = sending[sending["treated"] <= rule.last_month]
    giving = offers.rename(columns={"provider_code": "to_provider", "month": "treated", "aid_clock_stops_p10": "offer"})
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
    # Never from a shorter wait to a longer one: that would pass the problem on, whatever the offer.
    ways = ways[(ways["from_provider"] != ways["to_provider"]) & (ours > theirs)]
    going = ways[(ways["minutes"] <= rule.travel_limit) & (ways["eligible_share"] > 0)]
    coming = ways[(ways["minutes"] <= rule.team_travel_limit) & (ways["team_share"] > 0)]
    batches = coming["treatment_function_code"].map(lambda code: max(rule.team_batch.get(code, 1), rule.minimum_batch))
    return pd.concat(
        [
            going.assign(move_type=PATHWAYS, batch=rule.minimum_batch, most_share=going["eligible_share"]),
            coming.assign(move_type=TEAM, batch=batches, most_share=coming["team_share"]),
        ],
        ignore_index=True,
    )


def _why_not(need: pd.DataFrame, offers: pd.DataFrame) -> str:
    if not (need["breaches"] >= LEAST_NEED).any():
        return "No list is expected to breach the standard at its date: nothing needs to move."
    if not (offers["aid_clock_stops_p10"] >= 1).any():
        return "Nobody offers a clock stop for mutual aid."
    if not ((need["eligible_share"] > 0) | (need["team_share"] > 0))[need["breaches"] >= LEAST_NEED].any():
        return "Nobody of those at risk is at a stage at which a pathway may move."
    return "No provider within the travel limit offers a clock stop in a specialty that needs one, in time."


def _why_none(need: pd.DataFrame, offers: pd.DataFrame, usable: pd.DataFrame, rule: Rule) -> str:
    if not (offers["aid_clock_stops_p10"] >= 1).any():
        return _why_not(need, offers)
    if usable.empty:
        return f"No provider within the travel limit offers a batch of {rule.minimum_batch} in a specialty that needs one, in time."
    return f"No move of {rule.minimum_batch} pathways or more would avoid a breach."


def limits(ways: pd.DataFrame) -> tuple[sparse.csr_array, np.ndarray, pd.Index]:
    """Rows over columns: every offer, then every list's eligible shares; their room; and which offer each row is."""
    size = len(ways)
    slots = pd.MultiIndex.from_frame(ways[["to_provider", "treatment_function_code", "treated"]])
    lists = pd.MultiIndex.from_frame(ways[["from_provider", "treatment_function_code"]])
    (slot, slot_names), (sender, _) = pd.factorize(slots), pd.factorize(lists)
    columns = np.arange(size)
    offered = sparse.csr_array((np.ones(size), (slot, columns)), shape=(len(slot_names), size))
    # Of those at risk as a month begins, some are seen before the next: in shares of them, moves of all months add up.
    weight = 1 / ways["at_risk"].to_numpy()
    together = sparse.csr_array((weight, (sender, columns)))
    travelling = sparse.csr_array((weight * (ways["move_type"] == PATHWAYS), (sender, columns)))
    offer = ways.groupby(slot)["offer"].first().to_numpy()
    share = ways.groupby(sender)["most_share"].max().to_numpy()
    eligible = ways.groupby(sender)["eligible_share"].first().to_numpy()
    stacked = sparse.vstack([offered, together, travelling], format="csr")
    return stacked, np.concatenate([offer, share, eligible]), slot_names


def _bound(ways: pd.DataFrame) -> tuple[float, pd.DataFrame]:
    """The most breaches that moves of any size would avoid, and what one more of each offered clock stop would."""
    matrix, room, slots = limits(ways)
    answer = linprog(-ways["avoids"].to_numpy(), A_ub=matrix, b_ub=room, method="highs")
    worth = np.maximum(-answer.ineqlin.marginals[: len(slots)], 0.0)
    values = pd.DataFrame(list(slots), columns=["provider_code", "treatment_function_code", "month"])
    return float(-answer.fun), values.assign(breaches_avoided=worth)
