"""The notebooks in JupyterLab, as `lsc lab` starts it: a slider of a chart answers the keyboard."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import altair as alt
import nbformat
import pandas as pd
import pytest
from example_run import chart_output
from example_site import free_port
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, expect

from lsc_analytics.cli.editors import lab_command

pytestmark = pytest.mark.browser


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """JupyterLab with a notebook that holds a chart with a slider, and settings of nobody else."""
    size = alt.param(name="size", value=0, bind=alt.binding_range(min=-10, max=20, step=5, name="Capacity"))
    chart = (
        alt.Chart(pd.DataFrame({"month": [1, 2]})).mark_point().encode(x="month:Q", y=alt.value(size)).add_params(size)
    )
    (tmp_path / "notebooks").mkdir()
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[chart_output(chart)])])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, tmp_path / "notebooks" / "slider.ipynb")
    folders = {f"JUPYTER{name}_DIR": str(tmp_path / name) for name in ("_CONFIG", "_DATA", "_RUNTIME", "LAB_SETTINGS", "LAB_WORKSPACES")}  # fmt: skip
    port = free_port()
    command = [*lab_command(port, tmp_path / "notebooks"), "--no-browser", "--allow-root", "--IdentityProvider.token=t"]
    with (tmp_path / "said").open("w") as said:
        process = subprocess.Popen(command, env=os.environ | folders, stdout=said, stderr=said, start_new_session=True)
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(200):
                try:
                    urllib.request.urlopen(f"{address}/api?token=t", timeout=2).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield f"{address}/lab/tree/slider.ipynb?token=t"
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(5)  # it ends the kernel first
            except subprocess.TimeoutExpired:  # how soon it ends is JupyterLab's own affair; its kernel follows it
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(15)


def test_the_arrow_keys_move_a_slider(chromium: Browser, lab: str) -> None:
    """Each step by the arrow that JupyterLab would else take to go to another cell; the slider keeps the focus."""
    page = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(lab)
    slider = page.locator("input[type=range]")
    slider.wait_for(timeout=60_000)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(
        timeout=60_000
    )  # its shortcuts are there
    slider.focus()
    for key, value in (("ArrowRight", "5"), ("ArrowUp", "10"), ("ArrowLeft", "5"), ("ArrowDown", "0")):
        page.keyboard.press(key)
        expect(slider).to_have_value(value)
        expect(slider).to_be_focused()
    page.context.close()
