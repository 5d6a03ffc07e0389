"""Who may read, and the log of who did. It knows no report."""

from __future__ import annotations

import datetime as dt
import hmac
import logging
import logging.handlers
from pathlib import Path
from typing import Any

from jupyter_server.auth.identity import User
from jupyter_server.base.handlers import JupyterHandler
from traitlets import Unicode
from voila.voila_identity_provider import VoilaIdentityProvider

_LONGEST_NAME = 200
_LOG = "lsc.readers"


class Visitors(VoilaIdentityProvider):
    """Whoever knows the token may read. They stay without a name."""

    def process_login_form(self, handler: JupyterHandler) -> Any:
        """A visitor, if what was typed into the login form is the token."""
        typed = handler.get_argument("password", default="")
        return self.generate_anonymous_user(handler) if self._is_token(typed) else None

    async def get_user_token(self, handler: JupyterHandler) -> User | None:
        """A visitor, if the address or the header carries the token; compared in the same time however wrong it is."""
        if not self._is_token(self.get_token(handler) or ""):
            return None
        return await super().get_user_token(handler)

    def _is_token(self, told: str) -> bool:
        return hmac.compare_digest(told.encode(), self.token.encode())


class SignedOn(Visitors):
    """Whoever the organisation's proxy has signed on may read: it sends the token, and the reader's name in a header.

    Both at every request, in headers and never in an address: a proxy that forgot to ask who somebody is sends no name,
    and a name without the token is somebody's who has gone round the proxy. No cookie outlives the sign-on.
    """

    name_header = Unicode("", config=True, help="Header in which the proxy sends the reader's name.")

    async def get_user(self, handler: JupyterHandler) -> User | None:
        """The reader, if both headers are right."""
        sent = self.auth_header_pat.match(handler.request.headers.get("Authorization", ""))
        names = [name.strip() for name in handler.request.headers.get_list(self.name_header)]
        if sent is None or not self._is_token(sent[2]) or len(names) != 1:
            return None
        name = names[0]
        return User(name) if name and name.isprintable() and len(name) <= _LONGEST_NAME else None


def open_log(path: Path | None) -> None:
    """Begin the log: into a file that another program may rotate, or to standard error."""
    log = logging.getLogger(_LOG)
    where = logging.handlers.WatchedFileHandler(path, encoding="utf-8") if path else logging.StreamHandler()
    where.setFormatter(logging.Formatter("%(message)s"))
    log.handlers[:] = [where]
    log.setLevel(logging.INFO)
    log.propagate = False


def note(handler: JupyterHandler) -> None:
    """One line a request: when, how it ended, how long it took, what was asked, by whom. Never the query, so no token."""
    asked = handler.request
    if asked.path == "/health":
        return
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    user = handler.current_user
    reader = "-" if user is None else user.username if isinstance(handler.identity_provider, SignedOn) else "token"
    logging.getLogger(_LOG).info(
        "%s %d %dms %s %s %s",
        now, handler.get_status(), 1000 * asked.request_time(), asked.method, asked.path, reader.replace(" ", "_"),
    )  # fmt: skip
