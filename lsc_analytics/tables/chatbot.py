"""The Chatbot tables: pseudonymised calls and reviews, and what campaigns found."""

from __future__ import annotations

import pyarrow as pa

from lsc_analytics.tables.columns import COUNT, FUNCTION, MONTH, NUMBER, PROVIDER, TEXT, YES
from lsc_analytics.tables.schema import Column, Table

_CAMPAIGN = Column("campaign", TEXT, "Name of the validation campaign")
_PATHWAY = Column("pathway_pseudonym", TEXT, "Keyed hash of the pathway identifier")
_WHO = (
    Column("weeks_waiting", COUNT, "Whole weeks since the clock start on that day"),
    Column("priority", TEXT, "routine, urgent, two_week_wait, or P2 to P6", empty=True),
    Column("age_band", TEXT, "In years, such as 40-49", empty=True),
    Column("sex", TEXT, "female, male, other or not_known", empty=True),
    Column("deprivation_decile", COUNT, "1 is the most deprived tenth of areas", empty=True),
    Column("ethnic_category", TEXT, "Code of the NHS Data Dictionary, such as A", empty=True),
    Column("language", TEXT, "Preferred spoken language", empty=True),
    Column("rurality", TEXT, "urban or rural", empty=True),
    Column("exclusion", TEXT, "child, dementia or other_clinical; empty for who may be called", empty=True),
)

CHATBOT_CALLS = Table(
    "chatbot_calls",
    "One attempt to reach one patient in one validation campaign, pseudonymised; attempt 0 for who was never tried.",
    ("campaign", "pathway_pseudonym", "attempt_number"),
    (
        _CAMPAIGN,
        Column("purpose", TEXT, "validation or keep_in_touch"),
        _PATHWAY,
        PROVIDER,
        FUNCTION,
        *_WHO,
        Column("attempt_number", COUNT, "First attempt is 1; 0 for a pathway that nobody has tried to reach"),
        Column("channel", TEXT, "automated_call, staff_call, text, letter or portal; empty at attempt 0", empty=True),
        Column("attempted_on", TEXT, "Day of the attempt, YYYY-MM-DD"),
        Column("attempted_at", TEXT, "Time of the attempt, HH:MM", empty=True),
        Column("contacted", YES, "The call or text reached the patient"),
        Column("responded", YES, "The patient answered what was asked: stay, leave or worse"),
        Column("completed", YES, "The patient went through every question"),
        Column("response", TEXT, "remain, leave or worse; empty without a response", empty=True),
        Column("also_worse", YES, "Worse as well as remaining: older campaigns let the two overlap"),
    ),
)
CHATBOT_REVIEWS = Table(
    "chatbot_reviews",
    "One clinical review of one patient who asked to leave or reported being worse, pseudonymised.",
    ("campaign", "pathway_pseudonym"),
    (
        _CAMPAIGN,
        _PATHWAY,
        Column("reviewed_on", TEXT, "Day of the review, YYYY-MM-DD"),
        Column("reviewed_at", TEXT, "Time of the review, HH:MM", empty=True),
        Column("decision", TEXT, "removed, kept or expedited"),
        Column("removed_on", TEXT, "Day the pathway was taken off the list; empty until it is", empty=True),
        Column("rereferred_on", TEXT, "Day the patient was referred again for the same condition", empty=True),
    ),
)
CHATBOT_SET_ASIDE = Table(
    "chatbot_set_aside",
    "One row of a file of records that could not be counted, and why; nothing in it says whose it is.",
    (),
    (
        Column("records", TEXT, "calls or reviews"),
        Column("row", COUNT, "Row of the file, the header being row 1"),
        Column("campaign", TEXT, "As the row names it", empty=True),
        Column("provider_code", TEXT, "As the row names it, where it is a trust of ours", empty=True),
        Column("column", TEXT, "Where the fault lies"),
        Column("reason", TEXT, "The fault, as a sentence"),
        Column("for_review", YES, "The row says leave or worse: somebody must look at it by hand"),
    ),
)
CHATBOT_PATHWAYS = Table(
    "chatbot_pathways",
    "One pathway in one campaign: how far it came from being eligible to being removed. Patient level, never shown.",
    ("campaign", "pathway_pseudonym"),
    (
        _CAMPAIGN,
        Column("purpose", TEXT, "validation or keep_in_touch"),
        _PATHWAY,
        PROVIDER,
        FUNCTION,
        *_WHO,
        Column("last_attempted_on", TEXT, "Day of the last attempt; empty where there was none", empty=True),
        Column("answered_on", TEXT, "Day of the answer that counts", empty=True),
        Column("reviewed_on", TEXT, "Day of the review that counts", empty=True),
        Column("review_days", COUNT, "Days from the answer to its review", empty=True),
        Column("awaiting_days", COUNT, "Days since the answer, where a review is due and missing", empty=True),
        Column("eligible", YES, "May be called"),
        Column("attempted", YES, "Eligible, and tried at least once"),
        Column("contacted", YES, "Eligible and reached"),
        Column("responded", YES, "Eligible and answered"),
        Column("leave", YES, "Wants to leave"),
        Column("remain", YES, "Wants to stay"),
        Column("worse", YES, "Has become worse; may overlap remain in older campaigns"),
        Column("reviewed", YES, "Asked to leave or worse, and reviewed"),
        Column("confirmed", YES, "Reviewed, and the review agreed that the pathway may go"),
        Column("removed", YES, "Confirmed, and taken off the list"),
        Column("excluded_attempted", YES, "Was not to be called, and was"),
        Column("excluded_contacted", YES, "Was not to be called, and was reached"),
        Column("for_review", YES, "Said leave or worse, eligible or not"),
        Column("said_worse", YES, "Said worse, eligible or not"),
        Column("reviewed_late", YES, "Reviewed after the limit of models.yml"),
        Column("review_overdue", YES, "Awaits review for longer than models.yml allows"),
        Column("rereferred", YES, "Referred again within the days that models.yml watches after removal"),
    ),
)

