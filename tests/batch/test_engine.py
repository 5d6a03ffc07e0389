"""The in-process engine leaves the notebook that a stock kernel leaves."""

from __future__ import annotations

import builtins
import io
import re
import subprocess
import sys
import time
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from papermill.engines import papermill_engines
from traitlets.config import Config

from lsc_analytics.batch import engine

CELLS = (
    "import sys\nprint('counted'); print('with care', file=sys.stderr); print('again')\n42_257",
    "from IPython.display import HTML, clear_output, display\nprint('before'); display(HTML('<b>bold</b>')); print('after')",
    "import pandas as pd\npd.DataFrame({'trust': ['RXN'], 'waiting': [63320]})",
    "display({'application/json': {'bands': (1, 2)}}, raw=True, metadata={'kept': True})",
    "shown = display('first', display_id='chart')",
    "shown.update('second'); print('gone'); clear_output(); print('stays'); clear_output(wait=True); print('instead')",
    "display('twice', display_id='chart')",
    "class Chart:\n    def __repr__(self):\n        return 'a chart'\n    def _repr_mimebundle_(self, **_):\n        return {'text/html': '<svg/>', 'application/vnd.x+json': {'v': 1}}"
    ", {'text/html': {'w': 1}}\nChart()",
    "import asyncio\nawait asyncio.sleep(0)\n'awaited'",
    "_, __name__, type(get_ipython()).__name__, Out[1]",
    "%%html\n<i>slanted</i>",
    "",
    "1 + 1;",
    "trust, specialty",
    "def late():\n    return {}['C_110']\nlate()",
    "print('never reached')",
)


def executed(path: Path, output: Path, **options: Any) -> tuple[Any, papermill.PapermillExecutionError | None]:
    """The notebook as Papermill leaves it, and its error."""
    values = {"trust": "RXL", "specialty": "C_110"}
    try:
        papermill.execute_notebook(path, output, parameters=values, progress_bar=False, **options)
    except papermill.PapermillExecutionError as error:
        return nbformat.read(output, as_version=4), error
    return nbformat.read(output, as_version=4), None


def plain(cell: Any) -> dict[str, Any]:
    """A cell without what differs from run to run: its times, and the colours of a traceback."""
    tags = list(cell.metadata.get("tags", []))
    state = {name: cell.metadata.get("papermill", {}).get(name) for name in ("exception", "status")}
    kept = {"type": cell.cell_type, "source": cell.source, "tags": tags, "papermill": state}
    if cell.cell_type == "code":
        outputs = [dict(output) for output in cell.outputs]
        for output in outputs:
            if "traceback" in output:
                output["traceback"] = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(output["traceback"]))
        kept |= {"outputs": outputs, "count": cell.execution_count}
    return kept


@pytest.mark.parametrize("first", ["papermill", "lsc_analytics.batch.engine", "lsc_analytics.batch.engine.in_process"])
def test_whichever_is_imported_first(first: str) -> None:
    """Papermill asks for the engine while it is imported, and the engine is made of Papermill's: both orders end alike."""
    asked = (
        "from papermill.engines import papermill_engines as known; print(known.get_engine('lsc-in-process').__name__)"
    )
    told = subprocess.run(
        [sys.executable, "-c", f"import {first}; {asked}"], capture_output=True, text=True, check=True
    )
    assert told.stdout == "InProcessEngine\n"


def test_the_engine_is_registered_with_papermill() -> None:
    """`papermill --engine lsc-in-process` finds it by its entry point."""
    (found,) = entry_points(group="papermill.engine", name=engine.NAME)
    assert found.load() is engine.InProcessEngine
    assert papermill_engines.get_engine(engine.NAME) is engine.InProcessEngine


def test_cell_by_cell_the_same_as_a_stock_kernel(write: Any, tmp_path: Path) -> None:
    """Printing, display, updates, rich and plain results, magics, awaiting and an error leave the same notebook."""
    path = write("forecast", *CELLS)
    ipc = Config(ConnectionFileMixin={"transport": "ipc", "ip": str(tmp_path / "s")})
    kernel, kernel_error = executed(path, tmp_path / "kernel.ipynb", config=ipc)
    ours, our_error = executed(path, tmp_path / "ours.ipynb", engine_name=engine.NAME)
    assert kernel_error is not None
    assert our_error is not None
    for name in ("cell_index", "exec_count", "source", "ename", "evalue"):
        assert getattr(our_error, name) == getattr(kernel_error, name)
    assert our_error.ename == "KeyError"
    assert len(ours.cells) == len(CELLS) + 4  # parameters, injected parameters, and Papermill's two error marks
    for here, there in zip(ours.cells, kernel.cells, strict=True):
        assert plain(here) == plain(there)
    for name in ("kernelspec", "language_info"):
        assert ours.metadata[name] == kernel.metadata[name]
    assert ours.metadata.papermill.exception is kernel.metadata.papermill.exception is True
    assert ours.metadata.papermill.parameters == kernel.metadata.papermill.parameters


