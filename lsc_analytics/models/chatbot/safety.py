"""Whether anyone was left alone: who awaits a review and for how long, and that nobody is lost between two steps.

It shows published counts; waits are shown where the count of those who wait is.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.models.chatbot.counting import ALL_PROVIDERS, EVERYONE
from lsc_analytics.models.chatbot.pathways import campaigns
from lsc_analytics.parameters import ChatbotSettings
from lsc_analytics.reference import ALL_SPECIALTIES
from lsc_analytics.store import disclosure
from lsc_analytics.tables import CHATBOT_SAFETY, CHATBOT_STEPS

_TAIL = {"median": 0.5, "ninetieth": 0.9, "longest": 1.0}


def safety(published: pd.DataFrame, pathways: pd.DataFrame, settings: ChatbotSettings) -> pd.DataFrame:
    """Who has said that they are worse, or want to leave, and still waits for a clinical team?

    Args:
        published: `tables.CHATBOT_COUNTS_PUBLISHED`.
        pathways: `tables.CHATBOT_PATHWAYS`, for how long they have waited: shown where eight or more wait.
        settings: The limits of `models.yml`.

    Returns:
        `tables.CHATBOT_SAFETY`, a row a campaign and trust and one a campaign (ALL).
    """
    rows = _whole(published)
    waiting = pathways[pathways["awaiting_days"].notna()]
    both = pd.concat([waiting, waiting.assign(provider_code=ALL_PROVIDERS)])
    where = pd.MultiIndex.from_frame(rows[["campaign", "provider_code"]])
    for answer in ("worse", "leave"):
        said = both[both["said_worse"] == (answer == "worse")].groupby(["campaign", "provider_code"])["awaiting_days"]
        shown = rows[f"{answer}_awaiting"].ne(disclosure.HIDDEN)
        for name, share in _TAIL.items():
            days = said.quantile(share).astype("float64").reindex(where).to_numpy()
            days = np.ceil(days / 7) * 7 if name == "longest" else days.round()
            rows[f"{answer}_{name}_days"] = pd.Series(days, index=rows.index).where(shown)
    limits = {"worse_limit_days": settings.worse_review_limit_days, "leave_limit_days": settings.review_limit_days}
    return CHATBOT_SAFETY.check(rows.assign(**limits)[CHATBOT_SAFETY.names])


def steps(
    published: pd.DataFrame,
    pathways: pd.DataFrame,
    calls: pd.DataFrame,
    reviews: pd.DataFrame,
    set_aside: pd.DataFrame,
) -> pd.DataFrame:
    """Is anybody lost between two steps?

    Each step's whole is counted from the records, its parts from the pathways, so that they can differ: a second record
    of the same answer, a review that is of nobody, a row that could not be read.

    Args:
        published: `tables.CHATBOT_COUNTS_PUBLISHED`, for the counts that are shown.
        pathways: `tables.CHATBOT_PATHWAYS`.
        calls: `tables.CHATBOT_CALLS` that they were made of.
        reviews: `tables.CHATBOT_REVIEWS`.
        set_aside: `tables.CHATBOT_SET_ASIDE`.

    Returns:
        `tables.CHATBOT_STEPS`, by campaign in the order they began.
    """
    rows = _whole(published)
    shown = rows[rows["provider_code"] == ALL_PROVIDERS].set_index("campaign").to_dict("index")
    made = []
    for name in campaigns(pathways):
        mine, told, seen, aside = (each[each["campaign"] == name] for each in (pathways, calls, reviews, set_aside))
        made += [{"campaign": name, **step} for step in _steps_of(mine, told, seen, aside, shown[name])]
    return CHATBOT_STEPS.check(pd.DataFrame(made)) if made else CHATBOT_STEPS.empty()


def steps_to_show(steps: pd.DataFrame) -> pd.DataFrame:
    """The latest campaign's steps, and of the others those that do not balance.

    Args:
        steps: `tables.CHATBOT_STEPS`, campaigns in the order they began.
    """
    if steps.empty:
        return steps
    return steps[(steps["campaign"] == steps["campaign"].iloc[-1]) | ~steps["balances"]].reset_index(drop=True)


def _whole(published: pd.DataFrame) -> pd.DataFrame:
    """One row a campaign and trust, and one a campaign."""
    whole = (published["dimension"] == EVERYONE) & (published["treatment_function_code"] == ALL_SPECIALTIES)
    return published[whole].reset_index(drop=True)


def _steps_of(
    pathways: pd.DataFrame, calls: pd.DataFrame, reviews: pd.DataFrame, aside: pd.DataFrame, shown: dict
) -> list[dict]:
    key = "pathway_pseudonym"
    called = set(calls.loc[calls["exclusion"].notna(), key])
    may = calls[~calls[key].isin(called)]
    answers = may[may["responded"]].sort_values("attempt_number").drop_duplicates(key, keep="last")
    due = pathways[pathways["for_review"]]
    known = reviews[key].isin(set(pathways[key]))
    of_due = reviews[key].isin(set(due[key]))
    counted = int(pathways["review_days"].notna().sum())
    before = int(of_due.sum()) - counted
    both = int((pathways["remain"] & pathways["worse"]).sum())
    overlap = f", {_count(both)} of them both worse and staying" if both else ""
    told = [
        ("Listed", calls[key].nunique(), len(pathways), None, f"{shown['eligible']} may be called, {shown['excluded']} not to be called"),
        ("May be called", may[key].nunique(), _of(pathways, "attempted") + _rest(pathways, "eligible", "attempted"), "eligible",
         f"{shown['attempted']} called, {shown['untried']} not tried"),
        ("Called", may.loc[may["attempt_number"] > 0, key].nunique(),
         _of(pathways, "contacted") + _rest(pathways, "attempted", "contacted"), "attempted",
         f"{shown['contacted']} reached, {shown['unreached']} not reached"),
        ("Reached", may.loc[may["contacted"], key].nunique(),
         _of(pathways, "responded") + _rest(pathways, "contacted", "responded"), "contacted",
         f"{shown['responded']} answered, {shown['unanswered']} did not"),
        ("Answered", len(answers), _of(pathways, "leave") + _of(pathways, "remain") + _of(pathways, "worse") - both, "responded",
         f"{shown['leave']} leave, {shown['remain']} stay, {shown['worse']} worse{overlap}"),
        ("Leave or worse, to be reviewed", len(due), counted + int(due["awaiting_days"].notna().sum()), None,
         f"leave: {shown['leave_reviewed']} reviewed, {shown['leave_awaiting']} awaiting; "
         f"worse: {shown['worse_reviewed']} reviewed, {shown['worse_awaiting']} awaiting"),
        ("Reviewed", _of(pathways, "reviewed"), _of(pathways, "confirmed") + _rest(pathways, "reviewed", "confirmed"), "reviewed",
         f"{shown['confirmed']} agreed to go, {shown['kept']} kept or seen sooner"),
        ("Agreed to go", _of(pathways, "confirmed"), _of(pathways, "removed") + _rest(pathways, "confirmed", "removed"),
         "confirmed", f"{shown['removed']} taken off the list, {shown['unremoved']} still on it"),
        ("Reviews in the records", len(reviews), counted, None,
         f"{_count(counted)} of an answer; {_count(int((~known).sum()))} of no call that is loaded, "
         f"{_count(int((known & ~of_due).sum()))} of somebody who stays, {_count(before)} dated before the answer"),
        ("Rows that cannot be counted", len(aside), 0, None,
         f"{_count(int(aside['for_review'].sum()))} of them say leave or worse: look at those by hand"),
    ]  # fmt: skip
    return [
        {
            "step": step,
            "enter": _count(enter) if name is None else shown[name],
            "parts": parts,
            "balances": enter == found,
            "unaccounted": _count(abs(enter - found)),
        }
        for step, enter, found, name, parts in told
        if enter or step == "Listed"
    ]


def _of(pathways: pd.DataFrame, name: str) -> int:
    return int(pathways[name].sum())


def _rest(pathways: pd.DataFrame, whole: str, part: str) -> int:
    return int((pathways[whole] & ~pathways[part]).sum())


def _count(value: int) -> str:
    return str(disclosure.suppress(pd.Series([value])).iloc[0])
