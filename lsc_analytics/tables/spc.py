"""The tables of statistical process control: what was measured, what each point is, and what the latest one says."""

from __future__ import annotations

from lsc_analytics.tables.columns import COUNT, MONTH, NUMBER, TEXT, YES
from lsc_analytics.tables.schema import Column, Table

_SERIES = Column("series", TEXT, "What is measured, of whom, in words: the name of the chart")
_MEASURE = Column("measure", TEXT, "Column of the table it was taken from, such as within_6_weeks_percent")
_UNIT = Column("unit", TEXT, "percent or count")
_IMPROVES = Column("improves", TEXT, "up, down or neither: which way is an improvement")
_VALUE = Column("value", NUMBER, "What was measured", negative=True)
_TARGET = Column("target", NUMBER, "Target or trajectory for the month; empty where there is none", empty=True)

SPC_MEASURED = Table(
    "spc_measured",
    "One measurement of one series in one month, to be held against the series' own variation.",
    ("series", "month"),
    (
        _SERIES,
        _MEASURE,
        _UNIT,
        _IMPROVES,
        MONTH,
        _VALUE,
        _TARGET,
        Column(
            "rebase", TEXT, "Why limits start anew from this month, as recorded; empty where they do not", empty=True
        ),
    ),
)
SPC_POINTS = Table(
    "spc_points",
    "One point of one XmR chart: its limits, the rules that it triggers, and what they say.",
    ("series", "month"),
    (
        *SPC_MEASURED.columns,
        Column("limits_group", COUNT, "Which stretch between rebases the point's limits are of, from 1"),
        Column("unbroken", COUNT, "Which run of months, none of them without a figure, the point is in, from 1"),
        Column("mean", NUMBER, "Mean of the stretch", negative=True),
        Column("lower_limit", NUMBER, "Lower process limit, not cut at 0 or 100", negative=True),
        Column("upper_limit", NUMBER, "Upper process limit, not cut at 0 or 100", negative=True),
        Column("moving_range", NUMBER, "Distance from the point before it in its stretch", empty=True),
        Column("screened", YES, "The moving range was left out of the limits as an outlier"),
        Column("outside_limits", YES, "Rule 1: outside the process limits"),
        Column("shift", YES, "Rule 2: in a run on one side of the mean"),
        Column("trend", YES, "Rule 3: in a run of rises or of falls"),
        Column("two_of_three", YES, "Rule 4: of two in three beyond two thirds of the way to a limit"),
        Column("special_cause", TEXT, "Rule that speaks: outside_limits, trend, two_of_three, shift", empty=True),
        Column("way", TEXT, "high or low (rising or falling, of a trend); empty for common cause", empty=True),
        Column("variation", TEXT, "common_cause, improvement, concern or neither (special, of no good or bad way)"),
    ),
)
SPC_SUMMARY = Table(
    "spc_summary",
    "What one XmR chart says: its latest point and, where there is a target, whether the process can meet it.",
    ("series",),
    (
        _SERIES,
        _MEASURE,
        _UNIT,
        _IMPROVES,
        MONTH,
        _VALUE,
        _TARGET,
        Column("mean", NUMBER, "Mean of the latest stretch", negative=True),
        Column("lower_limit", NUMBER, "Its lower process limit", negative=True),
        Column("upper_limit", NUMBER, "Its upper process limit", negative=True),
        Column("points", COUNT, "Points of the latest stretch"),
        Column("trial_limits", YES, "Too few points for limits to be settled"),
        Column("special_cause", TEXT, "Rule that the latest point triggers; empty for common cause", empty=True),
        Column("run", COUNT, "Latest points in a row that the shift or trend spans; 1 for other rules, 0 for none"),
        Column("way", TEXT, "high or low; empty for common cause", empty=True),
        Column("variation", TEXT, "Icon: common_cause, improvement, concern, neither, or too_few points for an icon"),
        Column("assurance", TEXT, "Icon: passes, fails, hit_or_miss, no_target, or too_few points for an icon"),
    ),
)
