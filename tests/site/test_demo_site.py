"""The demo from its files to what a reader sees: every report made, every link leads somewhere, the charts drawn."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from example_demo import DemoRun
from example_site import Site, serving
from example_visit import Visit
from playwright.sync_api import Browser

pytestmark = pytest.mark.integration
OF_ONE_CAMPAIGN = "chatbot/LSC/C_999-2022_23_TO_DECEMBER_2022"


@pytest.fixture(scope="module")
def demo_site(demo_run: DemoRun) -> Iterator[Site]:
    """The demo's reports, served."""
    with serving(demo_run.home, token="a-token-for-tests") as site:
        yield site


def manifest(demo_run: DemoRun) -> dict:
    """What the run wrote of itself."""
    (path,) = demo_run.home.runs.glob("*/manifest.json")
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_demo_ends_well_and_says_how_to_read_it(demo_run: DemoRun) -> None:
    """Without a terminal it ends with exit code 0, no traceback, and how to serve what it made."""
    assert demo_run.exit_code == 0
    assert "Traceback" not in demo_run.printed
    assert demo_run.printed.rstrip().splitlines()[-1].startswith("To read them: .venv/bin/lsc serve")


def test_every_report_is_done_and_traces_to_its_files(demo_run: DemoRun) -> None:
    """The manifest has the promised keys, every report is done, its files are there, and its sources were loaded."""
    told = manifest(demo_run)
    assert {"run_id", "started", "finished", "code_version", "data_release", "reports"} <= set(told)
    raw = {path.name.split(".")[0] for path in demo_run.home.raw.iterdir()}
    for report in told["reports"]:
        assert report["status"] == "done", report
        for name in ("output", "rendered"):
            assert (demo_run.home.root / report[name]).is_file()
        assert report["sources"], report["address"]
        of_patients = {s["sha256"] for s in report["sources"] if "chatbot" in s["file"] or "PTL" in s["file"]}
        assert not of_patients & raw
        assert {source["sha256"] for source in report["sources"]} - of_patients <= raw
    notebooks = {report["notebook"] for report in told["reports"]}
    assert notebooks == {
        f"notebooks/{name}.ipynb"
        for name in (
            "system_overview",
            "forecast",
            "what_if",
            "forecast_accuracy",
            "diagnostics",
            "diagnostic_capacity",
            "chatbot",
            "data_quality",
            "mutual_aid",
            "patient_tracking_list",
            "inequality",
        )
    }


def test_every_page_says_that_it_shows_demo_data(demo_run: DemoRun) -> None:
    """No demo page could be taken for a real one."""
    pages = list(demo_run.home.runs.rglob("*.html"))
    assert len(pages) == len(manifest(demo_run)["reports"])
    assert all("Demo data" in page.read_text(encoding="utf-8") for page in pages)


def test_every_page_is_small(demo_run: DemoRun, demo_site: Site) -> None:
    """No page of the demo, with all its charts, words and tables, is over 150,000 bytes before it is compressed."""
    sizes = {
        str(page.relative_to(demo_run.home.runs)): page.stat().st_size for page in demo_run.home.runs.rglob("*.html")
    }
    sizes["the landing page"] = len(demo_site.get("/").text.encode())
    assert {page: size for page, size in sizes.items() if size > 150_000} == {}


def test_the_landing_page_links_to_reports_that_open(demo_run: DemoRun, demo_site: Site) -> None:
    """Every link is root-relative and without a query, and every report of the run is linked and opens."""
    page = demo_site.get("/").text
    links = set(re.findall(r'href="(/voila/render/[^"]+)"', page))
    assert all("?" not in link for link in links)
    assert links == {f"/voila/render/{report['address']}.ipynb" for report in manifest(demo_run)["reports"]}
    for link in sorted(links)[::12]:
        assert demo_site.get(link).status == 200


def test_the_list_that_is_heading_for_a_breach_is_seen(demo_run: DemoRun, demo_site: Site) -> None:
    """Trauma and Orthopaedics at Lancashire Teaching, made to cross 65 weeks, leads the landing page."""
    page = demo_site.get("/").text
    first = re.search(r'href="(/voila/render/forecast/[^"]+)"', page)
    assert first is not None
    assert first[1] == "/voila/render/forecast/RXN/C_110.ipynb"


