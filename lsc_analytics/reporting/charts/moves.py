"""Charts of the moves of mutual aid: each list concerned against what was forecast without them."""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.parameters import specialty_name, trust_name
from lsc_analytics.reference import month_words
from lsc_analytics.reporting.charts.theme import BRIGHT_BLUE, DARK_BLUE, RED, SECONDARY_TEXT
from lsc_analytics.reporting.words import MEASURES

_COLOURS = alt.Scale(domain=["above", "within", "below"], range=[RED, DARK_BLUE, BRIGHT_BLUE])
_SHAPES = alt.Scale(domain=["above", "within", "below"], range=["triangle-up", "circle", "triangle-down"])


def aid_record(record: pd.DataFrame, measure: str = "over_52_weeks") -> alt.LayerChart:
    """What came at the last month known, over the 80% interval forecast without any move, a row a list.

    Args:
        record: `tables.AID_RECORD`.
        measure: Which of its measures.
    """
    last = record[(record["month"] == record["month"].max()) & (record["measure"] == measure)]
    shown = last[["median", "lower_80", "upper_80", "outturn", "against", "role", "moved_in", "moved_out"]].copy()
    shown["list"] = [
        f"{specialty_name(code, short=True)}, {trust_name(trust, short=True)} ({role} {moved_in + moved_out})"
        for trust, code, role, moved_in, moved_out in last[
            ["provider_code", "treatment_function_code", "role", "moved_in", "moved_out"]
        ].itertuples(index=False)
    ]
    y = alt.Y("list:N", sort=None, title=None, axis=alt.Axis(labelLimit=380, ticks=False))
    name = MEASURES[measure]
    interval = alt.Chart(shown).mark_bar(color=SECONDARY_TEXT, opacity=0.3, height=10).encode(
        x=alt.X("lower_80:Q", title=f"{name}: interval forecast without any move, and what came"), x2=alt.X2("upper_80:Q"), y=y
    )  # fmt: skip
    middle = alt.Chart(shown).mark_tick(color=SECONDARY_TEXT, thickness=2, size=18).encode(x=alt.X("median:Q"), y=y)
    came = alt.Chart(shown).mark_point(filled=True, size=110).encode(
        x=alt.X("outturn:Q"),
        y=y,
        color=alt.Color("against:N", scale=_COLOURS, title="What came, against the interval"),
        shape=alt.Shape("against:N", scale=_SHAPES, title="What came, against the interval"),
        tooltip=[
            alt.Tooltip("list:N"),
            alt.Tooltip("outturn:Q", title="Counted", format=","),
            alt.Tooltip("median:Q", title="Forecast without", format=",.0f"),
            alt.Tooltip("lower_80:Q", title="80% from", format=",.0f"),
            alt.Tooltip("upper_80:Q", title="to", format=",.0f"),
        ],
    )  # fmt: skip
    when = month_words(last["month"].iloc[0]) if len(last) else ""
    return alt.layer(interval, middle, came).properties(
        title=f"{name} in {when}, and what was forecast without the moves",
        height={"step": 34},
        description=f"{name} of each list that mutual aid moved pathways to or from, against the forecast made before.",
    )
