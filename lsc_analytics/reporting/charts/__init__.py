"""The charts by name: `charts.waiting_list(frame)` finds its module, and makes Altair draw offline in NHS colours.

Nothing is imported until a chart is asked for, so that commands which draw nothing do not wait for Altair.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_MODULES = ("rtt", "cohorts", "system", "diagnostics", "chatbot", "capacity", "plan", "risk", "accuracy")
_BESIDE = (*_MODULES, "theme", "renderer")


def __getattr__(name: str) -> Any:
    if name in _BESIDE:
        return import_module(f"{__name__}.{name}")
    if not name.startswith("_"):
        import_module(f"{__name__}.renderer").enable()
        for module in _MODULES:
            if found := vars(import_module(f"{__name__}.{module}")).get(name):
                return found
    raise AttributeError(f"There is no chart {name!r}: see lsc_analytics/reporting/charts.")
