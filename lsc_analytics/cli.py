"""The `lsc` command: what a person or a machine does with the suite, one verb each. It decides nothing itself.

Exit codes: 0 all done; 1 something failed and the summary says what; 2 the command or a parameter was wrong and nothing
ran.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lsc_analytics.errors import LscError, ParameterError
from lsc_analytics.parameters import Runs
from lsc_analytics.parameters import runs as read_runs

if TYPE_CHECKING:
    import pandas as pd

    from lsc_analytics.batch.matrix import Available
    from lsc_analytics.store.home import Home

app = typer.Typer(
    help="Waiting times for the Lancashire and South Cumbria Provider Collaborative: load published files, run the "
    "reports, serve them. LSC_HOME says where everything is kept (reports/local of the checkout unless set).",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
Paths = Annotated[list[Path], typer.Argument(help="Files or folders, any mix, any order.", show_default=False)]
Serve = Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the reports afterwards, in a terminal.")]
Port = Annotated[int, typer.Option(help="Port to serve on.", min=0, max=65535)]
Engine = Literal["lsc-in-process", "kernel"]
Workers = Annotated[int | None, typer.Option(help="Reports made at a time; as many as cores unless given.", min=1)]


def main() -> None:
    """Run the command; an error is one sentence, not a traceback."""
    # Small systems of equations, solved thousands of times: threads only wait for each other, for minutes on busy cores.
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    try:
        app()
    except ParameterError as error:
        _say(f"lsc: {error}", error=True)
        sys.exit(2)
    except LscError as error:
        _say(f"lsc: {error}", error=True)
        sys.exit(1)


def _say(text: str, *, error: bool = False) -> None:
    typer.echo(text, err=error)


@app.command()
def ingest(
    paths: Paths,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check, store nothing.")] = False,
) -> None:
    """Load published files and local extracts, in any order, as often as you like.

    Each file ends as loaded, known but not used, already loaded, or refused with a sentence that says why; a refused
    file changes nothing and never stops the rest. Exit code 1 if any was refused.
    """
    from lsc_analytics.store.home import Home
    from lsc_analytics.store.intake import Outcome, take

    for path in paths:
        if not path.exists():
            raise ParameterError(f"There is no {path}.", "Check the name.", parameter="PATH")

    def tell(outcome: Outcome) -> None:
        # A refusal begins with the file's name by itself.
        _say(
            f"{outcome.status:<16} {outcome.says if outcome.status == 'refused' else f'{outcome.file}: {outcome.says}'}"
        )
        differing = outcome.checks[outcome.checks["differing"] > 0]
        if len(outcome.checks):
            held = len(outcome.checks) - len(differing)
            _say(f"{'':<16} {held} of {len(outcome.checks)} reconciliations agree.")
        for sentence in differing["says"]:
            _say(f"{'':<16} {sentence}")

    report = take(Home.current(), paths, dry_run=dry_run, tell=tell)
    counts = {status: sum(one.status == status for one in report.outcomes) for status in _STATUSES}
    said = ", ".join(f"{count:,} {status}" for status, count in counts.items() if count) or "no file was found"
    _say(f"{'Would have ended as' if dry_run else 'Files'}: {said}.")
    if report.refused or not report.outcomes:
        raise typer.Exit(1)


_STATUSES = ("loaded", "known, not used", "already loaded", "refused")


@app.command()
def fetch(
    collection: Annotated[Literal["rtt", "dm01"], typer.Argument(help="Which published files.", show_default=False)],
    since: Annotated[
        str,
        typer.Option(
            "--from",
            help="First month, YYYY-MM, revisions among them; after the last loaded unless given.",
            metavar="MONTH",
        ),
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which files would be fetched.")] = False,
) -> None:
    """Find a month's published files on NHS England's statistics pages, download them and load them.

    The proxy and the certificates are those that HTTPS_PROXY and REQUESTS_CA_BUNDLE name. Exit code 1 if a file could not
    be had or was refused; the rest is loaded all the same.
    """
    from lsc_analytics.fetch import Fetched, fetch, find
    from lsc_analytics.store.home import Home

    if since and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", since):
        raise ParameterError(f"{since!r} is no month.", "Write it as 2026-01.", parameter="--from")
    home = Home.current()
    wanted = find(home, collection, since)
    if not wanted:
        _say("Every published month that was asked for is loaded.")
        return
    if dry_run:
        for file in wanted:
            _say(f"{file.month}  {file.name}{'  (revised)' if file.revised else ''}")
        return
    done = 0

    def tell(one: Fetched) -> None:
        nonlocal done
        done += 1
        status = one.outcome.status if one.outcome else "failed"
        said = one.outcome.says if one.outcome and one.failed else one.says
        _say(f"[{done}/{len(wanted)}] {status:<16} {one.file.name}: {said}")

    failed = sum(one.failed for one in fetch(home, wanted, tell=tell))
    _say(f"Files: {len(wanted) - failed:,} fetched and taken in{f', {failed:,} not' if failed else ''}.")
    if failed:
        raise typer.Exit(1)


@app.command("demo-data")
def demo_data(
    folder: Annotated[Path, typer.Argument(help="Where to write the files.")],
    seed: Annotated[
        int | None, typer.Option(help="Another invention; that of parameters/demo.yml unless given.")
    ] = None,
) -> None:
    """Write demo data in the published file formats: invented, seeded, of no real patient."""
    from lsc_analytics.ingest import demo as demo_files

    written = demo_files.write(folder, seed=seed)
    _say(f"{len(written)} files of demo data are in {folder}. Load them with `lsc ingest {folder}`.")


@app.command()
def run(
    runs: Annotated[Path | None, typer.Option(help="Which reports; parameters/runs/monthly.yml unless given.")] = None,
    only: Annotated[str, typer.Option(help="Keep some, such as trust=RXN,notebook=forecast.")] = "",
    workers: Workers = None,
    engine: Annotated[
        Engine, typer.Option(help="kernel runs each notebook in a stock kernel: slower.")
    ] = "lsc-in-process",
) -> None:
    """Make every report that is due from what is loaded: models first, then notebooks through Papermill, rendered.

    A report whose notebook, parameters, data and code have not changed is left as it is. Exit code 1 if any failed.
    """
    if _run(read_runs(runs), _pairs(only), workers, engine):
        raise typer.Exit(1)


def _pairs(only: str) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in only.split(",") if pair]
    for name, equals, value in pairs:
        if not (name.strip() and equals and value.strip()):
            raise ParameterError(f"{only!r} does not say name=value.", "For example trust=RXN.", parameter="--only")
    return {name.strip(): value.strip() for name, _, value in pairs}


def _run(runs: Runs, only: dict[str, str], workers: int | None, engine: Engine) -> int:
    """Make what is due; how many reports failed."""
    from lsc_analytics.batch import loaded, progress, runner
    from lsc_analytics.batch.matrix import plan
    from lsc_analytics.site import assets
    from lsc_analytics.site.render import render
    from lsc_analytics.store.home import Home
    from lsc_analytics.store.results import page_version
    from lsc_analytics.store.warehouse import Warehouse

    home = Home.current()
    available = loaded.available(home)
    due = plan(runs, available, only=only)
    for fault in loaded.make_forecasts(home, due, available, workers=workers):
        _say(fault, error=True)  # the reports that rest on it try again, and say in which cell they fail
    assets.write(home)
    manifest = runner.run(
        home,
        due,
        render=render,
        code_version=page_version(),
        data_release=Warehouse(home).release(),
        workers=workers,
        seconds_per_cell=runs.seconds_per_cell,
        engine=engine,
    )
    _save_landing(home, available, manifest.run_id, manifest.started)
    _say(progress.summary(manifest))
    _say(f"Pages and manifest are in {home.runs / manifest.run_id}. Open them with `lsc serve`.")
    return len(manifest.failed)


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
def serve(
    port: Port = 8866,
    token: Annotated[
        str | None, typer.Option(help="Who knows it may read; one is made and printed if not given.")
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(help="A file that holds the token: other users of the machine cannot see it there.")
    ] = None,
    ip: Annotated[str, typer.Option(help="Address to listen on; loopback unless given.")] = "127.0.0.1",
    name_header: Annotated[
        str, typer.Option(help="Header in which a proxy that signs readers on sends each one's name, beside the token.")
    ] = "",
    access_log: Annotated[
        str, typer.Option(help="File for one line a request: who read what; - for standard error.")
    ] = "",
) -> None:
    """Serve the rendered reports with Voilà. Readers can execute nothing and read nothing that is not published."""
    from lsc_analytics.site.server import serve as serve_site
    from lsc_analytics.store.home import Home

    if token_file is not None:
        try:
            token = token_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ParameterError(
                f"The token's file cannot be read ({error.strerror}).", "Name one.", parameter="--token-file"
            ) from error
    serve_site(Home.current(), port=port, token=token, ip=ip, name_header=name_header, access_log=access_log)


@app.command()
def demo(serve_after: Serve = True, port: Port = 8866, workers: Workers = None) -> None:
    """Demo data to rendered reports in one go; in a terminal it then serves them until Ctrl-C."""
    import tempfile

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
        _say("Writing demo data: invented, in the published file formats.")
        files = demo_files.write(Path(folder))
        _say(f"Loading {len(files)} files.")
        report = take(home, [Path(folder)])
    for outcome in report.refused:
        _say(f"refused          {outcome.says}", error=True)
    failed = _run(read_runs(), {}, workers, "lsc-in-process")
    if serve_after and sys.stdout.isatty():
        from lsc_analytics.site.server import serve as serve_site

        serve_site(home, port=port)
    else:
        _say(f"To read them: .venv/bin/lsc serve --port {port}")
    if failed or report.refused:
        raise typer.Exit(1)


@app.command()
def tables() -> None:
    """List the tables that can be taken out, with their columns."""
    from lsc_analytics.published import TABLES

    for published in TABLES.values():
        _say(f"{published.table.name}: {published.table.about}")
        for column in published.table.columns:
            _say(f"  {column.name:<28} {column.type!s:<8} {column.about}")


@app.command()
def table(
    name: Annotated[str, typer.Argument(help="As `lsc tables` lists it.")],
    output: Annotated[Path | None, typer.Option(help="A .csv or .parquet file; printed as csv unless given.")] = None,
) -> None:
    """Take a table out for your own tools, as csv or parquet. Patient-level tables come suppressed."""
    from lsc_analytics.published import take_out
    from lsc_analytics.reporting.spreadsheet import for_spreadsheet
    from lsc_analytics.store.home import Home

    if output is not None:
        _tabular(output)
    frame = take_out(Home.current(), name)
    if output is None:
        for_spreadsheet(frame).to_csv(sys.stdout, index=False)
    else:
        _write_table(frame, output)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where to write the files.")] = Path(),
    as_of: Annotated[
        str, typer.Option("--as-of", help="Month YYYY-MM of the RTT figures; the latest unless given.")
    ] = "",
) -> None:
    """Write the board pack: PowerPoint with charts that can be edited, Excel with the tables behind them, PDF."""
    from lsc_analytics.board_pack import export as write

    for path in write(folder, as_of):
        _say(f"Written: {path}")


def _tabular(output: Path, option: str = "--output") -> None:
    if output.suffix not in (".csv", ".parquet"):
        raise ParameterError(
            f"{output.name} is neither csv nor parquet.", "Name a .csv or .parquet file.", parameter=option
        )


def _write_table(frame: pd.DataFrame, output: Path) -> None:
    from lsc_analytics.reporting.spreadsheet import for_spreadsheet
    from lsc_analytics.store.home import replacing

    with replacing(output) as temporary:
        if output.suffix == ".csv":
            for_spreadsheet(frame).to_csv(temporary, index=False)
        else:
            frame.to_parquet(temporary, index=False)
    _say(f"{len(frame):,} rows are in {output}.")


forecasts = typer.Typer(
    help="Forecast any providers that are loaded, as a table for your own tools.", no_args_is_help=True
)
app.add_typer(forecasts, name="forecast")
AsOf = Annotated[str, typer.Option(help="Last month seen, YYYY-MM; nothing later is used.", show_default=False)]
Horizon = Annotated[int, typer.Option(help="Months ahead.", min=1, max=12)]
Providers = Annotated[str, typer.Option(help="all, or organisation codes such as RXL,RXN.")]
Output = Annotated[Path, typer.Option(help="A .csv or .parquet file.", show_default=False)]


@forecasts.command("rtt")
def forecast_rtt(as_of: AsOf, output: Output, horizon: Horizon = 6, providers: Providers = "all") -> None:
    """Waiting lists: the list, within 18 weeks, over 52, 65 and 78 weeks, by provider and treatment function."""
    _forecast("rtt", as_of, horizon, providers, output)


@forecasts.command("dm01")
def forecast_dm01(as_of: AsOf, output: Output, horizon: Horizon = 6, providers: Providers = "all") -> None:
    """Diagnostics: waiting, six weeks or more, thirteen weeks or more, tests done, by provider and test."""
    _forecast("dm01", as_of, horizon, providers, output)


def _forecast(family: Literal["rtt", "dm01"], as_of: str, horizon: int, providers: str, output: Path) -> None:
    from lsc_analytics.predictions import predict
    from lsc_analytics.store.home import Home

    _tabular(output)
    codes = None if providers == "all" else [code.strip() for code in providers.split(",") if code.strip()]
    _write_table(predict(Home.current(), family, as_of, horizon, codes), output)


@app.command()
def accuracy(
    output: Annotated[Path, typer.Option(help="A .md file.")] = Path("docs/accuracy.md"),
) -> None:
    """Judge every forecasting method on months it had not seen, at every origin loaded, against the last value. Half an hour."""
    from lsc_analytics.accuracy import study
    from lsc_analytics.store.home import Home, write_text

    write_text(output, study(Home.current(), _say))
    _say(f"The results are in {output}.")


@app.command("mutual-aid")
def mutual_aid(
    as_of: AsOf,
    by: Annotated[str, typer.Option(help="Month at whose end the standard is to be met, YYYY-MM.")],
    moves: Annotated[Path, typer.Option(help="Where the proposed moves go: .csv or .parquet.")],
    assurance: Annotated[Path, typer.Option(help="Where both ledgers of every list go: .csv or .parquet.")],
    standard: Annotated[int, typer.Option(help="Weeks: 18, 52, 65 or 78.")] = 65,
    scope: Annotated[
        str, typer.Option(help="system, or system_with_independent: independent sites receive too.")
    ] = "system",
) -> None:
    """Which pathways should move between the system's trusts, and what that does to every list. It moves nobody."""
    from lsc_analytics.aid import mutual_aid_for
    from lsc_analytics.reference import month_words
    from lsc_analytics.store.home import Home

    _tabular(moves, "--moves")
    _tabular(assurance, "--assurance")
    told = mutual_aid_for(Home.current(), as_of, by, standard, scope)
    _write_table(told.moves_file(), moves)
    _write_table(told.assurance, assurance)
    found = told.summary.iloc[0]
    if len(told.moves):
        _say(
            f"{told.moves['pathways'].sum():,} pathways in {len(told.moves)} moves: {found['breaches_without']:,.0f} expected over "
            f"{standard} weeks at the end of {month_words(by)} become {found['breaches_with']:,.0f}; no plan does better than "
            f"{found['breaches_bound']:,.0f}."
        )
    if found["says"]:
        _say(found["says"])
    if (told.moves["move_type"] == "team").any():
        _say("Some are seen by a team of the receiver's at their own site: mutual_aid.yml lets teams travel.")
    if told.offers["assumed"].any():
        _say("What trusts offer that have sent no capacity file is assumed, as mutual_aid.yml says.")


