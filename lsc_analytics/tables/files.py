"""The tables about the data themselves: files, providers, checks, gaps and jumps."""

from __future__ import annotations

from lsc_analytics.tables.columns import COUNT, FILE, FUNCTION, MONTH, NUMBER, PROVIDER, SOURCE, TEXT, YES
from lsc_analytics.tables.schema import Column, Table

PROVIDERS = Table(
    "providers",
    "Names of providers as one file gives them.",
    ("provider_code",),
    (
        PROVIDER,
        Column("provider_name", TEXT, "Name as published"),
        Column("parent_code", TEXT, "Code of the organisation above it, where the file says", empty=True),
    ),
)

INGEST_CHECKS = Table(
    "ingest_checks",
    "One reconciliation made while reading one file.",
    ("check", "month"),
    (
        Column("check", TEXT, "What is compared, such as 'bands against Total'"),
        Column("month", TEXT, "Month compared, or 'all'"),
        Column("compared", COUNT, "Series compared"),
        Column("differing", COUNT, "Series that differ"),
        Column("largest_difference", NUMBER, "Largest absolute difference"),
        Column("says", TEXT, "The result as a sentence"),
    ),
)

FILES = Table(
    "files",
    "One file that was taken, known but not used, or refused, newest last.",
    ("file_sha256",),
    (
        FILE,
        Column("file", TEXT, "File name as given, without its folder"),
        Column("status", TEXT, "loaded or 'known, not used'"),
        Column("layout", TEXT, "Layout it was recognised as"),
        Column(
            "family",
            TEXT,
            "What it feeds: rtt, dm01, wlmds, cancer, chatbot, plan, diagnostic_capacity, mutual_aid, action_log, ptl",
        ),
        SOURCE,
        Column("source_rank", COUNT, "1 full extract, 2 workbook, 3 tidy history: the lowest wins"),
        Column("published", TEXT, "Publication date the file states, YYYY-MM-DD", empty=True),
        Column("revised", YES, "The file says it is a revision"),
        Column("demo", YES, "Generated demo data"),
        Column("first_month", TEXT, "First month in the file", empty=True),
        Column("last_month", TEXT, "Last month in the file", empty=True),
        Column("providers", COUNT, "Providers in the file"),
        Column("rows", COUNT, "Rows read"),
        Column("taken_at", TEXT, "When it was taken, UTC"),
    ),
)

DATA_GAPS = Table(
    "data_gaps",
    "The months loaded of one provider, and those missing between.",
    ("provider_code",),
    (
        PROVIDER,
        Column("first_month", TEXT, "First month loaded"),
        Column("last_month", TEXT, "Last month loaded"),
        Column("months", COUNT, "Months loaded"),
        Column("missing", TEXT, "Months missing between them, separated by commas"),
    ),
)
DATA_JUMPS = Table(
    "data_jumps",
    "One step of one waiting list that looks like a recode.",
    ("month", "provider_code", "treatment_function_code"),
    (
        MONTH,
        PROVIDER,
        FUNCTION,
        Column("before", COUNT, "List the month before"),
        Column("after", COUNT, "List in the month"),
    ),
)
NOT_ENGLISH = Table(
    "not_english_commissioned",
    "Pathways commissioned outside England (NONC), kept apart from provider figures.",
    ("month", "provider_code"),
    (MONTH, PROVIDER, Column("pathways", COUNT, "Incomplete pathways")),
)
