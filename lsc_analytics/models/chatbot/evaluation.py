"""Did validated specialties' lists move otherwise than comparable unvalidated ones, and what are lists net of validation?

Published counts and published lists only. Specialties were chosen for a campaign, not drawn: what differs afterwards need
not be the campaign's doing. It says nothing of patients' outcomes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.models.chatbot.counting import ALL_PROVIDERS, EVERYONE, ROW, WAIT_BANDS
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM, add_months, month_end
from lsc_analytics.store import disclosure
from lsc_analytics.tables import CHATBOT_EVALUATION, CHATBOT_NET

MONTHS_BEFORE = 6  # over which the trend before is matched
_FEWEST_WAITING = 100  # a smaller list moves too much by chance to compare with
_NEAREST = 3
_OTHER_SPECIALTY = 1.0  # added to the distance, in standard deviations
_FEWEST_PLACEBOS = 8
_DRAWS = 2_000
_LIMIT_WEEKS = 52
_CELL = ["provider_code", "treatment_function_code"]
MEASURES = {
    "list_change_percent": "Change in the list, percent",
    "net_removals_percent": "Left without a reported treatment, percent of the list a month",
    "over_52_points": "Change in the share over 52 weeks, percentage points",
}


def span(published: pd.DataFrame, campaign: str) -> tuple[str, str] | None:
    """First and last month in which anybody was reached in a campaign; None where no month is told.

    Args:
        published: `tables.CHATBOT_COUNTS_PUBLISHED`.
        campaign: Which.
    """
    mine = published[(published["campaign"] == campaign) & (published["dimension"] == "month")]
    told = mine.loc[mine["contacted"].ne("0") & mine["category"].str.match(r"\d{4}-\d{2}$"), "category"]
    return (str(told.min()), str(told.max())) if len(told) else None


def evaluate(
    published: pd.DataFrame, campaign: str, position: pd.DataFrame, flows: pd.DataFrame, last_month: str
) -> pd.DataFrame:
    """How did the campaign's specialties move beside unvalidated ones, from the month before it to its last?

    Each list is set beside the mean of the three nearest unvalidated lists of NHS trusts: by size (logarithm), share
    over 52 weeks and change in the six months before, each in standard deviations; one more where the specialty is
    another. The difference is averaged over lists, weighted by their size. Every unvalidated list is then treated as if
    it had been validated, against the others: means of as many such placebo differences, drawn 2,000 times with a fixed
    seed, show how far a difference of nothing spreads. That takes lists of one trust to move apart, so it is too narrow.

    Args:
        published: `tables.CHATBOT_COUNTS_PUBLISHED`.
        campaign: Which.
        position: `tables.RTT_POSITION` by trust and specialty, from six months before the month before the campaign.
        flows: `tables.RTT_FLOWS` of the same lists.
        last_month: Last month with lists: a campaign that runs on is told up to it.

    Returns:
        `tables.CHATBOT_EVALUATION`, a row a measure; empty where no month before, or no comparison, is loaded.
    """
    months = span(published, campaign)
    if months is None:
        return CHATBOT_EVALUATION.empty()
    before, after = add_months(months[0], -1), min(months[1], last_month)
    lists = _lists(position, flows, before, after)
    cells = published[(published["campaign"] == campaign) & (published["dimension"] == EVERYONE)]
    called = cells[(cells["treatment_function_code"] != ALL_SPECIALTIES) & cells["attempted"].ne("0")]
    lists = lists.merge(called[_CELL].assign(validated=True), on=_CELL, how="left")
    validated = lists["validated"].eq(True).fillna(False).to_numpy(dtype=bool)
    if after <= before or not validated.any() or (~validated).sum() <= _NEAREST:
        return CHATBOT_EVALUATION.empty()
    traits = np.column_stack([np.log(lists["list"]), lists["share_over_52"], lists["trend_percent"]]).astype(float)
    deviation = traits.std(axis=0)
    traits = (traits - traits.mean(axis=0)) / np.where(deviation > 0, deviation, 1)
    functions = lists["treatment_function_code"].to_numpy(dtype=str)
    distance = np.linalg.norm(traits[:, None, :] - traits[None, :, :], axis=2)
    distance += _OTHER_SPECIALTY * (functions[:, None] != functions[None, :])
    distance[:, validated] = np.inf
    np.fill_diagonal(distance, np.inf)
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :_NEAREST]
    weight = lists.loc[validated, "list"].to_numpy(dtype=float)
    random, rows = np.random.default_rng(52), []
    trend = lists["trend_percent"].to_numpy(dtype=float)
    for measure in MEASURES:
        values = lists[measure].to_numpy(dtype=float)
        beside = values[nearest].mean(axis=1)
        apart = values - beside
        usable, placebo = np.isfinite(apart[validated]), apart[~validated & np.isfinite(apart)]
        if not usable.any():
            continue
        shares = weight[usable] / weight[usable].sum()
        difference = float(apart[validated][usable] @ shares)
        low = high = np.nan
        if len(placebo) >= _FEWEST_PLACEBOS:
            drawn = random.choice(placebo - placebo.mean(), (_DRAWS, len(shares))) @ shares
            low, high = difference - np.quantile(drawn, 0.975), difference - np.quantile(drawn, 0.025)
        rows.append(
            {"campaign": campaign, "measure": measure, "words": MEASURES[measure], "month_before": before, "last_month": after,
             "validated_lists": int(usable.sum()), "compared_lists": len(np.unique(nearest[validated][usable])),
             "placebos": len(placebo), "trend_validated": float(trend[validated][usable] @ shares),
             "trend_compared": float(trend[nearest].mean(axis=1)[validated][usable] @ shares),
             "validated": float(values[validated][usable] @ shares), "compared": float(beside[validated][usable] @ shares),
             "difference": difference, "lower_95": low, "upper_95": high}
        )  # fmt: skip
    return CHATBOT_EVALUATION.check(pd.DataFrame(rows)) if rows else CHATBOT_EVALUATION.empty()


def net_of_validation(published: pd.DataFrame, position: pd.DataFrame, campaign: str, last_month: str) -> pd.DataFrame:
    """What would the lists be, had nobody been removed by the campaign?

    At most: it takes none of those removed to have been treated or to have left otherwise. Over 52 weeks has everyone
    who could have reached 52 by then from the wait they had when they were called, all trusts together; within 18 weeks
    takes all of them for over 18.

    Args:
        published: `tables.CHATBOT_COUNTS_PUBLISHED`.
        position: `tables.RTT_POSITION` of the system (LSC), its trusts, and their specialties.
        campaign: Which.
        last_month: Last month with lists.

    Returns:
        `tables.CHATBOT_NET`, a row a list with removals that are shown, all trusts together being ALL, at the campaign's last
        month or the last with lists; empty where there is none.
    """
    months = span(published, campaign)
    if months is None or last_month < months[0]:
        return CHATBOT_NET.empty()
    month = min(months[1], last_month)
    mine = published[published["campaign"] == campaign]
    lists = mine[mine["dimension"] == EVERYONE]
    at = position[position["month"] == month]
    at = at.assign(provider_code=at["provider_code"].replace(SYSTEM, ALL_PROVIDERS))
    told = lists[[*ROW, "removed"]].merge(at, on=_CELL)
    gone = disclosure.as_numbers(told["removed"])
    told, gone = told[gone > 0].reset_index(drop=True), gone[gone > 0].reset_index(drop=True)
    if told.empty:
        return CHATBOT_NET.empty()
    elapsed = (month_end(month) - month_end(add_months(months[0], -1))).days / 7
    waits = mine[mine["dimension"] == "wait"].set_index("category")["removed"]
    upper = [*list(WAIT_BANDS)[1:], np.inf]
    reaching = [name for name, end in zip(WAIT_BANDS.values(), upper, strict=True) if end + elapsed > _LIMIT_WEEKS]
    late = disclosure.as_numbers(waits).reindex(reaching).fillna(disclosure.SMALLEST_SHOWN - 1).sum()
    size, over = told["total_incomplete"].astype(float), told["over_52_weeks"].astype(float)
    within = told["within_18_weeks"].astype(float)
    cut = np.floor(10_000 * within / (size + gone) + 1e-9) / 100  # never up to a standard, as published shares
    made = told[[*ROW, "month", "removed"]].assign(
        waiting=size,
        waiting_without=size + gone,
        over_52=over,
        over_52_without=(over + late).where(told["provider_code"] == ALL_PROVIDERS),
        within_18_percent=told["within_18_weeks_percent"].astype(float),
        within_18_percent_without=cut,
    )
    return CHATBOT_NET.check(made[CHATBOT_NET.names])


def _lists(position: pd.DataFrame, flows: pd.DataFrame, before: str, after: str) -> pd.DataFrame:
    """Every list of an NHS trust that has all three months: what it was like before, and how it moved."""
    kept = position[
        (position["treatment_function_code"] != ALL_SPECIALTIES) & position["provider_code"].str.startswith("R")
    ]
    size, over = (
        kept.set_index([*_CELL, "month"])[name].astype("float64") for name in ("total_incomplete", "over_52_weeks")
    )
    at = {month: size.xs(month, level="month") for month in (add_months(before, -MONTHS_BEFORE), before, after)
          if month in size.index.get_level_values("month")}  # fmt: skip
    if len(at) < 3:
        return pd.DataFrame(columns=[*_CELL, "list", "share_over_52", "trend_percent", *MEASURES])
    earlier, then, now = (at[month] for month in (add_months(before, -MONTHS_BEFORE), before, after))
    during = flows[(flows["month"] > before) & (flows["month"] <= after)]
    monthly = during.assign(share=100 * during["net_removals"].astype(float) / during["opening"].astype(float))
    share = {month: 100 * over.xs(month, level="month") / at[month] for month in (before, after)}
    made = pd.DataFrame(
        {
            "list": then,
            "share_over_52": share[before],
            "trend_percent": 100 * (then / earlier - 1),
            "list_change_percent": 100 * (now / then - 1),
            "net_removals_percent": monthly.groupby(_CELL)["share"].mean(),
            "over_52_points": share[after] - share[before],
        }
    )
    needed = made.replace([np.inf, -np.inf], np.nan).dropna(
        subset=["list", "share_over_52", "trend_percent", "over_52_points"]
    )
    return needed[needed["list"] >= _FEWEST_WAITING].rename_axis(index=_CELL).reset_index()
