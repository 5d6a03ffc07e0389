"""What the validation tables say, in sentences, from published counts only. Every share names what it is a share of."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.parameters import models
from lsc_analytics.reporting.words import percent
from lsc_analytics.store.disclosure import HIDDEN, LEGEND

ESCAPED = f"\\{HIDDEN}"  # in Markdown


def chatbot_headline(shares: pd.DataFrame) -> list[str]:
    """What each campaign found, the latest first.

    Args:
        shares: `tables.CHATBOT_SHARES` of one trust and specialty.
    """
    sentences = []
    for campaign, rows in _by_campaign(shares):
        leave, removed = rows["leave", "responded"], rows["removed", "contacted"]
        sentences.append(
            f"**{campaign}:** {_share(leave)} of the {_shown(leave['denominator_count'])} patients who answered want to "
            f"leave the list; clinical review has removed {_shown(removed['count'])}."
        )
    return sentences


def chatbot_funnel(shares: pd.DataFrame) -> list[str]:
    """How many were reached and how many answered, campaign by campaign.

    Args:
        shares: `tables.CHATBOT_SHARES` of one trust and specialty.
    """
    sentences = []
    for campaign, rows in _by_campaign(shares):
        reached, answered = rows["contacted", "attempted"], rows["responded", "contacted"]
        sentences.append(
            f"**{campaign}:** {_share(reached)} of the {_shown(reached['denominator_count'])} called were reached, and "
            f"{_share(answered)} of those reached answered."
        )
    return sentences


def chatbot_responses(shares: pd.DataFrame) -> list[str]:
    """What those who answered said, of whom, and what clinical teams did with it.

    Args:
        shares: `tables.CHATBOT_SHARES` of one trust and specialty.
    """
    sentences = []
    for campaign, rows in _by_campaign(shares):
        remain, leave, worse = (rows[answer, "responded"] for answer in ("remain", "leave", "worse"))
        of_reached, removed = rows["leave", "contacted"], rows["removed", "reviewed"]
        said = (
            f"**{campaign}:** of the {_shown(leave['denominator_count'])} who answered, {_share(remain)} want to stay, "
            f"{_share(leave)} want to leave and {_share(worse)} have become worse."
        )
        if pd.notna(of_reached["percent"]):
            said += f" Those who want to leave are {percent(of_reached['percent'])} of all patients reached."
        if _overlap(remain, leave, worse):
            said += " Worse overlaps stay here: someone who stays can be worse as well."
        said += (
            f" Nobody is removed on their word alone: clinical teams reviewed {_shown(removed['denominator_count'])} and "
            f"removed {_shown(removed['count'])}."
        )
        sentences.append(said)
    return sentences


def chatbot_reviews(outcomes: pd.DataFrame) -> list[str]:
    """Who still waits for a clinical review after asking to leave or reporting to be worse: the safety question.

    Args:
        outcomes: `tables.CHATBOT_OUTCOMES_PUBLISHED`, one row a campaign.
    """
    limit = models().chatbot.review_limit_days
    sentences = []
    for row in outcomes.iloc[::-1].to_dict("records"):
        if row["awaiting_review"] == "0":
            sentences.append(f"**{row['campaign']}:** everybody who asked to leave or is worse has been reviewed.")
            continue
        late = "nobody" if row["review_overdue"] == "0" else _of(row, "review_overdue")
        sentences.append(
            f"**{row['campaign']}:** {_of(row, 'awaiting_review')} of those who asked to leave or are worse await a "
            f"clinical review; more than {limit} days have passed for {late}."
        )
    return sentences


def chatbot_beside(beside: pd.DataFrame) -> list[str]:
    """What to know before comparing our records with what was published.

    Args:
        beside: `tables.CHATBOT_BESIDE`.
    """
    noted = beside[(beside["told_by"] == "published") & beside["note"].notna()]
    notes = [f"**{row['campaign']}:** {row['note']}" for row in noted.to_dict("records")]
    return ["Published shares were rounded, and are not all shares of the same patients.", *notes]


def chatbot_disclosure() -> str:
    """How small counts are shown."""
    return f"Small counts: {LEGEND.replace(HIDDEN, ESCAPED)} Shares are made from the counts shown."


def _by_campaign(shares: pd.DataFrame) -> list[tuple[str, dict]]:
    """Campaigns, the latest first, each with its shares by outcome and denominator."""
    campaigns = list(dict.fromkeys(shares["campaign"]))[::-1]
    rows = shares.set_index(["outcome", "denominator"])
    return [(name, rows[rows["campaign"] == name].to_dict("index")) for name in campaigns]


def _share(row: dict) -> str:
    """A share with its count: "8.8% (1,195)"; without a share where a count is hidden."""
    if pd.isna(row["percent"]):
        return _shown(row["count"])
    return f"{percent(row['percent'])} ({row['count']})"


def _of(row: dict, name: str) -> str:
    return _shown(row[name])


def _shown(count: str) -> str:
    r"""A shown count inside a sentence of Markdown.

    >>> print(_shown("1,195"), _shown("*"))
    1,195 \*
    """
    return count.replace(HIDDEN, ESCAPED)


def _overlap(remain: dict, leave: dict, worse: dict) -> bool:
    """Whether the shown answers exceed those who answered by more than rounding can."""
    parts = [row["count_shown"] for row in (remain, leave, worse)]
    answered = pd.to_numeric(remain["denominator_count"].replace(",", ""), errors="coerce")
    return bool(pd.notna(parts).all() and sum(parts) > answered + 2 * len(parts) + 2)
