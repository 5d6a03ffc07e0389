"""The command says what it did, and its exit code says whether it was done."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import rtt_files
from example_demo import DemoRun

from lsc_analytics.store.home import Home
from lsc_analytics.store.warehouse import Warehouse

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.integration
COMMANDS = (
    "ingest",
    "fetch",
    "run",
    "serve",
    "demo",
    "demo-data",
    "tables",
    "table",
    "forecast",
    "mutual-aid",
    "export",
    "accuracy",
    "lab",
    "new-report",
    "check",
)


def lsc(
    *arguments: str | Path, home: Home, largest_file: int | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """The command as a user calls it; a disk that takes no file larger than so many bytes is as good as full."""
    command = [str(Path(sys.executable).with_name("lsc")), *map(str, arguments)]
    if largest_file is not None:
        limit = f"import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({largest_file},) * 2); os.execv(sys.argv[1], sys.argv[1:])"
        command = [sys.executable, "-B", "-c", limit, *command]
        more |= {
            "PYTHONDONTWRITEBYTECODE": "1"
        }  # Python 3.11 keeps what it could write of a module, and cannot read it
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(home.root.parent), "LSC_HOME": str(home.root), **more}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture
def loaded(demo_home: Home, tmp_path: Path) -> Home:
    """A home of this test's own with the demo data loaded."""
    copied = Home(tmp_path / "home")
    shutil.copytree(demo_home.root, copied.root)
    return copied


def test_every_command_explains_itself(home: Home) -> None:
    """The command lists its verbs, and each has words of its own."""
    listed = lsc("--help", home=home).stdout
    for command in COMMANDS:
        assert re.search(rf"^\s+{command}\s+\w", listed, re.MULTILINE)
    said = lsc("ingest", "--help", home=home)
    assert said.returncode == 0
    assert "Load published files" in said.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ingest", "nowhere"), "There is no nowhere"),
        (("run", "--only", "trust"), "does not say name=value"),
        (("run", "--workers", "many"), "should be a valid integer"),
        (("table", "secrets"), "There is no table 'secrets'"),
        (("table", "rtt", "--output", "x.xlsx"), "neither csv nor parquet"),
        (("fetsch",), "No such command"),
    ],
)
def test_a_wrong_command_ends_with_two(home: Home, arguments: tuple[str, ...], said: str) -> None:
    """A wrong argument is named in a sentence, without a traceback, and nothing is made."""
    ended = lsc(*arguments, home=home)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not home.root.exists()


def test_a_refused_file_ends_with_one_and_the_rest_is_loaded(home: Home, tmp_path: Path) -> None:
    """The damaged file is named with what to do; the good one is in the store."""
    folder = tmp_path / "files"
    folder.mkdir()
    rtt_files.write(folder / "20260131-RTT-January-2026-full-extract.csv", rtt_files.extract())
    (folder / "broken.xlsx").write_bytes(b"not a workbook")
    ended = lsc("ingest", folder, home=home)
    assert ended.returncode == 1
    assert "refused          broken.xlsx" in ended.stdout
    assert "Files: 1 loaded, 1 refused." in ended.stdout
    assert lsc("ingest", folder / "20260131-RTT-January-2026-full-extract.csv", home=home).returncode == 0


def test_a_full_disk_is_said_and_loses_nothing(home: Home, tmp_path: Path) -> None:
    """A file that finds no room is refused, a run ends with a sentence, and both go on once there is room."""
    extract = rtt_files.write(tmp_path / "20260131-RTT-January-2026-full-extract.csv", rtt_files.extract())
    full = lsc("ingest", extract, home=home, largest_file=1_000)
    assert full.returncode == 1
    assert (
        "refused          20260131-RTT-January-2026-full-extract.csv: It could not be stored (File too large)."
        in full.stdout
    )
    assert Warehouse(home).files().empty
    assert lsc("ingest", extract, home=home).returncode == 0
    run = lsc("run", "--only", "notebook=data_quality", home=home, largest_file=10)
    assert run.returncode == 1
    assert run.stderr.startswith("lsc: There is no room to write in (File too large).")
    assert not list(home.runs.rglob("*.html"))
    assert len(Warehouse(home).files()) == 1


