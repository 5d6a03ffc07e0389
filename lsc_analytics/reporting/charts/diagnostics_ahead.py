"""Charts of the forecasts of diagnostic tests. Each takes tables and draws them; every figure is in the tables."""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.reference import month_words
from lsc_analytics.reporting.charts.theme import BRIGHT_BLUE, DARK_BLUE, SECONDARY_TEXT
from lsc_analytics.reporting.findings.diagnostics import diagnostics_list_name
from lsc_analytics.reporting.words import percent

_SHARE = "Waiting less than six weeks"


def diagnostics_outlook(history: pd.DataFrame, outlook: pd.DataFrame) -> alt.LayerChart:
    """The share waiting less than six weeks, as published and as forecast with its 80% interval, and the standards.

    Args:
        history: `tables.DM01_POSITION` of one list.
        outlook: `tables.DM01_OUTLOOK` of the same list.
    """
    past = history[["month", "within_6_weeks_percent"]].dropna()
    past = past.astype({"within_6_weeks_percent": float}).rename(columns={"within_6_weeks_percent": "share"})
    ahead = outlook.drop_duplicates("target_month").rename(columns={"target_month": "month", "within_percent": "share"})
    ahead = ahead[["month", "share", "within_lower_80", "within_upper_80"]].dropna()
    named = outlook.drop_duplicates("standard")[["needed_percent"]]
    named = named.drop_duplicates().assign(standard=[f"{needed:g}%" for needed in named["needed_percent"].unique()])
    month = alt.X("month:T", title=None, axis=alt.Axis(format="%b %Y"))
    share = alt.Y(
        "share:Q",
        title=_SHARE,
        scale=alt.Scale(zero=False, domainMax=100),
        axis=alt.Axis(labelExpr="datum.label + '%'"),
    )
    at = [alt.Tooltip("month:T", title="Month", format="%B %Y"), alt.Tooltip("share:Q", title="Percent", format=".1f")]
    band = (
        alt.Chart(ahead)
        .mark_area(opacity=0.3, color=BRIGHT_BLUE)
        .encode(x=month, y=alt.Y("within_lower_80:Q", title=_SHARE), y2=alt.Y2("within_upper_80:Q"))
    )
    line = alt.Chart(past).mark_line(color=DARK_BLUE).encode(x=month, y=share, tooltip=at)
    joined = pd.concat([past.tail(1), ahead[["month", "share"]]], ignore_index=True)
    told = alt.Chart(joined).mark_line(color=BRIGHT_BLUE, strokeDash=[6, 4]).encode(x=month, y=share)
    points = (
        alt.Chart(ahead)
        .mark_point(color=BRIGHT_BLUE, size=40)
        .encode(
            x=month,
            y=share,
            tooltip=[
                *at,
                alt.Tooltip("within_lower_80:Q", title="80%: from", format=".1f"),
                alt.Tooltip("within_upper_80:Q", title="80%: to", format=".1f"),
            ],
        )
    )
    base = alt.Chart(named).encode(y=alt.Y("needed_percent:Q", title=_SHARE))
    rules = base.mark_rule(color=SECONDARY_TEXT)
    words = base.mark_text(align="left", baseline="bottom", dx=4, dy=-2, color=SECONDARY_TEXT).encode(
        text=alt.Text("standard:N"), x=alt.XValue(0)
    )
    last = ahead.iloc[-1] if len(ahead) else None
    said = "No forecast" if last is None else f"{percent(last['share'])} forecast for {month_words(last['month'])}"
    name = diagnostics_list_name(history["provider_code"].iloc[-1], history["diagnostic_test_code"].iloc[-1])
    return alt.layer(band, rules, words, line, told, points).properties(
        title=alt.Title(
            f"{said}: waiting less than six weeks",
            subtitle=f"{name[0].upper()}{name[1:]}. Dashed: forecast, with its 80% interval. Grey: standards",
        ),
        description=(
            f"Line chart of the share waiting less than six weeks for {name} by month as published, then as forecast with "
            f"its 80% interval, with lines at the standards. {said}."
        ),
    )
