"""The study says what it needs before it spends minutes on too little."""

from __future__ import annotations

import pytest

from lsc_analytics.accuracy import study
from lsc_analytics.errors import NoDataError
from lsc_analytics.store.home import Home


def test_an_empty_home_is_said(home: Home) -> None:
    """What is missing is named, with the command that loads it."""
    with pytest.raises(NoDataError, match=r"RTT figures from September 2022 to October 2025.*make accuracy"):
        study(home, print)
