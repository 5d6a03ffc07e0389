"""Files are taken once, in any order, and a bad one changes nothing that is stored."""

from __future__ import annotations

import hashlib
import random
import shutil
from pathlib import Path
from typing import Any

import psutil
import pytest
import rtt_files

from lsc_analytics.errors import RefusedFileError
from lsc_analytics.reference import cores
from lsc_analytics.store import intake
from lsc_analytics.store.home import Home
from lsc_analytics.store.intake import IntakeReport, Outcome, take
from lsc_analytics.store.warehouse import Warehouse

HISTORY = "month,provider_code,treatment_function_code,total_incomplete,within_18_weeks,over_52_weeks,over_65_weeks,over_78_weeks,over_104_weeks,decision_to_admit,median_wait_weeks,percentile_92_wait_weeks,clock_starts,admitted_stops,non_admitted_stops"


def history(path: Path, *rows: tuple[str, str, str, int, int | None]) -> Path:
    """A tidy history of our own layout: month, provider, function, total and over 52 weeks; the rest is blank."""
    lines = [
        f"{month},{provider},{function},{total},,{over or ''}{',' * 9}"
        for month, provider, function, total, over in rows
    ]
    path.write_text("\n".join([HISTORY, *lines]) + "\n", encoding="utf-8")
    return path


def january(folder: Path, name: str = "20260131-RTT-January-2026-full-extract.csv", *, more: int = 0) -> Path:
    """A small extract of January 2026; `more` pathways of RXN T&O make it tell another figure."""
    series = dict(rtt_files.SMALL)
    series["RXN", "00Q", "Part_2", "C_110"] = {2: 11 + more, 66: 9}
    return rtt_files.write(folder / name, rtt_files.extract(series))


def statuses(report: IntakeReport) -> list[str]:
    """What became of each file."""
    return [outcome.status for outcome in report.outcomes]


def contents(home: Home) -> dict[str, str]:
    """Every stored file and its digest."""
    return {
        path.relative_to(home.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.root.rglob("*"))
        if path.is_file() and path.name != ".ingest.lock"
    }


def total(home: Home, month: str, provider: str, function: str, measure: str = "total_incomplete") -> float:
    """One figure of the view."""
    rows = Warehouse(home).rtt(month=month, provider_code=provider, treatment_function_code=function, measure=measure)
    return rows["value"].item()


def test_a_file_is_taken_and_kept_by_its_digest(home: Home, tmp_path: Path) -> None:
    """The figures are in the view with the file they came from, and the raw file is kept byte for byte."""
    path = january(tmp_path)
    report = take(home, [path])
    assert statuses(report) == ["loaded"]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (home.raw / f"{digest}.csv").read_bytes() == path.read_bytes()
    rows = Warehouse(home).rtt(provider_code="RXN", measure="total_incomplete", treatment_function_code="C_110")
    assert rows[["value", "file_sha256"]].to_numpy().tolist() == [[20.0, digest]]


def many(folder: Path) -> list[Path]:
    """A year of small histories with a damaged one and one twice among them."""
    files = [
        history(folder / f"{month}.csv", (f"2025-{month:02d}", "RXN", "C_110", month, 1)) for month in range(1, 12)
    ]
    files[4].write_text(f"{HISTORY}\n2025-05,RXN,C_110,not a count{',' * 11}\n", encoding="utf-8")
    return [*files[:6], shutil.copy(files[2], folder / "again.csv"), *files[6:]]


AS_THEY_SHOULD = ["loaded"] * 4 + ["refused", "loaded", "already loaded"] + ["loaded"] * 5


def test_many_files_are_read_by_several_processes(home: Home, tmp_path: Path) -> None:
    """What becomes of each is what would have become of it alone, in their order; loaded again, none is read again."""
    files = many(tmp_path)
    with intake._Readers(home, files) as readers:
        assert readers._pool is not None or cores() == 1
    report = take(home, files)
    assert statuses(report) == AS_THEY_SHOULD
    assert [outcome.file for outcome in report.outcomes] == [path.name for path in files]
    alone = Home(tmp_path / "one by one")
    for path in files:
        take(alone, [path])
    assert contents(home).keys() == contents(alone).keys()
    months = Warehouse(home).rtt(provider_code="RXN", measure="total_incomplete").set_index("month")["value"].to_dict()
    assert months == {f"2025-{month:02d}": float(month) for month in range(1, 12) if month != 5}
    assert set(statuses(take(home, files))) == {"already loaded", "refused"}


