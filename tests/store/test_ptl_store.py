"""Patient tracking lists in a home: never kept raw, refused whole, and as many pathways as the return of the same day."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lsc_analytics.models import ptl
from lsc_analytics.parameters import project_root, trust_codes
from lsc_analytics.parameters import ptl as parameters
from lsc_analytics.store.home import Home
from lsc_analytics.store.intake import take
from lsc_analytics.store.pseudonym import KEY_VARIABLE, make_demo_key
from lsc_analytics.store.warehouse import Warehouse

TEMPLATE = (project_root() / "parameters" / "templates" / "ptl.csv").read_text()


@pytest.fixture
def keyed(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home whose pseudonym key lies outside it."""
    make_demo_key(tmp_path / "key")
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "key"))
    return home


def written(folder: Path, name: str, text: str) -> Path:
    """A file of this text."""
    path = folder / name
    path.write_text(text)
    return path


def test_the_raw_list_is_never_kept(keyed: Home, tmp_path: Path) -> None:
    """What is stored holds no local number, in any file of the home."""
    report = take(keyed, [written(tmp_path, "list.csv", TEMPLATE)])
    assert [outcome.status for outcome in report.outcomes] == ["loaded"]
    assert "2 rows" in report.outcomes[0].says
    assert not keyed.raw.exists()
    assert len(Warehouse(keyed).ptl("2026-01-31", 7)) == 2
    assert all(b"LOCAL-" not in path.read_bytes() for path in keyed.root.rglob("*") if path.is_file())


def test_a_refused_list_loads_nothing(keyed: Home, tmp_path: Path) -> None:
    """One bad row of a hundred and nothing of the list is stored, nor is anything of the row said."""
    bad = TEMPLATE.replace("LOCAL-000002", "943 476 5919")
    report = take(keyed, [written(tmp_path, "list.csv", bad)])
    assert [outcome.status for outcome in report.outcomes] == ["refused"]
    assert "list.csv, row 3, column pathway_id" in report.outcomes[0].says
    assert "943" not in report.outcomes[0].says
    assert Warehouse(keyed).ptl_days() == []
    assert not keyed.tables.exists()


def test_a_list_is_loaded_once_a_day(keyed: Home, tmp_path: Path) -> None:
    """The same trust's list of the same day, in another file, is refused; the next week's is not."""
    take(keyed, [written(tmp_path, "list.csv", TEMPLATE)])
    again = take(keyed, [written(tmp_path, "again.csv", TEMPLATE.replace("C_320", "C_110"))])
    assert "The list of RXN on 2026-01-31 is loaded already" in again.outcomes[0].says
    later = take(keyed, [written(tmp_path, "later.csv", TEMPLATE.replace("2026-01-31", "2026-02-07"))])
    assert not later.refused
    stored = Warehouse(keyed)
    assert stored.ptl_days() == ["2026-01-31", "2026-02-07"]
    assert set(stored.ptl("2026-02-06", 7)["extract_date"]) == {"2026-01-31"}
    assert set(stored.ptl("2026-02-07", 8)["extract_date"]) == {"2026-02-07"}
    assert stored.ptl("2026-02-20", 7).empty


@pytest.mark.integration
def test_demo_list_is_that_of_the_demo_return(demo_home: Home) -> None:
    """By trust, specialty and weekly band the list has as many pathways as the extract of the same month end."""
    stored = Warehouse(demo_home)
    rows = stored.ptl("2026-01-31", 7)
    assert len(rows) > 180_000
    keys = ["provider_code", "treatment_function_code", "week_from"]
    told = ptl.stages(ptl.order(rows, "2026-01-31", parameters()), "2026-01-31")
    ours = told.groupby(keys)["pathways"].sum()
    bands = stored.rtt_bands(month="2026-01", part="incomplete", provider_code=trust_codes())
    theirs = bands[bands["treatment_function_code"] != "C_999"].set_index(keys)["pathways"]
    theirs = theirs[theirs > 0]
    pd.testing.assert_series_equal(
        ours.astype("int64").sort_index(), theirs.astype("int64").sort_index(), check_names=False
    )
    decided = stored.rtt_bands(month="2026-01", part="decision_to_admit", provider_code=trust_codes())
    decided = decided[decided["treatment_function_code"] != "C_999"]["pathways"].sum()
    assert told.loc[told["stage"] == "decision_to_admit", "pathways"].sum() == decided
