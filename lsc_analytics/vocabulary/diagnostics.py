"""What a notebook may ask of DM01 tests."""

from __future__ import annotations

from functools import cache

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.models import diagnostic_comparison, diagnostic_drivers
from lsc_analytics.models import diagnostics as diagnostics_model
from lsc_analytics.reference import ALL_TESTS, SYSTEM, months_between
from lsc_analytics.tables import DM01_DRIVERS, DM01_POSITION, DM01_SESSIONS
from lsc_analytics.vocabulary.loaded import month_of, note, warehouse


@cache
def _dm01(release: str, trust: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    trusts = parameters.trust_codes() if trust == SYSTEM else [trust]
    return warehouse().dm01(provider_code=trusts), warehouse().dm01_bands(provider_code=trusts)


def diagnostics(trust: str, test: str, as_of: str = "") -> pd.DataFrame:
    """Where a test's list stands, and stood in every month before: `tables.DM01_POSITION`.

    Args:
        trust: Trust code, or LSC.
        test: Diagnostic ID; IMAGING, ENDOSCOPY or PHYSIOLOGICAL for a network's tests added up; 16 for all.
        as_of: Month reported; the latest where empty.
    """
    month = month_of("dm01", as_of)
    figures = _dm01(warehouse().release("dm01"), trust)[0]
    note(figures[figures["diagnostic_test_code"].isin(parameters.ids_of_tests(test))])
    return diagnostics_model.history(figures, trust, test, month)


def diagnostics_bands(trust: str, test: str, as_of: str = "") -> pd.DataFrame:
    """How long the people on a test's list have waited in the month reported: `tables.DM01_WAITS`."""
    month = month_of("dm01", as_of)
    return diagnostics_model.waits(_dm01(warehouse().release("dm01"), trust)[1], trust, test, month)


def diagnostics_trend(trust: str, test: str, as_of: str = "") -> pd.DataFrame:
    """Whether the test's list is getting better or worse: see `models.diagnostics.trend`."""
    return diagnostics_model.trend(diagnostics(trust, test, as_of))


def diagnostics_standards(trust: str, test: str, as_of: str = "") -> pd.DataFrame:
    """The test against each six-week standard: see `models.diagnostics.against_standards`."""
    standards = [standard for standard in parameters.standards().standards if standard.family == "dm01"]
    return diagnostics_model.against_standards(diagnostics(trust, test, as_of), standards)


def diagnostics_cells(as_of: str = "") -> pd.DataFrame:
    """Every trust and test with anyone waiting in the month reported: `tables.DM01_POSITION`, empty without DM01."""
    if "dm01" not in warehouse().families():
        return DM01_POSITION.empty()
    month = month_of("dm01", as_of)
    figures = warehouse().dm01(provider_code=parameters.trust_codes(), month=month)
    note(figures)
    cells = diagnostics_model.position(figures)
    return cells[cells["total_waiting"] > 0].reset_index(drop=True)


def worst_tests(as_of: str = "") -> pd.DataFrame:
    """The tests with most people waiting six weeks or more, the worst first: `tables.DM01_POSITION`."""
    return diagnostics_model.worst_tests(diagnostics_cells(as_of))


def diagnostics_networks(as_of: str = "") -> pd.DataFrame:
    """The imaging, endoscopy and physiological tests of every trust and the system in the month: `tables.DM01_POSITION`."""
    if "dm01" not in warehouse().families():
        return DM01_POSITION.empty()
    month = month_of("dm01", as_of)
    standing = [
        diagnostics_model.standing_at(_dm01(warehouse().release("dm01"), trust)[0], trust, network, month)
        for trust in (SYSTEM, *parameters.trust_codes())
        for network in (*parameters.NETWORKS, ALL_TESTS)
    ]
    return DM01_POSITION.check(pd.concat(standing, ignore_index=True))


def diagnostics_drivers(trust: str = SYSTEM, test: str = ALL_TESTS, as_of: str = "") -> pd.DataFrame:
    """The lists that a list is made of, those with most long waits first, and what made each grow: `tables.DM01_DRIVERS`.

    Args:
        trust: Trust code, or LSC for every trust's.
        test: Diagnostic ID, the code of a network, or 16: for these every test's.
        as_of: Month reported; the latest where empty.

    Returns:
        No rows where no DM01 figures are loaded.
    """
    if "dm01" not in warehouse().families():
        return DM01_DRIVERS.empty()
    figures = _dm01(warehouse().release("dm01"), trust)[0]
    mine = figures[figures["diagnostic_test_code"].isin(parameters.ids_of_tests(test))]
    note(mine)
    return diagnostic_drivers.drivers(mine, month_of("dm01", as_of))


def diagnostics_sessions(trust: str = SYSTEM, test: str = ALL_TESTS, as_of: str = "") -> pd.DataFrame:
    """The sessions that would take each of the same lists to each standard: `tables.DM01_SESSIONS`.

    Tests in a session are the trust's own where its capacity is loaded, else assumed (`parameters/diagnostics.yml`).
    """
    driven = diagnostics_drivers(trust, test, as_of)
    if driven.empty:
        return DM01_SESSIONS.empty()
    assumed = {each.code: each.slots_a_session for each in parameters.diagnostics().tests}
    lists = driven[["provider_code", "diagnostic_test_code"]]
    lists = lists.assign(tests_a_session=lists["diagnostic_test_code"].map(assumed).astype("float64"))
    loaded = warehouse().diagnostic_capacity(provider_code=parameters.trust_codes())
    note(loaded)
    slots = diagnostic_drivers.slots_held(loaded, lists.dropna())
    cells = diagnostics_cells(as_of)
    cells = cells.merge(lists[["provider_code", "diagnostic_test_code"]])
    return diagnostic_drivers.sessions(cells, driven, parameters.standards().standards, slots)


def diagnostics_ranks(test: str = ALL_TESTS, as_of: str = "") -> pd.DataFrame:
    """The trusts' places among England's in the share within six weeks: `tables.DM01_RANKS`, empty unless England is loaded."""
    month, tests = month_of("dm01", as_of), parameters.ids_of_tests(test)
    figures = warehouse().dm01(month=month, diagnostic_test_code=tests, measure=["total_waiting", "waiting_6_plus"])
    return diagnostic_comparison.ranks(figures, tests, parameters.trust_codes(), test)


def diagnostics_completeness(trust: str = SYSTEM, test: str = ALL_TESTS, as_of: str = "") -> pd.DataFrame:
    """How whole the trust's figures are, month by month, or every trust's for LSC: `tables.DM01_COMPLETENESS`."""
    release, month, tests = warehouse().release("dm01"), month_of("dm01", as_of), parameters.ids_of_tests(test)
    reported = _reported(release)
    within = reported.loc[reported["diagnostic_test_code"].isin(tests) & (reported["month"] <= month), "month"]
    months = months_between(within.min(), within.max()) if len(within) else []
    trusts = parameters.trust_codes() if trust == SYSTEM else [trust]
    return diagnostic_comparison.completeness(_dm01(release, trust)[0], trusts, tests, months)


@cache
def _reported(release: str) -> pd.DataFrame:
    """The months in which any trust of the system reports each test."""
    lists = warehouse().dm01(provider_code=parameters.trust_codes(), measure="total_waiting")
    return lists[["diagnostic_test_code", "month"]].drop_duplicates()
