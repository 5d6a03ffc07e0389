"""The batch: which reports are due, each notebook run once through Papermill, and the manifest that says how it went."""

import sys

# jsonschema, which notebooks and charts are checked with, builds 38 parsers where it finds this package: 1.4 s of every
# start, for formats of addresses that no notebook's schema has. Where it cannot import it, it does without.
_PARSERS = "rfc3987_syntax"
sys.modules.setdefault(_PARSERS, None)  # type: ignore[arg-type]


def give_back() -> None:
    """Let a notebook import whatever is installed, once jsonschema has been imported without it."""
    if sys.modules.get(_PARSERS, False) is None:
        del sys.modules[_PARSERS]
