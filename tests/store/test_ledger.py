"""Every forecast is kept as it was made, once, and nothing that is kept is ever changed."""

from __future__ import annotations

import datetime as dt
import multiprocessing
from pathlib import Path

import pandas as pd
import pytest

from lsc_analytics.errors import TableError
from lsc_analytics.reference import add_months
from lsc_analytics.store import ledger
from lsc_analytics.store.home import Home
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.tables import DM01_FORECAST, FILES, FORECASTS_KEPT, RTT_FORECAST

NOON = dt.datetime(2026, 3, 12, 12, tzinfo=dt.UTC)


def forecasts(
    as_of: str = "2026-01", trust: str = "RXL", methods: tuple[str, ...] = ("last_value", "drift")
) -> pd.DataFrame:
    """Three months of a list by each of the methods, the last value leading."""
    rows = [
        {
            "as_of": as_of, "provider_code": trust, "treatment_function_code": "C_110", "measure": "over_65_weeks",
            "target_month": add_months(as_of, step), "horizon": step, "horizon_label": "nowcast", "mean": 9.0,
            "median": 8.0, "lower_80": 4.0, "upper_80": 14.0, "lower_95": 1.0, "upper_95": 20.0, "probability_any": 0.99,
            "method": method, "chosen": method == "last_value",
        }
        for method in methods
        for step in (1, 2, 3)
    ]  # fmt: skip
    return RTT_FORECAST.check(pd.DataFrame(rows))


def partitions(home: Home) -> dict[Path, bytes]:
    """Every file of the ledger, with what is in it."""
    return {path: path.read_bytes() for path in (home.root / "ledger").rglob("*") if path.is_file()}


def test_an_empty_ledger_is_an_empty_table(home: Home) -> None:
    """Before anything is kept there is nothing to read, and that is no error."""
    assert ledger.kept(home).empty
    assert list(ledger.kept(home)) == FORECASTS_KEPT.names


def test_what_is_kept_is_what_was_said(home: Home) -> None:
    """Every row comes back as it was, with when and of what it was made."""
    assert ledger.keep(home, forecasts(), "release", made_at=NOON) == 6
    kept = FORECASTS_KEPT.check(ledger.kept(home))
    said = [name for name in RTT_FORECAST.names if name != "horizon_label"]
    order = [*RTT_FORECAST.grain]
    assert (
        kept[said].sort_values(order, ignore_index=True).equals(forecasts()[said].sort_values(order, ignore_index=True))
    )
    assert set(kept["made_at"]) == {"2026-03-12T12:00:00+00:00"}
    assert set(kept["data_release"]) == {"release"}


def test_the_same_run_twice_adds_nothing(home: Home) -> None:
    """Made again from the same data, parameters and code, whenever and in whatever order, the first stays as it was."""
    ledger.keep(home, forecasts(), "release", made_at=NOON)
    before = partitions(home)
    assert ledger.keep(home, forecasts().iloc[::-1], "release", made_at=NOON + dt.timedelta(days=1)) == 0
    assert partitions(home) == before


@pytest.mark.parametrize(
    "again",
    [
        lambda home: ledger.keep(home, forecasts(), "another release"),
        lambda home: ledger.keep(home, forecasts("2025-12"), "release"),
        lambda home: ledger.keep(home, forecasts(trust="RXN"), "release"),
        lambda home: ledger.keep(home, forecasts(methods=("last_value", "drift", "theta")), "release"),
    ],
    ids=["other data", "another origin", "another list", "another method"],
)
def test_anything_else_is_kept_beside_it(home: Home, again) -> None:
    """Other data, another origin, list or method adds a partition and leaves the first as it was."""
    ledger.keep(home, forecasts(), "release", made_at=NOON)
    before, state = partitions(home), ledger.state(home)
    assert again(home) > 0
    assert before.items() <= partitions(home).items()
    assert len(partitions(home)) == len(before) + 1
    assert ledger.state(home) != state


