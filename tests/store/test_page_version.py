"""What a page was made by: an edit of anything that shapes it is seen, and nothing else is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lsc_analytics import parameters
from lsc_analytics.store.results import page_version

ROOT = parameters.project_root()
SHAPING = ("reports/templates/report.html.j2", "reports/static/lsc.css", "docs/glossary.md", "parameters/standards.yml")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what pages are made of, and of what they are not, where the suite finds it."""
    for part in ("reports/templates", "reports/static", "parameters"):
        shutil.copytree(ROOT / part, tmp_path / part)
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("*.png"))
    monkeypatch.setattr(parameters, "project_root", lambda: tmp_path)
    monkeypatch.delenv("LSC_PARAMETERS", raising=False)
    return tmp_path


@pytest.mark.parametrize("shaping", SHAPING)
def test_an_edit_of_what_shapes_a_page_is_seen(checkout: Path, shaping: str) -> None:
    """A template, a style, a word of the glossary, a standard: every page is made again."""
    before = page_version()
    with (checkout / shaping).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert page_version() != before


def test_an_edit_of_what_shapes_no_page_is_not(checkout: Path) -> None:
    """Other documents, and the demo's own parameters: no page is made again for them."""
    before = page_version()
    for path in (checkout / "docs" / "publishing.md", checkout / "parameters" / "demo.yml"):
        with path.open("a", encoding="utf-8") as file:
            file.write("\n# edited\n")
    assert page_version() == before
