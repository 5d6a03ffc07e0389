"""A chart's specification in few bytes, without losing a figure: what repeats is said once. It draws nothing.

Half of a page were charts' specifications: each row of their data with each word in full, each layer with the same axis
and tooltip, each data set under a digest. The page's scripts put all of it back before Vega reads it (`whole` in
`reports/static/charts.js`, `columnsOf` in `page.js`).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

Spec = dict[str, Any]
_WORTH = 24  # characters: a shorter part takes no less as a reference


def shortly_named(spec: Spec) -> Spec:
    """The specification with its data sets called d0, d1 and so on, instead of by the digests that Altair gives them.

    >>> shortly_named({"data": {"name": "data-0e46"}, "datasets": {"data-0e46": []}})
    {'data': {'name': 'd0'}, 'datasets': {'d0': []}}
    """
    names = {name: f"d{number}" for number, name in enumerate(spec.get("datasets", {}))}

    def renamed(part: Any) -> Any:
        if isinstance(part, list):
            return [renamed(one) for one in part]
        if not isinstance(part, dict):
            return part
        found = {key: renamed(value) for key, value in part.items()}
        return found | {"name": names[name]} if isinstance(name := part.get("name"), str) and name in names else found

    if not names:
        return spec
    rest = renamed({key: value for key, value in spec.items() if key != "datasets"})
    return rest | {"datasets": {names[name]: rows for name, rows in spec["datasets"].items()}}


def packed(spec: Spec) -> dict[str, Any]:
    """The data sets of a chart by columns, without columns that the chart nowhere names; figures with six digits.

    A column is the list of its values, or, where that is shorter, its values once (`of`) and for each row which of them
    (`at`; without it the one value is every row's).

    >>> packed({"mark": "bar", "encoding": {"x": {"field": "waiting"}, "y": {"field": "what"}},
    ...     "datasets": {"d": [{"waiting": 5266.0, "trust": "RXL", "what": "as it was published"},
    ...                        {"waiting": 17.60281961122873, "what": "as it was published"}]}})["d"]
    {'rows': 2, 'fields': ['waiting', 'what'], 'columns': [[5266, 17.6028], {'of': ['as it was published']}]}
    """
    named = set(re.findall(r"\w+", json.dumps({name: part for name, part in spec.items() if name != "datasets"})))
    found = {}
    for name, rows in spec["datasets"].items():
        fields = [field for field in dict.fromkeys(field for row in rows for field in row) if field in named or not field.isidentifier()]  # fmt: skip
        columns = [_column([_short(row.get(field)) for row in rows]) for field in fields]
        found[name] = {"rows": len(rows), "fields": fields, "columns": columns}
    return found


def said_once(spec: Spec) -> Spec:
    """The specification with every part that it says again replaced by `{"$same": n}`, the nth of its `parts`.

    >>> axis = {"field": "month", "type": "temporal"}
    >>> said_once({"layer": [{"x": axis}, {"y": axis}]})
    {'layer': [{'x': {'$same': 0}}, {'y': {'$same': 0}}], 'parts': [{'field': 'month', 'type': 'temporal'}]}
    """
    often = Counter[str]()
    _count({key: value for key, value in spec.items() if key != "datasets"}, often)
    places: dict[str, int] = {}
    parts: list[Any] = []

    def shortened(part: Any) -> Any:
        if isinstance(part, list):
            return [referred(one) for one in part]
        return {key: referred(value) for key, value in part.items()} if isinstance(part, dict) else part

    def referred(part: Any) -> Any:
        if not isinstance(part, dict | list) or often[text := _text(part)] < 2:
            return shortened(part)
        if text not in places:
            said = shortened(part)
            places[text] = len(parts)
            parts.append(said)
        return {"$same": places[text]}

    rest = {key: value if key == "datasets" else referred(value) for key, value in spec.items()}
    return rest | {"parts": parts} if parts else rest


def _count(part: Any, often: Counter[str]) -> None:
    """Count every part that is long enough for a reference; what is inside one that is said again is said there."""
    if not isinstance(part, dict | list):
        return
    if len(text := _text(part)) > _WORTH:
        often[text] += 1
        if often[text] > 1:
            return
    for value in part.values() if isinstance(part, dict) else part:
        _count(value, often)


def _column(values: list[Any]) -> Any:
    """The shorter of the two ways to say a column. True is not 1 here, and 5266 is what 5266.0 has become."""
    once = {_text(value): value for value in values}
    of = list(once.values())
    if len(of) == len(values):
        return values
    place = {text: at for at, text in enumerate(once)}
    told = {"of": of} if len(of) == 1 else {"of": of, "at": [place[_text(value)] for value in values]}
    return min(values, told, key=lambda said: len(_text(said)))


def _short(value: Any) -> Any:
    """A figure with the six digits that matter, a whole one without a decimal point."""
    if not isinstance(value, float):
        return value
    return int(value) if value.is_integer() else float(f"{value:.6g}") if abs(value) < 1e6 else round(value, 1)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
