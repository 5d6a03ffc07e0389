"""Reports made by a dask cluster: scheduler and workers processes of their own, some killed in mid-run, every report once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import plain_page
import pytest

from lsc_analytics.batch import cluster, progress, runner
from lsc_analytics.batch import manifest as manifests
from lsc_analytics.batch.matrix import Due
from lsc_analytics.batch.workers import Answer, Call
from lsc_analytics.errors import ParameterError
from lsc_analytics.store.home import Home

HERE = Path(__file__).parent


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """The address of a scheduler with three workers, as `dask scheduler` and `dask worker` start them on a machine each."""
    told = tmp_path / "scheduler.json"
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent.parent)]),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",  # it gives up at the first death, so that three workers do
        "LSC_FORK_SERVER": "",  # trivial notebooks: importing everything beforehand would take longer than they do
    }
    with (tmp_path / "log").open("ab") as log:
        common: dict[str, Any] = {"env": environment, "cwd": tmp_path, "stdout": log, "stderr": log}
        dask = [sys.executable, "-m", "dask"]
        own = ["--host", "127.0.0.1", "--scheduler-file", str(told), "--no-dashboard"]
        started = [subprocess.Popen([*dask, "scheduler", "--port", "0", *own], **common)]
        alone = ["--no-nanny", "--nthreads", "1", "--memory-limit", "0"]
        started += [subprocess.Popen([*dask, "worker", *own, *alone], **common) for _ in range(3)]
    try:
        for _ in range(600):
            if told.exists() and told.stat().st_size:
                break
            time.sleep(0.1)
        yield json.loads(told.read_text())["address"]
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(30)


@pytest.fixture
def executor() -> Iterator[Executor]:
    """Threads of this process, which ask as a cluster's workers do."""
    with ThreadPoolExecutor(2) as threads:
        yield threads


def found(executor: Executor, *calls: Call, **options: Any) -> list[Answer]:
    """The answers, in the order of the calls."""
    return sorted(cluster.answers(calls, executor, **options), key=lambda answer: answer.index)


def test_workers_killed_in_mid_run_cost_only_the_report_that_kills_them(
    scheduler: str, home: Home, notebooks: Path, write: Any, tmp_path: Path
) -> None:
    """Every other report is made, once, its files as the manifest has them; the killer is reported after a few tries."""
    tried = tmp_path / "tried"
    write("forecast", "import time; time.sleep(0.5)\nprint(specialty)")
    kill = f"open({str(tried)!r}, 'a').write('x')\npsutil.Process(os.getppid()).parent().kill()"
    write("killer", "import os, psutil, time", kill, "time.sleep(5)", parameters=None)
    due = [Due("notebooks/forecast.ipynb", f"forecast/RXN/C_{n}", {"specialty": f"C_{n}"}, "r") for n in range(8)]
    due.insert(3, Due("notebooks/killer.ipynb", "killer/RXN/C_999", {}, "r"))
    settings: dict[str, Any] = {"render": plain_page.render, "code_version": "v1", "data_release": "a"}
    settings |= {"notebooks": notebooks, "progress": progress.silently}
    with cluster.dask(scheduler) as executor:
        run = runner.run(home, due, executor=executor, **settings)
        again = runner.run(home, [one for one in due if "forecast" in one.address], executor=executor, **settings)
    (failed,) = run.failed
    assert (failed.address, tried.read_text()) == ("killer/RXN/C_999", "xx")
    assert failed.error == "Every worker that tried it died, and the cluster gave it up."
    done = [report for report in run.reports if report.status == "done"]
    assert Counter(report.address for report in done) == {f"forecast/RXN/C_{n}": 1 for n in range(8)}
    for report in done:
        assert f"{report.parameters['specialty']}\n" in (home.root / str(report.rendered)).read_text()
    assert len(manifests.reusable(home)) == 8
    assert Counter(report.status for report in again.reports) == {"unchanged": 8}


def test_what_a_call_says_comes_back(executor: Executor) -> None:
    """An error is a sentence and a death costs only its own call; any executor of the standard library will do."""
    came = found(executor, Call(abs, (-1,)), Call(int, ("many",)), Call(os._exit, (3,)), Call(abs, (-2,)), together=4)
    assert [answer.value for answer in came] == [1, None, None, 2]
    assert came[1].error == "ValueError: invalid literal for int() with base 10: 'many'"
    assert came[2].error == "Its process ended without an answer (exit code 3). It was tried 2 times."
    pids = [answer.value for answer in found(executor, *[Call(os.getpid)] * 3)]
    assert len({*pids, os.getpid()}) == 4


def test_a_worker_that_does_not_see_the_home_says_so(executor: Executor, tmp_path: Path) -> None:
    """A home that is not shared is named, not written to."""
    (answer,) = found(executor, Call(abs, (-1,)), environment={"LSC_HOME": str(tmp_path / "elsewhere")})
    assert "does not see the home's 'elsewhere'. Mount the home at the same path" in str(answer.error)


def test_a_worker_with_other_code_makes_nothing(executor: Executor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its reports would not be what the manifest says they are."""
    versions = iter(("0.0.1+00000000", "0.0.2+11111111"))  # the run asks first, then its worker
    monkeypatch.setattr(cluster, "code_version", lambda: next(versions))
    (answer,) = found(executor, Call(abs, (-1,)))
    assert "has other code (0.0.2+11111111) than this run (0.0.1+00000000)" in str(answer.error)


def test_no_scheduler_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listening at the address is said, with the option that named it."""
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 0.5)
    with pytest.raises(ParameterError, match=r"No dask scheduler answers at tcp:"):  # noqa: SIM117
        with cluster.dask("tcp://127.0.0.1:9"):
            pass
