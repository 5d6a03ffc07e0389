"""Charts of the record of the forecasts: error against the last value, coverage, chances that came true, earlier forecasts.

Each takes a table and draws it: one panel a method, its name above, what was made ahead and what was back-cast apart.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.reference import month_words
from lsc_analytics.reporting.charts.theme import (
    BLUE,
    BROWN,
    DARK_BLUE,
    MID_GREY,
    PALE_GREY,
    SECONDARY_TEXT,
)
from lsc_analytics.reporting.findings.accuracy import KINDS, method_words
from lsc_analytics.reporting.words import MEASURES

_WIDTH, _HEIGHT, _COLUMNS = 190, 150, 3
_RATIOS = [0.5, 0.7, 1, 1.5, 2, 3]  # a ratio of errors is as far from 1 at a half as at twice
_KIND = alt.Color("kind:N", title=None, scale=alt.Scale(domain=list(KINDS.values()), range=[BLUE, BROWN]))
_DASH = alt.StrokeDash("kind:N", title=None, scale=alt.Scale(domain=list(KINDS.values()), range=[[1, 0], [5, 3]]))


def error_by_horizon(scores: pd.DataFrame, measure: str) -> alt.FacetChart:
    """Each method's error as a share of the last value's, by months ahead; below the line is better.

    Args:
        scores: `tables.scores_by("kind", "measure", "horizon")`.
        measure: The measure to show.
    """
    ahead = alt.X("horizon:Q", title="Months ahead", axis=alt.Axis(tickMinStep=1), scale=alt.Scale(nice=False))
    return _against_last_value(
        scores, measure, ahead, alt.Tooltip("horizon:Q", title="Months ahead"), "by months ahead"
    )


def error_by_origin(scores: pd.DataFrame, measure: str) -> alt.FacetChart:
    """Each method's error as a share of the last value's, by the month it was made from.

    Args:
        scores: `tables.scores_by("kind", "measure", "as_of")`.
        measure: The measure to show.
    """
    origin = alt.X("as_of:T", title="Made from", axis=alt.Axis(format="%b %y", tickCount=4))
    at = alt.Tooltip("as_of:T", title="Made from", format="%B %Y")
    return _against_last_value(scores, measure, origin, at, "by origin")


def coverage(scores: pd.DataFrame, measure: str) -> alt.FacetChart:
    """The share of outturns inside each method's 80% interval, by months ahead, with the band that chance allows.

    Args:
        scores: `tables.scores_by("kind", "measure", "horizon")`.
        measure: The measure to show.
    """
    base = alt.Chart()  # without data of its own: each facet gives its layers theirs
    ahead = alt.X("horizon:Q", title="Months ahead", axis=alt.Axis(tickMinStep=1), scale=alt.Scale(nice=False))
    band = base.mark_rect(color=PALE_GREY, opacity=0.08).encode(y=alt.datum(72), y2=alt.datum(88))
    line = base.mark_line(point=True).encode(
        x=ahead,
        y=alt.Y("held_80_percent:Q", title="Held, %", scale=alt.Scale(domain=[0, 100])),
        color=_KIND,
        strokeDash=_DASH,
        tooltip=[
            alt.Tooltip("method:N"),
            alt.Tooltip("kind:N"),
            alt.Tooltip("horizon:Q"),
            alt.Tooltip("held_80_percent:Q", title="Held, %", format=".0f"),
            alt.Tooltip("forecasts:Q", format=","),
        ],
    )
    return _by_method(
        alt.layer(band, line, data=_shown(scores, measure)),
        f"{MEASURES[measure]}: outturns inside the 80% interval",
        "An honest interval holds 72 to 88 in a hundred (grey). Lists with five or more at the origin",
        f"For each method, a line of the share of outturns of {MEASURES[measure].lower()} inside its 80% interval, by months ahead.",
    )


def reliability(told: pd.DataFrame, measure: str) -> alt.FacetChart:
    """The chance that was given that anyone would be counted, against how often anyone was.

    Args:
        told: `tables.FORECAST_RELIABILITY`.
        measure: The measure to show.
    """
    base = alt.Chart()
    said = alt.X("said_percent:Q", title="Chance given, %", scale=alt.Scale(domain=[0, 100]))
    came = alt.Y("came_percent:Q", title="Came, %", scale=alt.Scale(domain=[0, 100]))
    honest = base.mark_rule(color=MID_GREY, strokeDash=[4, 3]).encode(
        x=alt.datum(0), y=alt.datum(0), x2=alt.datum(100), y2=alt.datum(100)
    )
    points = base.mark_point(opacity=0.85).encode(
        x=said,
        y=came,
        color=_KIND,
        size=alt.Size("forecasts:Q", title="Forecasts", scale=alt.Scale(range=[30, 400])),
        tooltip=[
            alt.Tooltip("method:N"),
            alt.Tooltip("kind:N"),
            alt.Tooltip("said_percent:Q", title="Chance given, %", format=".0f"),
            alt.Tooltip("came_percent:Q", title="Came, %", format=".0f"),
            alt.Tooltip("forecasts:Q", format=","),
        ],
    )
    return _by_method(
        alt.layer(honest, points, data=_shown(told, measure)),
        f"{MEASURES[measure]}: did chances come true?",
        "On the dashed line, a chance of 40% came four times in ten; above it, more often than was said",
        f"For each method, the chance given that anyone would be {MEASURES[measure].lower()}, against how often anyone was.",
    )


def last_six(said: pd.DataFrame, measure: str) -> alt.LayerChart:
    """A list as published, with its last forecasts as thin lines and their 80% intervals at the furthest month.

    Args:
        said: `tables.FORECAST_SAID` of the list.
        measure: The measure to show.
    """
    mine = said[said["measure"] == measure].copy()
    mine["kind"] = mine["backcast"].map({False: KINDS["forecast"], True: KINDS["backcast"]})
    mine["said_in"] = mine["as_of"].map(month_words)
    month = alt.X("month:T", title=None, axis=alt.Axis(format="%b %Y"))
    count = alt.Y("count:Q", title=MEASURES[measure], scale=alt.Scale(zero=False))
    forecasts = mine.rename(columns={"target_month": "month", "median": "count"})
    furthest = forecasts[forecasts["horizon"] == forecasts.groupby("as_of")["horizon"].transform("max")]
    tooltip = [
        "said_in:N",
        "kind:N",
        alt.Tooltip("month:T", format="%B %Y"),
        alt.Tooltip("count:Q", title="Said", format=",.0f"),
        alt.Tooltip("outturn:Q", title="Was", format=",.0f"),
    ]
    told = (
        alt.Chart(forecasts)
        .mark_line(strokeWidth=1.2, point=alt.OverlayMarkDef(size=14))
        .encode(x=month, y=count, detail=alt.Detail("as_of:N"), color=_KIND, strokeDash=_DASH, tooltip=tooltip)
    )
    ends = (
        alt.Chart(furthest)
        .mark_rule(opacity=0.7)
        .encode(x=month, y=alt.Y("lower_80:Q"), y2=alt.Y2("upper_80:Q"), color=_KIND)
    )
    was = alt.Y("min(outturn):Q", title=MEASURES[measure])  # each origin that spoke of a month has the same outturn
    line = (
        alt.Chart(forecasts)
        .mark_line(color=DARK_BLUE, strokeWidth=3)
        .encode(
            x=month,
            y=was,
            tooltip=[alt.Tooltip("month:T", format="%B %Y"), alt.Tooltip("min(outturn):Q", title="Was", format=",.0f")],
        )
    )
    return alt.layer(ends, told, line).properties(
        title=alt.Title(
            f"{MEASURES[measure]}: as published, and what was said before",
            subtitle="Thick: published. Thin: earlier forecasts, their 80% interval at the furthest month",
        ),
        description=f"Line chart of {MEASURES[measure].lower()} as published, with the last forecasts made before as thin lines.",
    )


def _against_last_value(scores: pd.DataFrame, measure: str, x: alt.X, at: alt.Tooltip, by: str) -> alt.FacetChart:
    base = alt.Chart()
    rule = base.mark_rule(color=SECONDARY_TEXT).encode(y=alt.datum(1))
    line = base.mark_line(point=True).encode(
        x=x,
        y=alt.Y(
            "error_to_last_value:Q",
            title="Error to last value's",
            axis=alt.Axis(values=_RATIOS, format="~g"),
            scale=alt.Scale(type="log", domain=[min(_RATIOS), max(_RATIOS)], clamp=True, nice=False),
        ),
        color=_KIND,
        strokeDash=_DASH,
        tooltip=[
            alt.Tooltip("method:N"),
            alt.Tooltip("kind:N"),
            at,
            alt.Tooltip("error_to_last_value:Q", title="Error to last value's", format=".2f"),
            alt.Tooltip("forecasts:Q", format=","),
        ],
    )
    return _by_method(
        alt.layer(rule, line, data=_shown(scores, measure)),
        f"{MEASURES[measure]}: error against the last value, {by}",
        "Below 1 is better than assuming that nothing changes. Drawn between 0.5 and 3; point at it for the figure",
        f"For each method, a line of its error over the last value's on {MEASURES[measure].lower()}, {by}, with a rule at 1.",
    )


def _shown(frame: pd.DataFrame, measure: str) -> pd.DataFrame:
    mine = frame[frame["measure"] == measure]
    return mine.assign(method=mine["method"].map(method_words), kind=mine["kind"].map(KINDS))


def _by_method(panels: alt.LayerChart, title: str, subtitle: str, description: str) -> alt.FacetChart:
    """One panel a method, what the report led with first."""
    return (
        panels.properties(width=_WIDTH, height=_HEIGHT)
        .facet(facet=alt.Facet("method:N", title=None, sort=[method_words("led")]), columns=_COLUMNS)
        .properties(title=alt.Title(title, subtitle=subtitle), description=description)
    )
