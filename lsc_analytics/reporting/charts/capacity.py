"""Charts of what a standard would take, and of scenarios beside the list as it is expected to go.

Each takes a table and draws it; every figure is in the table, every label says what it is.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.reporting.charts.theme import BLUE, CATEGORIES, SECONDARY_TEXT, TEXT
from lsc_analytics.reporting.words import MEASURES

_AIMS = {
    ("clear_cohort", "longest_first"): "Clear the cohort, longest waiters first",
    ("clear_cohort", "as_now"): "Clear the cohort, in the order of now",
    ("sustainable_size", "as_now"): "Reach a sustainable size",
}
_MEASURES = MEASURES | {"within_18_weeks_percent": "Within 18 weeks, percent"}


def scenarios(compared: pd.DataFrame, measure: str = "over_65_weeks") -> alt.VConcatChart:
    """Each scenario's median month by month, and below it where each ends, with its 80% interval.

    Args:
        compared: `tables.RTT_SCENARIOS` of one list and order.
        measure: total_incomplete, within_18_weeks_percent, over_52_weeks or over_65_weeks.
    """
    mine = compared[compared["measure"] == measure]
    titles = list(dict.fromkeys(mine["title"]))
    title = _MEASURES[measure]
    digits = ",.1f" if measure.endswith("percent") else ",.0f"
    # The list as it is expected to go comes first, in the colour of text and dashed.
    colour = alt.Color("title:N", legend=None, scale=alt.Scale(domain=titles, range=[TEXT, *CATEGORIES]))
    dash = alt.StrokeDash(
        "title:N", legend=None, scale=alt.Scale(domain=titles, range=[[6, 4], *[[1, 0]] * len(titles)])
    )
    told = [
        alt.Tooltip("title:N", title="Scenario"),
        alt.Tooltip("target_month:T", title="Month", format="%B %Y"),
        alt.Tooltip("median:Q", title="Median", format=digits),
        alt.Tooltip("lower_80:Q", title="80%: from", format=digits),
        alt.Tooltip("upper_80:Q", title="80%: to", format=digits),
    ]
    lines = (
        alt.Chart(mine[["title", "target_month", "median", "lower_80", "upper_80"]])
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("target_month:T", title=None, axis=alt.Axis(format="%b %Y")),
            y=alt.Y("median:Q", title=title, scale=alt.Scale(zero=False)),
            color=colour,
            strokeDash=dash,
            tooltip=told,
        )
        .properties(width=520, height=230)
    )
    end = mine[mine["target_month"] == mine["target_month"].max()]
    rows = alt.Chart(end[["title", "target_month", "median", "lower_80", "upper_80", "difference_mean"]]).encode(
        y=alt.Y("title:N", sort=titles, title=None, axis=alt.Axis(labelLimit=260, ticks=False, domain=False)),
        color=colour,
        tooltip=[*told, alt.Tooltip("difference_mean:Q", title="Mean difference from now", format="+" + digits)],
    )
    ends = alt.layer(
        rows.mark_rule(strokeWidth=3).encode(
            x=alt.X("lower_80:Q", title=f"{title}, last month: median and 80% interval", scale=alt.Scale(zero=False)),
            x2="upper_80:Q",
        ),
        rows.mark_point(size=90, opacity=1).encode(x="median:Q"),
        rows.mark_text(align="left", dx=8).encode(
            x="upper_80:Q", text=alt.Text("difference_mean:Q", format="+" + digits), color=alt.value(TEXT)
        ),
    ).properties(width=440, height={"step": 26})
    return alt.vconcat(lines, ends, spacing=22).properties(
        title=alt.Title(
            f"{title}: what if",
            subtitle="Medians; below, where each ends. Figure at the bar: mean difference from as now",
        ),
        description=f"Line chart of {title.lower()} by month under each scenario, then each scenario's last month with its 80% interval.",
    )


def capacity_needed(needed: pd.DataFrame) -> alt.FacetChart:
    """Clock stops a week that each standard takes beyond those expected, by aim; below 0 fewer would do.

    Args:
        needed: `tables.CAPACITY_NEEDED` of one list.
    """
    shown = pd.DataFrame(
        {
            "standard": [f"{weeks} weeks" for weeks in needed["standard_weeks"]],
            "takes": [_AIMS.get(pair, "") for pair in zip(needed["aim"], needed["order"], strict=True)],
            **{name: needed[name] for name in ("extra_median", "extra_lower_80", "extra_upper_80", "stops_as_now")},
        }
    )
    shown = shown[shown["takes"] != ""]  # a size is reached by the same stops in either order: one bar
    base = alt.Chart().encode(
        y=alt.Y("takes:N", sort=list(_AIMS.values()), title=None, axis=alt.Axis(labelLimit=300)),
        tooltip=[
            "standard:N",
            alt.Tooltip("takes:N", title="To"),
            alt.Tooltip("extra_median:Q", title="More a week, median", format="+,.1f"),
            alt.Tooltip("extra_lower_80:Q", title="80%: from", format="+,.1f"),
            alt.Tooltip("extra_upper_80:Q", title="80%: to", format="+,.1f"),
            alt.Tooltip("stops_as_now:Q", title="Expected as now, a week", format=",.0f"),
        ],
    )
    bars = base.mark_bar(color=BLUE, height=14).encode(
        x=alt.X("extra_median:Q", title="Clock stops a week beyond those expected")
    )
    spread = base.mark_rule(color=TEXT, strokeWidth=2).encode(x="extra_lower_80:Q", x2="extra_upper_80:Q")
    words = base.mark_text(align="left", dx=6, color=SECONDARY_TEXT).encode(
        x="extra_upper_80:Q", text=alt.Text("extra_median:Q", format="+,.0f")
    )
    standards = [f"{weeks} weeks" for weeks in dict.fromkeys(needed["standard_weeks"])]
    header = alt.Header(labelAngle=0, labelAlign="left", labelAnchor="start", labelOrient="top")
    return (
        alt.layer(bars, spread, words, data=shown)
        .properties(width=420, height={"step": 30})
        .facet(row=alt.Row("standard:N", title=None, sort=standards, header=header), spacing=14)
        .properties(
            title=alt.Title(
                "What each standard would take",
                subtitle="Bar and figure: median; line: eight times in ten. Below 0 fewer would do",
            ),
            description="Bar chart of the clock stops a week that each standard takes beyond those expected, for each aim.",
        )
    )
