"""Charts of a cohort on its way to a standard: who tips over each week, and the cohort to clear. They compute nothing."""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.reference import month_words
from lsc_analytics.reporting.charts.theme import BLUE, BROWN, DARK_BLUE


def tip_ins(tips: pd.DataFrame) -> alt.Chart:
    """Who passes the standard in each week if nobody is seen; a darker bar first for those already past it.

    Args:
        tips: `tables.RTT_TIP_INS` of one list and standard.
    """
    weeks, by = _standard(tips), _by(tips)
    names = ["Already over", "Tips over in the week"]
    shown = tips[["week", "week_ending", "tip_ins"]].assign(
        group=[names[0] if week == 0 else names[1] for week in tips["week"]]
    )
    return (
        alt.Chart(shown)
        .mark_bar()
        .encode(
            x=alt.X("week:O", title="Weeks from the end of the month reported", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("tip_ins:Q", title="Pathways"),
            color=alt.Color("group:N", title=None, sort=names, scale=alt.Scale(domain=names, range=[DARK_BLUE, BLUE])),
            tooltip=[
                alt.Tooltip("week_ending:N", title="Week to"),
                alt.Tooltip("tip_ins:Q", title="Pathways", format=",.0f"),
            ],
        )
        .properties(
            title=alt.Title(
                f"Who passes {weeks} weeks, week by week, if nobody is seen",
                subtitle=f"All bars together are the cohort to clear by {by}",
            ),
            description=f"Bar chart of pathways that pass {weeks} weeks in each week up to {by} if nobody is seen.",
        )
    )


def cohort_to_clear(tips: pd.DataFrame) -> alt.LayerChart:
    """The cohort left each week: what even clearance needs, against what is expected as the list has been moving.

    Args:
        tips: `tables.RTT_TIP_INS` of one list and standard.
    """
    weeks, by = _standard(tips), _by(tips)
    names = {
        "cohort_needed": "Needed: even clearance to none",
        "cohort_expected": "Expected, as the list has been moving",
    }
    long = tips.melt(id_vars=["week_ending"], value_vars=list(names), var_name="path", value_name="pathways").assign(
        path=lambda frame: frame["path"].map(names)
    )
    order = list(names.values())
    lines = (
        alt.Chart(long)
        .mark_line(point=True)
        .encode(
            x=alt.X("week_ending:T", title=None, axis=alt.Axis(format="%-d %b")),
            y=alt.Y("pathways:Q", title="Pathways of the cohort left", scale=alt.Scale(zero=True)),
            color=alt.Color(
                "path:N",
                title=None,
                sort=order,
                legend=alt.Legend(symbolType="stroke", symbolSize=400),
                scale=alt.Scale(domain=order, range=[BROWN, BLUE]),
            ),
            strokeDash=alt.StrokeDash(
                "path:N", title=None, sort=order, scale=alt.Scale(domain=order, range=[[6, 4], [1, 0]])
            ),
            tooltip=[
                alt.Tooltip("week_ending:T", title="On", format="%-d %B %Y"),
                alt.Tooltip("path:N", title="Path"),
                alt.Tooltip("pathways:Q", title="Pathways", format=",.0f"),
            ],
        )
    )
    return alt.layer(lines).properties(
        title=alt.Title(
            f"The cohort to clear so that nobody is over {weeks} weeks on {by}",
            subtitle="Above the dashed line the cohort leaves too slowly",
        ),
        description=(
            f"Line chart by week of the pathways that will be over {weeks} weeks on {by} unless seen: "
            "what even clearance would leave, and what is expected to be left."
        ),
    )


def _standard(tips: pd.DataFrame) -> str:
    return f"{tips['standard_weeks'].iloc[0]}" if len(tips) else "the standard's"


def _by(tips: pd.DataFrame) -> str:
    if tips.empty:
        return "the date"
    by = tips["by"].iloc[0]
    return f"{int(by[8:])} {month_words(by[:7])}"
