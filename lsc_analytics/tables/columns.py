"""The columns that many tables share, each defined once."""

from __future__ import annotations

import pyarrow as pa

from lsc_analytics.tables.schema import Column

TEXT, COUNT, NUMBER, YES = pa.string(), pa.int64(), pa.float64(), pa.bool_()

SOURCE = Column(
    "source", TEXT, "full_extract, provider_workbook, england_overview, or the name of a tidy history's mapping"
)
MONTH = Column("month", TEXT, "Month the figure belongs to, YYYY-MM; lists are counted at its end")
PROVIDER = Column("provider_code", TEXT, "Published organisation code, such as RXN")
FUNCTION = Column("treatment_function_code", TEXT, "Published code, such as C_110 or X02; C_999 is the total row")
TEST = Column("diagnostic_test_code", TEXT, "Diagnostic ID of the DM01 workbooks as text, 1 to 15")
SCOPE = Column(
    "scope",
    TEXT,
    "provider, nonc (not English commissioned, kept apart), commissioner, icb (of a provider's list, what the system's own board commissions: a part of it), england, or england_submitted and england_estimated (the overview series, without and with estimates for trusts that did not report)",
)
MEASURE = Column("measure", TEXT, "What is counted")
VALUE = Column("value", NUMBER, "The figure; an unknown figure has no row", negative=True)
FROM = Column("week_from", COUNT, "Lower edge of the weekly band")
TO = Column("week_to", COUNT, "Upper edge of the weekly band; empty for the last, open band", empty=True)
FILE = Column("file_sha256", TEXT, "Digest of the file the figure was read from")
