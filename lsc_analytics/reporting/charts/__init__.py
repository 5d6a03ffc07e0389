"""The charts by name: `charts.waiting_list(frame)` finds its module, and makes Altair draw offline in NHS colours.

Nothing is imported until a chart is asked for, so that commands which draw nothing do not wait for Altair.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

import pandas as pd

_MODULES = (
    "rtt",
    "cohorts",
    "system",
    "diagnostics",
    "diagnostic_capacity",
    "diagnostics_ahead",
    "chatbot",
    "validation",
    "ptl",
    "inequality",
    "capacity",
    "plan",
    "risk",
    "accuracy",
    "spc",
    "drivers",
    "mutual_aid",
    "moves",
    "cancer",
)
_BESIDE = (*_MODULES, "theme", "renderer")


def __getattr__(name: str) -> Any:
    if name in _BESIDE:
        return import_module(f"{__name__}.{name}")
    if not name.startswith("_"):
        import_module(f"{__name__}.renderer").enable()
        for module in _MODULES:
            if found := vars(import_module(f"{__name__}.{module}")).get(name):
                return _said_when_empty(found) if callable(found) else found
    raise AttributeError(f"There is no chart {name!r}: see lsc_analytics/reporting/charts.")


def _said_when_empty(chart: Callable[..., Any]) -> Callable[..., Any]:
    """The chart, or a word where every table it would draw is empty: bare axes tell a reader nothing."""

    @wraps(chart)
    def drawn(*tables: Any, **settings: Any) -> Any:
        frames = [table for table in (*tables, *settings.values()) if isinstance(table, pd.DataFrame)]
        if frames and all(frame.empty for frame in frames):
            from IPython.display import Markdown

            return Markdown("*There are no figures to draw.*")
        return chart(*tables, **settings)

    return drawn
