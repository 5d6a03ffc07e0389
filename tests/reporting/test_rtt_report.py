"""What waiting-list charts draw and findings say, for lists of every kind: ordinary, new, without flows or forecast."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pytest

from lsc_analytics.models.quality import gaps, jumps
from lsc_analytics.models.rtt import worst_lists
from lsc_analytics.reference import add_months
from lsc_analytics.reporting import charts as every_chart
from lsc_analytics.reporting.charts import rtt as charts
from lsc_analytics.reporting.charts import system as system_charts
from lsc_analytics.reporting.findings import quality as quality_findings
from lsc_analytics.reporting.findings import rtt as findings
from lsc_analytics.reporting.findings import system as system_findings
from lsc_analytics.reporting.words import table_html
from lsc_analytics.tables import (
    DM01_POSITION,
    RTT,
    RTT_BAND_VIEW,
    RTT_CONTEST,
    RTT_FLOWS,
    RTT_FORECAST,
    RTT_POSITION,
    SYSTEM_CELLS,
)

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
        ("2026-01", "RXL", "C_110", measure, add_months("2026-01", step), step, "decision", 9.0, 8.0, 4.0, 14.0, 1.0, 20.0,
         chance, name, name == method)
        for measure in ("total_incomplete", "over_52_weeks", "over_65_weeks")
        for step in range(1, 7)
        for name in {method, "last_value"}
    ]  # fmt: skip
    return RTT_FORECAST.check(pd.DataFrame(rows, columns=RTT_FORECAST.names))


def contest(method: str = "pooled", error: float = 0.9, held: float = 76.0, factor: float = 1.0) -> pd.DataFrame:
    """A contest over 52 weeks that one method won at every horizon but the first."""
    rows = [
        {"as_of": "2026-01", "measure": "over_52_weeks", "horizon": horizon, "method": name, "forecasts": 200,
         "error_to_last_value": 1.0 if name == "last_value" else error, "wape": 0.2, "mase": 1.0, "crps": 5.0,
         "crps_to_last_value": 1.0, "brier": 0.1, "held_80_percent": held, "held_95_percent": 94.0, "mean_to_outturn": 1.0,
         "chosen": name == ("last_value" if horizon == 1 else method), "interval_factor": factor}
        for horizon in range(1, 7)
        for name in dict.fromkeys(["last_value", method])
    ]  # fmt: skip
    return RTT_CONTEST.check(pd.DataFrame(rows))


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
        [(month, "RXL", "C_110", 1000, 300, 60, 200, 30, 1010, 0, 0) for month in MONTHS[-3:]], columns=RTT_FLOWS.names
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
        system_charts.worst_lists(worst_lists(cells())),
        system_charts.trusts(pd.concat([position("RXL"), position("RXN")]), "within_18_weeks_percent"),
        system_charts.worst_tests(DM01_POSITION.empty()),
    ],
)
def test_every_chart_is_described_and_valid(chart: alt.TopLevelMixin) -> None:
    """A chart of any list, even an empty one, is a valid specification with words for who cannot see it."""
    told = chart.to_dict()
    assert told["description"]
    assert told["title"]


def test_an_empty_table_is_said_and_not_drawn() -> None:
    """What a notebook asks to be drawn of nothing is a sentence; of something, a chart."""
    assert "no figures to draw" in every_chart.flows(RTT_FLOWS.empty()).data
    assert every_chart.flows(FLOWS).to_dict()["description"]


def test_the_list_is_said_by_how_long_it_has_waited() -> None:
    """A list of every week from 104 pathways down to one: shares and counts of the open bands."""
    said = findings.waits(BANDS, 65)
    assert said == "Of 5,460 pathways, 68.5% have waited more than 18 weeks, and 780 more than 65."
    assert "No weekly bands" in findings.waits(RTT_BAND_VIEW.empty(), 65)


def test_the_total_row_is_no_list() -> None:
    """All specialties together lead no ranking of lists."""
    shown = system_charts.worst_lists(worst_lists(cells())).to_dict()
    assert "All specialties" not in str(shown["datasets"])
    assert len(system_findings.worst_lists(worst_lists(cells()))) == 1


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
    assert "8 pathways (9 on average), and eight times in ten between 4 and 14" in told


def test_the_outlook_says_when_nothing_beats_the_last_value() -> None:
    """Where no change is forecast because nothing did better, the sentence says so rather than praise a method."""
    assert "which nothing has beaten" in findings.outlook(forecasts(method="last_value"), 65)
    assert "which nothing has beaten" in findings.total_outlook(forecasts(method="last_value"))
    assert "pooled over all lists" in findings.outlook(forecasts(method="pooled"), 52)


def test_the_leading_method_is_said_with_its_record() -> None:
    """At the months that decisions rest on: who leads, how wrong it was beside no change, and what its interval held."""
    said = findings.leading(contest(), "over_52_weeks")
    assert said.startswith(
        "4 to 6 months ahead, the method pooled over all lists leads on over 52 weeks: on 600 forecasts"
    )
    assert "0.90 times that of assuming that nothing changes, and its 80% interval held 76%" in said
    assert said.endswith("1 month ahead the last value leads too, since nothing has beaten it.")


def test_a_contest_that_nobody_won_is_said_in_words() -> None:
    """The last value leads: the report assumes that nothing changes, and says that nothing else did better."""
    said = findings.leading(contest("last_value"), "over_52_weeks")
    assert said.startswith("**4 to 6 months ahead, no method has beaten the last published value of over 52 weeks**")
    assert "too little history" in findings.leading(RTT_CONTEST.empty(), "over_52_weeks")


def test_a_choice_that_could_not_be_judged_is_said_to_be_taken_over() -> None:
    """A method that leads although it did worse is not praised: its choice rests on the next shorter wait, and says so."""
    said = findings.leading(contest(error=1.54), "over_52_weeks")
    assert "taken over from the next shorter wait, since too few lists" in said
    assert "its error was 1.54 times" in said


def test_mended_intervals_are_said_to_be() -> None:
    """Intervals that held too little are wider than the method made them, and the sentence says by how much."""
    assert "the intervals shown are 1.6 times as wide" in findings.leading(
        contest(held=55, factor=1.6), "over_52_weeks"
    )


def test_without_a_forecast_the_outlook_says_why() -> None:
    """No forecast is said to be none."""
    assert "too little history" in findings.outlook(RTT_FORECAST.empty(), 65)


def test_flows_add_up_in_words() -> None:
    """Starts, stops and what the identity leaves over, of the months loaded."""
    assert "900 clocks started and 780 stopped" in findings.flows(FLOWS)
    assert "not loaded" in findings.flows(RTT_FLOWS.empty())


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
    assert "Lancashire Teaching lacks June 2024" in quality_findings.data_gaps(missing)