def test_a_reader_that_is_killed_costs_only_time(home: Home, tmp_path: Path) -> None:
    """Every process that reads ahead is killed after the second file; this one reads the rest."""
    taken = []

    def kill(outcome: Outcome) -> None:
        taken.append(outcome.file)
        if len(taken) == 2:
            for child in psutil.Process().children():
                if "spawn_main" in " ".join(child.cmdline()):
                    child.kill()

    report = take(home, many(tmp_path), tell=kill)
    assert statuses(report) == AS_THEY_SHOULD


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.unlink() or path.write_bytes(b"")])
def test_a_damaged_partition_is_made_again_from_the_raw_file(home: Home, tmp_path: Path, harm: Any) -> None:
    """What is stored is written read-only; whoever removes it all the same can load the raw file that the home keeps."""
    take(home, [january(tmp_path)])
    before = contents(home)
    (partition,) = (home.tables / "rtt_observations").glob("*.parquet")
    assert not partition.stat().st_mode & 0o222
    harm(partition)
    report = take(home, [home.raw])
    assert statuses(report) == ["loaded"]
    assert "had been damaged" in report.outcomes[0].says
    assert contents(home) == before
    assert statuses(take(home, [home.raw])) == ["already loaded"]


def test_nonc_is_kept_as_its_own_scope(home: Home, tmp_path: Path) -> None:
    """Provider figures leave out what England does not commission; it can be asked for."""
    take(home, [january(tmp_path)])
    assert total(home, "2026-01", "RXL", "C_100") == 100
    apart = Warehouse(home).rtt(scope="nonc", measure="total_incomplete", treatment_function_code="C_100")
    assert apart["value"].tolist() == [7.0]


def test_the_same_file_twice_changes_nothing(home: Home, tmp_path: Path) -> None:
    """A file known by its digest, under whatever name, is said to be loaded already and nothing is written."""
    take(home, [january(tmp_path)])
    before = contents(home)
    again = shutil.copy(tmp_path / "20260131-RTT-January-2026-full-extract.csv", tmp_path / "another name.csv")
    assert statuses(take(home, [Path(again)])) == ["already loaded"]
    assert contents(home) == before


def test_another_figure_without_a_word_of_revision_is_refused(home: Home, tmp_path: Path) -> None:
    """Both numbers and the file loaded before are named, and nothing stored changes."""
    take(home, [january(tmp_path)])
    before = contents(home)
    report = take(home, [january(tmp_path, "20260131-RTT-January-2026-full-extract-copy.csv", more=5)])
    assert statuses(report) == ["refused"]
    said = report.outcomes[0].says
    assert "says 25 for" in said
    assert "says 20" in said
    assert "20260131-RTT-January-2026-full-extract.csv" in said
    assert contents(home) == before


@pytest.mark.parametrize("revision_first", [False, True])
def test_a_revised_file_wins_whenever_it_is_loaded(home: Home, tmp_path: Path, revision_first: bool) -> None:
    """The file that says it is revised is read, loaded first or last, and both stay stored."""
    paths = [january(tmp_path), january(tmp_path, "20260131-RTT-January-2026-full-extract-revised.csv", more=5)]
    for path in reversed(paths) if revision_first else paths:
        assert statuses(take(home, [path])) == ["loaded"]
    assert total(home, "2026-01", "RXN", "C_110") == 25
    assert len(Warehouse(home).files()) == 2


def test_the_best_source_is_read_and_a_blank_replaces_nothing(home: Home, tmp_path: Path) -> None:
    """A full extract outranks a tidy history; what only the history has is read from it."""
    tidy = history(
        tmp_path / "history.csv",
        ("2025-12", "RXN", "C_110", 18, 2), ("2025-12", "RXN", "C_999", 18, 2), ("2026-01", "RXN", "C_110", 999, None), ("2026-01", "RXN", "C_999", 999, None),
    )  # fmt: skip
    assert statuses(take(home, [tidy, january(tmp_path)])) == ["loaded", "loaded"]
    assert total(home, "2026-01", "RXN", "C_110") == 20
    assert total(home, "2026-01", "RXN", "C_110", "over_52_weeks") == 9
    assert total(home, "2025-12", "RXN", "C_110") == 18


def test_the_order_of_loading_never_matters(tmp_path: Path) -> None:
    """Any order of the same files gives the same views and the same release."""
    paths = [
        january(tmp_path),
        january(tmp_path, "extract-revised.csv", more=5),
        history(tmp_path / "history.csv", ("2025-12", "RXN", "C_110", 18, 2), ("2025-12", "RXN", "C_999", 18, 2)),
    ]
    seen = set()
    for attempt in range(6):
        home = Home(tmp_path / f"home-{attempt}")
        take(home, random.Random(attempt).sample(paths, len(paths)))
        seen.add((Warehouse(home).release(), Warehouse(home).rtt().to_csv(), Warehouse(home).rtt_bands().to_csv()))
    assert len(seen) == 1


