"""What the capacity charts draw and the findings say: a list in need, one with room, and one of which too little is loaded."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pytest
from example_futures import ahead

import lsc_analytics as lsc
from lsc_analytics import parameters
from lsc_analytics.errors import ParameterError
from lsc_analytics.models.capacity import Goal, activity, needed
from lsc_analytics.models.scenarios import compare
from lsc_analytics.models.what_if import grid
from lsc_analytics.parameters.scenario import Steps
from lsc_analytics.reporting.charts import capacity as charts
from lsc_analytics.reporting.findings import capacity as findings
from lsc_analytics.store.home import Home
from lsc_analytics.tables import (
    CAPACITY_ACTIVITY,
    CAPACITY_NEEDED,
    QUEUE_MEASURES,
    RTT_FORECAST,
    RTT_SCENARIOS,
    WHAT_IF,
)

CAPACITY = parameters.capacity()
NEEDED = needed(ahead(), [Goal(52, 1, "2026-06"), Goal(65, 0, "2026-06")], CAPACITY)
SMALL = parameters.what_if().model_copy(
    update={
        "demand": Steps(lowest=-10, highest=0, step=10),
        "capacity": Steps(lowest=0, highest=20, step=10),
        "validation": Steps(lowest=0, highest=1, step=1),
    }
)
GRID = grid(ahead(), SMALL, CAPACITY)
COMPARED = compare(ahead(), parameters.scenarios(), CAPACITY, "as_now")


def row(**changed: object) -> pd.DataFrame:
    """One standard's four rows with round figures."""
    told = NEEDED[NEEDED["standard_weeks"] == 65].assign(
        target_month="2026-06", first_month="2026-04", stops_as_now=80.0, chance_as_now=0.04, list_to_reach=1625.0,
        list_as_now=2300.0, stops_lower_80=140.0, stops_median=150.0, stops_upper_80=160.0, stops_to_hold=86.0,
        later_month="2026-08", over_at_date=0.0, over_later=12.0,
    )  # fmt: skip
    first = told["order"] == "longest_first"
    for name, (longest, spread) in {
        "extra_lower_80": (2, 30),
        "extra_median": (5, 40),
        "extra_upper_80": (9, 60),
    }.items():
        told[name] = first.map({True: float(longest), False: float(spread)})
    return CAPACITY_NEEDED.check(told.assign(**changed))


@pytest.mark.parametrize(
    "chart",
    [
        charts.scenarios(COMPARED),
        charts.scenarios(COMPARED, "within_18_weeks_percent"),
        charts.scenarios(RTT_SCENARIOS.empty(), "total_incomplete"),
        charts.capacity_needed(NEEDED),
        charts.capacity_needed(CAPACITY_NEEDED.empty()),
        charts.what_if(GRID),
        charts.what_if(GRID, 52),
    ],
)
def test_every_chart_is_described_and_valid(chart: alt.TopLevelMixin) -> None:
    """A chart of any list, even an empty one, is a valid specification with words for who cannot see it."""
    told = chart.to_dict()
    assert told["description"]
    assert told["title"]


def test_scenarios_are_drawn_with_as_now_first_and_one_measure() -> None:
    """The order of the table, and no figure of another measure."""
    told = charts.scenarios(COMPARED, "over_52_weeks").to_dict()
    titles = told["vconcat"][0]["encoding"]["color"]["scale"]["domain"]
    assert titles[0] == "As now"
    assert len(titles) == len(parameters.scenarios())
    months = COMPARED["target_month"].nunique()
    assert sorted(len(rows) for rows in told["datasets"].values()) == [len(titles), len(titles) * months]


def test_what_it_would_take_is_said_for_both_orders_and_both_aims() -> None:
    """Chance as now, both orders with intervals, what comes back, the size, and why a cohort is not enough."""
    said = " ".join(findings.capacity_needed(row()))
    assert "**Nobody over 65 weeks by the end of June 2026**: the chance is 4% with the 80 clock stops a week" in said
    assert "5 (2 to 9 eight times in ten) more a week from April 2026 if all of them go to the longest waiters" in said
    assert "40 (30 to 60 eight times in ten) if they are spread as clock stops are now" in said
    assert "Once the extra stops end, 12 pathways are over 65 weeks by August 2026" in said
    assert "about 1,625 pathways long (assumption: waits are exponential)" in said
    assert "takes 150 clock stops a week (140 to 160 eight times in ten), and about 86 a week then hold it" in said
    assert "Clearing a cohort" in said


def test_room_is_said_to_be_room() -> None:
    """Where fewer clock stops would do, none is asked for."""
    room = {"extra_lower_80": -40.0, "extra_median": -30.0, "extra_upper_80": -20.0, "chance_as_now": 1.0}
    said = findings.capacity_needed(row(**room))[0]
    assert "with 30 fewer a week from April 2026: there is room" in said
    assert "Once the extra stops end" not in said


def test_lists_and_clinics_are_marked_as_assumed() -> None:
    """Both mixes, their sources, and that what a list holds is assumed."""
    said = " ".join(findings.capacity_activity(activity(row(), CAPACITY)))
    assert "Over 65 weeks by June 2026, longest waiters first: 3.2 theatre lists (1.3 to 5.8)" in said
    assert "issue 7 of the RTT Planner project" in said
    assert "Cases a theatre list and slots a clinic: assumption" in said


