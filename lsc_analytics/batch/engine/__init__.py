"""Papermill's engine `lsc-in-process` (`in_process`), found by its entry point while Papermill is itself being imported.

Either may be imported first: Papermill, which then asks this for the engine, or this, which then brings Papermill.
"""

from __future__ import annotations

import importlib
from typing import Any


def __getattr__(name: str) -> Any:
    return getattr(importlib.import_module("lsc_analytics.batch.engine.in_process"), name)


import papermill as papermill  # noqa: E402  it asks for the engine before this line has ended
