"""What a report reads of the published counts: the cohort, its weeks, shares by group, and the bridge to the return.

Everything here is made from shown counts, so it tells no more than they do.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from lsc_analytics.models.ptl.counts import ALL, EQUITY, WAITS
from lsc_analytics.models.ptl.order import at_risk_by
from lsc_analytics.parameters import Ptl
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM, month_end
from lsc_analytics.store.disclosure import as_numbers
from lsc_analytics.tables import PTL_BRIDGE, PTL_COHORT, PTL_SHARES, PTL_TIP_INS

_PARTS = ("booked", "booked_late", "unbooked", "awaiting_test", "due_validation")


def cohort(published: pd.DataFrame, rule: Ptl) -> pd.DataFrame:
    """Who will be over each standard at the date unless their clock stops, and what is arranged for them?

    Args:
        published: `tables.PTL_PUBLISHED`.
        rule: `ptl.yml`.

    Returns:
        `tables.PTL_COHORT`: every list that is told apart, totals among them.
    """
    told = published[published["dimension"] == ALL]
    key = ["as_of", "provider_code", "treatment_function_code"]
    wide = told.pivot(index=key, columns="measure", values="count")
    frames = []
    for weeks in rule.standards_weeks:
        named = {f"at_risk_{weeks}": "at_risk"} | {f"at_risk_{weeks}_{part}": part for part in _PARTS}
        if set(named) <= set(wide.columns):
            frames.append(wide[list(named)].rename(columns=named).dropna().reset_index().assign(standard_weeks=weeks))
    if not frames:
        return PTL_COHORT.empty()
    found = pd.concat(frames, ignore_index=True)
    found["by"] = [at_risk_by(as_of, rule).isoformat() for as_of in found["as_of"]]
    return PTL_COHORT.check(found[PTL_COHORT.names])


def tip_ins(published: pd.DataFrame, rule: Ptl) -> pd.DataFrame:
    """How many pass each standard, week by week to the date, if nobody is seen?

    Returns:
        `tables.PTL_TIP_INS`; week 0 holds those already past it.
    """
    told = published[published["dimension"] == "week"]
    frames = []
    for weeks in rule.standards_weeks:
        mine = told[told["measure"] == f"at_risk_{weeks}"]
        frames.append(mine.assign(standard_weeks=weeks, week=mine["group"].astype("int64"), tip_ins=mine["count"]))
    found = pd.concat(frames, ignore_index=True)
    ends = {as_of: at_risk_by(as_of, rule) for as_of in found["as_of"].unique()}
    found["by"] = [ends[as_of].isoformat() for as_of in found["as_of"]]
    found["week_ending"] = [
        min(dt.date.fromisoformat(as_of) + dt.timedelta(weeks=week), ends[as_of]).isoformat()
        for as_of, week in zip(found["as_of"], found["week"], strict=True)
    ]
    return PTL_TIP_INS.check(found[PTL_TIP_INS.names])


def shares(published: pd.DataFrame, names: dict[str, str] | None = None) -> pd.DataFrame:
    """What share of each trust, specialty and group has waited more than 18 and more than 52 weeks?

    Args:
        published: `tables.PTL_PUBLISHED`.
        names: Group: its name in words, where that is another.

    Returns:
        `tables.PTL_SHARES`; specialties are the groups of a dimension of their own.
    """
    told = published[published["measure"].isin(["pathways", *WAITS])]
    listwise = (told["dimension"] == ALL) & (told["treatment_function_code"] != ALL_SPECIALTIES)
    told = told.assign(
        dimension=told["dimension"].mask(listwise, "specialty"),
        group=told["group"].mask(listwise, told["treatment_function_code"]),
    )
    key = ["as_of", "provider_code", "dimension", "group"]
    wide = told.pivot(index=key, columns="measure", values="count")
    wide = wide[wide["over_18_weeks"].notna() & (wide["pathways"] != "0")].reset_index()
    whole = as_numbers(wide["pathways"])
    for weeks in (18, 52):
        wide[f"over_{weeks}_weeks"] = wide[f"over_{weeks}_weeks"].fillna("*")  # of a total too small to be told apart
        wide[f"over_{weeks}_percent"] = 100 * as_numbers(wide[f"over_{weeks}_weeks"]) / whole.where(whole > 0)
    wide["name"] = [(names or {}).get(group, group) for group in wide["group"]]
    number = pd.to_numeric(wide["group"].where(wide["dimension"] == "deprivation"), errors="coerce")  # 2 before 10
    wide["_dimension"] = (
        wide["dimension"].map({name: at for at, name in enumerate((ALL, *EQUITY))}).fillna(len(EQUITY) + 1)
    )
    ranked = wide.assign(_number=number).sort_values(["as_of", "provider_code", "_dimension", "_number", "group"])
    return PTL_SHARES.check(ranked[PTL_SHARES.names].reset_index(drop=True))


def bridge(published: pd.DataFrame, returned: pd.DataFrame, month: str) -> pd.DataFrame:
    """How does each trust's list follow from the last published month?

    Published figures are set beside shown ones; nothing of the return is suppressed again.

    Args:
        published: `tables.PTL_PUBLISHED`.
        returned: `tables.RTT` of that month: total incomplete pathways by trust.
        month: The month.

    Returns:
        `tables.PTL_BRIDGE`: every trust that has both, and the system where every trust has.
    """
    told = published[(published["treatment_function_code"] == ALL_SPECIALTIES) & (published["measure"] == "pathways")]
    now = told[told["dimension"] == ALL].set_index("provider_code")
    by = told[told["dimension"] == "published"].pivot(index="provider_code", columns="group", values="count")
    whole = returned[returned["treatment_function_code"] == ALL_SPECIALTIES].set_index("provider_code")["value"]
    trusts = [code for code in now.index if code != SYSTEM]
    if set(trusts) <= set(whole.index):
        whole = pd.concat([whole, pd.Series({SYSTEM: whole.reindex(trusts).sum()})])
    codes = [code for code in now.index if code in whole.index and code in by.index]
    found = pd.DataFrame({"provider_code": codes, "published_month": month})
    for name, values in (
        ("as_of", now["as_of"]),
        ("published_pathways", whole.astype("int64")),
        ("of_then", by["then"]),
        ("started_since", by["since"]),
        ("pathways", now["count"]),
    ):
        found[name] = values.reindex(codes).to_numpy()
    found["weeks_since"] = [(dt.date.fromisoformat(as_of) - month_end(month)).days / 7 for as_of in found["as_of"]]
    found["difference"] = as_numbers(found["pathways"]) - found["published_pathways"]
    found["difference_percent"] = 100 * found["difference"] / found["published_pathways"]
    return PTL_BRIDGE.check(found[PTL_BRIDGE.names])


def beneath(cohort: pd.DataFrame, trust: str) -> pd.DataFrame:
    """What lies beneath a report: the trusts of the system, or the specialties of a trust, most unbooked first.

    Args:
        cohort: `tables.PTL_COHORT`.
        trust: A trust's code, or LSC.

    Returns:
        Rows of `tables.PTL_COHORT`, by standard; a list of whom nobody is at risk is left out.
    """
    total = cohort["treatment_function_code"] == ALL_SPECIALTIES
    mine = (
        total & (cohort["provider_code"] != SYSTEM) if trust == SYSTEM else ~total & (cohort["provider_code"] == trust)
    )
    found = cohort[mine & (cohort["at_risk"] != "0")]
    return _most_unbooked_first(found)


def unbooked(cohort: pd.DataFrame, specialty: str) -> pd.DataFrame:
    """Which trusts have most pathways without a booking, of those at risk of the standard that is passed first?

    Args:
        cohort: `tables.PTL_COHORT`.
        specialty: A treatment function's code; C_999 for the whole list.

    Returns:
        Rows of `tables.PTL_COHORT` of the shortest standard, a trust each, most unbooked first; a hidden count comes last.
    """
    mine = (cohort["treatment_function_code"] == specialty) & (cohort["provider_code"] != SYSTEM)
    return _most_unbooked_first(cohort[mine & (cohort["standard_weeks"] == cohort["standard_weeks"].min())])


def _most_unbooked_first(found: pd.DataFrame) -> pd.DataFrame:
    by = {"standard_weeks": True, "_unbooked": False, "_at_risk": False}
    ranked = found.assign(_unbooked=as_numbers(found["unbooked"]), _at_risk=as_numbers(found["at_risk"]))
    ranked = ranked.sort_values(list(by), ascending=list(by.values()), kind="stable")
    return PTL_COHORT.check(ranked[PTL_COHORT.names].reset_index(drop=True))
