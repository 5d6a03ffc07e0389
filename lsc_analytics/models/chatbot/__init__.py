"""Waiting-list validation by Chatbot: who was reached, what they answered, what clinical teams made of it.

Calls and reviews become pathways, pathways counts, counts published counts; everything after that reads published counts
only. It draws nothing.
"""

from lsc_analytics.models.chatbot.campaign import (
    beside_published,
    breakdown,
    denominators,
    of_campaign,
    select,
    shares,
)
from lsc_analytics.models.chatbot.counting import (
    ALL_PROVIDERS,
    EVERYONE,
    GROUPS,
    WAIT_BANDS,
    counts,
    outcomes,
    publish,
    sums,
)
from lsc_analytics.models.chatbot.evaluation import MONTHS_BEFORE, evaluate, net_of_validation, span
from lsc_analytics.models.chatbot.months import months
from lsc_analytics.models.chatbot.pathways import campaigns, last_day, pathways
from lsc_analytics.models.chatbot.safety import safety, steps, steps_to_show
from lsc_analytics.models.chatbot.spread import equity, progress, spread
from lsc_analytics.models.chatbot.value import coverage, due, measured_drive, value
from lsc_analytics.models.chatbot.worklists import call_list, review_list
from lsc_analytics.models.intervals import pooled, wilson

__all__ = [
    "ALL_PROVIDERS",
    "EVERYONE",
    "GROUPS",
    "MONTHS_BEFORE",
    "WAIT_BANDS",
    "beside_published",
    "breakdown",
    "call_list",
    "campaigns",
    "counts",
    "coverage",
    "denominators",
    "due",
    "equity",
    "evaluate",
    "last_day",
    "measured_drive",
    "months",
    "net_of_validation",
    "of_campaign",
    "outcomes",
    "pathways",
    "pooled",
    "progress",
    "publish",
    "review_list",
    "safety",
    "select",
    "shares",
    "span",
    "spread",
    "steps",
    "steps_to_show",
    "sums",
    "value",
    "wilson",
]
