"""What is read before the forks that make pages, of demo data."""

from __future__ import annotations

import pytest

from lsc_analytics import vocabulary
from lsc_analytics.batch import loaded
from lsc_analytics.batch.matrix import Due
from lsc_analytics.store.home import Home
from lsc_analytics.vocabulary.loaded import used


@pytest.fixture
def asking(demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked in this process is asked of the demo's home."""
    monkeypatch.setenv("LSC_HOME", str(demo_home.root))


def test_what_was_read_ahead_is_no_pages_provenance(asking: None) -> None:
    """Read ahead, nothing counts as read; a page then names the files that it would have named without."""
    used.clear()
    vocabulary.cohort("RXN", "C_110", "2026-01")
    vocabulary.diagnostics("RXR", "2", "2026-01")
    named = {*used}
    loaded.read_ahead([("rtt", "RXN", "2026-01"), ("dm01", "RXR", "2026-01"), ("rtt", "RXR", "2031-01")])
    assert not used
    vocabulary.cohort("RXN", "C_110", "2026-01")
    vocabulary.diagnostics("RXR", "2", "2026-01")
    assert used == named
    assert named


def test_what_reports_share() -> None:
    """Each family, trust and month once, of the reports that have them all."""
    reports = [
        Due(
            "notebooks/forecast.ipynb",
            f"forecast/RXN/{code}",
            {"trust": "RXN", "as_of": "2026-01"},
            "r",
            reads=("rtt", "dm01"),
        )
        for code in ("C_110", "C_120")
    ]
    reports.append(Due("notebooks/chatbot.ipynb", "chatbot/RXN/C_999", {"trust": "RXN"}, "r", reads=("chatbot", "rtt")))
    assert loaded.shared_by(reports) == [("dm01", "RXN", "2026-01"), ("rtt", "RXN", "2026-01")]
