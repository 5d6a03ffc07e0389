"""What a notebook may ask of DM01's forecasts: every list's at once, since they are few, and remembered together."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.models import cohorts, diagnostics_ahead, pooled
from lsc_analytics.models import contest as contests
from lsc_analytics.models import forecast as forecast_model
from lsc_analytics.models import ledger as ledger_model
from lsc_analytics.models.family import DM01
from lsc_analytics.models.forecast import WaitingList
from lsc_analytics.reference import SYSTEM, add_months
from lsc_analytics.store import ledger as ledger_store
from lsc_analytics.store.home import Home
from lsc_analytics.store.results import Results, Rows
from lsc_analytics.tables import (
    DM01_CONTEST,
    DM01_FORECAST,
    DM01_FORECASTS_JUDGED,
    DM01_METHODS,
    DM01_OUTLOOK,
    DM01_TRACK_RECORD,
    Table,
)
from lsc_analytics.vocabulary.diagnostics import diagnostics
from lsc_analytics.vocabulary.loaded import month_of, note, warehouse

Cell = tuple[str, str]


def diagnostics_forecast(trust: str, test: str, as_of: str = "") -> pd.DataFrame:
    """The forecast of a test's list, every method, one leading each month: `tables.DM01_FORECAST`. Remembered.

    The first that is asked for of a month makes those of every test of the system, which judge the methods together.
    """
    return _forecasts(month_of("dm01", as_of), _list(trust, test))


def diagnostics_forecasts(as_of: str = "") -> pd.DataFrame:
    """The same of every list and sum: `tables.DM01_FORECAST`. Remembered."""
    return _forecasts(month_of("dm01", as_of))


def diagnostics_outlook(trust: str, test: str, as_of: str = "") -> pd.DataFrame:
    """How likely the test is to meet each standard in each month ahead: `tables.DM01_OUTLOOK`."""
    told = diagnostics_forecast(trust, test, as_of)
    return diagnostics_ahead.outlook(told, parameters.standards().standards)


def diagnostics_outlooks(as_of: str = "") -> pd.DataFrame:
    """The same of every trust's test: `tables.DM01_OUTLOOK`, empty without DM01."""
    if "dm01" not in warehouse().families():
        return DM01_OUTLOOK.empty()
    told = diagnostics_forecasts(as_of)
    tests = told[(told["provider_code"] != SYSTEM) & ~told["diagnostic_test_code"].isin(DM01.sums)]
    return diagnostics_ahead.outlook(tests, parameters.standards().standards)


def diagnostics_demand(trust: str, test: str, as_of: str = "") -> pd.DataFrame:
    """What is expected to join and leave the test's list: `tables.DM01_DEMAND_AHEAD`."""
    month = month_of("dm01", as_of)
    return diagnostics_ahead.demand_ahead(diagnostics(trust, test, month), diagnostics_forecast(trust, test, month))


def diagnostics_contest(as_of: str = "") -> pd.DataFrame:
    """Which method leads for each measure and month ahead, and how each has done: `tables.DM01_CONTEST`. Remembered."""
    month, settings = month_of("dm01", as_of), parameters.models().of(DM01.name)
    return _remembered(
        DM01_CONTEST,
        month,
        lambda: contests.contest(
            _track_record(month), month, default=settings.contest_default, margin=settings.contest_margin
        ),
    )


def diagnostics_last_six(trust: str, test: str, as_of: str = "") -> pd.DataFrame:
    """What was said at a test's last six origins, and what came of it: `tables.DM01_FORECAST_SAID`.

    From the ledger where forecasts of an origin are kept, else back-cast.
    """
    month = month_of("dm01", as_of)
    kept, judged = _kept_before(month, _list(trust, test)), every_test_judged(month, _list(trust, test))
    return ledger_model.last_said(kept, judged, _of(every_test(month), trust, test), month)


