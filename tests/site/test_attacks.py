"""Attacks on the site that no other module of tests tries; docs/security.md has the whole list with each outcome."""

from __future__ import annotations

import socket

import pytest
from example_run import publish
from example_site import Site

from lsc_analytics.store.home import Home, write_text

REPORT = "/voila/render/forecast/RXN/C_110.ipynb"


def runs(home: Home) -> list[str]:
    """Names of the home's runs."""
    return [path.name for path in home.runs.iterdir() if path.name != "assets"]


def test_files_of_a_run_cannot_be_reached_by_its_name(site: Site, published_home: Home):
    """Neither manifest, notebook nor page, by any of the routes there are or were."""
    (run,) = runs(published_home)
    files = [
        "manifest.json", "landing.json", "forecast/RXN/C_110.ipynb", "forecast/RXN/C_110.html", "../assets/x", "",
    ]  # fmt: skip
    for file in files:
        for route in ("/voila/render", "/voila/render/runs", "/voila/assets", "/voila/files", "/runs", ""):
            assert site.get(f"{route}/{run}/{file}").status == 404


def test_what_failed_is_not_shown(site: Site, published_home: Home):
    """A page that a failed report left behind has no address."""
    publish(published_home, {"forecast/RXL/C_100": "half a report"}, status="failed")
    assert site.get("/voila/render/forecast/RXL/C_100.ipynb").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/voila/render/%252e%252e/%252e%252e/home.json", "/voila/render/forecast/RXN/%2e%2e/%2e%2e/%2e%2e/home.ipynb",
        "/voila/render/forecast%2FRXN%2FC_110.ipynb%00.html", "/voila/assets/lsc-..%5c..%5chome.css", "/%2e%2e/home.json",
        "/voila/render/forecast/RXN/C_110.ipynb/../../../../../home.json", "/voila/assets/%2e%2e/manifest.json",
        "/voila/render/FORECAST/RXN/C_110.ipynb", "/voila/render/forecast/RXN/C_110.ipynb;.css",
    ],
)  # fmt: skip
def test_traversal_leads_nowhere(site: Site, published_home: Home, path: str):
    """Whatever is encoded, however often; a file of that name in the home stays unread."""
    write_text(published_home.root / "home.ipynb", "secret")
    answer = site.get(path)
    assert answer.status in (400, 404)
    assert "secret" not in answer.text


@pytest.mark.parametrize("path", ["//elsewhere.example/", "/\\elsewhere.example", "//elsewhere.example/%2f.."])
def test_no_answer_leads_to_another_site(site: Site, path: str):
    """A path that browsers would take for another host is answered here."""
    for known in (True, False):
        target = site.get(path, known=known).headers.get("Location", "/")
        assert target.startswith("/login?next=") or target == "/"


@pytest.mark.parametrize(
    "query",
    [
        "trust=RXL", "specialty=C_999&as_of=1999-01", "standard_weeks=52", "as_of=<script>alert(1)</script>", "x[]=1&__proto__=2",
        "kernel_name=python3", "notebook=../../home.json", "voila-template=lab", "reload=1", "standard_weeks=" + "9" * 5000,
    ],
)  # fmt: skip
def test_no_parameter_of_an_address_is_read(site: Site, query: str):
    """Known to the notebook or not: the page is the one that the run made, byte for byte."""
    assert site.get(f"{REPORT}?{query}").body == site.get(REPORT).body
    assert site.get(f"/?{query}").body == site.get("/").body


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n" + b"x" * 200_000,
        b"GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"\r\n" * 70_000,
    ],
)  # fmt: skip
def test_what_is_no_request_is_refused(site: Site, sent: bytes):
    """Too long, too large, smuggled, encrypted or nothing at all: no page, and the site lives on."""
    host, port = site.address.removeprefix("http://").split(":")
    got = b""
    with socket.create_connection((host, int(port)), timeout=15) as line:
        try:
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            while piece := line.recv(4096):
                got += piece
        except OSError:
            pass  # closed on us while we sent
    assert b" 200 " not in got.split(b"\r\n")[0]
    assert b"Waiting times in" not in got
    assert site.get("/").status == 200
