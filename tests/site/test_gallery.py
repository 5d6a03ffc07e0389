"""The gallery shows every kind of report, and its pictures stay small."""

from __future__ import annotations

import re

import pytest
from gallery import FOLDER, PAGES

from lsc_analytics.parameters import project_root

pytestmark = pytest.mark.unit
TOLD = (project_root() / "docs" / "gallery.md").read_text(encoding="utf-8")


def test_every_kind_of_report_has_its_picture() -> None:
    """A new notebook is noticed; no picture is left over, and each says what it shows."""
    assert set(PAGES) == {"landing", *(path.stem for path in (project_root() / "notebooks").glob("*.ipynb"))}
    assert re.findall(r"images/gallery/(\w+)\.png", TOLD) == list(PAGES)
    assert {f"{name}.png" for name in PAGES} == {path.name for path in FOLDER.iterdir()}
    assert all(len(said) > 20 for said in re.findall(r"!\[(.*?)\]", TOLD))


def test_pictures_are_small() -> None:
    """A clone fetches all of them: none is over 150 KB, and together they are below 1.5 MB."""
    sizes = [path.stat().st_size for path in FOLDER.glob("*.png")]
    assert max(sizes) <= 150_000
    assert sum(sizes) <= 1_500_000
