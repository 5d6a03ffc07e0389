"""The tables of queues and capacity: how a list stands as a queue, what a standard takes, and what-if scenarios."""

from __future__ import annotations

from lsc_analytics.tables.columns import COUNT, FUNCTION, MEASURE, NUMBER, PROVIDER, TEXT
from lsc_analytics.tables.schema import Column, Table

_AS_OF = Column("as_of", TEXT, "Last month seen, YYYY-MM")
_STANDARD = Column("standard_weeks", COUNT, "The standard, weeks")

QUEUE_MEASURES = Table(
    "queue_measures",
    "One measure of a waiting list as a queue, from its last twelve months of flows.",
    ("as_of", "provider_code", "treatment_function_code", "standard_weeks", "measure"),
    (
        _AS_OF,
        PROVIDER,
        FUNCTION,
        _STANDARD,
        MEASURE,
        Column("value", NUMBER, "The figure, in the unit named"),
        Column("unit", TEXT, "pathways, pathways a week, weeks, weeks of demand, or ratio"),
        Column("about", TEXT, "What it says, and its formula"),
    ),
)

_GOAL = (
    _AS_OF,
    PROVIDER,
    FUNCTION,
    _STANDARD,
    Column("allowed_over_percent", NUMBER, "Percent of the list that may wait longer; 0 is nobody"),
    Column("target_month", TEXT, "Month at whose end the standard is to be met, YYYY-MM"),
    Column("order", TEXT, "Who has the clock stops beyond those expected: as_now or longest_first"),
    Column("aim", TEXT, "clear_cohort (met at the date) or sustainable_size (a list that keeps meeting it)"),
)
_GOAL_GRAIN = ("as_of", "provider_code", "treatment_function_code", "standard_weeks", "target_month", "order", "aim")

CAPACITY_NEEDED = Table(
    "capacity_needed",
    "Clock stops a week that bring one list to one standard by one date, in one order, for one aim.",
    _GOAL_GRAIN,
    (
        *_GOAL,
        Column("first_month", TEXT, "First month in which capacity can change, YYYY-MM"),
        Column("list_to_reach", NUMBER, "List at the date: the median that results, or the sustainable size"),
        Column("list_as_now", NUMBER, "Median list at the date if nothing changes"),
        Column("chance_as_now", NUMBER, "Chance that the aim is met if nothing changes, 0 to 1"),
        Column("stops_as_now", NUMBER, "Clock stops a week expected in those months, median"),
        Column("stops_lower_80", NUMBER, "Clock stops a week that are enough one time in ten"),
        Column("stops_median", NUMBER, "Clock stops a week that are enough one time in two"),
        Column("stops_upper_80", NUMBER, "Clock stops a week that are enough nine times in ten"),
        Column("extra_lower_80", NUMBER, "Those beyond what is expected, one time in ten", negative=True),
        Column("extra_median", NUMBER, "The same, one time in two; below 0 fewer would do", negative=True),
        Column("extra_upper_80", NUMBER, "The same, nine times in ten", negative=True),
        Column("admitted_share", NUMBER, "Of the list's clock stops of the last twelve months, 0 to 1"),
        Column("stops_to_hold", NUMBER, "Clock stops a week that keep the list from growing after, median"),
        Column("later_month", TEXT, "A month after the date, the extra stops having ended, YYYY-MM", empty=True),
        Column("over_at_date", NUMBER, "Median pathways over the standard at the date with the median extra stops"),
        Column("over_later", NUMBER, "Median pathways over the standard in that later month", empty=True),
    ),
)
CAPACITY_ACTIVITY = Table(
    "capacity_activity",
    "Theatre lists or clinics a month that the extra clock stops take; none where fewer stops would do.",
    (*_GOAL_GRAIN, "mix", "activity"),
    (
        *_GOAL,
        Column("mix", TEXT, "booked_from_list (extra lists hold the waiting list only) or usual_mix"),
        Column("activity", TEXT, "theatre_lists or clinics"),
        Column("lower_80", NUMBER, "A month, enough one time in ten"),
        Column("median", NUMBER, "A month, enough one time in two"),
        Column("upper_80", NUMBER, "A month, enough nine times in ten"),
        Column("source", TEXT, "Where the share of activity that stops a clock was read, or assumption"),
    ),
)
RTT_SCENARIOS = Table(
    "rtt_scenarios",
    "One measure of one list at one future month end under one scenario, beside the list as it is expected to go.",
    ("as_of", "provider_code", "treatment_function_code", "order", "scenario", "measure", "target_month"),
    (
        _AS_OF,
        PROVIDER,
        FUNCTION,
        Column("order", TEXT, "Who has the extra clock stops: as_now or longest_first"),
        Column("scenario", TEXT, "The scenario's file, without its ending"),
        Column("title", TEXT, "The scenario as a chart labels it"),
        Column("source", TEXT, "Where its figures were read, or assumption"),
        MEASURE,
        Column("target_month", TEXT, "Month at whose end it is counted, YYYY-MM"),
        Column("mean", NUMBER, "Expected figure"),
        Column("median", NUMBER, "As likely to be above as below"),
        Column("lower_80", NUMBER, "Eight in ten outcomes lie above this and below upper_80"),
        Column("upper_80", NUMBER, "Upper end of that interval"),
        Column("difference_mean", NUMBER, "Expected difference from as now, draw by draw", negative=True),
        Column("difference_lower_80", NUMBER, "Lower end of the difference's 80% interval", negative=True),
        Column("difference_upper_80", NUMBER, "Upper end of that interval", negative=True),
    ),
)
WHAT_IF = Table(
    "what_if",
    "One measure of one list at one future month end with one setting of demand, capacity and validation.",
    ("as_of", "provider_code", "treatment_function_code", "demand_percent", "capacity_percent", "validation_percent",
     "measure", "target_month"),
    (
        _AS_OF,
        PROVIDER,
        FUNCTION,
        Column("demand_percent", NUMBER, "Change of clock starts, percent; 0 as expected", negative=True),
        Column("capacity_percent", NUMBER, "Change of clock stops, percent; 0 as expected", negative=True),
        Column("validation_percent", NUMBER, "Of the list, taken off in each month, percent"),
        Column("first_month", TEXT, "First month in which anything changes, YYYY-MM"),
        MEASURE,
        Column("target_month", TEXT, "Month at whose end it is counted, or in which it happens, YYYY-MM"),
        Column("mean", NUMBER, "Expected figure"),
        Column("lower_80", NUMBER, "Eight in ten outcomes lie above this and below upper_80"),
        Column("upper_80", NUMBER, "Upper end of that interval"),
        Column("probability_any", NUMBER, "Chance that it is at least 1, from 0 to 1"),
        Column("difference_mean", NUMBER, "Expected difference from no change, draw by draw", negative=True),
    ),
)  # fmt: skip
