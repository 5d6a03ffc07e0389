"""The waiting list by weekly band, aged from month end to month end: who will be over 52 or 65 weeks.

Everyone over 65 weeks in three months is over 52 today: the band, not the past of the count, says how many there can be.
It reads no files, and fits no flows.
"""

from lsc_analytics.models.cohorts.ageing import BANDS, age, band_matrix, over, weeks_in
from lsc_analytics.models.cohorts.boundary import Threshold
from lsc_analytics.models.cohorts.hazards import GROUP_EDGES, stay_rates
from lsc_analytics.models.cohorts.history import BandHistory, band_history
from lsc_analytics.models.cohorts.outlook import cohort_outlook, tip_ins
from lsc_analytics.models.cohorts.reconstruct import percentile, reconstruct
from lsc_analytics.models.cohorts.simulation import simulate
from lsc_analytics.models.cohorts.thresholds import from_thresholds
from lsc_analytics.models.cohorts.weeks import aged

__all__ = [
    "BANDS",
    "GROUP_EDGES",
    "BandHistory",
    "Threshold",
    "age",
    "aged",
    "band_history",
    "band_matrix",
    "cohort_outlook",
    "from_thresholds",
    "over",
    "percentile",
    "reconstruct",
    "simulate",
    "stay_rates",
    "tip_ins",
    "weeks_in",
]
