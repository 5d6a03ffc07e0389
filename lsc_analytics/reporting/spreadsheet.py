"""Tables on their way into a spreadsheet: no text in them may be taken for a formula. It writes no file."""

from __future__ import annotations

import re

import pandas as pd

# What Excel and LibreOffice take for the beginning of a formula, blanks before it or not, full-width forms among them.
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def inert(value: object) -> object:
    """The same value; a text that would be calculated gets an apostrophe before it, so that it is shown instead.

    >>> inert("=1+1"), inert("-5"), inert(-5), inert("Blackpool")
    ("'=1+1", '-5', -5, 'Blackpool')
    """
    if not isinstance(value, str) or _NUMBER.fullmatch(value) or not _FORMULA.match(value):
        return value
    return f"'{value}"


def for_spreadsheet(frame: pd.DataFrame) -> pd.DataFrame:
    """The same frame with every text in it, and every column's name, made inert; figures stay figures."""
    made = frame.copy()
    for name in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            made[name] = frame[name].map(inert)
    return made.rename(columns=inert)
