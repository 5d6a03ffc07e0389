"""Calls in processes of their own: what dies costs only itself, also where neighbours share a process."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from lsc_analytics.batch.workers import Answer, Call, answers


def found(*calls: Call, **options: object) -> list[Answer]:
    """The answers, in the order of the calls."""
    return sorted(answers(calls, **({"workers": 2} | options)), key=lambda answer: answer.index)  # type: ignore[arg-type]


def test_each_call_answers() -> None:
    """Values and errors come back, each with its call."""
    came = found(Call(math.sqrt, (4,)), Call(math.sqrt, (-1,)), Call(abs, (-3,)))
    assert [answer.value for answer in came] == [2.0, None, 3]
    assert [answer.error for answer in came] == [None, "ValueError: math domain error", None]


def test_neighbours_share_a_process() -> None:
    """With `together`, calls follow one another in a process; without, none sees another's."""
    shared = [answer.value for answer in found(*[Call(os.getpid)] * 6, together=3)]
    assert len(set(shared)) == 2
    assert shared[0] == shared[1] == shared[2] != shared[3]
    assert len({answer.value for answer in found(*[Call(os.getpid)] * 4)}) == 4


def test_a_death_costs_its_neighbours_nothing() -> None:
    """Where a process dies or hangs at one of its calls, the calls after it are made in another."""
    die, hang = Call(os._exit, (3,)), Call(time.sleep, (60,), seconds=1)
    came = found(Call(abs, (-1,)), die, Call(abs, (-2,)), hang, Call(abs, (-3,)), together=5)
    assert [answer.value for answer in came] == [1, None, 2, None, 3]
    assert came[1].error == "Its process ended without an answer (exit code 3). It was tried 2 times."
    assert came[3].error == "It took longer than 1 s and was stopped."


def test_calls_are_made_in_forks_of_a_process_that_is_ready(tmp_path: Path) -> None:
    """What `ready` did serves every call, each of which has a process of its own and leaves the next as it was."""
    ready = partial(os.chdir, tmp_path)
    calls = [
        Call(os.getcwd),
        Call(os.chdir, ("/",)),
        Call(os.getcwd),
        Call(os.getpid),
        Call(os.getpid),
        Call(os.getppid),
    ]
    came = [answer.value for answer in found(*calls, workers=1, ready=ready)]
    assert came[:3] == [str(tmp_path), None, str(tmp_path)]
    assert len({*came[3:]}) == 3
    parents = {answer.value for answer in found(*[Call(os.getppid)] * 6, workers=2, ready=ready)}
    assert len(parents) == 2


def test_a_fork_that_dies_costs_its_neighbours_nothing(tmp_path: Path) -> None:
    """A fork that is killed, leaves or hangs is tried again or reported, and the calls after it are made all the same."""
    kill, leave = Call(signal.raise_signal, (signal.SIGKILL,)), Call(os._exit, (3,))
    hang = Call(time.sleep, (60,), seconds=2)
    calls = [Call(os.getcwd), kill, Call(os.getcwd), leave, hang, Call(os.getcwd)]
    came = found(*calls, workers=1, ready=partial(os.chdir, tmp_path))
    assert [answer.value for answer in came] == [str(tmp_path), None, str(tmp_path), None, None, str(tmp_path)]
    assert "SIGKILL" in str(came[1].error)
    assert came[3].error == "Its process ended without an answer (exit code 3). It was tried 2 times."
    assert came[4].error == "It took longer than 2 s and was stopped."


def test_a_fault_while_getting_ready_stops_no_call() -> None:
    """What cannot be read ahead is told by the call that needs it."""
    (answer,) = found(Call(abs, (-1,)), ready=partial(os.chdir, "/no/such/folder"))
    assert (answer.value, answer.error) == (1, None)


def test_workers_run_one_numeric_thread() -> None:
    """The variables are set in the workers, where numpy is loaded after them, and not left in this process."""
    before = os.environ.get("OPENBLAS_NUM_THREADS")
    (answer,) = found(Call(os.getenv, ("OPENBLAS_NUM_THREADS",)))
    assert answer.value == (before or "1")
    assert os.environ.get("OPENBLAS_NUM_THREADS") == before


def test_a_script_without_a_guard_is_not_run_again(tmp_path: Path) -> None:
    """A script that makes calls at its top level does so once: workers never import it."""
    script = tmp_path / "script.py"
    script.write_text(
        "print('ran')\nfrom lsc_analytics.batch.workers import Call, answers\n"
        "print([answer.value for answer in answers([Call(abs, (-1,))], workers=1)])\n"
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, str(script)], env=os.environ | {"PYTHONPATH": root}, capture_output=True, text=True, check=True
    )
    assert done.stdout == "ran\n[1]\n"
    assert done.stderr == ""
