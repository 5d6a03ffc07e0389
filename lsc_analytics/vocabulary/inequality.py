"""What a notebook may ask of who waits longer: published lists by patient group first, then the patient tracking list."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.errors import NoDataError, ParameterError
from lsc_analytics.models import inequality
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM
from lsc_analytics.tables import PTL_SHARES
from lsc_analytics.vocabulary.loaded import note, warehouse
from lsc_analytics.vocabulary.ptl import ptl_shares

_COMPARED = ("provider", "icb", "england_acute")


def inequality_known(trust: str = SYSTEM, as_of: str = "") -> pd.DataFrame:
    """Of how much of a trust's list each characteristic is known: `tables.INEQUALITY_KNOWN`."""
    return _of(inequality.known(_counts(trust, as_of)), trust)


def inequality_gaps(trust: str = SYSTEM, as_of: str = "") -> pd.DataFrame:
    """Each group's share of waits against the trust's whole list, England's gaps beside: `tables.INEQUALITY_GAPS`."""
    return _of(inequality.gaps(_counts(trust, as_of)), trust)


def inequality_deciles(trust: str = SYSTEM, as_of: str = "") -> pd.DataFrame:
    """A trust's deprivation deciles and the line through them: `tables.INEQUALITY_DECILES`, no rows where one is masked."""
    return _of(inequality.deciles(_counts(trust, as_of)), trust)


def inequality_slopes(as_of: str = "") -> pd.DataFrame:
    """The slope over deprivation of the system, its trusts and England's acute trusts: `tables.INEQUALITY_SLOPES`.

    A place is among every acute trust of England that is loaded.
    """
    trusts = parameters.trust_codes()
    found = _named(inequality.slopes(_counts(None, as_of)))
    order = [SYSTEM, *trusts, "ENG"]
    found = found[found["provider_code"].isin(order)]
    return found.sort_values("provider_code", key=lambda codes: codes.map(order.index), kind="stable").reset_index(
        drop=True
    )


def inequality_mix(as_of: str = "") -> pd.DataFrame:
    """How much of England's gaps is that groups wait for other specialties: `tables.INEQUALITY_MIX`; empty if not loaded."""
    found = warehouse().wlmds(scope="england", week_ending=inequality_week(as_of))
    found = found[found["treatment_function_code"] != ALL_SPECIALTIES]
    note(found)
    return inequality.mix(found)


def inequality_pathways(trust: str = SYSTEM) -> pd.DataFrame:
    """The same question of the latest patient tracking list: `tables.PTL_SHARES`; no rows where no list is loaded."""
    return ptl_shares(trust) if warehouse().ptl_days() else PTL_SHARES.empty()


def inequality_week(as_of: str = "") -> str:
    """The week end that a report speaks of: the one wanted, or the latest loaded.

    Raises:
        NoDataError: No demographics workbook is loaded.
        ParameterError: The week wanted is not loaded, or is no day.
    """
    weeks = warehouse().wlmds_weeks()
    if not weeks:
        raise NoDataError(
            "No demographics workbook of the Waiting List Minimum Data Set is loaded.", "Load one with `lsc ingest`."
        )
    try:
        wanted = dt.date.fromisoformat(as_of).isoformat() if as_of else weeks[-1]
    except ValueError as error:
        raise ParameterError(f"{as_of!r} is no day.", "Write it as 2026-01-25.", parameter="as_of") from error
    if wanted not in weeks:
        raise ParameterError(
            f"No list of the week ending {wanted} is loaded.", f"Loaded are {', '.join(weeks[-8:])}.", parameter="as_of"
        )
    return wanted


def _counts(trust: str | None, as_of: str) -> pd.DataFrame:
    """Published counts of one trust, or of every acute trust, with the system's and those of England's acute trusts."""
    codes = None if trust is None else [_code(trust), "ENG"]
    found = warehouse().wlmds(
        scope=_COMPARED,
        week_ending=inequality_week(as_of),
        provider_code=codes,
        treatment_function_code=ALL_SPECIALTIES,
    )
    note(found)
    return found


def _of(frame: pd.DataFrame, trust: str) -> pd.DataFrame:
    return _named(frame[frame["provider_code"] == _code(trust)]).reset_index(drop=True)


def _code(trust: str) -> str:
    """The system is published as its ICB, which holds its acute trusts and is rounded once."""
    return parameters.organisations().icb_code if trust == SYSTEM else trust


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(provider_code=frame["provider_code"].replace(parameters.organisations().icb_code, SYSTEM))
