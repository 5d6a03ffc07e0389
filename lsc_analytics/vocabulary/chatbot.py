"""What a notebook may ask of validation campaigns, after disclosure control."""

from __future__ import annotations

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.errors import NoDataError
from lsc_analytics.models import chatbot as chatbot_model
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM
from lsc_analytics.store.home import Home
from lsc_analytics.store.results import Results
from lsc_analytics.tables import CHATBOT_OUTCOMES_PUBLISHED
from lsc_analytics.vocabulary.loaded import note, warehouse


def chatbot_outcomes(trust: str = SYSTEM, specialty: str = ALL_SPECIALTIES) -> pd.DataFrame:
    """What validation found, as it may be shown, a row a campaign: `tables.CHATBOT_OUTCOMES_PUBLISHED`."""
    return chatbot_model.select(chatbot_every_outcome(), trust, specialty)


def chatbot_shares(trust: str = SYSTEM, specialty: str = ALL_SPECIALTIES) -> pd.DataFrame:
    """What share of whom each campaign reached, answered, and said what: see `models.chatbot.shares`."""
    return chatbot_model.shares(chatbot_outcomes(trust, specialty))


def chatbot_breakdown(trust: str = SYSTEM) -> pd.DataFrame:
    """The trusts beneath the system, or the specialties beneath a trust: `tables.CHATBOT_OUTCOMES_PUBLISHED`."""
    return chatbot_model.breakdown(chatbot_every_outcome(), trust)


def chatbot_published_before() -> pd.DataFrame:
    """These records beside what the collaborative has published of each campaign, with its source."""
    system = chatbot_model.select(chatbot_every_outcome(), SYSTEM)
    return chatbot_model.beside_published(system, parameters.chatbot_published())


def chatbot_every_outcome() -> pd.DataFrame:
    """Every campaign, trust and specialty after disclosure control: the exact counts leave here in no other form."""
    stored = warehouse()
    release = stored.release("chatbot")
    if "chatbot" not in stored.families():
        raise NoDataError("No Chatbot call records are loaded.", "Load them with `lsc ingest`.")
    files = stored.files()
    note(files[files["family"] == "chatbot"])
    limit = parameters.models().chatbot.review_limit_days

    def make() -> pd.DataFrame:
        exact = chatbot_model.outcomes(
            stored.chatbot_calls(), stored.chatbot_reviews(), review_limit_days=limit
        )  # fmt: skip
        return chatbot_model.published(exact)

    return Results(Home.current()).get(CHATBOT_OUTCOMES_PUBLISHED, release, {}, make)
