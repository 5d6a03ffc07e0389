"""Capacity to come: rows of the capacity file that hold from a later month change the tests expected from that month on."""

from __future__ import annotations

import dataclasses

import pandas as pd

from lsc_analytics.models.diagnostic_capacity.expected import Expected
from lsc_analytics.models.diagnostic_capacity.sites import holding
from lsc_analytics.parameters import DiagnosticCapacity
from lsc_analytics.reference import add_months

_LIST = ["provider_code", "diagnostic_test_code"]


def with_capacity_to_come(expected: Expected, figures: pd.DataFrame, assumed: DiagnosticCapacity) -> Expected:
    """What is expected once the capacity that the file announces is there?

    DM01 tells how many tests a list has; the file tells by what part they change. A list whose sites can do 200 tests a week
    now and 250 from May has a quarter more tests from May on. Of a list that has no site yet, the announced tests are added.

    Args:
        expected: Every list.
        figures: `tables.DIAGNOSTIC_CAPACITY`, later months among them.
        assumed: What stands in for blanks.

    Returns:
        `Expected`; the same where no later month is told.
    """
    months = [add_months(expected.as_of, step) for step in range(1, 13)]
    later = sorted(set(figures["month"]) & set(months))
    if not later or not expected.lists:
        return expected
    tests, now = expected.tests.copy(), _by_list(figures, expected.as_of, assumed)
    for month in later:
        then, begins = _by_list(figures, month, assumed), expected.week_of(add_months(month, -1))
        for at, cell in enumerate(expected.lists):
            if cell in then and then[cell] != now.get(cell):
                held, own = now.get(cell, 0.0), expected.tests[at, :, begins:]
                tests[at, :, begins:] = own * (then[cell] / held) if held > 0 else own + then[cell]
    return dataclasses.replace(expected, tests=tests)


def _by_list(figures: pd.DataFrame, month: str, assumed: DiagnosticCapacity) -> dict[tuple[str, str], float]:
    """Tests a week from the waiting list that the sites of each list can do in a month."""
    sums = holding(figures, month, assumed).groupby(_LIST, as_index=False)["waiting_list_tests_a_week"].sum()
    return {(str(trust), str(test)): float(tests) for trust, test, tests in sums.itertuples(index=False)}
