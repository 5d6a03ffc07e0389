"""The batch: which reports are due, each notebook run once through Papermill, and the manifest that says how it went."""

import sys

# jsonschema, which notebooks are read with, builds 38 parsers where it finds this package: 1.4 s of every start, for formats
# of addresses that no notebook's schema has. Where it cannot import it, it does without.
_PARSERS = "rfc3987_syntax"
if _spared := _PARSERS not in sys.modules:
    sys.modules[_PARSERS] = None  # type: ignore[assignment]

# Papermill imports our engine, by its entry point, while it is itself imported. Whoever imports the engine first must
# find Papermill already on its way, or each would wait for a name of the other.
import papermill as papermill  # noqa: E402

if _spared:
    del sys.modules[_PARSERS]
