"""The cancer tables: what files say, what is read, and where each trust stands against the three standards."""

from __future__ import annotations

from lsc_analytics.tables.columns import FILE, MEASURE, MONTH, NUMBER, PROVIDER, SOURCE, TEXT, VALUE, YES
from lsc_analytics.tables.schema import Column, Table

# The standards as the cancer waiting-times return counts them since October 2023, and their days.
CANCER_STANDARDS = {"28_days": 28, "31_days": 31, "62_days": 62}
CANCER_MEASURES = {
    "treated": "Patients treated in the month (28 days: told), each a half where two trusts share one",
    "within_standard": "Of these, within the standard's days",
    "breaches": "Of these, later",
}

_STANDARD = Column(
    "cancer_standard",
    TEXT,
    "28_days (urgent referral to being told), 31_days (decision to treatment) or 62_days (urgent referral to first treatment)",
)
_ROUTE = Column("route", TEXT, "How the patient came, or of 31 days the stage of treatment, such as screening; or all")
_TYPE = Column("cancer_type", TEXT, "Type of cancer, of 28 days suspected, as published; or all")
_SERIES = (MONTH, PROVIDER, _STANDARD, _ROUTE, _TYPE, MEASURE, VALUE)

CANCER_OBSERVATIONS = Table(
    "cancer_observations",
    "One figure of cancer waiting times as one file reports it. England's own have the provider code ENG.",
    ("source", "month", "provider_code", "cancer_standard", "route", "cancer_type", "measure"),
    (SOURCE, *_SERIES),
)
CANCER = Table(
    "cancer",
    "One figure of cancer waiting times: the best source's, with the file it came from. England's have the code ENG.",
    ("month", "provider_code", "cancer_standard", "route", "cancer_type", "measure"),
    (*_SERIES, SOURCE, FILE),
)

_COUNTS = tuple(Column(name, NUMBER, about) for name, about in CANCER_MEASURES.items())
_SHARE = (
    Column(
        "performance_percent", NUMBER, "Share within the standard's days, percent; empty where nobody is", empty=True
    ),
    Column("lower_95", NUMBER, "Lower end of its 95% interval (Wilson): what chance leaves open", empty=True),
    Column("upper_95", NUMBER, "Upper end of that interval", empty=True),
)
CANCER_POSITION = Table(
    "cancer_position",
    "How many patients one provider treated (28 days: told) in one month, and how many in time by one cancer standard.",
    ("month", "provider_code", "cancer_standard"),
    (MONTH, PROVIDER, _STANDARD, *_COUNTS, *_SHARE),
)
CANCER_STANDING = Table(
    "cancer_standing",
    "One provider's last month by one cancer standard, against what one dated row of standards.yml asks.",
    ("provider_code", "cancer_standard", "standard"),
    (
        *CANCER_POSITION.columns,
        Column("standard", TEXT, "Identifier in standards.yml"),
        Column("words", TEXT, "The standard in words"),
        Column("by", TEXT, "Date by which it is to be met, YYYY-MM-DD; empty when standing", empty=True),
        Column("verified", YES, "Its source was read, not remembered"),
        Column("needed_percent", NUMBER, "Share that must be in time, percent"),
        Column("gap_points", NUMBER, "Performance less what is needed, percentage points; negative is short", empty=True, negative=True),
        Column("met", YES, "The share is what is needed, or more", empty=True),
        Column("beyond_chance", YES, "The whole interval lies on the same side of what is needed", empty=True),
        Column("more_in_time", NUMBER, "How many more of those treated would have had to be in time"),
        Column("year_before_percent", NUMBER, "The share twelve months before, percent", empty=True),
    ),
)  # fmt: skip
CANCER_TYPES = Table(
    "cancer_types",
    "One type of cancer at one provider in its last month by one cancer standard, most breaches first; all routes together.",
    ("month", "provider_code", "cancer_standard", "cancer_type"),
    (
        MONTH, PROVIDER, _STANDARD, _TYPE, *_COUNTS, *_SHARE,
        Column("share_of_breaches_percent", NUMBER, "Of all the provider's breaches, percent", empty=True),
    ),
)  # fmt: skip
CANCER_AGAINST_PLAN = Table(
    "cancer_against_plan",
    "One provider's share in time in one planned month: plan and actual.",
    ("provider_code", "measure", "month"),
    (
        PROVIDER, MEASURE, MONTH,
        Column("planned", NUMBER, "Planned share, percent"),
        Column("actual", NUMBER, "Share that was; empty after the month reported, or where not loaded", empty=True),
        Column("gap", NUMBER, "Actual less planned, percentage points", empty=True, negative=True),
        Column("off_plan", YES, "The actual is below the plan; empty: not known", empty=True),
        Column("first_off_plan", YES, "The first month of this provider and measure that is off plan"),
    ),
)  # fmt: skip
