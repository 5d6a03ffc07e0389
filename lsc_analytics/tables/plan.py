"""The tables of standards, of the plan, and of the risk that either is missed."""

from __future__ import annotations

from lsc_analytics.tables.cancer import CANCER_STANDARDS
from lsc_analytics.tables.columns import (
    COUNT,
    FILE,
    FUNCTION,
    MEASURE,
    MONTH,
    NUMBER,
    PROVIDER,
    SOURCE,
    TEST,
    TEXT,
    YES,
)
from lsc_analytics.tables.dm01 import DM01_MEASURES
from lsc_analytics.tables.rtt import RTT_MEASURES
from lsc_analytics.tables.schema import Column, Table

RTT_STANDING = Table(
    "rtt_standing",
    "One RTT list at one month end against one dated standard.",
    ("month", "provider_code", "treatment_function_code", "standard"),
    (
        MONTH,
        PROVIDER,
        FUNCTION,
        Column("standard", TEXT, "Identifier in standards.yml"),
        Column("words", TEXT, "The standard in words"),
        Column("by", TEXT, "Date by which it is to be met, YYYY-MM-DD; empty when standing", empty=True),
        Column("status", TEXT, "At the month end: binding, superseded, missed (its date came, unmet) or future"),
        Column("verified", YES, "Its source, and its baseline month where it has one, were read, not remembered"),
        Column("in_view", YES, "Shown by default: it binds, or is the last 65-week standard known by then"),
        Column("measure", TEXT, "within_18_weeks or over_52_weeks, over_65_weeks, over_78_weeks, over_104_weeks"),
        Column("rule", TEXT, "share_within_at_least, share_over_at_most or count_over_at_most"),
        Column("unit", TEXT, "Of needed and actual: percent of the list, or pathways"),
        Column("baseline_month", TEXT, "Month that an improvement is counted from, YYYY-MM", empty=True),
        Column("baseline_percent", NUMBER, "The list's own share in that month; empty where not loaded", empty=True),
        Column("needed", NUMBER, "What is asked; empty where it rests on a baseline that is not loaded", empty=True),
        Column("actual", NUMBER, "What is; empty where not loaded or on an empty list", empty=True),
        Column("met", YES, "The list meets it; empty where that cannot be told", empty=True),
        Column("to_be_seen", COUNT, "Of those over, how many more clocks would have had to stop", empty=True),
    ),
)

# What a plan may be of, in the words of the tables that it is set beside.
PLAN_MEASURES = {
    "rtt": {name: RTT_MEASURES[name] for name in (
        "total_incomplete", "within_18_weeks", "over_52_weeks", "over_65_weeks", "over_78_weeks", "over_104_weeks")}
    | {"within_18_weeks_percent": "Share of the list waiting 18 weeks or less, percent"},
    "dm01": {name: DM01_MEASURES[name] for name in ("total_waiting", "waiting_6_plus", "waiting_13_plus")}
    | {"within_6_weeks_percent": "Share of the list waiting less than six weeks, percent"},
    "cancer": {
        f"within_{days}_days_percent": f"Share of the month's patients within {days} days, percent"
        for days in CANCER_STANDARDS.values()
    },
}  # fmt: skip
MORE_IS_BETTER = ("within_18_weeks", "within_18_weeks_percent", "within_6_weeks_percent")  # of all others, less is

