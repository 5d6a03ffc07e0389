"""Waiting-list validation by Chatbot: who was reached, what they answered, what clinical teams made of it.

Calls and reviews become pathways, pathways counts, counts published counts; everything after that reads published counts
only. It draws nothing.
"""

from lsc_analytics.models.chatbot.campaign import beside_published, breakdown, denominators, select, shares
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
from lsc_analytics.models.chatbot.intervals import pooled, wilson
from lsc_analytics.models.chatbot.pathways import campaigns, last_day, pathways
from lsc_analytics.models.chatbot.safety import safety, steps

__all__ = [
    "ALL_PROVIDERS",
    "EVERYONE",
    "GROUPS",
    "WAIT_BANDS",
    "beside_published",
    "breakdown",
    "campaigns",
    "counts",
    "denominators",
    "last_day",
    "outcomes",
    "pathways",
    "pooled",
    "publish",
    "safety",
    "select",
    "shares",
    "steps",
    "sums",
    "wilson",
]
