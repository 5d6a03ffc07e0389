"""Notebooks made for one test each, in a folder of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

Write = Callable[..., Path]


@pytest.fixture
def notebooks(tmp_path: Path) -> Path:
    """The folder that the batch of this test takes its notebooks from."""
    (tmp_path / "notebooks").mkdir()
    return tmp_path / "notebooks"


@pytest.fixture
def write(notebooks: Path) -> Write:
    """Write a notebook of these cells, the first its parameters where `parameters` is given."""

    def written(
        name: str, *cells: str, parameters: str | None = 'trust: str = "RXN"\nspecialty: str = "C_999"'
    ) -> Path:
        made = [] if parameters is None else [new_code_cell(parameters, metadata={"tags": ["parameters"]})]
        notebook = new_notebook(cells=[*made, *(new_code_cell(cell) for cell in cells)])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        path = notebooks / f"{name}.ipynb"
        nbformat.write(notebook, path)
        return path

    return written
