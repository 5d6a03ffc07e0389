"""What a table promises: columns with names and types, a grain, and the check that a frame keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import pyarrow as pa

from lsc_analytics.errors import TableError


@dataclass(frozen=True)
class Column:
    """One column: its name, its Arrow type, what it holds, and whether it may be empty or negative."""

    name: str
    type: pa.DataType
    about: str
    empty: bool = False
    negative: bool = False


@dataclass(frozen=True)
class Table:
    """A table's promise: its columns in order, the columns that identify a row, and what a row is."""

    name: str
    about: str
    grain: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Column names in their published order."""
        return [column.name for column in self.columns]

    @cached_property
    def schema(self) -> pa.Schema:
        """The Arrow schema, its fields described, as written into every stored file."""
        return pa.schema(
            [pa.field(c.name, c.type, nullable=c.empty, metadata={"about": c.about}) for c in self.columns],
            metadata={"table": self.name, "about": self.about},
        )

    def empty(self) -> pd.DataFrame:
        """The table with no rows: headers are written even when there is nothing to say."""
        return self.frame(pa.Table.from_pylist([], schema=self.schema))

    def frame(self, table: pa.Table) -> pd.DataFrame:
        """An Arrow table as the frame every room works with: text as strings, whole numbers with gaps as Int64."""
        return table.to_pandas(types_mapper=_pandas_type, strings_to_categorical=False, ignore_metadata=True)

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The same rows with the promised columns, types and grain.

        Columns that the table does not name are refused, so that nothing travels unnoticed.

        Args:
            frame: Rows to check, the columns in any order.

        Returns:
            A new frame, columns in the table's order, with the frame's `attrs`.

        Raises:
            TableError: A column is missing, unknown, of another type, empty or negative where it may not be, or two
                rows share a grain.
        """
        checked = self.frame(self.arrow(frame))
        checked.attrs = dict(frame.attrs)
        return checked

    def arrow(self, frame: pd.DataFrame) -> pa.Table:
        """What `check` gives, as it is written into files: the same promises, the same errors."""
        missing = [name for name in self.names if name not in frame.columns]
        unknown = [str(name) for name in frame.columns if name not in self.names]
        if missing or unknown:
            said = [f"lacks {', '.join(missing)}"] * bool(missing) + [f"has unknown {', '.join(unknown)}"] * bool(
                unknown
            )
            raise TableError(f"The table {self.name} {' and '.join(said)}.", "See `lsc tables` for its columns.")
        try:
            arrow = pa.Table.from_pandas(frame[self.names], schema=_all_nullable(self.schema), preserve_index=False)
        # All that Arrow raises for a value that is not of its column's type; nothing is passed over, it is said in our words.
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
            raise TableError(f"The table {self.name} holds a value of another type: {error}.") from error
        for column in self.columns:
            values = arrow[column.name]
            if not column.empty and values.null_count:
                raise TableError(f"The table {self.name} has {values.null_count} empty values.", column=column.name)
            number = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
            if number and not column.negative and len(values) and (low := _least(values)) is not None and low < 0:
                raise TableError(f"The table {self.name} holds the negative value {low}.", column=column.name)
        if self.grain and len(frame):
            key = self.frame(arrow.select(list(self.grain)))
            if (double := key.duplicated()).any():
                first = key[double].iloc[0].to_dict()
                raise TableError(f"The table {self.name} has {int(double.sum())} rows twice, the first at {first}.")
        return arrow


def _least(values: pa.ChunkedArray) -> float | None:
    import pyarrow.compute as pc

    return pc.min(values).as_py()


def _all_nullable(schema: pa.Schema) -> pa.Schema:
    return pa.schema([field.with_nullable(True) for field in schema], metadata=schema.metadata)


def _pandas_type(kind: pa.DataType) -> object:
    if pa.types.is_string(kind):
        return pd.StringDtype(na_value=float("nan"))
    return pd.Int64Dtype() if pa.types.is_integer(kind) else None
