"""Mutual aid on what is loaded: the command as its user calls it, every limit and both ledgers counted again."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from example_aid import broken_limits
from typer.testing import CliRunner

from lsc_analytics import parameters
from lsc_analytics.aid import MutualAid, mutual_aid_for
from lsc_analytics.cli import app
from lsc_analytics.errors import NoDataError, ParameterError
from lsc_analytics.models.mutual_aid import Rule
from lsc_analytics.store.home import Home
from lsc_analytics.store.intake import take

LIST = ["provider_code", "treatment_function_code"]


def counted_again(told: MutualAid, by: str, standard: int) -> None:
    """Every limit of the proposal, and both ledgers, from the moves alone."""
    rule = parameters.mutual_aid()
    months = rule.stages["before_first_appointment"].months_to_treatment
    limits = Rule(rule.minimum_batch, rule.travel_limit_minutes, months, by)
    moves, ledger = told.proposal.moves, told.assurance
    assert broken_limits(moves, told.need, told.offers, parameters.organisations().minutes(), limits) == []
    assert (ledger["own_breaches_with"] <= ledger["own_breaches_without"] + 1e-9).all()
    assert (ledger["own_stress_with"] <= ledger["own_stress_without"] + 1e-9).all()
    at_date = ledger[(ledger["month"] == by) & (ledger["standard"] == standard)]
    assert at_date["imported_breaches"].eq(0).all()
    relieved = (at_date["own_breaches_without"] - at_date["own_breaches_with"]).sum()
    assert relieved == pytest.approx(told.proposal.breaches_without - told.proposal.breaches_with, rel=0.02, abs=0.5)


@pytest.mark.integration
def test_command_writes_the_moves_and_the_assurance(
    demo_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the README of mutual aid says: two files with the promised columns, a sentence, exit 0."""
    monkeypatch.setenv("LSC_HOME", str(demo_home.root))
    moves, assurance = tmp_path / "moves.csv", tmp_path / "assurance.csv"
    asked = ["mutual-aid", "--as-of", "2026-01", "--by", "2026-07", "--standard", "52"]
    ended = CliRunner().invoke(app, [*asked, "--moves", str(moves), "--assurance", str(assurance)])
    assert ended.exit_code == 0, ended.output
    assert list(pd.read_csv(moves)) == ["from_provider", "to_provider", "treatment_function_code", "month", "pathways"]
    told = pd.read_csv(assurance)
    assert list(told)[:4] == [*LIST, "month", "standard"]
    assert set(told["standard"]) == {18, 52, 65, 78}
    assert "is assumed" in ended.output


@pytest.mark.integration
def test_proposal_on_demo_data_keeps_every_limit(demo_home: Home) -> None:
    """Whole pathways, batches, offers, journeys, dates and both ledgers hold on the demo system."""
    told = mutual_aid_for(demo_home, "2026-01", "2026-07", 52)
    assert len(told.proposal.moves) > 0
    counted_again(told, "2026-07", 52)


@pytest.mark.integration
def test_wrong_questions_are_answered_in_sentences(demo_home: Home) -> None:
    """An unknown standard, a date too near, and a month without bands each say what to do."""
    with pytest.raises(ParameterError, match="60 weeks is not forecast"):
        mutual_aid_for(demo_home, "2026-01", "2026-07", 60)
    with pytest.raises(ParameterError, match="name a month between"):
        mutual_aid_for(demo_home, "2026-01", "2026-03", 52)
    with pytest.raises(NoDataError, match="Loaded are"):
        mutual_aid_for(demo_home, "2031-01", "2031-07", 52)


@pytest.mark.integration
@pytest.mark.real_data
def test_proposal_of_january_2026_keeps_every_limit(
    shared_data: Path, once: Callable[[str, Callable[[Path], None]], Path]
) -> None:
    """On the published list of January 2026, taught by the four trusts alone to be quick: the same checks."""
    name = "incomplete_by_provider_specialty_2024-04_2026-01.csv.gz"

    def make(folder: Path) -> None:
        panel = pd.read_csv(shared_data / "rtt" / name, dtype=str, keep_default_na=False)
        ours = panel[panel["Provider_Code"].isin(parameters.trust_codes())]
        with gzip.open(folder / name, "wt", encoding="utf-8") as file:
            ours.to_csv(file, index=False)
        report = take(Home(folder / "home"), [folder / name, *(shared_data / "rtt").glob("*full-extract*")])
        assert not report.refused, [outcome.says for outcome in report.refused]

    told = mutual_aid_for(Home(once("aid-home", make) / "home"), "2026-01", "2026-07", 52)
    assert told.proposal.moves["pathways"].sum() > 100
    assert told.proposal.breaches_bound <= told.proposal.breaches_with < told.proposal.breaches_without
    counted_again(told, "2026-07", 52)
