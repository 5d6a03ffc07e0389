"""Invented Chatbot call records and reviews, whose campaign totals are those the collaborative published.

Nobody in them exists: identifiers are running numbers, and every split below the totals is drawn at random.
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
_LONGEST_REVIEW_DAYS = 40
_DECISIONS = {"leave": ("removed", 0.9), "worse": ("expedited", 0.7)}  # else the pathway is kept as it was
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
        calls.append(attempts)
        reviews.append(_reviews(demo, attempts, random))
    return pd.concat(calls, ignore_index=True), pd.concat(reviews, ignore_index=True)


def _pathways(demo: Demo, campaign: DemoCampaign, random: np.random.Generator, taken: int) -> pd.DataFrame:
    """Everybody called in one campaign, a row a pathway, with the answer they end up giving."""
    asked = round(campaign.contacted / (1 - demo.chatbot.never_reached_percent / 100))
    lists = pd.DataFrame(
        [
            (trust, code, waiting)
            for trust in campaign.trusts
            for code, waiting in sorted(demo.rtt.trusts[trust].lists.items())
            if code not in demo.chatbot.not_called
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


def _reviews(demo: Demo, attempts: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Reviews of whoever asked to leave or is worse: most within two weeks, some late, a few not yet."""
    due = attempts[attempts["response"].isin(["leave", "worse"]) | (attempts["also_worse"] == "yes")]
    due = due[random.random(len(due)) < demo.chatbot.reviewed_percent / 100]
    days = np.clip(random.gamma(1.6, 5.5, len(due)), 1, _LONGEST_REVIEW_DAYS).astype(int)
    day = due["attempted_on"].to_numpy().astype("datetime64[D]") + days.astype("timedelta64[D]")
    likely, share = zip(*(_DECISIONS["leave" if said == "leave" else "worse"] for said in due["response"]), strict=True)
    return pd.DataFrame(
        {
            "data_kind": KIND,
            "campaign": due["campaign"].to_numpy(),
            "pathway_id": due["pathway_id"].to_numpy(),
            "reviewed_on": np.datetime_as_string(day, unit="D"),
            "decision": np.where(random.random(len(due)) < share, likely, "kept"),
        }
    )


def _yes(values: np.ndarray) -> np.ndarray:
    return np.where(values, "yes", "no")
