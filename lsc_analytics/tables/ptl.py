"""The tables of the patient tracking list: pathways under pseudonyms, the list in order, and what is counted of it."""

from __future__ import annotations

from lsc_analytics.tables.columns import COUNT, FUNCTION, NUMBER, PROVIDER, TEXT, YES
from lsc_analytics.tables.schema import Column, Table

_REFERENCE = Column("pathway_pseudonym", TEXT, "Keyed hash of the trust's code and its local pathway identifier")
_AS_OF = Column("as_of", TEXT, "Day the list is counted, YYYY-MM-DD")
_GROUP = (
    Column("dimension", TEXT, "all, or what the pathways are told apart by, such as deprivation"),
    Column("group", TEXT, "all, or which of them, such as 1 for the most deprived tenth"),
)

PTL_PATHWAYS = Table(
    "ptl_pathways",
    "One open pathway of one trust's extract, pseudonymised. Patient level: it is never taken out of the home.",
    ("extract_date", "provider_code", "pathway_pseudonym"),
    (
        Column("extract_date", TEXT, "Day of the extract, YYYY-MM-DD"),
        _REFERENCE,
        Column("referral_pseudonym", TEXT, "Keyed hash of the trust's code and its referral identifier", empty=True),
        PROVIDER,
        FUNCTION,
        Column("clock_start_date", TEXT, "Day the clock started, YYYY-MM-DD"),
        Column("priority_code", TEXT, "Clinical priority, one of ptl.yml", empty=True),
        Column("procedure_code", TEXT, "OPCS-4 code of the planned procedure", empty=True),
        Column("first_seen_date", TEXT, "Day of the first appointment attended", empty=True),
        Column("decision_to_admit_date", TEXT, "Day of the decision to admit", empty=True),
        Column("booked_date", TEXT, "Day booked for what is waited for", empty=True),
        Column("waiting_for", TEXT, "first_appointment, test, treatment or validation"),
        Column("last_validated_date", TEXT, "Day the entry was last validated", empty=True),
        Column("site_code", TEXT, "Site where it is waited for", empty=True),
        Column("deprivation_decile", COUNT, "1 (most deprived) to 10", empty=True),
        Column("age_band", TEXT, "One of ptl.yml", empty=True),
        Column("sex", TEXT, "One of ptl.yml", empty=True),
        Column("ethnic_category", TEXT, "NHS Data Dictionary code", empty=True),
        Column("rurality", TEXT, "One of ptl.yml", empty=True),
    ),
)

PTL_LIST = Table(
    "ptl_list",
    "The open pathways as one list, the clinically most urgent first, then the longest wait. Patient level.",
    ("provider_code", "pathway_pseudonym"),
    (
        Column("position", COUNT, "1 is to be seen first"),
        *PTL_PATHWAYS.columns,
        Column("days_waited", COUNT, "Days from the clock start to the day counted"),
        Column("stage", TEXT, "before_first_appointment, awaiting_test, seen or decision_to_admit"),
        Column("due_validation", YES, "To be validated by the rule of ptl.yml"),
    ),
)

PTL_AT_RISK = Table(
    "ptl_at_risk",
    "One pathway that will be over a standard at a date unless its clock stops: exact, for its own trust alone.",
    ("provider_code", "pathway_reference"),
    (
        Column("position", COUNT, "Place in the system's list: 1 is to be seen first"),
        Column("pathway_reference", TEXT, "The pathway's pseudonym: only its trust, with its own list, can resolve it"),
        PROVIDER,
        FUNCTION,
        Column("priority_code", TEXT, "Clinical priority", empty=True),
        Column("days_waited", COUNT, "Days from the clock start to the day counted"),
        Column("breach_date", TEXT, "First day on which it is over the standard, YYYY-MM-DD"),
        Column("booking", TEXT, "booked (by the date), booked_late (after it) or unbooked"),
        Column("booked_date", TEXT, "Day booked, YYYY-MM-DD", empty=True),
        Column("waiting_for", TEXT, "first_appointment, test, treatment or validation"),
        Column("stage", TEXT, "before_first_appointment, awaiting_test, seen or decision_to_admit"),
        Column("due_validation", YES, "To be validated by the rule of ptl.yml"),
    ),
)

