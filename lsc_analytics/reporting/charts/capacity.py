"""Charts of what a standard would take, and of scenarios beside the list as it is expected to go.

Each takes a table and draws it; every figure is in the table, every label says what it is.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from lsc_analytics.reference import month_words
from lsc_analytics.reporting.charts.theme import BLUE, CATEGORIES, SECONDARY_TEXT, TEXT
from lsc_analytics.reporting.words import MEASURES

_AIMS = {
    ("clear_cohort", "longest_first"): "Clear the cohort, longest waiters first",
    ("clear_cohort", "as_now"): "Clear the cohort, in the order of now",
    ("sustainable_size", "as_now"): "Reach a sustainable size",
}
_MEASURES = MEASURES | {"within_18_weeks_percent": "Within 18 weeks, percent"}
_SLIDERS = {
    "demand": "Demand: more or fewer clock starts, %",
    "capacity": "Capacity: more or fewer clock stops, %",
    "validation": "Validation: taken off the list a month, %",
}
_ROWS_SHOWN = 24  # of each table on the page; all of them are in its csv
_SET = " && ".join(f"datum.{lever}_percent == {lever}" for lever in _SLIDERS)
_NO_CHANGE = " && ".join(f"datum.{lever}_percent == 0" for lever in _SLIDERS)


def scenarios(compared: pd.DataFrame, measure: str = "over_65_weeks") -> alt.VConcatChart:
    """Each scenario's median month by month, and below it where each ends, with its 80% interval.

    Args:
        compared: `tables.RTT_SCENARIOS` of one list and order.
        measure: total_incomplete, within_18_weeks_percent, over_52_weeks or over_65_weeks.
    """
    mine = compared[compared["measure"] == measure]
    titles = list(dict.fromkeys(mine["title"]))
    title = _MEASURES[measure]
    digits = ",.1f" if measure.endswith("percent") else ",.0f"
    # The list as it is expected to go comes first, in the colour of text and dashed.
    colour = alt.Color("title:N", legend=None, scale=alt.Scale(domain=titles, range=[TEXT, *CATEGORIES]))
    dash = alt.StrokeDash(
        "title:N", legend=None, scale=alt.Scale(domain=titles, range=[[6, 4], *[[1, 0]] * len(titles)])
    )
    told = [
        alt.Tooltip("title:N", title="Scenario"),
        alt.Tooltip("target_month:T", title="Month", format="%B %Y"),
        alt.Tooltip("median:Q", title="Median", format=digits),
        alt.Tooltip("lower_80:Q", title="80%: from", format=digits),
        alt.Tooltip("upper_80:Q", title="80%: to", format=digits),
    ]
    lines = (
        alt.Chart(mine[["title", "target_month", "median", "lower_80", "upper_80"]])
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("target_month:T", title=None, axis=alt.Axis(format="%b %Y")),
            y=alt.Y("median:Q", title=title, scale=alt.Scale(zero=False)),
            color=colour,
            strokeDash=dash,
            tooltip=told,
        )
        .properties(width=520, height=230)
    )
    end = mine[mine["target_month"] == mine["target_month"].max()]
    rows = alt.Chart(end[["title", "target_month", "median", "lower_80", "upper_80", "difference_mean"]]).encode(
        y=alt.Y("title:N", sort=titles, title=None, axis=alt.Axis(labelLimit=260, ticks=False, domain=False)),
        color=colour,
        tooltip=[*told, alt.Tooltip("difference_mean:Q", title="Mean difference from now", format="+" + digits)],
    )
    ends = alt.layer(
        rows.mark_rule(strokeWidth=3).encode(
            x=alt.X("lower_80:Q", title=f"{title}, last month: median and 80% interval", scale=alt.Scale(zero=False)),
            x2=alt.X2("upper_80:Q"),
        ),
        rows.mark_point(size=90, opacity=1).encode(x=alt.X("median:Q")),
        rows.mark_text(align="left", dx=8).encode(
            x=alt.X("upper_80:Q"), text=alt.Text("difference_mean:Q", format="+" + digits), color=alt.ColorValue(TEXT)
        ),
    ).properties(width=440, height={"step": 26})
    return alt.vconcat(lines, ends, spacing=22).properties(
        title=alt.Title(
            f"{title}: what if",
            subtitle="Medians; below, where each ends. Figure at the bar: mean difference from as now",
        ),
        description=f"Line chart of {title.lower()} by month under each scenario, then each scenario's last month with its 80% interval.",
    )


def capacity_needed(needed: pd.DataFrame) -> alt.FacetChart:
    """Clock stops a week that each standard takes beyond those expected, by aim; below 0 fewer would do.

    Args:
        needed: `tables.CAPACITY_NEEDED` of one list.
    """
    shown = pd.DataFrame(
        {
            "standard": [f"{weeks} weeks" for weeks in needed["standard_weeks"]],
            "takes": [_AIMS.get(pair, "") for pair in zip(needed["aim"], needed["order"], strict=True)],
            **{name: needed[name] for name in ("extra_median", "extra_lower_80", "extra_upper_80", "stops_as_now")},
        }
    )
    shown = shown[shown["takes"] != ""]  # a size is reached by the same stops in either order: one bar
    base = alt.Chart().encode(
        y=alt.Y("takes:N", sort=list(_AIMS.values()), title=None, axis=alt.Axis(labelLimit=300)),
        tooltip=[
            alt.Tooltip("standard:N"),
            alt.Tooltip("takes:N", title="To"),
            alt.Tooltip("extra_median:Q", title="More a week, median", format="+,.1f"),
            alt.Tooltip("extra_lower_80:Q", title="80%: from", format="+,.1f"),
            alt.Tooltip("extra_upper_80:Q", title="80%: to", format="+,.1f"),
            alt.Tooltip("stops_as_now:Q", title="Expected as now, a week", format=",.0f"),
        ],
    )
    bars = base.mark_bar(color=BLUE, height=14).encode(
        x=alt.X("extra_median:Q", title="Clock stops a week beyond those expected")
    )
    spread = base.mark_rule(color=TEXT, strokeWidth=2).encode(
        x=alt.X("extra_lower_80:Q"), x2=alt.X2("extra_upper_80:Q")
    )
    words = base.mark_text(align="left", dx=6, color=SECONDARY_TEXT).encode(
        x=alt.X("extra_upper_80:Q"), text=alt.Text("extra_median:Q", format="+,.0f")
    )
    standards = [f"{weeks} weeks" for weeks in dict.fromkeys(needed["standard_weeks"])]
    header = alt.Header(labelAngle=0, labelAlign="left", labelAnchor="start", labelOrient="top")
    return (
        alt.layer(bars, spread, words, data=shown)
        .properties(width=420, height={"step": 30})
        .facet(row=alt.Row("standard:N", title=None, sort=standards, header=header), spacing=14)
        .properties(
            title=alt.Title(
                "What each standard would take",
                subtitle="Bar and figure: median; line: eight times in ten. Below 0 fewer would do",
            ),
            description="Bar chart of the clock stops a week that each standard takes beyond those expected, for each aim.",
        )
    )


def what_if(grid: pd.DataFrame, standard_weeks: int = 65) -> alt.VConcatChart:
    """The list, its share within 18 weeks and its long waits as three sliders set them, beside the list as expected.

    A slider moves from one setting of the table to the next, so what is drawn is what was computed.

    Args:
        grid: `tables.WHAT_IF` of one list.
        standard_weeks: 52 or 65.
    """
    measures = ("total_incomplete", "within_18_weeks_percent", f"over_{standard_weeks}_weeks")
    keys = [f"{lever}_percent" for lever in _SLIDERS]
    # No change first, then one slider moved alone: of a long table a page shows the first rows.
    shown = grid[grid["measure"].isin(measures)]
    shown = shown.iloc[(shown[keys] != 0).sum(axis=1).argsort(kind="stable")]
    wide = _wide(shown, keys, ["mean", "lower_80", "upper_80"])
    last = shown["target_month"].max()
    ends = _wide(shown[shown["target_month"] == last], keys, ["mean", "lower_80", "upper_80"])
    chance = shown[(shown["target_month"] == last) & (shown["measure"] == measures[2])]
    ends["chance_any"] = chance["probability_any"].to_numpy()
    panels = [_set(wide, ends, measure, month_words(last)) for measure in measures]
    sliders = [_slider(grid, lever, title) for lever, title in _SLIDERS.items()]
    return (
        alt.vconcat(*panels, spacing=28)
        .add_params(*sliders)
        .properties(
            title=alt.Title(
                "What the list becomes",
                subtitle="Move a slider. Line and band: as set, eight times in ten; dashed: as now",
            ),
            description=(
                "Three line charts by month, the list, its share within 18 weeks and its pathways over "
                f"{standard_weeks} weeks: as the sliders above set demand, capacity and validation, beside as now."
            ),
            usermeta={"rows_shown": _ROWS_SHOWN},
        )
    )


def _wide(shown: pd.DataFrame, keys: list[str], values: list[str]) -> pd.DataFrame:
    """A row a setting and month, a column a measure and figure, in the order of the rows."""
    index = [*keys, "target_month"]
    figures = [(value, measure) for measure in shown["measure"].unique() for value in values]
    wide = shown.pivot(index=index, columns="measure", values=values)[figures]
    wide.columns = pd.Index([f"{measure}_{value}" for value, measure in figures])
    # A page holds every setting: without the digits that no reader sees it has half the bytes.
    wide = wide.round({name: 1 if name.startswith("within") else 0 for name in wide.columns})
    return wide.reindex(pd.MultiIndex.from_frame(shown[index].drop_duplicates())).reset_index()


def _slider(grid: pd.DataFrame, lever: str, title: str) -> alt.Parameter:
    places = sorted(grid[f"{lever}_percent"].unique())
    step = places[1] - places[0] if len(places) > 1 else 1
    bound = alt.binding_range(min=places[0], max=places[-1], step=step, name=title)
    return alt.param(name=lever, value=0, bind=bound)


def _set(wide: pd.DataFrame, ends: pd.DataFrame, measure: str, when: str) -> alt.LayerChart:
    """One measure, as set and as now, and in words above it where it ends; its axis is the same wherever sliders stand."""
    title, share = _MEASURES[measure], measure.endswith("percent")
    digits, unit = (",.1f", "%") if share else (",.0f", "")
    mean, lower, upper = (f"{measure}_{figure}" for figure in ("mean", "lower_80", "upper_80"))
    x = alt.X("target_month:T", title=None, axis=alt.Axis(format="%b %Y"))
    scale = alt.Scale(domain=[wide[lower].min(), wide[upper].max()], zero=False, nice=True)
    y = alt.Y(f"{mean}:Q", title=title, scale=scale)
    figures = [(mean, title), (lower, f"{title}, 80%: from"), (upper, f"{title}, 80%: to")]
    told = [alt.Tooltip("target_month:T", title="Month", format="%B %Y")]
    told += [alt.Tooltip(f"{name}:Q", title=called, format=digits) for name, called in figures]
    set_so = alt.Chart(wide).transform_filter(_SET)
    band = set_so.mark_area(color=BLUE, opacity=0.18).encode(
        x=x, y=alt.Y(f"{lower}:Q", title=title, scale=scale), y2=alt.Y2(f"{upper}:Q")
    )
    as_now = alt.Chart(wide).transform_filter(_NO_CHANGE).mark_line(color=SECONDARY_TEXT, strokeDash=[6, 4])
    setting = [alt.Detail(f"{lever}_percent:Q", title=f"{lever.capitalize()}, %") for lever in _SLIDERS]
    line = set_so.mark_line(color=BLUE, point=alt.OverlayMarkDef(color=BLUE, size=40)).encode(
        x=x, y=y, tooltip=told, detail=setting
    )
    ended = [alt.Detail(f"{name}:Q", title=called) for name, called in figures]
    end = alt.Chart(ends).transform_filter(_SET).encode(detail=[*setting, *ended])
    named = {"total_incomplete": "waiting", "within_18_weeks_percent": "within 18 weeks"}.get(measure, title.lower())
    as_now_mean = ends[mean].iloc[0]  # no change comes first
    difference = f"(datum.{mean} - {as_now_mean})"  # of the figures as they are shown, so that they add up for a reader
    # Short lines above the drawing: a phone has no room for long ones.
    words = {
        "answer": f"format(datum.{mean}, '{digits}') + '{unit} {named}, {when}'",
        "spread": f"'Eight times in ten ' + format(datum.{lower}, '{digits}') + ' to ' + format(datum.{upper}, '{digits}')",
        "beside": f"'As now {as_now_mean:{digits}}{unit}' + ({difference} == 0 ? ', no difference' : ', difference ' + format({difference}, '+{digits}'))",
    }
    if measure.startswith("over_"):
        words["beside_chance"] = (
            "'Chance of any: ' + (datum.chance_any < 0.01 ? 'below 1%' : datum.chance_any > 0.99 ? 'above 99%'"
            " : format(datum.chance_any, '.0%'))"
        )
    said = [
        end.transform_calculate(words=calculated)
        .mark_text(align="left", baseline="bottom", fontSize=13)
        .encode(x=alt.XValue(0), y=alt.YValue(-10 - 18 * (len(words) - 1 - line_at)), text=alt.Text("words:N"))
        .properties(name=f"{part}_{measure}")
        for line_at, (part, calculated) in enumerate(words.items())
    ]
    said[0] = said[0].mark_text(align="left", baseline="bottom", fontSize=16, fontWeight="bold")
    return alt.layer(band, as_now.encode(x=x, y=y), line, *said).properties(height=170)
