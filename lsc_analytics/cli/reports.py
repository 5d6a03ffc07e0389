"""Commands about reports: making those that are due, of what is loaded or of demo data."""

from __future__ import annotations

import os
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from lsc_analytics.cli.command import Port, app, say
from lsc_analytics.errors import ParameterError
from lsc_analytics.parameters import Runs
from lsc_analytics.parameters import runs as read_runs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Executor

    from lsc_analytics.batch.manifest import Manifest, Stage
    from lsc_analytics.batch.matrix import Available
    from lsc_analytics.store.home import Home

Serve = Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the reports afterwards, in a terminal.")]
Engine = Literal["lsc-in-process", "kernel"]
Workers = Annotated[int | None, typer.Option(help="Reports made at a time; as many as cores unless given.", min=1)]


@app.command()
def run(
    runs: Annotated[Path | None, typer.Option(help="Which reports; parameters/runs/monthly.yml unless given.")] = None,
    only: Annotated[str, typer.Option(help="Keep some, such as trust=RXN,notebook=forecast.")] = "",
    workers: Workers = None,
    engine: Annotated[
        Engine, typer.Option(help="kernel runs each notebook in a stock kernel: slower.")
    ] = "lsc-in-process",
    executor: Annotated[
        Literal["local", "dask"],
        typer.Option(help="dask: a dask cluster makes them, of this machine or --scheduler's."),
    ] = "local",
    scheduler: Annotated[
        str, typer.Option(help="Address of a dask scheduler, such as tcp://10.0.0.5:8786; means --executor dask.")
    ] = "",
) -> None:
    """Make every report that is due from what is loaded: models first, then notebooks through Papermill, rendered.

    A report whose notebook, parameters, data and code have not changed is left as it is. Exit code 1 if any failed.
    """
    asked = read_runs(runs), _pairs(only), workers, engine
    if executor == "local" and not scheduler:
        failed = make_reports(*asked)
    else:
        from lsc_analytics.batch.cluster import dask

        with dask(scheduler or None, workers) as cluster:
            failed = make_reports(*asked, cluster)
    if failed:
        raise typer.Exit(1)


def _pairs(only: str) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in only.split(",") if pair]
    for name, equals, value in pairs:
        if not (name.strip() and equals and value.strip()):
            raise ParameterError(f"{only!r} does not say name=value.", "For example trust=RXN.", parameter="--only")
    return {name.strip(): value.strip() for name, _, value in pairs}


def make_reports(
    runs: Runs, only: dict[str, str], workers: int | None, engine: Engine, executor: Executor | None = None
) -> int:
    """Make what is due; how many reports failed."""
    from lsc_analytics.batch import loaded, progress, runner
    from lsc_analytics.batch.matrix import plan
    from lsc_analytics.site import assets
    from lsc_analytics.store.home import Home
    from lsc_analytics.store.results import page_version
    from lsc_analytics.store.warehouse import Warehouse

    home = Home.current()
    available = loaded.available(home, runs)
    due = plan(runs, available, only=only)
    stages: list[Stage] = []
    version = page_version()
    changed = runner.changed(home, due, code_version=version)
    for fault in loaded.make_forecasts(home, changed, available, workers=workers, executor=executor, stages=stages):
        say(fault, error=True)  # the reports that rest on it try again, and say in which cell they fail
    assets.write(home)
    # Workers import ahead the module of what draws a page, and where nothing has changed nobody does.
    drawn = import_module("lsc_analytics.site.render").render if changed else _page
    manifest = runner.run(
        home,
        due,
        render=drawn,
        code_version=version,
        data_release=Warehouse(home).release(),
        workers=workers,
        seconds_per_cell=runs.seconds_per_cell,
        memory_mb=runs.memory_mb,
        engine=engine,
        executor=executor,
        stages=stages,
        ready=partial(_ready, loaded.shared_by(changed)),
    )
    if not _told_before(home, manifest):
        _save_landing(home, available, manifest.run_id, manifest.started)
    say(progress.summary(manifest))
    if page := os.environ.get("GITHUB_STEP_SUMMARY"):
        try:
            with Path(page).open("a", encoding="utf-8") as job:
                job.write(progress.job_summary(manifest))
        except OSError as error:  # the reports are made all the same
            say(f"The job's summary could not be written ({error.strerror}).", error=True)
    say(f"Pages and manifest are in {home.runs / manifest.run_id}. Open them with `lsc serve`.")
    return len(manifest.failed)


def _page(notebook: Any, context: Mapping[str, Any]) -> str:
    """A report's page, of a run that expected none."""
    from lsc_analytics.site.render import render

    return render(notebook, context)


