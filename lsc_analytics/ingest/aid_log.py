"""Reads the action log of mutual aid: what was proposed, agreed, declined and delivered. The contract is docs/action-log-contract.md.

It says nothing of what came of a move: `models.aid_record` sets it beside what was forecast.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from lsc_analytics.ingest.contract import Rows, day_of_name
from lsc_analytics.ingest.opened import Layout, Opened
from lsc_analytics.ingest.reading import Reading
from lsc_analytics.parameters import diagnostics, independent_codes, specialties, trust_codes
from lsc_analytics.reference import ALL_SPECIALTIES
from lsc_analytics.tables import AID_ACTIONS, AID_LOG_STAGES, PATHWAY_KINDS

HEADER = [
    "data_kind", "move_id", "stage", "logged_on", "owner", "from_provider", "to_provider", "pathway_kind",
    "treatment_function_code", "diagnostic_test_code", "month", "pathways", "reason",
]  # fmt: skip
_KINDS = ["pathway_kind", "diagnostic_test_code"]  # a log without these columns is of RTT pathways alone
HEADERS = [HEADER, [column for column in HEADER if column not in _KINDS]]
_SAME = ["from_provider", "to_provider", "pathway_kind", "treatment_function_code", "diagnostic_test_code"]
_OPTIONAL = ["treatment_function_code", "diagnostic_test_code", "reason"]


def read_aid_log(opened: Opened) -> Reading:
    """Read the action log: one row an entry, a move's proposal, agreement, refusal or delivery.

    A day written in the file's name (action-log-2026-02-06.csv) is taken for the day of the log: where two logs give
    another count for the same entry, the later one is read.

    Returns:
        `aid_actions`.

    Raises:
        RefusedFileError: A value is missing, or is of a trust, kind, specialty or test that is not known; a test's move
            names a specialty or another's a test; a day is none or in the future; a move is declined without a reason, goes from a trust to itself, changes its trusts, specialty or test, or
            delivers more than was agreed; an entry occurs twice; a value could be an NHS number; demo and live rows are
            mixed.
    """
    rules = Rows(opened)
    if "pathway_kind" not in rules.values:
        rules.values = rules.values.assign(pathway_kind="rtt", diagnostic_test_code=None).astype("str")
    rows = rules.values
    demo = rules.one_kind()
    rules.no_identifiers("move_id", "owner", "reason")
    rules.needed(*(column for column in HEADER if column not in _OPTIONAL))
    rules.refuse(
        ~rows["move_id"].str.fullmatch(r"[A-Za-z0-9][A-Za-z0-9/_.-]{0,39}").astype(bool),
        "move_id",
        "The name of a move has letters, figures, hyphens and no spaces, not",
    )
    rules.one_of("stage", list(AID_LOG_STAGES))
    rules.days("logged_on", until=dt.date.today())
    for end in ("from_provider", "to_provider"):
        rules.one_of(end, [*trust_codes(), *independent_codes()], "trust or independent site of organisations.yml")
    rules.refuse(rows["from_provider"] == rows["to_provider"], "to_provider", "A trust cannot send pathways to itself:")
    _what_moves(rules)
    rules.months("month")
    early = (rows["stage"] == "delivered") & (rows["month"] > rows["logged_on"].str[:7])
    rules.refuse(early, "month", "Pathways cannot be delivered in a month after the day that says so:")
    rows["pathways"] = opened.numbers(rows, ["pathways"])["pathways"]
    rules.refuse(rows["pathways"].isna(), "pathways", "The value is missing:")
    unexplained = (rows["stage"] == "declined") & rows["reason"].isna()
    rules.refuse(unexplained, "reason", "A move was declined and no reason is given")
    rules.refuse(
        rows.duplicated(["move_id", "stage", "logged_on", "month"]),
        "move_id",
        "The same move, stage, day and month is told twice, the second time of",
    )
    for column in _SAME:
        told = rows[column].fillna("")
        first = told.groupby(rows["move_id"]).transform("first")
        rules.refuse(told != first, column, "The move was told of before with another value than")
    rules.refuse(overdelivered(rows), "pathways", "The move has delivered more pathways than were agreed")
    entries = rows.drop(columns="data_kind").assign(source="action_log").reset_index(drop=True)
    return Reading(
        file=opened.name,
        layout=ACTION_LOG.name,
        family="action_log",
        source="action_log",
        source_rank=1,
        frames={AID_ACTIONS.name: entries},
        published=day_of_name(opened.name),
        revised="revis" in opened.name.lower(),
        demo=demo,
    )


def _what_moves(rules: Rows) -> None:
    """A wait for a test names the test alone; any other pathway is on a specialty's list, cancer's too, and names that."""
    rows = rules.values
    rules.one_of("pathway_kind", list(PATHWAY_KINDS))
    tested = rows["pathway_kind"] == "diagnostic"
    codes = {
        "treatment_function_code": [
            one.code for one in specialties().treatment_functions if one.code != ALL_SPECIALTIES
        ],
        "diagnostic_test_code": [test.code for test in diagnostics().tests],
    }
    for (column, known), named, what, other in zip(
        codes.items(),
        (~tested, tested),
        ("treatment function of specialties.yml", "Diagnostic ID of diagnostics.yml"),
        ("The move is of a test and must name no specialty, not", "Only a move of a test names one, not"),
        strict=True,
    ):
        rules.refuse(rows[column].isna() & named, column, "The value is missing")
        rules.refuse(rows[column].notna() & ~named, column, other)
        rules.refuse(named & ~rows[column].isin(known), column, f"There is no such {what}:")


def overdelivered(entries: pd.DataFrame, *, unagreed: bool = False) -> pd.Series:
    """Which entries bring a move's deliveries above what was agreed, by the last entry that agreed on a number?

    Args:
        entries: Columns of `tables.AID_ACTIONS`.
        unagreed: Whether a delivery of a move with no agreed entry counts as too many: in one file it does not, since the
            agreement may have been loaded before.

    Returns:
        A mask over the entries.

    >>> rows = [("a", "agreed", "2026-01-05", 10), ("a", "delivered", "2026-01-20", 8), ("a", "delivered", "2026-02-03", 4)]
    >>> log = pd.DataFrame(rows, columns=["move_id", "stage", "logged_on", "pathways"])
    >>> overdelivered(log).tolist()
    [False, False, True]
    """
    ordered = entries.sort_values("logged_on", kind="stable")
    agreed = ordered[ordered["stage"] == "agreed"].groupby("move_id")["pathways"].last().astype(float)
    gone = ordered["pathways"].astype(float).where(ordered["stage"] == "delivered", 0.0)
    so_far = gone.groupby(ordered["move_id"]).cumsum()
    limit = ordered["move_id"].map(agreed).astype(float).fillna(0.0 if unagreed else float("inf"))
    return ((ordered["stage"] == "delivered") & (so_far > limit)).reindex(entries.index)


ACTION_LOG = Layout("action log of mutual aid", lambda opened: opened.header in HEADERS, read_aid_log)
LAYOUTS = (ACTION_LOG,)