@app.command()
def ptl(
    trust: Annotated[str, typer.Option(help="The trust whose pathways these are, such as RXN.", show_default=False)],
    role: Annotated[Literal["operational"], typer.Option(help="Who asks: those who book this trust's patients.")],
    output: Annotated[Path, typer.Option(help="A private .csv file, outside the home.", show_default=False)],
    as_of: Annotated[str, typer.Option(help="Day counted, YYYY-MM-DD; the latest list's unless given.")] = "",
    standard: Annotated[int | None, typer.Option(help="Weeks; the first of ptl.yml unless given.", min=1)] = None,
    by: Annotated[str, typer.Option(help="Date, YYYY-MM-DD; that of ptl.yml unless given.")] = "",
    own_list: Annotated[Path | None, typer.Option(help="The trust's own extract: adds its local numbers.")] = None,
) -> None:
    """Which of a trust's own pathways will be over a standard at a date: exact, for those who book them. Never published."""
    from lsc_analytics import operational
    from lsc_analytics.store.home import Home

    home = Home.current()
    found = operational.at_risk(home, trust, as_of, standard, by)
    if own_list is not None:
        found = operational.resolved(home, found, own_list)
    operational.write_private(home, found, output)
    unbooked = int((found["booking"] == "unbooked").sum())
    _say(
        f"{len(found):,} pathways at risk, {unbooked:,} of them unbooked, are in {output}. {operational.WHO_MAY_SEE_IT}"
    )


