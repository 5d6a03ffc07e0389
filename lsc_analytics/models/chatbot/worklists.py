"""The operational lists of validation: who awaits a clinical review, and whom to call next. Exact, a row a pathway.

Only `operational` reads them, for one trust's own staff. Nothing here is suppressed, so nothing here may be published.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.models.chatbot.pathways import KEY
from lsc_analytics.parameters import ChatbotSettings
from lsc_analytics.tables import CHATBOT_CALL_LIST, CHATBOT_REVIEW_LIST

_WHY = ("not tried yet", "not reached", "reached, no answer", "answered, and due again")


def review_list(pathways: pd.DataFrame, settings: ChatbotSettings) -> pd.DataFrame:
    """Who has said worse or leave, and which of them should a clinical team look at first?

    Args:
        pathways: `tables.CHATBOT_PATHWAYS`.
        settings: The limits of `models.yml`.

    Returns:
        `tables.CHATBOT_REVIEW_LIST`: everyone awaiting a review, eligible or not; those who are worse first, the longest
        since the answer first among them.

    Ten days after the answer, worse is five days past a limit of five:

    >>> limits = ChatbotSettings(review_limit_days=14, worse_review_limit_days=5, rereferral_days=90, set_aside_percent=0)
    >>> waiting = {"campaign": ["Pilot"], "pathway_pseudonym": ["a"], "provider_code": ["RXN"], "said_worse": [True],
    ...     "treatment_function_code": ["C_110"], "priority": [None], "weeks_waiting": [40], "exclusion": [None],
    ...     "answered_on": ["2025-03-03"], "awaiting_days": [10]}
    >>> review_list(pd.DataFrame(waiting), limits)[["said", "review_by", "days_past_limit"]].values.tolist()
    [['worse', '2025-03-08', 5]]
    """
    due = pathways[pathways["awaiting_days"].notna()]
    if due.empty:
        return CHATBOT_REVIEW_LIST.empty()
    limit = np.where(due["said_worse"], settings.worse_review_limit_days, settings.review_limit_days)
    by = pd.to_datetime(due["answered_on"]) + pd.to_timedelta(limit, unit="D")
    age = due["awaiting_days"].astype("int64")
    made = due.assign(
        pathway_reference=due["pathway_pseudonym"],
        said=np.where(due["said_worse"], "worse", "leave"),
        awaiting_days=age,
        limit_days=limit.astype("int64"),
        review_by=by.dt.strftime("%Y-%m-%d"),
        past_limit=age > limit,
        days_past_limit=(age - limit).clip(lower=0),
    )
    made = made.sort_values(["said_worse", "awaiting_days"], ascending=False, kind="stable", ignore_index=True)
    return CHATBOT_REVIEW_LIST.check(made[CHATBOT_REVIEW_LIST.names])


def call_list(pathways: pd.DataFrame, calls: pd.DataFrame, day: pd.Timestamp, cycle_weeks: list[int]) -> pd.DataFrame:
    """Whom should a trust call next?

    A pathway is judged by its latest record of validation. Left out: whoever may not be called, awaits a review, was
    agreed to go, or of whom no record speaks within the longest cycle, since they may long have left the list.

    Args:
        pathways: `tables.CHATBOT_PATHWAYS`.
        calls: `tables.CHATBOT_CALLS` that they were made of, for the day each was last listed or tried.
        day: The day counted.
        cycle_weeks: Of `validation_programme.yml`: whoever wants to stay is asked again after the shortest.

    Returns:
        `tables.CHATBOT_CALL_LIST`: first whom nobody has tried, then not reached, then no answer, then due again; the
        longest wait first in each.
    """
    seen = calls.groupby(KEY)["attempted_on"].max().rename("seen_on")
    known = pathways[pathways["purpose"] == "validation"].join(seen, on=KEY)
    barred = known.loc[~known["eligible"], "pathway_pseudonym"]
    last = known.sort_values("seen_on", kind="stable").drop_duplicates("pathway_pseudonym", keep="last")
    weeks = (day - pd.to_datetime(last["seen_on"])).dt.days // 7
    asked_again = last["responded"] & last["remain"] & (weeks >= min(cycle_weeks))
    why = np.select([~last["attempted"], ~last["contacted"], ~last["responded"], asked_again], _WHY, default="")
    wanted = (why != "") & (weeks <= max(cycle_weeks)) & last["awaiting_days"].isna() & ~last["confirmed"]
    wanted &= ~last["pathway_pseudonym"].isin(barred)
    made = last.assign(
        pathway_reference=last["pathway_pseudonym"], why=why, weeks_waiting=last["weeks_waiting"] + weeks
    )[wanted]
    if made.empty:
        return CHATBOT_CALL_LIST.empty()
    made = made.assign(order=made["why"].map({words: at for at, words in enumerate(_WHY)}))
    made = made.sort_values(["order", "weeks_waiting"], ascending=[True, False], kind="stable", ignore_index=True)
    made = made.assign(position=np.arange(1, len(made) + 1))
    return CHATBOT_CALL_LIST.check(made[CHATBOT_CALL_LIST.names])
