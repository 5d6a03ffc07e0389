"""The documented nginx under attack: single sign-on before everything, names that cannot be made up, requests that end."""

from __future__ import annotations

import http.client
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from example_proxy import READER, Proxy, proxied
from example_site import Site, free_port, serving
from test_server import ATTACKS, KERNEL, REPORT

from lsc_analytics.errors import ParameterError
from lsc_analytics.site import assets
from lsc_analytics.site.server import PATIENCE_SECONDS, serve
from lsc_analytics.store.home import Home

pytestmark = pytest.mark.integration
TOKEN = "a-token-for-the-proxy"
VEGA = "/voila/assets/" + assets.names()["vega"]
OPEN_ROUTES = [
    "/voila/files/notes.txt",
    "/voila/static/voila.js",
    "/voila/templates/lab/static/voila.js",
    "/voila/labextensions/x",
]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the site says who read what."""
    return tmp_path_factory.mktemp("log") / "access.log"


@pytest.fixture(scope="module")
def behind(published_home: Home, log: Path) -> Iterator[Site]:
    """The site as the unit starts it: readers have a name and come through the proxy."""
    with serving(published_home, token=TOKEN, name_header="X-Reader", access_log=str(log)) as site:
        yield site


@pytest.fixture(scope="module")
def proxy(behind: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """The documented nginx before it."""
    with proxied(int(behind.address.rpartition(":")[2]), TOKEN, tmp_path_factory.mktemp("nginx")) as proxy:
        yield proxy


@pytest.mark.parametrize("path", ["/", REPORT, VEGA, "/login", "/sign-on", "/@sign-on", *OPEN_ROUTES, *ATTACKS])
def test_whoever_has_not_signed_on_is_sent_to_do_so(proxy: Proxy, path: str):
    """Whatever the path, and whatever name and token they claim; the internal ones do not exist."""
    for claimed in ({}, {"X-Reader": "the.chair"}, {"Cookie": "_oauth2_proxy=made-up"}, {"X-Auth-Request-User": "me"}):
        answer = proxy.get(path, known=False, headers=claimed | {"Authorization": "token guessed"})
        assert answer.status in (302, 400, 404)
        assert "Waiting times" not in answer.text
        if answer.status == 302:
            assert answer.headers["Location"].startswith("https://sign-on.example.nhs.uk/")


def test_whoever_has_signed_on_reads(proxy: Proxy):
    """Pages, their files, and that there is nothing else; policy and transport security come along."""
    assert "Waiting times in" in proxy.get("/").text
    page = proxy.get(REPORT)
    assert page.status == proxy.get(VEGA).status == 200
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert proxy.get(REPORT, method="HEAD").status == 200
    for path in ("/login", *OPEN_ROUTES, "/voila/render/../../home.json", KERNEL):
        assert proxy.get(path).status == 404


def test_the_site_answers_under_its_public_name(behind: Site):
    """The proxy passes the name on that readers use, which is not this machine's."""
    told = {"Host": "waits.example.nhs.uk", "X-Reader": "me", "Authorization": f"token {TOKEN}"}
    assert behind.get(REPORT, known=False, headers=told).status == 200


def test_the_log_says_who_read_what(proxy: Proxy, log: Path):
    """The name is the sign-on's, whatever the client claims; neither token nor query is kept."""
    assert proxy.get(f"{REPORT}?token={TOKEN}&x=1", headers={"X-Reader": "the.chair"}).status == 200
    line = ["GET", REPORT, READER]
    for _ in range(50):  # it is written once the answer has been sent
        lines = [line.split() for line in log.read_text().splitlines()]
        if line in [said[3:] for said in lines]:
            break
        time.sleep(0.1)
    assert [said[1] for said in lines if said[3:] == line][-1] == "200"
    assert TOKEN not in log.read_text()
    assert "the.chair" not in {line[-1] for line in lines}


