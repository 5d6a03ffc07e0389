"""One call and its review, invented, and how far a few of them come, for tests of validation."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.ingest.chatbot import CALLS_HEADER
from lsc_analytics.models import chatbot
from lsc_analytics.parameters import ChatbotSettings
from lsc_analytics.tables import CHATBOT_CALLS, CHATBOT_REVIEWS

CALL = dict.fromkeys(CHATBOT_CALLS.names) | {
    "campaign": "Spring 2025", "purpose": "validation", "pathway_pseudonym": "a", "provider_code": "RXN",
    "treatment_function_code": "C_110", "attempt_number": 1, "channel": "text", "attempted_on": "2025-03-03",
    "weeks_waiting": 30, "contacted": True, "responded": True, "completed": True, "response": "leave", "also_worse": False,
}  # fmt: skip
REVIEW = dict.fromkeys(CHATBOT_REVIEWS.names) | {
    "campaign": "Spring 2025", "pathway_pseudonym": "a", "reviewed_on": "2025-03-10", "decision": "removed",
    "removed_on": "2025-03-10",
}  # fmt: skip

# A call as a row of a file of records, before it is taken in.
CALL_AS_SENT = dict(
    zip(
        CALLS_HEADER,
        ["demo", "Spring", "P", "RXN", "C_110", "1", "text", "2025-03-03", "30", "yes", "yes", "leave", "no"],
        strict=True,
    )
)


def limits(limit: int = 14) -> ChatbotSettings:
    """The limits of models.yml, a review due within so many days whatever was said."""
    return ChatbotSettings(
        review_limit_days=limit, worse_review_limit_days=limit, rereferral_days=90, set_aside_percent=2
    )


def pathways(calls: list[dict], reviews: list[dict] | None = None, limit: int = 14) -> pd.DataFrame:
    """How far each pathway came."""
    reviewed = CHATBOT_REVIEWS.check(pd.DataFrame(reviews)) if reviews else CHATBOT_REVIEWS.empty()
    return chatbot.pathways(CHATBOT_CALLS.check(pd.DataFrame(calls)), reviewed, limits(limit))


def many(count: int, **change: object) -> list[dict]:
    """So many pathways alike, called once."""
    return [CALL | {"pathway_pseudonym": f"{change}{at}"} | change for at in range(count)]
