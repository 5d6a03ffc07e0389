"""Every forecast that a run made, kept as it was made: added to, never changed. What came of it is `models.ledger`'s to say."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path

import pandas as pd
import pyarrow.dataset as ds

from lsc_analytics import parameters
from lsc_analytics.store.home import Home, write_frame
from lsc_analytics.store.results import code_version
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.tables import FORECASTS_KEPT, RTT_FORECAST

_MADE = ("made_at", "data_release", "parameters", "code_version", "loaded_until")
_SAID = [name for name in FORECASTS_KEPT.names if name not in _MADE]


def keep(home: Home, frame: pd.DataFrame, release: str, *, made_at: dt.datetime | None = None) -> int:
    """Keep forecasts for good, so that they can be scored when their months are published.

    A partition is keyed by what was forecast (origins, lists, measures, methods, months), the data release, the parameter
    files and the code: the same run twice adds nothing, and a forecast made again by other code stands beside the first.
    It is written whole and then renamed, and never written again.

    Args:
        home: Where it is kept, `ledger/rtt_forecast/<as_of>/<key>.parquet`.
        frame: Rows of `tables.RTT_FORECAST`, every method.
        release: The data release (`Warehouse.release`) it was made of.
        made_at: When it was made; now unless given.

    Returns:
        Forecasts added; 0 where all were kept already.
    """
    until = _loaded_until(home)
    made = (made_at or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).isoformat(timespec="seconds")
    source = {"data_release": release, "parameters": parameters.digest(), "code_version": code_version()}
    added = 0
    for as_of, rows in frame.groupby("as_of"):
        keys = sorted(rows[[*RTT_FORECAST.grain]].astype(str).agg("|".join, axis=1))
        told = json.dumps([source, keys], sort_keys=True)
        path = _folder(home) / str(as_of) / f"{hashlib.sha256(told.encode()).hexdigest()[:24]}.parquet"
        if not path.exists():
            write_frame(path, rows[_SAID].assign(made_at=made, loaded_until=until, **source), FORECASTS_KEPT)
            added += len(rows)
    return added


def kept(home: Home, providers: list[str] | None = None) -> pd.DataFrame:
    """Every forecast kept (`tables.FORECASTS_KEPT`), of some providers or of all, in no particular order."""
    paths = [str(path) for path in _partitions(home)]
    if not paths:
        return FORECASTS_KEPT.empty()
    mine = None if providers is None else ds.field("provider_code").isin(providers)
    stored = ds.dataset(paths, schema=FORECASTS_KEPT.schema).to_table(filter=mine)
    return FORECASTS_KEPT.frame(stored)


def state(home: Home) -> str:
    """A short digest of what is kept: part of the key of whatever is made of it."""
    names = "\n".join(path.stem for path in _partitions(home))
    return hashlib.sha256(names.encode()).hexdigest()[:12]


def _folder(home: Home) -> Path:
    return home.root / "ledger" / RTT_FORECAST.name


def _partitions(home: Home) -> list[Path]:
    """A file that is being written begins with a full stop, and is not there yet."""
    return sorted(path for path in _folder(home).glob("*/*.parquet") if not path.name.startswith("."))


def _loaded_until(home: Home) -> str:
    """The last RTT month that any file loaded speaks of; nothing loaded is before every month."""
    files = Warehouse(home).files()
    months = files.loc[(files["status"] == "loaded") & (files["family"] == "rtt"), "last_month"].dropna()
    return str(months.max()) if len(months) else ""
