"""Invented Chatbot call records and reviews, whose campaign totals are those the collaborative published.

Nobody in them exists: identifiers are running numbers, and every split below the totals is drawn at random. Some of the
splits lean, so that there is something to find: people in deprived areas, and those who speak another language than
English, answer less often.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.ingest.demo.working_days import working_days
from lsc_analytics.parameters import Demo, DemoCampaign

KIND = "demo"
_STREAM = 4  # of the seed: every kind of record draws apart from the others
_REACHED_AT = (0.68, 0.22, 0.10)  # of those reached at all, at the first, second and third attempt
_MOST_ATTEMPTS = 3  # before somebody counts as never reached
_FOLLOWED_UP = 0.3  # of those reached, called once more by staff: only then do they answer, or still not
_DAYS_BETWEEN = (2, 9)  # working days
_WHO_STREAM = 1  # of the stream: what people are like is drawn apart from what they do
_EXCLUDED_FROM = 500_000  # identifiers of those not to be called begin after it
_LAST_DAY = "2026-01-31"  # nothing is told of any later day
_LONGEST_REVIEW_DAYS = 40
_DECISIONS = {"leave": ("removed", 0.9), "worse": ("expedited", 0.7)}  # else the pathway is kept as it was
_AGES = ["18-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80+"]
_SHORTEST_WAIT, _TYPICAL_WAIT, _LONGEST_WAIT = 12, 18, 100  # weeks: only those waiting for some time are called


def records(demo: Demo) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every call and every review of all campaigns.

    Returns:
        Calls, a row an attempt to reach one pathway; reviews, a row a pathway that was reviewed. Columns and values as
        in `docs/chatbot-contract.md`.
    """
    calls, reviews, taken = [], [], 0
    for number, campaign in enumerate(demo.chatbot.campaigns):
        random = np.random.default_rng([demo.seed, _STREAM, number])
        pathways = _pathways(demo, campaign, random, taken)
        taken += len(pathways)
        attempts = _attempts(campaign, pathways, random)
        reviews.append(_reviews(demo, campaign, attempts, random))
        apart = np.random.default_rng([demo.seed, _STREAM, number, _WHO_STREAM])
        others = _not_called(campaign, pathways, _EXCLUDED_FROM + 10_000 * number, apart)
        calls.append(_with_who(pd.concat([attempts, others], ignore_index=True), apart))
    return pd.concat(calls, ignore_index=True), pd.concat(reviews, ignore_index=True)


def _pathways(demo: Demo, campaign: DemoCampaign, random: np.random.Generator, taken: int) -> pd.DataFrame:
    """Everybody called in one campaign, a row a pathway, with the answer they end up giving."""
    asked = round(campaign.contacted / (1 - demo.chatbot.never_reached_percent / 100))
    lists = pd.DataFrame(
        [
            (trust, code, waiting)
            for trust in campaign.trusts
            for code, waiting in sorted(demo.rtt.trusts[trust].lists.items())
            if code not in demo.chatbot.not_called and (not campaign.functions or code in campaign.functions)
        ],
        columns=["provider_code", "treatment_function_code", "waiting"],
    )
    inclined = random.lognormal(0, 0.25, len(lists))  # some specialties' patients leave more readily than others'
    of_list = random.choice(len(lists), asked, p=lists["waiting"] / lists["waiting"].sum())
    waited = _SHORTEST_WAIT + random.exponential(_TYPICAL_WAIT, asked)
    answer = np.full(asked, "unreached", dtype=object)
    reached = random.permutation(asked)[: campaign.contacted]
    answer[reached] = "silent"
    answering = reached[: campaign.responded]
    # Whoever has waited longer is likelier to leave or to be worse: drawn without replacement, weighted by the wait.
    weight = inclined[of_list[answering]] * (1 + waited[answering] / 40)
    answering = answering[np.argsort(random.exponential(size=len(answering)) / weight)]
    leaving, worse = campaign.leave, campaign.leave + campaign.worse
    answer[answering[:leaving]], answer[answering[leaving:worse]] = "leave", "worse"
    remaining = answering[worse:]
    answer[remaining] = "remain"
    admits = np.array([demo.rtt.functions[code].admitted for code in lists["treatment_function_code"]])
    inpatients = remaining[random.random(len(remaining)) < admits[of_list[remaining]] / 100]
    also_worse = np.zeros(asked, dtype=bool)
    also_worse[inpatients[: campaign.also_worse]] = True
    return pd.DataFrame(
        {
            "data_kind": KIND,
            "campaign": campaign.name,
            "pathway_id": [f"DEMO-P{taken + 1 + i:06d}" for i in range(asked)],
            "provider_code": lists["provider_code"].to_numpy()[of_list],
            "treatment_function_code": lists["treatment_function_code"].to_numpy()[of_list],
            "waited": np.minimum(waited, _LONGEST_WAIT).astype(int),
            "answer": answer,
            "also_worse": also_worse,
        }
    )


