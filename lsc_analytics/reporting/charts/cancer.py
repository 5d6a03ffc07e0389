"""Charts of cancer waiting times: the share treated in time, trust by trust. Each draws the table it is given."""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.parameters import trust_name
from lsc_analytics.reference import SYSTEM, month_words
from lsc_analytics.reporting.charts.theme import RED, TEXT

_TITLES = {
    "62_days": "Treated within 62 days of an urgent referral, percent",
    "31_days": "Treated within 31 days of the decision, percent",
    "28_days": "Told within 28 days of an urgent referral, percent",
}


def cancer_performance(
    positions: pd.DataFrame, standing: pd.DataFrame, cancer_standard: str = "62_days"
) -> alt.LayerChart:
    """The share in time month by month, a line a trust, with what is asked as dashed lines.

    Args:
        positions: `tables.CANCER_POSITION` of the trusts; the system's own rows are left out.
        standing: `tables.CANCER_STANDING`: where the dashed lines lie.
        cancer_standard: 28_days, 31_days or 62_days.
    """
    mine = positions[(positions["cancer_standard"] == cancer_standard) & (positions["provider_code"] != SYSTEM)]
    shown = mine[["month", "provider_code", "performance_percent", "treated", "breaches"]].dropna().copy()
    shown["trust"] = [trust_name(code, short=True) for code in shown["provider_code"]]
    asked = standing.loc[standing["cancer_standard"] == cancer_standard, ["needed_percent", "by"]].drop_duplicates(
        "needed_percent"
    )
    asked = asked.assign(
        says=[
            f"{needed:.0f}% asked{f' by {month_words(by[:7])}' if isinstance(by, str) else ''}"
            for needed, by in zip(asked["needed_percent"], asked["by"], strict=True)
        ]
    )
    base = alt.Chart(shown).encode(
        x=alt.X("month:T", title=None, axis=alt.Axis(format="%b %Y")),
        y=alt.Y("performance_percent:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(labelExpr="datum.label + '%'")),
        color=alt.Color("trust:N", title=None),
        strokeDash=alt.StrokeDash("trust:N", title=None),
    )  # fmt: skip
    line = base.mark_line().encode(
        tooltip=[
            alt.Tooltip("trust:N"),
            alt.Tooltip("month:T", format="%B %Y"),
            alt.Tooltip("performance_percent:Q", title="In time, percent", format=".1f"),
            alt.Tooltip("treated:Q", title="Patients", format=",.1f"),
            alt.Tooltip("breaches:Q", title="Late", format=",.1f"),
        ]
    )
    rules = alt.Chart(asked).mark_rule(color=RED, strokeDash=[4, 3]).encode(y=alt.Y("needed_percent:Q"))
    words = alt.Chart(asked).mark_text(align="left", baseline="bottom", dx=4, dy=-2, color=TEXT, fontSize=12).encode(
        x=alt.XValue(0), y=alt.Y("needed_percent:Q"), text=alt.Text("says:N")
    )  # fmt: skip
    title = _TITLES[cancer_standard]
    return alt.layer(rules, words, line).properties(
        title=alt.Title(title, subtitle="Dashed red: what is asked. Patients shared by two trusts count half at each"),
        description=f"Line chart of {title[0].lower()}{title[1:]}, by trust and month, with what is asked as dashed lines.",
    )
