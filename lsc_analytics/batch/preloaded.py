"""What a worker process finds imported and warm: read once by the fork server, which then forks in milliseconds.

It starts no thread and opens no connection, since neither survives a fork, and it fits nothing.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import logging
import signal


def _warm() -> None:
    for name in (
        "altair", "duckdb", "holidays", "ipykernel.ipkernel", "ipykernel.zmqshell", "lsc_analytics.batch.runner",
        "papermill", "prophet", "pyarrow.parquet", "scipy.stats",
    ):  # fmt: skip
        importlib.import_module(name)
    with contextlib.suppress(Exception):  # a fault in it is told by the report that meets it
        importlib.import_module("lsc_analytics.vocabulary")
    gc.freeze()  # a collection in a child would otherwise copy every page of this
    atexit.register(gc.unfreeze)  # or DuckDB, when the server ends, complains that its objects are left


signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that runs the batch; workers take it back
logging.disable(logging.ERROR)  # such as plotly, which nothing here needs, not being there
_warm()
logging.disable(logging.NOTSET)