def _ready(lists: list[tuple[str, str, str]]) -> None:
    """What a process does before the forks of it that make pages: read what they share, and draw an empty page."""
    from nbformat import reads, v4, writes

    from lsc_analytics.batch import loaded
    from lsc_analytics.site.render import render

    loaded.read_ahead(lists)
    cells = [
        v4.new_markdown_cell("# Nothing"),
        v4.new_code_cell(outputs=[v4.new_output("display_data", {"text/html": ""})]),
    ]
    render(reads(writes(v4.new_notebook(cells=cells)), as_version=4), {})


def _told_before(home: Home, manifest: Manifest) -> bool:
    """Whether the landing page's figures are of the same data, parameters and code already."""
    from lsc_analytics.batch import manifest as manifests
    from lsc_analytics.site import landing

    if (newest := landing.newest_file(home)) is None:
        return False
    made = manifests.read(newest.parent)
    return (made.code_version, made.data_release) == (manifest.code_version, manifest.data_release)


def _save_landing(home: Home, available: dict[str, Available], run_id: str, started: str) -> None:
    """The landing page's figures, unless this run was of so few reports that the system's forecasts are not made."""
    from lsc_analytics import vocabulary
    from lsc_analytics.batch import loaded
    from lsc_analytics.site import landing
    from lsc_analytics.store.warehouse import Warehouse
    from lsc_analytics.tables import SYSTEM_CELLS

    if "rtt" in available and not loaded.system_forecast(available):
        return
    files = Warehouse(home).files()
    families = {}
    for family, one in available.items():
        if not one.pairs:
            continue
        of_month = files[(files["family"] == family) & (files["last_month"] == one.as_of)]
        families[family] = {"as_of": one.as_of, "published": max(of_month["published"].dropna(), default="")}
    told = landing.overview(
        vocabulary.system_cells() if "rtt" in available else SYSTEM_CELLS.empty(),
        vocabulary.diagnostics_cells(),
        families=families,
        run_on=started,
        demo=home.kind == "demo",
    )
    landing.save(home.runs / run_id, told)


@app.command()
def demo(serve_after: Serve = True, port: Port = 8866, workers: Workers = None) -> None:
    """Demo data to rendered reports in one go, every kind of them; in a terminal it then serves them until Ctrl-C.

    It makes the reports of `parameters/runs/demo.yml`, some of each kind, so as to be soon there: `lsc run` makes the rest.
    """
    import tempfile

    from lsc_analytics import parameters
    from lsc_analytics.ingest import demo as demo_files
    from lsc_analytics.store.home import Home
    from lsc_analytics.store.intake import take
    from lsc_analytics.store.pseudonym import KEY_VARIABLE, make_demo_key

    home = Home.current()
    if home.kind == "real":
        raise ParameterError(
            "This home holds real data.", "Set LSC_HOME to another folder for the demo.", parameter="LSC_HOME"
        )
    if KEY_VARIABLE not in os.environ:
        key = home.root.with_name(f"{home.root.name}.demo-key")
        make_demo_key(key)
        os.environ[KEY_VARIABLE] = str(key)
    with tempfile.TemporaryDirectory() as folder:
        say("Writing demo data: invented, in the published file formats.")
        files = demo_files.write(Path(folder))
        say(f"Loading {len(files)} files.")
        report = take(home, [Path(folder)])
    for outcome in report.refused:
        say(f"refused          {outcome.says}", error=True)
    failed = make_reports(read_runs(parameters.folder() / "runs" / "demo.yml"), {}, workers, "lsc-in-process")
    if serve_after and sys.stdout.isatty():
        from lsc_analytics.site.server import serve as serve_site

        serve_site(home, port=port)
    else:
        say(f"To read them: .venv/bin/lsc serve --port {port}")
    if failed or report.refused:
        raise typer.Exit(1)


@app.command()
def prune(
    keep: Annotated[int, typer.Option(help="Newest runs that stay whole.", min=1)] = 3,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
) -> None:
    """Remove old runs that no page needs, and remembered results that nothing can ask for any more.

    Every report that readers can open stays as it is; data, forecasts kept for scoring and a run that is going on are never
    touched.
    """
    from lsc_analytics.site import retention
    from lsc_analytics.store.home import Home

    home = Home.current()
    spare = retention.spare(home, keep)
    size = spare.size()
    for folder in spare.runs:
        say(f"{'would go' if dry_run else 'removed':<10} run {folder.name}")
    if not dry_run:
        retention.prune(home, spare)
    say(
        f"{len(spare.runs):,} runs and {len(spare.results):,} remembered results {'would go' if dry_run else 'are gone'}, "
        f"{size / 1e6:,.1f} MB; runs that stay: {spare.kept:,}."
    )
