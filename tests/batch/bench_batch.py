"""How fast a month's batch is, beside the same notebooks by Papermill's command line and by plain functions: `make bench`.

It reads LSC_HOME, whose monthly run of demo data has been made, so that what models say is stored in every arm, and changes
only copies: of one it edits a notebook and loads a month more, and says what was made again. It is no test: figures
depend on the machine. They go into docs/performance.md as they come.
"""

from __future__ import annotations

import argparse
import ast
import multiprocessing
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import typer

from lsc_analytics import parameters
from lsc_analytics.batch import loaded, manifest
from lsc_analytics.batch.matrix import Due, plan
from lsc_analytics.cli.reports import read_runs
from lsc_analytics.ingest.demo import dm01, files, rtt
from lsc_analytics.parameters import demo, project_root
from lsc_analytics.reference import add_months
from lsc_analytics.site.render import render
from lsc_analytics.store.home import Home

PAPERMILL = Path(sys.executable).with_name("papermill")
LSC = Path(sys.executable).with_name("lsc")
_TARGETS = {"loop": 10.0, "xargs": 6.0}
_MOST_OF_FUNCTIONS = 1.5


class Change(NamedTuple):
    """What was done about a change: reports made again, of how many, and seconds of the run, and of its reports."""

    what: str
    made: int
    of: int
    seconds: float
    of_reports: float


def main() -> None:
    """Measure, print and write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sample", type=int, default=16, help="reports that the slow arms make")
    asked.add_argument("--output", type=Path, default=Path("docs/performance.md"))
    told = asked.parse_args()
    home = Home.current()
    due = [one for one in _due(home) if not one.skipped]
    sample = [due[place * len(due) // told.sample] for place in range(told.sample)]
    unchanged = _seconds([LSC, "run"], home)
    with tempfile.TemporaryDirectory(dir=home.root.parent) as scratch:
        copy = Home(Path(scratch) / "home")
        shutil.copytree(home.root, copy.root, ignore=shutil.ignore_patterns("runs"))
        whole = _seconds([LSC, "run"], copy)
        made = max(manifest.read_all(copy), key=lambda one: one.started)
        stages = {stage.title: stage for stage in made.stages}
        reports = stages["Reports"]
        changes = list(_changes(copy, Path(scratch)))
        commands = [_command(one, Path(scratch) / f"{place}.ipynb") for place, one in enumerate(sample)]
        arms = {
            "loop": _timed(lambda: [subprocess.run(one, check=True, **_quiet(copy)) for one in commands]),
            "xargs": _timed(lambda: _xargs(commands, copy)),
            "functions": _timed(lambda: _functions(sample, copy)),
        }
    each = {name: seconds / len(sample) for name, seconds in arms.items()} | {"batch": whole / reports.tasks}
    told.output.write_text(_page(each, whole, made, due, sample, unchanged, changes), encoding="utf-8")
    typer.echo(told.output.read_text(encoding="utf-8"))


def _changes(whole: Home, scratch: Path) -> Iterator[Change]:
    """One change after another to a home whose run is complete, each answered by a run."""
    home, project = Home(scratch / "changed"), scratch / "project"
    shutil.copytree(whole.root, home.root)
    for part in ("lsc_analytics", "notebooks", "parameters", "reports"):
        shutil.copytree(project_root() / part, project / part, ignore=shutil.ignore_patterns("__pycache__", "local"))
    (project / "docs").mkdir()
    shutil.copy(project_root() / "docs" / "glossary.md", project / "docs")
    yield _answered("Nothing", home, project)
    notebook = project / "notebooks" / "diagnostics.ipynb"
    told = nbformat.read(notebook, as_version=4)
    told.cells[-1].source += "  # edited"
    nbformat.write(told, notebook)
    yield _answered("One notebook edited (`diagnostics`)", home, project)
    later = demo().model_copy(update={"last_month": add_months(demo().last_month, 1)})
    workbooks = dm01.workbooks(later, dm01.simulate(later))
    # Each is saved: one that is not complains when it is forgotten.
    *_, last = [files.write_workbook(scratch / dm01.name(month), workbook) for month, workbook in workbooks]
    _load(last, home)
    yield _answered("One month more of DM01", home, project)
    *_, (month, text) = rtt.extracts(later)
    _load(files.write_csv(scratch / rtt.name(month), text), home)
    yield _answered("One month more of RTT", home, project)


def _load(file: Path, home: Home) -> None:
    subprocess.run([LSC, "ingest", file], check=True, **_quiet(home))


def _answered(what: str, home: Home, project: Path) -> Change:
    seconds = _seconds([LSC, "run"], home, project)
    made = max(manifest.read_all(home), key=lambda one: one.started)
    done = sum(report.status == "done" for report in made.reports)
    of_reports = sum(stage.seconds for stage in made.stages if stage.title == "Reports")
    return Change(what, done, len(made.reports), seconds, of_reports)


def _due(home: Home) -> list[Due]:
    os.environ["LSC_HOME"] = str(home.root)
    runs = read_runs(parameters.folder() / "runs" / "monthly.yml")
    return plan(runs, loaded.available(home, runs), only={})


def _quiet(home: Home, project: Path | None = None) -> dict[str, Any]:
    root = project or project_root()
    environment = os.environ | {"LSC_HOME": str(home.root), "PYTHONPATH": str(root)}
    return {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": root}


def _seconds(command: list[Any], home: Home, project: Path | None = None) -> float:
    return _timed(lambda: subprocess.run(command, check=True, **_quiet(home, project)))


def _timed(work: Callable[[], Any]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def _command(one: Due, output: Path) -> list[str]:
    """Papermill's command line of one report, its kernel a stock one."""
    values = ((("-r" if isinstance(value, str) else "-p"), name, str(value)) for name, value in one.parameters.items())
    told = [part for each in values for part in each]
    return [str(PAPERMILL), str(project_root() / one.notebook), str(output), "--no-progress-bar", *told]


