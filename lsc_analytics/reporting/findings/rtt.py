"""What the waiting-list tables say, in sentences. Every number in a sentence is in the table it was given."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.models.scores import LAST_VALUE
from lsc_analytics.parameters import organisations, specialty_name, trust_name
from lsc_analytics.reference import add_months, month_words
from lsc_analytics.reporting.words import count, pathways, percent

_METHODS = {
    "flows_and_identity": "the forecast of flows, with the stock-flow identity",
    "anchored_stock": "Prophet fitted to the list itself and anchored at its last actual",
    "cohort": "the weekly cohorts aged from the published thresholds",
    "pooled": "the method pooled over all lists",
    "combination": "the mean of several methods",
    "theta": "the Theta method",
    "ets": "exponential smoothing",
    "drift": "the drift of the last two years",
    "seasonal_naive": "the same month of the year before",
    LAST_VALUE: "the last published value",
}
_MEASURES = {
    "total_incomplete": "the list",
    "within_18_weeks": "within 18 weeks",
    "over_52_weeks": "over 52 weeks",
    "over_65_weeks": "over 65 weeks",
    "over_78_weeks": "over 78 weeks",
    "over_104_weeks": "over 104 weeks",
    "total_waiting": "the test's list",
    "waiting_6_plus": "waiting six weeks or more",
    "waiting_13_plus": "waiting thirteen weeks or more",
    "waiting_list_activity": "tests from the list",
}
DECISION = (4, 5, 6)  # months ahead that decisions rest on: published months come six weeks late


def list_name(provider_code: str, treatment_function_code: str) -> str:
    """A list as a reader would call it.

    >>> list_name("RXN", "C_110"), list_name("LSC", "C_999")
    ('Trauma and Orthopaedics at Lancashire Teaching', 'All specialties in Lancashire and South Cumbria')
    """
    joined = "in" if provider_code == "LSC" else "at"
    return f"{specialty_name(treatment_function_code, short=True)} {joined} {trust_name(provider_code, short=True)}"


def position(history: pd.DataFrame) -> str:
    """Where the list stands, and how it has moved in a year.

    Args:
        history: `tables.RTT_POSITION` of one list; its last row is the month reported.
    """
    now = history.iloc[-1]
    said = [
        f"At the end of {month_words(now['month'])}, {pathways(now['total_incomplete'])} were waiting for "
        f"{list_name(now['provider_code'], now['treatment_function_code'])}"
    ]
    if pd.notna(now["within_18_weeks"]):
        said.append(
            f": {percent(now['within_18_weeks_percent'], 2)} within 18 weeks, {count(now['over_52_weeks'])} over 52 weeks "
            f"and {count(now['over_65_weeks'])} over 65 weeks"
        )
    said.append(".")
    before = history[history["month"] == add_months(now["month"], -12)]
    if len(before):
        change = int(now["total_incomplete"]) - int(before.iloc[0]["total_incomplete"])
        moved = f"{count(abs(change))} {'more' if change > 0 else 'fewer'} than" if change else "the same as"
        said.append(f" That is {moved} a year before.")
    return "".join(said)


def outlook(forecasts: pd.DataFrame, standard_weeks: int, months_ahead: int = 6) -> str:
    """Will anyone be over the standard in some months' time, how many, and how sure is that?

    Args:
        forecasts: `tables.RTT_FORECAST` of one list.
        standard_weeks: 52 or 65.
        months_ahead: Which month to speak of.
    """
    measure = f"over_{standard_weeks}_weeks"
    rows = forecasts[(forecasts["measure"] == measure) & forecasts["chosen"]]
    if rows.empty:
        return f"There is no forecast of pathways over {standard_weeks} weeks: too little history is loaded."
    row = rows[rows["horizon"] == min(months_ahead, rows["horizon"].max())].iloc[0]
    chance = row["probability_any"]
    if chance >= 0.1:
        words = "almost certainly" if chance >= 0.95 else "probably" if chance > 0.6 else "possibly"
        some = f"someone will {words} be"
    else:
        some = "probably nobody will be"
    return (
        f"**By the end of {month_words(row['target_month'])} {some} over {standard_weeks} weeks** (chance {percent(100 * chance, 0)}): "
        f"the forecast is {pathways(row['median'])} ({count(row['mean'])} on average), and eight times in ten between {count(row['lower_80'])} and "
        f"{count(row['upper_80'])}. {_rests_on(row['method'])}"
    )


def total_outlook(forecasts: pd.DataFrame, months_ahead: int = 6) -> str:
    """How long will the list be?"""
    rows = forecasts[(forecasts["measure"] == "total_incomplete") & forecasts["chosen"]]
    if rows.empty:
        return "There is no forecast of the list: its latest month is not loaded."
    row = rows[rows["horizon"] == min(months_ahead, rows["horizon"].max())].iloc[0]
    return (
        f"By the end of {month_words(row['target_month'])} the list is forecast at {pathways(row['median'])}, eight times in ten "
        f"between {count(row['lower_80'])} and {count(row['upper_80'])}. {_rests_on(row['method'])}"
    )


def waits(bands: pd.DataFrame, standard_weeks: int) -> str:
    """How long have those on the list waited?

    Args:
        bands: Rows of one list's `tables.RTT_BAND_VIEW` of one month, part incomplete.
        standard_weeks: The standard to count beside 18 weeks.
    """
    waiting = int(bands["pathways"].sum())
    if not waiting:
        return "No weekly bands of this list are loaded: load the RTT full extract of the month with `lsc ingest`."
    late, over = (int(bands.loc[bands["week_from"] >= weeks, "pathways"].sum()) for weeks in (18, standard_weeks))
    return (
        f"Of {pathways(waiting)}, {percent(100 * late / waiting)} have waited more than 18 weeks, and {count(over)} more than "
        f"{standard_weeks}."
    )


def flows(moved: pd.DataFrame) -> str:
    """What joined and left the list over the last twelve months?"""
    if moved.empty:
        return "What joined and left this list is not loaded: only the list itself is."
    year = moved.tail(12)
    stops = int(year["admitted_stops"].sum() + year["non_admitted_stops"].sum())
    starts, removals = int(year["clock_starts"].sum()), int(year["net_removals"].sum())
    months = f"the {len(year)} months to" if len(year) > 1 else "the one month that is loaded,"
    return (
        f"In {months} {month_words(year['month'].iloc[-1])}, {count(starts)} clocks started and {count(stops)} "
        f"stopped; the list changed by {count(int(year['closing'].iloc[-1] - year['opening'].iloc[0]))}, so {count(removals)} left "
        "it, on balance, without a reported clock stop."
    )


def leading(contest: pd.DataFrame, measure: str) -> str:
    """Which method leads four to six months ahead, how good has it been, and when does the last value lead?

    Args:
        contest: `tables.RTT_CONTEST` or `tables.DM01_CONTEST`.
        measure: The measure to speak of.
    """
    mine = contest[contest["measure"] == measure]
    led = mine[mine["chosen"]]
    decided = led[led["horizon"].isin(DECISION)]
    if decided.empty:
        return (
            f"No forecast of {_MEASURES[measure]} four to six months ahead can be judged yet, so nothing says whether to "
            "believe it: too little history is loaded."
        )
    said = []
    for method, rows in decided.groupby("method", sort=False):
        when = _months_ahead([int(month) for month in rows["horizon"]])
        if method == LAST_VALUE:
            said.append(
                f"**{when} ahead, no method has beaten the last published value of {_MEASURES[measure]}**, so the report "
                f"assumes that nothing changes; its 80% interval held {_held(rows)}"
            )
            continue
        error = (rows["error_to_last_value"] * rows["forecasts"]).sum() / rows["forecasts"].sum()
        verdict = f"{when} ahead, {_METHODS[str(method)]} leads on {_MEASURES[measure]}"
        if not error < 1:
            verdict += (
                ", taken over from the next shorter wait, since too few lists have five or more to tell a good method from a "
                "lucky one"
            )
        said.append(
            f"{verdict}: on {count(rows['forecasts'].sum())} forecasts of the system's lists for months it had not seen, its "
            f"error was {error:.2f} times that of assuming that nothing changes, and its 80% interval held {_held(rows)}"
        )
    widened = decided[decided["interval_factor"] != 1]
    if len(widened):
        low, high = widened["interval_factor"].min(), widened["interval_factor"].max()
        by = f"{low:.1f}" if round(low, 1) == round(high, 1) else f"{low:.1f} to {high:.1f}"
        said.append(f"Where that is outside 72 to 88%, the intervals shown are {by} times as wide, so as to hold 80%")
    naive = [int(month) for month in led.loc[led["method"] == LAST_VALUE, "horizon"] if month not in DECISION]
    if naive:
        said.append(f"{_months_ahead(naive)} ahead the last value leads too, since nothing has beaten it")
    return f"{'. '.join(said)}."


def _rests_on(method: str) -> str:
    if method == LAST_VALUE:
        return (
            "It rests on the last published value, which nothing has beaten: that no change is forecast is no promise."
        )
    return f"It rests on {_METHODS[method]}."


def _held(rows: pd.DataFrame) -> str:
    if rows["held_80_percent"].isna().all():
        return "nothing that can be judged: no list has five or more"
    low, high = rows["held_80_percent"].min(), rows["held_80_percent"].max()
    return f"{percent(low, 0)}" if round(low) == round(high) else f"{low:.0f} to {percent(high, 0)}"


def _months_ahead(months: list[int]) -> str:
    """Months ahead as a reader says them, the first word of a sentence.

    >>> _months_ahead([4, 5, 6]), _months_ahead([1]), _months_ahead([1, 2, 6])
    ('4 to 6 months', '1 month', '1, 2 and 6 months')
    """
    if len(months) > 2 and months == list(range(months[0], months[-1] + 1)):
        return f"{months[0]} to {months[-1]} months"
    listed = " and ".join([", ".join(str(month) for month in months[:-1])] * (len(months) > 1) + [str(months[-1])])
    return f"{listed} month{'' if months == [1] else 's'}"


def commissioned(places: pd.DataFrame) -> list[str]:
    """Where do the integrated care board's own pathways wait, and how long do they wait there?

    Args:
        places: `tables.RTT_COMMISSIONED` of one month and specialty.
    """
    if places.empty:
        return [
            "Where the ICB's own pathways wait is not known: no full extract of the month, which alone tells it, is loaded."
        ]
    rows = {row["place"]: row for row in places.to_dict("records")}
    every = rows.pop("anywhere")
    board = organisations().system_name
    of = specialty_name(every["treatment_function_code"], short=True)
    said = [
        f"**NHS {board} ICB commissions {pathways(every['total_incomplete'])}** ({of}, end of {month_words(every['month'])}), of "
        f"which {percent(every['within_18_weeks_percent'], 2)} within 18 weeks and {count(every['over_52_weeks'])} over 52."
    ]
    for place, row in rows.items():
        if not row["total_incomplete"]:
            said.append(f"{_place(place, row)}: none.")
            continue
        said.append(
            f"{_place(place, row)}: {count(row['total_incomplete'])} ({percent(row['share_percent'])}), "
            f"{percent(row['within_18_weeks_percent'], 2)} of them within 18 weeks, {count(row['over_52_weeks'])} over 52."
        )
    return said


def _place(place: str, row: dict) -> str:
    named = {"trusts": "At the system's trusts", "independents": "At the system's independent sites"}
    if place == "elsewhere":
        return f"Elsewhere in England, at {count(row['providers'])} providers"
    return named.get(place) or f"At {trust_name(place, short=True)} ({place})"
