"""Counts pathways by trust, specialty and group in one table, and passes all of it through disclosure together.

Together, because a reader can add up across the tables that are taken from it. Nothing leaves uncounted or unsuppressed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from lsc_analytics.models.chatbot.pathways import campaigns
from lsc_analytics.reference import ALL_SPECIALTIES
from lsc_analytics.store import disclosure
from lsc_analytics.tables import CHATBOT_COUNTS, CHATBOT_COUNTS_PUBLISHED, CHATBOT_OUTCOMES, CHATBOT_OUTCOMES_PUBLISHED

ALL_PROVIDERS = "ALL"
EVERYONE = "all"
WITHIN = "answered_within"  # dimension of those who answered in the last so many weeks
NOT_KNOWN = "not known"
ROW = list(CHATBOT_OUTCOMES.grain)
_GRAIN = list(CHATBOT_COUNTS.grain)
OUTCOMES = [name for name in CHATBOT_OUTCOMES.names if name not in ROW]
_SAFETY = [name for name in CHATBOT_COUNTS.names if name not in (*_GRAIN, *OUTCOMES)]
WAIT_BANDS = {0: "0 to 11", 12: "12 to 17", 18: "18 to 25", 26: "26 to 51", 52: "52 to 64", 65: "65 or more"}
_ETHNIC = {  # NHS Data Dictionary codes by the five groups of the census
    **dict.fromkeys("ABC", "White"),
    **dict.fromkeys("DEFG", "Mixed"),
    **dict.fromkeys("HJKL", "Asian"),
    **dict.fromkeys("MNP", "Black"),
    **dict.fromkeys("RS", "Other"),
}
GROUPS = ("deprivation", "age", "sex", "ethnicity", "language", "rurality")
# What is left of one count without another: rest, part, whole.
_RESTS = {
    "untried": ("attempted", "eligible"),
    "unreached": ("contacted", "attempted"),
    "unanswered": ("responded", "contacted"),
    "kept": ("confirmed", "reviewed"),
    "unremoved": ("removed", "confirmed"),
}
# Each is part of the one before it, so that a reader knows it to be no larger.
_WITHIN = (
    ("attempted", "eligible"), ("contacted", "attempted"), ("responded", "contacted"), ("leave", "responded"),
    ("confirmed", "reviewed"), ("removed", "confirmed"),
)  # fmt: skip


def counts(pathways: pd.DataFrame, cycle_weeks: Sequence[int] = ()) -> pd.DataFrame:
    """How many pathways came how far?

    Args:
        pathways: `tables.CHATBOT_PATHWAYS`.
        cycle_weeks: Of the re-validation cycle: by campaign and trust, who answered in so many weeks up to the last day on
            which anybody was called, answered or was reviewed.

    Returns:
        `tables.CHATBOT_COUNTS`, exact: a row a campaign, trust and specialty; one a campaign and trust (C_999); one a
        campaign (ALL, C_999), with everything that is counted; one a campaign and group of every dimension, all trusts
        together, with the outcomes alone; and one a campaign, trust and weeks of the cycle, with those who answered.
        Campaigns in the order they began.
    """
    if pathways.empty:
        return CHATBOT_COUNTS.empty()
    flags = _flags(pathways).assign(dimension=EVERYONE, category=EVERYONE)
    whole_trust = flags.assign(treatment_function_code=ALL_SPECIALTIES)
    everyone = whole_trust.assign(provider_code=ALL_PROVIDERS)
    nothing = dict.fromkeys(_SAFETY, np.int8(0))  # by specialty and group, safety is neither counted nor shown
    frames = [flags.assign(**nothing), whole_trust, everyone]
    groups = everyone.assign(**nothing)
    frames += [groups.assign(dimension=name, category=of) for name, of in categories(pathways).items()]
    others = dict.fromkeys([name for name in OUTCOMES if name != "responded"], np.int8(0))
    day = pathways[["last_attempted_on", "answered_on", "reviewed_on"]].apply(pd.to_datetime).max().max()
    since = (day - pd.to_datetime(pathways["answered_on"])).dt.days
    recent = whole_trust.assign(**nothing, **others, dimension=WITHIN)
    for weeks in cycle_weeks:
        told = recent["responded"].where(since < 7 * weeks, 0).astype("int8")
        frames.append(recent.assign(category=str(weeks), responded=told))
    counted = pd.concat(frames).groupby(_GRAIN, sort=True)[OUTCOMES + _SAFETY].sum().astype("int64").reset_index()
    began = {name: at for at, name in enumerate(campaigns(pathways))}
    counted = counted.sort_values("campaign", key=lambda names: names.map(began), kind="stable", ignore_index=True)
    return CHATBOT_COUNTS.check(counted[CHATBOT_COUNTS.names])


def publish(exact: pd.DataFrame, before: tuple[pd.DataFrame, pd.DataFrame] | None = None) -> pd.DataFrame:
    """The counts as anyone may read them, through the one disclosure rule: `tables.CHATBOT_COUNTS_PUBLISHED`.

    Args:
        exact: `tables.CHATBOT_COUNTS`.
        before: The exact and shown counts of the publication before this one: its reader is taken to know which counts
            have not changed since.
    """
    if exact.empty:
        return CHATBOT_COUNTS_PUBLISHED.empty()
    earlier = None
    if before is not None and len(before[0]):
        earlier = disclosure.Before(*before, sums(before[0]), _GRAIN, within(before[0]))
    return disclosure.publish(exact, CHATBOT_COUNTS_PUBLISHED, sums(exact), inside=within(exact), before=earlier)


def outcomes(counted: pd.DataFrame) -> pd.DataFrame:
    """What each campaign found in each trust and specialty, out of exact or of published counts.

    Returns:
        `tables.CHATBOT_OUTCOMES_PUBLISHED`, or `tables.CHATBOT_OUTCOMES` of exact counts, which only the operational
        role may read.
    """
    shown = pd.api.types.is_string_dtype(counted["attempted"])
    table = CHATBOT_OUTCOMES_PUBLISHED if shown else CHATBOT_OUTCOMES
    rows = counted[counted["dimension"] == EVERYONE]
    return table.check(rows[table.names].reset_index(drop=True))


def sums(exact: pd.DataFrame) -> list[tuple[list[disclosure.Cell], list[disclosure.Cell]]]:
    """The sums a reader of the published counts can make: cells by row label and column.

    The answers of a row; its reviews; a trust's specialties, a campaign's trusts, the groups of a dimension; and those who
    answered within some weeks of the cycle, where that is everybody who did.
    """
    made = [([part], [whole]) for part, whole in _cycle(exact) if str(exact.at[part]) == str(exact.at[whole])]
    for answers in (["remain", "leave"], ["remain", "leave", "worse"]):  # worse overlaps remain in some campaigns
        add_up = exact.index[exact[answers].sum(axis=1) == exact["responded"]]
        made += [([(row, answer) for answer in answers], [(row, "responded")]) for row in add_up]
    everyone, whole = exact["dimension"] == EVERYONE, exact["treatment_function_code"] == ALL_SPECIALTIES
    total = exact["provider_code"] == ALL_PROVIDERS
    for row in exact.index[everyone & whole]:
        for parts, totals in (
            *(([rest, part], [of]) for rest, (part, of) in _RESTS.items()),
            (["worse_reviewed", "worse_awaiting"], ["worse"]),
            (["leave_reviewed", "leave_awaiting"], ["leave"]),
            (["worse_reviewed", "leave_reviewed"], ["reviewed"]),
        ):
            if exact.loc[row, parts].sum() == exact.loc[row, totals].sum():  # else the excluded are in it as well
                made.append(([(row, name) for name in parts], [(row, name) for name in totals]))
    for _, rows in exact.groupby("campaign", sort=False):
        trusts = rows.index[everyone.loc[rows.index] & whole.loc[rows.index] & ~total.loc[rows.index]]
        at = rows.index[everyone.loc[rows.index] & total.loc[rows.index]][0]
        made += [([(part, name) for part in trusts], [(at, name)]) for name in OUTCOMES + _SAFETY]
        for trust in trusts:
            own = rows["provider_code"] == exact.at[trust, "provider_code"]
            beneath = rows.index[own & (rows["treatment_function_code"] != ALL_SPECIALTIES)]
            made += [([(part, name) for part in beneath], [(trust, name)]) for name in OUTCOMES]
        for _, group in rows[~rows["dimension"].isin([EVERYONE, WITHIN])].groupby("dimension"):
            made += [([(part, name) for part in group.index], [(at, name)]) for name in OUTCOMES]
    return made


def within(exact: pd.DataFrame) -> list[tuple[disclosure.Cell, disclosure.Cell]]:
    """Cells that are part of other cells, such as those reached of those called."""
    stages = exact.index[exact["dimension"] != WITHIN]
    return [((row, part), (row, whole)) for row in stages for part, whole in _WITHIN] + _cycle(exact)


def _cycle(exact: pd.DataFrame) -> list[tuple[disclosure.Cell, disclosure.Cell]]:
    """Who answered within some weeks is part of who did within more of them, and at last of who answered."""
    made = []
    for _, mine in exact[exact["dimension"] == WITHIN].groupby(ROW, sort=False):
        narrowest_first = mine["category"].astype(int).sort_values().index
        key = mine.iloc[0]
        whole = exact.index[(exact["dimension"] == EVERYONE) & (exact[ROW] == key[ROW]).all(axis=1)]
        ladder = [(int(row), "responded") for row in (*narrowest_first, whole[0])]
        made += list(pairwise(ladder))
    return made


def _flags(pathways: pd.DataFrame) -> pd.DataFrame:
    """Every count as 0 or 1 of one pathway."""
    due, late = pathways["for_review"], pathways["review_overdue"]
    made = {name: pathways[name] for name in OUTCOMES}
    for answer, said in (("worse", due & pathways["said_worse"]), ("leave", due & ~pathways["said_worse"])):
        reviewed = said & pathways["review_days"].notna()
        made |= {
            f"{answer}_reviewed": reviewed,
            f"{answer}_awaiting": said & ~reviewed,
            f"{answer}_overdue": said & late,
            f"{answer}_late": reviewed & pathways["reviewed_late"],
        }
    made |= {name: pathways[name] for name in ("excluded_attempted", "excluded_contacted", "rereferred")}
    made["excluded"] = ~pathways["eligible"]
    made |= {rest: pathways[whole] & ~pathways[part] for rest, (part, whole) in _RESTS.items()}
    return pathways[ROW].assign(**{name: flag.astype("int8") for name, flag in made.items()})


def categories(pathways: pd.DataFrame) -> dict[str, pd.Series]:
    """Each pathway's group, by dimension: its wait, the month it answered in, and what the patient is like."""
    edges = [*WAIT_BANDS, 10_000]
    fifth = ((pathways["deprivation_decile"].astype("Float64") + 1) // 2).astype("Int64")
    quintile = fifth.map({1: "1 most deprived", 2: "2", 3: "3", 4: "4", 5: "5 least deprived"})
    language = pathways["language"].str.casefold().eq("english").map({True: "English", False: "Other"})
    day = pathways["answered_on"].fillna(pathways["last_attempted_on"])
    told = {
        "wait": pd.cut(pathways["weeks_waiting"], edges, right=False, labels=list(WAIT_BANDS.values())).astype("str"),
        "month": day.str[:7],
        "deprivation": quintile,
        "age": pathways["age_band"],
        "sex": pathways["sex"].replace("not_known", NOT_KNOWN),
        "ethnicity": pathways["ethnic_category"].map(_ETHNIC),
        "language": language.where(pathways["language"].notna()),
        "rurality": pathways["rurality"],
    }
    return {name: of.fillna(NOT_KNOWN) for name, of in told.items()}
