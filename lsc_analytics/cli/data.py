"""Commands about data: loading published files, fetching them, inventing some."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

import typer

from lsc_analytics.cli.command import app, say
from lsc_analytics.errors import ParameterError

Paths = Annotated[list[Path], typer.Argument(help="Files or folders, any mix, any order.", show_default=False)]


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
        say(
            f"{outcome.status:<16} {outcome.says if outcome.status == 'refused' else f'{outcome.file}: {outcome.says}'}"
        )
        differing = outcome.checks[outcome.checks["differing"] > 0]
        if len(outcome.checks):
            held = len(outcome.checks) - len(differing)
            say(f"{'':<16} {held} of {len(outcome.checks)} reconciliations agree.")
        for sentence in differing["says"]:
            say(f"{'':<16} {sentence}")

    report = take(Home.current(), paths, dry_run=dry_run, tell=tell)
    counts = {status: sum(one.status == status for one in report.outcomes) for status in _STATUSES}
    said = ", ".join(f"{count:,} {status}" for status, count in counts.items() if count) or "no file was found"
    say(f"{'Would have ended as' if dry_run else 'Files'}: {said}.")
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
        say("Every published month that was asked for is loaded.")
        return
    if dry_run:
        for file in wanted:
            say(f"{file.month}  {file.name}{'  (revised)' if file.revised else ''}")
        return
    done = 0

    def tell(one: Fetched) -> None:
        nonlocal done
        done += 1
        status = one.outcome.status if one.outcome else "failed"
        said = one.outcome.says if one.outcome and one.failed else one.says
        say(f"[{done}/{len(wanted)}] {status:<16} {one.file.name}: {said}")

    failed = sum(one.failed for one in fetch(home, wanted, tell=tell))
    say(f"Files: {len(wanted) - failed:,} fetched and taken in{f', {failed:,} not' if failed else ''}.")
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
    say(f"{len(written)} files of demo data are in {folder}. Load them with `lsc ingest {folder}`.")
