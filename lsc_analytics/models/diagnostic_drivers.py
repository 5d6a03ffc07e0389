"""What is behind a test's long waits: more joined, or fewer tests were done, and how many sessions each standard takes.

It forecasts nothing and reads no files. Tests done stand for capacity, as DM01 counts no other: a list may have had slots that
nobody was booked into.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from lsc_analytics.models.diagnostics import position, standings
from lsc_analytics.parameters import Standard
from lsc_analytics.reference import add_months, months_between
from lsc_analytics.tables import DM01_DRIVERS, DM01_SESSIONS

YEAR = 12
_WEEKS_A_YEAR = 365.25 / 7
_CELL = ["provider_code", "diagnostic_test_code"]
_ALIKE = 0.5  # a second cause at least half as large as the first is named beside it


def drivers(figures: pd.DataFrame, month: str) -> pd.DataFrame:
    """Which tests hold the long waits, and is it demand that rose or tests that fell?

    A list changes by what joins less what is done from it. Against the same twelve months a year before, that splits
    without a rest:

        change in the list = (joined - joined before) + (done before - done) + (joined before - done before)

    the part of demand, the part of activity, and what was short already. A list that did not grow has no driver now: its
    long waits were there before, or others are seen first.

    Args:
        figures: Rows of `tables.DM01` of one scope, two years up to the month where they are to be had.
        month: The month reported, YYYY-MM.

    Returns:
        `tables.DM01_DRIVERS`, one row a provider and test with anyone waiting at the month, most waiting six weeks or more
        first. Sums are empty where one of their months is not loaded or has no activity.

    A list of 100 grew by 12 in a year in which 132 joined and 120 were seen; the year before 120 joined and 120 were seen:

    >>> months = months_between("2023-09", "2025-09")
    >>> totals = [88 + max(0, at - 12) for at in range(25)]
    >>> rows = [("provider", at, "RXN", "1", measure, value) for at, total in zip(months, totals, strict=True)
    ...     for measure, value in (("total_waiting", total), ("waiting_6_plus", 5), ("waiting_list_activity", 10))]
    >>> columns = ["scope", "month", "provider_code", "diagnostic_test_code", "measure", "value"]
    >>> found = drivers(pd.DataFrame(rows, columns=columns), "2025-09").iloc[0]
    >>> print(*found[["list_change", "demand_part", "activity_part", "carried_part", "driver"]])
    12 12 0 0 demand up
    """
    history = position(figures)
    now = history[(history["month"] == month) & (history["total_waiting"] > 0)]
    if now.empty:
        return DM01_DRIVERS.empty()
    year, before = _year(history, month), _year(history, add_months(month, -YEAR))
    earlier = history.loc[
        history["month"] == add_months(month, -YEAR),
        [*_CELL, "total_waiting", "waiting_6_plus", "within_6_weeks_percent"],
    ].rename(
        columns={
            "total_waiting": "waiting_year_before",
            "waiting_6_plus": "waiting_6_plus_year_before",
            "within_6_weeks_percent": "within_year_before_percent",
        }
    )
    rows = now.merge(earlier, on=_CELL, how="left")
    rows = rows.merge(year, on=_CELL, how="left").merge(before, on=_CELL, how="left", suffixes=("", "_before"))
    rows["list_change"] = rows["joined"] - rows["done"]
    rows["demand_part"] = rows["joined"] - rows["joined_before"]
    rows["activity_part"] = rows["done_before"] - rows["done"]
    rows["carried_part"] = rows["joined_before"] - rows["done_before"]
    rows["other_tests_change"] = rows["other"] - rows["other_before"]
    total = int(rows["waiting_6_plus"].sum())
    rows["share_of_6_plus_percent"] = 100 * rows["waiting_6_plus"].astype("float64") / total if total else np.nan
    rows["driver"] = [_driver(row) for row in rows.to_dict("records")]
    rows = rows.sort_values(["waiting_6_plus", "total_waiting", *_CELL], ascending=[False, False, True, True])
    return DM01_DRIVERS.check(rows[DM01_DRIVERS.names].reset_index(drop=True))


def sessions(
    positions: pd.DataFrame, driven: pd.DataFrame, standards: Iterable[Standard], slots: pd.DataFrame
) -> pd.DataFrame:
    """How many sessions would take each list to each standard, and how many a week only keep it where it is?

    Once: those to be seen (`models.standards.to_be_seen`) over the tests in a session. Every week: what joined in twelve
    months beyond what was done, over 52.18 weeks and the tests in a session; none where the list did not grow. Both
    assume that sessions added see those over six weeks, and that nothing else changes.

    Args:
        positions: `tables.DM01_POSITION` of the month, a row a list.
        driven: `tables.DM01_DRIVERS` of the same.
        standards: As in `standards.yml`.
        slots: provider_code, diagnostic_test_code, tests_a_session, assumed.

    Returns:
        `tables.DM01_SESSIONS`, one row a list and DM01 standard that is not future.
    """
    rows = []
    growth = dict(zip(zip(*(driven[name] for name in _CELL), strict=True), driven["list_change"], strict=True))
    held = {(row["provider_code"], row["diagnostic_test_code"]): row for row in slots.to_dict("records")}
    for keys, mine in positions.groupby(_CELL, sort=False):
        if keys not in held:
            continue
        a_session, assumed = float(held[keys]["tests_a_session"]), bool(held[keys]["assumed"])
        grew = growth.get(keys, pd.NA)
        weekly = max(0.0, float(grew)) / _WEEKS_A_YEAR / a_session if pd.notna(grew) else np.nan
        for standing in standings(mine.iloc[-1], standards):
            rows.append(
                {
                    **{name: standing[name] for name in DM01_SESSIONS.names if name in standing},
                    "tests_a_session": a_session,
                    "assumed": assumed,
                    "sessions_once": int(np.ceil(round(standing["to_be_seen"] / a_session, 9))),
                    "sessions_a_week_to_keep_up": weekly,
                }
            )
    return DM01_SESSIONS.check(pd.DataFrame(rows, columns=DM01_SESSIONS.names)) if rows else DM01_SESSIONS.empty()


def slots_held(loaded: pd.DataFrame, assumed: pd.DataFrame) -> pd.DataFrame:
    """How many tests a half-day session holds: by the trust's own file where one is loaded, else as assumed.

    Loaded: slots x utilisation x attended, the plain mean over the trust's sites that do the test.

    Args:
        loaded: Rows of `tables.DIAGNOSTIC_CAPACITY`; the last month of each site and test is read.
        assumed: provider_code, diagnostic_test_code, tests_a_session: one row a list.

    Returns:
        provider_code, diagnostic_test_code, tests_a_session, assumed: one row a list of `assumed`.

    >>> rows = [("2025-10", "RXN", "RXN01", "1", measure, value) for measure, value in
    ...     (("slots_a_session", 10), ("utilisation_percent", 90), ("dna_percent", 10))]
    >>> file = pd.DataFrame(rows, columns=["month", "provider_code", "site_code", "diagnostic_test_code", "measure", "value"])
    >>> lists = pd.DataFrame({"provider_code": "RXN", "diagnostic_test_code": ["1", "2"], "tests_a_session": [9.0, 14.0]})
    >>> slots_held(file, lists)[["tests_a_session", "assumed"]].values.tolist()
    [[8.1, False], [14.0, True]]
    """
    key = ["provider_code", "site_code", "diagnostic_test_code"]
    latest = loaded.sort_values("month").drop_duplicates([*key, "measure"], keep="last")
    wide = latest.pivot(index=key, columns="measure", values="value").reindex(
        columns=["slots_a_session", "utilisation_percent", "dna_percent"]
    )
    wide["own"] = wide["slots_a_session"] * wide["utilisation_percent"] / 100 * (1 - wide["dna_percent"] / 100)
    own = wide.loc[wide["own"] > 0, "own"].groupby(_CELL).mean()
    found = assumed.join(own, on=_CELL) if len(own) else assumed.assign(own=np.nan)
    found["assumed"] = found["own"].isna()
    found["tests_a_session"] = found["own"].fillna(found["tests_a_session"])
    return found.drop(columns="own")


def _year(history: pd.DataFrame, month: str) -> pd.DataFrame:
    """Twelve months' sums up to a month; a list that lacks one of them, or its activity, has none."""
    months = months_between(add_months(month, 1 - YEAR), month)
    rows = history[history["month"].isin(months)]
    rows = rows.assign(other=rows["planned_activity"] + rows["unscheduled_activity"])
    named = {"joined": "implied_demand", "done": "waiting_list_activity", "other": "other"}
    by_cell = rows.groupby(_CELL)
    sums = pd.DataFrame({name: by_cell[column].sum(min_count=YEAR) for name, column in named.items()})
    return sums.astype("Int64").reset_index()


def _driver(row: dict) -> str:
    """The driver in words: what made the list grow, the larger cause first."""
    if pd.isna(row["list_change"]):
        return "not known"
    if row["list_change"] <= 0:
        return "list not growing"
    if pd.isna(row["carried_part"]):
        return "tests fell short of demand"
    parts = {
        "demand up": row["demand_part"],
        "fewer tests": row["activity_part"],
        "short already": row["carried_part"],
    }
    largest = max(parts.values())
    named = [name for name, part in parts.items() if part > 0 and part >= _ALIKE * largest]
    return " and ".join(sorted(named, key=lambda name: -parts[name]))
