"""A published home, and the site that serves it, for as long as a session of tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from example_run import (
    AWKWARD,
    NOTEBOOKS,
    awkward_charts,
    cells,
    diagnostics,
    executed,
    long_table,
    named,
    publish,
    two_charts,
)
from example_site import Site, serving
from example_visit import FLAGS
from playwright.sync_api import Browser, sync_playwright

from lsc_analytics.site import assets, landing
from lsc_analytics.site.render import render
from lsc_analytics.store.home import Home


@pytest.fixture(scope="session")
def published_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A demo home with four reports and the landing page's figures."""
    home = Home(tmp_path_factory.mktemp("site") / "home")
    home.become("demo", file="demo.csv")
    started = "2026-03-20T02:00:00Z"
    notebooks = {
        address: executed(
            address.split("/")[0].replace("_", " ").capitalize(),
            awkward_charts() if address == AWKWARD else two_charts(),
            folded=address.startswith("diagnos"),
        )
        for address in NOTEBOOKS
    }
    notebooks[AWKWARD].cells.append(long_table())
    pages = {
        address: render(
            notebook,
            {"kind": "demo", "as_of": "2026-01", "started": started, "parameters": named(address)},
        )
        for address, notebook in notebooks.items()
    }
    run = publish(home, pages)
    families = {
        "rtt": {"as_of": "2026-01", "published": "2026-03-12"},
        "dm01": {"as_of": "2026-01", "published": "2026-03-12"},
    }
    told = landing.overview(cells(), diagnostics(), families=families, run_on=started, demo=True)
    landing.save(home.runs / run.run_id, told)
    assets.write(home)
    return home


@pytest.fixture(scope="session")
def site(published_home: Home) -> Iterator[Site]:
    """The home, served by a process of its own until the session ends."""
    with serving(published_home, token="a-token-for-tests") as site:
        yield site


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium as the machine has it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium on PATH, and CI must see the charts drawn: install Debian's chromium")
        # A user's machine may have no browser; under CI, which installs one, its absence has failed above.
        pytest.skip("no Chromium on PATH: install it to see the charts drawn")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()
