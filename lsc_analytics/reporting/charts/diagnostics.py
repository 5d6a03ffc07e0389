"""Charts of diagnostic waits: the list by week, the share within six weeks, what joins and leaves, tests by kind.

Each takes a table and draws it; every figure is in the table, every label says what it is.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.reference import LAST_DM01_BAND, month_words
from lsc_analytics.reporting.charts.theme import BLUE, BROWN, DARK_BLUE, MID_GREY, PINK, RED, SECONDARY_TEXT, WHITE
from lsc_analytics.reporting.findings.diagnostics import diagnostics_list_name
from lsc_analytics.reporting.words import count, share_words

_SOLID, _DASHED = [1, 0], [6, 4]


def diagnostics_waits(waits: pd.DataFrame) -> alt.LayerChart:
    """The list by week waited, with six weeks as a line.

    Args:
        waits: `tables.DM01_WAITS` of one list and month.
    """
    over, total = waits.loc[waits["six_weeks_or_more"], "waiting"].sum(), waits["waiting"].sum()
    said = f"{count(over)} of {count(total)} have waited six weeks or more" if total else "Nobody to show"
    shown = waits.assign(until=waits["week_to"].fillna(LAST_DM01_BAND + 1).astype("int64"))
    axis = alt.Axis(
        values=list(range(LAST_DM01_BAND + 1)),
        tickCount=LAST_DM01_BAND + 1,  # the theme's count would thin them out
        labelExpr=f"datum.value == {LAST_DM01_BAND} ? '{LAST_DM01_BAND}+' : datum.label",
        labelOverlap=False,
    )
    weeks = alt.X("week_from:Q", title="Weeks waited", axis=axis, scale=alt.Scale(domain=[0, 14], nice=False))
    bars = (
        alt.Chart(shown[["week_from", "until", "band", "waiting", "six_weeks_or_more"]])
        .mark_bar(stroke=WHITE, strokeWidth=2)
        .encode(
            x=weeks,
            x2=alt.X2("until:Q"),
            y=alt.Y("waiting:Q", title="People waiting", axis=alt.Axis(format=",.0f", tickMinStep=1)),
            y2=alt.datum(0),
            color=alt.condition("datum.six_weeks_or_more", alt.value(DARK_BLUE), alt.value(BLUE)),
            tooltip=[alt.Tooltip("band:N", title="Waited"), alt.Tooltip("waiting:Q", title="People", format=",")],
        )
    )
    line = pd.DataFrame({"week_from": [6], "label": ["six weeks or more →"]})
    rule = alt.Chart(line).mark_rule(color=RED, strokeDash=_DASHED).encode(x=weeks)
    words = (
        alt.Chart(line)
        .mark_text(align="left", dx=6, baseline="top", color=RED)
        .encode(x=weeks, y=alt.YValue(0), text=alt.Text("label:N"))
    )
    return alt.layer(bars, rule, words).properties(
        title=alt.Title(said, subtitle=_what(waits)),
        description=(
            f"Column chart of people waiting by week waited, from under one week to thirteen weeks or more, with a line at "
            f"six weeks. {_what(waits)}. {said}."
        ),
    )


def diagnostics_within_six_weeks(history: pd.DataFrame, standing: pd.DataFrame) -> alt.LayerChart:
    """The share waiting less than six weeks month by month, with each standard as a line.

    Args:
        history: `tables.DM01_POSITION` of one list.
        standing: `tables.DM01_STANDING` of the same list.
    """
    share = "within_6_weeks_percent"
    percents = alt.Y(
        f"{share}:Q",
        title="Waiting less than six weeks",
        scale=alt.Scale(zero=False, domainMax=100),
        axis=alt.Axis(labelExpr="datum.label + '%'"),
    )
    line = (
        alt.Chart(_by_month(history, [share, "total_waiting", "waiting_6_plus"]))
        .mark_line(color=BLUE, point=alt.OverlayMarkDef(size=36))
        .encode(
            x=_month_axis(),
            y=percents,
            tooltip=[
                _month_tooltip(),
                alt.Tooltip(f"{share}:Q", title="Less than six weeks, percent", format=".1f"),
                alt.Tooltip("waiting_6_plus:Q", title="Six weeks or more", format=","),
                alt.Tooltip("total_waiting:Q", title="Waiting", format=","),
            ],
        )
    )
    named = standing[["needed_percent", "status"]].assign(
        place=range(len(standing)),
        standard=[_standard(row) for row in standing.to_dict("records")],
    )
    dash = alt.StrokeDash(
        "status:N", legend=None, scale=alt.Scale(domain=["binding", "superseded"], range=[_SOLID, _DASHED])
    )
    base = alt.Chart(named).encode(y=alt.Y("needed_percent:Q", title="Waiting less than six weeks"))
    rules = base.mark_rule(color=SECONDARY_TEXT).encode(strokeDash=dash)
    # Above and below their lines by turns, so that 99% and 95% never meet; a white edge keeps the data line off them.
    text = {"align": "left", "baseline": "middle", "dx": 4, "dy": alt.expr("datum.place % 2 ? 11 : -10")}
    labels = base.encode(text=alt.Text("standard:N"), x=alt.XValue(0))
    halo = labels.mark_text(**text, stroke=WHITE, strokeWidth=4, color=WHITE)
    words = labels.mark_text(**text, color=SECONDARY_TEXT)
    now = history.iloc[-1]
    month = month_words(now["month"])
    stands = (
        f"{share_words(now[share])} had waited less than six weeks" if now["total_waiting"] else "Nobody was waiting"
    )
    return alt.layer(line, halo, rules, words).properties(
        title=alt.Title(f"{stands}, {month}", subtitle=f"{_name(now)}, month ends, with the standards as lines"),
        description=(
            f"Line chart of the share waiting less than six weeks by month, {_name(now)}, with lines at "
            f"{'; '.join(named['standard']) or 'no standard'}. {month}: {stands[0].lower()}{stands[1:]}."
        ),
    )


def diagnostics_waiting(history: pd.DataFrame) -> alt.Chart:
    """How many wait, and how many of them six weeks or more, month by month.

    Args:
        history: `tables.DM01_POSITION` of one list.
    """
    now = history.iloc[-1]
    named = {"total_waiting": "Everyone waiting", "waiting_6_plus": "Six weeks or more"}
    return _lines(history, named, "People waiting", [BLUE, DARK_BLUE]).properties(
        title=alt.Title(
            f"{count(now['total_waiting'])} waiting, {count(now['waiting_6_plus'])} for six weeks or more",
            subtitle=f"{_name(now)}, month ends",
        ),
        description=(
            f"Line chart of everyone waiting and of those waiting six weeks or more by month, {_name(now)}, ending at "
            f"{count(now['total_waiting'])} and {count(now['waiting_6_plus'])} in {month_words(now['month'])}."
        ),
    )


def diagnostics_flow(history: pd.DataFrame) -> alt.Chart:
    """What joined the list and what was done from it, month by month.

    Args:
        history: `tables.DM01_POSITION` of one list.
    """
    now = history.iloc[-1]
    named = {"implied_demand": "Joined the list (implied)", "waiting_list_activity": "Tests done from the list"}
    return _lines(history, named, "In the month", [PINK, BLUE]).properties(
        title=alt.Title(
            "Where the dashed line is higher, the list grew",
            subtitle=f"{_name(now)}. Joined: change in the list plus tests from it",
        ),
        description=(
            f"Line chart by month of tests done from the waiting list and of implied demand, which is the change in the "
            f"list plus those tests, {_name(now)}."
        ),
    )


def diagnostics_activity(history: pd.DataFrame) -> alt.Chart:
    """Tests done by kind, month by month.

    Args:
        history: `tables.DM01_POSITION` of one list.
    """
    now = history.iloc[-1]
    kinds = {
        "waiting_list_activity": "From the waiting list",
        "planned_activity": "Planned (surveillance)",
        "unscheduled_activity": "Unscheduled (emergency)",
    }
    order = list(kinds.values())
    long = _long(history, kinds, "tests")
    return (
        alt.Chart(long)
        .mark_bar(stroke=WHITE, strokeWidth=1)
        .encode(
            x=alt.X("month:T", timeUnit="yearmonth", title=None, axis=alt.Axis(format="%b %Y", grid=False)),
            y=alt.Y("tests:Q", title="Tests in the month", axis=alt.Axis(format=",.0f", tickMinStep=1)),
            color=alt.Color(
                "series:N", title=None, sort=order, scale=alt.Scale(domain=order, range=[BLUE, BROWN, MID_GREY])
            ),
            order=alt.Order("series:N"),  # in the order of the alphabet, which these names are in
            tooltip=[
                _month_tooltip(),
                alt.Tooltip("series:N", title="Kind"),
                alt.Tooltip("tests:Q", title="Tests", format=","),
            ],
        )
        .properties(
            title=alt.Title("Tests done each month, by kind", subtitle=f"{_name(now)}; from the list at the foot"),
            description=(
                f"Stacked column chart of tests by month, {_name(now)}: from the waiting list at the foot, planned above "
                f"it, unscheduled on top. {month_words(now['month'])}: {count(now['waiting_list_activity'])}, "
                f"{count(now['planned_activity'])} and {count(now['unscheduled_activity'])}."
            ),
        )
    )


def _standard(row: dict) -> str:
    when = f" by {month_words(row['by'][:7])}" if pd.notna(row["by"]) else ""
    return f"{row['needed_percent']:g}%{when}{'' if row['status'] == 'binding' else ', superseded'}"


def _lines(history: pd.DataFrame, named: dict[str, str], title: str, colours: list[str]) -> alt.Chart:
    """Series by month, told apart by dash as well as by colour: the first is dashed only where it is implied."""
    order = list(named.values())
    dashes = [_DASHED, _SOLID] if "implied_demand" in named else [_SOLID, _DASHED]
    told = {"title": None, "sort": order}
    return (
        alt.Chart(_long(history, named, "people"))
        .mark_line()
        .encode(
            x=_month_axis(),
            y=alt.Y("people:Q", title=title, axis=alt.Axis(format=",.0f", tickMinStep=1)),
            color=alt.Color("series:N", scale=alt.Scale(domain=order, range=colours), **told),
            strokeDash=alt.StrokeDash("series:N", scale=alt.Scale(domain=order, range=dashes), **told),
            tooltip=[
                _month_tooltip(),
                alt.Tooltip("series:N", title="What"),
                alt.Tooltip("people:Q", title=title, format=","),
            ],
        )
    )


def _by_month(history: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Columns by month as dates, a missing month left empty so that no line is drawn through it."""
    dated = history[columns].astype("float64").set_axis(pd.to_datetime(history["month"]))
    return dated.asfreq("MS").rename_axis("month").reset_index()


def _long(history: pd.DataFrame, named: dict[str, str], value: str) -> pd.DataFrame:
    """One row a month and series, under the series' name in words."""
    return _by_month(history, list(named)).rename(columns=named).melt("month", var_name="series", value_name=value)


def _month_axis() -> alt.X:
    return alt.X("month:T", title=None, axis=alt.Axis(format="%b %Y"))


def _month_tooltip() -> alt.Tooltip:
    return alt.Tooltip("month:T", title="Month", format="%B %Y")


def _name(row: pd.Series) -> str:
    name = diagnostics_list_name(row["provider_code"], row["diagnostic_test_code"])
    return f"{name[0].upper()}{name[1:]}"


def _what(waits: pd.DataFrame) -> str:
    if waits.empty:
        return "No weekly bands are loaded for this month"
    return f"{_name(waits.iloc[0])}, end of {month_words(waits['month'].iloc[0])}"
