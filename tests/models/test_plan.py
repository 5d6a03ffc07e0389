"""The plan beside what was counted and what is forecast: who is on it, from when on not, and how likely that stays."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsc_analytics.models import diagnostics
from lsc_analytics.models.plan import against_plan, system_plan
from lsc_analytics.parameters import trust_codes
from lsc_analytics.reference import SYSTEM, add_months
from lsc_analytics.tables import DM01_FORECAST, PLAN, RTT_FORECAST, RTT_POSITION

AS_OF = "2026-01"


def plan(
    values: dict[tuple[str, str], float], code: str = "C_110", trust: str = "RXN", family: str = "rtt"
) -> pd.DataFrame:
    """Planned values of one list by measure and month."""
    rows = [(month, trust, code, family, measure, value, "f") for (measure, month), value in values.items()]
    return PLAN.check(pd.DataFrame(rows, columns=PLAN.names)) if rows else PLAN.empty()


def positions(totals: dict[str, int], within: int = 60, over_52: int | None = 3) -> pd.DataFrame:
    """One list's positions by month."""
    rows = [
        dict.fromkeys(RTT_POSITION.names)
        | {"month": month, "provider_code": "RXN", "treatment_function_code": "C_110", "total_incomplete": total,
           "within_18_weeks": within, "within_18_weeks_percent": 100 * within / total, "over_52_weeks": over_52}
        for month, total in totals.items()
    ]  # fmt: skip
    return RTT_POSITION.check(pd.DataFrame(rows))


