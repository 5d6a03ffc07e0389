"""Charts as a notebook keeps them: the same each time, drawn offline, in the NHS look."""

from __future__ import annotations

import base64
import json
import subprocess
import sys

import altair as alt
import pandas as pd
import pytest

from lsc_analytics.reporting.charts import renderer, theme

FRAME = pd.DataFrame({"trust": ["RXL", "RXN"], "waiting": [42257, 63320]})


def chart() -> alt.Chart:
    """A chart as a notebook makes it."""
    return alt.Chart(FRAME).mark_bar().encode(x="waiting:Q", y="trust:N").properties(description="Two trusts")


def bundle() -> tuple[dict, dict]:
    """What Altair would hand to the notebook."""
    renderer.enable()
    return chart()._repr_mimebundle_()


def test_a_chart_is_kept_the_same_twice():
    """Outputs are compared by nbval, so nothing in one may be random."""
    assert json.dumps(bundle()) == json.dumps(bundle())


def test_a_chart_holds_no_program_and_is_small():
    """A specification needs no trust; HTML with Vega in it would be 0.9 MB in every notebook."""
    data, _ = bundle()
    assert set(data) == {renderer.SPECIFICATION, "image/png", "text/plain"}
    assert len(json.dumps(data)) < 6000


def test_a_chart_has_words_where_nothing_draws_it():
    """A terminal, or a reader of the raw notebook, still learns what the chart shows."""
    assert bundle()[0]["text/plain"] == "Chart: Two trusts"


def test_the_picture_beside_it_is_one_pixel():
    """Voilà only needs there to be a picture; a real one would double the notebook."""
    picture = base64.b64decode(renderer.PIXEL)
    assert picture.startswith(b"\x89PNG")
    assert picture[16:24] == b"\0\0\0\1\0\0\0\1"


def test_charts_wear_the_theme():
    """Every chart carries the NHS font and colours, wherever it is drawn."""
    config = bundle()[0][renderer.SPECIFICATION]["config"]
    assert config["font"].startswith("Arial")
    assert config["range"]["category"][0] == theme.BLUE


def test_a_container_width_is_left_to_the_page():
    """JupyterLab's outputs have no width of their own: a chart that asks for one is drawn with none."""
    data, _ = renderer.mime_bundle({"mark": "bar", "width": "container"})
    assert "width" not in data[renderer.SPECIFICATION]
    data, _ = renderer.mime_bundle({"mark": "bar", "width": 300})
    assert data[renderer.SPECIFICATION]["width"] == 300


@pytest.mark.parametrize("colour", [*theme.CATEGORIES, theme.RED, theme.DARK_BLUE, theme.BRIGHT_BLUE])
def test_colours_of_marks_reach_three_to_one(colour: str):
    """WCAG 2.2, 1.4.11: a line or bar stands out from white by at least 3 to 1."""
    assert contrast(colour, theme.WHITE) >= 3


@pytest.mark.parametrize("colour", [theme.TEXT, theme.SECONDARY_TEXT, theme.BLUE])
def test_colours_of_words_reach_four_and_a_half_to_one(colour: str):
    """WCAG 2.2, 1.4.3: text stands out from white by at least 4.5 to 1."""
    assert contrast(colour, theme.WHITE) >= 4.5


def test_altair_waits_until_a_chart_is_asked_for():
    """A command that draws nothing does not wait for Altair."""
    asked = (
        "import sys; from lsc_analytics.reporting import charts; assert 'altair' not in sys.modules; charts.renderer"
    )
    subprocess.run([sys.executable, "-c", asked], check=True)


def test_an_unknown_chart_is_named():
    """A misspelt chart in a notebook says so."""
    from lsc_analytics.reporting import charts

    with pytest.raises(AttributeError, match="no chart 'waiting_lists_of_gold'"):
        charts.waiting_lists_of_gold  # noqa: B018


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, as WCAG 2.2 defines it."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of a colour, as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
