"""What the data-quality tables say, in sentences."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.parameters import specialty_name, trust_name
from lsc_analytics.reference import month_words
from lsc_analytics.reporting.words import count


def files_loaded(files: pd.DataFrame) -> str:
    """What do the reports rest on?

    Args:
        files: `tables.FILES`.
    """
    used = files[files["status"] == "loaded"]
    told = []
    for family, name in (("rtt", "RTT"), ("dm01", "DM01"), ("cancer", "cancer"), ("chatbot", "Chatbot")):
        mine = used[used["family"] == family]
        if mine.empty:
            told.append(f"no {name} file")
            continue
        months = mine["last_month"].dropna()
        until = f", the latest month {month_words(months.max())}" if len(months) else ""
        told.append(f"{count(len(mine))} {name} file{'s' if len(mine) > 1 else ''}{until}")
    return f"The reports rest on {'; '.join(told)}."


def data_checks(checks: pd.DataFrame) -> str:
    """Did the files agree with themselves?"""
    if checks.empty:
        return "No reconciliation was made, since no file that can be reconciled is loaded."
    differing = checks[checks["differing"] > 0]
    if differing.empty:
        return f"{count(checks['compared'].sum())} series were reconciled while loading, and all agreed."
    return f"{count(checks['compared'].sum())} series were reconciled while loading; {count(differing['differing'].sum())} differed, shown below."


def data_gaps(gaps: pd.DataFrame) -> str:
    """Which months are missing?"""
    missing = gaps[gaps["missing"] != ""]
    if missing.empty:
        return "No month is missing between the first and the last that are loaded."
    told = [
        f"{trust_name(row['provider_code'], short=True)} lacks {', '.join(map(month_words, row['missing'].split(', ')))}"
        for row in missing.to_dict("records")
    ]
    return f"{'; '.join(told)}. Flows of a missing month and of the month after it are left out of the forecasts."


def data_jumps(jumps: pd.DataFrame) -> str:
    """Which series step?"""
    if jumps.empty:
        return "No list steps by more than 35% and 150 pathways in one month."
    first = jumps.iloc[0]
    return (
        f"{count(len(jumps))} lists step in one month, which looks like a recode or a change of what is counted. The largest: "
        f"{specialty_name(first['treatment_function_code'], short=True)} at {trust_name(first['provider_code'], short=True)}, "
        f"from {count(first['before'])} to {count(first['after'])} in {month_words(first['month'])}. What is "
        "done about a list's steps before it is forecast is said below."
    )


def not_english(nonc: pd.DataFrame) -> str:
    """How many pathways are kept apart?"""
    if nonc.empty:
        return "No pathways commissioned outside England (NONC) are loaded."
    last = nonc[nonc["month"] == nonc["month"].max()]
    return (
        f"{count(last['pathways'].sum())} pathways of {month_words(nonc['month'].max())} are commissioned outside England (NONC). They "
        "are kept apart: provider figures leave them out, as NHS England's provider tables do."
    )