@pytest.mark.parametrize(
    "told",
    [
        {}, {"X-Reader": "me"}, {"Authorization": f"token {TOKEN}"}, {"X-Reader": "me", "Authorization": "token guessed"},
        {"X-Reader": " ", "Authorization": f"token {TOKEN}"}, {"X-Reader": "x" * 201, "Authorization": f"token {TOKEN}"},
    ],
)  # fmt: skip
def test_nobody_reads_by_going_round_the_proxy(behind: Site, told: dict[str, str]):
    """Neither with a name alone, nor with the token alone, nor by the address or a cookie."""
    for path in ("/", REPORT, VEGA, "/nothing"):
        answer = behind.get(path, known=False, headers=told)
        assert (answer.status, "Set-Cookie" in answer.headers) == (403, False)
        assert behind.get(f"{path}?token={TOKEN}", known=False, headers={"X-Reader": "me"}).status == 403


def test_the_proxy_lets_nobody_write_or_talk(proxy: Proxy):
    """Only GET and HEAD pass, no body of any size, and no websocket to a kernel."""
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        assert proxy.get("/", method=method).status == 403
    assert proxy.get("/", method="POST", data=b"x" * 2000).status == 413
    line = http.client.HTTPSConnection(
        "localhost", int(proxy.address.rpartition(":")[2]), timeout=20, context=_trusting(proxy)
    )
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}  # fmt: skip
    line.request("GET", f"{KERNEL}/channels", headers=upgrade | {"Cookie": "_oauth2_proxy=signed-on"})
    assert line.getresponse().status == 404


def test_health_is_for_this_machine_and_says_only_that(proxy: Proxy, behind: Site):
    """Without sign-on, and without a word on what there is."""
    for site in (proxy, behind):
        assert (site.get("/health", known=False).status, site.get("/health", known=False).body) == (200, b"ok\n")


def test_requests_that_never_end_are_ended(proxy: Proxy, behind: Site):
    """Fifty half-sent requests hold up nobody, and each is closed once patience is over, at the site and at nginx."""
    port, wait = int(behind.address.rpartition(":")[2]), PATIENCE_SECONDS + 5
    halves = [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
        b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx",
    ]
    slow = [socket.create_connection(("127.0.0.1", port), timeout=wait) for _ in range(50)]
    for number, each in enumerate(slow):
        each.sendall(halves[number % 2])
    plain = socket.create_connection(("127.0.0.1", int(proxy.address.rpartition(":")[2])), timeout=wait)
    tls = _trusting(proxy).wrap_socket(plain, server_hostname="localhost")
    tls.sendall(halves[0])
    began = time.monotonic()
    assert proxy.get(REPORT).status == 200
    assert time.monotonic() - began < PATIENCE_SECONDS / 2
    for each in (*slow, tls):
        while each.recv(4096):  # an error may be said before the end
            pass
        each.close()
    assert time.monotonic() - began < wait


def test_voilas_own_open_routes_are_covered_too(tmp_path: Path):
    """Before a stock Voilà, which leaves them open even with a token, the same configuration closes them."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "picture.png").write_bytes(b"a picture of somebody")
    port = free_port()
    settings = [f"--port={port}", "--no-browser", f"--Voila.token={TOKEN}", "--Voila.log_level=ERROR"]
    process = subprocess.Popen([sys.executable, "-m", "voila", str(root), *settings], stderr=subprocess.DEVNULL)
    try:
        stock = Site(f"http://127.0.0.1:{port}", TOKEN, process.pid)
        for _ in range(600):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        open_ones = ["/voila/files/picture.png", "/voila/static/voila.js"]
        assert [stock.get(path, known=False).status for path in open_ones] == [200, 200]
        with proxied(port, TOKEN, tmp_path / "nginx") as proxy:
            assert [proxy.get(path, known=False).status for path in (*open_ones, *OPEN_ROUTES)] == [302] * 6
            assert proxy.get(open_ones[0]).body == b"a picture of somebody"
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_a_proxy_needs_a_token_that_stays(home: Home):
    """A token made anew at each start is one that no proxy could send."""
    with pytest.raises(ParameterError, match="has to send a token"):
        serve(home, port=0, name_header="X-Reader")


def _trusting(proxy: Proxy) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(proxy.certificate))
