"""The tables of what is foretold, and of how good that has been."""

from __future__ import annotations

from lsc_analytics.tables.columns import COUNT, FUNCTION, MEASURE, NUMBER, PROVIDER, TEST, TEXT, YES
from lsc_analytics.tables.schema import Column, Table


def of_tests(table: Table) -> Table:
    """The same table of tests: a DM01 test in the place of the treatment function.

    What is foretold of a test is what is foretold of a specialty, so its tables are defined once.

    >>> of_tests(RTT_METHODS).name, of_tests(RTT_METHODS).names[:3]
    ('dm01_methods', ['as_of', 'provider_code', 'diagnostic_test_code'])
    """
    return Table(
        f"dm01_{table.name.removeprefix('rtt_')}",
        table.about,
        tuple(TEST.name if name == FUNCTION.name else name for name in table.grain),
        tuple(TEST if column == FUNCTION else column for column in table.columns),
    )


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
    Column("method", TEXT, "pooled, boosted (six weeks or more for a test), or last_value where the history is short"),
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
DM01_METHODS, DM01_FORECAST, DM01_TRACK_RECORD, DM01_CONTEST = (
    of_tests(table) for table in (RTT_METHODS, RTT_FORECAST, RTT_TRACK_RECORD, RTT_CONTEST)
)
_OF_TEST = tuple(column for column in DM01_FORECAST.columns if column.name in (
    "as_of", "provider_code", "diagnostic_test_code", "target_month", "horizon", "horizon_label"))  # fmt: skip
DM01_OUTLOOK = Table(
    "dm01_outlook",
    "One test's list at one future month end against one standard of waiting.",
    ("as_of", "provider_code", "diagnostic_test_code", "standard", "target_month"),
    (
        *_OF_TEST,
        Column("standard", TEXT, "Identifier in standards.yml"),
        Column("words", TEXT, "The standard in words"),
        Column("needed_percent", NUMBER, "Share that must wait less than the standard's weeks, percent"),
        Column("within_percent", NUMBER, "Share forecast to: medians of the list and of those over", empty=True),
        Column("within_lower_80", NUMBER, "Eight in ten outcomes lie above this and below within_upper_80", empty=True),
        Column("within_upper_80", NUMBER, "Upper end of that interval", empty=True),
        Column("probability_met", NUMBER, "Chance that the standard is met, 0 to 1"),
        _METHOD,
    ),
)
DM01_DEMAND_AHEAD = Table(
    "dm01_demand_ahead",
    "What is expected to join and leave one test's list in one future month.",
    ("as_of", "provider_code", "diagnostic_test_code", "target_month"),
    (
        *_OF_TEST,
        Column("total_waiting", NUMBER, "Expected list at the month end"),
        Column("waiting_list_activity", NUMBER, "Expected tests from the list in the month"),
        Column(
            "implied_demand", NUMBER, "Change of the list plus those tests: net of who leaves untested", negative=True
        ),
    ),
)
