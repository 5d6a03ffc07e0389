"""An executed notebook as one page: words, charts, tables, and nothing that runs but the drawing of the charts.

Code, prompts, parameters, warnings and tracebacks stay behind. It executes nothing, reads no data and writes no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import bleach
import jinja2
import mistune
from markupsafe import Markup
from nbformat import NotebookNode

from lsc_analytics.parameters import project_root, specialty_name, test_name, trust_name
from lsc_analytics.reference import ALL_SPECIALTIES, HEADING, PROVENANCE, month_words
from lsc_analytics.reporting.charts.renderer import SPECIFICATION
from lsc_analytics.reporting.words import day_words
from lsc_analytics.site import assets
from lsc_analytics.site.figures import Figure, figure, look
from lsc_analytics.site.glossary import Marker

PICTURES = ("image/png", "image/jpeg")
FOLDED = "folded"  # tag of a heading whose part, or of a cell whose output, is evidence that a reader opens
_UNSEEN = {"papermill-error-cell-tag"}  # Papermill's own notices of a failed cell
_TAGS = frozenset(
    "a b br caption code col colgroup dd details div dl dt em h1 h2 h3 h4 h5 h6 hr li ol p pre small span strong sub summary sup table tbody td tfoot th thead time tr ul".split()  # noqa: SIM905
)
_ATTRIBUTES = {
    "*": ["aria-hidden", "aria-label", "class", "colspan", "datetime", "href", "id", "rowspan", "scope", "title"]
}
_DROPPED = re.compile(r"(?is)<(script|style|template|noscript|iframe|object|svg|math)\b.*?</\1\s*>")
_NOTHING = Markup("")
# HTML lets a cell and a row end where the next begins: a page of 3,000 cells is 20 KB smaller for it.
_CELL_END = re.compile(r"</t[dhr]>\s*")
SIBLINGS = "<!-- the way to the report's neighbours -->"  # `site.siblings` puts it here when the page is sent
_PLACES = {
    "forecast": ("/#lists", "Waiting lists"),
    "what_if": ("/#lists", "Waiting lists"),
    "diagnostics": ("/#tests", "Diagnostic tests"),
}


@dataclass(frozen=True)
class Block:
    """One piece of a page: prose as safe HTML, plain text, a figure, a picture, its sources, or a part that could not be made.

    `folded`, it is evidence: on the page, behind a line that opens it. A `finding` is words that a cell has displayed.
    """

    kind: str
    html: Markup = _NOTHING
    text: str = ""
    figure: Figure | None = None
    folded: bool = False
    finding: bool = False


@dataclass
class Part:
    """A second-level heading of the notebook with what stands under it; the first part, the answer, has none.

    A `folded` part shows its heading and the first sentence of its finding, and the rest when it is opened.
    """

    heading: Markup = _NOTHING
    anchor: str = ""
    blocks: list[Block] = field(default_factory=list)
    folded: bool = False

    @property
    def shown(self) -> list[Block]:
        """What stands open."""
        return [] if self.folded else [block for block in self.blocks if not (block.folded or block.kind == "sources")]

    @property
    def evidence(self) -> list[Block]:
        """What stands behind a line that opens it."""
        folded = [block for block in self.blocks if self.folded or block.folded]
        return [block for block in folded if block.kind != "sources"]

    @property
    def sources(self) -> list[Block]:
        """Where the page's figures come from: said last, and never folded away."""
        return [block for block in self.blocks if block.kind == "sources"]

    @property
    def first(self) -> Markup:
        """What a folded part's finding says first, a paragraph or a point: whoever does not open it has the answer."""
        if not self.folded:
            return _NOTHING
        said = (re.search(r"<(li|p)>(.*?)</\1>", str(block.html), re.S) for block in self.blocks if block.finding)
        return Markup(next((found[2] for found in said if found), ""))


def render(notebook: NotebookNode, context: Mapping[str, Any]) -> str:
    """The page of one executed notebook, complete HTML.

    Args:
        notebook: Executed by Papermill; its metadata hold the title.
        context: What the batch says of its run. The page uses `kind` (demo or real, of the home), `as_of` (YYYY-MM),
            `started` (of the run, YYYY-MM-DD, a time may follow) and `parameters`; any may be missing.

    Returns:
        The page. It fetches three files of its own site (`site.assets`), each once for all pages.
    """
    name = str(notebook.metadata.get("title", "Report"))
    told = notebook.metadata.get("papermill", {}).get("parameters", {})
    about = subject(context.get("parameters") or told)
    head, published = _told(notebook, HEADING), _told(notebook, PROVENANCE).get("published", "")
    marker = Marker(str(head.get("family", "any")))
    question, parts = _parts(_blocks(notebook), marker)
    month = context.get("as_of") or head.get("as_of")
    notebook_name = str(context.get("address") or "").partition("/")[0]
    whole = page(
        "report.html.j2",
        assets.FROM_PAGE,
        title=f"{about}: {name}" if about else name,
        question=question or Markup.escape(name),
        name=name,
        about=about,
        place=_PLACES.get(notebook_name),
        parts=parts,
        words=marker.used,
        look=look(),
        charts=sum(block.kind == "figure" for part in parts for block in part.blocks),
        demo=context.get("kind") == "demo",
        as_of=month_words(month) if month else "",
        published=day_words(str(published)),
        run_on=day_words(context.get("started", "")),
        siblings=Markup(SIBLINGS),
    )
    return _CELL_END.sub("", whole)


def page(template: str, asset_folder: str, **told: Any) -> str:
    """One page of the site from one of `reports/templates/`, everything put into it escaped."""
    files = {purpose: asset_folder + file for purpose, file in assets.names().items()}
    return _environment().get_template(template).render(assets=files, **told)


