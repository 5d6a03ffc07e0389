"""Puts generated text and workbooks into files whose bytes depend on their content alone: no clock, no machine."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from pathlib import Path

from openpyxl import Workbook

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold


def write_csv(path: Path, text: str) -> Path:
    """Write csv text, packed as the path's ending says: .csv, .csv.gz, or .zip with one csv of the same stem.

    Returns:
        The path written.
    """
    data = text.encode("utf-8")
    if path.suffix == ".zip":
        data = _zipped({f"{path.stem}.csv": data})
    elif path.suffix == ".gz":
        return write_gz(path, data, level=6)
    path.write_bytes(data)
    return path


def write_gz(path: Path, data: bytes, *, level: int) -> Path:
    """Write bytes gzipped.

    Returns:
        The path written.
    """
    path.write_bytes(gzip.compress(data, compresslevel=level, mtime=0))
    return path


def write_workbook(path: Path, workbook: Workbook) -> Path:
    """Write an xlsx workbook without the times that openpyxl puts into it.

    Returns:
        The path written.
    """
    saved = io.BytesIO()
    workbook.save(saved)
    with zipfile.ZipFile(saved) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    core = members["docProps/core.xml"]
    members["docProps/core.xml"] = re.sub(rb"(<dcterms:\w+[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", core)
    path.write_bytes(_zipped(members))
    return path


def _zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3  # the same on every machine
            archive.writestr(entry, data, compress_type=zipfile.ZIP_DEFLATED)
    return packed.getvalue()
