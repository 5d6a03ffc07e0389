"""Waiting-list validation by Chatbot: who was reached, what they answered, what clinical teams made of it.

It counts pathways, once each in a campaign, and turns counts into shares that name their denominator. Exact counts stay
inside: `published` is what anyone may read. It forecasts nothing and draws nothing.
"""

from __future__ import annotations

import pandas as pd

from lsc_analytics.errors import NoDataError
from lsc_analytics.parameters import ChatbotFigure
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM
from lsc_analytics.store import disclosure
from lsc_analytics.tables import CHATBOT_BESIDE, CHATBOT_OUTCOMES, CHATBOT_OUTCOMES_PUBLISHED, CHATBOT_SHARES

ALL_PROVIDERS = "ALL"
_PATHWAY = ["campaign", "pathway_pseudonym"]
_ROW = list(CHATBOT_OUTCOMES.grain)
_COUNTS = [name for name in CHATBOT_OUTCOMES.names if name not in _ROW]

# Every share that is reported, by outcome and denominator, in the order of the funnel.
_SHARES = {
    ("attempted", "attempted"): "Called",
    ("contacted", "attempted"): "Reached",
    ("responded", "contacted"): "Answered",
    ("remain", "responded"): "Want to stay on the list",
    ("leave", "responded"): "Want to leave the list",
    ("leave", "contacted"): "Want to leave the list",
    ("worse", "responded"): "Have become worse",
    ("reviewed", "responded"): "Reviewed by a clinical team",
    ("removed", "reviewed"): "Removed after clinical review",
    ("removed", "contacted"): "Removed after clinical review",
}


def outcomes(calls: pd.DataFrame, reviews: pd.DataFrame, *, review_limit_days: int) -> pd.DataFrame:
    """What did each campaign find in each trust and specialty?

    A pathway counts once in a campaign, under the trust and specialty of its last attempt. It was reached, or answered,
    if any attempt was; the last attempt that was answered decides what it answered. Someone who stays may be worse as
    well (`also_worse`, older campaigns): then remain and worse overlap. Whoever wants to leave or is worse is for a
    clinical team to review. A review dated before the answer is not a review of it, so the pathway still awaits one.

    Args:
        calls: `tables.CHATBOT_CALLS`.
        reviews: `tables.CHATBOT_REVIEWS`; a review without a call, or of someone who simply stays, is not counted.
        review_limit_days: Days after which a missing review is overdue, at the last day any record speaks of.

    Returns:
        `tables.CHATBOT_OUTCOMES`: exact counts, one row a campaign, trust and specialty; one a campaign and trust
        (C_999); one a campaign (ALL, C_999). Campaigns in the order they began.

    Two attempts at one pathway, the second answered: attempted 1, reached 1, answered 1.

    >>> call = {"campaign": "Pilot", "pathway_pseudonym": "a", "provider_code": "RTX", "treatment_function_code": "C_110",
    ...     "attempt_number": 1, "channel": "text", "attempted_on": "2022-01-10", "weeks_waiting": 40, "contacted": True,
    ...     "responded": False, "response": None, "also_worse": False}
    >>> again = call | {"attempt_number": 2, "attempted_on": "2022-01-20", "responded": True, "response": "leave"}
    >>> reviews = pd.DataFrame({"campaign": ["Pilot"], "pathway_pseudonym": ["a"], "reviewed_on": ["2022-01-15"],
    ...     "decision": ["kept"]})
    >>> found = outcomes(pd.DataFrame([call, again]), reviews, review_limit_days=14)
    >>> print(*found[["attempted", "contacted", "responded", "leave", "reviewed", "awaiting_review"]].values[0])
    1 1 1 1 0 1
    """
    if calls.empty:
        return CHATBOT_OUTCOMES.empty()
    pathways = _pathways(calls, reviews, review_limit_days)
    whole_trust = pathways.assign(treatment_function_code=ALL_SPECIALTIES)
    everyone = whole_trust.assign(provider_code=ALL_PROVIDERS)
    counted = pd.concat([pathways, whole_trust, everyone]).groupby(_ROW, sort=True)[_COUNTS].sum().reset_index()
    began = calls.groupby("campaign")["attempted_on"].min()
    counted = counted.sort_values("campaign", key=lambda names: names.map(began), kind="stable", ignore_index=True)
    return CHATBOT_OUTCOMES.check(counted[CHATBOT_OUTCOMES.names])


