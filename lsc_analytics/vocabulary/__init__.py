"""The notebooks' verbs: ask the store for a table, or compute it and remember it; show it; say where it came from.

A verb takes codes and a month, never a path or a frame of somebody else's. An empty `as_of` is the latest month loaded.
"""

from lsc_analytics.reporting import charts as charts  # a notebook's lsc.charts
from lsc_analytics.reporting import findings as say
from lsc_analytics.vocabulary.chatbot import (
    chatbot_breakdown,
    chatbot_every_outcome,
    chatbot_outcomes,
    chatbot_published_before,
    chatbot_shares,
)
from lsc_analytics.vocabulary.data import data_checks, data_files, data_gaps, data_jumps, not_english
from lsc_analytics.vocabulary.diagnostics import (
    diagnostics,
    diagnostics_bands,
    diagnostics_cells,
    diagnostics_standards,
    diagnostics_trend,
)
from lsc_analytics.vocabulary.forecasts import forecast, forecast_remembered, system_cells, track_record
from lsc_analytics.vocabulary.loaded import TOTALS, month_of
from lsc_analytics.vocabulary.page import heading, provenance, show, table
from lsc_analytics.vocabulary.rtt import rtt_bands, rtt_flows, rtt_position, rtt_standards, rtt_trusts

__all__ = [
    "TOTALS",
    "charts",
    "chatbot_breakdown",
    "chatbot_every_outcome",
    "chatbot_outcomes",
    "chatbot_published_before",
    "chatbot_shares",
    "data_checks",
    "data_files",
    "data_gaps",
    "data_jumps",
    "diagnostics",
    "diagnostics_bands",
    "diagnostics_cells",
    "diagnostics_standards",
    "diagnostics_trend",
    "forecast",
    "forecast_remembered",
    "heading",
    "month_of",
    "not_english",
    "provenance",
    "rtt_bands",
    "rtt_flows",
    "rtt_position",
    "rtt_standards",
    "rtt_trusts",
    "say",
    "show",
    "system_cells",
    "table",
    "track_record",
]
