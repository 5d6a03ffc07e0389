"""What a notebook may ask is answered from the store, for the month asked, and says where it came from."""

from __future__ import annotations

import shutil
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest
from example_demo import DemoRun

import lsc_analytics as lsc
from lsc_analytics import vocabulary
from lsc_analytics.batch import loaded
from lsc_analytics.batch.manifest import Stage
from lsc_analytics.batch.matrix import Due
from lsc_analytics.errors import NoDataError, ParameterError
from lsc_analytics.parameters import models, trust_codes
from lsc_analytics.reference import PROVENANCE, add_months
from lsc_analytics.reporting import charts, findings
from lsc_analytics.store import ledger
from lsc_analytics.store.home import Home
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.vocabulary import forecasts

pytestmark = pytest.mark.integration


@pytest.fixture
def asking(demo_run: DemoRun, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The home of the demo's run, as the one a notebook asks: what the batch has made is remembered there."""
    monkeypatch.setenv("LSC_HOME", str(demo_run.home.root))
    return demo_run.home


def test_every_verb_is_there() -> None:
    """Each name a notebook may ask for is in the vocabulary, and a misspelling is answered with the names."""
    assert all(getattr(lsc, name) is getattr(vocabulary, name) for name in lsc.__all__)
    with pytest.raises(AttributeError, match="a notebook may ask for"):
        lsc.forcast  # noqa: B018


@pytest.mark.parametrize("package", [charts, findings])
def test_a_chart_or_finding_has_one_home(package) -> None:
    """No two modules define the same name, and none is called like a module, so `lsc.charts.x` is never ambiguous."""
    modules = [import_module(f"{package.__name__}.{name}") for name in package._MODULES]
    public = [
        name
        for module in modules
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    ]
    assert len(public) == len(set(public))
    assert not set(public) & set(package._MODULES)


def test_an_empty_month_is_the_latest(asking: Home) -> None:
    """No month means the last that is loaded, and an earlier one sees nothing later."""
    latest = lsc.rtt_position("RXN", "C_110")
    month = latest["month"].iloc[-1]
    assert month == Warehouse(asking).rtt()["month"].max()
    earlier = add_months(month, -5)
    assert lsc.rtt_position("RXN", "C_110", earlier)["month"].max() == earlier


def test_a_month_that_is_not_loaded_is_refused(asking: Home) -> None:
    """A wrong month is answered with the months there are."""
    with pytest.raises(ParameterError, match=r"2031-01 is not loaded. Loaded are 2022-10 to 2026-01"):
        lsc.rtt_position("RXN", "C_110", "2031-01")


def test_who_waits_longer_is_told_of_a_week(asking: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The latest week stands for none; the system is its board's row; the tracking list follows, or gives no rows."""
    assert vocabulary.inequality_week() == vocabulary.inequality_week("2026-01-25") == "2026-01-25"
    with pytest.raises(ParameterError, match=r"No list of the week ending 2026-01-18 is loaded. Loaded are 2026-01-25"):
        lsc.inequality_gaps("RXN", "2026-01-18")
    with pytest.raises(ParameterError, match="'January' is no day"):
        lsc.inequality_gaps("RXN", "January")
    lists = {trust: lsc.inequality_known(trust)["list_pathways"].iloc[0] for trust in ("LSC", *trust_codes())}
    waiting = lsc.rtt_position("LSC", "C_999").iloc[-1]["total_incomplete"]
    assert abs(lists["LSC"] - waiting) <= 2 * 18  # as many as that month's extract, each of at most 18 groups rounded
    assert abs(lists["LSC"] - sum(lists[trust] for trust in trust_codes())) <= 5 * 2 * 18
    assert lsc.inequality_slopes()["provider_code"].unique().tolist() == ["LSC", *trust_codes(), "ENG"]
    assert set(lsc.inequality_deciles("RTX")["provider_code"]) == {"RTX"}
    assert len(lsc.inequality_mix())
    assert lsc.inequality_pathways("RTX").equals(lsc.ptl_shares("RTX"))
    monkeypatch.setenv("LSC_HOME", str(tmp_path))
    assert lsc.inequality_pathways("RTX").empty
    with pytest.raises(NoDataError, match="No demographics workbook"):
        lsc.inequality_gaps("RTX")


def test_a_list_that_nobody_has_is_said_to_be_missing(asking: Home) -> None:
    """A specialty that a trust does not offer raises with both names, rather than giving an empty report."""
    offered = set(Warehouse(asking).rtt(provider_code="RTX")["treatment_function_code"])
    absent = next(code for code in ("C_150", "C_170", "C_400") if code not in offered)
    with pytest.raises(NoDataError, match="Morecambe Bay"):
        lsc.rtt_position("RTX", absent)


def test_an_empty_home_says_what_to_load(home: Home) -> None:
    """Without data a verb names the remedy."""
    with pytest.raises(NoDataError, match="lsc ingest"):
        lsc.rtt_position("RXN", "C_110")


def test_the_system_adds_up_to_its_trusts(asking: Home) -> None:
    """The system's list is the sum of the four, in a month that all submitted."""
    system = lsc.rtt_position("LSC", "C_999").iloc[-1]
    trusts = [lsc.rtt_position(trust, "C_999").iloc[-1] for trust in trust_codes()]
    for measure in ("total_incomplete", "within_18_weeks", "over_52_weeks", "over_65_weeks"):
        assert system[measure] == sum(trust[measure] for trust in trusts)


def test_a_forecast_is_remembered(asking: Home) -> None:
    """What a batch has not made is made when asked, and asked again comes from the store, whole."""
    month = vocabulary.month_of("rtt")
    assert not vocabulary.forecast_remembered("LSC", "C_330", month)
    first = lsc.forecast("LSC", "C_330")
    assert vocabulary.forecast_remembered("LSC", "C_330", month)
    assert lsc.forecast("LSC", "C_330").equals(first)


def test_the_record_is_made_before_the_pages_that_show_it(
    asking: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once something more is kept it is due again, of whichever report shows it, and no page makes it in a cell of its own."""
    copied = Home(tmp_path / "home")
    shutil.copytree(asking.root, copied.root, ignore=shutil.ignore_patterns("runs"))
    monkeypatch.setenv("LSC_HOME", str(copied.root))
    month = vocabulary.month_of("rtt")
    report = Due("notebooks/forecast_accuracy.ipynb", "forecast_accuracy/RXN/C_999", {"as_of": month}, "r")
    lsc.last_six("RXN", "C_110")
    assert vocabulary.record_remembered(month)
    assert loaded.records_needed([report]) == []
    assert ledger.keep(copied, lsc.forecast("RXN", "C_110"), "another release")
    assert loaded.records_needed([report]) == [month]
    stages: list[Stage] = []
    assert loaded.make_forecasts(copied, [report], loaded.available(copied), stages=stages) == []
    assert [(stage.title, stage.tasks) for stage in stages] == [("What follows", 1)]
    assert vocabulary.record_remembered(month)


def test_the_contest_is_of_every_list_and_leads_every_forecast(asking: Home) -> None:
    """One method leads for each measure and month ahead, judged on all lists; the forecast's chosen rows are its."""
    told = forecasts.contest()
    month = told["as_of"].iloc[0]
    assert (told.groupby(["measure", "horizon"])["chosen"].sum() == 1).all()
    origins = len(models().forecast.origins_back)
    assert told["forecasts"].max() == origins * len(
        forecasts.lists(month)
    )  # of the month ahead that all could be judged on
    led = lsc.forecast("RXN", "C_110").query("chosen")
    best = told[told["chosen"]].set_index(["measure", "horizon"])["method"]
    both = led.set_index(["measure", "horizon"])["method"].to_frame("led").join(best, how="inner")
    assert len(both)
    assert (both["led"] == both["method"]).all()
    assert led.set_index("horizon")["horizon_label"].to_dict() == {
        **dict.fromkeys((1, 2), "nowcast"), 3: "near", **dict.fromkeys((4, 5, 6), "decision"),
        **dict.fromkeys(range(7, 13), "outlook"),
    }  # fmt: skip


def test_means_add_from_specialty_to_trust_to_system(asking: Home) -> None:
    """A trust's expected count is the sum of its specialties', the system's of its trusts', every measure and month."""
    month = forecasts.contest()["as_of"].iloc[0]

    def means(*cells: tuple[str, str]) -> pd.Series:
        told = pd.concat([lsc.forecast(*cell).query("chosen") for cell in cells])
        return told.groupby(["measure", "target_month"])["mean"].sum()

    trust = [cell for cell in forecasts.lists(month) if cell[0] == "RTX"]
    pd.testing.assert_series_equal(means(("RTX", "C_999")), means(*trust))
    totals = [(code, "C_999") for code in trust_codes()]
    pd.testing.assert_series_equal(means(("LSC", "C_999")), means(*totals))


def test_a_track_record_sees_only_what_was_known(asking: Home) -> None:
    """What would have been said half a year ago is set beside what came, and speaks of no later month."""
    told = lsc.track_record("RXN", "C_110")
    month = forecasts.contest()["as_of"].iloc[0]
    settings = models().forecast
    assert set(told["as_of"]) == {add_months(month, -back) for back in settings.origins_back}
    assert told["target_month"].max() == month
    # Prophet on the stock is asked only where flows are not loaded.
    assert set(told["method"]) == {*settings.contest} - {"anchored_stock"}


def test_tests_are_forecast_judged_and_kept(asking: Home) -> None:
    """One method leads each measure and month; means add up to the system; what was said is kept for its month."""
    told = lsc.diagnostics_forecast("RXN", "1")
    assert (told[told["chosen"]].groupby(["measure", "target_month"]).size() == 1).all()
    assert set(told["measure"]) == {"total_waiting", "waiting_6_plus", "waiting_13_plus", "waiting_list_activity"}
    month = told["as_of"].iloc[0]
    assert vocabulary.diagnostics_forecast_remembered(month)

    def mean(*cells: tuple[str, str]) -> float:
        rows = pd.concat([lsc.diagnostics_forecast(*cell).query("chosen and horizon == 6") for cell in cells])
        return rows.loc[rows["measure"] == "waiting_6_plus", "mean"].sum()

    trusts = [(code, "1") for code in trust_codes()]
    assert mean(("LSC", "1")) == pytest.approx(mean(*trusts))
    assert mean(("LSC", "16")) == pytest.approx(mean(*((code, "16") for code in trust_codes())))
    outlook = lsc.diagnostics_outlook("RXN", "1")
    assert outlook["probability_met"].between(0, 1).all()
    assert lsc.diagnostics_demand("RXN", "1")["horizon"].tolist() == [*range(1, 7)]
    kept = ledger.kept(asking, {"provider_code": ["RXN"]}, "dm01")
    assert set(kept["as_of"]) == {month}
    said = lsc.diagnostics_last_six("RXN", "1")
    assert set(said["as_of"]) == {add_months(month, -back) for back in models().diagnostics_forecast.origins_back}
    assert said["outturn"].notna().any()


def test_provenance_names_the_files_and_the_parameters(asking: Home) -> None:
    """The last cell tells the batch which files were read, by digest, and every one is in the register."""
    lsc.rtt_position("RXN", "C_110")
    told = lsc.provenance(trust="RXN")._repr_mimebundle_()[PROVENANCE]
    files = Warehouse(asking).files()
    assert told["sources"]
    assert {source["sha256"] for source in told["sources"]} <= set(files["file_sha256"])
    assert told["parameters"] == {"trust": "RXN"}
    assert told["data_release"] == Warehouse(asking).release()
