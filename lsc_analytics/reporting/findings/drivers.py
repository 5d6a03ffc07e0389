"""What is behind a test's long waits, in sentences: which test, demand or fewer tests, how many sessions; and how sure."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.parameters import test_name, trust_name
from lsc_analytics.reference import month_words
from lsc_analytics.reporting.findings.diagnostics import diagnostics_list_name
from lsc_analytics.reporting.words import count, percent, share_words

_CAUSES = {
    "demand up": "more joined the list",
    "fewer tests": "fewer tests were done from it",
    "short already": "tests were short of demand the year before as well",
    "tests fell short of demand": "tests fell short of demand, with no earlier year loaded to say why",
}


def diagnostics_drivers(drivers: pd.DataFrame, sessions: pd.DataFrame, then: int = 3) -> list[str]:
    """Which test drives the long waits, is it demand or capacity, and how many sessions would it take?

    Args:
        drivers: `tables.DM01_DRIVERS`, most waiting six weeks or more first.
        sessions: `tables.DM01_SESSIONS` of the same lists.
        then: How many more lists to name.
    """
    if drivers.empty:
        return ["No DM01 figures are loaded."]
    late, first = int(drivers["waiting_6_plus"].sum()), drivers.iloc[0]
    if not late:
        return ["Nobody has waited six weeks or more."]
    said = [f"{_who(first, len(drivers), late)} {_moved(first)}", f"{_why(first)}"]
    if len(sessions):
        said.append(_sessions(first, sessions, len(drivers)))
    others = drivers[drivers["waiting_6_plus"] > 0].iloc[1 : 1 + then]
    if len(others):
        listed = "; ".join(
            f"{_name(row)} {count(row['waiting_6_plus'])} ({row['driver']})" for _, row in others.iterrows()
        )
        said.append(f"Next: {listed}.")
    return said


def diagnostics_long_waits(drivers: pd.DataFrame) -> str:
    """How few lists hold half of the long waits.

    Args:
        drivers: `tables.DM01_DRIVERS`, most waiting six weeks or more first.
    """
    late = int(drivers["waiting_6_plus"].sum())
    if not late:
        return "Nobody has waited six weeks or more."
    if len(drivers) == 1:
        return f"{_name(drivers.iloc[0])}: {count(late)} of {count(drivers['total_waiting'].iloc[0])} have waited six weeks or more."
    half = int((drivers["waiting_6_plus"].cumsum() < late / 2).sum()) + 1
    named = ", ".join(_name(row) for _, row in drivers.head(min(half, 4)).iterrows())
    more = f" and {half - 4} more" if half > 4 else ""
    return (
        f"Of {count(len(drivers))} lists, {half} {'holds' if half == 1 else 'hold'} half of the {count(late)} long waits: "
        f"{named}{more}."
    )


def diagnostics_parts(drivers: pd.DataFrame) -> str:
    """What made all these lists together change over twelve months.

    Args:
        drivers: `tables.DM01_DRIVERS`.
    """
    known = drivers.dropna(subset=["list_change", "demand_part", "activity_part", "carried_part"])
    if known.empty:
        return "It takes two years of figures, with activity, to tell demand from tests."
    sums = known[["list_change", "demand_part", "activity_part", "carried_part", "other_tests_change"]].sum(min_count=1)
    left = len(drivers) - len(known)
    aside = (
        f" {count(left)} list{'s' if left > 1 else ''} without two years of figures {'are' if left > 1 else 'is'} left out."
        if left
        else ""
    )
    return (
        f"Over twelve months {'these lists have' if len(known) > 1 else 'the list has'} {_changed(sums['list_change'])}: "
        f"{_part(sums)}. Planned and unscheduled tests {_changed(sums['other_tests_change'], 'have risen', 'have fallen', 'are as many')}.{aside}"
    )


def diagnostics_ranks(ranks: pd.DataFrame) -> list[str]:
    """Where the trusts stand among England's.

    Args:
        ranks: `tables.DM01_RANKS` of one test, network or all tests.
    """
    if ranks.empty:
        return ["Too few English trusts are loaded for a rank, or too few people wait here."]
    row = ranks.iloc[0]
    head = (
        f"Of {count(row['trusts'])} NHS trusts with 50 or more waiting in {month_words(row['month'])}, the middle one had "
        f"{share_words(row['middle_percent'])} within six weeks."
    )
    return [
        head,
        *(
            f"{trust_name(one['provider_code'], short=True)}: {_place(one['rank'])} of {count(one['trusts'])}, "
            f"{share_words(one['within_6_weeks_percent'])}."
            for one in ranks.to_dict("records")
        ),
    ]


def diagnostics_completeness(rows: pd.DataFrame) -> list[str]:
    """Whether the figures are whole.

    Args:
        rows: `tables.DM01_COMPLETENESS`.
    """
    if rows.empty:
        return ["No DM01 figures are loaded."]
    return [_whole(row) for row in rows.to_dict("records")]


def _who(first: pd.Series, lists: int, late: int) -> str:
    over = count(first["waiting_6_plus"])
    if lists == 1:
        return f"**{over} wait six weeks or more.**"
    return (
        f"**{_name(first)} drives the long waits: {over} of the {count(late)} waiting six weeks or more "
        f"({percent(100 * first['waiting_6_plus'] / late, 0)}).**"
    )


def _name(row: pd.Series) -> str:
    name = diagnostics_list_name(row["provider_code"], row["diagnostic_test_code"])
    return f"{name[0].upper()}{name[1:]}"


def _moved(row: pd.Series) -> str:
    before = row["waiting_6_plus_year_before"]
    if pd.isna(before):
        return "There is no figure of a year before."
    change = int(row["waiting_6_plus"] - before)
    return f"A year before it was {count(before)}: {count(abs(change))} {'more' if change > 0 else 'fewer'} now."


def _why(row: pd.Series) -> str:
    if row["driver"] == "not known":
        return "**Demand or capacity?** That takes twelve months of figures, with activity, in a row."
    if row["driver"] == "list not growing":
        lead = f"**Neither demand nor capacity now:** over twelve months the list has {_changed(row['list_change'])}, so these waits were there before"
    else:
        causes = " and ".join(_CAUSES[cause] for cause in row["driver"].split(" and "))
        lead = f"**{_verdict(row['driver'])}:** over twelve months the list has {_changed(row['list_change'])}, as {causes}"
    return f"{lead}: {_part(row)}." if pd.notna(row["demand_part"]) else f"{lead}."


def _verdict(driver: str) -> str:
    named = {
        "demand up": "demand",
        "fewer tests": "capacity",
        "short already": "capacity, short for longer than a year",
    }
    return " and ".join(named.get(cause, "capacity short of demand") for cause in driver.split(" and ")).capitalize()


def _part(row: pd.Series) -> str:
    """The three parts, which add up to the change."""
    demand, tests, carried = (int(row[name]) for name in ("demand_part", "activity_part", "carried_part"))
    return (
        f"{count(abs(demand))} {'more' if demand >= 0 else 'fewer'} joined than in the twelve months before, "
        f"{count(abs(tests))} {'fewer' if tests >= 0 else 'more'} tests were done, and in those earlier months the list had "
        f"{_changed(carried)}"
    )


def _changed(value: float, up: str = "grown", down: str = "fallen", same: str = "stayed as it was") -> str:
    """How something moved.

    >>> _changed(0), _changed(-1204)
    ('stayed as it was', 'fallen by 1,204')
    """
    return f"{up if value > 0 else down} by {count(abs(value))}" if value else same


def _sessions(first: pd.Series, sessions: pd.DataFrame, lists: int) -> str:
    mine = sessions[
        (sessions["provider_code"] == first["provider_code"])
        & (sessions["diagnostic_test_code"] == first["diagnostic_test_code"])
    ]
    if mine.empty:
        return "How many tests a session holds is not known."
    row = mine.iloc[0]
    each = f"{row['tests_a_session']:.3g} tests each{' (assumed)' if row['assumed'] else ''}"
    once = " and ".join(
        f"{count(one['sessions_once']) if one['sessions_once'] else 'none'} for {one['needed_percent']:g}%{_standing(one)}"
        for one in mine.to_dict("records")
    )
    weekly = row["sessions_a_week_to_keep_up"]
    keep = "How many a week it takes to keep up cannot be told." if pd.isna(weekly) else (
        f"Beside them, {weekly:.1f} a week would stop the list growing." if weekly >= 0.05 else "It needs none to keep up."
    )  # fmt: skip
    said = f"**Sessions it would take, once:** {once}, at {each}. {keep}"
    if lists > 1:
        top = sessions[sessions["standard"] == row["standard"]]
        said += f" Every list here to {row['needed_percent']:g}%: {count(top['sessions_once'].sum())} sessions."
    return said


def _standing(row: dict) -> str:
    if row["status"] == "binding":
        return f" by {month_words(row['by'][:7])}" if pd.notna(row["by"]) else ""
    return f" ({row['status']})"


def _place(rank: int) -> str:
    """A place in words of order.

    >>> [_place(rank) for rank in (1, 2, 3, 11, 23, 112)]
    ['1st', '2nd', '3rd', '11th', '23rd', '112th']
    """
    ending = "th" if rank % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{ending}"


def _whole(row: dict) -> str:
    name = trust_name(row["provider_code"], short=True)
    span = f"{month_words(row['first_month'])} to {month_words(row['last_month'])}"
    faults = []
    if row["months_missing"]:
        missing = ", ".join(month_words(month) for month in row["months_missing"].split(", "))
        faults.append(f"no figures for {missing}: what joined in the month after cannot be told, nor any sum with it")
    if row["lists_without_activity"]:
        months = row["months_without_activity"].split(", ")
        some = ", ".join(month_words(month) for month in months[:3]) + (" and others" if len(months) > 3 else "")
        faults.append(
            f"tests done are blank on {count(row['lists_without_activity'])} of {count(row['lists'])} lists ({some})"
        )
    if row["tests_gone"]:
        gone = ", ".join(test_name(code, short=True) for code in row["tests_gone"].split(", "))
        faults.append(f"the last month says nothing of {gone}, where people were waiting the month before")
    if not faults:
        return f"{name}: whole, {count(row['months'])} months, {span}."
    return f"{name}, {span}: {'; '.join(faults)}."
