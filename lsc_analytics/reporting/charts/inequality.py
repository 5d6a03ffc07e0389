"""Charts of who waits longer: gaps with their intervals, the deprivation deciles and their slope. Published counts alone."""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.parameters import trust_name
from lsc_analytics.reporting.charts.theme import BLUE, BROWN, MID_GREY, PURPLE, SECONDARY_TEXT, TEXT
from lsc_analytics.reporting.findings.inequality import MEASURE_WORDS
from lsc_analytics.reporting.findings.ptl import EQUITY_WORDS
from lsc_analytics.reporting.words import count, day_words, percent, signed

_WORSE, _OTHER, _ENGLAND = (
    "Worse off beyond chance and rounding",
    "Not so, or not beyond them",
    "England's acute trusts",
)
_MASKED = "*"


def inequality_gaps(gaps: pd.DataFrame, measure: str) -> alt.LayerChart:
    """How far each group's share is from the whole list's: a dot with its interval as a line, England's gap beside it.

    Args:
        gaps: `tables.INEQUALITY_GAPS` of one trust or the system.
        measure: within_18_weeks or over_52_weeks.
    """
    told = gaps[(gaps["measure"] == measure) & (gaps["pathways"].isna() | (gaps["pathways"] > 0))]
    frame = told[["gap_points", "gap_lower", "gap_upper", "england_gap_points"]].assign(
        group=[f"{EQUITY_WORDS[row['characteristic']]}: {row['name']}" for row in told.to_dict("records")],
        reading=[_WORSE if pd.notna(place) else _OTHER for place in told["place"]],
        label=[_MASKED if pd.isna(gap) else signed(gap) for gap in told["gap_points"]],
        pathways=[count(number) for number in told["pathways"]],
        share=[percent(share) for share in told["percent"]],
    )
    order = frame["group"].tolist()
    y = alt.Y("group:N", sort=order, title=None, axis=alt.Axis(labelLimit=300, ticks=False))
    x = alt.X("gap_points:Q", title=f"Percentage points {MEASURE_WORDS[measure]} from the whole list's share")
    base = alt.Chart(frame).encode(
        y=y,
        tooltip=[
            alt.Tooltip("group:N"),
            alt.Tooltip("share:N", title="Share"),
            alt.Tooltip("label:N", title="Gap"),
            alt.Tooltip("pathways:N"),
        ],
    )
    kinds = [_WORSE, _OTHER, _ENGLAND]
    colour = alt.Color("reading:N", title=None, scale=alt.Scale(domain=kinds, range=[BROWN, BLUE, MID_GREY]))
    shape = alt.Shape("reading:N", title=None, scale=alt.Scale(domain=kinds, range=["diamond", "circle", "stroke"]))
    lines = base.mark_rule(strokeWidth=2.5).encode(x=alt.X("gap_lower:Q"), x2=alt.X2("gap_upper:Q"), color=colour)
    dots = base.mark_point(size=70).encode(x=x, color=colour, shape=shape)
    england = alt.Chart(frame.assign(reading=_ENGLAND)).mark_point(size=160, strokeWidth=2.5, filled=False, angle=90)
    england = england.encode(y=y, x=alt.X("england_gap_points:Q"), color=colour, shape=shape)
    text = base.mark_text(align="left", dx=7, color=TEXT, fontSize=12).encode(
        x=alt.XValue("width"), text=alt.Text("label:N")
    )
    zero = alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(color=SECONDARY_TEXT, strokeDash=[4, 3]).encode(x=alt.X("x:Q"))
    masked = f". {_MASKED} is not known: a count of 1 to 7" if frame["gap_points"].isna().any() else ""
    side = "left" if measure == "within_18_weeks" else "right"
    whole = percent(told["list_percent"].iloc[0]) if len(told) else "not known"
    said = "; ".join(f"{row['group']} {row['label']}" for row in frame.to_dict("records"))
    return alt.layer(zero, lines, england, dots, text).properties(
        title=alt.Title(
            f"Who waits longer: share {MEASURE_WORDS[measure]}",
            subtitle=[
                f"{_whose(told)}; dashed: the whole list, {whole}.",
                f"A group that waits longer is {side} of it. Lines are 95% intervals, rounding included{masked}",
            ],
        ),
        height={"step": 20},
        description=(
            f"Dot chart of each patient group's share {MEASURE_WORDS[measure]} less that of the whole list ({whole}), in "
            f"percentage points, with 95% intervals. {said}."
        ),
    )


