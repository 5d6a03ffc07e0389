"""How good have the forecasts been, on months they had not seen? `lsc accuracy`: every method, every origin, in one page.

It changes nothing and chooses nothing: a study, whose results are recorded in `docs/accuracy.md`.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.accuracy import demo, england, history, listwise, page, rolling
from lsc_analytics.errors import NoDataError
from lsc_analytics.models import family as families
from lsc_analytics.models import forecast, pooled, series
from lsc_analytics.predictions import FamilyName, panel, predict
from lsc_analytics.reference import ALL_SPECIALTIES, month_words
from lsc_analytics.store.home import Home
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.tables import ACCURACY, NATIONAL_RUN, RTT_METHODS

# Months that forecasts are judged on: trusts' total rows before and after March 2024, and two years of tests.
_NEEDED: tuple[tuple[FamilyName, str, str], ...] = (("rtt", "2022-09", "2025-10"), ("dm01", "2023-09", "2025-03"))
HORIZON = 6  # decisions rest on four to six months ahead
_EVERY_THIRD = 3  # origins of the methods that take a fit a list
_LISTWISE = {
    "rtt": ("total_incomplete", "within_18_weeks", "over_52_weeks", "over_65_weeks"),
    "dm01": ("total_waiting", "waiting_6_plus"),
}
_TRUST_HISTORY = 24  # months before the first origin of trusts' total rows: a season is not told in less
_TRUSTS = 40  # NHS trusts beside the four
_TESTS = 90  # tests of other providers beside the four trusts'
_FLAG_MONTHS = 6  # latest months that flags are judged on
_ESTIMATED = (
    "england_estimated"  # with estimates for trusts that submitted nothing: without, a missing trust is a removal
)


@dataclass(frozen=True)
class Study:
    """The results, as tables.

    Attributes:
        accuracy: `tables.ACCURACY`, all studies.
        deadline: `tables.FLAGS` of NHS trusts ahead of March 2024.
        lists: `tables.FLAGS` of providers' treatment functions in the latest months.
        runs: `tables.NATIONAL_RUN`.
    """

    accuracy: pd.DataFrame
    deadline: pd.DataFrame
    lists: pd.DataFrame
    runs: pd.DataFrame


def study(home: Home, tell: Callable[[str], None]) -> str:
    """Judge every method on what is loaded, as the page that is recorded.

    Args:
        home: Where the published figures are.
        tell: Says how far it is.
    """
    return page.page(results(home, tell))


def results(home: Home, tell: Callable[[str], None]) -> Study:
    """Judge every method on what is loaded: minutes, on every core.

    Raises:
        NoDataError: Too little history is loaded to forecast from and to look back on.
    """
    _enough(home)
    runs = _national_runs(home, tell)
    figures, national = panel(home, "rtt", "9999-12")
    frames = []
    lists = rolling.specialties(figures, "rtt")
    months = rolling.origins(lists, "rtt")
    told = rolling.pooled_judged(lists, "rtt", months, HORIZON, national)
    tell(f"rtt: {len(months)} origins, {len(told):,} forecasts judged")
    frames.append(rolling.record(told, "rtt"))
    flagged = history.flags(
        lists, told[told["method"] == "pooled"], (history.Question(52, 1.0), history.Question(65, 0.0)),
        sorted(lists["month"].unique())[-_FLAG_MONTHS:], HORIZON,
    )  # fmt: skip
    tell(f"flags: {len(flagged):,} of the latest {_FLAG_MONTHS} months judged")
    frames.append(rolling.record(_sample(home, lists, told, tell), "rtt_sample"))
    totals = figures[figures["treatment_function_code"] == ALL_SPECIALTIES]
    frames.append(rolling.record(_trusts(home, totals, national, tell), "rtt_trusts"))
    deadline = history.deadline_of_65_weeks(totals, national)
    tell(f"flags: {deadline['provider_code'].nunique()} NHS trusts before March 2024 judged")
    tests, none = panel(home, "dm01", "9999-12")
    tests = rolling.specialties(tests, "dm01")
    months = rolling.origins(tests, "dm01")
    told = rolling.pooled_judged(tests, "dm01", months, HORIZON, none)
    tell(f"dm01: {len(months)} origins, {len(told):,} forecasts judged")
    boosted = rolling.boosted_judged(tests, "dm01", months, HORIZON)
    tell(f"dm01: {len(boosted):,} forecasts by boosting judged")
    frames.append(rolling.record(pd.concat([told, boosted], ignore_index=True), "dm01"))
    sampled = rolling.origins(tests, "dm01", series.LEAST_HISTORY - 1)[::_EVERY_THIRD]
    chosen = rolling.sample(tests, pooled.DM01, _TESTS)
    frames.append(rolling.record(_beside(home, tests, told, chosen, sampled, tell), "dm01_sample"))
    country = Warehouse(home).rtt(scope=_ESTIMATED)
    if len(country):
        settings = parameters.models().forecast
        told = england.judged(country, tell, draws=settings.draws, seed=settings.seed)
        frames.append(rolling.record(told, "england"))
        frames.append(rolling.record(england.without_pandemic(told), "england_without_2020_21"))
    frames.append(rolling.record(demo.judged(tell), "demo"))
    accuracy = ACCURACY.check(pd.concat(frames, ignore_index=True))
    return Study(accuracy, deadline, flagged, NATIONAL_RUN.check(runs))


def _enough(home: Home) -> None:
    for family, first, last in _NEEDED:
        measure = rolling.kind_of(family).measures[0]
        warehouse = Warehouse(home)
        loaded = (warehouse.rtt if family == "rtt" else warehouse.dm01)(measure=measure)["month"]
        if loaded.empty or loaded.min() > first or loaded.max() < last:
            raise NoDataError(
                f"The study of accuracy needs {family.upper()} figures from {month_words(first)} to {month_words(last)} at least.",
                "`make accuracy DATA=folder` takes the published files of a folder first.",
            )


def _national_runs(home: Home, tell: Callable[[str], None]) -> pd.DataFrame:
    """Every list of the country forecast from the last month loaded, and what that took."""
    # A process that is started afresh holds nothing of this one's, so that its memory is the run's own.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as worker:
        runs = pd.DataFrame([worker.submit(_run, home, family).result() for family in ("rtt", "dm01")])
    for run in runs.itertuples():
        tell(f"{run.family}: {run.forecasts:,} forecasts in {run.seconds:.0f} seconds, {run.megabytes:.0f} MB")
    return runs


def _run(home: Home, family: FamilyName) -> dict[str, object]:
    figures, _ = panel(home, family, "9999-12")
    started, worked = time.perf_counter(), time.process_time()
    told = predict(home, family, str(figures["month"].max()), HORIZON)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "family": family,
        "lists": int(told.groupby(list(told.columns[:2])).ngroups),
        "forecasts": len(told),
        "months_ahead": HORIZON,
        "seconds": time.perf_counter() - started,
        "processor_seconds": time.process_time() - worked,
        "megabytes": held / (2**20 if sys.platform == "darwin" else 2**10),  # bytes on macOS, kilobytes elsewhere
    }


def _sample(home: Home, lists: pd.DataFrame, told: pd.DataFrame, tell: Callable[[str], None]) -> pd.DataFrame:
    """Every method on the four trusts' lists and a sample, the pooled one on the same lists, months and measures."""
    origins = rolling.origins(lists, "rtt", series.LEAST_HISTORY - 1)[::_EVERY_THIRD]
    return _beside(home, lists, told, rolling.sample(lists, pooled.RTT), origins, tell)


