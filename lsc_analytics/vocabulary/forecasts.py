"""What a notebook may ask of forecasts: remembered, so that asked twice they answer at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.models import contest as contests
from lsc_analytics.models import family, pooled, rtt
from lsc_analytics.models import forecast as forecast_model
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM, add_months
from lsc_analytics.store import ledger
from lsc_analytics.store.home import Home
from lsc_analytics.store.results import Results, Rows
from lsc_analytics.tables import RTT_CONTEST, RTT_FORECAST, RTT_METHODS, Table
from lsc_analytics.vocabulary.loaded import month_of, note, warehouse
from lsc_analytics.vocabulary.rtt import every_list, waiting_list

_PERCENTILES = ("median_wait_weeks", "percentile_92_wait_weeks")  # from which bands are reconstructed


def forecast(trust: str, specialty: str, as_of: str = "") -> pd.DataFrame:
    """The forecast of a list, every method, calibrated, one leading each month: `tables.RTT_FORECAST`. Remembered.

    The first that is asked for of a month makes the contest of that month too, which forecasts every list of the system.
    """
    month = month_of("rtt", as_of)
    return _remembered(RTT_FORECAST, trust, specialty, month, lambda: _lead(trust, specialty, month))


def track_record(trust: str, specialty: str, as_of: str = "") -> pd.DataFrame:
    """What each method said of months now known, from what was known before them: `tables.RTT_TRACK_RECORD`."""
    return track_records([(trust, specialty)], month_of("rtt", as_of))


def track_records(cells: Sequence[tuple[str, str]], month: str) -> pd.DataFrame:
    """The same of several lists (trust and specialty) in one table."""
    return forecast_model.track_record(_said(cells, month), every_list(month))


def contest(as_of: str = "") -> pd.DataFrame:
    """Which method leads for each measure and month ahead, and how each has done: `tables.RTT_CONTEST`. Remembered."""
    month = month_of("rtt", as_of)
    return _remembered(
        RTT_CONTEST,
        SYSTEM,
        ALL_SPECIALTIES,
        month,
        lambda: _judge(month),
    )


def _judge(month: str) -> pd.DataFrame:
    settings = parameters.models().forecast
    return contests.contest(
        track_records(lists(month), month), month, default=settings.contest_default, margin=settings.contest_margin
    )


def lists(month: str) -> list[tuple[str, str]]:
    """Trust and specialty of every list of the system with anyone on it, without totals."""
    figures = warehouse().rtt(provider_code=parameters.trust_codes(), month=month, measure=family.RTT.ladder[0])
    waiting = figures[(figures["value"] > 0) & (figures["treatment_function_code"] != ALL_SPECIALTIES)]
    return sorted(zip(waiting["provider_code"], waiting["treatment_function_code"], strict=True))


def methods(trust: str, specialty: str, as_of: str) -> pd.DataFrame:
    """What each method that needs one list alone says, now and at earlier origins: `tables.RTT_METHODS`. Remembered."""
    settings = parameters.models().forecast
    return _remembered(
        RTT_METHODS,
        trust,
        specialty,
        as_of,
        lambda: forecast_model.methods(waiting_list(trust, specialty, as_of), _origins(as_of), settings),
    )


def shared_methods(as_of: str) -> pd.DataFrame:
    """What the methods say that learn from all lists at once, pooled and cohort: `tables.RTT_METHODS`. Remembered.

    All providers loaded teach them. Totals, and the system's own lists, which are sums, are panels of their own.
    """
    return _shared_of(as_of, None)


def forecasts_before(cells: Sequence[tuple[str, str]], as_of: str) -> pd.DataFrame:
    """What the month before would have said of these lists, by the methods that lead now: `tables.RTT_FORECAST`.

    The same methods in both months, so that what differs is what has become known since, not who speaks.
    """
    said = _said(cells, as_of)
    return contests.lead(said[said["as_of"] == add_months(as_of, -1)], contest(as_of))


def forecast_remembered(trust: str, specialty: str, as_of: str) -> bool:
    """Whether this forecast has been made before, from the same data, parameters and code."""
    settings = _settings(trust, specialty, month_of("rtt", as_of))
    return Results(Home.current()).path(RTT_FORECAST, warehouse().release("rtt"), settings).exists()


def contest_remembered(as_of: str = "") -> bool:
    """Whether the methods have been judged before, and so asked of every list, by the same data, parameters and code."""
    settings = _settings(SYSTEM, ALL_SPECIALTIES, month_of("rtt", as_of))
    return Results(Home.current()).path(RTT_CONTEST, warehouse().release("rtt"), settings).exists()


def system_cells(as_of: str = "") -> pd.DataFrame:
    """Every trust and specialty with anyone waiting, where it stands and its outlook: `tables.SYSTEM_CELLS`."""
    key = Home.current().root, warehouse().release("rtt"), parameters.digest(), month_of("rtt", as_of)
    figures, cells = _system_cells(*key)
    note(figures)
    return cells.copy()


@lru_cache(2)
def _system_cells(home: Path, release: str, of_parameters: str, month: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The figures and the same, put together once in a process: a page asks twice, and every list's forecast is read for it."""
    figures = warehouse().rtt(provider_code=parameters.trust_codes(), month=month)
    positions = rtt.position(figures)
    waiting = positions[positions["total_incomplete"] > 0]
    cells = zip(waiting["provider_code"], waiting["treatment_function_code"], strict=True)
    forecasts = pd.concat([forecast(*cell, month) for cell in cells], ignore_index=True)
    return figures, rtt.system_cells(positions, forecasts)