def test_the_chatbot_counts_are_the_published_ones_rounded(demo_site: Site) -> None:
    """The page shows 13,583 and 1,712 who responded to the nearest five, beside the published figure."""
    page = demo_site.get("/voila/render/chatbot/LSC/C_999.ipynb").text
    for count in ("13,585", "1,710", "17,300", "2,280", "17,299", "2,282"):
        assert count in page
    of_one = demo_site.get(f"/voila/render/{OF_ONE_CAMPAIGN}.ipynb").text
    assert "8.8% of the 13,585 who answered, published as 9% and 8%, and 6.9% of the 17,300 reached" in of_one
    assert "1,710" not in of_one


@pytest.mark.browser
@pytest.mark.parametrize("path", ["chatbot/LSC/C_999", OF_ONE_CAMPAIGN, "chatbot/RXR/C_110"])
def test_the_chatbot_page_answers_on_its_first_screen(demo_site: Site, chromium: Browser, path: str) -> None:
    """Who is unsafe, then what was found of four denominators, above the fold; below it, evidence waits to be opened."""
    visit = Visit(chromium, demo_site, 1440)
    page = visit.open(f"/voila/render/{path}.ipynb")
    answer = page.locator(".answer")
    assert answer.inner_text().startswith("First")
    for of in ("who answered", "reached", "called", "who may be called"):
        assert of in answer.locator("li").nth(1).inner_text()
    box = answer.bounding_box()
    assert box["y"] + box["height"] < 900
    assert page.evaluate("document.documentElement.scrollHeight") < 9_000
    assert page.locator(".more > summary").count() > 8
    visit.context.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("report", "leads"),
    [
        ("system_overview/LSC/C_999", ["Off plan:", "The worst five", "How sure:", "Since the last forecast:", "Decide:"]),
        ("mutual_aid/LSC/C_999", ["445 pathways should move", "Unbooked", "Offered", "Moves agreed before:", "Off plan:", "Decide:"]),
        ("diagnostics/LSC/16", ["78.4% of those waiting", "drives the long waits", "Neither demand nor capacity", "Sessions it would take", "Ahead:", "Off plan:"]),
    ],
    ids=lambda value: value.partition("/")[0] if isinstance(value, str) else "",
)  # fmt: skip
def test_the_first_screen_says_what_its_reader_came_for(
    demo_site: Site, chromium: Browser, report: str, leads: list[str]
) -> None:
    """At 1440 by 900, without scrolling: the answer, how sure, the plan, what changed, what to do and whose it is."""
    visit = Visit(chromium, demo_site, 1440)
    page = visit.open(f"/voila/render/{report}.ipynb")
    for lead in leads:
        box = page.locator(".answer strong", has_text=lead).first.locator("xpath=..").bounding_box()
        assert box is not None, lead
        assert box["y"] + box["height"] <= 900, lead
    assert "wner" in page.locator(".answer").inner_text()
    visit.context.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("path", "charts"),
    [
        ("/voila/render/forecast/RXN/C_110.ipynb", 12),
        ("/voila/render/diagnostics/RXN/1.ipynb", 14),
        ("/voila/render/system_overview/LSC/C_999.ipynb", 8),
        ("/voila/render/chatbot/LSC/C_999.ipynb", 10),
        ("/voila/render/patient_tracking_list/LSC/C_999.ipynb", 3),
        ("/voila/render/inequality/LSC/C_999.ipynb", 5),
        ("/voila/render/what_if/RXN/C_110.ipynb", 1),
    ],
)
@pytest.mark.parametrize("width", [1440, 390])
def test_charts_are_drawn_with_the_network_blocked(
    demo_site: Site, chromium: Browser, path: str, charts: int, width: int
) -> None:
    """Every chart of the page is drawn, nothing is asked of another site, and the page fits the window."""
    visit = Visit(chromium, demo_site, width)
    page = visit.open(path)
    assert page.locator("[data-chart=drawn] svg .mark-group, [data-chart=drawn] svg [class*=mark-]").count() > charts
    assert page.locator("[data-chart=drawn]").count() == charts
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    visit.context.close()
    assert (visit.outside, visit.complaints) == ([], [])
