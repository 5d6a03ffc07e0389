"""What each campaign found, of whom: the published counts of one report, as shares that name their denominator.

It reads published counts only, so that no share or interval tells more than they do. It counts and hides nothing itself.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.errors import NoDataError
from lsc_analytics.models.chatbot.counting import ALL_PROVIDERS, ROW
from lsc_analytics.models.intervals import wilson
from lsc_analytics.parameters import ChatbotFigure
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM
from lsc_analytics.store import disclosure
from lsc_analytics.tables import CHATBOT_BESIDE, CHATBOT_DENOMINATORS, CHATBOT_SHARES

# Every share that is reported, by outcome and denominator, in the order of the funnel.
_SHARES = {
    ("attempted", "eligible"): "Called",
    ("attempted", "attempted"): "Called",
    ("contacted", "attempted"): "Reached",
    ("responded", "contacted"): "Answered",
    **{
        (outcome, denominator): words
        for outcome, words in (
            ("remain", "Want to stay on the list"),
            ("leave", "Want to leave the list"),
            ("worse", "Have become worse"),
            ("confirmed", "Agreed by clinical review to go"),
        )
        for denominator in ("eligible", "attempted", "contacted", "responded")
    },
    ("reviewed", "responded"): "Reviewed by a clinical team",
    ("confirmed", "leave"): "Agreed by clinical review to go",
    ("removed", "reviewed"): "Removed after clinical review",
    ("removed", "contacted"): "Removed after clinical review",
    ("removed", "confirmed"): "Removed after clinical review",
}
_DENOMINATORS = ("eligible", "attempted", "contacted", "responded")


def select(published: pd.DataFrame, trust: str, specialty: str = ALL_SPECIALTIES, campaign: str = "") -> pd.DataFrame:
    """The rows of one report, one a campaign.

    Args:
        published: `tables.CHATBOT_OUTCOMES_PUBLISHED`, or `tables.CHATBOT_SAFETY`, which has no specialties.
        trust: Trust code, or LSC for all trusts.
        specialty: Treatment function, or C_999 for all.
        campaign: Name of one campaign; empty for all of them.

    Raises:
        NoDataError: No campaign, or not the one that is asked for, has called anyone there.
    """
    provider = ALL_PROVIDERS if trust == SYSTEM else trust
    here = published["provider_code"] == provider
    if "treatment_function_code" in published:
        here &= published["treatment_function_code"] == specialty
    if campaign:
        here &= published["campaign"] == campaign
    if not here.any():
        asked = f"{specialty} at {trust}{campaign and f' in the campaign {campaign}'}"
        raise NoDataError(f"No Chatbot records are loaded for {asked}.", "Load its call records.")
    return published[here].reset_index(drop=True)


def of_campaign(rows: pd.DataFrame, campaign: str) -> pd.DataFrame:
    """Those rows of a table by campaign that are of one campaign; all rows where none is named.

    >>> found = pd.DataFrame({"campaign": ["Pilot", "Spring"], "leave": ["255", "410"]})
    >>> of_campaign(found, "Spring")["leave"].tolist(), len(of_campaign(found, ""))
    (['410'], 2)
    """
    return rows[rows["campaign"] == campaign].reset_index(drop=True) if campaign else rows


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

    Made from published counts only, so that no share or interval tells more than they do. The interval is Wilson's
    (`intervals.wilson`): what chance alone leaves open about the patients of campaigns like this one.

    Args:
        published: `tables.CHATBOT_OUTCOMES_PUBLISHED`.

    Returns:
        `tables.CHATBOT_SHARES`, one row a row of `published` and share.
    """
    told = pd.concat(
        [
            published[ROW].assign(
                outcome=outcome,
                words=words,
                denominator=denominator,
                count=published[outcome],
                denominator_count=published[denominator],
            )
            for (outcome, denominator), words in _SHARES.items()
        ],
        ignore_index=True,
    )
    count, of = disclosure.as_numbers(told["count"]), disclosure.as_numbers(told["denominator_count"])
    told = told.assign(
        count_shown=count,
        percent=100 * count / of.where(of > 0),
        **dict(zip(("lower_95", "upper_95"), wilson(count, of), strict=True)),
    )
    return CHATBOT_SHARES.check(told[CHATBOT_SHARES.names])