def test_sliders_have_the_places_of_the_grid_and_nothing_between() -> None:
    """Each begins at no change; every setting is on the page, and what is drawn is the one they choose."""
    told = charts.what_if(GRID).to_dict()
    sliders = {one["name"]: (one["value"], one["bind"]["min"], one["bind"]["max"], one["bind"]["step"]) for one in told["params"]}  # fmt: skip
    assert sliders == {"demand": (0, -10, 0, 10), "capacity": (0, 0, 20, 10), "validation": (0, 0, 1, 1)}
    rows = max(told["datasets"].values(), key=len)
    assert len(rows) == 12 * 7
    assert [rows[0][f"{lever}_percent"] for lever in sliders] == [0, 0, 0]
    one = GRID[(GRID["measure"] == "over_65_weeks") & (GRID["target_month"] == "2026-08")]
    drawn = sorted(row["over_65_weeks_upper_80"] for row in rows if row["target_month"] == "2026-08")
    assert drawn == sorted(one["upper_80"].round())


def test_the_what_if_answer_is_said() -> None:
    """As now, with every lever pulled, each lever alone, and what a step is in pathways."""
    said = findings.what_if(GRID, 65)
    end = GRID[GRID["target_month"] == "2026-08"].set_index(
        ["measure", "demand_percent", "capacity_percent", "validation_percent"]
    )
    now, alone = (end.loc[("total_incomplete", 0, *rest)] for rest in ((0, 0), (20, 0)))
    assert f"As now, {now['mean']:,.0f} pathways are expected to wait at the end of August 2026" in said[0]
    assert "With 10% less demand, 20% more capacity and validation of 1% of the list a month it would be" in said[0]
    assert f"20% more capacity, {-alone['difference_mean']:,.0f} fewer on the list" in said[1]
    assert "the chance that anybody is over 65 weeks" in said[2]
    assert "In April 2026" in findings.what_if_steps(GRID)[0]
    assert "10% more capacity is about" in findings.what_if_steps(GRID)[0]
    assert "thirteen months" in findings.what_if(WHAT_IF.empty())[0]
    assert findings.what_if_steps(WHAT_IF.empty()) == []
    assert findings.what_if_beside(GRID, RTT_FORECAST.empty()) == []


def test_scenarios_are_said_with_their_marks() -> None:
    """As now first, then each scenario, the most helpful first, its figures marked as assumed."""
    said = findings.scenarios(COMPARED, 52)
    assert said[0].startswith("As now, ")
    assert "fewer" in said[1]
    assert "A week of industrial action (assumption)" in said[-2]
    assert "more" in said[-2]
    assert all("(assumption)" in sentence for sentence in said[1:-1])


def test_too_little_history_says_what_to_load() -> None:
    """Each empty table is answered with what it takes."""
    for said in (
        findings.queue(QUEUE_MEASURES.empty()),
        findings.capacity_needed(CAPACITY_NEEDED.empty()),
        findings.capacity_activity(CAPACITY_ACTIVITY.empty()),
        findings.scenarios(RTT_SCENARIOS.empty()),
    ):
        assert "thirteen months" in said[0]
        assert "lsc ingest" in said[0]


@pytest.mark.integration
def test_verbs_answer_from_the_store(demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo list that heads for a 65-week breach needs more, a scenario at a time; a month too early is told nothing."""
    monkeypatch.setenv("LSC_HOME", str(demo_home.root))
    told = lsc.capacity("RXN", "C_110", standard_weeks=65, by="2026-08")
    cleared = told[told["aim"] == "clear_cohort"].set_index("order")
    assert (cleared["extra_median"] > 0).all()
    assert cleared.loc["longest_first", "extra_median"] < cleared.loc["as_now", "extra_median"]
    assert len(lsc.capacity_activity("RXN", "C_110", standard_weeks=65, by="2026-08")) == 4 * len(told)
    assert set(lsc.scenarios("RXN", "C_110")["scenario"]) == set(parameters.scenarios())
    assert lsc.what_if("RXN", "C_110", "2023-06").empty
    load = lsc.queue("RXN", "C_110").set_index("measure").loc["load", "value"]
    assert load > 1
    assert "a load of 1." in findings.queue(lsc.queue("RXN", "C_110"))[0]
    assert lsc.capacity("RXN", "C_110", "2023-06").empty
    assert lsc.scenarios("RXN", "C_110", "2023-06").empty
    named = lsc.capacity("RXN", "C_110", standard="rtt_18_weeks_2027_trust", by="2026-12")
    assert named["allowed_over_percent"].tolist() == [35.0] * 4
    with pytest.raises(ParameterError, match="is not a month by which"):  # its own date, March 2027, is too far
        lsc.capacity("RXN", "C_110", standard="rtt_18_weeks_2027_trust")
    with pytest.raises(ParameterError, match="no RTT standard 'rtt_17'"):
        lsc.capacity("RXN", "C_110", standard="rtt_17")
    with pytest.raises(ParameterError, match="no standard of 40 weeks"):
        lsc.capacity("RXN", "C_110", standard_weeks=40)
