"""The tables that cross rooms: one place where every column is defined, and the check that a frame keeps its promise.

Each table is long, its columns are full English words in snake_case with the unit in the name where it is not obvious,
and its grain (the columns that identify a row) is unique. It stores nothing and computes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from lsc_analytics.errors import TableError


@dataclass(frozen=True)
class Column:
    """One column: its name, its Arrow type, what it holds, and whether it may be empty or negative."""

    name: str
    type: pa.DataType
    about: str
    empty: bool = False
    negative: bool = False


@dataclass(frozen=True)
class Table:
    """A table's promise: its columns in order, the columns that identify a row, and what a row is."""

    name: str
    about: str
    grain: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Column names in their published order."""
        return [column.name for column in self.columns]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, its fields described, as written into every stored file."""
        return pa.schema(
            [pa.field(c.name, c.type, nullable=c.empty, metadata={"about": c.about}) for c in self.columns],
            metadata={"table": self.name, "about": self.about},
        )

    def empty(self) -> pd.DataFrame:
        """The table with no rows: headers are written even when there is nothing to say."""
        return self.frame(pa.Table.from_pylist([], schema=self.schema))

    def frame(self, table: pa.Table) -> pd.DataFrame:
        """An Arrow table as the frame every room works with: text as strings, whole numbers with gaps as Int64."""
        return table.to_pandas(types_mapper=_pandas_type, strings_to_categorical=False, ignore_metadata=True)

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The same rows with the promised columns, types and grain.

        Columns that the table does not name are refused, so that nothing travels unnoticed.

        Args:
            frame: Rows to check, the columns in any order.

        Returns:
            A new frame, columns in the table's order, with the frame's `attrs`.

        Raises:
            TableError: A column is missing, unknown, of another type, empty or negative where it may not be, or two
                rows share a grain.
        """
        missing = [name for name in self.names if name not in frame.columns]
        unknown = [str(name) for name in frame.columns if name not in self.names]
        if missing or unknown:
            said = [f"lacks {', '.join(missing)}"] * bool(missing) + [f"has unknown {', '.join(unknown)}"] * bool(
                unknown
            )
            raise TableError(f"The table {self.name} {' and '.join(said)}.", "See `lsc tables` for its columns.")
        try:
            arrow = pa.Table.from_pandas(frame[self.names], schema=_all_nullable(self.schema), preserve_index=False)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
            raise TableError(f"The table {self.name} holds a value of another type: {error}.") from error
        for column in self.columns:
            values = arrow[column.name]
            if not column.empty and values.null_count:
                raise TableError(f"The table {self.name} has {values.null_count} empty values.", column=column.name)
            number = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
            if number and not column.negative and len(values) and (low := _least(values)) is not None and low < 0:
                raise TableError(f"The table {self.name} holds the negative value {low}.", column=column.name)
        checked = self.frame(arrow)
        if self.grain and len(checked) and (double := checked.duplicated(list(self.grain))).any():
            first = checked.loc[double, list(self.grain)].iloc[0].to_dict()
            raise TableError(f"The table {self.name} has {int(double.sum())} rows twice, the first at {first}.")
        checked.attrs = dict(frame.attrs)
        return checked


def _least(values: pa.ChunkedArray) -> float | None:
    import pyarrow.compute as pc

    return pc.min(values).as_py()


def _all_nullable(schema: pa.Schema) -> pa.Schema:
    return pa.schema([field.with_nullable(True) for field in schema], metadata=schema.metadata)


def _pandas_type(kind: pa.DataType) -> object:
    if pa.types.is_string(kind):
        return pd.StringDtype(na_value=float("nan"))
    return pd.Int64Dtype() if pa.types.is_integer(kind) else None


_TEXT, _COUNT, _NUMBER, _YES = pa.string(), pa.int64(), pa.float64(), pa.bool_()

_SOURCE = Column("source", _TEXT, "full_extract, provider_workbook, or the name of a tidy history's mapping")
_MONTH = Column("month", _TEXT, "Month the figure belongs to, YYYY-MM; lists are counted at its end")
_PROVIDER = Column("provider_code", _TEXT, "Published organisation code, such as RXN")
_FUNCTION = Column("treatment_function_code", _TEXT, "Published code, such as C_110 or X02; C_999 is the total row")
_TEST = Column("diagnostic_test_code", _TEXT, "Diagnostic ID of the DM01 workbooks as text, 1 to 15")
_SCOPE = Column("scope", _TEXT, "provider, nonc (not English commissioned, kept apart), commissioner or england")
_MEASURE = Column("measure", _TEXT, "What is counted")
_VALUE = Column("value", _NUMBER, "The figure; an unknown figure has no row", negative=True)
_FROM = Column("week_from", _COUNT, "Lower edge of the weekly band")
_TO = Column("week_to", _COUNT, "Upper edge of the weekly band; empty for the last, open band", empty=True)
_FILE = Column("file_sha256", _TEXT, "Digest of the file the figure was read from")

RTT_MEASURES = {
    "total_incomplete": "Incomplete pathways at month end (Total All of Part_2)",
    "within_18_weeks": "Incomplete pathways waiting 18 weeks or less",
    "over_52_weeks": "Incomplete pathways waiting more than 52 weeks",
    "over_65_weeks": "Incomplete pathways waiting more than 65 weeks",
    "over_78_weeks": "Incomplete pathways waiting more than 78 weeks",
    "over_104_weeks": "Incomplete pathways waiting more than 104 weeks",
    "decision_to_admit": "Incomplete pathways with a decision to admit (Part_2A, inside Part_2: never added to it)",
    "median_wait_weeks": "Median wait of incomplete pathways as published, weeks",
    "percentile_92_wait_weeks": "92nd percentile wait of incomplete pathways as published, weeks",
    "clock_starts": "New RTT periods in the month (Part_3)",
    "admitted_stops": "Clock stops by an admitted treatment in the month (Part_1A)",
    "non_admitted_stops": "Clock stops without admission in the month (Part_1B)",
}
RTT_PARTS = {
    "incomplete": "Part_2",
    "decision_to_admit": "Part_2A",
    "admitted": "Part_1A",
    "non_admitted": "Part_1B",
}
DM01_MEASURES = {
    "total_waiting": "Waiting for the test at month end",
    "waiting_6_plus": "Waiting 42 days or more",
    "waiting_13_plus": "Waiting 91 days or more",
    "planned_activity": "Planned (surveillance) tests done in the month",
    "unscheduled_activity": "Unscheduled (emergency) tests done in the month",
    "waiting_list_activity": "Tests done from the waiting list in the month",
}

# What readers hand to the store, one frame each.
RTT_OBSERVATIONS = Table(
    "rtt_observations",
    "One RTT figure as one file reports it.",
    ("source", "scope", "month", "provider_code", "treatment_function_code", "measure"),
    (_SOURCE, _SCOPE, _MONTH, _PROVIDER, _FUNCTION, _MEASURE, _VALUE),
)
RTT_BANDS = Table(
    "rtt_bands",
    "Pathways in one waiting-time band (open below, closed above) of one part, as one file reports it; zeros left out.",
    ("source", "scope", "month", "provider_code", "treatment_function_code", "part", "week_from"),
    (
        _SOURCE, _SCOPE, _MONTH, _PROVIDER, _FUNCTION,
        Column("part", _TEXT, "incomplete, decision_to_admit, admitted or non_admitted"),
        _FROM, _TO, Column("pathways", _COUNT, "Pathways in the band"),
    ),
)  # fmt: skip
DM01_OBSERVATIONS = Table(
    "dm01_observations",
    "One DM01 figure as one file reports it.",
    ("source", "scope", "month", "provider_code", "diagnostic_test_code", "measure"),
    (_SOURCE, _SCOPE, _MONTH, _PROVIDER, _TEST, _MEASURE, _VALUE),
)
DM01_BANDS = Table(
    "dm01_bands",
    "People waiting in one band (closed below, open above) for one test, as one file reports it; zeros left out.",
    ("source", "scope", "month", "provider_code", "diagnostic_test_code", "week_from"),
    (_SOURCE, _SCOPE, _MONTH, _PROVIDER, _TEST, _FROM, _TO, Column("waiting", _COUNT, "People waiting in the band")),
)
PROVIDERS = Table(
    "providers",
    "Names of providers as one file gives them.",
    ("provider_code",),
    (
        _PROVIDER,
        Column("provider_name", _TEXT, "Name as published"),
        Column("parent_code", _TEXT, "Code of the organisation above it, where the file says", empty=True),
    ),
)
CHATBOT_CALLS = Table(
    "chatbot_calls",
    "One attempt to reach one patient in one validation campaign, pseudonymised.",
    ("campaign", "pathway_pseudonym", "attempt_number"),
    (
        Column("campaign", _TEXT, "Name of the validation campaign"),
        Column("pathway_pseudonym", _TEXT, "Keyed hash of the pathway identifier"),
        _PROVIDER,
        _FUNCTION,
        Column("attempt_number", _COUNT, "First attempt is 1"),
        Column("channel", _TEXT, "automated_call, staff_call or text"),
        Column("attempted_on", _TEXT, "Day of the attempt, YYYY-MM-DD"),
        Column("weeks_waiting", _COUNT, "Whole weeks since the clock start on that day"),
        Column("contacted", _YES, "The call or text reached the patient's number"),
        Column("responded", _YES, "The patient answered the questions"),
        Column("response", _TEXT, "remain, leave or worse; empty without a response", empty=True),
        Column("also_worse", _YES, "Worse as well as remaining: older campaigns let the two overlap"),
    ),
)
CHATBOT_REVIEWS = Table(
    "chatbot_reviews",
    "One clinical review of one patient who asked to leave or reported being worse, pseudonymised.",
    ("campaign", "pathway_pseudonym"),
    (
        Column("campaign", _TEXT, "Name of the validation campaign"),
        Column("pathway_pseudonym", _TEXT, "Keyed hash of the pathway identifier"),
        Column("reviewed_on", _TEXT, "Day of the review, YYYY-MM-DD"),
        Column("decision", _TEXT, "removed, kept or expedited"),
    ),
)
INGEST_CHECKS = Table(
    "ingest_checks",
    "One reconciliation made while reading one file.",
    ("check", "month"),
    (
        Column("check", _TEXT, "What is compared, such as 'bands against Total'"),
        Column("month", _TEXT, "Month compared, or 'all'"),
        Column("compared", _COUNT, "Series compared"),
        Column("differing", _COUNT, "Series that differ"),
        Column("largest_difference", _NUMBER, "Largest absolute difference"),
        Column("says", _TEXT, "The result as a sentence"),
    ),
)
INCOMING = {
    t.name: t
    for t in (
        RTT_OBSERVATIONS, RTT_BANDS, DM01_OBSERVATIONS, DM01_BANDS, PROVIDERS, CHATBOT_CALLS, CHATBOT_REVIEWS,
        INGEST_CHECKS,
    )
}  # fmt: skip

# What the store holds about files.
FILES = Table(
    "files",
    "One file that was taken, known but not used, or refused, newest last.",
    ("file_sha256",),
    (
        _FILE,
        Column("file", _TEXT, "File name as given, without its folder"),
        Column("status", _TEXT, "loaded or 'known, not used'"),
        Column("layout", _TEXT, "Layout it was recognised as"),
        Column("family", _TEXT, "rtt, dm01 or chatbot"),
        _SOURCE,
        Column("source_rank", _COUNT, "1 full extract, 2 workbook, 3 tidy history: the lowest wins"),
        Column("published", _TEXT, "Publication date the file states, YYYY-MM-DD", empty=True),
        Column("revised", _YES, "The file says it is a revision"),
        Column("demo", _YES, "Generated demo data"),
        Column("first_month", _TEXT, "First month in the file", empty=True),
        Column("last_month", _TEXT, "Last month in the file", empty=True),
        Column("providers", _COUNT, "Providers in the file"),
        Column("rows", _COUNT, "Rows read"),
        Column("taken_at", _TEXT, "When it was taken, UTC"),
    ),
)

# The views that models read: one figure a key, chosen by source rank, then publication date.
RTT = Table(
    "rtt",
    "One RTT figure: the best source's, with the file it came from. Provider figures exclude NONC.",
    ("scope", "month", "provider_code", "treatment_function_code", "measure"),
    (_SCOPE, _MONTH, _PROVIDER, _FUNCTION, _MEASURE, _VALUE, _SOURCE, _FILE),
)
RTT_BAND_VIEW = Table(
    "rtt_bands",
    "Pathways in one weekly band of one part: the best source's, with the file it came from.",
    ("scope", "month", "provider_code", "treatment_function_code", "part", "week_from"),
    (_SCOPE, _MONTH, _PROVIDER, _FUNCTION, RTT_BANDS.columns[5], _FROM, _TO, RTT_BANDS.columns[8], _SOURCE, _FILE),
)
DM01 = Table(
    "dm01",
    "One DM01 figure: the best source's, with the file it came from.",
    ("scope", "month", "provider_code", "diagnostic_test_code", "measure"),
    (_SCOPE, _MONTH, _PROVIDER, _TEST, _MEASURE, _VALUE, _SOURCE, _FILE),
)
DM01_BAND_VIEW = Table(
    "dm01_bands",
    "People waiting in one band for one test: the best source's, with the file it came from.",
    ("scope", "month", "provider_code", "diagnostic_test_code", "week_from"),
    (_SCOPE, _MONTH, _PROVIDER, _TEST, _FROM, _TO, DM01_BANDS.columns[7], _SOURCE, _FILE),
)

# What models return.
RTT_POSITION = Table(
    "rtt_position",
    "Where one waiting list stands at one month end.",
    ("month", "provider_code", "treatment_function_code"),
    (
        _MONTH,
        _PROVIDER,
        _FUNCTION,
        Column("total_incomplete", _COUNT, RTT_MEASURES["total_incomplete"]),
        Column("within_18_weeks", _COUNT, RTT_MEASURES["within_18_weeks"], empty=True),
        Column("within_18_weeks_percent", _NUMBER, "Share waiting 18 weeks or less, percent", empty=True),
        Column("over_52_weeks", _COUNT, RTT_MEASURES["over_52_weeks"], empty=True),
        Column("over_65_weeks", _COUNT, RTT_MEASURES["over_65_weeks"], empty=True),
        Column("over_78_weeks", _COUNT, RTT_MEASURES["over_78_weeks"], empty=True),
        Column("over_104_weeks", _COUNT, RTT_MEASURES["over_104_weeks"], empty=True),
        Column("median_wait_weeks", _NUMBER, RTT_MEASURES["median_wait_weeks"], empty=True),
    ),
)
RTT_FLOWS = Table(
    "rtt_flows",
    "What joined and left one waiting list in one month; opening + starts - stops - removals = closing.",
    ("month", "provider_code", "treatment_function_code"),
    (
        _MONTH,
        _PROVIDER,
        _FUNCTION,
        Column("opening", _COUNT, "List at the end of the month before"),
        Column("clock_starts", _COUNT, RTT_MEASURES["clock_starts"]),
        Column("admitted_stops", _COUNT, RTT_MEASURES["admitted_stops"]),
        Column("non_admitted_stops", _COUNT, RTT_MEASURES["non_admitted_stops"]),
        Column(
            "net_removals", _COUNT, "What the identity leaves over: removals net of unreported starts", negative=True
        ),
        Column("closing", _COUNT, "List at the end of the month"),
    ),
)
RTT_FORECAST = Table(
    "rtt_forecast",
    "One measure of one waiting list at one future month end, by one method.",
    ("as_of", "provider_code", "treatment_function_code", "measure", "target_month", "method"),
    (
        Column("as_of", _TEXT, "Last month the forecast has seen, YYYY-MM"),
        _PROVIDER,
        _FUNCTION,
        _MEASURE,
        Column("target_month", _TEXT, "Month forecast, YYYY-MM"),
        Column("horizon", _COUNT, "Months ahead"),
        Column("mean", _NUMBER, "Expected count"),
        Column("median", _NUMBER, "As likely to be above as below"),
        Column("lower_80", _NUMBER, "Eight in ten outcomes lie above this and below upper_80"),
        Column("upper_80", _NUMBER, "Upper end of that interval"),
        Column("lower_95", _NUMBER, "Nineteen in twenty outcomes lie above this and below upper_95"),
        Column("upper_95", _NUMBER, "Upper end of that interval"),
        Column("probability_any", _NUMBER, "Chance that the count is one or more, 0 to 1"),
        Column("method", _TEXT, "flows_and_identity, anchored_stock or last_value"),
        Column("chosen", _YES, "The forecast the report leads with"),
    ),
)
_PREDICTED = (
    _MEASURE,
    Column("target_month", _TEXT, "Month forecast, YYYY-MM"),
    *(column for column in RTT_FORECAST.columns if column.name in (
        "mean", "median", "lower_80", "upper_80", "lower_95", "upper_95", "probability_any")),
    Column("method", _TEXT, "pooled, or last_value where the history is short"),
)  # fmt: skip
RTT_PREDICTIONS = Table(
    "rtt_predictions",
    "One measure of one provider's treatment function at one future month end.",
    ("provider_code", "treatment_function_code", "measure", "target_month"),
    (_PROVIDER, _FUNCTION, *_PREDICTED),
)
DM01_PREDICTIONS = Table(
    "dm01_predictions",
    "One measure of one provider's test at one future month end.",
    ("provider_code", "diagnostic_test_code", "measure", "target_month"),
    (_PROVIDER, _TEST, *_PREDICTED),
)
SYSTEM_CELLS = Table(
    "system_cells",
    "One waiting list of the system: where it stands, and whether anyone will be over 65 weeks.",
    ("provider_code", "treatment_function_code"),
    (
        _MONTH,
        _PROVIDER,
        _FUNCTION,
        Column("total_incomplete", _COUNT, RTT_MEASURES["total_incomplete"]),
        Column("within_18_weeks_percent", _NUMBER, "Share waiting 18 weeks or less, percent", empty=True),
        Column("over_52_weeks", _COUNT, RTT_MEASURES["over_52_weeks"], empty=True),
        Column("over_65_weeks", _COUNT, RTT_MEASURES["over_65_weeks"], empty=True),
        Column("target_month", _TEXT, "Month of the outlook, YYYY-MM", empty=True),
        Column("forecast_over_65", _NUMBER, "Median forecast of pathways over 65 weeks then", empty=True),
        Column("forecast_lower_80", _NUMBER, "Lower end of its 80% interval", empty=True),
        Column("forecast_upper_80", _NUMBER, "Upper end of its 80% interval", empty=True),
        Column("probability_any", _NUMBER, "Chance that anyone is over 65 weeks then, 0 to 1", empty=True),
        Column("method", _TEXT, "Method of that forecast", empty=True),
        Column("outlook", _TEXT, "breaching, likely, possible, unlikely or not forecast"),
    ),
)
RTT_TRACK_RECORD = Table(
    "rtt_track_record",
    "What a method would have said of a month now known, from data up to an earlier month, and what it was.",
    ("as_of", "provider_code", "treatment_function_code", "measure", "target_month", "method"),
    (
        Column("as_of", _TEXT, "Last month the method saw, YYYY-MM"),
        _PROVIDER,
        _FUNCTION,
        _MEASURE,
        Column("target_month", _TEXT, "Month it spoke of, YYYY-MM"),
        Column("horizon", _COUNT, "Months ahead"),
        Column("method", _TEXT, "flows_and_identity, anchored_stock or last_value"),
        Column("median", _NUMBER, "What it said"),
        Column("lower_80", _NUMBER, "Lower end of its 80% interval"),
        Column("upper_80", _NUMBER, "Upper end of its 80% interval"),
        Column("outturn", _NUMBER, "What it was"),
    ),
)
# What is known of the data itself.
DATA_GAPS = Table(
    "data_gaps",
    "The months loaded of one provider, and those missing between.",
    ("provider_code",),
    (
        _PROVIDER,
        Column("first_month", _TEXT, "First month loaded"),
        Column("last_month", _TEXT, "Last month loaded"),
        Column("months", _COUNT, "Months loaded"),
        Column("missing", _TEXT, "Months missing between them, separated by commas"),
    ),
)
DATA_JUMPS = Table(
    "data_jumps",
    "One step of one waiting list that looks like a recode.",
    ("month", "provider_code", "treatment_function_code"),
    (
        _MONTH,
        _PROVIDER,
        _FUNCTION,
        Column("before", _COUNT, "List the month before"),
        Column("after", _COUNT, "List in the month"),
    ),
)
NOT_ENGLISH = Table(
    "not_english_commissioned",
    "Pathways commissioned outside England (NONC), kept apart from provider figures.",
    ("month", "provider_code"),
    (_MONTH, _PROVIDER, Column("pathways", _COUNT, "Incomplete pathways")),
)
DM01_POSITION = Table(
    "dm01_position",
    "Where one test's waiting list stands at one month end.",
    ("month", "provider_code", "diagnostic_test_code"),
    (
        _MONTH,
        _PROVIDER,
        _TEST,
        Column("total_waiting", _COUNT, DM01_MEASURES["total_waiting"]),
        Column("waiting_6_plus", _COUNT, DM01_MEASURES["waiting_6_plus"]),
        Column("waiting_13_plus", _COUNT, DM01_MEASURES["waiting_13_plus"], empty=True),
        Column("within_6_weeks_percent", _NUMBER, "Share waiting less than six weeks, percent", empty=True),
        Column("planned_activity", _COUNT, DM01_MEASURES["planned_activity"], empty=True),
        Column("unscheduled_activity", _COUNT, DM01_MEASURES["unscheduled_activity"], empty=True),
        Column("waiting_list_activity", _COUNT, DM01_MEASURES["waiting_list_activity"], empty=True),
        Column("implied_demand", _COUNT, "Change in the list plus tests from it", empty=True, negative=True),
    ),
)
DM01_TREND = Table(
    "dm01_trend",
    "Where one measure of one test's list stands against a year before, and which way the last twelve months lean.",
    ("month", "provider_code", "diagnostic_test_code", "measure"),
    (
        _MONTH,
        _PROVIDER,
        _TEST,
        Column("measure", _TEXT, "within_6_weeks_percent, waiting_6_plus or total_waiting"),
        Column("latest", _NUMBER, "Value at the end of the month"),
        Column("year_before", _NUMBER, "Value twelve months before", empty=True),
        Column("change", _NUMBER, "Latest less year before", empty=True, negative=True),
        Column("months", _COUNT, "Months the slope rests on, twelve at most"),
        Column("slope_per_month", _NUMBER, "Theil-Sen slope, units a month", empty=True, negative=True),
        Column("slope_lower", _NUMBER, "Lower end of its 95% interval", empty=True, negative=True),
        Column("slope_upper", _NUMBER, "Upper end of its 95% interval", empty=True, negative=True),
        Column("direction", _TEXT, "rising, falling, no clear direction or too few months"),
    ),
)
DM01_STANDING = Table(
    "dm01_standing",
    "One test's list against one dated standard.",
    ("month", "provider_code", "diagnostic_test_code", "standard"),
    (
        _MONTH,
        _PROVIDER,
        _TEST,
        Column("standard", _TEXT, "Identifier in standards.yml"),
        Column("words", _TEXT, "The standard in words"),
        Column("by", _TEXT, "Date by which it is to be met, YYYY-MM-DD; empty when standing", empty=True),
        Column("status", _TEXT, "binding or superseded"),
        Column("verified", _YES, "Its source was read, not remembered"),
        Column("needed_percent", _NUMBER, "Share that must wait less than the standard's weeks, percent"),
        Column("actual_percent", _NUMBER, "Share that does, percent; empty on an empty list", empty=True),
        Column("met", _YES, "The list meets it"),
        Column("to_be_seen", _COUNT, "Of those over it, how many more would have had to be seen for it to be met"),
    ),
)
DM01_WAITS = Table(
    "dm01_waits",
    "People waiting for one test in one weekly band, empty bands included.",
    ("month", "provider_code", "diagnostic_test_code", "week_from"),
    (
        _MONTH,
        _PROVIDER,
        _TEST,
        _FROM,
        _TO,
        Column("band", _TEXT, "The band in words, such as '6 to 7 weeks'"),
        Column("waiting", _COUNT, "People waiting in the band"),
        Column("six_weeks_or_more", _YES, "The whole band lies at six weeks or beyond"),
    ),
)
CHATBOT_OUTCOMES = Table(
    "chatbot_outcomes",
    "What one campaign found in one trust and specialty. Exact: pass it through disclosure before anyone reads it.",
    ("campaign", "provider_code", "treatment_function_code"),
    (
        Column("campaign", _TEXT, "Name of the validation campaign"),
        Column("provider_code", _TEXT, "Published organisation code, or ALL"),
        _FUNCTION,
        Column("attempted", _COUNT, "Pathways with at least one attempt"),
        Column("contacted", _COUNT, "Pathways whose patient was reached"),
        Column("responded", _COUNT, "Pathways whose patient answered"),
        Column("remain", _COUNT, "Want to stay on the list"),
        Column("leave", _COUNT, "Want to leave: removed only after clinical review"),
        Column("worse", _COUNT, "Have become worse; may overlap remain in older campaigns"),
        Column("reviewed", _COUNT, "Reviewed by a clinical team"),
        Column("removed", _COUNT, "Removed after review"),
        Column("awaiting_review", _COUNT, "Asked to leave or worse, and not yet reviewed"),
        Column("review_overdue", _COUNT, "Of those awaiting review, over the limit in models.yml"),
    ),
)
PUBLISHED_COUNT = pa.string()
CHATBOT_OUTCOMES_PUBLISHED = Table(
    "chatbot_outcomes_published",
    "The outcomes as they may be shown: 1 to 7 as *, other counts to the nearest 5, written as text.",
    CHATBOT_OUTCOMES.grain,
    tuple(
        Column(c.name, PUBLISHED_COUNT, c.about) if pa.types.is_integer(c.type) else c for c in CHATBOT_OUTCOMES.columns
    ),
)
CHATBOT_SHARES = Table(
    "chatbot_shares",
    "One stage or answer of one campaign as a share of a named denominator, made from published counts only.",
    (*CHATBOT_OUTCOMES.grain, "outcome", "denominator"),
    (
        *CHATBOT_OUTCOMES.columns[:3],
        Column("outcome", _TEXT, "Column of chatbot_outcomes that is counted"),
        Column("words", _TEXT, "The outcome in words"),
        Column("denominator", _TEXT, "Column of chatbot_outcomes that it is a share of"),
        Column("count", PUBLISHED_COUNT, "The count as it may be shown"),
        Column("count_shown", _NUMBER, "The shown count as a number; empty where it is *", empty=True),
        Column("denominator_count", PUBLISHED_COUNT, "The denominator as it may be shown"),
        Column("percent", _NUMBER, "Share of the shown counts, percent; empty where either is * or 0", empty=True),
    ),
)
CHATBOT_BESIDE = Table(
    "chatbot_beside",
    "One campaign's shares, from our records or as the collaborative published them, in the same columns.",
    ("told_by", "campaign"),
    (
        Column("told_by", _TEXT, "records or published"),
        Column("campaign", _TEXT, "Name of the campaign, or period of the publication"),
        Column("contacted", PUBLISHED_COUNT, "Patients contacted", empty=True),
        Column("responded", PUBLISHED_COUNT, "Patients who answered", empty=True),
        Column("responded_percent", _NUMBER, "Share of the contacted who answered, percent", empty=True),
        Column("remain_percent", _NUMBER, "Want to stay, percent of those who answered", empty=True),
        Column("leave_percent", _NUMBER, "Could leave, percent of those who answered", empty=True),
        Column(
            "worse_percent", _NUMBER, "Worse, percent of those who answered unless the note says otherwise", empty=True
        ),
        Column("note", _TEXT, "What to know before comparing", empty=True),
        Column("source", _TEXT, "Where it was read"),
    ),
)
