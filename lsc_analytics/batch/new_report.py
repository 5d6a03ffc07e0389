"""A new report to start from: a notebook in the house style, and its line in the monthly batch.

It writes the two files and runs nothing; what the report asks is the BI lead's to change.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lsc_analytics import parameters
from lsc_analytics.batch.notebook_style import IMPORT, KEPT
from lsc_analytics.errors import ParameterError
from lsc_analytics.parameters import Runs
from lsc_analytics.store.home import write_text

Family = Literal["rtt", "dm01"]
_RTT = (
    ('trust = "RXN"  # Trust code, or LSC for the system\nspecialty = "C_110"  # Treatment function code; C_999 for all specialties\n'
     'as_of = ""  # Month YYYY-MM; empty for the latest loaded'),
    'lsc.heading("rtt", trust, specialty=specialty, as_of=as_of)',
    "position = lsc.rtt_position(trust, specialty, as_of)\nlsc.show(lsc.say.position(position))",
    "## How long have people waited?",
    "bands = lsc.rtt_bands(trust, specialty, as_of)\nlsc.charts.waiting_list(bands, 65)",
    "lsc.show(lsc.say.waits(bands, 65))",
    "lsc.provenance(trust=trust, specialty=specialty, as_of=as_of)",
)  # fmt: skip
_DM01 = (
    ('trust = "RXN"  # Trust code, or LSC for the system\ntest = "1"  # Diagnostic ID of DM01, 1 to 15; 16 for all tests\n'
     'as_of = ""  # Month YYYY-MM; empty for the latest loaded'),
    'lsc.heading("dm01", trust, test=test, as_of=as_of)',
    "history = lsc.diagnostics(trust, test, as_of)\nlsc.show(lsc.say.diagnostics_position(history))",
    "## How long have people waited?",
    "waits = lsc.diagnostics_bands(trust, test, as_of)\nlsc.charts.diagnostics_waits(waits)",
    "lsc.show(lsc.say.diagnostics_waits(waits))",
    "lsc.provenance(trust=trust, test=test, as_of=as_of)",
)  # fmt: skip
_CELLS = {"rtt": _RTT, "dm01": _DM01}
_LINE = {
    "rtt": "  - {{notebook: {name}, family: rtt, trust: [LSC], specialty: [C_999]}}\n",
    "dm01": '  - {{notebook: {name}, family: dm01, trust: [LSC], test: ["16"]}}\n',
}


def new_report(name: str, question: str, family: Family, *, notebooks: Path, runs: Path) -> Path:
    """Write a notebook that asks one question, and add its line to a runs file.

    Args:
        name: Of the notebook: small letters and underscores.
        question: Its title, which ends with a question mark.
        family: The data it is of.
        notebooks: The folder of the notebooks.
        runs: The runs file.

    Returns:
        The notebook.

    Raises:
        ParameterError: The name is no name or taken, the title asks nothing, or the runs file would not be in order.
    """
    path = notebooks / f"{name}.ipynb"
    if not re.fullmatch(r"[a-z][a-z_]*", name):
        raise ParameterError(
            f"{name!r} is no name for a notebook.", "Use small letters and underscores.", parameter="NAME"
        )
    if path.exists():
        raise ParameterError("There is such a notebook.", "Take another name.", file=path.name, parameter="NAME")
    if not question.endswith("?"):
        raise ParameterError(f"{question!r} asks nothing.", "End it with a question mark.", parameter="--question")
    before = runs.read_text(encoding="utf-8")
    write_text(runs, before.rstrip("\n") + "\n" + _LINE[family].format(name=name))
    try:
        parameters.read(runs, Runs)
    except ParameterError:
        write_text(runs, before)
        raise
    write_text(path, nbformat.writes(_notebook(question, family)) + "\n")
    return path


def _notebook(question: str, family: Family) -> nbformat.NotebookNode:
    given, of, headline, heading, chart, finding, last = _CELLS[family]
    cells = [
        new_markdown_cell(f"# {question}", id="title"),
        new_code_cell(given, id="parameters", metadata={"tags": ["parameters"]}),
        new_code_cell(IMPORT, id="import"),
        new_code_cell(of, id="of"),
        new_code_cell(headline, id="answer", metadata={"tags": sorted(KEPT)}),
        new_markdown_cell(heading, id="question"),
        new_code_cell(chart, id="chart"),
        new_code_cell(finding, id="finding"),
        new_code_cell(last, id="provenance"),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "title": question})
