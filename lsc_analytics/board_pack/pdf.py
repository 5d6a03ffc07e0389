"""The board pack as PDF, A4 across: a page a question, with the pages' own charts as pictures that are described."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import altair as alt
from fpdf import FPDF

from lsc_analytics.board_pack.slides import Pack, Slide, runs
from lsc_analytics.reporting.charts.theme import DARK_BLUE, SECONDARY_TEXT, TEXT

_FONT, _MARGIN = "Helvetica", 15  # millimetres
# The fonts that every reader of PDF has know Latin letters alone.
_PLAIN = str.maketrans({"–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "≥": ">=", "≤": "<="})


def write(pack: Pack, path: Path) -> None:
    """Write the pack."""
    file = FPDF(orientation="landscape", format="A4")
    file.set_margin(_MARGIN)
    file.set_auto_page_break(True, margin=_MARGIN)
    file.set_title(pack.title)
    file.set_lang("en-GB")
    file.set_author("LSC Analytics")
    _page(file, pack.title)
    _sentences(file, [pack.under, pack.made_by], file.epw)
    for slide in pack.slides:
        _slide(file, slide)
    _page(file, "Where do these figures come from?")
    rows = zip(pack.sources["file"], pack.sources["file_sha256"], strict=True)
    names = [f"{name}, sha256 {digest[:16]}" for name, digest in rows]
    _sentences(file, [*pack.missing, pack.made_by, *names], file.epw, size=9)
    file.output(str(path))


def _page(file: FPDF, heading: str) -> None:
    file.add_page()
    file.start_section(_latin(heading))
    file.set_font(_FONT, "B", 22)
    file.set_text_color(*_rgb(DARK_BLUE))
    file.multi_cell(file.epw, 10, _latin(heading), new_x="LMARGIN", new_y="NEXT")
    file.ln(3)


def _slide(file: FPDF, slide: Slide) -> None:
    _page(file, slide.question)
    picture = _picture(slide.picture)
    if picture is None:
        _sentences(file, slide.says, file.epw)
        return
    top = file.get_y()
    width = 0.58 * file.epw
    described = slide.picture.to_dict().get("description", slide.question)
    file.image(
        io.BytesIO(picture), x=file.w - _MARGIN - width, y=top, w=width, h=file.h - top - _MARGIN, keep_aspect_ratio=True,
        alt_text=_latin(described),
    )  # fmt: skip
    file.set_y(top)
    _sentences(file, slide.says, file.epw - width - 8)


def _picture(chart: Any) -> bytes | None:
    """The chart as PNG; None where there is none, or a word stands in its place."""
    if not isinstance(chart, alt.TopLevelMixin):
        return None
    held = io.BytesIO()
    chart.save(held, format="png", scale_factor=2)
    return held.getvalue()


def _sentences(file: FPDF, says: list[str], width: float, *, size: int = 12) -> None:
    size = size if sum(map(len, says)) < 900 else min(size, 10)
    for sentence in says:
        file.set_text_color(*_rgb(TEXT))
        file.set_font(_FONT, "", size)
        # Bold runs of fpdf2's own Markdown; nothing else of what a sentence holds is marked up.
        marked = "".join(
            f"**{words}**" if bold else words.replace("__", "_ _").replace("--", "-") for words, bold in runs(sentence)
        )
        file.multi_cell(width, 0.5 * size, _latin(marked), markdown=True, new_x="LMARGIN", new_y="NEXT")
        file.ln(2)
    file.set_text_color(*_rgb(SECONDARY_TEXT))


def _latin(text: str) -> str:
    return text.translate(_PLAIN).encode("latin-1", "replace").decode("latin-1")


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
