"""What a worker process finds imported and warm: read once by the fork server, which then forks in milliseconds.

It starts no thread and opens no connection, since neither survives a fork, and it fits nothing. Imported anywhere else,
it does nothing: `workers` names the server by a variable.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import logging
import os


def _warm() -> None:
    for name in (
        "altair", "cmdstanpy", "duckdb", "holidays", "ipykernel.ipkernel", "ipykernel.zmqshell",
        "lsc_analytics.batch.runner", "papermill", "prophet", "pyarrow.parquet", "scipy.stats",
    ):  # fmt: skip
        importlib.import_module(name)
    with contextlib.suppress(Exception):  # a fault in it is told by the report that meets it
        importlib.import_module("lsc_analytics.vocabulary")
    gc.freeze()  # a collection in a child would otherwise copy every page of this
    atexit.register(gc.unfreeze)  # or DuckDB, when the server ends, complains that its objects are left


if os.environ.get("LSC_FORK_SERVER"):
    logging.disable(logging.ERROR)  # such as plotly, which nothing here needs, not being there
    _warm()
    logging.disable(logging.NOTSET)
