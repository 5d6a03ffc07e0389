"""The tables of who waits longer: published counts by age, sex, ethnicity and deprivation, and the gaps they show."""

from __future__ import annotations

from lsc_analytics.tables.columns import COUNT, FILE, FUNCTION, NUMBER, PROVIDER, SOURCE, TEXT, YES
from lsc_analytics.tables.schema import Column, Table

# The waiting-time bands of the workbook, by our name of each.
WLMDS_BANDS = {
    "total": "Total Waiting List",
    "within_18_weeks": "Up to 18 weeks",
    "over_18_to_52_weeks": "Over 18 and up to 52 weeks",
    "over_52_weeks": "Over 52 weeks",
    "unknown_start": "Unknown Clock Start Date",
}
CHARACTERISTICS = ("age", "sex", "deprivation", "ethnicity")
INEQUALITY_MEASURES = ("within_18_weeks", "over_52_weeks")

_SCOPE = Column(
    "scope",
    TEXT,
    "provider (an NHS acute trust), icb or region (their acute trusts), england, england_acute, england_independent or england_other",
)
_WEEK = Column("week_ending", TEXT, "Sunday at whose end the list is counted, YYYY-MM-DD")
_CHARACTERISTIC = Column("characteristic", TEXT, "age, sex, deprivation or ethnicity")
_PATIENT_GROUP = Column("patient_group", TEXT, "Group as published, such as 19 to 64 years or IMD 1")
_NAME = Column("name", TEXT, "The group in words")
_MEASURE = Column("measure", TEXT, "within_18_weeks or over_52_weeks")

_COUNTED = (
    _SCOPE,
    Column("month", TEXT, "Month that the week ends in, YYYY-MM"),
    _WEEK,
    PROVIDER,
    FUNCTION,
    _CHARACTERISTIC,
    _PATIENT_GROUP,
    Column("band", TEXT, ", ".join(WLMDS_BANDS)),
    Column("suppressed", YES, "Published as *: between 1 and 7, and not known"),
    Column("pathways", COUNT, "Incomplete pathways as published, to the nearest 5; empty where suppressed", empty=True),
)
_CELL = tuple(column.name for column in _COUNTED if column.name not in ("month", "suppressed", "pathways"))
WLMDS_COUNTS = Table(
    "wlmds_counts",
    "One published count of the Waiting List Minimum Data Set by patient group and band, as one file reports it.",
    ("source", *_CELL),
    (SOURCE, *_COUNTED),
)
WLMDS = Table(
    "wlmds",
    "One published count of the Waiting List Minimum Data Set by patient group and band, with the file it came from.",
    _CELL,
    (*_COUNTED, SOURCE, FILE),
)

INEQUALITY_KNOWN = Table(
    "inequality_known",
    "Of how much of one organisation's list one characteristic is known.",
    ("week_ending", "provider_code", "characteristic"),
    (
        _WEEK,
        PROVIDER,
        _CHARACTERISTIC,
        Column("list_pathways", COUNT, "The whole list: the largest sum that any characteristic's groups give"),
        Column("known_pathways", COUNT, "Of these, in a group of this characteristic"),
        Column("not_known_pathways", COUNT, "Of these, not: left out of its table, not stated or not known"),
        Column("not_known_percent", NUMBER, "Share of the list whose group is not known, percent"),
        Column("stands_for_list", YES, "The sum of its groups is what the list's own shares are taken from"),
    ),
)

INEQUALITY_GAPS = Table(
    "inequality_gaps",
    "How far one group's share of waits is from that of its organisation's whole list.",
    ("week_ending", "provider_code", "characteristic", "patient_group", "measure"),
    (
        _WEEK,
        PROVIDER,
        _CHARACTERISTIC,
        _PATIENT_GROUP,
        _NAME,
        _MEASURE,
        Column("pathways", COUNT, "Pathways of the group", empty=True),
        Column("counted", COUNT, "Of these, within 18 or over 52 weeks", empty=True),
        Column("percent", NUMBER, "Share of the group's pathways, percent", empty=True),
        Column("list_percent", NUMBER, "Share of the organisation's whole list, percent", empty=True),
        Column("gap_points", NUMBER, "Share less the whole list's, percentage points", empty=True, negative=True),
        Column("gap_lower", NUMBER, "Lower end of its 95% interval, rounding included", empty=True, negative=True),
        Column("gap_upper", NUMBER, "Upper end of its 95% interval, rounding included", empty=True, negative=True),
        Column(
            "pathways_behind",
            NUMBER,
            "How many more of the group would be within 18 weeks, or fewer over 52, at the whole list's share",
            empty=True,
            negative=True,
        ),
        Column("england_gap_points", NUMBER, "The same gap in England's acute trusts", empty=True, negative=True),
        Column("place", COUNT, "1 waits longest beyond doubt; empty where the interval allows for no gap", empty=True),
    ),
)

INEQUALITY_DECILES = Table(
    "inequality_deciles",
    "One deprivation decile of one organisation's list, and the line through all ten.",
    ("week_ending", "provider_code", "measure", "decile"),
    (
        _WEEK,
        PROVIDER,
        _MEASURE,
        Column("decile", COUNT, "1 (most deprived) to 10"),
        Column("pathways", COUNT, "Pathways of the decile"),
        Column("percent", NUMBER, "Share within 18 or over 52 weeks, percent"),
        Column("lower", NUMBER, "Lower end of its 95% interval, rounding included"),
        Column("upper", NUMBER, "Upper end of its 95% interval, rounding included"),
        Column("rank_percent", NUMBER, "Share of the list that is more deprived than the decile's middle, percent"),
        Column("line_percent", NUMBER, "Share on the fitted line at that rank, percent", negative=True),
    ),
)

INEQUALITY_SLOPES = Table(
    "inequality_slopes",
    "The slope index of inequality over one organisation's deprivation deciles, where all ten are known.",
    ("week_ending", "provider_code", "measure"),
    (
        _WEEK,
        PROVIDER,
        _MEASURE,
        Column("slope_points", NUMBER, "Fitted share at the least deprived end less the most deprived", negative=True),
        Column("slope_lower", NUMBER, "Lower end of its 95% interval, rounding included", negative=True),
        Column("slope_upper", NUMBER, "Upper end of its 95% interval, rounding included", negative=True),
        Column("place", COUNT, "Among England's acute trusts, 1 the most against the deprived", empty=True),
        Column("trusts", COUNT, "Acute trusts whose slope is known"),
    ),
)

INEQUALITY_MIX = Table(
    "inequality_mix",
    "How much of one group's gap within 18 weeks, in England, is that it waits for other specialties.",
    ("week_ending", "characteristic", "patient_group"),
    (
        _WEEK,
        _CHARACTERISTIC,
        _PATIENT_GROUP,
        _NAME,
        Column("pathways", COUNT, "Pathways of the group in England"),
        Column("percent", NUMBER, "Share within 18 weeks, percent"),
        Column("gap_points", NUMBER, "Less the share of all, percentage points", negative=True),
        Column("by_mix_points", NUMBER, "Of this, the specialties that the group waits for", negative=True),
        Column("remaining_points", NUMBER, "Of this, waits within the same specialties", negative=True),
    ),
)
