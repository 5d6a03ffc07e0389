"""The landing page: the system's figures, every list and test with its link, what is missing."""

from __future__ import annotations

import re

import pytest
from example_run import cells, diagnostics, publish

from lsc_analytics.batch import manifest as manifests
from lsc_analytics.batch.manifest import Report
from lsc_analytics.errors import TableError
from lsc_analytics.site import landing
from lsc_analytics.site.catalogue import Catalogue
from lsc_analytics.store.home import Home, write_text

FAMILIES = {"rtt": {"as_of": "2026-01", "published": "2026-03-12"}, "dm01": {"as_of": "2025-12", "published": "nan"}}


def overview(**changes: object) -> landing.Overview:
    """What a batch would write."""
    told = {"families": FAMILIES, "run_on": "2026-03-20T02:00:00Z", "demo": True} | changes
    return landing.overview(cells(), diagnostics(), **told)


@pytest.fixture
def page(home: Home) -> str:
    """The page of a home with three reports."""
    publish(
        home,
        {"forecast/RXN/C_110": "x", "diagnostics/RTX/1": "x", "chatbot/LSC/C_999": "x", "data_quality/LSC/C_999": "x"},
    )
    return landing.landing(Catalogue(home), overview())


def test_it_adds_the_trusts_published_totals(page: str):
    """C_999 is added over trusts, never to the specialties: 4 times (1,007 x 40 + 31 x 23)."""
    assert "<strong>163,972</strong>" in page
    assert "incomplete pathways at 4 trusts" in page


def test_it_says_when_data_and_reports_are_of(page: str):
    """Each family has its own month."""
    assert re.search(r"January 2026</strong>, published on 12 March 2026", page)
    assert "December 2025" in page
    assert not re.search(r"\bnan\b", page)
    assert "Reports made 20 March 2026" in page


def test_demo_data_are_labelled(home: Home):
    """Demo or real comes from the run, or without one from the home."""
    assert 'aria-label="Demo data"' in landing.landing(Catalogue(home), overview())
    assert 'aria-label="Demo data"' not in landing.landing(Catalogue(home), overview(demo=False))
    home.become("demo", file="x")
    assert 'aria-label="Demo data"' in landing.landing(Catalogue(home), None)


def test_every_link_is_plain_and_from_the_root(page: str):
    """Programs and people can follow them: no query string, no other site, each to a report there is."""
    links = {link for link in re.findall(r'<a [^>]*href="([^"]+)"', page) if not link.startswith("#")}
    assert links == {
        "/", "/voila/render/forecast/RXN/C_110.ipynb", "/voila/render/diagnostics/RTX/1.ipynb",
        "/voila/render/chatbot/LSC/C_999.ipynb", "/voila/render/data_quality/LSC/C_999.ipynb",
    }  # fmt: skip


def test_a_cell_says_its_outlook_in_words_and_a_sign(page: str):
    """Status never rests on colour alone, and a link says where it leads."""
    cell = re.search(r'<td class="is-([a-z-]+)"[^>]*><a href="/voila/render/forecast/RXN/C_110.ipynb">(.+?)</a>', page)
    outlook = landing.OUTLOOKS[cell[1].replace("-", " ")]
    assert outlook.words in cell[2]
    assert outlook.sign in cell[2]
    assert "Trauma and Orthopaedics, Lancashire Teaching" in cell[2]


def test_a_specialty_that_a_trust_does_not_offer_has_no_figure(page: str):
    """Absence is shown as absence, not as zero."""
    assert '<td class="none" role="cell"><span class="unseen">No list</span></td>' in page


def test_tests_are_measured_against_the_standard(page: str):
    """99% within six weeks: met, or so many points short."""
    assert "against the standard of 99%" in page
    assert re.search(r"<b>100.0%</b><span class=\"says\"><span aria-hidden=\"true\">●</span> Met</span>", page)
    assert re.search(
        r"<b>98.2%</b><span class=\"says\"><span aria-hidden=\"true\">◆</span> 0.8 points short</span>", page
    )


def test_without_figures_the_reports_are_still_there(home: Home):
    """A home whose run wrote no figures still leads to its reports."""
    publish(home, {"forecast/RXN/C_110": "x", "diagnostics/RTX/1": "x"})
    page = landing.landing(Catalogue(home), None)
    assert 'href="/voila/render/forecast/RXN/C_110.ipynb"' in page
    assert 'href="/voila/render/diagnostics/RTX/1.ipynb"' in page


def test_an_empty_home_says_what_to_do(home: Home):
    """Before the first run there is a sentence, not an error."""
    assert "lsc run" in landing.landing(Catalogue(home), None)


def test_what_was_left_out_is_said_with_its_reason(home: Home):
    """A family without data, and a report that failed, are on the page."""
    run = manifests.begin(home, code_version="c", data_release="d")
    for status, why in (("skipped", "No Chatbot call records are loaded."), ("failed", "Cell 3 failed.")):
        manifests.note(home, run, Report("notebooks/x.ipynb", {}, None, None, status, why, 0.0, [], "x"))
    manifests.end(home, run)
    page = landing.landing(Catalogue(home), overview())
    assert "No Chatbot call records are loaded. Its reports were left out." in page
    assert "1 report failed in the last run" in page
    assert "Cell 3" not in page


def test_figures_come_back_as_they_were_kept(home: Home):
    """The site reads what the batch wrote, from the newest run that has them whole."""
    run, told = publish(home, {}), overview()
    landing.save(home.runs / run.run_id, told)
    write_text(home.runs / "99991231T000000Z" / landing.FILE, '{"run_on": ')
    assert landing.newest(home) == told


def test_figures_of_another_shape_are_refused():
    """The table's promise holds for what the batch hands over."""
    with pytest.raises(TableError, match="system_cells"):
        landing.overview(cells().drop(columns="outlook"), diagnostics(), families={}, run_on="", demo=True)


def test_names_are_text_on_the_page(home: Home):
    """A reason or date with markup in it stays text."""
    page = landing.landing(Catalogue(home), overview(run_on="2026-03-20<script>alert(1)</script>"))
    assert "<script>alert" not in page
