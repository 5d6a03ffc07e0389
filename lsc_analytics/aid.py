"""Mutual aid on what is loaded: need from the forecasts, offers from what trusts say or are taken to give, and the two ledgers.

It decides nothing that is not in `mutual_aid.yml`. What it has answered once is remembered.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.errors import NoDataError, ParameterError
from lsc_analytics.models import mutual_aid, ptl
from lsc_analytics.parameters import MutualAid as Settings
from lsc_analytics.predictions import predict
from lsc_analytics.reference import ALL_SPECIALTIES, add_months, month_end, months_between
from lsc_analytics.store.home import Home
from lsc_analytics.store.results import Results
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.tables import (
    AID_ASSURANCE,
    AID_CHANGES,
    AID_EFFECTS,
    AID_MOVES,
    AID_NEED,
    AID_OFFERS,
    AID_OFFERS_USED,
    AID_POLICIES,
    AID_STAGE_SHARES,
    AID_STAGES,
    AID_SUMMARY,
    AID_WORTH,
    RTT_METHODS,
    RTT_PREDICTIONS,
    Table,
)

Scope = Literal["system", "system_with_independent"]
SCOPES: tuple[Scope, ...] = ("system", "system_with_independent")
_OWN_PATIENTS = "commissioner"  # a scope that is asked for, and cannot be optimised
_LIST = ["provider_code", "treatment_function_code"]
_FAMILIES = ("rtt", "mutual_aid", "ptl")  # whose files a proposal rests on
# The summary is kept last: where it is remembered, so is all the rest.
_KEPT: dict[str, Table] = {
    "moves": AID_MOVES,
    "assurance": AID_ASSURANCE,
    "effects": AID_EFFECTS,
    "need": AID_NEED,
    "offers": AID_OFFERS,
    "offers_used": AID_OFFERS_USED,
    "worth": AID_WORTH,
    "changes": AID_CHANGES,
    "policies": AID_POLICIES,
    "stages": AID_STAGE_SHARES,
    "summary": AID_SUMMARY,
}


@dataclass(frozen=True)
class MutualAid:
    """One proposal and everything that explains it, a table each: see `tables`."""

    moves: pd.DataFrame
    assurance: pd.DataFrame
    effects: pd.DataFrame
    need: pd.DataFrame
    offers: pd.DataFrame
    offers_used: pd.DataFrame
    worth: pd.DataFrame
    changes: pd.DataFrame
    policies: pd.DataFrame
    stages: pd.DataFrame
    summary: pd.DataFrame

    def moves_file(self) -> pd.DataFrame:
        """The moves as the moves file has them: a team's are counted with the others, from whose list and by whom."""
        key = ["from_provider", "to_provider", "treatment_function_code", "month"]
        return self.moves.groupby(key, sort=False)["pathways"].sum().reset_index()


@dataclass(frozen=True)
class _System:
    """What a proposal rests on, for one set of providers and one agreement."""

    need: pd.DataFrame
    offers: pd.DataFrame
    outlook: pd.DataFrame
    risk: pd.DataFrame
    stages: pd.DataFrame
    stops: pd.DataFrame
    rule: mutual_aid.Rule


def mutual_aid_for(home: Home, as_of: str, by: str, standard: int, scope: str = "system") -> MutualAid:
    """Which moves leave fewest pathways over a standard at a month's end, and what do they do to everybody? Remembered.

    Args:
        home: Where the figures are.
        as_of: Last month seen, YYYY-MM; its weekly bands must be loaded.
        by: The standard's month.
        standard: Weeks: 18, 52, 65 or 78.
        scope: `system`: the four trusts; `system_with_independent`: with the independent sites under the ICB, which
            receive and do not send.

    Raises:
        ParameterError: An unknown scope, a standard that the forecasts do not tell, or a date too near or too far.
        NoDataError: The as-of month or its bands are not loaded.
    """
    settings = parameters.mutual_aid()
    _check(settings, as_of, by, standard, scope)
    results, release = Results(home), ".".join(Warehouse(home).release(family) for family in _FAMILIES)
    asked = {"as_of": as_of, "by": by, "standard": standard, "scope": scope}
    found = {name: results.remembered(table, release, asked) for name, table in _KEPT.items()}
    if any(frame is None for frame in found.values()):
        made = _make(home, settings, as_of, by, standard, scope)
        found = {name: results.keep(table, release, asked, made[name]) for name, table in _KEPT.items()}
    return MutualAid(**found)  # type: ignore[arg-type]


