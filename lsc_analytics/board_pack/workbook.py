"""The board pack as an Excel workbook: a sheet a question, with the table behind it and Excel's own chart beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from lsc_analytics.board_pack.slides import Bars, Pack, Slide, runs, series
from lsc_analytics.reporting.charts.theme import BLUE, CATEGORIES

# A cell that begins with = is text here like any other: nothing that a file said is ever a formula or a link.
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


def write(pack: Pack, path: Path) -> None:
    """Write the pack."""
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        book.set_properties({"title": pack.title, "author": "LSC Analytics"})
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        cover = book.add_worksheet("Read me")
        cover.set_column(0, 0, 110)
        for row, text in enumerate([pack.title, pack.under, pack.made_by, *pack.missing]):
            cover.write_string(row, 0, text, bold if row == 0 else wrap)
        for place, slide in enumerate(pack.slides, start=1):
            _sheet(book, f"{place} {re.sub(r'[^A-Za-z0-9 ]', '', slide.question)}"[:31].strip(), slide, bold, wrap)
        _table(book.add_worksheet("Files read"), 0, pack.sources, bold)


def _sheet(book: Any, name: str, slide: Slide, bold: Any, wrap: Any) -> None:
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, slide.question, bold)
    says = ["".join(words for words, _ in runs(sentence)) for sentence in slide.says]
    for row, sentence in enumerate(says, start=1):
        sheet.merge_range(row, 0, row, 9, "", wrap)
        sheet.write_string(row, 0, sentence, wrap)
        sheet.set_row(row, 15 * (1 + len(sentence) // 120))
    top = len(says) + 2
    _table(sheet, top, slide.table, bold)
    categories, told = series(slide)
    if not categories:
        return
    # What the chart draws stands beside the table in the chart's own order, months down and series across.
    left = len(slide.table.columns) + 1
    drawn = pd.DataFrame({"": categories, **told})
    _table(sheet, top, drawn, bold, left=left)
    bars = isinstance(slide.drawn, Bars)
    chart = book.add_chart({"type": "bar" if bars else "line"})
    last = top + len(categories)
    for place, colour in zip(range(1, len(told) + 1), CATEGORIES * 2, strict=False):
        look = {"fill": {"color": BLUE}} if bars else {"line": {"color": colour, "width": 2.25}}
        chart.add_series({
            "name": [name, top, left + place],
            "categories": [name, top + 1, left, last, left],
            "values": [name, top + 1, left + place, last, left + place],
            **look,
        })  # fmt: skip
    chart.set_title({"name": slide.question, "name_font": {"size": 12}})
    if bars:
        chart.set_y_axis({"reverse": True})
        chart.set_legend({"none": True})
    chart.set_size({"width": 760, "height": 420})
    sheet.insert_chart(top, left + len(told) + 2, chart, {"description": slide.question})


def _table(sheet: Any, top: int, table: pd.DataFrame, bold: Any, left: int = 0) -> None:
    for column, name in enumerate(table.columns, start=left):
        sheet.write_string(top, column, str(name), bold)
        values = table[name].tolist()
        for row, value in enumerate(values, start=top + 1):
            if pd.isna(value):
                sheet.write_blank(row, column, None)
            elif isinstance(value, bool | str):
                sheet.write_string(row, column, value if isinstance(value, str) else "yes" if value else "no")
            else:
                sheet.write_number(row, column, value)
        longest = max((len(str(value)) for value in [name, *values]), default=8)
        sheet.set_column(column, column, min(max(longest + 1, 8), 48))
