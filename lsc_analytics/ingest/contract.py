"""What the rows of a contract file must be (plan, action log and the like), each fault said with its row and column.

It knows no contract: a reader names the columns and the codes that its own takes.
"""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd

from lsc_analytics.ingest.opened import CORRECT_IT, Opened, first_row

_DAY = re.compile(r"(?<!\d)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)")
_TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")


def day_of_name(name: str) -> str | None:
    """The day that a file's name carries: of two files that differ, the one of the later day is read.

    >>> day_of_name("plan-2026-04-30.csv"), day_of_name("plan.csv")
    ('2026-04-30', None)
    """
    found = _DAY.search(name)
    return found[0] if found else None


class Rows:
    """The rows of one contract file, to be held against its rules one after the other.

    Attributes:
        values: As `Opened.rows` gives them: text, NaN where empty, the index the row of the file.
    """

    def __init__(self, opened: Opened) -> None:
        self.opened, self.values = opened, opened.rows()

    def refuse(self, wrong: pd.Series, column: str, problem: str) -> None:
        """Refuse the file where a mask over its rows is true; see `Opened.refuse_where`."""
        self.opened.refuse_where(self.values, wrong, column, problem)

    def one_of(self, column: str, codes: list[str], what: str = "") -> None:
        """Refuse a value that is none of these codes; see `Opened.refuse_unknown`."""
        self.opened.refuse_unknown(self.values, column, codes, what)

    def needed(self, *columns: str) -> None:
        """Refuse a row that leaves one of these columns blank."""
        for column in columns:
            self.refuse(self.values[column].isna(), column, "The value is missing")

    def months(self, column: str) -> None:
        """Refuse a month that is not written YYYY-MM."""
        well = self.values[column].str.fullmatch(r"20\d{2}-(0[1-9]|1[0-2])")
        self.refuse(~well.astype(bool), column, "The month is not written YYYY-MM:")

    def days(self, column: str, *, until: dt.date | None = None) -> None:
        """Refuse a day that is not written YYYY-MM-DD, is none, or lies after another."""
        day = pd.to_datetime(self.values[column], format="%Y-%m-%d", errors="coerce")
        self.refuse(day.isna(), column, "The day is not written YYYY-MM-DD:")
        if until is not None:
            self.refuse(day.dt.date > until, column, "The day lies in the future:")

    def one_kind(self) -> bool:
        """Whether the file is of demo data, as its column `data_kind` says.

        Raises:
            RefusedFileError: It says neither demo nor live, or mixes the two.
        """
        self.needed("data_kind")
        self.one_of("data_kind", ["demo", "live"])
        kinds = self.values["data_kind"]
        self.refuse(kinds.ne(kinds.iloc[0]), "data_kind", "The file mixes demo and live rows, with")
        return bool(kinds.iloc[0] == "demo")

    def no_identifiers(self, *columns: str) -> None:
        """Refuse what looks like an NHS number, without repeating it."""
        for column in columns:
            found = self.values[column].fillna("").str.contains(_TEN_DIGITS)
            if found.any():
                raise self.opened.refused(
                    "The value holds ten digits, as an NHS number does; it is not repeated here.",
                    CORRECT_IT,
                    row=first_row(found),
                    column=column,
                )