def _trusts(
    home: Home, totals: pd.DataFrame, national: pd.DataFrame | None, tell: Callable[[str], None]
) -> pd.DataFrame:
    """The same on the total rows of the four trusts and of other NHS trusts, whose history is twice as long."""
    origins = sorted(totals["month"].unique())[_TRUST_HISTORY - 1 : -1 : _EVERY_THIRD]
    told = rolling.pooled_judged(totals, "rtt", origins, HORIZON, national)
    kept = rolling.sample(totals[totals["provider_code"].str.startswith("R")], pooled.RTT, _TRUSTS)
    return _beside(home, totals, told, kept, origins, tell)


def _beside(
    home: Home,
    figures: pd.DataFrame,
    told: pd.DataFrame,
    kept: pd.MultiIndex,
    origins: list[str],
    tell: Callable[[str], None],
) -> pd.DataFrame:
    """Some lists by every method: one list at a time, cohorts, pooled, and the combination of those that are to be combined."""

    def of_kept(rows: pd.DataFrame) -> pd.DataFrame:
        return rows[pd.MultiIndex.from_frame(rows[list(kept.names)]).isin(kept)]

    kind = families.of(figures)
    measures = _LISTWISE[kind.name]
    own, warehouse = of_kept(figures), Warehouse(home)
    single = listwise.judged(own, kind, measures, origins, HORIZON, tell)
    if kind is pooled.RTT:
        codes = {"treatment_function_code": figures["treatment_function_code"].unique()}
        bands = warehouse.rtt_bands(part="incomplete", **codes)
        aged = listwise.cohort(warehouse.rtt(**codes), bands, kept, origins, HORIZON)
    else:
        aged = listwise.test_cohort(own, warehouse.dm01_bands(), kept, origins, HORIZON)
    alone = rolling.beside_outturn(pd.concat([single, aged[aged["measure"].isin(measures)]]), own, kind)
    also = of_kept(
        told[told["as_of"].isin(origins) & told["measure"].isin(measures) & (told["method"] == forecast.POOLED)]
    )
    judged = pd.concat([alone, also], ignore_index=True)
    joined = forecast.combined(judged[kind.table(RTT_METHODS).names], parameters.models().of(kind.name).combination)
    joined = joined[joined["method"] == forecast.COMBINATION].drop(columns=["last_value", "scale"])
    return pd.concat([judged, rolling.beside_outturn(joined, own, kind)], ignore_index=True)
