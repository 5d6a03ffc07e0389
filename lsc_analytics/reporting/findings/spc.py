"""What control charts say, in sentences, with the icons of Making Data Count as words. Every number is in the table."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.reference import month_words
from lsc_analytics.reporting.words import count, share_words

_VARIATION = {
    "common_cause": "common cause, no significant change",
    "improvement": "special cause of improvement",
    "concern": "special cause of concern",
    "neither": "special cause, neither better nor worse",
    "too_few": "too few points to say",
}
_ASSURANCE = {"passes": "P", "fails": "F", "hit_or_miss": "?"}
_NUMBERS = {6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten", 11: "eleven", 12: "twelve"}


def variation_icon(row: pd.Series | dict) -> str:
    """The letter in the variation icon of Making Data Count: H or L for a special cause, ~ for common cause.

    >>> variation_icon({"variation": "concern", "way": "low"}), variation_icon({"variation": "common_cause", "way": None})
    ('L', '~')
    """
    if row["variation"] == "too_few":
        return ""
    return "~" if row["variation"] == "common_cause" else "H" if row["way"] == "high" else "L"


def assurance_icon(row: pd.Series | dict) -> str:
    """The letter in the assurance icon: P passes, F fails, ? hit or miss; nothing without a target.

    >>> assurance_icon({"assurance": "fails"}), assurance_icon({"assurance": "no_target"})
    ('F', '')
    """
    return _ASSURANCE.get(row["assurance"], "")


def variation_words(row: pd.Series | dict) -> str:
    """The variation icon in words.

    >>> variation_words({"variation": "concern"})
    'special cause of concern'
    """
    return _VARIATION[row["variation"]]


def has_it_changed(summary: pd.DataFrame, *measures: str) -> list[str]:
    """Has each measure changed, or is it chance, and can it meet its target?

    Args:
        summary: `tables.SPC_SUMMARY`.
        *measures: Those to speak of; all where none is named.
    """
    summary = summary[summary["measure"].isin(measures)] if measures else summary
    if summary.empty:
        return ["There are too few months for a control chart."]
    return [_said(row) for row in summary.to_dict("records")]


def rebased(points: pd.DataFrame) -> list[str]:
    """From when limits start anew, and why; nothing where they do not.

    Args:
        points: `tables.SPC_POINTS`.
    """
    starts = points[points["rebase"].notna() & points["limits_group"].gt(1)].drop_duplicates(["series", "limits_group"])
    return [
        f"{row['series']}: limits start anew in {month_words(row['month'])}. {row['rebase'].rstrip('.')}."
        for row in starts.to_dict("records")
    ]


def _said(row: dict) -> str:
    now = f"{_value(row, 'value')} in {month_words(row['month'])}"
    if row["variation"] == "too_few":
        points = f"{row['points']} month{'' if row['points'] == 1 else 's'}"
        return f"**{row['series']}: too few points to say.** {now}; {points} are too few for an icon."
    icon = variation_icon(row)
    head = f"**{row['series']}: {variation_words(row)} ({icon}).** "
    mean = f"{now}, against a mean of {_value(row, 'mean')}"
    trial = " Limits are on trial: there are few points." if row["trial_limits"] else ""
    return head + (f"{_why(row)}: {mean}." if row["run"] else f"{mean}.") + _reaches(row) + trial


def _why(row: dict) -> str:
    """The rule that the latest point triggers, in words."""
    high = row["way"] == "high"
    run = _NUMBERS.get(row["run"], str(row["run"]))
    return {
        "outside_limits": f"{'Above the upper' if high else 'Below the lower'} process limit",
        "shift": f"{run.capitalize()} months running {'above' if high else 'below'} the mean",
        "trend": f"{run.capitalize()} months running, each {'higher' if high else 'lower'} than the one before",
        "two_of_three": f"Two of the last three months are close to or beyond the {'upper' if high else 'lower'} limit",
    }[row["special_cause"]]


def _reaches(row: dict) -> str:
    """The assurance icon in words."""
    if pd.isna(row["target"]) or row["assurance"] in ("no_target", "too_few"):
        return ""
    target = _value(row, "target")
    limits = f"{_value(row, 'lower_limit')} to {_value(row, 'upper_limit')}"
    return {
        "passes": f" It will pass the target of {target} as it runs (P): its limits are {limits}.",
        "fails": f" It will not reach the target of {target} as it runs (F): its limits are {limits}.",
        "hit_or_miss": f" It will hit the target of {target} in some months and miss it in others (?): its limits are {limits}.",
    }[row["assurance"]]


def _value(row: dict, name: str) -> str:
    return share_words(row[name]) if row["unit"] == "percent" else count(row[name])
