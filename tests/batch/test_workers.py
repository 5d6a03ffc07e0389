"""Calls in processes of their own: what dies costs only itself, also where neighbours share a process."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
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
