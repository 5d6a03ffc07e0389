"""Exports that a spreadsheet opens: text stays text."""

from __future__ import annotations

import pandas as pd
import pytest

from lsc_analytics.reporting.spreadsheet import for_spreadsheet, inert


@pytest.mark.parametrize(
    "text", ["=HYPERLINK(1)", "+1+1", "-1+1", "@SUM(A1)", " =1", "\t=1", "\r=1", "＝1", "=cmd|' /C calc'!A0"]
)
def test_a_formula_becomes_text(text: str):
    """Whatever a spreadsheet would calculate is shown as it is."""
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Trauma = T&O", "*", "–", "", "-5", "+3.5", "2026-01", None, -5, 2.5, True])
def test_everything_else_stays_as_it_is(value: object):
    """Names, hidden counts, months and numbers."""
    assert inert(value) == value


def test_a_frame_keeps_its_figures():
    """Numbers, negative ones too, are numbers after it; texts and headers are inert."""
    frame = pd.DataFrame({"trust": ["=1", "RXL"], "change": [-5, 3], "=x": [0.5, None]})
    made = for_spreadsheet(frame)
    assert made.to_csv(index=False) == "trust,change,'=x\n'=1,-5,0.5\nRXL,3,\n"
    assert frame.loc[0, "trust"] == "=1"
