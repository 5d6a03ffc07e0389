"""Commands for those who write reports: the notebooks in JupyterLab, a new one, and whether all is in order."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from lsc_analytics.cli.command import Port, app, say


@app.command()
def lab(port: Port = 8888) -> None:
    """Open the notebooks in JupyterLab, on the data in LSC_HOME. The arrow keys move a slider that has the focus."""
    from lsc_analytics.parameters import project_root

    raise typer.Exit(subprocess.call(lab_command(port, project_root() / "notebooks")))


def lab_command(port: int, notebooks: Path) -> list[str]:
    """How JupyterLab is started on a folder of notebooks.

    Its own shortcuts take the arrow keys, to go from cell to cell, before a slider in an output gets them; the settings in
    `reports/lab` leave them to the slider that has the focus.
    """
    from lsc_analytics.parameters import project_root

    settings = project_root() / "reports" / "lab"
    options = [f"--port={port}", f"--ServerApp.root_dir={notebooks}", f"--LabApp.app_settings_dir={settings}"]
    return [sys.executable, "-m", "jupyterlab", *options]


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
    say(
        f"Written: {path}, and its line in runs/monthly.yml. Change it with `lsc lab`, try it with `lsc run --only notebook={name}`."
    )
    say("Before you share it, `make headlines` keeps the headline that its test compares.")


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
        say(sentence)
    if wrong := checks.wrong(home):
        for sentence in wrong:
            say(sentence, error=True)
        raise typer.Exit(1)
    say("Parameter files and notebooks are in order.")
