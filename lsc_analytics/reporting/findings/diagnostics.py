"""What the diagnostic tables say, in sentences. Every number in a sentence is in the table it was given."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.parameters import NETWORKS, test_name, trust_name
from lsc_analytics.reference import ALL_TESTS, SYSTEM, add_months, month_words
from lsc_analytics.reporting.words import count, percent, share_words

_FEW = 20  # below it one person moves the share by five points or more
_MEASURES = {
    "within_6_weeks_percent": "the share waiting less than six weeks",
    "waiting_6_plus": "the number waiting six weeks or more",
    "total_waiting": "the list",
}


def diagnostics_list_name(provider_code: str, diagnostic_test_code: str) -> str:
    """A test's list as a reader would call it.

    >>> diagnostics_list_name("RXN", "1"), diagnostics_list_name("LSC", "16")
    ('MRI at Lancashire Teaching', 'any DM01 test in Lancashire and South Cumbria')
    """
    test = "any DM01 test" if diagnostic_test_code == ALL_TESTS else test_name(diagnostic_test_code, short=True)
    test = test.lower() if diagnostic_test_code in NETWORKS else test
    joined = "in" if provider_code == SYSTEM else "at"
    return f"{test} {joined} {trust_name(provider_code, short=True)}"


def diagnostics_position(history: pd.DataFrame) -> str:
    """Where the list stands, and where it stood a year before.

    Args:
        history: `tables.DM01_POSITION` of one list; its last row is the month reported.
    """
    now = history.iloc[-1]
    name = diagnostics_list_name(now["provider_code"], now["diagnostic_test_code"])
    when = f"At the end of {month_words(now['month'])}"
    total, over = int(now["total_waiting"]), int(now["waiting_6_plus"])
    if not total:
        return f"{when}, nobody was waiting for {name}."
    said = [
        f"**{share_words(now['within_6_weeks_percent'])} of those waiting for {name} had waited less than six weeks.** "
        f"{when}, {count(total)} {_were(total)} waiting, {count(over)} of them for six weeks or more"
    ]
    if pd.notna(now["waiting_13_plus"]):
        said.append(f" and {count(now['waiting_13_plus'])} for thirteen weeks or more")
    said.append(".")
    before = history[history["month"] == add_months(now["month"], -12)]
    if len(before) and before["total_waiting"].iloc[0]:
        then = before.iloc[0]
        said.append(
            f" A year before it was {share_words(then['within_6_weeks_percent'])} of {count(then['total_waiting'])}."
        )
    if now["diagnostic_test_code"] in (ALL_TESTS, *NETWORKS):
        said.append(" Someone who waits for two tests is counted twice.")
    if total < _FEW:
        said.append(
            f" With {count(total)} waiting, one person is {percent(100 / total)} of the list: read the counts, not the shares."
        )
    return "".join(said)


def diagnostics_standards(standing: pd.DataFrame) -> list[str]:
    """Which standards the list meets, and what each unmet one would take.

    Args:
        standing: `tables.DM01_STANDING` of one list.
    """
    sentences = []
    for row in standing.to_dict("records"):
        if pd.isna(row["actual_percent"]):
            return ["Nobody is waiting, so every standard is met."]
        verdict = "Met" if row["met"] else "Not met"
        kind = "" if row["status"] == "binding" else " (superseded)"
        said = f"**{verdict}{kind}:** {row['words']}."
        if not row["met"]:
            seen = int(row["to_be_seen"])
            said += (
                f" At {share_words(row['actual_percent'])}, {count(seen)} more of those over six weeks would have had to be "
                "seen, nobody else crossing six weeks meanwhile."
            )
        if not row["verified"]:
            said += " (The source of this standard still needs checking.)"
        sentences.append(said)
    return sentences


def diagnostics_trend(trend: pd.DataFrame, measure: str = "within_6_weeks_percent") -> str:
    """Whether a measure is better than a year ago, and which way it leans.

    Args:
        trend: `tables.DM01_TREND` of one list.
        measure: within_6_weeks_percent, waiting_6_plus or total_waiting.
    """
    rows = trend[trend["measure"] == measure].to_dict("records")
    if not rows:
        return "Nobody is waiting, so there is no share to tell."
    row, share = rows[0], measure == "within_6_weeks_percent"
    subject = _MEASURES[measure]
    return f"{subject[0].upper()}{subject[1:]} {_moved(row, share)}; {_leans(row, share)}."


def diagnostics_waits(waits: pd.DataFrame) -> str:
    """How many are about to cross six weeks.

    Args:
        waits: `tables.DM01_WAITS` of one list and month.
    """
    if waits.empty:
        return "No weekly bands are loaded for this month, so it cannot be told who is about to cross six weeks."
    by_week = waits.set_index("week_from")["waiting"]
    total, near, over = int(by_week.sum()), int(by_week[[4, 5]].sum()), int(by_week[6:].sum())
    if not total:
        return "Nobody is waiting."
    crossing = f"{count(near)} {_were(near)} in their fifth or sixth week"
    return (
        f"Of {count(total)} waiting, {crossing}: whoever of them is not seen within a fortnight joins the {count(over)} "
        f"at six weeks or more."
    )


def diagnostics_flow(history: pd.DataFrame) -> str:
    """Whether tests from the list kept up with those who joined it over the last twelve months loaded.

    Args:
        history: `tables.DM01_POSITION` of one list.
    """
    last = history["month"].iloc[-1]
    year = history[history["month"] > add_months(last, -12)]
    flows = year.dropna(subset=["implied_demand", "waiting_list_activity"])
    if flows.empty:
        return "What joined the list cannot be told: it takes two months in a row, with activity."
    joined, done = int(flows["implied_demand"].sum()), int(flows["waiting_list_activity"].sum())
    grew = joined - done
    months = len(flows)
    over = (
        "the last twelve months"
        if months == 12
        else f"the {months} {'month' if months == 1 else 'months'} of the last year that can be told"
    )
    result = f"{'grew' if grew > 0 else 'fell'} by {count(abs(grew))}" if grew else "ended as long as it began"
    return (
        f"Over {over}, {count(joined)} joined the list, net of those who left it untested, and {count(done)} tests were "
        f"done from it, so the list {result}."
    )


def diagnostics_activity(history: pd.DataFrame) -> str:
    """How many tests were done in the month, by kind, against the same month a year before.

    Args:
        history: `tables.DM01_POSITION` of one list.
    """
    now = history.iloc[-1]
    kinds = {
        "waiting_list_activity": "from the waiting list",
        "planned_activity": "planned",
        "unscheduled_activity": "unscheduled",
    }
    known = {name: words for name, words in kinds.items() if pd.notna(now[name])}
    if not known:
        return "No activity is loaded for this month."
    done = [f"{count(now[name])} {words}" for name, words in known.items()]
    listed = f"{', '.join(done[:-1])} and {done[-1]}" if len(done) > 1 else done[0]
    total = sum(int(now[name]) for name in known)
    said = f"In {month_words(now['month'])}, {count(total)} tests were done: {listed}."
    before = history[history["month"] == add_months(now["month"], -12)].dropna(subset=list(known))
    if len(before):
        then = sum(int(before.iloc[0][name]) for name in known)
        said += f" A year before it was {count(then)}."
    return said


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _value(value: float, share: bool) -> str:
    return share_words(value) if share else count(value)


def _moved(row: dict, share: bool) -> str:
    now = _value(row["latest"], share)
    if pd.isna(row["change"]):
        return f"is {now}, with no figure of a year before to compare"
    by = f"{abs(row['change']):.1f} points" if share else count(abs(row["change"]))
    if not round(abs(row["change"]), 1 if share else 0):
        return f"is {now}, as a year before"
    return f"is {now}, {by} {'higher' if row['change'] > 0 else 'lower'} than a year before"


def _leans(row: dict, share: bool) -> str:
    if row["direction"] == "too few months":
        return f"{row['months']} months are too few for a direction"
    if row["direction"] == "no clear direction":
        return "the last twelve months show no clear direction"
    slope = abs(row["slope_per_month"])
    by = f"{slope:.1f} points" if share else count(slope) if slope >= 1 else "less than one"
    verb = "risen" if row["direction"] == "rising" else "fallen"
    return f"over the last twelve months it has {verb} by about {by} a month"
