"""The tables of who is waiting how long, and of who will pass a threshold by a date."""

from __future__ import annotations

from lsc_analytics.tables.columns import COUNT, FROM, FUNCTION, MONTH, NUMBER, PROVIDER, TEXT, TO, YES
from lsc_analytics.tables.schema import Column, Table

_AS_OF = Column("as_of", TEXT, "Month at whose end the list was counted, YYYY-MM")
_STANDARD = Column("standard_weeks", COUNT, "The wait that is not to be passed, weeks")
_BY = Column("by", TEXT, "Date by which, YYYY-MM-DD")

COHORT_BANDS = Table(
    "cohort_bands",
    "Pathways in one weekly band of one list at a month end, as published or reconstructed; empty bands left out.",
    ("month", "provider_code", "treatment_function_code", "week_from"),
    (
        MONTH, PROVIDER, FUNCTION, FROM, TO,
        Column("pathways", NUMBER, "Pathways in the band; whole where published"),
        Column("reconstructed", YES, "An estimate from thresholds, not a published count"),
        Column(
            "percentiles",
            TEXT,
            "Of a reconstruction: kept (published median and 92nd percentile to 0.1 week), counts_win (the published "
            "counts do not allow them, and the counts are kept), not_published",
        ),
    ),
)  # fmt: skip

RTT_COHORT = Table(
    "rtt_cohort",
    "Who on a list will have waited longer than a standard at a date: if nobody is seen, and as things go.",
    ("provider_code", "treatment_function_code", "standard_weeks", "by"),
    (
        PROVIDER, FUNCTION, _AS_OF, _STANDARD, _BY,
        Column("latest_clock_start", TEXT, "Clocks that started on or before this date are over the standard then"),
        Column("weeks_left", NUMBER, "Weeks from the end of the as-of month to the date"),
        Column("over_now", NUMBER, "Pathways over the standard at the end of the as-of month"),
        Column("cohort", NUMBER, "Pathways that will be over it at the date unless their clocks stop"),
        Column("weekly_clearance", NUMBER, "Clock stops and removals a week that clear the cohort by the date"),
        Column("mean", NUMBER, "Expected pathways over the standard at the date, as the list has been moving"),
        Column("median", NUMBER, "As likely to be above as below"),
        Column("lower_80", NUMBER, "One in ten outcomes lies below this"),
        Column("upper_80", NUMBER, "One in ten outcomes lies above this"),
        Column("probability_any", NUMBER, "Chance that anyone is over the standard at the date, 0 to 1"),
        Column("more_than", COUNT, "The count that probability_more speaks of"),
        Column("probability_more", NUMBER, "Chance that more than so many are, 0 to 1"),
        Column("reconstructed", YES, "The weekly bands are an estimate from thresholds"),
        Column("learned_from_months", COUNT, "Steps from month to month that the rates rest on"),
    ),
)  # fmt: skip

RTT_TIP_INS = Table(
    "rtt_tip_ins",
    "Who passes a standard in one week on the way to a date; week 0 holds those already past it.",
    ("provider_code", "treatment_function_code", "standard_weeks", "by", "week"),
    (
        PROVIDER, FUNCTION, _AS_OF, _STANDARD, _BY,
        Column("week", COUNT, "Weeks after the end of the as-of month; the last may be shorter"),
        Column("week_ending", TEXT, "Its last day, YYYY-MM-DD"),
        Column("tip_ins", NUMBER, "Pathways that pass the standard in the week if nobody is seen"),
        Column("cohort_needed", NUMBER, "Left of the cohort if it is cleared evenly by the date"),
        Column("cohort_expected", NUMBER, "Left of the cohort as the list has been moving"),
        Column("reconstructed", YES, "The weekly bands are an estimate from thresholds"),
    ),
)  # fmt: skip
