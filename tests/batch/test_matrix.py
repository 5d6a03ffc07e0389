"""The matrix: what is due, with which parameters, and what is refused before anything runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lsc_analytics import parameters
from lsc_analytics.batch.matrix import Available, Due, plan
from lsc_analytics.errors import ParameterError
from lsc_analytics.parameters import Runs

FORECAST = 'trust: str = "RXN"  # published code\nspecialty: str = "C_999"\nas_of: str = ""\nstandard_weeks: int = 65'
DIAGNOSTICS = 'trust: str = "RXN"\ntest: str = "1"\nas_of: str = ""'
OVERVIEW = 'as_of: str = ""'
LOADED = {
    "rtt": Available(
        "2026-01",
        frozenset({("RXN", "C_999"), ("RXN", "C_110"), ("RXL", "C_110"), ("RXL", "C_100"), ("RW5", "C_999")}),
        "a1",
    ),
    "dm01": Available("2025-09", frozenset({("RTX", "10"), ("RTX", "2")}), "b2"),
}


@pytest.fixture
def folder(write: Any, notebooks: Path) -> Path:
    """The notebooks of the tests, each with its parameters cell and nothing else."""
    write("forecast", parameters=FORECAST)
    write("diagnostics", parameters=DIAGNOSTICS)
    write("chatbot", parameters='trust: str = "LSC"\nspecialty: str = "C_999"\nas_of: str = ""')
    write("system_overview", parameters=OVERVIEW)
    return notebooks


def runs(*reports: dict[str, Any]) -> Runs:
    """A runs file."""
    return Runs.model_validate({"title": "Test", "reports": reports})


EVERY = {"notebook": "forecast", "family": "rtt", "trust": "every", "specialty": "every"}
TESTS = {"notebook": "diagnostics", "family": "dm01", "trust": "every", "test": "every"}
CHATBOT = {"notebook": "chatbot", "family": "chatbot", "trust": "every", "specialty": ["C_999"]}
OF_ONE = CHATBOT | {"trust": ["LSC"], "campaign": "every"}
CALLED = Available(
    "", frozenset({("RXN", "C_110"), ("RTX", "C_130")}), "c3",
    campaigns={"Pilot 2021/22": frozenset({("RXN", "C_110")}), "Spring": frozenset({("RTX", "C_130")})},
)  # fmt: skip
SYSTEM = {"notebook": "system_overview", "family": "any", "trust": ["LSC"], "specialty": ["C_999"]}


def test_only_what_is_in_the_data_is_due(folder: Path) -> None:
    """`every` is what each trust of the system has, in published order; another provider's list is not ours."""
    due = plan(runs(EVERY, TESTS), LOADED, notebooks=folder)
    assert [one.address for one in due] == [
        "forecast/RXL/C_100",
        "forecast/RXL/C_110",
        "forecast/RXN/C_110",
        "forecast/RXN/C_999",
        "diagnostics/RTX/2",
        "diagnostics/RTX/10",
    ]


def test_parameters_are_complete_and_each_source_keeps_its_month(folder: Path) -> None:
    """Every parameter of the notebook is filled in: the matrix's, the runs file's, and the notebook's own default."""
    due = plan(runs(EVERY | {"parameters": {"standard_weeks": 52}}, TESTS), LOADED, notebooks=folder)
    first, last = due[0], due[-1]
    assert first == Due(
        "notebooks/forecast.ipynb",
        "forecast/RXL/C_100",
        {"trust": "RXL", "specialty": "C_100", "as_of": "2026-01", "standard_weeks": 52},
        "a1",
        reads=("rtt",),
    )
    assert last.parameters == {"trust": "RTX", "test": "10", "as_of": "2025-09"}
    assert plan(runs(EVERY), LOADED, notebooks=folder)[0].parameters["standard_weeks"] == 65


def test_a_family_without_data_is_skipped_with_the_reason(folder: Path) -> None:
    """Two lines of one notebook without data are one row, which says what to load; the rest is still due."""
    due = plan(runs(CHATBOT, CHATBOT | {"trust": ["LSC"]}, TESTS), LOADED, notebooks=folder)
    assert [(one.address, one.parameters) for one in due if one.skipped] == [("chatbot", {})]
    assert due[0].skipped == "No Chatbot call records are loaded. Load some with `lsc ingest`."
    assert len(due) == 3


