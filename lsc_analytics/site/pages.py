"""Pages as they are sent: compressed once, with the way to a report's neighbours, kept until something new is published.

It writes no file: what a run has rendered stays as it is.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable

from lsc_analytics.site.catalogue import Catalogue, Published
from lsc_analytics.site.landing import Overview, landing, newest
from lsc_analytics.site.siblings import with_siblings

MOST = 4_000  # pages kept, of some 20 KB each: more than one system's reports


class Pages:
    """The pages of a catalogue.

    Args:
        catalogue: What is published; a change of it makes every page anew when it is next asked for.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._version = -1
        self._told: Overview | None = None
        self._kept: dict[str, bytes] = {}

    def landing(self) -> bytes:
        """The landing page."""
        return self._page("", lambda: landing(self.catalogue, self._told))

    def report(self, one: Published) -> bytes:
        """A report's page.

        Raises:
            OSError: Its file has gone.
        """
        return self._page(
            one.link,
            lambda: with_siblings(one.page.read_text(encoding="utf-8"), one, self.catalogue, self._told),
        )

    def _page(self, name: str, make: Callable[[], str]) -> bytes:
        self.catalogue.reports()  # notices what is new
        if self._version != self.catalogue.version:
            self._told, self._version = newest(self.catalogue.home), self.catalogue.version
            self._kept.clear()
        if name not in self._kept:
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[name] = gzip.compress(make().encode(), 6, mtime=0)
        return self._kept[name]
