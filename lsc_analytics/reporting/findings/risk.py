"""What the tables of risk say, in sentences: who is at risk, who moved, what little holds up."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.parameters import standards
from lsc_analytics.reference import ALL_SPECIALTIES, month_words
from lsc_analytics.reporting.findings.rtt import list_name
from lsc_analytics.reporting.words import count

_REASONS = {
    "single_provider": ("is given by one trust of the system alone", "are given by one trust of the system alone"),
    "shrinking_list": ("shrank", "shrank"),
    "shrinking_stops": ("has ever fewer clock stops", "have ever fewer clock stops"),
    "few_stops": ("has hardly any clock stops", "have hardly any clock stops"),
}


def risk_summary(risk: pd.DataFrame, show: int = 5) -> list[str]:
    """How many lists are rated red, amber and green against each standard, and which are likeliest to miss it badly?

    Args:
        risk: `tables.RTT_RISK` of one month; trusts' total rows are left to their specialties.
        show: How many of the red ones to name.
    """
    lists = risk[risk["treatment_function_code"] != ALL_SPECIALTIES]
    if lists.empty:
        return ["No list of the system is loaded, so none is rated."]
    words = {standard.id: standard for standard in standards().standards}
    said = []
    for name, rows in lists.groupby("standard", sort=False):
        known = words[str(name)]
        many = rows["rating"].value_counts()
        told = ", ".join(f"{count(many.get(colour, 0))} {colour}" for colour in ("red", "amber", "green"))
        unknown = f", {count(many['unknown'])} not forecast" if "unknown" in many else ""
        target = month_words(rows["target_month"].iloc[0])
        mark = "" if known.verified else " (unverified)"
        sentence = (
            f"**{known.words[0].upper()}{known.words[1:]}{mark}, judged at the end of {target}:** {told}{unknown}."
        )
        worst = (
            rows[rows["rating"] == "red"].sort_values(["probability_serious", "expected"], ascending=False).head(show)
        )
        if len(worst):
            named = "; ".join(
                f"{list_name(row['provider_code'], row['treatment_function_code'])} ({count(row['expected'])} expected)"
                for row in worst.to_dict("records")
            )
            sentence += f" Likeliest to miss it badly: {named}."
        said.append(sentence)
    return said


def movers(rows: pd.DataFrame, show: int = 5) -> list[str]:
    """Which lists changed most since the month before?

    Args:
        rows: `tables.RTT_MOVERS`.
        show: How many to tell.
    """
    if rows.empty:
        return ["No list's long waits changed enough since the month before to be worth a line."]
    said = []
    for row in rows.head(show).to_dict("records"):
        weeks = row["measure"].split("_")[1]
        way = "up" if row["change"] > 0 else "down"
        change = f"{way} {count(abs(row['change']))} to {count(row['count_now'])}" if row["change"] else "as before"
        name = list_name(row["provider_code"], row["treatment_function_code"])
        rated = f"rated {row['rating_now']}"
        if row["moved"] in ("worse", "better"):
            rated = f"rated {row['rating_now']}, {row['rating_before']} the month before"
        said.append(f"{name}: over {weeks} weeks {change}; {rated}.")
    if (rows["moved"] == "not known").any():
        said.append("Where the month before could not be forecast, only the counts are compared.")
    return said


def fragile(rows: pd.DataFrame) -> list[str]:
    """Which lists does little hold up, by reason?

    Args:
        rows: `tables.RTT_FRAGILE`.
    """
    if rows.empty:
        return ["No list of the system is flagged as fragile."]
    said = []
    for reason, (one, many) in _REASONS.items():
        mine = rows[rows["reason"] == reason]
        if len(mine):
            cells = zip(mine["provider_code"], mine["treatment_function_code"], strict=True)
            heads = f"1 list {one}" if len(mine) == 1 else f"{count(len(mine))} lists {many}"
            said.append(f"**{heads}:** {'; '.join(list_name(*cell) for cell in cells)}.")
    return said


def list_risk(risk: pd.DataFrame, provider_code: str, treatment_function_code: str) -> list[str]:
    """How one list is rated against each standard, and why.

    Args:
        risk: `tables.RTT_RISK`.
        provider_code: Trust.
        treatment_function_code: Specialty.
    """
    mine = risk[(risk["provider_code"] == provider_code) & (risk["treatment_function_code"] == treatment_function_code)]
    return [f"**{row['rating'].capitalize()}:** {row['says']}" for row in mine.to_dict("records")] or [
        "This list is not rated: nobody waits on it, or it is not loaded."
    ]
