"""The `lsc` command: what a person or a machine does with the suite, one verb each. It decides nothing itself.

Exit codes: 0 all done; 1 something failed and the summary says what; 2 the command or a parameter was wrong and nothing
ran.
"""

from __future__ import annotations

import errno
import os
import sys

from lsc_analytics.cli import data, editors, readers, reports  # noqa: F401  they bring the verbs
from lsc_analytics.cli.command import app, say
from lsc_analytics.errors import LscError, ParameterError

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def main() -> None:
    """Run the command; an error is one sentence, not a traceback."""
    # Small systems of equations, solved thousands of times: threads only wait for each other, for minutes on busy cores.
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    try:
        app()
    except ParameterError as error:
        say(f"lsc: {error}", error=True)
        sys.exit(2)
    except LscError as error:
        say(f"lsc: {error}", error=True)
        sys.exit(1)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        remedy = "Make some, for example with `lsc prune`, and run it again: what was finished is kept."
        say(f"lsc: There is no room to write in ({error.strerror or error}). {remedy}", error=True)
        sys.exit(1)
