"""What follows from validation, in sentences: who does not answer, who differs, what it is worth, who is next.

From published counts only. Every share names what it is a share of, every price that it is an assumption.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from lsc_analytics.parameters import specialty_name, trust_name, validation_programme
from lsc_analytics.reference import month_words
from lsc_analytics.reporting.words import count, percent
from lsc_analytics.store.disclosure import HIDDEN

_SAYS = {
    "responded": "answer",
    "leave": "want to leave",
    "worse": "say that they are worse",
    "confirmed": "are confirmed to go",
}
_OF = {"contacted": "those reached", "responded": "those who answered", "attempted": "those called"}


def chatbot_equity(equity: pd.DataFrame) -> list[str]:
    """Which groups answered otherwise than everybody else in their place, in the latest campaign?

    Args:
        equity: `tables.CHATBOT_EQUITY`.
    """
    last = equity[equity["campaign"] == equity["campaign"].iloc[-1]] if len(equity) else equity
    if last["ratio"].isna().all():
        return ["The call records do not say what patients are like, or too few of a group answered."]
    apart = last[(last["ratio_upper_95"] < 1) | (last["ratio_lower_95"] > 1)]
    said = [
        f"**{row['dimension'].capitalize()}, {row['category']}:** {percent(row['percent'])} of {_OF[row['denominator']]} "
        f"{_SAYS[row['outcome']]}; {row['ratio']:.2f} times as often as everybody else of the same specialty and wait (95% "
        f"interval {row['ratio_lower_95']:.2f} to {row['ratio_upper_95']:.2f})."
        for row in apart.to_dict("records")
    ]
    told = len(last["ratio"].dropna())
    said.append(
        f"{told} comparisons in {last['campaign'].iloc[0]}: about {max(round(told / 20), 1)} would look different by chance alone. "
        "Why a group answers less is not in these records."
    )
    return said


def chatbot_spread(spread: pd.DataFrame) -> list[str]:
    """Which cells lie outside the limits of chance, the latest campaign first?

    Args:
        spread: `tables.CHATBOT_SPREAD`.
    """
    said = []
    latest_first = {name: at for at, name in enumerate(list(dict.fromkeys(spread["campaign"]))[::-1])}
    apart = spread[spread["differs"]].sort_values("campaign", key=lambda names: names.map(latest_first), kind="stable")
    for row in apart.to_dict("records"):
        said.append(
            f"**{row['campaign']}, {trust_name(row['provider_code'], short=True)}, "
            f"{specialty_name(row['treatment_function_code'], short=True)}:** {percent(row['percent'])} of "
            f"{_OF[row['denominator']]} {_SAYS[row['outcome']]}, against {percent(row['campaign_percent'])} in the campaign."
        )
    more = [f"And {len(said) - 8} more."] if len(said) > 8 else []
    return [*said[:8], *more] or ["No trust's specialty differs from its campaign by more than chance."]


def chatbot_progress(progress: pd.DataFrame) -> list[str]:
    """How far a campaign came of its plan.

    Args:
        progress: `tables.CHATBOT_PROGRESS`.
    """
    return [
        f"**{row['campaign']}:** {row['contacted']} reached, {percent(row['percent'])} of the {count(row['planned'])} planned by "
        f"{dt.date.fromisoformat(row['by']):%-d %B %Y}."
        for row in progress.to_dict("records")
    ] or ["No campaign that is loaded has a plan in validation_programme.yml."]


def chatbot_months() -> list[str]:
    """What to know before reading validation month by month."""
    return [
        "All trusts together, by the month of the answer or else of the last attempt, whichever campaigns ran. A month whose "
        "counts are hidden or below 100 is left out, not taken for none; campaigns called different specialties and waits, so a change "
        "from one to the next need not be one of patients."
    ]


def chatbot_value(value: pd.DataFrame) -> list[str]:
    """What a campaign released, and what a removal cost.

    Args:
        value: `tables.CHATBOT_VALUE`.
    """
    programme, said = validation_programme(), []
    whole = value[value["provider_code"] == "ALL"]
    for row in (whole if len(whole) else value).iloc[::-1].to_dict("records"):
        if pd.isna(row["cost_per_removal"]):
            why = "nobody has been removed yet" if row["removed"] == "0" else "too few were removed to say"
            said.append(f"**{row['campaign']}:** {why}.")
            continue
        said.append(
            f"**{row['campaign']}:** {row['confirmed']} confirmed, {row['per_1000_called']:.0f} of each 1,000 called (95% interval "
            f"{row['per_1000_lower_95']:.0f} to {row['per_1000_upper_95']:.0f}); {row['removed']} removed release about "
            f"{count(row['appointments'])} appointments at £{row['cost_per_removal']:.0f} a removal."
        )
    for left in (whole if len(whole) else value)["left_anyway_percent"].dropna().head(1):
        said.append(
            f"Not all of it is the campaign's: in a year {percent(left, 0)} of the list leaves without a reported treatment anyway."
        )
    said.append(
        f"Assumptions: {programme.appointments_per_removal:g} appointments a removal, £{programme.cost_per_patient_called:.2f} a "
        f"patient called, £{programme.cost_per_review:.2f} a review. NHS England is reported to pay about "
        f"£{programme.paid_per_removal:.0f} a removal (secondary press, unverified): removals are rewarded, so they are kept "
        "apart from treatment."
    )
    return said


def chatbot_effect(compared: pd.DataFrame) -> list[str]:
    """What a drive as measured would do to the list, beside the drive as assumed.

    Args:
        compared: `tables.RTT_SCENARIOS`.
    """
    if compared.empty:
        return ["Lists, flows and weekly bands are not loaded for long enough to play a validation drive."]
    end = compared[compared["target_month"] == compared["target_month"].max()]
    size = end[end["measure"] == "total_incomplete"].set_index("scenario")
    late = end[end["measure"] == "over_52_weeks"].set_index("scenario")
    said = [
        f"**{row['title']}:** {count(-row['difference_mean'])} fewer on the list by then, "
        f"{count(max(-late.loc[name, 'difference_mean'], 0))} fewer over 52 weeks ({row['source']})."
        for name, row in size.iterrows()
        if name != "as_now"
    ]
    return [
        *said,
        "The same flows and chances in each: what differs is the drive alone. It assumes that a campaign works.",
    ]


def chatbot_due(due: pd.DataFrame) -> list[str]:
    """Who to contact next.

    Args:
        due: `tables.CHATBOT_DUE`.
    """
    if due.empty:
        return ["No weekly bands are loaded, so who is due cannot be told."]
    first = due.iloc[0]
    return [
        f"First {trust_name(first['provider_code'], short=True)}, {specialty_name(first['treatment_function_code'], short=True)}, "
        f"{first['wait']} weeks: {count(first['waiting'])} waiting, of each 100 called about {first['confirmed_per_100']:.1f} would "
        f"be confirmed; {_soon(first)}.",
        "Ranked by those confirmed of each 100 called over the weeks to 52. Groups, not people: who of them is for the "
        "operational role.",
    ]


def _soon(row: pd.Series) -> str:
    if str(row["wait"]).startswith(("52", "65")):
        return "they are past 52 weeks already"
    return f"half of them reach 52 weeks within {count(row['weeks_to_limit'])}"


def chatbot_coverage(coverage: pd.DataFrame) -> list[str]:
    """How much of each list was asked within the cycle.

    Args:
        coverage: `tables.CHATBOT_COVERAGE`.
    """
    if coverage.empty:
        return ["No weekly bands are loaded, so coverage cannot be told."]
    widest = coverage[coverage["within_weeks"] == coverage["within_weeks"].max()]
    said = [
        f"**{trust_name(row['provider_code'], short=True)}:** at most {percent(row['percent'])} of the {count(row['waiting'])} "
        f"waiting twelve weeks or more answered within {row['within_weeks']} weeks."
        if row["answered"] != HIDDEN
        else f"**{trust_name(row['provider_code'], short=True)}:** how many answered is hidden."
        for row in widest.to_dict("records")
    ]
    return [*said, "By calls that are loaded here alone: a trust validates in other ways too."]


def chatbot_net(net: pd.DataFrame) -> list[str]:
    """The lists as published, and what they would be at most without removals.

    Args:
        net: `tables.CHATBOT_NET`.
    """
    if net.empty:
        return ["No published lists of the campaign's months are loaded, or too few were removed to say."]
    whole = net[net["provider_code"] == "ALL"]
    said = []
    for row in (whole if len(whole) else net).to_dict("records"):
        late = (
            f" Over 52 weeks: {count(row['over_52'])}, and at most {count(row['over_52_without'])} without."
            if pd.notna(row["over_52_without"])
            else ""
        )
        said.append(
            f"**{row['campaign']}, {month_words(row['month'])}:** {count(row['waiting'])} on the list; without the {row['removed']} "
            f"removals it would be at most {count(row['waiting_without'])}.{late} Within 18 weeks: "
            f"{percent(row['within_18_percent'], 2)}, and at least {percent(row['within_18_percent_without'], 2)} without."
        )
    return [
        *said,
        "A bound, not an estimate: it takes none of those removed to have been treated or to have left otherwise, all of them "
        "for over 18 weeks, and everyone for over 52 who could have reached it.",
    ]


def chatbot_evaluation(evaluation: pd.DataFrame) -> list[str]:
    """How validated lists moved beside comparable ones, and what that does and does not say of a system-wide protocol.

    Args:
        evaluation: `tables.CHATBOT_EVALUATION`.
    """
    said = []
    for campaign in list(dict.fromkeys(evaluation["campaign"]))[::-1]:
        rows = evaluation[evaluation["campaign"] == campaign]
        one = rows.iloc[0]
        said.append(
            f"**{campaign}:** {one['validated_lists']} lists that it called, beside {one['compared_lists']} that it did not, from "
            f"{month_words(one['month_before'])} to {month_words(one['last_month'])}. In the six months before, they changed by "
            f"{one['trend_validated']:+.1f}% and {one['trend_compared']:+.1f}%."
        )
        said += [_apart(row) for row in rows.to_dict("records")]
    if not said:
        said = [
            "No campaign here can be compared: published lists from six months before it on, or lists that it did not call, are not loaded."
        ]
    told = ", ".join(f"{trust_name(one.trust, short=True)} {one.tier}" for one in validation_programme().tiers)
    return [
        *said,
        "It can be concluded who was reached, what they said, and who left the list after review; and whether validated lists "
        "moved otherwise than the nearest unvalidated ones by more than unvalidated lists do among themselves.",
        "It cannot be concluded that the campaign did it: specialties were chosen, not drawn; long lists tend to shorten by "
        "themselves (regression to the mean); other drives ran at the same time; lists of one trust move together, so the "
        "intervals are too narrow. A protocol that draws by lot which specialties begin first would say more.",
        f"Tier of national oversight, unverified: {told}.",
    ]


def _apart(row: dict) -> str:
    unit = " points" if row["measure"] == "over_52_points" else "%"
    said = (
        f"{row['words']}: {row['validated']:+.1f} validated, {row['compared']:+.1f} beside; difference "
        f"{row['difference']:+.1f}{unit}"
    )
    if pd.isna(row["lower_95"]):
        return f"{said}; too few unvalidated lists for an interval."
    chance = "more than chance" if row["lower_95"] > 0 or row["upper_95"] < 0 else "no more than chance"
    return f"{said} (95% interval {row['lower_95']:+.1f} to {row['upper_95']:+.1f}): {chance}."
