"""The tables of mutual aid: who needs it, who offers it, what is proposed, and what it does to every trust."""

from __future__ import annotations

from lsc_analytics.tables.columns import (
    COUNT,
    FILE,
    FROM,
    FUNCTION,
    MEASURE,
    MONTH,
    NUMBER,
    PROVIDER,
    SOURCE,
    TEXT,
    YES,
)
from lsc_analytics.tables.schema import Column, Table

_FROM_PROVIDER = Column("from_provider", TEXT, "Published code of the sending trust")
_TO_PROVIDER = Column("to_provider", TEXT, "Published code of the receiving provider")
_STANDARD = Column("standard", COUNT, "Weeks: a breach is a pathway waiting longer at the month's end")

STAGES = ("before_first_appointment", "awaiting_test", "seen", "decision_to_admit")
_STAGE = Column(
    "stage",
    TEXT,
    "How far a pathway has come: before_first_appointment, awaiting_test, seen, or decision_to_admit",
)

AID_STAGES = Table(
    "aid_stages",
    "Pathways of one list that have come equally far, by weekly band: only a patient tracking list can tell.",
    ("month", "provider_code", "treatment_function_code", "stage", "week_from"),
    (
        MONTH,
        PROVIDER,
        FUNCTION,
        _STAGE,
        FROM,
        Column("pathways", COUNT, "Open pathways at the month's end; a pathway has come as far as it ever has"),
    ),
)
AID_NEED = Table(
    "aid_need",
    "One list whose pathways would breach the chosen standard at its date, and who of them could still move in a month.",
    ("provider_code", "treatment_function_code", "month"),
    (
        PROVIDER,
        FUNCTION,
        MONTH,
        Column(
            "at_risk", NUMBER, "Expected pathways, waiting as the month begins, that breach at the date unless seen"
        ),
        Column("breaches", NUMBER, "Expected breaches at the date without mutual aid; the same in every month"),
        Column("eligible_share", NUMBER, "Share of those at risk that may and would move, 0 to 1"),
        Column("list_size", NUMBER, "Expected list at the date, to compare trusts of different size"),
    ),
)
_OFFERED = (
    MONTH,
    PROVIDER,
    FUNCTION,
    MEASURE,
    Column("clock_stops", NUMBER, "Clock stops offered to other trusts' pathways in the month"),
)
AID_CAPACITY_VALUES = Table(
    "aid_capacity_values",
    "One figure of one capacity file: aid_clock_stops_p50, as likely to be more as less, or aid_clock_stops_p10.",
    ("source", "month", "provider_code", "treatment_function_code", "measure"),
    (SOURCE, *_OFFERED),
)
AID_CAPACITY = Table(
    "aid_capacity",
    "One offered figure: the last capacity file's, with the file it came from.",
    ("month", "provider_code", "treatment_function_code", "measure"),
    (*_OFFERED, FILE),
)
AID_OFFERS = Table(
    "aid_offers",
    "Clock stops that one provider offers to other trusts' pathways in one month, beyond its own patients' slots.",
    ("provider_code", "treatment_function_code", "month"),
    (
        PROVIDER,
        FUNCTION,
        MONTH,
        Column("aid_clock_stops_p50", NUMBER, "As likely to be more as less"),
        Column("aid_clock_stops_p10", NUMBER, "Nine in ten chances to be at least so many: no more is ever used"),
        Column("assumed", YES, "Nobody offered it: the share of clock stops in mutual_aid.yml"),
    ),
)
AID_MOVES = Table(
    "aid_moves",
    "Pathways of one treatment function that one trust hands to another in one month.",
    ("from_provider", "to_provider", "treatment_function_code", "month"),
    (_FROM_PROVIDER, _TO_PROVIDER, FUNCTION, MONTH, Column("pathways", COUNT, "Pathways moved in the month")),
)
AID_VALUES = Table(
    "aid_values",
    "What one more clock stop offered by one provider in one month would be worth.",
    ("provider_code", "treatment_function_code", "month"),
    (
        PROVIDER,
        FUNCTION,
        MONTH,
        Column("breaches_avoided", NUMBER, "Breaches at the date that one more offered clock stop would avoid"),
    ),
)
AID_ASSURANCE = Table(
    "aid_assurance",
    "What mutual aid does to one list at one month end, own pathways and those transferred in apart.",
    ("provider_code", "treatment_function_code", "month", "standard"),
    (
        PROVIDER,
        FUNCTION,
        MONTH,
        _STANDARD,
        Column("own_breaches_without", NUMBER, "Expected breaches of the trust's own pathways without any move"),
        Column("own_breaches_with", NUMBER, "The same with the moves"),
        Column("own_stress_without", NUMBER, "Nine in ten chances to be no more, without any move"),
        Column("own_stress_with", NUMBER, "The same with the moves, offers at their 10% figure"),
        Column("imported_breaches", NUMBER, "Expected breaches among pathways transferred in, by their original clock"),
    ),
)
