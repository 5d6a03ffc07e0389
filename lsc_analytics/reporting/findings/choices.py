"""Which decisions are most worth taking, in sentences for those who take them."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.parameters import decisions as rule
from lsc_analytics.parameters import specialty_name, test_name, trust_name
from lsc_analytics.reference import month_words
from lsc_analytics.reporting.findings.chatbot import ESCAPED
from lsc_analytics.reporting.words import count, pathways
from lsc_analytics.store.disclosure import HIDDEN

_ORDER = (
    "**Why this order:** safety first, whatever the numbers; the others by how many each helps, one of a kind while several kinds "
    "have anything. A pathway over its weeks is not a six-week wait for a test: each number is of its own standard, none is "
    "weighed against another, and they must not be added up."
)


def decisions(rows: pd.DataFrame) -> list[str]:
    """What is to be decided, who owns it, what it avoids and what it rests on: a sentence or two a decision.

    Args:
        rows: `tables.DECISIONS`.
    """
    if rows.empty:
        return [
            "Nothing needs deciding here: nobody waits for an overdue review, and no move, list or session that is loaded "
            "would help anyone enough to name."
        ]
    said = [_decision(row) for row in rows.to_dict("records")]
    if len(rows) < rule().show:
        said.append("Nothing else that is loaded would help anyone enough to name.")
    return [*said, _ORDER]


def _decision(row: dict) -> str:
    givers, _, takers = row["provider_codes"].partition(" > ")
    who = _names(givers)
    told = {
        "safety_review": lambda: (
            f"Review at once, at {who}, the patients who are past the limit: {row['asked'].replace(HIDDEN, ESCAPED)}."
        ),
        "mutual_aid": lambda: (
            f"Agree to move {row['asked']} of {specialty_name(row['code'], short=True)} from {who} to {_names(takers)}, first in {month_words(row['by_month'])}."
        ),
        "more_clock_stops": lambda: (
            f"Ask {who} for {row['asked']}, of {specialty_name(row['code'], short=True)}, in {month_words(row['by_month'])}."
        ),
        "diagnostic_session": lambda: (
            f"Add {row['asked']} of {test_name(row['code'], short=True)} at {who}, from {month_words(row['by_month'])}."
        ),
    }
    return (
        f"**{row['rank']}. {told[row['kind']]()}** {_helps(row)} Owner: {row['owner']}. It rests on {row['rests_on']}."
    )


def _names(codes: str) -> str:
    names = [trust_name(code, short=True) for code in codes.split()]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _helps(row: dict) -> str:
    if row["kind"] == "safety_review":
        return f"They are owed {row['standard']}."
    at = f"at the end of {month_words(row['standard_month'])}"
    if row["helped_unit"] == "pathways":
        return f"It avoids {pathways(row['helped'])} {row['standard']} {at}."
    return f"It avoids {count(row['helped'])} waits of {row['standard']} {at}."
