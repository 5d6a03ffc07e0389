"""Actual, plan and forecast together: how likely the plan is to be met, and from which month on a list is off it.

It makes neither plan nor forecast, and reads no files.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.models import family
from lsc_analytics.models.risk import probability_at_most
from lsc_analytics.reference import SYSTEM
from lsc_analytics.tables import DM01_AGAINST_PLAN, MORE_IS_BETTER, PLAN, RTT_AGAINST_PLAN, Table

# The share within the weeks that a family counts: its name, the count it is made of, and whether that is of those over.
_SHARES = {
    "rtt": ("within_18_weeks_percent", "within_18_weeks", False),
    "dm01": ("within_6_weeks_percent", "waiting_6_plus", True),
}
_TOLD = ["mean", "median", "lower_80", "upper_80", "lower_95", "upper_95"]
_TURNED = {"lower_80": "upper_80", "upper_80": "lower_80", "lower_95": "upper_95", "upper_95": "lower_95"}
_EVENS = 0.5


def against_plan(positions: pd.DataFrame, forecasts: pd.DataFrame, plan: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """Is the list on plan, how likely is it to stay so, and which is its first month off?

    A month up to `as_of` is judged by its actual, a later one by the chosen forecast: it is off plan where the median
    misses and the chance of meeting it is below one half. The chance is read off the forecast's quantiles by
    `risk.probability_at_most`. A share within 18 or six weeks is forecast as the count within over the median list, as if
    the list were certain: its interval is too wide, since a longer list has more of both.

    Args:
        positions: `tables.RTT_POSITION` or `tables.DM01_POSITION` of the planned lists.
        forecasts: `tables.RTT_FORECAST` or `tables.DM01_FORECAST` as of `as_of`; the chosen rows are read.
        plan: `tables.PLAN`.
        as_of: Last month reported; no later actual is looked at.

    Returns:
        `tables.RTT_AGAINST_PLAN` or `tables.DM01_AGAINST_PLAN`, a row a list, measure and planned month.
    """
    kind = family.of(positions)
    table: Table = RTT_AGAINST_PLAN if kind is family.RTT else DM01_AGAINST_PLAN
    planned = plan[plan["family"] == kind.name].rename(columns={"list_code": kind.function_column})
    if planned.empty:
        return table.empty()
    cell = kind.cell
    measures = sorted(set(planned["measure"]) & set(positions.columns))
    counted = positions[positions["month"] <= as_of].melt([*cell, "month"], measures, "measure", "actual")
    counted["actual"] = counted["actual"].astype("float64")
    rows = planned.rename(columns={"planned_value": "planned"}).drop(columns="file_sha256")
    rows = rows.merge(counted, on=[*cell, "month", "measure"], how="left")
    ahead = _ahead(forecasts[forecasts["chosen"].astype(bool) & (forecasts["as_of"] == as_of)], kind)
    rows = rows.merge(ahead, on=[*cell, "month", "measure"], how="left")
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


def _ahead(chosen: pd.DataFrame, kind: family.Family) -> pd.DataFrame:
    """The chosen forecasts by month, and the share within 18 or six weeks made of two of them."""
    key = [*kind.cell, "month"]
    told = chosen.rename(columns={"target_month": "month"})[[*key, "measure", *_TOLD, "probability_any"]]
    name, of, over = _SHARES[kind.name]
    lists = told.loc[(told["measure"] == kind.ladder[0]) & (told["median"] > 0), [*key, "median"]]
    share = told[told["measure"] == of].merge(lists.rename(columns={"median": "list_then"}), on=key)
    share[_TOLD] = share[_TOLD].mul(100 / share["list_then"], axis=0).clip(upper=100)
    if over:  # few over is a large share within: what was the upper end is the lower
        share[_TOLD] = 100 - share[[_TURNED.get(column, column) for column in _TOLD]].to_numpy()
        share["probability_any"] = 1.0
    share = share.assign(measure=name).drop(columns="list_then")
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
