"""Charts of the system: where help is needed, trust by trust and test by test. Each draws the table it is given."""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.parameters import specialty_name, test_name, trust_name
from lsc_analytics.reporting.charts.theme import BLUE, SECONDARY_TEXT
from lsc_analytics.tables import RTT_MEASURES


def worst_lists(worst: pd.DataFrame) -> alt.LayerChart:
    """The lists most likely to have anyone over 65 weeks, in the order given.

    Args:
        worst: `tables.SYSTEM_CELLS`, as `models.rtt.worst_lists` ranks them.
    """
    shown = worst[["forecast_over_65", "forecast_lower_80", "forecast_upper_80", "over_65_weeks", "outlook"]].copy()
    shown["list"] = [
        f"{specialty_name(code, short=True)}, {trust_name(trust, short=True)}"
        for trust, code in zip(worst["provider_code"], worst["treatment_function_code"], strict=True)
    ]
    y = alt.Y("list:N", sort=shown["list"].tolist(), title=None, axis=alt.Axis(labelLimit=320, ticks=False))
    bars = alt.Chart(shown).mark_bar(color=BLUE, height=14).encode(
        x=alt.X("forecast_over_65:Q", title="Pathways over 65 weeks, expected and 80% interval"),
        y=y,
        tooltip=[alt.Tooltip("list:N"), alt.Tooltip("outlook:N"), alt.Tooltip("over_65_weeks:Q", title="Over 65 weeks now"), alt.Tooltip("forecast_over_65:Q", title="Expected", format=",.1f")],
    )  # fmt: skip
    rule = alt.Chart(shown).mark_rule(color=SECONDARY_TEXT, strokeWidth=2).encode(
        x=alt.X("forecast_lower_80:Q"), x2=alt.X2("forecast_upper_80:Q"), y=y
    )  # fmt: skip
    return alt.layer(bars, rule).properties(
        title="Where people will be over 65 weeks", height={"step": 26},
        description="Bar chart of the lists with the highest forecast of pathways over 65 weeks, with 80% intervals.",
    )  # fmt: skip


def trusts(history: pd.DataFrame, measure: str) -> alt.LayerChart:
    """A measure by trust over time, each line labelled at its end.

    Args:
        history: `tables.RTT_POSITION` of several trusts, one treatment function.
        measure: A column of it.
    """
    shown = history[["month", "provider_code", measure]].dropna().copy()
    shown["trust"] = [trust_name(code, short=True) for code in shown["provider_code"]]
    title = "Within 18 weeks, percent" if measure == "within_18_weeks_percent" else RTT_MEASURES[measure]
    base = alt.Chart(shown).encode(
        x=alt.X("month:T", title=None, axis=alt.Axis(format="%b %Y")),
        y=alt.Y(f"{measure}:Q", title=title, scale=alt.Scale(zero=False)),
        color=alt.Color("trust:N", title=None),
        strokeDash=alt.StrokeDash("trust:N", title=None),
    )
    line = base.mark_line().encode(
        tooltip=[
            alt.Tooltip("trust:N"),
            alt.Tooltip("month:T", format="%B %Y"),
            alt.Tooltip(f"{measure}:Q", format=",.1f"),
        ]
    )
    return line.properties(title=f"{title}, by trust", description=f"Line chart of {title.lower()} by trust and month.")


def worst_tests(worst: pd.DataFrame) -> alt.LayerChart:
    """The tests with most people waiting six weeks or more, in the order given, with the six-week share beside.

    Args:
        worst: `tables.DM01_POSITION`, as `models.diagnostics.worst_tests` ranks them.
    """
    shown = worst[["waiting_6_plus", "total_waiting", "within_6_weeks_percent"]].copy()
    shown["list"] = [
        f"{test_name(test, short=True)}, {trust_name(trust, short=True)}"
        for trust, test in zip(worst["provider_code"], worst["diagnostic_test_code"], strict=True)
    ]
    y = alt.Y("list:N", sort=shown["list"].tolist(), title=None, axis=alt.Axis(labelLimit=320, ticks=False))
    base = alt.Chart(shown).encode(
        x=alt.X("waiting_6_plus:Q", title="Waiting six weeks or more"),
        y=y,
        tooltip=[
            alt.Tooltip("list:N"),
            alt.Tooltip("waiting_6_plus:Q", title="Six weeks or more", format=","),
            alt.Tooltip("total_waiting:Q", title="Waiting", format=","),
            alt.Tooltip("within_6_weeks_percent:Q", title="Within six weeks, percent", format=".1f"),
        ],
    )
    bars = base.mark_bar(color=BLUE, height=14)
    words = base.mark_text(align="left", dx=5, color=SECONDARY_TEXT).encode(
        text=alt.Text("within_6_weeks_percent:Q", format=".0f")
    )
    return alt.layer(bars, words).properties(
        title=alt.Title(
            "Where most people wait six weeks or more", subtitle="Label: percent waiting less than six weeks"
        ),
        height={"step": 26},
        description="Bar chart of the tests with most people waiting six weeks or more.",
    )
