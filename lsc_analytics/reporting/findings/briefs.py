"""What stands on a report's first screen beneath its answer, for who opens it, in sentences.

How sure it is, the gap to the plan, what changed since the last forecast, what to do and who owns it: each from tables that
the page tells in full below.
"""

from __future__ import annotations

import pandas as pd

from lsc_analytics.parameters import decisions as rule
from lsc_analytics.parameters import specialty_name, test_name, trust_name
from lsc_analytics.reference import month_words
from lsc_analytics.reporting.findings.chatbot import ESCAPED
from lsc_analytics.reporting.findings.plan import on_plan, plan_name
from lsc_analytics.reporting.findings.rtt import list_name
from lsc_analytics.reporting.words import chance, count, day_words, pathways, percent
from lsc_analytics.store.disclosure import HIDDEN, as_numbers

_NUMBERS = {1: "list", 2: "two", 3: "three", 4: "four", 5: "five"}
_ORDINALS = {1: "first", 2: "second", 3: "third"}
_AHEAD = 6  # months: decisions rest on four to six


def board_brief(
    plan: pd.DataFrame, worst: pd.DataFrame, said: pd.DataFrame, decisions: pd.DataFrame, top: int = 5
) -> list[str]:
    """For a board: the worst five lists, how sure the plan is, whether the last forecast held, and the decisions.

    Args:
        plan: `tables.RTT_AGAINST_PLAN` of the system.
        worst: `tables.SYSTEM_CELLS`, the worst first.
        said: `tables.FORECAST_SAID` of the system.
        decisions: `tables.DECISIONS`.
        top: How many lists to name.
    """
    brief = [_worst(worst.head(top)), *_chances(plan), last_forecast(said, "over_52_weeks")]
    return [*brief, f"**Decide:** {'; '.join(_decide(row) for row in decisions.to_dict('records'))}."] if len(decisions) else brief  # fmt: skip


def aid_brief(
    beneath: pd.DataFrame, offers: pd.DataFrame, progress: pd.DataFrame, moves: pd.DataFrame, plan: pd.DataFrame
) -> list[str]:
    """For who chairs mutual aid: who is unbooked, who offers capacity, what became of the moves agreed, what to decide.

    Args:
        beneath: `tables.PTL_COHORT` of the trusts, most unbooked first; no rows where no tracking list is loaded.
        offers: `tables.AID_OFFERS_USED`.
        progress: `tables.AID_PROGRESS`.
        moves: `tables.AID_MOVES`.
        plan: `tables.RTT_AGAINST_PLAN` of the same lists.
    """
    brief = [_unbooked(beneath), _offered(offers), _became(progress), on_plan(plan)]
    if len(moves):
        first = moves["month"].min()
        now = moves.loc[moves["month"] == first, "pathways"].sum()
        brief.append(
            f"**Decide:** agree the moves of {month_words(first)}, {pathways(now)} (owner: {rule().owners.mutual_aid})."
        )
    return brief


def diagnostics_brief(outlook: pd.DataFrame, plan: pd.DataFrame) -> str:
    """For who manages tests: what is forecast and how sure that is, the gap to the plan, and who owns what to do.

    Args:
        outlook: `tables.DM01_OUTLOOK` of one list.
        plan: `tables.DM01_AGAINST_PLAN` of it.
    """
    owner = f"Owner of more sessions: {rule().owners.diagnostic_session}."
    if outlook.empty:
        return f"{on_plan(plan)} {owner}"
    row = outlook[outlook["horizon"] == min(_AHEAD, outlook["horizon"].max())].iloc[0]
    return (
        f"**Ahead:** {percent(row['within_percent'])} within six weeks by {month_words(row['target_month'])}, eight times in ten "
        f"between {percent(row['within_lower_80'])} and {percent(row['within_upper_80'])}; the chance of "
        f"{row['needed_percent']:g}% is {chance(row['probability_met'])}. {on_plan(plan)} {owner}"
    )


def last_forecast(said: pd.DataFrame, measure: str) -> str:
    """What changed since the last forecast: what it said of the month that has come, and what came.

    Args:
        said: `tables.FORECAST_SAID` or `tables.DM01_FORECAST_SAID` of one list.
        measure: The measure to speak of.
    """
    known = said[(said["measure"] == measure) & said["outturn"].notna()]
    if known.empty:
        return "**Since the last forecast:** none has met its month yet."
    row = known.sort_values(["target_month", "as_of"]).iloc[-1]
    held = row["lower_80"] <= row["outturn"] <= row["upper_80"]
    side = "within it" if held else "above it" if row["outturn"] > row["upper_80"] else "below it"
    return (
        f"**Since the last forecast:** {'a back-cast' if row['backcast'] else 'the forecast'} as of {month_words(row['as_of'])} "
        f"expected {count(row['median'])} {measure.replace('_', ' ')} in {month_words(row['target_month'])}, eight times in ten "
        f"{count(row['lower_80'])} to {count(row['upper_80'])}; {count(row['outturn'])} came, {side}."
    )


