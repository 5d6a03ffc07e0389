"""How reading and reporting grow from four trusts to England: `make scale`, on published data.

Seventy-two months of national extracts are made of the published one, its month changed, and read; then every list of so
many trusts is forecast and reported in one run, and the cost of a report is taken as the run goes on. It is no test: an
hour or more, and figures of one machine. They go into docs/scale.md as they come.
"""

from __future__ import annotations

import argparse
import calendar
import contextlib
import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import typer
import yaml

from lsc_analytics import parameters
from lsc_analytics.parameters import project_root
from lsc_analytics.reference import ALL_SPECIALTIES, add_months, month_end
from lsc_analytics.store.home import Home
from lsc_analytics.store.warehouse import Warehouse

LSC = Path(sys.executable).with_name("lsc")
EXTRACT, EXTRACT_MONTH = "*-full-extract.csv.gz", "2026-01"
MARKS = (100, 300, 1_000, 3_000)  # reports after which the cost of one is taken
WANTED = 0.2  # seconds a report: three thousand in ten minutes
# The least that DuckDB itself takes: every column of every file, summed for four trusts, as one small parquet file.
FLOOR = """
import sys, duckdb
for place, path in enumerate(sys.argv[2:]):
    duckdb.sql(f'''COPY (SELECT "Provider Org Code", "RTT Part Type", "Treatment Function Code", sum(COLUMNS('^(Gt|Total|Patients).*'))
        FROM read_csv('{path}') WHERE "Provider Org Code" IN ('RXL', 'RXN', 'RXR', 'RTX') GROUP BY ALL)
        TO '{sys.argv[1]}/{place}.parquet' ''')
"""
QUESTION = """
import time
from lsc_analytics.store.home import Home
from lsc_analytics.store.warehouse import Warehouse
asked = Warehouse(Home.current())
for _ in range(2):
    began = time.monotonic()
    asked.rtt(provider_code="RXN"), asked.rtt_bands(provider_code="RXN", part="incomplete")
    print(time.monotonic() - began)
"""


@dataclass
class Watched:
    """What a command took: seconds, most memory of all its processes in MB, and each line it said with its moment."""

    seconds: float = 0.0
    memory: float = 0.0
    lines: list[tuple[float, str]] = field(default_factory=list)


def main() -> None:
    """Measure, print and write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with rtt and dm01 files")
    asked.add_argument("--months", type=int, default=72, help="national extracts to read; 0 reads none")
    asked.add_argument("--trusts", type=int, default=36, help="NHS trusts besides the system's own; 0 reports none")
    asked.add_argument("--output", type=Path, default=Path("docs/scale.md"))
    told = asked.parse_args()
    parts = ["# From four trusts to England", "", "Made by `make scale`; nothing below was typed. Figures are of one machine.", "",
             f"{time.strftime('%d %B %Y')}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start. Memory is "
             "that of all processes together, what they share counted once.", ""]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        if told.months:
            parts += _reading(Path(folder), next((told.data / "rtt").glob(EXTRACT)), told.months)
        if told.trusts:
            parts += _reporting(Path(folder), told.data, told.trusts)
    told.output.write_text("\n".join(parts), encoding="utf-8")
    typer.echo(told.output.read_text(encoding="utf-8"))


def _reading(scratch: Path, extract: Path, months: int) -> list[str]:
    (scratch / "files").mkdir()
    (scratch / "floor").mkdir()
    files = list(_extracts(scratch / "files", extract, months))
    floor = _watched([sys.executable, "-c", FLOOR, scratch / "floor", *files], scratch / "none")
    taken = _watched([LSC, "ingest", scratch / "files"], scratch / "years")
    asked = _watched([sys.executable, "-c", QUESTION], scratch / "years")
    first, again = (float(line) for _, line in asked.lines)
    row = "| {} | {:.0f} s | {:.1f} s | {:,.0f} MB |"
    return [
        f"## Reading {months} months of the national extract", "",
        "| | Time | A file | Most memory |", "|---|---|---|---|",
        row.format("DuckDB alone, four trusts, nothing checked", floor.seconds, floor.seconds / months, floor.memory),
        row.format("`lsc ingest`, every provider, checked and kept", taken.seconds, taken.seconds / months, taken.memory),
        "",
        f"That is {taken.seconds / floor.seconds:.1f} times DuckDB's own time. The first question of one trust's figures and "
        f"bands takes {first:.1f} s and {asked.memory:,.0f} MB, the next {again:.1f} s.", "",
    ]  # fmt: skip


def _extracts(folder: Path, extract: Path, months: int) -> Iterator[Path]:
    """The published extract under other months, the published one the last."""
    published = gzip.decompress(extract.read_bytes())
    year, month = EXTRACT_MONTH.split("-")
    said = f"RTT-{calendar.month_name[int(month)]}-{year}".encode()
    for back in range(months):
        of = add_months(EXTRACT_MONTH, -back)
        name = f"RTT-{calendar.month_name[int(of[5:])]}-{of[:4]}"
        path = folder / f"{month_end(of):%Y%m%d}-{name}-full-extract.csv.gz"
        path.write_bytes(gzip.compress(published.replace(said, name.encode()), compresslevel=1))
        yield path


def _reporting(scratch: Path, data: Path, trusts: int) -> list[str]:
    home = scratch / "national"
    _watched([LSC, "ingest", data / "rtt", data / "dm01"], home)
    runs = _parameters(scratch / "parameters", home, trusts)
    run = _watched([LSC, "run", "--runs", runs], home, LSC_PARAMETERS=str(runs.parent.parent))
    made = [
        (moment, int(found[1]))
        for moment, line in run.lines
        if (found := re.match(r"\[(\d+)/\d+\] (done|failed) +\w+/", line))
    ]
    began = next(moment for moment, line in run.lines if line.startswith("Reports"))
    rows, before = [], (began, 0)
    for mark in [*(mark for mark in MARKS if mark < len(made)), len(made)]:
        moment = made[mark - 1][0]
        rows.append(f"| {before[1] + 1:,} to {mark:,} | {(moment - before[0]) / (mark - before[1]):.2f} s |")
        before = moment, mark
    each = (made[-1][0] - began) / len(made)
    return [
        f"## Reporting every list of {trusts} trusts more", "",
        f"{len(made):,} reports of published data, every RTT specialty and DM01 test of each trust, in {run.seconds / 60:.0f} minutes, "
        f"{(made[-1][0] - began) / 60:.0f} of them the reports; most memory {run.memory:,.0f} MB. "
        f"A report takes {each:.2f} s (wanted: {WANTED} s, three thousand in ten minutes: {'met' if each <= WANTED else '**not met**'}).", "",
        "| Reports | Seconds each |", "|---|---|", *rows, "",
        *_stages(run), "",
    ]  # fmt: skip


def _stages(run: Watched) -> list[str]:
    """What the run's summary says of where the time went."""
    said = [line for _, line in run.lines]
    began = next((place for place, line in enumerate(said) if line.startswith("Where the time went")), len(said))
    return ["```", *(line for line in said[began:] if line.startswith((" ", "Where"))), "```"]


