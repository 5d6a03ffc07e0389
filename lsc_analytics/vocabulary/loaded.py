"""What is loaded, which month the reports speak of, and which files they have read."""

from __future__ import annotations

from functools import cache

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.errors import NoDataError, ParameterError
from lsc_analytics.store.home import Home
from lsc_analytics.store.warehouse import Warehouse

TOTALS = {"rtt": "total_incomplete", "dm01": "total_waiting"}
_COUNTED = TOTALS | {"cancer": "treated"}  # what every trust has in a month that is loaded


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


def latest_month(family: str, as_of: str = "") -> str:
    """The latest month of a family that every trust has, up to `as_of` if one is named; empty where there is none.

    For data that a report of another family shows beside its own, which come out at another time.
    """
    months = [month for month in _months(family, warehouse().release(family)) if month <= (as_of or month)]
    return months[-1] if months else ""


@cache
def _months(family: str, release: str) -> list[str]:
    views = {"rtt": warehouse().rtt, "dm01": warehouse().dm01, "cancer": warehouse().cancer}
    figures = views[family](measure=_COUNTED[family], provider_code=parameters.trust_codes())
    by_month = figures.groupby("month")["provider_code"].nunique()
    return sorted(by_month.index[by_month == by_month.max()]) if len(by_month) else []


def note(*frames: pd.DataFrame) -> None:
    """Remember the files behind these figures, for `provenance`."""
    for frame in frames:
        used.update(frame["file_sha256"].unique())
