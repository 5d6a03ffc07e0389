"""Calls made each in a fresh process, a few at a time: one that dies costs only itself, and is tried once more.

A `ProcessPoolExecutor` loses every call when one child is killed; here each call has a process, forked in milliseconds
from a server that has imported everything already, or from a process of its own that has also read what many calls read.
It needs POSIX, and knows nothing of notebooks.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import multiprocessing
import multiprocessing.forkserver
import os
import signal
import sys
import threading
import time
import traceback
import types
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

TRIES = 2
_ALONE = threading.RLock()  # threads of a cluster's worker may ask at once, and what follows is the whole process's
# Set before numpy is imported: workers share the cores, so one that starts a thread per core slows the others.
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True)
class Call:
    """A module-level function, its picklable arguments, and after how many seconds its process is killed."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()
    seconds: float | None = None


@dataclass(frozen=True)
class Answer:
    """What came of the call at this index: its value, or why there is none."""

    index: int
    value: Any
    error: str | None
    seconds: float


@dataclass
class _Running:
    """A process, and which of its calls it has yet to answer, each with how often it was tried before."""

    process: Any
    pipe: Connection
    todo: deque[tuple[int, int]]
    started: float
    deadline: float


def answers(
    calls: Sequence[Call],
    *,
    workers: int,
    together: int = 1,
    alone: int = 0,
    environment: dict[str, str] | None = None,
    log: Path | None = None,
    preload: Sequence[str] = (),
    ready: Callable[[], None] | None = None,
) -> Iterator[Answer]:
    """The answer to every call, in the order in which they come.

    Args:
        calls: What to call.
        workers: How many processes at a time.
        together: How many calls, one after another, share a process.
        alone: The first so many have a process each: long ones, that would keep others waiting.
        environment: Variables the calls see beside this process's own.
        log: File that is given what the processes print.
        preload: Modules to import once beside those of `preloaded`, the first time that this process asks.
        ready: Is called once in each process, whose calls are then each made in a fork of it: what it has read serves them
            all, and what one changes no other sees. The calls are dealt out to the processes one by one.

    Returns:
        One answer a call. A call that raises answers with the error as a sentence; one whose process is killed from
        outside is tried once more; one that takes longer than it may is stopped.
    """
    if not calls:  # nothing to start a server for
        return
    context = _context(preload)
    given = ONE_THREAD | dict(os.environ) | (environment or {})
    if ready is None:
        firsts = [*range(min(alone, len(calls))), *range(alone, len(calls), together)]
        groups = [range(first, last) for first, last in pairwise([*firsts, len(calls)])]
    else:
        groups = [range(first, len(calls), workers) for first in range(min(workers, len(calls)))]
    waiting = deque(deque((index, 0) for index in group) for group in groups)
    running: list[_Running] = []
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                running.append(_start(context, waiting.popleft(), calls, ready, given, log))
            for one in _ready(running):
                index, tried = one.todo[0]
                seconds = round(time.monotonic() - one.started, 3)
                answer = _received(one)
                if answer is not None:
                    _expect_next(one, calls)
                    if not one.todo:
                        _end(one, running)
                    yield Answer(index, *answer, seconds)
                    continue
                late = time.monotonic() >= one.deadline
                _end(one, running)
                if not late and tried + 1 < TRIES:
                    one.todo[0] = (index, tried + 1)
                    waiting.append(one.todo)
                    continue
                one.todo.popleft()
                if one.todo:
                    waiting.append(one.todo)
                why = f"{_death(one.process.exitcode)} It was tried {TRIES} times."
                if late:
                    why = f"It took longer than {calls[index].seconds:g} s and was stopped."
                yield Answer(index, None, why, seconds)
    finally:
        for one in list(running):
            _end(one, running)


def _context(preload: Sequence[str]) -> Any:
    """The fork server, started with one numeric thread to a process, everything imported, and deaf to Ctrl-C."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["lsc_analytics.batch.preloaded", *preload])
    with _ALONE:
        given = {"LSC_FORK_SERVER": "1"} | ONE_THREAD
        added = {name: value for name, value in given.items() if name not in os.environ}
        os.environ.update(added)
        try:
            with _without_main(), _without_interrupts():
                multiprocessing.forkserver.ensure_running()
        finally:
            for name in added:
                del os.environ[name]
    return context


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Ignore Ctrl-C, which a process that starts inherits: the server ends with us, without a word."""
    if threading.current_thread() is not threading.main_thread():  # where nobody may say what a signal does
        yield
        return
    interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, interrupt)


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Keep multiprocessing from importing the caller's script, which may be unguarded, or not even a file."""
    with _ALONE:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = types.ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


