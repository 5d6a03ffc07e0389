"""Which page is at which address: whole, finished, newest."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from example_run import named, publish

from lsc_analytics.batch import manifest as manifests
from lsc_analytics.batch.manifest import Manifest, Report
from lsc_analytics.site.catalogue import Catalogue
from lsc_analytics.store.home import Home, write_text

ADDRESS = "forecast/RXN/C_110"


def rewrite(home: Home, run: Manifest, **fields: object) -> None:
    """Change the run's first report as somebody else might."""
    path = home.runs / run.run_id / "manifest.json"
    content = json.loads(path.read_text())
    content["reports"][0] |= fields
    write_text(path, json.dumps(content))


def test_a_report_is_found_at_its_address(home: Home):
    """Notebook, trust and code lead to the page, and the page has a link of its own."""
    run = publish(home, {ADDRESS: "<p>one</p>"})
    found = Catalogue(home).find(ADDRESS)
    assert found.page == home.runs / run.run_id / f"{ADDRESS}.html"
    assert found.link == "/voila/render/forecast/RXN/C_110.ipynb"
    assert found.as_of == "2026-01"


def test_an_empty_home_has_no_reports(home: Home):
    """Serving may start before the first run."""
    assert Catalogue(home).reports() == []
    assert Catalogue(home).newest_run() is None


def test_the_newest_run_wins_as_soon_as_it_is_there(home: Home):
    """A run that ends while the site is served is noticed."""
    publish(home, {ADDRESS: "first"})
    catalogue = Catalogue(home)
    assert catalogue.find(ADDRESS).page.read_text() == "first"
    publish(home, {ADDRESS: "second"})
    assert catalogue.find(ADDRESS).page.read_text() == "second"


def test_what_a_later_run_did_not_make_stays(home: Home):
    """A run of one trust does not take the others' reports away; a failed report keeps the page before it."""
    publish(home, {ADDRESS: "first", "forecast/RTX/C_110": "other"})
    publish(home, {ADDRESS: "half"}, status="failed")
    assert Catalogue(home).find(ADDRESS).page.read_text() == "first"
    assert [one.trust for one in Catalogue(home).reports()] == ["RTX", "RXN"]


def test_an_unchanged_report_points_at_its_earlier_page(home: Home):
    """A report that was not due again is served from the run that made it."""
    first = publish(home, {ADDRESS: "first"}).reports[0]
    run = manifests.begin(home, code_version="c", data_release="d")
    again = Report(first.notebook, named(ADDRESS), first.output, first.rendered, "unchanged", None, 0.0, [], ADDRESS, sha256=first.sha256)  # fmt: skip
    manifests.note(home, run, again)
    manifests.end(home, run)
    assert Catalogue(home).find(ADDRESS).page.read_text() == "first"


def test_reports_of_a_run_that_goes_on_count_already(home: Home):
    """A run of hours shows what it has, and one that was killed keeps it."""
    source = publish(home, {ADDRESS: "first"}).reports[0]
    run = manifests.begin(home, code_version="c", data_release="d")
    page = home.runs / run.run_id / f"{ADDRESS}.html"
    write_text(page, "running")
    now = page.relative_to(home.root).as_posix()
    report = Report(source.notebook, named(ADDRESS), now, now, "done", None, 1.0, [], ADDRESS, sha256={"rendered": manifests.sha256(page)})  # fmt: skip
    manifests.note(home, run, report)
    assert Catalogue(home).find(ADDRESS).page.read_text() == "running"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"run_id": "x"}', '{"reports": [{"a": 1}], "finished": null}'])
def test_half_a_manifest_or_a_foreign_one_does_not_count(home: Home, content: str):
    """Neither stops the site nor appears on it."""
    publish(home, {ADDRESS: "first"})
    write_text(home.runs / "99991231T000000Z" / "manifest.json", content)
    assert Catalogue(home).find(ADDRESS).page.read_text() == "first"


def test_a_page_that_is_not_as_its_run_wrote_it_does_not_count(home: Home):
    """Half a page, or one changed since, is not served."""
    run = publish(home, {ADDRESS: "whole"})
    (home.root / run.reports[0].rendered).write_text("who")
    assert Catalogue(home).find(ADDRESS) is None


@pytest.mark.parametrize(
    "rendered", ["home.json", "../outside.html", "raw/page.html", "/etc/hostname", "runs/../outside.html"]
)
def test_a_page_outside_the_runs_does_not_count(home: Home, rendered: str):
    """A manifest cannot publish a file that no run has rendered."""
    run = publish(home, {ADDRESS: "x"})
    for path in (home.root / "raw" / "page.html", home.root / "outside.html", home.root.parent / "outside.html"):
        write_text(Path(path), "secret")
    rewrite(home, run, rendered=rendered, sha256={})
    assert Catalogue(home).find(ADDRESS) is None


@pytest.mark.parametrize("address", ["forecast/RXN", "forecast/RXN/../x", "Forecast/RXN/C_110", "forecast/R<N/C_110"])
def test_an_address_of_another_form_does_not_count(home: Home, address: str):
    """Addresses are notebook, trust and code: nothing in one can mean something else in a page or a path."""
    rewrite(home, publish(home, {ADDRESS: "x"}), address=address)
    assert Catalogue(home).reports() == []


def test_a_run_that_is_copied_shows_once_its_manifest_is_there(home: Home, tmp_path: Path):
    """Where only `home.json` and `runs/` are copied, pages first and the manifest last, no report is ever half there."""
    home.become("real", file="x")
    publish(home, {ADDRESS: "first"})
    served = Home(tmp_path / "served")
    shutil.copytree(home.root, served.root, ignore=shutil.ignore_patterns("raw", "tables", "results"))
    catalogue = Catalogue(served)
    run = publish(home, {ADDRESS: "second"})
    there, here = home.runs / run.run_id, served.runs / run.run_id
    shutil.copytree(there, here, ignore=shutil.ignore_patterns("manifest.json"))
    assert catalogue.find(ADDRESS).page.read_text() == "first"
    shutil.copy(there / "manifest.json", here)
    assert catalogue.find(ADDRESS).page.read_text() == "second"
    assert served.kind == "real"
