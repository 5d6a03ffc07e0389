"""What a notebook may ask of diagnostic demand and capacity: computed once for every list together, and remembered."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.models import cohorts, futures
from lsc_analytics.models import diagnostic_capacity as model
from lsc_analytics.reference import ALL_TESTS, SYSTEM, add_months
from lsc_analytics.store.home import Home
from lsc_analytics.store.results import Results
from lsc_analytics.tables import (
    DIAGNOSTIC_CENTRES,
    DIAGNOSTIC_COUPLING,
    DIAGNOSTIC_HARM,
    DIAGNOSTIC_MIX,
    DIAGNOSTIC_NEED,
    DIAGNOSTIC_SCENARIOS,
    DIAGNOSTIC_SESSION_VALUE,
    Table,
)
from lsc_analytics.vocabulary.diagnostics_ahead import diagnostics_forecasts
from lsc_analytics.vocabulary.loaded import month_of, note, warehouse
from lsc_analytics.vocabulary.rtt import waiting_list


def diagnostic_sites(trust: str = SYSTEM, test: str = "", as_of: str = "") -> pd.DataFrame:
    """What each site can do: `tables.DIAGNOSTIC_SITES`; no rows where no capacity file is loaded."""
    month = month_of("dm01", as_of)
    return _of(model.holding(_figures(), month, parameters.diagnostic_capacity()), trust, test)


def diagnostic_need(trust: str = SYSTEM, test: str = "", as_of: str = "", by: str = "") -> pd.DataFrame:
    """The further tests, sessions and staff that each six-week standard takes: `tables.DIAGNOSTIC_NEED`. Remembered.

    Args:
        trust: Trust code; LSC for every trust, and the rows of the system.
        test: Diagnostic ID; every test where empty or 16.
        as_of: Month reported; the latest where empty.
        by: YYYY-MM at whose end it is to be met; `months_ahead` of `diagnostic_capacity.yml` where empty.

    Returns:
        No rows for a list without thirteen months in a row.

    Raises:
        ParameterError: A date before capacity can change, or beyond a year.
    """
    month = month_of("dm01", as_of)
    return _of(_needed(month, _by(month, by)), trust, test)


def diagnostic_session(trust: str = SYSTEM, test: str = "", as_of: str = "") -> pd.DataFrame:
    """What one more session a week would be worth: `tables.DIAGNOSTIC_SESSION_VALUE`, the most avoided first. Remembered."""
    month = month_of("dm01", as_of)
    told = _remembered(
        DIAGNOSTIC_SESSION_VALUE,
        month,
        lambda: model.session_values(_expected(month, _release()), _goal(month), _sites(month), _assumed()),
    )
    return _of(told, trust, test).sort_values("avoided_mean", ascending=False, ignore_index=True)


def diagnostic_centres(trust: str = SYSTEM, test: str = "", as_of: str = "") -> pd.DataFrame:
    """What each community diagnostic centre adds: `tables.DIAGNOSTIC_CENTRES`. Remembered."""
    month = month_of("dm01", as_of)
    told = _remembered(
        DIAGNOSTIC_CENTRES,
        month,
        lambda: model.centres(_expected(month, _release()), _sites(month), _by(month)),
    )
    return _of(told, trust, test)


def diagnostic_what_if(trust: str = SYSTEM, test: str = "", as_of: str = "") -> pd.DataFrame:
    """What each scenario of `parameters/scenarios/dm01/` changes, `months_ahead` from now: `tables.DIAGNOSTIC_WHAT_IF`."""
    month = month_of("dm01", as_of)
    return model.what_if(diagnostic_scenarios(trust, test, month), _by(month))


def diagnostic_scenarios(trust: str = SYSTEM, test: str = "", as_of: str = "") -> pd.DataFrame:
    """Every list month by month under each scenario: `tables.DIAGNOSTIC_SCENARIOS`. Remembered."""
    month = month_of("dm01", as_of)
    told = _remembered(
        DIAGNOSTIC_SCENARIOS,
        month,
        lambda: model.compare(_expected(month, _release()), parameters.diagnostic_scenarios(), _sites(month)),
    )
    return _of(told, trust, test)


def diagnostic_mix(as_of: str = "") -> pd.DataFrame:
    """The cheapest mix of further sessions for every test: `tables.DIAGNOSTIC_MIX`. Remembered."""
    month = month_of("dm01", as_of)

    def make() -> pd.DataFrame:
        told = _needed(month, _by(month))
        told = told[told["standard"] == _assumed().told_at]
        minutes, limit = parameters.organisations().minutes(), parameters.mutual_aid().travel_limit_minutes
        return model.cheapest_mix(told, _sites(month), minutes, limit, _assumed())

    return _remembered(DIAGNOSTIC_MIX, month, make)


def diagnostic_harm(as_of: str = "") -> pd.DataFrame:
    """Each trust's own lists without and with the cheapest mix, month by month: `tables.DIAGNOSTIC_HARM`. Remembered."""
    month = month_of("dm01", as_of)
    return _remembered(
        DIAGNOSTIC_HARM,
        month,
        lambda: model.no_harm(_expected(month, _release()), diagnostic_mix(month), _assumed()),
    )