def test_a_slow_cell_fails_at_its_line(write: Any, tmp_path: Path) -> None:
    """A cell that takes too long is interrupted, even inside `except Exception`, and no later cell runs."""
    path = write("slow", "import time\ntry:\n    time.sleep(20)\nexcept Exception:\n    pass", "print('never')")
    began = time.monotonic()
    notebook, error = executed(path, tmp_path / "out.ipynb", engine_name=engine.NAME, execution_timeout=1)
    assert time.monotonic() - began < 10
    assert error is not None
    assert (error.ename, error.evalue) == ("CellTimeout", "The cell took longer than 1 s.")
    assert "time.sleep(20)" in re.sub(r"\x1b\[[0-9;]*m", "", "".join(error.traceback))
    assert notebook.cells[-1].outputs == []


def test_a_cell_within_its_time_is_left_alone(write: Any, tmp_path: Path) -> None:
    """The alarm of one cell does not ring in the next."""
    path = write("quick", *["import time; time.sleep(0.6)"] * 3)
    _, error = executed(path, tmp_path / "out.ipynb", engine_name=engine.NAME, execution_timeout=1)
    assert error is None


def test_expected_errors_and_skipped_cells_are_respected(write: Any, tmp_path: Path) -> None:
    """As with nbclient, `raises-exception` lets the next cell run and `skip-execution` runs nothing."""
    path = write("tags", "1 / 0", "print('skipped')", "print('reached')")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].metadata.tags = ["raises-exception"]
    notebook.cells[2].metadata.tags = ["skip-execution"]
    nbformat.write(notebook, path)
    after, _ = executed(path, tmp_path / "out.ipynb", engine_name=engine.NAME)
    said = {cell.source: [output.get("text") for output in cell.outputs] for cell in after.cells if "outputs" in cell}
    assert said["print('reached')"] == ["reached\n"]
    assert said["print('skipped')"] == []


def test_the_interpreter_is_as_it_was(write: Any, tmp_path: Path) -> None:
    """After a notebook, standard output, `__main__` and builtins are this process's again, and a new one starts afresh."""
    before = sys.stdout, sys.stderr, sys.displayhook, sys.modules["__main__"], builtins.print
    path = write("first", "leaked = 1\nimport builtins\n_x = 2")
    executed(path, tmp_path / "first.ipynb", engine_name=engine.NAME)
    assert (sys.stdout, sys.stderr, sys.displayhook, sys.modules["__main__"], builtins.print) == before
    assert not hasattr(builtins, "get_ipython")
    second, error = executed(write("second", "leaked"), tmp_path / "second.ipynb", engine_name=engine.NAME)
    assert error is not None
    assert error.ename == "NameError"
    assert next(cell for cell in second.cells if cell.source == "leaked").execution_count == 3


def test_what_cells_print_can_be_followed(write: Any, tmp_path: Path) -> None:
    """Papermill's `stdout_file` is given what a cell prints, as with a kernel."""
    followed = io.StringIO()
    path = write("prints", "print('42,257')")
    executed(path, tmp_path / "out.ipynb", engine_name=engine.NAME, stdout_file=followed)
    assert followed.getvalue() == "42,257\n"


def test_a_second_shell_is_refused(write: Any, tmp_path: Path) -> None:
    """From inside a notebook the engine says what to do instead of breaking the shell that runs it."""
    inner = write("inner", "1")
    outer = write(
        "outer",
        f"import papermill\npapermill.execute_notebook({str(inner)!r}, None, progress_bar=False, engine_name='{engine.NAME}')",
    )
    _, error = executed(outer, tmp_path / "out.ipynb", engine_name=engine.NAME)
    assert error is not None
    assert "leave engine_name out" in error.evalue


@pytest.mark.parametrize("tried", ["sys.exit(3)", "raise KeyboardInterrupt"])
def test_leaving_is_an_error(write: Any, tmp_path: Path, tried: str) -> None:
    """A notebook cannot end the process that runs it: leaving is an error of its cell."""
    _, error = executed(write("leaves", f"import sys\n{tried}"), tmp_path / "out.ipynb", engine_name=engine.NAME)
    assert error is not None
    assert error.ename in ("SystemExit", "KeyboardInterrupt")
