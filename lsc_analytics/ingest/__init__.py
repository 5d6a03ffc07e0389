"""One reader for every published or local layout: a path in, a `Reading` out. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lsc_analytics.ingest.reading import Reading


def read(path: Path, *, pseudonymise: Callable[[str], str] | None = None) -> Reading:
    """What does this file say, and does it agree with itself?

    The layout is told from the content (header, sheet names, title cells), never from the file's name or a flag.

    Args:
        path: A csv, .csv.gz, zip of one csv, .xls, .xlsx or .xlsb.
        pseudonymise: Turns a patient's pathway identifier into its pseudonym; patient-level files are refused without.

    Returns:
        The file's frames, each as `tables.INCOMING` promises, with the reconciliations made on the way.

    Raises:
        RefusedFileError: The file is damaged, contradicts itself, or has no layout that is known; names the place and
            what to do.
    """
    from lsc_analytics.ingest.layouts import read_with_its_layout  # the readers import DuckDB and calamine

    return read_with_its_layout(path, pseudonymise)
