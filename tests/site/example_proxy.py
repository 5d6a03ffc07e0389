"""nginx as `deployment/nginx.conf` sets it up, before a site or anything else, with a sign-on service beside it."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from example_site import ROOT, Answer, Site, free_port

DOCUMENTED = ROOT / "deployment" / "nginx.conf"
READER = "a.reader@example.nhs.uk"
SIGNED_ON = {"Cookie": "_oauth2_proxy=signed-on"}


@dataclass(frozen=True)
class Proxy(Site):
    """A site as readers of other machines reach it; `known` says whether they have signed on."""

    certificate: Path = Path()

    def get(
        self,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        known: bool = True,
        method: str = "GET",
        data: bytes | None = None,
    ) -> Answer:
        """One request over TLS."""
        told = (SIGNED_ON if known else {}) | (headers or {})
        request = urllib.request.Request(self.address + path, headers=told, method=method, data=data)
        trusted = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=str(self.certificate)))
        return self.answer(request, trusted)


class _SignOn(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        known = self.path == "/oauth2/auth" and self.headers.get("Cookie") == SIGNED_ON["Cookie"]
        self.send_response(202 if known else 401)
        if known:
            self.send_header("X-Auth-Request-User", READER)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def proxied(port: int, token: str, folder: Path) -> Iterator[Proxy]:
    """The documented nginx before whatever listens on a port of this machine."""
    folder.mkdir(parents=True, exist_ok=True)
    sign_on = ThreadingHTTPServer(("127.0.0.1", 0), _SignOn)
    threading.Thread(target=sign_on.serve_forever, daemon=True).start()
    certificate, listening = folder / "site.pem", free_port()
    _certify(certificate)
    (folder / "token.conf").write_text(f'proxy_set_header Authorization "token {token}";\n', encoding="utf-8")
    text = DOCUMENTED.read_text(encoding="utf-8")
    for documented, here in {
        "listen 443 ssl;": f"listen 127.0.0.1:{listening} ssl;",
        "server_name waits.example.nhs.uk;": "server_name localhost;",
        "/etc/ssl/lsc-reports.pem": str(certificate),
        "/etc/ssl/lsc-reports.key": str(certificate.with_suffix(".key")),
        "/etc/nginx/lsc-token.conf": str(folder / "token.conf"),
        "server 127.0.0.1:8866;": f"server 127.0.0.1:{port};",
        "http://127.0.0.1:4180/": f"http://127.0.0.1:{sign_on.server_port}/",
    }.items():
        assert text.count(documented) == 1, documented
        text = text.replace(documented, here)
    for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"):
        text = f"{kind}_temp_path {folder / kind};\n" + text
    settings = f"daemon off; master_process off; pid {folder / 'pid'}; error_log stderr crit;\nevents {{}}\nhttp {{ access_log off;\n{text}}}\n"
    (folder / "nginx.conf").write_text(settings, encoding="utf-8")
    process = subprocess.Popen([_nginx(), "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")])
    try:
        _wait(listening, process)
        yield Proxy(f"https://localhost:{listening}", token, process.pid, certificate)
    finally:
        process.terminate()
        process.wait(timeout=10)
        sign_on.shutdown()


def _nginx() -> str:
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no nginx on PATH, and CI must attack the documented proxy: install Debian's nginx")
        # A user's machine may have no proxy; under CI, which installs one, its absence has failed above.
        pytest.skip("no nginx on PATH: install Debian's nginx to attack the documented proxy")
    return found


def _certify(certificate: Path) -> None:
    if shutil.which("openssl") is None:
        if os.environ.get("CI"):
            pytest.fail("no openssl on PATH, and CI must attack the documented proxy: install Debian's openssl")
        # As with nginx: a user's machine may have none, and CI installs it.
        pytest.skip("no openssl on PATH to make a certificate with")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", str(certificate.with_suffix(".key")),
         "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip


def _wait(port: int, process: subprocess.Popen) -> None:
    for _ in range(200):
        assert process.poll() is None, "nginx did not take its configuration"
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not listen")
