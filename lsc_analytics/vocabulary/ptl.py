"""What a notebook may ask of the patient tracking list, after disclosure control: no pathway, and no exact count, leaves here."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.errors import NoDataError, ParameterError
from lsc_analytics.models import ptl
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM, add_months, month_end, month_text
from lsc_analytics.store.home import Home
from lsc_analytics.store.results import Results
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.tables import PTL_COHORT, PTL_PUBLISHED
from lsc_analytics.vocabulary.loaded import note, warehouse


def ptl_published(as_of: str = "") -> pd.DataFrame:
    """Every count of the list as it may be shown: `tables.PTL_PUBLISHED`.

    The list of the last extracts before that day was shown too, so the two are guarded together.

    Args:
        as_of: The day, YYYY-MM-DD; the latest with a list where empty.

    Raises:
        NoDataError: No trust's list of the week up to that day is loaded.
        ParameterError: It is no day.
    """
    stored, day = warehouse(), ptl_day(as_of)
    files = stored.files()
    note(files[(files["family"] == "ptl") & (files["published"] <= day)])
    bridge = _bridge(stored, day)
    settings = {"as_of": day, "published_month": bridge.month if bridge else ""}

    def make() -> pd.DataFrame:
        exact = _exact(stored, day, bridge)
        earlier = [one for one in stored.ptl_days() if one < day]  # of a day after its extracts, their own day
        if not earlier:
            return ptl.published(exact, bridge=bridge)
        before = _exact(stored, earlier[-1], earlier_bridge := _bridge(stored, earlier[-1]))
        return ptl.published(exact, bridge=bridge, before=(before, ptl.published(before, bridge=earlier_bridge)))

    return Results(Home.current()).get(PTL_PUBLISHED, stored.release("ptl"), settings, make)


def ptl_cohort(trust: str = SYSTEM, as_of: str = "") -> pd.DataFrame:
    """Who of a trust is at risk of each standard, and what is arranged for them: `tables.PTL_COHORT`."""
    return _of(ptl.cohort(ptl_published(as_of), parameters.ptl()), trust)


def ptl_beneath(trust: str = SYSTEM, as_of: str = "") -> pd.DataFrame:
    """The trusts beneath the system, or the specialties beneath a trust, most unbooked first: `tables.PTL_COHORT`."""
    return ptl.beneath(ptl.cohort(ptl_published(as_of), parameters.ptl()), trust)


def ptl_unbooked(specialty: str = ALL_SPECIALTIES) -> pd.DataFrame:
    """Of which trusts' pathways at risk of the shortest standard most have no booking, of one specialty or of all.

    It is the latest list that is loaded, whichever month a report asks for: who is to be booked is a question of today.

    Returns:
        `tables.PTL_COHORT`, most unbooked first; no rows where no list is loaded.
    """
    if not warehouse().ptl_days():
        return PTL_COHORT.empty()
    return ptl.unbooked(ptl.cohort(ptl_published(), parameters.ptl()), specialty)


def ptl_tip_ins(trust: str = SYSTEM, as_of: str = "") -> pd.DataFrame:
    """How many of a trust pass each standard, week by week, if nobody is seen: `tables.PTL_TIP_INS`."""
    return _of(ptl.tip_ins(ptl_published(as_of), parameters.ptl()), trust)


def ptl_shares(trust: str = SYSTEM, as_of: str = "") -> pd.DataFrame:
    """What share of each group of a trust's patients waits long: `tables.PTL_SHARES`; of the system, by trust too."""
    codes = [function.code for function in parameters.specialties().treatment_functions]
    names = {code: parameters.specialty_name(code, short=True) for code in codes} | parameters.ptl().procedures
    names |= {"1": "1, most deprived tenth", "10": "10, least deprived tenth"}
    found = ptl.shares(ptl_published(as_of), names)
    if trust != SYSTEM:
        return _of(found, trust)
    trusts = found[(found["dimension"] == "all") & (found["provider_code"] != SYSTEM)]
    told = [parameters.trust_name(code, short=True) for code in trusts["provider_code"]]
    by_trust = trusts.assign(dimension="trust", group=trusts["provider_code"], name=told, provider_code=SYSTEM)
    return pd.concat([_of(found, SYSTEM), by_trust], ignore_index=True)


def ptl_bridge(trust: str = SYSTEM, as_of: str = "") -> pd.DataFrame:
    """How the list follows from the last published month: `tables.PTL_BRIDGE`; empty where none is loaded."""
    stored, day = warehouse(), ptl_day(as_of)
    found = _bridge(stored, day)
    shown = ptl_published(as_of)
    if found is None:
        return ptl.bridge(shown.iloc[:0], stored.rtt(month="none"), "")
    returned = stored.rtt(month=found.month, measure="total_incomplete", provider_code=parameters.trust_codes())
    note(returned)
    return _of(ptl.bridge(shown, returned, found.month), trust)


def ptl_missing(as_of: str = "") -> list[str]:
    """Trusts whose list of the week up to the day is not loaded: the system's counts are without them."""
    told = set(ptl_published(as_of)["provider_code"])
    return [code for code in parameters.trust_codes() if code not in told]


def ptl_day(as_of: str = "") -> str:
    """The day a report speaks of: the one wanted, or the latest of which a list is loaded."""
    found = warehouse().ptl_days()
    if not found:
        raise NoDataError("No patient tracking list is loaded.", "Load trusts' extracts with `lsc ingest`.")
    try:
        return dt.date.fromisoformat(as_of).isoformat() if as_of else found[-1]
    except ValueError as error:
        raise ParameterError(f"{as_of!r} is no day.", "Write it as 2026-03-08.", parameter="as_of") from error


def ptl_list(stored: Warehouse, day: str) -> pd.DataFrame:
    """Every open pathway in order, exact, for commands that serve a trust's own staff: `tables.PTL_LIST`.

    Raises:
        NoDataError: No trust's list of the week up to that day is loaded.
    """
    rule = parameters.ptl()
    pathways = stored.ptl(day, rule.freshest_days)
    if pathways.empty:
        loaded = ", ".join(stored.ptl_days())
        raise NoDataError(f"No list of the {rule.freshest_days} days up to {day} is loaded.", f"Loaded are {loaded}.")
    return ptl.order(pathways, day, rule)


def _exact(stored: Warehouse, day: str, bridge: ptl.Bridge | None) -> pd.DataFrame:
    return ptl.counts(ptl_list(stored, day), day, parameters.ptl(), bridge)


def _bridge(stored: Warehouse, day: str) -> ptl.Bridge | None:
    """The last published month that ends by the day, of the last twelve."""
    last = month_text(day) if month_end(month_text(day)).isoformat() <= day else add_months(month_text(day), -1)
    months = [add_months(last, -back) for back in range(12)]
    figures = stored.rtt(month=months, measure="total_incomplete", provider_code=parameters.trust_codes())
    return ptl.Bridge(figures["month"].max()) if len(figures) else None


def _of(frame: pd.DataFrame, trust: str) -> pd.DataFrame:
    found = frame[frame["provider_code"] == trust]
    if "treatment_function_code" in found:
        found = found[found["treatment_function_code"] == "C_999"]
    return found.reset_index(drop=True)
