"""Actual, plan and forecast together: how likely the plan is to be met, and from which month on a list is off it.

It makes neither plan nor forecast, and reads no files.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.models.risk import probability_at_most
from lsc_analytics.reference import SYSTEM
from lsc_analytics.tables import DM01_AGAINST_PLAN, MORE_IS_BETTER, PLAN, RTT_AGAINST_PLAN, Table

_SHARE, _COUNTED, _OF = "within_18_weeks_percent", "within_18_weeks", "total_incomplete"
_TOLD = ["mean", "median", "lower_80", "upper_80", "lower_95", "upper_95"]
_EVENS = 0.5


def against_plan(positions: pd.DataFrame, forecasts: pd.DataFrame, plan: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """Is the list on plan, how likely is it to stay so, and which is its first month off?

    A month up to `as_of` is judged by its actual, a later one by the chosen forecast: it is off plan where the median
    misses and the chance of meeting it is below one half. The chance is read off the forecast's quantiles by
    `risk.probability_at_most`. A share within 18 weeks is forecast as the count within over the median list, as if the
    list were certain: its interval is too wide, since a longer list has more of both.

    Args:
        positions: `tables.RTT_POSITION` or `tables.DM01_POSITION` of the planned lists.
        forecasts: `tables.RTT_FORECAST` as of `as_of`; the chosen rows are read. Tests have none: give no rows.
        plan: `tables.PLAN`.
        as_of: Last month reported; no later actual is looked at.

    Returns:
        `tables.RTT_AGAINST_PLAN` or `tables.DM01_AGAINST_PLAN`, a row a list, measure and planned month.
    """
    rtt = "treatment_function_code" in positions
    table: Table = RTT_AGAINST_PLAN if rtt else DM01_AGAINST_PLAN
    code = table.names[1]
    planned = plan[plan["family"] == ("rtt" if rtt else "dm01")].rename(columns={"list_code": code})
    if planned.empty:
        return table.empty()
    cell = ["provider_code", code]
    measures = sorted(set(planned["measure"]) & set(positions.columns))
    counted = positions[positions["month"] <= as_of].melt([*cell, "month"], measures, "measure", "actual")
    counted["actual"] = counted["actual"].astype("float64")
    rows = planned.rename(columns={"planned_value": "planned"}).drop(columns="file_sha256")
    rows = rows.merge(counted, on=[*cell, "month", "measure"], how="left")
    if rtt:
        ahead = _ahead(forecasts[forecasts["chosen"].astype(bool) & (forecasts["as_of"] == as_of)], cell)
        rows = rows.merge(ahead, on=[*cell, "month", "measure"], how="left")
    else:
        rows = rows.assign(**dict.fromkeys([*_TOLD, "probability_any"], np.nan))
    rows["probability_met"] = _probability_met(rows)
    best = rows["actual"].where(rows["actual"].notna(), rows["median"])
    rows["gap"] = best - rows["planned"]
    misses = (rows["gap"] < 0).where(rows["measure"].isin(MORE_IS_BETTER), rows["gap"] > 0)
    off = misses & (rows["actual"].notna() | (rows["probability_met"] < _EVENS))
    rows["off_plan"] = off.astype(object).where(best.notna(), None)
    rows = rows.sort_values([*cell, "measure", "month"], ignore_index=True)
    is_off = rows["off_plan"].eq(True)
    rows["first_off_plan"] = is_off & (is_off.groupby([rows[name] for name in (*cell, "measure")]).cumsum() == 1)
    return table.check(rows[table.names])


def system_plan(plan: pd.DataFrame, trusts: list[str]) -> pd.DataFrame:
    """The trusts' plans added up, as those of one provider, `LSC`.

    Shares do not add, and a sum that lacks a trust would look like a better plan: both are left out.
    """
    counts = plan[plan["provider_code"].isin(trusts) & ~plan["measure"].str.endswith("_percent")]
    added = counts.groupby(["month", "list_code", "family", "measure"], as_index=False).agg(
        planned_value=("planned_value", "sum"),
        file_sha256=("file_sha256", "first"),
        trusts=("provider_code", "nunique"),
    )
    whole = added[added["trusts"] == len(trusts)]
    return PLAN.check(whole.assign(provider_code=SYSTEM)[PLAN.names].reset_index(drop=True))


def _ahead(chosen: pd.DataFrame, cell: list[str]) -> pd.DataFrame:
    """The chosen forecasts by month, and the share within 18 weeks made of two of them."""
    told = chosen.rename(columns={"target_month": "month"})[[*cell, "month", "measure", *_TOLD, "probability_any"]]
    key = [*cell, "month"]
    within = told[told["measure"] == _COUNTED]
    lists = told.loc[(told["measure"] == _OF) & (told["median"] > 0), [*key, "median"]]
    share = within.merge(lists.rename(columns={"median": "list_then"}), on=key)
    share[_TOLD] = share[_TOLD].mul(100 / share["list_then"], axis=0).clip(upper=100)
    share = share.assign(measure=_SHARE).drop(columns="list_then")
    return pd.concat([told, share], ignore_index=True) if len(share) else told


def _probability_met(rows: pd.DataFrame) -> pd.Series:
    """The chance of each planned value, where something is forecast of a month without an actual."""
    known = rows["median"].notna() & rows["actual"].isna()
    ahead = rows[known]
    shares = ahead["measure"].str.endswith("_percent")
    more = ahead["measure"].isin(MORE_IS_BETTER)
    # At least so many is not at most one fewer; of a share, which has no next value, not at most that.
    limit = ahead["planned"].where(~more | shares, np.ceil(ahead["planned"]) - 1)
    at_most = pd.Series(probability_at_most(ahead, limit.to_numpy(dtype=float)), index=ahead.index)
    return at_most.where(~more, 1 - at_most).reindex(rows.index)