_PLANNED = (
    MONTH,
    PROVIDER,
    Column("list_code", TEXT, "Treatment function or diagnostic test that the plan is for; all for cancer"),
    Column("family", TEXT, "rtt, dm01 or cancer: what the code is of"),
    MEASURE,
    Column("planned_value", NUMBER, "Planned count at the month end, or percent where the measure is one"),
)
PLAN_VALUES = Table(
    "plan_values",
    "One planned figure as one plan file gives it.",
    ("source", "month", "provider_code", "list_code", "family", "measure"),
    (SOURCE, *_PLANNED),
)
PLAN = Table(
    "plan",
    "One planned figure: the last plan's, with the file it came from.",
    ("month", "provider_code", "list_code", "family", "measure"),
    (*_PLANNED, FILE),
)
_AGAINST = (
    MEASURE,
    MONTH,
    Column("planned", NUMBER, "Planned for the month end"),
    Column("actual", NUMBER, "Counted; empty after the month reported, or where not loaded", empty=True),
    Column("median", NUMBER, "Forecast, as likely to be above as below; empty up to the month reported", empty=True),
    Column("lower_80", NUMBER, "Lower end of its 80% interval", empty=True),
    Column("upper_80", NUMBER, "Upper end of its 80% interval", empty=True),
    Column(
        "probability_met", NUMBER, "Chance that the plan is met, 0 to 1; empty where nothing is forecast", empty=True
    ),
    Column("gap", NUMBER, "Actual, else the forecast's median, less planned", empty=True, negative=True),
    Column(
        "off_plan",
        YES,
        "The actual misses the plan, or the forecast more likely than not; empty: not known",
        empty=True,
    ),
    Column("first_off_plan", YES, "The first month of this list and measure that is off plan"),
)
RTT_AGAINST_PLAN = Table(
    "rtt_against_plan",
    "One measure of one RTT list in one planned month: plan, actual or forecast, and the chance of meeting the plan.",
    ("provider_code", "treatment_function_code", "measure", "month"),
    (PROVIDER, FUNCTION, *_AGAINST),
)
DM01_AGAINST_PLAN = Table(
    "dm01_against_plan",
    "One measure of one test's list in one planned month: plan and actual.",
    ("provider_code", "diagnostic_test_code", "measure", "month"),
    (PROVIDER, TEST, *_AGAINST),
)

RTT_RISK = Table(
    "rtt_risk",
    "One list and one standard: how likely it is to be missed at a month end to come, and how that is rated.",
    ("as_of", "provider_code", "treatment_function_code", "standard"),
    (
        Column("as_of", TEXT, "Last month seen, YYYY-MM"),
        PROVIDER,
        FUNCTION,
        Column("standard", TEXT, "Identifier in standards.yml"),
        MEASURE,
        Column("target_month", TEXT, "Month end judged: the standard's own where it lies ahead, YYYY-MM"),
        Column("count_now", COUNT, "Pathways over the standard's weeks now", empty=True),
        Column("allowed", NUMBER, "Pathways over that the standard allows then; empty without a forecast", empty=True),
        Column("serious", NUMBER, "Pathways over beyond which it is serious, by risk.yml", empty=True),
        Column("expected", NUMBER, "Mean forecast of pathways over", empty=True),
        Column("probability_any", NUMBER, "Chance of any pathway over, 0 to 1", empty=True),
        Column("probability_missed", NUMBER, "Chance of more than allowed", empty=True),
        Column("probability_serious", NUMBER, "Chance of more than serious", empty=True),
        Column("rating", TEXT, "red, amber, green or unknown (no forecast)"),
        Column("says", TEXT, "Why, in words"),
    ),
)
RTT_MOVERS = Table(
    "rtt_movers",
    "One list whose long waits or rating changed most since the month before, the largest change first.",
    ("month", "provider_code", "treatment_function_code", "standard"),
    (
        MONTH,
        PROVIDER,
        FUNCTION,
        Column("standard", TEXT, "Identifier in standards.yml"),
        MEASURE,
        Column("count_before", COUNT, "Pathways over the month before"),
        Column("count_now", COUNT, "Pathways over now"),
        Column("change", COUNT, "More (or fewer, negative) than the month before", negative=True),
        Column("rating_before", TEXT, "Rating as of the month before; unknown where no forecast of then is kept"),
        Column("rating_now", TEXT, "Rating now"),
        Column("moved", TEXT, "worse, better, same or not known: of the rating"),
    ),
)
RTT_FRAGILE = Table(
    "rtt_fragile",
    "One list of the system that little holds up, and the reason.",
    ("month", "provider_code", "treatment_function_code", "reason"),
    (
        MONTH,
        PROVIDER,
        FUNCTION,
        Column("reason", TEXT, "single_provider, shrinking_list, shrinking_stops or few_stops"),
        Column("now", NUMBER, "The count behind it: list, or clock stops in twelve months or a month"),
        Column("before", NUMBER, "The same a year before, where the reason is a change", empty=True),
        Column("says", TEXT, "The reason in words"),
    ),
)
