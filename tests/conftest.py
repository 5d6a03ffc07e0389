"""Fixtures for every room: a home of its own, and the published files where a checkout has them beside it."""

from __future__ import annotations

import os

# Before numpy is imported: the workers of pytest-xdist share the cores, and one that starts a thread per core slows all.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from example_demo import DemoRun
from filelock import FileLock

from lsc_analytics.store.home import Home

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home, and the one that commands and notebooks of this test use."""
    monkeypatch.setenv("LSC_HOME", str(tmp_path / "home"))
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real published files, kept beside the checkout by the team and by CI; a user's machine has none."""
    folder = ROOT.parent / "shared" / "data"
    if not (folder / "rtt").is_dir():
        # The files are NHS England's and are not committed: whoever has none can check all but the comparison with them.
        pytest.skip("the published NHS files are not beside this checkout (../shared/data), so nothing to compare with")
    return folder


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[str, Callable[[Path], None]], Path]:
    """A folder that is made once a session, by whichever worker of pytest-xdist asks first: `once(name, make)`."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent

    def folder(name: str, make: Callable[[Path], None]) -> Path:
        made, unfinished = shared / name, shared / f"{name}-unfinished"
        with FileLock(shared / f"{name}.lock"):
            if not made.exists():
                shutil.rmtree(unfinished, ignore_errors=True)
                unfinished.mkdir()
                make(unfinished)
                unfinished.rename(made)
        return made

    return folder


@pytest.fixture(scope="session")
def demo_home(once: Callable[[str, Callable[[Path], None]], Path]) -> Home:
    """A home with the demo data taken in and no run made, shared by all tests: copy it to change it."""
    from lsc_analytics.ingest import demo  # here: most tests need neither, and readers are slow to import
    from lsc_analytics.store.intake import take
    from lsc_analytics.store.pseudonym import KEY_VARIABLE, make_demo_key
    from lsc_analytics.store.warehouse import Warehouse

    def make(folder: Path) -> None:
        make_demo_key(folder / "key")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(KEY_VARIABLE, str(folder / "key"))
            report = take(Home(folder / "home"), demo.write(folder / "files"))
        assert not report.refused, [outcome.says for outcome in report.refused]
        loaded = Warehouse(Home(folder / "home"))
        for view in (loaded.rtt, loaded.rtt_bands, loaded.dm01, loaded.dm01_bands):
            view(month="2026-01")  # the first question puts a view together, which every copy of the home then has

    return Home(once("demo-home", make) / "home")


@pytest.fixture(scope="session")
def demo_run(once: Callable[[str, Callable[[Path], None]], Path]) -> DemoRun:
    """The demo as a user without a terminal calls it, shared by all tests: copy its home to change it. It takes minutes."""

    def make(folder: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LSC_")}
        with (folder / "printed").open("w", encoding="utf-8") as printed:
            ended = subprocess.run(
                [Path(sys.executable).with_name("lsc"), "demo"],
                env=environment | {"LSC_HOME": str(folder / "home")},
                stdout=printed,
                stderr=subprocess.STDOUT,
                check=False,
            )
        (folder / "exit_code").write_text(str(ended.returncode), encoding="utf-8")

    folder = once("demo-run", make)
    exit_code = int((folder / "exit_code").read_text(encoding="utf-8"))
    return DemoRun(Home(folder / "home"), (folder / "printed").read_text(encoding="utf-8"), exit_code)