def remembered(home: Home, as_of: str, by: str, standard: int, scope: str = "system") -> bool:
    """Whether this proposal has been made before, from the same data, parameters and code."""
    release = ".".join(Warehouse(home).release(family) for family in _FAMILIES)
    asked = {"as_of": as_of, "by": by, "standard": standard, "scope": scope}
    return Results(home).path(AID_SUMMARY, release, asked).exists()


def _check(settings: Settings, as_of: str, by: str, standard: int, scope: str) -> None:
    if scope == _OWN_PATIENTS:
        raise ParameterError(
            "No move can be proposed for the ICB's own pathways wherever they wait: forecasts, offers and "
            "journeys are known by provider, not by commissioner, and of nobody elsewhere in England.",
            f"Ask for one of {', '.join(SCOPES)}; `lsc table rtt_commissioned` tells where the ICB's own pathways wait.",
            parameter="--scope",
        )
    if scope not in SCOPES:
        raise ParameterError(
            f"There is no scope {scope!r}.", f"Ask for one of {', '.join(SCOPES)}.", parameter="--scope"
        )
    if standard not in mutual_aid.STANDARDS:
        raise ParameterError(
            f"{standard} weeks is not forecast.", f"Ask for one of {mutual_aid.STANDARDS}.", parameter="--standard"
        )
    ahead = len(months_between(as_of, by)) - 1
    soonest = settings.first_move_months_ahead + settings.months_to_treatment
    if not soonest <= ahead <= 12:
        raise ParameterError(
            f"{by} is {ahead} months after {as_of}.",
            f"The first treatment after a move is {soonest} months ahead, and forecasts reach twelve: name a month between.",
            parameter="--by",
        )


def _make(home: Home, settings: Settings, as_of: str, by: str, standard: int, scope: str) -> dict[str, pd.DataFrame]:
    trusts, sites = parameters.trust_codes(), parameters.independent_codes()
    everyone = _system(home, settings, as_of, by, standard, [*trusts, *sites])
    system = everyone if scope == "system_with_independent" else _of(everyone, trusts)
    began = time.process_time()
    proposal = _propose(system)
    seconds = time.process_time() - began
    months = mutual_aid.months_ahead(as_of, by)
    draws = mutual_aid.draw(system.outlook, settings.stress)
    proposal, assurance, stressed, taken_back = _unharmed(proposal, draws, system, settings)
    left = _left(system.need, proposal.moves)
    with_sites = proposal if scope == "system_with_independent" else _propose(everyone)
    usable = months[settings.first_move_months_ahead - 1 + settings.months_to_treatment :]
    used = [
        mutual_aid.offers_used(
            told,
            who.offers,
            everyone.outlook,
            left,
            sites,
            settings.months_to_treatment,
            months=usable,
            standard=standard,
        )
        for told, who in ((proposal, system), (with_sites, everyone))
    ]
    ours = used[0]["provider_code"].isin(trusts)
    offers_used = pd.concat([used[0][ours], used[1][used[1]["provider_code"].isin(sites)]], ignore_index=True)
    begins = add_months(as_of, settings.first_move_months_ahead - 1)
    at_start = system.risk[(system.risk["month"] == begins) & (system.risk["standard"] == standard)]
    mine = [frame[frame["provider_code"].isin(trusts)] for frame in (at_start, system.need, system.stops)]
    policies = mutual_aid.one_list(
        mine[0][[*_LIST, "at_risk"]],
        mine[1].drop_duplicates(_LIST)[[*_LIST, "breaches"]],
        mine[2][[*_LIST, "value"]],
        len(months) - settings.first_move_months_ahead + 1,
        settings.in_order_percent,
    )
    summary = {
        "as_of": as_of,
        "by": by,
        "standard": standard,
        "scope": scope,
        "breaches_without": proposal.breaches_without,
        "breaches_with": proposal.breaches_with,
        "breaches_bound": proposal.breaches_bound,
        "harmed_lists": taken_back,
        "says": proposal.says,
        "solver_seconds": seconds,
    }
    return {
        "moves": proposal.moves,
        "assurance": assurance,
        "effects": mutual_aid.effects(proposal.moves, draws, assurance, stressed, system.need, standard),
        "need": system.need,
        "offers": system.offers,
        "offers_used": offers_used,
        "worth": mutual_aid.worth(proposal.values, parameters.capacity()),
        "changes": _changes(home, settings, as_of, by, standard, system, proposal, with_sites),
        "policies": policies,
        "stages": system.stages,
        "summary": pd.DataFrame([summary]),
    }


