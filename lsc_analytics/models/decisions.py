"""Which few decisions are most worth taking, of all that the other models say could be done.

It computes no benefit of its own: it sets side by side what others have told, and chooses.
"""

from __future__ import annotations

import pandas as pd

from lsc_analytics.models.chatbot.counting import ALL_PROVIDERS
from lsc_analytics.parameters import Decisions
from lsc_analytics.reference import add_months
from lsc_analytics.store import disclosure
from lsc_analytics.tables import DECISIONS

SAFETY, AID, STOPS, SESSION = "safety_review", "mutual_aid", "more_clock_stops", "diagnostic_session"
_SAID = {"worse": "said that they are worse", "leave": "asked to leave"}


def decisions(
    safety: pd.DataFrame,
    summary: pd.DataFrame,
    moves: pd.DataFrame,
    changes: pd.DataFrame,
    worth: pd.DataFrame,
    sessions: pd.DataFrame,
    rule: Decisions,
    *,
    sessions_from: int,
) -> pd.DataFrame:
    """Which decisions are most worth taking, and in which order?

    People who said that they are worse, or asked to leave, and whom nobody has reviewed within the limit come first, as
    nothing is worth their harm. The rest come by how many each helps: the moves of one specialty agreed together, one
    more list of a trust's specialty, one more session a week of a trust's test. Of each kind only the best is told,
    unless fewer kinds than there are places have anything: a meeting that hears the same idea three times misses the
    others.

    **The units differ.** Mutual aid and lists avoid RTT pathways over the chosen standard; sessions avoid waits of six
    weeks or more for a test; reviews help patients of a campaign. A pathway over 52 weeks is not a scan over six, and no
    weight between them is published, so none is made up: they are ranked by number, each says of which standard, and
    they must not be added.

    Args:
        safety: `tables.CHATBOT_SAFETY`; its counts are shown as they are, never looked behind.
        summary: `tables.AID_SUMMARY`, whose standard and date the pathways are of.
        moves: `tables.AID_MOVES` of all specialties.
        changes: `tables.AID_CHANGES` by specialty.
        worth: `tables.AID_WORTH` of all specialties.
        sessions: `tables.DIAGNOSTIC_SESSION_VALUE`.
        rule: How many are told, what is too little to tell, and who answers.
        sessions_from: Months from the month reported until a further session can run.

    Returns:
        `tables.DECISIONS`; no rows where there is nothing to decide. Any of the tables may be empty.

    >>> from lsc_analytics import parameters
    >>> from lsc_analytics.tables import AID_WORTH, CHATBOT_SAFETY, DIAGNOSTIC_SESSION_VALUE
    >>> summary = pd.DataFrame({"as_of": ["2026-01"], "by": "2026-07", "standard": 52, "scope": "system", "says": ""})
    >>> moves = pd.DataFrame({"from_provider": ["RXN"], "to_provider": "RXL", "treatment_function_code": "C_110",
    ...     "month": "2026-04", "move_type": "pathways", "pathways": 40})
    >>> changes = pd.DataFrame({"change": ["as_proposed", "no_transfer"], "treatment_function_code": "C_110",
    ...     "breaches": [15.0, 31.0], "pathways": [40, 0]})
    >>> told = decisions(CHATBOT_SAFETY.empty(), summary, moves, changes, AID_WORTH.empty(),
    ...     DIAGNOSTIC_SESSION_VALUE.empty(), parameters.decisions(), sessions_from=3)
    >>> print(*told[["kind", "provider_codes", "asked", "helped", "standard"]].iloc[0], sep="; ")  # 31 breaches become 15
    mutual_aid; RXN > RXL; 40 pathways; 16.0; over 52 weeks
    """
    found = [
        *_safety(safety),
        *_aid(summary, moves, changes),
        *_stops(summary, worth),
        *_sessions(sessions, sessions_from),
    ]
    worthwhile = [one for one in found if one["kind"] == SAFETY or one["helped"] >= rule.least_helped]
    first = [one for one in worthwhile if one["kind"] == SAFETY]
    others = sorted((one for one in worthwhile if one["kind"] != SAFETY), key=lambda one: -one["helped"])
    best = list({one["kind"]: one for one in reversed(others)}.values())
    more = [one for one in others if one not in best]
    chosen = [*sorted(best, key=lambda one: -one["helped"]), *more][: max(rule.show - len(first), 0)]
    # A second of a kind that fills a place stands where its number puts it, as the others do.
    rows = [*first, *sorted(chosen, key=lambda one: -one["helped"])]
    if not rows:
        return DECISIONS.empty()
    owners = rule.owners.model_dump()
    ranked = [one | {"rank": at, "owner": owners[one["kind"]]} for at, one in enumerate(rows, start=1)]
    return DECISIONS.check(pd.DataFrame(ranked)[DECISIONS.names])


