"""One row a pathway and campaign from attempts and reviews: how far each came from being eligible to being removed.

It adds nothing up and hides nothing: what it makes is patient level and stays inside.
"""

from __future__ import annotations

import pandas as pd

from lsc_analytics.parameters import ChatbotSettings
from lsc_analytics.tables import CHATBOT_PATHWAYS

KEY = ["campaign", "pathway_pseudonym"]
_WHO = [
    "purpose", "provider_code", "treatment_function_code", "weeks_waiting", "priority", "age_band", "sex",
    "deprivation_decile", "ethnic_category", "language", "rurality",
]  # fmt: skip


def pathways(calls: pd.DataFrame, reviews: pd.DataFrame, settings: ChatbotSettings) -> pd.DataFrame:
    """How far did each pathway come?

    A pathway counts once in a campaign, under the trust and specialty of its last attempt. It was reached, or answered,
    if any attempt was; the last attempt that was answered decides what it answered. Someone who stays may be worse as
    well (`also_worse`, older campaigns). Whoever was not to be called counts in no step, but what they said if they were
    called by mistake is for a clinical team like any other answer. Whoever wants to leave or is worse is for review; a
    review dated before the answer, or at an earlier time of its day, is not a review of it.

    Args:
        calls: `tables.CHATBOT_CALLS`.
        reviews: `tables.CHATBOT_REVIEWS`; a review without a call, or of someone who simply stays, is not of a pathway
            here: `safety.steps` counts those.
        settings: The limits of `models.yml`.

    Returns:
        `tables.CHATBOT_PATHWAYS`, a row a campaign and pathway. Days are counted to the last day any record speaks of.

    Two attempts at one pathway, the second answered on the 20th; a review on the 15th is of something else.

    >>> call = dict.fromkeys(_WHO, None) | {"campaign": "Pilot", "pathway_pseudonym": "a", "purpose": "validation",
    ...     "provider_code": "RTX", "treatment_function_code": "C_110", "attempt_number": 1, "attempted_on": "2022-01-10",
    ...     "attempted_at": None, "weeks_waiting": 40, "exclusion": None, "contacted": True, "responded": False,
    ...     "response": None, "also_worse": False}
    >>> again = call | {"attempt_number": 2, "attempted_on": "2022-01-20", "responded": True, "response": "leave"}
    >>> reviews = pd.DataFrame({"campaign": ["Pilot"], "pathway_pseudonym": ["a"], "reviewed_on": ["2022-01-15"],
    ...     "reviewed_at": [None], "decision": ["kept"], "removed_on": [None], "rereferred_on": [None]})
    >>> limits = ChatbotSettings(review_limit_days=14, worse_review_limit_days=5, rereferral_days=90, set_aside_percent=0)
    >>> found = pathways(pd.DataFrame([call, again]), reviews, limits).iloc[0]
    >>> [bool(found[name]) for name in ("attempted", "contacted", "responded", "leave", "reviewed")], found["awaiting_days"]
    ([True, True, True, True, False], np.int64(0))
    """
    if calls.empty:
        return CHATBOT_PATHWAYS.empty()
    ordered = calls.sort_values([*KEY, "attempt_number"])
    by_pathway = ordered.groupby(KEY)
    found = by_pathway[_WHO].last()
    found["exclusion"] = by_pathway["exclusion"].first()  # the first that is given: once excluded, excluded
    tried = ordered[ordered["attempt_number"] > 0].groupby(KEY)
    found = found.join(tried["attempted_on"].last().rename("last_attempted_on"))
    reached = tried[["contacted", "responded"]].any().reindex(found.index, fill_value=False).astype(bool)
    answered = ordered[ordered["responded"]].groupby(KEY)[["response", "also_worse", "attempted_on", "attempted_at"]]
    found = found.join(answered.last().rename(columns={"attempted_on": "answered_on"}))
    found = found.join(reviews.set_index(KEY))

    eligible, was_tried = found["exclusion"].isna(), found["last_attempted_on"].notna()
    leave = found["response"].eq("leave").fillna(False)
    worse = (found["response"].eq("worse") | found["also_worse"].eq(True)).fillna(False)
    for_review = (leave | worse).astype(bool)
    follows = _follows(found) & for_review
    decided, gone = found["decision"].eq("removed").fillna(False), found["removed_on"].notna()
    today = last_day(calls, reviews)
    told, looked = (pd.to_datetime(found[name]) for name in ("answered_on", "reviewed_on"))
    waited = (today - told).dt.days
    limit = pd.Series(settings.review_limit_days, index=found.index).mask(worse, settings.worse_review_limit_days)
    back = pd.to_datetime(found["rereferred_on"]) - pd.to_datetime(found["removed_on"])
    awaiting = for_review & ~follows
    flags = {
        "eligible": eligible,
        "attempted": eligible & was_tried,
        "contacted": eligible & reached["contacted"],
        "responded": eligible & reached["responded"],
        "leave": eligible & leave,
        "remain": eligible & found["response"].eq("remain").fillna(False),
        "worse": eligible & worse,
        "reviewed": eligible & follows,
        "confirmed": eligible & follows & decided,
        "removed": eligible & follows & decided & gone,
        "excluded_attempted": ~eligible & was_tried,
        "excluded_contacted": ~eligible & reached["contacted"],
        "for_review": for_review,
        "said_worse": worse,
        "reviewed_late": follows & ((looked - told).dt.days > limit),
        "review_overdue": awaiting & (waited > limit),
        "rereferred": follows & decided & (back.dt.days <= settings.rereferral_days),
    }
    made = found.assign(
        **{name: flag.astype(bool) for name, flag in flags.items()},
        reviewed_on=found["reviewed_on"].where(follows),
        review_days=(looked - told).dt.days.where(follows).astype("Int64"),
        awaiting_days=waited.where(awaiting).astype("Int64"),
    ).reset_index()
    return CHATBOT_PATHWAYS.check(made[CHATBOT_PATHWAYS.names])


def last_day(calls: pd.DataFrame, reviews: pd.DataFrame) -> pd.Timestamp:
    """The last day any record speaks of: what is missing is counted up to it."""
    days = [calls["attempted_on"], *(reviews[name] for name in ("reviewed_on", "removed_on", "rereferred_on"))]
    return max(pd.to_datetime(each).max() for each in days if each.notna().any())


def campaigns(made: pd.DataFrame) -> list[str]:
    """Campaigns in the order they began, by their first attempt; those without one last."""
    began = made.groupby("campaign")["last_attempted_on"].min().fillna("9999")
    return began.sort_values(kind="stable").index.tolist()


def _follows(found: pd.DataFrame) -> pd.Series:
    """Whether the review comes after the answer; on the same day, where both times are known, by them."""
    later, same = (
        (found["reviewed_on"] > found["answered_on"]).fillna(False),
        (found["reviewed_on"] == found["answered_on"]).fillna(False),
    )
    before = (found["reviewed_at"] < found["attempted_at"]).fillna(False)
    return (later | (same & ~before)).astype(bool)
