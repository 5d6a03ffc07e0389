"""What the cohort tables say: who will be over a standard at a date, and what clears them. Every number is in the table."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.reporting.findings.rtt import list_name
from lsc_analytics.reporting.words import count, day_words, pathways, percent


def cohort(outlook: pd.DataFrame) -> list[str]:
    """Who will be over each standard unless seen, what that takes a week, and what is expected?

    Args:
        outlook: `tables.RTT_COHORT`, one row a list and standard.
    """
    if outlook.empty:
        return [
            "Nothing is known of who waits how long here: neither weekly bands nor counts over 52 weeks are loaded."
        ]
    return [*(_cohort(row) for row in outlook.to_dict("records")), *_caution(outlook)]


def tip_ins(tips: pd.DataFrame) -> list[str]:
    """How many pass each standard from week to week, when most, and is the cohort leaving fast enough?

    Args:
        tips: `tables.RTT_TIP_INS`, of one list; one or more standards.
    """
    said = []
    for weeks, rows in tips.groupby("standard_weeks"):
        ahead = rows[rows["week"] > 0]
        if not ahead["tip_ins"].sum():
            said.append(
                f"Nobody tips over {weeks} weeks by {day_words(rows['by'].iloc[0])}, whether or not anyone is seen."
            )
            continue
        most = ahead.nlargest(1, "tip_ins").iloc[0]
        middle = rows.iloc[len(rows) // 2]
        pace = "faster" if middle["cohort_expected"] < middle["cohort_needed"] else "slower"
        said.append(
            f"If nobody is seen, {pathways(ahead['tip_ins'].sum())} tip over {weeks} weeks by {day_words(most['by'])}, the most in "
            f"the week to {day_words(most['week_ending'])}: {count(most['tip_ins'])}. As the list has been moving, the cohort leaves "
            f"{pace} than an even clearance: {count(middle['cohort_expected'])} would be left on "
            f"{day_words(middle['week_ending'])}, where {count(middle['cohort_needed'])} may be."
        )
    return said


def _cohort(row: dict) -> str:
    weeks, by = row["standard_weeks"], day_words(row["by"])
    where = list_name(row["provider_code"], row["treatment_function_code"])
    if round(row["cohort"]) == 0:
        return f"{where}: nobody has waited so long that they could be over {weeks} weeks on {by}."
    now = f" {count(row['over_now'])} of them are over it already;" if round(row["over_now"]) else ""
    more = (
        f", and of more than {count(row['more_than'])} {_chance(row['probability_more'])}" if row["more_than"] else ""
    )
    told = (
        f"{count(row['median'])} will be, eight times in ten between {count(row['lower_80'])} and {count(row['upper_80'])}"
        if row["upper_80"] > 0
        else "probably nobody will be"
    )
    return (
        f"{where}: **{pathways(row['cohort'])} will be over {weeks} weeks on {by} unless seen**:{now} "
        f"{row['weekly_clearance']:,.1f} a week for {row['weeks_left']:.1f} weeks clear them all. By how its "
        f"waits have been moving alone, without the seasons and flows that other forecasts know, {told}; the chance of any is {_chance(row['probability_any'])}{more}."
    )


def _caution(outlook: pd.DataFrame) -> list[str]:
    said = []
    if outlook["reconstructed"].any():
        said.append(
            "The weekly bands are reconstructed from the published counts over 18, 52, 65 and 78 weeks: the cohort is an "
            "estimate until the month's full extract is loaded."
        )
    if not (known := int(outlook["learned_from_months"].min())):
        said.append("No two months of this list are loaded, so what stays is an assumption and not learned.")
    elif known < 3:
        said.append(f"What stays is learned from {known} month{'s' * (known > 1)} only.")
    return said


def _chance(probability: float) -> str:
    """A chance in percent, never a certainty that a sample of draws cannot give."""
    return "under 1%" if probability < 0.01 else "over 99%" if probability > 0.99 else percent(100 * probability, 0)