_REFERENCE = Column(
    "pathway_reference", TEXT, "The pathway's pseudonym: only its trust, with its own records, can resolve it"
)
CHATBOT_REVIEW_LIST = Table(
    "chatbot_review_list",
    "One patient who said worse or leave and awaits a clinical review: exact, for their own trust alone.",
    ("campaign", "pathway_reference"),
    (
        _CAMPAIGN,
        _REFERENCE,
        PROVIDER,
        FUNCTION,
        Column("said", TEXT, "worse or leave; worse where somebody stays and is worse"),
        Column("priority", TEXT, "Clinical priority", empty=True),
        Column("weeks_waiting", COUNT, "Whole weeks since the clock start, when last tried"),
        Column("answered_on", TEXT, "Day of the answer, YYYY-MM-DD"),
        Column("awaiting_days", COUNT, "Days since the answer, to the last day any record speaks of"),
        Column("limit_days", COUNT, "Limit of models.yml"),
        Column("review_by", TEXT, "Last day within the limit, YYYY-MM-DD"),
        Column("past_limit", YES, "It has gone by"),
        Column("days_past_limit", COUNT, "By so many days"),
        Column("exclusion", TEXT, "Why they should not have been called; empty for who may be", empty=True),
    ),
)
CHATBOT_CALL_LIST = Table(
    "chatbot_call_list",
    "One patient to call next: exact, for their own trust alone.",
    ("pathway_reference",),
    (
        Column("position", COUNT, "1 is to be called first"),
        _REFERENCE,
        PROVIDER,
        FUNCTION,
        Column("why", TEXT, "not tried yet; not reached; reached, no answer; answered, and due again"),
        Column("priority", TEXT, "Clinical priority", empty=True),
        Column("weeks_waiting", COUNT, "Whole weeks since the clock start, on the day counted if they still wait"),
        Column("language", TEXT, "Preferred spoken language", empty=True),
        Column("campaign", TEXT, "Campaign of the latest record"),
        Column("seen_on", TEXT, "Day they were last listed or tried, YYYY-MM-DD"),
    ),
)

