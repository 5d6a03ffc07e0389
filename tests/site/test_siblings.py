"""The way from a report to its neighbours, filled in when the page is sent."""

from __future__ import annotations

import re

import pytest
from example_run import cells, diagnostics, publish

from lsc_analytics.site import landing
from lsc_analytics.site.catalogue import Catalogue
from lsc_analytics.site.pages import Pages
from lsc_analytics.site.render import SIBLINGS
from lsc_analytics.site.siblings import with_siblings
from lsc_analytics.store.home import Home

PAGES = [
    "forecast/RXN/C_999", "forecast/RXN/C_101", "forecast/RXN/C_110", "forecast/RXR/C_110", "forecast/LSC/C_110",
    "diagnostics/RXN/2", "diagnostics/RXN/10", "diagnostics/RTX/2", "data_quality/LSC/C_999",
]  # fmt: skip


@pytest.fixture
def catalogue(home: Home) -> Catalogue:
    """A few reports whose pages have a place for their neighbours."""
    publish(home, dict.fromkeys(PAGES, f"<main>{SIBLINGS}</main>"))
    return Catalogue(home)


def sent(catalogue: Catalogue, address: str, as_of: str = "2026-01") -> str:
    """One page as a reader gets it."""
    families = {family: {"as_of": as_of, "published": ""} for family in ("rtt", "dm01")}
    told = landing.overview(cells(), diagnostics(), families=families, run_on="", demo=True)
    one = catalogue.find(address)
    return with_siblings(one.page.read_text(), one, catalogue, told)


def test_the_same_specialty_at_other_trusts(catalogue: Catalogue):
    """The system first, the open report marked, each with its standing."""
    page = sent(catalogue, "forecast/RXN/C_110")
    assert re.findall(r'<li><a href="/voila/render/([^"]+)"', page) == [
        "forecast/LSC/C_110.ipynb", "forecast/RXR/C_110.ipynb", "forecast/RXN/C_110.ipynb",
    ]  # fmt: skip
    assert page.count('aria-current="page"') == 1
    assert page.count('class="state is-') == 2  # the system has no row of its own
    assert "the share within 18 weeks" in page


def test_previous_and_next_are_in_published_order(catalogue: Catalogue):
    """The total first, tests by number and not by letter."""
    page = sent(catalogue, "forecast/RXN/C_101")
    assert re.search(r'rel="prev" href="/voila/render/forecast/RXN/C_999.ipynb">.*All specialties', page)
    assert re.search(r'rel="next" href="/voila/render/forecast/RXN/C_110.ipynb">.*Trauma and Orthopaedics', page)
    assert 'rel="next" href="/voila/render/diagnostics/RXN/10.ipynb"' in sent(catalogue, "diagnostics/RXN/2")


def test_a_list_is_linked_to_its_what_if_page_and_back(home: Home):
    """By the question it answers, of the same list alone, and nothing where there is none."""
    publish(home, dict.fromkeys([*PAGES, "what_if/RXN/C_110"], f"<main>{SIBLINGS}</main>"))
    both = Catalogue(home)
    asked = '<a href="/voila/render/what_if/RXN/C_110.ipynb">What if demand, capacity or validation changed?</a>'
    assert asked in sent(both, "forecast/RXN/C_110")
    assert "forecast/RXN/C_110.ipynb" in sent(both, "what_if/RXN/C_110")
    assert "what_if" not in sent(both, "forecast/RXR/C_110")


def test_a_report_without_neighbours_has_no_navigation(catalogue: Catalogue):
    """Nothing is better than a list of one."""
    assert sent(catalogue, "data_quality/LSC/C_999") == "<main></main>"


def test_standing_is_shown_for_the_month_of_the_page_alone(catalogue: Catalogue):
    """A page of an older month is not set beside today's figures."""
    assert "state" not in sent(catalogue, "forecast/RXN/C_110", as_of="2026-02")


def test_a_new_report_is_linked_from_pages_that_were_sent_before(catalogue: Catalogue):
    """Pages are made anew once something is published, and not before."""
    pages = Pages(catalogue)
    one = catalogue.find("diagnostics/RXN/10")
    before = pages.report(one)
    assert pages.report(one) is before
    publish(catalogue.home, {"diagnostics/RTX/10": f"<main>{SIBLINGS}</main>"})
    assert pages.report(catalogue.find("diagnostics/RXN/10")) != before


def test_the_campaigns_of_one_list_lead_to_each_other(home: Home):
    """All campaigns first; a campaign is no specialty beside the others; the same campaign at other trusts."""
    pages = ["chatbot/LSC/C_999", "chatbot/RXN/C_999", "chatbot/RXN/C_110"]
    of_one = {f"chatbot/{trust}/C_999-PILOT_2021_22": {"campaign": "Pilot 2021/22"} for trust in ("LSC", "RXN")}
    publish(home, dict.fromkeys([*pages, *of_one], f"<main>{SIBLINGS}</main>"), parameters=of_one)
    catalogue = Catalogue(home)
    page = sent(catalogue, "chatbot/LSC/C_999-PILOT_2021_22")
    assert re.findall(r'href="/voila/render/chatbot/([^"]+)"', page) == [
        "LSC/C_999.ipynb", "LSC/C_999-PILOT_2021_22.ipynb", "LSC/C_999-PILOT_2021_22.ipynb", "RXN/C_999-PILOT_2021_22.ipynb",
    ]  # fmt: skip
    assert "<strong>All campaigns</strong>" in page
    assert "<p>Pilot 2021/22 elsewhere</p>" in page
    trust = sent(catalogue, "chatbot/RXN/C_999")
    assert re.findall(r'rel="(?:prev|next)" href="([^"]+)"', trust) == ["/voila/render/chatbot/RXN/C_110.ipynb"]
    listed = landing.landing(catalogue, None)
    assert listed.count("Pilot 2021/22, Lancashire Teaching") == 1
    assert listed.count('href="/voila/render/chatbot/') == 5
