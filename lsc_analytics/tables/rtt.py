"""The RTT tables: what files say, what is read, and where the lists stand."""

from __future__ import annotations

from lsc_analytics.tables.columns import (
    COUNT,
    FILE,
    FROM,
    FUNCTION,
    MEASURE,
    MONTH,
    NUMBER,
    PROVIDER,
    SCOPE,
    SOURCE,
    TEXT,
    TO,
    VALUE,
)
from lsc_analytics.tables.schema import Column, Table

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

RTT_OBSERVATIONS = Table(
    "rtt_observations",
    "One RTT figure as one file reports it.",
    ("source", "scope", "month", "provider_code", "treatment_function_code", "measure"),
    (SOURCE, SCOPE, MONTH, PROVIDER, FUNCTION, MEASURE, VALUE),
)
RTT_BANDS = Table(
    "rtt_bands",
    "Pathways in one waiting-time band (open below, closed above) of one part, as one file reports it; zeros left out.",
    ("source", "scope", "month", "provider_code", "treatment_function_code", "part", "week_from"),
    (
        SOURCE, SCOPE, MONTH, PROVIDER, FUNCTION,
        Column("part", TEXT, "incomplete, decision_to_admit, admitted or non_admitted"),
        FROM, TO, Column("pathways", COUNT, "Pathways in the band"),
    ),
)  # fmt: skip

RTT = Table(
    "rtt",
    "One RTT figure: the best source's, with the file it came from. Provider figures exclude NONC.",
    ("scope", "month", "provider_code", "treatment_function_code", "measure"),
    (SCOPE, MONTH, PROVIDER, FUNCTION, MEASURE, VALUE, SOURCE, FILE),
)
RTT_BAND_VIEW = Table(
    "rtt_bands",
    "Pathways in one weekly band of one part: the best source's, with the file it came from.",
    ("scope", "month", "provider_code", "treatment_function_code", "part", "week_from"),
    (SCOPE, MONTH, PROVIDER, FUNCTION, RTT_BANDS.columns[5], FROM, TO, RTT_BANDS.columns[8], SOURCE, FILE),
)

RTT_POSITION = Table(
    "rtt_position",
    "Where one waiting list stands at one month end.",
    ("month", "provider_code", "treatment_function_code"),
    (
        MONTH,
        PROVIDER,
        FUNCTION,
        Column("total_incomplete", COUNT, RTT_MEASURES["total_incomplete"]),
        Column("within_18_weeks", COUNT, RTT_MEASURES["within_18_weeks"], empty=True),
        Column("within_18_weeks_percent", NUMBER, "Share waiting 18 weeks or less, percent", empty=True),
        Column("over_52_weeks", COUNT, RTT_MEASURES["over_52_weeks"], empty=True),
        Column("over_65_weeks", COUNT, RTT_MEASURES["over_65_weeks"], empty=True),
        Column("over_78_weeks", COUNT, RTT_MEASURES["over_78_weeks"], empty=True),
        Column("over_104_weeks", COUNT, RTT_MEASURES["over_104_weeks"], empty=True),
        Column("median_wait_weeks", NUMBER, RTT_MEASURES["median_wait_weeks"], empty=True),
    ),
)
RTT_FLOWS = Table(
    "rtt_flows",
    "What joined and left one waiting list in one month; opening + starts + transferred in - stops - transferred out "
    "- removals = closing.",
    ("month", "provider_code", "treatment_function_code"),
    (
        MONTH,
        PROVIDER,
        FUNCTION,
        Column("opening", COUNT, "List at the end of the month before"),
        Column("clock_starts", COUNT, RTT_MEASURES["clock_starts"]),
        Column("admitted_stops", COUNT, RTT_MEASURES["admitted_stops"]),
        Column("non_admitted_stops", COUNT, RTT_MEASURES["non_admitted_stops"]),
        Column(
            "net_removals", COUNT, "What the identity leaves over: removals net of unreported starts", negative=True
        ),
        Column("closing", COUNT, "List at the end of the month"),
        Column("transferred_in", COUNT, "Pathways received from another provider, as a ledger records them; 0 without"),
        Column("transferred_out", COUNT, "Pathways handed to another provider; 0 without a ledger"),
    ),
)
RTT_TRANSFERS = Table(
    "rtt_transfers",
    "Pathways that one provider handed to another in one month, as a ledger records them.",
    ("month", "from_provider", "to_provider", "treatment_function_code"),
    (
        MONTH,
        Column("from_provider", TEXT, "Published code of the sending provider"),
        Column("to_provider", TEXT, "Published code of the receiving provider"),
        FUNCTION,
        Column("pathways", COUNT, "Pathways handed over in the month"),
    ),
)

RTT_COMMISSIONED = Table(
    "rtt_commissioned",
    "Incomplete pathways that the system's own board commissions, by the kind of place where they wait.",
    ("month", "treatment_function_code", "place"),
    (
        MONTH,
        FUNCTION,
        Column(
            "place", TEXT, "trusts, an NHS trust outside mutual aid (its code), independents, elsewhere, or anywhere"
        ),
        Column("providers", COUNT, "Providers there with at least one of them"),
        Column("total_incomplete", COUNT, "Incomplete pathways of the board's own patients at month end"),
        Column("share_percent", NUMBER, "Of the board's own pathways anywhere, percent", empty=True),
        Column("within_18_weeks", COUNT, "Of them, waiting 18 weeks or less", empty=True),
        Column("within_18_weeks_percent", NUMBER, "Share waiting 18 weeks or less, percent", empty=True),
        Column("over_52_weeks", COUNT, "Of them, waiting more than 52 weeks", empty=True),
        Column("over_65_weeks", COUNT, "Of them, waiting more than 65 weeks", empty=True),
        Column("over_78_weeks", COUNT, "Of them, waiting more than 78 weeks", empty=True),
        Column("over_104_weeks", COUNT, "Of them, waiting more than 104 weeks", empty=True),
    ),
)

SYSTEM_CELLS = Table(
    "system_cells",
    "One waiting list of the system: where it stands, and whether anyone will be over 65 weeks.",
    ("provider_code", "treatment_function_code"),
    (
        MONTH,
        PROVIDER,
        FUNCTION,
        Column("total_incomplete", COUNT, RTT_MEASURES["total_incomplete"]),
        Column("within_18_weeks_percent", NUMBER, "Share waiting 18 weeks or less, percent", empty=True),
        Column("over_52_weeks", COUNT, RTT_MEASURES["over_52_weeks"], empty=True),
        Column("over_65_weeks", COUNT, RTT_MEASURES["over_65_weeks"], empty=True),
        Column("target_month", TEXT, "Month of the outlook, YYYY-MM", empty=True),
        Column(
            "forecast_over_65",
            NUMBER,
            "Expected pathways over 65 weeks then: the mean, since the median of a rare count is none",
            empty=True,
        ),
        Column("forecast_lower_80", NUMBER, "Lower end of its 80% interval", empty=True),
        Column("forecast_upper_80", NUMBER, "Upper end of its 80% interval", empty=True),
        Column("probability_any", NUMBER, "Chance that anyone is over 65 weeks then, 0 to 1", empty=True),
        Column("method", TEXT, "Method of that forecast", empty=True),
        Column("outlook", TEXT, "breaching, likely, possible, unlikely or not forecast"),
    ),
)
