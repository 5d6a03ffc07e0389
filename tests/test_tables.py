"""A frame keeps its table's promise, or is refused in a sentence."""

from __future__ import annotations

import pandas as pd
import pytest

from lsc_analytics import tables
from lsc_analytics.errors import TableError

ROW = {
    "source": "full_extract",
    "scope": "provider",
    "month": "2026-01",
    "provider_code": "RXN",
    "treatment_function_code": "C_100",
    "measure": "total_incomplete",
    "value": 10.0,
}


def test_columns_come_back_in_order() -> None:
    """Columns given in any order come back in the table's, with its types."""
    frame = tables.RTT_OBSERVATIONS.check(pd.DataFrame([dict(reversed(ROW.items()))]))
    assert list(frame.columns) == tables.RTT_OBSERVATIONS.names
    assert frame["value"].dtype == float


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"valeu": 1.0}, "unknown valeu"),
        ({"value": None}, "empty"),
        ({"value": "many"}, "another type"),
    ],
)
def test_a_broken_promise_is_refused(change: dict, said: str) -> None:
    """An unknown column, an empty value and a value of another type are each named."""
    with pytest.raises(TableError, match=said):
        tables.RTT_OBSERVATIONS.check(pd.DataFrame([ROW | change]))


def test_a_negative_count_is_refused() -> None:
    """Counts are not negative unless the table says they may be."""
    row = {key: value for key, value in ROW.items() if key not in ("measure", "value")}
    row |= {"part": "incomplete", "week_from": 3, "week_to": 4, "pathways": -1}
    with pytest.raises(TableError, match="negative value -1"):
        tables.RTT_BANDS.check(pd.DataFrame([row]))


def test_two_rows_of_one_grain_are_refused() -> None:
    """A figure may be told once only."""
    with pytest.raises(TableError, match="1 rows twice"):
        tables.RTT_OBSERVATIONS.check(pd.DataFrame([ROW, ROW | {"value": 11.0}]))


def test_every_table_describes_its_columns_and_grain() -> None:
    """Every table says what a row is, every column what it holds, and the grain is made of its columns."""
    every = [value for value in vars(tables).values() if isinstance(value, tables.Table)]
    assert len(every) > 15
    for table in every:
        assert table.about
        assert set(table.grain) <= set(table.names)
        assert all(column.about for column in table.columns)
        assert list(table.empty().columns) == table.names
