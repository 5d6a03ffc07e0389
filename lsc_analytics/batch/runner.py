"""Runs what is due: every notebook once, in a process of its own, executed and rendered in one go, or left as it was.

A report whose notebook, parameters, data and code are those of an earlier one is not made again, so a run that was
killed goes on where it stopped. A report that fails stops no other. It does not know what is in a notebook.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, Literal

from lsc_analytics import parameters
from lsc_analytics.batch import bounds, cluster, give_back
from lsc_analytics.batch import manifest as manifests
from lsc_analytics.batch import workers as processes
from lsc_analytics.batch.manifest import Manifest, Report, Stage
from lsc_analytics.batch.matrix import Due
from lsc_analytics.batch.progress import Watch, line, watching
from lsc_analytics.batch.workers import Answer, Call, said
from lsc_analytics.reference import CHARTS_CHECKED, PROVENANCE, cores
from lsc_analytics.store.home import Home, write_text
from lsc_analytics.store.warehouse import READ_TOO

Render = Callable[..., str]
EngineName = Literal["lsc-in-process", "kernel"]
_MADE = ".made-"  # before the name of a file that a worker has written and the run has not yet taken
_TOGETHER_ELSEWHERE = 4  # a cluster's answers come together too, and its workers may be many
_GRACE_SECONDS = 120  # beyond what its cells may take together, for starting and rendering


def run(
    home: Home,
    due: Sequence[Due],
    *,
    render: Render,
    code_version: str,
    data_release: str,
    workers: int | None = None,
    seconds_per_cell: int = 120,
    memory_mb: int = 4_096,
    engine: EngineName = "lsc-in-process",
    notebooks: Path | None = None,
    progress: Watch = watching,
    executor: Executor | None = None,
    stages: Sequence[Stage] = (),
    ready: Callable[[], None] | None = None,
) -> Manifest:
    """Make every report that is due.

    Args:
        home: Where the data are and the reports go, `runs/<run_id>/<address>.ipynb` and `.html`.
        due: What `matrix.plan` said.
        render: `render(notebook, context=...)` gives an executed notebook's page; a function of a module, since it is
            called in the workers. The context is `address, notebook, parameters, as_of, sources, run_id, started,
            code_version, data_release, kind`.
        code_version: Digest of all else that a page depends on: package, parameter files, templates.
        data_release: Digest of everything loaded, for the manifest; a report's own data are in its `Due`.
        workers: Processes at a time; as many as cores unless given.
        seconds_per_cell: A cell that takes longer fails its report.
        memory_mb: So has a report that takes more memory than this, beside what its process had at its start.
        engine: `kernel` runs each notebook in a stock kernel instead (over IPC): slower, and the reference.
        notebooks: Folder of the notebooks; the checkout's unless given.
        progress: How to show it.
        executor: Who makes them instead of processes of this machine: a cluster's (`cluster.dask`), whose workers share
            the home and have the same code.
        stages: What went before, for the manifest.
        ready: Reads what many of the notebooks read, once in each process of this machine; each notebook then runs in a
            fork of it.

    Returns:
        The manifest, as written to the run's folder. Its `failed` decides the exit code.
    """
    folder = notebooks or parameters.project_root() / "notebooks"
    sources = _sources(due, folder)
    cells = {name: len(json.loads(content)["cells"]) for name, content in sources.items()}
    began = time.monotonic()
    # It begins before it looks what it can leave, so that nobody removes that meanwhile: `lsc prune` sees it going on.
    manifest = manifests.begin(home, code_version=code_version, data_release=data_release, stages=stages)
    earlier = manifests.reusable(home)
    log = home.runs / manifest.run_id / "workers.log"
    with progress("Reports", len(due)) as tick:

        def finish(report: Report) -> None:
            manifests.note(home, manifest, report)
            tick(line(report))

        making: list[tuple[Due, str]] = []
        for one in due:
            key = _key(one, sources[one.notebook], code_version)
            if one.skipped:
                finish(_report(one, "skipped", error=one.skipped))
            elif key in earlier:
                finish(_unchanged(one, earlier[key]))
            else:
                making.append((one, key))
        context = {
            "run_id": manifest.run_id,
            "started": manifest.started,
            "code_version": code_version,
            "data_release": data_release,
            "kind": home.kind,
        }
        firsts = {one.notebook: place for place, (one, _) in reversed([*enumerate(making)])}
        calls = [
            Call(
                _make,
                (
                    home,
                    one,
                    folder,
                    render,
                    engine,
                    (seconds_per_cell, memory_mb),
                    context,
                    place != firsts[one.notebook],
                ),
                seconds_per_cell * cells[one.notebook] + _GRACE_SECONDS,
            )
            for place, (one, _) in enumerate(making)
        ]
        looked = time.monotonic()
        options: dict[str, Any] = {"environment": {"LSC_HOME": str(home.root)}, "log": log}
        options |= {"preload": [render.__module__], "ready": ready}
        together = 1 if ready is None else _TOGETHER_ELSEWHERE
        for answer in _answers(calls, executor, workers, together, options):
            one, key = making[answer.index]
            finish(_taken(home, one, key, answer))
    left = len(due) - len(making)
    made = Stage("Reports", round(time.monotonic() - looked, 1), len(making), len(manifest.failed))
    manifest.stages += [Stage("What changed", round(looked - began, 1), left, 0), made]
    for path in (home.runs / manifest.run_id).rglob(
        f"{_MADE}*"
    ):  # by a worker that was given up and ended all the same
        path.unlink(missing_ok=True)
    if log.exists() and not log.stat().st_size:
        log.unlink()
    manifests.end(home, manifest)
    return manifest


def changed(home: Home, due: Sequence[Due], *, code_version: str, notebooks: Path | None = None) -> list[Due]:
    """Those of the reports that `run` would make now, its other arguments being these: models are asked for no others."""
    sources = _sources(due, notebooks or parameters.project_root() / "notebooks")
    earlier = manifests.reusable(home)
    wanted = (one for one in due if not one.skipped)
    return [one for one in wanted if _key(one, sources[one.notebook], code_version) not in earlier]


def run_tasks(
    tasks: Sequence[tuple[Callable[..., Any], tuple[Any, ...]]],
    *,
    title: str = "Models",
    alone: int = 0,
    workers: int | None = None,
    seconds: float | None = None,
    home: Home | None = None,
    progress: Watch = watching,
    executor: Executor | None = None,
    stages: list[Stage] | None = None,
) -> list[Answer]:
    """Make calls that a batch's reports rest on, such as fitting a model and storing what it says.

    Neighbours share a process, so keep those together that read the same.

    Args:
        tasks: Functions of a module, each with its arguments; what they return comes back by pipe, so keep it small.
        title: What they do, in a word.
        alone: The first so many are long, and share no process.
        workers: Processes at a time; as many as cores unless given.
        seconds: After how long a task is stopped.
        home: The home that `LSC_HOME` shall name in them.
        progress: How to show it.
        executor: Who makes them instead of processes of this machine, as in `run`.
        stages: Is given what became of these.

    Returns:
        One answer a task, in the tasks' order; `error` says why a value is missing.
    """
    calls = [Call(function, arguments, seconds) for function, arguments in tasks]
    options: dict[str, Any] = {"environment": {"LSC_HOME": str(home.root)} if home else {}, "log": Path(os.devnull)}
    # What a process has read and warmed serves its next tasks.
    together = -(-max(len(calls) - alone, 0) // (3 * (workers or cores()))) or 1
    found: list[Answer] = []
    began = time.monotonic()
    with progress(title, len(calls)) as tick:
        for answer in _answers(calls, executor, workers, together, options, alone):
            found.append(answer)
            name = calls[answer.index].function.__name__
            tick(f"{'failed' if answer.error else 'done':<10} {name} {answer.index + 1}  {answer.error or ''}".rstrip())
    if stages is not None and calls:
        failed = sum(answer.error is not None for answer in found)
        stages.append(Stage(title, round(time.monotonic() - began, 1), len(calls), failed))
    return sorted(found, key=lambda answer: answer.index)


def _answers(
    calls: Sequence[Call],
    executor: Executor | None,
    workers: int | None,
    together: int,
    options: dict[str, Any],
    alone: int = 0,
) -> Iterator[Answer]:
    """The answers as they come, of processes of this machine or of an executor's."""
    if executor is None:
        return processes.answers(calls, workers=workers or cores(), together=together, alone=alone, **options)
    return cluster.answers(calls, executor, together=min(together, _TOGETHER_ELSEWHERE), **options)


