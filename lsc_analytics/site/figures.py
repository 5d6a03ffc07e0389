"""A chart as the page holds it: its words, its specification, and the numbers behind it as a table. It draws nothing.

The title leaves the specification and becomes a caption, because a caption wraps on a phone and a drawn title does not.
What all charts share is on the page once, and what a chart says again and again is said once (`site.packing`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from lsc_analytics.reference import month_words
from lsc_analytics.reporting.charts import theme
from lsc_analytics.site.packing import packed, said_once, shortly_named

MAX_ROWS = 400  # of one table behind a chart: a longer one is for `lsc table`, not for a page
SHOWN_ROWS = "rows_shown"  # a chart whose sliders choose among many rows may ask, in its `usermeta`, for fewer
_MANY_VIEWS = ("facet", "hconcat", "vconcat", "concat", "repeat")

Spec = dict[str, Any]
Row = dict[str, Any]


@dataclass(frozen=True)
class Numbers:
    """One table behind a chart.

    Attributes:
        headers: Column headers.
        rows: The first `MAX_ROWS` rows, or as few as the chart asks for, as readers write them.
        left_out: How many rows there are beyond those.
        source: Where the page's script finds all of it as data, for a csv: the name of the data set in the specification
            and the names of the columns, as JSON; empty where it has no name there.
    """

    headers: list[str]
    rows: list[list[str]]
    left_out: int
    source: str = ""


@dataclass(frozen=True)
class Figure:
    """One chart of a page.

    Attributes:
        title: What it shows, one line.
        subtitle: How to read it; may be empty.
        description: What it says to somebody who does not see it.
        specification: Vega-Lite as JSON that is safe inside a script element; without the look of all charts, `look`,
            its data sets and whatever repeats as `site.packing` makes them. The page's script puts all of it back.
        numbers: The tables behind it, the longest first.
    """

    title: str
    subtitle: str
    description: str
    specification: Markup
    numbers: list[Numbers]


def figure(spec: Spec) -> Figure:
    """What the page needs of one chart.

    Args:
        spec: The Vega-Lite specification that a notebook output holds.

    >>> shown = figure({"mark": "bar", "title": "Two trusts", "data": {"values": [{"trust": "RXL", "waiting": 42257}]},
    ...     "encoding": {"x": {"field": "waiting", "title": "Waiting"}, "y": {"field": "trust"}}})
    >>> shown.title, shown.numbers[0].headers, shown.numbers[0].rows
    ('Two trusts', ['Trust', 'Waiting'], [['RXL', '42,257']])
    """
    said = spec.get("title") or {}
    said = said if isinstance(said, dict) else {"text": said}
    title, subtitle = _lines(said.get("text")), _lines(said.get("subtitle"))
    spec = _spoken(shortly_named(spec))
    drawn = {name: part for name, part in spec.items() if name not in ("title", "$schema")}
    if drawn.get("config") == theme.config()["config"]:
        del drawn["config"]
    if "datasets" in drawn:
        drawn["datasets"] = packed(drawn)
    if not any(name in spec for name in _MANY_VIEWS):
        drawn["width"] = "container"
    drawn.setdefault("description", title)
    return Figure(title, subtitle, drawn["description"], script_json(said_once(drawn)), numbers(spec))


def _spoken(spec: Spec, shared: bool = False) -> Spec:
    """A view whose marks stand for no data, such as a line at 100%, has nothing to say: who hears the page is spared them.

    >>> _spoken({"mark": {"type": "rule"}, "encoding": {"y": {"datum": 1}}})["mark"]
    {'type': 'rule', 'aria': False}
    >>> _spoken({"mark": "bar", "encoding": {"y": {"field": "trust"}}})["mark"]
    'bar'
    """
    channels = [channel for told in spec.get("encoding", {}).values() for channel in _channels(told)]
    shows = shared or any({"field", "aggregate"} & channel.keys() for channel in channels)
    told = dict(spec)
    for inner in ("layer", "hconcat", "vconcat", "concat"):
        if inner in spec:
            told[inner] = [_spoken(view, shows) for view in spec[inner]]
    if isinstance(spec.get("spec"), dict):
        told["spec"] = _spoken(spec["spec"])
    if "mark" in spec and not shows:
        mark = spec["mark"] if isinstance(spec["mark"], dict) else {"type": spec["mark"]}
        told["mark"] = mark | {"aria": False}
    return told


def _channels(told: Any) -> list[Spec]:
    return [told] if isinstance(told, dict) else [one for one in told if isinstance(one, dict)]


def look() -> Markup:
    """The look of all charts, as JSON for the page."""
    return script_json(theme.config()["config"])


def script_json(value: Any) -> Markup:
    """JSON that cannot end the script element it is written into.

    >>> "</script>" in script_json({"trust": "</script>"})
    False
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def numbers(spec: Spec) -> list[Numbers]:
    """The data behind a chart, a table a data set, only the columns that the chart encodes.

    A data set that says nothing beyond the others (a line that joins two of them), or that has one or two rows beside
    longer ones (a line for a standard), gets no table.
    """
    used: dict[str, dict[str, Spec]] = {}
    sets: dict[str, list[Row]] = dict(spec.get("datasets", {}))
    for data, encoding in _units(spec, None):
        key = _key(data, sets)
        for name, channel in encoding:
            told = used.setdefault(key, {}).setdefault(name, {})
            told.update({said: channel[said] for said in ("title", "format", "type") if channel.get(said)})
    tables = {key: (list(fields), sets[key]) for key, fields in used.items() if key in sets}
    most = int(spec.get("usermeta", {}).get(SHOWN_ROWS, MAX_ROWS))
    longest = max((len(rows) for _, rows in tables.values()), default=0)
    kept = []
    for key, (_, rows) in sorted(tables.items(), key=lambda item: -len(item[1][1])):
        if (len(rows) < 3 <= longest) or _said_elsewhere(key, tables):
            continue
        fields = {name: used[key][name] for name in (rows[0] if rows else used[key]) if name in used[key]}
        headers = [told.get("title") or name.replace("_", " ").capitalize() for name, told in fields.items()]
        body = [[_text(row.get(name), told) for name, told in fields.items()] for row in rows[:most]]
        source = json.dumps([key, *fields]) if key in spec.get("datasets", {}) else ""
        kept.append(Numbers(headers, body, max(0, len(rows) - most), source))
    return kept


