"""How every chart looks: the NHS identity colours, Arial, plain axes. It draws nothing and holds no figures.

Colours are those of the NHS identity guidelines; each named here reaches 3 to 1 against white, as WCAG 2.2 asks of a
line or bar (1.4.11), and none stands for good or bad on its own: charts say that in words, dashes or labels too.
"""

from __future__ import annotations

from typing import Any

BLUE, DARK_BLUE, BRIGHT_BLUE = "#005eb8", "#003087", "#0072ce"
PINK, PURPLE, GREEN, RED, BROWN = "#ae2573", "#330072", "#007f3b", "#d5281b", "#b45309"
TEXT, SECONDARY_TEXT, MID_GREY, PALE_GREY, WHITE = "#212b32", "#4c6272", "#768692", "#d8dde0", "#ffffff"
CATEGORIES = (BLUE, PINK, GREEN, BROWN, PURPLE, MID_GREY)
BLUES = ("#e8f1fa", "#a6c8ea", "#5c9bd6", BLUE, DARK_BLUE)  # light to dark: more is darker
FONT = "Arial, Helvetica, sans-serif"  # Frutiger, the NHS's own, is licensed; Arial is its stated substitute


def config() -> dict[str, Any]:
    """The Vega-Lite configuration of every chart.

    >>> config()["config"]["range"]["category"][0]
    '#005eb8'
    """
    axis = {
        "domainColor": MID_GREY,
        "gridColor": "#e8edee",
        "labelColor": TEXT,
        "labelFontSize": 13,
        "labelPadding": 6,
        "tickColor": MID_GREY,
        "titleColor": SECONDARY_TEXT,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "titlePadding": 10,
    }
    return {
        "config": {
            "background": WHITE,
            "font": FONT,
            "view": {"stroke": None, "continuousHeight": 300, "continuousWidth": 640, "discreteWidth": 640},
            "axis": axis,
            "axisX": {"grid": False, "labelFlush": True, "labelOverlap": "greedy", "labelSeparation": 8},
            "axisY": {"domain": False, "ticks": False, "tickCount": 5},
            "axisXTemporal": {"tickCount": 6},
            "axisXQuantitative": {"tickCount": 8},
            "legend": {
                "orient": "top",
                "labelColor": TEXT,
                "labelFontSize": 13,
                "labelLimit": 260,
                "offset": 8,
                "symbolSize": 110,
                "symbolStrokeWidth": 3,
                "titleColor": SECONDARY_TEXT,
                "titleFontSize": 13,
                "titleFontWeight": "normal",
            },
            "header": {"labelColor": TEXT, "labelFontSize": 14, "labelFontWeight": "bold", "title": None},
            "title": {
                "anchor": "start",
                "color": TEXT,
                "fontSize": 17,
                "fontWeight": "bold",
                "lineHeight": 22,
                "offset": 14,
                "subtitleColor": SECONDARY_TEXT,
                "subtitleFontSize": 14,
                "subtitleLineHeight": 19,
            },
            "area": {"color": BLUE, "line": False},
            "bar": {"color": BLUE},
            "line": {"color": BLUE, "strokeWidth": 2.5, "strokeCap": "round"},
            "point": {"color": BLUE, "filled": True, "size": 60},
            "rule": {"color": SECONDARY_TEXT, "strokeWidth": 1.5},
            "text": {"color": TEXT, "fontSize": 13},
            "range": {
                "category": list(CATEGORIES),
                "ordinal": list(BLUES),
                "ramp": list(BLUES),
                "heatmap": list(BLUES),
            },
            "numberFormat": ",~f",
        }
    }
