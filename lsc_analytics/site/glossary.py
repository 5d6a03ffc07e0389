"""Words that a reader may not know: what `docs/glossary.md` says of them, and where a page first uses one.

A page links the first use of each word to its meaning at the foot of the page, which a script then shows beside the
word on hover and on focus. It writes no word of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import mistune
from markupsafe import Markup

from lsc_analytics.parameters import project_root

FIGURES = "Why a figure may differ from the published one"  # the section with one entry a family
_OF_FAMILY = {
    "Diagnostics (DM01)": "dm01",
    "Validation by Chatbot": "chatbot",
}  # words that mean something else elsewhere
_SHORTEST = 7  # letters of a word that stands alone: shorter ones (band, worse, leave) have everyday meanings too
_NOT_INSIDE = frozenset("a button caption code details dt h1 h2 h3 h4 h5 h6 pre summary table".split())  # noqa: SIM905
_FIGURE = re.compile(
    r"(?:(?:January|February|March|April|May|June|July|August|September|October|November|December|Spring|Summer|Autumn|Winter) \d{4}|\d{4}/\d\d)|"
    r"(?<![\w.,&#;-])(\d[\d,]*(?:\.\d+)?%?)(?![\w-]|[,.]\d| (?:weeks?|months?|days?|years?|times?)\b)"
)
_TAG = re.compile(r"(<[^>]*>)")


@dataclass(frozen=True)
class Word:
    """One entry of the glossary.

    Attributes:
        names: What the entry is headed by.
        meaning: What it says, as HTML.
        section: The heading it stands under.
    """

    names: tuple[str, ...]
    meaning: Markup
    section: str

    @property
    def anchor(self) -> str:
        """Its id on a page that uses it."""
        return "word-" + re.sub(r"[^a-z0-9]+", "-", self.names[0].lower()).strip("-")

    @property
    def title(self) -> str:
        """How it is headed on a page: Referral to treatment, RTT."""
        return ", ".join(self.names)


@cache
def glossary() -> tuple[Word, ...]:
    """Every entry: a paragraph that begins with its names in bold.

    >>> next(word.names for word in glossary() if "RTT" in word.names)
    ('Referral to treatment', 'RTT')
    """
    text = (project_root() / "docs" / "glossary.md").read_text(encoding="utf-8")
    found, section = [], ""
    for paragraph in re.split(r"\n\s*\n", text):
        if heading := re.match(r"##\s+(.+)", paragraph):
            section = heading[1].strip()
        elif entry := re.match(r"\*\*(.+?)\.?\*\*[,:]?\s*(.+)", paragraph, re.S):
            names = tuple(name.strip("` ") for name in entry[1].split(", "))
            said = str(mistune.html(" ".join(entry[2].split())))
            found.append(Word(names, Markup(re.sub(r"</?p>|</?a\b[^>]*>", "", said).strip()), section))
    return tuple(found)


class Marker:
    """Marks the words of one page, each where it is first used.

    Args:
        family: rtt, dm01, chatbot or any: some words mean what the glossary says in one family alone.

    Attributes:
        used: The words marked so far, in the order of their first use.

    >>> Marker("rtt").mark("<p>Two pathways of one pathway.</p>")
    Markup('<p>Two <a class="term" href="#word-pathway" aria-describedby="word-pathway">pathways</a> of one pathway.</p>')
    """

    def __init__(self, family: str) -> None:
        self.used: list[Word] = []
        self._known = _known(family)
        self._pattern = _pattern(tuple(self._known))
        self._figures = next((word for word in glossary() if (word.section, family) == (FIGURES, word.names[0].split()[0].lower())), None)  # fmt: skip

    def mark(self, html: str) -> Markup:
        """The same HTML, first uses linked to their meaning; headings, links, tables and code are left as they are."""
        return _outside(html, lambda text: self._pattern.sub(self._link, text))

    def mark_figures(self, html: str) -> Markup:
        """The same HTML, each figure linked to why it may differ from what was published; dates and limits are none.

        >>> Marker("rtt").mark_figures("<p>In May 2026 276 over 52 weeks (Autumn 2025)</p>").count("<a ")
        1
        """
        if (word := self._figures) is None:
            return Markup(html)

        def linked(found: re.Match[str]) -> str:
            if not found[1]:
                return found[0]
            if word not in self.used:
                self.used.append(word)
            return f'<a class="term figure" {_to(word)}>{found[1]}</a>'

        return _outside(html, lambda text: _FIGURE.sub(linked, text))

    def _link(self, found: re.Match[str]) -> str:
        word = self._known.get(found[1]) or self._known[found[1].lower()]
        if word in self.used:
            return found[0]
        self.used.append(word)
        return f'<a class="term" {_to(word)}>{found[0]}</a>'


def _outside(html: str, change: Callable[[str], str]) -> Markup:
    """HTML with its text changed, except inside what must not hold a link."""
    inside: list[str] = []
    parts = []
    for part in _TAG.split(html):
        if part.startswith("<"):
            name = re.sub(r"[\s>/].*", "", part.lstrip("</"), flags=re.S).lower()
            if name in _NOT_INSIDE and not part.startswith("</"):
                inside.append(name)
            elif name in inside:
                inside.remove(name)
            parts.append(part)
        else:
            parts.append(part if inside else change(part))
    return Markup("".join(parts))


def _to(word: Word) -> str:
    return f'href="#{word.anchor}" aria-describedby="{word.anchor}"'


@cache
def _known(family: str) -> dict[str, Word]:
    """Words to look for, by how they are written: abbreviations as they are, the rest in lower case."""
    found: dict[str, Word] = {}
    for word in glossary():
        if word.section == FIGURES or _OF_FAMILY.get(word.section, family) != family:
            continue
        for name in word.names:
            if re.fullmatch(r"[A-Z]{2,}\d*|[A-Z]+[A-Z0-9_]*\d+", name):
                found.setdefault(name, word)
            elif not re.search(r"\d", name) and (" " in name or ("-" not in name and len(name) >= _SHORTEST)):
                found.setdefault(name.lower(), word)
    return found


@cache
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    each = [
        re.escape(name) if name.isupper() else f"(?i:{re.escape(name)})"
        for name in sorted(names, key=len, reverse=True)
    ]
    return re.compile(rf"(?<![\w-])({'|'.join(each) or '(?!)'})(?:e?s)?(?![\w-])")
