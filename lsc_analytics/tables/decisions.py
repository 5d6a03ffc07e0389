"""The table of what is most worth deciding."""

from __future__ import annotations

from lsc_analytics.tables.columns import COUNT, NUMBER, TEXT
from lsc_analytics.tables.schema import Column, Table

DECISIONS = Table(
    "decisions",
    "One decision of those most worth taking: what is to be agreed, by whom, and whom it helps.",
    ("rank",),
    (
        Column("rank", COUNT, "1 comes first: safety, then the most helped"),
        Column("kind", TEXT, "safety_review, mutual_aid, more_clock_stops or diagnostic_session"),
        Column(
            "provider_codes",
            TEXT,
            "Published codes of those who have to act, a space between; of moves, who gives > who takes",
        ),
        Column("code", TEXT, "Treatment function, Diagnostic ID, or the campaigns of a safety review"),
        Column("asked", TEXT, "How much of what; counts of patients as they may be shown, * where hidden"),
        Column("by_month", TEXT, "Month in which it takes effect first, YYYY-MM; empty: at once", empty=True),
        Column(
            "helped", NUMBER, "Whom it helps, expected, in `helped_unit`; empty where a count is hidden", empty=True
        ),
        Column("helped_unit", TEXT, "pathways (RTT), waits (DM01) or patients (validation): never to be added up"),
        Column("standard", TEXT, "Of which standard, in words"),
        Column("standard_month", TEXT, "At whose end it is told, YYYY-MM; empty: at once", empty=True),
        Column("owner", TEXT, "Who answers for it, by decisions.yml"),
        Column("rests_on", TEXT, "What has to hold for it to help so many"),
    ),
)