def test_a_run_on_an_empty_home_skips_every_family_and_says_why(home: Home, tmp_path: Path) -> None:
    """Nothing loaded is no failure: each family is skipped with the remedy; the manifest and the CI job's page say so."""
    page = tmp_path / "summary.md"
    page.write_text("What another step said.\n")
    ended = lsc("run", home=home, GITHUB_STEP_SUMMARY=str(page))
    assert ended.returncode == 0, ended.stderr
    assert "No RTT data are loaded. Load some with `lsc ingest`." in ended.stdout
    (path,) = home.runs.glob("*/manifest.json")
    told = json.loads(path.read_text())
    assert {report["status"] for report in told["reports"]} == {"skipped"}
    assert [stage["title"] for stage in told["stages"]] == ["What changed", "Reports"]
    assert page.read_text().startswith(f"What another step said.\n### Reports: {len(told['reports'])} skipped\n")


def test_one_report_can_be_made_and_is_left_alone_the_second_time(loaded: Home) -> None:
    """`--only` makes the one asked for; unchanged, it is not made again."""
    only = ("run", "--only", "notebook=data_quality")
    first, second = lsc(*only, home=loaded), lsc(*only, home=loaded)
    assert (first.returncode, second.returncode) == (0, 0), first.stdout + first.stderr
    assert "1 done" in first.stdout
    assert "1 unchanged" in second.stdout


def test_a_run_in_which_nothing_changed_asks_no_model(demo_run: DemoRun, tmp_path: Path) -> None:
    """Every report of the demo is left as it is, and what they rest on is not so much as looked at."""
    home = Home(tmp_path / "home")
    shutil.copytree(demo_run.home.root, home.root)
    ended = lsc("run", "--runs", str(ROOT / "parameters" / "runs" / "demo.yml"), home=home)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(max(home.runs.glob("*/manifest.json")).read_text())
    assert {report["status"] for report in told["reports"]} == {"unchanged"}
    assert [stage["title"] for stage in told["stages"]] == ["What changed", "Reports"]


def test_a_runs_file_with_an_unknown_parameter_runs_nothing(loaded: Home, tmp_path: Path) -> None:
    """A misspelt parameter ends with two, names notebook and parameter, and leaves no run."""
    runs = tmp_path / "runs.yml"
    runs.write_text(
        "title: Wrong\nreports:\n"
        "  - {notebook: forecast, family: rtt, trust: every, specialty: every, parameters: {standard_week: 65}}\n"
    )
    ended = lsc("run", "--runs", runs, home=loaded)
    assert ended.returncode == 2
    assert "standard_week" in ended.stderr
    assert not list(loaded.runs.glob("*")) if loaded.runs.exists() else True


def test_tables_can_be_taken_out(loaded: Home, tmp_path: Path) -> None:
    """Every listed table that needs no model comes as csv and parquet with the columns it is described with."""
    listed = lsc("tables", home=loaded).stdout
    columns = re.findall(r"^  (\w+)", listed.split("rtt_position:")[1].split("rtt_flows:")[0], re.MULTILINE)
    target = tmp_path / "position.csv"
    ended = lsc("table", "rtt_position", "--output", target, home=loaded)
    assert ended.returncode == 0, ended.stderr
    assert list(pd.read_csv(target).columns) == columns
    parquet = tmp_path / "chatbot.parquet"
    lsc("table", "chatbot_outcomes", "--output", parquet, home=loaded)
    told = pd.read_parquet(parquet)
    assert not told["leave"].isin([str(count) for count in range(1, 8)]).any()
    assert "pathway_pseudonym" not in listed


def test_check_finds_the_shipped_parameters_in_order(home: Home) -> None:
    """The repository's own parameter files and notebooks pass."""
    ended = lsc("check", home=home)
    assert ended.returncode == 0, ended.stderr


def test_a_forecast_is_written_with_the_fixed_columns(loaded: Home, tmp_path: Path) -> None:
    """The columns that other tools read, months and codes as text, and only the providers asked for."""
    target = tmp_path / "forecast.csv"
    ended = lsc(
        "forecast",
        "rtt",
        "--as-of",
        "2026-01",
        "--horizon",
        "2",
        "--providers",
        "RXL,RTX",
        "--output",
        target,
        home=loaded,
    )
    assert ended.returncode == 0, ended.stderr
    told = pd.read_csv(target)
    assert list(told.columns) == [
        "provider_code", "treatment_function_code", "measure", "target_month", "mean", "median", "lower_80", "upper_80",
        "lower_95", "upper_95", "probability_any", "method",
    ]  # fmt: skip
    assert set(told["provider_code"]) == {"RXL", "RTX"}
    assert set(told["target_month"]) == {"2026-02", "2026-03"}
    wrong = lsc("forecast", "rtt", "--as-of", "2026-01", "--horizon", "13", "--output", target, home=loaded)
    assert wrong.returncode == 2
