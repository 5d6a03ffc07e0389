"""Keyed pseudonyms for patient-level rows: the same pathway always gets the same one, and only the key links them.

The key lives outside the home, so that a copied home tells nobody who a row is about.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from lsc_analytics.errors import LscError
from lsc_analytics.store.home import Home

KEY_VARIABLE = "LSC_PSEUDONYM_KEY_FILE"
_LEAST_BYTES = 16


def pseudonymiser(home: Home) -> Callable[[str], str] | None:
    """The function that pseudonymises an identifier, or None where no key file is named.

    HMAC-SHA256 cut to 32 hexadecimal digits (128 bits: no two of a system's pathways will meet).

    Raises:
        LscError: The key file is missing, too short, or lies inside the home.
    """
    named = os.environ.get(KEY_VARIABLE)
    if not named:
        return None
    path = Path(named)
    if path.absolute().is_relative_to(home.root):
        raise LscError("The pseudonym key lies inside the home.", "Move it elsewhere.", parameter=KEY_VARIABLE)
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise LscError(
            f"The key file cannot be read ({error.strerror}).", "Name a file you may read.", parameter=KEY_VARIABLE
        ) from error
    if len(key) < _LEAST_BYTES:
        raise LscError(
            "The key is shorter than 16 bytes.", "Make one with `openssl rand -hex 32`.", parameter=KEY_VARIABLE
        )
    return lambda identifier: hmac.digest(key, identifier.encode(), "sha256").hex()[:32]


def make_demo_key(path: Path) -> None:
    """A key for demo data, made once and readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