def worst_lists(as_of: str = "") -> pd.DataFrame:
    """The lists that will have most pathways over 65 weeks, the worst first: `tables.SYSTEM_CELLS`."""
    return rtt.worst_lists(system_cells(as_of))


def _lead(trust: str, specialty: str, month: str) -> pd.DataFrame:
    said = _said([(trust, specialty)], month)
    parts = [forecast(*part, month) for part in _parts(trust, specialty, month)]
    told = contests.lead(said[said["as_of"] == month], contest(month), pd.concat(parts) if parts else None)
    ledger.keep(Home.current(), told, warehouse().release("rtt"))
    return told


def _parts(trust: str, specialty: str, month: str) -> list[tuple[str, str]]:
    """The lists that this one is the sum of: a total's specialties, the system's trusts."""
    if trust != SYSTEM:
        return [cell for cell in lists(month) if cell[0] == trust] if specialty == ALL_SPECIALTIES else []
    if specialty == ALL_SPECIALTIES:
        return [(code, ALL_SPECIALTIES) for code in sorted({provider for provider, _ in lists(month)})]
    return [cell for cell in lists(month) if cell[1] == specialty]


def _said(cells: Sequence[tuple[str, str]], month: str) -> pd.DataFrame:
    """Every method's word on these lists, from now and from earlier origins."""
    settings = parameters.models().forecast
    asked = pd.MultiIndex.from_tuples(cells, names=family.RTT.cell)
    shared = _shared_of(month, {name: {*asked.get_level_values(name)} for name in family.RTT.cell})
    mine = shared[pd.MultiIndex.from_frame(shared[family.RTT.cell]).isin(asked)]
    said = pd.concat([*(methods(*cell, month) for cell in cells), mine], ignore_index=True)
    if forecast_model.COMBINATION in settings.contest:
        said = forecast_model.combined(said, settings.combination)
    return said[said["method"].isin(settings.contest) | (said["method"] == contests.LAST_VALUE)]


def _shared_of(as_of: str, where: Rows | None) -> pd.DataFrame:
    return _remembered(RTT_METHODS, "", "", as_of, lambda: _shared(as_of), where)


def _shared(as_of: str) -> pd.DataFrame:
    settings, trusts = parameters.models().forecast, parameters.trust_codes()
    figures = warehouse().rtt()
    figures = figures[(figures["month"] <= as_of) & figures["measure"].isin([*family.RTT.told, *_PERCENTILES])]
    ours = figures[figures["provider_code"].isin(trusts)]
    bands = warehouse().rtt_bands(part="incomplete")
    system, system_bands = rtt.system_figures(ours, trusts), rtt.system_bands(bands, trusts)
    mine = [SYSTEM, *trusts]
    told = []
    if forecast_model.POOLED in settings.contest:
        england = warehouse().rtt(scope="england", provider_code="ENG", treatment_function_code=ALL_SPECIALTIES)
        national = england[england["month"] <= as_of] if len(england) else None
        told += [_pooled(part, national, as_of) for part in _panels(figures, system)]
    if forecast_model.COHORT in settings.contest:
        panels = zip(_panels(figures, system), _panels(bands, system_bands), strict=True)
        told += [forecast_model.of_cohorts(*panel, _origins(as_of), mine, settings) for panel in panels]
    if not told:
        return RTT_METHODS.empty()
    said = pd.concat(told, ignore_index=True)
    said = said[said["provider_code"].isin(mine)]
    placed = forecast_model.in_order(forecast_model.at_origin(said, pd.concat([ours, system])))
    return placed.sort_values(family.RTT.cell, kind="stable", ignore_index=True)  # list by list, as it is read


def _pooled(figures: pd.DataFrame, national: pd.DataFrame | None, as_of: str) -> pd.DataFrame:
    origins = [month for month in _origins(as_of) if month in set(figures["month"])]
    if not origins:
        return figures.iloc[:0]
    furthest = parameters.models().forecast.horizon_months
    horizon = {month: forecast_model.months_told(month, as_of, furthest) for month in origins}
    seen = figures[figures["measure"].isin(pooled.RTT.measures)]
    told = pooled.rolling(
        seen, pooled.RTT, origins, horizon, national=national, deadlines=pooled.deadlines(parameters.standards())
    )
    return told[told["method"] == forecast_model.POOLED]  # a short history's last value is told by `methods`


def _panels(rows: pd.DataFrame, system: pd.DataFrame) -> list[pd.DataFrame]:
    """Lists of one kind together: specialties, totals with the system's own, the system's specialties."""
    total, of_system = (each["treatment_function_code"] == ALL_SPECIALTIES for each in (rows, system))
    return [rows[~total], pd.concat([rows[total], system[of_system]]), system[~of_system]]


def _origins(as_of: str) -> list[str]:
    return [as_of, *(add_months(as_of, -back) for back in parameters.models().forecast.origins_back)]


def _settings(trust: str, specialty: str, month: str) -> dict[str, str]:
    return {"trust": trust, "specialty": specialty, "as_of": month}


def _remembered(
    promise: Table,
    trust: str,
    specialty: str,
    month: str,
    make: Callable[[], pd.DataFrame],
    where: Rows | None = None,
) -> pd.DataFrame:
    settings = _settings(trust, specialty, month)
    return Results(Home.current()).get(promise, warehouse().release("rtt"), settings, make, where)