def test_only_the_lists_asked_for_are_read(home: Home) -> None:
    """Another list's file is not opened: a page costs as much among three thousand lists as among a hundred."""
    for trust in ("RXL", "RXN"):
        ledger.keep(home, forecasts(trust=trust), "release")
    assert len(ledger.kept(home)) == 12
    (other,) = (home.root / "ledger" / "rtt_forecast" / "2026-01").glob("RXL.C_110.*.parquet")
    other.write_bytes(b"no parquet")
    mine = {"provider_code": ["RXN"], "treatment_function_code": ["C_110"]}
    assert set(ledger.kept(home, mine)["provider_code"]) == {"RXN"}
    assert ledger.kept(home, mine | {"treatment_function_code": ["C_100"]}).empty


def test_a_partition_of_several_lists_is_read_for_each(home: Home) -> None:
    """Its name says nothing of whose it is, so it is opened."""
    ledger.keep(home, pd.concat([forecasts(trust=trust) for trust in ("RXL", "RXN")]), "release")
    assert set(ledger.kept(home, {"provider_code": ["RXN"]})["provider_code"]) == {"RXN"}


def test_what_was_loaded_then_is_kept_with_it(home: Home) -> None:
    """The last RTT month of any file loaded; files of other families, or refused ones, say nothing of it."""
    files = [
        ("a", "loaded", "rtt", "2026-01"), ("b", "loaded", "dm01", "2026-03"), ("c", "known, not used", "rtt", "2026-05")
    ]  # fmt: skip
    rows = [
        dict.fromkeys(FILES.names, "x") | {"file_sha256": name, "status": status, "family": family, "last_month": month}
        | {"source_rank": 1, "revised": False, "demo": False, "providers": 1, "rows": 1}
        for name, status, family, month in files
    ]  # fmt: skip
    Warehouse(home).write_register(FILES.check(pd.DataFrame(rows)))
    ledger.keep(home, forecasts("2025-11"), "release")
    assert set(ledger.kept(home)["loaded_until"]) == {"2026-01"}


def test_a_frame_that_is_no_forecast_is_refused_whole(home: Home) -> None:
    """A value that no forecast has leaves nothing behind, not even half a file."""
    with pytest.raises(TableError):
        ledger.keep(home, forecasts().assign(upper_95=-1.0), "release")
    assert ledger.kept(home).empty
    assert partitions(home) == {}


def test_a_file_that_is_being_written_is_not_read(home: Home) -> None:
    """What a killed run left half written is no part of the ledger."""
    ledger.keep(home, forecasts(), "release")
    folder = next(iter(partitions(home))).parent
    (folder / ".writing-x.parquet").write_bytes(b"half")
    assert len(ledger.kept(home)) == 6


def keep_one(root: str, trust: str) -> None:
    """One worker's forecast."""
    ledger.keep(Home(Path(root)), forecasts(trust=trust), "release", made_at=NOON)


def test_workers_keep_side_by_side(home: Home) -> None:
    """Two processes that keep different lists, and the same one twice, lose nothing and double nothing."""
    calls = [(str(home.root), trust) for trust in ("RXL", "RXN", "RXL", "RTX")]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.starmap(keep_one, calls)
    kept = FORECASTS_KEPT.check(ledger.kept(home))
    assert kept["provider_code"].value_counts().to_dict() == {"RXL": 6, "RXN": 6, "RTX": 6}


def test_tests_are_kept_apart_from_specialties(home: Home) -> None:
    """DM01's forecasts have a folder and a state of their own; to keep one changes nothing of the other."""
    ledger.keep(home, forecasts(), "release", made_at=NOON)
    before = ledger.state(home)
    of_tests = (
        forecasts().rename(columns={"treatment_function_code": "diagnostic_test_code"}).assign(diagnostic_test_code="1")
    )
    assert ledger.keep(home, DM01_FORECAST.check(of_tests), "release", "dm01", made_at=NOON) == 6
    assert ledger.state(home) == before
    assert len(ledger.kept(home)) == 6
    assert set(ledger.kept(home, family="dm01")["diagnostic_test_code"]) == {"1"}
