"""Charts of diagnostic demand and capacity. Each takes a table and draws it; every figure is in the table."""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.parameters import specialty_name, test_name, trust_name
from lsc_analytics.reference import SYSTEM, month_words
from lsc_analytics.reporting.charts.theme import BLUE, BROWN, PINK, SECONDARY_TEXT, TEXT

_ORDERS = {"longest_first": "Longest waiters first", "as_now": "Spread as now"}
_KINDS = {"hospital": "Hospital", "cdc": "Community diagnostic centre"}
_NARROW = alt.Axis(labelLimit=300, ticks=False, domain=False)


def diagnostic_need(need: pd.DataFrame) -> alt.TopLevelMixin:
    """Further tests a week that each six-week standard takes, in both orders; of several lists, those that need most.

    Args:
        need: `tables.DIAGNOSTIC_NEED` of one list or of several.
    """
    own = need[need["provider_code"] != SYSTEM]
    if own[["provider_code", "diagnostic_test_code"]].drop_duplicates().shape[0] > 1:
        return _lists(own)
    need = own
    shown = need.assign(
        takes=need["order"].map(_ORDERS), title=[f"{value:g}% within six weeks" for value in need["needed_percent"]]
    )
    by = month_words(str(need["target_month"].iloc[0]))
    base = alt.Chart().encode(
        y=alt.Y("takes:N", sort=[*_ORDERS.values()], title=None, axis=_NARROW),
        tooltip=[
            alt.Tooltip("words:N", title="Standard"),
            alt.Tooltip("takes:N", title="Further tests"),
            alt.Tooltip("extra_median:Q", title="More a week, median", format="+,.1f"),
            alt.Tooltip("extra_lower_80:Q", title="80%: from", format="+,.1f"),
            alt.Tooltip("extra_upper_80:Q", title="80%: to", format="+,.1f"),
            alt.Tooltip("sessions_median:Q", title="Sessions a week, median", format=",.1f"),
        ],
    )
    bars = base.mark_bar(color=BLUE, height=14).encode(
        x=alt.X("extra_median:Q", title="Tests a week beyond those expected")
    )
    spread = base.mark_rule(color=TEXT, strokeWidth=2).encode(
        x=alt.X("extra_lower_80:Q"), x2=alt.X2("extra_upper_80:Q")
    )
    words = base.mark_text(align="left", dx=6, color=SECONDARY_TEXT).encode(
        x=alt.X("extra_upper_80:Q"), text=alt.Text("extra_median:Q", format="+,.0f")
    )
    columns = ["takes", "title", "words", "extra_median", "extra_lower_80", "extra_upper_80", "sessions_median"]
    header = alt.Header(labelAngle=0, labelAlign="left", labelAnchor="start", labelOrient="top")
    return (
        alt.layer(bars, spread, words, data=shown[columns])
        .properties(width=440, height={"step": 28})
        .facet(row=alt.Row("title:N", title=None, sort=list(dict.fromkeys(shown["title"])), header=header), spacing=12)
        .properties(
            title=alt.Title(
                f"What each standard would take by the end of {by}",
                subtitle="Bar and figure: median; line: eight times in ten. Below 0 fewer would do",
            ),
            description="Bar chart of the further tests a week that each six-week standard takes, by who has them.",
        )
    )


def diagnostic_need_by_test(need: pd.DataFrame, standard: str) -> alt.LayerChart:
    """Further tests a week of every test, the system's trusts added up, the most first.

    Args:
        need: `tables.DIAGNOSTIC_NEED` of every trust.
        standard: Identifier of the standard drawn.
    """
    rows = need[(need["provider_code"] == SYSTEM) & (need["standard"] == standard) & (need["order"] == "longest_first")]
    return _ranked(rows.assign(name=[test_name(code, short=True) for code in rows["diagnostic_test_code"]]))


