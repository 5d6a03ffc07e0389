"""The style sheet, the scripts and Vega, once for all pages, beside the runs. No page fetches anything else.

Each file's name carries its content (Vega's: the release it comes with), so that a browser may keep it for good and a
page made by an older version still finds its own. They lie in `runs/assets/` of the home: a rendered page four folders
down finds them at the same relative place on disk and under Voilà.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version

from lsc_analytics.parameters import project_root
from lsc_analytics.store.home import Home, write_text

FROM_PAGE = "../../../assets/"  # runs/<run_id>/<notebook>/<trust>/x.html; /voila/render/<notebook>/<trust>/x.ipynb
FROM_ROOT = "/voila/assets/"
_STATIC = {"style": "lsc.css", "page": "page.js", "draw": "charts.js"}


@cache
def names() -> dict[str, str]:
    """File names by what they are for: style, page, draw, vega."""
    found = {"vega": f"vega-{version('vl-convert-python')}.js"}
    for purpose, file in _STATIC.items():
        stem, suffix = file.split(".")
        found[purpose] = f"{stem}-{hashlib.sha256(_static(file).encode()).hexdigest()[:12]}.{suffix}"
    return found


def write(home: Home) -> None:
    """Put the files that today's pages need into the home; those that are there stay."""
    folder = home.runs / "assets"
    for purpose, name in names().items():
        if not (folder / name).exists():
            write_text(folder / name, content(purpose))


def read(home: Home, name: str) -> bytes | None:
    """A file that a page of the home refers to; None where it is neither in the home nor one of today's.

    Today's files are there even where the home has not got them: who serves it may not be allowed to write it.
    """
    path = home.runs / "assets" / name
    if path.is_file():
        return path.read_bytes()
    return next((content(purpose).encode() for purpose, today in names().items() if name == today), None)


def instead_of(name: str) -> str:
    """Today's file in place of one that is gone with the version that made it.

    >>> instead_of("lsc-0.css") == names()["style"]
    True
    """
    return next(today for today in names().values() if today.partition("-")[0] == name.partition("-")[0])


@cache
def content(purpose: str) -> str:
    """What one of today's files holds."""
    if purpose != "vega":
        return _static(_STATIC[purpose])
    import vl_convert

    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")


def _static(file: str) -> str:
    return (project_root() / "reports" / "static" / file).read_text(encoding="utf-8")
