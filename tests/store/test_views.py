"""The views: the same figures whether they are read from one file or from every partition, and never those of an older load."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import rtt_files

from lsc_analytics.store import warehouse as warehouses
from lsc_analytics.store.home import Home
from lsc_analytics.store.intake import take
from lsc_analytics.store.warehouse import Warehouse

pytestmark = pytest.mark.integration
ASKED: list[dict[str, object]] = [
    {},
    {"provider_code": "RXL"},
    {"provider_code": ["RXN", "RXL"], "treatment_function_code": ["C_110"]},
    {"month": "2026-01", "scope": None},
    {"provider_code": []},
]


def load(home: Home, folder: Path, month: str) -> None:
    """Take in a small extract of this month."""
    path = rtt_files.write(folder / f"{month}.csv", rtt_files.extract(period=f"RTT-{month}"))
    assert not take(home, [path]).refused


def told(home: Home) -> list[pd.DataFrame]:
    """Every answer to every question."""
    return [view(**asked) for asked in ASKED for view in (Warehouse(home).rtt, Warehouse(home).rtt_bands)]


def test_one_file_says_what_the_partitions_say(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Row for row, in the same order and with the same types, for every kind of filter."""
    load(home, tmp_path, "December-2025")
    load(home, tmp_path, "January-2026")
    whole = told(home)
    assert sorted(path.name.partition("-")[0] for path in (home.results / "views").iterdir()) == [
        "rtt_bands",
        "rtt_observations",
    ]
    monkeypatch.setattr(warehouses, "_MOST_ROWS", 0)
    for path in (home.results / "views").iterdir():
        path.unlink()
    apart = told(home)
    assert sum(map(len, whole)) > 100
    for one, other in zip(whole, apart, strict=True):
        pd.testing.assert_frame_equal(one, other)
    assert list((home.results / "views").iterdir()) == []


def test_a_new_load_is_seen_and_the_older_file_goes(home: Home, tmp_path: Path) -> None:
    """What is loaded next is in the next answer, and the view before it takes no room."""
    load(home, tmp_path, "December-2025")
    assert set(Warehouse(home).rtt()["month"]) == {"2025-12"}
    load(home, tmp_path, "January-2026")
    assert set(Warehouse(home).rtt()["month"]) == {"2025-12", "2026-01"}
    assert len(list((home.results / "views").glob("rtt_observations-*"))) == 1


def test_a_home_that_cannot_keep_it_answers_all_the_same(home: Home, tmp_path: Path) -> None:
    """A results folder that cannot be written costs time, not the answer."""
    load(home, tmp_path, "January-2026")
    home.results.write_text("not a folder", encoding="utf-8")
    assert len(Warehouse(home).rtt()) > 0


def test_nothing_loaded_is_an_empty_table(home: Home) -> None:
    """With its columns."""
    assert list(Warehouse(home).rtt().columns)[:3] == ["scope", "month", "provider_code"]
