"""What is loaded, which month the reports speak of, and which files they have read."""

from __future__ import annotations

from functools import cache

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.errors import NoDataError, ParameterError
from lsc_analytics.store.home import Home
from lsc_analytics.store.warehouse import Warehouse

TOTALS = {"rtt": "total_incomplete", "dm01": "total_waiting"}


used: set[str] = set()  # digest of every file behind what this process has been told


def warehouse() -> Warehouse:
    """The home's figures, as they are now."""
    return Warehouse(Home.current())


def month_of(family: str, wanted: str = "") -> str:
    """The month that reports of a family speak of: the one wanted, or the latest that every trust has.

    Raises:
        NoDataError: Nothing of the family is loaded.
        ParameterError: The month wanted is not loaded.
    """
    months = _months(family, warehouse().release(family))
    if not months:
        raise NoDataError(
            f"No {family.upper()} figures of the system's trusts are loaded.", "Load them with `lsc ingest`."
        )
    if wanted and wanted not in months:
        raise ParameterError(
            f"{wanted} is not loaded.", f"Loaded are {months[0]} to {months[-1]}.", parameter="as_of"
        )  # fmt: skip
    return wanted or months[-1]


@cache
def _months(family: str, release: str) -> list[str]:
    view = warehouse().rtt if family == "rtt" else warehouse().dm01
    figures = view(measure=TOTALS[family], provider_code=parameters.trust_codes())
    by_month = figures.groupby("month")["provider_code"].nunique()
    return sorted(by_month.index[by_month == by_month.max()]) if len(by_month) else []


def note(*frames: pd.DataFrame) -> None:
    """Remember the files behind these figures, for `provenance`."""
    for frame in frames:
        used.update(frame["file_sha256"].unique())
