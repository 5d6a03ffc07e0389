"""Tests held against the standards ahead; sums are whole or not there; what joins is what the identity leaves over."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsc_analytics.models import contest, diagnostics, diagnostics_ahead, ledger
from lsc_analytics.models.forecast import WaitingList, combined, methods, track_record
from lsc_analytics.models.plan import against_plan
from lsc_analytics.parameters import ForecastSettings, Standard
from lsc_analytics.reference import SYSTEM, add_months
from lsc_analytics.tables import DM01_FORECAST, DM01_FORECAST_LEDGER, DM01_FORECASTS_KEPT, PLAN

AS_OF = "2025-09"
SETTINGS = ForecastSettings(
    horizon_months=3, history_months_needed=13, draws=100, seed=1, contest=["last_value", "drift", "combination"],
    combination=["last_value", "drift"],
)  # fmt: skip


def forecasts(total: float = 200, over: float = 20, months: int = 3, test: str = "1") -> pd.DataFrame:
    """A list as long, and with as many at six weeks or more, in each of some months ahead; half as many either way."""
    rows = [
        {
            "as_of": AS_OF, "provider_code": "RXN", "diagnostic_test_code": test, "measure": measure,
            "target_month": add_months(AS_OF, step), "horizon": step, "horizon_label": "near", "mean": middle,
            "median": middle, "lower_80": middle * 0.7, "upper_80": middle * 1.3, "lower_95": middle * 0.5,
            "upper_95": middle * 1.5, "probability_any": float(middle > 0), "method": "pooled", "chosen": True,
        }
        for measure, middle in (
            ("total_waiting", total), ("waiting_6_plus", over), ("waiting_13_plus", over / 4),
            ("waiting_list_activity", 100.0),
        )
        for step in range(1, months + 1)
    ]  # fmt: skip
    return DM01_FORECAST.check(pd.DataFrame(rows))


def standard(value: float, **changes: object) -> Standard:
    """So many percent within six weeks."""
    told = {"id": f"x{value}", "family": "dm01", "weeks": 6, "rule": "share_within_at_least", "value": value,
            "words": "w", "source": "s", "verified": True}  # fmt: skip
    return Standard(**{**told, **changes})


def test_a_standard_is_met_as_likely_as_its_count() -> None:
    """Of 200, at most 20 may be over for 90%: the median, so an even chance; the share runs 87 to 93%."""
    told = diagnostics_ahead.outlook(forecasts(), [standard(90)])
    assert told["probability_met"].round(2).tolist() == [0.5] * 3
    assert told[["within_percent", "within_lower_80", "within_upper_80"]].iloc[0].round(6).tolist() == [90, 87, 93]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 500), st.integers(0, 200), st.integers(1, 50))
def test_a_harder_standard_is_never_likelier(total: int, over: int, step: int) -> None:
    """The chance of 99% is never above that of 95%, and all chances are chances."""
    over = min(total, over)
    told = diagnostics_ahead.outlook(forecasts(total, over), [standard(100 - step), standard(max(100 - 2 * step, 0))])
    easy, hard = (
        told[told["needed_percent"] == needed]["probability_met"] for needed in sorted(set(told["needed_percent"]))
    )
    assert told["probability_met"].between(0, 1).all()
    assert (hard.to_numpy() <= easy.to_numpy() + 1e-12).all()


def test_standards_of_others_and_of_later_are_passed_over() -> None:
    """RTT's, England's, and one announced after the month that the forecast is made as of."""
    others = [
        standard(90, family="rtt", weeks=18), standard(91, scope="england"),
        standard(92, by=dt.date(2027, 3, 31), announced=dt.date(2025, 10, 24)),
    ]  # fmt: skip
    assert diagnostics_ahead.outlook(forecasts(), others).empty


def figures(counts: dict[tuple[str, str], list[float]], first: str = "2024-04") -> pd.DataFrame:
    """Lists by month: a fifth of each at six weeks or more, a tenth at thirteen, as many tests as half of it."""
    shares = {"total_waiting": 1.0, "waiting_6_plus": 0.2, "waiting_13_plus": 0.1, "waiting_list_activity": 0.5}
    rows = [
        ("provider", add_months(first, step), provider, test, measure, count * share, "s", "f")
        for (provider, test), history in counts.items()
        for step, count in enumerate(history)
        for measure, share in shares.items()
    ]
    columns = ["scope", "month", "provider_code", "diagnostic_test_code", "measure", "value", "source", "file_sha256"]
    return pd.DataFrame(rows, columns=columns)


def test_sums_are_whole_or_absent() -> None:
    """A trust's tests add up each month; a month that one trust lacks has no sum over the trusts."""
    rows = figures({("RXN", "1"): [10, 20], ("RXN", "2"): [30, 40], ("RXL", "1"): [50]})
    told = diagnostics_ahead.with_sums(rows, ["RXN", "RXL"])
    value = told.set_index(["provider_code", "diagnostic_test_code", "month", "measure"])["value"]
    assert value["RXN", "16", "2024-05", "total_waiting"] == 60
    assert value[SYSTEM, "1", "2024-04", "waiting_6_plus"] == pytest.approx(12)
    assert value[SYSTEM, "16", "2024-04", "total_waiting"] == 90
    assert (SYSTEM, "1", "2024-05", "total_waiting") not in value.index
    assert value["RXN", "IMAGING", "2024-05", "total_waiting"] == 60
    assert value[SYSTEM, "IMAGING", "2024-04", "total_waiting"] == 90
    assert ("RXN", "ENDOSCOPY", "2024-04", "total_waiting") not in value.index


