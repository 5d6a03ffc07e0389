"""The Chatbot tables: pseudonymised calls and reviews, and what campaigns found."""

from __future__ import annotations

import pyarrow as pa

from lsc_analytics.tables.columns import COUNT, FUNCTION, NUMBER, PROVIDER, TEXT, YES
from lsc_analytics.tables.schema import Column, Table

CHATBOT_CALLS = Table(
    "chatbot_calls",
    "One attempt to reach one patient in one validation campaign, pseudonymised.",
    ("campaign", "pathway_pseudonym", "attempt_number"),
    (
        Column("campaign", TEXT, "Name of the validation campaign"),
        Column("pathway_pseudonym", TEXT, "Keyed hash of the pathway identifier"),
        PROVIDER,
        FUNCTION,
        Column("attempt_number", COUNT, "First attempt is 1"),
        Column("channel", TEXT, "automated_call, staff_call or text"),
        Column("attempted_on", TEXT, "Day of the attempt, YYYY-MM-DD"),
        Column("weeks_waiting", COUNT, "Whole weeks since the clock start on that day"),
        Column("contacted", YES, "The call or text reached the patient's number"),
        Column("responded", YES, "The patient answered the questions"),
        Column("response", TEXT, "remain, leave or worse; empty without a response", empty=True),
        Column("also_worse", YES, "Worse as well as remaining: older campaigns let the two overlap"),
    ),
)
CHATBOT_REVIEWS = Table(
    "chatbot_reviews",
    "One clinical review of one patient who asked to leave or reported being worse, pseudonymised.",
    ("campaign", "pathway_pseudonym"),
    (
        Column("campaign", TEXT, "Name of the validation campaign"),
        Column("pathway_pseudonym", TEXT, "Keyed hash of the pathway identifier"),
        Column("reviewed_on", TEXT, "Day of the review, YYYY-MM-DD"),
        Column("decision", TEXT, "removed, kept or expedited"),
    ),
)

CHATBOT_OUTCOMES = Table(
    "chatbot_outcomes",
    "What one campaign found in one trust and specialty. Exact: pass it through disclosure before anyone reads it.",
    ("campaign", "provider_code", "treatment_function_code"),
    (
        Column("campaign", TEXT, "Name of the validation campaign"),
        Column("provider_code", TEXT, "Published organisation code, or ALL"),
        FUNCTION,
        Column("attempted", COUNT, "Pathways with at least one attempt"),
        Column("contacted", COUNT, "Pathways whose patient was reached"),
        Column("responded", COUNT, "Pathways whose patient answered"),
        Column("remain", COUNT, "Want to stay on the list"),
        Column("leave", COUNT, "Want to leave: removed only after clinical review"),
        Column("worse", COUNT, "Have become worse; may overlap remain in older campaigns"),
        Column("reviewed", COUNT, "Reviewed by a clinical team"),
        Column("removed", COUNT, "Removed after review"),
        Column("awaiting_review", COUNT, "Asked to leave or worse, and not yet reviewed"),
        Column("review_overdue", COUNT, "Of those awaiting review, over the limit in models.yml"),
    ),
)
PUBLISHED_COUNT = pa.string()
CHATBOT_OUTCOMES_PUBLISHED = Table(
    "chatbot_outcomes_published",
    "The outcomes as they may be shown: 1 to 7 as *, other counts to the nearest 5, written as text.",
    CHATBOT_OUTCOMES.grain,
    tuple(
        Column(c.name, PUBLISHED_COUNT, c.about) if pa.types.is_integer(c.type) else c for c in CHATBOT_OUTCOMES.columns
    ),
)
CHATBOT_SHARES = Table(
    "chatbot_shares",
    "One stage or answer of one campaign as a share of a named denominator, made from published counts only.",
    (*CHATBOT_OUTCOMES.grain, "outcome", "denominator"),
    (
        *CHATBOT_OUTCOMES.columns[:3],
        Column("outcome", TEXT, "Column of chatbot_outcomes that is counted"),
        Column("words", TEXT, "The outcome in words"),
        Column("denominator", TEXT, "Column of chatbot_outcomes that it is a share of"),
        Column("count", PUBLISHED_COUNT, "The count as it may be shown"),
        Column("count_shown", NUMBER, "The shown count as a number; empty where it is *", empty=True),
        Column("denominator_count", PUBLISHED_COUNT, "The denominator as it may be shown"),
        Column("percent", NUMBER, "Share of the shown counts, percent; empty where either is * or 0", empty=True),
    ),
)
CHATBOT_BESIDE = Table(
    "chatbot_beside",
    "One campaign's shares, from our records or as the collaborative published them, in the same columns.",
    ("told_by", "campaign"),
    (
        Column("told_by", TEXT, "records or published"),
        Column("campaign", TEXT, "Name of the campaign, or period of the publication"),
        Column("contacted", PUBLISHED_COUNT, "Patients contacted", empty=True),
        Column("responded", PUBLISHED_COUNT, "Patients who answered", empty=True),
        Column("responded_percent", NUMBER, "Share of the contacted who answered, percent", empty=True),
        Column("remain_percent", NUMBER, "Want to stay, percent of those who answered", empty=True),
        Column("leave_percent", NUMBER, "Could leave, percent of those who answered", empty=True),
        Column(
            "worse_percent", NUMBER, "Worse, percent of those who answered unless the note says otherwise", empty=True
        ),
        Column("note", TEXT, "What to know before comparing", empty=True),
        Column("source", TEXT, "Where it was read"),
    ),
)
