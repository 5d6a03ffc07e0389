"""What a notebook may ask of forecasts: remembered, so that asked twice they answer at once."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.models import forecast as forecast_model
from lsc_analytics.models import rtt
from lsc_analytics.store.home import Home
from lsc_analytics.store.results import Results
from lsc_analytics.tables import RTT_FORECAST, RTT_TRACK_RECORD, Table
from lsc_analytics.vocabulary.loaded import month_of, note, warehouse
from lsc_analytics.vocabulary.rtt import waiting_list


def forecast(trust: str, specialty: str, as_of: str = "") -> pd.DataFrame:
    """The forecast of a list, every method: `tables.RTT_FORECAST`. Remembered, so asked twice it answers at once."""
    month = month_of("rtt", as_of)
    waiting, settings = waiting_list(trust, specialty, month), parameters.models().forecast
    return _remembered(
        RTT_FORECAST,
        waiting,
        month,
        lambda: forecast_model.forecast(waiting, month, settings, track_record(trust, specialty, month)),
    )


def track_record(trust: str, specialty: str, as_of: str = "") -> pd.DataFrame:
    """What each method said of months now known, from what was known before them: `tables.RTT_TRACK_RECORD`."""
    month = month_of("rtt", as_of)
    waiting, settings = waiting_list(trust, specialty, month), parameters.models().forecast
    return _remembered(RTT_TRACK_RECORD, waiting, month, lambda: forecast_model.track_record(waiting, month, settings))


def forecast_remembered(trust: str, specialty: str, as_of: str) -> bool:
    """Whether this forecast has been made before, from the same data, parameters and code."""
    settings = _settings(trust, specialty, month_of("rtt", as_of))
    return Results(Home.current()).path(RTT_FORECAST, warehouse().release("rtt"), settings).exists()


def _settings(trust: str, specialty: str, month: str) -> dict[str, str]:
    return {"trust": trust, "specialty": specialty, "as_of": month}


def _remembered(
    promise: Table, waiting: forecast_model.WaitingList, month: str, make: Callable[[], pd.DataFrame]
) -> pd.DataFrame:
    settings = _settings(waiting.provider_code, waiting.treatment_function_code, month)
    return Results(Home.current()).get(promise, warehouse().release("rtt"), settings, make)


def system_cells(as_of: str = "") -> pd.DataFrame:
    """Every trust and specialty with anyone waiting, where it stands and its outlook: `tables.SYSTEM_CELLS`."""
    month = month_of("rtt", as_of)
    figures = warehouse().rtt(provider_code=parameters.trust_codes(), month=month)
    note(figures)
    positions = rtt.position(figures)
    waiting = positions[positions["total_incomplete"] > 0]
    cells = zip(waiting["provider_code"], waiting["treatment_function_code"], strict=True)
    return rtt.system_cells(positions, pd.concat([forecast(*cell, month) for cell in cells], ignore_index=True))
