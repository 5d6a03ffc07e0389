"""What a notebook may ask of validation campaigns, after disclosure control."""

from __future__ import annotations

from functools import cache

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.errors import NoDataError
from lsc_analytics.models import chatbot as chatbot_model
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM
from lsc_analytics.store.home import Home
from lsc_analytics.store.results import Results
from lsc_analytics.tables import CHATBOT_COUNTS_PUBLISHED, CHATBOT_SAFETY, CHATBOT_STEPS
from lsc_analytics.vocabulary.loaded import note, warehouse


def chatbot_outcomes(trust: str = SYSTEM, specialty: str = ALL_SPECIALTIES) -> pd.DataFrame:
    """What validation found, as it may be shown, a row a campaign: `tables.CHATBOT_OUTCOMES_PUBLISHED`."""
    return chatbot_model.select(chatbot_every_outcome(), trust, specialty)


def chatbot_shares(trust: str = SYSTEM, specialty: str = ALL_SPECIALTIES) -> pd.DataFrame:
    """What share of whom each campaign reached, answered, and said what: see `models.chatbot.shares`."""
    return chatbot_model.shares(chatbot_outcomes(trust, specialty))


def chatbot_denominators(trust: str = SYSTEM, specialty: str = ALL_SPECIALTIES) -> pd.DataFrame:
    """The same answers of four denominators side by side: see `models.chatbot.denominators`."""
    return chatbot_model.denominators(chatbot_shares(trust, specialty))


def chatbot_breakdown(trust: str = SYSTEM) -> pd.DataFrame:
    """The trusts beneath the system, or the specialties beneath a trust: `tables.CHATBOT_OUTCOMES_PUBLISHED`."""
    return chatbot_model.breakdown(chatbot_every_outcome(), trust)


def chatbot_published_before() -> pd.DataFrame:
    """These records beside what the collaborative has published of each campaign, with its source."""
    system = chatbot_model.select(chatbot_every_outcome(), SYSTEM)
    return chatbot_model.beside_published(system, parameters.chatbot_published())


def chatbot_safety(trust: str = SYSTEM) -> pd.DataFrame:
    """Who still waits for a clinical review, for how long, and what went wrong: `tables.CHATBOT_SAFETY`.

    A row a campaign of a trust; of the system, a row a campaign and trust and one for all of them.
    """
    every = chatbot_every_safety()
    return every if trust == SYSTEM else chatbot_model.select(every, trust)


def chatbot_waiting(trust: str = SYSTEM) -> pd.DataFrame:
    """The rows of `chatbot_safety` with anybody awaiting a review."""
    rows = chatbot_safety(trust)
    return rows[rows["worse_awaiting"].ne("0") | rows["leave_awaiting"].ne("0")].reset_index(drop=True)


def chatbot_every_safety() -> pd.DataFrame:
    """Every campaign and trust: `tables.CHATBOT_SAFETY`."""
    release, limits = _release(), parameters.models().chatbot
    return _results().get(
        CHATBOT_SAFETY, release, {}, lambda: chatbot_model.safety(chatbot_counts(), _pathways(release), limits)
    )


def chatbot_steps() -> pd.DataFrame:
    """Whether anybody is lost between two steps of a campaign: `tables.CHATBOT_STEPS`."""
    release, stored = _release(), warehouse()
    return _results().get(
        CHATBOT_STEPS,
        release,
        {},
        lambda: chatbot_model.steps(
            chatbot_counts(),
            _pathways(release),
            stored.chatbot_calls(),
            stored.chatbot_reviews(),
            stored.chatbot_set_aside(),
        ),
    )


def chatbot_every_outcome() -> pd.DataFrame:
    """Every campaign, trust and specialty after disclosure control: `tables.CHATBOT_OUTCOMES_PUBLISHED`."""
    return chatbot_model.outcomes(chatbot_counts())


def chatbot_counts() -> pd.DataFrame:
    """All that is counted, after disclosure control: the exact counts leave here in no other form."""
    release = _release()
    return _results().get(
        CHATBOT_COUNTS_PUBLISHED,
        release,
        {},
        lambda: chatbot_model.publish(chatbot_model.counts(_pathways(release))),
    )


def _release() -> str:
    """What is loaded of the Chatbot's records, noted as read."""
    stored = warehouse()
    if "chatbot" not in stored.families():
        raise NoDataError("No Chatbot call records are loaded.", "Load them with `lsc ingest`.")
    files = stored.files()
    note(files[files["family"] == "chatbot"])
    return stored.release("chatbot")


@cache
def _pathways(release: str) -> pd.DataFrame:
    """Every pathway of every campaign, patient level: made once in a process, never stored or shown."""
    stored = warehouse()
    return chatbot_model.pathways(stored.chatbot_calls(), stored.chatbot_reviews(), parameters.models().chatbot)


def _results() -> Results:
    return Results(Home.current())
