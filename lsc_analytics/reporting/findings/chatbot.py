"""What the validation tables say, in sentences, from published counts only. Every share names what it is a share of."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.parameters import models, specialty_name, trust_name
from lsc_analytics.reference import ALL_SPECIALTIES
from lsc_analytics.reporting.words import percent
from lsc_analytics.store.disclosure import HIDDEN, LEGEND, as_numbers

ESCAPED = f"\\{HIDDEN}"  # in Markdown


def chatbot_headline(shares: pd.DataFrame, safety: pd.DataFrame) -> list[str]:
    """Who is still to be looked at, before anything else; then what each campaign found, the latest first and of whom.

    Args:
        shares: `tables.CHATBOT_SHARES` of one trust and specialty.
        safety: `tables.CHATBOT_SAFETY` of the trust, a row a campaign, and of the system a row a trust as well.
    """
    (last, found), *earlier = _by_campaign(shares)
    leave, worse, removed = found["leave", "responded"], found["worse", "responded"], found["removed", "contacted"]
    said = (
        f"**{last}:** of the {_shown(leave['denominator_count'])} patients who answered, {_share(leave)} want to leave the list "
        f"and {_share(worse)} are worse; clinical review has removed {_shown(removed['count'])}."
    )
    if of := _of_others(found):
        said += f" Those who want to leave are {of}."
    of_one = shares["treatment_function_code"].iloc[0] != ALL_SPECIALTIES
    sentences = [f"**First{', of all specialties' if of_one else ''}:** {_first(safety)}", said]
    for campaign, rows in earlier:
        leave, removed = rows["leave", "responded"], rows["removed", "contacted"]
        sentences.append(
            f"**{campaign}:** {_share(leave)} of the {_shown(leave['denominator_count'])} patients who answered want to "
            f"leave the list; clinical review has removed {_shown(removed['count'])}."
        )
    return sentences


def chatbot_scope(shares: pd.DataFrame, campaign: str = "") -> list[str]:
    """What on a page of one specialty, or of one campaign, is of more than that; nothing of any other page.

    Args:
        shares: `tables.CHATBOT_SHARES` of the page.
        campaign: The page's campaign; empty where it is of all.
    """
    specialty, trust = (str(shares[name].iloc[0]) for name in ("treatment_function_code", "provider_code"))
    sentences = []
    if specialty != ALL_SPECIALTIES:
        sentences.append(
            f"Answers, reviews, removals and lists are those of {specialty_name(specialty, short=True)} at "
            f"{trust_name(trust, short=True)}. For how long somebody has awaited a review is told of all its specialties "
            "together, since of one it would hide counts of answers; groups, months and what can be concluded are of all trusts."
        )
    if campaign:
        sentences.append(
            f"This page is of {campaign} alone. Months, who to contact next and how much of the list has answered can only be "
            "told of all campaigns together, and are."
        )
    return sentences


def chatbot_reviewed(shares: pd.DataFrame) -> list[str]:
    """How many of those who have to be reviewed were, in one specialty: from counts that its page shows anyway.

    Who awaits a review is not counted by specialty: the demo's thirteen specialties with 400 answers or more have none to
    five worse awaiting, all but two of whose counts would be hidden, and 59 counts of answers with them.

    Args:
        shares: `tables.CHATBOT_SHARES` of one trust and specialty.

    Returns:
        A sentence a campaign; none of all specialties, whose safety is told in full.
    """
    if shares["treatment_function_code"].iloc[0] == ALL_SPECIALTIES:
        return []
    where = specialty_name(str(shares["treatment_function_code"].iloc[0]), short=True)
    sentences = []
    for campaign, rows in _by_campaign(shares):
        leave, worse, seen = (rows[name, "responded"]["count"] for name in ("leave", "worse", "reviewed"))
        sentences.append(
            f"**{campaign}, {where} alone:** {_shown(worse)} are worse and {_shown(leave)} want to leave; {_shown(seen)} of them "
            "have been reviewed."
        )
    return [*sentences, "What follows is of all the trust's specialties."]


def chatbot_safety(safety: pd.DataFrame) -> list[str]:
    """Who awaits a clinical review, past which limit and for how long; who was called and should not have been.

    Args:
        safety: `tables.CHATBOT_SAFETY`: one row a campaign, or a campaign's trusts as well.
    """
    limits = safety.iloc[-1] if len(safety) else None
    sentences = []
    for row in _whole(safety)[::-1]:
        for answer, of_whom in (("worse", "are worse"), ("leave", "want to leave")):
            if row[f"{answer}_awaiting"] != "0":
                sentences.append(f"**{row['campaign']}:** {_awaiting(row, answer, of_whom)}")
        if row["worse_awaiting"] == row["leave_awaiting"] == "0":
            sentences.append(f"**{row['campaign']}:** everybody who is worse or asked to leave has been reviewed.")
        if row["excluded_contacted"] != "0":
            sentences.append(
                f"**{row['campaign']}:** {_of(row, 'excluded_contacted')} of the {_of(row, 'excluded')} patients who were "
                "not to be called (children, dementia, other clinical reasons) were reached by mistake."
            )
        if row["rereferred"] != "0":
            days = models().chatbot.rereferral_days
            sentences.append(
                f"**{row['campaign']}:** {_of(row, 'rereferred')} of the {_of(row, 'removed')} removed were referred again "
                f"within {days} days."
            )
    if limits is not None:
        sentences.append(
            f"A review is due within {limits['worse_limit_days']} days of becoming worse and {limits['leave_limit_days']} of "
            "asking to leave: assumptions of models.yml, not published limits. The exact list is for the operational role."
        )
    return sentences


def chatbot_steps(steps: pd.DataFrame) -> list[str]:
    """Whether anybody is lost between two steps of a campaign.

    Args:
        steps: `tables.CHATBOT_STEPS`.
    """
    lost = steps[~steps["balances"]]
    if lost.empty:
        return ["Every step of every campaign balances: whoever entered it is in one of its parts."]
    told = [
        f"**{row['campaign']}, {row['step'].lower()}:** {_shown(row['enter'])} entered and {_shown(row['unaccounted'])} are in "
        f"no part of it ({_shown(row['parts'])})."
        for row in lost.to_dict("records")
    ]
    return [*told, "The other steps balance."]


def chatbot_denominators(shares: pd.DataFrame) -> list[str]:
    """Why one count is several shares.

    Args:
        shares: `tables.CHATBOT_SHARES` of one trust and specialty.
    """
    sentences = []
    for campaign, rows in _by_campaign(shares):
        leave, of = rows["leave", "responded"], _of_others(rows)
        if of:
            sentences.append(
                f"**{campaign}:** the {leave['count']} who want to leave are {percent(leave['percent'])} of the "
                f"{leave['denominator_count']} who answered, {of}."
            )
    return sentences or ["The counts are too small to show as shares."]


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

    Those who want to leave are told of those who answered alone: `chatbot_denominators` tells them of everybody.

    Args:
        shares: `tables.CHATBOT_SHARES` of one trust and specialty.
    """
    sentences = []
    for campaign, rows in _by_campaign(shares):
        remain, leave, worse = (rows[answer, "responded"] for answer in ("remain", "leave", "worse"))
        removed = rows["removed", "reviewed"]
        said = (
            f"**{campaign}:** of the {_shown(leave['denominator_count'])} who answered, {_share(remain)} want to stay, "
            f"{_share(leave)} want to leave and {_share(worse)} have become worse."
        )
        if interval := _interval(leave):
            said = f"{said.removesuffix('.')}. Leave: {interval.removeprefix(', ')}."
        if _overlap(remain, leave, worse):
            said += " Worse overlaps stay here: someone who stays can be worse as well."
        said += (
            f" Nobody is removed on their word alone: clinical teams reviewed {_shown(removed['denominator_count'])} and "
            f"removed {_shown(removed['count'])}."
        )
        sentences.append(said)
    return sentences


