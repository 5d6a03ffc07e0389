"""The demo from end to end, as `conftest.demo_run` leaves it for tests of several rooms."""

from __future__ import annotations

from dataclasses import dataclass

from lsc_analytics.store.home import Home


@dataclass(frozen=True)
class DemoRun:
    """`lsc demo` from end to end: the home it left, what it printed, and how it ended."""

    home: Home
    printed: str
    exit_code: int
