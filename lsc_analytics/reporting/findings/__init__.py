"""The findings by name: `findings.rtt_position(frame)` finds its module. Each turns a table into sentences."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_MODULES = (
    "rtt",
    "cohorts",
    "system",
    "diagnostics",
    "diagnostic_capacity",
    "diagnostics_ahead",
    "chatbot",
    "ptl",
    "inequality",
    "validation",
    "quality",
    "capacity",
    "plan",
    "risk",
    "accuracy",
    "spc",
    "drivers",
    "mutual_aid",
    "moves",
    "cancer",
    "choices",
    "briefs",
)


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if not name.startswith("_"):
        for module in _MODULES:
            if found := vars(import_module(f"{__name__}.{module}")).get(name):
                return found
    raise AttributeError(f"There is no finding {name!r}: see lsc_analytics/reporting/findings.")
