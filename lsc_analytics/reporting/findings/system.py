"""What the system's tables say, in sentences."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.parameters import test_name, trust_name
from lsc_analytics.reference import ALL_SPECIALTIES, month_words
from lsc_analytics.reporting.findings.rtt import list_name
from lsc_analytics.reporting.words import count, pathways, percent


def system_outlook(cells: pd.DataFrame) -> str:
    """Where in the system is help needed?"""
    lists = cells[cells["treatment_function_code"] != ALL_SPECIALTIES]
    by = lists["outlook"].value_counts()
    worst = lists.sort_values(["forecast_over_65", "probability_any"], ascending=False).iloc[0]
    named = {
        "breaching": "have someone over 65 weeks now",
        "likely": "will probably have someone over 65 weeks",
        "possible": "may have",
        "unlikely": "probably will not",
    }
    said = ", ".join(f"{by[word]} {phrase}" for word, phrase in named.items() if word in by)
    return (
        f"Of {len(lists)} lists, {said}. Most are expected in {list_name(worst['provider_code'], worst['treatment_function_code'])}: "
        f"{pathways(worst['forecast_over_65'])} over 65 weeks by {month_words(worst['target_month'])}."
    )


def worst_lists(ranked: pd.DataFrame, top: int = 5) -> list[str]:
    """The lists to talk about first, one sentence each.

    Args:
        ranked: `tables.SYSTEM_CELLS`, as `models.rtt.worst_lists` ranks them.
        top: How many to speak of.
    """
    worst = ranked[ranked["forecast_over_65"] >= 0.5].head(top)
    if worst.empty:
        return ["No list is expected to have anyone over 65 weeks."]
    return [
        f"{list_name(row['provider_code'], row['treatment_function_code'])}: {count(row['over_65_weeks'])} over 65 weeks now, "
        f"{pathways(row['forecast_over_65'])} expected for {month_words(row['target_month'])} ({count(row['forecast_lower_80'])} to "
        f"{count(row['forecast_upper_80'])} eight times in ten)."
        for _, row in worst.iterrows()
    ]


def trusts(history: pd.DataFrame) -> str:
    """How do the trusts compare within 18 weeks?

    Args:
        history: `tables.RTT_POSITION` of several trusts, one treatment function.
    """
    now = history[history["month"] == history["month"].max()].dropna(subset=["within_18_weeks_percent"])
    if now.empty:
        return "The share within 18 weeks is not loaded."
    ranked = now.sort_values("within_18_weeks_percent", ascending=False)
    told = [
        f"{trust_name(row['provider_code'], short=True)} {percent(row['within_18_weeks_percent'], 2)}"
        for _, row in ranked.iterrows()
    ]
    return f"Within 18 weeks at the end of {month_words(now['month'].iloc[0])}: {', '.join(told)}."


def diagnostics_ranking(tests: pd.DataFrame) -> str:
    """Which tests hold most of those who wait six weeks or more?

    Args:
        tests: `tables.DM01_POSITION` of one month.
    """
    if tests.empty:
        return "No DM01 figures are loaded."
    late, waiting = int(tests["waiting_6_plus"].sum()), int(tests["total_waiting"].sum())
    worst = tests.sort_values("waiting_6_plus", ascending=False).head(3)
    told = [
        f"{test_name(row['diagnostic_test_code'], short=True)} at {trust_name(row['provider_code'], short=True)} "
        f"({count(row['waiting_6_plus'])})"
        for _, row in worst.iterrows()
    ]
    return (
        f"At the end of {month_words(tests['month'].iloc[0])}, {percent(100 * (1 - late / waiting))} of {count(waiting)} people waiting "
        f"for a test had waited less than six weeks; {count(late)} had not, most for {', '.join(told)}."
    )
