"""One way to show a chart that JupyterLab, live Voilà and the rendered page all draw offline. It designs no chart.

A chart is displayed as its specification, under the MIME type that JupyterLab's and Voilà's own, bundled renderer
draws; the site takes the same specification and draws it with the Vega that Altair was written for. So a notebook
holds no JavaScript, needs no trust, and says the same twice. See docs/decisions/0001-chart-renderer.md.
"""

from __future__ import annotations

import os
from typing import Any

from lsc_analytics.reference import CHARTS_CHECKED

NAME = "lsc"
SPECIFICATION = "application/vnd.vegalite.v5+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"  # an identifier: nothing fetches it
# Voilà's renderer writes a picture beside a specification that has none, and fails at it: so there is one, of one
# transparent pixel.
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def mime_bundle(spec: dict[str, Any], **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a notebook keeps of one chart: the same bytes each time, so that nbval can compare them.

    Args:
        spec: A Vega-Lite specification, as Altair hands it to a renderer.

    Returns:
        Data and metadata by MIME type. A chart that asks for the width of its container gets the theme's width: an
        output of JupyterLab or live Voilà has none of its own, and the chart would be drawn with no width at all. The
        rendered page gives it the page's width.

    >>> data, _ = mime_bundle({"mark": "bar", "description": "Two bars", "width": "container"})
    >>> data["text/plain"], "width" in data[SPECIFICATION]
    ('Chart: Two bars', False)
    """
    shown = {name: said for name, said in spec.items() if (name, said) != ("width", "container")} | {"$schema": SCHEMA}
    data = {
        SPECIFICATION: shown,
        "image/png": PIXEL,
        "text/plain": f"Chart: {spec.get('description', 'not described')}",
    }
    return data, {SPECIFICATION: {"embed_options": {"actions": False, "renderer": "svg"}}}


def enable() -> None:
    """Use this renderer and the NHS theme for every chart from here on.

    Where `LSC_CHARTS_CHECKED` is set, the same charts have been checked against Vega-Lite's schema in another report, and
    are not checked again.
    """
    import altair as alt
    from altair.utils import schemapi
    from IPython.core.getipython import get_ipython

    from lsc_analytics.reporting.charts import theme

    schemapi.disable_debug_mode()  # a chart is checked whole when it is shown: part by part as well takes as long again

    alt.theme.register(NAME, enable=True)(theme.config)
    alt.renderers.register(NAME, mime_bundle)
    alt.renderers.enable(NAME)
    if os.environ.get(CHARTS_CHECKED) and (shell := get_ipython()):
        shell.display_formatter.mimebundle_formatter.for_type(alt.TopLevelMixin, _as_it_is)


def _as_it_is(chart: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return mime_bundle(chart.to_dict(validate=False, context={"pre_transform": False}))
