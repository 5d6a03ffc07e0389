"""The tables that may be taken out for other tools, by name: as published, or suppressed where they rest on patients.

Patient-level tables themselves are not among them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from lsc_analytics import parameters, tables, vocabulary
from lsc_analytics.errors import ParameterError
from lsc_analytics.models import aid_record, cancer, diagnostics, quality, rtt
from lsc_analytics.reference import ALL_SPECIALTIES, ALL_TESTS, SYSTEM
from lsc_analytics.store.home import Home
from lsc_analytics.store.warehouse import Warehouse


@dataclass(frozen=True)
class Published:
    """One table that can be taken out, and how it is made."""

    table: tables.Table
    make: Callable[[Warehouse], pd.DataFrame]


def take_out(home: Home, name: str) -> pd.DataFrame:
    """A published table, of every organisation loaded where it is read, of the system's trusts where it is computed.

    Raises:
        ParameterError: There is no such table.
        NoDataError: What it rests on is not loaded.
    """
    if name not in TABLES:
        raise ParameterError(f"There is no table {name!r}.", f"There are {', '.join(TABLES)}.", parameter="NAME")
    published = TABLES[name]
    return published.table.check(published.make(Warehouse(home)))


def _cells() -> list[tuple[str, str]]:
    waiting = vocabulary.system_cells()
    cells = zip(waiting["provider_code"], waiting["treatment_function_code"], strict=True)
    return [*cells, (SYSTEM, ALL_SPECIALTIES)]


def _each_list(verb: Callable[[str, str], pd.DataFrame]) -> Callable[[Warehouse], pd.DataFrame]:
    return lambda _: pd.concat([verb(*cell) for cell in _cells()], ignore_index=True)


def _each_trust(verb: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([verb(trust) for trust in (SYSTEM, *parameters.trust_codes())], ignore_index=True)


def _each_test(verb: Callable[[str, str], pd.DataFrame]) -> pd.DataFrame:
    waiting = vocabulary.diagnostics_cells()
    cells = zip(waiting["provider_code"], waiting["diagnostic_test_code"], strict=True)
    told = [verb(*cell) for cell in [*cells, (SYSTEM, ALL_TESTS)]]
    return pd.concat([frame for frame in told if len(frame)], ignore_index=True)


TABLES = {
    published.table.name: published
    for published in (
        Published(tables.RTT, lambda w: w.rtt(scope=None)),
        Published(tables.RTT_BAND_VIEW, lambda w: w.rtt_bands(scope=None)),
        Published(tables.RTT_POSITION, lambda w: rtt.position(w.rtt())),
        Published(tables.RTT_FLOWS, lambda w: rtt.flows(w.rtt(), aid_record.transfers(w.aid_log()))),
        Published(tables.RTT_COMMISSIONED, lambda _: vocabulary.commissioned()),
        Published(tables.RTT_FORECAST, _each_list(vocabulary.forecast)),
        Published(tables.RTT_TRACK_RECORD, _each_list(vocabulary.track_record)),
        Published(tables.SYSTEM_CELLS, lambda _: vocabulary.system_cells()),
        Published(tables.DECISIONS, lambda _: vocabulary.decisions()),
        Published(tables.DM01, lambda w: w.dm01(scope=None)),
        Published(tables.DM01_BAND_VIEW, lambda w: w.dm01_bands(scope=None)),
        Published(tables.DM01_POSITION, lambda w: diagnostics.position(w.dm01())),
        Published(tables.DM01_DRIVERS, lambda _: vocabulary.diagnostics_drivers()),
        Published(tables.DM01_SESSIONS, lambda _: vocabulary.diagnostics_sessions()),
        Published(tables.DM01_FORECAST, lambda _: vocabulary.diagnostics_forecasts()),
        Published(tables.DM01_OUTLOOK, lambda _: vocabulary.diagnostics_outlooks()),
        Published(tables.DM01_CONTEST, lambda _: vocabulary.diagnostics_contest()),
        Published(tables.SPC_POINTS, lambda _: _each_test(vocabulary.diagnostics_control)),
        Published(tables.SPC_SUMMARY, lambda _: vocabulary.control_summary(_each_test(vocabulary.diagnostics_control))),
        Published(tables.CANCER, lambda w: w.cancer()),
        Published(tables.CANCER_POSITION, lambda w: cancer.position(w.cancer())),
        Published(tables.CANCER_STANDING, lambda _: vocabulary.cancer_standing()),
        Published(tables.CANCER_TYPES, lambda _: _each_trust(vocabulary.cancer_types)),
        Published(tables.CANCER_AGAINST_PLAN, lambda _: vocabulary.cancer_plan()),
        Published(tables.DIAGNOSTIC_CAPACITY, lambda w: w.diagnostic_capacity()),
        Published(tables.DIAGNOSTIC_SITES, lambda _: vocabulary.diagnostic_sites()),
        Published(tables.DIAGNOSTIC_NEED, lambda _: vocabulary.diagnostic_need()),
        Published(tables.DIAGNOSTIC_SESSION_VALUE, lambda _: vocabulary.diagnostic_session()),
        Published(tables.DIAGNOSTIC_CENTRES, lambda _: vocabulary.diagnostic_centres()),
        Published(tables.DIAGNOSTIC_MIX, lambda _: vocabulary.diagnostic_mix()),
        Published(tables.DIAGNOSTIC_HARM, lambda _: vocabulary.diagnostic_harm()),
        Published(tables.DIAGNOSTIC_WORKFORCE, lambda _: vocabulary.diagnostic_workforce()),
        Published(tables.DIAGNOSTIC_SCENARIOS, lambda _: vocabulary.diagnostic_scenarios()),
        Published(tables.DIAGNOSTIC_COUPLING, lambda _: vocabulary.diagnostic_coupling()),
        Published(tables.AID_LOG, lambda w: w.aid_log()),
        Published(tables.AID_PROGRESS, lambda _: vocabulary.aid_actions()),
        Published(tables.AID_RECORD, lambda _: vocabulary.aid_record()),
        Published(tables.DM01_AID_RECORD, lambda _: vocabulary.diagnostics_aid_record()),
        Published(tables.CANCER_AID_RECORD, lambda _: vocabulary.cancer_aid_record()),
        Published(tables.CHATBOT_OUTCOMES_PUBLISHED, lambda _: vocabulary.chatbot_every_outcome()),
        Published(tables.CHATBOT_EQUITY, lambda _: vocabulary.chatbot_equity()),
        Published(tables.CHATBOT_SAFETY, lambda _: vocabulary.chatbot_every_safety()),
        Published(tables.CHATBOT_STEPS, lambda _: vocabulary.chatbot_steps()),
        Published(tables.PTL_PUBLISHED, lambda _: vocabulary.ptl_published()),
        Published(tables.PTL_COHORT, lambda _: _each_trust(vocabulary.ptl_cohort)),
        Published(tables.PTL_TIP_INS, lambda _: _each_trust(vocabulary.ptl_tip_ins)),
        Published(tables.PTL_SHARES, lambda _: _each_trust(vocabulary.ptl_shares)),
        Published(tables.PTL_BRIDGE, lambda _: _each_trust(vocabulary.ptl_bridge)),
        Published(tables.WLMDS, lambda w: w.wlmds(scope=None)),
        Published(tables.INEQUALITY_KNOWN, lambda _: _each_trust(vocabulary.inequality_known)),
        Published(tables.INEQUALITY_GAPS, lambda _: _each_trust(vocabulary.inequality_gaps)),
        Published(tables.INEQUALITY_DECILES, lambda _: _each_trust(vocabulary.inequality_deciles)),
        Published(tables.INEQUALITY_SLOPES, lambda _: vocabulary.inequality_slopes()),
        Published(tables.INEQUALITY_MIX, lambda _: vocabulary.inequality_mix()),
        Published(tables.NOT_ENGLISH, lambda w: quality.not_english(w.rtt(scope="nonc"))),
        Published(
            tables.DATA_JUMPS,
            lambda w: quality.jumps(w.rtt(measure="total_incomplete", provider_code=parameters.trust_codes())),
        ),
        Published(tables.FILES, lambda w: w.files()),
    )
}