def published(outcomes: pd.DataFrame) -> pd.DataFrame:
    """The outcomes as anyone may read them, through the one disclosure rule.

    The sums a reader can make are guarded: the answers of a row, its reviews, a trust's specialties, a campaign's
    trusts.

    Returns:
        `tables.CHATBOT_OUTCOMES_PUBLISHED`, row by row.
    """
    return disclosure.publish(outcomes, CHATBOT_OUTCOMES_PUBLISHED, _sums(outcomes))


def select(published: pd.DataFrame, trust: str, specialty: str = ALL_SPECIALTIES) -> pd.DataFrame:
    """The rows of one report, one a campaign.

    Args:
        published: `tables.CHATBOT_OUTCOMES_PUBLISHED`.
        trust: Trust code, or LSC for all trusts.
        specialty: Treatment function, or C_999 for all.

    Raises:
        NoDataError: No campaign has called anyone there.
    """
    provider = ALL_PROVIDERS if trust == SYSTEM else trust
    here = (published["provider_code"] == provider) & (published["treatment_function_code"] == specialty)
    if not here.any():
        raise NoDataError(f"No Chatbot records are loaded for {specialty} at {trust}.", "Load its call records.")
    return published[here].reset_index(drop=True)


def breakdown(published: pd.DataFrame, trust: str) -> pd.DataFrame:
    """What lies beneath a report's rows: the trusts of the system, or the specialties of a trust.

    Returns:
        Rows of `tables.CHATBOT_OUTCOMES_PUBLISHED`, by campaign; none beneath a single specialty.
    """
    total = published["treatment_function_code"] == ALL_SPECIALTIES
    if trust == SYSTEM:
        beneath = total & (published["provider_code"] != ALL_PROVIDERS)
    else:
        beneath = ~total & (published["provider_code"] == trust)
    return published[beneath].reset_index(drop=True)


def shares(published: pd.DataFrame) -> pd.DataFrame:
    """What share of whom? Every share names its denominator, since 9% of those who answered is 7% of those called.

    Made from published counts only, so that no share tells more than they do.

    Args:
        published: `tables.CHATBOT_OUTCOMES_PUBLISHED`.

    Returns:
        `tables.CHATBOT_SHARES`, one row a row of `published` and share.
    """
    frames = []
    for (outcome, denominator), words in _SHARES.items():
        count, of = disclosure.as_numbers(published[outcome]), disclosure.as_numbers(published[denominator])
        frames.append(
            published[_ROW].assign(
                outcome=outcome,
                words=words,
                denominator=denominator,
                count=published[outcome],
                count_shown=count,
                denominator_count=published[denominator],
                percent=100 * count / of.where(of > 0),
            )
        )
    return CHATBOT_SHARES.check(pd.concat(frames, ignore_index=True))


