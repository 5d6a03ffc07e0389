"""What the board pack says, slide by slide: a question, the findings, the table behind them and how to draw it.

It asks the notebooks' verbs and computes nothing; how a slide becomes a file is each writer's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lsc_analytics import parameters, vocabulary
from lsc_analytics.errors import NoDataError
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM, month_words
from lsc_analytics.reporting import charts
from lsc_analytics.reporting import findings as say
from lsc_analytics.store.home import Home
from lsc_analytics.store.results import code_version
from lsc_analytics.vocabulary.loaded import used, warehouse


@dataclass(frozen=True)
class Lines:
    """A line chart of the table's months.

    Attributes:
        of: Columns to draw, each with its words.
        by: A column whose values have a line each, for one column in `of`; none where empty.
        measure: What is counted, in words.
        month: The column of months.
    """

    of: dict[str, str]
    measure: str
    by: str = ""
    month: str = "month"


@dataclass(frozen=True)
class Bars:
    """A bar chart, a bar a row of the table, in its order.

    Attributes:
        of: The column to draw, with its words.
        named: The columns that name a row.
    """

    of: tuple[str, str]
    named: tuple[str, ...]


@dataclass(frozen=True)
class Slide:
    """One question and its answer.

    Attributes:
        question: The heading.
        says: Findings; `**` marks what is bold.
        table: What is behind them, as a published table.
        drawn: How the table is drawn where a program draws it itself; None where it is not.
        picture: The page's own chart, where a picture is wanted; None where there is none.
    """

    question: str
    says: list[str]
    table: pd.DataFrame
    drawn: Lines | Bars | None = None
    picture: Any = None


@dataclass(frozen=True)
class Pack:
    """A month's slides, and where their figures come from.

    Attributes:
        as_of: Month of the RTT figures, YYYY-MM.
        title: Of the whole.
        under: What stands under the title: month, and whether the figures are demo data.
        slides: In order.
        missing: What could not be told, and why.
        sources: Files read, `file` and `file_sha256`.
        made_by: Code version and data release.
    """

    as_of: str
    title: str
    under: str
    slides: list[Slide]
    missing: list[str]
    sources: pd.DataFrame
    made_by: str


def pack(as_of: str = "") -> Pack:
    """The board pack of a month: see `export`."""
    month = vocabulary.month_of("rtt", as_of)
    slides, missing = [], []
    for make in _SLIDES:
        try:
            slides.append(make(month))
        except NoDataError as error:
            missing.append(str(error))
    files = warehouse().files()
    read = files.loc[files["file_sha256"].isin(used), ["file", "file_sha256"]].sort_values("file", ignore_index=True)
    demo = " Demo data: generated, of no real patient." if Home.current().kind == "demo" else ""
    return Pack(
        month,
        f"Waiting times: {parameters.organisations().system_name}",
        f"RTT figures of {month_words(month)}.{demo}",
        slides,
        missing,
        read,
        f"Code {code_version()}, data release {warehouse().release()}",
    )


def _where_help_is_needed(month: str) -> Slide:
    worst = vocabulary.worst_lists(month).head(8)
    says = [say.system_outlook(vocabulary.system_cells(month)), *say.worst_lists(worst, 5)]
    bars = Bars(("forecast_over_65", "Expected over 65 weeks"), ("provider_code", "treatment_function_code"))
    return Slide("Where in the system is help needed?", says, worst, bars, charts.worst_lists(worst))


def _on_plan(month: str) -> Slide:
    rows = vocabulary.plan(SYSTEM, ALL_SPECIALTIES, month)
    if rows.empty:
        raise NoDataError("No plan of the system is loaded.", "docs/plan-contract.md says how to give one.")
    lines = Lines({"planned": "Planned", "actual": "Actual", "median": "Forecast"}, "Incomplete pathways")
    shown = rows[rows["measure"] == "total_incomplete"]
    return Slide(
        "Is the system on plan?", say.against_plan(rows), shown, lines, charts.against_plan(rows, "total_incomplete")
    )


def _long_waits(weeks: int) -> Callable[[str], Slide]:
    def make(month: str) -> Slide:
        measure = f"over_{weeks}_weeks"
        position = vocabulary.rtt_position(SYSTEM, ALL_SPECIALTIES, month)
        told = vocabulary.forecast(SYSTEM, ALL_SPECIALTIES, month)
        shown = told[(told["measure"] == measure) & told["chosen"]]
        lines = Lines(
            {"median": "Expected", "lower_80": "80% interval, lower", "upper_80": "80% interval, upper"},
            f"Pathways over {weeks} weeks",
            month="target_month",
        )
        question = f"Will the system have anyone over {weeks} weeks?"
        return Slide(
            question, as_list(say.outlook(told, weeks)), shown, lines, charts.forecast(position, told, measure)
        )

    return make


def _decisions(month: str) -> Slide:
    told = vocabulary.decisions(month)
    return Slide("Which three decisions are most worth taking?", say.decisions(told), told)


def _rated(month: str) -> Slide:
    rated = vocabulary.risk(month)
    return Slide(
        "Which lists are red, and for which standard?", say.risk_summary(rated), rated[rated["rating"] == "red"]
    )


def _changed(month: str) -> Slide:
    moved = vocabulary.movers(month)
    bars = Bars(("change", "Change since the month before"), ("provider_code", "treatment_function_code", "measure"))
    return Slide("What changed most since last month?", say.movers(moved), moved, bars, charts.movers(moved))


def _trusts(month: str) -> Slide:
    history = vocabulary.rtt_trusts(ALL_SPECIALTIES, month)
    lines = Lines({"within_18_weeks_percent": "Within 18 weeks"}, "Within 18 weeks, percent", by="provider_code")
    picture = charts.trusts(history, "within_18_weeks_percent")
    return Slide("Which trusts treat most people within 18 weeks?", [say.trusts(history)], history, lines, picture)


def _tests(_: str) -> Slide:
    cells = vocabulary.diagnostics_cells()
    if cells.empty:
        raise NoDataError("No DM01 figures are loaded.", "Load them with `lsc ingest` or `lsc fetch dm01`.")
    worst = vocabulary.worst_tests()
    bars = Bars(("waiting_6_plus", "Waiting six weeks or more"), ("provider_code", "diagnostic_test_code"))
    picture = charts.worst_tests(worst)
    return Slide(
        "Which diagnostic tests are furthest from six weeks?", [say.diagnostics_ranking(cells)], worst, bars, picture
    )


def _record(month: str) -> Slide:
    scores = vocabulary.accuracy_by_measure(SYSTEM, month)
    says = [
        sentence for measure in ("over_52_weeks", "over_65_weeks") for sentence in say.accuracy_record(scores, measure)
    ]
    return Slide("Should these forecasts be believed?", list(dict.fromkeys(says)), scores)


_SLIDES: tuple[Callable[[str], Slide], ...] = (
    _where_help_is_needed,
    _on_plan,
    _decisions,
    _long_waits(65),
    _long_waits(52),
    _rated,
    _changed,
    _trusts,
    _tests,
    _record,
)


def as_list(says: str | list[str]) -> list[str]:
    """Findings as a list, whether one or several."""
    return [says] if isinstance(says, str) else says


def runs(sentence: str) -> list[tuple[str, bool]]:
    """A finding in pieces, each with whether it is bold.

    >>> runs("**37 lists** are red.")
    [('37 lists', True), (' are red.', False)]
    """
    pieces = re.split(r"\*\*(.+?)\*\*", sentence)
    return [(piece, place % 2 == 1) for place, piece in enumerate(pieces) if piece]


def row_names(table: pd.DataFrame, named: tuple[str, ...]) -> list[str]:
    """What each bar is called: codes as names."""
    write: dict[str, Callable[[str], str]] = {
        "provider_code": lambda code: parameters.trust_name(code, short=True),
        "treatment_function_code": lambda code: parameters.specialty_name(code, short=True),
        "diagnostic_test_code": lambda code: parameters.test_name(code, short=True),
        "measure": lambda measure: str(measure).replace("_", " "),
    }
    columns = [[write[name](value) for value in table[name]] for name in named]
    return [", ".join(reversed(names)) for names in zip(*columns, strict=True)]


def series(slide: Slide) -> tuple[list[str], dict[str, list[float | None]]]:
    """A slide's chart as categories and named series, a gap as None: what PowerPoint and Excel draw themselves."""
    table, drawn = slide.table, slide.drawn
    if isinstance(drawn, Bars):
        return row_names(table, drawn.named), {drawn.of[1]: _numbers(table[drawn.of[0]])}
    if drawn is None:
        return [], {}
    if not drawn.by:
        return [*table[drawn.month]], {words: _numbers(table[name]) for name, words in drawn.of.items()}
    (column,) = drawn.of
    wide = table.pivot(index=drawn.month, columns=drawn.by, values=column).tail(24)
    return [*wide.index], {parameters.trust_name(str(code), short=True): _numbers(wide[code]) for code in wide}


def _numbers(values: pd.Series) -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in values]
