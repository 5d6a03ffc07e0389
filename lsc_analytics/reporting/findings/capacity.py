"""What the tables of queues, capacity and scenarios say, in sentences; every assumption is marked as one."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.reference import month_words
from lsc_analytics.reporting.words import count, pathways, percent

_NOT_LOADED = (
    "This cannot be told: it takes thirteen months of clock starts and stops and of weekly bands of this list, up to the "
    "month reported. Load the monthly RTT full extracts with `lsc ingest`."
)
_LISTS = {"theatre_lists": "theatre lists", "clinics": "clinics"}


def queue(measures: pd.DataFrame) -> list[str]:
    """Is the list in balance, and how long might it be?

    Args:
        measures: `tables.QUEUE_MEASURES` of one list and standard.
    """
    if measures.empty:
        return [_NOT_LOADED]
    now = measures.set_index("measure")["value"]
    weeks = int(measures["standard_weeks"].iloc[0])
    balance = "grows" if now["load"] > 1.005 else "shrinks" if now["load"] < 0.995 else "holds"
    said = [
        f"Over the last twelve months {now['demand']:,.0f} pathways a week joined the list and {now['capacity']:,.0f} left "
        f"it, {now['clock_stops']:,.0f} of them with a clock stop: a load of {now['load']:.2f}, at which the list {balance}.",
        f"The list is {now['weeks_of_demand']:.1f} weeks of demand. One that keeps the {weeks}-week standard while people are "
        f"seen in mixed order is about {now['healthy_weeks_of_demand']:.1f} weeks, {pathways(now['healthy_list'])} "
        f"(assumption: waits are exponential); seen strictly in turn, which urgent pathways rule out, it could be "
        f"{count(now['longest_list_in_turn'])}.",
    ]
    if "relief_capacity" in now:
        said.append(
            f"It is over twice its target of {count(now['target_list'])}: {now['relief_capacity']:,.0f} a week would have to "
            "leave until it is there."
        )
    return said


def capacity_needed(needed: pd.DataFrame) -> list[str]:
    """What would it take to meet each standard, and would it last?

    Args:
        needed: `tables.CAPACITY_NEEDED` of one list.
    """
    if needed.empty:
        return [_NOT_LOADED]
    said = []
    for _, rows in needed.groupby(["standard_weeks", "target_month"], sort=False):
        row = {(each["aim"], each["order"]): each for _, each in rows.iterrows()}
        spread, first = row["clear_cohort", "as_now"], row["clear_cohort", "longest_first"]
        size, weeks = row["sustainable_size", "as_now"], int(spread["standard_weeks"])
        when = f"by the end of {month_words(spread['target_month'])}"
        aim = f"{_allowed(spread)} over {weeks} weeks"
        said.append(
            f"**{aim[0].upper()}{aim[1:]} {when}**: the chance is {percent(100 * spread['chance_as_now'], 0)} with the "
            f"{spread['stops_as_now']:,.0f} clock stops a week that are expected. "
            + (_clear(spread, first) if spread["extra_upper_80"] > 0 or first["extra_upper_80"] > 0 else _spare(spread))
            + _later(first, weeks)
        )
        said.append(
            f"A list that stays that way is about {pathways(size['list_to_reach'])} long (assumption: waits "
            f"are exponential); this one is expected to be {count(size['list_as_now'])}. To be that long {when} takes "
            f"{size['stops_median']:,.0f} clock stops a week ({size['stops_lower_80']:,.0f} to {size['stops_upper_80']:,.0f} "
            f"eight times in ten), and about {size['stops_to_hold']:,.0f} a week then hold it."
        )
    said.append(
        "Clearing a cohort treats those who would be over the standard at its date and leaves the list that made them wait "
        "about as long as before. Only a shorter list, or stricter turns, keeps the next cohort from waiting as long."
    )
    return said


def capacity_activity(activity: pd.DataFrame) -> list[str]:
    """How many lists and clinics is that, to clear each cohort with the longest waiters seen first?

    Args:
        activity: `tables.CAPACITY_ACTIVITY` of one list.
    """
    if activity.empty:
        return [_NOT_LOADED]
    said = []
    cleared = activity[(activity["aim"] == "clear_cohort") & (activity["order"] == "longest_first")]
    for (weeks, by), rows in cleared.groupby(["standard_weeks", "target_month"], sort=False):
        told = {}
        for mix, each in rows.groupby("mix"):
            told[mix] = " and ".join(
                f"{row['median']:,.1f} {_LISTS[row['activity']]} ({row['lower_80']:,.1f} to {row['upper_80']:,.1f})"
                for _, row in each.iterrows()
            )
        said.append(
            f"Over {weeks} weeks by {month_words(str(by))}, longest waiters first: {told['booked_from_list']} more a month if "
            f"they hold the waiting list only; {told['usual_mix']} if they are filled as usual, when most activity stops no clock."
        )
    source = dict(zip(activity["mix"], activity["source"], strict=True))
    said.append(
        f"What share of activity stops a clock: filled as usual, {source['usual_mix']}; from the waiting list only, "
        f"{source['booked_from_list']}. Cases a theatre list and slots a clinic: assumption."
    )
    return said


def scenarios(compared: pd.DataFrame, standard_weeks: int = 65) -> list[str]:
    """What difference does each scenario make in the end?

    Args:
        compared: `tables.RTT_SCENARIOS` of one list and order.
        standard_weeks: 52 or 65.
    """
    if compared.empty:
        return [_NOT_LOADED]
    end = compared[compared["target_month"] == compared["target_month"].max()]
    over = end[end["measure"] == f"over_{standard_weeks}_weeks"].set_index("scenario")
    size = end[end["measure"] == "total_incomplete"].set_index("scenario")
    when = month_words(end["target_month"].iloc[0])
    others = over.drop(index="as_now", errors="ignore")
    said = []
    if "as_now" in over.index:
        now, waiting = over.loc["as_now"], size.loc["as_now"]
        said.append(
            f"As now, {pathways(waiting['median'])} are waiting at the end of {when}, {count(now['median'])} of them over "
            f"{standard_weeks} weeks (eight times in ten {count(now['lower_80'])} to {count(now['upper_80'])})."
        )
    for name, row in others.sort_values("difference_mean").iterrows():
        mark = " (assumption)" if row["source"].startswith("assumption") else ""
        said.append(
            f"{row['title']}{mark}: {_difference(row)} over {standard_weeks} weeks, and {_difference(size.loc[name])} on the "
            "list."
        )
    extra = (
        "are spread as clock stops are now" if compared["order"].iloc[0] == "as_now" else "go to the longest waiters"
    )
    said.append(f"Extra clock stops {extra}. The intervals are of the change alone: demand is the same in each.")
    return said


def _allowed(row: pd.Series) -> str:
    share = row["allowed_over_percent"]
    return f"at most {share:g}% of the list" if share else "nobody"


def _clear(spread: pd.Series, first: pd.Series) -> str:
    return (
        f"To clear the cohort takes {_extra(first)} more a week from {month_words(first['first_month'])} if all of them go to "
        f"the longest waiters, {_extra(spread)} if they are spread as clock stops are now."
    )


def _spare(row: pd.Series) -> str:
    return (
        f"It would still be met one time in two with {-row['extra_median']:,.0f} fewer a week from "
        f"{month_words(row['first_month'])}: there is room."
    )


def _later(row: pd.Series, weeks: int) -> str:
    if row["extra_median"] <= 0 or pd.isna(row["over_later"]) or row["over_later"] <= row["over_at_date"] + 1:
        return ""
    return (
        f" Once the extra stops end, {pathways(row['over_later'])} are over {weeks} weeks by {month_words(row['later_month'])}, "
        f"after {count(row['over_at_date'])} at the date."
    )


def _extra(row: pd.Series) -> str:
    low, high = (max(row[f"extra_{end}_80"], 0.0) for end in ("lower", "upper"))
    return f"{max(row['extra_median'], 0.0):,.0f} ({low:,.0f} to {high:,.0f} eight times in ten)"


def _difference(row: pd.Series) -> str:
    """So many fewer or more, with the interval of the difference."""
    mean = round(row["difference_mean"])
    if mean == 0:
        return "no difference"
    low, high = (
        count(abs(row[f"difference_{end}_80"])) for end in (("upper", "lower") if mean < 0 else ("lower", "upper"))
    )
    one_way = row["difference_lower_80"] * row["difference_upper_80"] >= 0
    span = f" ({low} to {high})" if one_way and low != high else ""
    return f"{count(abs(mean))} {'fewer' if mean < 0 else 'more'}{span}"