def _start(
    context: Any,
    todo: deque[tuple[int, int]],
    calls: Sequence[Call],
    ready: Callable[[], None] | None,
    environment: dict[str, str],
    log: Path | None,
) -> _Running:
    ours, theirs = context.Pipe(duplex=False)
    asked = [(calls[index].function, calls[index].arguments) for index, _ in todo]
    process = context.Process(target=_serve, args=(theirs, asked, ready, environment, log))
    with _without_main():
        process.start()
    theirs.close()
    started = time.monotonic()
    return _Running(process, ours, todo, started, started + (calls[todo[0][0]].seconds or float("inf")))


def _serve(
    pipe: Connection,
    asked: Sequence[tuple[Callable[..., Any], tuple[Any, ...]]],
    ready: Callable[[], None] | None,
    environment: dict[str, str],
    log: Path | None,
) -> None:
    """What a worker process does: its calls, the answer to each down the pipe."""
    os.setpgid(0, 0)  # so that what the calls start can be stopped with it, and Ctrl-C is the parent's to handle
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    if log is not None:
        written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(written, 1)
        os.dup2(written, 2)
    faulthandler.enable(2)
    if ready is not None:
        with contextlib.suppress(Exception):  # a fault in it is told by the call that meets it
            ready()
        gc.freeze()  # a collection in a fork would otherwise copy every page of this
    for function, arguments in asked:
        if ready is None:
            _answer(pipe, function, arguments)
        else:
            _answer_in_fork(pipe, function, arguments)


def _answer(pipe: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        pipe.send((function(*arguments), None))
    except BaseException as error:
        traceback.print_exc()
        pipe.send((None, said(error)))


def _answer_in_fork(pipe: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """The same in a fork of this process, which ends as the fork does if that is killed: so it is noticed and tried again."""
    fork = os.fork()
    if not fork:
        gc.set_threshold(200_000)  # it is soon over: collecting as often as Python would takes a tenth of it
        try:
            _answer(pipe, function, arguments)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(fork, 0)
    if os.WIFSIGNALED(status):
        os.kill(os.getpid(), os.WTERMSIG(status))
    if code := os.waitstatus_to_exitcode(status):
        os._exit(code)


def said(error: BaseException) -> str:
    """An error on one line, its kind first.

    >>> said(KeyError("week_from"))
    "KeyError: 'week_from'"
    """
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:1000]


def _ready(running: Sequence[_Running]) -> list[_Running]:
    """Wait until a process has answered, has ended or is late: those of which this is true."""
    nearest = min(one.deadline for one in running)
    handles = [handle for one in running for handle in (one.pipe, one.process.sentinel)]
    heard = wait(handles, None if nearest == float("inf") else max(0.0, nearest - time.monotonic()))
    moment = time.monotonic()
    return [one for one in running if one.pipe in heard or one.process.sentinel in heard or moment >= one.deadline]


def _received(one: _Running) -> tuple[Any, str | None] | None:
    """What the process has said, or None where it has died or is late without a word."""
    with contextlib.suppress(EOFError, ConnectionError):
        if one.pipe.poll():
            return one.pipe.recv()
    return None


def _expect_next(one: _Running, calls: Sequence[Call]) -> None:
    one.todo.popleft()
    if one.todo:
        one.started = time.monotonic()
        one.deadline = one.started + (calls[one.todo[0][0]].seconds or float("inf"))


def _end(one: _Running, running: list[_Running]) -> None:
    """End a process, with whatever it has started, and wait for it."""
    running.remove(one)
    if one.process.is_alive():
        try:
            os.killpg(one.process.pid, signal.SIGKILL)
        except ProcessLookupError:  # it has not yet made its group
            one.process.kill()
    one.process.join()
    one.pipe.close()


def _death(exit_code: int | None) -> str:
    """How a process ended that gave no answer.

    >>> _death(-9)
    'Its process was killed (SIGKILL), perhaps for want of memory.'
    """
    if exit_code is not None and exit_code < 0:
        name = signal.Signals(-exit_code).name
        return f"Its process was killed ({name}){', perhaps for want of memory' if name == 'SIGKILL' else ''}."
    return f"Its process ended without an answer (exit code {exit_code})."
