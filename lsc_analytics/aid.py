"""Mutual aid on what is loaded: need from the forecasts, offers from what trusts say or are taken to give, and the two ledgers.

It decides nothing that is not in `mutual_aid.yml`, and writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.errors import NoDataError, ParameterError
from lsc_analytics.models import cohorts, mutual_aid
from lsc_analytics.parameters.mutual_aid import AidStage, AssumedOffer, Stage
from lsc_analytics.predictions import predict
from lsc_analytics.reference import ALL_SPECIALTIES, add_months, month_end, months_between
from lsc_analytics.store.home import Home
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.tables import AID_NEED, AID_OFFERS

STANDARDS = (18, 52, 65, 78)  # weeks that the forecasts tell
_LIST = ["provider_code", "treatment_function_code"]
_STAGE: Stage = "before_first_appointment"  # the only one that published figures say anything of


@dataclass(frozen=True)
class MutualAid:
    """One proposal, its assurance, and the need and offers that it rests on: see `models.mutual_aid`."""

    proposal: mutual_aid.Proposal
    assurance: pd.DataFrame
    need: pd.DataFrame
    offers: pd.DataFrame


def mutual_aid_for(home: Home, as_of: str, by: str, standard: int) -> MutualAid:
    """Which moves between the system's trusts leave fewest pathways over a standard at a month's end?

    Args:
        home: Where the figures are.
        as_of: Last month seen, YYYY-MM; its weekly bands must be loaded.
        by: The standard's month.
        standard: Weeks: 18, 52, 65 or 78.

    Raises:
        ParameterError: A standard that the forecasts do not tell, or a date too near or too far.
        NoDataError: The as-of month or its bands are not loaded.
    """
    rule = parameters.mutual_aid()
    stage = rule.stages[_STAGE]
    months = months_between(as_of, by)
    if standard not in STANDARDS:
        raise ParameterError(
            f"{standard} weeks is not forecast.", f"Ask for one of {STANDARDS}.", parameter="--standard"
        )
    soonest = rule.first_move_months_ahead + stage.months_to_treatment
    if not soonest <= len(months) - 1 <= 12:
        raise ParameterError(
            f"{by} is {len(months) - 1} months after {as_of}.",
            f"The first treatment after a move is {soonest} months ahead, and forecasts reach twelve: name a month between.",
            parameter="--by",
        )
    trusts = parameters.trust_codes()
    told = predict(home, "rtt", as_of, len(months) - 1, trusts)
    told = told[told["treatment_function_code"] != ALL_SPECIALTIES]
    outlook = _outlook(told)
    risk = _at_risk(Warehouse(home), outlook, months, standard)
    first = months[rule.first_move_months_ahead : len(months) - stage.months_to_treatment]
    need = _need(risk, outlook, told, standard, by, first, stage)
    offers = _assumed_offers(Warehouse(home), need, as_of, months, rule.assumed_offer)
    limits = mutual_aid.Rule(rule.minimum_batch, rule.travel_limit_minutes, stage.months_to_treatment, by)
    proposal = mutual_aid.propose(need, offers, parameters.organisations().minutes(), limits)
    assurance = mutual_aid.assure(proposal.moves, outlook, risk, stage.months_to_treatment)
    return MutualAid(proposal, assurance, need, offers)


def _outlook(told: pd.DataFrame) -> pd.DataFrame:
    """Every list, month and standard: expected breaches, and nine in ten chances to be no more."""
    wide = told.pivot(index=[*_LIST, "target_month"], columns="measure", values=["mean", "lower_80", "upper_80"])
    frames = []
    for weeks in STANDARDS:
        if weeks == 18:  # whoever is not within 18 weeks is over it
            own = wide["mean"]["total_incomplete"] - wide["mean"]["within_18_weeks"]
            spread = np.hypot(
                wide["upper_80"]["total_incomplete"] - wide["mean"]["total_incomplete"],
                wide["mean"]["within_18_weeks"] - wide["lower_80"]["within_18_weeks"],
            )
            stress = own + spread
        else:
            own, stress = wide["mean"][f"over_{weeks}_weeks"], wide["upper_80"][f"over_{weeks}_weeks"]
        frames.append(pd.DataFrame({"own_breaches": own.clip(lower=0), "own_stress": stress}).assign(standard=weeks))
    outlook = pd.concat(frames).reset_index().rename(columns={"target_month": "month"})
    outlook["own_stress"] = outlook[["own_stress", "own_breaches"]].max(axis=1)
    return outlook


def _at_risk(warehouse: Warehouse, outlook: pd.DataFrame, months: list[str], standard: int) -> pd.DataFrame:
    """Those who would be over the standard at its date unless seen: how many still wait at each month end, and how long.

    At the as-of month they are in the bands; at the date they are the forecast's own breaches; between, the same share
    is taken to be seen each month. Their waits keep the shape that the bands give, since nobody knows which are seen.
    """
    as_of, by = months[0], months[-1]
    bands = warehouse.rtt_bands(
        provider_code=sorted(outlook["provider_code"].unique()), month=as_of, part=["incomplete", "decision_to_admit"]
    )
    if bands.empty:
        raise NoDataError(
            f"No weekly bands of {as_of} are loaded.", "Load the RTT full extract of that month with `lsc ingest`."
        )
    weeks = [(month_end(month) - month_end(as_of)).days / 7 for month in months]
    edges = np.arange(1, cohorts.BANDS + 1)
    among = np.clip(edges - (standard - weeks[-1]), 0, 1)  # the share of each band that will be over it
    target = outlook[(outlook["month"] == by) & (outlook["standard"] == standard)][[*_LIST, "own_breaches"]]
    rows = []
    for provider, code, expected in target.itertuples(index=False):
        own = bands[(bands["provider_code"] == provider) & (bands["treatment_function_code"] == code)]
        whole, decided = (
            cohorts.band_matrix(own[own["part"] == part], [as_of])[0]
            if (own["part"] == part).any()
            else np.zeros(cohorts.BANDS)
            for part in ("incomplete", "decision_to_admit")
        )
        cohort = whole * among
        start, end = float(cohort.sum()), float(expected)
        start = max(start, end)
        not_decided = 1 - (decided * among).sum() / start if start > 0 else 0.0
        for step, month in enumerate(months):
            left = start * (end / start) ** (step / (len(months) - 1)) if start > 0 else 0.0
            over = [float((cohort * np.clip(edges - (n - weeks[step]), 0, 1)).sum()) for n in STANDARDS]
            share = [min(count / cohort.sum(), 1.0) if cohort.sum() > 0 else 0.0 for count in over]
            rows += [
                (provider, code, month, n, left, part, not_decided) for n, part in zip(STANDARDS, share, strict=True)
            ]
    return pd.DataFrame(rows, columns=[*_LIST, "month", "standard", "at_risk", "over_share", "not_decided"])


def _need(
    risk: pd.DataFrame,
    outlook: pd.DataFrame,
    told: pd.DataFrame,
    standard: int,
    by: str,
    months: list[str],
    stage: AidStage,
) -> pd.DataFrame:
    """Who may still move in each month: those at risk as it begins, times those without a decision to admit, times uptake.

    Without a patient tracking list, nobody knows who has been seen: those with no decision to admit are an upper bound
    on those before their first appointment.
    """
    before = risk[risk["standard"] == standard].assign(month=lambda rows: [add_months(m, 1) for m in rows["month"]])
    before = before[before["month"].isin(months)]
    at_date = outlook[(outlook["month"] == by) & (outlook["standard"] == standard)][[*_LIST, "own_breaches"]]
    size = told[(told["measure"] == "total_incomplete") & (told["target_month"] == by)][[*_LIST, "mean"]]
    need = before.merge(at_date.rename(columns={"own_breaches": "breaches"}), on=_LIST)
    need = need.merge(size.rename(columns={"mean": "list_size"}), on=_LIST)
    need["eligible_share"] = (need["not_decided"] * stage.uptake).clip(0, 1) if stage.may_move else 0.0
    return AID_NEED.check(need[AID_NEED.names])


def _assumed_offers(
    warehouse: Warehouse, need: pd.DataFrame, as_of: str, months: list[str], assumed: AssumedOffer
) -> pd.DataFrame:
    """What each trust could give where none has said: a share of its clock stops, less what its own breaches would take."""
    stops = warehouse.rtt(
        provider_code=sorted(need["provider_code"].unique()),
        month=as_of,
        measure=["admitted_stops", "non_admitted_stops"],
    )
    stops = stops[stops["treatment_function_code"] != ALL_SPECIALTIES]
    monthly = stops.groupby(_LIST)["value"].sum() * assumed.percent_of_stops / 100
    own = need.drop_duplicates(_LIST).set_index(_LIST)["breaches"]
    ahead = months[1:]
    whole = monthly * len(ahead)
    spare = (1 - own.reindex(monthly.index).fillna(0.0) / whole.where(whole > 0)).clip(lower=0).fillna(0.0)
    offers = (
        (monthly * spare).rename("aid_clock_stops_p50").reset_index().merge(pd.DataFrame({"month": ahead}), how="cross")
    )
    offers["aid_clock_stops_p10"] = offers["aid_clock_stops_p50"] * assumed.p10_of_p50
    return AID_OFFERS.check(offers.assign(assumed=True)[AID_OFFERS.names])
