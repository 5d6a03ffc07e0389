"""The board pack as PowerPoint: a slide a question, its charts PowerPoint's own, so that they can be edited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.util import Emu, Inches, Pt

from lsc_analytics.board_pack.slides import Bars, Pack, Slide, runs, series
from lsc_analytics.reporting.charts.theme import BLUE, CATEGORIES, DARK_BLUE, TEXT

_WIDTH, _HEIGHT = Inches(13.333), Inches(7.5)
_MARGIN = Inches(0.6)
_TITLE_ONLY, _FONT = 5, "Arial"
_MOST_SENTENCES = 6  # more do not fit beside a chart; the pages have them all


def write(pack: Pack, path: Path) -> None:
    """Write the pack."""
    deck: Any = Presentation()
    deck.slide_width, deck.slide_height = _WIDTH, _HEIGHT
    deck.core_properties.title, deck.core_properties.author = pack.title, "LSC Analytics"
    cover = _page(deck, pack.title)
    _sentences(cover, [pack.under, pack.made_by], Inches(1.6), _WIDTH - 2 * _MARGIN)
    for slide in pack.slides:
        _slide(deck, slide)
    last = _page(deck, "Where do these figures come from?")
    files = f"{len(pack.sources):,} files, listed with their digests in the workbook."
    _sentences(last, [files, *pack.missing, pack.made_by], Inches(1.6), _WIDTH - 2 * _MARGIN)
    with path.open("wb") as file:
        deck.save(file)


def _page(deck: Any, heading: str) -> Any:
    page = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
    title = page.shapes.title
    title.left, title.top, title.width, title.height = _MARGIN, Inches(0.3), _WIDTH - 2 * _MARGIN, Inches(1.0)
    title.text = heading
    for paragraph in title.text_frame.paragraphs:
        paragraph.font.name, paragraph.font.size, paragraph.font.bold = _FONT, Pt(30), True
        paragraph.font.color.rgb = RGBColor.from_string(DARK_BLUE[1:].upper())
    return page


def _slide(deck: Any, slide: Slide) -> None:
    page = _page(deck, slide.question)
    categories, told = series(slide)
    drawn = bool(categories) and any(value is not None for values in told.values() for value in values)
    width = Inches(4.9) if drawn else _WIDTH - 2 * _MARGIN
    shown = slide.says[:_MOST_SENTENCES]
    if len(slide.says) > len(shown):
        shown.append(f"{len(slide.says) - len(shown)} more findings are on the page.")
    _sentences(page, shown, Inches(1.5), width)
    if drawn:
        _chart(page, slide, categories, told)


def _sentences(page: Any, says: list[str], top: Emu, width: Emu) -> None:
    box = page.shapes.add_textbox(_MARGIN, top, width, _HEIGHT - top - Inches(0.4))
    box.text_frame.word_wrap = True
    size = 16 if sum(map(len, says)) < 700 else 13 if sum(map(len, says)) < 1200 else 11
    for place, sentence in enumerate(says):
        paragraph = box.text_frame.paragraphs[0] if place == 0 else box.text_frame.add_paragraph()
        paragraph.space_after = Pt(8)
        for words, bold in runs(sentence):
            run = paragraph.add_run()
            run.text, run.font.name, run.font.size, run.font.bold = words, _FONT, Pt(size), bold
            run.font.color.rgb = RGBColor.from_string(TEXT[1:].upper())


def _chart(page: Any, slide: Slide, categories: list[str], told: dict[str, list[float | None]]) -> None:
    data = CategoryChartData()
    bars = isinstance(slide.drawn, Bars)
    data.categories = categories
    for words, values in told.items():
        data.add_series(words, values)
    kind = XL_CHART_TYPE.BAR_CLUSTERED if bars else XL_CHART_TYPE.LINE
    left = _MARGIN + Inches(5.2)
    frame = page.shapes.add_chart(kind, left, Inches(1.5), _WIDTH - left - _MARGIN, Inches(5.5), data)
    words = " and ".join(told)
    described = f"{'Bar' if bars else 'Line'} chart: {words}. {runs(slide.says[0])[0][0] if slide.says else ''}"
    frame._element.nvGraphicFramePr.cNvPr.set("descr", described)
    chart = frame.chart
    chart.font.name, chart.font.size = _FONT, Pt(11)
    chart.has_legend = len(told) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.has_title = True
    chart.chart_title.text_frame.text = words if bars else slide.drawn.measure  # type: ignore[union-attr]
    chart.chart_title.text_frame.paragraphs[0].font.size = Pt(13)
    chart.value_axis.has_major_gridlines = not bars
    if bars:
        chart.category_axis.reverse_order = True  # the first row on top
    for colour, plotted in zip(CATEGORIES, chart.plots[0].series, strict=False):
        tone = RGBColor.from_string((BLUE if bars else colour)[1:].upper())
        if bars:
            plotted.format.fill.solid()
            plotted.format.fill.fore_color.rgb = tone
        else:
            plotted.format.line.color.rgb, plotted.format.line.width, plotted.smooth = tone, Pt(2.5), False
