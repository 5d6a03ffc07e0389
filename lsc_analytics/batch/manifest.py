"""A run's manifest: every report, its parameters, sources and status, so that people and programs can tell how it went.

`runs/<run_id>/manifest.json` is written when a run begins and again when it ends; between the two every finished report
is a line of `finished.jsonl` beside it, so that a run that is killed loses none. It runs nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from lsc_analytics.store.home import Home, write_text

Status = Literal["done", "failed", "skipped", "unchanged"]


@dataclass(frozen=True)
class Report:
    """One report of a run.

    Attributes:
        notebook: As `notebooks/forecast.ipynb`.
        parameters: Complete: plain Papermill makes the same report of them.
        output: The executed notebook, relative to the home; None where there is none.
        rendered: The page, likewise; None where the report failed.
        status: `done`; `unchanged`, its files those of an earlier run; `failed`; or `skipped` for want of data.
        error: Why it failed or was skipped, as a sentence.
        seconds: From the start of its process to its answer.
        sources: The published files its figures came from, `{"file", "sha256"}` each.
        address: As `forecast/RXN/C_110`; only the notebook's name where it was skipped.
        key: Digest of all that the report depends on.
        sha256: Digests of `output` and `rendered`.
    """

    notebook: str
    parameters: dict[str, Any]
    output: str | None
    rendered: str | None
    status: Status
    error: str | None
    seconds: float
    sources: list[dict[str, str]]
    address: str
    key: str = ""
    sha256: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stage:
    """Part of a batch's work, such as the methods or the reports.

    Attributes:
        title: As it was shown while it went on.
        seconds: From its beginning to its end, on however many processes.
        tasks: How many calls were made.
        failed: How many of them gave no answer.
    """

    title: str
    seconds: float
    tasks: int
    failed: int


@dataclass
class Manifest:
    """One run. `finished` is None while it goes on, or where it was killed.

    `stages` is where the time went: the models before the run began, then its own looking for what changed, and its reports.
    """

    run_id: str
    started: str
    finished: str | None
    code_version: str
    data_release: str
    reports: list[Report] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)

    def seconds(self) -> float:
        """How long the run took, to the second; up to this moment where it has not ended."""
        began, ended = (dt.datetime.fromisoformat(moment) for moment in (self.started, self.finished or now()))
        return (ended - began).total_seconds()

    def count(self) -> Counter[str]:
        """How many reports have each status."""
        return Counter(report.status for report in self.reports)

    @property
    def failed(self) -> list[Report]:
        """Reports that failed: where there is one, the command exits with 1."""
        return [report for report in self.reports if report.status == "failed"]


def now() -> str:
    """This moment, in UTC, to the second."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def begin(home: Home, *, code_version: str, data_release: str, stages: Sequence[Stage] = ()) -> Manifest:
    """A new run with a folder of its own, named by the moment; a later name sorts later. `stages` went before it."""
    started = now()
    name = run_id = started.replace("-", "").replace(":", "")
    home.runs.mkdir(parents=True, exist_ok=True)
    for attempt in range(2, 1000):
        try:
            (home.runs / run_id).mkdir()
            break
        except FileExistsError:
            run_id = f"{name}-{attempt:03d}"
    manifest = Manifest(run_id, started, None, code_version, data_release, stages=[*stages])
    _write(home, manifest)
    return manifest


def note(home: Home, manifest: Manifest, report: Report) -> None:
    """Add a finished report, safe against a kill a moment later."""
    manifest.reports.append(report)
    with (home.runs / manifest.run_id / "finished.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(asdict(report)) + "\n")
        lines.flush()
        os.fsync(lines.fileno())


def end(home: Home, manifest: Manifest) -> None:
    """Close a run: the manifest then says all, and the lines kept meanwhile go."""
    manifest.finished = now()
    manifest.reports.sort(key=lambda report: report.address)
    _write(home, manifest)
    (home.runs / manifest.run_id / "finished.jsonl").unlink(missing_ok=True)


def read(folder: Path) -> Manifest:
    """The manifest in a run's folder, with what a run that was killed had finished."""
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    reports = [Report(**report) for report in content.pop("reports")]
    stages = [Stage(**stage) for stage in content.pop("stages", [])]  # runs before there were stages have none
    lines = folder / "finished.jsonl"
    if content["finished"] is None and lines.exists():
        whole = lines.read_text(encoding="utf-8").rpartition("\n")[0]  # what follows the last line end was cut short
        reports = [Report(**json.loads(line)) for line in whole.splitlines()]
    return Manifest(**content, reports=reports, stages=stages)


def read_all(home: Home) -> list[Manifest]:
    """Every run of a home, the newest first."""
    return [read(path.parent) for path in sorted(home.runs.glob("*/manifest.json"), reverse=True)]


def reusable(home: Home) -> dict[str, Report]:
    """By key, the newest report made by any run whose files are still there as they were written."""
    found: dict[str, Report] = {}
    for manifest in read_all(home):
        for report in manifest.reports:
            if report.status == "done" and report.key not in found and _intact(home, report):
                found[report.key] = report
    return found


def sha256(path: Path) -> str:
    """Digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _intact(home: Home, report: Report) -> bool:
    for name, digest in report.sha256.items():
        path = home.root / getattr(report, name)
        if not path.is_file() or sha256(path) != digest:
            return False
    return bool(report.sha256)


def _write(home: Home, manifest: Manifest) -> None:
    content = json.dumps(asdict(manifest), indent=1, ensure_ascii=False) + "\n"
    write_text(home.runs / manifest.run_id / "manifest.json", content)
