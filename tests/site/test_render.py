"""The page of an executed notebook: what readers see, and what they never do."""

from __future__ import annotations

import re

import nbformat
import pytest
from example_run import executed, two_charts
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from lsc_analytics.reference import PROVENANCE
from lsc_analytics.site.render import render, safe

CONTEXT = {"kind": "demo", "as_of": "2026-01", "started": "2026-03-20T02:00:00Z"}
ATTACK = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def page() -> str:
    """A whole report."""
    told = {"trust": "RXN", "specialty": "C_110"}
    return render(executed("Forecast", two_charts(), code="the_code_of_a_cell()"), CONTEXT | {"parameters": told})


def one(cell: nbformat.NotebookNode, **metadata: object) -> str:
    """The page of a notebook of one cell."""
    return render(new_notebook(cells=[cell], metadata={"title": "T"} | metadata), {})


def shown(output: nbformat.NotebookNode) -> str:
    """The page of a notebook that displays one thing."""
    return one(new_code_cell("x", outputs=[output]))


def test_the_page_says_what_and_when(page: str):
    """Title, breadcrumbs, month and day of making are on every page."""
    assert "<title>Trauma and Orthopaedics, Lancashire Teaching: Forecast – LSC Analytics</title>" in page
    assert "Figures of January 2026" in page
    assert "Report made 20 March 2026" in page
    assert '<li><a href="/">All reports</a></li>' in page


def test_demo_data_are_labelled(page: str):
    """Nobody can take demo data for real."""
    assert 'aria-label="Demo data"' in page
    assert "Demo data" not in render(executed("Forecast", []), CONTEXT | {"kind": "real"})


def test_code_and_parameters_stay_behind(page: str):
    """Readers see words, charts and tables."""
    assert "the_code_of_a_cell" not in page
    assert "# Trust code" not in page


def test_the_page_has_landmarks_and_one_heading(page: str):
    """A screen reader finds its way: language, header, navigation, main, footer, one first heading."""
    for landmark in ('<html lang="en-GB">', "<header", "<nav", "<main", "<footer", '<a class="skip" href="#main">'):
        assert page.count(landmark) == 1
    assert page.count("<h1") == 1


def test_a_notebook_without_heading_gets_one():
    """Its title heads the page."""
    assert "<h1>T</h1>" in one(new_markdown_cell("Only words."))


def test_charts_come_with_their_numbers(page: str):
    """Each chart has its specification, and a table with caption and scopes."""
    assert page.count('<script type="application/json">') == 2
    assert page.count('<script type="application/json" id="look">') == 1
    assert page.count("<summary>The numbers behind this chart</summary>") == 2
    assert '<th scope="col">Incomplete pathways<' in page
    assert not re.search("</t[dhr]>", page)  # HTML lets them end where the next begins
    assert "<caption>The list is expected to fall to 41,500 by July 2026" in page


def test_the_page_is_small_and_fetches_from_its_own_site(page: str):
    """No address of another site, and Vega only by reference."""
    assert len(page.encode()) < 150_000
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []
    assert set(re.findall(r'(?:src|href)="([^"]+)"', page)) >= {"/", "#main"}


def test_pages_are_the_same_twice():
    """A page depends on its notebook and context alone."""
    assert render(executed("Forecast", two_charts()), CONTEXT) == render(executed("Forecast", two_charts()), CONTEXT)


@pytest.mark.parametrize("place", ["title", "trust", "html", "markdown", "markdown output", "text", "chart"])
def test_a_script_in_a_name_never_runs(place: str):
    """Wherever a name with markup in it turns up, it is text."""
    cell = {
        "html": new_code_cell("x", outputs=[new_output("display_data", data={"text/html": f"<p>{ATTACK}</p>"})]),
        "markdown": new_markdown_cell(ATTACK),
        "markdown output": new_code_cell("x", outputs=[new_output("display_data", data={"text/markdown": ATTACK})]),
        "text": new_code_cell("x", outputs=[new_output("stream", name="stdout", text=ATTACK)]),
        "chart": new_code_cell("x", outputs=[new_output("display_data", data={"application/vnd.vegalite.v5+json": {"mark": "bar", "title": ATTACK, "data": {"values": [{"a": ATTACK}]}, "encoding": {"x": {"field": "a"}}}})]),
    }.get(place, new_markdown_cell("words"))  # fmt: skip
    notebook = new_notebook(cells=[cell], metadata={"title": ATTACK if place == "title" else "T"})
    page = render(notebook, {"parameters": {"trust": ATTACK if place == "trust" else "RXN"}})
    assert "<script>" not in page
    assert "<img src=x" not in page