def _sources(due: Sequence[Due], folder: Path) -> dict[str, bytes]:
    return {name: (folder / Path(name).name).read_bytes() for name in {one.notebook for one in due}}


def _key(due: Due, notebook: bytes, code_version: str) -> str:
    digest = hashlib.sha256(notebook).hexdigest()
    told = json.dumps([digest, due.address, due.parameters, due.release, code_version], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _report(due: Due, status: manifests.Status, **more: Any) -> Report:
    fields: dict[str, Any] = {"output": None, "rendered": None, "error": None, "seconds": 0.0, "sources": []}
    return Report(due.notebook, due.parameters, status=status, address=due.address, **fields | more)


def _unchanged(due: Due, earlier: Report) -> Report:
    kept = {name: getattr(earlier, name) for name in ("output", "rendered", "sources", "key", "sha256")}
    return _report(due, "unchanged", **kept)


def _taken(home: Home, due: Due, key: str, answer: Answer) -> Report:
    """What a worker has answered, as a report, its files renamed to where they belong.

    On a cluster a report can be made twice, where its worker is lost: only the files of the answer that is taken count.
    """
    if answer.error is not None:
        return _report(due, "failed", error=answer.error, seconds=answer.seconds, key=key)
    status: manifests.Status = "failed" if answer.value["error"] else "done"
    made = answer.value.pop("made")
    for path in [home.root / answer.value[name] for name in ("output", "rendered") if answer.value.get(name)]:
        path.with_name(f"{made}{path.name}").replace(path)
    return _report(due, status, seconds=answer.seconds, key=key, **answer.value)


def _make(
    home: Home,
    due: Due,
    notebooks: Path,
    render: Render,
    engine: EngineName,
    most: tuple[int, int],
    context: dict[str, Any],
    checked: bool,
) -> dict[str, Any]:
    """Execute one notebook and render it, in a worker: the fields of its report that only the worker knows.

    It may take so many seconds a cell and so many megabytes (`most`), and may change nothing that is stored.

    Of each notebook, the first report's charts are checked against Vega-Lite's schema, which takes a tenth of a report;
    those of the others are drawn by the same cells (`checked`).
    """
    os.environ[CHARTS_CHECKED] = "yes" if checked else ""
    output = home.runs / context["run_id"] / f"{due.address}.ipynb"
    page = output.with_suffix(".html")
    made = f"{_MADE}{os.urandom(4).hex()}-"
    relative = output.relative_to(home.root).as_posix()
    seconds_per_cell, memory_mb = most
    stored = bounds.stored(home)
    with bounds.memory(memory_mb):
        executed, text, error = _execute(due, notebooks, relative, engine, seconds_per_cell)
    if error and "MemoryError" in error:
        error = f"{error.rstrip(': ')}: a report may take {memory_mb:,} MB (`memory_mb` in the runs file)."
    if touched := bounds.touched(stored, bounds.stored(home)):
        error = (
            f"It changed or removed what is stored: {', '.join(touched[:3])}{' and others' * (len(touched) > 3)}. A notebook "
            "only reads. Mend it, and load the files again (`lsc ingest`), published ones from the home's raw folder."
        )
    write_text(output.with_name(f"{made}{output.name}"), text)
    written = {"output": output}
    told = _provenance(executed)
    sources = told.get("sources", [])
    known = {*due.reads, *(beside for family in due.reads for beside in READ_TOO.get(family, ()))}
    if due.reads and (unnamed := sorted({*told.get("families", [])} - known)):
        # Its page would stay as it is when those data change, and nobody would know.
        names = ", ".join(unnamed)
        error = (
            error or f"It reads {names} data, of which the runs file does not know: add `also: [{names}]` to its line."
        )
    if error is None:
        about = {"address": due.address, "notebook": due.notebook, "parameters": due.parameters, "sources": sources}
        try:
            write_text(
                page.with_name(f"{made}{page.name}"),
                render(executed, context=context | about | {"as_of": due.parameters.get("as_of")}),
            )
            written["rendered"] = page
        except Exception as fault:
            traceback.print_exc()  # to the run's workers.log
            error = f"The page could not be rendered. {said(fault)}"
    paths = {name: path.relative_to(home.root).as_posix() for name, path in written.items()}
    digests = {name: manifests.sha256(path.with_name(f"{made}{path.name}")) for name, path in written.items()}
    return {**paths, "made": made, "error": error, "sources": sources, "sha256": digests}


def _execute(
    due: Due, notebooks: Path, output: str, engine: EngineName, seconds_per_cell: int
) -> tuple[Any, str, str | None]:
    """The executed notebook, its text, and where and why it failed if it did."""
    import nbformat
    import papermill
    from papermill.iorw import papermill_io
    from traitlets.config import Config

    give_back()
    files = _Files(notebooks)
    for path in (due.notebook, output):
        papermill_io.register(path, files)
    with tempfile.TemporaryDirectory() as scratch:
        options: dict[str, Any] = {"engine_name": engine}
        if engine == "kernel":  # sockets of its own: TCP ports, and IPC's own choice of names, clash between kernels
            options = {"config": Config(ConnectionFileMixin={"transport": "ipc", "ip": f"{scratch}/kernel"})}
        try:
            executed = papermill.execute_notebook(
                due.notebook,
                output,
                parameters=due.parameters,
                progress_bar=False,
                request_save_on_cell_execute=False,
                execution_timeout=seconds_per_cell,
                **options,
            )
        except papermill.PapermillExecutionError as error:
            return nbformat.reads(files.written, as_version=4), files.written, _failure(error)
    return executed, files.written, None


class _Files:
    """Papermill's way to read and write the files of one report, under the names by which a home knows them.

    Papermill notes both names in the notebook: paths of this machine would be carried along by a home that is copied.
    """

    def __init__(self, notebooks: Path) -> None:
        self.notebooks, self.written = notebooks, ""

    def read(self, path: str) -> str:
        return (self.notebooks / Path(path).name).read_text(encoding="utf-8")

    def write(self, text: str, path: str) -> None:
        self.written = text

    def pretty_path(self, path: str) -> str:
        return path


def _failure(error: Any) -> str:
    """Which cell failed and why, on one line."""
    first = next((code.strip() for code in error.source.splitlines() if code.strip()), "")
    return f"Cell {error.exec_count}, `{first}`: {error.ename}: {' '.join(error.evalue.split())}"[:1000]


def _provenance(executed: Any) -> dict[str, Any]:
    """What the notebook's own last word, `lsc.provenance()`, says of the files behind it."""
    for cell in reversed(executed.cells):
        for output in cell.get("outputs", []):
            if PROVENANCE in output.get("data", {}):
                return dict(output.data[PROVENANCE])
    return {}
