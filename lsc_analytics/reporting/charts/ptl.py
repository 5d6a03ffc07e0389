"""Charts of the patient tracking list, from shown counts only: where a count is hidden, * stands and nothing is drawn."""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.parameters import trust_name
from lsc_analytics.reporting.charts.theme import BLUE, BROWN, DARK_BLUE, MID_GREY, TEXT
from lsc_analytics.reporting.findings.ptl import EQUITY_WORDS
from lsc_analytics.reporting.words import day_words, percent
from lsc_analytics.store.disclosure import HIDDEN, as_numbers

_BOOKING = {"unbooked": "Not booked", "booked_late": "Booked too late", "booked": "Booked in time"}
_COLOURS = (BROWN, MID_GREY, BLUE)
_WHOSE = ("deprivation", "ethnicity", "age", "sex", "rurality")


def ptl_booking(cohort: pd.DataFrame) -> alt.LayerChart:
    """Who of those at risk is booked in time, too late or not at all, a group of bars a standard.

    Args:
        cohort: `tables.PTL_COHORT` of one trust or the system, a row a standard.
    """
    rows = [
        {"standard": f"Over {row['standard_weeks']} weeks", "arranged": words, "label": row[name]}
        for row in cohort.to_dict("records")
        for name, words in _BOOKING.items()
    ]
    frame = pd.DataFrame(rows, columns=["standard", "arranged", "label"])
    frame["pathways"] = as_numbers(frame["label"].astype("str"))
    order = list(_BOOKING.values())
    base = alt.Chart(frame).encode(
        y=alt.Y("standard:N", title=None, sort=frame["standard"].drop_duplicates().tolist(), axis=alt.Axis(ticks=False)),
        yOffset=alt.YOffset("arranged:N", sort=order),
        tooltip=[alt.Tooltip("standard:N"), alt.Tooltip("arranged:N"), alt.Tooltip("label:N", title="Pathways")],
    )  # fmt: skip
    colour = alt.Color("arranged:N", title=None, sort=order, scale=alt.Scale(domain=order, range=list(_COLOURS)))
    x = alt.X("pathways:Q", title="Pathways at risk", axis=alt.Axis(format=",.0f"))
    bars = base.mark_bar().encode(x=x, color=colour)
    text = base.mark_text(align="left", dx=5, color=TEXT).encode(x=alt.X("pathways:Q"), text=alt.Text("label:N"))
    stars = base.transform_filter("datum.pathways === null").mark_text(align="left", dx=5, color=TEXT)
    by = day_words(cohort["by"].iloc[0]) if len(cohort) else "no date"
    told = "; ".join(f"{row['standard']}, {row['arranged'].lower()}: {row['label']}" for row in rows)
    return alt.layer(bars, text, stars.encode(x=alt.datum(0), text=alt.Text("label:N"))).properties(
        title=alt.Title(
            f"Over the standard on {by} unless seen: who is booked",
            subtitle=f"Pathways on the patient tracking list of {_whose(cohort)}{_starred(frame['label'])}",
        ),
        height={"step": 24},
        description=f"Bar chart of pathways at risk by standard and booking. {told}.",
    )


