"""Who is at risk of a standard by a date, who of them may move, and what is offered: from bands, forecasts and parameters.

Everything here is expectation; `stress` draws.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.models.cohorts import BANDS
from lsc_analytics.parameters.mutual_aid import AssumedOffer, MutualAid
from lsc_analytics.reference import add_months, month_end
from lsc_analytics.tables import AID_NEED, AID_OFFERS, AID_STAGE_SHARES

STANDARDS = (18, 52, 65, 78)  # weeks that the forecasts tell
_LIST = ["provider_code", "treatment_function_code"]
_PARTS = ("incomplete", "decision_to_admit")
_SIDES = {"lower_95": -1, "lower_80": -1, "median": 0, "upper_80": 1, "upper_95": 1}


def outlook(predicted: pd.DataFrame) -> pd.DataFrame:
    """Every list, month and standard: how many own pathways will be over it, with intervals.

    Over 18 weeks are those not within: expected, the difference of the means; its intervals add both counts' in
    quadrature, as if they erred apart, and are wider than they need be.

    Args:
        predicted: Columns of `tables.RTT_PREDICTIONS`, without total rows.

    Returns:
        A row a list, `month` and `standard`: `mean`, `median`, the four ends, and the list's expected `list_size` then.
    """
    told = ["mean", *_SIDES]
    wide = predicted.pivot(index=[*_LIST, "target_month"], columns="measure", values=told)
    frames = []
    for weeks in STANDARDS:
        if weeks == 18:
            whole, within = ({name: wide[name][m] for name in told} for m in ("total_incomplete", "within_18_weeks"))
            middle = (whole["mean"] - within["mean"]).clip(lower=0)
            own = {"mean": middle}
            for name, side in _SIDES.items():
                other = name.replace("upper", "LOWER").replace("lower", "upper").replace("LOWER", "lower")
                apart = np.hypot(whole[name] - whole["mean"], within[other] - within["mean"]) if side else 0.0
                own[name] = (middle + side * apart).clip(lower=0)
        else:
            own = {name: wide[name][f"over_{weeks}_weeks"].clip(lower=0) for name in told}
        frames.append(pd.DataFrame(own).assign(standard=weeks, list_size=wide["mean"]["total_incomplete"]))
    found = pd.concat(frames).reset_index().rename(columns={"target_month": "month"}).dropna()
    found["upper_80"] = found[["upper_80", "mean"]].max(axis=1)
    found["upper_95"] = found[["upper_95", "upper_80"]].max(axis=1)
    return found


def held(bands: pd.DataFrame, months: list[str]) -> pd.DataFrame:
    """The outlook of lists without a forecast: as they stand, with the interval of independent chances.

    Args:
        bands: Rows of `tables.RTT_BAND_VIEW` of one month, part incomplete, of these lists.
        months: Months ahead.

    Returns:
        As `outlook`.
    """
    from scipy.stats import poisson

    names, matrix = _matrix(bands, "incomplete")
    frames = []
    for weeks in STANDARDS:
        over = matrix[:, weeks:].sum(axis=1)
        ends = {name: poisson.ppf(q, over) for name, q in (("lower_95", 0.025), ("lower_80", 0.1), ("upper_80", 0.9), ("upper_95", 0.975))}  # fmt: skip
        own = pd.DataFrame({"mean": over, "median": over, "list_size": matrix.sum(axis=1)} | ends, index=names).fillna(
            0.0
        )
        frames.append(own.assign(standard=weeks).reset_index().merge(pd.DataFrame({"month": months}), how="cross"))
    return pd.concat(frames, ignore_index=True)


def _matrix(bands: pd.DataFrame, part: str, names: pd.Index | None = None) -> tuple[pd.Index, np.ndarray]:
    """Lists by weekly band of one part."""
    mine = bands[bands["part"] == part]
    wide = mine.pivot_table(index=_LIST, columns="week_from", values="pathways", aggfunc="sum", fill_value=0)
    wide = wide.reindex(columns=range(BANDS), fill_value=0)
    if names is not None:
        wide = wide.reindex(names, fill_value=0)
    return wide.index, wide.to_numpy(float)


def at_risk(bands: pd.DataFrame, outlook: pd.DataFrame, months: list[str], standard: int) -> pd.DataFrame:
    """Those who would be over the standard at its date unless seen: how many still wait at each month end, and how long.

    At the as-of month they are in the bands; at the date they are the forecast's own breaches; between, the same share
    is taken to be seen each month. Their waits keep the shape that the bands give, since nobody knows which are seen.

    Args:
        bands: Rows of `tables.RTT_BAND_VIEW` of the as-of month, parts incomplete and decision_to_admit.
        outlook: As `outlook` gives it.
        months: The as-of month and those ahead; the last is the standard's date.
        standard: Weeks.

    Returns:
        A row a list, month and standard: `at_risk` and, of them, `over_share` waiting longer than the standard then; with
        `decided`, the share of them with a decision to admit at the as-of month.
    """
    target = outlook[(outlook["month"] == months[-1]) & (outlook["standard"] == standard)].set_index(_LIST)["mean"]
    names = target.index
    weeks = np.array([(month_end(month) - month_end(months[0])).days / 7 for month in months])
    edges = np.arange(1, BANDS + 1)
    among = np.clip(edges - (standard - weeks[-1]), 0, 1)  # the share of each band that will be over it
    whole, decided = (_matrix(bands, part, names)[1] * among for part in _PARTS)
    total = whole.sum(axis=1)
    start, end = np.maximum(total, target.to_numpy()), target.to_numpy()
    share = np.divide(decided.sum(axis=1), total, out=np.zeros_like(total), where=total > 0).clip(0, 1)
    rows = []
    for step, month in enumerate(months):
        ratio = np.divide(end, start, out=np.zeros_like(end), where=start > 0)
        left = start * ratio ** (step / (len(months) - 1))
        for n in STANDARDS:
            over = (whole * np.clip(edges - (n - weeks[step]), 0, 1)).sum(axis=1)
            long = np.divide(over, total, out=np.zeros_like(total), where=total > 0).clip(0, 1)
            told = pd.DataFrame({"at_risk": left, "over_share": long, "decided": share}, index=names)
            rows.append(told.assign(month=month, standard=n).reset_index())
    return pd.concat(rows, ignore_index=True)


def stage_shares(
    risk: pd.DataFrame, stages: pd.DataFrame, rule: MutualAid, standard: int, weeks_to_date: float
) -> pd.DataFrame:
    """Of those at risk, how many are at each stage: from a patient tracking list, or what published figures bound.

    Without one, nobody knows who has been seen: those without a decision to admit are an upper bound on those before
    their first appointment, and no one is said to await a test or to have been seen.

    Args:
        risk: As `at_risk` gives it.
        stages: `tables.AID_STAGES` of the as-of month; no rows where no patient tracking list is loaded.
        rule: Who may move.
        standard: Weeks.
        weeks_to_date: From the as-of month's end to the standard's date.

    Returns:
        `tables.AID_STAGE_SHARES`.
    """
    lists = risk.drop_duplicates(_LIST)[[*_LIST, "decided"]]
    among = np.clip(stages["week_from"].astype(float) + 1 - (standard - weeks_to_date), 0, 1)
    counted = (stages["pathways"].astype(float) * among).groupby([stages[name] for name in [*_LIST, "stage"]]).sum()
    totals = counted.groupby(level=_LIST).sum()
    rows = []
    for provider, code, decided in lists.itertuples(index=False, name=None):
        known = len(totals) and totals.get((provider, code), 0.0) > 0
        for stage, about in rule.stages.items():
            if known:
                share, how = float(counted.get((provider, code, stage), 0.0)) / float(totals[provider, code]), "ptl"
            elif stage == "decision_to_admit":
                share, how = float(decided), "published"
            else:
                share, how = (1 - float(decided) if stage == "before_first_appointment" else 0.0), "upper_bound"
            rows.append((provider, code, stage, share, how, about.may_move, about.uptake))
    return AID_STAGE_SHARES.check(pd.DataFrame(rows, columns=AID_STAGE_SHARES.names))


def need_of(
    risk: pd.DataFrame,
    outlook: pd.DataFrame,
    shares: pd.DataFrame,
    rule: MutualAid,
    standard: int,
    months: list[str],
    *,
    senders: list[str],
    by: str,
) -> pd.DataFrame:
    """Who may still move in each month: those at risk as it begins, and the share at a stage that may move and would.

    Args:
        risk: As `at_risk` gives it.
        outlook: As `outlook` gives it.
        shares: `tables.AID_STAGE_SHARES`.
        rule: Who may move, and how many would.
        standard: Weeks.
        months: Months in which a pathway may move.
        senders: Providers that may send; the others' lists are there to be compared with.
        by: The standard's month.

    Returns:
        `tables.AID_NEED`.
    """
    before = risk[risk["standard"] == standard].assign(month=lambda rows: [add_months(m, 1) for m in rows["month"]])
    before = before[before["month"].isin(months)]
    at_date = outlook[(outlook["month"] == by) & (outlook["standard"] == standard)]
    need = before.merge(at_date[[*_LIST, "mean", "list_size"]].rename(columns={"mean": "breaches"}), on=_LIST)
    could = shares["share"] * shares["stage"].map({name: one.share for name, one in rule.stages.items()})
    could = could.where(shares["may_move"], 0.0)
    by_list = [shares[name] for name in _LIST]
    going = (could * shares["uptake"]).groupby(by_list).sum().rename("eligible_share")
    coming = (could * (rule.team.uptake if rule.team.may_move else 0.0)).groupby(by_list).sum().rename("team_share")
    need = need.merge(going.reset_index(), on=_LIST).merge(coming.reset_index(), on=_LIST)
    sends = need["provider_code"].isin(senders)
    for name in ("eligible_share", "team_share"):
        need[name] = need[name].clip(0, 1).where(sends, 0.0)
    return AID_NEED.check(need[AID_NEED.names])


def offers_of(
    capacity: pd.DataFrame, stops: pd.DataFrame, breaches: pd.Series, months: list[str], assumed: AssumedOffer
) -> pd.DataFrame:
    """What is offered: of providers that have sent a capacity file what is in it, of the others what they are taken to give.

    A provider that has said nothing is taken to give a share of its latest clock stops, less what its own breaches would
    take: a receiver with a queue is not free capacity. Every list has a row in every month, of nothing if need be.

    Args:
        capacity: `tables.AID_CAPACITY`.
        stops: `provider_code`, `treatment_function_code`, `value`: clock stops of the latest month, one row a list.
        breaches: Own breaches at the date by list.
        months: Months ahead.
        assumed: The share.

    Returns:
        `tables.AID_OFFERS`.
    """
    monthly = stops.groupby(_LIST)["value"].sum() * assumed.percent_of_stops / 100
    whole = monthly * len(months)
    own = breaches.reindex(monthly.index).fillna(0.0)
    spare = (1 - own / whole.where(whole > 0)).clip(lower=0).fillna(0.0)
    middle = (monthly * spare).rename("aid_clock_stops_p50").reset_index()
    taken = middle.merge(pd.DataFrame({"month": months}), how="cross")
    taken["aid_clock_stops_p10"] = taken["aid_clock_stops_p50"] * assumed.p10_of_p50
    has_said = set(capacity["provider_code"])
    taken["assumed"] = ~taken["provider_code"].isin(has_said)
    figures = ["aid_clock_stops_p50", "aid_clock_stops_p10"]
    taken.loc[~taken["assumed"], figures] = 0.0
    said = capacity[capacity["month"].isin(months)].pivot(
        index=[*_LIST, "month"], columns="measure", values="clock_stops"
    )
    said = said.reindex(columns=figures, fill_value=0.0).reset_index().assign(assumed=False)
    both = pd.concat([said, taken], ignore_index=True).drop_duplicates([*_LIST, "month"])
    return AID_OFFERS.check(both[AID_OFFERS.names])
