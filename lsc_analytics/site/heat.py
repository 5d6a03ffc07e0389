"""One list or test of one trust as a cell: a figure, a sign, words and a class, so that no colour stands alone.

The landing page sets cells side by side, a report those of its own specialty or test. It reads no file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lsc_analytics import parameters
from lsc_analytics.reporting.words import count, percent

Row = dict[str, Any]


@dataclass(frozen=True)
class Outlook:
    """How one outlook is shown: a sign, words and a class, so that none of them stands alone."""

    sign: str
    words: str
    meaning: str


OUTLOOKS = {  # the worst first
    "breaching": Outlook("■", "Over 65 now", "someone waits over 65 weeks now"),
    "likely": Outlook("▲", "Likely", "more likely than not that someone will"),
    "possible": Outlook("◆", "Possible", "a chance of one in ten or more"),
    "unlikely": Outlook("●", "Unlikely", "a chance below one in ten"),
    "not forecast": Outlook("–", "Not forecast", "too little history"),
}


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes:
        link: Its report's address; empty where there is none.
        style: Class that colours it.
        figure: The share in time.
        sign: What stands for the colour where there is none; may be empty.
        said: The status in words.
        more: A second figure in words; may be empty.
        rank: 0 for the worst status, more for better ones.
        value: The share as a number, for sorting.
        over: The second figure as a number, for sorting.
    """

    link: str
    style: str = "is-none"
    figure: str = ""
    sign: str = ""
    said: str = ""
    more: str = ""
    rank: int = 9
    value: float | None = None
    over: float | None = None


def list_cell(row: Row | None, link: str) -> Cell | None:
    """A waiting list, from its row of `tables.SYSTEM_CELLS`; None where there is neither a list nor a report.

    >>> row = {"outlook": "likely", "within_18_weeks_percent": 57.15, "over_52_weeks": 12}
    >>> cell = list_cell(row, "")
    >>> cell.figure, cell.sign, cell.said, cell.more
    ('57.1%', '▲', 'Likely', '12 over 52 weeks')
    """
    if row is None:
        return Cell(link) if link else None
    outlook = OUTLOOKS[row["outlook"]]
    return Cell(
        link,
        f"is-{row['outlook'].replace(' ', '-')}",
        percent(row["within_18_weeks_percent"]),
        outlook.sign,
        outlook.words,
        f"{count(row['over_52_weeks'])} over 52 weeks",
        list(OUTLOOKS).index(row["outlook"]),
        row["within_18_weeks_percent"],
        row["over_52_weeks"],
    )


def diagnostic_cell(row: Row | None, link: str) -> Cell | None:
    """A diagnostic test, from its row of `tables.DM01_POSITION`, against the standing six-week standard.

    >>> diagnostic_cell({"within_6_weeks_percent": 98.2}, "").said
    '0.8 points short'
    """
    if row is None:
        return Cell(link) if link else None
    share, needed = row["within_6_weeks_percent"], six_week_standard()
    if share is None:
        return Cell(link, "six-none", percent(share), said="–")
    if share >= needed:
        return Cell(link, "six-met", percent(share), "●", "Met", rank=2, value=share)
    short = needed - share
    said = f"{short:.1f} points short" if short >= 0.05 else "Just short"
    far = short >= 10
    return Cell(
        link,
        "six-far" if far else "six-near",
        percent(share),
        "▲" if far else "◆",
        said,
        rank=0 if far else 1,
        value=share,
    )


def six_week_standard() -> float:
    """The standing (undated) share to be tested within six weeks, percent."""
    found = (one.value for one in parameters.standards().standards if one.family == "dm01" and one.by is None)
    return next(found, 99.0)
