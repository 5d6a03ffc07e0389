"""The site: standalone Voilà with one way in, to pages that a run has rendered. No reader can start or reach a kernel.

Voilà's handler opens a report by calling its `prelaunch_hook`, which ends the request with the rendered page: no kernel
starts. Of Voilà's other routes (files, static files, listings, kernels, websockets) none is kept: what is not listed in
`ReportSite.init_handlers` does not exist, and everything but the login page and `/health` needs the token, or behind a
proxy that signs readers on, the token and a name.
"""

from __future__ import annotations

import re
import secrets
import socket
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from jupyter_server.services.contents.manager import AsyncContentsManager
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.web import Finish, HTTPError
from traitlets.config import Config
from voila.app import Voila
from voila.tornado.handler import TornadoVoilaHandler

from lsc_analytics.errors import ParameterError
from lsc_analytics.site import assets
from lsc_analytics.site.catalogue import Catalogue
from lsc_analytics.site.handlers import (
    HEADERS,
    AssetHandler,
    HealthHandler,
    LandingHandler,
    LoginHandler,
    NotFoundHandler,
    ReportHandler,
    asset,
    policy,
)
from lsc_analytics.site.pages import Pages
from lsc_analytics.site.readers import SignedOn, Visitors, note, open_log
from lsc_analytics.store.home import Home

_ASSET = r"/voila/assets/((?:lsc|page|charts|vega)-[0-9A-Za-z.]+\.(?:js|css))"
PATIENCE_SECONDS = 10  # with a request that does not end, and with a connection on which nothing is asked
_LARGEST_REQUEST = 64 * 1024  # nobody sends the site more than a token


def serve(
    home: Home,
    *,
    port: int,
    token: str | None = None,
    ip: str = "127.0.0.1",
    name_header: str = "",
    access_log: str = "",
) -> None:
    """Serve a home's reports until Ctrl-C, and print where.

    Args:
        home: Its newest reports are served; a run that ends meanwhile is noticed.
        port: Port to listen on.
        token: What readers need, as `?token=` or in the header `Authorization: token`; made unless given.
        ip: Address to listen on; beyond this machine only behind a proxy that speaks TLS.
        name_header: Header in which a proxy that signs readers on sends the name of each; it sends the token too, and
            nobody reads without both. Empty where the token alone opens the site.
        access_log: File for one line a request, `-` for standard error; empty for none.

    Raises:
        ParameterError: The port is taken, the token is empty, or there is none for a proxy to send.
    """
    if token is not None and not token.strip():
        raise ParameterError("The token is empty.", "Leave it out to have one made.", parameter="token")
    if name_header and token is None:
        raise ParameterError(
            "A proxy that signs readers on has to send a token that stays the same.",
            "Give one with --token-file.",
            parameter="token",
        )
    if access_log:
        open_log(None if access_log == "-" else Path(access_log))
    _refuse_taken(ip, port)
    asset(home, assets.names()["vega"])  # made ready before the first reader asks
    with tempfile.TemporaryDirectory(prefix="lsc-site-") as empty:
        site = ReportSite(
            config=_configuration(name_header),
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


class ReportSite(Voila):
    """Voilà that serves the rendered pages of one home, and nothing else."""

    def __init__(self, *, home: Home, **settings: Any) -> None:
        self.home = home
        super().__init__(**settings)

    def init_settings(self) -> dict[str, Any]:
        """Voilà's settings, with the catalogue, no files to read, and our headers on every answer."""
        settings = super().init_settings()
        self.contents_manager = NoFiles(parent=self)
        return settings | {
            "catalogue": (catalogue := Catalogue(self.home)),
            "compress_response": True,
            "contents_manager": self.contents_manager,
            "default_handler_class": NotFoundHandler,
            "headers": HEADERS | {"Content-Security-Policy": policy({})},
            "log_function": note,  # writes no token into the log
            "pages": Pages(catalogue),
        }

    def init_handlers(self) -> list[Any]:
        """The routes there are; of Voilà's own only the one for reports, with the settings Voilà gives it."""
        reports = [
            (pattern, ReportHandler, settings)
            for pattern, handler, *rest in super().init_handlers()
            for settings in rest
            if handler is TornadoVoilaHandler
        ]
        ours = [(r"/", LandingHandler), (_ASSET, AssetHandler), (r"/health", HealthHandler)]
        login = [] if isinstance(self.identity_provider, SignedOn) else [(r"/login", LoginHandler)]
        return [*reports, *ours, *login]

    def listen(self) -> None:
        """Listen, with an end to what a client may send and to how long it may take."""
        server = HTTPServer(
            self.app,
            body_timeout=PATIENCE_SECONDS,
            idle_connection_timeout=PATIENCE_SECONDS,
            max_body_size=_LARGEST_REQUEST,
            max_header_size=_LARGEST_REQUEST,
        )
        server.listen(self.port, self.ip)
        self.ioloop = IOLoop.current()
        try:
            self.ioloop.start()
        except KeyboardInterrupt:
            self.log.info("Stopping...")
        finally:
            self.stop()


def show_rendered(handler: ReportHandler, notebook: Any, cwd: str) -> None:
    """Voilà's `prelaunch_hook`: send the rendered page and end the request, so that no kernel starts.

    Raises:
        Finish: Always, once the page is sent.
        HTTPError: There is no such report, or its page has gone.
    """
    address = re.sub(r"^/voila/render/|\.ipynb$", "", handler.request.path)
    found = handler.settings["catalogue"].find(address)
    try:
        page = handler.settings["pages"].report(found)
    except (AttributeError, OSError) as error:
        raise HTTPError(404) from error
    handler.show(page)
    raise Finish


def _configuration(name_header: str) -> Config:
    config = Config()
    config.Voila.config_file_paths = []  # a voila.json that lies about must not open what is closed here
    config.Voila.identity_provider_class = SignedOn if name_header else Visitors
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
    config.SignedOn.name_header = name_header
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
