"""What waiting-list charts draw and findings say, for lists of every kind: ordinary, new, without flows or forecast."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pytest

from lsc_analytics.models.quality import gaps, jumps
from lsc_analytics.parameters import standards
from lsc_analytics.reference import add_months
from lsc_analytics.reporting.charts import rtt as charts
from lsc_analytics.reporting.charts import system as system_charts
from lsc_analytics.reporting.findings import quality as quality_findings
from lsc_analytics.reporting.findings import rtt as findings
from lsc_analytics.reporting.findings import system as system_findings
from lsc_analytics.reporting.words import table_html
from lsc_analytics.tables import DM01_POSITION, RTT, RTT_BAND_VIEW, RTT_FLOWS, RTT_FORECAST, RTT_POSITION, SYSTEM_CELLS

MONTHS = [add_months("2025-01", step) for step in range(13)]


def position(trust: str = "RXL", total: int = 1000) -> pd.DataFrame:
    """Thirteen months of a list that grows by ten a month."""
    rows = [
        (month, trust, "C_110", total + 10 * step, 600, 60.0, 30 + step, step, 0, 0, 12.5)
        for step, month in enumerate(MONTHS)
    ]
    return RTT_POSITION.check(pd.DataFrame(rows, columns=RTT_POSITION.names))


def forecasts(chance: float = 0.7, method: str = "flows_and_identity") -> pd.DataFrame:
    """Six months of one method, chosen, and the last value beside it."""
    rows = [
        ("2026-01", "RXL", "C_110", measure, add_months("2026-01", step), step, 9.0, 8.0, 4.0, 14.0, 1.0, 20.0, chance, name,
         name == method)
        for measure in ("total_incomplete", "over_52_weeks", "over_65_weeks")
        for step in range(1, 7)
        for name in {method, "last_value"}
    ]  # fmt: skip
    return RTT_FORECAST.check(pd.DataFrame(rows, columns=RTT_FORECAST.names))


def cells() -> pd.DataFrame:
    """Two lists and a total row."""
    rows = [
        (
            "2026-01",
            "RXN",
            "C_110",
            5000,
            45.0,
            276,
            3,
            "2026-07",
            20.0,
            9.0,
            36.0,
            1.0,
            "flows_and_identity",
            "breaching",
        ),
        ("2026-01", "RTX", "C_330", 900, 80.0, 0, 0, "2026-07", 0.0, 0.0, 1.0, 0.05, "last_value", "unlikely"),
        ("2026-01", "RXN", "C_999", 60000, 53.0, 1644, 3, "2026-07", 90.0, 9.0, 136.0, 1.0, "last_value", "breaching"),
    ]
    return SYSTEM_CELLS.check(pd.DataFrame(rows, columns=SYSTEM_CELLS.names))


BANDS = RTT_BAND_VIEW.check(
    pd.DataFrame(
        [
            ("provider", "2026-01", "RXL", "C_110", "incomplete", week, week + 1, 104 - week, "s", "f")
            for week in range(104)
        ],
        columns=RTT_BAND_VIEW.names,
    )
)
FLOWS = RTT_FLOWS.check(
    pd.DataFrame(
        [(month, "RXL", "C_110", 1000, 300, 60, 200, 30, 1010) for month in MONTHS[-3:]], columns=RTT_FLOWS.names
    )
)


@pytest.mark.parametrize(
    "chart",
    [
        charts.waiting_list(BANDS),
        charts.forecast(position(), forecasts(), "over_65_weeks"),
        charts.forecast(position(), RTT_FORECAST.empty(), "total_incomplete"),
        charts.flows(FLOWS),
        charts.flows(FLOWS.head(1)),
        charts.flows(RTT_FLOWS.empty()),
        system_charts.worst_cells(cells()),
        system_charts.trusts(pd.concat([position("RXL"), position("RXN")]), "within_18_weeks_percent"),
        system_charts.diagnostics_ranking(DM01_POSITION.empty()),
    ],
)
def test_every_chart_is_described_and_valid(chart: alt.TopLevelMixin) -> None:
    """A chart of any list, even an empty one, is a valid specification with words for who cannot see it."""
    told = chart.to_dict()
    assert told["description"]
    assert told["title"]


def test_the_total_row_is_no_list() -> None:
    """All specialties together lead no ranking of lists."""
    shown = system_charts.worst_cells(cells()).to_dict()
    assert "All specialties" not in str(shown["datasets"])
    assert len(system_findings.worst_cells(cells())) == 1


def test_the_position_says_where_the_list_stands_and_how_it_moved() -> None:
    """The list, the shares and the long waits, and the change on a year before."""
    said = findings.position(position())
    assert "1,120 pathways were waiting for Trauma and Orthopaedics at Blackpool" in said
    assert "60.00% within 18 weeks, 42 over 52 weeks and 12 over 65 weeks" in said
    assert "120 more than a year before" in said


@pytest.mark.parametrize(
    ("chance", "said"),
    [(0.99, "almost certainly"), (0.7, "will probably be"), (0.5, "possibly"), (0.02, "probably nobody will be")],
)
def test_the_outlook_says_how_sure_it_is(chance: float, said: str) -> None:
    """A chance is said in words and as a figure, with the interval."""
    told = findings.outlook(forecasts(chance), 65)
    assert said in told
    assert "8 pathways, and eight times in ten between 4 and 14" in told


def test_without_a_forecast_the_outlook_says_why() -> None:
    """No forecast is said to be none."""
    assert "too little history" in findings.outlook(RTT_FORECAST.empty(), 65)


def test_flows_add_up_in_words() -> None:
    """Starts, stops and what the identity leaves over, of the months loaded."""
    assert "900 clocks started and 780 stopped" in findings.flows(FLOWS)
    assert "not loaded" in findings.flows(RTT_FLOWS.empty())


def test_each_standard_is_judged_by_its_own_rule() -> None:
    """A share, a count and a share over are judged as they are meant, and superseded ones are marked."""
    said = {s.id: text for s, text in zip(
        [s for s in standards().standards if s.family == "rtt"],
        findings.standards_met(position(), [s for s in standards().standards if s.family == "rtt"]), strict=True,
    )}  # fmt: skip
    assert said["rtt_18_weeks_constitution"].endswith("not met, 60.00%.")
    assert said["rtt_52_weeks_2026"].endswith("not met, 3.75%.")
    assert said["rtt_65_weeks_2024"].endswith("(superseded): not met, 12.")
    assert said["rtt_78_weeks_2023"].endswith("met, 0.")


def test_a_table_is_written_for_readers() -> None:
    """Codes become names, counts have separators, an unknown figure is a dash, markup is escaped."""
    frame = pd.DataFrame(
        {"provider_code": ["RXL"], "over_52_weeks": [1011], "median_wait_weeks": [None], "says": ["<script>"]}
    )
    told = table_html(frame, "A caption")
    for piece in ("<caption>A caption</caption>", "Blackpool", "1,011", "–", "&lt;script&gt;", 'scope="col"'):
        assert piece in told


def test_a_recode_and_a_gap_are_found_and_said() -> None:
    """A step of a third and a missing month are each named; an ordinary list has neither."""
    rows = [
        ("provider", month, "RXN", code, "total_incomplete", value, "s", "f")
        for month, general, other in (("2024-04", 2000, 300), ("2024-05", 2010, 310), ("2024-07", 200, 2100))
        for code, value in (("C_100", float(general)), ("X05", float(other)))
    ]
    figures = RTT.check(pd.DataFrame(rows, columns=RTT.names))
    stepped = jumps(figures)
    assert set(stepped["treatment_function_code"]) == {"C_100", "X05"}
    assert "2 lists step" in quality_findings.data_jumps(stepped)
    missing = gaps(figures, "total_incomplete", ["RXN", "RXL"])
    assert missing["missing"].tolist() == ["2024-06"]
    assert "Lancashire Teaching lacks 2024-06" in quality_findings.data_gaps(missing)