def test_one_bad_file_stops_no_other(home: Home, tmp_path: Path) -> None:
    """A folder with a damaged file loads the rest, and the report names the damaged one."""
    folder = tmp_path / "files"
    folder.mkdir()
    january(folder)
    (folder / "half.zip").write_bytes(b"PK\x03\x04 not a zip")
    (folder / "empty.csv").write_bytes(b"")
    (folder / "notes.txt").write_text("not looked at")
    report = take(home, [folder])
    assert sorted(statuses(report)) == ["loaded", "refused", "refused"]
    assert {outcome.file for outcome in report.refused} == {"half.zip", "empty.csv"}
    assert len(Warehouse(home).files()) == 1


def test_a_dry_run_writes_nothing(home: Home, tmp_path: Path) -> None:
    """What would happen is said, and the home is not even made."""
    assert statuses(take(home, [january(tmp_path)], dry_run=True)) == ["loaded"]
    assert not home.root.exists()


def test_demo_and_real_data_are_never_mixed(home: Home, tmp_path: Path) -> None:
    """A real home refuses demo data and says what to do, and the other way round."""
    demo = rtt_files.write(tmp_path / "demo.csv", rtt_files.extract(name="{} TRUST (DEMO DATA)"))
    take(home, [january(tmp_path)])
    assert home.kind == "real"
    report = take(home, [demo])
    assert statuses(report) == ["refused"]
    assert "LSC_HOME" in report.outcomes[0].says
    other = Home(tmp_path / "other")
    take(other, [demo])
    assert other.kind == "demo"
    with pytest.raises(RefusedFileError, match="never mixed"):
        other.become("real", file="x.csv")


def test_a_partition_the_register_does_not_name_is_not_read(home: Home, tmp_path: Path) -> None:
    """A crash between writing a partition and the register leaves the store as it was; the file can be taken again."""
    path = january(tmp_path)
    take(home, [path])
    register = home.tables / "files.parquet"
    register.unlink()
    assert Warehouse(home).rtt().empty
    assert statuses(take(home, [path])) == ["loaded"]
    assert not Warehouse(home).rtt().empty


def test_a_copied_home_works(home: Home, tmp_path: Path) -> None:
    """No path of the old place is needed, or found in the new one."""
    take(home, [january(tmp_path)])
    moved = Home(tmp_path / "elsewhere")
    shutil.copytree(home.root, moved.root)
    old = Warehouse(home).rtt().to_csv()
    shutil.rmtree(home.root)
    assert Warehouse(moved).rtt().to_csv() == old
    assert not any(str(tmp_path).encode() in path.read_bytes() for path in moved.root.rglob("*") if path.is_file())


CALLS = "data_kind,campaign,pathway_id,provider_code,treatment_function_code,attempt_number,channel,attempted_on,weeks_waiting,contacted,responded,response,also_worse"


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """Two call records."""
    path = tmp_path / "calls.csv"
    rows = [
        "live,Spring,PATHWAY-A,RXN,C_110,1,automated_call,2023-01-10,30,yes,yes,remain,no",
        "live,Spring,PATHWAY-B,RXN,C_110,1,automated_call,2023-01-10,31,yes,yes,leave,no",
    ]
    path.write_text("\n".join([CALLS, *rows]) + "\n")
    return path


def test_patient_level_files_are_not_kept_and_not_named(
    home: Home, tmp_path: Path, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the pseudonymised table is stored: the raw file is not, nor is any identifier, anywhere in the home."""
    key = tmp_path / "key"
    key.write_text("a key of more than sixteen bytes")
    monkeypatch.setenv("LSC_PSEUDONYM_KEY_FILE", str(key))
    assert statuses(take(home, [records])) == ["loaded"]
    assert not home.raw.exists()
    calls = Warehouse(home).chatbot_calls()
    assert calls["pathway_pseudonym"].str.fullmatch("[0-9a-f]{32}").all()
    assert not any(b"PATHWAY-" in path.read_bytes() for path in home.root.rglob("*") if path.is_file())


def test_the_same_attempts_in_another_file_are_refused(
    home: Home, tmp_path: Path, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An attempt is told once: a second file with it would count a patient twice."""
    key = tmp_path / "key"
    key.write_text("a key of more than sixteen bytes")
    monkeypatch.setenv("LSC_PSEUDONYM_KEY_FILE", str(key))
    take(home, [records])
    again = tmp_path / "again.csv"
    again.write_text(records.read_text() + "live,Spring,PATHWAY-C,RXN,C_110,1,text,2023-01-11,3,yes,no,,no\n")
    report = take(home, [again])
    assert statuses(report) == ["refused"]
    assert "2 of its 3 rows" in report.outcomes[0].says


def test_without_a_key_patient_level_files_are_refused(
    home: Home, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No key, no patient-level rows, not even under a guessed pseudonym."""
    monkeypatch.delenv("LSC_PSEUDONYM_KEY_FILE", raising=False)
    report = take(home, [records])
    assert statuses(report) == ["refused"]
    assert "LSC_PSEUDONYM_KEY_FILE" in report.outcomes[0].says
