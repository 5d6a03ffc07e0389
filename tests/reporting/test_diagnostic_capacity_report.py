"""What is said and drawn of diagnostic demand and capacity, from small tables."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pytest
from example_futures import ahead
from example_tests import expected, sites

from lsc_analytics.models import diagnostic_capacity as model
from lsc_analytics.parameters import diagnostic_capacity, diagnostic_coupling, diagnostic_scenarios, standards
from lsc_analytics.reporting.charts import diagnostic_capacity as charts
from lsc_analytics.reporting.findings import diagnostic_capacity as say
from lsc_analytics.tables import DIAGNOSTIC_SITES

ASSUMED = diagnostic_capacity()
GOALS = model.goals_of(standards().standards, ASSUMED.standards, "2026-07")
NINETY_FIVE = next(goal for goal in GOALS if goal.needed_percent == 95)
NO_SITES = DIAGNOSTIC_SITES.empty()


@pytest.fixture(scope="module")
def told() -> dict[str, pd.DataFrame]:
    """Every table of two lists of MRI, one of which the capacity file has."""
    lists, filed = expected(draws=5), sites()
    need = model.needed(lists, GOALS, filed, ASSUMED)
    at_95 = need[need["standard"] == NINETY_FIVE.standard]
    mix = model.cheapest_mix(at_95, filed, {("RXL", "RXN"): 35.0}, 75.0, ASSUMED)
    pairs = [pair for pair in diagnostic_coupling().pairs if pair.specialty == "C_110"]
    coupled = model.couple(
        need, pairs, lambda trust, code: ahead().start, lambda trust, code: ahead(),
        keeps_percent=95, rtt_month="2026-01", ahead_of_worst=1,
    )  # fmt: skip
    return {
        "need": need,
        "mix": mix,
        "harm": model.no_harm(lists, mix, ASSUMED),
        "session": model.session_values(lists, NINETY_FIVE, filed, ASSUMED),
        "centres": model.centres(lists, filed, "2026-07"),
        "what_if": model.what_if(model.compare(lists, diagnostic_scenarios(), filed), "2026-07"),
        "workforce": model.workforce(filed, ASSUMED),
        "coupled": coupled,
        "pairs": model.worst_pairs(coupled),
    }


def test_one_list_is_told_standard_by_standard(told: dict[str, pd.DataFrame]) -> None:
    """RXN is told in tests, sessions and staff, with what the file's sessions come to; RXL in tests, and why no more."""
    own = told["need"].query("provider_code == 'RXN'")
    said = " ".join(say.diagnostic_need(own, sites()))
    for words in ("implied demand", "95% within six weeks", "sessions a week", "against", "posts short of"):
        assert words in said
    other = " ".join(say.diagnostic_need(told["need"].query("provider_code == 'RXL'"), NO_SITES))
    assert "more tests a week" in other
    assert "No diagnostic capacity file is loaded" in other
    assert "nan" not in said + other


def test_several_lists_are_told_together(told: dict[str, pd.DataFrame]) -> None:
    """A network or the system: how many lists meet each standard and what the others take."""
    said = say.diagnostic_need(told["need"], sites())
    assert len(said) == 4
    assert "follows the forecast of the list" in said[-1]
    assert "of 2 lists" in said[0]
    assert "waiting are within six weeks" in say.diagnostic_system_need(told["need"], NINETY_FIVE.standard)[0]


def test_a_session_a_centre_and_the_scenarios_are_told(told: dict[str, pd.DataFrame]) -> None:
    """With intervals, with costs where there are any, and marked as assumed."""
    session = say.diagnostic_session(told["session"])
    assert any("One more session a week at Hospital" in line for line in session)
    assert any("£1,150" in line for line in session)
    assert session[-1].startswith("Where no capacity file has the list")
    assert "without it" in say.diagnostic_centres(told["centres"])[0]
    assert "All are assumptions." in say.diagnostic_what_if(told["what_if"])[0]


def test_the_mix_says_cost_bound_and_that_nobody_is_worse_off(told: dict[str, pd.DataFrame]) -> None:
    """A table in which somebody were worse off is said to be unusable."""
    said = " ".join(say.diagnostic_mix(told["mix"], told["harm"]))
    assert "nine times in ten" in said
    assert "No trust's own list is longer" in said
    worse = told["harm"].assign(over_6_with=told["harm"]["over_6_without"] + 9)
    assert "must not be used" in " ".join(say.diagnostic_mix(told["mix"], worse))


def test_staff_and_coupling_say_what_is_assumed(told: dict[str, pd.DataFrame]) -> None:
    """Growth, leavers and shares of pathways are named as assumptions beside the figures."""
    assert "leavers a year: assumption" in say.diagnostic_workforce(told["workforce"])[0]
    said = say.diagnostic_coupling(told["pairs"], told["coupled"])
    assert "(assumption)" in said[0]
    assert "By the end of" in " ".join(said)


def test_nothing_loaded_is_said_in_words() -> None:
    """Each finding of an empty table says what is missing, and what to do."""
    lists = expected(draws=3)
    nothing = lists.of([])
    need = model.needed(nothing, GOALS, NO_SITES, ASSUMED)
    assert "thirteen months" in say.diagnostic_need(need, NO_SITES)[0]
    assert "thirteen months" in say.diagnostic_session(model.session_values(nothing, NINETY_FIVE, NO_SITES, ASSUMED))[0]
    mix = model.cheapest_mix(model.needed(lists, [NINETY_FIVE], NO_SITES, ASSUMED), NO_SITES, {}, 75.0, ASSUMED)
    assert say.diagnostic_mix(mix, model.no_harm(lists, mix, ASSUMED)) == [say.NO_FILE]
    assert say.diagnostic_workforce(model.workforce(NO_SITES, ASSUMED)) == [say.NO_FILE]
    assert "No community diagnostic centre" in say.diagnostic_centres(model.centres(lists, NO_SITES, "2026-07"))[0]


def test_every_chart_is_valid(told: dict[str, pd.DataFrame]) -> None:
    """Each table makes a chart that Vega-Lite's schema accepts, with a description for those who do not see it."""
    drawn = [
        charts.diagnostic_need(told["need"].query("provider_code == 'RXN'")),
        charts.diagnostic_need(told["need"]),
        charts.diagnostic_need_by_test(told["need"], NINETY_FIVE.standard),
        charts.diagnostic_mix(told["mix"]),
        charts.diagnostic_session(told["session"]),
        charts.diagnostic_centres(told["centres"]),
        charts.diagnostic_what_if(told["what_if"]),
        charts.diagnostic_workforce(told["workforce"]),
        charts.diagnostic_coupling(told["pairs"]),
    ]
    for chart in drawn:
        assert isinstance(chart, alt.TopLevelMixin)
        assert len(chart.to_dict()["description"]) > 40
