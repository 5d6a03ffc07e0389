"""What a notebook may ask of mutual aid. The proposal is made once for a month, a standard and a date; pages select from it."""

from __future__ import annotations

import pandas as pd

from lsc_analytics import aid, parameters
from lsc_analytics.models import mutual_aid
from lsc_analytics.reference import ALL_SPECIALTIES, add_months, month_end
from lsc_analytics.store.home import Home
from lsc_analytics.tables import AID_CHANGES, AID_POLICIES
from lsc_analytics.vocabulary.loaded import month_of, note, warehouse


def _asked(as_of: str, standard_weeks: int, by: str) -> tuple[str, str, int]:
    """The month, the date and the standard: those of `mutual_aid.yml` where a page does not say."""
    report, month = parameters.mutual_aid().report, month_of("rtt", as_of)
    return month, by or add_months(month, report.months_ahead), standard_weeks or report.standard_weeks


def aid_proposal(as_of: str = "", standard_weeks: int = 0, by: str = "") -> aid.MutualAid:
    """The proposal and all that explains it, a table each. Where nothing is asked, as `mutual_aid.yml` says. Remembered."""
    month, date, weeks = _asked(as_of, standard_weeks, by)
    found = aid.mutual_aid_for(Home.current(), month, date, weeks)
    files = warehouse().files()
    note(
        warehouse().rtt(provider_code=parameters.trust_codes(), month=month, measure="total_incomplete"),
        warehouse().aid_capacity(),
        files[(files["family"] == "ptl") & (files["published"] <= month_end(month).isoformat())],
    )
    return found


def _of(frame: pd.DataFrame, specialty: str) -> pd.DataFrame:
    """The rows of a specialty; all of them for the total."""
    return frame if specialty == ALL_SPECIALTIES else frame[frame["treatment_function_code"] == specialty]


def aid_remembered(as_of: str = "", standard_weeks: int = 0, by: str = "") -> bool:
    """Whether the proposal has been made, so that a page of it costs little."""
    return aid.remembered(Home.current(), *_asked(as_of, standard_weeks, by))


def aid_summary(as_of: str = "", standard_weeks: int = 0, by: str = "") -> pd.DataFrame:
    """The proposal in one row: `tables.AID_SUMMARY`. Where nothing is asked, as `mutual_aid.yml` says."""
    return aid_proposal(as_of, standard_weeks, by).summary


def aid_moves(specialty: str, as_of: str = "", standard_weeks: int = 0, by: str = "") -> pd.DataFrame:
    """Who should hand how many to whom, and when: `tables.AID_MOVES`."""
    return _of(aid_proposal(as_of, standard_weeks, by).moves, specialty)


def aid_effects(specialty: str, as_of: str = "", standard_weeks: int = 0, by: str = "") -> pd.DataFrame:
    """Every trust before and after, with intervals: `tables.AID_EFFECTS`, of one specialty or of all."""
    found = aid_proposal(as_of, standard_weeks, by).effects
    return found[found["treatment_function_code"] == specialty]


def aid_assurance(specialty: str, as_of: str = "", standard_weeks: int = 0, by: str = "") -> pd.DataFrame:
    """Both ledgers of every list: `tables.AID_ASSURANCE`."""
    return _of(aid_proposal(as_of, standard_weeks, by).assurance, specialty)


def aid_worth(specialty: str, as_of: str = "", standard_weeks: int = 0, by: str = "") -> pd.DataFrame:
    """What one more clock stop, and one more list, would avoid: `tables.AID_WORTH`."""
    return _of(aid_proposal(as_of, standard_weeks, by).worth, specialty)


def aid_offers(specialty: str, as_of: str = "", standard_weeks: int = 0, by: str = "") -> pd.DataFrame:
    """What is offered, used and unused: `tables.AID_OFFERS_USED`; of independent sites, what would be if they took part."""
    return _of(aid_proposal(as_of, standard_weeks, by).offers_used, specialty)


def aid_offered(specialty: str, as_of: str = "", standard_weeks: int = 0, by: str = "") -> pd.DataFrame:
    """Who offers how much in all, most first, and what of it is used: `tables.AID_OFFERED`."""
    return mutual_aid.offered(aid_offers(specialty, as_of, standard_weeks, by))


def aid_months(specialty: str, as_of: str = "", standard_weeks: int = 0, by: str = "") -> pd.DataFrame:
    """How many pathways should move in each month: `tables.AID_MONTHS`."""
    return mutual_aid.monthly(aid_moves(specialty, as_of, standard_weeks, by))


def aid_stages(specialty: str, as_of: str = "", standard_weeks: int = 0, by: str = "") -> pd.DataFrame:
    """How far those at risk have come, and who may move: `tables.AID_STAGE_SHARES`."""
    return _of(aid_proposal(as_of, standard_weeks, by).stages, specialty)


def aid_changes(specialty: str, as_of: str = "", standard_weeks: int = 0, by: str = "") -> pd.DataFrame:
    """Breaches under the proposal, under none, and under other agreements: `tables.AID_CHANGES`; added up for all."""
    found = aid_proposal(as_of, standard_weeks, by).changes
    if specialty != ALL_SPECIALTIES:
        return _of(found, specialty)
    added = found.groupby("change", sort=False)[["breaches", "pathways"]].sum().reset_index()
    return AID_CHANGES.check(added.assign(treatment_function_code=ALL_SPECIALTIES)[AID_CHANGES.names])


def aid_policies(specialty: str, as_of: str = "", standard_weeks: int = 0, by: str = "") -> pd.DataFrame:
    """What clock order and one list for the system could do at most: `tables.AID_POLICIES`; added up for all."""
    found = aid_proposal(as_of, standard_weeks, by).policies
    if specialty != ALL_SPECIALTIES:
        return _of(found, specialty)
    added = found.drop(columns="treatment_function_code").sum().to_frame().T
    return AID_POLICIES.check(added.assign(treatment_function_code=ALL_SPECIALTIES)[AID_POLICIES.names])
