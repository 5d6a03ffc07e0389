"""What the moves do, draw by draw, when demand is high and the offered capacity fails in the same draws.

Each list's own breaches are drawn from the quantiles of its forecast; all lists share a part of the uncertainty, and one
list is uncertain the same way in every month and for every standard. Offers are drawn from their middle and 10% figures.
It proposes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from lsc_analytics.models.mutual_aid.programme import PATHWAYS
from lsc_analytics.parameters.mutual_aid import AidStress, WhenCapacityFails
from lsc_analytics.reference import add_months, months_between

_LIST = ["provider_code", "treatment_function_code"]
_ENDS = {"lower_95": 0.025, "lower_80": 0.1, "median": 0.5, "upper_80": 0.9, "upper_95": 0.975}
_TENTH = 0.1


@dataclass(frozen=True)
class Draws:
    """The system without any move.

    Attributes:
        lists: Provider and treatment function of each list.
        months: Months ahead, in order.
        standards: Weeks.
        own: (draws, lists, months, standards) own breaches; None of it moves when pathways do.
        mean: (lists, months, standards) expected own breaches.
    """

    lists: pd.MultiIndex
    months: list[str]
    standards: list[int]
    own: np.ndarray
    mean: np.ndarray


@dataclass(frozen=True)
class Outcome:
    """What became of everybody under the moves. The first axis is draws, or one where nothing is drawn.

    Attributes:
        own: (draws, lists, months, standards) breaches of own pathways.
        imported: The same of pathways transferred in, by their original clock.
        waiting: (draws, lists, months) pathways transferred in, or promised a visiting team, and not treated yet.
        treated: (draws, lists, months) treated so far.
        displaced: (draws, lists, months) own pathways that wait because those of others took their slots.
    """

    own: np.ndarray
    imported: np.ndarray
    waiting: np.ndarray
    treated: np.ndarray
    displaced: np.ndarray


def draw(outlook: pd.DataFrame, about: AidStress) -> Draws:
    """Own breaches of every list, month and standard, drawn together.

    The same list has the same chance in every month and for every standard; `shared` of its variance is that of all
    lists. Chances are spread evenly over each list's draws, so that its 90% point is the forecast's own.

    Args:
        outlook: A row a list, month and standard, as `need.outlook` gives it.
        about: How many draws, and how much is shared.
    """
    ordered = outlook.sort_values([*_LIST, "month", "standard"])
    lists = pd.MultiIndex.from_frame(ordered[_LIST].drop_duplicates())
    months, standards = sorted(ordered["month"].unique()), sorted(int(n) for n in ordered["standard"].unique())
    shape = (len(lists), len(months), len(standards))
    random = np.random.default_rng(about.seed)
    common = random.standard_normal((about.draws, 1))
    own = random.standard_normal((about.draws, len(lists)))
    chance = np.sqrt(about.shared) * common + np.sqrt(1 - about.shared) * own
    # As ranks, evenly spread: what is drawn of one list has the forecast's own quantiles, with no luck in them.
    ranks = (chance.argsort(axis=0).argsort(axis=0) + 0.5) / about.draws
    ends = np.stack([ordered[name].to_numpy(float).reshape(shape) for name in _ENDS], axis=-1)
    told = np.empty((about.draws, *shape))
    for place in range(len(lists)):
        told[:, place] = _quantiles(ends[place], ranks[:, place])
    return Draws(lists, months, standards, told, ordered["mean"].to_numpy(float).reshape(shape))


def _quantiles(ends: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Straight lines between the quantiles; beyond them the outer tenth goes on as far again.

    >>> _quantiles(np.array([[0.0, 2.0, 5.0, 9.0, 12.0]]), np.array([0.1, 0.5, 0.9]))[:, 0].tolist()
    [2.0, 5.0, 9.0]
    """
    levels = np.array([0.0, *_ENDS.values(), 1.0])
    lowest = np.maximum(2 * ends[..., :1] - ends[..., 1:2], 0.0)
    highest = 2 * ends[..., -1:] - ends[..., -2:-1]
    points = np.concatenate([lowest, ends, highest], axis=-1)
    place = np.clip(np.searchsorted(levels, at, side="right") - 1, 0, len(levels) - 2)
    part = (at - levels[place]) / np.diff(levels)[place]
    low, high = np.moveaxis(points[..., place], -1, 0), np.moveaxis(points[..., place + 1], -1, 0)
    along = part.reshape(-1, *([1] * (ends.ndim - 1)))
    return np.maximum(low + along * (high - low), 0.0)


def offers_failing(providers: Sequence[str], about: AidStress) -> dict[str, np.ndarray]:
    """For each provider, how far below its middle figure its offers are in each draw, in units of (p50 - p10).

    Every draw is in the worst tenth: the 10% figure, or worse; a provider's offers fail all together.

    Returns:
        Provider: (draws,) numbers of 1 or more.
    """
    told = {}
    for provider in sorted(providers):
        random = np.random.default_rng([about.seed, *provider.encode()])
        chance = (random.permutation(about.draws) + 0.5) / about.draws * _TENTH
        told[provider] = ndtri(chance) / ndtri(_TENTH)
    return told


