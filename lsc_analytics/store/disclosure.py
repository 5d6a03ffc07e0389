"""The one disclosure rule: what of a small count may be shown. Nothing patient-level leaves the house but through here.

The rule is NHS Digital's for Hospital Episode Statistics below national level (September 2018): 1 to 7 is shown as *,
0 as 0, any other count to the nearest 5, totals on their own rather than added up from rounded parts; a percentage is
made from the shown counts. RTT and DM01 are published unsuppressed and do not come through here.

Rounded totals alone do not hide a count: *, 10 and 10 of 15 can only be 1, 8 and 8. So a sum that would leave a hidden
count fewer than three values has its smallest shown count withheld too, as another *.

What it does not do: read several sums together, compare two runs a few patients apart, or hide that something was
withheld. Each can narrow a count further; whoever publishes beyond the teams that hold the records should know that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd
import pyarrow as pa

from lsc_analytics.errors import TableError
from lsc_analytics.tables import Table

HIDDEN = "*"
LEGEND = (
    "* is 1 to 7, or a count withheld so that one of those cannot be worked out; other counts are to the nearest 5."
)
SMALLEST_SHOWN = 8
ROUNDED_TO = 5
FEWEST_VALUES = 3  # that one sum may leave a hidden count

Cell = tuple[int, str]  # row label and column


def suppress(counts: pd.Series) -> pd.Series:
    """Counts as they may be shown.

    Args:
        counts: Whole numbers of zero or more.

    Returns:
        Text, same index: "0", "*" for 1 to 7, else the nearest 5 with thousands separators.

    Raises:
        ValueError: A count is negative or unknown; neither can be shown safely.

    >>> suppress(pd.Series([0, 1, 7, 8, 12, 13, 42257])).tolist()
    ['0', '*', '*', '10', '10', '15', '42,255']
    """
    if counts.isna().any() or (counts < 0).any():
        raise ValueError("A count to be shown is negative or unknown.")
    exact = counts.astype("int64")
    rounded = (exact + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO
    shown = rounded.map("{:,}".format).mask(exact.between(1, SMALLEST_SHOWN - 1), HIDDEN)
    return shown.astype(pd.StringDtype(na_value=float("nan")))


def publish(exact: pd.DataFrame, table: Table, sums: Iterable[tuple[list[Cell], list[Cell]]] = ()) -> pd.DataFrame:
    """A table of exact counts as the table that may be read.

    Args:
        exact: Rows whose whole-number columns are counts of patients.
        table: The table to make, which holds those columns as text.
        sums: What a reader can add up: cells of `exact` that together equal other cells of it.

    Returns:
        A frame of `table`, row by row. No one of the sums leaves a count of 1 to 7 fewer than three possible values.

    Raises:
        TableError: A count would pass unsuppressed: `table` holds a number.

    >>> from lsc_analytics.tables import CHATBOT_OUTCOMES as exact, CHATBOT_OUTCOMES_PUBLISHED as published
    >>> row = dict.fromkeys(exact.names, 0) | {"responded": 17, "remain": 8, "leave": 8, "worse": 1}
    >>> frame = exact.check(pd.DataFrame([row | dict.fromkeys(exact.grain, "x")]))
    >>> parts, total = [(0, "remain"), (0, "leave"), (0, "worse")], [(0, "responded")]
    >>> publish(frame, published, [(parts, total)])[["responded", "remain", "leave", "worse"]].values.tolist()
    [['15', '*', '10', '*']]
    """
    numbers = [column.name for column in table.columns if not pa.types.is_string(column.type)]
    if numbers:
        raise TableError(f"The table {table.name} would show {', '.join(numbers)} unsuppressed.", "Make them text.")
    shown = exact.apply(lambda values: suppress(values) if pd.api.types.is_numeric_dtype(values) else values)
    for parts, totals in sums:
        _withhold(shown, exact, parts, totals)
    return table.check(shown)


def _withhold(shown: pd.DataFrame, exact: pd.DataFrame, parts: list[Cell], totals: list[Cell]) -> None:
    """Hide the smallest shown count of one sum until the sum leaves every small count enough values."""
    counts = {cell: int(str(exact.at[cell])) for cell in (*parts, *totals)}
    told = {cell: _range(str(shown.at[cell]), count) for cell, count in counts.items()}
    sign = dict.fromkeys(parts, 1) | dict.fromkeys(totals, -1)
    small = [cell for cell, count in counts.items() if 1 <= count < SMALLEST_SHOWN]
    while any(_values_left(cell, told, sign) < FEWEST_VALUES for cell in small):
        visible = [cell for cell in counts if shown.at[cell] not in (HIDDEN, "0")]
        if not visible:
            return
        least = min(visible, key=lambda cell: counts[cell])
        shown.at[least] = HIDDEN
        told[least] = _range(HIDDEN, counts[least])


def _range(shown: str, count: int) -> tuple[float, float]:
    """What a reader knows of a count; of a withheld one, at the least that somebody is in it."""
    if shown == HIDDEN:
        return (1, SMALLEST_SHOWN - 1) if count < SMALLEST_SHOWN else (1, math.inf)
    number = int(shown.replace(",", ""))
    return (number - ROUNDED_TO // 2, number + ROUNDED_TO // 2) if number else (0, 0)


def _values_left(cell: Cell, told: dict[Cell, tuple[float, float]], sign: dict[Cell, int]) -> float:
    """How many values a small count can still have, by what one sum tells of the others."""
    least = most = 0.0
    for other, (low, high) in told.items():
        if other != cell:
            towards = -sign[cell] * sign[other]
            least += low if towards > 0 else -high
            most += high if towards > 0 else -low
    return min(most, SMALLEST_SHOWN - 1) - max(least, 1) + 1


def as_numbers(shown: pd.Series) -> pd.Series:
    """Shown counts as numbers to draw or to share, empty where hidden.

    >>> as_numbers(pd.Series(["42,255", "*", "0"])).tolist()
    [42255.0, nan, 0.0]
    """
    return pd.to_numeric(shown.str.replace(",", "").mask(shown == HIDDEN), errors="raise").astype("float64")
