"""What the tables of who waits longer say, in sentences: published counts first, then the patient tracking list."""

from __future__ import annotations

from typing import Any

import pandas as pd

from lsc_analytics.parameters import trust_name
from lsc_analytics.reference import SYSTEM
from lsc_analytics.reporting.findings.ptl import EQUITY_WORDS, ptl_disclosure, ptl_equity
from lsc_analytics.reporting.words import count, day_words, pathways, percent, signed

MEASURE_WORDS = {"within_18_weeks": "within 18 weeks", "over_52_weeks": "over 52 weeks"}
_NAMED = 3  # groups that a sentence names
_MUCH = 5.0  # percent of a list without a group from which gaps may turn on whom it leaves out
_PTL_TOLD = 5


def inequality_headline(gaps: pd.DataFrame, slopes: pd.DataFrame) -> list[str]:
    """Who waits longest beyond doubt, and how far the most deprived are from the least.

    Args:
        gaps: `tables.INEQUALITY_GAPS` of one trust or the system.
        slopes: `tables.INEQUALITY_SLOPES` with that organisation and England among them.
    """
    if gaps.empty:
        return ["No figures by patient group are published for this week."]
    told = gaps[gaps["measure"] == "within_18_weeks"]
    first = told.sort_values("place").dropna(subset="place").head(1).to_dict("records")
    said = [
        f"**{_group(row)}: {percent(row['percent'])} within 18 weeks, against {percent(row['list_percent'])} of the whole "
        f"list** ({_points(row['gap_points'])}, between {_between(row, 'gap')}): {_behind(row)}. No gap is wider beyond chance "
        "and rounding."
        for row in first
    ] or ["No group waits longer than the whole list by more than chance and rounding allow."]
    return said + inequality_slope(slopes, str(told["provider_code"].iloc[0]))[:1]


def inequality_gaps(gaps: pd.DataFrame, measure: str) -> list[str]:
    """Which groups are worse off than the whole list beyond doubt, the widest gaps first.

    Args:
        gaps: `tables.INEQUALITY_GAPS` of one trust or the system.
        measure: within_18_weeks or over_52_weeks.
    """
    told = gaps[gaps["measure"] == measure]
    worse = told.dropna(subset="place").sort_values("place")
    words = MEASURE_WORDS[measure]
    said = [
        f"**{_group(row)}:** {percent(row['percent'])} {words}, {_points(row['gap_points'])} from the whole list's "
        f"{percent(row['list_percent'])} (between {_between(row, 'gap')}); {_behind(row)}.{_england(row)}"
        for row in worse.head(_NAMED).to_dict("records")
    ]
    if (more := len(worse) - _NAMED) > 0:
        are = "groups are" if more > 1 else "group is"
        said.append(f"{count(more)} more {are} worse off {words} beyond chance and rounding: the table tells them all.")
    if worse.empty:
        said.append(f"No group is worse off {words} than the whole list by more than chance and rounding allow.")
    if masked := int((told["gap_points"].isna() & (told["pathways"].isna() | (told["pathways"] > 0))).sum()):
        said.append(
            f"A count of 1 to 7 is published as \\*: the share of {count(masked)} group{'s' * (masked > 1)} is not known."
        )
    if told["gap_lower"].notna().any():
        tried = int(told["gap_lower"].notna().sum())
        said.append(
            f"Where nobody was worse off, about one group in forty would still stand out so; {count(tried)} were compared, so one "
            "narrow gap alone is no finding."
        )
    return said


def inequality_slope(slopes: pd.DataFrame, trust: str) -> list[str]:
    """How much less often the most deprived are seen in time than the least, and where that stands in England.

    Args:
        slopes: `tables.INEQUALITY_SLOPES` of the system, its trusts and England.
        trust: The trust or system that the report is of.
    """
    said = []
    for measure, words in MEASURE_WORDS.items():
        told = slopes[slopes["measure"] == measure]
        by = told.set_index("provider_code")
        if trust not in by.index:
            why = "a decile is not published or holds a count of 1 to 7"
            said.append(f"Over deprivation no slope {words} can be told: {why}.")
            continue
        row = by.loc[trust].to_dict()
        england = ""
        if "ENG" in by.index:
            england = f" In England's acute trusts the same is {signed(by['slope_points']['ENG'])}."
        place = ""
        if pd.notna(row["place"]):
            place = f" Of {count(row['trusts'])} acute trusts this is number {count(row['place'])}, 1 being the most against the deprived."
        verdict = _slope_verdict(row, measure)
        said.append(
            f"**From the most to the least deprived end of the list the share {words} changes by {_points(row['slope_points'])}** "
            f"(between {_between(row, 'slope')}){verdict}.{england}{place}"
        )
    return said


