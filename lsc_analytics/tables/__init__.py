"""The tables that cross rooms: one place where every column is defined, and the check that a frame keeps its promise.

Each table is long, its columns are full English words in snake_case with the unit in the name where it is not obvious,
and its grain (the columns that identify a row) is unique. It stores nothing and computes nothing.
"""

from lsc_analytics.tables.accuracy import (
    ACCURACY,
    DM01_TRACK_RECORD,
    FLAG_LEAD,
    FLAG_RECORD,
    FLAGS,
    NATIONAL_RUN,
)
from lsc_analytics.tables.capacity import CAPACITY_ACTIVITY, CAPACITY_NEEDED, QUEUE_MEASURES, RTT_SCENARIOS
from lsc_analytics.tables.chatbot import (
    CHATBOT_BESIDE,
    CHATBOT_CALLS,
    CHATBOT_OUTCOMES,
    CHATBOT_OUTCOMES_PUBLISHED,
    CHATBOT_REVIEWS,
    CHATBOT_SHARES,
    PUBLISHED_COUNT,
)
from lsc_analytics.tables.cohorts import COHORT_BANDS, RTT_COHORT, RTT_TIP_INS
from lsc_analytics.tables.diagnostic_capacity import (
    DIAGNOSTIC_CAPACITY,
    DIAGNOSTIC_CAPACITY_VALUES,
    DIAGNOSTIC_SITES,
    SITE_MEASURES,
)
from lsc_analytics.tables.dm01 import (
    DM01,
    DM01_BAND_VIEW,
    DM01_BANDS,
    DM01_MEASURES,
    DM01_OBSERVATIONS,
    DM01_POSITION,
    DM01_STANDING,
    DM01_TREND,
    DM01_WAITS,
)
from lsc_analytics.tables.files import DATA_GAPS, DATA_JUMPS, FILES, INGEST_CHECKS, NOT_ENGLISH, PROVIDERS
from lsc_analytics.tables.forecasts import (
    DM01_PREDICTIONS,
    RTT_CONTEST,
    RTT_FORECAST,
    RTT_METHODS,
    RTT_PREDICTIONS,
    RTT_TRACK_RECORD,
    SCORES,
    scores_by,
)
from lsc_analytics.tables.ledger import (
    FORECAST_FLAGS,
    FORECAST_LEDGER,
    FORECAST_RELIABILITY,
    FORECAST_SAID,
    FORECASTS_JUDGED,
    FORECASTS_KEPT,
    LEDGER_STATE,
    RTT_TREATMENT,
)
from lsc_analytics.tables.mutual_aid import (
    AID_ASSURANCE,
    AID_MOVES,
    AID_NEED,
    AID_OFFERS,
    AID_STAGES,
    AID_VALUES,
)
from lsc_analytics.tables.plan import (
    DM01_AGAINST_PLAN,
    MORE_IS_BETTER,
    PLAN,
    PLAN_MEASURES,
    PLAN_VALUES,
    RTT_AGAINST_PLAN,
    RTT_FRAGILE,
    RTT_MOVERS,
    RTT_RISK,
    RTT_STANDING,
)
from lsc_analytics.tables.rtt import (
    RTT,
    RTT_BAND_VIEW,
    RTT_BANDS,
    RTT_FLOWS,
    RTT_MEASURES,
    RTT_OBSERVATIONS,
    RTT_PARTS,
    RTT_POSITION,
    RTT_TRANSFERS,
    SYSTEM_CELLS,
)
from lsc_analytics.tables.schema import Column, Table
from lsc_analytics.tables.spc import SPC_MEASURED, SPC_POINTS, SPC_SUMMARY

# What readers hand to the store, one frame each.
INCOMING = {
    t.name: t
    for t in (
        RTT_OBSERVATIONS, RTT_BANDS, DM01_OBSERVATIONS, DM01_BANDS, PROVIDERS, CHATBOT_CALLS, CHATBOT_REVIEWS,
        PLAN_VALUES, DIAGNOSTIC_CAPACITY_VALUES, INGEST_CHECKS,
    )
}  # fmt: skip


__all__ = [
    "ACCURACY",
    "AID_ASSURANCE",
    "AID_MOVES",
    "AID_NEED",
    "AID_OFFERS",
    "AID_STAGES",
    "AID_VALUES",
    "CAPACITY_ACTIVITY",
    "CAPACITY_NEEDED",
    "CHATBOT_BESIDE",
    "CHATBOT_CALLS",
    "CHATBOT_OUTCOMES",
    "CHATBOT_OUTCOMES_PUBLISHED",
    "CHATBOT_REVIEWS",
    "CHATBOT_SHARES",
    "COHORT_BANDS",
    "DATA_GAPS",
    "DATA_JUMPS",
    "DIAGNOSTIC_CAPACITY",
    "DIAGNOSTIC_CAPACITY_VALUES",
    "DIAGNOSTIC_SITES",
    "DM01",
    "DM01_AGAINST_PLAN",
    "DM01_BANDS",
    "DM01_BAND_VIEW",
    "DM01_MEASURES",
    "DM01_OBSERVATIONS",
    "DM01_POSITION",
    "DM01_PREDICTIONS",
    "DM01_STANDING",
    "DM01_TRACK_RECORD",
    "DM01_TREND",
    "DM01_WAITS",
    "FILES",
    "FLAGS",
    "FLAG_LEAD",
    "FLAG_RECORD",
    "FORECASTS_JUDGED",
    "FORECASTS_KEPT",
    "FORECAST_FLAGS",
    "FORECAST_LEDGER",
    "FORECAST_RELIABILITY",
    "FORECAST_SAID",
    "INCOMING",
    "INGEST_CHECKS",
    "LEDGER_STATE",
    "MORE_IS_BETTER",
    "NATIONAL_RUN",
    "NOT_ENGLISH",
    "PLAN",
    "PLAN_MEASURES",
    "PLAN_VALUES",
    "PROVIDERS",
    "PUBLISHED_COUNT",
    "QUEUE_MEASURES",
    "RTT",
    "RTT_AGAINST_PLAN",
    "RTT_BANDS",
    "RTT_BAND_VIEW",
    "RTT_COHORT",
    "RTT_CONTEST",
    "RTT_FLOWS",
    "RTT_FORECAST",
    "RTT_FRAGILE",
    "RTT_MEASURES",
    "RTT_METHODS",
    "RTT_MOVERS",
    "RTT_OBSERVATIONS",
    "RTT_PARTS",
    "RTT_POSITION",
    "RTT_PREDICTIONS",
    "RTT_RISK",
    "RTT_SCENARIOS",
    "RTT_STANDING",
    "RTT_TIP_INS",
    "RTT_TRACK_RECORD",
    "RTT_TRANSFERS",
    "RTT_TREATMENT",
    "SCORES",
    "SITE_MEASURES",
    "SPC_MEASURED",
    "SPC_POINTS",
    "SPC_SUMMARY",
    "SYSTEM_CELLS",
    "Column",
    "Table",
    "scores_by",
]
