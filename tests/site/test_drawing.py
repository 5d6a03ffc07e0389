"""In which order a long page draws its charts, and that none is missing where it counts: where the reader is, and on paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from example_run import executed, publish, two_charts
from example_site import Site, serving
from example_visit import Visit
from playwright.sync_api import Browser, expect

from lsc_analytics.site import assets
from lsc_analytics.site.render import render
from lsc_analytics.store.home import Home

pytestmark = pytest.mark.browser
REPORT = "/voila/render/forecast/RXN/C_110.ipynb"
CHARTS = 8
# The charts of a page, by their places on it, in the order in which they are drawn.
WATCH = """
window.drawnSoFar = [];
new MutationObserver((changes) => {
  const all = [...document.querySelectorAll("[data-chart]")];
  for (const { target } of changes) if (target.dataset.chart === "drawn") window.drawnSoFar.push(all.indexOf(target));
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-chart"] });
"""
NEVER_IDLE = "window.requestIdleCallback = () => 0;"  # a browser that has other things to do


@pytest.fixture(scope="module")
def long_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of one report with eight charts, of which few are within a screen of the first."""
    home = Home(tmp_path_factory.mktemp("long") / "home")
    home.become("demo", file="demo.csv")
    publish(home, {REPORT.removeprefix("/voila/render/").removesuffix(".ipynb"): _page()})
    assets.write(home)
    with serving(home, token="a-token-for-tests") as site:
        yield site


def _page() -> str:
    return render(executed("Forecast", two_charts() * (CHARTS // 2)), {"address": "forecast/RXN/C_110"})


@pytest.fixture
def visit(chromium: Browser, long_page: Site) -> Iterator[Visit]:
    """A reader with a window so low that few charts are near it."""
    made = Visit(chromium, long_page, 1024)
    made.page.set_viewport_size({"width": 1024, "height": 500})
    made.page.add_init_script(WATCH)
    yield made
    made.context.close()
    assert (made.outside, made.complaints) == ([], [])


def drawn(visit: Visit) -> list[int]:
    """Which charts have been drawn, in that order."""
    return visit.page.evaluate("window.drawnSoFar")


def test_every_chart_is_drawn_without_anybody_scrolling(visit: Visit):
    """From the top down, once each: who searches the page or hears it misses none."""
    visit.open(REPORT)
    assert drawn(visit) == list(range(CHARTS))


def test_paper_has_the_charts_that_nobody_has_come_to_yet(visit: Visit):
    """A page printed while the browser has no time draws what is near, and the rest for the sheet."""
    visit.page.add_init_script(NEVER_IDLE)
    visit.page.goto(f"{visit.site.address}{REPORT}?token={visit.site.token}")
    near = visit.page.locator("[data-chart=drawn]")
    expect(near.first).to_be_visible()
    visit.page.wait_for_timeout(300)
    assert 1 <= near.count() < CHARTS
    visit.page.pdf(format="A4")
    assert sorted(drawn(visit)) == list(range(CHARTS))
    assert visit.page.locator(".drawing svg").count() == CHARTS


def test_where_the_reader_is_comes_first(visit: Visit):
    """Who goes to the end at once has its charts before those in between."""
    visit.page.add_init_script(
        "addEventListener('DOMContentLoaded', () => scrollTo(0, document.documentElement.scrollHeight))"
    )
    visit.open(REPORT)
    order = drawn(visit)
    assert sorted(order) == list(range(CHARTS))
    assert order.index(CHARTS - 1) < order.index(2)
