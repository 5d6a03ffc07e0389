"""In which order a long page draws its charts, and that none is missing where it counts: where the reader is, and on paper."""

from __future__ import annotations

from collections.abc import Iterator

import altair as alt
import pandas as pd
import pytest
from example_run import executed, publish, two_charts
from example_site import Site, serving
from example_visit import Visit
from playwright.sync_api import Browser, expect

from lsc_analytics.site import assets
from lsc_analytics.site.render import render
from lsc_analytics.store.home import Home

pytestmark = pytest.mark.browser
REPORT, FOLDED = ("/voila/render/forecast/RXN/C_110.ipynb", "/voila/render/diagnostics/RTX/1.ipynb")
SETTABLE = "/voila/render/system_overview/LSC/C_999.ipynb"
CHARTS = 8
# The charts of a page, by their places on it, in the order in which they are drawn.
WATCH = """
window.drawnSoFar = [];
new MutationObserver((changes) => {
  const all = [...document.querySelectorAll("[data-chart]")];
  for (const { target } of changes) if (target.dataset.chart === "drawn") window.drawnSoFar.push(all.indexOf(target));
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-chart"] });
"""
# How often a page that has drawn a chart lets the browser go before the next one; and whether somebody has pressed a key meanwhile.
COUNT_PAUSES = """
window.pauses = 0;
const later = window.setTimeout;
window.setTimeout = (what, ...rest) => (window.pauses += what.name === "drawNext", later(what, ...rest));
navigator.scheduling.isInputPending = () => PENDING;
"""
NEVER_IDLE = "window.requestIdleCallback = () => 0;"  # a browser that has other things to do


@pytest.fixture(scope="module")
def long_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of two reports with eight charts: few are within a screen of the first; of the other all but one are folded.
    A third has one, with a slider.
    """
    home = Home(tmp_path_factory.mktemp("long") / "home")
    home.become("demo", file="demo.csv")
    pages = {path.removeprefix("/voila/render/").removesuffix(".ipynb"): path == FOLDED for path in (REPORT, FOLDED)}
    rendered = {address: _page(address, folded) for address, folded in pages.items()}
    settable = SETTABLE.removeprefix("/voila/render/").removesuffix(".ipynb")
    publish(home, rendered | {settable: render(executed("Settable", [_above_a_limit()]), {"address": settable})})
    assets.write(home)
    with serving(home, token="a-token-for-tests") as site:
        yield site


def _page(address: str, folded: bool) -> str:
    return render(executed("Long", two_charts() * (CHARTS // 2), folded=folded), {"address": address})


def _above_a_limit() -> alt.Chart:
    """A bar whose colour depends on what a reader sets."""
    limit = alt.param(name="limit", value=50, bind=alt.binding_range(min=0, max=100, name="Limit"))
    colour = alt.when(alt.datum.share > limit).then(alt.value("#007f3b")).otherwise(alt.value("#d5281b"))
    bars = alt.Chart(pd.DataFrame({"trust": ["Blackpool"], "share": [57.2]})).mark_bar()
    return bars.encode(x="share:Q", y="trust:N", color=colour).add_params(limit).properties(title="Above the limit")


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


@pytest.mark.parametrize("pending", [False, True])
def test_charts_out_of_sight_pause_for_who_waits_for_an_answer(visit: Visit, pending: bool):
    """What is seen is shown at once; between the others the page pauses only when a key has been pressed."""
    visit.page.add_init_script(COUNT_PAUSES.replace("PENDING", str(pending).lower()))
    page = visit.open(REPORT)
    pauses = page.evaluate("window.pauses")
    assert pauses == CHARTS - 1 if pending else 1 <= pauses < CHARTS / 2
    assert drawn(visit) == list(range(CHARTS))


def test_paper_has_the_charts_that_nobody_has_come_to_yet(visit: Visit):
    """A page printed while the browser has no time has drawn what is open, and draws for the sheet what is folded."""
    visit.page.add_init_script(NEVER_IDLE)
    visit.page.goto(f"{visit.site.address}{FOLDED}?token={visit.site.token}")
    expect(visit.page.locator("[data-chart=drawn]")).to_have_count(1)
    visit.page.wait_for_timeout(300)
    assert drawn(visit) == [0]
    visit.page.pdf(format="A4")
    assert sorted(drawn(visit)) == list(range(CHARTS))
    assert visit.page.locator(".drawing svg").count() == CHARTS


def test_what_a_reader_sets_repaints_a_mark_that_stays(visit: Visit):
    """A colour is worked out again although nothing has moved."""
    page = visit.open(SETTABLE)
    bar = page.locator(".drawing svg .mark-rect path").first
    expect(bar).to_have_attribute("fill", "#007f3b")
    page.locator("form.sliders input").fill("60")
    expect(bar).to_have_attribute("fill", "#d5281b")


def test_where_the_reader_is_comes_first(visit: Visit):
    """Who goes to the end at once has its charts before those in between."""
    visit.page.add_init_script(
        "addEventListener('DOMContentLoaded', () => scrollTo(0, document.documentElement.scrollHeight))"
    )
    visit.open(REPORT)
    order = drawn(visit)
    assert sorted(order) == list(range(CHARTS))
    assert order.index(CHARTS - 1) < order.index(2)