CHATBOT_OUTCOMES = Table(
    "chatbot_outcomes_exact",
    "What one campaign found in one trust and specialty. Exact: pass it through disclosure before anyone reads it.",
    ("campaign", "provider_code", "treatment_function_code"),
    (
        _CAMPAIGN,
        Column("provider_code", TEXT, "Published organisation code, or ALL"),
        FUNCTION,
        Column("eligible", COUNT, "Pathways that may be called"),
        Column("attempted", COUNT, "Pathways with at least one attempt"),
        Column("contacted", COUNT, "Pathways whose patient was reached"),
        Column("responded", COUNT, "Pathways whose patient answered"),
        Column("leave", COUNT, "Want to leave: removed only after clinical review"),
        Column("remain", COUNT, "Want to stay on the list"),
        Column("worse", COUNT, "Have become worse; may overlap remain in older campaigns"),
        Column("reviewed", COUNT, "Asked to leave or worse, and reviewed by a clinical team"),
        Column("confirmed", COUNT, "Reviewed, and the review agreed that the pathway may go"),
        Column("removed", COUNT, "Confirmed, and taken off the list"),
    ),
)
PUBLISHED_COUNT = pa.string()


def _as_shown(exact: tuple[Column, ...]) -> tuple[Column, ...]:
    return tuple(Column(c.name, PUBLISHED_COUNT, c.about) if pa.types.is_integer(c.type) else c for c in exact)


