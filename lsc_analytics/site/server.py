"""The site: standalone Voilà with one way in, to pages that a run has rendered. No reader can start or reach a kernel.

Voilà's own handler opens a report and its `prelaunch_hook` ends the request with the rendered page before any kernel
starts. Of Voilà's other routes (files, static files, listings, kernels, websockets) none is kept: what is not listed in
`ReportSite.init_handlers` does not exist, and everything but the login page needs the token.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import re
import secrets
import socket
import tempfile
from functools import lru_cache, partial
from typing import Any

import nbformat
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.login import LoginFormHandler
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.log import log_request
from jupyter_server.services.contents.manager import AsyncContentsManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.ioloop import IOLoop
from tornado.web import Finish, HTTPError, authenticated
from traitlets.config import Config
from voila.app import Voila
from voila.tornado.handler import TornadoVoilaHandler
from voila.voila_identity_provider import VoilaIdentityProvider

from lsc_analytics.errors import ParameterError
from lsc_analytics.site import assets
from lsc_analytics.site.catalogue import Catalogue
from lsc_analytics.site.landing import landing, newest
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
_ASSET = r"/voila/assets/((?:lsc|charts|vega)-[0-9A-Za-z.]+\.(?:js|css))"
_TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}


def serve(home: Home, *, port: int, token: str | None = None, ip: str = "127.0.0.1") -> None:
    """Serve a home's reports until Ctrl-C, and print where.

    Args:
        home: Its newest reports are served; a run that ends meanwhile is noticed.
        port: Port to listen on.
        token: What readers need, as `?token=` or in the header `Authorization: token`; made unless given.
        ip: Address to listen on; beyond this machine only behind a proxy that speaks TLS.

    Raises:
        ParameterError: The port is taken, or the token is empty.
    """
    if token is not None and not token.strip():
        raise ParameterError("The token is empty.", "Leave --token out to have one made.", parameter="token")
    _refuse_taken(ip, port)
    _asset(home, assets.names()["vega"])  # made ready before the first reader asks
    with tempfile.TemporaryDirectory(prefix="lsc-site-") as empty:
        site = ReportSite(
            config=_configuration(),
            home=home,
            connection_dir_root=empty,
            ip=ip,
            port=port,
            root_dir=empty,
            token=token or secrets.token_hex(24),
        )
        site.initialize(argv=[])
        known = "" if token else f"?token={site.token}"
        IOLoop.current().add_callback(
            print, f"Reports are served at http://{ip}:{port}/{known} (Ctrl-C stops)", flush=True
        )
        site.start()


class NoKernels(AsyncMappingKernelManager):
    """A kernel manager that starts none, whatever asks."""

    async def start_kernel(self, *_: Any, **__: Any) -> str:
        """Refuse."""
        raise HTTPError(403)


class NoFiles(AsyncContentsManager):
    """All the notebooks Voilà can open: for any path one that is empty, since what is shown is the rendered page."""

    async def get(self, path: str, *_: Any, **__: Any) -> dict[str, Any]:
        """The empty notebook."""
        return {"type": "notebook", "path": path, "content": nbformat.v4.new_notebook()}


class Visitors(VoilaIdentityProvider):
    """Who may read: whoever knows the token. They stay without a name."""

    def process_login_form(self, handler: JupyterHandler) -> Any:
        """A visitor, if what was typed into the login form is the token."""
        typed = handler.get_argument("password", default="")
        return (
            self.generate_anonymous_user(handler) if hmac.compare_digest(typed.encode(), self.token.encode()) else None
        )


class _Site(JupyterHandler):
    """What all handlers of the site share: the security headers, errors as pages, no traceback."""

    def write_error(self, status_code: int, **_: Any) -> None:
        """The error as a page."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", _CHECK_EACH_TIME)
        self.finish(page("message.html.j2", assets.FROM_ROOT, demo=False, **_message(status_code)))

    def set_cors_headers(self) -> None:
        """No other site may read an answer."""

    def show(self, html: str) -> None:
        """End the request with a page, which browsers ask for again each time, and get again where it has changed."""
        for name in ("Pragma", "Expires"):
            self.clear_header(name)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", _CHECK_EACH_TIME)
        self.finish(html)


class ReportHandler(_Site, TornadoVoilaHandler):
    """A report: Voilà's handler, for addresses in the catalogue alone."""

    @authenticated
    async def get(self, path: str = "") -> None:
        """Open a report."""
        if not path.endswith(".ipynb") or self.settings["catalogue"].find(path.removesuffix(".ipynb")) is None:
            raise HTTPError(404)
        await super().get(path)

    head = get


