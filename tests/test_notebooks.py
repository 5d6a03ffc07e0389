"""Every notebook keeps the house style, its kept headlines are still true, and a stock kernel can run it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from ast import literal_eval
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import papermill
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from lsc_analytics.batch.notebook_style import IMPORT, KEPT, faults
from lsc_analytics.parameters import runs

if TYPE_CHECKING:
    from example_demo import DemoRun

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def example() -> NotebookNode:
    """A notebook in the house style."""
    headline = new_code_cell(
        "lsc.show(lsc.say.headline(position))", id="headline", metadata={"tags": sorted(KEPT)}, execution_count=3
    )
    headline.outputs = [new_output("execute_result", data={"text/plain": "42,257 wait."}, execution_count=3)]
    parameters = new_code_cell(
        'trust = "RXN"  # Trust code\nweeks = 65  # Weeks', id="parameters", metadata={"tags": ["parameters"]}
    )
    cells = [
        new_markdown_cell("# Forecast", id="title"),
        parameters,
        new_code_cell(IMPORT, id="import"),
        headline,
        new_markdown_cell("## How long is the list?", id="question"),
        new_code_cell("lsc.charts.position(position)", id="chart"),
        new_code_cell("lsc.show(lsc.say.position(position))", id="finding"),
        new_code_cell("lsc.provenance(trust=trust)", id="provenance"),
    ]
    return new_notebook(cells=cells, metadata={"title": "Forecast"})


def cell_of(notebook: NotebookNode, name: str) -> NotebookNode:
    """A cell by its id."""
    return next(cell for cell in notebook.cells if cell.id == name)


def source(name: str, text: str) -> Callable[[NotebookNode], None]:
    """A change: this cell says something else."""
    return lambda notebook: cell_of(notebook, name).update(source=text)


def tagged(name: str, *given: str) -> Callable[[NotebookNode], None]:
    """A change: this cell has other tags."""
    return lambda notebook: cell_of(notebook, name).metadata.update(tags=list(given))


def lost(name: str) -> Callable[[NotebookNode], None]:
    """A change: this cell is not there."""
    return lambda notebook: notebook.cells.remove(cell_of(notebook, name))


def output(name: str, *outputs: NotebookNode) -> Callable[[NotebookNode], None]:
    """A change: this cell has other outputs."""
    return lambda notebook: cell_of(notebook, name).update(outputs=list(outputs))


BROKEN = [
    (lambda notebook: notebook.metadata.pop("title"), "no title"),
    (lambda notebook: cell_of(notebook, "chart").pop("id"), "no id"),
    (tagged("parameters"), "tagged parameters"),
    (tagged("chart", "parameters"), "tagged parameters"),
    (lost("import"), "second code cell"),
    (source("import", "import lsc_analytics"), "second code cell"),
    (lost("provenance"), "where the figures come from"),
    (source("parameters", 'trust = "RXN"'), "parameter without"),
    (source("parameters", "trust = lsc.SYSTEM  # Trust code"), "no plain value"),
    (source("chart", "a = 1\nb = 2\nc = 3\nd = 4\ne = 5\nlsc.charts.position(a)"), "five lines"),
    (source("chart", "%matplotlib inline"), "not plain Python"),
    (source("chart", "def f(): return 1"), "a function"),
    (source("chart", "f = lambda x: x"), "a function"),
    (source("chart", "class F: pass"), "a class"),
    (source("chart", "for x in (1, 2): x"), "a loop"),
    (source("chart", "while True: break"), "a loop"),
    (source("chart", "[x for x in (1, 2)]"), "a loop"),
    (source("chart", "import pandas"), "an import"),
    (source("chart", "from pathlib import Path"), "an import"),
    (source("chart", "open('x')"), "open belongs"),
    (source("chart", "Path('x')"), "Path belongs"),
    (source("chart", "lsc.table('figures.csv')"), "a path"),
    (source("chart", "lsc.table('../data/figures')"), "a path"),
    (output("chart", new_output("stream", text="1")), "not stripped"),
    (output("headline"), "headline was not kept"),
    (lambda notebook: cell_of(notebook, "headline").update(execution_count=None), "headline was not kept"),
    (tagged("headline", "keep_output"), "go together"),
    (lost("headline"), "keeps no headline"),
    (source("question", "## The list"), "no question"),
    (lost("finding"), "without its finding"),
    (source("finding", "lsc.charts.position(position)"), "without its finding"),
]


def test_example_keeps_the_style() -> None:
    """A notebook in the house style has no faults."""
    assert faults(example()) == []


@pytest.mark.parametrize(("change", "words"), BROKEN, ids=[words for _, words in BROKEN])
def test_each_broken_rule_is_noticed(change: Callable[[NotebookNode], None], words: str) -> None:
    """Breaking one rule of the house style is told as that fault."""
    notebook = example()
    change(notebook)
    assert any(words in fault for fault in faults(notebook))


def test_long_cells_are_noticed() -> None:
    """A notebook most of whose cells have three lines has grown logic of its own."""
    notebook = example()
    for name in ("headline", "chart", "finding", "provenance"):
        source(name, f"lsc.provenance(\n1,\n{name!r})")(notebook)
    assert "half of its code cells are longer than two lines" in faults(notebook)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_keeps_the_style(path: Path) -> None:
    """The notebook is valid and has none of the faults."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert faults(notebook) == []


