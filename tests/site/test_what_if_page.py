"""The what-if page in Chromium, every other site out of reach: sliders by keyboard, the answer at once, in words too."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from example_futures import ahead
from example_run import executed, publish
from example_site import Site, serving
from example_visit import Visit
from playwright.sync_api import Browser, Page, expect

from lsc_analytics import parameters
from lsc_analytics.models.what_if import grid
from lsc_analytics.parameters.scenario import Steps
from lsc_analytics.reporting.charts import capacity as charts
from lsc_analytics.site import assets
from lsc_analytics.site.render import render
from lsc_analytics.store.home import Home

pytestmark = pytest.mark.browser
SETTINGS = parameters.what_if().model_copy(
    update={
        "demand": Steps(lowest=-5, highest=5, step=5),
        "capacity": Steps(lowest=-10, highest=10, step=10),
        "validation": Steps(lowest=0, highest=0.5, step=0.5),
    }
)
GRID = grid(ahead(), SETTINGS, parameters.capacity())


@pytest.fixture(scope="module")
def what_if_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The page, served."""
    home = Home(tmp_path_factory.mktemp("what-if"))
    home.become("demo", file="x")
    page = render(executed("What if?", [charts.what_if(GRID)]), {"address": "what_if/RXN/C_110", "kind": "demo"})
    publish(home, {"what_if/RXN/C_110": page})
    assets.write(home)
    with serving(home, token="a-token-for-tests") as site:
        yield site


@pytest.fixture(scope="module", params=[1440, 390])
def visit(request: pytest.FixtureRequest, chromium: Browser, what_if_site: Site) -> Iterator[Visit]:
    """A reader of the page at one width; nothing goes wrong meanwhile, and nothing is asked of another site."""
    made = Visit(chromium, what_if_site, request.param)
    yield made
    made.context.close()
    assert (made.outside, made.complaints) == ([], [])


def opened(visit: Visit) -> Page:
    """The page, its chart drawn."""
    return visit.open("/voila/render/what_if/RXN/C_110.ipynb")


def figure(measure: str, *setting: float) -> float:
    """The engine's own figure of the last month."""
    keys = ["demand_percent", "capacity_percent", "validation_percent"]
    mine = GRID[(GRID["measure"] == measure) & (GRID["target_month"] == "2026-08")]
    return mine[(mine[keys].to_numpy() == setting).all(axis=1)]["mean"].item()


def test_a_slider_answers_the_keyboard_at_once(visit: Visit):
    """Each step shows the engine's figure within a second, in the chart and to who does not see it; Enter leads nowhere."""
    page = opened(visit)
    answer = page.locator("[class*='answer_total_incomplete'] text")
    expect(answer).to_have_text(f"{figure('total_incomplete', 0, 0, 0):,.0f} waiting, August 2026")
    line = page.locator(".drawing svg .mark-line path").nth(1)
    drawn = line.get_attribute("d")
    page.get_by_label("Capacity: more or fewer clock stops, %").focus()
    page.keyboard.press("ArrowRight")
    then = f"{figure('total_incomplete', 0, 10, 0):,.0f} waiting, August 2026"
    expect(answer).to_have_text(then, timeout=1_000)
    expect(page.get_by_role("status")).to_contain_text(then, timeout=1_000)
    assert line.get_attribute("d") != drawn
    now = figure("total_incomplete", 0, 0, 0)
    change = round(figure("total_incomplete", 0, 10, 0)) - round(now)
    said = f"As now {now:,.0f}, difference {change:+,.0f}".replace("-", "\N{MINUS SIGN}")
    expect(page.get_by_role("status")).to_contain_text(said)
    page.get_by_label("Validation: taken off the list a month, %").focus()
    page.keyboard.press("End")
    page.get_by_label("Demand: more or fewer clock starts, %").focus()
    page.keyboard.press("ArrowLeft")
    then = f"{figure('total_incomplete', -5, 10, 0.5):,.0f} waiting, August 2026"
    expect(answer).to_have_text(then, timeout=1_000)
    page.keyboard.press("Enter")
    expect(answer).to_have_text(then)
    assert "demand" not in page.url


def test_the_page_fits_and_axe_finds_nothing(visit: Visit):
    """One labelled slider each, focus to be seen, tables open, nothing sideways, settings on paper."""
    page = opened(visit)
    assert page.locator("form.sliders input[type=range]").count() == 3
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    drawing, holder = page.locator(".drawing svg").bounding_box(), page.locator(".drawing").bounding_box()
    assert drawing["width"] <= holder["width"] + 1
    slider = page.get_by_label("Demand: more or fewer clock starts, %")
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert slider.evaluate("at => getComputedStyle(at).outlineStyle") == "solid"
    assert slider.bounding_box()["height"] >= 24
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert (found := Axe().run(page)).violations_count == 0, found.generate_report()
    page.emulate_media(media="print")
    assert page.locator("form.sliders").is_visible()
    page.emulate_media(media="screen")


def test_the_numbers_are_every_setting(visit: Visit):
    """The page shows the first rows of the table, no change first, and the csv has all."""
    page = opened(visit)
    page.locator("figure summary").click()
    table = page.locator("figure details table").first
    assert re.search(r"first 24 rows; 102 more are left out", table.locator("caption").inner_text())
    with page.expect_download() as download:
        page.get_by_role("button", name="Download these numbers (csv)").first.click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + 3 * 3 * 2 * 7
    assert lines[0].startswith('"Demand, %","Capacity, %","Validation, %",Month')
