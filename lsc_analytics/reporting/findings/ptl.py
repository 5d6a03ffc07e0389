"""What the patient tracking list's tables say, in sentences, from shown counts only."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.parameters import ptl as rule
from lsc_analytics.parameters import specialty_name, trust_name
from lsc_analytics.reference import month_words
from lsc_analytics.reporting.words import count, day_words, percent
from lsc_analytics.store.disclosure import HIDDEN, LEGEND, SMALLEST_SHOWN, as_numbers

_ESCAPED = f"\\{HIDDEN}"  # in Markdown
_FEWEST_COMPARED = 100  # shares of fewer pathways swing on a handful
EQUITY_WORDS = {
    "deprivation": "Deprivation",
    "ethnicity": "Ethnicity",
    "age": "Age",
    "sex": "Sex",
    "rurality": "Rurality",
    "procedure": "Procedure",
    "priority": "Priority",
    "trust": "Trust",
    "specialty": "Specialty",
}


def ptl_headline(cohort: pd.DataFrame, missing: list[str]) -> list[str]:
    """How many are at risk of each standard and how many of them have no booking; which trusts are missing.

    Args:
        cohort: `tables.PTL_COHORT` of one trust or the system, a row a standard.
        missing: Trusts without a list.
    """
    said = []
    for row in cohort.to_dict("records"):
        said.append(
            f"**{_shown(row['unbooked'])} of the {_shown(row['at_risk'])} pathways that will be over {row['standard_weeks']} weeks on "
            f"{day_words(row['by'])} have no booking**; {_shown(row['booked_late'])} are booked too late, "
            f"{_shown(row['booked'])} in time."
        )
    if missing:
        named = " and ".join(trust_name(code, short=True) for code in missing)
        said.append(f"No list of {named} is loaded for that week: counts of the system are without it.")
    return said or ["Fewer than 50 pathways are at risk of any standard, so they are not told apart."]


def ptl_booking(cohort: pd.DataFrame) -> list[str]:
    """What those at risk wait for, and who of them may not be waiting at all.

    Args:
        cohort: `tables.PTL_COHORT` of one trust or the system, a row a standard.
    """
    said = []
    for row in cohort.to_dict("records"):
        unbooked, whole = (as_numbers(pd.Series([row[name]])).iloc[0] for name in ("unbooked", "at_risk"))
        share = f" ({percent(100 * unbooked / whole, 0)})" if whole > 0 and pd.notna(unbooked) else ""
        said.append(
            f"**Over {row['standard_weeks']} weeks by {day_words(row['by'])}:** {_shown(row['unbooked'])}{share} unbooked. Of all at risk "
            f"{_shown(row['awaiting_test'])} await a test, and {_shown(row['due_validation'])} are due for validation: waiting "
            f"more than {rule().validate_after_weeks} weeks, and not validated in the last {rule().validate_every_weeks}."
        )
    return said


def ptl_beneath(beneath: pd.DataFrame) -> str:
    """Where most of the unbooked are.

    Args:
        beneath: `tables.PTL_COHORT`, most unbooked first.
    """
    if beneath.empty:
        return "No list has enough pathways at risk to be told apart."
    first = beneath[beneath["standard_weeks"] == beneath["standard_weeks"].iloc[0]].head(3)
    system = beneath["treatment_function_code"].eq("C_999").all()
    names = [
        trust_name(row["provider_code"], short=True)
        if system
        else specialty_name(row["treatment_function_code"], short=True)
        for row in first.to_dict("records")
    ]
    told = ", ".join(
        f"{name} ({_shown(unbooked)})" for name, unbooked in zip(names, first["unbooked"], strict=True)
    )  # fmt: skip
    return f"Most unbooked of those at risk of {first['standard_weeks'].iloc[0]} weeks: {told}."


def ptl_tip_ins(tip_ins: pd.DataFrame) -> list[str]:
    """How many are past each standard already, and in which week most follow.

    Args:
        tip_ins: `tables.PTL_TIP_INS` of one trust or the system.
    """
    said = []
    for weeks, rows in tip_ins.groupby("standard_weeks"):
        now = rows.loc[rows["week"] == 0, "tip_ins"].iloc[0]
        ahead = rows[rows["week"] > 0].assign(number=lambda told: as_numbers(told["tip_ins"]))
        most = ahead.dropna(subset="number").sort_values("number", kind="stable").tail(1).to_dict("records")
        then = "".join(
            f"; most tip over in the week to {day_words(row['week_ending'])}, {row['tip_ins']}" for row in most
        )
        said.append(f"**{weeks} weeks:** {_shown(now)} are past it already{then}, if nobody is seen before.")
    return said or ["Fewer than 50 pathways pass a standard by the date, so weeks are not told apart."]


def ptl_equity(shares: pd.DataFrame) -> list[str]:
    """Between which groups long waits differ most.

    Args:
        shares: `tables.PTL_SHARES` of one trust or the system.
    """
    whole = shares[shares["dimension"] == "all"]
    said = [f"{percent(value)} of all pathways have waited more than 18 weeks." for value in whole["over_18_percent"]]
    for dimension, word in EQUITY_WORDS.items():
        rows = shares[(shares["dimension"] == dimension) & (as_numbers(shares["pathways"]) >= _FEWEST_COMPARED)]
        rows = rows[rows["over_18_percent"].notna() & ~rows["group"].isin(["not known", "none told", "other"])]
        if len(rows) < 2:
            continue
        ranked = rows.sort_values("over_18_percent").to_dict("records")
        least, most = ranked[0], ranked[-1]
        gap = most["over_18_percent"] - least["over_18_percent"]
        said.append(
            f"**{word}:** from {percent(least['over_18_percent'])} ({least['name']}) to {percent(most['over_18_percent'])} "
            f"({most['name']}), {gap:.1f} percentage points apart."
        )
    return said


def ptl_bridge(bridge: pd.DataFrame) -> list[str]:
    """How the list follows from the last published month, and by how much the two differ.

    Args:
        bridge: `tables.PTL_BRIDGE` of one trust or the system.
    """
    said = []
    for row in bridge.to_dict("records"):
        month, weeks = month_words(row["published_month"]), row["weeks_since"]
        when = "on the same day" if weeks == 0 else f"{weeks:.1f} weeks later"
        said.append(
            f"{month} was published with {count(row['published_pathways'])} pathways. The list {when} has {_shown(row['pathways'])}: "
            f"{_shown(row['of_then'])} whose clocks ran then and {_shown(row['started_since'])} whose clocks started since."
        )
        if pd.notna(row["difference"]):
            said.append(
                f"The difference is {row['difference']:+,.0f} ({row['difference_percent']:+.1f}%), of which up to "
                f"2 either way is rounding."
            )
    return said or ["No published month of the last twelve is loaded to set the list beside."]


def ptl_disclosure() -> str:
    """How small counts are shown, and what stands behind it."""
    return (
        f"Small counts: {LEGEND.replace(HIDDEN, _ESCAPED)} A total of fewer than 50 is not told apart. Every sum of this list and of "
        f"the one before it was tried: none narrows a count below {SMALLEST_SHOWN} to fewer than three values. "
        "Exact lists are for each trust's own staff (`lsc ptl`)."
    )


def _shown(text: str) -> str:
    return text.replace(HIDDEN, _ESCAPED)
