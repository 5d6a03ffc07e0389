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
        Column("team_share", NUMBER, "Share of those at risk that a team at their own site may and would see, 0 to 1"),
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
    ("from_provider", "to_provider", "treatment_function_code", "month", "move_type"),
    (
        _FROM_PROVIDER,
        _TO_PROVIDER,
        FUNCTION,
        MONTH,
        Column("move_type", TEXT, "pathways: they go to the receiver; team: a team of the receiver's comes to them"),
        Column("pathways", COUNT, "Pathways moved, or seen by the team, of those waiting as the month begins"),
    ),
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
AID_WORTH = Table(
    "aid_worth",
    "What one more clock stop, and one more list, of one provider's specialty would be worth in its best month.",
    ("provider_code", "treatment_function_code"),
    (
        PROVIDER,
        FUNCTION,
        Column("best_month", TEXT, "Month in which it is worth most"),
        Column("one_clock_stop", NUMBER, "Breaches at the date that one more offered clock stop would avoid"),
        Column("cases_per_list", NUMBER, "Of capacity.yml"),
        Column(
            "one_list",
            NUMBER,
            "Breaches that one more list would avoid at most: as many clock stops, each worth the same",
        ),
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
        Column("own_stress_with", NUMBER, "The same draws with the moves, every offer at its 10% figure or worse"),
        Column("imported_breaches", NUMBER, "Expected breaches among pathways transferred in, by their original clock"),
    ),
)
_WITH_INTERVAL = tuple(
    Column(f"{kind}_{way}", NUMBER, f"{words}, {way} the moves")
    for way in ("without", "with")
    for kind, words in (
        ("mean", "Expected breaches of its own pathways at the date"),
        ("lower_80", "Nine in ten chances to be at least so many"),
        ("upper_80", "Nine in ten chances to be no more"),
    )
)
AID_EFFECTS = Table(
    "aid_effects",
    "One list, or all lists of a provider (C_999), at the standard's date before and after the moves.",
    ("provider_code", "treatment_function_code"),
    (
        PROVIDER,
        FUNCTION,
        *_WITH_INTERVAL,
        Column("sent", COUNT, "Pathways that it hands to others, or that another's team sees"),
        Column("received", COUNT, "Pathways that it takes, or that its team sees elsewhere"),
        Column("imported_most", NUMBER, "Breaches among those transferred in, in the month with most"),
        Column("imported_stress", NUMBER, "Of those transferred in, over the standard at the date if offers fail: nine in ten chances to be no more"),
        Column("freed_slots", NUMBER, "Clock stops that those moved would have had from the sender before the date"),
        Column("freed_relief", NUMBER, "Further breaches avoided at most if the sender gives them to those at risk; in no other figure"),
    ),
)  # fmt: skip
AID_OFFERS_USED = Table(
    "aid_offers_used",
    "One provider's offers in one specialty over the months in which they could be used, beside its own list.",
    ("provider_code", "treatment_function_code"),
    (
        PROVIDER,
        FUNCTION,
        Column("independent", YES, "An independent site"),
        Column("assumed", YES, "Nobody offered it: the share of clock stops in mutual_aid.yml"),
        Column("offered_p50", NUMBER, "Clock stops offered, the middle figure"),
        Column("offered_p10", NUMBER, "The 10% figure: no more is used"),
        Column("used", COUNT, "Clock stops that the moves use"),
        Column("unused", NUMBER, "Of the 10% figure, what no move uses"),
        Column("need_left", NUMBER, "Breaches that the other trusts are left with in the specialty after the moves"),
        Column("own_list", NUMBER, "Its own list at the date; empty where none is loaded", empty=True),
        Column("own_breaches", NUMBER, "Of them, expected over the standard at the date", empty=True),
    ),
)
AID_OFFERED = Table(
    "aid_offered",
    "What one provider offers over all the specialties asked for, most first; offers that nobody made come last.",
    ("provider_code", "assumed"),
    (PROVIDER, *(column for column in AID_OFFERS_USED.columns if column.name in ("assumed", "offered_p10", "used"))),
)
AID_MONTHS = Table(
    "aid_months",
    "What the proposal would move in one month over all the specialties asked for, the first month first.",
    ("month",),
    (
        Column("month", TEXT, "Month in which the pathways are handed over, YYYY-MM"),
        Column("pathways", COUNT, "Pathways to hand over in it"),
    ),
)
AID_CHANGES = Table(
    "aid_changes",
    "What a specialty's breaches at the date would be under another agreement, or none.",
    ("change", "treatment_function_code"),
    (
        Column("change", TEXT, "as_proposed, no_transfer, without_<provider>, with_independents, with_teams, with_decision_to_admit"),
        FUNCTION,
        Column("breaches", NUMBER, "Expected breaches at the date over the system's trusts"),
        Column("pathways", COUNT, "Pathways that move"),
    ),
)  # fmt: skip
AID_POLICIES = Table(
    "aid_policies",
    "One specialty if those booked from the list were seen in the order of their clocks, trust by trust or as one list.",
    ("treatment_function_code",),
    (
        FUNCTION,
        Column("as_now", NUMBER, "Expected breaches at the date as things go"),
        Column("own_order", NUMBER, "If each trust saw its own list in order of clock start"),
        Column("one_list", NUMBER, "If all trusts saw one list in order of clock start"),
        Column("treated_elsewhere", NUMBER, "Pathways of the one list that another trust than their own would see"),
        Column(
            "slots_in_order", NUMBER, "Clock stops that could be given in order in the months that can still change"
        ),
    ),
)
AID_STAGE_SHARES = Table(
    "aid_stage_shares",
    "Of one list's pathways at risk, those at one stage, and whether they may move.",
    ("provider_code", "treatment_function_code", "stage"),
    (
        PROVIDER,
        FUNCTION,
        _STAGE,
        Column("share", NUMBER, "Share of those at risk at the stage, 0 to 1"),
        Column("known", TEXT, "ptl; published (decided to admit); upper_bound (not decided to admit, no patient tracking list loaded)"),
        Column("may_move", YES, "mutual_aid.yml lets them"),
        Column("uptake", NUMBER, "Share of those asked who agree; an assumption"),
    ),
)  # fmt: skip
AID_SUMMARY = Table(
    "aid_summary",
    "One proposal in one row.",
    ("as_of", "by", "standard", "scope"),
    (
        Column("as_of", TEXT, "Last month seen, YYYY-MM"),
        Column("by", TEXT, "The standard's month, YYYY-MM"),
        _STANDARD,
        Column("scope", TEXT, "system or system_with_independent"),
        Column("breaches_without", NUMBER, "Expected breaches at the date without any move"),
        Column("breaches_with", NUMBER, "With the moves"),
        Column("breaches_bound", NUMBER, "No plan does better than this"),
        Column("harmed_lists", COUNT, "Receivers' lists whose moves were taken back because their own pathways would wait longer"),
        Column("says", TEXT, "Why nothing, or less, is proposed; empty otherwise"),
        Column("solver_seconds", NUMBER, "Processor time of the programmes alone"),
    ),
)  # fmt: skip