def diagnostic_workforce(as_of: str = "") -> pd.DataFrame:
    """Staff that each network takes over the years ahead: `tables.DIAGNOSTIC_WORKFORCE`."""
    return model.workforce(_sites(month_of("dm01", as_of)), _assumed())


def diagnostic_coupling_worst(as_of: str = "") -> pd.DataFrame:
    """The specialties held up most by a test, the worst first: `tables.DIAGNOSTIC_COUPLING` of the latest RTT month."""
    return model.worst_pairs(diagnostic_coupling(as_of))


def diagnostic_coupling(as_of: str = "") -> pd.DataFrame:
    """The weeks that tests add to RTT pathways: `tables.DIAGNOSTIC_COUPLING`, of the latest RTT month. Remembered.

    No rows where RTT is not loaded, or not by weekly band.
    """
    month = month_of("dm01", as_of)
    if "rtt" not in warehouse().families():
        return DIAGNOSTIC_COUPLING.empty()
    rtt_month = month_of("rtt")
    assumed, settings = parameters.diagnostic_coupling(), parameters.models().forecast

    def bands(trust: str, code: str) -> np.ndarray | None:
        mine = held[(held["provider_code"] == trust) & (held["treatment_function_code"] == code)]
        return None if mine.empty else cohorts.band_matrix(mine, [rtt_month])[0]

    def ahead(trust: str, code: str) -> futures.Ahead | None:
        return futures.expect(waiting_list(trust, code, rtt_month), rtt_month, settings)

    held = warehouse().rtt_bands(part="incomplete", provider_code=parameters.trust_codes(), month=rtt_month)
    if held.empty:
        return DIAGNOSTIC_COUPLING.empty()
    note(held)
    return Results(Home.current()).get(
        DIAGNOSTIC_COUPLING,
        f"{_release()}.{warehouse().release('rtt')}",
        {"as_of": month, "rtt": rtt_month},
        lambda: model.couple(
            _needed(month, _by(month)), assumed.pairs, bands, ahead,
            keeps_percent=assumed.keeps_percent, rtt_month=rtt_month, ahead_of_worst=assumed.ahead_of_worst,
        ),
    )  # fmt: skip


def remember_diagnostic_capacity(as_of: str) -> None:
    """Make and store everything that the pages of a month ask, so that no page waits for it."""
    for verb in (diagnostic_need, diagnostic_session, diagnostic_centres, diagnostic_scenarios):
        verb(as_of=as_of)
    diagnostic_harm(as_of)
    diagnostic_coupling(as_of)


def _assumed() -> parameters.DiagnosticCapacity:
    return parameters.diagnostic_capacity()


def _by(month: str, by: str = "") -> str:
    return by or add_months(month, _assumed().months_ahead)


def _goal(month: str) -> model.Goal:
    return model.goals_of(parameters.standards().standards, [_assumed().told_at], _by(month))[0]


def _figures() -> pd.DataFrame:
    return warehouse().diagnostic_capacity(provider_code=parameters.trust_codes())


def _sites(month: str) -> pd.DataFrame:
    return diagnostic_sites(as_of=month)


def _release() -> str:
    return f"{warehouse().release('dm01')}.{warehouse().release('diagnostic_capacity')}"


@cache
def _expected(month: str, release: str) -> model.Expected:
    trusts = parameters.trust_codes()
    figures, bands = warehouse().dm01(provider_code=trusts), warehouse().dm01_bands(provider_code=trusts)
    alone = model.expect(figures, bands, month, draws=_assumed().draws, seed=parameters.models().forecast.seed)
    held = model.anchored(alone, diagnostics_forecasts(month))
    return model.with_capacity_to_come(held, _figures(), _assumed())


def _needed(month: str, by: str) -> pd.DataFrame:
    goals = model.goals_of(parameters.standards().standards, _assumed().standards, by)
    return _remembered(
        DIAGNOSTIC_NEED, month, lambda: model.needed(_expected(month, _release()), goals, _sites(month), _assumed()), by
    )


def _remembered(promise: Table, month: str, make: Callable[[], pd.DataFrame], by: str = "") -> pd.DataFrame:
    return Results(Home.current()).get(promise, _release(), {"as_of": month, "by": by or _by(month)}, make)


def _of(told: pd.DataFrame, trust: str, test: str) -> pd.DataFrame:
    """The rows of one trust and test, or of several tests, and the capacity files behind them noted."""
    filed = _figures()
    chosen = []
    for frame in (told, filed):
        mine = np.full(len(frame), trust == SYSTEM) | (frame["provider_code"] == trust).to_numpy()
        mine &= frame["diagnostic_test_code"].isin(_tests(test)).to_numpy()
        chosen.append(frame[mine])
    note(chosen[1])
    if trust == SYSTEM:  # a page of one list asks for its history, which notes its files
        note(warehouse().dm01(provider_code=parameters.trust_codes(), measure="total_waiting"))
    return chosen[0].reset_index(drop=True)


def _tests(test: str) -> list[str]:
    """The Diagnostic IDs of a test, of a network (IMAGING), or of all tests."""
    known = parameters.diagnostics().tests
    return [one.code for one in known if test in ("", ALL_TESTS, one.code, one.network.upper())]
