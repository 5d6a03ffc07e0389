"""The board pack: the system's answers as PowerPoint, Excel and PDF, from the same tables and sentences as the pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lsc_analytics.board_pack import pdf, powerpoint, workbook
from lsc_analytics.board_pack.slides import Bars, Lines, Pack, Slide, pack
from lsc_analytics.store.home import replacing

WRITERS: dict[str, Callable[[Pack, Path], None]] = {
    ".pptx": powerpoint.write,
    ".xlsx": workbook.write,
    ".pdf": pdf.write,
}

__all__ = ["WRITERS", "Bars", "Lines", "Pack", "Slide", "export", "pack"]


def export(folder: Path, as_of: str = "") -> list[Path]:
    """Write the board pack of a month, one file a format.

    What the pages suppress is suppressed here, since both are made of the published tables. A format is written whole or
    not at all.

    Args:
        folder: Where to; made if it is not there.
        as_of: Month YYYY-MM of the RTT figures; the latest loaded where empty.

    Returns:
        The files, as `board-pack-2026-01.pptx`.

    Raises:
        NoDataError: No RTT figures are loaded.
        ParameterError: The month is not loaded.
    """
    told = pack(as_of)
    written = []
    for suffix, write in WRITERS.items():
        path = folder / f"board-pack-{told.as_of}{suffix}"
        with replacing(path) as temporary:
            write(told, temporary)
        written.append(path)
    return written