def chatbot_beside(beside: pd.DataFrame) -> list[str]:
    """What to know before comparing our records with what was published.

    Args:
        beside: `tables.CHATBOT_BESIDE`.

    Returns:
        First, campaign by campaign, the share who want to leave here and as it was published, and of whom each is; campaigns
        of which nothing is published after those.
    """
    published = beside[beside["told_by"] == "published"]
    sentences, unknown = [], []
    for ours in beside[beside["told_by"] == "records"].iloc[::-1].to_dict("records"):
        theirs = published[published["of_campaign"] == ours["campaign"]].dropna(subset=["leave_percent"])
        if theirs.empty:
            unknown.append(f"**{ours['campaign']}:** no published figures of it are known here.")
            continue
        said = " and ".join(f"{share:g}%" for share in dict.fromkeys(theirs["leave_percent"]))
        if pd.isna(ours["leave_percent"]):
            sentences.append(f"**{ours['campaign']}:** published as {said} who could leave; here the count is hidden.")
            continue
        sentences.append(
            f"**{ours['campaign']}:** the {ours['leave']} who want to leave are {percent(ours['leave_percent'])} of the "
            f"{ours['responded']} who answered, published as {said}, and {percent(ours['leave_percent_of_reached'])} of the "
            f"{ours['contacted']} reached."
        )
    noted = published[published["note"].fillna("") != ""]
    notes = [f"The figure of {row['campaign']}: {row['note']}" for row in noted.to_dict("records")]
    rounded = ["Published shares were rounded, and are not all shares of the same patients."] if len(published) else []
    return [*sentences, *unknown, *rounded, *notes]