def _units(spec: Spec, data: Spec | None) -> Iterator[tuple[Spec | None, list[tuple[str, Spec]]]]:
    """Every view of a chart, with the data it draws and the fields it encodes."""
    data = spec.get("data", data)
    encoded = list(spec.get("encoding", {}).values())
    if isinstance(facets := spec.get("facet"), dict):
        encoded += facets.values() if "field" not in facets else [facets]
    flat = [each for channel in encoded for each in (channel if isinstance(channel, list) else [channel])]
    named = [(each["field"], each) for each in flat if isinstance(each, dict) and isinstance(each.get("field"), str)]
    if named:
        yield data, named
    for part in (*spec.get("layer", []), *(v for n in _MANY_VIEWS[1:4] for v in spec.get(n, []))):
        yield from _units(part, data)
    if isinstance(spec.get("spec"), dict):
        yield from _units(spec["spec"], data)


def _key(data: Spec | None, sets: dict[str, list[Row]]) -> str:
    """The name of a data set; one given in place is kept under a name of its own."""
    if not data:
        return ""
    if "values" in data and isinstance(data["values"], list):
        known = (name for name, rows in sets.items() if rows is data["values"])
        name = next(known, f"in place {len(sets)}")
        sets[name] = data["values"]
        return name
    return str(data.get("name", ""))


def _said_elsewhere(key: str, tables: dict[str, tuple[list[str], list[Row]]]) -> bool:
    fields, rows = tables[key]
    others = [
        tuple(row.get(name) for name in fields)
        for other, (theirs, longer) in tables.items()
        if set(fields) <= set(theirs) and (len(theirs), len(longer), other) > (len(fields), len(rows), key)
        for row in longer
    ]
    return bool(others) and {tuple(row.get(name) for name in fields) for row in rows} <= set(others)


def _lines(text: str | list[str] | None) -> str:
    return " ".join(text) if isinstance(text, list) else (text or "")


def _text(value: Any, told: Spec) -> str:
    """One value as readers write it: 42,257; 57.2; January 2026; a dash where there is none."""
    if value is None or value == "":  # a row needs a header that can be read out
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        if share := re.search(r"\.(\d)%", told.get("format", "")):
            return f"{value:.{share[1]}%}"
        digits = re.search(r"\.(\d)f", told.get("format", ""))
        return f"{value:,.{digits[1] if digits else 0 if value == round(value) else 1}f}"
    if told.get("type") == "temporal" and (day := re.match(r"(\d{4}-\d{2})(?:-(\d{2}))?", str(value))):
        return month_words(day[1]) if day[2] in (None, "01") else f"{int(day[2])} {month_words(day[1])}"
    return str(value)
