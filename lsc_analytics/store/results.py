"""What models made, remembered under a key of data release, parameters and code, so that it is computed once.

It decides nothing about when to compute: a caller asks for a table and gives the function that makes it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

import lsc_analytics
from lsc_analytics import parameters
from lsc_analytics.store.home import Home, read_frame, write_frame
from lsc_analytics.tables import Table

Rows = Mapping[str, Collection[str]]  # column: values


@cache
def code_version() -> str:
    """The package's version and a digest of its code: what a number was computed by, known without git.

    Same code, same version, wherever the checkout lies.
    """
    package = Path(lsc_analytics.__file__).parent
    told = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        told.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return f"{lsc_analytics.__version__}+{told.hexdigest()[:8]}"


def page_version() -> str:
    """All that a page depends on besides its notebook, parameters and data: code, parameter files, templates, glossary."""
    root = parameters.project_root()
    told = hashlib.sha256(parameters.digest().encode())
    for part in ("reports/templates", "reports/static", "docs/glossary.md"):
        held = root / part
        for path in sorted(p for p in (held.rglob("*") if held.is_dir() else [held]) if p.is_file()):
            told.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return f"{code_version()}.{told.hexdigest()[:8]}"


class Results:
    """The remembered tables of one home."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def path(self, table: Table, release: str, settings: dict[str, Any]) -> Path:
        """Where the table is kept that was made of this release with these settings."""
        of_parameters = parameters.digest()
        said = json.dumps([release, of_parameters, code_version(), settings], sort_keys=True)
        key = hashlib.sha256(said.encode()).hexdigest()[:24]
        of = re.sub(r"[^\w.]", "_", release)
        return self.home.results / table.name / f"{_made_by(of_parameters)}-{of}-{key}.parquet"

    def remembered(
        self, table: Table, release: str, settings: dict[str, Any], where: Rows | None = None
    ) -> pd.DataFrame | None:
        """The table, or those of its rows, if it has been made before."""
        path = self.path(table, release, settings)
        return read_frame(path, table, where) if path.exists() else None

    def get(
        self,
        table: Table,
        release: str,
        settings: dict[str, Any],
        make: Callable[[], pd.DataFrame],
        where: Rows | None = None,
    ) -> pd.DataFrame:
        """The table, made and remembered if it was not there.

        Args:
            table: What is promised of it.
            release: Of the data that it is made of.
            settings: What else it depends on.
            make: How to make it.
            where: Only the rows with one of these values in each of these columns, as a report wants of a table that holds
                every list: what a page costs is then not a matter of how many other lists there are.
        """
        if (found := self.remembered(table, release, settings, where)) is not None:
            return found
        made = self.keep(table, release, settings, make())
        for column, values in (where or {}).items():
            made = made[made[column].isin(values)]
        return made.reset_index(drop=True)

    def keep(self, table: Table, release: str, settings: dict[str, Any], frame: pd.DataFrame) -> pd.DataFrame:
        """Remember a table."""
        return table.frame(write_frame(self.path(table, release, settings), frame, table))

    def outdated(self, releases: Collection[str]) -> list[Path]:
        """What nobody can ask for any more: made by other code or parameters, or of data that have changed since.

        Args:
            releases: Releases of today's data, of each family (`Warehouse.release`). A result of several families names
                each of theirs, with dots between.
        """
        found, today = [], _made_by(parameters.digest())
        for path in sorted(self.home.results.glob("*/*.parquet")):
            if path.parent.name == "views" or path.name.startswith("."):  # the warehouse's own, or being written
                continue
            made_by, _, rest = path.stem.partition("-")
            release, dash, _ = rest.rpartition("-")
            if not dash or made_by != today or not set(release.split(".")) <= set(releases):
                found.append(path)
        return found


def _made_by(of_parameters: str) -> str:
    """Short digest of today's code and these parameter files."""
    return hashlib.sha256(f"{code_version()} {of_parameters}".encode()).hexdigest()[:8]