def _propose(system: _System) -> mutual_aid.Proposal:
    return mutual_aid.propose(system.need, system.offers, parameters.organisations().minutes(), system.rule)


def _system(home: Home, settings: Settings, as_of: str, by: str, standard: int, providers: list[str]) -> _System:
    """Need and offers of these providers; the system's trusts may send, everybody may receive."""
    warehouse, trusts = Warehouse(home), parameters.trust_codes()
    months = months_between(as_of, by)
    bands = warehouse.rtt_bands(provider_code=providers, month=as_of, part=["incomplete", "decision_to_admit"])
    bands = bands[bands["treatment_function_code"] != ALL_SPECIALTIES]
    if bands.empty:
        raise NoDataError(
            f"No weekly bands of {as_of} are loaded.", "Load the RTT full extract of that month with `lsc ingest`."
        )
    others = bands[~bands["provider_code"].isin(trusts)]
    outlook = [mutual_aid.outlook(_predicted(home, as_of, len(months) - 1))]
    if len(others):
        outlook.append(mutual_aid.held(others, months[1:]))
    ahead = pd.concat(outlook, ignore_index=True)
    risk = mutual_aid.at_risk(bands, ahead, months, standard)
    weeks = (month_end(by) - month_end(as_of)).days / 7
    stages = mutual_aid.stage_shares(risk, _stages(warehouse, as_of), settings, standard, weeks)
    moving = months[settings.first_move_months_ahead : len(months) - settings.months_to_treatment]
    need = mutual_aid.need_of(risk, ahead, stages, settings, standard, moving, senders=trusts, by=by)
    stops = warehouse.rtt(provider_code=providers, month=as_of, measure=["admitted_stops", "non_admitted_stops"])
    stops = stops[stops["treatment_function_code"] != ALL_SPECIALTIES].groupby(_LIST)["value"].sum().reset_index()
    breaches = need.drop_duplicates(_LIST).set_index(_LIST)["breaches"]
    capacity = warehouse.aid_capacity(provider_code=providers)
    offers = mutual_aid.offers_of(capacity, stops, breaches, months[1:], settings.assumed_offer)
    cases = {f.code: round(parameters.capacity().conversion(f.code).cases_per_list) for f in parameters.specialties().treatment_functions}  # fmt: skip
    rule = mutual_aid.Rule(
        settings.minimum_batch,
        settings.travel_limit_minutes,
        settings.months_to_treatment,
        by,
        settings.team.travel_limit_minutes if settings.team.may_move else 0.0,
        cases,
    )
    return _System(need, offers, ahead, risk, stages, stops, rule)


def _of(system: _System, providers: list[str]) -> _System:
    """The same without the other providers."""
    kept = {
        name: frame[frame["provider_code"].isin(providers)].reset_index(drop=True)
        for name in ("need", "offers", "outlook", "risk", "stages", "stops")
        if (frame := getattr(system, name)) is not None
    }
    return replace(system, **kept)


def _stages(warehouse: Warehouse, as_of: str) -> pd.DataFrame:
    """How far pathways have come, where patient tracking lists of the days before the month's end are loaded.

    Counts of patients, for the shares that the programme rests on: they are shown to nobody as they are.
    """
    day = month_end(as_of).isoformat()
    pathways = warehouse.ptl(day, parameters.ptl().freshest_days)
    return ptl.stages(ptl.order(pathways, day, parameters.ptl()), day) if len(pathways) else AID_STAGES.empty()


def _predicted(home: Home, as_of: str, horizon: int) -> pd.DataFrame:
    """The pooled forecast of the system's lists: as a batch has remembered it, else made for this, and remembered.

    The other engine, draws of a list's own flows (`models.futures`), needs thirteen months of weekly bands and joins no
    lists, so it is not used here.
    """
    results, release, trusts = Results(home), Warehouse(home).release("rtt"), parameters.trust_codes()
    shared = results.remembered(RTT_METHODS, release, {"trust": "", "specialty": "", "as_of": as_of})
    if shared is not None:
        told = shared[(shared["as_of"] == as_of) & (shared["method"] == "pooled") & (shared["horizon"] <= horizon)]
        if len(told) and told["horizon"].max() == horizon:
            told = told[told["provider_code"].isin(trusts)]
            return told[told["treatment_function_code"] != ALL_SPECIALTIES]

    def make() -> pd.DataFrame:
        return predict(home, "rtt", as_of, horizon, trusts, totals=False)

    asked = {"mutual_aid": as_of, "horizon": horizon}
    told = results.get(RTT_PREDICTIONS, release, asked, make)
    return told[told["method"] == "pooled"]


