"""Which runs and remembered results a home can do without, so that it does not grow for ever. It never touches data.

A run stays while it is among the newest, or any page that a reader can open, the landing page's figures or a newest run's
account rests on it; what readers find is the same before and after.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lsc_analytics.batch import manifest as manifests
from lsc_analytics.batch.manifest import Manifest
from lsc_analytics.errors import LscError
from lsc_analytics.site import landing
from lsc_analytics.site.catalogue import Catalogue
from lsc_analytics.store.home import Home
from lsc_analytics.store.results import Results
from lsc_analytics.store.warehouse import Warehouse

_SILENT_SECONDS = 24 * 3600  # a run without an end that has written nothing for so long was killed
_LEAVING = ".pruned"  # a folder goes there whole before it is deleted, so that nobody meets half a run


@dataclass(frozen=True)
class Spare:
    """What a home can do without.

    Attributes:
        runs: Folders of runs, the oldest first.
        results: Remembered results that today's code cannot ask for of today's data.
        kept: How many runs stay.
    """

    runs: list[Path]
    results: list[Path]
    kept: int

    def size(self) -> int:
        """Bytes that would be free."""
        return sum(map(_size, [*self.runs, *self.results]))


def spare(home: Home, keep: int) -> Spare:
    """What may go where the newest `keep` runs stay whole. A folder that holds no manifest of ours always stays.

    Raises:
        LscError: A run is going on.
    """
    runs = list(_runs(home))
    for run in runs:
        if run.finished is None and time.time() - _last_written(home.runs / run.run_id) < _SILENT_SECONDS:
            raise LscError(
                f"Run {run.run_id} is going on, or was killed less than a day ago: nothing was removed.",
                "Prune when a day has passed since it wrote anything, or remove its folder if you know that it is dead.",
            )
    needed = _needed(home, runs, keep)
    going = [home.runs / run.run_id for run in runs if run.run_id not in needed]
    stored = Warehouse(home)
    releases = {stored.release(family) for family in (*stored.families(), "")}  # and that of a family without data
    return Spare(going, Results(home).outdated(releases), len(runs) - len(going))


def prune(home: Home, found: Spare) -> None:
    """Remove it. What a prune that was broken off had set aside goes too."""
    leaving = home.root / _LEAVING
    for folder in found.runs:
        leaving.mkdir(exist_ok=True)
        folder.rename(leaving / folder.name)
    shutil.rmtree(leaving, ignore_errors=True)
    for path in found.results:
        path.unlink(missing_ok=True)


def _runs(home: Home) -> Iterator[Manifest]:
    """Every run whose account can be read, the oldest first."""
    for path in sorted(home.runs.glob("*/manifest.json")):
        try:
            run = manifests.read(path.parent)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
        if run.run_id == path.parent.name:
            yield run


def _needed(home: Home, runs: list[Manifest], keep: int) -> set[str]:
    """Names of the runs that must stay."""
    newest = runs[-keep:]
    needed = {run.run_id for run in newest}
    paths = [
        home.root / name
        for run in newest
        for report in run.reports
        for name in (report.output, report.rendered)
        if name
    ]
    for published in Catalogue(home).reports():
        needed.add(published.run_id)  # without its word an older page might take the address
        paths.append(published.page)
    if told := landing.newest_file(home):
        paths.append(told)
    inside = [
        path.resolve().relative_to(home.runs.resolve())
        for path in paths
        if path.resolve().is_relative_to(home.runs.resolve())
    ]
    return needed | {path.parts[0] for path in inside if path.parts}


def _last_written(folder: Path) -> float:
    return max(path.stat().st_mtime for path in [folder, *folder.iterdir()])


def _size(path: Path) -> int:
    inside = path.rglob("*") if path.is_dir() else [path]
    return sum(one.stat().st_size for one in inside if one.is_file())
