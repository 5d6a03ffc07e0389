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
from lsc_analytics.store.disclosure import HIDDEN
from lsc_analytics.tables import ALL_OWNERS

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
    unbooked: pd.DataFrame, offered: pd.DataFrame, answering: pd.DataFrame, months: pd.DataFrame, plan: pd.DataFrame
) -> list[str]:
    """For who chairs mutual aid: who is unbooked, who offers capacity, what became of the moves agreed, what to decide.

    Args:
        unbooked: `tables.PTL_COHORT` of the trusts, most unbooked first; no rows where no tracking list is loaded.
        offered: `tables.AID_OFFERED`.
        answering: `tables.AID_ANSWERING`.
        months: `tables.AID_MONTHS`.
        plan: `tables.RTT_AGAINST_PLAN` of the same lists.
    """
    brief = [_unbooked(unbooked), _offered(offered), _became(answering), on_plan(plan)]
    if len(months):
        first = months.iloc[0]
        asked = f"agree the moves of {month_words(first['month'])}, {pathways(first['pathways'])}"
        brief.append(f"**Decide:** {asked} (owner: {rule().owners.mutual_aid}).")
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


def _unbooked(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "**Who is unbooked** cannot be said: no patient tracking list is loaded."
    told = [
        f"{trust_name(row['provider_code'], short=True)} {row['unbooked']} of {row['at_risk']}".replace(HIDDEN, ESCAPED)
        for row in rows.to_dict("records")
    ]
    weeks, by = rows["standard_weeks"].iloc[0], month_words(rows["by"].iloc[0][:7])
    return f"**Unbooked**, of those over {weeks} weeks by the end of {by} unless seen: {'; '.join(told)}."


def _offered(offered: pd.DataFrame) -> str:
    silent = [trust_name(code, short=True) for code in offered.loc[offered["assumed"], "provider_code"]]
    listed = [
        f"{trust_name(row['provider_code'], short=True)} {count(row['offered_p10'])} ({count(row['used'])} used)"
        for row in offered[~offered["assumed"]].to_dict("records")
    ]
    said = f"**Offered**, clock stops: {'; '.join(listed) or 'nothing by anybody'}."
    return f"{said} Not said by {_joined(silent)}: a share is assumed." if silent else said


def _became(answering: pd.DataFrame) -> str:
    if answering.empty:
        return "**Moves agreed before:** no action log is loaded, or it tells of no move here."
    all_owners, owners = answering.iloc[0], answering[(answering["owner"] != ALL_OWNERS) & (answering["overdue"] > 0)]
    said = f"**Moves agreed before:** {count(all_owners['delivered'])} of {pathways(all_owners['agreed'])} handed over"
    if owners.empty:
        return f"{said}, none overdue; last entry of the log {day_words(all_owners['logged_on'])}."
    named = [f"{row['owner']} ({count(row['overdue'])})" for row in owners.to_dict("records")]
    return f"{said}; {count(all_owners['overdue'])} overdue, for which answer {_joined(named)}."


def _joined(told: list[str]) -> str:
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
