"""The board pack: charts that can be edited, numbers that are the tables' own, and nothing that a file said run as code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import altair as alt
import pandas as pd
import pytest
from example_demo import DemoRun
from openpyxl import load_workbook
from pptx import Presentation

from lsc_analytics.board_pack import WRITERS, Bars, Lines, Pack, Slide
from lsc_analytics.board_pack.slides import series

TESTS = pd.DataFrame(
    {
        "provider_code": ["RXN", "RXL"],
        "diagnostic_test_code": ["1", "2"],
        "waiting_6_plus": [812, 44],
        "says": ["=1+1", "@x"],
    }
)
MONTHS = pd.DataFrame({"month": ["2025-12", "2026-01"], "planned": [100.0, 90.0], "actual": [104.0, None]})
TRUSTS = pd.DataFrame(
    {"month": ["2025-12", "2025-12", "2026-01"], "provider_code": ["RXN", "RXL", "RXN"], "share": [53.0, 57.0, 53.2]}
)


@pytest.fixture
def pack() -> Pack:
    """Three slides: bars, lines with a gap, and words alone."""
    picture = alt.Chart(MONTHS).mark_line().encode(x="month:T", y="planned:Q").properties(description="A line")
    return Pack(
        "2026-01",
        "Waiting times: – a test",
        "RTT figures of January 2026.",
        [
            Slide("Which tests?", ["**MRI** leads."], TESTS, Bars(("waiting_6_plus", "Six weeks or more"), ("provider_code", "diagnostic_test_code"))),
            Slide("On plan?", ["Not **quite**."], MONTHS, Lines({"planned": "Planned", "actual": "Actual"}, "Pathways"), picture),
            Slide("And?", ["=cmd()"], TESTS[["says"]]),
        ],
        ["No Chatbot call records are loaded."],
        pd.DataFrame({"file": ["=HYPERLINK(1)"], "file_sha256": ["ab12"]}),
        "Code 1, data release 2",
    )  # fmt: skip


@pytest.mark.unit
def test_a_line_a_trust_has_a_gap_where_nothing_is_known() -> None:
    """Months down, trusts across by name."""
    months, told = series(Slide("", [], TRUSTS, Lines({"share": "Share"}, "Percent", by="provider_code")))
    assert months == ["2025-12", "2026-01"]
    assert list(told.values()) == [[57.0, None], [53.0, 53.2]]


@pytest.mark.unit
def test_powerpoint_charts_are_its_own(pack: Pack, tmp_path: Path) -> None:
    """Titles are titles, a chart holds the table's numbers in its order and says what it shows."""
    WRITERS[".pptx"](pack, tmp_path / "pack.pptx")
    pages = list(Presentation(str(tmp_path / "pack.pptx")).slides)
    assert [page.shapes.title.text for page in pages[1:4]] == ["Which tests?", "On plan?", "And?"]
    charts = [shape for page in pages for shape in page.shapes if shape.has_chart]
    assert len(charts) == 2
    assert list(charts[0].chart.plots[0].categories) == ["MRI, Lancashire Teaching", "CT, Blackpool"]
    assert list(charts[0].chart.plots[0].series[0].values) == [812.0, 44.0]
    assert list(charts[1].chart.plots[0].series[1].values) == [104.0, None]
    assert all(chart._element.nvGraphicFramePr.cNvPr.get("descr") for chart in charts)
    bold = [
        run.text
        for shape in pages[1].shapes
        if shape.has_text_frame
        for p in shape.text_frame.paragraphs
        for run in p.runs
        if run.font.bold
    ]
    assert "MRI" in bold


@pytest.mark.unit
def test_nothing_in_the_workbook_is_a_formula(pack: Pack, tmp_path: Path) -> None:
    """Whatever a file, a code or a sentence begins with is text, and numbers are numbers."""
    WRITERS[".xlsx"](pack, tmp_path / "pack.xlsx")
    book = load_workbook(tmp_path / "pack.xlsx")
    assert book.sheetnames == ["Read me", "1 Which tests", "2 On plan", "3 And", "Files read"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert {"=1+1", "=cmd()", "=HYPERLINK(1)", "No Chatbot call records are loaded."} <= {cell.value for cell in cells}
    assert 812 in {cell.value for cell in book["1 Which tests"]["C"]}


@pytest.mark.unit
def test_the_pdf_has_a_page_a_question(pack: Pack, tmp_path: Path) -> None:
    """Cover, three questions, sources; its language and title are set for a screen reader."""
    WRITERS[".pdf"](pack, tmp_path / "pack.pdf")
    told = (tmp_path / "pack.pdf").read_bytes()
    assert told.startswith(b"%PDF")
    assert re.search(rb"/Count 5\b", told)
    assert b"en-GB" in told


@pytest.mark.integration
def test_the_command_writes_the_demo_systems_pack(demo_run: DemoRun, tmp_path: Path) -> None:
    """Three files from the home of the demo, and the numbers in them are those of its tables."""
    command = Path(sys.executable).with_name("lsc")
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LSC_HOME": str(demo_run.home.root)}
    ended = subprocess.run(
        [command, "export", tmp_path], capture_output=True, text=True, env=environment, check=False
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    names = sorted(path.name for path in tmp_path.glob("board-pack-*"))
    assert names == ["board-pack-2026-01.pdf", "board-pack-2026-01.pptx", "board-pack-2026-01.xlsx"]
    deck = {page.shapes.title.text: page for page in Presentation(str(tmp_path / "board-pack-2026-01.pptx")).slides}
    (words,) = [
        shape.text_frame
        for shape in deck["Which three decisions are most worth taking?"].shapes
        if shape.has_text_frame and not shape.is_placeholder
    ]
    decisions = [line.text for line in words.paragraphs][:3]
    assert [line[:2] for line in decisions] == ["1.", "2.", "3."]
    assert all("Owner: " in line for line in decisions)
    told = subprocess.run(
        [command, "table", "system_cells"], capture_output=True, text=True, env=environment, check=True
    )
    rows = [line.split(",") for line in told.stdout.splitlines()]
    expected = {
        float(row[rows[0].index("forecast_over_65")]) for row in rows[1:] if row[rows[0].index("forecast_over_65")]
    }
    book = load_workbook(tmp_path / "board-pack-2026-01.xlsx")
    sheet = next(book[name] for name in book.sheetnames if name.startswith("1 "))
    headers = [cell.value for row in sheet.iter_rows() for cell in row]
    assert "forecast_over_65" in headers
    shown = {cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, float)}
    assert len(shown & expected) >= 5
