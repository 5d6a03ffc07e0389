"""The notebooks' verbs: ask the store for a table, or compute it and remember it; show it; say where it came from.

A verb takes codes and a month, never a path or a frame of somebody else's. An empty `as_of` is the latest month loaded.
"""

from lsc_analytics.reporting import charts as charts  # a notebook's lsc.charts
from lsc_analytics.reporting import findings as say
from lsc_analytics.vocabulary.capacity import capacity, capacity_activity, queue, scenarios
from lsc_analytics.vocabulary.chatbot import (
    chatbot_breakdown,
    chatbot_denominators,
    chatbot_every_outcome,
    chatbot_every_safety,
    chatbot_outcomes,
    chatbot_published_before,
    chatbot_safety,
    chatbot_shares,
    chatbot_steps,
    chatbot_waiting,
)
from lsc_analytics.vocabulary.cohorts import cohort, cohort_bands, tip_ins
from lsc_analytics.vocabulary.data import data_checks, data_files, data_gaps, data_jumps, not_english
from lsc_analytics.vocabulary.diagnostics import (
    diagnostics,
    diagnostics_bands,
    diagnostics_cells,
    diagnostics_standards,
    diagnostics_trend,
    worst_tests,
)
from lsc_analytics.vocabulary.forecasts import (
    contest,
    forecast,
    forecast_remembered,
    system_cells,
    track_record,
    worst_lists,
)
from lsc_analytics.vocabulary.ledger import (
    accuracy_by_horizon,
    accuracy_by_measure,
    accuracy_by_origin,
    accuracy_of_chances,
    accuracy_of_warnings,
    last_six,
    ledger_state,
    treatments,
)
from lsc_analytics.vocabulary.loaded import TOTALS, month_of
from lsc_analytics.vocabulary.page import heading, provenance, show, table
from lsc_analytics.vocabulary.plan import (
    diagnostics_plan,
    fragile,
    movers,
    not_measurable,
    plan,
    risk,
    standing,
)
from lsc_analytics.vocabulary.rtt import rtt_bands, rtt_flows, rtt_position, rtt_trusts
from lsc_analytics.vocabulary.spc import (
    control_points,
    control_summary,
    diagnostics_control,
    rtt_control,
    series_of,
)

__all__ = [
    "TOTALS",
    "accuracy_by_horizon",
    "accuracy_by_measure",
    "accuracy_by_origin",
    "accuracy_of_chances",
    "accuracy_of_warnings",
    "capacity",
    "capacity_activity",
    "charts",
    "chatbot_breakdown",
    "chatbot_denominators",
    "chatbot_every_outcome",
    "chatbot_every_safety",
    "chatbot_outcomes",
    "chatbot_published_before",
    "chatbot_safety",
    "chatbot_shares",
    "chatbot_steps",
    "chatbot_waiting",
    "cohort",
    "cohort_bands",
    "contest",
    "control_points",
    "control_summary",
    "data_checks",
    "data_files",
    "data_gaps",
    "data_jumps",
    "diagnostics",
    "diagnostics_bands",
    "diagnostics_cells",
    "diagnostics_control",
    "diagnostics_plan",
    "diagnostics_standards",
    "diagnostics_trend",
    "forecast",
    "forecast_remembered",
    "fragile",
    "heading",
    "last_six",
    "ledger_state",
    "month_of",
    "movers",
    "not_english",
    "not_measurable",
    "plan",
    "provenance",
    "queue",
    "risk",
    "rtt_bands",
    "rtt_control",
    "rtt_flows",
    "rtt_position",
    "rtt_trusts",
    "say",
    "scenarios",
    "series_of",
    "show",
    "standing",
    "system_cells",
    "table",
    "tip_ins",
    "track_record",
    "treatments",
    "worst_lists",
    "worst_tests",
]