CHATBOT_OUTCOMES_PUBLISHED = Table(
    "chatbot_outcomes",
    "What campaigns found, as it may be shown: 1 to 7 as *, other counts to the nearest 5, written as text.",
    CHATBOT_OUTCOMES.grain,
    _as_shown(CHATBOT_OUTCOMES.columns),
)
_SAFE = (
    *(
        Column(f"{answer}_{state}", COUNT, f"Said {answer}{beside}, eligible or not, and {words}")
        for answer, beside in (("worse", ""), ("leave", ""))
        for state, words in (
            ("reviewed", "reviewed"),
            ("awaiting", "not reviewed yet"),
            ("overdue", "not reviewed within the limit of models.yml"),
            ("late", "reviewed after that limit"),
        )
    ),
    Column("untried", COUNT, "May be called, and nobody has tried"),
    Column("unreached", COUNT, "Called, and not reached"),
    Column("unanswered", COUNT, "Reached, without an answer"),
    Column("kept", COUNT, "Reviewed, and the review did not agree that the pathway may go"),
    Column("unremoved", COUNT, "Agreed to go, and still on the list"),
    Column("excluded", COUNT, "Not to be called: children, dementia, other clinical reasons"),
    Column("excluded_attempted", COUNT, "Not to be called, and called"),
    Column("excluded_contacted", COUNT, "Not to be called, and reached"),
    Column("rereferred", COUNT, "Referred again within the days of models.yml after removal"),
)
CHATBOT_COUNTS = Table(
    "chatbot_counts_exact",
    "Everything that is counted, by trust and specialty and by group, in one table: disclosure reads it together. Exact.",
    (*CHATBOT_OUTCOMES.grain, "dimension", "category"),
    (
        *CHATBOT_OUTCOMES.columns[:3],
        Column(
            "dimension",
            TEXT,
            "all, wait, month of the answer or last attempt, answered_within, or what people are like",
        ),
        Column("category", TEXT, "One group of the dimension; weeks of the cycle"),
        *CHATBOT_OUTCOMES.columns[3:],
        *_SAFE,
    ),
)
CHATBOT_COUNTS_PUBLISHED = Table(
    "chatbot_counts",
    "Everything that is counted, as it may be shown; what the other published Chatbot tables are taken from.",
    CHATBOT_COUNTS.grain,
    _as_shown(CHATBOT_COUNTS.columns),
)
CHATBOT_SAFETY = Table(
    "chatbot_safety",
    "Who still waits for a clinical review in one campaign and trust, and what went wrong, as it may be shown.",
    ("campaign", "provider_code"),
    (
        *CHATBOT_OUTCOMES.columns[:2],
        *_as_shown(_SAFE),
        Column("removed", PUBLISHED_COUNT, "Taken off the list after review"),
        *(
            Column(f"{answer}_{name}_days", NUMBER, about, empty=True)
            for answer in ("worse", "leave")
            for name, about in (
                ("median", "Half of those awaiting review have waited so long; empty where they are hidden"),
                ("ninetieth", "Nine in ten have waited less"),
                ("longest", "Longest wait for a review so far, to the week above"),
            )
        ),
        Column("worse_limit_days", COUNT, "Limit of models.yml for worse"),
        Column("leave_limit_days", COUNT, "Limit of models.yml for leave"),
    ),
)
CHATBOT_STEPS = Table(
    "chatbot_steps",
    "One step of one campaign: whoever enters it is accounted for, or it says how many are not. As it may be shown.",
    ("campaign", "step"),
    (
        _CAMPAIGN,
        Column("step", TEXT, "What is divided into what"),
        Column("enter", PUBLISHED_COUNT, "Patients or records before the step"),
        Column("parts", TEXT, "Where they went, with counts"),
        Column("balances", YES, "The exact counts add up"),
        Column("unaccounted", PUBLISHED_COUNT, "Difference of the exact counts, as it may be shown"),
    ),
)
CHATBOT_MONTHS = Table(
    "chatbot_months",
    "One month of validation of all trusts together, made from published counts; a hidden count leaves a gap.",
    ("month",),
    (
        MONTH,
        *(
            Column(name, NUMBER, f"{about}, as shown", empty=True)
            for name, about in (
                ("contacted", "Reached"),
                ("responded", "Answered"),
                ("leave", "Want to leave"),
                ("worse", "Worse"),
            )
        ),
        Column("responded_percent", NUMBER, "Answered, percent of those reached", empty=True),
        Column("leave_percent", NUMBER, "Want to leave, percent of those who answered", empty=True),
        Column("worse_percent", NUMBER, "Worse, percent of those who answered", empty=True),
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
        Column("lower_95", NUMBER, "Lower end of its 95% interval, percent", empty=True),
        Column("upper_95", NUMBER, "Upper end, percent", empty=True),
    ),
)
CHATBOT_DENOMINATORS = Table(
    "chatbot_denominators",
    "One answer of one campaign as a share of four denominators, made from published counts only.",
    ("campaign", "answer"),
    (
        _CAMPAIGN,
        Column("answer", TEXT, "What was said, or what a review agreed to"),
        Column("count", PUBLISHED_COUNT, "The count as it may be shown"),
        *(
            Column(f"percent_of_{name}", NUMBER, f"Percent of those who {words}; empty where hidden", empty=True)
            for name, words in (
                ("eligible", "may be called"),
                ("called", "were called"),
                ("reached", "were reached"),
                ("answered", "answered"),
            )
        ),
        Column("interval_of_answered", TEXT, "95% interval of the last, percent", empty=True),
    ),
)
CHATBOT_BESIDE = Table(
    "chatbot_beside",
    "One campaign's shares, from our records or as the collaborative published them, in the same columns.",
    ("told_by", "campaign"),
    (
        Column("told_by", TEXT, "records or published"),
        Column("campaign", TEXT, "Name of the campaign, or period of the publication"),
        Column("of_campaign", TEXT, "The records' campaign that it is of"),
        Column("contacted", PUBLISHED_COUNT, "Patients contacted", empty=True),
        Column("responded", PUBLISHED_COUNT, "Patients who answered", empty=True),
        Column("leave", PUBLISHED_COUNT, "Patients who could leave", empty=True),
        Column("responded_percent", NUMBER, "Share of the contacted who answered, percent", empty=True),
        Column("remain_percent", NUMBER, "Want to stay, percent of those who answered", empty=True),
        Column("leave_percent", NUMBER, "Could leave, percent of those who answered", empty=True),
        Column(
            "worse_percent", NUMBER, "Worse, percent of those who answered unless the note says otherwise", empty=True
        ),
        Column("leave_percent_of_reached", NUMBER, "Could leave, percent of the contacted", empty=True),
        Column("note", TEXT, "What to know before comparing", empty=True),
        Column("source", TEXT, "Where it was read"),
    ),
)
