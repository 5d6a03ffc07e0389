"""The DM01 tables: what files say, what is read, and where the tests' lists stand."""

from __future__ import annotations

from lsc_analytics.tables.columns import (
    COUNT,
    FILE,
    FROM,
    MEASURE,
    MONTH,
    NUMBER,
    PROVIDER,
    SCOPE,
    SOURCE,
    TEST,
    TEXT,
    TO,
    VALUE,
    YES,
)
from lsc_analytics.tables.schema import Column, Table

DM01_MEASURES = {
    "total_waiting": "Waiting for the test at month end",
    "waiting_6_plus": "Waiting 42 days or more",
    "waiting_13_plus": "Waiting 91 days or more",
    "planned_activity": "Planned (surveillance) tests done in the month",
    "unscheduled_activity": "Unscheduled (emergency) tests done in the month",
    "waiting_list_activity": "Tests done from the waiting list in the month",
}

DM01_OBSERVATIONS = Table(
    "dm01_observations",
    "One DM01 figure as one file reports it.",
    ("source", "scope", "month", "provider_code", "diagnostic_test_code", "measure"),
    (SOURCE, SCOPE, MONTH, PROVIDER, TEST, MEASURE, VALUE),
)
DM01_BANDS = Table(
    "dm01_bands",
    "People waiting in one band (closed below, open above) for one test, as one file reports it; zeros left out.",
    ("source", "scope", "month", "provider_code", "diagnostic_test_code", "week_from"),
    (SOURCE, SCOPE, MONTH, PROVIDER, TEST, FROM, TO, Column("waiting", COUNT, "People waiting in the band")),
)

DM01 = Table(
    "dm01",
    "One DM01 figure: the best source's, with the file it came from.",
    ("scope", "month", "provider_code", "diagnostic_test_code", "measure"),
    (SCOPE, MONTH, PROVIDER, TEST, MEASURE, VALUE, SOURCE, FILE),
)
DM01_BAND_VIEW = Table(
    "dm01_bands",
    "People waiting in one band for one test: the best source's, with the file it came from.",
    ("scope", "month", "provider_code", "diagnostic_test_code", "week_from"),
    (SCOPE, MONTH, PROVIDER, TEST, FROM, TO, DM01_BANDS.columns[7], SOURCE, FILE),
)

DM01_POSITION = Table(
    "dm01_position",
    "Where one test's waiting list stands at one month end.",
    ("month", "provider_code", "diagnostic_test_code"),
    (
        MONTH,
        PROVIDER,
        TEST,
        Column("total_waiting", COUNT, DM01_MEASURES["total_waiting"]),
        Column("waiting_6_plus", COUNT, DM01_MEASURES["waiting_6_plus"]),
        Column("waiting_13_plus", COUNT, DM01_MEASURES["waiting_13_plus"], empty=True),
        Column("within_6_weeks_percent", NUMBER, "Share waiting less than six weeks, percent", empty=True),
        Column("planned_activity", COUNT, DM01_MEASURES["planned_activity"], empty=True),
        Column("unscheduled_activity", COUNT, DM01_MEASURES["unscheduled_activity"], empty=True),
        Column("waiting_list_activity", COUNT, DM01_MEASURES["waiting_list_activity"], empty=True),
        Column("implied_demand", COUNT, "Change in the list plus tests from it", empty=True, negative=True),
    ),
)
DM01_TREND = Table(
    "dm01_trend",
    "Where one measure of one test's list stands against a year before, and which way the last twelve months lean.",
    ("month", "provider_code", "diagnostic_test_code", "measure"),
    (
        MONTH,
        PROVIDER,
        TEST,
        Column("measure", TEXT, "within_6_weeks_percent, waiting_6_plus or total_waiting"),
        Column("latest", NUMBER, "Value at the end of the month"),
        Column("year_before", NUMBER, "Value twelve months before", empty=True),
        Column("change", NUMBER, "Latest less year before", empty=True, negative=True),
        Column("months", COUNT, "Months the slope rests on, twelve at most"),
        Column("slope_per_month", NUMBER, "Theil-Sen slope, units a month", empty=True, negative=True),
        Column("slope_lower", NUMBER, "Lower end of its 95% interval", empty=True, negative=True),
        Column("slope_upper", NUMBER, "Upper end of its 95% interval", empty=True, negative=True),
        Column("direction", TEXT, "rising, falling, no clear direction or too few months"),
    ),
)
DM01_STANDING = Table(
    "dm01_standing",
    "One test's list against one dated standard.",
    ("month", "provider_code", "diagnostic_test_code", "standard"),
    (
        MONTH,
        PROVIDER,
        TEST,
        Column("standard", TEXT, "Identifier in standards.yml"),
        Column("words", TEXT, "The standard in words"),
        Column("by", TEXT, "Date by which it is to be met, YYYY-MM-DD; empty when standing", empty=True),
        Column("status", TEXT, "At the month end: binding, superseded or missed"),
        Column("verified", YES, "Its source was read, not remembered"),
        Column("needed_percent", NUMBER, "Share that must wait less than the standard's weeks, percent"),
        Column("actual_percent", NUMBER, "Share that does, percent; empty on an empty list", empty=True),
        Column("met", YES, "The list meets it"),
        Column("to_be_seen", COUNT, "Of those over it, how many more would have had to be seen for it to be met"),
    ),
)
DM01_WAITS = Table(
    "dm01_waits",
    "People waiting for one test in one weekly band, empty bands included.",
    ("month", "provider_code", "diagnostic_test_code", "week_from"),
    (
        MONTH,
        PROVIDER,
        TEST,
        FROM,
        TO,
        Column("band", TEXT, "The band in words, such as '6 to 7 weeks'"),
        Column("waiting", COUNT, "People waiting in the band"),
        Column("six_weeks_or_more", YES, "The whole band lies at six weeks or beyond"),
    ),
)