def _attempts(campaign: DemoCampaign, pathways: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Every attempt at everybody: until reached, then perhaps once more by staff, who get the answer."""
    everybody = len(pathways)
    unreached = (pathways["answer"] == "unreached").to_numpy()
    reached_at = np.where(unreached, _MOST_ATTEMPTS + 1, 1 + random.choice(3, everybody, p=_REACHED_AT))
    followed_up = ~unreached & (random.random(everybody) < _FOLLOWED_UP)
    attempts = np.where(unreached, _MOST_ATTEMPTS, reached_at + followed_up)
    of = np.repeat(np.arange(everybody), attempts)
    number = np.arange(len(of)) - np.repeat(np.cumsum(attempts) - attempts, attempts) + 1
    last = number == attempts[of]

    open_days = working_days(campaign.first_day, campaign.last_day)
    first = random.integers(0, len(open_days) - _MOST_ATTEMPTS * _DAYS_BETWEEN[1], everybody)
    gap = np.where(number == 1, 0, random.integers(*_DAYS_BETWEEN, len(of)))
    since = np.cumsum(gap) - np.repeat(np.cumsum(gap)[np.cumsum(attempts) - attempts], attempts)
    day = open_days[first[of] + since]

    told = pathways.iloc[of].reset_index(drop=True)
    responded = last & told["answer"].isin(["remain", "leave", "worse"]).to_numpy()
    channel = np.where(number == 1, "automated_call", np.where(number == 2, "text", "staff_call"))
    return pd.DataFrame(
        {
            "data_kind": KIND,
            "campaign": campaign.name,
            "pathway_id": told["pathway_id"],
            "provider_code": told["provider_code"],
            "treatment_function_code": told["treatment_function_code"],
            "attempt_number": number,
            "channel": np.where(number > reached_at[of], "staff_call", channel),
            "attempted_on": np.datetime_as_string(day, unit="D"),
            "weeks_waiting": told["waited"] + (day - open_days[first[of]]).astype(int) // 7,
            "contacted": _yes(number >= reached_at[of]),
            "responded": _yes(responded),
            "response": np.where(responded, told["answer"], ""),
            "also_worse": _yes(responded & told["also_worse"].to_numpy()),
        }
    )


def _not_called(
    campaign: DemoCampaign, pathways: pd.DataFrame, first: int, random: np.random.Generator
) -> pd.DataFrame:
    """Whoever was to be called and was not tried, and whoever was not to be called: a few of them were, by mistake."""
    count = campaign.not_tried + campaign.excluded
    alike = pathways.iloc[random.integers(0, len(pathways), count)].reset_index(drop=True)
    reason = random.choice(["child", "dementia", "other_clinical"], campaign.excluded, p=[0.45, 0.2, 0.35])
    mistaken = np.arange(count) >= count - campaign.excluded_reached
    open_days = working_days(campaign.first_day, campaign.last_day)
    day = np.where(mistaken, random.choice(open_days, count), open_days[0])
    return pd.DataFrame(
        {
            "data_kind": KIND,
            "campaign": campaign.name,
            "pathway_id": [f"DEMO-P{first + i:06d}" for i in range(count)],
            "provider_code": alike["provider_code"],
            "treatment_function_code": alike["treatment_function_code"],
            "attempt_number": mistaken.astype(int),
            "channel": np.where(mistaken, "automated_call", ""),
            "attempted_on": np.datetime_as_string(day, unit="D"),
            "weeks_waiting": alike["waited"],
            "contacted": _yes(mistaken),
            "responded": _yes(mistaken),
            "response": np.where(mistaken, "remain", ""),
            "also_worse": "no",
            "exclusion": np.concatenate([np.full(campaign.not_tried, ""), reason]),
        }
    )


def _with_who(calls: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """The calls, with what each patient is like and when each attempt was made."""
    answered = (calls["responded"] == "yes").groupby(calls["pathway_id"], sort=False).any()
    silent, count = ~answered.to_numpy(), len(answered)
    # Those who did not answer are drawn from a population that leans towards deprived areas and other languages.
    decile = np.arange(1, 11)
    lean = {False: np.full(10, 0.1), True: np.linspace(1.35, 0.65, 10) / 10}
    english = np.where(silent, 0.86, 0.94)
    others = random.choice(["Polish", "Urdu", "Gujarati", "Punjabi", "Romanian"], count)
    white = np.where(random.random(count) < 0.04, "C", "A")
    minority = random.choice(list("DFHJKLMNRS"), count, p=[0.05, 0.05, 0.25, 0.3, 0.08, 0.07, 0.04, 0.06, 0.04, 0.06])
    who = pd.DataFrame(
        {
            "priority": random.choice(["routine", "urgent"], count, p=[0.86, 0.14]),
            "age_band": random.choice(_AGES, count, p=[0.09, 0.11, 0.13, 0.18, 0.19, 0.18, 0.12]),
            "sex": random.choice(["female", "male", "not_known"], count, p=[0.545, 0.45, 0.005]),
            "deprivation_decile": np.where(
                silent, random.choice(decile, count, p=lean[True]), random.choice(decile, count, p=lean[False])
            ),
            "ethnic_category": np.where(
                random.random(count) < 0.08, "Z", np.where(random.random(count) < 0.87, white, minority)
            ),
            "language": np.where(random.random(count) < english, "English", others),
            "rurality": random.choice(["urban", "rural"], count, p=[0.78, 0.22]),
        },
        index=answered.index,
    )
    told = calls.fillna({"exclusion": ""}).merge(who, left_on="pathway_id", right_index=True, how="left")
    told.loc[told["exclusion"] == "child", "age_band"] = "0-17"
    minutes = random.integers(9 * 60, 19 * 60, len(told))
    time = np.char.add(np.char.zfill((minutes // 60).astype(str), 2), ":")
    told["attempted_at"] = np.where(
        told["attempt_number"] > 0, np.char.add(time, np.char.zfill((minutes % 60).astype(str), 2)), ""
    )
    halfway = random.random(len(told)) < 0.02
    told["completed"] = _yes((told["responded"] == "yes").to_numpy() & ~halfway)
    return told


def _reviews(demo: Demo, campaign: DemoCampaign, attempts: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Reviews of whoever asked to leave or is worse: most within two weeks, some late, a few not yet."""
    due = attempts[attempts["response"].isin(["leave", "worse"]) | (attempts["also_worse"] == "yes")]
    due = due[random.random(len(due)) < campaign.reviewed_percent / 100]
    days = np.clip(random.gamma(1.6, 5.5, len(due)), 1, _LONGEST_REVIEW_DAYS).astype(int)
    day = due["attempted_on"].to_numpy().astype("datetime64[D]") + days.astype("timedelta64[D]")
    likely, share = zip(*(_DECISIONS["leave" if said == "leave" else "worse"] for said in due["response"]), strict=True)
    decision = np.where(random.random(len(due)) < share, likely, "kept")
    gone = (decision == "removed") & (random.random(len(due)) < demo.chatbot.removed_percent / 100)
    left = day + random.integers(0, 10, len(due)).astype("timedelta64[D]")
    again = left + random.integers(10, 200, len(due)).astype("timedelta64[D]")
    back = (
        gone & (random.random(len(due)) < demo.chatbot.rereferred_percent / 100) & (again <= np.datetime64(_LAST_DAY))
    )
    return pd.DataFrame(
        {
            "data_kind": KIND,
            "campaign": due["campaign"].to_numpy(),
            "pathway_id": due["pathway_id"].to_numpy(),
            "reviewed_on": np.datetime_as_string(day, unit="D"),
            "decision": decision,
            "removed_on": np.where(gone, np.datetime_as_string(left, unit="D"), ""),
            "rereferred_on": np.where(back, np.datetime_as_string(again, unit="D"), ""),
        }
    )


def _yes(values: np.ndarray) -> np.ndarray:
    return np.where(values, "yes", "no")