def ptl_tip_ins(tip_ins: pd.DataFrame) -> alt.LayerChart:
    """How many pass each standard week by week if nobody is seen, a row of bars a standard.

    Args:
        tip_ins: `tables.PTL_TIP_INS` of one trust or the system; those past the standard already are not drawn.
    """
    frame = tip_ins.loc[tip_ins["week"] > 0, ["standard_weeks", "week_ending", "tip_ins"]].copy()
    frame["standard"] = "Over " + frame["standard_weeks"].astype("str") + " weeks"
    frame["pathways"] = as_numbers(frame["tip_ins"])
    frame["week"] = [f"{pd.Timestamp(day):%d %b}" for day in frame["week_ending"]]
    base = alt.Chart(frame).encode(
        x=alt.X("week:O", title="Week ending", sort=None, axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset("standard:N"),
        tooltip=[alt.Tooltip("week_ending:N"), alt.Tooltip("standard:N"), alt.Tooltip("tip_ins:N", title="Pathways")],
    )
    y = alt.Y("pathways:Q", title="Pathways that pass the standard", axis=alt.Axis(format=",.0f"))
    standards = frame["standard"].drop_duplicates().tolist()
    colour = alt.Color(
        "standard:N", title=None, scale=alt.Scale(domain=standards, range=[DARK_BLUE, BROWN][: len(standards)])
    )
    bars = base.mark_bar().encode(y=y, color=colour)
    text = base.mark_text(dy=-7, fontSize=11, color=TEXT).encode(y=alt.Y("pathways:Q"), text=alt.Text("tip_ins:N"))
    stars = base.transform_filter("datum.pathways === null").mark_text(dy=-7, color=TEXT)
    told = "; ".join(f"{row['standard']}, week to {row['week']}: {row['tip_ins']}" for row in frame.to_dict("records"))
    return alt.layer(bars, text, stars.encode(y=alt.datum(0), text=alt.Text("tip_ins:N"))).properties(
        title=alt.Title(
            "Who tips over, week by week, if nobody is seen",
            subtitle=f"Pathways on the patient tracking list of {_whose(tip_ins)}{_starred(frame['tip_ins'])}",
        ),
        description=f"Bar chart of pathways that pass each standard by week. {told}.",
    )


def ptl_equity(shares: pd.DataFrame) -> alt.LayerChart:
    """What share of each group has waited more than 18 weeks, beside the share of all.

    Args:
        shares: `tables.PTL_SHARES` of one trust or the system.
    """
    rows = shares[shares["dimension"].isin(_WHOSE)]
    frame = pd.DataFrame(
        {
            "group": [f"{EQUITY_WORDS[row['dimension']]}: {row['name']}" for row in rows.to_dict("records")],
            "percent": rows["over_18_percent"].to_numpy(),
            "pathways": rows["pathways"].to_numpy(),
            "order": [_place(row) for row in rows.to_dict("records")],
        }
    ).sort_values("order")
    frame["label"] = [HIDDEN if pd.isna(value) else percent(value) for value in frame["percent"]]
    frame = frame.drop(columns="order")
    y = alt.Y("group:N", sort=frame["group"].tolist(), title=None, axis=alt.Axis(labelLimit=300, ticks=False))
    base = alt.Chart(frame).encode(
        y=y, tooltip=[alt.Tooltip("group:N"), alt.Tooltip("label:N"), alt.Tooltip("pathways:N", title="Pathways")]
    )
    x = alt.X("percent:Q", title="Percent of the group's pathways over 18 weeks", scale=alt.Scale(zero=True))
    bars = base.mark_bar(height=12).encode(x=x)
    text = base.mark_text(align="left", dx=5, color=TEXT).encode(x=alt.X("percent:Q"), text=alt.Text("label:N"))
    stars = base.transform_filter("datum.percent === null").mark_text(align="left", dx=5, color=TEXT)
    whole = shares.loc[shares["dimension"] == "all", "over_18_percent"]
    rule = (
        alt.Chart(pd.DataFrame({"percent": whole.to_numpy()})).mark_rule(strokeDash=[4, 3]).encode(x=alt.X("percent:Q"))
    )
    told = "; ".join(f"{row['group']} {row['label']}" for row in frame.to_dict("records"))
    all_of = f"; dashed: {percent(whole.iloc[0])} of all" if len(whole) else ""
    return alt.layer(bars, text, stars.encode(x=alt.datum(0), text=alt.Text("label:N")), rule).properties(
        title=alt.Title(
            "Whose waits are longer", subtitle=f"Over 18 weeks, percent of each group, {_whose(shares)}{all_of}"
        ),
        height={"step": 20},
        description=f"Bar chart of the share over 18 weeks by group. {told}.",
    )


def _place(row: dict) -> tuple[int, int, str]:
    """Deciles from 1 to 10, everything else by name, the dimensions in their order."""
    number = int(row["group"]) if str(row["group"]).isdigit() else 99
    return _WHOSE.index(row["dimension"]), number, str(row["name"])


def _whose(frame: pd.DataFrame) -> str:
    return (
        f"{trust_name(frame['provider_code'].iloc[0])}, {day_words(frame['as_of'].iloc[0])}"
        if len(frame)
        else "no trust"
    )


def _starred(labels: pd.Series) -> str:
    return f". {HIDDEN} is a count that is not shown" if labels.eq(HIDDEN).any() else ""