def diagnostics_forecast_remembered(as_of: str) -> bool:
    """Whether the tests' forecasts of a month have been made before, from the same data, parameters and code."""
    settings = {"as_of": month_of("dm01", as_of)}
    return Results(Home.current()).path(DM01_FORECAST, warehouse().release("dm01"), settings).exists()


def _forecasts(month: str, where: Rows | None = None) -> pd.DataFrame:
    return _remembered(DM01_FORECAST, month, lambda: _lead(month), where)


def diagnostics_record_remembered(as_of: str = "") -> bool:
    """Whether every forecast of a test has been judged before, of the same data and with nothing kept since."""
    home, month = Home.current(), month_of("dm01", as_of)
    return Results(home).path(DM01_FORECASTS_JUDGED, warehouse().release("dm01"), _as_kept(home, month)).exists()


def _as_kept(home: Home, month: str) -> dict[str, str]:
    return {"as_of": month, "ledger": ledger_store.state(home, "dm01")}


def _lead(month: str) -> pd.DataFrame:
    said, contest = _methods(month), diagnostics_contest(month)
    now = said[said["as_of"] == month]
    sums = now["diagnostic_test_code"].isin(DM01.sums) | (now["provider_code"] == SYSTEM)
    told = _by_list(contests.lead(now[~sums], contest))
    # Parts before the whole: a trust's sums and the system's tests, then the system's sums.
    wholes = _by_list(now[sums])
    for cell in sorted(wholes, key=lambda cell: ((cell[0] == SYSTEM) + (cell[1] in DM01.sums), cell)):
        parts = [told[part] for part in told if _is_part(part, cell)]
        told[cell] = contests.lead(wholes[cell], contest, pd.concat(parts) if parts else None)
    forecasts = DM01_FORECAST.check(pd.concat(told.values(), ignore_index=True)) if told else DM01_FORECAST.empty()
    ledger_store.keep(Home.current(), forecasts, warehouse().release("dm01"), "dm01")
    return forecasts


def _by_list(rows: pd.DataFrame) -> dict[Cell, pd.DataFrame]:
    return {(str(provider), str(test)): part for (provider, test), part in rows.groupby(DM01.cell)}


def _is_part(part: Cell, whole: Cell) -> bool:
    """Whether a list is one of those that another is the sum of: the system's are of the trusts' own."""
    if whole[0] == SYSTEM:
        return part[0] != SYSTEM and part[1] == whole[1]
    return part[0] == whole[0] and part[1] not in DM01.sums and part[1] in parameters.ids_of_tests(whole[1])


def _methods(month: str) -> pd.DataFrame:
    """What every method says of every list, now and at earlier origins: `tables.DM01_METHODS`. Remembered.

    Sums, which no contest judges, are told of from now alone.
    """
    return _remembered(DM01_METHODS, month, lambda: _ask_methods(month))


def _ask_methods(month: str) -> pd.DataFrame:
    settings, trusts = parameters.models().of(DM01.name), parameters.trust_codes()
    every = warehouse().dm01()
    every = every[every["month"] <= month]
    figures, bands = every_test(month), warehouse().dm01_bands()
    origins = [month, *(add_months(month, -back) for back in settings.origins_back)]
    of_sums = settings.model_copy(update={"kept_only": []})
    lists = []
    for (provider, test), rows in _by_list(figures[figures["measure"].isin(DM01.told)]).items():
        of_sum = provider == SYSTEM or test in DM01.sums
        waiting = WaitingList(provider, test, rows, bands.iloc[:0], bands.iloc[:0])
        lists.append((waiting, [month] if of_sum else origins, of_sums if of_sum else settings))
    told = [forecast_model.methods_of(lists, DM01)]
    joint = []
    if forecast_model.POOLED in settings.contest:
        seen = diagnostics_ahead.every_threshold(every[every["measure"].isin(DM01.told)], bands)
        of_tests = _pooled(seen[seen["month"] <= month], origins, settings.horizon_months)
        now = of_tests[of_tests["as_of"] == month]
        sums = diagnostics_ahead.medians_with_sums(now, trusts).iloc[len(now) :]
        joint += [of_tests, forecast_model.around_medians(sums, figures, forecast_model.POOLED)]
    if forecast_model.COHORT in settings.contest:
        medians = cohorts.aged(bands, origins, settings.horizon_months, trusts)
        latest = medians["as_of"] == month
        medians = pd.concat([medians[~latest], diagnostics_ahead.medians_with_sums(medians[latest], trusts)])
        joint.append(forecast_model.around_medians(medians, figures, forecast_model.COHORT))
    if joint:
        joined = pd.concat(joint, ignore_index=True)
        told.append(forecast_model.in_order(forecast_model.at_origin(joined, figures)))
    said = pd.concat([each for each in told if len(each)] or told, ignore_index=True)
    if forecast_model.COMBINATION in settings.contest:
        said = forecast_model.combined(said, settings.combination)
    wanted = {contests.LAST_VALUE, *settings.contest, *settings.kept_only}
    return DM01_METHODS.check(said[said["method"].isin(wanted)])