def play(
    moves: pd.DataFrame,
    draws: Draws,
    risk: pd.DataFrame,
    offers: pd.DataFrame,
    months_to_treatment: int,
    when: WhenCapacityFails,
    failing: AidStress | None = None,
) -> Outcome:
    """What becomes of every list under the moves, with offers at their 10% figure, or failing in draws?

    Month by month, those due are treated by what is offered that month, those due longest first; who is not, waits for
    the next month's offer (`own_first`), or takes the receiver's own slots (`longest_first`): then as many of the
    receiver's own pathways wait, counted as over a standard as often as those at risk there are.

    A sender's own breaches fall by those moved who would still have been waiting and over the standard, in draws with
    more breaches by more. Pathways that a visiting team sees leave their sender's ledger when they are treated.

    Args:
        moves: `tables.AID_MOVES`.
        draws: The system without them.
        risk: A row a list, month and standard: `at_risk`, `over_share`; the as-of month too.
        offers: `tables.AID_OFFERS`.
        months_to_treatment: From a move to the clock stop.
        when: Who waits when capacity fails.
        failing: Draw demand, and let every offer be at its 10% figure or worse; None: nothing is drawn.
    """
    count = draws.own.shape[0] if failing else 1
    base = draws.own if failing else draws.mean[None]
    lists, months, shape = draws.lists, draws.months, (count, len(draws.lists), len(draws.months))
    relief, imported = np.zeros_like(base), np.zeros_like(base)
    waiting, treated, displaced = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    short = offers_failing(moves["to_provider"].unique().tolist(), failing) if failing else {}
    key = zip(offers["provider_code"], offers["treatment_function_code"], offers["month"], strict=True)
    figures = offers[["aid_clock_stops_p50", "aid_clock_stops_p10"]].itertuples(index=False, name=None)
    offered = dict(zip(key, figures, strict=True))
    at, over = _known(risk, draws)
    ratio = np.divide(base, draws.mean, out=np.ones_like(base), where=draws.mean > 0)
    for (receiver, code), mine in moves.groupby(["to_provider", "treatment_function_code"]):
        receiver, code = str(receiver), str(code)
        place = lists.get_loc((receiver, code)) if (receiver, code) in lists else None
        slots = np.zeros((count, len(months)))
        for step, month in enumerate(months):
            middle, sure = offered.get((receiver, code, month), (0.0, 0.0))
            below = short[receiver] if failing else np.ones(1)
            slots[:, step] = np.maximum(middle - (middle - sure) * below, 0.0)
        rows = mine.sort_values(["month", "from_provider", "move_type"]).to_dict("records")
        served, helped = _served(rows, slots, months, months_to_treatment, when)
        if place is not None:
            displaced[:, place] += helped
        for row, done in zip(rows, served, strict=True):
            sender = lists.get_loc((row["from_provider"], code))
            first = months.index(row["month"])
            here = np.zeros((count, len(months)))
            here[:, first:] = row["pathways"] - done[:, first:]
            still = at[sender, first:] / max(at[sender, first - 1] if first else at[sender, 0], 1e-9)
            gone = (
                done
                if row["move_type"] != PATHWAYS
                else np.where(np.arange(len(months)) >= first, row["pathways"], 0.0)[None]
            )
            share = np.zeros((len(months), len(draws.standards)))
            share[first:] = np.clip(still, 0, 1)[:, None] * over[sender, first:]
            relief[:, sender] += gone[..., None] * np.minimum(share * ratio[:, sender], 1.0)
            if place is not None:
                waiting[:, place] += here
                treated[:, place] += done
                if row["move_type"] == PATHWAYS:
                    imported[:, place] += here[..., None] * over[sender]
    harm = displaced[..., None] * over
    own = np.maximum(base - relief, 0.0) + harm
    return Outcome(own, imported, waiting, treated, displaced)


def _known(risk: pd.DataFrame, draws: Draws) -> tuple[np.ndarray, np.ndarray]:
    """At the end of each month ahead: those at risk (the month before the first is not needed), and who of them is over."""
    shape = (len(draws.lists), len(draws.months), len(draws.standards))
    ordered = risk[risk["month"].isin(draws.months)].sort_values([*_LIST, "month", "standard"])
    ordered = ordered.set_index(_LIST).loc[draws.lists].reset_index()
    at = ordered["at_risk"].to_numpy(float).reshape(shape)[..., 0]
    return at, ordered["over_share"].to_numpy(float).reshape(shape)


def _served(
    rows: list[dict], slots: np.ndarray, months: list[str], wait: int, when: WhenCapacityFails
) -> tuple[list[np.ndarray], np.ndarray]:
    """For each move, treated so far by month (draws, months); and own pathways whose slots they took, so far."""
    count, horizon = slots.shape
    done = [np.zeros((count, horizon)) for _ in rows]
    taken = np.zeros((count, horizon))
    due = [months.index(add_months(row["month"], wait)) for row in rows]
    for step in range(horizon):
        left = slots[:, step].copy()
        for place in sorted(range(len(rows)), key=lambda place: due[place]):
            before = done[place][:, step - 1] if step else np.zeros(count)
            done[place][:, step] = before
            if due[place] > step:
                continue
            wanted = rows[place]["pathways"] - before
            seen = np.minimum(wanted, left)
            left -= seen
            if when == "longest_first":
                taken[:, step:] += (wanted - seen)[:, None]
                seen = wanted
            done[place][:, step] = before + seen
    return done, taken


def months_ahead(as_of: str, by: str) -> list[str]:
    """The months after one up to another.

    >>> months_ahead("2026-01", "2026-03")
    ['2026-02', '2026-03']
    """
    return months_between(as_of, by)[1:]
