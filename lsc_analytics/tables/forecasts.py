"""The tables of what is foretold, and of how good that has been."""

from __future__ import annotations

from lsc_analytics.tables.columns import COUNT, FUNCTION, MEASURE, NUMBER, PROVIDER, TEST, TEXT, YES
from lsc_analytics.tables.schema import Column, Table

RTT_FORECAST = Table(
    "rtt_forecast",
    "One measure of one waiting list at one future month end, by one method.",
    ("as_of", "provider_code", "treatment_function_code", "measure", "target_month", "method"),
    (
        Column("as_of", TEXT, "Last month the forecast has seen, YYYY-MM"),
        PROVIDER,
        FUNCTION,
        MEASURE,
        Column("target_month", TEXT, "Month forecast, YYYY-MM"),
        Column("horizon", COUNT, "Months ahead"),
        Column("mean", NUMBER, "Expected count"),
        Column("median", NUMBER, "As likely to be above as below"),
        Column("lower_80", NUMBER, "Eight in ten outcomes lie above this and below upper_80"),
        Column("upper_80", NUMBER, "Upper end of that interval"),
        Column("lower_95", NUMBER, "Nineteen in twenty outcomes lie above this and below upper_95"),
        Column("upper_95", NUMBER, "Upper end of that interval"),
        Column("probability_any", NUMBER, "Chance that the count is one or more, 0 to 1"),
        Column("method", TEXT, "flows_and_identity, anchored_stock or last_value"),
        Column("chosen", YES, "The forecast the report leads with"),
    ),
)
_PREDICTED = (
    MEASURE,
    Column("target_month", TEXT, "Month forecast, YYYY-MM"),
    *(column for column in RTT_FORECAST.columns if column.name in (
        "mean", "median", "lower_80", "upper_80", "lower_95", "upper_95", "probability_any")),
    Column("method", TEXT, "pooled, or last_value where the history is short"),
)  # fmt: skip
RTT_PREDICTIONS = Table(
    "rtt_predictions",
    "One measure of one provider's treatment function at one future month end.",
    ("provider_code", "treatment_function_code", "measure", "target_month"),
    (PROVIDER, FUNCTION, *_PREDICTED),
)
DM01_PREDICTIONS = Table(
    "dm01_predictions",
    "One measure of one provider's test at one future month end.",
    ("provider_code", "diagnostic_test_code", "measure", "target_month"),
    (PROVIDER, TEST, *_PREDICTED),
)

RTT_TRACK_RECORD = Table(
    "rtt_track_record",
    "What a method would have said of a month now known, from data up to an earlier month, and what it was.",
    ("as_of", "provider_code", "treatment_function_code", "measure", "target_month", "method"),
    (
        Column("as_of", TEXT, "Last month the method saw, YYYY-MM"),
        PROVIDER,
        FUNCTION,
        MEASURE,
        Column("target_month", TEXT, "Month it spoke of, YYYY-MM"),
        Column("horizon", COUNT, "Months ahead"),
        Column("method", TEXT, "flows_and_identity, anchored_stock or last_value"),
        Column("median", NUMBER, "What it said"),
        Column("lower_80", NUMBER, "Lower end of its 80% interval"),
        Column("upper_80", NUMBER, "Upper end of its 80% interval"),
        Column("outturn", NUMBER, "What it was"),
    ),
)