def _unharmed(
    proposal: mutual_aid.Proposal, draws: mutual_aid.Draws, system: _System, settings: Settings
) -> tuple[mutual_aid.Proposal, pd.DataFrame, mutual_aid.Outcome, int]:
    """The proposal without moves to any list whose own pathways would be worse off, its assurance, and how many lists.

    Taking moves back frees nobody else's slots, so it ends after as many rounds as there are receivers at most.
    """
    taken_back = 0
    while True:
        moves = proposal.moves
        told, stressed = mutual_aid.assure(moves, draws, system.risk, system.offers, settings)
        hurt = pd.MultiIndex.from_frame(mutual_aid.harmed(told)[_LIST].drop_duplicates())
        back = pd.MultiIndex.from_frame(moves[["to_provider", "treatment_function_code"]]).isin(hurt)
        if not back.any():
            return proposal, told, stressed, taken_back
        taken_back += len(hurt)
        avoided = _left(system.need, moves[~back])["breaches"].sum() - _left(system.need, moves)["breaches"].sum()
        names = ", ".join(
            f"{parameters.trust_name(a, short=True)} {parameters.specialty_name(b, short=True)}" for a, b in hurt
        )
        says = f"Moves to {names} were taken back: own pathways there would have waited longer, as expected or under stress."
        proposal = proposal.without(
            moves[~back].reset_index(drop=True), float(avoided), f"{proposal.says} {says}".strip()
        )


def _left(need: pd.DataFrame, moves: pd.DataFrame) -> pd.DataFrame:
    """Breaches that each list is left with after the moves: `provider_code`, `treatment_function_code`, `breaches`."""
    odds = need.assign(avoids=(need["breaches"] / need["at_risk"].where(need["at_risk"] > 0)).clip(upper=1).fillna(0))
    moved = moves.rename(columns={"from_provider": "provider_code"}).merge(
        odds[[*_LIST, "month", "avoids"]], on=[*_LIST, "month"], how="left"
    )
    avoided = (moved["pathways"] * moved["avoids"]).groupby([moved[name] for name in _LIST]).sum()
    lists = need.drop_duplicates(_LIST).set_index(_LIST)["breaches"]
    return (lists - avoided.reindex(lists.index).fillna(0.0)).rename("breaches").reset_index()


def _changes(
    home: Home,
    settings: Settings,
    as_of: str,
    by: str,
    standard: int,
    system: _System,
    proposal: mutual_aid.Proposal,
    with_sites: mutual_aid.Proposal,
) -> pd.DataFrame:
    """Breaches by specialty under the proposal, under none, without each trust, and with what could be agreed besides."""
    trusts = parameters.trust_codes()
    told = [("as_proposed", system.need, proposal.moves), ("no_transfer", system.need, AID_MOVES.empty())]
    providers = sorted(system.need["provider_code"].unique())
    for trust in trusts:
        alone = _of(system, [code for code in providers if code != trust])
        told.append((f"without_{trust}", system.need, _propose(alone).moves))
    told.append(("with_independents", system.need, with_sites.moves))
    teams = settings.model_copy(update={"team": settings.team.model_copy(update={"may_move": True})})
    decided = settings.stages["decision_to_admit"].model_copy(update={"may_move": True})
    day_cases = settings.model_copy(update={"stages": settings.stages | {"decision_to_admit": decided}})
    for name, other in (("with_teams", teams), ("with_decision_to_admit", day_cases)):
        changed = _of(_system(home, other, as_of, by, standard, providers), providers)
        told.append((name, changed.need, _propose(changed).moves))
    rows = []
    for name, need, moves in told:
        left = _left(need, moves)
        ours = left[left["provider_code"].isin(trusts)]
        found = ours.groupby("treatment_function_code")["breaches"].sum().clip(lower=0).to_frame()
        moved = moves.groupby("treatment_function_code")["pathways"].sum()
        found["pathways"] = moved.reindex(found.index).fillna(0).astype(int)
        rows.append(found.reset_index().assign(change=name))
    return AID_CHANGES.check(pd.concat(rows, ignore_index=True)[AID_CHANGES.names])
