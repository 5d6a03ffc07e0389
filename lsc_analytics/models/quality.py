"""What is loaded and what is not: months missing, series that jump, and what is kept apart. It mends nothing."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.reference import months_between
from lsc_analytics.tables import DATA_GAPS, DATA_JUMPS, NOT_ENGLISH

JUMP_SHARE, JUMP_PATHWAYS = 0.35, 150  # a published list rarely moves so far in a month by itself


def gaps(figures: pd.DataFrame, total: str, providers: list[str]) -> pd.DataFrame:
    """Which months are missing between the first and the last loaded?

    Args:
        figures: Rows of `tables.RTT` or `tables.DM01`.
        total: The measure that says a month is there.
        providers: Providers that should have every month.

    Returns:
        `tables.DATA_GAPS`, one row a provider: its first and last month and what is missing between.
    """
    rows = []
    for provider in providers:
        months = set(figures.loc[(figures["measure"] == total) & (figures["provider_code"] == provider), "month"])
        if months:
            missing = [month for month in months_between(min(months), max(months)) if month not in months]
            rows.append((provider, min(months), max(months), len(months), ", ".join(missing)))
    return DATA_GAPS.check(pd.DataFrame(rows, columns=DATA_GAPS.names))


def jumps(figures: pd.DataFrame) -> pd.DataFrame:
    """Where does a list step by more than 35% and 150 pathways in one month, as a recode does?

    A recode moves pathways between specialties and leaves the trust's total alone. What the forecasts do about a step
    is `models.treatment`'s to say; it knows smaller steps too.

    Returns:
        `tables.DATA_JUMPS`, one row a step, largest first.
    """
    lists = figures[figures["measure"] == "total_incomplete"].sort_values("month")
    key = ["provider_code", "treatment_function_code"]
    before = lists.groupby(key)["value"].shift()
    change = lists["value"] - before
    stepped = (change.abs() >= JUMP_PATHWAYS) & (change.abs() >= JUMP_SHARE * before)
    found = lists.assign(before=before, after=lists["value"], size=change.abs())[stepped]
    found = found.sort_values("size", ascending=False, ignore_index=True)
    found[["before", "after"]] = found[["before", "after"]].round().astype("Int64")
    return DATA_JUMPS.check(found[DATA_JUMPS.names])


def not_english(figures: pd.DataFrame) -> pd.DataFrame:
    """How many pathways are kept apart because England does not commission them (NONC)?

    Args:
        figures: Rows of `tables.RTT` of scope nonc.

    Returns:
        `tables.NOT_ENGLISH`, one row a month and provider.
    """
    total = figures[(figures["measure"] == "total_incomplete") & (figures["treatment_function_code"] == "C_999")]
    told = total.rename(columns={"value": "pathways"}).assign(pathways=total["value"].round().astype("Int64"))
    return NOT_ENGLISH.check(told[NOT_ENGLISH.names].reset_index(drop=True))