def test_a_month_may_be_asked_for(folder: Path) -> None:
    """`as_of` in the runs file stands instead of the data's last month."""
    due = plan(runs(EVERY | {"parameters": {"as_of": "2025-10"}}), LOADED, notebooks=folder)
    assert {one.parameters["as_of"] for one in due} == {"2025-10"}


def test_the_system_has_what_its_trusts_have(folder: Path) -> None:
    """LSC and the total can be named wherever a trust has something; a report on everything keeps its own months."""
    named = EVERY | {"trust": ["LSC", "RXL", "RTX"], "specialty": ["C_999", "C_110", "C_320"]}
    due = plan(runs(named, SYSTEM), LOADED, notebooks=folder)
    assert [one.address for one in due] == [
        "forecast/LSC/C_999",
        "forecast/LSC/C_110",
        "forecast/RXL/C_999",
        "forecast/RXL/C_110",
        "system_overview/LSC/C_999",
    ]
    assert due[-1].parameters == {"as_of": ""}
    assert due[-1].release not in ("a1", "b2", "")


def test_networks_and_all_tests_can_be_named_where_a_trust_has_one_of_their_tests(folder: Path) -> None:
    """CT is imaging and sleep studies are physiological: no endoscopy page is due, nor any of a trust without tests."""
    named = TESTS | {"trust": ["LSC", "RTX", "RXL"], "test": ["16", "IMAGING", "ENDOSCOPY", "PHYSIOLOGICAL"]}
    assert [one.address for one in plan(runs(named), LOADED, notebooks=folder)] == [
        f"diagnostics/{trust}/{code}" for trust in ("LSC", "RTX") for code in ("16", "IMAGING", "PHYSIOLOGICAL")
    ]


def test_a_report_on_everything_is_due_again_when_any_family_changes(folder: Path) -> None:
    """The release of a report that reads all families changes with each of them."""
    changed = LOADED | {"dm01": Available("2025-09", LOADED["dm01"].pairs, "b3")}
    (before,), (after,) = (plan(runs(SYSTEM), data, notebooks=folder) for data in (LOADED, changed))
    assert before.release != after.release


def test_only_lists_whose_flows_are_loaded_are_played_ahead(folder: Path) -> None:
    """The system has those of its trusts; where there are none, it is said what to load."""
    asked = runs(EVERY | {"flows": True}, EVERY | {"flows": True, "trust": ["LSC"]})
    rtt = LOADED["rtt"]
    flowing = LOADED | {"rtt": Available(rtt.as_of, rtt.pairs, rtt.release, frozenset({("RXL", "C_110")}))}
    due = plan(asked, flowing, notebooks=folder)
    assert [one.address for one in due] == ["forecast/RXL/C_110", "forecast/LSC/C_110"]
    (none,) = plan(runs(EVERY | {"flows": True}), LOADED, notebooks=folder)
    assert "clock starts of thirteen months" in none.skipped


def test_only_lists_of_which_enough_answered(folder: Path) -> None:
    """A list whose count is not known has too few; where there are none, it is said how many it takes."""
    pairs = frozenset({("RXN", "C_110"), ("RXN", "C_130"), ("RTX", "C_110")})
    told = {"chatbot": Available("", pairs, "c3", answered={("RXN", "C_110"): 400, ("RXN", "C_130"): 395})}
    asked = CHATBOT | {"specialty": "every", "answered": 400}
    assert [one.address for one in plan(runs(asked), told, notebooks=folder)] == ["chatbot/RXN/C_110"]
    (none,) = plan(runs(asked | {"answered": 500}), told, notebooks=folder)
    assert (
        none.skipped == "Nothing that is asked for is in the data. It takes 500 patients who answered in one campaign."
    )
    with pytest.raises(ValueError, match="answered counts patients of a validation campaign"):
        runs(EVERY | {"answered": 400})


def test_nothing_that_is_asked_for(folder: Path) -> None:
    """A known specialty that the trust does not offer leaves one skipped row, not silence."""
    (one,) = plan(runs(EVERY | {"trust": ["RXR"], "specialty": ["C_110"]}), LOADED, notebooks=folder)
    assert one.skipped == "Nothing that is asked for is in the data of 2026-01."


