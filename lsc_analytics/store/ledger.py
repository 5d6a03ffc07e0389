"""Every forecast that a run made, kept as it was made: added to, never changed. What came of it is `models.ledger`'s to say."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.store.home import READ_ONLY, Home, read_frame, write_frame
from lsc_analytics.store.results import Rows, code_version
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.tables import DM01_FORECAST, DM01_FORECASTS_KEPT, FORECASTS_KEPT, RTT_FORECAST, Table

_MADE = ("made_at", "data_release", "parameters", "code_version", "loaded_until")
_TABLES = {"rtt": (RTT_FORECAST, FORECASTS_KEPT), "dm01": (DM01_FORECAST, DM01_FORECASTS_KEPT)}


def keep(
    home: Home, frame: pd.DataFrame, release: str, family: str = "rtt", *, made_at: dt.datetime | None = None
) -> int:
    """Keep forecasts for good, so that they can be scored when their months are published.

    A partition is keyed by what was forecast (origins, lists, measures, methods, months), the data release, the parameter
    files and the code: the same run twice adds nothing, and a forecast made again by other code stands beside the first.
    It is written whole and then renamed, and never written again. That of a single list has the list's codes in its name, so
    that who asks for another list need not open it.

    Args:
        home: Where it is kept, `ledger/rtt_forecast/<as_of>/RXN.C_110.<key>.parquet`, or `dm01_forecast`.
        frame: Rows of `tables.RTT_FORECAST` or `tables.DM01_FORECAST`, every method.
        release: The data release (`Warehouse.release`) it was made of.
        family: rtt or dm01.
        made_at: When it was made; now unless given.

    Returns:
        Forecasts added; 0 where all were kept already.
    """
    forecast, promise = _TABLES[family]
    said = [name for name in promise.names if name not in _MADE]
    until = _loaded_until(home, family)
    made = (made_at or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).isoformat(timespec="seconds")
    source = {"data_release": release, "parameters": parameters.digest(), "code_version": code_version()}
    added = 0
    for as_of, rows in frame.groupby("as_of"):
        keys = sorted(map("|".join, rows[[*forecast.grain]].astype(str).itertuples(index=False, name=None)))
        told = json.dumps([source, keys], sort_keys=True)
        lists = [*rows[_cell(forecast)].drop_duplicates().itertuples(index=False, name=None)]
        names = [*(lists[0] if len(lists) == 1 else ()), hashlib.sha256(told.encode()).hexdigest()[:24]]
        path = _folder(home, forecast) / str(as_of) / f"{'.'.join(names)}.parquet"
        if not path.exists():
            write_frame(path, rows[said].assign(made_at=made, loaded_until=until, **source), promise, mode=READ_ONLY)
            added += len(rows)
    return added


def kept(home: Home, where: Rows | None = None, family: str = "rtt") -> pd.DataFrame:
    """Every forecast of a family kept (`tables.FORECASTS_KEPT`), in no particular order.

    Args:
        home: Where they are kept.
        where: Only the rows with one of these values in each of these columns.
        family: rtt or dm01.
    """
    forecast, promise = _TABLES[family]
    paths = [path for path in _partitions(home, forecast) if _may_hold(path, forecast, where or {})]
    return read_frame(paths, promise, where) if paths else promise.empty()


def _may_hold(path: Path, forecast: Table, where: Rows) -> bool:
    """Whether a partition may hold such rows: one of a single list says in its name whose it is."""
    *codes, _ = path.stem.split(".")
    return all(code in where.get(column, [code]) for column, code in zip(_cell(forecast), codes, strict=False))


def _cell(forecast: Table) -> list[str]:
    """The columns that name a list."""
    return [column for column in forecast.grain if column.endswith("_code")]


def state(home: Home, family: str = "rtt") -> str:
    """A short digest of what is kept: part of the key of whatever is made of it."""
    names = "\n".join(path.stem for path in _partitions(home, _TABLES[family][0]))
    return hashlib.sha256(names.encode()).hexdigest()[:12]


def _folder(home: Home, forecast: Table) -> Path:
    return home.root / "ledger" / forecast.name


def _partitions(home: Home, forecast: Table) -> list[Path]:
    """A file that is being written begins with a full stop, and is not there yet."""
    return sorted(path for path in _folder(home, forecast).glob("*/*.parquet") if not path.name.startswith("."))


def _loaded_until(home: Home, family: str) -> str:
    """The last month of a family that any file loaded speaks of; nothing loaded is before every month."""
    files = Warehouse(home).files()
    months = files.loc[(files["status"] == "loaded") & (files["family"] == family), "last_month"].dropna()
    return str(months.max()) if len(months) else ""
