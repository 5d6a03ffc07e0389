"""Writes are whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lsc_analytics.errors import LscError, TableError
from lsc_analytics.store.home import Home, replacing, write_frame, write_text
from lsc_analytics.store.pseudonym import make_demo_key, pseudonymiser
from lsc_analytics.store.results import Results, code_version
from lsc_analytics.tables import DATA_GAPS, RTT


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    """An error inside the block keeps what was there, and leaves nothing beside it."""
    path = tmp_path / "a.json"
    write_text(path, "old")
    with pytest.raises(FileNotFoundError), replacing(path) as temporary:
        temporary.write_text((tmp_path / "nothing").read_text())
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_frame_that_breaks_its_promise_is_not_written(tmp_path: Path) -> None:
    """Nothing reaches the disk that its table does not allow."""
    with pytest.raises(TableError):
        write_frame(tmp_path / "gaps.parquet", DATA_GAPS.empty().drop(columns="months"), DATA_GAPS)
    assert list(tmp_path.iterdir()) == []


def test_a_result_is_made_once_for_the_same_key(home: Home) -> None:
    """Asked twice it is remembered; another release, or another setting, makes it again."""
    made = []

    def make():
        made.append(1)
        return DATA_GAPS.empty()

    results = Results(home)
    for release, settings in (("a", {"trust": "RXN"}), ("a", {"trust": "RXN"}), ("b", {"trust": "RXN"}), ("a", {})):
        results.get(DATA_GAPS, release, settings, make)
    assert len(made) == 3


def test_the_rows_asked_for_are_the_same_made_and_remembered(home: Home) -> None:
    """Asked of one list, of a table that holds many, whether it has just been made or was there before."""
    every = pd.DataFrame(
        {
            "scope": "provider",
            "month": "2026-01",
            "provider_code": ["RXL", "RXN", "RXN"],
            "treatment_function_code": ["C_100", "C_100", "C_110"],
            "measure": "total_incomplete",
            "value": [0.0, 1.0, 2.0],
            "source": "full_extract",
            "file_sha256": "a" * 64,
        }
    )
    made, where = RTT.check(every), {"provider_code": ["RXN"], "treatment_function_code": ["C_100", "C_120"]}
    first = Results(home).get(RTT, "a", {}, lambda: made, where)
    again = Results(home).get(RTT, "a", {}, lambda: pytest.fail("It is remembered."), where)
    assert first.equals(again)
    assert first["value"].tolist() == [1]
    assert len(Results(home).get(RTT, "a", {}, lambda: pytest.fail("All of it is remembered."))) == 3


def test_the_code_version_names_the_release_and_its_content() -> None:
    """A number can be traced to the code that made it without git."""
    version, _, digest = code_version().partition("+")
    assert version.count(".") == 2
    assert len(digest) == 8


def test_a_pseudonym_is_the_key_holders_alone(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same key gives the same pseudonym, another key another, and a demo key is made once."""
    seen = set()
    for name in ("one", "two", "one"):
        key = tmp_path / name
        make_demo_key(key)
        assert key.stat().st_mode & 0o077 == 0
        monkeypatch.setenv("LSC_PSEUDONYM_KEY_FILE", str(key))
        pseudonymise = pseudonymiser(home)
        assert pseudonymise is not None
        seen.add(pseudonymise("PATHWAY-A"))
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("content", "inside", "said"),
    [("short", False, "16 bytes"), (None, False, "cannot be read"), ("x" * 32, True, "inside")],
)
def test_an_unusable_key_is_refused(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None, inside: bool, said: str
) -> None:
    """A key that is missing, too short, or in the home that a copy would carry along is said to be so."""
    key = (home.root if inside else tmp_path) / "key"
    if content is not None:
        key.parent.mkdir(exist_ok=True)
        key.write_text(content)
    monkeypatch.setenv("LSC_PSEUDONYM_KEY_FILE", str(key))
    with pytest.raises(LscError, match=said):
        pseudonymiser(home)
