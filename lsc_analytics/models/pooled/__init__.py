"""How will every provider's waits move, learned from all providers and specialties together?

One method for RTT (provider by treatment function) and DM01 (provider by test). A forecast is the last value, plus a common
movement (the country's season and drift), plus what tells a list from the country: its own momentum, its trust's and its
specialty's, and the people who could tip over the threshold in time. It reads no files and models no flows.
"""

from lsc_analytics.models.family import DM01, RTT, Family
from lsc_analytics.models.pooled.intervals import no_surer_than_chance
from lsc_analytics.models.pooled.method import forecast, medians, rolling
from lsc_analytics.models.pooled.movement import deadlines
from lsc_analytics.models.pooled.panel import Deadline, Panel, arrange

__all__ = [
    "DM01",
    "RTT",
    "Deadline",
    "Family",
    "Panel",
    "arrange",
    "deadlines",
    "forecast",
    "medians",
    "no_surer_than_chance",
    "rolling",
]
