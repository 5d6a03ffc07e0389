"""The tables that follow from published Chatbot counts: who answers, where it differs, what it is worth, who is next."""

from __future__ import annotations

from lsc_analytics.tables.chatbot import PUBLISHED_COUNT
from lsc_analytics.tables.columns import COUNT, FUNCTION, MONTH, NUMBER, PROVIDER, TEXT, YES
from lsc_analytics.tables.schema import Column, Table

_CAMPAIGN = Column("campaign", TEXT, "Name of the validation campaign")
_SHARE = (
    Column("outcome", TEXT, "Column of chatbot_outcomes that is counted"),
    Column("denominator", TEXT, "Column of chatbot_outcomes that it is a share of"),
    Column("count", PUBLISHED_COUNT, "The count as it may be shown"),
    Column("denominator_count", PUBLISHED_COUNT, "The denominator as it may be shown"),
    Column("percent", NUMBER, "Share of the shown counts, percent; empty where either is * or 0", empty=True),
    Column("lower_95", NUMBER, "Lower end of its 95% interval, percent", empty=True),
    Column("upper_95", NUMBER, "Upper end, percent", empty=True),
)

CHATBOT_EQUITY = Table(
    "chatbot_equity",
    "How one group of patients answered in one campaign, all trusts together, beside everybody else of the same wait.",
    ("campaign", "dimension", "category", "outcome"),
    (
        _CAMPAIGN,
        Column("dimension", TEXT, "deprivation, age, sex, ethnicity, language or rurality"),
        Column("category", TEXT, "The group"),
        *_SHARE,
        Column("ratio", NUMBER, "Share over that of everybody else of the same specialty and wait", empty=True),
        Column("ratio_lower_95", NUMBER, "Lower end of its 95% interval", empty=True),
        Column("ratio_upper_95", NUMBER, "Upper end", empty=True),
    ),
)
CHATBOT_SPREAD = Table(
    "chatbot_spread",
    "One share of one trust's specialty in one campaign, whether it differs by more than chance, and drawn to the others.",
    ("campaign", "provider_code", "treatment_function_code", "outcome"),
    (
        _CAMPAIGN,
        PROVIDER,
        FUNCTION,
        *_SHARE,
        Column("denominator_shown", NUMBER, "The denominator as a number", empty=True),
        Column("campaign_percent", NUMBER, "Share of the campaign as a whole, percent", empty=True),
        Column("limit_lower_95", NUMBER, "Chance alone keeps 95 in 100 between these two", empty=True),
        Column("limit_upper_95", NUMBER, "Upper limit", empty=True),
        Column("limit_lower_998", NUMBER, "And 998 in 1,000 between these", empty=True),
        Column("limit_upper_998", NUMBER, "Upper limit", empty=True),
        Column("differs", YES, "Beyond the 998 in 1,000 limits"),
        Column("pooled_percent", NUMBER, "Drawn to the other cells as far as it is small, percent"),
        Column("pooled_lower_95", NUMBER, "Lower end of its 95% interval"),
        Column("pooled_upper_95", NUMBER, "Upper end"),
    ),
)
CHATBOT_PROGRESS = Table(
    "chatbot_progress",
    "One campaign against what was planned.",
    ("campaign",),
    (
        _CAMPAIGN,
        Column("planned", COUNT, "Patients to be contacted"),
        Column("by", TEXT, "By this day"),
        Column("contacted", PUBLISHED_COUNT, "Patients reached, as it may be shown"),
        Column("percent", NUMBER, "Reached, percent of those planned", empty=True),
        Column("source", TEXT, "Where the plan was read"),
    ),
)
CHATBOT_VALUE = Table(
    "chatbot_value",
    "What one campaign released, and what each removal cost; the prices are assumptions of validation.yml.",
    ("campaign", "provider_code", "treatment_function_code"),
    (
        _CAMPAIGN,
        PROVIDER,
        FUNCTION,
        Column("confirmed", PUBLISHED_COUNT, "Pathways that clinical review agreed may go"),
        Column("removed", PUBLISHED_COUNT, "Taken off the list"),
        Column("per_1000_called", NUMBER, "Confirmed of each 1,000 called", empty=True),
        Column("per_1000_lower_95", NUMBER, "Lower end of its 95% interval", empty=True),
        Column("per_1000_upper_95", NUMBER, "Upper end", empty=True),
        Column("appointments", NUMBER, "Appointments that those removed would have taken", empty=True),
        Column("cost", NUMBER, "Pounds: calls and reviews", empty=True),
        Column("cost_per_removal", NUMBER, "Pounds", empty=True),
        Column("left_anyway_percent", NUMBER, "Of the list, who leaves unreported in a year anyway", empty=True),
    ),
)
CHATBOT_DUE = Table(
    "chatbot_due",
    "Who to contact next: one trust's specialty and wait, what calling there would find, and how soon they breach.",
    ("provider_code", "treatment_function_code", "wait"),
    (
        PROVIDER,
        FUNCTION,
        Column("wait", TEXT, "Weeks waited"),
        Column("waiting", COUNT, "On the published list, so waiting"),
        Column("confirmed_per_100", NUMBER, "Expected to be confirmed of each 100 called"),
        Column(
            "weeks_to_limit", NUMBER, "Weeks until the middle of the group has waited so long as the standard allows"
        ),
        Column("rank", COUNT, "First is called first"),
    ),
)
CHATBOT_COVERAGE = Table(
    "chatbot_coverage",
    "How much of one trust's waiting list has answered within the weeks of the re-validation cycle.",
    ("provider_code", "within_weeks"),
    (
        PROVIDER,
        Column("within_weeks", COUNT, "12, 26 or 52"),
        Column("waiting", COUNT, "On the published list for twelve weeks or more"),
        Column("answered", PUBLISHED_COUNT, "Pathways that answered within these weeks, as it may be shown"),
        Column("percent", NUMBER, "Answered, percent of those waiting", empty=True),
    ),
)
CHATBOT_EVALUATION = Table(
    "chatbot_evaluation",
    "How the lists of one campaign moved beside the nearest unvalidated ones, by published figures.",
    ("campaign", "measure"),
    (
        _CAMPAIGN,
        Column("measure", TEXT, "list_change_percent, net_removals_percent or over_52_points"),
        Column("words", TEXT, "The measure in words"),
        Column("month_before", TEXT, "The month before the campaign, YYYY-MM"),
        Column("last_month", TEXT, "Its last month, or the last with lists"),
        Column("validated_lists", COUNT, "Lists that the campaign called"),
        Column("compared_lists", COUNT, "Unvalidated lists that they are set beside"),
        Column("placebos", COUNT, "Unvalidated lists treated as if validated, for the interval"),
        Column("trend_validated", NUMBER, "Change of the validated in the six months before, percent", negative=True),
        Column("trend_compared", NUMBER, "And of the compared", negative=True),
        Column("validated", NUMBER, "The measure of the validated, weighted by size", negative=True),
        Column("compared", NUMBER, "And of the compared", negative=True),
        Column("difference", NUMBER, "Validated less compared", negative=True),
        Column("lower_95", NUMBER, "From placebo comparisons; empty where there are few", empty=True, negative=True),
        Column("upper_95", NUMBER, "Upper end", empty=True, negative=True),
    ),
)
CHATBOT_NET = Table(
    "chatbot_net",
    "One published list beside what it would be at most, had a campaign removed nobody.",
    ("campaign", "provider_code", "treatment_function_code"),
    (
        _CAMPAIGN,
        Column("provider_code", TEXT, "Published organisation code, or ALL"),
        FUNCTION,
        MONTH,
        Column("removed", PUBLISHED_COUNT, "Removed after review, as it may be shown"),
        Column("waiting", NUMBER, "On the list, as published"),
        Column("waiting_without", NUMBER, "At most, without removals"),
        Column("over_52", NUMBER, "Over 52 weeks, as published", empty=True),
        Column("over_52_without", NUMBER, "At most, without removals; all trusts together only", empty=True),
        Column("within_18_percent", NUMBER, "Within 18 weeks, percent, as published", empty=True),
        Column("within_18_percent_without", NUMBER, "At least, without removals", empty=True),
    ),
)
