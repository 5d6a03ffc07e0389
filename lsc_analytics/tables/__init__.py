"""The tables that cross rooms: one place where every column is defined, and the check that a frame keeps its promise.

Each table is long, its columns are full English words in snake_case with the unit in the name where it is not obvious,
and its grain (the columns that identify a row) is unique. It stores nothing and computes nothing.
"""

from lsc_analytics.tables.chatbot import (
    CHATBOT_BESIDE,
    CHATBOT_CALLS,
    CHATBOT_OUTCOMES,
    CHATBOT_OUTCOMES_PUBLISHED,
    CHATBOT_REVIEWS,
    CHATBOT_SHARES,
    PUBLISHED_COUNT,
)
from lsc_analytics.tables.dm01 import (
    DM01,
    DM01_BAND_VIEW,
    DM01_BANDS,
    DM01_MEASURES,
    DM01_OBSERVATIONS,
    DM01_POSITION,
    DM01_STANDING,
    DM01_TREND,
    DM01_WAITS,
)
from lsc_analytics.tables.files import DATA_GAPS, DATA_JUMPS, FILES, INGEST_CHECKS, NOT_ENGLISH, PROVIDERS
from lsc_analytics.tables.forecasts import DM01_PREDICTIONS, RTT_FORECAST, RTT_PREDICTIONS, RTT_TRACK_RECORD
from lsc_analytics.tables.rtt import (
    RTT,
    RTT_BAND_VIEW,
    RTT_BANDS,
    RTT_FLOWS,
    RTT_MEASURES,
    RTT_OBSERVATIONS,
    RTT_PARTS,
    RTT_POSITION,
    SYSTEM_CELLS,
)
from lsc_analytics.tables.schema import Column, Table

# What readers hand to the store, one frame each.
INCOMING = {
    t.name: t
    for t in (
        RTT_OBSERVATIONS, RTT_BANDS, DM01_OBSERVATIONS, DM01_BANDS, PROVIDERS, CHATBOT_CALLS, CHATBOT_REVIEWS,
        INGEST_CHECKS,
    )
}  # fmt: skip


__all__ = [
    "CHATBOT_BESIDE",
    "CHATBOT_CALLS",
    "CHATBOT_OUTCOMES",
    "CHATBOT_OUTCOMES_PUBLISHED",
    "CHATBOT_REVIEWS",
    "CHATBOT_SHARES",
    "DATA_GAPS",
    "DATA_JUMPS",
    "DM01",
    "DM01_BANDS",
    "DM01_BAND_VIEW",
    "DM01_MEASURES",
    "DM01_OBSERVATIONS",
    "DM01_POSITION",
    "DM01_PREDICTIONS",
    "DM01_STANDING",
    "DM01_TREND",
    "DM01_WAITS",
    "FILES",
    "INCOMING",
    "INGEST_CHECKS",
    "NOT_ENGLISH",
    "PROVIDERS",
    "PUBLISHED_COUNT",
    "RTT",
    "RTT_BANDS",
    "RTT_BAND_VIEW",
    "RTT_FLOWS",
    "RTT_FORECAST",
    "RTT_MEASURES",
    "RTT_OBSERVATIONS",
    "RTT_PARTS",
    "RTT_POSITION",
    "RTT_PREDICTIONS",
    "RTT_TRACK_RECORD",
    "SYSTEM_CELLS",
    "Column",
    "Table",
]