def chatbot_breakdown(beneath: pd.DataFrame) -> list[str]:
    """Where most of a campaign's answers come from: the three largest trusts, or specialties of a trust.

    Args:
        beneath: Rows of `tables.CHATBOT_OUTCOMES_PUBLISHED`: the trusts of the system, or the specialties of a trust.
    """
    sentences = []
    for campaign in list(dict.fromkeys(beneath["campaign"]))[::-1]:
        rows = beneath[beneath["campaign"] == campaign]
        answered = as_numbers(rows["responded"])
        whole = rows["treatment_function_code"] == ALL_SPECIALTIES
        names = [
            trust_name(row["provider_code"], short=True)
            if row["treatment_function_code"] == ALL_SPECIALTIES
            else specialty_name(row["treatment_function_code"], short=True)
            for row in rows.to_dict("records")
        ]
        told = rows.assign(name=names, answered=answered).sort_values("answered", ascending=False, kind="stable")
        most = ", ".join(
            f"{row['name']} ({row['responded']})" for row in told[told["answered"] > 0].head(3).to_dict("records")
        )
        kind = "trusts" if whole.all() else "specialties"
        hidden = int(answered.isna().sum())
        more = f"; of {hidden} of the {len(rows)} {kind} called the count is hidden" if hidden else ""
        sentences.append(f"**{campaign}:** most answers are from {most or 'none whose count is shown'}{more}.")
    return sentences


def chatbot_disclosure() -> str:
    """How small counts are shown."""
    return f"Small counts: {LEGEND.replace(HIDDEN, ESCAPED)} Shares are made from the counts shown."


def _of_others(rows: dict) -> str:
    """Those who want to leave, as shares of all reached, called and callable; nothing where one is hidden."""
    of = [rows["leave", name] for name in ("contacted", "attempted", "eligible")]
    if any(pd.isna(row["percent"]) for row in (rows["leave", "responded"], *of)):
        return ""
    reached, called, callable_ = (f"{percent(row['percent'])} of the {row['denominator_count']}" for row in of)
    return f"{reached} reached, {called} called and {callable_} who may be called"


def _whole(safety: pd.DataFrame) -> list[dict]:
    """The rows of a campaign as a whole: all trusts together where there are such rows, else all rows."""
    every = safety[safety["provider_code"] == "ALL"]
    return (every if len(every) else safety).to_dict("records")


def _first(safety: pd.DataFrame) -> str:
    late = [row for row in _whole(safety) if row["worse_overdue"] != "0"]
    if late:
        said = "; ".join(_past_limit(row, safety) for row in late[::-1])
        return (
            "patients who said that they are worse have had no clinical review within the limit of "
            f"{late[0]['worse_limit_days']} days: {said}."
        )
    waiting = [row for row in _whole(safety) if row["leave_overdue"] != "0"]
    if waiting:
        said = ", ".join(f"{_of(row, 'leave_overdue')} of {row['campaign']}" for row in waiting[::-1])
        return f"nobody who is worse is past the limit; of those who asked to leave, {said} are."
    return "nobody who is worse or asked to leave has waited for a clinical review beyond the limit."


def _past_limit(row: dict, safety: pd.DataFrame) -> str:
    """How many who are worse are past the limit in a campaign, at which trusts, and the longest of them."""
    said = f"{_of(row, 'worse_overdue')} of {row['campaign']}"
    beneath = safety[(safety["campaign"] == row["campaign"]) & (safety["provider_code"] != row["provider_code"])]
    trusts = [
        f"{trust_name(one['provider_code'], short=True)} {_of(one, 'worse_overdue')}"
        for one in beneath[beneath["worse_overdue"] != "0"].to_dict("records")
    ]
    said += f" ({', '.join(trusts)})" if trusts else ""
    longest = row["worse_longest_days"]
    return f"{said}, the longest for up to {longest:.0f} days" if pd.notna(longest) else said


def _awaiting(row: dict, answer: str, of_whom: str) -> str:
    said = f"{_of(row, f'{answer}_awaiting')} who {of_whom} await a clinical review"
    late = row[f"{answer}_overdue"]
    said += ", none of them past the limit" if late == "0" else f", {_shown(late)} of them past the limit"
    if pd.notna(row[f"{answer}_median_days"]):
        said += (
            f"; half have waited {row[f'{answer}_median_days']:.0f} days or more, one in ten more than "
            f"{row[f'{answer}_ninetieth_days']:.0f} days, and nobody longer than {row[f'{answer}_longest_days']:.0f} days"
        )
    return f"{said}."


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


def _interval(row: dict) -> str:
    """The 95% interval of a share; nothing where it is hidden."""
    if pd.isna(row["lower_95"]):
        return ""
    return f", 95% interval {percent(row['lower_95'])} to {percent(row['upper_95'])}"


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
