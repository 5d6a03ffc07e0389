"""What the site answers: reports, the landing page, the files pages need, the login page, and that there is nothing else.

Every answer carries the security headers, and only the login page is open to somebody without the token. It starts no
server.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from functools import lru_cache
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.login import LoginFormHandler
from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError, authenticated
from voila.tornado.handler import TornadoVoilaHandler

from lsc_analytics.site import assets
from lsc_analytics.site.readers import SignedOn
from lsc_analytics.site.render import page
from lsc_analytics.store.home import Home

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",  # neither inline nor eval: Vega's expressions are interpreted
    "style-src": "'self'",
    "img-src": "'self' data:",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Server": "LSC Analytics",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_CHECK_EACH_TIME = "private, no-cache"
_KEEP_FOR_GOOD = "private, max-age=31536000, immutable"
_TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}


def policy(other: dict[str, str]) -> str:
    """The content security policy, with other sources where a page needs them."""
    return "; ".join(f"{name} {sources}" for name, sources in (POLICY | other).items())


class _Site(JupyterHandler):
    """What all handlers of the site share: the security headers, errors as pages, no traceback."""

    def write_error(self, status_code: int, **_: Any) -> None:
        """The error as a page."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", _CHECK_EACH_TIME)
        self.finish(page("message.html.j2", assets.FROM_ROOT, demo=False, **_message(status_code)))

    def get_login_url(self) -> str:
        """Where to sign in: nowhere here, where the organisation's proxy signs readers on."""
        if isinstance(self.identity_provider, SignedOn):
            raise HTTPError(403)
        return str(super().get_login_url())

    def set_cors_headers(self) -> None:
        """No other site may read an answer."""

    def show(self, page: str | bytes) -> None:
        """End the request with a page, which browsers ask for again each time, and get again where it has changed.

        Args:
            page: As text, or as it was compressed.
        """
        for name in ("Pragma", "Expires"):
            self.clear_header(name)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", _CHECK_EACH_TIME)
        if isinstance(page, bytes):
            self.send(page)
        else:
            self.finish(page)

    def send(self, compressed: bytes, plain: bytes | None = None) -> None:
        """End the request with something compressed, or with what it is for who cannot read that."""
        self.set_header("Vary", "Accept-Encoding")
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.finish(compressed)
        else:
            self.finish(gzip.decompress(compressed) if plain is None else plain)


class ReportHandler(_Site, TornadoVoilaHandler):
    """A report: Voilà's handler, for addresses in the catalogue alone."""

    @authenticated
    async def get(self, path: str = "") -> None:
        """Open a report."""
        if not path.endswith(".ipynb") or self.settings["catalogue"].find(path.removesuffix(".ipynb")) is None:
            raise HTTPError(404)
        # Voilà would first prepare a page and an exporter for a kernel that never comes, at six times the cost.
        self.prelaunch_hook(self, None, "")

    head = get


class LandingHandler(_Site):
    """The landing page."""

    @authenticated
    def get(self) -> None:
        """Show it."""
        self.show(self.settings["pages"].landing())

    head = get


class AssetHandler(_Site):
    """The style sheet, the drawing script and Vega, compressed once."""

    @authenticated
    def get(self, name: str) -> None:
        """Send one; for one of an older version that is gone, today's."""
        try:
            plain, compressed = asset(self.settings["catalogue"].home, name)
        except LookupError:
            self.redirect(assets.FROM_ROOT + assets.instead_of(name))
            return
        self.set_header("Content-Type", _TYPES[name.rpartition(".")[2]])
        self.set_header("Cache-Control", _KEEP_FOR_GOOD)
        self.send(compressed, plain)

    head = get


class HealthHandler(_Site):
    """Whether there is anything to read, for who watches over the site: open to everybody, and says no more than that."""

    @allow_unauthenticated
    def get(self) -> None:
        """Say ok, or that nothing is published."""
        well = bool(self.settings["catalogue"].reports())
        self.set_status(200 if well else 503)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish("ok\n" if well else "no report is published\n")

    head = get


class LoginHandler(_Site, LoginFormHandler):
    """The login page, its style inside it: nothing else is open to somebody without the token."""

    def _render(self, message: dict[str, str] | None = None) -> None:
        style = assets.content("style")
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        self.set_header("Content-Security-Policy", policy({"style-src": f"'sha256-{digest}'"}))
        self.show(
            page(
                "login.html.j2",
                assets.FROM_ROOT,
                title="Sign in",
                demo=False,
                style=style,
                wrong=message is not None,
                next=self.get_argument("next", default="/"),
                xsrf=self.xsrf_token.decode(),
            )
        )

    @allow_unauthenticated
    def get(self) -> None:
        """Ask for the token."""
        super().get()

    @allow_unauthenticated
    def post(self) -> None:
        """Take the token."""
        super().post()


class NotFoundHandler(_Site):
    """Every other address: the login page without the token, with it a page that says so."""

    @authenticated
    def get(self) -> None:
        """Say that there is nothing here."""
        raise HTTPError(404)

    head = get


@lru_cache(maxsize=12)
def asset(home: Home, name: str) -> tuple[bytes, bytes]:
    """A file that pages refer to, as it is and compressed; a name never comes to mean another content."""
    if (plain := assets.read(home, name)) is None:
        raise LookupError(name)
    return plain, gzip.compress(plain, 9, mtime=0)


def _message(status: int) -> dict[str, str]:
    if status == 404:
        return {"title": "There is no report here", "words": "It may not have been made in the last run, or the address may be mistyped."}  # fmt: skip
    if status in (401, 403, 405):
        return {"title": "This is not possible here", "words": "The site only shows reports."}
    return {"title": "Something went wrong", "words": "The site could not show this page. Its log says why."}
