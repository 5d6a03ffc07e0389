"""The site as another process of this machine serves it, and one request to it that follows no redirect."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lsc_analytics.store.home import Home

ROOT = Path(__file__).resolve().parent.parent.parent
_SERVE = """
import sys
from pathlib import Path
from lsc_analytics.site.server import serve
from lsc_analytics.store.home import Home
home, port, token, name_header, access_log = sys.argv[1:]
serve(Home(Path(home)), port=int(port), token=token or None, name_header=name_header, access_log=access_log)
"""


@dataclass(frozen=True)
class Site:
    """A site being served, as another process of this machine does it."""

    address: str
    token: str
    process: int

    def get(
        self,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        known: bool = True,
        method: str = "GET",
        data: bytes | None = None,
    ) -> Answer:
        """One request, with the token unless `known` is False."""
        told = {"Authorization": f"token {self.token}"} if known else {}
        request = urllib.request.Request(self.address + path, headers=told | (headers or {}), method=method, data=data)
        return self.answer(request)

    def answer(self, request: urllib.request.Request, *handlers: urllib.request.BaseHandler) -> Answer:
        """What comes back of one request; no redirect is followed."""
        try:
            with urllib.request.build_opener(_Stay, *handlers).open(request, timeout=20) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as answer:
            return Answer(answer.code, dict(answer.headers), answer.read())

    def post(self, path: str, form: dict[str, str], *, headers: dict[str, str] | None = None) -> Answer:
        """A form sent by somebody without the token."""
        return self.get(path, headers=headers, known=False, method="POST", data=urllib.parse.urlencode(form).encode())


@dataclass(frozen=True)
class Answer:
    """What the site said."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(home: Home, *, token: str | None, name_header: str = "", access_log: str = "") -> Iterator[Site]:
    """Serve a home in a process of its own, with this token or one that it makes and prints."""
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE, str(home.root), str(free_port()), token or "", name_header, access_log],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        said = process.stdout.readline()  # printed once it listens
        address = re.fullmatch(
            r"Reports are served at (http://127.0.0.1:\d+)/(?:\?token=(\w+))? \(Ctrl-C stops\)\n", said
        )
        assert address, f"The site said {said!r}"
        yield Site(address[1], token or address[2], process.pid)
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()