def _parameters(folder: Path, home: Path, trusts: int) -> Path:
    """A copy of the parameter files with so many of England's trusts in the system, and what is to be run."""
    shutil.copytree(parameters.folder(), folder)
    path = folder / "organisations.yml"
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    known = {one["code"] for kind in ("trusts", "outside_mutual_aid") for one in told[kind]}
    lists = Warehouse(Home(home)).rtt(
        month=EXTRACT_MONTH, treatment_function_code=ALL_SPECIALTIES, measure="total_incomplete"
    )
    others = sorted(code for code in {*lists["provider_code"]} - known if re.fullmatch("R[A-Z0-9]{2}", code))
    told["trusts"] += [
        {"code": code, "name": f"Trust {code}", "short_name": code, "colour": f"#{place * 9973 % 0x777777:06x}"}
        for place, code in enumerate(others[:trusts])
    ]
    path.write_text(yaml.safe_dump(told, sort_keys=False), encoding="utf-8")
    runs = folder / "runs" / "national.yml"
    runs.write_text(yaml.safe_dump({"title": "National", "reports": [
        {"notebook": "forecast", "family": "rtt", "trust": "every", "specialty": "every"},
        {"notebook": "diagnostics", "family": "dm01", "trust": "every", "test": "every"},
    ]}), encoding="utf-8")  # fmt: skip
    return runs


def _watched(command: list[Any], home: Path, **environment: str) -> Watched:
    """Run a command on a home, watching what it says and what it takes; fail as it fails."""
    told, began = Watched(), time.monotonic()
    given = os.environ | {"CI": "true", "LSC_HOME": str(home), "PYTHONPATH": str(project_root()), "PYTHONUNBUFFERED": "1"} | environment  # fmt: skip
    process = subprocess.Popen([str(part) for part in command], env=given, stdout=subprocess.PIPE, text=True, cwd=project_root())  # fmt: skip
    ended = threading.Event()
    watch = threading.Thread(target=_watch, args=(process.pid, told, ended))
    watch.start()
    assert process.stdout is not None
    for line in process.stdout:
        told.lines.append((time.monotonic(), line.rstrip("\n")))
    if code := process.wait():
        typer.echo("\n".join(line for _, line in told.lines[-20:]), err=True)
        typer.echo(f"{command[0]} ended with exit code {code}.", err=True)
    ended.set()
    watch.join()
    told.seconds = time.monotonic() - began
    return told


def _watch(pid: int, told: Watched, ended: threading.Event) -> None:
    while not ended.wait(1.0):
        held = 0
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            for one in [process, *process.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    held += one.memory_full_info().pss
        told.memory = max(told.memory, held / 2**20)


if __name__ == "__main__":
    main()
