"""What breaks the house style of notebooks, a sentence each: so that a report reads as a story, and logic stays in the package.

It reads a notebook and runs none.
"""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator

from nbformat import NotebookNode

KEPT = {"keep_output", "nbval-check-output"}
IMPORT = "import lsc_analytics as lsc"
LOGIC: dict[str, type[ast.AST] | tuple[type[ast.AST], ...]] = {
    "a function": (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda),
    "a class": ast.ClassDef,
    "a loop": (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    "an import": (ast.Import, ast.ImportFrom),
}
PATHLIKE = re.compile(r"[\w.~-]*/[\w./~-]+|\S+\.(csv|gz|ipynb|json|parquet|xlsx?|ya?ml|zip)")


def faults(notebook: NotebookNode) -> list[str]:
    """What breaks the house style of a notebook (CONTRIBUTING.md), a sentence each; none where it keeps it.

    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> faults(new_notebook(cells=[new_code_cell("1 + 1")]))[0]
    'it has no title in its metadata'
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if not code:
        return ["it has no code cell"]
    told = [] if notebook.metadata.get("title") else ["it has no title in its metadata"]
    if not all("id" in cell for cell in notebook.cells):
        told.append("a cell has no id")
    if [index for index, cell in enumerate(code) if "parameters" in _tags(cell)] != [0]:
        told.append("its first code cell, and no other, is tagged parameters")
    if len(code) < 2 or code[1].source.strip() != IMPORT:
        told.append(f"its second code cell is not `{IMPORT}`")
    if not notebook.cells[-1].source.startswith("lsc.provenance("):
        told.append("its last cell does not say where the figures come from")
    if statistics.median(_lines(cell) for cell in code) > 2:
        told.append("half of its code cells are longer than two lines")
    told += [fault for cell in code for fault in _code_faults(cell)]
    return [*told, *_parameter_faults(code[0]), *_output_faults(code), *_story_faults(notebook)]


def _tags(cell: NotebookNode) -> set[str]:
    """The tags of a cell."""
    return set(cell.metadata.get("tags", []))


def _lines(cell: NotebookNode) -> int:
    """How many lines a cell has."""
    return len(cell.source.splitlines())


def _parameter_faults(cell: NotebookNode) -> Iterator[str]:
    for line in cell.source.splitlines():
        if not re.fullmatch(r"[a-z_]+ = .+  # \S.*", line):
            yield f"parameter without a name, a value and a comment: {line}"
            continue
        try:
            ast.literal_eval(line.split(" = ", 1)[1])
        except ValueError:
            yield f"parameter that is no plain value: {line}"


def _code_faults(cell: NotebookNode) -> Iterator[str]:
    if _lines(cell) > 5:
        yield f"{cell.get('id')}: a cell of more than five lines"
    try:
        nodes = list(ast.walk(ast.parse(cell.source)))
    except SyntaxError:
        yield f"{cell.get('id')}: not plain Python"
        return
    for node in nodes:
        for name, kinds in LOGIC.items():
            if isinstance(node, kinds) and cell.source.strip() != IMPORT:
                yield f"{cell.get('id')}: {name} belongs in the package"
        if isinstance(node, ast.Name) and node.id in {"open", "Path", "eval", "exec", "__import__"}:
            yield f"{cell.get('id')}: {node.id} belongs in the package"
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and PATHLIKE.fullmatch(node.value):
            yield f"{cell.get('id')}: a path ({node.value})"


def _output_faults(code: list[NotebookNode]) -> Iterator[str]:
    if not any(_tags(cell) >= KEPT for cell in code):
        yield "it keeps no headline for nbval to check"
    for cell in code:
        if len(_tags(cell) & KEPT) == 1:
            yield f"{cell.get('id')}: keep_output and nbval-check-output go together"
        elif cell.outputs and not _tags(cell) & KEPT:
            yield f"{cell.get('id')}: an output that was not stripped (make fix)"
        elif _tags(cell) >= KEPT and not (cell.outputs and cell.execution_count):
            yield f"{cell.get('id')}: its headline was not kept (make headlines)"


def _story_faults(notebook: NotebookNode) -> Iterator[str]:
    """A question, then the chart that answers it, then the answer in words."""
    heading, untold = "", ""
    for kind, text in _story(notebook):
        if kind == "say":
            untold = ""
            continue
        if untold:
            yield f"{untold}: a chart without its finding after it"
        untold = text if kind == "chart" else ""
        if kind == "heading":
            heading = text
        elif not heading.endswith("?"):
            yield f"{text}: a chart under a heading that is no question ({heading or 'none'})"


def _story(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """Headings, charts and findings in the reader's order; the end counts as a heading."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield from (("heading", line.strip("# ")) for line in cell.source.splitlines() if line.startswith("#"))
        elif cell.cell_type == "code":
            for called in re.findall(r"\blsc\.(charts|say)\.", cell.source):
                yield ("chart" if called == "charts" else "say"), cell.get("id")
    yield "heading", ""
