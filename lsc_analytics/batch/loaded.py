"""What a batch finds loaded: the reports that can be made of it, and the forecasts they rest on. It runs none of them."""

from __future__ import annotations

from collections.abc import Sequence

from lsc_analytics import parameters, vocabulary
from lsc_analytics.batch.matrix import Available, Due
from lsc_analytics.errors import NoDataError
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM
from lsc_analytics.store.home import Home
from lsc_analytics.store.warehouse import Warehouse

Cell = tuple[str, str, str]


def available(home: Home) -> dict[str, Available]:
    """What reports can be made of what is loaded, by family; a family without data is left out.

    A pair is there where somebody waits at the family's as-of month; for the Chatbot, where a campaign called anyone.
    """
    warehouse, found = Warehouse(home), {}
    codes = {"rtt": "treatment_function_code", "dm01": "diagnostic_test_code"}
    for family, total in vocabulary.TOTALS.items():
        try:
            month = vocabulary.month_of(family)
        except NoDataError:
            continue
        view = warehouse.rtt if family == "rtt" else warehouse.dm01
        rows = view(month=month, measure=total, provider_code=parameters.trust_codes())
        pairs = rows.loc[rows["value"] > 0, ["provider_code", codes[family]]].itertuples(index=False, name=None)
        found[family] = Available(month, frozenset(pairs), warehouse.release(family))
    calls = warehouse.chatbot_calls()[["provider_code", "treatment_function_code"]].drop_duplicates()
    if len(calls):
        pairs = calls.itertuples(index=False, name=None)
        found["chatbot"] = Available("", frozenset(pairs), warehouse.release("chatbot"))
    return found


def forecasts_needed(due: Sequence[Due], loaded: dict[str, Available]) -> list[Cell]:
    """The forecasts (trust, specialty, as-of month) that these reports rest on and that are not remembered yet.

    They are made before any notebook runs, so that no two notebooks make the same one.
    """
    wanted: dict[Cell, None] = {}
    for one in due:
        month = str(one.parameters.get("as_of", ""))
        if one.skipped:
            continue
        if one.notebook == "notebooks/forecast.ipynb":
            wanted[str(one.parameters["trust"]), str(one.parameters["specialty"]), month] = None
        elif one.notebook == "notebooks/system_overview.ipynb":
            wanted.update(dict.fromkeys((trust, code, month) for trust, code in sorted(loaded["rtt"].pairs)))
            wanted[SYSTEM, ALL_SPECIALTIES, month] = None
    return [cell for cell in wanted if not vocabulary.forecast_remembered(*cell)]


def system_forecast(loaded: dict[str, Available]) -> bool:
    """Whether every list of the system has its forecast, so that the landing page can be written without making one."""
    return all(vocabulary.forecast_remembered(*pair, loaded["rtt"].as_of) for pair in loaded["rtt"].pairs)


def remember_forecast(trust: str, specialty: str, as_of: str) -> None:
    """Make one forecast and store it: a task for a worker."""
    vocabulary.forecast(trust, specialty, as_of)