def inequality_deciles(deciles: pd.DataFrame) -> alt.LayerChart:
    """The share within 18 weeks of each deprivation decile, from the most to the least deprived, and the line through them.

    Args:
        deciles: `tables.INEQUALITY_DECILES` of one trust or the system.
    """
    told = deciles[deciles["measure"] == "within_18_weeks"]
    frame = told[["rank_percent", "percent", "lower", "upper", "line_percent"]].assign(
        decile=told["decile"].astype("str"),
        share=[percent(value) for value in told["percent"]],
        pathways=[count(value) for value in told["pathways"]],
    )
    base = alt.Chart(frame).encode(
        x=alt.X(
            "rank_percent:Q",
            title="From the most deprived (0) to the least deprived (100) of the list, percent",
            scale=alt.Scale(domain=[0, 100]),
        ),
        tooltip=[alt.Tooltip("decile:N"), alt.Tooltip("share:N"), alt.Tooltip("pathways:N")],
    )
    y = alt.Y("percent:Q", title="Percent within 18 weeks", scale=alt.Scale(zero=False))
    lines = base.mark_rule(strokeWidth=2.5, color=BLUE).encode(y=alt.Y("lower:Q"), y2=alt.Y2("upper:Q"))
    dots = base.mark_point(color=BLUE, size=70).encode(y=y)
    fitted = base.mark_line(color=PURPLE, strokeDash=[6, 4], strokeWidth=2).encode(y=alt.Y("line_percent:Q"))
    text = base.mark_text(dy=-9, color=TEXT).encode(y=alt.Y("upper:Q"), text=alt.Text("decile:N"))
    said = "; ".join(f"decile {row['decile']} {row['share']}" for row in frame.to_dict("records"))
    return alt.layer(lines, fitted, dots, text).properties(
        title=alt.Title(
            "Deprivation: share within 18 weeks by decile",
            subtitle=[
                f"{_whose(told)}.",
                "1 is the most deprived tenth of England's areas; lines are 95% intervals; dashed: the fit",
            ],
        ),
        description=f"Dot chart of the share within 18 weeks by deprivation decile, with 95% intervals and a fitted line. {said}.",
    )


def inequality_slopes(slopes: pd.DataFrame) -> alt.LayerChart:
    """The slope over deprivation of the system, its trusts and England: a dot with its interval each.

    Args:
        slopes: `tables.INEQUALITY_SLOPES` of these.
    """
    told = slopes[slopes["measure"] == "within_18_weeks"]
    frame = told[["slope_points", "slope_lower", "slope_upper"]].assign(
        who=[_ENGLAND if code == "ENG" else trust_name(code, short=True) for code in told["provider_code"]],
        label=[
            signed(row["slope_points"])
            + ("" if pd.isna(row["place"]) else f", number {count(row['place'])} of {count(row['trusts'])}")
            for row in told.to_dict("records")
        ],
    )
    y = alt.Y("who:N", sort=frame["who"].tolist(), title=None, axis=alt.Axis(labelLimit=300, ticks=False))
    base = alt.Chart(frame).encode(y=y, tooltip=[alt.Tooltip("who:N"), alt.Tooltip("label:N", title="Slope")])
    x = alt.X("slope_points:Q", title="Percentage points within 18 weeks: least deprived less most deprived")
    lines = base.mark_rule(strokeWidth=2.5, color=BLUE).encode(x=alt.X("slope_lower:Q"), x2=alt.X2("slope_upper:Q"))
    dots = base.mark_point(color=BLUE, size=80).encode(x=x)
    # Above its line and from the right: on a phone nothing beyond the plot would be seen.
    text = base.mark_text(align="right", dy=-11, color=TEXT).encode(x=alt.XValue("width"), text=alt.Text("label:N"))
    zero = alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(color=SECONDARY_TEXT, strokeDash=[4, 3]).encode(x=alt.X("x:Q"))
    said = "; ".join(f"{row['who']} {row['label']}" for row in frame.to_dict("records"))
    week = f", week ending {day_words(told['week_ending'].iloc[0])}" if len(told) else ""
    return alt.layer(zero, lines, dots, text).properties(
        title=alt.Title(
            "Deprivation: slope index of inequality",
            subtitle=f"Right of the dashed line the most deprived wait longer; lines are 95% intervals{week}",
        ),
        height={"step": 38},
        description=f"Dot chart of the slope index of inequality within 18 weeks, with 95% intervals. {said}.",
    )


def _whose(frame: pd.DataFrame) -> str:
    if frame.empty:
        return "no trust"
    return f"{trust_name(frame['provider_code'].iloc[0])}, week ending {day_words(frame['week_ending'].iloc[0])}"
