"""Will a test meet the standard of waiting, how sure is that, and what will join its list? From forecasts made elsewhere.

It makes no forecast: it holds those that lead against the standards, and reads off them what they imply.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from lsc_analytics.models.family import DM01
from lsc_analytics.models.risk import probability_at_most
from lsc_analytics.models.standards import binds
from lsc_analytics.parameters import Standard, ids_of_tests
from lsc_analytics.reference import LAST_DM01_BAND, SYSTEM, month_end
from lsc_analytics.tables import DM01_DEMAND_AHEAD, DM01_OUTLOOK

_KEY = ["as_of", *DM01.cell, "target_month"]


def outlook(forecasts: pd.DataFrame, standards: Iterable[Standard]) -> pd.DataFrame:
    """How likely is one test's list to meet each standard in each of the months ahead?

    The chance is that of no more people over the standard's weeks than its share allows of the median list, read off the
    forecast's quantiles (`risk.probability_at_most`), as if the list were certain: it moves by a few percent, those over
    six weeks by far more.

    Args:
        forecasts: `tables.DM01_FORECAST` of one list; the chosen rows are read.
        standards: As in `standards.yml`; those of RTT, those asked of others, and those not known yet are passed over.

    Returns:
        `tables.DM01_OUTLOOK`, the most demanding standard first. A month whose median list is nobody meets them all.

    100 waiting, 8 of them for six weeks or more, up to 12 in nine cases of ten: 95% is met with a chance of one in five.

    >>> row = {"as_of": "2025-09", "provider_code": "RXN", "diagnostic_test_code": "1", "target_month": "2025-10", "horizon": 1,
    ...     "horizon_label": "nowcast", "lower_95": 2.0, "lower_80": 4.0, "upper_80": 12.0, "upper_95": 14.0, "chosen": True,
    ...     "probability_any": 1.0, "method": "pooled"}
    >>> rows = pd.DataFrame([row | {"measure": "total_waiting", "median": 100.0}, row | {"measure": "waiting_6_plus",
    ...     "median": 8.0}])
    >>> collaborative = Standard(id="x", family="dm01", weeks=6, rule="share_within_at_least", value=95, words="w",
    ...     source="s", verified=True)
    >>> told = outlook(rows, [collaborative])
    >>> told[["within_percent", "within_lower_80", "probability_met"]].round(2).values.tolist()
    [[92.0, 88.0, 0.2]]
    """
    chosen = forecasts[forecasts["chosen"].astype(bool)]
    whole = chosen[chosen["measure"] == DM01.ladder[0]].set_index(_KEY)["median"].rename("whole")
    frames = []
    for standard in standards:
        if standard.family != "dm01" or standard.rule == "count_over_at_most":
            continue
        over = chosen[chosen["measure"] == f"waiting_{standard.weeks}_plus"].join(whole, on=_KEY, how="inner")
        asked = [
            binds(standard, provider) and standard.status_at(month_end(as_of)) != "future"
            for provider, as_of in zip(over["provider_code"], over["as_of"], strict=True)
        ]
        over = over[asked]
        if over.empty:
            continue
        needed = standard.value if standard.rule == "share_within_at_least" else 100 - standard.value
        list_then = over["whole"].to_numpy(float)
        # Rounded first, so that one in a hundred of 100 is one and not none by a binary fraction.
        limits = np.floor(np.round(list_then * (100 - needed) / 100, 9))
        shares = {
            name: 100 * (1 - np.minimum(over[quantile] / np.where(list_then > 0, list_then, np.nan), 1.0))
            for name, quantile in (
                ("within_percent", "median"),
                ("within_lower_80", "upper_80"),
                ("within_upper_80", "lower_80"),
            )
        }
        met = np.where(list_then > 0, probability_at_most(over, limits), 1.0)
        frames.append(
            over.assign(
                standard=standard.id, words=standard.words, needed_percent=float(needed), probability_met=met, **shares
            )[DM01_OUTLOOK.names]
        )
    if not frames:
        return DM01_OUTLOOK.empty()
    found = pd.concat(frames, ignore_index=True)
    return DM01_OUTLOOK.check(
        found.sort_values(["needed_percent", "standard", "horizon"], ascending=[False, True, True], ignore_index=True)
    )


def demand_ahead(history: pd.DataFrame, forecasts: pd.DataFrame) -> pd.DataFrame:
    """What must join one test's list for its forecast to come true?

    DM01 counts no referrals, so demand is what the identity leaves over (domain rule C6): the expected change of the list
    plus the tests expected from it. Means are taken, since they add and medians do not.

    Args:
        history: `tables.DM01_POSITION` of the list; the month of the forecast is its first opening list.
        forecasts: `tables.DM01_FORECAST` of the same list; the chosen rows are read.

    Returns:
        `tables.DM01_DEMAND_AHEAD`, a row a month ahead; none where list and tests are not both forecast, or a month is
        missing before.
    """
    chosen = forecasts[forecasts["chosen"].astype(bool)]
    key = [*_KEY, "horizon", "horizon_label"]
    wanted = [DM01.ladder[0], *DM01.flows]
    wide = chosen[chosen["measure"].isin(wanted)].pivot(index=key, columns="measure", values="mean")
    if wide.empty or set(wanted) - set(wide.columns):
        return DM01_DEMAND_AHEAD.empty()
    rows = wide.dropna().reset_index().sort_values("horizon")
    now = history.loc[history["month"] == rows["as_of"].iloc[0], DM01.ladder[0]].astype(float)
    before = np.concatenate([now.to_numpy()[-1:], rows[DM01.ladder[0]].to_numpy()[:-1]])
    if len(before) != len(rows) or rows["horizon"].tolist() != list(range(1, len(rows) + 1)):
        return DM01_DEMAND_AHEAD.empty()
    rows["implied_demand"] = rows[DM01.ladder[0]] - before + rows["waiting_list_activity"]
    return DM01_DEMAND_AHEAD.check(rows[DM01_DEMAND_AHEAD.names])


def medians_with_sums(told: pd.DataFrame, trusts: Sequence[str]) -> pd.DataFrame:
    """The medians of the trusts' tests, and after them those of the sums, each the sum of its parts' medians.

    A sum errs less, in proportion, than its parts, so its own interval is to come from its own history.

    Args:
        told: `as_of`, `provider_code`, `diagnostic_test_code`, `target_month`, `measure`, `median`.
        trusts: The system's trusts.
    """
    key = [*_KEY, "measure"]
    mine = told.loc[told["provider_code"].isin(trusts), [*key, "median"]]
    parts = pd.concat([*_of_sums(mine), *(each.assign(provider_code=SYSTEM) for each in (mine, *_of_sums(mine)))])
    return pd.concat([mine, parts.groupby(key)["median"].sum().reset_index()], ignore_index=True)


def every_threshold(figures: pd.DataFrame, bands: pd.DataFrame) -> pd.DataFrame:
    """The figures, and beside them the count over every weekly threshold, which the pooled method learns from.

    Args:
        figures: `provider_code`, `diagnostic_test_code`, `month`, `measure`, `value`.
        bands: Rows of `tables.DM01_BAND_VIEW` of the same lists; a month without any has no further counts.

    Returns:
        The same columns, those five alone.

    >>> key = {"provider_code": "RXN", "diagnostic_test_code": "1", "month": "2025-09"}
    >>> told = every_threshold(pd.DataFrame([key | {"measure": "total_waiting", "value": 5}]),
    ...     pd.DataFrame([key | {"week_from": 2, "waiting": 4}, key | {"week_from": 7, "waiting": 1}]))
    >>> told[told.measure.isin(["waiting_2_plus", "waiting_3_plus"])].value.tolist()
    [5.0, 1.0]
    """
    key = [*DM01.cell, "month"]
    wide = bands.pivot_table(index=key, columns="week_from", values="waiting", aggfunc="sum", fill_value=0)
    wide = wide.reindex(columns=range(LAST_DM01_BAND + 1), fill_value=0)
    # Everyone in a band or in a later one has waited at least so long; an empty list has no band, and nobody over any.
    over = pd.DataFrame(wide.to_numpy()[:, ::-1].cumsum(axis=1)[:, ::-1], index=wide.index, columns=wide.columns)
    lists = pd.MultiIndex.from_frame(figures.loc[figures["measure"] == DM01.ladder[0], key])
    banded = over.reindex(
        lists[lists.isin(over.index) | lists.get_level_values("month").isin(bands["month"])], fill_value=0
    )
    names = {week: name for week, name in DM01.over.items() if name not in DM01.measures}
    long = banded[[*names]].rename(columns=names).melt(ignore_index=False, var_name="measure").reset_index()
    return pd.concat([figures[[*key, "measure", "value"]], long], ignore_index=True).astype({"value": float})


def with_sums(figures: pd.DataFrame, trusts: Sequence[str]) -> pd.DataFrame:
    """The figures of tests, and after them the sums: a provider's of each network and of all, then each over the system.

    A month in which a trust is missing has no sum over the trusts, nor a sum a measure that one of its parts lacks: a
    smaller sum would look like a shorter list.

    Args:
        figures: `provider_code`, `diagnostic_test_code`, `month`, `measure`, `value`, as rows of `tables.DM01`, without
            sums.
        trusts: The system's trusts.
    """
    mine = figures[figures["provider_code"].isin(trusts)]
    submitted = mine.groupby("month")["provider_code"].nunique()
    every = mine[mine["month"].isin(submitted.index[submitted == mine["provider_code"].nunique()])]
    system = every.assign(provider_code=SYSTEM)
    parts = (*_of_sums(figures), system, *_of_sums(system))
    return pd.concat([figures, *map(_summed, parts)], ignore_index=True)


def _of_sums(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """The rows of the tests behind each sum of several, under its code."""
    tests = rows["diagnostic_test_code"]
    return [rows[tests.isin(ids_of_tests(code))].assign(diagnostic_test_code=code) for code in DM01.sums]


def _summed(rows: pd.DataFrame) -> pd.DataFrame:
    key = ["month", *DM01.cell]
    others = {name: (name, "first") for name in rows.columns if name not in (*key, "measure", "value")}
    added = rows.groupby([*key, "measure"], as_index=False).agg(
        value=("value", "sum"), parts=("value", "size"), **others
    )
    whole = added.loc[added["measure"] == DM01.ladder[0], [*key, "parts"]].rename(columns={"parts": "whole"})
    found = added.merge(whole, on=key)
    return found.loc[found["parts"] == found["whole"], list(rows.columns)]
