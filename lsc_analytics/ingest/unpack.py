"""Unpacks a csv from a plain file, a .gz or a member of a .zip, as a stream that is never held in memory whole.

It looks at bytes only: what the csv says is for others.
"""

from __future__ import annotations

import codecs
import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

# What Python raises for an archive that breaks off, fails its checksum or is encrypted.
DAMAGE = (EOFError, OSError, zlib.error, zipfile.BadZipFile, RuntimeError)
_CHUNK_BYTES = 1 << 20


@contextmanager
def stream(path: Path, member: str | None) -> Iterator[IO[bytes]]:
    """The csv's bytes, unpacked.

    Args:
        path: The file.
        member: The csv inside it, where it is a zip.
    """
    with path.open("rb") as file:
        if member is not None:
            with zipfile.ZipFile(file) as archive, archive.open(member) as inside:
                yield inside
        elif file.peek(2).startswith(b"\x1f\x8b"):
            with gzip.open(file) as unpacked:
                yield unpacked  # type: ignore[misc]
        else:
            yield file


def write_utf8(source: IO[bytes], target: Path) -> None:
    """Write a csv's bytes as UTF-8, turning what Excel on Windows writes (cp1252) into it.

    Raises:
        ValueError: There are zero bytes in it: it was half written.
    """
    decoder, utf8 = codecs.getincrementaldecoder("utf-8")(), True
    with target.open("wb") as plain:
        while chunk := source.read(_CHUNK_BYTES):
            if b"\0" in chunk:
                raise ValueError("The file holds zero bytes: it was half written.")
            if utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    utf8 = False
            plain.write(chunk)
    if not utf8:
        target.write_bytes(target.read_bytes().decode("cp1252", errors="replace").encode("utf-8"))