def _pooled(figures: pd.DataFrame, origins: list[str], horizon: int) -> pd.DataFrame:
    """The trusts' tests by the pooled method, which all providers loaded teach; a short history's last value is told by `methods`."""
    months = set(figures.loc[(figures["measure"] == DM01.ladder[0]) & (figures["value"] > 0), "month"])
    known = [month for month in origins if month in months]
    if not known:
        return figures.iloc[:0]
    told = pooled.rolling(
        figures, DM01, known, {month: forecast_model.months_told(month, max(origins), horizon) for month in known}
    )
    ours = told["provider_code"].isin(parameters.trust_codes())
    return told[ours & (told["method"] == forecast_model.POOLED)]


def _track_record(month: str) -> pd.DataFrame:
    methods = _methods(month)
    return forecast_model.track_record(methods, every_test(month)) if len(methods) else DM01_TRACK_RECORD.empty()


def every_test_judged(month: str, where: Rows | None = None) -> pd.DataFrame:
    """Every forecast of a test whose month is known, or those rows. Remembered until the data or what is kept change."""
    home = Home.current()

    def judge() -> pd.DataFrame:
        ledger = ledger_model.scored(_kept_before(month), every_test(month))
        judged = ledger_model.judged(ledger, ledger_model.backcasts(_track_record(month)))
        return judged.sort_values(DM01.cell, kind="stable", ignore_index=True)  # list by list, as it is read

    return Results(home).get(DM01_FORECASTS_JUDGED, warehouse().release("dm01"), _as_kept(home, month), judge, where)


def _kept_before(month: str, where: Rows | None = None) -> pd.DataFrame:
    kept = ledger_store.kept(Home.current(), where, "dm01")
    return kept[kept["as_of"] <= month]


def every_test(month: str) -> pd.DataFrame:
    """Every test of the trusts, and the sums, up to a month."""
    figures = _read(warehouse().release("dm01"), month)
    note(figures)
    return figures


@cache
def _read(release: str, month: str) -> pd.DataFrame:
    """The same, read and added up once in a process: each test's record is looked up in it."""
    trusts = parameters.trust_codes()
    figures = warehouse().dm01(provider_code=trusts)
    return diagnostics_ahead.with_sums(figures[figures["month"] <= month], trusts)


def _list(trust: str, test: str) -> Rows:
    return dict(zip(DM01.cell, ([trust], [test]), strict=True))


def _of(rows: pd.DataFrame, trust: str, test: str) -> pd.DataFrame:
    mine = rows[(rows["provider_code"] == trust) & (rows["diagnostic_test_code"] == test)]
    return mine.reset_index(drop=True)


def _remembered(
    promise: Table, month: str, make: Callable[[], pd.DataFrame], where: Rows | None = None
) -> pd.DataFrame:
    return Results(Home.current()).get(promise, warehouse().release("dm01"), {"as_of": month}, make, where)
