"""Calls made on other machines, by any executor of `concurrent.futures`: in practice a dask cluster's.

A worker there does what this machine does: `workers` gives every call a fresh process of its own, with its time limit and
its second try. So a cluster's worker only waits, and what a notebook does to its process stays in it. Machines share the
home as a folder and have the same code.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future, as_completed
from pathlib import Path
from typing import Any

from lsc_analytics.batch.workers import Answer, Call, said
from lsc_analytics.batch.workers import answers as here
from lsc_analytics.errors import LscError, ParameterError
from lsc_analytics.reference import cores
from lsc_analytics.store.results import code_version

_CONNECT_SECONDS = 30


@contextlib.contextmanager
def dask(address: str | None = None, workers: int | None = None) -> Iterator[Executor]:
    """A dask cluster's executor: that of the scheduler at this address, or of a cluster of this machine alone.

    Args:
        address: As `tcp://10.0.0.5:8786`; None starts a cluster that ends with the block.
        workers: How many calls at a time on a cluster of this machine; as many as cores unless given.

    Raises:
        ParameterError: dask is not installed, or nobody answers at the address.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise ParameterError(
            "dask is not installed.", "Install the extra `cluster`, or leave --executor out.", parameter="--executor"
        ) from error
    with contextlib.ExitStack() as stack:
        if address is None:
            threads = workers or cores()
            # One worker of many threads: they share one warm process to fork from, and only wait. It keeps nothing.
            started = LocalCluster(n_workers=1, threads_per_worker=threads, dashboard_address=None, memory_limit=0)
            address = stack.enter_context(started).scheduler_address
        try:
            client = stack.enter_context(Client(address, timeout=_CONNECT_SECONDS, set_as_default=False))
        except (OSError, ValueError) as error:
            raise ParameterError(
                f"No dask scheduler answers at {address}.", "Start one, or correct it.", parameter="--scheduler"
            ) from error
        # Impure: a call that is asked again is to be made again, not given the answer of the first time.
        with client.get_executor(pure=False) as executor:
            yield executor


def answers(
    calls: Sequence[Call],
    executor: Executor,
    *,
    together: int = 1,
    environment: dict[str, str] | None = None,
    log: Path | None = None,
    preload: Sequence[str] = (),
    ready: Callable[[], None] | None = None,
) -> Iterator[Answer]:
    """The answer to every call, once, in the order in which they come: `workers.answers` on an executor's machines.

    A call whose worker is lost is made by another, as the executor does by itself. Where it gives up, the neighbours that
    it held responsible too are tried again one at a time at the end, so that only the call that ends its workers is
    reported.

    Args:
        calls: What to call; functions of modules that the workers can import.
        executor: Who makes them.
        together: How many calls, one after another, share a process.
        environment: Variables the calls see beside their worker's own. `LSC_HOME` must be a folder there.
        log: File that is given what the processes print, in a folder that must be there.
        preload: Modules that a worker imports once.
        ready: As in `workers.answers`, for the calls that share a process.
    """
    options = {"environment": environment or {}, "log": log, "preload": [*preload], "ready": ready}

    def ask(indexes: Sequence[int]) -> Future[list[Answer]]:
        return executor.submit(_there, [calls[index] for index in indexes], options, code_version())

    groups = [range(first, min(first + together, len(calls))) for first in range(0, len(calls), together)]
    asked = {ask(group): group for group in groups}
    lost: list[int] = []
    for future in as_completed(asked):
        group = asked.pop(future)
        if _is_lost(future):
            lost += group
        else:
            yield from _answers(future, group)
    for index in lost:
        yield from _answers(ask([index]), [index])


def _there(calls: Sequence[Call], options: dict[str, Any], code: str) -> list[Answer]:
    """What a cluster's worker does: the calls, in a process of their own on its machine."""
    if (own := code_version()) != code:
        raise LscError(
            f"The worker at {socket.gethostname()} has other code ({own}) than this run ({code}).",
            "Install the same checkout on every machine and start the workers again.",
        )
    for folder in filter(None, (options["environment"].get("LSC_HOME"), options["log"] and options["log"].parent)):
        if not Path(folder).is_dir():
            raise LscError(
                f"The worker at {socket.gethostname()} does not see the home's {Path(folder).name!r}.",
                "Mount the home at the same path on every machine.",
            )
    multiprocessing.current_process().daemon = False  # as dask starts its workers they could have no children
    return list(here(calls, workers=1, together=len(calls), **options))


def _is_lost(future: Future[list[Answer]]) -> bool:
    """Whether the executor gave up because workers died, whatever it calls that."""
    return not future.cancelled() and type(future.exception()).__name__ in ("KilledWorker", "BrokenProcessPool")


def _answers(future: Future[list[Answer]], group: Sequence[int]) -> Iterator[Answer]:
    """The answers to a group of calls, in their places; where there are none, why, for each."""
    try:
        for index, answer in zip(group, future.result(), strict=True):
            yield Answer(index, answer.value, answer.error, answer.seconds)
        return
    except CancelledError:
        why = "The cluster was lost before it was made."
    except LscError as error:
        why = str(error)
    except Exception as error:
        why = "Every worker that tried it died, and the cluster gave it up." if _is_lost(future) else said(error)
    for index in group:
        yield Answer(index, None, why, 0.0)