@pytest.mark.parametrize(
    ("family", "said", "parameter"),
    [
        (
            EVERY | {"parameters": {"standard_week": 65}},
            "no such parameter. It takes trust, specialty",
            "standard_week",
        ),
        (EVERY | {"parameters": {"standard_weeks": "65"}}, "'65' is not of the type int", "standard_weeks"),
        (EVERY | {"parameters": {"standard_weeks": True}}, "True is not of the type int", "standard_weeks"),
        (EVERY | {"parameters": {"as_of": 202601}}, "202601 is not of the type str", "as_of"),
        (EVERY | {"specialty": ["C_11O"]}, "'C_11O' is not known", "specialty"),
        (EVERY | {"trust": ["RXX"]}, "'RXX' is not known", "trust"),
        (TESTS | {"test": ["17"]}, "'17' is not known", "test"),
        (EVERY | {"notebook": "forcast"}, "There is no such notebook", None),
        (SYSTEM | {"trust": "every"}, "would all be the same", "trust"),
        (
            EVERY | {"notebook": "chatbot", "family": "chatbot", "parameters": {"weeks": 1}},
            "no such parameter",
            "weeks",
        ),
    ],
)
def test_unknown_and_ill_typed_are_refused(
    folder: Path, family: dict[str, Any], said: str, parameter: str | None
) -> None:
    """The sentence names the notebook or the code, also where the family has no data to run on."""
    with pytest.raises(ParameterError, match=said) as refused:
        plan(runs(family), LOADED, notebooks=folder)
    assert refused.value.parameter == parameter


@pytest.mark.parametrize("cell", ['trust = "RXN"\nspecialty = None', 'trust: str = "RXN"\nspecialty: int = "C_999"'])
def test_a_default_that_cannot_be_checked_is_refused(write: Any, notebooks: Path, cell: str) -> None:
    """A default without a plain value, or of another type than it names, is a fault of the notebook."""
    write("forecast", parameters=cell)
    with pytest.raises(ParameterError, match="default in the parameters cell") as refused:
        plan(runs(EVERY), LOADED, notebooks=notebooks)
    assert (refused.value.file, refused.value.parameter) == ("notebooks/forecast.ipynb", "specialty")


def test_a_damaged_notebook_is_refused(write: Any, notebooks: Path) -> None:
    """Cut short, or with a parameters cell that is not Python, it is named before anything runs."""
    write("forecast", parameters="trust: str = ")
    with pytest.raises(ParameterError, match="parameters cell is not Python"):
        plan(runs(EVERY), LOADED, notebooks=notebooks)
    (notebooks / "forecast.ipynb").write_text('{"cells": [')
    with pytest.raises(ParameterError, match="no notebook, or damaged") as refused:
        plan(runs(EVERY), LOADED, notebooks=notebooks)
    assert refused.value.file == "notebooks/forecast.ipynb"


def test_parameters_without_a_type_take_the_type_of_their_default(write: Any, notebooks: Path) -> None:
    """An untyped `standard_weeks = 65` is a whole number."""
    write("forecast", parameters='trust = "RXN"\nspecialty = "C_999"\nstandard_weeks = 65\nshare = 0.5')
    with pytest.raises(ParameterError, match="type int"):
        plan(runs(EVERY | {"parameters": {"standard_weeks": 65.5}}), LOADED, notebooks=notebooks)
    (first, *_) = plan(runs(EVERY | {"parameters": {"share": 1}}), LOADED, notebooks=notebooks)
    assert first.parameters["share"] == 1


def test_two_reports_cannot_share_an_address(folder: Path) -> None:
    """The second would overwrite the first."""
    with pytest.raises(ParameterError, match="Two lines of the runs file make forecast/RXL/C_100"):
        plan(runs(EVERY, EVERY | {"parameters": {"standard_weeks": 52}}), LOADED, notebooks=folder)


def test_only_keeps_what_is_named(folder: Path) -> None:
    """`--only trust=RXN,notebook=forecast` keeps the reports with both; a skipped family is kept by its name alone."""
    asked = runs(EVERY, TESTS, CHATBOT)
    both = plan(asked, LOADED, only={"trust": "RXN", "notebook": "forecast"}, notebooks=folder)
    assert [one.address for one in both] == ["forecast/RXN/C_110", "forecast/RXN/C_999"]
    assert [one.address for one in plan(asked, LOADED, only={"notebook": "chatbot"}, notebooks=folder)] == ["chatbot"]
    assert len(plan(asked, LOADED, only={"standard_weeks": "65"}, notebooks=folder)) == 4


