"""Flows with the identity and weekly cohorts by trust and specialty, on demo data: untested on real data so far.

Published history has no flows by trust and specialty in one place. Until 13 or more monthly extracts are loaded, this says
that the engine works, and nothing of how good it is: the demo data are invented.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.ingest import demo
from lsc_analytics.models import forecast
from lsc_analytics.reference import ALL_SPECIALTIES, add_months
from lsc_analytics.store.home import Home
from lsc_analytics.store.intake import take
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.tables import RTT_TRACK_RECORD

_ORIGINS_BACK = (6, 9, 12)  # months before the last one loaded
_MEASURES = ("total_incomplete", "within_18_weeks", "over_52_weeks")  # hardly anyone waits longer in the demo data


def judged(tell: Callable[[str], None]) -> pd.DataFrame:
    """What each method that takes one list would have said of every demo list, beside what came.

    Args:
        tell: Says how far it is.

    Returns:
        `tables.RTT_TRACK_RECORD`.
    """
    with tempfile.TemporaryDirectory() as folder:
        written = demo.write(Path(folder) / "files")
        home = Home(Path(folder) / "home")
        take(home, [path for path in written if path.parent.name == "rtt"])
        lists = _lists(home)
    last = max(each.figures["month"].max() for each in lists)
    origins = [add_months(last, -back) for back in _ORIGINS_BACK]
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        told = list(workers.map(partial(_record, origins=origins), lists, chunksize=2))
    tell(f"demo: {len(lists)} lists from {len(origins)} origins")
    record = pd.concat(told, ignore_index=True)
    return RTT_TRACK_RECORD.check(record[record["measure"].isin(_MEASURES)])


def _lists(home: Home) -> list[forecast.WaitingList]:
    warehouse, found = Warehouse(home), []
    for trust in parameters.trust_codes():
        figures, bands = warehouse.rtt(provider_code=trust), warehouse.rtt_bands(provider_code=trust, part="incomplete")
        own = {str(code): rows for code, rows in bands.groupby("treatment_function_code")}
        for code, rows in figures.groupby("treatment_function_code"):
            if code != ALL_SPECIALTIES and str(code) in own:
                found.append(forecast.WaitingList(trust, str(code), rows, own[str(code)], own[ALL_SPECIALTIES]))
    return found


def _record(waiting: forecast.WaitingList, origins: list[str]) -> pd.DataFrame:
    said = forecast.methods(waiting, origins, parameters.models().forecast)
    return forecast.track_record(said, waiting.figures)
