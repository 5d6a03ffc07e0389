"""What the forecasts of diagnostic tests say, in sentences. Every number in a sentence is in the table it was given."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.reference import month_words
from lsc_analytics.reporting.findings.diagnostics import diagnostics_list_name
from lsc_analytics.reporting.words import METHODS, chance, count, percent

_MONTHS_AHEAD = 6  # as for RTT: published months come late, and decisions rest on four to six


def diagnostics_outlook(outlook: pd.DataFrame, months_ahead: int = _MONTHS_AHEAD) -> list[str]:
    """Will the test meet each standard in some months' time, and how sure is that?

    Args:
        outlook: `tables.DM01_OUTLOOK` of one list.
        months_ahead: Which month to speak of, or the furthest before it.
    """
    if outlook.empty:
        return ["There is no forecast of this test: its latest month is not loaded, or no standard is known."]
    rows = outlook[outlook["horizon"] == min(months_ahead, outlook["horizon"].max())]
    return [_first(row) if not place else _another(row) for place, row in enumerate(rows.to_dict("records"))]


def diagnostics_demand(demand: pd.DataFrame) -> str:
    """What is expected to join the list, and do tests keep up with it?

    Args:
        demand: `tables.DM01_DEMAND_AHEAD` of one list.
    """
    if demand.empty:
        return "What will join the list cannot be told: it takes a forecast of the list and of its tests."
    joins, done = demand["implied_demand"].sum(), demand["waiting_list_activity"].sum()
    grows = round(joins - done)
    result = f"{'grow' if grows > 0 else 'fall'} by {count(abs(grows))}" if grows else "end as long as it is"
    months = len(demand)
    return (
        f"Over the {months} month{'s' if months > 1 else ''} to {month_words(demand['target_month'].iloc[-1])}, "
        f"{count(joins)} people are expected to join the list, net of those who leave it untested, and {count(done)} tests "
        f"to be done from it, so the list would {result}."
    )


def _first(row: dict) -> str:
    name = diagnostics_list_name(row["provider_code"], row["diagnostic_test_code"])
    method = METHODS.get(row["method"], row["method"]).lower()
    return (
        f"**By the end of {month_words(row['target_month'])}, {name} will {_how_sure(row['probability_met'])} "
        f"{row['needed_percent']:g}% within six weeks** (chance of meeting it {chance(row['probability_met'])}): the share "
        f"is forecast at {percent(row['within_percent'])}, eight times in ten between {percent(row['within_lower_80'])} and "
        f"{percent(row['within_upper_80'])}. Method: {method}."
    )


def _another(row: dict) -> str:
    return f"{row['words'][0].upper()}{row['words'][1:]}: chance {chance(row['probability_met'])}."


def _how_sure(probability: float) -> str:
    """The chance in words, for `will ... meet`.

    >>> [_how_sure(number) for number in (0.01, 0.3, 0.5, 0.8, 0.99)]
    ['almost certainly miss', 'probably miss', 'as likely meet as miss', 'probably meet', 'almost certainly meet']
    """
    for most, words in ((0.05, "almost certainly miss"), (0.4, "probably miss"), (0.6, "as likely meet as miss")):
        if probability <= most:
            return words
    return "almost certainly meet" if probability >= 0.95 else "probably meet"
