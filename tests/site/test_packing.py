"""What a page keeps of a chart's specification, and that a browser makes of it what it was."""

from __future__ import annotations

import json

import pytest
from example_run import two_charts
from example_site import Site
from example_visit import Visit
from playwright.sync_api import Browser

from lsc_analytics.reporting.charts import theme
from lsc_analytics.site.packing import packed, said_once, shortly_named

AXIS = {"field": "month", "type": "temporal", "title": None}


def restored(part: object, parts: list) -> object:
    """A specification whose references are followed, as `spelt` of charts.js follows them."""
    if isinstance(part, list):
        return [restored(one, parts) for one in part]
    if not isinstance(part, dict):
        return part
    return (
        restored(parts[part["$same"]], parts) if "$same" in part else {k: restored(v, parts) for k, v in part.items()}
    )


def test_what_is_said_again_is_said_once_and_nothing_is_lost() -> None:
    """Parts inside parts too; what is said once stays where it is, and data are left alone."""
    tips = [{"field": "month", "title": "Month"}, {"field": "count", "title": "Pathways"}]
    spec = {
        "layer": [{"x": AXIS, "tooltip": tips}, {"x": AXIS, "y": {"field": "count"}, "tooltip": tips}, {"tooltip": tips[:1]}],
        "datasets": {"d": {"rows": 2, "fields": ["month"], "columns": [["a long text that repeats"] * 2]}},
    }  # fmt: skip
    told = said_once(spec)
    parts = told.pop("parts")
    assert restored(told, parts) == spec
    assert len(json.dumps(told)) + len(json.dumps(parts)) < len(json.dumps(spec))
    assert sorted(map(json.dumps, parts)) == sorted(
        json.dumps(one) for one in (AXIS, tips[0], [{"$same": parts.index(tips[0])}, tips[1]])
    )


def test_a_specification_that_repeats_nothing_stays_as_it_is() -> None:
    """No parts are added for nothing."""
    spec = {"mark": "bar", "encoding": {"x": AXIS}, "datasets": {"d": []}}
    assert said_once(spec) == spec


def test_data_keep_what_the_chart_names_wherever_it_does() -> None:
    """A column that is encoded, calculated with or filtered by stays; one that is nowhere named goes."""
    spec = {
        "mark": "bar", "transform": [{"filter": "datum.kept && datum['also kept'] > 1"}], "encoding": {"x": {"field": "x"}},
        "datasets": {"d": [{"x": 1, "kept": True, "also kept": 2, "gone": 3}]},
    }  # fmt: skip
    assert packed(spec)["d"] == {"rows": 1, "fields": ["x", "kept", "also kept"], "columns": [[1], [True], [2]]}


def test_columns_take_the_shorter_way() -> None:
    """Values as they are, words once, or one value for all; gaps stay gaps, and yes is not 1."""
    rows = [
        {"n": n, "word": "a long word" if n % 2 else "another one", "same": 53.6733333, "mixed": (True, 1, None)[n % 3]}
        for n in range(12)
    ]
    spec = {"mark": {"n": "word", "same": "mixed"}, "datasets": {"d": rows}}
    told = packed(spec)["d"]
    assert (told["rows"], told["fields"]) == (12, ["n", "word", "same", "mixed"])
    assert told["columns"][:3] == [list(range(12)), {"of": ["another one", "a long word"], "at": [0, 1] * 6}, {"of": [53.6733]}]  # fmt: skip
    assert json.dumps(told["columns"][3]) == json.dumps([True, 1, None] * 4)


def test_data_sets_are_called_shortly_wherever_they_are_named() -> None:
    """In a layer and in a lookup; a parameter of another name keeps it."""
    spec = {
        "layer": [{"data": {"name": "data-1"}}, {"transform": [{"lookup": "a", "from": {"data": {"name": "data-2"}}}]}],
        "params": [{"name": "demand"}], "datasets": {"data-1": [{"name": "data-2"}], "data-2": []},
    }  # fmt: skip
    told = shortly_named(spec)
    assert told["layer"] == [{"data": {"name": "d0"}}, {"transform": [{"lookup": "a", "from": {"data": {"name": "d1"}}}]}]  # fmt: skip
    assert (told["params"], told["datasets"]) == ([{"name": "demand"}], {"d0": [{"name": "data-2"}], "d1": []})
    assert shortly_named({"mark": "bar"}) == {"mark": "bar"}


@pytest.mark.browser
def test_the_page_gives_vega_what_the_notebook_held(chromium: Browser, site: Site) -> None:
    """Each chart's specification as the page's scripts restore it is the notebook's, title and digests apart."""
    visit = Visit(chromium, site, 1024)
    page = visit.open("/voila/render/forecast/RXN/C_110.ipynb")
    given = page.evaluate(
        "[...document.querySelectorAll('figure script')].map((said) => whole(JSON.parse(said.textContent)))"
    )
    held = [shortly_named(chart.to_dict()) for chart in two_charts()]
    visit.context.close()
    assert len(given) == len(held) == 2
    for ours, theirs in zip(given, held, strict=True):
        assert ours["datasets"] == theirs["datasets"]
        assert ours["config"] == theirs.get("config", theme.config()["config"])
        for name in set(theirs) - {"datasets", "config", "title", "$schema", "width"}:
            assert ours[name] == theirs[name], name
