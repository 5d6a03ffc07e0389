"""What a report may take and may not touch: so much memory, and nothing that is stored. It runs no notebook.

The store is also written read-only, which keeps a notebook's slip from it where the batch is not run as root.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from lsc_analytics.store.home import Home

_KEPT = ("tables", "raw", "ledger")  # added to, never changed; what models remember is written by whoever asks first
_REGISTER = "tables/files.parquet"  # replaced whole when another file is loaded, which may happen while a batch runs
Stamp = tuple[int, int, int]


@contextlib.contextmanager
def memory(megabytes: int) -> Iterator[None]:
    """Let this process, and what it starts, take so much more memory than it has; an allocation beyond fails.

    Linux alone counts what a process holds in a way that can be limited; elsewhere nothing is.
    """
    try:
        import resource

        status = Path("/proc/self/status").read_text(encoding="ascii")
    except (ImportError, OSError):
        yield
        return
    found = re.search(r"^VmData:\s+(\d+) kB", status, re.M)
    held = int(found[1]) * 1024 if found else 0
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = held + megabytes * 2**20
    wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def stored(home: Home) -> dict[str, Stamp]:
    """Every file of the store that nobody may change, by its name in the home, with what tells whether somebody has."""
    found = {}
    for entry in (entry for kind in _KEPT for entry in _files(home.root / kind)):
        with contextlib.suppress(FileNotFoundError):  # an ingest replaces the register, and has just done so
            told = entry.stat()
            found[os.path.relpath(entry.path, home.root)] = (told.st_mtime_ns, told.st_size, told.st_ino)
    found.pop(_REGISTER, None)
    return found


def _files(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    try:
        entries = [entry for entry in os.scandir(folder) if not entry.name.startswith(".")]
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path)
        else:
            yield entry


def touched(before: dict[str, Stamp], after: dict[str, Stamp]) -> list[str]:
    """The stored files that are gone or changed; new ones are an ingest's, which a batch does not hinder.

    >>> touched({"raw/a": (1, 5, 7), "raw/b": (1, 5, 8)}, {"raw/a": (2, 5, 7), "raw/c": (2, 5, 9)})
    ['raw/a', 'raw/b']
    """
    return sorted(name for name, stamp in before.items() if after.get(name) != stamp)
