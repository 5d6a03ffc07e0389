"""Reads a plan: what each trust means to reach, by list, measure and month end. The contract is docs/plan-contract.md.

It judges no plan: `models.plan` sets it beside what was reached and what is forecast.
"""

from __future__ import annotations

import pandas as pd

from lsc_analytics.ingest.contract import day_of_name
from lsc_analytics.ingest.opened import Layout, Opened
from lsc_analytics.ingest.reading import Reading
from lsc_analytics.parameters import diagnostics, specialties, trust_codes
from lsc_analytics.reference import ALL_CANCERS, ALL_TESTS
from lsc_analytics.tables import PLAN_MEASURES, PLAN_VALUES

HEADER = [
    "data_kind", "provider_code", "treatment_function_code", "diagnostic_test_code", "measure", "month", "planned_value",
]  # fmt: skip


def read_plan(opened: Opened) -> Reading:
    """Read planned values: one row a list, measure and month end.

    A day written in the file's name (plan-2026-04-30.csv) is taken for the day of the plan: where two plans give another
    value for the same list, measure and month, the later one is read.

    Returns:
        `plan_values`.

    Raises:
        RefusedFileError: A value is missing, of a trust, list or measure that is not known, of no month, text, negative
            or above 100 percent; a row names a specialty and a test, or neither where its measure is not cancer's; the
            same value is planned twice; demo and live plans are mixed.
    """
    rows = opened.rows()
    for column in ("data_kind", "provider_code", "measure", "month", "planned_value"):
        opened.refuse_where(rows, rows[column].isna(), column, "The value is missing")
    opened.refuse_unknown(rows, "data_kind", ["demo", "live"])
    mixed = rows["data_kind"].ne(rows["data_kind"].iloc[0])
    opened.refuse_where(rows, mixed, "data_kind", "The file mixes demo and live plans, with")
    opened.refuse_unknown(rows, "provider_code", trust_codes(), "trust of organisations.yml")
    test, specialty = rows["diagnostic_test_code"].notna(), rows["treatment_function_code"].notna()
    cancer = ~(test | specialty) & rows["measure"].isin(PLAN_MEASURES["cancer"])
    both = "The row must name a specialty or a test, and not both (a cancer measure names neither), beside"
    opened.refuse_where(rows, (test == specialty) & ~cancer, "diagnostic_test_code", both)
    functions = [function.code for function in specialties().treatment_functions]
    tests = [*(known.code for known in diagnostics().tests), ALL_TESTS]
    opened.refuse_unknown(
        rows[specialty], "treatment_function_code", functions, "treatment function of specialties.yml"
    )
    opened.refuse_unknown(rows[test], "diagnostic_test_code", tests, "Diagnostic ID of diagnostics.yml")
    opened.refuse_unknown(rows[specialty], "measure", list(PLAN_MEASURES["rtt"]), "RTT measure that can be planned")
    opened.refuse_unknown(rows[test], "measure", list(PLAN_MEASURES["dm01"]), "DM01 measure that can be planned")
    month = rows["month"].str.fullmatch(r"20\d{2}-(0[1-9]|1[0-2])")
    opened.refuse_where(rows, ~month.astype(bool), "month", "The month is not written YYYY-MM:")
    values = opened.numbers(rows, ["planned_value"], whole=False)["planned_value"]
    opened.refuse_where(rows, values.isna(), "planned_value", "The value is missing:")
    shares = rows["measure"].str.endswith("_percent")
    opened.refuse_where(rows, shares & (values > 100), "planned_value", "A share cannot be above 100 percent:")
    opened.refuse_where(rows, ~shares & (values % 1 != 0), "planned_value", "A planned count is a whole number, not")
    planned = pd.DataFrame(
        {
            "source": "plan",
            "month": rows["month"],
            "provider_code": rows["provider_code"],
            "list_code": rows["treatment_function_code"].fillna(rows["diagnostic_test_code"]).fillna(ALL_CANCERS),
            "family": test.map({True: "dm01", False: "rtt"}).where(~cancer, "cancer"),
            "measure": rows["measure"],
            "planned_value": values,
        }
    )
    twice = planned.duplicated(list(PLAN_VALUES.grain))
    opened.refuse_where(
        rows, twice, "planned_value", "The same list, measure and month is planned twice, the second time"
    )
    return Reading(
        file=opened.name,
        layout=PLANS.name,
        family="plan",
        source="plan",
        source_rank=1,
        frames={PLAN_VALUES.name: planned.reset_index(drop=True)},
        published=day_of_name(opened.name),
        revised="revis" in opened.name.lower(),
        demo=rows["data_kind"].iloc[0] == "demo",
    )


PLANS = Layout("plan", lambda opened: opened.header == HEADER, read_plan)
LAYOUTS = (PLANS,)
