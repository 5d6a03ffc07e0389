"""Papermill's engine `lsc-in-process`: a notebook's cells in an IPython shell of this process, with no kernel to start.

The shell is ipykernel's own and what it sends goes to nbclient's own handling of outputs, so an executed notebook is the
one that a kernel would have left; only the sockets between the two are gone. It has no widgets and asks no input, and
imported modules and the environment are this process's: `runner` therefore gives every notebook a fresh process.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import signal
from collections.abc import Callable, Iterator
from typing import Any

from jupyter_client.session import Session
from nbclient.exceptions import CellExecutionError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager

from lsc_analytics.errors import LscError

NAME = "lsc-in-process"


class CellTimeout(BaseException):  # the name is read in a report's error
    """A cell took longer than it may. Not an `Exception`, so that a notebook's `except Exception` cannot swallow it."""


class InProcessEngine(Engine):
    """Runs a notebook in this process: `papermill in.ipynb out.ipynb --engine lsc-in-process`.

    It needs POSIX, and the main thread where a cell's time is limited.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        execution_timeout: float | None = None,
        **_: Any,
    ) -> None:
        """Run the cells, up to the first that fails.

        Args:
            nb_man: Papermill's hold on the notebook, its cells still to be run.
            kernel_name: Not used: the shell is this Python.
            log_output: Log what cells print, as with a kernel.
            stdout_file: Open file that is given what cells print.
            stderr_file: Open file that is given what they print as errors.
            execution_timeout: Seconds after which a cell fails with `CellTimeout`; None for no limit.
        """
        with _shell() as (shell, wire):
            client = _Client(nb_man, log_output=log_output, stdout_file=stdout_file, stderr_file=stderr_file)
            client.shell, client.wire, client.seconds = shell, wire, execution_timeout
            client.papermill_execute_cells()
        nb_man.nb.metadata["language_info"] = _language_info()


class _Client(PapermillNotebookClient):
    """Papermill's client with a shell where its kernel was; outputs, display ids and saves stay its own."""

    shell: Any
    wire: _Wire
    seconds: float | None

    def execute_cell(self, cell: Any, cell_index: int, **_: Any) -> None:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or self.skip_cells_with_tag in tags:
            return
        cell.outputs, self.clear_before_next_output = [], False
        cell.execution_count = self.shell.execution_count
        with self.wire.to(lambda message: self.process_message(message, cell, cell_index)), _limit(self.seconds):
            self.shell.run_cell(cell.source, store_history=True)
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if errors and "raises-exception" not in tags:
            raise CellExecutionError.from_cell_and_msg(cell, errors[-1])


class _Wire(Session):
    """What a kernel would send over its sockets, handed to the client instead, packed as it would be."""

    deliver: Callable[[dict[str, Any]], Any] | None = None

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, parent: Any = None, **_: Any) -> None:
        message = msg_or_type if isinstance(msg_or_type, dict) else self.msg(msg_or_type, content, parent)
        if self.deliver is not None:
            self.deliver({**message, "content": self.unpack(self.pack(message["content"]))})

    @contextlib.contextmanager
    def to(self, deliver: Callable[[dict[str, Any]], Any]) -> Iterator[None]:
        """Deliver what one cell sends, with standard output and error sent alongside."""
        self.deliver = deliver
        printed, complained = _Stream("stdout", self), _Stream("stderr", self)
        try:
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complained):
                yield
                printed.flush()
                complained.flush()
        finally:
            self.deliver = None


class _Stream(io.TextIOBase):
    """What a cell prints, sent when something is displayed or the cell ends, as ipykernel does."""

    encoding = "UTF-8"

    def __init__(self, name: str, wire: _Wire) -> None:
        self.name, self._wire, self._text = name, wire, ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._text += text
        return len(text)

    def flush(self) -> None:
        text, self._text = self._text, ""
        if text:
            self._wire.send(None, "stream", {"name": self.name, "text": text})


@contextlib.contextmanager
def _shell() -> Iterator[tuple[Any, _Wire]]:
    """A shell that has seen nothing; afterwards the interpreter has none again."""
    from ipykernel.zmqshell import ZMQInteractiveShell  # itself, not a subclass: pandas and others look at its name
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    if InteractiveShell.initialized():
        raise LscError(
            "This Python already has an IPython shell, and there can be one.",
            "From inside a notebook, run Papermill with its own engine: leave engine_name out.",
        )
    shell = ZMQInteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    wire = _Wire()
    shell.displayhook.session = shell.display_pub.session = wire
    try:
        yield shell, wire
    finally:
        shell.restore_sys_module_state()
        atexit.unregister(shell.atexit_operations)  # it would keep the notebook's frames until the process ends
        ZMQInteractiveShell.clear_instance()


@contextlib.contextmanager
def _limit(seconds: float | None) -> Iterator[None]:
    """Interrupt what runs inside after so many seconds."""
    if not seconds:
        yield
        return

    def stop(*_: Any) -> None:
        raise CellTimeout(f"The cell took longer than {seconds:g} s.")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _language_info() -> dict[str, Any]:
    from ipykernel.ipkernel import IPythonKernel

    return IPythonKernel.language_info
