"""Which files a page of published statistics links to, month by month. It fetches nothing and opens no file."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from bs4 import BeautifulSoup

from lsc_analytics.parameters.publications import Publication
from lsc_analytics.reference import month_text

_TAKEN = (".csv", ".zip", ".xls", ".xlsx", ".gz")
_UPLOADED = re.compile(r"/(\d{4})/(\d{2})/[^/]*$")
_REVISED = re.compile(r"revis", re.IGNORECASE)


@dataclass(frozen=True)
class PublishedFile:
    """One month's file, as a page links to it.

    Attributes:
        month: YYYY-MM.
        address: Where it is.
        revised: Whether its name or its link says that it is a revision.
        uploaded: Month of its upload, YYYY-MM, as the address says; empty where it does not.
    """

    month: str
    address: str
    revised: bool
    uploaded: str

    @property
    def name(self) -> str:
        """The file's name.

        >>> PublishedFile("2024-03", "https://a.example/2024/07/Full-CSV%20Mar24.zip", True, "2024-07").name
        'Full-CSV Mar24.zip'
        """
        return posixpath.basename(unquote(urlsplit(self.address).path))


def year_pages(page: str, address: str, publication: Publication) -> dict[int, str]:
    r"""The pages of the financial years that an index page links to, by the year in which each begins.

    Only pages of the index's own host count: a link elsewhere is not the publisher's word.

    >>> rtt = Publication(index="https://a.example/rtt/", year_page=r"rtt-data-(\d{4})-(\d{2})/?$", file="Full", source="", verified=True)
    >>> year_pages('<a href="/rtt/rtt-data-2025-26/">2025-26</a><a href="https://b.example/rtt-data-2024-25">x</a>', rtt.index, rtt)
    {2025: 'https://a.example/rtt/rtt-data-2025-26/'}
    """
    found: dict[int, str] = {}
    for link, _ in _links(page, address):
        if named := re.search(publication.year_page, urlsplit(link).path):
            found.setdefault(int(named[1]), link)
    return found


def files(page: str, address: str, publication: Publication) -> list[PublishedFile]:
    """The latest publication of each month's file that a page links to, oldest month first.

    Of several of one month a revision comes before the first publication, then what was uploaded last, then what the page
    links to last.

    >>> dm01 = Publication(index="https://a.example/", year_page="x", file="Provider", source="", verified=True)
    >>> page = '''<a href="/2025/09/Provider-July-2025.xls">Provider July 2025</a>
    ...     <a href="/2025/11/Provider-July-2025-revised.xls">Provider July 2025 (revised)</a>'''
    >>> [(file.month, file.name, file.revised) for file in files(page, dm01.index, dm01)]
    [('2025-07', 'Provider-July-2025-revised.xls', True)]
    """
    best: dict[str, PublishedFile] = {}
    for link, words in _links(page, address):
        name = posixpath.basename(unquote(urlsplit(link).path))
        begins = any(re.match(publication.file, each, re.IGNORECASE) for each in (name, words))
        if not begins or not name.lower().endswith(_TAKEN):
            continue
        month = next((found for each in (words, name) if (found := _month(each))), "")
        if not month:
            continue
        uploaded = _UPLOADED.search(urlsplit(link).path)
        revised = bool(_REVISED.search(name) or _REVISED.search(words))
        file = PublishedFile(month, link, revised, f"{uploaded[1]}-{uploaded[2]}" if uploaded else "")
        known = best.get(month)
        if known is None or (file.revised, file.uploaded) >= (known.revised, known.uploaded):
            best[month] = file
    return [best[month] for month in sorted(best)]


def _links(page: str, address: str) -> list[tuple[str, str]]:
    """Address and words of every link to the page's own host."""
    host = urlsplit(address).netloc
    found = []
    for anchor in BeautifulSoup(page, "html.parser").find_all("a", href=True):
        link = urljoin(address, str(anchor["href"]).strip())
        if urlsplit(link).scheme in ("http", "https") and urlsplit(link).netloc == host:
            found.append((link, anchor.get_text(" ", strip=True)))
    return found


def _month(text: str) -> str:
    """The month that a file's name or link says: `Jan26`, `July 2025` or `July-2025`."""
    if short := re.search(r"(?<![A-Za-z])([A-Z][a-z]{2})(\d{2})(?!\d)", text):
        text = f"{short[1]} 20{short[2]}"
    try:
        return month_text(re.sub(r"[-_]", " ", text))
    except ValueError:
        return ""
