"""The published files, loaded as a user would load them, give back the published figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import lsc_analytics as lsc
from lsc_analytics import parameters, predictions
from lsc_analytics.models import forecast, rtt
from lsc_analytics.store.home import Home
from lsc_analytics.store.intake import take
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.vocabulary.rtt import waiting_list

pytestmark = [pytest.mark.real_data, pytest.mark.integration]


@pytest.fixture
def published(
    shared_data: Path, once: Callable[[str, Callable[[Path], None]], Path], monkeypatch: pytest.MonkeyPatch
) -> Home:
    """A home with every published RTT and DM01 file taken in."""

    def make(folder: Path) -> None:
        report = take(Home(folder / "home"), [shared_data / "rtt", shared_data / "dm01"])
        assert not report.refused, [outcome.says for outcome in report.refused]
        assert {outcome.status for outcome in report.outcomes} == {"loaded"}

    home = Home(once("published-home", make) / "home")
    monkeypatch.setenv("LSC_HOME", str(home.root))
    return home


@pytest.mark.parametrize(
    ("trust", "figures"),
    [
        ("RXL", (42257, 57.15, 1011, 12)),
        ("RXN", (63320, 53.19, 1584, 0)),
        ("RXR", (51475, 63.74, 676, 0)),
        ("RTX", (35369, 67.38, 523, 2)),
    ],
)
def test_each_trust_stands_where_it_was_published_to_stand(
    published: Home, trust: str, figures: tuple[int, float, int, int]
) -> None:
    """January 2026: the list, the share within 18 weeks, over 52 and over 65 weeks."""
    now = lsc.rtt_position(trust, "C_999", "2026-01").iloc[-1]
    measures = ["total_incomplete", "within_18_weeks_percent", "over_52_weeks", "over_65_weeks"]
    assert tuple(now[measures]) == figures


def test_a_test_stands_where_it_was_published_to_stand(published: Home) -> None:
    """Morecambe Bay, MRI, April 2023: 1,169 waiting, 27 of them six weeks or more."""
    history = lsc.diagnostics("RTX", "1", "2025-09").set_index("month")
    assert history.loc["2023-04", ["total_waiting", "waiting_6_plus"]].tolist() == [1169, 27]


@pytest.mark.parametrize(("trust", "share"), [("RXR", 98.6), ("RTX", 95.4), ("RXL", 66.1), ("RXN", 59.2)])
def test_all_tests_together_stand_where_they_were_published_to_stand(published: Home, trust: str, share: float) -> None:
    """September 2025, within six weeks over all tests."""
    now = lsc.diagnostics(trust, "16", "2025-09").iloc[-1]
    assert round(now["within_6_weeks_percent"], 1) == share


def test_the_full_extract_is_read_before_the_history(published: Home) -> None:
    """January 2026 comes from the extract, months before from the panel, and a total-only history fills what is left."""
    rows = Warehouse(published).rtt(provider_code="RXN", treatment_function_code="C_110", measure="total_incomplete")
    source = rows.set_index("month")["source"]
    assert source["2026-01"] == "full_extract"
    assert source["2024-04"] == "rtt_provider_specialty"
    assert source["2022-04"] == "rtt_specialty_totals"


def test_england_stands_where_it_was_published_to_stand(published: Home) -> None:
    """From the overview, as submitted and with estimates; where the organisations' history says the same month, alike."""
    figures = Warehouse(published).rtt(scope=None, provider_code="ENG", measure="total_incomplete")
    told = figures.pivot(index="month", columns="scope", values="value")
    assert told.loc[["2007-08", "2025-12"], "england_submitted"].tolist() == [4186974, 7199624]
    assert told.loc[["2007-08", "2025-12"], "england_estimated"].tolist() == [4186974, 7290880]
    both = told.dropna()
    assert len(both) == 45
    assert (both["england"] == both["england_submitted"]).all()


def test_englands_flows_are_whole_where_trusts_fell_silent(published: Home) -> None:
    """October 2022: trusts that submitted nothing look like 400,787 removals, and like 217,836 with estimates."""
    removed = {}
    for scope in ("england_submitted", "england_estimated"):
        flows = rtt.flows(Warehouse(published).rtt(scope=scope, provider_code="ENG")).set_index("month")
        assert (flows.index[0], flows.index[-1], len(flows)) == ("2015-10", "2025-12", 123)
        removed[scope] = int(flows.loc["2022-10", "net_removals"])
    assert removed == {"england_submitted": 400787, "england_estimated": 217836}


def test_the_pooled_method_learns_the_country_from_the_organisations_alone(published: Home) -> None:
    """The overview's years before April 2022, the pandemic's among them, teach it no season."""
    _, national = predictions.panel(published, "rtt", "2026-01")
    assert national is not None
    assert (national["month"].min(), national["month"].max()) == ("2022-04", "2026-01")
    assert not national.duplicated(["month", "measure"]).any()


def test_with_one_month_of_flows_the_forecast_is_of_the_list_itself(published: Home) -> None:
    """Too few flows are published here for a flow forecast: the list's own history is forecast, the last value beside it."""
    waiting = waiting_list("RXL", "C_502", "2026-01")
    told = forecast.methods(waiting, ["2026-01"], parameters.models().forecast)
    assert "flows_and_identity" not in set(told["method"])
    assert {"anchored_stock", "last_value", "drift"} <= set(told["method"])
    assert set(told["horizon"]) == set(range(1, 13))
