"""What a notebook may ask of DM01 tests."""

from __future__ import annotations

from functools import cache

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.models import diagnostics as diagnostics_model
from lsc_analytics.reference import ALL_TESTS, SYSTEM
from lsc_analytics.tables import DM01_POSITION
from lsc_analytics.vocabulary.loaded import month_of, note, warehouse


@cache
def _dm01(release: str, trust: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    trusts = parameters.trust_codes() if trust == SYSTEM else [trust]
    return warehouse().dm01(provider_code=trusts), warehouse().dm01_bands(provider_code=trusts)


def diagnostics(trust: str, test: str, as_of: str = "") -> pd.DataFrame:
    """Where a test's list stands, and stood in every month before: `tables.DM01_POSITION`. Test 16 is all tests."""
    month = month_of("dm01", as_of)
    figures = _dm01(warehouse().release("dm01"), trust)[0]
    note(figures if test == ALL_TESTS else figures[figures["diagnostic_test_code"] == test])
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
