"""A visitor with a browser of their own, to whom every other site is out of reach."""

from __future__ import annotations

from example_site import Site
from playwright.sync_api import Browser, Page, Route, expect

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


class Visit:
    """One visitor with a fresh cache: what was fetched from elsewhere, and what the browser complained of."""

    def __init__(self, browser: Browser, site: Site, width: int) -> None:
        self.site, self.outside, self.complaints = site, [], []
        self.context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        self.page: Page = self.context.new_page()
        self.page.route("**/*", self._let_through)
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _let_through(self, route: Route) -> None:
        if route.request.url.startswith((self.site.address, "data:")):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def open(self, path: str) -> Page:
        """Go there with the token, and wait until every chart is drawn."""
        self.page.goto(f"{self.site.address}{path}?token={self.site.token}")
        expect(self.page.locator("[data-chart]:not([data-chart=drawn])")).to_have_count(0, timeout=20_000)
        return self.page
