"""The tables of what is foretold, and of how good that has been."""

from __future__ import annotations

from lsc_analytics.tables.columns import COUNT, FUNCTION, MEASURE, NUMBER, PROVIDER, TEST, TEXT, YES
from lsc_analytics.tables.schema import Column, Table

_METHOD = Column("method", TEXT, "Method that says so, as in `parameters/models.yml` under contest")
_SAID = (
    Column("mean", NUMBER, "Expected count"),
    Column("median", NUMBER, "As likely to be above as below"),
    Column("lower_80", NUMBER, "Eight in ten outcomes lie above this and below upper_80"),
    Column("upper_80", NUMBER, "Upper end of that interval"),
    Column("lower_95", NUMBER, "Nineteen in twenty outcomes lie above this and below upper_95"),
    Column("upper_95", NUMBER, "Upper end of that interval"),
    Column("probability_any", NUMBER, "Chance that the count is one or more, 0 to 1"),
)
_AHEAD = (
    Column("as_of", TEXT, "Last month the forecast has seen, YYYY-MM"),
    PROVIDER,
    FUNCTION,
    MEASURE,
    Column("target_month", TEXT, "Month forecast, YYYY-MM"),
    Column("horizon", COUNT, "Months ahead"),
)
_AT_ORIGIN = (
    Column("last_value", NUMBER, "Count at the end of the month as_of"),
    Column("scale", NUMBER, "Mean absolute change from month to month up to then", empty=True),
)
RTT_METHODS = Table(
    "rtt_methods",
    "What one method says of one measure of one waiting list at a future month end, from one origin, uncalibrated.",
    ("as_of", "provider_code", "treatment_function_code", "measure", "target_month", "method"),
    (*_AHEAD, *_SAID, _METHOD, *_AT_ORIGIN),
)
RTT_FORECAST = Table(
    "rtt_forecast",
    "One measure of one waiting list at one future month end, by one method.",
    ("as_of", "provider_code", "treatment_function_code", "measure", "target_month", "method"),
    (
        *_AHEAD,
        Column(
            "horizon_label", TEXT, "nowcast (1, 2 months ahead), near (3), decision (4 to 6) or outlook (7 and more)"
        ),
        *_SAID,
        _METHOD,
        Column("chosen", YES, "The forecast the report leads with"),
    ),
)
_PREDICTED = (
    MEASURE,
    Column("target_month", TEXT, "Month forecast, YYYY-MM"),
    *_SAID,
    Column("method", TEXT, "pooled, or last_value where the history is short"),
)
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
    RTT_METHODS.grain,
    (*RTT_METHODS.columns, Column("outturn", NUMBER, "What it was")),
)

_SCORED_BY = {column.name: column for column in (*_AHEAD, TEST)}
_SCORES = (
    Column("method", TEXT, "Method judged"),
    Column("forecasts", COUNT, "Forecasts judged"),
    Column("error_to_last_value", NUMBER, "Absolute error of the median over that of the last value", empty=True),
    Column("wape", NUMBER, "Absolute error of the median as a share of the outturn, 0 upwards", empty=True),
    Column("mase", NUMBER, "Absolute error in months of the list's usual change; mean over lists", empty=True),
    Column("crps", NUMBER, "Continuous ranked probability score, pathways; lower is better"),
    Column("crps_to_last_value", NUMBER, "That score over that of the method last_value", empty=True),
    Column("brier", NUMBER, "Mean squared error of the chance that anyone is counted, 0 to 1"),
    Column("held_80_percent", NUMBER, "Outturns inside the 80% interval, five or more at the origin", empty=True),
    Column("held_95_percent", NUMBER, "Outturns inside the 95% interval, five or more at the origin", empty=True),
    Column("mean_to_outturn", NUMBER, "Sum of means over sum of outturns", empty=True),
)


def scores_by(*names: str) -> Table:
    """The table of scores, one row a method and whatever it is scored by; an unknown name is a column of text.

    >>> scores_by("measure", "horizon").names[:4]
    ['measure', 'horizon', 'method', 'forecasts']
    """
    columns = tuple(_SCORED_BY.get(name) or Column(name, TEXT, "What is scored apart") for name in names)
    return Table(
        "scores",
        "How good one method has been on months it had not seen.",
        (*names, "method"),
        (*columns, *_SCORES),
    )


SCORES = scores_by("measure")
RTT_CONTEST = Table(
    "rtt_contest",
    "How one method has done so many months ahead, over all the lists of the system, and whether it leads.",
    ("as_of", "measure", "horizon", "method"),
    (
        Column("as_of", TEXT, "Last month that any forecast or outturn was of, YYYY-MM"),
        MEASURE,
        _AHEAD[-1],
        *_SCORES,
        Column("chosen", YES, "The method that leads at this horizon"),
        Column("interval_factor", NUMBER, "By how much the method's intervals are widened (above 1) or narrowed"),
    ),
)
