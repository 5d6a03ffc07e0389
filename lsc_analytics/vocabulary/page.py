"""What puts an answer on the page: words, tables, the heading, and where every figure came from."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.reference import HEADING, PROVENANCE, month_words
from lsc_analytics.reporting import words
from lsc_analytics.store.home import Home
from lsc_analytics.store.results import code_version
from lsc_analytics.vocabulary.inequality import inequality_week
from lsc_analytics.vocabulary.loaded import month_of, used, warehouse
from lsc_analytics.vocabulary.ptl import ptl_day


def show(sentences: str | list[str]) -> Any:
    """A finding, or a list of them, as words on the page."""
    from IPython.display import Markdown

    return Markdown(sentences if isinstance(sentences, str) else "\n".join(f"- {sentence}" for sentence in sentences))


def table(frame: pd.DataFrame, caption: str, columns: list[str] | None = None) -> Any:
    """A frame, or some of its columns, as a table: a caption, codes as names, numbers as readers write them."""
    from IPython.display import HTML

    return HTML(words.table_html(frame[columns] if columns else frame, caption))


def heading(
    family: str, trust: str, *, specialty: str = "", test: str = "", campaign: str = "", as_of: str = ""
) -> Any:
    """What this report is of, which month it speaks of, and whether its data are demo data.

    A rendered page says the same at its head, from what this tells it.
    """
    subject = parameters.specialty_name(specialty, short=True) if specialty else parameters.test_name(test, short=True)
    month = "" if family in ("chatbot", "ptl", "wlmds") else month_of(family, as_of)
    when = f" {family.upper()} figures of {month_words(month)}." if month else ""
    if family == "ptl":
        when = f" Patient tracking list of {words.day_words(ptl_day(as_of))}."
    if family == "wlmds":
        when = f" Waiting List Minimum Data Set, week ending {words.day_words(inequality_week(as_of))}."
    demo = " **Demo data: generated, of no real patient.**" if Home.current().kind == "demo" else ""
    of_one = f" Of the campaign {campaign} alone." if campaign else ""
    said = f"**{subject}, {parameters.trust_name(trust)}.**{of_one}{when}{demo}"
    return _Bundle({"text/markdown": said, HEADING: {"family": family, "as_of": month}, "text/plain": said})


def provenance(**asked: Any) -> Any:
    """Where every figure above came from: files, parameters, code, so that anyone can make the page again.

    The batch reads the same facts from this output into the run's manifest.

    Args:
        **asked: The notebook's parameters.
    """
    files = warehouse().files()
    read = files[files["file_sha256"].isin(used)].sort_values(["file", "file_sha256"])
    sources = read[["file", "file_sha256"]].rename(columns={"file_sha256": "sha256"}).to_dict("records")
    release = warehouse().release()
    published = read.loc[read["family"] != "ptl", "published"]  # nobody publishes a patient tracking list
    said = ", ".join(f"{name} = {value!r}" for name, value in asked.items())
    body = (
        f"<details><summary>Where these figures come from: {words.count(len(sources))} files</summary>"
        f"<p>Parameters: {html.escape(said or 'none')}. Code {code_version()}, data release {release}.</p>"
        f"{words.table_html(pd.DataFrame(sources, columns=['file', 'sha256']), 'Files read')}</details>"
    )
    data = {
        "sources": sources,
        "published": max(published.dropna(), default=""),
        "families": sorted(set(read["family"])),
        "parameters": asked,
        "code_version": code_version(),
        "data_release": release,
    }
    return _Bundle({"text/html": body, PROVENANCE: data, "text/plain": f"{len(sources)} files"})


class _Bundle:
    """Something shown under several MIME types at once."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return self._data
