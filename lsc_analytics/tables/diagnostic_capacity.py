"""The tables of diagnostic demand and capacity: what sites can do, what the standards take, and the mix that gets there."""

from __future__ import annotations

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
    VALUE,
)
from lsc_analytics.tables.schema import Column, Table

# What a row of the capacity file says of one site and test, in the file's words.
SITE_MEASURES = {
    "rooms": "Rooms or scanners",
    "sessions_a_week": "Half-day sessions a week; 0.5 is one a fortnight",
    "slots_a_session": "Patients that a full session holds",
    "utilisation_percent": "Of the slots, those booked",
    "dna_percent": "Of those booked, those who did not attend and whose slot stayed empty",
    "downtime_percent": "Of the sessions, those lost to breakdown, maintenance or absence",
    "planned_percent": "Of the tests done, planned (surveillance) ones",
    "unscheduled_percent": "Of the tests done, unscheduled (emergency) ones",
    "gp_direct_access_percent": "Of the tests from the waiting list, those a GP asked for directly",
    "staff_in_post": "Whole-time equivalents in post for the test",
    "staff_a_session": "People that one session takes",
    "extra_sessions_possible": "Further sessions a week that the rooms allow",
    "cost_a_session": "What one further session costs, pounds",
    "tests_to_date": "Tests since a community diagnostic centre opened",
}
_SITE = (
    PROVIDER,
    Column("site_code", TEXT, "The site's code as the file gives it"),
    TEST,
)
_NAMED = (
    Column("site_name", TEXT, "Name of the hospital or centre"),
    Column("site_kind", TEXT, "hospital, or cdc for a community diagnostic centre"),
)

DIAGNOSTIC_CAPACITY_VALUES = Table(
    "diagnostic_capacity_values",
    "One figure of one site and test as one capacity file gives it.",
    ("source", "month", "provider_code", "site_code", "diagnostic_test_code", "measure"),
    (SOURCE, MONTH, *_SITE, MEASURE, *_NAMED, VALUE),
)
DIAGNOSTIC_CAPACITY = Table(
    "diagnostic_capacity",
    "One figure of one site and test: the last file's, with the file it came from.",
    ("month", "provider_code", "site_code", "diagnostic_test_code", "measure"),
    (MONTH, *_SITE, MEASURE, *_NAMED, VALUE, FILE),
)
_AS_OF = Column("as_of", TEXT, "Last month seen, YYYY-MM")
DIAGNOSTIC_SITES = Table(
    "diagnostic_sites",
    "What one site can do of one test, and what that takes: the capacity file's figures that hold in a month.",
    ("as_of", "provider_code", "site_code", "diagnostic_test_code"),
    (
        _AS_OF,
        *_SITE,
        *_NAMED,
        Column("holds_from", TEXT, "Month from which these figures hold, YYYY-MM"),
        *(
            Column(name, NUMBER, about, empty=name in ("extra_sessions_possible", "cost_a_session", "tests_to_date"))
            for name, about in SITE_MEASURES.items()
        ),
        Column("tests_a_week", NUMBER, "Tests of every kind: sessions x slots x used x attended x running"),
        Column("waiting_list_tests_a_week", NUMBER, "Those from the waiting list: planned and unscheduled left out"),
        Column("tests_an_extra_session", NUMBER, "Tests in one further session, booked from the waiting list alone"),
        Column("staff_needed", NUMBER, "Whole-time equivalents that the sessions take"),
        Column("counted_share", NUMBER, "Of the trust's waiting-list tests by its file, this site's, 0 to 1"),
    ),
)

