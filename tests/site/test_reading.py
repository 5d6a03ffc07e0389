"""What a reader does beside reading: asks what a word means, takes numbers away, finds a report, prints, zooms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import altair as alt
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from example_run import AWKWARD, executed, publish
from example_site import Site, serving
from example_visit import Visit
from playwright.sync_api import Browser, Page, expect

from lsc_analytics.site import assets
from lsc_analytics.site.render import render
from lsc_analytics.store.home import Home

pytestmark = pytest.mark.browser
REPORT = "/voila/render/forecast/RXN/C_110.ipynb"


@pytest.fixture(scope="module")
def visit(chromium: Browser, site: Site) -> Iterator[Visit]:
    """One reader for all of this module; nothing goes wrong meanwhile."""
    made = Visit(chromium, site, 1024)
    yield made
    made.context.close()
    assert (made.outside, made.complaints) == ([], [])


def fits(page: Page) -> bool:
    """The page does not scroll sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_word_says_its_meaning_on_focus_and_on_hover(visit: Visit):
    """By keyboard and by pointer, inside the window; Escape puts it away, and a screen reader is told the same."""
    page = visit.open(REPORT)
    word, said = page.locator("a.term", has_text="pathways").first, page.locator("#said")
    word.focus()
    expect(said).to_be_visible()
    assert said.inner_text().startswith("One patient's wait for one condition.")
    assert page.locator(f"#{word.get_attribute('aria-describedby')}").inner_text() == said.inner_text()
    page.keyboard.press("Escape")
    expect(said).to_be_hidden()
    word.hover()
    expect(said).to_be_visible()
    box = said.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1024


def test_a_report_is_found_by_trust_specialty_and_test(visit: Visit):
    """Typed words narrow it down whatever their order, codes count, arrows lead to the results, Enter opens the first."""
    page = visit.open("/")
    box, found = page.get_by_label("Find a report by trust, specialty or test"), page.locator(".find li a")
    box.fill("rxn ortho")
    expect(found).to_have_count(1)
    assert found.inner_text() == "Trauma and Orthopaedics, Lancashire Teaching"
    assert page.locator("#found").inner_text() == "1 report found"
    box.fill("magnetic")
    expect(found.first).to_have_text("MRI, Morecambe Bay")
    page.keyboard.press("ArrowDown")
    assert page.locator(":focus").inner_text() == "MRI, Morecambe Bay"
    box.fill("nothing of the kind")
    assert page.locator("#found").inner_text() == "0 reports found"
    box.fill("lancashire teaching trauma")
    box.press("Enter")
    page.wait_for_url("**/forecast/RXN/C_110.ipynb")


def test_the_heat_map_is_sorted_and_filtered_by_keyboard(visit: Visit):
    """Worst first by trust, the total staying on top; only specialties with somebody over 65 weeks now."""
    page = visit.open("/")
    heat = page.locator("[data-heat]").first
    names = heat.locator("tbody th")
    published = names.all_inner_texts()
    head = heat.get_by_role("button", name="Blackpool")
    head.focus()
    page.keyboard.press("Enter")
    assert heat.locator("thead th").nth(1).get_attribute("aria-sort") == "ascending"
    worst = heat.locator("tbody tr").nth(1).locator("td").first.inner_text()
    assert "Over 65 now" in worst
    assert names.first.inner_text() == published[0]
    assert sorted(names.all_inner_texts()) == sorted(published)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert names.all_inner_texts() == published
    page.get_by_label("Show").select_option("0")
    rows = heat.locator("tbody tr:not(.total):visible")
    assert 0 < rows.count() < len(published) - 1
    assert all("Over 65 now" in text for text in rows.all_inner_texts())
    assert (
        page.locator("[data-filter] [role=status]").inner_text()
        == f"{rows.count()} of {len(published) - 1} specialties"
    )


def test_the_keyboard_goes_from_the_answer_to_the_numbers(visit: Visit):
    """Every stop of a report can be seen, none keeps the reader, and the numbers open by Enter."""
    page = visit.open(REPORT)
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            "() => { const at = document.activeElement, box = at.getBoundingClientRect();"
            " return [at.tagName, at.textContent.trim().slice(0, 40), box.width > 0 && box.height > 0] }"
        )
        if stop[0] == "BODY":
            break
        seen.append(stop)
        if stop[0] == "SUMMARY":
            page.keyboard.press("Enter")
    assert stop[0] == "BODY", "the keyboard does not leave the page"
    assert all(visible for _, _, visible in seen)
    assert seen[0][1] == "Skip to main content"
    assert "Download these numbers (csv)" in [text for _, text, _ in seen]
    assert page.locator("details[open]").count() == 2


@pytest.mark.parametrize("width", [1024, 720, 320])
@pytest.mark.parametrize("path", ["/", REPORT])
def test_pages_fit_when_they_are_enlarged(visit: Visit, path: str, width: int):
    """1440 pixels at 200% are 720, and 1280 at 400% are 320: nothing scrolls sideways (WCAG 1.4.10)."""
    visit.page.set_viewport_size({"width": width, "height": 800})
    assert fits(visit.open(path))
    visit.page.set_viewport_size({"width": 1024, "height": 900})


def test_axe_finds_nothing_with_everything_open(visit: Visit):
    """Results found, a meaning shown, a filter set, a table open; and where there is no report."""
    page = visit.open("/")
    page.get_by_label("Find a report by trust, specialty or test").fill("lancashire")
    page.get_by_label("Show").select_option("1")
    assert (found := Axe().run(page)).violations_count == 0, found.generate_report()
    page = visit.open(REPORT)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    page.locator("a.term").first.focus()
    assert (found := Axe().run(page)).violations_count == 0, found.generate_report()


