"""What a notebook may ask of RTT waiting lists: where they stand, what joins and leaves them."""

from __future__ import annotations

from functools import cache, lru_cache

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.errors import NoDataError
from lsc_analytics.models import aid_record, rtt
from lsc_analytics.models import commissioned as commissioned_model
from lsc_analytics.models.forecast import WaitingList
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM
from lsc_analytics.vocabulary.loaded import month_of, note, warehouse

_LISTS_KEPT = 16  # in a process: a batch asks for thousands, one after the other


@lru_cache(_LISTS_KEPT)
def _rtt(release: str, trust: str, specialty: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A list's figures and bands, and its trust's total row: read once in a process. `release` makes a new load seen."""
    trusts = parameters.trust_codes() if trust == SYSTEM else [trust]
    functions = [specialty, ALL_SPECIALTIES]
    figures = warehouse().rtt(provider_code=trusts, treatment_function_code=functions)
    bands = warehouse().rtt_bands(provider_code=trusts, treatment_function_code=functions, part="incomplete")
    if trust == SYSTEM:
        return rtt.system_figures(figures, trusts), rtt.system_bands(bands, trusts)
    return figures, bands


def waiting_list(trust: str, specialty: str, month: str) -> WaitingList:
    """One list's figures and bands up to a month.

    Raises:
        NoDataError: Nothing of it is loaded.
    """
    releases = warehouse().release("rtt"), warehouse().release("action_log")
    found = _waiting_list(*releases, trust, specialty, month)
    if found.figures.empty:
        raise NoDataError(
            f"No list of {parameters.specialty_name(specialty)} at {parameters.trust_name(trust)} is loaded up to {month}."
        )
    note(found.figures, found.bands, aid_log())
    return found


@lru_cache(_LISTS_KEPT)
def _waiting_list(release: str, log_release: str, trust: str, specialty: str, month: str) -> WaitingList:
    """The same, put together once: a page asks for its list a dozen times."""
    figures, bands = _rtt(release, trust, specialty)
    ours = bands["treatment_function_code"]
    return WaitingList(
        trust,
        specialty,
        figures[figures["treatment_function_code"] == specialty],
        bands[ours == specialty],
        bands[ours == ALL_SPECIALTIES],
        _peers(release),
        transfers(trust),
    ).until(month)


def every_list(month: str) -> pd.DataFrame:
    """The figures of every list of the trusts, and of the system's own, which are sums, up to a month: rows of `tables.RTT`."""
    figures = _every_list(warehouse().release("rtt"), month)
    note(figures)
    return figures


@lru_cache(2)
def _every_list(release: str, month: str) -> pd.DataFrame:
    """The same, read and added up once in a process: each list's track record is looked up in it."""
    trusts = parameters.trust_codes()
    figures = warehouse().rtt(provider_code=trusts)
    figures = figures[figures["month"] <= month]
    return pd.concat([figures, rtt.system_figures(figures, trusts)], ignore_index=True)


@cache
def _peers(release: str) -> pd.DataFrame:
    """What moves every list of the system's trusts, without totals: read once in a process."""
    figures = warehouse().rtt(
        provider_code=parameters.trust_codes(),
        measure=["total_incomplete", "clock_starts", "admitted_stops", "non_admitted_stops"],
    )
    specialties = figures[figures["treatment_function_code"] != ALL_SPECIALTIES]
    return rtt.flows(specialties, aid_record.transfers(aid_log()))


def transfers(trust: str) -> pd.DataFrame:
    """What the action log says was handed over, `tables.RTT_TRANSFERS`; of the system, what crossed its border."""
    moved = aid_record.transfers(aid_log())
    if trust == SYSTEM:
        return aid_record.system_transfers(moved, parameters.trust_codes())
    return moved[(moved["from_provider"] == trust) | (moved["to_provider"] == trust)]


def aid_log() -> pd.DataFrame:
    """The action log of mutual aid, `tables.AID_LOG`: read once in a process."""
    log = _aid_log(warehouse().release("action_log"))
    note(log)
    return log


@cache
def _aid_log(release: str) -> pd.DataFrame:
    return warehouse().aid_log()


def rtt_position(trust: str, specialty: str, as_of: str = "") -> pd.DataFrame:
    """Where a list stands, and stood in every month before: `tables.RTT_POSITION`, the last row the month reported."""
    month = month_of("rtt", as_of)
    return rtt.position(waiting_list(trust, specialty, month).figures)


def rtt_trusts(specialty: str, as_of: str = "") -> pd.DataFrame:
    """Every trust's position in one specialty, month by month: `tables.RTT_POSITION`."""
    month = month_of("rtt", as_of)
    figures = warehouse().rtt(provider_code=parameters.trust_codes(), treatment_function_code=specialty)
    figures = figures[figures["month"] <= month]
    note(figures)
    return rtt.position(figures)


def rtt_bands(trust: str, specialty: str, as_of: str = "") -> pd.DataFrame:
    """The list by weekly band in the month reported, or the latest before it that has bands."""
    bands = waiting_list(trust, specialty, month_of("rtt", as_of)).bands
    return bands[bands["month"] == bands["month"].max()] if len(bands) else bands


def rtt_flows(trust: str, specialty: str, as_of: str = "") -> pd.DataFrame:
    """What joined and left the list each month: `tables.RTT_FLOWS`; no rows where flows are not loaded."""
    return waiting_list(trust, specialty, month_of("rtt", as_of)).flows()


def commissioned(specialty: str = "", as_of: str = "") -> pd.DataFrame:
    """Where the pathways wait that the system's own board commissions: `tables.RTT_COMMISSIONED`, every specialty if none is named.

    No rows where the month's full extract, which alone tells the commissioner, is not loaded.
    """
    known = parameters.organisations()
    figures = warehouse().rtt(scope="icb", month=month_of("rtt", as_of), treatment_function_code=specialty or None)
    note(figures)
    return commissioned_model.commissioned(
        rtt.position(figures),
        trusts=parameters.trust_codes(),
        independents=parameters.independent_codes(),
        outside=[provider.code for provider in known.outside_mutual_aid],
    )