def _xargs(commands: list[list[str]], home: Home) -> None:
    lines = "\0".join(shlex.join(command) for command in commands)  # a line's own quotes xargs would take away
    subprocess.run(["xargs", "-0", "-P2", "-I{}", "sh", "-c", "{}"], input=lines, text=True, check=True, **_quiet(home))


def _functions(sample: list[Due], home: Home) -> None:
    """Two processes that have everything imported call what the cells call, draw, and write the page."""
    os.environ["LSC_HOME"] = str(home.root)
    with multiprocessing.get_context("fork").Pool(2, maxtasksperchild=1) as pool:
        pool.map(_plainly, sample, chunksize=1)


def _plainly(one: Due) -> int:
    """One report without Papermill, IPython or a kernel: the same calls, the same charts, the same page."""
    notebook = nbformat.read(project_root() / one.notebook, as_version=4)
    names: dict[str, Any] = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        *before, last = ast.parse(cell.source).body
        exec(compile(ast.Module(before, []), "cell", "exec"), names)
        if not isinstance(last, ast.Expr):
            exec(compile(ast.Module([last], []), "cell", "exec"), names)
        elif (shown := eval(compile(ast.Expression(last.value), "cell", "eval"), names)) is not None:
            cell.outputs = [nbformat.v4.new_output("display_data", _bundle(shown))]
        if "parameters" in cell.metadata.get("tags", []):
            names |= one.parameters
    context = {"address": one.address, "notebook": one.notebook, "parameters": one.parameters, "sources": [],
               "as_of": one.parameters.get("as_of"), "run_id": "bench", "started": "2026-01-01T00:00:00Z",
               "code_version": "", "data_release": "", "kind": "demo"}  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        return (Path(folder) / "page.html").write_text(render(notebook, context=context), encoding="utf-8")


def _bundle(shown: Any) -> dict[str, Any]:
    if hasattr(shown, "_repr_mimebundle_"):
        told = shown._repr_mimebundle_()
        return dict(told[0] if isinstance(told, tuple) else told)
    for mime, method in (("text/markdown", "_repr_markdown_"), ("text/html", "_repr_html_")):
        if hasattr(shown, method):
            return {mime: getattr(shown, method)()}
    return {"text/plain": repr(shown)}


def _page(
    each: dict[str, float],
    whole: float,
    made: Any,
    due: list[Due],
    sample: list[Due],
    unchanged: float,
    changes: list[Change],
) -> str:
    kinds = Counter(re.sub(r".*/|\.ipynb", "", one.notebook) for one in due)
    reports = next(stage for stage in made.stages if stage.title == "Reports")
    faster = {name: each[name] / each["batch"] for name in ("loop", "xargs")}
    of_functions = each["batch"] / each["functions"]
    row = "| {} | {:.2f} | {:.1f} | {} |"
    verdict = {
        name: f"at least {least:.0f}: {'met' if faster[name] >= least else '**not met**'}"
        for name, least in _TARGETS.items()
    }
    return "\n".join([
        "# Performance",
        "",
        "Made by `make bench` in one sitting; nothing below was typed. Figures are of one machine; read the ratios.",
        "",
        f"- {time.strftime('%d %B %Y')}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end.",
        f"- {len(due)} reports of a month's run on demo data, every family: "
        + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) + ".",
        "- What models say is stored before any arm begins.",
        f"- `lsc run` made and rendered all of them, from starting the command to its end, in {whole:.0f} s "
        f"({reports.seconds:.0f} s of it the reports).",
        f"- The other arms made {len(sample)} of them, one in every {len(due) // len(sample)} of the run's order. Papermill's own command line "
        "renders no page; the plain functions do.",
        "",
        "| Arm | Seconds a report | Times the batch's | Wanted |",
        "|---|---|---|---|",
        row.format("`lsc run`, two workers, rendered", each["batch"], 1.0, ""),
        row.format("`papermill` in a loop, stock kernel", each["loop"], faster["loop"], verdict["loop"]),
        row.format("`xargs -P2 papermill`, stock kernel", each["xargs"], faster["xargs"], verdict["xargs"]),
        row.format(
            "plain functions, two warm processes, rendered", each["functions"], 1 / of_functions,
            f"batch at most {_MOST_OF_FUNCTIONS} times these, is {of_functions:.2f}: "
            f"{'met' if of_functions <= _MOST_OF_FUNCTIONS else '**not met**'}",
        ),
        "",
        f"A run in which nothing has changed: {unchanged:.1f} s (wanted: under 3 s, "
        f"{'met' if unchanged < 3 else '**not met**'}).",
        "",
        "## What a change costs",
        "",
        "One after another, on the same home, each followed by `lsc run`; loading a file is not counted.",
        "",
        "| Change | Reports made again | Seconds | of them models and start | A report made |",
        "|---|---|---|---|---|",
        *(
            f"| {one.what} | {one.made} of {one.of} | {one.seconds:.1f} | {one.seconds - one.of_reports:.1f} | "
            f"{one.of_reports / one.made:.2f} |" if one.made else f"| {one.what} | 0 of {one.of} | {one.seconds:.1f} | | |"
            for one in changes
        ),
        "",
    ])  # fmt: skip


if __name__ == "__main__":
    main()