def test_medians_add_up() -> None:
    """Each trust's tests, each test over the trusts, and all; another provider is in none of them."""
    key = {"as_of": AS_OF, "target_month": "2025-10", "measure": "total_waiting"}
    lists = {("RXN", "1"): 100.0, ("RXN", "2"): 50.0, ("RXL", "1"): 80.0, ("XXX", "1"): 500.0}
    told = pd.DataFrame(
        [
            key | {"provider_code": p, "diagnostic_test_code": test, "median": count}
            for (p, test), count in lists.items()
        ]
    )
    found = diagnostics_ahead.medians_with_sums(told, ["RXN", "RXL"])
    value = found.set_index(["provider_code", "diagnostic_test_code"])["median"]
    assert value[[("RXN", "16"), ("RXL", "16"), (SYSTEM, "1"), (SYSTEM, "16")]].tolist() == [150, 80, 180, 230]
    assert value[[("RXN", "IMAGING"), (SYSTEM, "IMAGING")]].tolist() == [150, 230]
    assert ("XXX", "1") not in value.index


def test_what_joins_is_the_change_and_the_tests() -> None:
    """From 180 to 200 with 100 tests, 120 joined; then as many as are done."""
    history = diagnostics.position(figures({("RXN", "1"): [180.0]}, first=AS_OF))
    assert diagnostics_ahead.demand_ahead(history, forecasts())["implied_demand"].tolist() == [120, 100, 100]


def test_tests_go_through_the_same_contest_and_ledger() -> None:
    """A rising test: drift leads, its forecast is a table of tests, and it is scored when its month is published."""
    rising = figures({("RXN", "1"): [300.0 + 10 * step for step in range(18)], ("RXN", "2"): [50.0] * 18})
    parts = [
        WaitingList("RXN", test, rows, rows.iloc[:0], rows.iloc[:0])
        for test, rows in rising.groupby("diagnostic_test_code")
    ]
    said = combined(
        pd.concat([methods(part, [AS_OF, "2025-06", "2025-07", "2025-08"], SETTINGS) for part in parts]),
        SETTINGS.combination,
    )
    told = contest.contest(track_record(said, rising), AS_OF)
    assert set(told.loc[told["chosen"] & (told["measure"] == "total_waiting"), "method"]) == {"drift"}
    now = said[(said["as_of"] == AS_OF) & (said["diagnostic_test_code"] == "1")]
    led = contest.lead(now, told)
    assert set(led["measure"]) == {"total_waiting", "waiting_6_plus", "waiting_13_plus", "waiting_list_activity"}
    made = {"made_at": "2025-11-13", "data_release": "r", "parameters": "p", "code_version": "c", "loaded_until": AS_OF}
    kept = DM01_FORECASTS_KEPT.check(led.drop(columns="horizon_label").assign(**made))
    later = figures({("RXN", "1"): [300.0 + 10 * step for step in range(19)]})
    scored = DM01_FORECAST_LEDGER.check(ledger.scored(kept, later))
    best = scored[scored["chosen"] & (scored["measure"] == "total_waiting")]
    assert best[["target_month", "outturn"]].values.tolist() == [["2025-10", 480.0]]
    assert best["error"].abs().item() < 1
    shown = ledger.last_said(
        kept, ledger.judged(scored, ledger.backcasts(track_record(said, rising))), later, "2025-10"
    )
    assert set(shown["as_of"]) >= {"2025-08", AS_OF}


def test_a_plan_of_tests_has_its_forecast_beside_it() -> None:
    """Twenty of 200 over six weeks forecast: 90% within, an even chance of a plan of 90%, and none of 99%."""
    history = diagnostics.position(figures({("RXN", "1"): [200.0]}, first=AS_OF))
    planned = PLAN.check(pd.DataFrame(
        [("2025-11", "RXN", "1", "dm01", measure, value, "f")
         for measure, value in (("waiting_6_plus", 20.0), ("within_6_weeks_percent", 99.0))],
        columns=["month", "provider_code", "list_code", "family", "measure", "planned_value", "file_sha256"],
    )[PLAN.names])  # fmt: skip
    found = against_plan(history, forecasts(), planned, AS_OF).set_index("measure")
    assert found.loc["waiting_6_plus", "probability_met"] == pytest.approx(0.5)
    assert found.loc["within_6_weeks_percent", ["median", "lower_80", "upper_80"]].tolist() == pytest.approx(
        [90, 87, 93]
    )
    assert found.loc["within_6_weeks_percent", "probability_met"] < 0.05
    assert found.loc["within_6_weeks_percent", "off_plan"]
