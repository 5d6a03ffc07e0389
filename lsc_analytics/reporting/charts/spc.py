"""Control charts in the colours of NHS England's Making Data Count, told apart by shape and outline as well.

It draws `tables.SPC_POINTS` and computes nothing. The colours are the national tools' own; light blue alone is too pale to
be told from white, so every point has a dark outline and each kind a shape.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.reference import month_words
from lsc_analytics.reporting.charts.theme import MID_GREY, RED, SECONDARY_TEXT, TEXT, WHITE
from lsc_analytics.reporting.findings.spc import assurance_icon, variation_icon, variation_words

IMPROVEMENT, CONCERN, NEITHER, COMMON_CAUSE = "#00b0f0", "#e46c0a", "#490092", "#a6a6a6"
_KINDS = {
    "common_cause": ("Common cause", COMMON_CAUSE, "circle"),
    "improvement": ("Special cause, improvement", IMPROVEMENT, "diamond"),
    "concern": ("Special cause, concern", CONCERN, "square"),
    "neither": ("Special cause, neither", NEITHER, "triangle-up"),
}
_RULES = {
    "outside_limits": "outside the limits",
    "trend": "trend",
    "two_of_three": "two of three near a limit",
    "shift": "shift",
}
_ASSURANCE = {"P": "#00b0f0", "F": "#e46c0a", "?": COMMON_CAUSE}
_VARIATION = {kind: colour for kind, (_, colour, _) in _KINDS.items()}
_LETTERS = {
    "H": "H, special and high",
    "L": "L, special and low",
    "~": "~, common cause",
    "P": "P, passes the target",
    "F": "F, fails the target",
    "?": "?, hits and misses the target",
}
_READ = "Dashed grey: process limits. Solid grey: mean."


def control_chart(points: pd.DataFrame, summary: pd.DataFrame, measure: str) -> alt.LayerChart:
    """One measure month by month with its mean, limits and target, special causes marked, and both icons.

    Args:
        points: `tables.SPC_POINTS`; the rows of the measure are drawn.
        summary: `tables.SPC_SUMMARY` of the same.
        measure: Which one.
    """
    mine, says = points[points["measure"] == measure], summary[summary["measure"] == measure]
    if mine.empty:
        nothing = alt.Chart(pd.DataFrame({"month": [], "value": []})).mark_point()
        text = "There are too few months for a control chart"
        return alt.layer(nothing).properties(title=alt.Title(text), description=f"{text} of this measure.", height=40)
    row, share = says.iloc[0], mine["unit"].iloc[0] == "percent"
    shown = mine[["month", "value", "mean", "lower_limit", "upper_limit", "target", "limits_group", "unbroken"]].assign(
        kind=[_KINDS[kind][0] for kind in mine["variation"]],
        rule=["" if pd.isna(rule) else _RULES[rule] for rule in mine["special_cause"]],
    )
    layers = [*_lines(shown, share), _points(shown, share), *_rebases(mine), *_icons(row)]
    has_target = mine["target"].notna().any()
    words = variation_words(row)
    told = f"{words}, {month_words(row['month'])}"
    return alt.layer(*layers).properties(
        title=alt.Title(
            f"{row['series']}: {words}",
            subtitle=_READ + (" Red: target." if has_target else "") + _rings(row),
        ),
        description=(
            f"Control chart by month of {row['series'][0].lower()}{row['series'][1:]}, with mean and process limits; "
            f"{told}. Special causes: {int(mine['special_cause'].notna().sum())} of {len(mine)} points."
        ),
    )


def _rings(row: pd.Series) -> str:
    """How to read the icons that are drawn."""
    said = [_LETTERS[letter] for letter in (variation_icon(row), assurance_icon(row)) if letter]
    return f" In the rings: {'; '.join(said)}." if said else ""


def _value(field: str, share: bool) -> alt.Y:
    axis = alt.Axis(labelExpr="datum.label + '%'") if share else alt.Axis(format=",.0f")
    return alt.Y(f"{field}:Q", title=None, scale=alt.Scale(zero=False), axis=axis)


def _lines(shown: pd.DataFrame, share: bool) -> list[alt.Chart]:
    """Limits, mean and target, each stretch by itself, and the line through the points of months without a gap."""
    month = alt.X("month:T", title=None, axis=alt.Axis(format="%b %Y"))
    base = alt.Chart(shown).encode(x=month, detail=alt.Detail("limits_group:N"))
    made = [
        base.mark_line(color=SECONDARY_TEXT, strokeDash=[5, 4], strokeWidth=1.5).encode(y=_value(limit, share))
        for limit in ("upper_limit", "lower_limit")
    ]
    made.append(base.mark_line(color=SECONDARY_TEXT, strokeWidth=1.5).encode(y=_value("mean", share)))
    if shown["target"].notna().any():
        target = alt.Chart(shown[shown["target"].notna()]).encode(x=month)
        made.append(target.mark_line(color=RED, strokeDash=[2, 3], strokeWidth=2).encode(y=_value("target", share)))
    run = alt.Chart(shown).encode(x=month, detail=["limits_group:N", alt.Detail("unbroken:N", title="Run of months")])
    made.append(run.mark_line(color=MID_GREY, strokeWidth=1.5).encode(y=_value("value", share)))
    return made


def _points(shown: pd.DataFrame, share: bool) -> alt.Chart:
    names = [name for name, _, _ in _KINDS.values() if name in set(shown["kind"])]
    colours = [colour for name, colour, _ in _KINDS.values() if name in names]
    shapes = [shape for name, _, shape in _KINDS.values() if name in names]
    form = ".1f" if share else ",.0f"
    legend = alt.Legend(title=None, orient="bottom", symbolStrokeWidth=1, symbolStrokeColor=TEXT)
    return (
        alt.Chart(shown)
        .mark_point(filled=True, opacity=1, size=75, stroke=TEXT, strokeWidth=0.8)
        .encode(
            x=alt.X("month:T"),
            y=_value("value", share),
            color=alt.Color("kind:N", sort=names, scale=alt.Scale(domain=names, range=colours), legend=legend),
            shape=alt.Shape("kind:N", sort=names, scale=alt.Scale(domain=names, range=shapes), legend=legend),
            tooltip=[
                alt.Tooltip("month:T", title="Month", format="%B %Y"),
                alt.Tooltip("value:Q", title="Value", format=form),
                alt.Tooltip("kind:N", title="Kind"),
                alt.Tooltip("rule:N", title="Rule"),
                alt.Tooltip("mean:Q", title="Mean", format=form),
                alt.Tooltip("lower_limit:Q", title="Lower limit", format=form),
                alt.Tooltip("upper_limit:Q", title="Upper limit", format=form),
            ],
        )
    )


def _rebases(mine: pd.DataFrame) -> list[alt.Chart]:
    """A line where limits start anew."""
    starts = mine.loc[mine["rebase"].notna() & mine["limits_group"].gt(1), ["month", "rebase"]]
    if starts.empty:
        return []
    base = alt.Chart(starts.assign(says="limits start anew →")).encode(x=alt.X("month:T"))
    return [
        base.mark_rule(color=TEXT, strokeWidth=1, strokeDash=[1, 2]).encode(tooltip=[alt.Tooltip("rebase:N", title="Why")]),
        base.mark_text(align="left", baseline="top", dx=4, color=TEXT, fontSize=12).encode(y=alt.YValue(2), text=alt.Text("says:N")),
    ]  # fmt: skip


def _icons(row: pd.Series) -> list[alt.Chart]:
    """The two icons at the upper right: a ring with a letter each, as in the national tools."""
    icons = [(variation_icon(row), _VARIATION.get(row["variation"], COMMON_CAUSE))]
    icons.append((assurance_icon(row), _ASSURANCE.get(assurance_icon(row), COMMON_CAUSE)))
    layers: list[alt.Chart] = []
    for place, (letter, colour) in enumerate(icon for icon in icons if icon[0]):
        at = {"x": alt.XValue("width"), "y": alt.value(-14)}
        base = alt.Chart(pd.DataFrame({"icon": [letter]})).encode(**at)
        aside = -14 - 34 * place
        layers.append(
            base.mark_point(
                shape="circle", size=620, fill=WHITE, stroke=colour, strokeWidth=4, opacity=1, xOffset=aside
            )
        )
        layers.append(
            base.mark_text(dx=aside, fontSize=15, fontWeight="bold", color=TEXT, baseline="middle").encode(text=alt.Text("icon:N"))
        )  # fmt: skip
    return layers
