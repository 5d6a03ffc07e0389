"""How a batch tells what it does: a bar with the time left in a terminal, a line a report elsewhere, and summaries.

It knows nothing of how reports are made.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TextIO

from lsc_analytics.batch.manifest import Manifest, Report

Tick = Callable[[str], None]
Watch = Callable[[str, int], AbstractContextManager[Tick]]
_MOST_LINES = 200  # a job's summary may not be longer than a mebibyte


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
    """What a run came to, in words: counts, each failure with its cell and error, what was skipped and why, and the time.

    >>> done = Report("notebooks/forecast.ipynb", {}, "a", "b", "done", None, 0.8, [], "forecast/RXN/C_110")
    >>> skip = Report("notebooks/chatbot.ipynb", {}, None, None, "skipped", "No call records are loaded.", 0, [], "chatbot")
    >>> began, ended = "2026-01-31T09:00:00Z", "2026-01-31T09:01:08Z"
    >>> from lsc_analytics.batch.manifest import Stage
    >>> stages = [Stage("Methods", 41.2, 310, 1), Stage("Reports", 66.0, 1, 0)]
    >>> print(summary(Manifest("20260131T090000Z", began, ended, "v1", "a1", [done, skip], stages)))
    Run 20260131T090000Z: 1 done, 1 skipped, in 68 s.
    Skipped:
      chatbot: No call records are loaded.
    Where the time went:
      Methods                   41.2 s    310 tasks, 1 failed
      Reports                   66.0 s      1 tasks
    """
    count = manifest.count()
    said = [f"Run {manifest.run_id}: {_counts(manifest)}, in {manifest.seconds():,.0f} s."]
    for status, heading in (("failed", "Failed:"), ("skipped", "Skipped:")):
        if count[status]:
            said += [heading, *(f"  {r.address}: {r.error}" for r in manifest.reports if r.status == status)]
    if manifest.stages:
        said.append("Where the time went:")
    for stage in manifest.stages:
        failed = f", {stage.failed:,} failed" if stage.failed else ""
        said.append(f"  {stage.title:<22} {stage.seconds:>7,.1f} s {stage.tasks:>6,} tasks{failed}")
    return "\n".join(said)


def job_summary(manifest: Manifest) -> str:
    """The same in Markdown, for the page on which a CI service shows a job: counts, failures, stages.

    >>> bad = Report("notebooks/forecast.ipynb", {}, None, None, "failed", "Cell 3, `a | b`: <x>", 0.8, [], "forecast/RXN/C_110")
    >>> began, ended = "2026-01-31T09:00:00Z", "2026-01-31T09:01:08Z"
    >>> from lsc_analytics.batch.manifest import Stage
    >>> stages = [Stage("Reports", 66.0, 1, 1)]
    >>> print(job_summary(Manifest("20260131T090000Z", began, ended, "v1", "a1", [bad], stages)))
    ### Reports: 1 failed
    <BLANKLINE>
    Run 20260131T090000Z took 68 s; code v1, data a1.
    <BLANKLINE>
    | Failed | Why |
    |---|---|
    | forecast/RXN/C_110 | Cell 3, &#96;a &#124; b&#96;: &lt;x&gt; |
    <BLANKLINE>
    | Stage | Seconds | Tasks | Failed |
    |---|--:|--:|--:|
    | Reports | 66.0 | 1 | 1 |
    <BLANKLINE>
    """
    said = [f"### Reports: {_counts(manifest)}", ""]
    about = f"code {manifest.code_version}, data {manifest.data_release}"
    said += [f"Run {manifest.run_id} took {manifest.seconds():,.0f} s; {about}.", ""]
    for status, heading in (("failed", "Failed"), ("skipped", "Skipped")):
        if told := [report for report in manifest.reports if report.status == status]:
            said += [f"| {heading} | Why |", "|---|---|"]
            said += [f"| {_cell(report.address)} | {_cell(report.error or '')} |" for report in told[:_MOST_LINES]]
            said += [
                "",
                *([f"And {len(told) - _MOST_LINES:,} more: see the manifest.", ""] * (len(told) > _MOST_LINES)),
            ]
    if manifest.stages:
        said += ["| Stage | Seconds | Tasks | Failed |", "|---|--:|--:|--:|"]
        said += [
            f"| {_cell(stage.title)} | {stage.seconds:,.1f} | {stage.tasks:,} | {stage.failed:,} |"
            for stage in manifest.stages
        ]
    return "\n".join(said) + "\n"


def _counts(manifest: Manifest) -> str:
    count = manifest.count()
    counts = [f"{count[status]:,} {status}" for status in ("done", "unchanged", "failed", "skipped") if count[status]]
    return ", ".join(counts) or "nothing was due"


def _cell(text: str) -> str:
    """A text in a cell of a Markdown table, taken as it is."""
    return html.escape(text).replace("|", "&#124;").replace("`", "&#96;").replace("\n", " ")
