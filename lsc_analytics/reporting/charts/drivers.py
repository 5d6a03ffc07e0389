"""Charts of what is behind the long waits for tests: which lists hold them, and what made the lists grow."""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.parameters import test_name, trust_name
from lsc_analytics.reference import month_words
from lsc_analytics.reporting.charts.theme import BLUE, BROWN, DARK_BLUE, MID_GREY, SECONDARY_TEXT, TEXT

_PARTS = {
    "carried_part": "Growth of the year before",
    "demand_part": "More joined",
    "activity_part": "Fewer tests done",
}
_SHOWN = 12


def diagnostics_long_waits(drivers: pd.DataFrame) -> alt.LayerChart:
    """The lists with most people waiting six weeks or more, in the order given, each with what made it grow in words.

    Args:
        drivers: `tables.DM01_DRIVERS`.
    """
    shown = _named(drivers)[["list", "waiting_6_plus", "waiting_6_plus_year_before", "total_waiting", "driver"]]
    y = alt.Y("list:N", sort=shown["list"].tolist(), title=None, axis=alt.Axis(labelLimit=300, ticks=False))
    base = alt.Chart(shown).encode(y=y)
    tooltip = [
        alt.Tooltip("list:N", title="List"),
        alt.Tooltip("waiting_6_plus:Q", title="Six weeks or more", format=","),
        alt.Tooltip("waiting_6_plus_year_before:Q", title="A year before", format=","),
        alt.Tooltip("total_waiting:Q", title="Waiting", format=","),
        alt.Tooltip("driver:N", title="Driver"),
    ]
    ends = shown[["waiting_6_plus", "waiting_6_plus_year_before"]].astype("float64").max(axis=1)
    room = alt.Scale(domain=[0, max(1.0, 1.4 * ends.max())]) if len(ends) else alt.Scale()
    people = alt.X("waiting_6_plus:Q", title="Waiting six weeks or more", scale=room, axis=alt.Axis(tickMinStep=1))
    bars = base.mark_bar(color=BLUE, height=14).encode(x=people, tooltip=tooltip)
    before = base.mark_tick(color=TEXT, thickness=2.5, height=20).encode(x=alt.X("waiting_6_plus_year_before:Q"))
    labels = alt.Chart(shown[["list", "driver"]].assign(end=ends)).encode(
        y=y
    )  # beyond both marks, so as to cover neither
    words = labels.mark_text(align="left", dx=6, color=SECONDARY_TEXT).encode(
        x=alt.X("end:Q"), text=alt.Text("driver:N")
    )
    when = f"end of {month_words(drivers['month'].iloc[0])}" if len(drivers) else "no month"
    return alt.layer(bars, before, words).properties(
        title=alt.Title(
            f"Who waits six weeks or more for what, {when}",
            subtitle="Bar: now. Upright mark: a year before. Words: what made the list grow over twelve months",
        ),
        height={"step": 26} if len(shown) > 1 else 60,
        description=(
            f"Bar chart of the tests with most people waiting six weeks or more, {when}, with the count of a year before "
            "and what made the list grow."
        ),
    )


def diagnostics_parts(drivers: pd.DataFrame) -> alt.Chart:
    """What made the same lists change over twelve months: what joined, what was done, and what was short already.

    Args:
        drivers: `tables.DM01_DRIVERS`.
    """
    known = _named(drivers).dropna(subset=list(_PARTS))
    order = list(_PARTS.values())
    long = known.rename(columns=_PARTS)[["list", *order]].melt("list", var_name="part", value_name="people")
    return (
        alt.Chart(long)
        .mark_bar(height=14)
        .encode(
            x=alt.X("people:Q", title="People added to the list (left of zero: taken away)"),
            y=alt.Y("list:N", sort=known["list"].tolist(), title=None, axis=alt.Axis(labelLimit=300, ticks=False)),
            color=alt.Color(
                "part:N", title=None, sort=order, scale=alt.Scale(domain=order, range=[MID_GREY, BROWN, DARK_BLUE])
            ),
            tooltip=[
                alt.Tooltip("list:N", title="List"),
                alt.Tooltip("part:N", title="Part"),
                alt.Tooltip("people:Q", title="People", format="+,"),
            ],
        )
        .properties(
            title=alt.Title(
                "What made these lists change in twelve months",
                subtitle="The parts of a list add up to its change; bars to the right made it longer",
            ),
            height={"step": 26} if len(known) > 1 else 60,
            description="Bar chart of what made each list change over twelve months: demand, tests done, growth before.",
        )
    )


def _named(drivers: pd.DataFrame) -> pd.DataFrame:
    """The first lists, named by what tells them apart: the test, the trust, or both."""
    shown = drivers.head(_SHOWN)
    one_trust = drivers["provider_code"].nunique() == 1
    one_test = drivers["diagnostic_test_code"].nunique() == 1
    names = [
        trust_name(trust, short=True)
        if one_test and not one_trust
        else test_name(test, short=True)
        if one_trust
        else f"{test_name(test, short=True)}, {trust_name(trust, short=True)}"
        for trust, test in zip(shown["provider_code"], shown["diagnostic_test_code"], strict=True)
    ]
    return shown.assign(list=names)
