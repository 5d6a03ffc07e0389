"""Published files, found on NHS England's statistics pages, downloaded and taken in: what a person would do by hand.

It reads no format (`ingest` does), and nothing of it is called unless somebody asks for it: reports never reach out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from lsc_analytics import parameters
from lsc_analytics.errors import LscError
from lsc_analytics.ingest.statistics_pages import PublishedFile, files, year_pages
from lsc_analytics.parameters.publications import Collection
from lsc_analytics.reference import add_months, month_text, month_words
from lsc_analytics.store.home import Home, replacing
from lsc_analytics.store.intake import Outcome, take
from lsc_analytics.store.warehouse import Warehouse

_SECONDS = (10, 120)  # to connect, and between two pieces of an answer
_TRIES = 4
_PAUSE = 0.5  # seconds before the second try, doubled before each after it
_MONTHS_AT_FIRST = 13  # flows are forecast from thirteen months on
_PIECE = 1 << 20


class FetchError(LscError):
    """A page or a file could not be had: the sentence says from where, why, and what to do."""


class _BrokenOffError(FetchError):
    """An answer that ended before its end: worth asking again."""


@dataclass(frozen=True)
class Fetched:
    """What became of one published file.

    Attributes:
        file: As the page links to it.
        outcome: What became of it once downloaded; None where it was not.
        says: Why it was not downloaded, or its digest and size.
    """

    file: PublishedFile
    outcome: Outcome | None
    says: str

    @property
    def failed(self) -> bool:
        """Whether the file is missing or was refused: the exit code says so."""
        return self.outcome is None or self.outcome.status == "refused"


def find(home: Home, collection: Collection, since: str = "", *, today: dt.date | None = None) -> list[PublishedFile]:
    """Which months' files are published that this home does not have?

    Args:
        home: Where they would be taken in.
        collection: `rtt` or `dm01`.
        since: First month wanted, YYYY-MM, revisions of months loaded among them. Where empty, the months after the last
            one loaded, or the last thirteen of an empty home.
        today: For tests; the clock's day otherwise.

    Returns:
        The latest publication of each month, oldest month first. A file of the same name that was taken before is left
        out: a revision has another name.

    Raises:
        FetchError: A page cannot be reached, or links to nothing that looks like a month's file.
    """
    publication = getattr(parameters.publications(), collection)
    known = Warehouse(home).files()
    now = month_text(today or dt.date.today())
    loaded = known.loc[(known["family"] == collection) & (known["status"] == "loaded"), "last_month"].dropna()
    first = since or (add_months(max(loaded), 1) if len(loaded) else add_months(now, 1 - _MONTHS_AT_FIRST))
    with _session() as session:
        pages = year_pages(_page(session, publication.index), publication.index, publication)
        asked = [
            address for year, address in sorted(pages.items()) if f"{year + 1}-03" >= first and f"{year}-04" <= now
        ]
        found = [file for address in asked for file in files(_page(session, address), address, publication)]
    if not found:
        raise FetchError(
            f"{publication.index} links to no file that begins with {publication.file!r}.",
            "If the pages have changed, correct parameters/publications.yml, or download the files and use `lsc ingest`.",
        )
    taken = set(known["file"])
    return [file for file in found if file.month >= first and file.name not in taken]


def fetch(
    home: Home, wanted: list[PublishedFile], *, tell: Callable[[Fetched], None] = lambda one: None
) -> list[Fetched]:
    """Download files and take each in as it comes, so that what is broken off goes on where it was.

    A file that cannot be had, or is refused, never stops the rest. Nothing of a download that broke off is kept, and the
    raw file is kept by its digest like any other (`store.intake`).

    Args:
        home: Where to.
        wanted: As `find` tells them.
        tell: Called with each as it has ended.

    Returns:
        One `Fetched` a file.
    """
    told = []
    with _session() as session:
        for file in wanted:
            told.append(_one(session, home, file))
            tell(told[-1])
    return told


def _one(session: requests.Session, home: Home, file: PublishedFile) -> Fetched:
    path = home.root / "incoming" / file.name
    try:
        says = _download(session, file, path)
        (outcome,) = take(home, [path]).outcomes
    except FetchError as error:
        return Fetched(file, None, str(error))
    finally:
        path.unlink(missing_ok=True)
    return Fetched(file, outcome, says)


def _download(session: requests.Session, file: PublishedFile, path: Path) -> str:
    """The whole file at the path, or nothing; its size and digest in words. One broken off is begun again."""
    for attempt in range(1, _TRIES + 1):
        digest, size = hashlib.sha256(), 0
        try:
            with (
                _answer(session, file.address, stream=True) as answer,
                replacing(path) as temporary,
                temporary.open("wb") as written,
            ):
                for piece in answer.iter_content(_PIECE):
                    written.write(piece)
                    digest.update(piece)
                    size += len(piece)
            return f"{month_words(file.month)}, {size:,} bytes, sha256 {digest.hexdigest()}"
        except _BrokenOffError:
            if attempt == _TRIES:
                raise
            time.sleep(_PAUSE * 2**attempt)
    raise AssertionError("the last attempt returns or raises")


def _session() -> requests.Session:
    """A session that tries again where trying again helps; proxies and certificates are those of the environment."""
    session = requests.Session()
    patient = Retry(
        total=_TRIES, backoff_factor=_PAUSE, status_forcelist=(429, 500, 502, 503, 504), allowed_methods=("GET",),
        respect_retry_after_header=True, raise_on_status=False,
    )  # fmt: skip
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(max_retries=patient))
    session.headers["User-Agent"] = "lsc-analytics"
    return session


def _page(session: requests.Session, address: str) -> str:
    with _answer(session, address) as answer:
        return answer.text


@contextmanager
def _answer(session: requests.Session, address: str, **options: Any) -> Iterator[requests.Response]:
    """The answer to one question, or why there is none."""
    try:
        with session.get(address, timeout=_SECONDS, **options) as answer:
            if not answer.ok:
                raise FetchError(
                    f"{address} answers {answer.status_code} {answer.reason}.",
                    "Open it in a browser: if it is there, try again later; if it has moved, correct publications.yml.",
                )
            yield answer
    except requests.exceptions.SSLError as error:
        raise FetchError(
            f"The certificate of {address} is not trusted here.",
            "If your network has a certificate authority of its own, name its file in REQUESTS_CA_BUNDLE.",
        ) from error
    except requests.exceptions.ProxyError as error:
        raise FetchError(
            f"The proxy did not pass {address} on.", "Check HTTPS_PROXY, or ask your network team for its address."
        ) from error
    except requests.exceptions.ChunkedEncodingError as error:
        raise _BrokenOffError(f"{address} broke off.", "Try again later: what was loaded before it stays.") from error
    except requests.exceptions.RequestException as error:
        raise FetchError(
            f"{address} cannot be reached ({type(error).__name__}).",
            "Check the connection; if your network needs a proxy, name it in HTTPS_PROXY.",
        ) from error
