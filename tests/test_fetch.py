"""Fetching: the right files found on the pages as they were published, and every way in which a download can fail."""

from __future__ import annotations

import datetime as dt
import io
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import rtt_files

from lsc_analytics import fetch as fetching
from lsc_analytics import parameters
from lsc_analytics.fetch import FetchError, fetch, find
from lsc_analytics.ingest.statistics_pages import files, year_pages
from lsc_analytics.reference import month_words
from lsc_analytics.store.home import Home
from lsc_analytics.store.warehouse import Warehouse

INDEX = "http://statistics.example/rtt/"
YEAR = f"{INDEX}rtt-data-2025-26/"
Answer = Callable[[BaseHTTPRequestHandler], None]


def page(*links: tuple[str, str]) -> bytes:
    """A page that links to these addresses by these words."""
    return "".join(f'<p><a href="{address}">{words}</a></p>' for address, words in links).encode()


def ok(content: bytes, status: int = 200) -> Answer:
    """An answer with this content."""

    def send(to: BaseHTTPRequestHandler) -> None:
        to.send_response(status)
        to.send_header("Content-Length", str(len(content)))
        to.end_headers()
        to.wfile.write(content)

    return send


def cut(content: bytes) -> Answer:
    """An answer that ends half-way."""

    def send(to: BaseHTTPRequestHandler) -> None:
        to.send_response(200)
        to.send_header("Content-Length", str(len(content)))
        to.end_headers()
        to.wfile.write(content[: len(content) // 2])

    return send


class Site:
    """A proxy that answers for a site of the tests: each address has its answers in turn, the last one for good."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.asked: list[str] = []

    def handle(self, to: BaseHTTPRequestHandler) -> None:
        """Answer one question."""
        address = to.path
        self.asked.append(address)
        turn = self.answers.get(address, [ok(b"gone", 404)])
        (turn.pop(0) if len(turn) > 1 else turn[0])(to)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The site, reached the way a trust reaches the world: through the proxy that HTTP_PROXY names."""
    served = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.handle(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.server_port}")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(fetching, "_PAUSE", 0.01)
    yield served
    server.shutdown()
    server.server_close()


@pytest.fixture
def pages(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The parameters' index is the test site's, and its first page links to one year."""
    folder = tmp_path / "parameters"
    folder.mkdir()
    for path in parameters.folder().glob("*.yml"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "sources").symlink_to(parameters.folder() / "sources")
    known = (folder / "publications.yml").read_text(encoding="utf-8")
    real = parameters.publications()
    for one in (real.rtt, real.dm01):
        known = known.replace(one.index, INDEX)
    (folder / "publications.yml").write_text(known, encoding="utf-8")
    monkeypatch.setenv("LSC_PARAMETERS", str(folder))
    site.answers[INDEX] = [ok(page((YEAR, "2025-26"), ("http://elsewhere.example/rtt-data-2024-25/", "2024-25")))]
    return site


def extract(month: str, label: str) -> tuple[str, bytes]:
    """The name and the bytes of a month's full extract as it is published: a zip with one csv."""
    held = io.BytesIO()
    text = rtt_files.text(rtt_files.extract(period=f"RTT-{month_words(month).replace(' ', '-')}"))
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(f"{month}-full-extract.csv", text)
    return f"Full-CSV-data-file-{label}-ZIP-1K.zip", held.getvalue()


@pytest.mark.unit
def test_revised_files_come_before_the_first_publication() -> None:
    """Of a month's several files the revision counts, then the later upload; other hosts and other files do not."""
    rtt = parameters.publications().rtt
    text = page(
        ("/uploads/2026/01/Full-CSV-data-file-Nov25-ZIP-4M-revised.zip", "Full CSV data file Nov25 (ZIP, 4M) revised"),
        ("/uploads/2026/03/Full-CSV-data-file-Nov25-ZIP-4M-11.zip", "Full CSV data file Nov25 (ZIP, 4M)"),
        ("/uploads/2026/02/Full-CSV-data-file-Dec25-ZIP-4M-12.zip", "Full CSV data file Dec25 (ZIP, 4M)"),
        ("/uploads/2026/03/Full-CSV-data-file-Dec25-ZIP-4M-13.zip", "Full CSV data file Dec25 (ZIP, 4M)"),
        ("/uploads/2026/03/Incomplete-Provider-Dec25-XLSX-9M.xlsx", "Incomplete Provider Dec25 (XLSX, 9M)"),
        ("http://elsewhere.example/2026/04/Full-CSV-data-file-Jan26.zip", "Full CSV data file Jan26"),
    ).decode()
    found = files(text, YEAR, rtt)
    assert [(file.month, file.name.rpartition("-")[2], file.revised) for file in found] == [
        ("2025-11", "revised.zip", True),
        ("2025-12", "13.zip", False),
    ]


@pytest.mark.integration
def test_months_are_found_fetched_and_loaded_once(pages: Site, home: Home) -> None:
    """Through the proxy, past a moment's 503 and a download that breaks off; asked again, nothing is due."""
    (first, one), (second, two) = extract("2025-12", "Dec25"), extract("2026-01", "Jan26")
    addresses = [f"{INDEX}2026/02/{first}", f"{INDEX}2026/03/{second}"]
    pages.answers |= {
        YEAR: [ok(b"busy", 503), ok(page(*((address, address[-30:]) for address in addresses)))],
        addresses[0]: [cut(one), ok(one)],
        addresses[1]: [ok(b"busy", 503), ok(two)],
    }
    wanted = find(home, "rtt", "2025-10", today=dt.date(2026, 3, 20))
    assert [file.month for file in wanted] == ["2025-12", "2026-01"]
    told = fetch(home, wanted)
    assert [one.outcome.status for one in told if one.outcome] == ["loaded", "loaded"], [one.says for one in told]
    assert Warehouse(home).rtt()["month"].unique().tolist() == ["2025-12", "2026-01"]
    assert "sha256" in told[0].says
    assert list((home.root / "incoming").iterdir()) == []
    assert pages.asked.count(addresses[0]) == 2
    assert find(home, "rtt", "2025-10", today=dt.date(2026, 3, 20)) == []
    assert find(home, "rtt", today=dt.date(2026, 3, 20)) == []


@pytest.mark.integration
def test_one_bad_file_never_stops_the_rest(pages: Site, home: Home) -> None:
    """A link that leads nowhere and a file that is no extract are told, and the month after them is loaded."""
    name, content = extract("2026-01", "Jan26")
    links = [f"{INDEX}{each}" for each in ("Full-CSV-data-file-Nov25.zip", "Full-CSV-data-file-Dec25.zip", name)]
    pages.answers |= {
        YEAR: [ok(page(*((link, "") for link in links)))],
        links[1]: [ok(b"<html>")],
        links[2]: [ok(content)],
    }
    told = fetch(home, find(home, "rtt", "2025-11", today=dt.date(2026, 3, 20)))
    assert [one.failed for one in told] == [True, True, False]
    assert "404" in told[0].says
    assert told[1].outcome is not None
    assert told[1].outcome.status == "refused"


@pytest.mark.integration
def test_what_cannot_be_reached_is_said_with_a_remedy(pages: Site, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without a file, an index that is gone, and a proxy that is not there."""
    pages.answers[YEAR] = [ok(page())]
    with pytest.raises(FetchError, match=r"correct parameters/publications\.yml"):
        find(home, "rtt", "2025-11")
    pages.answers[INDEX] = [ok(b"", 404)]
    with pytest.raises(FetchError, match="answers 404"):
        find(home, "rtt", "2025-11")
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with pytest.raises(FetchError, match="HTTPS_PROXY"):
        find(home, "rtt", "2025-11")


@pytest.mark.integration
@pytest.mark.real_data
def test_the_saved_pages_of_nhs_england(shared_data: Path) -> None:
    """The year pages that the index linked to, and on that of 2023/24 twelve months, ten of them revised."""
    rtt = parameters.publications().rtt
    index = (shared_data / "pages" / "rtt_index_page.html").read_text(encoding="utf-8")
    found = year_pages(index, rtt.index, rtt)
    assert set(range(2011, 2026)) == set(found)
    year = (shared_data / "pages" / "rtt_2023-24_page.html").read_text(encoding="utf-8")
    listed = files(year, found[2023], rtt)
    assert [file.month for file in listed] == [f"2023-{month:02d}" for month in range(4, 13)] + [
        "2024-01",
        "2024-02",
        "2024-03",
    ]
    assert [file.month for file in listed if not file.revised] == ["2023-04", "2023-06"]
    assert {urlsplit(file.address).netloc for file in listed} == {"www.england.nhs.uk"}
