"""What a proposal is worth beside others: one more clock stop or list, offers used and unused, one list for all."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.models.mutual_aid.programme import Proposal
from lsc_analytics.parameters import Capacity
from lsc_analytics.reference import add_months
from lsc_analytics.tables import AID_MONTHS, AID_OFFERED, AID_OFFERS_USED, AID_POLICIES, AID_WORTH

_LIST = ["provider_code", "treatment_function_code"]


def worth(values: pd.DataFrame, capacity: Capacity) -> pd.DataFrame:
    """What would one more clock stop, and one more list, of each provider's specialty avoid, in its best month?

    A list's worth is its clock stops times the worth of one: right while the next ones are worth as much, so at most.

    Args:
        values: `tables.AID_VALUES`.
        capacity: Cases a list.

    Returns:
        `tables.AID_WORTH`.

    >>> from lsc_analytics.parameters import capacity as conversions
    >>> told = worth(pd.DataFrame({"provider_code": ["RXL"], "treatment_function_code": "C_110", "month": "2026-05",
    ...     "breaches_avoided": 0.5}), conversions())
    >>> told[["one_clock_stop", "cases_per_list", "one_list"]].iloc[0].tolist()  # three joints a list
    [0.5, 3.0, 1.5]
    """
    best = values.sort_values(["breaches_avoided", "month"], ascending=[False, True]).drop_duplicates(_LIST)
    cases = best["treatment_function_code"].map(lambda code: float(capacity.conversion(code).cases_per_list))
    told = best.rename(columns={"month": "best_month", "breaches_avoided": "one_clock_stop"}).assign(
        cases_per_list=cases, one_list=lambda rows: rows["one_clock_stop"] * cases
    )
    return AID_WORTH.check(told[AID_WORTH.names].sort_values(_LIST, ignore_index=True))


def offers_used(
    proposal: Proposal,
    offers: pd.DataFrame,
    outlook: pd.DataFrame,
    left: pd.DataFrame,
    independents: list[str],
    months_to_treatment: int,
    *,
    months: list[str],
    standard: int,
) -> pd.DataFrame:
    """What of every offer is used, what is left, and how long the provider's own list is.

    Args:
        proposal: What moves.
        offers: `tables.AID_OFFERS`.
        outlook: As `need.outlook` gives it.
        left: `provider_code`, `treatment_function_code`, `breaches`: what each of the system's lists is left with.
        independents: Codes of independent sites.
        months_to_treatment: From a move to the clock stop.
        months: Months in which an offer can be used.
        standard: Weeks.

    Returns:
        `tables.AID_OFFERS_USED`, of providers that offer anything in those months.
    """
    usable = offers[offers["month"].isin(months)]
    told = usable.groupby(_LIST).agg(
        offered_p50=("aid_clock_stops_p50", "sum"),
        offered_p10=("aid_clock_stops_p10", "sum"),
        assumed=("assumed", "any"),
    )
    told = told[told["offered_p50"] > 0].reset_index()
    moved = proposal.moves.rename(columns={"to_provider": "provider_code"}).assign(
        month=lambda rows: [add_months(month, months_to_treatment) for month in rows["month"]]
    )
    used = moved.groupby(_LIST)["pathways"].sum().rename("used").reset_index()
    told = told.merge(used, on=_LIST, how="left").fillna({"used": 0}).astype({"used": int})
    last = outlook[(outlook["month"] == months[-1]) & (outlook["standard"] == standard)]
    own = last[[*_LIST, "mean", "list_size"]].rename(columns={"mean": "own_breaches", "list_size": "own_list"})
    told = told.merge(own, on=_LIST, how="left")
    total = left.groupby("treatment_function_code")["breaches"].sum()
    mine = left.groupby(_LIST)["breaches"].sum().reindex(pd.MultiIndex.from_frame(told[_LIST])).fillna(0).to_numpy()
    told["need_left"] = (told["treatment_function_code"].map(total).fillna(0).to_numpy() - mine).clip(min=0)
    told["unused"] = (told["offered_p10"] - told["used"]).clip(lower=0)
    told["independent"] = told["provider_code"].isin(independents)
    return AID_OFFERS_USED.check(told[AID_OFFERS_USED.names])


def offered(offers: pd.DataFrame) -> pd.DataFrame:
    """Who offers capacity, how much over all these specialties, and what of it the moves use?

    Args:
        offers: `tables.AID_OFFERS_USED`.

    Returns:
        `tables.AID_OFFERED`: what a provider said, most first, then what is assumed of those that said nothing.

    >>> told = offered(pd.DataFrame({"provider_code": ["RXN", "RTX", "RTX"], "assumed": [True, False, False],
    ...     "offered_p10": [90.0, 40.0, 60.0], "used": [0, 10, 5]}))
    >>> told.to_numpy().tolist()
    [['RTX', False, 100.0, 15], ['RXN', True, 90.0, 0]]
    """
    told = offers.groupby([*AID_OFFERED.grain], sort=False)[["offered_p10", "used"]].sum().reset_index()
    told = told.sort_values(["assumed", "offered_p10"], ascending=[True, False], kind="stable", ignore_index=True)
    return AID_OFFERED.check(told[AID_OFFERED.names])


def monthly(moves: pd.DataFrame) -> pd.DataFrame:
    """How many pathways would move in each month, and in which month must the first be agreed?

    Args:
        moves: `tables.AID_MOVES`.

    Returns:
        `tables.AID_MONTHS`.

    >>> monthly(pd.DataFrame({"month": ["2026-05", "2026-04", "2026-04"], "pathways": [7, 100, 96]})).to_numpy().tolist()
    [['2026-04', 196], ['2026-05', 7]]
    """
    return AID_MONTHS.check(moves.groupby("month")["pathways"].sum().reset_index())


def one_list(
    at_start: pd.DataFrame, breaches: pd.DataFrame, stops: pd.DataFrame, months: int, in_order_percent: float
) -> pd.DataFrame:
    """What if those who can be were seen in order of their clocks, trust by trust, or as one list for the system?

    Of a list's clock stops a part could be given in order of the clock; the rest are urgent. K of those in the months that
    can still change clear K of the pathways at risk, and never fewer than are expected to be seen as things go. As one
    list, a trust that has cleared its own sees others'. Nobody travels too far and nobody declines: a bound, not a plan.

    Args:
        at_start: `provider_code`, `treatment_function_code`, `at_risk` as the first month that can change begins.
        breaches: The same keys and `breaches` expected at the date as things go.
        stops: The same keys and `value`: clock stops of the latest month.
        months: How many can change.
        in_order_percent: Of clock stops.

    Returns:
        `tables.AID_POLICIES`.

    >>> lists = pd.DataFrame({"provider_code": ["RXN", "RXL"], "treatment_function_code": "C_110"})
    >>> told = one_list(lists.assign(at_risk=[100.0, 10.0]), lists.assign(breaches=[60.0, 2.0]),
    ...     lists.assign(value=[20.0, 40.0]), 2, 70.0)
    >>> told[["as_now", "own_order", "one_list", "treated_elsewhere"]].iloc[0].tolist()  # 40 + 56 are cleared, of 110
    [62.0, 60.0, 14.0, 46.0]
    """
    told = at_start.merge(breaches, on=_LIST).merge(stops, on=_LIST, how="left").fillna({"value": 0.0})
    told["slots"] = months * told["value"] * in_order_percent / 100
    told["cleared"] = told[["slots"]].assign(expected=told["at_risk"] - told["breaches"]).max(axis=1)
    told["unseen"] = (told["at_risk"] - told["cleared"]).clip(lower=0)
    by = told.groupby("treatment_function_code")
    found = pd.DataFrame(
        {"as_now": by["breaches"].sum(), "own_order": by["unseen"].sum(), "slots_in_order": by["slots"].sum()}
    )
    found["one_list"] = (by["at_risk"].sum() - by["cleared"].sum()).clip(lower=0)
    found["treated_elsewhere"] = (found["own_order"] - found["one_list"]).clip(lower=0)
    return AID_POLICIES.check(found.reset_index()[AID_POLICIES.names])