def _safety(safety: pd.DataFrame) -> list[dict]:
    """The overdue reviews of every campaign as one decision: none may fall behind another for being fewer."""
    overdue = ["worse_overdue", "leave_overdue"]
    late = safety[(safety[overdue] != "0").any(axis=1)]
    campaigns = late[late["provider_code"] == ALL_PROVIDERS]
    if campaigns.empty:
        return []
    trusts = late.loc[late["provider_code"] != ALL_PROVIDERS, "provider_code"].drop_duplicates()
    counts = campaigns[overdue].to_numpy().ravel().tolist()
    parts = [
        f"{row[f'{answer}_overdue']} who {words} ({row['campaign']})"
        for answer, words in _SAID.items()
        for row in campaigns.to_dict("records")
        if row[f"{answer}_overdue"] != "0"
    ]
    limits = campaigns.iloc[-1]
    return [
        {
            "kind": SAFETY,
            "provider_codes": " ".join(trusts) or ALL_PROVIDERS,
            "code": ", ".join(campaigns["campaign"]),
            "asked": " and ".join(parts),
            "by_month": None,
            "helped": None if disclosure.HIDDEN in counts else float(sum(int(count.replace(",", "")) for count in counts)),
            "helped_unit": "patients",
            "standard": f"a clinical review within {limits['worse_limit_days']} days of saying worse, "
            f"{limits['leave_limit_days']} of asking to leave",
            "standard_month": None,
            "rests_on": "the records of calls and reviews that are loaded; the limits are assumptions of models.yml; "
            "counts are rounded or hidden as they may be shown",
        }
    ]  # fmt: skip


def _aid(summary: pd.DataFrame, moves: pd.DataFrame, changes: pd.DataFrame) -> list[dict]:
    """The moves of each specialty together: who sends and who receives it have to agree in one sitting."""
    if moves.empty:
        return []
    breaches = changes.pivot_table(index="treatment_function_code", columns="change", values="breaches")
    avoided = (breaches["no_transfer"] - breaches["as_proposed"]).to_dict()
    told = []
    for code, mine in moves.groupby("treatment_function_code"):
        givers, takers = (sorted(mine[end].unique()) for end in ("from_provider", "to_provider"))
        told.append(
            _of_rtt(summary)
            | {
                "kind": AID,
                "provider_codes": f"{' '.join(givers)} > {' '.join(takers)}",
                "code": code,
                "asked": f"{mine['pathways'].sum():,} pathways",
                "by_month": mine["month"].min(),
                "helped": float(avoided[code]),
                "rests_on": "the offers of the receivers, beyond their own patients' slots, and the share of those asked who "
                "agree, assumed in mutual_aid.yml",
            }
        )
    return told


def _stops(summary: pd.DataFrame, worth: pd.DataFrame) -> list[dict]:
    """One more list of each trust's specialty, offered beyond its own patients' slots, in its best month."""
    return [
        _of_rtt(summary)
        | {
            "kind": STOPS,
            "provider_codes": row["provider_code"],
            "code": row["treatment_function_code"],
            "asked": f"one more list ({row['cases_per_list']:g} clock stops) for the system's longest waits",
            "by_month": row["best_month"],
            "helped": float(row["one_list"]),
            "rests_on": "the moves of the mutual aid proposal, all agreed: at most so many, if each of its clock stops is worth "
            "as much as the first",
        }
        for row in worth.to_dict("records")
    ]


def _sessions(sessions: pd.DataFrame, sessions_from: int) -> list[dict]:
    """One more session a week of each trust's test."""
    return [
        {
            "kind": SESSION,
            "provider_codes": row["provider_code"],
            "code": row["diagnostic_test_code"],
            "asked": f"one more session a week ({row['tests_a_week']:.1f} tests)"
            if row["unit"] == "session"
            else f"{row['tests_a_week']:.0f} more tests a week",
            "by_month": add_months(row["as_of"], sessions_from),
            "helped": float(row["avoided_mean"]),
            "helped_unit": "waits",
            "standard": "six weeks or more for a test",
            "standard_month": row["target_month"],
            "rests_on": "staff and a room for the session, every week, and demand as forecast"
            + ("" if row["unit"] == "session" else "; no capacity file has this list, so its sessions are not known"),
        }
        for row in sessions.to_dict("records")
    ]


def _of_rtt(summary: pd.DataFrame) -> dict:
    asked = summary.iloc[0]
    return {
        "helped_unit": "pathways",
        "standard": f"over {asked['standard']} weeks",
        "standard_month": asked["by"],
    }