def fragment(template: str, **told: Any) -> Markup:
    """A piece of a page from one of `reports/templates/`, everything put into it escaped."""
    return Markup(_environment().get_template(template).render(**told))


def subject(parameters: Mapping[str, Any]) -> str:
    """What a report is about, in names.

    >>> subject({"trust": "RXN", "specialty": "C_110"}), subject({"trust": "LSC", "specialty": "C_999"})
    ('Trauma and Orthopaedics, Lancashire Teaching', 'Lancashire and South Cumbria')
    >>> subject({"trust": "LSC", "specialty": "C_999", "campaign": "Pilot 2021/22"})
    'Pilot 2021/22, Lancashire and South Cumbria'
    """
    named = [str(parameters["campaign"])] if parameters.get("campaign") else []
    if (code := parameters.get("specialty")) and code != ALL_SPECIALTIES:
        named.append(specialty_name(str(code), short=True))
    if code := parameters.get("test"):
        named.append(test_name(str(code), short=True))
    if code := parameters.get("trust"):
        named.append(trust_name(str(code), short=True))
    return ", ".join(named)


def prose(text: str) -> Markup:
    """Markdown as HTML; HTML inside it is shown as text.

    >>> prose("Up **5%** <script>").strip()
    Markup('<p>Up <strong>5%</strong> &lt;script&gt;</p>')
    """
    return _scrolling(str(_markdown()(text)))


def safe(html: str) -> Markup:
    """What a cell displayed as HTML, without anything that could run, load or restyle.

    >>> safe('<p onclick="x()">18 weeks<script>alert(1)</script></p>')
    Markup('<p>18 weeks</p>')
    """
    return _scrolling(bleach.clean(_DROPPED.sub("", html), tags=_TAGS, attributes=_ATTRIBUTES, strip=True))


def _parts(blocks: Iterator[Block], marker: Marker) -> tuple[Markup, list[Part]]:
    """The page's question, and its parts in order: every second-level heading begins one and has an id of its own."""
    question, parts, anchors = _NOTHING, [Part()], set[str]()
    for block in blocks:
        if block.kind != "prose":
            parts[-1].blocks.append(block)
            continue
        html = str(block.html)
        if not question and (top := re.search(r"<h1>(.*?)</h1>\s*", html, re.S)):
            question, html = Markup(top[1]), html.replace(top[0], "", 1)
        before, *headed = re.split(r"<h2>(.*?)</h2>", html, flags=re.S)
        pieces = [("", before), *zip(headed[::2], headed[1::2], strict=True)]
        for heading, body in pieces:
            if heading:
                anchor = _anchor(heading, anchors)
                parts.append(Part(Markup(heading), anchor, folded=block.folded))
            if body.strip():
                marked = marker.mark(body)
                html = marker.mark_figures(marked) if len(parts) == 1 else marked
                parts[-1].blocks.append(replace(block, html=html))
    return question, parts


def _anchor(heading: str, taken: set[str]) -> str:
    """An id for a heading, unlike those taken so far.

    >>> _anchor("Is the list on plan?", {"is-the-list-on-plan"})
    'is-the-list-on-plan-2'
    """
    plain = re.sub(r"[^a-z0-9]+", "-", re.sub(r"<[^>]*>|&\w+;", " ", heading).lower()).strip("-") or "part"
    anchor = next(name for n in range(1, 10_000) if (name := plain if n == 1 else f"{plain}-{n}") not in taken)
    taken.add(anchor)
    return anchor


def _told(notebook: NotebookNode, kind: str) -> Mapping[str, Any]:
    """What a cell tells the page under a MIME type of ours; nothing where none does."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    return next((dict(data[kind]) for output in outputs if kind in (data := output.get("data", {}))), {})


def _blocks(notebook: NotebookNode) -> Iterator[Block]:
    for cell in notebook.cells:
        tags = set(cell.metadata.get("tags", []))
        if tags & _UNSEEN:
            continue
        folded = FOLDED in tags
        if cell.cell_type == "markdown":
            yield Block("prose", html=prose(cell.source), folded=folded)
        elif cell.cell_type == "code":
            yield from (replace(block, folded=folded) for block in map(_shown, cell.outputs) if block)


def _shown(output: NotebookNode) -> Block | None:
    """An output as a block, in the fullest form that the page can hold; None for what readers need not see."""
    if output.output_type == "error":
        return Block("failed")
    if output.output_type == "stream":
        return Block("text", text=output.text) if output.name == "stdout" else None
    data = output.data
    if HEADING in data:
        return None  # the page's own head says it
    if SPECIFICATION in data:
        return Block("figure", figure=figure(data[SPECIFICATION]))
    if "text/html" in data:
        return Block("sources" if PROVENANCE in data else "prose", html=safe(data["text/html"]))
    if "text/markdown" in data:
        return Block("prose", html=prose(data["text/markdown"]), finding=True)
    for kind in PICTURES:
        if kind in data:
            source = f"data:{kind};base64,{''.join(data[kind].split())}"
            return Block("picture", text=source)
    return Block("text", text=data["text/plain"]) if "text/plain" in data else None


def _scrolling(html: str) -> Markup:
    """Tables that a phone can scroll sideways without moving the page."""
    wrapped = html.replace("<table", '<div class="scroll" role="group" aria-label="Table" tabindex="0"><table')
    return Markup(wrapped.replace("</table>", "</table></div>"))


@cache
def _markdown() -> mistune.Markdown:
    return mistune.create_markdown(escape=True, plugins=["table", "strikethrough"])


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(project_root() / "reports" / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