_TO = Column("target_month", TEXT, "Month at whose end it is told, YYYY-MM")
_STANDARD = (
    Column("standard", TEXT, "Identifier in standards.yml"),
    Column("words", TEXT, "The standard in words"),
)
_ORDER = Column("order", TEXT, "Who has the further tests: as_now or longest_first")
_AVOIDED = (
    Column("avoided_mean", NUMBER, "Fewer who have waited six weeks or more at the date, expected", negative=True),
    Column("avoided_lower_80", NUMBER, "Lower end of its 80% interval", negative=True),
    Column("avoided_upper_80", NUMBER, "Upper end of that interval", negative=True),
    Column("fewer_waiting", NUMBER, "Fewer on the list at the date, expected", negative=True),
)
DIAGNOSTIC_NEED = Table(
    "diagnostic_need",
    "Further tests a week that bring one list to one six-week standard by one date, and the sessions and staff for them.",
    ("as_of", "provider_code", "diagnostic_test_code", "standard", "target_month", "order"),
    (
        _AS_OF,
        PROVIDER,
        TEST,
        *_STANDARD,
        Column("needed_percent", NUMBER, "Share that must have waited less than six weeks, percent"),
        _TO,
        _ORDER,
        Column("first_month", TEXT, "First month in which capacity can change, YYYY-MM"),
        Column("waiting", NUMBER, "On the list now"),
        Column("within_now_percent", NUMBER, "Share within six weeks now, percent"),
        Column("demand_a_week", NUMBER, "Expected to join a week over the year ahead, net of those who leave untested"),
        Column("tests_as_now", NUMBER, "Tests a week expected from the waiting list until the date"),
        Column("waiting_as_now", NUMBER, "List at the date if nothing changes, median"),
        Column("over_6_as_now", NUMBER, "Of them six weeks or more, median"),
        Column("within_as_now_percent", NUMBER, "Share within six weeks at the date if nothing changes, median"),
        Column("chance_as_now", NUMBER, "Chance that the standard is met then, 0 to 1"),
        Column(
            "met_from_as_now", TEXT, "End of the week from which it is met for good; empty if not in a year", empty=True
        ),
        Column("met_from_with", TEXT, "The same with the median further tests, which end at the date", empty=True),
        Column("list_to_keep", NUMBER, "List that keeps the standard: demand times the healthy weeks of demand"),
        Column(
            "weeks_to_clear",
            NUMBER,
            "Weeks until the list is that long at the rates of now; empty if it never is",
            empty=True,
        ),
        Column("extra_lower_80", NUMBER, "Further tests a week that are enough one time in ten", negative=True),
        Column("extra_median", NUMBER, "The same, one time in two; below 0 fewer would do", negative=True),
        Column("extra_upper_80", NUMBER, "The same, nine times in ten", negative=True),
        Column("tests_a_session", NUMBER, "Tests in a further session; empty without a capacity file", empty=True),
        Column("sessions_lower_80", NUMBER, "Further sessions a week that are enough one time in ten", empty=True),
        Column("sessions_median", NUMBER, "The same, one time in two", empty=True),
        Column("sessions_upper_80", NUMBER, "The same, nine times in ten", empty=True),
        Column("staff_median", NUMBER, "Whole-time equivalents that the median sessions take", empty=True),
    ),
)
DIAGNOSTIC_SESSION_VALUE = Table(
    "diagnostic_session_value",
    "What one more session a week would be worth to one list, at one standard's date.",
    ("as_of", "provider_code", "diagnostic_test_code", "standard", "target_month"),
    (
        _AS_OF,
        PROVIDER,
        TEST,
        *_STANDARD,
        _TO,
        Column("unit", TEXT, "session, or tests where no capacity file has the list"),
        Column("site_name", TEXT, "Whose session", empty=True),
        Column("tests_a_week", NUMBER, "Tests that it holds"),
        Column("cost_a_week", NUMBER, "Pounds", empty=True),
        Column("over_6_as_now", NUMBER, "Six weeks or more at the date without it, expected"),
        *_AVOIDED,
        Column("met_from_as_now", TEXT, "End of the week from which the standard is met without it", empty=True),
        Column("met_from_with", TEXT, "The same with it", empty=True),
        Column("weeks_sooner", NUMBER, "Weeks between them; empty where either never comes", empty=True, negative=True),
    ),
)
DIAGNOSTIC_CENTRES = Table(
    "diagnostic_centres",
    "What one community diagnostic centre adds to one test of its trust.",
    ("as_of", "provider_code", "site_code", "diagnostic_test_code"),
    (
        _AS_OF,
        *_SITE,
        _NAMED[0],
        _TO,
        Column("sessions_a_week", NUMBER, SITE_MEASURES["sessions_a_week"]),
        Column(
            "tests_a_week", NUMBER, "Of the trust's counted waiting-list tests, the centre's by its share in the file"
        ),
        Column("tests_a_year", NUMBER, "The same, a year"),
        Column("share_percent", NUMBER, "Of the trust's waiting-list tests, percent"),
        Column("tests_to_date", NUMBER, SITE_MEASURES["tests_to_date"], empty=True),
        Column("over_6_with", NUMBER, "Six weeks or more at the date with the centre, expected"),
        *_AVOIDED,
    ),
)
DIAGNOSTIC_MIX = Table(
    "diagnostic_mix",
    "Of the cheapest mix for one test and standard: one site's further sessions for one trust, or what is unmet.",
    ("as_of", "standard", "target_month", "diagnostic_test_code", "provider_code", "site_code"),
    (
        _AS_OF,
        _STANDARD[0],
        _TO,
        TEST,
        Column("provider_code", TEXT, "Trust whose patients are tested"),
        Column("needed_a_week", NUMBER, "Further tests a week that the trust needs"),
        Column("site_provider_code", TEXT, "Trust that runs the site"),
        Column("site_code", TEXT, "The site; no text where the need is unmet"),
        *_NAMED,
        Column("tests_a_week", NUMBER, "Tests a week done there for the trust, or unmet"),
        Column("sessions_a_week", NUMBER, "The trust's part of the site's further sessions"),
        Column("site_sessions", NUMBER, "The site's further sessions a week, whole"),
        Column("cost_a_week", NUMBER, "Pounds, of the trust's part"),
        Column("mix_cost_a_week", NUMBER, "Pounds, of the whole mix for the test, sending patients included"),
        Column("bound_cost_a_week", NUMBER, "No mix of whole or split sessions is cheaper"),
    ),
)
DIAGNOSTIC_HARM = Table(
    "diagnostic_harm",
    "One trust's own list of one test at one month end, without and with the mix.",
    ("as_of", "standard", "provider_code", "diagnostic_test_code", "month"),
    (
        _AS_OF,
        _STANDARD[0],
        PROVIDER,
        TEST,
        MONTH,
        Column("over_6_without", NUMBER, "Six weeks or more, expected, without the mix"),
        Column("over_6_with", NUMBER, "The same with it"),
        Column("over_6_stress_without", NUMBER, "The draw that is worse than nine in ten, without"),
        Column("over_6_stress_with", NUMBER, "The same with it"),
        Column("waiting_without", NUMBER, "On the list, expected, without"),
        Column("waiting_with", NUMBER, "The same with it"),
    ),
)
DIAGNOSTIC_WORKFORCE = Table(
    "diagnostic_workforce",
    "Staff that one network's sessions take in one of the years ahead, and who must be recruited.",
    ("as_of", "provider_code", "network", "year"),
    (
        _AS_OF,
        PROVIDER,
        Column("network", TEXT, "imaging, physiological or endoscopy"),
        Column("year", COUNT, "Years from now; 0 is now"),
        Column("sessions_a_week", NUMBER, "Sessions, growing with demand"),
        Column("staff_needed", NUMBER, "Whole-time equivalents that they take"),
        Column("staff_without_recruiting", NUMBER, "Of those in post now, those who would be left"),
        Column("to_recruit", NUMBER, "Recruits of the year, if each year before it was filled"),
        Column("demand_growth_percent", NUMBER, "A year", negative=True),
        Column("leavers_percent", NUMBER, "A year"),
        Column("source", TEXT, "Where growth and leavers were read, or assumption"),
    ),
)
DIAGNOSTIC_SCENARIOS = Table(
    "diagnostic_scenarios",
    "One list at one month end ahead under one scenario, beside the list as it is expected to go.",
    ("as_of", "provider_code", "diagnostic_test_code", "scenario", "target_month"),
    (
        _AS_OF,
        PROVIDER,
        TEST,
        Column("scenario", TEXT, "The scenario's file, without its ending"),
        Column("title", TEXT, "The scenario as a chart labels it"),
        Column("source", TEXT, "Where its figures were read, or assumption"),
        _TO,
        Column("over_6_median", NUMBER, "Six weeks or more, as likely more as fewer"),
        Column("over_6_lower_80", NUMBER, "Eight in ten outcomes lie above this and below over_6_upper_80"),
        Column("over_6_upper_80", NUMBER, "Upper end of that interval"),
        Column("within_6_weeks_percent", NUMBER, "Share within six weeks, median, percent"),
        Column("waiting", NUMBER, "On the list, median"),
        Column("difference_mean", NUMBER, "Six weeks or more beyond those expected, draw by draw", negative=True),
        Column("difference_lower_80", NUMBER, "Lower end of its 80% interval", negative=True),
        Column("difference_upper_80", NUMBER, "Upper end of that interval", negative=True),
    ),
)
DIAGNOSTIC_WHAT_IF = Table(
    "diagnostic_what_if",
    "How many more or fewer would wait six weeks or more under one scenario, over one or more lists.",
    ("as_of", "scenario", "target_month"),
    (
        _AS_OF,
        Column("scenario", TEXT, "The scenario's file, without its ending"),
        Column("title", TEXT, "The scenario as a chart labels it"),
        Column("source", TEXT, "Where its figures were read, or assumption"),
        _TO,
        Column("lists", COUNT, "Lists added up"),
        Column("difference_mean", NUMBER, "Six weeks or more beyond those expected", negative=True),
    ),
)
DIAGNOSTIC_COUPLING = Table(
    "diagnostic_coupling",
    "Pathways of one specialty over one threshold in one month, and how many are over it because of one test.",
    ("as_of", "provider_code", "treatment_function_code", "diagnostic_test_code", "month", "threshold_weeks"),
    (
        _AS_OF,
        Column("dm01_month", TEXT, "Last month of DM01, YYYY-MM"),
        PROVIDER,
        FUNCTION,
        TEST,
        MONTH,
        Column("threshold_weeks", COUNT, "18, 52 or 65"),
        Column("share_percent", NUMBER, "Of the specialty's pathways, those taken to need the test, percent"),
        Column("test_weeks_now", NUMBER, "Mean weeks on the test's list: list over demand"),
        Column("test_weeks_at_standard", NUMBER, "The same on a list that keeps the standard"),
        Column("weeks_added", NUMBER, "The difference, for a pathway that needs the test"),
        Column("weeks_added_on_average", NUMBER, "The same over all of the specialty's pathways"),
        Column("over", NUMBER, "Pathways over the threshold, median"),
        Column("due_median", NUMBER, "Of them, those that are because of the test, median"),
        Column("due_lower_80", NUMBER, "Lower end of its 80% interval"),
        Column("due_upper_80", NUMBER, "Upper end of that interval"),
        Column("source", TEXT, "Where the share was read, or assumption"),
    ),
)
