"""Diagnostic demand and capacity: what sites can do, what each six-week standard takes, and the cheapest mix that gets there.

The list of every trust and test is aged forward week by week in draws of demand and tests; sessions, staff and pounds come
from the capacity file where one is loaded. It reads no files.
"""

from lsc_analytics.models.diagnostic_capacity.anchor import anchored
from lsc_analytics.models.diagnostic_capacity.centres import centres, session_values
from lsc_analytics.models.diagnostic_capacity.coupling import couple, due_to_test, worst_pairs
from lsc_analytics.models.diagnostic_capacity.expected import Expected, expect
from lsc_analytics.models.diagnostic_capacity.mix import Mix, cheapest, cheapest_mix, no_harm
from lsc_analytics.models.diagnostic_capacity.need import Goal, goals_of, needed
from lsc_analytics.models.diagnostic_capacity.scenarios import compare, what_if
from lsc_analytics.models.diagnostic_capacity.sites import holding, tests_a_week
from lsc_analytics.models.diagnostic_capacity.to_come import with_capacity_to_come
from lsc_analytics.models.diagnostic_capacity.weeks import Order, play, weekly_stay
from lsc_analytics.models.diagnostic_capacity.workforce import workforce

__all__ = [
    "Expected",
    "Goal",
    "Mix",
    "Order",
    "anchored",
    "centres",
    "cheapest",
    "cheapest_mix",
    "compare",
    "couple",
    "due_to_test",
    "expect",
    "goals_of",
    "holding",
    "needed",
    "no_harm",
    "play",
    "session_values",
    "tests_a_week",
    "weekly_stay",
    "what_if",
    "with_capacity_to_come",
    "workforce",
    "worst_pairs",
]
