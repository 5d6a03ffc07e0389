"""Charts of waiting-list validation, from published counts only: where a count is hidden, * stands and nothing is drawn.

Each takes a table and draws it; every label names its denominator.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.parameters import trust_name
from lsc_analytics.reporting.charts.theme import BLUE, DARK_BLUE, MID_GREY, PINK, RED, TEXT
from lsc_analytics.reporting.words import percent
from lsc_analytics.store.disclosure import HIDDEN

_CAMPAIGNS = (DARK_BLUE, MID_GREY, BLUE, PINK)  # the latest is darkest: told apart in grey print too
_FUNNEL = {
    ("attempted", "attempted"): "Called",
    ("contacted", "attempted"): "Reached",
    ("responded", "contacted"): "Answered",
    ("reviewed", "responded"): "Reviewed",
    ("removed", "reviewed"): "Removed",
}
_ANSWERS = {
    ("remain", "responded"): "Stay on the list",
    ("leave", "responded"): "Leave the list",
    ("worse", "responded"): "Worse",
}


def chatbot_funnel(shares: pd.DataFrame) -> alt.LayerChart:
    """How many were called, reached, answered, reviewed and removed, a bar a campaign.

    Args:
        shares: `tables.CHATBOT_SHARES` of one trust and specialty.
    """
    shown = _shown(shares, _FUNNEL).assign(label=lambda rows: rows["count"])
    return _bars(
        shown, "count_shown", alt.X("count_shown:Q", title="Patients", axis=alt.Axis(format=",.0f"))
    ).properties(
        title=alt.Title(
            "From called to removed", subtitle=f"Patients, each counted once in a campaign{_hidden(shown)}"
        ),
        description=f"Bar chart of patients by stage and campaign. {_told(shown)}",
    )


def chatbot_responses(shares: pd.DataFrame) -> alt.LayerChart:
    """What those who answered said, as a share of those who answered, a bar a campaign.

    Args:
        shares: `tables.CHATBOT_SHARES` of one trust and specialty.
    """
    shown = _shown(shares, _ANSWERS)
    shown["label"] = [
        row["count"] if pd.isna(row["percent"]) else percent(row["percent"]) for row in shown.to_dict("records")
    ]
    shown["campaign"] += " (" + shown["denominator_count"] + ")"
    scale = alt.Scale(domain=[0, 115])  # room for the labels beyond 100
    ticks = alt.Axis(values=[0, 25, 50, 75, 100])
    axis = alt.X("percent:Q", title="Percent of those who answered", scale=scale, axis=ticks)
    return _bars(shown, "percent", axis).properties(
        title=alt.Title(
            "What those who answered said",
            subtitle=f"Percent of those who answered, who are counted in brackets; line: 95% interval{_hidden(shown)}",
        ),
        description=f"Bar chart of answers by campaign, percent of those who answered. {_told(shown)}",
    )


def chatbot_waiting(safety: pd.DataFrame) -> alt.LayerChart:
    """How long those who await a review have waited, against its limit: half of them, nine in ten, the longest.

    Args:
        safety: `tables.CHATBOT_SAFETY`, rows with anybody awaiting.
    """
    rows = []
    for row in safety.to_dict("records"):
        where = "All trusts" if row["provider_code"] == "ALL" else trust_name(row["provider_code"], short=True)
        for answer in ("worse", "leave"):
            if row[f"{answer}_awaiting"] != "0":
                rows.append(
                    {"who": f"{answer.capitalize()} ({row[f'{answer}_awaiting']}): {where}, {row['campaign']}", "answer": answer,
                     "limit": row[f"{answer}_limit_days"], "hidden": HIDDEN if pd.isna(row[f"{answer}_median_days"]) else "",
                     **{name: row[f"{answer}_{name}_days"] for name in ("median", "ninetieth", "longest")}}
                )  # fmt: skip
    frame = pd.DataFrame(rows).sort_values("answer", ascending=False, kind="stable", ignore_index=True)
    y = alt.Y("who:N", sort=frame["who"].tolist(), title=None, axis=alt.Axis(ticks=False, labelLimit=420))
    base = alt.Chart(frame).encode(
        y=y,
        tooltip=[
            alt.Tooltip("who:N", title="Who"),
            alt.Tooltip("median:Q", title="Half, days"),
            alt.Tooltip("ninetieth:Q", title="Nine in ten, days"),
            alt.Tooltip("longest:Q", title="Longest, days"),
            alt.Tooltip("limit:Q", title="Limit, days"),
        ],
    )
    title = "Days since the answer"
    spread = base.mark_rule(strokeWidth=4, color=DARK_BLUE).encode(
        x=alt.X("median:Q", title=title), x2=alt.X2("ninetieth:Q")
    )
    half = base.mark_point(shape="circle", color=DARK_BLUE, opacity=1).encode(x=alt.X("median:Q"))
    longest = base.mark_point(shape="triangle-right", color=PINK, size=90, opacity=1).encode(x=alt.X("longest:Q"))
    limit = base.mark_tick(color=RED, thickness=3, size=18).encode(x=alt.X("limit:Q"))
    stars = base.mark_text(align="left", dx=8).encode(x=alt.X("limit:Q"), text=alt.Text("hidden:N"))
    told = "; ".join(
        f"{row['who']}: half {row['median']:.0f} days, longest {row['longest']:.0f}, limit {row['limit']}"
        for row in frame.to_dict("records")
        if not row["hidden"]
    )
    return alt.layer(spread, half, longest, limit, stars).properties(
        height={"step": 26},
        title=alt.Title(
            "Who still awaits a clinical review, and for how long",
            subtitle=[
                "Dot to end of bar: half to nine in ten of those waiting; triangle: the longest; red tick: the limit.",
                f"In brackets: how many wait. {HIDDEN} is a count that is not shown, nor for how long",
            ],
        ),
        description=f"Chart of days awaiting a clinical review by campaign, trust and answer. {told}.",
    )


def _shown(shares: pd.DataFrame, stages: dict[tuple[str, str], str]) -> pd.DataFrame:
    """The shares of some stages, under the stages' names, in their order."""
    stage = pd.MultiIndex.from_frame(shares[["outcome", "denominator"]]).map(stages)
    kept = shares.assign(stage=stage)[stage.notna()]
    names = ["campaign", "stage", "count", "count_shown", "denominator_count", "percent", "lower_95", "upper_95"]
    return kept[names].reset_index(drop=True)