class LandingHandler(_Site):
    """The landing page."""

    @authenticated
    def get(self) -> None:
        """Show it."""
        catalogue = self.settings["catalogue"]
        self.show(landing(catalogue, newest(catalogue.home)))

    head = get


class AssetHandler(_Site):
    """The style sheet, the drawing script and Vega, compressed once."""

    @authenticated
    def get(self, name: str) -> None:
        """Send one; for one of an older version that is gone, today's."""
        try:
            plain, compressed = _asset(self.settings["catalogue"].home, name)
        except LookupError:
            self.redirect(assets.FROM_ROOT + assets.instead_of(name))
            return
        self.set_header("Content-Type", _TYPES[name.rpartition(".")[2]])
        self.set_header("Cache-Control", _KEEP_FOR_GOOD)
        self.set_header("Vary", "Accept-Encoding")
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.finish(compressed)
        else:
            self.finish(plain)

    head = get


class LoginHandler(_Site, LoginFormHandler):
    """The login page, its style inside it: nothing else is open to somebody without the token."""

    def _render(self, message: dict[str, str] | None = None) -> None:
        style = assets.content("style")
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        self.set_header("Content-Security-Policy", _policy({"style-src": f"'sha256-{digest}'"}))
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


class ReportSite(Voila):
    """Voilà that serves the rendered pages of one home, and nothing else."""

    def __init__(self, *, home: Home, **settings: Any) -> None:
        self.home = home
        super().__init__(**settings)

    def init_settings(self) -> dict[str, Any]:
        """Voilà's settings, with the catalogue for a contents manager and our headers on every answer."""
        settings = super().init_settings()
        self.contents_manager = NoFiles(parent=self)
        return settings | {
            "catalogue": Catalogue(self.home),
            "compress_response": True,
            "contents_manager": self.contents_manager,
            "default_handler_class": NotFoundHandler,
            "headers": HEADERS | {"Content-Security-Policy": _policy({})},
            "log_function": partial(log_request, record_prometheus_metrics=False),  # writes no token into the log
        }

    def init_handlers(self) -> list[Any]:
        """The four routes there are; of Voilà's own only the one for reports, with the settings Voilà gives it."""
        reports = [
            (pattern, ReportHandler, settings)
            for pattern, handler, *rest in super().init_handlers()
            for settings in rest
            if handler is TornadoVoilaHandler
        ]
        return [*reports, (r"/", LandingHandler), (_ASSET, AssetHandler), (r"/login", LoginHandler)]


def show_rendered(handler: ReportHandler, notebook: Any, cwd: str) -> None:
    """Voilà's `prelaunch_hook`: send the rendered page and end the request, so that no kernel starts.

    Raises:
        Finish: Always, once the page is sent.
        HTTPError: There is no such report, or its page has gone.
    """
    address = re.sub(r"^/voila/render/|\.ipynb$", "", handler.request.path)
    found = handler.settings["catalogue"].find(address)
    try:
        html = found.page.read_text(encoding="utf-8")
    except (AttributeError, OSError) as error:
        raise HTTPError(404) from error
    handler.show(html)
    raise Finish


def _configuration() -> Config:
    config = Config()
    config.Voila.config_file_paths = []  # a voila.json that lies about must not open what is closed here
    config.Voila.identity_provider_class = Visitors
    config.Voila.log_level = "WARN"
    config.Voila.open_browser = False
    config.Voila.port_retries = 0
    config.VoilaConfiguration.allow_template_override = "NO"
    config.VoilaConfiguration.allow_theme_override = "NO"
    config.VoilaConfiguration.attempt_fix_notebook = False
    config.VoilaConfiguration.file_allowlist = []
    config.VoilaConfiguration.multi_kernel_manager_class = NoKernels
    config.VoilaConfiguration.prelaunch_hook = show_rendered
    config.VoilaConfiguration.show_tracebacks = False
    config.Visitors.cookie_options = {"samesite": "Lax"}
    return config


def _refuse_taken(ip: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((ip, port))
        except OSError as error:
            raise ParameterError(
                f"Port {port} of {ip} cannot be listened on ({error.strerror}).", "Choose another.", parameter="port"
            ) from error


def _policy(other: dict[str, str]) -> str:
    return "; ".join(f"{name} {sources}" for name, sources in (POLICY | other).items())


@lru_cache(maxsize=12)
def _asset(home: Home, name: str) -> tuple[bytes, bytes]:
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
