"""What a notebook may ask of standards, of the plan, and of risk."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.models import aid_record, rtt
from lsc_analytics.models import plan as plan_model
from lsc_analytics.models import risk as risk_model
from lsc_analytics.models import standards as standards_model
from lsc_analytics.reference import SYSTEM, add_months, months_between
from lsc_analytics.store.home import Home
from lsc_analytics.store.results import Results
from lsc_analytics.tables import DM01_AGAINST_PLAN, RTT_AGAINST_PLAN, RTT_FORECAST, RTT_RISK
from lsc_analytics.vocabulary.diagnostics import diagnostics
from lsc_analytics.vocabulary.diagnostics_ahead import diagnostics_forecast
from lsc_analytics.vocabulary.forecasts import forecast, forecasts_before
from lsc_analytics.vocabulary.loaded import month_of, note, warehouse
from lsc_analytics.vocabulary.rtt import aid_log, rtt_position

Cell = tuple[str, str]


def standing(trust: str, specialty: str, as_of: str = "") -> pd.DataFrame:
    """The list against every dated standard: `tables.RTT_STANDING`; `in_view` marks those that bind at the month."""
    positions = rtt_position(trust, specialty, as_of)
    return standards_model.against(positions, parameters.standards().standards, month_of("rtt", as_of))


def plan(trust: str, specialty: str, as_of: str = "") -> pd.DataFrame:
    """Plan, actual and forecast of a list: `tables.RTT_AGAINST_PLAN`, no rows where nothing is planned for it."""
    planned = _planned("rtt", trust, specialty)
    if planned.empty:
        return RTT_AGAINST_PLAN.empty()
    month = month_of("rtt", as_of)
    positions = rtt_position(trust, specialty, month)
    return plan_model.against_plan(positions, forecast(trust, specialty, month), planned, month)


def diagnostics_plan(trust: str, test: str, as_of: str = "") -> pd.DataFrame:
    """Plan, actual and forecast of a test's list: `tables.DM01_AGAINST_PLAN`, no rows where nothing is planned for it."""
    planned = _planned("dm01", trust, test)
    if planned.empty:
        return DM01_AGAINST_PLAN.empty()
    month = month_of("dm01", as_of)
    return plan_model.against_plan(
        diagnostics(trust, test, month), diagnostics_forecast(trust, test, month), planned, month
    )


def _planned(family: str, trust: str, code: str) -> pd.DataFrame:
    """The plan of one list; of the system, its trusts' plans added up."""
    trusts = parameters.trust_codes() if trust == SYSTEM else [trust]
    found = warehouse().plan(family=family, provider_code=trusts, list_code=code)
    note(found)
    return plan_model.system_plan(found, trusts) if trust == SYSTEM else found


def risk(as_of: str = "") -> pd.DataFrame:
    """Every list of the system and how likely it is to miss each standard that is rated: `tables.RTT_RISK`."""
    month = month_of("rtt", as_of)
    positions = _positions(month)

    def tell(cells: list[Cell]) -> pd.DataFrame:
        return pd.concat([RTT_FORECAST.empty(), *(forecast(*cell, month) for cell in cells)], ignore_index=True)

    return _remembered({"as_of": month}, lambda: _rated(positions, tell))


def movers(as_of: str = "") -> pd.DataFrame:
    """The lists that changed most since the month before: `tables.RTT_MOVERS`.

    Last month's rating is by the methods that lead now, from what was known then. Without that month's figures it is
    unknown.
    """
    month = month_of("rtt", as_of)
    positions = _positions(add_months(month, -1))
    before = _remembered(
        {"as_of": month, "rated": "the month before"},
        lambda: _rated(positions, lambda cells: forecasts_before(cells, month)),
    )
    return risk_model.movers(risk(month), positions, before, parameters.risk().movers)


def fragile(as_of: str = "") -> pd.DataFrame:
    """The lists that little holds up, and why: `tables.RTT_FRAGILE`."""
    month, rule = month_of("rtt", as_of), parameters.risk().fragile
    months = months_between(add_months(month, -2 * rule.months), month)
    figures = warehouse().rtt(provider_code=parameters.trust_codes(), month=months)
    note(figures)
    return risk_model.fragile(rtt.position(figures), rtt.flows(figures, aid_record.transfers(aid_log())), rule, month)


def not_measurable() -> list[parameters.NotMeasurable]:
    """The standards that RTT and DM01 files cannot be held against, and why."""
    return parameters.standards().not_measurable


def _positions(month: str) -> pd.DataFrame:
    figures = warehouse().rtt(provider_code=parameters.trust_codes(), month=month)
    note(figures)
    return rtt.position(figures)


def _rated(positions: pd.DataFrame, tell: Callable[[list[Cell]], pd.DataFrame]) -> pd.DataFrame:
    """The lists with anyone on them at one month, rated by the forecasts that are told of them."""
    waiting = positions[positions["total_incomplete"] > 0]
    cells = list(zip(waiting["provider_code"], waiting["treatment_function_code"], strict=True))
    forecasts = tell(cells) if cells else RTT_FORECAST.empty()
    return risk_model.rate(waiting, forecasts, parameters.standards().standards, parameters.risk())


def _remembered(asked: dict[str, str], make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    return Results(Home.current()).get(RTT_RISK, warehouse().release("rtt"), asked, make)
