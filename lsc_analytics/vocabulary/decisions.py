"""What a notebook may ask of decisions: what the other verbs tell, set side by side."""

from __future__ import annotations

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.errors import NoDataError
from lsc_analytics.models import decisions as decisions_model
from lsc_analytics.tables import (
    AID_CHANGES,
    AID_MOVES,
    AID_SUMMARY,
    AID_WORTH,
    CHATBOT_SAFETY,
    DIAGNOSTIC_SESSION_VALUE,
)
from lsc_analytics.vocabulary.chatbot import chatbot_every_safety
from lsc_analytics.vocabulary.diagnostic_capacity import diagnostic_session
from lsc_analytics.vocabulary.loaded import latest_month, month_of, warehouse
from lsc_analytics.vocabulary.mutual_aid import aid_proposal


def decisions(as_of: str = "") -> pd.DataFrame:
    """The decisions most worth taking in the system: `tables.DECISIONS`; of what is not loaded, none.

    Mutual aid is that of `mutual_aid.yml`'s standard and date; tests are those of the last DM01 month up to `as_of`;
    reviews are those awaited in the Chatbot's records as they are loaded now, whichever month is asked.
    """
    month = month_of("rtt", as_of)
    safety = chatbot_every_safety() if "chatbot" in warehouse().families() else CHATBOT_SAFETY.empty()
    tested = latest_month("dm01", month)
    return decisions_model.decisions(
        safety,
        *_aid(month),
        diagnostic_session(as_of=tested) if tested else DIAGNOSTIC_SESSION_VALUE.empty(),
        parameters.decisions(),
        sessions_from=parameters.diagnostic_capacity().first_month_ahead,
    )


def _aid(month: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The proposal's summary, moves, changes and worth; none of a month without weekly bands, which a proposal needs."""
    try:
        told = aid_proposal(month)
    except NoDataError:
        return AID_SUMMARY.empty(), AID_MOVES.empty(), AID_CHANGES.empty(), AID_WORTH.empty()
    return told.summary, told.moves, told.changes, told.worth
