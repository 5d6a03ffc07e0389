"""What a reader sees, in Chromium with every other site out of reach: charts drawn, nothing in the way, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from example_run import AWKWARD
from example_site import Site
from example_visit import Visit
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
WIDTHS = {"desktop": 1440, "phone": 390}
REPORT = "/voila/render/forecast/RXN/C_110.ipynb"
CHARTS = f"/voila/render/{AWKWARD}.ipynb"


@pytest.fixture(params=WIDTHS.values(), ids=WIDTHS)
def visit(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[Visit]:
    """A visit at one width; afterwards nothing was asked of another site and nothing went wrong."""
    made = Visit(chromium, site, request.param)
    yield made
    made.context.close()
    assert made.outside == []
    assert made.complaints == []


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_charts_are_drawn_at_the_width_of_the_page(visit: Visit):
    """Both charts have marks in SVG, a name, and the page's width; the page does not scroll sideways."""
    page = visit.open(REPORT)
    drawings = page.locator("figure .drawing[role=graphics-document]")
    assert drawings.count() == 2
    assert page.locator("figure .drawing svg .mark-line path").count() >= 1
    assert page.locator("figure .drawing svg .mark-rect path").count() == 8
    assert drawings.first.get_attribute("aria-label") == "Line chart of the list by month"
    holder, drawn = (page.locator(at).first.bounding_box()["width"] for at in (".drawing", ".drawing svg"))
    assert 0.85 * holder < drawn <= holder
    assert overflow(page) == 0


def test_no_word_of_a_chart_is_cut_off(visit: Visit):
    """Long labels, a long legend and a long title of an axis stand inside the drawing, on a phone in lines of their own."""
    page = visit.open(CHARTS)
    cut = page.evaluate(
        """() => [...document.querySelectorAll(".drawing svg")].flatMap((svg) => {
          const room = svg.getBoundingClientRect();
          return [...svg.querySelectorAll("text")].filter((text) => {
            const word = text.getBoundingClientRect();
            return word.width && (word.left < room.left - 1 || word.right > room.right + 1);
          }).map((text) => text.textContent);
        })"""
    )
    assert cut == []
    assert "Worse off beyond chance and rounding" in page.locator(".drawing svg").last.text_content()


def test_the_landing_page_fits_and_leads_to_reports(visit: Visit):
    """From the heat map to a report and back by plain links, the token gone from the address."""
    page = visit.open("/")
    assert overflow(page) == 0
    page.get_by_role("link", name="Trauma and Orthopaedics, Lancashire Teaching").first.click()
    page.wait_for_selector("[data-chart=drawn]")
    assert page.url == visit.site.address + REPORT
    page.get_by_role("link", name="All reports").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Waiting times in Lancashire and South Cumbria"


@pytest.mark.parametrize("path", ["/", REPORT, CHARTS, "/login"])
def test_axe_finds_nothing(visit: Visit, path: str):
    """No accessibility fault that a program can find, with the numbers of the charts open."""
    page = visit.open(path) if path != "/login" else visit.page
    if path == "/login":
        page.goto(visit.site.address + path)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_tooltip_says_the_figure(visit: Visit):
    """Pointing at a bar says what it is, under a policy without eval."""
    page = visit.open(REPORT)
    page.locator("figure .drawing svg .mark-rect path").first.hover()
    tooltip = page.locator("#vg-tooltip-element.visible")
    tooltip.wait_for()
    assert "Blackpool" in tooltip.inner_text()


def test_the_token_leaves_the_address(visit: Visit):
    """It is in neither history nor bookmarks once the page is open."""
    page = visit.open(REPORT)
    assert page.url == visit.site.address + REPORT


def test_the_keyboard_reaches_the_content_first(visit: Visit):
    """The first stop skips the header, and says so where it is seen."""
    page = visit.open("/")
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.inner_text() == "Skip to main content"
    assert focused.bounding_box()["x"] >= 0
