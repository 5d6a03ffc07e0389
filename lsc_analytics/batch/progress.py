"""How a batch tells what it does: a bar with the time left in a terminal, a line a report elsewhere, and the summary.

It knows nothing of how reports are made.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TextIO

from lsc_analytics.batch.manifest import Manifest, Report

Tick = Callable[[str], None]
Watch = Callable[[str, int], AbstractContextManager[Tick]]


@contextmanager
def watching(title: str, total: int, stream: TextIO | None = None) -> Iterator[Tick]:
    """Show a piece of work of so many steps; call what this gives with a line about each step that has ended.

    Args:
        title: What is done, in a word or two.
        total: How many steps.
        stream: Where to; standard output unless given.
    """
    stream = stream or sys.stdout
    if not stream.isatty():
        done = 0

        def tick(line: str) -> None:
            nonlocal done
            done += 1
            print(f"[{done}/{total}] {line}", file=stream, flush=True)  # this is the command's voice

        print(f"{title}: {total:,}", file=stream, flush=True)
        yield tick
        return

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.fields[line]}"), console=Console(file=stream), transient=True) as bar:
        task = bar.add_task(title, total=total, line="")
        yield lambda line: bar.update(task, advance=1, line=line)


@contextmanager
def silently(title: str, total: int) -> Iterator[Tick]:
    """Show nothing."""
    yield lambda line: None


def line(report: Report) -> str:
    """One report on one line.

    >>> line(Report("notebooks/forecast.ipynb", {}, None, None, "failed", "Cell 3.", 0.84, [], "forecast/RXN/C_110"))
    'failed     forecast/RXN/C_110  0.8 s  Cell 3.'
    """
    said = f"{report.status:<10} {report.address}"
    if report.status in ("done", "failed"):
        said += f"  {report.seconds:.1f} s"
    return f"{said}  {report.error}" if report.error else said


def summary(manifest: Manifest) -> str:
    """What a run came to, in words: counts, then each failure with its cell and error, and what was skipped and why.

    >>> done = Report("notebooks/forecast.ipynb", {}, "a", "b", "done", None, 0.8, [], "forecast/RXN/C_110")
    >>> skip = Report("notebooks/chatbot.ipynb", {}, None, None, "skipped", "No call records are loaded.", 0, [], "chatbot")
    >>> began, ended = "2026-01-31T09:00:00Z", "2026-01-31T09:01:08Z"
    >>> print(summary(Manifest("20260131T090000Z", began, ended, "v1", "a1", [done, skip])))
    Run 20260131T090000Z: 1 done, 1 skipped, in 68 s.
    Skipped:
      chatbot: No call records are loaded.
    """
    count = manifest.count()
    counts = [f"{count[status]:,} {status}" for status in ("done", "unchanged", "failed", "skipped") if count[status]]
    said = [f"Run {manifest.run_id}: {', '.join(counts) or 'nothing was due'}, in {manifest.seconds():,.0f} s."]
    for status, heading in (("failed", "Failed:"), ("skipped", "Skipped:")):
        if count[status]:
            said += [heading, *(f"  {r.address}: {r.error}" for r in manifest.reports if r.status == status)]
    return "\n".join(said)