def inequality_slopes(slopes: pd.DataFrame) -> str:
    """Which of the trusts has the steepest slope within 18 weeks.

    Args:
        slopes: `tables.INEQUALITY_SLOPES` of the system, its trusts and England.
    """
    told = slopes[(slopes["measure"] == "within_18_weeks") & ~slopes["provider_code"].isin([SYSTEM, "ENG"])]
    if told.empty:
        return "No trust's slope is known."
    ranked = told.sort_values("place").to_dict("records")
    named = "; ".join(
        f"{trust_name(row['provider_code'], short=True)} {signed(row['slope_points'])} (number {count(row['place'])} of {count(row['trusts'])})"
        for row in ranked
    )
    return f"Percentage points within 18 weeks from the most to the least deprived: {named}."


def inequality_known(known: pd.DataFrame) -> list[str]:
    """Of how much of the list each characteristic is known, what is known least first.

    Args:
        known: `tables.INEQUALITY_KNOWN` of one trust or the system.
    """
    said = []
    for row in known.sort_values("not_known_percent", ascending=False, kind="stable").to_dict("records"):
        much = " Its gaps may turn on whom it leaves out." if row["not_known_percent"] >= _MUCH else ""
        said.append(
            f"**{EQUITY_WORDS[row['characteristic']]}:** not known for {percent(row['not_known_percent'])} of "
            f"{pathways(row['list_pathways'])}.{much}"
        )
    lacking = [
        word for what, word in EQUITY_WORDS.items() if what in _PUBLISHED and what not in set(known["characteristic"])
    ]
    said += [f"**{word}:** no figures are published for this week." for word in lacking]
    return said


def inequality_mix(mix: pd.DataFrame) -> list[str]:
    """How much of England's widest gaps is that groups wait for other specialties, the widest first.

    Args:
        mix: `tables.INEQUALITY_MIX`.
    """
    if mix.empty:
        return ["England's lists by specialty and patient group are not loaded, so this cannot be told."]
    told = mix[~mix["name"].isin(["Not stated", "Not known"])].sort_values("gap_points", kind="stable")
    return [
        f"**{EQUITY_WORDS[row['characteristic']]}:** in England the group furthest behind is {row['name']}, {_points(row['gap_points'])} "
        f"within 18 weeks: {signed(row['by_mix_points'])} for the specialties waited for, {signed(row['remaining_points'])} "
        "within the same specialties."
        for row in told.drop_duplicates("characteristic").to_dict("records")
    ]  # fmt: skip


def inequality_limits() -> list[str]:
    """What a gap between published shares can show, and what it cannot."""
    return [
        "**It cannot show why.** Counts by trust are not told apart by specialty, clinical priority, site or date of referral: a "
        "group that needs specialties with longer lists waits longer without having been passed over.",
        "**It can show** that a group waits longer than the list it is on, how many pathways that is, and whether chance and "
        "rounding could have made it.",
        "**It cannot show that nobody is worse off.** Who was never referred is on no list, and groups with few pathways have wide "
        "intervals.",
        "**Pathways, not patients:** one person may wait on several. The system's gaps hold differences between its trusts too.",
        "**Weekly management information,** less validated than the monthly return, whose lists differ from these by a few percent. "
        "Counts are to the nearest 5, and 1 to 7 is \\*: intervals (95%, Newcombe's of the group against everyone else on the list) "
        "are widened by as much.",
    ]  # fmt: skip


def inequality_pathways(shares: pd.DataFrame) -> list[str]:
    """What the patient tracking list says of the same groups; a sentence where none is loaded.

    Args:
        shares: `tables.PTL_SHARES` of one trust or the system.
    """
    if shares.empty:
        return ["No patient tracking list of this trust is loaded: the published figures above are all there is."]
    day = day_words(shares["as_of"].iloc[0])
    whole, *between = ptl_equity(shares)[: 1 + _PTL_TOLD]
    return [f"{whole.removesuffix('.')} (patient tracking list of {day}).", *between, ptl_disclosure()]


_PUBLISHED = ("age", "sex", "deprivation", "ethnicity")


def _group(row: dict[Any, Any]) -> str:
    return f"{EQUITY_WORDS[row['characteristic']]}, {row['name']}"


def _points(value: float) -> str:
    """A difference of shares.

    >>> _points(-2.74)
    '-2.7 percentage points'
    """
    return f"{signed(value)} percentage points"


def _between(row: dict[Any, Any], what: str) -> str:
    return f"{signed(row[f'{what}_lower'])} and {signed(row[f'{what}_upper'])}"


def _behind(row: dict[Any, Any]) -> str:
    """How many pathways a gap is, in words."""
    than = "more would be within 18 weeks" if row["measure"] == "within_18_weeks" else "fewer would be over 52 weeks"
    return f"at the whole list's share, {count(row['pathways_behind'])} {than}"


def _england(row: dict[Any, Any]) -> str:
    gap = row["england_gap_points"]
    return "" if pd.isna(gap) else f" In England's acute trusts the same gap is {signed(gap)}."


def _slope_verdict(row: dict[Any, Any], measure: str) -> str:
    """Whom a slope is against, if it is beyond doubt."""
    if row["slope_lower"] <= 0 <= row["slope_upper"]:
        return ", which may be chance"
    rises = row["slope_points"] > 0
    against = rises if measure == "within_18_weeks" else not rises
    return ": the most deprived wait longer" if against else ": the least deprived wait longer"
