"""Which report is at which address: the newest page of each that a run has finished, and the runs' own account.

It reads manifests and looks whether files are whole; it reads no table and renders nothing. While the site is served,
a new manifest is noticed at the next request.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from lsc_analytics.batch import manifest as manifests
from lsc_analytics.batch.manifest import Manifest, Report
from lsc_analytics.parameters import project_root, specialty_name, test_name
from lsc_analytics.reference import ALL_SPECIALTIES, ALL_TESTS
from lsc_analytics.store.home import Home

_ADDRESS = re.compile(r"(?P<notebook>[a-z_]+)/(?P<trust>[A-Z0-9_]+)/(?P<code>[A-Z0-9_]+)(?P<of_one>-[A-Z0-9_]*)?")
_SHOWN = ("done", "unchanged")


@dataclass(frozen=True)
class Published:
    """One report that readers can open.

    Attributes:
        notebook: Name of its notebook, without folder and ending.
        trust: Code of the trust, or of the system.
        code: Code of the specialty or test.
        page: The rendered page.
        as_of: Month its figures are of, where its parameters say.
        of_test: Its code is a diagnostic test's.
        run_id: The run that said last that this page is the report's; the page may be an earlier run's.
        campaign: Name of the one validation campaign that it is of; empty for all, and where there are none.
        address: As its run gave it.
    """

    notebook: str
    trust: str
    code: str
    page: Path
    as_of: str
    of_test: bool = False
    run_id: str = ""
    campaign: str = ""
    address: str = ""

    @property
    def name(self) -> str:
        """Its campaign, specialty or test in words; nothing where it is of all of them."""
        named = [self.campaign] if self.campaign else []
        if self.code not in (ALL_SPECIALTIES, ALL_TESTS):
            named.append(test_name(self.code, short=True) if self.of_test else specialty_name(self.code, short=True))
        return ", ".join(named)

    @property
    def link(self) -> str:
        """Where it is on the site, from the root."""
        return f"/voila/render/{quote(self.address or f'{self.notebook}/{self.trust}/{self.code}')}.ipynb"


class Catalogue:
    """What a home has published.

    Args:
        home: Its `runs/` are read; a file that is no manifest of ours, or only half of one, does not count, and
            neither does a page that is not as its run wrote it.

    Attributes:
        version: Goes up whenever what is published has changed.
    """

    def __init__(self, home: Home) -> None:
        self.home = home
        self.version = 0
        self._seen: dict[Path, tuple[int, int]] = {}
        self._reports: dict[str, Published] = {}
        self._newest: Manifest | None = None

    def reports(self) -> list[Published]:
        """Every report that can be opened, by address."""
        self._refresh()
        return [self._reports[address] for address in sorted(self._reports)]

    def find(self, address: str) -> Published | None:
        """The report at `<notebook>/<trust>/<code>`."""
        self._refresh()
        return self._reports.get(address)

    def newest_run(self) -> Manifest | None:
        """The run that began last, finished or not."""
        self._refresh()
        return self._newest

    def _refresh(self) -> None:
        """Read all manifests again if one of them, or a run's list of finished reports, has changed."""
        seen = {}
        kept = ("manifest.json", "finished.jsonl", "landing.json")
        for path in [path for name in kept for path in self.home.runs.glob(f"*/{name}")]:
            try:
                told = path.stat()
            except FileNotFoundError:  # a run has just ended, and its list gone into its manifest
                continue
            seen[path] = (told.st_mtime_ns, told.st_size)
        if seen == self._seen:
            return
        runs = [run for path in sorted(seen) if path.name == "manifest.json" and (run := _read(path.parent))]
        reports = {}
        for run in runs:  # oldest first, so that the newest page of an address stays
            for report in run.reports:
                if published := self._published(run, report):
                    reports[report.address] = published
        self._seen, self._reports, self._newest = seen, reports, runs[-1] if runs else None
        self.version += 1

    def _published(self, run: Manifest, report: Report) -> Published | None:
        named = _ADDRESS.fullmatch(report.address)
        if report.status not in _SHOWN or not report.rendered or named is None:
            return None
        page = self.home.root / report.rendered
        inside = page.suffix == ".html" and page.resolve().is_relative_to(self.home.runs.resolve())
        if not inside or not page.is_file() or report.sha256.get("rendered", "") not in ("", manifests.sha256(page)):
            return None
        told = report.parameters
        notebook, trust, code = (named[part] for part in ("notebook", "trust", "code"))
        as_of, campaign = (str(told.get(name, "")) for name in ("as_of", "campaign"))
        return Published(notebook, trust, code, page, as_of, "test" in told, run.run_id, campaign, report.address)


@cache
def question(notebook: str) -> str:
    """What a notebook asks, by its own title; its name in words where it is not among the notebooks any more.

    >>> question("forecast"), question("gone_since")
    ('Will this waiting list meet the standard?', 'Gone since')
    """
    path = project_root() / "notebooks" / f"{notebook}.ipynb"
    named = notebook.replace("_", " ").capitalize()
    if not path.is_file():
        return named
    return str(json.loads(path.read_text(encoding="utf-8"))["metadata"].get("title", named))


def _read(folder: Path) -> Manifest | None:
    try:
        return manifests.read(folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
