"""The tables of what was foretold and kept, what came of it, and what was done about bad histories before."""

from __future__ import annotations

from lsc_analytics.tables.columns import COUNT, FUNCTION, MEASURE, MONTH, NUMBER, PROVIDER, TEXT, YES
from lsc_analytics.tables.forecasts import RTT_FORECAST, of_tests
from lsc_analytics.tables.schema import Column, Table

_NAMED = {column.name: column for column in RTT_FORECAST.columns}
_SAID = tuple(_NAMED[name] for name in (
    "as_of", "provider_code", "treatment_function_code", "measure", "target_month", "horizon", "method", "chosen",
    "mean", "median", "lower_80", "upper_80", "lower_95", "upper_95", "probability_any"))  # fmt: skip
_CELL = ("as_of", "provider_code", "treatment_function_code", "measure", "target_month", "method")
_MADE = (
    Column("made_at", TEXT, "When the forecast was made, UTC"),
    Column("data_release", TEXT, "Digest of the data it was made of"),
    Column("parameters", TEXT, "Digest of the parameter files it was made with"),
    Column("code_version", TEXT, "Version of the code that made it"),
)
FORECASTS_KEPT = Table(
    "forecasts_kept",
    "One forecast as it was made: kept for good, never changed.",
    (*_CELL, "data_release", "parameters", "code_version"),
    (
        *_SAID,
        *_MADE,
        Column("loaded_until", TEXT, "Last month of its family that was loaded when it was made, YYYY-MM"),
    ),
)
_BACKCAST = Column("backcast", YES, "Its target month was already loaded when it was made: no true forecast")
FORECAST_LEDGER = Table(
    "forecast_ledger",
    "One forecast with what came of it: the first one made of its list, origin, month and method.",
    _CELL,
    (
        *_SAID, *_MADE, _BACKCAST,
        Column("last_value", NUMBER, "The count at the origin, by the latest figures"),
        Column("scale", NUMBER, "The list's mean absolute change from month to month up to the origin", empty=True),
        Column("outturn", NUMBER, "What it was, by the latest figures"),
        Column("error", NUMBER, "Median less outturn", negative=True),
        Column("held_80", YES, "The outturn lies inside the 80% interval"),
        Column("held_95", YES, "The outturn lies inside the 95% interval"),
    ),
)  # fmt: skip
LEDGER_STATE = Table(
    "ledger_state",
    "The forecasts kept of one origin.",
    ("as_of",),
    (
        _NAMED["as_of"],
        Column("made_at", TEXT, "When the first of them was made, UTC"),
        Column("kept", COUNT, "Forecasts kept, every method, list and month ahead counted once"),
        Column("scored", COUNT, "Of these, made before their month was loaded and scored since"),
        Column("backcast", COUNT, "Of these, made when their month was already loaded"),
        Column("waiting", COUNT, "Of these, whose month is not loaded yet"),
    ),
)
FORECAST_SAID = Table(
    "forecast_said",
    "What was said at one of a list's last origins about one month, by the method that led then, and what came of it.",
    ("as_of", "provider_code", "treatment_function_code", "measure", "target_month"),
    (
        *(
            column
            for column in _SAID
            if column.name not in ("chosen", "mean", "lower_95", "upper_95", "probability_any")
        ),
        _BACKCAST,
        Column("outturn", NUMBER, "What it was; empty while its month is not loaded", empty=True),
    ),
)
_KIND = Column(
    "kind", TEXT, "forecast: made before its month was loaded; backcast: made afterwards, of what was known before"
)
FORECASTS_JUDGED = Table(
    "forecasts_judged",
    "One forecast whose month is known, as it is scored.",
    ("kind", *_CELL),
    (
        _KIND,
        *_SAID,
        *(column for column in FORECAST_LEDGER.columns if column.name in ("last_value", "scale", "outturn")),
    ),
)
FORECAST_RELIABILITY = Table(
    "forecast_reliability",
    "What came of the forecasts that gave a like chance that anyone would be counted.",
    ("kind", "measure", "method", "said_from"),
    (
        _KIND, MEASURE, _NAMED["method"],
        Column("said_from", NUMBER, "Chance given: this or more, percent"),
        Column("said_to", NUMBER, "and less than this (100 with the last), percent"),
        Column("said_percent", NUMBER, "Mean chance given, percent"),
        Column("came_percent", NUMBER, "How often anyone was counted, percent"),
        Column("forecasts", COUNT, "Forecasts that gave such a chance"),
    ),
)  # fmt: skip
FORECAST_FLAGS = Table(
    "forecast_flags",
    "How good one method's warnings are that anyone will be over a standard.",
    ("kind", "measure", "lists", "method"),
    (
        _KIND, MEASURE,
        Column("lists", TEXT, "all, or new: lists with nobody over the standard at the origin"),
        Column("method", TEXT, "Method that warns; last_value warns where anyone is over at the origin"),
        Column("warned_from_percent", NUMBER, "A warning is given from this chance on, percent"),
        Column("forecasts", COUNT, "Forecasts judged"),
        Column("warned", COUNT, "Of these, with a warning"),
        Column("came", COUNT, "Of these, with anyone over the standard in the end"),
        Column("warned_and_came", COUNT, "Of these, both"),
        Column("precision_percent", NUMBER, "Warnings that came true", empty=True),
        Column("recall_percent", NUMBER, "Breaches that were warned of", empty=True),
        Column("lead_months", NUMBER, "Months before a breach from which every origin warned, median", empty=True),
    ),
)  # fmt: skip
RTT_TREATMENT = Table(
    "rtt_treatment",
    "One thing wrong with one list's history, and what is done about it before the list is forecast.",
    ("provider_code", "treatment_function_code", "month", "what"),
    (
        PROVIDER, FUNCTION, MONTH,
        Column("what", TEXT, "gap, latest_missing, passing_recode, step, began, ended, empty or short"),
        Column("treatment", TEXT, "What is wrong and what is done, in a sentence or two"),
    ),
)  # fmt: skip
DM01_FORECASTS_KEPT, DM01_FORECAST_LEDGER, DM01_FORECAST_SAID, DM01_FORECASTS_JUDGED, DM01_TREATMENT = (
    of_tests(table) for table in (FORECASTS_KEPT, FORECAST_LEDGER, FORECAST_SAID, FORECASTS_JUDGED, RTT_TREATMENT)
)