def _lists(need: pd.DataFrame) -> alt.LayerChart:
    """The fifteen lists that need most, at the middle one of the standards."""
    asked = sorted(need["needed_percent"].unique(), reverse=True)
    rows = need[(need["needed_percent"] == asked[len(asked) // 2]) & (need["order"] == "longest_first")]
    top = rows.sort_values("extra_median", ascending=False).head(15)
    pairs = zip(top["diagnostic_test_code"], top["provider_code"], strict=True)
    return _ranked(top.assign(name=[f"{test_name(t, short=True)}, {trust_name(p, short=True)}" for t, p in pairs]))


def _ranked(rows: pd.DataFrame) -> alt.LayerChart:
    """Further tests a week, a bar a row, named by `name`."""
    columns = ["name", "extra_median", "extra_lower_80", "extra_upper_80", "sessions_median", "staff_median"]
    base = alt.Chart(rows[columns]).encode(
        y=alt.Y("name:N", sort=alt.EncodingSortField("extra_median", order="descending"), title=None, axis=_NARROW),
        tooltip=[
            alt.Tooltip("name:N", title="List"),
            alt.Tooltip("extra_median:Q", title="More tests a week, median", format=",.0f"),
            alt.Tooltip("extra_lower_80:Q", title="80%: from", format=",.0f"),
            alt.Tooltip("extra_upper_80:Q", title="80%: to", format=",.0f"),
            alt.Tooltip("sessions_median:Q", title="Sessions a week", format=",.1f"),
            alt.Tooltip("staff_median:Q", title="Staff, whole-time equivalents", format=",.1f"),
        ],
    )
    bars = base.mark_bar(color=BLUE, height=13).encode(x=alt.X("extra_median:Q", title="More tests a week"))
    spread = base.mark_rule(color=TEXT, strokeWidth=2).encode(
        x=alt.X("extra_lower_80:Q"), x2=alt.X2("extra_upper_80:Q")
    )
    words = base.mark_text(align="left", dx=6).encode(
        x=alt.X("extra_upper_80:Q"),
        text=alt.Text("extra_median:Q", format=",.0f"),
        color=alt.ColorValue(SECONDARY_TEXT),
    )
    by = month_words(str(rows["target_month"].iloc[0]))
    return alt.layer(bars, spread, words).properties(
        width=480,
        height={"step": 24},
        title=alt.Title(
            f"More tests a week to {rows['needed_percent'].iloc[0]:g}% within six weeks",
            subtitle=f"By the end of {by}, the longest waiters first. Bar: median; line: eight times in ten",
        ),
        description="Bar chart of the further tests a week that each list takes, the most at the top.",
    )


def diagnostic_mix(mix: pd.DataFrame) -> alt.Chart:
    """Further sessions a week of the cheapest mix, by test and kind of site.

    Args:
        mix: `tables.DIAGNOSTIC_MIX`.
    """
    each = mix[mix["site_code"] != ""].drop_duplicates(["site_code", "diagnostic_test_code"])
    shown = each.assign(
        test=[test_name(code, short=True) for code in each["diagnostic_test_code"]], kind=each["site_kind"].map(_KINDS)
    )
    return (
        alt.Chart(shown[["test", "kind", "site_name", "site_sessions"]])
        .mark_bar(height=15, stroke="#ffffff", strokeWidth=1)
        .encode(
            y=alt.Y("test:N", sort="-x", title=None, axis=_NARROW),
            x=alt.X("site_sessions:Q", title="Further sessions a week"),
            color=alt.Color("kind:N", title=None, scale=alt.Scale(domain=[*_KINDS.values()], range=[BLUE, BROWN])),
            detail=alt.Detail("site_name:N"),
            tooltip=[
                alt.Tooltip("test:N", title="Test"),
                alt.Tooltip("site_name:N", title="Site"),
                alt.Tooltip("site_sessions:Q", title="Sessions a week", format=",.0f"),
            ],
        )
        .properties(
            width=480,
            height={"step": 24},
            title=alt.Title("The cheapest mix of further sessions", subtitle="One piece a site; hover for its name"),
            description="Stacked bar chart of further sessions a week by test, hospitals and community diagnostic centres.",
        )
    )


def diagnostic_session(values: pd.DataFrame) -> alt.LayerChart:
    """Where one more session a week avoids most breaches.

    Args:
        values: `tables.DIAGNOSTIC_SESSION_VALUE`, the first rows drawn.
    """
    top = values.head(12)
    shown = top.assign(
        list=[f"{test_name(t, short=True)}, {trust_name(p, short=True)}" for t, p in zip(top["diagnostic_test_code"], top["provider_code"], strict=True)]
    )  # fmt: skip
    base = alt.Chart(
        shown[["list", "unit", "tests_a_week", "avoided_mean", "avoided_lower_80", "avoided_upper_80"]]
    ).encode(
        y=alt.Y("list:N", sort=shown["list"].tolist(), title=None, axis=_NARROW),
        tooltip=[
            alt.Tooltip("list:N", title="List"),
            alt.Tooltip("avoided_mean:Q", title="Fewer six weeks or more", format=",.0f"),
            alt.Tooltip("avoided_lower_80:Q", title="80%: from", format=",.0f"),
            alt.Tooltip("avoided_upper_80:Q", title="80%: to", format=",.0f"),
            alt.Tooltip("tests_a_week:Q", title="Tests in it", format=",.1f"),
            alt.Tooltip("unit:N", title="Unit"),
        ],
    )
    bars = base.mark_bar(color=BLUE, height=13).encode(
        x=alt.X("avoided_mean:Q", title="Fewer six weeks or more at the date")
    )
    spread = base.mark_rule(color=TEXT, strokeWidth=2).encode(
        x=alt.X("avoided_lower_80:Q"), x2=alt.X2("avoided_upper_80:Q")
    )
    words = base.mark_text(align="left", dx=6).encode(
        x=alt.X("avoided_upper_80:Q"),
        text=alt.Text("avoided_mean:Q", format=",.0f"),
        color=alt.ColorValue(SECONDARY_TEXT),
    )
    return alt.layer(bars, spread, words).properties(
        width=480,
        height={"step": 24},
        title=alt.Title("What one more session a week is worth", subtitle="Bar: expected; line: eight times in ten"),
        description="Bar chart of those six weeks or more avoided by one more session a week, the most at the top.",
    )


def diagnostic_centres(centres: pd.DataFrame) -> alt.Chart:
    """Those six weeks or more whom each centre avoids, by test.

    Args:
        centres: `tables.DIAGNOSTIC_CENTRES`.
    """
    shown = centres.assign(test=[test_name(code, short=True) for code in centres["diagnostic_test_code"]])
    return (
        alt.Chart(shown[["site_name", "test", "avoided_mean", "tests_a_week", "share_percent"]])
        .mark_bar(height=16, stroke="#ffffff", strokeWidth=1, color=BLUE)
        .encode(
            y=alt.Y("site_name:N", sort="-x", title=None, axis=_NARROW),
            x=alt.X("avoided_mean:Q", title="More six weeks or more without it"),
            detail=alt.Detail("test:N"),
            tooltip=[
                alt.Tooltip("site_name:N", title="Centre"),
                alt.Tooltip("test:N", title="Test"),
                alt.Tooltip("tests_a_week:Q", title="Tests a week", format=",.0f"),
                alt.Tooltip("share_percent:Q", title="Of the trust's, percent", format=".0f"),
                alt.Tooltip("avoided_mean:Q", title="More without it", format=",.0f"),
            ],
        )
        .properties(
            width=480,
            height={"step": 28},
            title=alt.Title("What each community diagnostic centre adds", subtitle="One piece a test; hover for it"),
            description="Bar chart of those who would wait six weeks or more without each centre, by test.",
        )
    )


def diagnostic_what_if(changed: pd.DataFrame) -> alt.LayerChart:
    """How many more or fewer would wait six weeks or more under each scenario.

    Args:
        changed: `tables.DIAGNOSTIC_WHAT_IF`.
    """
    base = alt.Chart(changed[["title", "difference_mean", "lists"]]).encode(
        y=alt.Y("title:N", sort=changed["title"].tolist(), title=None, axis=_NARROW),
        x=alt.X("difference_mean:Q", title="Six weeks or more, against going on as now", scale=alt.Scale(padding=40)),
        tooltip=[
            alt.Tooltip("title:N", title="Scenario"),
            alt.Tooltip("difference_mean:Q", title="More or fewer", format="+,.0f"),
            alt.Tooltip("lists:Q", title="Lists"),
        ],
    )
    label = base.encode(text=alt.Text("difference_mean:Q", format="+,.0f"), color=alt.ColorValue(SECONDARY_TEXT))
    words = [  # beside the end of the bar, on whichever side it is
        label.transform_filter("datum.difference_mean >= 0").mark_text(align="left", dx=6),
        label.transform_filter("datum.difference_mean < 0").mark_text(align="right", dx=-6),
    ]
    when = month_words(str(changed["target_month"].iloc[0]))
    return alt.layer(base.mark_bar(color=BLUE, height=13), *words).properties(
        width=440,
        height={"step": 24},
        title=alt.Title(f"What if: the end of {when}", subtitle="Expected difference; figures are assumptions"),
        description="Bar chart of how many more or fewer would wait six weeks or more under each scenario.",
    )


def diagnostic_workforce(workforce: pd.DataFrame) -> alt.FacetChart:
    """Staff needed, and those of today who are left, by network and year.

    Args:
        workforce: `tables.DIAGNOSTIC_WORKFORCE`.
    """
    rows = workforce[workforce["provider_code"] == SYSTEM]
    names = {"staff_needed": "Needed", "staff_without_recruiting": "Of today's staff, left"}
    long = rows.melt(["network", "year"], list(names), "line", "staff").replace({"line": names})
    long["network"] = long["network"].str.capitalize()
    return (
        alt.Chart(long)
        .mark_line(point=True)
        .encode(
            x=alt.X("year:O", title="Years from now", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("staff:Q", title="Whole-time equivalents"),
            color=alt.Color("line:N", title=None, scale=alt.Scale(domain=[*names.values()], range=[BLUE, PINK])),
            strokeDash=alt.StrokeDash("line:N", title=None, scale=alt.Scale(domain=[*names.values()], range=[[1, 0], [6, 4]])),
            tooltip=[alt.Tooltip("network:N"), alt.Tooltip("line:N"), alt.Tooltip("year:O"), alt.Tooltip("staff:Q", format=",.0f")],
        )
        .properties(width=190, height=200)
        .facet(column=alt.Column("network:N", title=None))
        .resolve_scale(y="independent")
        .properties(
            title=alt.Title("Staff over five years", subtitle="Growth and leavers are assumptions"),
            description="Line charts by network: staff needed rises while those of today who are left fall.",
        )
    )  # fmt: skip


def diagnostic_coupling(pairs: pd.DataFrame) -> alt.LayerChart:
    """Weeks that a test adds to the specialties that lean on it, averaged over their pathways.

    Args:
        pairs: The worst pairs, `tables.DIAGNOSTIC_COUPLING`.
    """
    shown = pairs.assign(
        pair=[f"{specialty_name(row['treatment_function_code'], short=True)}, {trust_name(row['provider_code'], short=True)}: {test_name(row['diagnostic_test_code'], short=True)}" for _, row in pairs.iterrows()]
    )  # fmt: skip
    base = alt.Chart(
        shown[["pair", "weeks_added_on_average", "weeks_added", "share_percent", "over", "due_median"]]
    ).encode(
        y=alt.Y(
            "pair:N", sort=shown["pair"].tolist(), title=None, axis=alt.Axis(labelLimit=420, ticks=False, domain=False)
        ),
        x=alt.X("due_median:Q", title="Pathways over 18 weeks because of the test"),
        tooltip=[
            alt.Tooltip("pair:N", title="Specialty and test"),
            alt.Tooltip("weeks_added:Q", title="Weeks added where it is needed", format=".1f"),
            alt.Tooltip("weeks_added_on_average:Q", title="Weeks added on average", format=".1f"),
            alt.Tooltip("share_percent:Q", title="Need it, percent (assumed)", format=".0f"),
            alt.Tooltip("over:Q", title="Over 18 weeks", format=",.0f"),
            alt.Tooltip("due_median:Q", title="Because of the test", format=",.0f"),
        ],
    )
    words = base.mark_text(align="left", dx=6).encode(
        text=alt.Text("due_median:Q", format=",.0f"), color=alt.ColorValue(SECONDARY_TEXT)
    )
    return alt.layer(base.mark_bar(color=BLUE, height=13), words).properties(
        width=380,
        height={"step": 24},
        title=alt.Title("Where a test holds up treatment", subtitle="One scenario; the share of pathways is assumed"),
        description="Bar chart of pathways over 18 weeks that are so because of a test, the most at the top.",
    )
