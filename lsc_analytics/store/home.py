"""Where everything produced is kept: `LSC_HOME` with `raw/ tables/ results/ runs/`, demo or real, never both.

Paths inside are relative, so a copied home works. It knows nothing of what the tables mean.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from lsc_analytics.errors import RefusedFileError
from lsc_analytics.parameters import project_root
from lsc_analytics.tables import Table

Kind = Literal["demo", "real"]
READ_ONLY = 0o444
_ROWS_TOGETHER = (
    32_768  # in a parquet file: who asks for one list's rows reads those that stand with them, and no others
)


@dataclass(frozen=True)
class Home:
    """One home folder. `Home.current()` is the one that `LSC_HOME` names, or `reports/local` of the checkout."""

    root: Path

    @classmethod
    def current(cls) -> Home:
        """The home that commands and notebooks use unless told otherwise."""
        return cls(Path(os.environ.get("LSC_HOME") or project_root() / "reports" / "local").absolute())

    @property
    def raw(self) -> Path:
        """Published files as they came, by digest."""
        return self.root / "raw"

    @property
    def tables(self) -> Path:
        """What was read from them, a partition a file."""
        return self.root / "tables"

    @property
    def results(self) -> Path:
        """What models made of it, by key."""
        return self.root / "results"

    @property
    def runs(self) -> Path:
        """Executed notebooks, rendered pages and manifests, a folder a run."""
        return self.root / "runs"

    @property
    def kind(self) -> Kind | None:
        """Whether this home holds demo or real data; None while it is empty."""
        try:
            return json.loads((self.root / "home.json").read_text(encoding="utf-8"))["kind"]
        except FileNotFoundError:
            return None

    def become(self, kind: Kind, *, file: str) -> None:
        """Settle what an empty home holds, and refuse a file of the other kind ever after.

        Args:
            kind: What the file is.
            file: The file that asks, for the error.

        Raises:
            RefusedFileError: The home holds the other kind.
        """
        held = self.kind
        if held is None:
            write_text(self.root / "home.json", json.dumps({"kind": kind}) + "\n")
        elif held != kind:
            raise RefusedFileError(
                f"This is {kind} data and the home {self.root.name!r} holds {held} data; the two are never mixed.",
                "Set LSC_HOME to another folder for it.",
                file=file,
            )


@contextmanager
def replacing(path: Path, *, mode: int = 0o644) -> Iterator[Path]:
    """A temporary path beside the target, renamed onto it only when the block ends well: no reader sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(mode)
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file atomically."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_frame(path: Path, frame: pd.DataFrame, table: Table, *, mode: int = 0o644) -> pa.Table:
    """Check a frame and write it atomically as parquet, its columns described; `mode` READ_ONLY where it is never to change.

    Returns:
        What was written.
    """
    checked = table.arrow(frame).cast(table.schema)  # which says, too, what may not be empty
    with replacing(path, mode=mode) as temporary:
        pq.write_table(checked, temporary, compression="zstd", row_group_size=_ROWS_TOGETHER)
    return checked


def read_frame(
    path: Path | Sequence[Path], table: Table, where: Mapping[str, Collection[str]] | None = None
) -> pd.DataFrame:
    """Read what `write_frame` wrote, in one file or several: all, or the rows with one of these values in each column."""
    asked = [(column, "in", list(values)) for column, values in (where or {}).items()]
    paths = path if isinstance(path, Path) else [*map(str, path)]
    return table.frame(pq.read_table(paths, schema=table.schema, filters=asked or None))
