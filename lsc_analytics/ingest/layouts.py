"""Chooses the reader of a file by its content, and says of an unknown file which layout it is closest to.

It reads no figures itself. A new layout is a new reader module with `LAYOUTS`, named once here.
"""

from __future__ import annotations

from pathlib import Path

from lsc_analytics.errors import RefusedFileError, TableError
from lsc_analytics.ingest import (
    aid_capacity,
    aid_log,
    cancer,
    chatbot,
    diagnostic_capacity,
    dm01,
    plan,
    ptl,
    rtt_extract,
    rtt_overview,
    rtt_workbook,
    tidy,
    wlmds,
)
from lsc_analytics.ingest.opened import Layout, Opened, Pseudonymise, open_file
from lsc_analytics.ingest.reading import Reading
from lsc_analytics.parameters import ptl_mappings, source_mappings

# Tidy histories first: a mapping names its header exactly, so it never takes another layout's file.
LAYOUTS: tuple[Layout, ...] = (
    *tidy.LAYOUTS,
    *rtt_extract.LAYOUTS,
    *wlmds.LAYOUTS,  # before RTT workbooks, whose title words it has too
    *rtt_overview.LAYOUTS,  # before provider workbooks, whose title words it has too
    *rtt_workbook.LAYOUTS,
    *dm01.LAYOUTS,
    *cancer.LAYOUTS,
    *chatbot.LAYOUTS,
    *plan.LAYOUTS,
    *diagnostic_capacity.LAYOUTS,
    *aid_capacity.LAYOUTS,
    *ptl.LAYOUTS,
    *aid_log.LAYOUTS,
)
_ALIKE = 0.5  # share of column names in common from which a header is taken for a changed one
_KNOWN = (
    "Known are RTT full extracts, provider workbooks and the England overview, DM01 workbooks and extracts, WLMDS "
    "demographics workbooks, the cancer extract, Chatbot records, patient tracking lists, and tidy histories whose header a mapping "
    "names (docs/how-to/add-a-source.md)."
)


def read_with_its_layout(path: Path, pseudonymise: Pseudonymise | None) -> Reading:
    """Open, recognise and read one file; see `ingest.read`."""
    opened = open_file(path, pseudonymise=pseudonymise)
    layout = next((layout for layout in LAYOUTS if layout.recognise(opened)), None)
    if layout is None:
        raise unknown(opened)
    try:
        return layout.read(opened)
    except TableError as error:  # a contradiction that the reader has no sentence for must not stop the other files
        raise opened.refused(f"It was read as {layout.name} and does not make sense: {error}") from error


def unknown(opened: Opened) -> RefusedFileError:
    """The refusal of a file of no known layout: the closest one, and what differs from it.

    A header is only repeated where it is close to a known one: the first row of a file without a header may be a
    patient's.
    """
    if opened.kind == "workbook":
        sheets = ", ".join(map(repr, opened.sheets[:4]))
        return opened.refused(f"This workbook has no layout that is known; its sheets are {sheets}.", _KNOWN)
    known = {mapping.title: mapping.header for mapping in source_mappings()}
    known |= {layout.name: chatbot.header_of(layout.name, opened.header) for layout in chatbot.LAYOUTS}
    known[plan.PLANS.name] = plan.HEADER
    known[diagnostic_capacity.CAPACITIES.name] = diagnostic_capacity.HEADER
    known[aid_capacity.OFFERS.name] = aid_capacity.HEADER
    known[ptl.PTL.name] = [str(name) for name in ptl.HEADER]
    known |= {mapping.title: mapping.header for mapping in ptl_mappings()}
    known[aid_log.ACTION_LOG.name] = aid_log.HEADER
    title = max(known, key=lambda each: _alike(known[each], opened.header), default=None)
    if title is None or _alike(known[title], opened.header) < _ALIKE:
        return opened.refused("The header belongs to no layout that is known.", _KNOWN, row=1)
    differs = _difference(known[title], opened.header)
    return opened.refused(
        f"The header belongs to no layout that is known. It is closest to {title!r}, but {differs}.",
        "Correct the header, or write a mapping for it (docs/how-to/add-a-source.md).",
        row=1,
    )


def _alike(known: list[str], found: list[str]) -> float:
    """Share of the names of both headers that both have.

    >>> _alike(["month", "value"], ["value", "month"]), _alike(["month"], ["period"])
    (1.0, 0.0)
    """
    ours, theirs = ({name.casefold() for name in header} for header in (known, found))
    return len(ours & theirs) / len(ours | theirs)


def _difference(known: list[str], found: list[str]) -> str:
    """What differs between a header and the known one it is closest to.

    >>> _difference(["a", "b", "c"], ["a", "c", "b"]), _difference(["a", "b"], ["a", "x"])
    ("its columns are in another order or in other letters from 'c' on", "it lacks 'b' and has unknown 'x'")
    """
    theirs, ours = ({name.casefold() for name in header} for header in (found, known))
    lacks = [name for name in known if name.casefold() not in theirs]
    extra = [name for name in found if name.casefold() not in ours]
    if not lacks and not extra:
        at = next((i for i, (a, b) in enumerate(zip(known, found, strict=False)) if a != b), 0)
        return f"its columns are in another order or in other letters from {found[at]!r} on"
    said = [f"lacks {_some(lacks)}"] * bool(lacks) + [f"has unknown {_some(extra)}"] * bool(extra)
    return f"it {' and '.join(said)}"


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(map(repr, names[:3])) + more