_PART = {"empty": True, "negative": True}
DM01_DRIVERS = Table(
    "dm01_drivers",
    "One test's list at one trust: its long waits, and what made the list change over twelve months.",
    ("month", "provider_code", "diagnostic_test_code"),
    (
        MONTH,
        PROVIDER,
        TEST,
        *DM01_POSITION.columns[3:7],
        Column("share_of_6_plus_percent", NUMBER, "Of all waiting six weeks or more on these lists", empty=True),
        Column("waiting_year_before", COUNT, "Waiting twelve months before", empty=True),
        Column("waiting_6_plus_year_before", COUNT, "Waiting six weeks or more twelve months before", empty=True),
        Column("within_year_before_percent", NUMBER, "Share less than six weeks twelve months before", empty=True),
        Column("joined", COUNT, "Implied demand of twelve months", **_PART),
        Column("done", COUNT, "Tests from the waiting list in twelve months", empty=True),
        Column("list_change", COUNT, "Joined less done: the change in the list over twelve months", **_PART),
        Column("demand_part", COUNT, "Joined less joined in the twelve months before", **_PART),
        Column("activity_part", COUNT, "Done in the twelve months before less done: more is fewer tests", **_PART),
        Column("carried_part", COUNT, "Joined less done in the twelve months before", **_PART),
        Column("other_tests_change", COUNT, "Planned and unscheduled tests, against twelve months before", **_PART),
        Column("driver", TEXT, "demand up, fewer tests, short already, two of them, list not growing, or not known"),
    ),
)
DM01_SESSIONS = Table(
    "dm01_sessions",
    "The sessions that would take one test's list to one standard.",
    ("month", "provider_code", "diagnostic_test_code", "standard"),
    (
        MONTH,
        PROVIDER,
        TEST,
        *(DM01_STANDING.columns[place] for place in (3, 4, 5, 6, 8, 10, 11)),
        Column("tests_a_session", NUMBER, "Tests in a half-day session"),
        Column("assumed", YES, "The tests in a session are assumed, not the trust's own"),
        Column("sessions_once", COUNT, "Sessions that see those to be seen, once"),
        Column(
            "sessions_a_week_to_keep_up", NUMBER, "Sessions a week that stop the growth of twelve months", empty=True
        ),
    ),
)
DM01_RANKS = Table(
    "dm01_ranks",
    "One trust's share within six weeks among England's NHS trusts with 50 or more waiting.",
    ("month", "provider_code", "diagnostic_test_code"),
    (
        MONTH,
        PROVIDER,
        TEST,
        Column("within_6_weeks_percent", NUMBER, "Share waiting less than six weeks, percent"),
        Column("rank", COUNT, "1 is the highest share; equal shares have an equal rank"),
        Column("trusts", COUNT, "Trusts compared"),
        Column("middle_percent", NUMBER, "Share of the middle trust"),
    ),
)
DM01_COMPLETENESS = Table(
    "dm01_completeness",
    "How whole one trust's DM01 figures are, over the months that any trust of the system has.",
    ("provider_code",),
    (
        PROVIDER,
        Column("first_month", TEXT, "First month that any trust has, YYYY-MM"),
        Column("last_month", TEXT, "Last month that any trust has"),
        Column("months", COUNT, "Months between them"),
        Column("months_missing", TEXT, "Months of which this trust has no figures"),
        Column("lists", COUNT, "Tests and months with anyone waiting"),
        Column("lists_without_activity", COUNT, "Of those, the ones whose tests done are blank"),
        Column("months_without_activity", TEXT, "The months of those"),
        Column(
            "tests_gone", TEXT, "Tests with anyone waiting in the month before of which the last month says nothing"
        ),
    ),
)
