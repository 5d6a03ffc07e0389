"""Charts of waiting lists: the list by wait, its past and its forecast, what joins and leaves it.

Each takes a table and draws it; every figure is in the table, every label says what it is.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.reference import month_words
from lsc_analytics.reporting.charts.theme import BLUE, BRIGHT_BLUE, BROWN, DARK_BLUE, MID_GREY, RED
from lsc_analytics.reporting.words import MEASURES, METHODS

_FLOW_NAMES = {
    "clock_starts": "Clock starts",
    "admitted_stops": "Admitted stops",
    "non_admitted_stops": "Non-admitted stops",
    "net_removals": "Net removals",
}


def waiting_list(bands: pd.DataFrame, standard_weeks: int = 65) -> alt.LayerChart:
    """The list by week waited, with the standard as a line.

    Args:
        bands: `tables.RTT_BAND_VIEW` of one list and month, part incomplete.
        standard_weeks: Where to draw the standard.
    """
    weeks = alt.X("week_from:Q", bin="binned", title="Weeks waited", scale=alt.Scale(domain=[0, 105], nice=False))
    shown = bands[["week_from", "pathways"]].assign(week_to=bands["week_from"] + 1)
    bars = (
        alt.Chart(shown)
        .mark_bar(color=BLUE, binSpacing=1)
        .encode(
            x=weeks,
            x2=alt.X2("week_to:Q"),
            y=alt.Y("pathways:Q", title="Incomplete pathways"),
            tooltip=[alt.Tooltip("week_from", title="More than, weeks"), alt.Tooltip("pathways", format=",")],
        )
    )
    line = pd.DataFrame({"week_from": [18, standard_weeks], "label": ["18 weeks", f"{standard_weeks} weeks"]})
    rules = alt.Chart(line).mark_rule(color=RED, strokeDash=[5, 3]).encode(x=alt.X("week_from:Q"))
    words = (
        alt.Chart(line)
        .mark_text(align="left", dx=4, baseline="top", color=RED)
        .encode(x=alt.X("week_from:Q"), y=alt.YValue(2), text=alt.Text("label:N"))
    )
    return alt.layer(bars, rules, words).properties(
        title=f"How long people have waited, {_when(bands)}",
        description=(
            f"Bar chart of incomplete pathways by week waited, {_when(bands)}, with lines at 18 and {standard_weeks} weeks."
        ),
    )


def forecast(history: pd.DataFrame, forecasts: pd.DataFrame, measure: str) -> alt.LayerChart:
    """A measure's past and the forecast the report leads with, its 80 and 95% intervals as bands.

    Args:
        history: `tables.RTT_POSITION` of one list.
        forecasts: `tables.RTT_FORECAST` of the same list.
        measure: One that `tables.RTT_POSITION` has.
    """
    mine = forecasts[forecasts["measure"] == measure]
    chosen, other = mine[mine["chosen"]], mine[~mine["chosen"]]
    title = MEASURES.get(measure, measure)
    count = alt.Y("count:Q", title=title, scale=alt.Scale(zero=measure != "total_incomplete"))
    month = alt.X("month:T", title=None, axis=alt.Axis(format="%b %Y"))
    told = chosen.rename(columns={"target_month": "month", "median": "count"})
    past = history[["month", measure]].dropna().rename(columns={measure: "count"})
    join = past.tail(1)
    shown = ["month", "count", "lower_80", "upper_80", "lower_95", "upper_95"]
    wide = (
        alt.Chart(told[shown])
        .mark_area(opacity=0.16, color=BRIGHT_BLUE)
        .encode(x=month, y=alt.Y("lower_95:Q"), y2=alt.Y2("upper_95:Q"))
    )
    narrow = (
        alt.Chart(told[shown])
        .mark_area(opacity=0.3, color=BRIGHT_BLUE)
        .encode(x=month, y=alt.Y("lower_80:Q"), y2=alt.Y2("upper_80:Q"))
    )
    line = (
        alt.Chart(past)
        .mark_line(color=DARK_BLUE)
        .encode(
            x=month, y=count, tooltip=[alt.Tooltip("month:T", format="%B %Y"), alt.Tooltip("count:Q", format=",.0f")]
        )
    )
    ahead = (
        alt.Chart(pd.concat([join, told[["month", "count"]]]))
        .mark_line(color=BRIGHT_BLUE, strokeDash=[6, 4])
        .encode(x=month, y=count)
    )
    points = (
        alt.Chart(told[shown])
        .mark_point(color=BRIGHT_BLUE, size=40)
        .encode(
            x=month,
            y=count,
            tooltip=[
                alt.Tooltip("month:T", format="%B %Y"),
                alt.Tooltip("count:Q", title="Median forecast", format=",.0f"),
                alt.Tooltip("lower_80:Q", title="80%: from", format=",.0f"),
                alt.Tooltip("upper_80:Q", title="80%: to", format=",.0f"),
            ],
        )
    )
    rest = (
        alt.Chart(other.rename(columns={"target_month": "month", "median": "count"})[["month", "count", "method"]])
        .mark_line(color=MID_GREY, strokeDash=[2, 3], strokeWidth=1.5)
        .encode(
            x=month,
            y=count,
            detail=alt.Detail("method:N"),
            tooltip=[alt.Tooltip("method:N"), alt.Tooltip("count:Q", format=",.0f")],
        )
    )
    leading = [_method(name).lower() for name in chosen["method"].unique()]
    method = " and ".join(leading[:2]) if 0 < len(leading) < 3 else "several methods" if leading else "no forecast"
    return alt.layer(wide, narrow, rest, line, ahead, points).properties(
        title=alt.Title(f"{title}: published, and forecast by {method}", subtitle="Bands: 80% and 95% intervals. Dotted grey: other methods"),
        description=f"Line chart of {title.lower()} by month as published, then the forecast with its 80 and 95% intervals.",
    )  # fmt: skip


def flows(moved: pd.DataFrame) -> alt.Chart:
    """What joined and left the list each month.

    Args:
        moved: `tables.RTT_FLOWS` of one list.
    """
    long = moved.melt(id_vars="month", value_vars=list(_FLOW_NAMES), var_name="flow", value_name="pathways")
    long["flow"] = long["flow"].map(_FLOW_NAMES)
    order = list(_FLOW_NAMES.values())
    return (
        alt.Chart(long)
        .mark_line(point=moved["month"].nunique() < 3)  # a line of one month would not be seen
        .encode(
            x=alt.X("month:T", title=None, axis=alt.Axis(format="%b %Y")),
            y=alt.Y("pathways:Q", title="Pathways in the month"),
            color=alt.Color("flow:N", sort=order, title=None, scale=alt.Scale(domain=order, range=[BROWN, BLUE, BRIGHT_BLUE, MID_GREY])),
            strokeDash=alt.StrokeDash("flow:N", sort=order, title=None, scale=alt.Scale(domain=order, range=[[1, 0], [1, 0], [6, 3], [2, 3]])),
            tooltip=[alt.Tooltip("month:T", format="%B %Y"), alt.Tooltip("flow:N"), alt.Tooltip("pathways:Q", format=",")],
        )
        .properties(
            title="What joins the list and what leaves it",
            description="Line chart by month of clock starts, admitted stops, non-admitted stops and net removals.",
        )
    )  # fmt: skip


def _method(name: str) -> str:
    return METHODS.get(name, name.replace("_", " ").capitalize())


def _when(frame: pd.DataFrame) -> str:
    return month_words(frame["month"].iloc[0]) if len(frame) else "no month"
