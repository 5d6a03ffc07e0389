"""Charts of the plan: what was planned, what was counted and what is forecast, in one picture."""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.reference import month_words
from lsc_analytics.reporting.charts.theme import BRIGHT_BLUE, DARK_BLUE, RED, SECONDARY_TEXT
from lsc_analytics.tables import PLAN_MEASURES

_MEASURES = PLAN_MEASURES["rtt"] | PLAN_MEASURES["dm01"]
_SHORT = {
    "total_incomplete": "Incomplete pathways",
    "within_18_weeks": "Within 18 weeks",
    "within_18_weeks_percent": "Within 18 weeks, percent",
    "over_52_weeks": "Over 52 weeks",
    "over_65_weeks": "Over 65 weeks",
    "over_78_weeks": "Over 78 weeks",
    "over_104_weeks": "Over 104 weeks",
    "total_waiting": "Waiting for a test",
    "waiting_6_plus": "Six weeks or more",
    "waiting_13_plus": "Thirteen weeks or more",
    "within_6_weeks_percent": "Within six weeks, percent",
}


def against_plan(rows: pd.DataFrame, measure: str) -> alt.LayerChart:
    """One measure's plan, actual and forecast with its 80% interval, and the first month off plan.

    Args:
        rows: `tables.RTT_AGAINST_PLAN` or `tables.DM01_AGAINST_PLAN` of one list.
        measure: One that is planned for it.
    """
    mine = rows[rows["measure"] == measure]
    name = _SHORT[measure]
    month = alt.X("month:T", title=None, axis=alt.Axis(format="%b %Y"))
    scale = alt.Scale(zero=measure.startswith(("over", "waiting")))
    form = ".1f" if measure.endswith("_percent") else ",.0f"

    def line(column: str, title: str, colour: str, dash: list[int]) -> alt.Chart:
        return (
            alt.Chart(mine.loc[mine[column].notna(), ["month", column]])
            .mark_line(color=colour, strokeDash=dash, point=alt.OverlayMarkDef(size=30, color=colour))
            .encode(
                x=month,
                y=alt.Y(f"{column}:Q", title=name, scale=scale),
                tooltip=[alt.Tooltip("month:T", format="%B %Y"), alt.Tooltip(f"{column}:Q", title=title, format=form)],
            )
        )

    told = mine.loc[
        mine["median"].notna() & mine["actual"].isna(), ["month", "median", "lower_80", "upper_80", "probability_met"]
    ]
    interval = (
        alt.Chart(told)
        .mark_area(opacity=0.25, color=BRIGHT_BLUE)
        .encode(x=month, y=alt.Y("lower_80:Q"), y2=alt.Y2("upper_80:Q"))
    )
    ahead = (
        alt.Chart(told)
        .mark_line(color=BRIGHT_BLUE, strokeDash=[6, 4], point=alt.OverlayMarkDef(size=30, color=BRIGHT_BLUE))
        .encode(
            x=month,
            y=alt.Y("median:Q"),
            tooltip=[
                alt.Tooltip("month:T", format="%B %Y"),
                alt.Tooltip("median:Q", title="Median forecast", format=form),
                alt.Tooltip("probability_met:Q", title="Chance of meeting the plan", format=".0%"),
            ],
        )
    )
    off = mine[mine["first_off_plan"]]
    first = (
        alt.Chart(off[["month", "planned"]])
        .mark_point(shape="circle", filled=False, size=220, strokeWidth=2.5, color=RED)
        .encode(x=month, y=alt.Y("planned:Q"))
    )
    when = f"first off plan in {month_words(off['month'].iloc[0])}" if len(off) else "no month off plan"
    return alt.layer(
        interval,
        line("planned", "Planned", SECONDARY_TEXT, [2, 3]),
        line("actual", "Counted", DARK_BLUE, [1, 0]),
        ahead,
        first,
    ).properties(
        title=alt.Title(
            f"{name} against the plan: {when}",
            subtitle="Dark line: counted. Dotted grey: planned. Dashed blue: forecast, with 80% interval. Red ring: first off plan",
        ),
        description=f"Line chart by month of {_MEASURES[measure].lower()}: planned, counted and forecast; {when}.",
    )
