"""The tables of diagnostic demand and capacity: what sites can do, what the standards take, and the mix that gets there."""

from __future__ import annotations

from lsc_analytics.tables.columns import FILE, MEASURE, MONTH, NUMBER, PROVIDER, SOURCE, TEST, TEXT, VALUE
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