_COUNTED = (
    _AS_OF,
    PROVIDER,
    FUNCTION,
    *_GROUP,
    Column("measure", TEXT, "What is counted, such as pathways, over_52_weeks or at_risk_65_unbooked"),
)
_CELL = tuple(column.name for column in _COUNTED)
PTL_COUNTS = Table(
    "ptl_counts",
    "One exact count of pathways on the patient tracking list. Pass it through disclosure before anyone reads it.",
    _CELL,
    (*_COUNTED, Column("count", COUNT, "Pathways")),
)
PTL_PUBLISHED = Table(
    "ptl_published",
    "One count of the patient tracking list as it may be shown: 1 to 7 as *, others to the nearest 5, as text.",
    _CELL,
    (*_COUNTED, Column("count", TEXT, "Pathways as they may be shown")),
)

PTL_BRIDGE = Table(
    "ptl_bridge",
    "How one trust's list on a day follows from the last published month: what was published, and what has changed.",
    ("as_of", "provider_code"),
    (
        _AS_OF,
        PROVIDER,
        Column("published_month", TEXT, "Last published month, YYYY-MM"),
        Column("published_pathways", COUNT, "Incomplete pathways at its end, as published"),
        Column("weeks_since", NUMBER, "Weeks from its end to the day counted"),
        Column("of_then", TEXT, "On the list now, their clocks already running then, as it may be shown"),
        Column("started_since", TEXT, "On the list now, their clocks started since"),
        Column("pathways", TEXT, "On the list now"),
        Column("difference", NUMBER, "Shown list less published list", negative=True, empty=True),
        Column("difference_percent", NUMBER, "Of the published list", negative=True, empty=True),
    ),
)
PTL_SHARES = Table(
    "ptl_shares",
    "What share of one group waits long, made from shown counts only.",
    ("as_of", "provider_code", "dimension", "group"),
    (
        _AS_OF,
        PROVIDER,
        *_GROUP,
        Column("name", TEXT, "The group in words"),
        Column("pathways", TEXT, "Pathways as they may be shown"),
        Column("over_18_weeks", TEXT, "Of these, over 18 weeks, as they may be shown"),
        Column("over_18_percent", NUMBER, "Share of the shown counts, percent; empty where either is *", empty=True),
        Column("over_52_weeks", TEXT, "Over 52 weeks, as they may be shown"),
        Column("over_52_percent", NUMBER, "Share of the shown counts, percent; empty where either is *", empty=True),
    ),
)
PTL_COHORT = Table(
    "ptl_cohort",
    "Who will be over a standard at a date unless their clock stops, as it may be shown.",
    ("as_of", "provider_code", "treatment_function_code", "standard_weeks", "by"),
    (
        _AS_OF,
        PROVIDER,
        FUNCTION,
        Column("standard_weeks", COUNT, "The standard, weeks"),
        Column("by", TEXT, "The date, YYYY-MM-DD"),
        *(
            Column(name, TEXT, about)
            for name, about in {
                "at_risk": "Over the standard at the date unless their clocks stop",
                "booked": "Of these, booked by the date",
                "booked_late": "Booked after it",
                "unbooked": "Not booked, or the day booked is past",
                "awaiting_test": "Of those at risk, waiting for a test",
                "due_validation": "Of those at risk, due for validation",
            }.items()
        ),
    ),
)
PTL_TIP_INS = Table(
    "ptl_tip_ins",
    "How many pass a standard in one week on the way to a date if nobody is seen; week 0 holds those past it already.",
    ("as_of", "provider_code", "standard_weeks", "by", "week"),
    (
        _AS_OF,
        PROVIDER,
        Column("standard_weeks", COUNT, "The standard, weeks"),
        Column("by", TEXT, "The date, YYYY-MM-DD"),
        Column("week", COUNT, "Weeks after the day counted; the last may be shorter"),
        Column("week_ending", TEXT, "Its last day, YYYY-MM-DD"),
        Column("tip_ins", TEXT, "Pathways that pass the standard in the week, as they may be shown"),
    ),
)