def beside_published(published: pd.DataFrame, figures: list[ChatbotFigure]) -> pd.DataFrame:
    """Do our records say what the collaborative published?

    Args:
        published: `tables.CHATBOT_OUTCOMES_PUBLISHED` of all trusts, one row a campaign.
        figures: As in `chatbot_published.yml`.

    Returns:
        `tables.CHATBOT_BESIDE`: first the records' campaigns, then the published figures.
    """
    of = {
        name: disclosure.as_numbers(published[name]) for name in ("contacted", "responded", "remain", "leave", "worse")
    }
    ours = pd.DataFrame(
        {
            "told_by": "records",
            "campaign": published["campaign"],
            "contacted": published["contacted"],
            "responded": published["responded"],
            "responded_percent": 100 * of["responded"] / of["contacted"].where(of["contacted"] > 0),
            **{
                f"{answer}_percent": 100 * of[answer] / of["responded"].where(of["responded"] > 0)
                for answer in ("remain", "leave", "worse")
            },
            "note": None,
            "source": "Call records loaded here",
        }
    )
    theirs = pd.DataFrame(
        [{"campaign": figure.period, **figure.model_dump(exclude={"period", "link"})} for figure in figures]
    )
    for count in ("contacted", "responded"):
        theirs[count] = [None if pd.isna(value) else f"{int(value):,}" for value in theirs[count]]
    return CHATBOT_BESIDE.check(pd.concat([ours, theirs.assign(told_by="published")], ignore_index=True))


def _pathways(calls: pd.DataFrame, reviews: pd.DataFrame, review_limit_days: int) -> pd.DataFrame:
    """One row a pathway and campaign, every count of `tables.CHATBOT_OUTCOMES` as 0 or 1."""
    ordered = calls.sort_values([*_PATHWAY, "attempt_number"])
    by_pathway = ordered.groupby(_PATHWAY)
    found = by_pathway[["provider_code", "treatment_function_code"]].last()
    found[["contacted", "responded"]] = by_pathway[["contacted", "responded"]].any()
    answered = ordered[ordered["responded"]].groupby(_PATHWAY)[["response", "also_worse", "attempted_on"]].last()
    found = found.join(answered).join(reviews.set_index(_PATHWAY)[["reviewed_on", "decision"]])
    for answer in ("remain", "leave", "worse"):
        found[answer] = found["response"].eq(answer)
    found["worse"] |= found["also_worse"].eq(True)
    for_review = found["leave"] | found["worse"]
    found["reviewed"] = for_review & (found["reviewed_on"] >= found["attempted_on"]).fillna(False)
    found["removed"] = found["reviewed"] & found["decision"].eq("removed")
    found["awaiting_review"] = for_review & ~found["reviewed"]
    today = pd.to_datetime(pd.concat([calls["attempted_on"], reviews["reviewed_on"]])).max()
    waited = (today - pd.to_datetime(found["attempted_on"])).dt.days
    found["review_overdue"] = found["awaiting_review"] & (waited > review_limit_days)
    found["attempted"] = True
    found[_COUNTS] = found[_COUNTS].astype("int64")
    return found.reset_index()


def _sums(outcomes: pd.DataFrame) -> list[tuple[list[disclosure.Cell], list[disclosure.Cell]]]:
    """The sums a reader of the published table can make."""
    exact = outcomes.reset_index(drop=True)
    sums = []
    for answers in (["remain", "leave"], ["remain", "leave", "worse"]):  # worse overlaps remain in some campaigns
        add_up = exact.index[exact[answers].sum(axis=1) == exact["responded"]]
        sums += [([(row, answer) for answer in answers], [(row, "responded")]) for row in add_up]
    for row in exact.index:
        sums.append(([(row, "reviewed"), (row, "awaiting_review")], [(row, "leave"), (row, "worse")]))
    whole_trust = exact["treatment_function_code"] == ALL_SPECIALTIES
    everyone = exact["provider_code"] == ALL_PROVIDERS
    for total in exact.index[whole_trust]:
        campaign, provider = exact.loc[total, ["campaign", "provider_code"]]
        trusts, specialties = whole_trust & ~everyone, ~whole_trust & (exact["provider_code"] == provider)
        beneath = exact.index[(trusts if provider == ALL_PROVIDERS else specialties) & (exact["campaign"] == campaign)]
        sums += [([(part, count) for part in beneath], [(total, count)]) for count in _COUNTS]
    return sums
