"""What a notebook may ask of a list as a queue: its measures, what a standard would take, and what-if scenarios."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.errors import NoDataError, ParameterError
from lsc_analytics.models import capacity as capacity_model
from lsc_analytics.models import futures, queueing, rtt
from lsc_analytics.models import scenarios as scenarios_model
from lsc_analytics.models import what_if as what_if_model
from lsc_analytics.reference import add_months
from lsc_analytics.store.home import Home
from lsc_analytics.store.results import Results
from lsc_analytics.tables import CAPACITY_NEEDED, RTT_SCENARIOS, WHAT_IF, Table
from lsc_analytics.vocabulary.loaded import month_of, warehouse
from lsc_analytics.vocabulary.rtt import waiting_list


def queue(trust: str, specialty: str, as_of: str = "", standard_weeks: int = 65) -> pd.DataFrame:
    """How a list stands as a queue: `tables.QUEUE_MEASURES`; no rows without twelve months of flows."""
    month = month_of("rtt", as_of)
    goal = capacity_model.strictest(parameters.standards().standards, standard_weeks, month)
    return queueing.queue_measures(
        waiting_list(trust, specialty, month).flows(),
        month,
        standard_weeks,
        allowed_over_percent=goal.allowed_over_percent,
        relief_weeks=parameters.capacity().relief_weeks,
    )


def capacity(
    trust: str,
    specialty: str,
    as_of: str = "",
    standard_weeks: int | tuple[int, ...] = (18, 52, 65),
    by: str = "",
    standard: str = "",
) -> pd.DataFrame:
    """The clock stops a week that a standard takes by a month's end: `tables.CAPACITY_NEEDED`, remembered.

    Args:
        trust: Code of a trust, or LSC.
        specialty: Treatment function code.
        as_of: Month reported; the latest where empty.
        standard_weeks: The strictest standard of so many weeks in the registry, or of several.
        by: YYYY-MM; where empty six months ahead, or the date of the standard that is named.
        standard: Identifier of one standard of the registry, in place of the weeks.

    Returns:
        No rows where flows and weekly bands are not loaded for long enough.

    Raises:
        ParameterError: An unknown standard, or a date before capacity can change or beyond the forecast.
        NoDataError: The month that the standard named takes its baseline from is not loaded.
    """
    month = month_of("rtt", as_of)
    waiting, settings = waiting_list(trust, specialty, month), parameters.models().forecast
    if standard:
        goals = [_named(standard, waiting.figures, month, by)]
    else:
        weeks = (standard_weeks,) if isinstance(standard_weeks, int) else standard_weeks
        known, when = parameters.standards().standards, by or add_months(month, 6)
        goals = [capacity_model.strictest(known, each, when) for each in weeks]

    def make() -> pd.DataFrame:
        ahead = futures.expect(waiting, month, settings)
        if ahead is None:
            return CAPACITY_NEEDED.empty()
        return capacity_model.needed(ahead, goals, parameters.capacity())

    asked = {"trust": trust, "specialty": specialty, "as_of": month, "goals": [asdict(goal) for goal in goals]}
    return Results(Home.current()).get(CAPACITY_NEEDED, warehouse().release("rtt"), asked, make)


def _named(identifier: str, figures: pd.DataFrame, month: str, by: str) -> capacity_model.Goal:
    """The goal that one standard of the registry sets this list."""
    known = [one for one in parameters.standards().standards if one.family == "rtt"]
    found = [one for one in known if one.id == identifier]
    if not found:
        raise ParameterError(
            f"There is no RTT standard {identifier!r}.",
            f"parameters/standards.yml has {', '.join(one.id for one in known)}.",
            parameter="standard",
        )
    standard = found[0]
    asked = standard.value
    if standard.improvement:
        history = rtt.position(figures)
        then = history[history["month"] == standard.improvement.baseline]["within_18_weeks_percent"].dropna()
        if then.empty:
            raise NoDataError(
                f"The baseline of {standard.words!r} is {standard.improvement.baseline}, which is not loaded for this list.",
                "Load that month with `lsc ingest`, or name another standard.",
            )
        asked = standard.improvement.needed(float(then.iloc[0]), at_least=standard.value)
    dated = f"{standard.by:%Y-%m}" if standard.by else add_months(month, 6)
    return capacity_model.goal_of(standard, asked, by or dated)


def capacity_activity(
    trust: str,
    specialty: str,
    as_of: str = "",
    standard_weeks: int | tuple[int, ...] = (18, 52, 65),
    by: str = "",
    standard: str = "",
) -> pd.DataFrame:
    """The same as theatre lists and clinics a month: `tables.CAPACITY_ACTIVITY`."""
    told = capacity(trust, specialty, as_of, standard_weeks, by, standard)
    return capacity_model.activity(told, parameters.capacity())


def scenarios(trust: str, specialty: str, as_of: str = "", order: futures.Order = "as_now") -> pd.DataFrame:
    """Every scenario of `parameters/scenarios/` beside the list as it is expected to go: `tables.RTT_SCENARIOS`.

    Args:
        trust: Code of a trust, or LSC.
        specialty: Treatment function code.
        as_of: Month reported; the latest where empty.
        order: Who has the extra clock stops: `as_now` or `longest_first`.

    Returns:
        No rows where flows and weekly bands are not loaded for long enough. Remembered.
    """
    return _played(
        RTT_SCENARIOS,
        trust,
        specialty,
        as_of,
        lambda ahead: scenarios_model.compare(ahead, parameters.scenarios(), parameters.capacity(), order),
        order=order,
    )


def what_if(trust: str, specialty: str, as_of: str = "") -> pd.DataFrame:
    """Every setting of demand, capacity and validation that `parameters/what_if.yml` names, played: `tables.WHAT_IF`.

    Args:
        trust: Code of a trust, or LSC.
        specialty: Treatment function code.
        as_of: Month reported; the latest where empty.

    Returns:
        No rows where flows and weekly bands are not loaded for long enough. Remembered.
    """
    return _played(
        WHAT_IF,
        trust,
        specialty,
        as_of,
        lambda ahead: what_if_model.grid(ahead, parameters.what_if(), parameters.capacity()),
    )


def _played(
    table: Table, trust: str, specialty: str, as_of: str, play: Callable[[futures.Ahead], pd.DataFrame], **asked: str
) -> pd.DataFrame:
    """What comes of a list's own flows played ahead, remembered; no rows where they are not loaded for long enough."""
    month = month_of("rtt", as_of)
    waiting, settings = waiting_list(trust, specialty, month), parameters.models().forecast

    def make() -> pd.DataFrame:
        ahead = futures.expect(waiting, month, settings)
        return table.empty() if ahead is None else play(ahead)

    asked |= {"trust": trust, "specialty": specialty, "as_of": month}
    return Results(Home.current()).get(table, warehouse().release("rtt"), asked, make)
