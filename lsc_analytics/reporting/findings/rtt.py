"""What the waiting-list tables say, in sentences. Every number in a sentence is in the table it was given."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.models.forecast import record_summary
from lsc_analytics.parameters import Standard, specialty_name, trust_name
from lsc_analytics.reference import add_months, month_words
from lsc_analytics.reporting.words import count, pathways, percent

_METHODS = {
    "flows_and_identity": "the forecast of flows, with the stock-flow identity,",
    "anchored_stock": "the anchored forecast of the list itself, since no flows are loaded,",
    "last_value": "the last published value",
}
_MEASURES = {"total_incomplete": "the list", "over_52_weeks": "over 52 weeks", "over_65_weeks": "over 65 weeks"}


def list_name(provider_code: str, treatment_function_code: str) -> str:
    """A list as a reader would call it.

    >>> list_name("RXN", "C_110"), list_name("LSC", "C_999")
    ('Trauma and Orthopaedics at Lancashire Teaching', 'All specialties in Lancashire and South Cumbria')
    """
    joined = "in" if provider_code == "LSC" else "at"
    return f"{specialty_name(treatment_function_code, short=True)} {joined} {trust_name(provider_code, short=True)}"


def position(history: pd.DataFrame) -> str:
    """Where the list stands, and how it has moved in a year.

    Args:
        history: `tables.RTT_POSITION` of one list; its last row is the month reported.
    """
    now = history.iloc[-1]
    said = [
        f"At the end of {month_words(now['month'])}, {pathways(now['total_incomplete'])} were waiting for "
        f"{list_name(now['provider_code'], now['treatment_function_code'])}"
    ]
    if pd.notna(now["within_18_weeks"]):
        said.append(
            f": {percent(now['within_18_weeks_percent'], 2)} within 18 weeks, {count(now['over_52_weeks'])} over 52 weeks "
            f"and {count(now['over_65_weeks'])} over 65 weeks"
        )
    said.append(".")
    before = history[history["month"] == add_months(now["month"], -12)]
    if len(before):
        change = int(now["total_incomplete"]) - int(before.iloc[0]["total_incomplete"])
        moved = f"{count(abs(change))} {'more' if change > 0 else 'fewer'} than" if change else "the same as"
        said.append(f" That is {moved} a year before.")
    return "".join(said)


def outlook(forecasts: pd.DataFrame, standard_weeks: int, months_ahead: int = 6) -> str:
    """Will anyone be over the standard in some months' time, how many, and how sure is that?

    Args:
        forecasts: `tables.RTT_FORECAST` of one list.
        standard_weeks: 52 or 65.
        months_ahead: Which month to speak of.
    """
    measure = f"over_{standard_weeks}_weeks"
    rows = forecasts[(forecasts["measure"] == measure) & forecasts["chosen"]]
    if rows.empty:
        return f"There is no forecast of pathways over {standard_weeks} weeks: too little history is loaded."
    row = rows[rows["horizon"] == min(months_ahead, rows["horizon"].max())].iloc[0]
    chance = row["probability_any"]
    if chance >= 0.1:
        words = "almost certainly" if chance >= 0.95 else "probably" if chance > 0.6 else "possibly"
        some = f"someone will {words} be"
    else:
        some = "probably nobody will be"
    return (
        f"**By the end of {month_words(row['target_month'])} {some} over {standard_weeks} weeks** (chance {percent(100 * chance, 0)}): "
        f"the forecast is {pathways(row['median'])}, and eight times in ten between {count(row['lower_80'])} and "
        f"{count(row['upper_80'])}. It rests on {_METHODS[row['method']].rstrip(',')}."
    )


def total_outlook(forecasts: pd.DataFrame, months_ahead: int = 6) -> str:
    """How long will the list be?"""
    rows = forecasts[(forecasts["measure"] == "total_incomplete") & forecasts["chosen"]]
    if rows.empty:
        return "There is no forecast of the list: its latest month is not loaded."
    row = rows[rows["horizon"] == min(months_ahead, rows["horizon"].max())].iloc[0]
    return (
        f"By the end of {month_words(row['target_month'])} the list is forecast at {pathways(row['median'])}, eight times in ten "
        f"between {count(row['lower_80'])} and {count(row['upper_80'])}. It rests on {_METHODS[row['method']].rstrip(',')}."
    )


def waits(bands: pd.DataFrame, standard_weeks: int) -> str:
    """How many are already so far that they will pass the standard within six months unless they are treated?

    Six months are 26 weeks: whoever is over (standard - 26) weeks today.
    """
    cohort = int(bands.loc[bands["week_from"] >= standard_weeks - 26, "pathways"].sum())
    weekly = cohort / 26
    return (
        f"{pathways(cohort)} have waited more than {standard_weeks - 26} weeks: each will pass {standard_weeks} weeks within six "
        f"months unless the clock stops first, which takes {weekly:,.1f} clock stops a week from this group."
    )


def flows(moved: pd.DataFrame) -> str:
    """What joined and left the list over the last twelve months?"""
    if moved.empty:
        return "What joined and left this list is not loaded: only the list itself is."
    year = moved.tail(12)
    stops = int(year["admitted_stops"].sum() + year["non_admitted_stops"].sum())
    starts, removals = int(year["clock_starts"].sum()), int(year["net_removals"].sum())
    months = f"the {len(year)} months to" if len(year) > 1 else "the one month that is loaded,"
    return (
        f"In {months} {month_words(year['month'].iloc[-1])}, {count(starts)} clocks started and {count(stops)} "
        f"stopped; the list changed by {count(int(year['closing'].iloc[-1] - year['opening'].iloc[0]))}, so {count(removals)} left "
        "it, on balance, without a reported clock stop."
    )


def track_record(record: pd.DataFrame, measure: str) -> str:
    """Has this method been worth listening to, on months it had not seen?"""
    mine = record_summary(record[record["measure"] == measure])
    own = mine[mine["method"] != "last_value"]
    if own.empty:
        return "No earlier forecast of this list can be judged yet: too little history is loaded."
    row = own.iloc[0]
    ratio = row["error_to_last_value"]
    held = f"Its 80% interval held {percent(row['held_80_percent'], 0)} of {count(row['forecasts'])} months it had not seen."
    named = _METHODS[row["method"]]
    if pd.isna(ratio):
        return f"Assuming nothing changes made no error on {_MEASURES[measure]}, so no method could do better. {held}"
    verdict = "beats" if ratio < 1 else "does not beat"
    return (
        f"On {_MEASURES[measure]}, {named} {verdict} the last value here: its error was {ratio:.2f} times that of assuming that "
        f"nothing changes. {held}"
    )


def standards_met(history: pd.DataFrame, standards: list[Standard]) -> list[str]:
    """Is each standard met in the month reported?

    Args:
        history: `tables.RTT_POSITION` of one list; its last row is judged.
        standards: RTT standards of the registry.
    """
    now = history.iloc[-1]
    said = []
    for standard in standards:
        over = now.get(f"over_{standard.weeks}_weeks")
        if standard.rule == "share_within_at_least":
            value = now["within_18_weeks_percent"]
            met, shown = value >= standard.value, percent(value, 2)
        elif pd.isna(over):
            value, met, shown = over, False, "not known"
        elif standard.rule == "share_over_at_most":
            value = 100 * over / now["total_incomplete"]
            met, shown = value <= standard.value, percent(value, 2)
        else:
            value, met, shown = over, over <= standard.value, count(over)
        verdict = "not known" if pd.isna(value) else "met" if met else "not met"
        mark = " (unverified)" if not standard.verified else ""
        past = " (superseded)" if standard.status == "superseded" else ""
        said.append(f"{standard.words[0].upper()}{standard.words[1:]}{past}{mark}: {verdict}, {shown}.")
    return said