def _worst(rows: pd.DataFrame) -> str:
    named = [
        f"{list_name(row['provider_code'], row['treatment_function_code'])} {count(row['forecast_over_65'])} "
        f"({chance(row['probability_any'])})"
        for row in rows.to_dict("records")
    ]
    by = month_words(rows["target_month"].max())
    return f"**The worst {_NUMBERS.get(len(rows), len(rows))}**, expected over 65 weeks by {by} and the chance of any: {'; '.join(named)}."


def _chances(plan: pd.DataFrame) -> list[str]:
    ahead = plan[plan["probability_met"].notna()].sort_values("month")
    if ahead.empty:
        return []
    months = sorted(ahead["month"].unique())
    month = months[min(_AHEAD, len(months)) - 1]
    told = [
        f"{chance(row['probability_met'])} for {plan_name(row['measure'])}"
        for row in ahead[ahead["month"] == month].to_dict("records")
    ]
    return [f"**How sure:** the chance of meeting the plan in {month_words(month)} is {_joined(told)}."]


def _decide(row: dict) -> str:
    givers, _, takers = row["provider_codes"].partition(" > ")
    who = _joined([trust_name(code, short=True) for code in givers.split()])
    told = {
        "safety_review": lambda: f"review the overdue at {who}: {row['asked'].replace(HIDDEN, ESCAPED)}",
        "mutual_aid": lambda: (
            f"move {row['asked']} of {specialty_name(row['code'], short=True)} from {who} to "
            f"{_joined([trust_name(code, short=True) for code in takers.split()])}"
        ),
        "more_clock_stops": lambda: f"{row['asked']}, of {specialty_name(row['code'], short=True)}, at {who}",
        "diagnostic_session": lambda: f"{row['asked']} of {test_name(row['code'], short=True)} at {who}",
    }
    return f"{_ORDINALS.get(row['rank'], row['rank'])}, {told[row['kind']]()} (owner: {row['owner']})"


def _unbooked(beneath: pd.DataFrame) -> str:
    if beneath.empty:
        return "**Who is unbooked** cannot be said: no patient tracking list is loaded."
    weeks = beneath["standard_weeks"].min()
    rows = beneath[beneath["standard_weeks"] == weeks]
    ranked = rows.loc[as_numbers(rows["unbooked"]).sort_values(ascending=False, na_position="last").index]
    told = [
        f"{trust_name(row['provider_code'], short=True)} {row['unbooked']} of {row['at_risk']}".replace(HIDDEN, ESCAPED)
        for row in ranked.to_dict("records")
    ]
    by = f"{month_words(ranked['by'].iloc[0][:7])}"
    return f"**Unbooked**, of those over {weeks} weeks by the end of {by} unless seen: {'; '.join(told)}."


def _offered(offers: pd.DataFrame) -> str:
    told = offers.groupby(["provider_code", "assumed"], sort=False)[["offered_p10", "used"]].sum().reset_index()
    asked = [row for row in told.to_dict("records") if not row["assumed"]]
    silent = [trust_name(row["provider_code"], short=True) for row in told.to_dict("records") if row["assumed"]]
    listed = [
        f"{trust_name(row['provider_code'], short=True)} {count(row['offered_p10'])} ({count(row['used'])} used)"
        for row in sorted(asked, key=lambda row: -row["offered_p10"])
    ]
    said = f"**Offered**, clock stops: {'; '.join(listed) or 'nothing by anybody'}."
    return f"{said} Not said by {_joined(silent)}: a share is assumed." if silent else said


def _became(progress: pd.DataFrame) -> str:
    if progress.empty:
        return "**Moves agreed before:** no action log is loaded, or it tells of no move here."
    late = progress[progress["overdue"]]
    said = f"**Moves agreed before:** {count(progress['delivered'].sum())} of {pathways(progress['agreed'].sum())} handed over"
    since = progress["logged_on"].max()
    if late.empty:
        return f"{said}, none overdue; last entry of the log {day_words(since)}."
    owners = late.groupby("owner")["outstanding"].sum().sort_values(ascending=False)
    named = [f"{owner} ({count(number)})" for owner, number in owners.items()]
    return f"{said}; {count(late['outstanding'].sum())} overdue, for which answer {_joined(named)}."


def _joined(told: list[str]) -> str:
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
