"""Is everything in order before a batch runs? Parameter files, notebooks and what is loaded, a sentence a fault; it runs nothing."""

from __future__ import annotations

from pathlib import Path

import nbformat

from lsc_analytics import parameters, vocabulary
from lsc_analytics.batch.loaded import available
from lsc_analytics.batch.matrix import plan
from lsc_analytics.batch.notebook_style import faults
from lsc_analytics.batch.references import unknown_names
from lsc_analytics.errors import LscError
from lsc_analytics.reference import month_words
from lsc_analytics.store.home import Home
from lsc_analytics.store.warehouse import Warehouse


def wrong(home: Home) -> list[str]:
    """What must be mended: files that break their schema or name what is not there, notebooks out of style."""
    root, told = parameters.folder(), [*parameters.faults_of_files(), *unknown_names()]
    for path in sorted((root / "runs").glob("*.yml")):
        try:
            runs = parameters.runs(path)
            plan(runs, available(home, runs))
        except LscError as error:
            told.append(f"runs/{path.name}: {error}")
    for path in sorted((parameters.project_root() / "notebooks").glob("*.ipynb")):
        told += [f"{path.name}: {fault}." for fault in _faults(path)]
    return told


def to_know(home: Home) -> list[str]:
    """What is loaded and does not add up or is not whole: reports are made all the same, and say so on their pages."""
    warehouse = Warehouse(home)
    if not warehouse.families():
        return ["Nothing is loaded."]
    checks = warehouse.checks()
    told = [str(row["file"]) + ": " + str(row["says"]) for _, row in checks[checks["differing"] > 0].iterrows()]
    for family in sorted(set(vocabulary.TOTALS) & set(warehouse.families())):
        for gap in vocabulary.data_gaps(family).to_dict("records"):
            if gap["missing"]:
                months = ", ".join(month_words(month) for month in gap["missing"].split(", "))
                told.append(
                    f"{family.upper()}: {months} is not loaded of {parameters.trust_name(gap['provider_code'])}."
                )
    return told


def _faults(path: Path) -> list[str]:
    try:
        return faults(nbformat.read(path, as_version=4))
    except (OSError, ValueError) as error:  # a file that is cut off or is no JSON
        return [f"it is no notebook ({type(error).__name__})"]
