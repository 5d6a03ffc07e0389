"""Every open pathway of every trust as one list, by clinical priority and then by wait; exact, a row a pathway.

Nothing here may be shown to anyone but a pathway's own trust. It counts nothing: `counts` does.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lsc_analytics.errors import ParameterError
from lsc_analytics.parameters import Ptl
from lsc_analytics.reference import LAST_RTT_BAND, latest_clock_start
from lsc_analytics.tables import AID_STAGES, PTL_AT_RISK, PTL_LIST


def order(pathways: pd.DataFrame, as_of: str, rule: Ptl) -> pd.DataFrame:
    """Who is to be seen first? The clinically most urgent, then whoever has waited longest.

    A pathway without a clinical priority comes after all that have one. It has come as far as it ever has: to a decision
    to admit, else to a test that it waits for, else to a first appointment, else not yet there. It is to be validated
    where it has waited longer than `validate_after_weeks` and was not validated in the last `validate_every_weeks`.

    Args:
        pathways: `tables.PTL_PATHWAYS`, one extract a trust.
        as_of: The day counted, YYYY-MM-DD: that of the extracts, or later.
        rule: `ptl.yml`.

    Returns:
        `tables.PTL_LIST`, in order.
    """
    start, day = days(pathways["clock_start_date"]), np.datetime64(as_of)
    waited = (day - start).astype("int64")
    ranks = {code: rank for rank, code in enumerate(rule.priority_codes)}
    codes, words = pd.factorize(pathways["priority_code"])
    last = len(ranks)
    rank = np.array([*(ranks.get(str(word), last) for word in words), last])[codes]
    keys = pa.table({"rank": rank, "start": start.astype("int64"), "own": pa.array(pathways["pathway_pseudonym"])})
    at = pc.sort_indices(keys, [("rank", "ascending"), ("start", "ascending"), ("own", "ascending")]).to_numpy()
    test = pathways["waiting_for"].eq("test").to_numpy()
    seen, decided = (pathways[name].notna().to_numpy() for name in ("first_seen_date", "decision_to_admit_date"))
    validated = days(pathways["last_validated_date"])
    long_ago = np.isnat(validated) | (day - validated >= np.timedelta64(7 * rule.validate_every_weeks, "D"))
    told = pathways.assign(
        days_waited=waited,
        stage=pd.Series(
            np.select(
                [decided, test, seen], ["decision_to_admit", "awaiting_test", "seen"], "before_first_appointment"
            ),
            index=pathways.index,
            dtype="str",
        ),
        due_validation=(waited > 7 * rule.validate_after_weeks) & long_ago,
    )
    told = told.iloc[at].assign(position=np.arange(1, len(told) + 1))
    return PTL_LIST.check(told[PTL_LIST.names])


def at_risk_by(as_of: str, rule: Ptl) -> dt.date:
    """The date by which the at-risk cohort is counted: the next end of `by_month`, `by_weeks_ahead` away at least.

    >>> from lsc_analytics.parameters import ptl
    >>> at_risk_by("2026-01-31", ptl()), at_risk_by("2026-03-15", ptl())
    (datetime.date(2026, 3, 31), datetime.date(2027, 3, 31))
    """
    first = dt.date.fromisoformat(as_of) + dt.timedelta(weeks=rule.by_weeks_ahead)
    for year in (first.year, first.year + 1):
        end = dt.date(year + rule.by_month // 12, rule.by_month % 12 + 1, 1) - dt.timedelta(days=1)
        if end >= first:
            return end
    raise AssertionError("there is an end of every month in two years")


def at_risk(listed: pd.DataFrame, as_of: str, standard_weeks: int, by: dt.date) -> pd.DataFrame:
    """Which pathways will be over a standard at a date unless their clocks stop, and what is arranged for them?

    Booked is a day from the day counted to the date; a day that has passed with the clock still running is no booking.

    Args:
        listed: `tables.PTL_LIST`.
        as_of: The day counted, YYYY-MM-DD.
        standard_weeks: The standard, weeks.
        by: The date.

    Returns:
        `tables.PTL_AT_RISK`, in the list's order.

    Raises:
        ParameterError: The date is before the day counted.
    """
    if by < dt.date.fromisoformat(as_of):
        raise ParameterError(f"{by} is before the list of {as_of}.", "Name a later date.", parameter="by")
    start = days(listed["clock_start_date"])
    cohort = start <= np.datetime64(latest_clock_start(standard_weeks, by))
    breach = start[cohort] + (7 * standard_weeks + 1)
    told = listed[cohort]
    return PTL_AT_RISK.check(
        told.assign(
            pathway_reference=told["pathway_pseudonym"],
            breach_date=breach.astype(str),
            booking=booking(told, as_of, by),
        )[PTL_AT_RISK.names]
    )


def booking(listed: pd.DataFrame, as_of: str, by: dt.date) -> np.ndarray:
    """What is arranged for each pathway: booked, booked_late or unbooked."""
    day = days(listed["booked_date"])
    ahead = day >= np.datetime64(as_of)  # never of a day that is not there
    return np.where(ahead & (day <= np.datetime64(by)), "booked", np.where(ahead, "booked_late", "unbooked"))


def stages(listed: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """How far have the pathways of each list come, by weekly band?

    Args:
        listed: `tables.PTL_LIST`.
        as_of: The day counted, YYYY-MM-DD.

    Returns:
        `tables.AID_STAGES`, under the month of that day; bands as published: 65 weeks exactly is in the band from 64.
    """
    week = np.clip((listed["days_waited"].to_numpy(dtype="int64") - 1) // 7, 0, LAST_RTT_BAND)
    keys = ["provider_code", "treatment_function_code", "stage", "week_from"]
    told = listed[keys[:3]].assign(week_from=week).groupby(keys, sort=True).size()
    return AID_STAGES.check(told.rename("pathways").reset_index().assign(month=as_of[:7])[AID_STAGES.names])


def days(texts: pd.Series) -> np.ndarray:
    """Days written YYYY-MM-DD as dates, NaT where empty: each different day is read once."""
    codes, words = pd.factorize(texts)
    return np.array([*map(str, words), "NaT"], dtype="datetime64[D]")[codes]
