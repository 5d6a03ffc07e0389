"""What the tables of queues, capacity and scenarios say, in sentences; every assumption is marked as one."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.reference import month_words
from lsc_analytics.reporting.words import METHODS, chance, count, pathways, percent

_NOT_LOADED = (
    "This cannot be told: it takes thirteen months of clock starts and stops and of weekly bands of this list, up to the "
    "month reported. Load the monthly RTT full extracts with `lsc ingest`."
)
_LEVERS = ["demand_percent", "capacity_percent", "validation_percent"]
_AS_NOW = (0.0, 0.0, 0.0)
_BEST = {"demand": "min", "capacity": "max", "validation": "max"}  # which end of each slider shortens the list
_MOVES = {"clock_starts": "more demand", "clock_stops": "more capacity", "validated": "of the list by validation"}
_SMALL_CHANCE = 0.1
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


def what_if(grid: pd.DataFrame, standard_weeks: int = 65) -> list[str]:
    """Where does the list end as now, with every lever pulled, and with one alone?

    Args:
        grid: `tables.WHAT_IF` of one list.
        standard_weeks: 52 or 65.
    """
    if grid.empty:
        return [_NOT_LOADED]
    over, when = f"over_{standard_weeks}_weeks", month_words(grid["target_month"].max())
    end = grid[grid["target_month"] == grid["target_month"].max()]
    best = tuple(float(grid[f"{lever}_percent"].agg(most)) for lever, most in _BEST.items())
    size, long = _of_setting(end, "total_incomplete", _AS_NOW), _of_setting(end, over, _AS_NOW)
    said = [
        f"**As now, {pathways(size['mean'])} are expected to wait at the end of {when}, {count(long['mean'])} of them over "
        f"{standard_weeks} weeks.** With {_setting(best)} it would be "
        f"{count(_of_setting(end, 'total_incomplete', best)['mean'])} and {count(_of_setting(end, over, best)['mean'])}."
    ]
    alone = []
    for place, changed in enumerate(best):
        if changed:
            setting = tuple(changed if at == place else 0.0 for at in range(len(best)))
            fewer, long_waits = (
                _fewer(_of_setting(end, name, setting)["difference_mean"]) for name in ("total_incomplete", over)
            )
            alone.append(f"{_setting(setting)}, {fewer} on the list and {long_waits} over {standard_weeks} weeks")
    said.append(f"One lever alone: {'; '.join(alone)}.")
    stops_alone = end[(end["measure"] == over) & (end["demand_percent"] == 0) & (end["validation_percent"] == 0)]
    stops_alone = stops_alone[stops_alone["capacity_percent"] > 0].sort_values("capacity_percent")
    chances = list(zip(stops_alone["capacity_percent"], stops_alone["probability_any"], strict=True))
    any_over = float(long["probability_any"])
    told = f"As now the chance that anybody is over {standard_weeks} weeks then is {chance(any_over)}"
    enough = [pair for pair in chances if pair[1] <= _SMALL_CHANCE]
    if any_over > _SMALL_CHANCE and enough:
        told += f"; with {enough[0][0]:g}% more capacity, and nothing else, {chance(enough[0][1])}"
    elif any_over > _SMALL_CHANCE and chances:
        told += f"; more capacity alone, up to {chances[-1][0]:g}%, leaves {chance(chances[-1][1])}"
    return [*said, f"{told}."]


def what_if_steps(grid: pd.DataFrame) -> list[str]:
    """What is one step of each slider in pathways a month, and from when?

    Args:
        grid: `tables.WHAT_IF` of one list.
    """
    if grid.empty:
        return []
    first = grid["first_month"].iloc[0]
    then = grid[grid["target_month"] == first]
    told = []
    for place, (measure, said) in enumerate(_MOVES.items()):
        places = sorted(value for value in grid[_LEVERS[place]].unique() if value > 0)
        if places:
            setting = tuple(places[0] if at == place else 0.0 for at in range(len(_LEVERS)))
            told.append(
                f"{places[0]:g}% {said} is about {pathways(_of_setting(then, measure, setting)['difference_mean'])}"
            )
    return [
        f"In {month_words(first)}, the first month that can still be planned, {', '.join(told)}; the same percent "
        "holds in every month after. Months before it stay as they are expected.",
        "Every place of the sliders was played month by month with the same chances, and nothing between two places is told. "
        "Clock stops beyond those expected are spread as they are now, most of them on short waits; who leaves unseen stays "
        "as expected. How far a lever can be pulled, and which waits validation takes off, are assumptions.",
    ]


def what_if_beside(grid: pd.DataFrame, forecast: pd.DataFrame) -> list[str]:
    """How does "as now" here stand beside the forecast that the list's own report leads with?

    Args:
        grid: `tables.WHAT_IF` of one list.
        forecast: `tables.RTT_FORECAST` of the same list.
    """
    lead = forecast[forecast["chosen"] & (forecast["measure"] == "total_incomplete")]
    if grid.empty or lead.empty:
        return []
    row = lead.sort_values("target_month").iloc[-1]
    here = grid[(grid["measure"] == "total_incomplete") & (grid["target_month"] == row["target_month"])]
    here = here[(here[_LEVERS] == 0).all(axis=1)].iloc[0]
    inside = row["lower_80"] <= here["mean"] <= row["upper_80"]
    return [
        f"As now is what the list's own flows leave: {count(here['mean'])} at the end of {month_words(row['target_month'])}. "
        f"The list's own report leads with another reckoning ({METHODS.get(row['method'], row['method']).lower()}), "
        f"{count(row['median'])} (eight times in ten {count(row['lower_80'])} to {count(row['upper_80'])}): "
        + (
            "the two agree within that."
            if inside
            else "the two disagree. Trust the difference that a slider makes, not the level."
        )
    ]


def _of_setting(rows: pd.DataFrame, measure: str, setting: tuple[float, ...]) -> pd.Series:
    """The figures of one measure with one setting, of rows of one month."""
    mine = rows[rows["measure"] == measure]
    return mine[(mine[_LEVERS].to_numpy() == setting).all(axis=1)].iloc[0]


def _setting(percents: tuple[float, ...]) -> str:
    demand, stops, validation = percents
    said = [
        *([f"{abs(demand):g}% {'less' if demand < 0 else 'more'} demand"] if demand else []),
        *([f"{abs(stops):g}% {'less' if stops < 0 else 'more'} capacity"] if stops else []),
        *([f"validation of {validation:g}% of the list a month"] if validation else []),
    ]
    return f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else "".join(said)


def _fewer(difference: float) -> str:
    if round(abs(difference)) == 0:
        return "as many"
    return f"{count(abs(difference))} {'fewer' if difference < 0 else 'more'}"


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
