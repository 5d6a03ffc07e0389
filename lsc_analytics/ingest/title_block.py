"""Reads what a published workbook says of itself in the cells above its table: title, month, publication, revision."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lsc_analytics.reference import MONTH_NAMES, month_text

_LABELS = {"title", "summary", "period", "published", "revised"}


@dataclass(frozen=True)
class TitleBlock:
    """What one workbook says of itself.

    Attributes:
        title: Title and summary in words.
        month: Month its figures belong to, YYYY-MM.
        day: Day they are counted, YYYY-MM-DD, where the period names one ("Week ending 25 January 2026").
        published: Day of the publication or, where there is one, of the revision, YYYY-MM-DD.
        revised: It, or the file's name, says that it is a revision.
    """

    title: str
    month: str
    day: str | None
    published: str | None
    revised: bool


def read_title_block(rows: list[list[Any]], file: str) -> TitleBlock:
    """The title block of a sheet: labels such as "Period:" with their value in the next cell.

    Args:
        rows: The sheet's first rows.
        file: Name of the file, which may say that it is revised.

    Raises:
        ValueError: No cell beside "Period:" names a month.

    >>> rows = [["Period:", "April 2025"], ["Published:", "12th June 2025"], ["Revised:", "N/A"]]
    >>> read_title_block(rows, "a.xls")
    TitleBlock(title='', month='2025-04', day=None, published='2025-06-12', revised=False)
    """
    said: dict[str, Any] = {}
    for row in rows:
        for label, value in pairwise(row):
            if isinstance(label, str) and (word := label.strip().rstrip(":").lower()) in _LABELS:
                said.setdefault(word, value)
    period = said.get("period", "")
    revised = day_text(said.get("revised"))
    return TitleBlock(
        title=" ".join(str(said.get(word, "")) for word in ("title", "summary")).strip(),
        month=month_text(period if isinstance(period, dt.date) else str(period)),
        day=day_text(period),
        published=revised or day_text(said.get("published")),
        revised=revised is not None or "revis" in file.lower(),
    )


def day_text(value: object) -> str | None:
    """A day as workbooks write it, as YYYY-MM-DD; None where there is none ("N/A", "-", blank).

    >>> day_text("13th November 2025"), day_text("N/A")
    ('2025-11-13', None)
    """
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    found = re.search(r"\b(\d{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]{3,9})\s+(\d{4})\b", str(value or ""))
    months = [name for name in MONTH_NAMES if found and name.lower().startswith(found[2].lower())]
    if not found or len(months) != 1:
        return None
    return f"{found[3]}-{MONTH_NAMES.index(months[0]) + 1:02d}-{int(found[1]):02d}"