def test_nothing_moves_for_who_asked_for_less_motion(visit: Visit):
    """Neither animations nor smooth scrolling."""
    page = visit.open(REPORT)
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate("document.getAnimations().length") == 0


def test_a_report_prints_without_the_site_around_it(visit: Visit):
    """On paper: the answer, charts and sources, no navigation, charts within the page."""
    page = visit.open(REPORT)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 690, "height": 1000})  # A4 less its margins
    for gone in (".crumbs", ".across", ".contents", ".quiet"):
        assert page.locator(gone).locator("visible=true").count() == 0
    assert page.locator(".words dd").first.is_visible()
    assert all(box.bounding_box()["width"] <= 690 for box in page.locator(".drawing svg").all())
    assert fits(page)
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1024, "height": 900})


def test_a_long_table_scrolls_in_itself_and_fits_a_sheet(visit: Visit):
    """On screen no taller than the window, its headings in sight; on paper forty rows, every column, and no sheet of dates alone."""
    page = visit.open(f"/voila/render/{AWKWARD}.ipynb")
    table = page.get_by_role("table", name="Every week")
    frame = page.locator(".scroll", has=table)
    assert frame.bounding_box()["height"] <= 0.8 * page.viewport_size["height"]
    frame.scroll_into_view_if_needed()
    frame.evaluate("frame => frame.scrollTop = 400")
    expect(table.locator("thead th").first).to_be_in_viewport()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 690, "height": 1000})
    box = table.bounding_box()
    assert box["x"] + box["width"] <= 690
    assert table.locator("tbody tr").locator("visible=true").count() == 40
    assert "The first forty rows" in frame.evaluate("frame => getComputedStyle(frame, '::after').content")
    expect(page.locator("footer")).to_be_hidden()
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1024, "height": 900})


def test_what_is_folded_opens_by_keyboard_and_on_paper(visit: Visit):
    """Its chart is drawn as wide as the others and is seen once it is opened by Enter; on paper it is open, and said once."""
    page = visit.open("/voila/render/diagnostics/RTX/1.ipynb")
    chart, fold = page.locator(".more figure"), page.locator(".more > summary")
    expect(chart).to_be_hidden()
    fold.press("Enter")
    expect(chart.locator("[data-chart=drawn] svg")).to_be_visible()
    widths = [page.locator(f"{part} .drawing svg").bounding_box()["width"] for part in (".part:not(.folded)", ".more")]
    assert abs(widths[0] - widths[1]) < 2
    assert fits(page)
    assert (found := Axe().run(page)).violations_count == 0, found.generate_report()
    page.emulate_media(media="print")
    for printed in (chart, page.locator(".more > .scroll table")):
        expect(printed).to_be_visible()
    page.emulate_media(media="screen")
    fold.press("Enter")
    page.emulate_media(media="print")
    for printed in (chart.locator("svg"), page.locator(".more > .scroll table")):
        expect(printed).to_be_visible()
        assert printed.bounding_box()["height"] > 20
    expect(page.get_by_role("heading", name="How do the trusts compare?")).to_be_visible()
    expect(fold).to_be_hidden()
    page.emulate_media(media="screen")
    expect(chart).to_be_hidden()
    # Where the style sheet cannot open it, the page does, and closes it again.
    more = page.locator("details.more")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert more.get_attribute("open") is not None
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert more.get_attribute("open") is None


def test_numbers_leave_as_csv_and_never_as_formulas(chromium: Browser, home: Home, tmp_path: Path):
    """All rows, raw numbers, no text that a spreadsheet would calculate, and no script of a name has run."""
    home.become("demo", file="x")
    frame = pd.DataFrame({
        "trust": ['=HYPERLINK("http://x","y")', "+1", "-1 and more", "@SUM(A1)", " =1", "\t=1", "a,\"b\"", "<img src=x onerror=alert(1)>"] + [f"T{n}" for n in range(400)],
        "waiting": [-5.0, None, *range(406)],
    })  # fmt: skip
    chart = (
        alt.Chart(frame).mark_point().encode(x="waiting:Q", tooltip=["trust:N", "waiting:Q"]).properties(title="=1+1")
    )
    publish(home, {"forecast/RXN/C_110": render(executed("T", [chart]), {"address": "forecast/RXN/C_110"})})
    assets.write(home)
    with serving(home, token="a-token-for-tests") as site:
        visit = Visit(chromium, site, 1024)
        page = visit.open(REPORT)
        page.locator("figure summary").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Download these numbers (csv)").click()
        download.value.save_as(tmp_path / "numbers.csv")
        visit.context.close()
    assert download.value.suggested_filename == "forecast-RXN-C_110-1.csv"
    lines = (tmp_path / "numbers.csv").read_bytes().decode("utf-8-sig").split("\r\n")
    assert lines[0] == "Trust,Waiting"
    assert lines[1:9] == [
        '"\'=HYPERLINK(""http://x"",""y"")",-5', "'+1,", "'-1 and more,0", "'@SUM(A1),1", "' =1,2", "'\t=1,3",
        '"a,""b""",4', "<img src=x onerror=alert(1)>,5",
    ]  # fmt: skip
    assert len(lines) == 1 + 408 + 1
    assert (visit.outside, visit.complaints) == ([], [])
