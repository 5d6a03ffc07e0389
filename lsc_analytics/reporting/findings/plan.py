"""What the tables of standards and of the plan say, in sentences. Every number in a sentence is in the table it was given."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.parameters import NotMeasurable
from lsc_analytics.reference import month_words
from lsc_analytics.reporting.words import chance, count, pathways, percent

_STATUS = {
    "superseded": " (superseded)",
    "missed": " (its date came and it was missed)",
    "future": " (announced later)",
}
_NAMES = {
    "total_incomplete": "the list",
    "within_18_weeks": "the number within 18 weeks",
    "within_18_weeks_percent": "the share within 18 weeks",
    "over_52_weeks": "the number over 52 weeks",
    "over_65_weeks": "the number over 65 weeks",
    "over_78_weeks": "the number over 78 weeks",
    "over_104_weeks": "the number over 104 weeks",
    "total_waiting": "the list",
    "waiting_6_plus": "the number waiting six weeks or more",
    "waiting_13_plus": "the number waiting thirteen weeks or more",
    "within_6_weeks_percent": "the share waiting less than six weeks",
}


def plan_name(measure: str) -> str:
    """A planned measure in words.

    >>> plan_name("over_52_weeks")
    'the number over 52 weeks'
    """
    return _NAMES[measure]


def standing(standing: pd.DataFrame, *, everything: bool = False) -> list[str]:
    """Which of the standards that bind are met, with 65 weeks beside them, and what the others would take.

    Args:
        standing: `tables.RTT_STANDING` of one list.
        everything: Those that no longer bind, or did not yet, as well.
    """
    rows = standing if everything else standing[standing["in_view"]]
    return [_stands(row) for row in rows.to_dict("records")]


def _stands(row: dict) -> str:
    share = row["unit"] == "percent"
    write = (lambda value: percent(value, 2)) if share else pathways
    verdict = "Not known" if pd.isna(row["met"]) else "Met" if row["met"] else "Not met"
    said = f"**{verdict}{_STATUS.get(row['status'], '')}:** {row['words']}."
    if pd.notna(row["baseline_month"]) and pd.isna(row["baseline_percent"]):
        said += f" It rests on {month_words(row['baseline_month'])}, which is not loaded."
    elif pd.isna(row["actual"]):
        said += " What it counts is not loaded, or nobody waits."
    else:
        asked = "at least" if row["rule"] == "share_within_at_least" else "at most"
        said += f" It is {write(row['actual'])}; {asked} {write(row['needed'])} is asked"
        if pd.notna(row["baseline_percent"]):
            said += f", counted from {percent(row['baseline_percent'], 2)} in {month_words(row['baseline_month'])}"
        said += "."
        if not row["met"]:
            said += f" {count(row['to_be_seen'])} more of those over would have had to be seen, nothing else changing."
    return said if row["verified"] else f"{said} (Its source, or its baseline month, still needs checking.)"


def not_measurable(standards: list[NotMeasurable]) -> list[str]:
    """Which standards these data cannot be held against, and why."""
    return [
        f"Not measured here: {one.words}; {one.why}." + ("" if one.verified else " (Its source still needs checking.)")
        for one in standards
    ]


def on_plan(rows: pd.DataFrame) -> str:
    """Is the list on plan, in a sentence: by the last month that was counted, every planned measure.

    Args:
        rows: `tables.RTT_AGAINST_PLAN` or `tables.DM01_AGAINST_PLAN` of one list.
    """
    if rows.empty:
        return "**Whether it is on plan cannot be said:** no plan is loaded."
    counted = rows[rows["actual"].notna()]
    if counted.empty:
        return "**Whether it is on plan cannot be said yet:** no month of the plan has been counted."
    now = counted.sort_values("month").drop_duplicates("measure", keep="last")
    off = now[now["off_plan"].eq(True)]
    when = f"in {month_words(now['month'].max())}"
    if off.empty:
        return f"**On plan:** {when} every planned figure that was counted, {len(now)} of {len(now)}, is as planned or better."
    missed = [f"{plan_name(row['measure'])} by {_by(row)}" for row in off.to_dict("records")]
    told = missed[0] if len(missed) == 1 else f"{', '.join(missed[:-1])} and {missed[-1]}"
    return f"**Off plan:** {when} {len(off)} of {len(now)} planned figures missed it, {told}."


def against_plan(rows: pd.DataFrame, months_ahead: int = 6) -> list[str]:
    """Where the list stands against its plan, from when on it is off, and how likely it is to be on it.

    Args:
        rows: `tables.RTT_AGAINST_PLAN` or `tables.DM01_AGAINST_PLAN` of one list.
        months_ahead: How many months after the last counted one the chance is told for, as far as planned and forecast.
    """
    if rows.empty:
        return ["No plan is loaded for this list: docs/plan-contract.md says how to give one."]
    return [_measure(mine, str(measure), months_ahead) for measure, mine in rows.groupby("measure", sort=False)]


def _measure(mine: pd.DataFrame, measure: str, months_ahead: int) -> str:
    share, name = measure.endswith("_percent"), plan_name(measure)
    said = []
    counted = mine[mine["actual"].notna()]
    if len(counted):
        now = counted.iloc[-1]
        way = "as planned" if not now["gap"] else f"{_by(now)} {'above' if now['gap'] > 0 else 'below'} the plan"
        said.append(
            f"**{name[0].upper()}{name[1:]} is {'off' if now['off_plan'] else 'on'} plan:** in {month_words(now['month'])} it "
            f"was {_write(now['actual'], share)}, {way}."
        )
    else:
        said.append(f"**{name[0].upper()}{name[1:]}:** no month of the plan has been counted yet.")
    off = mine[mine["off_plan"].eq(True)]
    if len(off):
        first, later = off.iloc[0], off[off["actual"].isna()]
        said.append(f"{month_words(first['month'])} {_was(first)} its first month off plan.")
        if len(later) and len(counted) and not counted["off_plan"].iloc[-1] and pd.notna(first["actual"]):
            said.append(f"{month_words(later['month'].iloc[0])} is forecast to be the next.")
    ahead = mine[mine["probability_met"].notna()].head(months_ahead)
    if len(ahead):
        last = ahead.iloc[-1]
        said.append(
            f"The chance of meeting the plan in {month_words(last['month'])}, {_write(last['planned'], share)}, is "
            f"{chance(last['probability_met'])}."
        )
    else:
        said.append("No planned month ahead is forecast.")
    return " ".join(said)


def _by(row: pd.Series | dict) -> str:
    return f"{abs(row['gap']):.1f} points" if row["measure"].endswith("_percent") else count(abs(row["gap"]))


def _was(row: pd.Series) -> str:
    return "was" if pd.notna(row["actual"]) else "is forecast to be"


def _write(value: float, share: bool) -> str:
    return percent(value) if share else count(value)