def test_every_report_family_has_its_notebook() -> None:
    """Each family of the monthly batch names a notebook that is there, and no notebook is left out of it."""
    assert {family.notebook for family in runs().reports} == {path.stem for path in NOTEBOOKS}


def nbval(path: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a notebook in a stock kernel and compare the outputs it keeps."""
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-pno:xdist",
            "-pno:cacheprovider",
            "--nbval-lax",
            "--nbval-current-env",
            path,
        ],
        cwd=ROOT,
        env=os.environ | {"LSC_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.integration
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_kept_headlines_are_still_true(path: Path, demo_run: DemoRun) -> None:
    """The batch on the demo data says again what the notebook keeps; `make headlines` renews what was meant to change."""
    kept = nbformat.read(path, as_version=4)
    defaults = {name: literal_eval(said["default"]) for name, said in papermill.inspect_notebook(path).items()}
    cell = {name: value for name, value in defaults.items() if value}  # what is empty is the latest that is loaded
    made = [told for asked, told in ran(demo_run, path.stem) if cell.items() <= asked.items()]
    assert made, f"the demo makes no report of the defaults, {cell}"
    said = {one.id: one.outputs for one in made[0].cells if one.cell_type == "code"}
    headlines = [one for one in kept.cells if set(one.metadata.get("tags", [])) >= KEPT]
    assert headlines
    for headline in headlines:
        assert [output.data for output in said[headline.id]] == [output.data for output in headline.outputs]


@pytest.mark.integration
@pytest.mark.parametrize("name", ["forecast", "diagnostics", "chatbot"])
def test_a_stock_kernel_says_the_same(name: str, demo_run: DemoRun) -> None:
    """And so does nbval, of a notebook of each question, as `make headlines` and JupyterLab run it."""
    checked = nbval(ROOT / "notebooks" / f"{name}.ipynb", demo_run.home.root)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.integration
def test_changed_headline_is_noticed(tmp_path: Path) -> None:
    """A kept headline that its cell no longer says fails."""
    cell = new_code_cell("'42,257 wait'", id="headline", metadata={"tags": sorted(KEPT)}, execution_count=1)
    cell.outputs = [new_output("execute_result", data={"text/plain": "'42,258 wait'"}, execution_count=1)]
    path = tmp_path / "changed.ipynb"
    nbformat.write(new_notebook(cells=[cell]), path)
    checked = nbval(path, tmp_path)
    assert checked.returncode == 1
    assert "Cell outputs differ" in checked.stdout


def ran(demo_run: DemoRun, notebook: str) -> list[tuple[dict[str, object], NotebookNode]]:
    """What the demo's run was asked of a notebook, and what came of it, report by report."""
    (manifest,) = demo_run.home.runs.glob("*/manifest.json")
    reports = json.loads(manifest.read_text(encoding="utf-8"))["reports"]
    mine = [report for report in reports if Path(report["notebook"]).stem == notebook]
    return [
        (report["parameters"], nbformat.read(demo_run.home.root / report["output"], as_version=4)) for report in mine
    ]


def check_told(told: NotebookNode, asked: dict[str, object]) -> None:
    """It ran to the last cell, for the cell of the matrix asked for, and nothing that shows is empty."""
    last = told.cells[-1].outputs[0].data["application/vnd.lsc.provenance+json"]
    assert last["sources"]
    assert asked.items() <= last["parameters"].items()
    shown = [cell for cell in told.cells if cell.cell_type == "code" and re.search(r"lsc\.(charts|say)\.", cell.source)]
    assert all(cell.outputs for cell in shown)


@pytest.mark.integration
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_cell_that_the_demo_asks_for_is_told_to_the_end(path: Path, demo_run: DemoRun) -> None:
    """The batch ran it for its defaults and, where the demo has more of the matrix, for other cells, to the last cell."""
    declared = papermill.inspect_notebook(path)
    told = ran(demo_run, path.stem)
    assert told
    for asked, notebook in told:
        check_told(notebook, {name: value for name, value in asked.items() if name in declared})


@pytest.mark.integration
@pytest.mark.parametrize("name", ["forecast", "diagnostics"])
def test_plain_papermill_runs_it(name: str, demo_run: DemoRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And as a BI lead runs it for a cell that no batch has made, with Papermill's own engine and the stock kernel."""
    asked = {"trust": "RTX", "specialty": "C_130"} if name == "forecast" else {"trust": "RTX", "test": "2"}
    monkeypatch.setenv("LSC_HOME", str(demo_run.home.root))
    path = ROOT / "notebooks" / f"{name}.ipynb"
    told = papermill.execute_notebook(
        path, tmp_path / path.name, parameters=asked, kernel_name="python3", progress_bar=False
    )
    check_told(told, asked)
