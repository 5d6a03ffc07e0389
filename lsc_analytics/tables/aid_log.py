"""The tables of what became of mutual aid: the log of its moves, and each trust against what was forecast without them."""

from __future__ import annotations

from lsc_analytics.tables.columns import (
    COUNT,
    FILE,
    FUNCTION,
    MEASURE,
    MONTH,
    NUMBER,
    PROVIDER,
    SOURCE,
    TEST,
    TEXT,
    YES,
)
from lsc_analytics.tables.forecasts import of_tests
from lsc_analytics.tables.schema import Column, Table

PATHWAY_KINDS = ("rtt", "diagnostic", "cancer")
AID_LOG_STAGES = ("proposed", "agreed", "declined", "delivered")  # in the order a move goes through them

_FROM_PROVIDER = Column("from_provider", TEXT, "Published code of the sending trust")
_TO_PROVIDER = Column("to_provider", TEXT, "Published code of the receiving provider")
_MOVE = Column("move_id", TEXT, "The collaborative's own name of the move, such as MA-2025-014; never a patient's")
_OWNER = Column("owner", TEXT, "Who answers for it: a role")
_REASON = Column("reason", TEXT, "Why it was declined; empty otherwise unless there is something to say", empty=True)
# A cancer pathway is on its specialty's list too; a test has no specialty.
_MOVED = (
    Column(
        "pathway_kind", TEXT, "rtt; cancer: a cancer pathway of a specialty's list; or diagnostic: a wait for a test"
    ),
    Column(FUNCTION.name, TEXT, f"{FUNCTION.about}; empty for a test", empty=True),
    Column(TEST.name, TEXT, f"{TEST.about}; empty but for a test", empty=True),
)
_LOGGED = (
    _MOVE,
    Column("stage", TEXT, "proposed, agreed, declined or delivered"),
    Column("logged_on", TEXT, "Day it was so, YYYY-MM-DD"),
    _OWNER,
    _FROM_PROVIDER,
    _TO_PROVIDER,
    *_MOVED,
    Column("month", TEXT, "Month in which the pathways are to move, or moved, YYYY-MM"),
    _REASON,
)
_PATHWAYS = Column("pathways", COUNT, "Pathways proposed, agreed, declined or handed over")

AID_ACTIONS = Table(
    "aid_actions",
    "One entry of the action log as one file gives it.",
    ("source", "move_id", "stage", "logged_on", "month"),
    (SOURCE, *_LOGGED, _PATHWAYS),
)
AID_LOG = Table(
    "aid_log",
    "One entry of the action log: the last log's, with the file it came from.",
    ("move_id", "stage", "logged_on", "month"),
    (*_LOGGED, _PATHWAYS, FILE),
)
AID_PROGRESS = Table(
    "aid_progress",
    "One move of mutual aid: how far it has come.",
    ("move_id",),
    (
        _MOVE,
        _FROM_PROVIDER,
        _TO_PROVIDER,
        *_MOVED,
        Column("month", TEXT, "Month in which the pathways are to move, by the last entry that says so, YYYY-MM"),
        Column("stage", TEXT, "How far it has come: proposed, agreed, declined or delivered"),
        Column("proposed", COUNT, "Pathways proposed"),
        Column("agreed", COUNT, "Pathways agreed"),
        Column("delivered", COUNT, "Pathways handed over so far"),
        Column("outstanding", COUNT, "Agreed and not yet handed over"),
        Column("overdue", YES, "Some are outstanding, and their month has ended"),
        _OWNER,
        Column("logged_on", TEXT, "Day of the last entry, YYYY-MM-DD"),
        _REASON,
    ),
)
ALL_OWNERS = "all"
AID_ANSWERING = Table(
    "aid_answering",
    "Who answers for the moves of mutual aid: all owners together, then each, whoever has most overdue first.",
    ("owner",),
    (
        Column("owner", TEXT, "Who answers for the moves: a role; all for everybody's together"),
        Column("agreed", COUNT, "Pathways agreed"),
        Column("delivered", COUNT, "Pathways handed over so far"),
        Column("overdue", COUNT, "Agreed and not handed over, though their month has ended"),
        Column("logged_on", TEXT, "Day of the last entry, YYYY-MM-DD"),
    ),
)
AID_RECORD = Table(
    "aid_record",
    "One list that mutual aid moved pathways to or from, at one month end: what was forecast without the moves, and what came.",
    ("provider_code", "treatment_function_code", "measure", "month"),
    (
        Column("as_of", TEXT, "Month the forecast was made as of: the last before the first move that one is kept of"),
        Column("kind", TEXT, "forecast: made before its month was loaded; backcast: made afterwards, of what was known then"),
        PROVIDER,
        FUNCTION,
        MEASURE,
        MONTH,
        Column("role", TEXT, "sent, received or both"),
        Column("moved_in", COUNT, "Pathways received from the forecast's month on, up to this month end"),
        Column("moved_out", COUNT, "Pathways handed over, likewise"),
        Column("median", NUMBER, "Forecast without any move"),
        Column("lower_80", NUMBER, "Lower end of its 80% interval"),
        Column("upper_80", NUMBER, "Upper end of its 80% interval"),
        Column("outturn", NUMBER, "What was counted"),
        Column("against", TEXT, "above, within or below the forecast's 80% interval"),
        Column("tellable", YES, "More pathways moved than the forecast is unsure of: half the width of its interval"),
    ),
)  # fmt: skip
DM01_AID_RECORD = of_tests(AID_RECORD)
CANCER_AID_RECORD = Table(
    "cancer_aid_record",
    "One trust that cancer pathways were moved to or from: patients treated within 62 days since the first move, and before.",
    ("provider_code",),
    (
        PROVIDER,
        *(column for column in AID_RECORD.columns if column.name in ("role", "moved_in", "moved_out")),
        Column("first_month", TEXT, "Month of the first move, YYYY-MM"),
        Column("last_month", TEXT, "Last month counted since"),
        Column("before_months", COUNT, "Months counted before the first move, twelve at most"),
        Column("before_treated", NUMBER, "Patients treated in them, halves kept"),
        Column("before_percent", NUMBER, "Share of them within 62 days, percent"),
        Column("since_treated", NUMBER, "Patients treated from the first month on"),
        Column("since_percent", NUMBER, "Share of them within 62 days, percent"),
        Column(
            "moved_percent",
            NUMBER,
            "Pathways received or handed over, whichever is more, of patients treated since, percent",
        ),
        Column("change_points", NUMBER, "Since less before, percentage points", negative=True),
        Column("lower_95", NUMBER, "Lower end of its 95% interval (Newcombe)", negative=True),
        Column("upper_95", NUMBER, "Upper end of that interval", negative=True),
        Column("against", TEXT, "lower or higher than before beyond chance, or no clear change"),
    ),
)
