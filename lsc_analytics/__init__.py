"""Waiting times in Lancashire and South Cumbria: what a notebook may ask, by name.

`import lsc_analytics as lsc`, then ask. The names are those of `lsc_analytics.vocabulary`, which is loaded when one of
them is first asked for, so that a command that needs no chart does not wait for Altair.
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"
__all__ = [
    "accuracy_by_horizon",
    "accuracy_by_measure",
    "accuracy_by_origin",
    "accuracy_of_chances",
    "accuracy_of_warnings",
    "aid_actions",
    "aid_assurance",
    "aid_changes",
    "aid_effects",
    "aid_moves",
    "aid_offers",
    "aid_policies",
    "aid_record",
    "aid_stages",
    "aid_summary",
    "aid_worth",
    "capacity",
    "capacity_activity",
    "charts",
    "chatbot_breakdown",
    "chatbot_control",
    "chatbot_coverage",
    "chatbot_denominators",
    "chatbot_due",
    "chatbot_effect",
    "chatbot_equity",
    "chatbot_evaluation",
    "chatbot_net",
    "chatbot_outcomes",
    "chatbot_progress",
    "chatbot_published_before",
    "chatbot_safety",
    "chatbot_shares",
    "chatbot_spread",
    "chatbot_steps",
    "chatbot_steps_to_show",
    "chatbot_value",
    "chatbot_waiting",
    "cohort",
    "cohort_bands",
    "contest",
    "control_summary",
    "data_checks",
    "data_files",
    "data_gaps",
    "data_jumps",
    "diagnostic_centres",
    "diagnostic_coupling",
    "diagnostic_coupling_worst",
    "diagnostic_harm",
    "diagnostic_mix",
    "diagnostic_need",
    "diagnostic_scenarios",
    "diagnostic_session",
    "diagnostic_sites",
    "diagnostic_what_if",
    "diagnostic_workforce",
    "diagnostics",
    "diagnostics_bands",
    "diagnostics_cells",
    "diagnostics_completeness",
    "diagnostics_contest",
    "diagnostics_control",
    "diagnostics_demand",
    "diagnostics_drivers",
    "diagnostics_forecast",
    "diagnostics_last_six",
    "diagnostics_networks",
    "diagnostics_outlook",
    "diagnostics_outlooks",
    "diagnostics_plan",
    "diagnostics_ranks",
    "diagnostics_sessions",
    "diagnostics_standards",
    "diagnostics_trend",
    "forecast",
    "fragile",
    "heading",
    "last_six",
    "ledger_state",
    "movers",
    "not_english",
    "not_measurable",
    "plan",
    "provenance",
    "ptl_beneath",
    "ptl_bridge",
    "ptl_cohort",
    "ptl_day",
    "ptl_list",
    "ptl_missing",
    "ptl_published",
    "ptl_shares",
    "ptl_tip_ins",
    "queue",
    "risk",
    "rtt_bands",
    "rtt_control",
    "rtt_flows",
    "rtt_position",
    "rtt_trusts",
    "say",
    "scenarios",
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


def __getattr__(name: str) -> Any:
    if name not in __all__:  # a module of ours, or a misspelling: Python looks on, and says so itself
        raise AttributeError(
            f"module 'lsc_analytics' has no attribute {name!r}: a notebook may ask for {', '.join(__all__)}"
        )
    from importlib import import_module

    return getattr(import_module("lsc_analytics.vocabulary"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
