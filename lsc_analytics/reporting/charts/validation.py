"""Charts of what follows from validation, from published counts only: groups side by side, and cells against chance.

Each takes a table and draws it; every label names its denominator.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.parameters import specialty_name, trust_name
from lsc_analytics.reporting.charts.theme import DARK_BLUE, MID_GREY, PINK, SECONDARY_TEXT

_OF = {"contacted": "those reached", "responded": "those who answered", "attempted": "those called"}
_SAYS = {"responded": "Answered", "leave": "Want to leave", "worse": "Worse", "confirmed": "Confirmed to go"}


def chatbot_equity(equity: pd.DataFrame, outcome: str = "responded") -> alt.LayerChart:
    """How often each group answered beside everybody else of the same specialty and wait, in the latest campaign.

    Args:
        equity: `tables.CHATBOT_EQUITY`.
        outcome: responded, leave or worse.
    """
    last = equity[(equity["campaign"] == equity["campaign"].iloc[-1]) & (equity["outcome"] == outcome)]
    shown = last.dropna(subset=["ratio"]).assign(
        group=lambda rows: rows["dimension"].str.capitalize() + ": " + rows["category"],
        apart=lambda rows: (rows["ratio_upper_95"] < 1) | (rows["ratio_lower_95"] > 1),
    )
    frame = shown[["group", "percent", "denominator_count", "ratio", "ratio_lower_95", "ratio_upper_95", "apart"]]
    base = alt.Chart(frame).encode(
        y=alt.Y("group:N", sort=frame["group"].tolist(), title=None, axis=alt.Axis(ticks=False, labelLimit=260)),
        color=alt.condition("datum.apart", alt.value(PINK), alt.value(DARK_BLUE)),
        tooltip=[
            alt.Tooltip("group:N", title="Group"),
            alt.Tooltip("percent:Q", title="Percent", format=".1f"),
            alt.Tooltip("denominator_count:N", title="Of"),
            alt.Tooltip("ratio:Q", title="Ratio", format=".2f"),
        ],
    )
    title = "Times as often as everybody else of the same specialty and wait"
    spread = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("ratio_lower_95:Q", title=title, scale=alt.Scale(zero=False)), x2=alt.X2("ratio_upper_95:Q")
    )
    points = base.mark_point(opacity=1, size=70).encode(x=alt.X("ratio:Q"))
    one = (
        alt.Chart(pd.DataFrame({"one": [1.0]}))
        .mark_rule(color=SECONDARY_TEXT, strokeDash=[4, 4])
        .encode(x=alt.X("one:Q"))
    )
    told = "; ".join(f"{row['group']} {row['ratio']:.2f}" for row in frame.to_dict("records"))
    name = equity["campaign"].iloc[-1]
    return alt.layer(one, spread, points).properties(
        height={"step": 20},
        title=alt.Title(
            f"{_SAYS[outcome]}, by group",
            subtitle=[
                f"{name}, of {_OF[last['denominator'].iloc[0]]}. Line: 95% interval.",
                "Pink: the interval leaves 1 out",
            ],
        ),
        description=f"Chart of how often groups {_SAYS[outcome].lower()} relative to everybody else in {name}. {told}.",
    )


def chatbot_spread(spread: pd.DataFrame, outcome: str = "leave") -> alt.LayerChart:
    """Each trust's specialty against the limits of chance for its size: a funnel plot of the latest campaign.

    Args:
        spread: `tables.CHATBOT_SPREAD`.
        outcome: responded, leave, worse or confirmed.
    """
    name = spread["campaign"].iloc[-1]
    mine = spread[(spread["campaign"] == name) & (spread["outcome"] == outcome)]
    shown = mine.dropna(subset=["percent", "limit_upper_998"]).sort_values("denominator_shown")
    cell = [
        f"{trust_name(trust, short=True)}, {specialty_name(code, short=True)}"
        for trust, code in zip(shown["provider_code"], shown["treatment_function_code"], strict=True)
    ]
    limits = [f"limit_{side}_{each}" for side in ("lower", "upper") for each in ("95", "998")]
    frame = shown[
        ["percent", "count", "denominator_count", "denominator_shown", "campaign_percent", "differs", *limits]
    ]
    frame = frame.assign(cell=cell)
    of = _OF[mine["denominator"].iloc[0]]
    x = alt.X("denominator_shown:Q", title=f"Patients: {of}")
    base = alt.Chart(frame).encode(x=x)
    lines = [
        base.mark_line(color=MID_GREY, strokeWidth=1.5, strokeDash=[1, 0] if limit.endswith("998") else [4, 4]).encode(
            y=alt.Y(f"{limit}:Q", title=f"{_SAYS[outcome]}, percent of {of}")
        )
        for limit in limits
    ]
    middle = base.mark_line(color=SECONDARY_TEXT, strokeWidth=1.5).encode(y=alt.Y("campaign_percent:Q"))
    points = base.mark_point(opacity=1, size=70).encode(
        y=alt.Y("percent:Q"),
        color=alt.condition("datum.differs", alt.value(PINK), alt.value(DARK_BLUE)),
        tooltip=[
            alt.Tooltip("cell:N"),
            alt.Tooltip("count:N"),
            alt.Tooltip("denominator_count:N"),
            alt.Tooltip("percent:Q", format=".1f"),
        ],
    )
    names = (
        alt.Chart(frame[frame["differs"]])
        .mark_text(align="left", dx=8)
        .encode(x=x, y=alt.Y("percent:Q"), text=alt.Text("cell:N"))
    )
    return alt.layer(*lines, middle, points, names).properties(
        title=alt.Title(
            f"{_SAYS[outcome]}, of {of}: specialties against chance",
            subtitle=[
                f"{name}. Dashed: 95 in 100 by chance; line: 998 in 1,000.",
                "Pink: beyond it. Hidden counts are not drawn",
            ],
        ),
        description=f"Funnel plot of {_SAYS[outcome].lower()} by trust and specialty in {name}; {int(frame['differs'].sum())} beyond the limits.",
    )


def chatbot_evaluation(evaluation: pd.DataFrame) -> alt.LayerChart:
    """How far validated lists moved from the nearest unvalidated ones, with the spread that chance alone gives.

    Args:
        evaluation: `tables.CHATBOT_EVALUATION`.
    """
    if evaluation.empty:
        text = "No campaign can be compared with unvalidated lists"
        nothing = alt.Chart(pd.DataFrame({"difference": [], "what": []})).mark_point()
        return alt.layer(nothing).properties(title=alt.Title(text), description=f"{text}.", height=40)
    frame = evaluation.assign(
        what=evaluation["words"] + " (" + evaluation["campaign"] + ")",
        apart=(evaluation["lower_95"] > 0) | (evaluation["upper_95"] < 0),
    )[["what", "difference", "lower_95", "upper_95", "validated", "compared", "apart"]]
    base = alt.Chart(frame).encode(
        y=alt.Y("what:N", sort=frame["what"].tolist(), title=None, axis=alt.Axis(ticks=False, labelLimit=420)),
        color=alt.condition("datum.apart", alt.value(PINK), alt.value(DARK_BLUE)),
        tooltip=[
            alt.Tooltip("what:N", title="Measure"),
            alt.Tooltip("validated:Q", title="Validated", format="+.2f"),
            alt.Tooltip("compared:Q", title="Compared", format="+.2f"),
            alt.Tooltip("difference:Q", title="Difference", format="+.2f"),
        ],
    )
    title = "Validated less compared: percent, or percentage points"
    spread = base.mark_rule(strokeWidth=3).encode(x=alt.X("lower_95:Q", title=title), x2=alt.X2("upper_95:Q"))
    points = base.mark_point(opacity=1, size=70).encode(x=alt.X("difference:Q", title=title))
    none = (
        alt.Chart(pd.DataFrame({"none": [0.0]}))
        .mark_rule(color=SECONDARY_TEXT, strokeDash=[4, 4])
        .encode(x=alt.X("none:Q"))
    )
    told = "; ".join(f"{row['what']} {row['difference']:+.1f}" for row in frame.to_dict("records"))
    return alt.layer(none, spread, points).properties(
        height={"step": 26},
        title=alt.Title(
            "Validated lists beside the nearest unvalidated ones",
            subtitle=[
                "By published figures. Line: 95% interval from placebo comparisons.",
                "Pink: the interval leaves 0 out",
            ],
        ),
        description=f"Chart of how far validated lists moved from comparable unvalidated ones. {told}.",
    )
