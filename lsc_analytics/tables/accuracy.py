"""The tables of the accuracy study: forecasts beside what came, their scores, and the record of early flags."""

from __future__ import annotations

from lsc_analytics.tables.columns import COUNT, FUNCTION, MEASURE, NUMBER, PROVIDER, TEXT, YES
from lsc_analytics.tables.forecasts import RTT_TRACK_RECORD, scores_by
from lsc_analytics.tables.schema import Column, Table

_FORECAST = {column.name: column for column in RTT_TRACK_RECORD.columns}
_METHOD = Column("method", TEXT, "Method judged")

_SCORED = scores_by("measure")
ACCURACY = Table(
    "accuracy",
    "How good one method has been, on some lists, so many months ahead, from one month or from all of them.",
    ("study", "lists", "measure", "horizons", "as_of", "method"),
    (
        Column("study", TEXT, "Which study, such as rtt, rtt_sample, dm01, england, demo"),
        Column("lists", TEXT, "every list, without the largest trust, or the four trusts"),
        MEASURE,
        Column("horizons", TEXT, "Months ahead: a number, or a span such as 1 to 3"),
        Column("as_of", TEXT, "Last month the forecasts saw, YYYY-MM; every for all of them together"),
        *(column for column in _SCORED.columns if column.name != "measure"),
        Column("origins", COUNT, "Months forecast from"),
        Column("origins_mean", NUMBER, "Mean over origins of error_to_last_value", empty=True),
        Column("origins_least", NUMBER, "Least of them", empty=True),
        Column("origins_most", NUMBER, "Most of them", empty=True),
    ),
)

_QUESTION = (
    MEASURE,
    Column("share_percent", NUMBER, "More than this share of the list counts; 0 is anyone at all"),
)
FLAGS = Table(
    "flags",
    "Whether one list was flagged, ahead of a month, as one that would have too many waiting too long, and whether it had.",
    ("measure", "share_percent", "target_month", "as_of", "provider_code", "treatment_function_code", "method"),
    (
        *_QUESTION,
        _FORECAST["target_month"],
        _FORECAST["as_of"],
        _FORECAST["horizon"],
        PROVIDER,
        FUNCTION,
        _METHOD,
        Column("score", NUMBER, "The higher, the likelier; comparable within one method only"),
        Column("flagged", YES, "Whether the method's rule, known at the time, flagged the list"),
        Column("came", YES, "Whether the share was exceeded"),
    ),
)
FLAG_RECORD = Table(
    "flag_record",
    "How many flags were right, and how many of the lists that came to need one had it, so many months ahead.",
    ("measure", "share_percent", "horizon", "method"),
    (
        *_QUESTION,
        _FORECAST["horizon"],
        _METHOD,
        Column("lists", COUNT, "Lists and months judged"),
        Column("came", COUNT, "Of these, how many exceeded the share"),
        Column("flagged", COUNT, "Of these, how many were flagged"),
        Column("precision_percent", NUMBER, "Flags that were right", empty=True),
        Column("recall_percent", NUMBER, "Of those that came, how many were flagged", empty=True),
        *(
            Column(
                f"hindsight_{recall}_percent", NUMBER, f"Best precision at {recall}% recall, in hindsight", empty=True
            )
            for recall in (50, 75, 90, 95, 100)
        ),
        Column("average_precision_percent", NUMBER, "Mean precision down the ranking: the whole curve", empty=True),
    ),
)
FLAG_LEAD = Table(
    "flag_lead",
    "How long before the month one method flagged the lists that came to need it, and went on flagging them.",
    ("measure", "share_percent", "method"),
    (
        *_QUESTION,
        _METHOD,
        Column("came", COUNT, "Lists and months that exceeded the share"),
        Column("median_lead_months", NUMBER, "Months before, without a break up to the month itself", empty=True),
        Column("mean_lead_months", NUMBER, "The same, mean; never flagged counts as none", empty=True),
        Column("longest_percent", NUMBER, "Flagged at every month looked at", empty=True),
    ),
)

NATIONAL_RUN = Table(
    "national_run",
    "What it took to forecast every list of the country, in a process of its own.",
    ("family",),
    (
        Column("family", TEXT, "rtt or dm01"),
        Column("lists", COUNT, "Lists forecast, total rows among them"),
        Column("forecasts", COUNT, "Rows told: lists by measures by months"),
        Column("months_ahead", COUNT, "Months ahead"),
        Column("seconds", NUMBER, "Wall clock, from an empty cache; longer on a busy machine"),
        Column("processor_seconds", NUMBER, "Time of one processor"),
        Column("megabytes", NUMBER, "Most memory that the process held"),
    ),
)