@app.command()
def lab(port: Port = 8888) -> None:
    """Open the notebooks in JupyterLab, on the data in LSC_HOME."""
    from lsc_analytics.parameters import project_root

    notebooks = project_root() / "notebooks"
    command = [sys.executable, "-m", "jupyterlab", f"--port={port}", f"--ServerApp.root_dir={notebooks}"]
    raise typer.Exit(subprocess.call(command))


@app.command("new-report")
def new_report(
    name: Annotated[str, typer.Argument(help="Name of the notebook, such as theatre_use.", show_default=False)],
    question: Annotated[str, typer.Option(help="What it asks, with its question mark.")] = "How long is the list?",
    family: Annotated[Literal["rtt", "dm01"], typer.Option(help="The data it is of.")] = "rtt",
) -> None:
    """Start a report: a notebook in the house style, and its line in the monthly batch."""
    from lsc_analytics import parameters
    from lsc_analytics.batch.new_report import new_report as write

    path = write(
        name,
        question,
        family,
        notebooks=parameters.project_root() / "notebooks",
        runs=parameters.folder() / "runs" / "monthly.yml",
    )
    _say(
        f"Written: {path}, and its line in runs/monthly.yml. Change it with `lsc lab`, try it with `lsc run --only notebook={name}`."
    )
    _say("Before you share it, `make headlines` keeps the headline that its test compares.")


@app.command()
def check() -> None:
    """Say in sentences what is wrong with parameter files, notebooks and what is loaded; run nothing.

    Exit code 1 if something must be mended. What is only to know (a missing month, a file that does not add up) is said
    and ends with 0: the pages say it too.
    """
    from lsc_analytics.batch import check as checks
    from lsc_analytics.store.home import Home

    home = Home.current()
    for sentence in checks.to_know(home):
        _say(sentence)
    if wrong := checks.wrong(home):
        for sentence in wrong:
            _say(sentence, error=True)
        raise typer.Exit(1)
    _say("Parameter files and notebooks are in order.")
