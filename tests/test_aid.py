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
from lsc_analytics.reference import add_months
from lsc_analytics.store.home import Home
from lsc_analytics.store.intake import take

LIST = ["provider_code", "treatment_function_code"]


def counted_again(told: MutualAid, by: str, standard: int) -> None:
    """Every limit of the proposal, and both ledgers, from the moves alone."""
    rule, found = parameters.mutual_aid(), told.summary.iloc[0]
    limits = Rule(rule.minimum_batch, rule.travel_limit_minutes, rule.months_to_treatment, by)
    moves, ledger = told.moves, told.assurance
    assert broken_limits(moves, told.need, told.offers, parameters.organisations().minutes(), limits) == []
    receiving = pd.MultiIndex.from_frame(ledger[LIST]).isin(
        pd.MultiIndex.from_frame(moves[["to_provider", "treatment_function_code"]])
    )
    for kind in ("own_breaches", "own_stress"):
        worse = ledger[f"{kind}_with"] - ledger[f"{kind}_without"]
        assert worse.max() <= 1e-9
        assert worse[receiving].abs().max() <= 1e-9  # at no month and no standard is a receiver's own ledger touched
    at_date = ledger[(ledger["month"] == by) & (ledger["standard"] == standard)]
    assert at_date["imported_breaches"].eq(0).all()
    relieved = (at_date["own_breaches_without"] - at_date["own_breaches_with"]).sum()
    assert relieved == pytest.approx(found["breaches_without"] - found["breaches_with"], rel=0.02, abs=0.5)
    # Each pathway moved is on its receiver's list, over 18 weeks, at every month end until its clock stops.
    carried = ledger[ledger["standard"] == 18].groupby("month")["imported_breaches"].sum()
    waiting = sum(
        (moves.loc[moves["month"].map(lambda m, back=back: add_months(m, back)) == by, "pathways"].sum())
        for back in range(rule.months_to_treatment)
    )
    assert carried[by] == pytest.approx(waiting)
    assert carried.sum() == pytest.approx(moves["pathways"].sum() * rule.months_to_treatment, rel=0.05)


def added_again_as_excel_does(sheet: pd.DataFrame, moves: pd.DataFrame) -> None:
    """The rows of the assurance sheet, summed column by column, agree with the moves that it is of."""
    assert list(sheet) == [
        "provider_code", "treatment_function_code", "month", "standard", "own_breaches_without", "own_breaches_with",
        "own_stress_without", "own_stress_with", "imported_breaches",
    ]  # fmt: skip
    assert not sheet.duplicated(["provider_code", "treatment_function_code", "month", "standard"]).any()
    assert sheet.notna().all().all()
    for _, one in sheet.groupby(LIST):
        assert len(one) == one["month"].nunique() * 4  # no row is missing
    # A longer wait never has more than a shorter one, so the columns of one month can be read down.
    ordered = sheet.sort_values([*LIST, "month", "standard"])
    imported = ordered.groupby([*LIST, "month"])["imported_breaches"].diff().dropna()
    assert (imported <= 1e-9).all()
    relief = sheet["own_breaches_without"] - sheet["own_breaches_with"]
    touched = set(
        zip(sheet.loc[relief > 1e-9, "provider_code"], sheet.loc[relief > 1e-9, "treatment_function_code"], strict=True)
    )
    assert touched <= set(zip(moves["from_provider"], moves["treatment_function_code"], strict=True))
    at_18 = sheet[sheet["standard"] == 18].groupby(LIST)["imported_breaches"].sum()
    taken = moves.groupby(["to_provider", "treatment_function_code"])["pathways"].sum()
    for place, pathways in taken.items():
        assert at_18[place] == pytest.approx(pathways, rel=0.05)  # each over 18 weeks for the one month until treated


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
    added_again_as_excel_does(told, pd.read_csv(moves))
    assert "is assumed" in ended.output
    again = CliRunner().invoke(app, [*asked, "--moves", str(moves), "--assurance", str(assurance)])
    assert again.output == ended.output  # remembered


@pytest.mark.integration
def test_proposal_on_demo_data_keeps_every_limit(demo_home: Home) -> None:
    """Whole pathways, batches, offers, journeys, dates and both ledgers hold on the demo system."""
    told = mutual_aid_for(demo_home, "2026-01", "2026-07", 52)
    assert len(told.moves) > 0
    counted_again(told, "2026-07", 52)


@pytest.mark.integration
def test_wrong_questions_are_answered_in_sentences(demo_home: Home) -> None:
    """An unknown standard, a date too near, and a month without bands each say what to do."""
    with pytest.raises(ParameterError, match="60 weeks is not forecast"):
        mutual_aid_for(demo_home, "2026-01", "2026-07", 60)
    with pytest.raises(ParameterError, match="name a month between"):
        mutual_aid_for(demo_home, "2026-01", "2026-03", 52)
    with pytest.raises(ParameterError, match="`lsc table rtt_commissioned` tells where the ICB's own pathways wait"):
        mutual_aid_for(demo_home, "2026-01", "2026-07", 52, scope="commissioner")
    with pytest.raises(NoDataError, match="Load the RTT full extract of that month"):
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
    found = told.summary.iloc[0]
    assert told.moves["pathways"].sum() > 100
    assert found["breaches_bound"] <= found["breaches_with"] < found["breaches_without"]
    assert found["solver_seconds"] < 10  # two on a quiet machine
    counted_again(told, "2026-07", 52)
