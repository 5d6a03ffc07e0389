"""DuckDB, once a process: to start it takes longer than most of what it is asked. It holds nothing between two questions."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def connection(threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A connection of its own, to be closed by whoever asked: what is registered or made with it is seen by no other.

    Args:
        threads: As many as cores unless told; 1 where the process is to be forked.

    >>> with connection(1) as asked:
    ...     asked.sql("select 42257 as waiting").fetchall()
    [(42257,)]
    """
    return _started(os.getpid(), threads).cursor()


@cache
def _started(process: int, threads: int | None) -> duckdb.DuckDBPyConnection:
    """Of a fork its own: the threads of its parent's are not there, and to close that would wait for them."""
    import duckdb

    return duckdb.connect(config={} if threads is None else {"threads": threads})
