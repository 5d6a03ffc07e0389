"""The site over HTTP: reports for those with the token, nothing else for anybody, and never a kernel."""

from __future__ import annotations

import gzip
import http.client
import re
import socket
import urllib.parse

import psutil
import pytest
from example_run import publish
from example_site import Site, serving

from lsc_analytics.errors import ParameterError
from lsc_analytics.site import assets
from lsc_analytics.site.server import serve
from lsc_analytics.store.home import Home

REPORT = "/voila/render/forecast/RXN/C_110.ipynb"
KERNEL = "/api/kernels/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"
ATTACKS = [
    "/voila/files/home.json", "/voila/files/forecast/RXN/C_110.ipynb", "/voila/static/voila.js",
    "/voila/templates/lab/static/voila.js", "/voila/labextensions/x", "/voila/tree", "/voila/tree/", "/voila/render/",
    "/voila/api/contents", "/voila/api/themes/x", "/voila/api/shutdown/x", "/voila/query/x", "/voila/execution/x",
    "/api", "/api/kernels", KERNEL, f"{KERNEL}/channels", "/api/contents", "/api/sessions", "/api/terminals",
    "/api/kernelspecs", "/files/home.json", "/metrics", "/logout", "/static/style/style.min.css", "/favicon.ico",
    "/voila/render/home.json", "/voila/render/forecast/RXN/C_110.html", "/voila/render/forecast/RXN/C_999.ipynb",
    "/voila/render/forecast/RXN/C_110.ipynb/x.ipynb", "/voila/render/../../home.json",
    "/voila/render/forecast/RXN/..%2f..%2f..%2fhome.json", "/voila/render/%2e%2e/%2e%2e/home.ipynb",
    "/voila/assets/../../home.json", "/voila/assets/..%2f..%2fhome.json", "/voila/assets/lsc-..%2f..%2fx.css",
    "/voila/assets/", "/voila/assets/other-0.js", "/voila/assets/vega-0.html", "//etc/passwd", "/%00",
]  # fmt: skip


@pytest.mark.parametrize("path", ["/", REPORT, "/voila/assets/" + assets.names()["vega"], *ATTACKS])
def test_without_the_token_everything_leads_to_the_login_page(site: Site, path: str):
    """No answer tells somebody without the token even what there is."""
    answer = site.get(path, known=False)
    assert answer.status == 302
    assert answer.headers["Location"].startswith("/login?next=")
    assert answer.body == b""


@pytest.mark.parametrize("path", ATTACKS)
def test_with_the_token_there_are_only_reports(site: Site, path: str):
    """Voilà's other routes do not exist, and no path leads out of the catalogue."""
    answer = site.get(path)
    assert answer.status == 404
    assert "There is no report here" in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", ["/", REPORT])
def test_the_token_opens_by_header_and_by_address(site: Site, path: str):
    """Both ways that people and programs use."""
    assert site.get(path).status == 200
    assert site.get(f"{path}?token={site.token}", known=False).status == 200
    assert site.get(path, known=False, headers={"Authorization": f"Bearer {site.token}"}).status == 200
    assert site.get(f"{path}?token=not-{site.token}", known=False).status == 302
    assert site.get(path, known=False, headers={"Authorization": "token x"}).status == 302


def test_a_visitor_stays_known_by_a_cookie_that_scripts_cannot_read(site: Site):
    """The token need not be in any link."""
    cookie = site.get(f"/?token={site.token}", known=False).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    assert site.token not in cookie
    kept = {"Cookie": cookie.split(";")[0]}
    assert site.get(REPORT, known=False, headers=kept).status == 200
    assert site.get(REPORT, known=False, headers={"Cookie": kept["Cookie"][:-4] + "0000"}).status == 302


def test_the_token_is_in_no_page(site: Site):
    """Neither links nor scripts carry it on."""
    for path in ("/", REPORT, "/login"):
        assert site.token not in site.get(f"{path}?token={site.token}").text


def test_the_login_form_lets_in_who_knows_the_token(site: Site):
    """A wrong token is told so; the right one leads back to where the reader was going, and nowhere else."""
    form = site.get(f"/login?next={urllib.parse.quote(REPORT)}", known=False)
    assert form.status == 200
    xsrf = re.search(r'name="_xsrf" value="([^"]+)"', form.text)[1]
    known = {"Cookie": form.headers["Set-Cookie"].split(";")[0]}
    wrong = site.post("/login", {"_xsrf": xsrf, "password": "x"}, headers=known)
    assert wrong.status == 401
    assert "That is not the token." in wrong.text
    right = site.post(
        f"/login?next={urllib.parse.quote(REPORT)}", {"_xsrf": xsrf, "password": site.token}, headers=known
    )
    assert (right.status, right.headers["Location"]) == (302, REPORT)
    away = site.post("/login?next=https://elsewhere.example/", {"_xsrf": xsrf, "password": site.token}, headers=known)
    assert (away.status, away.headers["Location"]) == (302, "/")