def _bars(shown: pd.DataFrame, value: str, x: alt.X) -> alt.LayerChart:
    """Bars by stage, the campaigns of a stage beside one another, each with its label; no bar where a count is hidden."""
    campaigns, stages = list(dict.fromkeys(shown["campaign"]))[::-1], list(dict.fromkeys(shown["stage"]))
    frame = shown[["campaign", "stage", value, "label", *(("lower_95", "upper_95") if value == "percent" else ())]]
    place = {
        "y": alt.Y("stage:N", sort=stages, title=None, axis=alt.Axis(ticks=False, labelLimit=200)),
        "yOffset": alt.YOffset("campaign:N", sort=campaigns),
    }
    colour = alt.Color("campaign:N", title=None, sort=campaigns, scale=alt.Scale(domain=campaigns, range=_CAMPAIGNS))
    label = alt.Text("label:N", title="Shown")
    bars = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            **place,
            x=x,
            color=colour,
            tooltip=[alt.Tooltip("campaign:N"), alt.Tooltip("stage:N"), alt.Tooltip("label:N")],
        )
    )
    end = "upper_95" if value == "percent" else value
    words = alt.Chart(frame).mark_text(align="left", dx=5).encode(**place, x=alt.X(f"{end}:Q"), text=label)
    hidden = frame[frame[value].isna()]
    stars = alt.Chart(hidden).mark_text(align="left", dx=5).encode(**place, x=alt.datum(0), text=label)
    layers = [bars, words, stars]
    if value == "percent":
        spread = alt.Chart(frame).mark_rule(color=TEXT, strokeWidth=1.5)
        layers.insert(1, spread.encode(**place, x=alt.X("lower_95:Q"), x2=alt.X2("upper_95:Q")))
    return alt.layer(*layers).properties(height={"step": 22})


def _hidden(shown: pd.DataFrame) -> str:
    return f". {HIDDEN} is a count that is not shown" if shown["label"].eq(HIDDEN).any() else ""


def _told(shown: pd.DataFrame) -> str:
    return " ".join(
        f"{campaign}: {', '.join(f'{stage.lower()} {label}' for stage, label in zip(rows['stage'], rows['label'], strict=True))}."
        for campaign, rows in shown.groupby("campaign", sort=False)
    )