@pytest.mark.parametrize(
    ("only", "said"),
    [
        ({"trst": "RXN"}, "No report has such a parameter. Use notebook, as_of"),
        ({"trust": "RXM"}, "No report has the value 'RXM'. There are RTX, RXL, RXN"),
        ({"notebook": "forecast", "trust": "RTX"}, "No report has the value 'RTX'. There are RXL, RXN"),
        ({"notebook": "forecast", "test": "2"}, "No report has such a parameter"),
    ],
)
def test_only_that_matches_nothing_is_refused(folder: Path, only: dict[str, str], said: str) -> None:
    """A misspelt filter must not look like a run with nothing to do."""
    with pytest.raises(ParameterError, match=said):
        plan(runs(EVERY, TESTS), LOADED, only=only, notebooks=folder)


def test_the_monthly_runs_file_is_valid() -> None:
    """The runs file that is shipped has one address per report and a code for each."""
    assert parameters.runs().reports


@pytest.mark.parametrize(
    "family",
    [
        EVERY | {"test": ["1"]},
        {name: value for name, value in EVERY.items() if name != "specialty"},
        EVERY | {"parameters": {"trust": "RXN"}},
    ],
)
def test_a_family_names_one_kind_of_code(family: dict[str, Any], tmp_path: Path) -> None:
    """Specialty or test, and neither again inside `parameters`."""
    import yaml

    path = tmp_path / "runs.yml"
    path.write_text(yaml.safe_dump({"title": "x", "reports": [family]}))
    with pytest.raises(ParameterError, match=r"reports\.0"):
        parameters.runs(path)


def test_a_report_is_due_again_when_what_it_also_reads_changes(folder: Path) -> None:
    """A plan beside the list is part of its release where the runs file says so, and of no other report's."""
    planned = EVERY | {"also": ["plan"]}
    before = plan(runs(planned, TESTS), LOADED, notebooks=folder)
    told = [LOADED | {"plan": Available("", frozenset(), digest)} for digest in ("p1", "p2")]
    first, second = (plan(runs(planned, TESTS), loaded, notebooks=folder) for loaded in told)
    changed = [{one.address for one, other in zip(*pair, strict=True) if one != other}
               for pair in ((before, first), (first, second))]  # fmt: skip
    lists = {one.address for one in before if one.address.startswith("forecast")}
    assert changed == [lists, lists]
    assert before[0].release == LOADED["rtt"].release
    assert before[0].reads == ("rtt", "plan")


def test_a_plan_alone_makes_nothing_due_for_every_family(folder: Path) -> None:
    """Data without lists of their own are nothing to report on by themselves."""
    alone = {"plan": Available("", frozenset(), "p1")}
    (one,) = plan(runs(SYSTEM), alone, notebooks=folder)
    assert "Nothing is loaded" in one.skipped


def test_a_campaign_has_a_report_of_its_own(folder: Path, write: Any) -> None:
    """In the order they began, by name or every; a trust has one where that campaign called it; the address keeps its name."""
    write("chatbot", parameters='trust: str = "LSC"\nspecialty: str = "C_999"\ncampaign: str = ""')
    loaded = {"chatbot": CALLED}
    due = plan(runs(CHATBOT | {"trust": ["LSC"]}, OF_ONE), loaded, notebooks=folder)
    assert [(one.address, one.parameters["campaign"]) for one in due] == [
        ("chatbot/LSC/C_999", ""),
        ("chatbot/LSC/C_999-PILOT_2021_22", "Pilot 2021/22"),
        ("chatbot/LSC/C_999-SPRING", "Spring"),
    ]
    named = runs(CHATBOT | {"campaign": ["Spring", "Not loaded"]})
    assert [one.address for one in plan(named, loaded, notebooks=folder)] == ["chatbot/RTX/C_999-SPRING"]
    alike = {"chatbot": Available("", CALLED.pairs, "c3", campaigns=dict.fromkeys(("A b", "a B"), CALLED.pairs))}
    with pytest.raises(ParameterError, match="C_999-A_B"):
        plan(runs(OF_ONE), alike, notebooks=folder)


def test_a_campaign_is_asked_only_of_a_notebook_that_takes_one(folder: Path) -> None:
    """Else its reports would all be the same; and of no other family."""
    with pytest.raises(ParameterError, match="no such parameter"):
        plan(runs(OF_ONE), {"chatbot": CALLED}, notebooks=folder)
    with pytest.raises(ValueError, match="campaign is one of validation"):
        runs(EVERY | {"campaign": "every"})