def test_the_login_form_refuses_other_sites(site: Site):
    """Without its own secret the form is not taken."""
    assert site.post("/login", {"password": site.token}).status == 403


def test_login_needs_nothing_but_itself(site: Site):
    """It fetches no file, and its policy allows its own style alone."""
    answer = site.get("/login", known=False)
    assert 'rel="stylesheet"' not in answer.text
    assert "style-src 'sha256-" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", REPORT, "/login", "/nothing", "/voila/assets/" + assets.names()["draw"]])
def test_every_answer_carries_the_security_headers(site: Site, path: str):
    """No inline script, no eval, no frame, no sniffing, no banner, no other site."""
    headers = site.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "ornado" not in headers["Server"]
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("path", ["/", REPORT])
def test_a_monitor_may_ask_without_reading(site: Site, path: str):
    """HEAD says whether a page is there, and sends none of it."""
    assert (site.get(path, method="HEAD").status, site.get(path, method="HEAD").body) == (200, b"")
    assert site.get("/nothing", method="HEAD").status == 404
    assert site.get(path, method="HEAD", known=False).status == 302


def test_the_address_cannot_choose_a_template(site: Site):
    """Voilà lets a reader choose by query string; here the page is the page."""
    page = site.get(REPORT).body
    for query in ("?template=lab", "?template=../../x", "?theme=dark", "?voila-theme=x"):
        assert site.get(REPORT + query).body == page


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_written(site: Site, method: str):
    """Readers read."""
    for path in ("/", REPORT, "/api/kernels", KERNEL, "/voila/api/shutdown/x"):
        assert site.get(path, method=method).status in (403, 405)
        assert site.get(path, known=False, method=method).status in (403, 405)


@pytest.mark.parametrize("path", [f"{KERNEL}/channels", "/voila/query/x", "/", REPORT])
def test_websockets_are_refused(site: Site, path: str):
    """There is nothing to talk to."""
    host, port = site.address.removeprefix("http://").split(":")
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    line = http.client.HTTPConnection(host, int(port), timeout=10)
    told = {"Authorization": f"token {site.token}", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", **upgrade}
    line.request("GET", path, headers=told)
    assert line.getresponse().status != 101


def test_no_kernel_ever_starts(site: Site):
    """Opening reports starts no process."""
    for _ in range(5):
        assert site.get(REPORT).status == 200
    assert psutil.Process(site.process).children(recursive=True) == []


def test_vega_is_compressed_and_kept_by_the_browser(site: Site):
    """0.9 MB once a reader, 0.3 MB on the way."""
    path = "/voila/assets/" + assets.names()["vega"]
    answer = site.get(path, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.body) < 320_000
    assert gzip.decompress(answer.body) == site.get(path).body
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"


def test_a_page_of_an_older_version_still_draws(site: Site):
    """Where the home has lost the script that a page was made with, today's is sent."""
    answer = site.get("/voila/assets/charts-0123456789ab.js")
    assert (answer.status, answer.headers["Location"]) == (302, "/voila/assets/" + assets.names()["draw"])


def test_a_page_is_sent_again_only_when_it_has_changed(site: Site):
    """Browsers ask each time, and get an empty answer when they have the page."""
    answer = site.get(REPORT)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = site.get(REPORT, headers={"If-None-Match": answer.headers["Etag"]})
    assert (again.status, again.body) == (304, b"")


def test_a_new_run_is_served_at_once(home: Home):
    """The site goes on while the batch works; it makes a token, prints it, and ends when told to."""
    publish(home, {"forecast/RXN/C_110": "first"})
    with serving(home, token=None) as site:
        assert site.get(REPORT).text == "first"
        publish(home, {"forecast/RXN/C_110": "second"})
        assert site.get(REPORT).text == "second"
        assert len(site.token) == 48


def test_a_taken_port_is_said_in_a_sentence(home: Home):
    """Not fifty other ports."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ParameterError, match="cannot be listened on"):
            serve(home, port=taken.getsockname()[1])


def test_an_empty_token_is_refused(home: Home):
    """Voilà would take it for none at all."""
    with pytest.raises(ParameterError, match="token is empty"):
        serve(home, port=0, token=" ")