def forecasts(measure: str, median: float, spread: float, *, chosen: bool = True, months: int = 6) -> pd.DataFrame:
    """A forecast that stays where it is, its 80% interval so wide either way."""
    rows = [
        {"as_of": AS_OF, "provider_code": "RXN", "treatment_function_code": "C_110", "measure": measure,
         "target_month": add_months(AS_OF, step), "horizon": step, "mean": median, "median": median,
         "lower_80": median - spread, "upper_80": median + spread, "lower_95": median - 1.5 * spread,
         "upper_95": median + 1.5 * spread, "probability_any": 1.0, "method": "last_value", "chosen": chosen}
        for step in range(1, months + 1)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_months_counted_are_judged_by_the_count_and_later_ones_by_the_forecast() -> None:
    """Above the plan is off it; a forecast at the plan is even; the first month off is named once."""
    planned = plan({("total_incomplete", month): value for month, value in (
        ("2025-12", 100), ("2026-01", 100), ("2026-02", 120), ("2026-03", 110), ("2026-12", 90))})  # fmt: skip
    ahead = forecasts("total_incomplete", 115, 10)
    found = against_plan(positions({"2025-12": 99, "2026-01": 101}), ahead, planned, AS_OF).set_index("month")
    assert found["off_plan"].tolist() == [False, True, False, True, None]
    assert found["first_off_plan"].tolist() == [False, True, False, False, False]
    assert found["gap"].tolist()[:4] == [-1, 1, -5, 5]
    assert found["probability_met"].tolist()[2:4] == pytest.approx([0.7, 0.3])
    assert found["probability_met"].isna().tolist() == [True, True, False, False, True]
    assert np.isnan(found.loc["2026-12", "gap"])


def test_no_actual_after_the_month_reported_is_looked_at() -> None:
    """A month that is loaded but lies after the as-of month is judged by the forecast of then."""
    planned = plan({("total_incomplete", "2026-02"): 100})
    found = against_plan(positions({AS_OF: 90, "2026-02": 500}), forecasts("total_incomplete", 90, 5), planned, AS_OF)
    assert found["actual"].isna().all()
    assert found["off_plan"].tolist() == [False]


def test_more_within_18_weeks_is_better() -> None:
    """The share within is met from its planned value up, counted or forecast; the count within likewise."""
    planned = plan({("within_18_weeks_percent", "2026-01"): 60.0, ("within_18_weeks_percent", "2026-02"): 61.0,
                    ("within_18_weeks", "2026-02"): 62})  # fmt: skip
    ahead = pd.concat([forecasts("total_incomplete", 100, 1), forecasts("within_18_weeks", 60, 2)])
    found = against_plan(positions({AS_OF: 100}), ahead, planned, AS_OF).set_index(["measure", "month"])
    share = found.loc["within_18_weeks_percent"]
    assert share["off_plan"].tolist() == [False, True]
    assert share["median"].tolist()[1] == 60
    assert share["probability_met"].tolist()[1] == pytest.approx(0.3)
    assert found.loc[("within_18_weeks", "2026-02"), "probability_met"] == pytest.approx(0.3)  # 62 is more than 61


def test_only_the_chosen_forecast_is_read() -> None:
    """A method that does not lead does not judge the plan."""
    planned = plan({("total_incomplete", "2026-02"): 100})
    ahead = pd.concat([forecasts("total_incomplete", 500, 5, chosen=False), forecasts("total_incomplete", 90, 5)])
    found = against_plan(positions({AS_OF: 90}), ahead, planned, AS_OF)
    assert found["median"].tolist() == [90]


def test_an_unknown_count_is_neither_on_nor_off_plan() -> None:
    """A measure that no file reports has no gap and no verdict."""
    found = against_plan(
        positions({AS_OF: 100}, over_52=None), RTT_FORECAST.empty(), plan({("over_52_weeks", AS_OF): 0}), AS_OF
    )
    assert found["off_plan"].tolist() == [None]
    assert found["gap"].isna().all()


def test_no_plan_is_no_rows() -> None:
    """A list without a plan has an empty table, not an error; a plan of tests is not one of pathways."""
    assert against_plan(positions({AS_OF: 1}), RTT_FORECAST.empty(), plan({}), AS_OF).empty
    of_tests = plan({("waiting_6_plus", AS_OF): 5}, code="1", family="dm01")
    assert against_plan(positions({AS_OF: 1}), RTT_FORECAST.empty(), of_tests, AS_OF).empty


def test_a_tests_plan_is_set_beside_its_list() -> None:
    """DM01: eleven at six weeks or more against ten planned is off plan by one."""
    rows = [
        ("provider", AS_OF, "RXN", "1", measure, value, "s", "f")
        for measure, value in (("total_waiting", 100.0), ("waiting_6_plus", 11.0))
    ]
    columns = ["scope", "month", "provider_code", "diagnostic_test_code", "measure", "value", "source", "file_sha256"]
    history = diagnostics.history(pd.DataFrame(rows, columns=columns), "RXN", "1")
    planned = plan({("waiting_6_plus", AS_OF): 10, ("within_6_weeks_percent", AS_OF): 88}, code="1", family="dm01")
    found = against_plan(history, DM01_FORECAST.empty(), planned, AS_OF).set_index("measure")
    assert found["off_plan"].to_dict() == {"waiting_6_plus": True, "within_6_weeks_percent": False}
    assert found.loc["waiting_6_plus", "gap"] == 1


def test_the_systems_plan_is_the_sum_of_whole_ones() -> None:
    """Counts that every trust plans are added up; shares, and months that a trust leaves out, are not."""
    trusts = trust_codes()
    whole = pd.concat(
        [plan({("over_52_weeks", "2026-03"): 10, ("within_18_weeks_percent", "2026-03"): 60}, trust=t) for t in trusts]
    )
    part = pd.concat([plan({("over_52_weeks", "2026-04"): 10}, trust=t) for t in trusts[1:]])
    found = system_plan(pd.concat([whole, part]), trusts)
    assert found[["provider_code", "month", "measure", "planned_value"]].values.tolist() == [
        [SYSTEM, "2026-03", "over_52_weeks", 10.0 * len(trusts)]
    ]  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=8), st.integers(1, 300))
def test_a_looser_plan_is_never_harder_to_meet(months: list[tuple[int, int]], median: int) -> None:
    """Raising a planned count never lowers the chance of meeting it nor turns a month from on to off plan."""
    named = [add_months("2025-12", step) for step in range(len(months))]
    known = positions({month: counted + 1 for month, (counted, _) in zip(named, months, strict=True) if month <= AS_OF})
    ahead = forecasts("total_incomplete", float(median), median / 4)
    tight = {("total_incomplete", month): float(value) for month, (_, value) in zip(named, months, strict=True)}
    loose = {key: value + 7 for key, value in tight.items()}
    one, other = (against_plan(known, ahead, plan(values), AS_OF) for values in (tight, loose))
    assert (other["probability_met"].dropna() >= one["probability_met"].dropna() - 1e-12).all()
    assert not (other["off_plan"].eq(True) & one["off_plan"].eq(False)).any()
    assert one["first_off_plan"].sum() == int(one["off_plan"].eq(True).any())
