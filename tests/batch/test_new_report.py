"""A new report keeps the house style from its first minute, and what is out of order is said before anything runs."""

from __future__ import annotations

from pathlib import Path

import nbformat
import papermill
import pytest

from lsc_analytics import parameters
from lsc_analytics.batch import check
from lsc_analytics.batch.new_report import Family, new_report
from lsc_analytics.batch.notebook_style import KEPT, faults
from lsc_analytics.errors import ParameterError
from lsc_analytics.store.home import Home


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A runs file of the test's own."""
    path = tmp_path / "monthly.yml"
    path.write_text((parameters.folder() / "runs" / "monthly.yml").read_text(encoding="utf-8"), encoding="utf-8")
    return path


@pytest.mark.integration
@pytest.mark.parametrize("family", ["rtt", "dm01"])
def test_a_new_report_runs_and_keeps_the_style(
    family: Family, runs: Path, tmp_path: Path, demo_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As written it lacks only its kept headline; executed on demo data, it lacks nothing, and the batch knows it."""
    path = new_report("theatre_use", "Are theatres full?", family, notebooks=tmp_path, runs=runs)
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert faults(notebook) == ["answer: its headline was not kept (make headlines)"]
    monkeypatch.setenv("LSC_HOME", str(demo_home.root))
    executed = papermill.execute_notebook(path, None, progress_bar=False, engine_name="lsc-in-process")
    for cell, done in zip(notebook.cells, executed.cells, strict=True):
        if set(cell.metadata.get("tags", [])) >= KEPT:
            cell.outputs, cell.execution_count = done.outputs, done.execution_count
    assert faults(notebook) == []
    assert all(cell.outputs for cell in executed.cells if cell.get("id") in ("chart", "finding", "provenance"))
    last = parameters.runs(runs).reports[-1]
    assert (last.notebook, last.family) == ("theatre_use", family)


@pytest.mark.unit
def test_a_wrong_name_or_title_writes_nothing(runs: Path, tmp_path: Path) -> None:
    """A name with a hyphen, a name that is taken, and a title that asks nothing."""
    before = runs.read_bytes()
    (tmp_path / "taken.ipynb").write_text("{}", encoding="utf-8")
    for name, question, words in (
        ("theatre-use", "Full?", "no name"),
        ("taken", "Full?", "another name"),
        ("theatre_use", "Theatres.", "question mark"),
    ):
        with pytest.raises(ParameterError, match=words):
            new_report(name, question, "rtt", notebooks=tmp_path, runs=runs)
    assert runs.read_bytes() == before
    assert [path.name for path in tmp_path.glob("*.ipynb")] == ["taken.ipynb"]


@pytest.mark.unit
def test_a_runs_file_that_cannot_take_the_line_stays_as_it_was(tmp_path: Path) -> None:
    """A file whose last key is not its reports would be broken by it."""
    runs = tmp_path / "monthly.yml"
    runs.write_text("reports:\n  - {notebook: forecast, family: rtt, trust: [LSC], specialty: [C_999]}\ntitle: Ours\n")
    before = runs.read_bytes()
    with pytest.raises(ParameterError):
        new_report("theatre_use", "Full?", "rtt", notebooks=tmp_path, runs=runs)
    assert runs.read_bytes() == before
    assert not list(tmp_path.glob("*.ipynb"))


@pytest.mark.unit
def test_every_fault_of_the_parameter_files_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is missing and one with an unknown key hide nothing of each other."""
    for path in parameters.folder().glob("*.yml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "spc.yml").unlink()
    (tmp_path / "risk.yml").write_text("months_ahead: 6\ncolour: red\n")
    monkeypatch.setenv("LSC_PARAMETERS", str(tmp_path))
    told = " ".join(parameters.faults_of_files())
    assert "spc.yml: The parameter file cannot be read" in told
    assert "colour" in told


@pytest.mark.integration
def test_what_is_loaded_and_not_whole_is_said(demo_home: Home, monkeypatch: pytest.MonkeyPatch, home: Home) -> None:
    """The demo lacks a month on purpose; an empty home says that it is empty."""
    assert check.to_know(home) == ["Nothing is loaded."]
    monkeypatch.setenv("LSC_HOME", str(demo_home.root))
    assert any("August 2023 is not loaded" in sentence for sentence in check.to_know(demo_home))


@pytest.mark.unit
def test_a_notebook_that_is_none_is_said(tmp_path: Path) -> None:
    """A file cut off half-way is a fault, not a traceback."""
    path = tmp_path / "half.ipynb"
    path.write_text('{"cells": [', encoding="utf-8")
    assert "no notebook" in check._faults(path)[0]
