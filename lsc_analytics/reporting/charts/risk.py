"""The chart of movers: whose long waits changed most since the month before."""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.parameters import specialty_name, trust_name
from lsc_analytics.reference import month_words
from lsc_analytics.reporting.charts.theme import BLUE, BROWN, TEXT

_RATED = {"worse": "rated worse", "better": "rated better"}


def movers(rows: pd.DataFrame) -> alt.LayerChart:
    """The change since the month before, a bar a list, with how it is rated.

    Args:
        rows: `tables.RTT_MOVERS`, in the order to be drawn.
    """
    shown = rows[["change", "count_now"]].assign(
        list=[
            f"{specialty_name(code, short=True)}, {trust_name(trust, short=True)}, over {measure.split('_')[1]}"
            for trust, code, measure in zip(
                rows["provider_code"], rows["treatment_function_code"], rows["measure"], strict=True
            )
        ],
        label=[
            f"{change:+,d}, {_RATED.get(moved, rating)}"
            for change, moved, rating in zip(rows["change"], rows["moved"], rows["rating_now"], strict=True)
        ],
    )
    y = alt.Y(
        "list:N", sort=shown["list"].tolist(), title=None, axis=alt.Axis(labelLimit=360, ticks=False, domain=False)
    )
    base = alt.Chart(shown).encode(
        x=alt.X("change:Q", title="More (or fewer) pathways over than the month before", scale=alt.Scale(padding=110)),
        y=y,
        tooltip=[
            alt.Tooltip("list:N"),
            alt.Tooltip("change:Q", format="+,"),
            alt.Tooltip("count_now:Q", title="Now", format=","),
        ],
    )
    bars = base.mark_bar(height=14).encode(color=alt.condition("datum.change > 0", alt.value(BROWN), alt.value(BLUE)))
    more = (
        base.transform_filter("datum.change >= 0")
        .mark_text(align="left", dx=5, color=TEXT)
        .encode(text=alt.Text("label:N"))
    )
    fewer = (
        base.transform_filter("datum.change < 0")
        .mark_text(align="right", dx=-5, color=TEXT)
        .encode(text=alt.Text("label:N"))
    )
    month = month_words(rows["month"].iloc[0]) if len(rows) else "no month"
    return alt.layer(bars, more, fewer).properties(
        title=alt.Title(
            f"Whose long waits changed most, {month}", subtitle="Against the month before; label: change and rating now"
        ),
        height={"step": 26},
        description=f"Bar chart of the change in long waits by list since the month before, {month}.",
    )
