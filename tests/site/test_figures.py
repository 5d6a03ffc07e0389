"""A chart as the page holds it: caption, specification, numbers."""

from __future__ import annotations

import json

import altair as alt
import pandas as pd

from lsc_analytics.site.figures import MAX_ROWS, figure, look, numbers, script_json


def test_title_and_subtitle_become_the_caption():
    """A caption wraps on a phone, a drawn title does not: so the title leaves the drawing."""
    spec = {"mark": "bar", "title": {"text": ["One line", "and another"], "subtitle": "How to read it"}}
    shown = figure(spec)
    assert (shown.title, shown.subtitle) == ("One line and another", "How to read it")
    assert "title" not in json.loads(shown.specification)


def test_one_view_takes_the_width_of_the_page():
    """Charts of one view fill the page at any width; charts of several keep their views' widths."""
    assert json.loads(figure({"mark": "bar", "width": 640}).specification)["width"] == "container"
    assert "width" not in json.loads(figure({"facet": {"field": "trust"}, "spec": {"mark": "bar"}}).specification)


def test_a_chart_without_description_is_named_by_its_title():
    """No chart reaches a screen reader without a name."""
    assert json.loads(figure({"mark": "bar", "title": "The list"}).specification)["description"] == "The list"


def test_marks_without_data_are_not_spoken_of():
    """A line at a fixed place has no name to read out; a mark that shares its chart's fields has, and so has one of its own."""
    line, dots = {"mark": "rule", "encoding": {"y": {"datum": 1}}}, {"mark": "point", "encoding": {"y": {"field": "n"}}}
    told = json.loads(figure({"layer": [line, dots], "title": "T"}).specification)
    assert [view["mark"] for view in told["layer"]] == [{"type": "rule", "aria": False}, "point"]
    shared = {"encoding": {"x": {"field": "month"}}, "layer": [line, dots], "title": "T"}
    assert "aria" not in figure(shared).specification
    faceted = {"facet": {"field": "trust"}, "spec": {"layer": [line, dots]}, "title": "T"}
    assert json.loads(figure(faceted).specification)["spec"]["layer"][0]["mark"]["aria"] is False
    assert line["mark"] == "rule"  # the notebook's own specification stays as it is


def test_a_row_always_has_a_header_that_can_be_read_out():
    """An empty word in a table is a dash, as a gap is."""
    frame = pd.DataFrame({"note": ["", "*"], "waiting": [1, 2]})
    (table,) = numbers(alt.Chart(frame).mark_bar().encode(x="waiting:Q", tooltip=["note:N"]).to_dict())
    assert [row[0] for row in table.rows] == ["–", "*"]


def test_a_specification_cannot_end_its_script():
    """A name that holds markup stays data."""
    spec = {"trust": "</script><script>alert(1)</script><!--", "of": "\u2028"}
    text = script_json(spec)
    assert not set("<>\u2028") & set(text)
    assert json.loads(text) == spec


def test_numbers_read_as_readers_write_them():
    """Counts have separators, shares their decimals, months their names, gaps a dash."""
    frame = pd.DataFrame(
        {"month": ["2026-01", "2026-02"], "waiting": [42257, None], "share": [57.153, 60.0], "met": [True, False]}
    )
    chart = alt.Chart(frame).mark_line().encode(
        x="month:T", y="waiting:Q", color="met:N",
        tooltip=[alt.Tooltip("share:Q", title="Within 18 weeks, percent", format=".1f")],
    )  # fmt: skip
    (table,) = numbers(chart.to_dict())
    assert table.headers == ["Month", "Waiting", "Within 18 weeks, percent", "Met"]
    assert table.rows == [["January 2026", "42,257", "57.2", "yes"], ["February 2026", "–", "60.0", "no"]]


def test_lines_for_standards_and_joining_lines_get_no_table():
    """Only data that say something of their own stand behind a chart."""
    past = pd.DataFrame({"month": ["2025-11", "2025-12", "2026-01"], "waiting": [1, 2, 3], "hidden": [7, 8, 9]})
    ahead = pd.DataFrame({"month": ["2026-02", "2026-03", "2026-04"], "median": [4, 5, 6]})
    x = alt.X("month:T")
    layers = (
        alt.Chart(past).mark_line().encode(x=x, y="waiting:Q"),
        alt.Chart(past.iloc[1:]).mark_point().encode(x=x, y="waiting:Q"),
        alt.Chart(ahead).mark_line().encode(x=x, y="median:Q"),
        alt.Chart(pd.DataFrame({"standard": [65]})).mark_rule().encode(y="standard:Q"),
    )
    tables = numbers(alt.layer(*layers).to_dict())
    assert [table.headers for table in tables] == [["Month", "Waiting"], ["Month", "Median"]]


def test_a_line_from_the_last_month_into_the_forecast_gets_no_table():
    """It is longer than the forecast, and all that it says is in the two others."""
    past = pd.DataFrame({"month": ["2025-10", "2025-11", "2025-12", "2026-01", "2026-02"], "count": [1, 2, 3, 4, 5]})
    ahead = pd.DataFrame({"month": ["2026-03", "2026-04", "2026-05"], "count": [6, 7, 8], "lower": [1, 1, 1]})
    joining = pd.concat([past.tail(1), ahead[["month", "count"]]])
    layers = (
        alt.Chart(past).mark_line().encode(x="month:T", y="count:Q"),
        alt.Chart(joining).mark_line().encode(x="month:T", y="count:Q"),
        alt.Chart(ahead).mark_area().encode(x="month:T", y="count:Q", y2="lower"),
    )
    tables = numbers(alt.layer(*layers).to_dict())
    assert [(table.headers, len(table.rows)) for table in tables] == [(["Month", "Count"], 5), (["Month", "Count", "Lower"], 3)]  # fmt: skip


def test_a_facet_names_its_columns_too():
    """The column that charts are split by is among the numbers."""
    frame = pd.DataFrame({"said": ["a", "a", "b"], "month": ["2026-01", "2026-02", "2026-01"], "waiting": [1, 2, 3]})
    chart = alt.Chart(frame).mark_line().encode(x="month:T", y="waiting:Q").facet(column="said:N")
    assert numbers(chart.to_dict())[0].headers == ["Said", "Month", "Waiting"]


def test_long_tables_are_cut_and_say_so():
    """A page holds at most so many rows of a chart."""
    spec = {"mark": "bar", "data": {"values": [{"week": week} for week in range(MAX_ROWS + 12)]}, "encoding": {"x": {"field": "week"}}}  # fmt: skip
    (table,) = numbers(spec)
    assert (len(table.rows), table.left_out) == (MAX_ROWS, 12)


def test_every_chart_has_the_one_look_or_its_own():
    """A configuration that is not the theme's stays with its chart."""
    shared = {"mark": "bar", "config": json.loads(look())}
    assert "config" not in json.loads(figure(shared).specification)
    assert json.loads(figure({"mark": "bar", "config": {"font": "x"}}).specification)["config"] == {"font": "x"}


def test_a_chart_without_data_has_no_numbers():
    """A chart that draws nothing says nothing."""
    assert numbers({"mark": "bar"}) == []