def denominators(shares: pd.DataFrame) -> pd.DataFrame:
    """The same outcome of four denominators side by side: of all who may be called, were called, reached, or answered.

    Args:
        shares: `tables.CHATBOT_SHARES` of one trust and specialty.

    Returns:
        `tables.CHATBOT_DENOMINATORS`, a row a campaign and answer, in their order.
    """
    kept = shares[shares["outcome"].isin(["leave", "remain", "worse", "confirmed"])]
    rows = {of: kept[kept["denominator"] == of].set_index(["campaign", "outcome"]) for of in _DENOMINATORS}
    answered = rows["responded"]
    made = answered[["words", "count"]].assign(
        **{f"percent_of_{words}": rows[of]["percent"].reindex(answered.index)
           for of, words in zip(_DENOMINATORS, ("eligible", "called", "reached", "answered"), strict=True)},
        interval_of_answered=[
            "" if pd.isna(low) else f"{low:.1f}% to {high:.1f}%"
            for low, high in zip(answered["lower_95"], answered["upper_95"], strict=True)
        ],
    ).reset_index()  # fmt: skip
    began = {name: at for at, name in enumerate(dict.fromkeys(shares["campaign"]))}
    made = made.rename(columns={"words": "answer"})
    made = made.sort_values("campaign", key=lambda names: names.map(began), kind="stable", ignore_index=True)
    return CHATBOT_DENOMINATORS.check(made[CHATBOT_DENOMINATORS.names])


def beside_published(published: pd.DataFrame, figures: list[ChatbotFigure]) -> pd.DataFrame:
    """Do our records say what the collaborative published?

    Args:
        published: `tables.CHATBOT_OUTCOMES_PUBLISHED` of all trusts, one row a campaign.
        figures: As in `chatbot_published.yml`.

    Returns:
        `tables.CHATBOT_BESIDE`: each campaign by the records, then as it was published.
    """
    of = {
        name: disclosure.as_numbers(published[name]) for name in ("contacted", "responded", "remain", "leave", "worse")
    }
    ours = pd.DataFrame(
        {
            "told_by": "records",
            "campaign": published["campaign"],
            "of_campaign": published["campaign"],
            "contacted": published["contacted"],
            "responded": published["responded"],
            "leave": published["leave"],
            "responded_percent": 100 * of["responded"] / of["contacted"].where(of["contacted"] > 0),
            **{
                f"{answer}_percent": 100 * of[answer] / of["responded"].where(of["responded"] > 0)
                for answer in ("remain", "leave", "worse")
            },
            "leave_percent_of_reached": 100 * of["leave"] / of["contacted"].where(of["contacted"] > 0),
            "note": None,
            "source": "Call records loaded here",
        }
    )
    theirs = [
        {"told_by": "published", "campaign": figure.period, "of_campaign": figure.campaign, "leave_percent_of_reached": np.nan,
         **figure.model_dump(exclude={"period", "campaign", "link"}), "leave": None,
         **{name: None if (value := getattr(figure, name)) is None else f"{value:,}" for name in ("contacted", "responded")}}
        for figure in figures
    ]  # fmt: skip
    both = pd.concat([ours, pd.DataFrame(theirs)], ignore_index=True) if theirs else ours
    began = {name: at for at, name in enumerate(published["campaign"])}  # of campaigns without records: last
    both = both.sort_values("of_campaign", key=lambda names: names.map(began), kind="stable", ignore_index=True)
    return CHATBOT_BESIDE.check(both[CHATBOT_BESIDE.names])
