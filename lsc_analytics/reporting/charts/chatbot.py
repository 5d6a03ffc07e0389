"""Charts of waiting-list validation, from published counts only: where a count is hidden, * stands and nothing is drawn.

Each takes a table and draws it; every label names its denominator.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.reporting.charts.theme import BLUE, DARK_BLUE, MID_GREY, PINK
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
            subtitle=f"Percent of those who answered, who are counted in brackets{_hidden(shown)}",
        ),
        description=f"Bar chart of answers by campaign, percent of those who answered. {_told(shown)}",
    )


def _shown(shares: pd.DataFrame, stages: dict[tuple[str, str], str]) -> pd.DataFrame:
    """The shares of some stages, under the stages' names, in their order."""
    stage = pd.MultiIndex.from_frame(shares[["outcome", "denominator"]]).map(stages)
    kept = shares.assign(stage=stage)[stage.notna()]
    return kept[["campaign", "stage", "count", "count_shown", "denominator_count", "percent"]].reset_index(drop=True)


def _bars(shown: pd.DataFrame, value: str, x: alt.X) -> alt.LayerChart:
    """Bars by stage, the campaigns of a stage beside one another, each with its label; no bar where a count is hidden."""
    campaigns, stages = list(dict.fromkeys(shown["campaign"]))[::-1], list(dict.fromkeys(shown["stage"]))
    frame = shown[["campaign", "stage", value, "label"]]
    place = {
        "y": alt.Y("stage:N", sort=stages, title=None, axis=alt.Axis(ticks=False, labelLimit=200)),
        "yOffset": alt.YOffset("campaign:N", sort=campaigns),
    }
    colour = alt.Color("campaign:N", title=None, sort=campaigns, scale=alt.Scale(domain=campaigns, range=_CAMPAIGNS))
    label = alt.Text("label:N", title="Shown")
    bars = alt.Chart(frame).mark_bar().encode(**place, x=x, color=colour, tooltip=["campaign:N", "stage:N", "label:N"])
    words = alt.Chart(frame).mark_text(align="left", dx=5).encode(**place, x=f"{value}:Q", text=label)
    hidden = frame[frame[value].isna()]
    stars = alt.Chart(hidden).mark_text(align="left", dx=5).encode(**place, x=alt.datum(0), text=label)
    return alt.layer(bars, words, stars).properties(height={"step": 22})


def _hidden(shown: pd.DataFrame) -> str:
    return f". {HIDDEN} is a count that is not shown" if shown["label"].eq(HIDDEN).any() else ""


def _told(shown: pd.DataFrame) -> str:
    return " ".join(
        f"{campaign}: {', '.join(f'{stage.lower()} {label}' for stage, label in zip(rows['stage'], rows['label'], strict=True))}."
        for campaign, rows in shown.groupby("campaign", sort=False)
    )