def test_displayed_html_keeps_its_table_and_loses_its_tricks():
    """A table stays with caption, scopes and classes; styles, handlers and foreign elements go."""
    html = '<style>p{}</style><table class="t" onclick="x()"><caption>C</caption><tr><th scope="col">A</th></tr></table><iframe src="//x"></iframe><a href="javascript:x()">a</a>'
    kept = safe(html)
    assert '<table class="t"><caption>C</caption>' in kept
    assert '<th scope="col">A</th>' in kept
    assert not re.search(r"style|onclick|iframe|javascript|p\{\}", kept)


def test_an_error_shows_neither_traceback_nor_message():
    """A failed cell says that it failed; its run says why."""
    page = shown(
        new_output("error", ename="KeyError", evalue="'/home/somebody/secret'", traceback=["Traceback: secret"])
    )
    assert "could not be made" in page
    assert not re.search("KeyError|secret|Traceback", page)


def test_warnings_and_papermill_notices_are_not_shown():
    """What a library says to a programmer is not for readers."""
    assert "Deprecated" not in shown(new_output("stream", name="stderr", text="DeprecationWarning: Deprecated"))
    notice = new_markdown_cell("An Exception was encountered", metadata={"tags": ["papermill-error-cell-tag"]})
    assert "Exception" not in one(notice)


def test_programs_among_outputs_are_dropped():
    """JavaScript, widgets and SVG do not reach the page."""
    for kind in ("application/javascript", "application/vnd.jupyter.widget-view+json", "image/svg+xml"):
        assert "secret" not in shown(new_output("display_data", data={kind: "secret"}))


def test_pictures_are_part_of_the_page():
    """A picture that a cell displays is embedded."""
    assert 'src="data:image/png;base64,aGk="' in shown(new_output("display_data", data={"image/png": "aGk=\n"}))


def test_evidence_is_folded_and_its_answer_stands_open():
    """A folded part keeps its heading and first sentence in sight, all of it once behind a line; a folded cell alone goes there too."""
    notebook = executed("T", two_charts(), folded=True)
    notebook.cells.append(
        new_code_cell(
            "lsc.show(said)", outputs=[new_output("display_data", data={"text/markdown": "- First.\n- Second."})]
        )
    )
    notebook.cells[4].metadata["tags"] = ["folded"]
    html = render(notebook, {})
    whole, part = (re.search(rf'<div class="part{kind}">.*?</details>\n</div>', html, re.S) for kind in ("", " folded"))
    assert whole is not None
    assert part is not None
    before, _, behind = part[0].partition('<details class="more">')
    assert "<h2" in before
    assert "<p>First.</p>" in before
    assert "data-chart" not in before
    assert 'Show the evidence<span class="unseen">: How do the trusts compare?</span>' in behind
    assert [behind.count(word) for word in ("data-chart", "Where the list stands", "Second.")] == [1, 1, 1]
    before, _, behind = whole[0].partition('<details class="more">')
    assert "data-chart" in before
    assert "42,257" in behind
    assert 'class="more"' not in render(executed("T", two_charts()), {})


def test_a_folded_part_says_its_first_paragraph_and_hides_no_sources():
    """A finding of one paragraph stands open, words of the notebook itself do not; where the figures come from is never folded."""
    notebook = executed("T", two_charts(), folded=True)
    notebook.cells[5].source += "\n\nWhat is counted here."
    said = {"text/markdown": "All of **it**. More.", "text/plain": "x"}
    sources = {"text/html": "<details><summary>Two files</summary></details>", PROVENANCE: {}, "text/plain": "x"}
    notebook.cells += [
        new_code_cell("lsc.show(said)", outputs=[new_output("display_data", data=said)]),
        new_code_cell("lsc.provenance()", outputs=[new_output("display_data", data=sources)]),
    ]
    before, _, behind = render(notebook, {}).partition(' folded">')[2].partition('<details class="more">')
    assert "<p>All of <strong>it</strong>. More.</p>" in before
    assert "What is counted here." not in before
    evidence, _, after = behind.partition("Two files")
    # Of what opens behind the fold all is closed, the fold too, when the sources open theirs.
    assert evidence.count("</details>") == evidence.count("<details>")
    assert after.startswith("</summary></details>")
