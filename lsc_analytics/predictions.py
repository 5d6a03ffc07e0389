"""Forecasts of any providers that are loaded, all of England's if they are: `lsc forecast`. It fits nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.errors import NoDataError, ParameterError
from lsc_analytics.models import diagnostics_ahead, pooled
from lsc_analytics.reference import ALL_SPECIALTIES
from lsc_analytics.store.home import Home
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.tables import DM01_PREDICTIONS, RTT_PREDICTIONS

FamilyName = Literal["rtt", "dm01"]
_NATIONAL = "ENG"
_COUNTED = ("mean", "median", "lower_80", "upper_80", "lower_95", "upper_95")


def predict(
    home: Home,
    family: FamilyName,
    as_of: str,
    horizon: int,
    providers: Sequence[str] | None = None,
    *,
    totals: bool = True,
) -> pd.DataFrame:
    """What will every list be in the months ahead?

    All providers loaded teach the method, whichever are asked for; dates of standards that were announced by `as_of` are
    known to it. Six weeks or more for a test is told by gradient boosting (`models.pooled.boosted`), which the batch's
    contest leaves out for its time. Means add: a provider's total row has the sum of its specialties' means. Medians and intervals do not, and
    must not be added: lists seldom err all the same way.

    Args:
        home: Where the figures are.
        family: rtt or dm01.
        as_of: Last month seen, YYYY-MM; nothing later is used.
        horizon: Months ahead, 1 to 12.
        providers: Organisation codes to answer for; all where None.
        totals: Total rows too: a panel of their own, which takes as long again as half of the lists.

    Returns:
        `tables.RTT_PREDICTIONS` or `tables.DM01_PREDICTIONS`.

    Raises:
        NoDataError: Nothing is loaded of the family at that month.
        ParameterError: A provider has no list at that month.
    """
    figures, national = panel(home, family, as_of)
    if as_of not in set(figures["month"]):
        months = sorted(figures["month"].unique())
        loaded = f"Loaded are {months[0]} to {months[-1]}." if months else "Load some with `lsc ingest`."
        raise NoDataError(f"No {family.upper()} figures of {as_of} are loaded.", loaded)
    kind, promise = (pooled.RTT, RTT_PREDICTIONS) if family == "rtt" else (pooled.DM01, DM01_PREDICTIONS)
    listed = figures[(figures["month"] == as_of) & (figures["measure"] == kind.ladder[0]) & (figures["value"] > 0)]
    if absent := sorted(set(providers or ()) - set(listed["provider_code"])):
        raise ParameterError(
            f"No list of {', '.join(absent)} is loaded at {as_of}.", "Check the codes.", parameter="--providers"
        )
    whole = figures[kind.function_column] == kind.total
    dates = pooled.deadlines(parameters.standards())
    told = [
        pooled.forecast(part, kind, as_of, horizon, national=national, deadlines=dates, boosting=True)
        for part in (figures[~whole], figures[whole][: None if totals else 0])
        if as_of in set(part["month"])
    ]
    added = means_added(pd.concat(told, ignore_index=True), kind)
    predictions = promise.check(added[promise.names])
    if providers is not None:
        predictions = predictions[predictions["provider_code"].isin(providers)].reset_index(drop=True)
    return predictions


def means_added(told: pd.DataFrame, kind: pooled.Family) -> pd.DataFrame:
    """The forecasts with each total row moved to the sum of its parts' means.

    A total row is forecast as a list of its own, since its error is not the sum of its parts' errors; the mean of a sum is
    the sum of the means, so its mean is set to that and its median and intervals are moved as far, never below nothing,
    and never above those of a shorter wait; no interval is narrower than chance makes it. The chance of anyone at all is not moved. A total row without parts (a
    provider whose specialties are not loaded) stays.

    Args:
        told: The columns of `pooled.forecast`, total rows among them.
        kind: The family.

    >>> key = {"provider_code": "RXL", "measure": "over_52_weeks", "target_month": "2026-02"}
    >>> rows = [key | {"treatment_function_code": code, "mean": mean} for code, mean in (("C_100", 4.5), ("C_110", 3.0),
    ...     ("C_999", 9.5))]
    >>> told = pd.DataFrame(rows).assign(median=9, lower_80=7, upper_80=12, lower_95=1, upper_95=14)
    >>> means_added(told, pooled.RTT).loc[2, ["mean", "median", "lower_95", "upper_95"]].tolist()
    [7.5, 7.0, 0.0, 13.0]
    """
    key = ["provider_code", "measure", "target_month"]
    whole = told[kind.function_column] == kind.total
    parts = told[~whole].groupby(key)["mean"].sum()
    sums = told.loc[whole, key].join(parts.rename("sum"), on=key)["sum"].dropna()
    if sums.empty:
        return told
    apart = sums - told.loc[sums.index, "mean"]
    moved = told.astype(dict.fromkeys(_COUNTED, float))
    moved.loc[sums.index, "mean"] = sums
    for name in _COUNTED[1:]:
        moved.loc[sums.index, name] = (told.loc[sums.index, name] + apart).clip(lower=0).round()
    moved.loc[sums.index] = pooled.no_surer_than_chance(moved.loc[sums.index])
    place = ["provider_code", "target_month"]
    wide = moved.loc[sums.index].pivot(index=place, columns="measure", values=[*_COUNTED])
    for larger, part in kind.nested:
        if {larger, part} <= set(told["measure"]):
            for name in _COUNTED:
                wide[name, part] = wide[[(name, larger), (name, part)]].min(axis=1)
    rows = pd.MultiIndex.from_frame(moved.loc[sums.index, [*place, "measure"]])
    moved.loc[sums.index, [*_COUNTED]] = wide.stack("measure", future_stack=True)[[*_COUNTED]].reindex(rows).to_numpy()
    return moved


def panel(home: Home, family: FamilyName, until: str) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Every provider's figures up to a month, and England's where they are loaded, as `models.pooled` takes them.

    RTT total rows are among them; DM01 has none, and its figures hold the counts over every weekly threshold. England's
    figures hold every measure published, since falls before the date of a standard that is no longer forecast teach too.
    """
    warehouse = Warehouse(home)
    if family == "rtt":
        figures = warehouse.rtt(measure=pooled.RTT.measures)
        england = warehouse.rtt(scope="england", provider_code=_NATIONAL)
        england = england[(england["treatment_function_code"] == ALL_SPECIALTIES) & (england["month"] <= until)]
        national = england[["month", "measure", "value"]] if len(england) else None
        return figures[figures["month"] <= until], national
    figures = warehouse.dm01(measure=pooled.DM01.measures)
    told = diagnostics_ahead.every_threshold(figures, warehouse.dm01_bands())
    return told[told["month"] <= until], None
