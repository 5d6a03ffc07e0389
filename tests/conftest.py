"""Fixtures for every room: a home of its own, and the published files where a checkout has them beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
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
        pytest.skip("the published NHS files are not beside this checkout (../shared/data), so nothing to compare with")
    return folder


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Home:
    """A home with the demo data taken in: made once a session, whichever worker asks first, and shared by all.

    Copy it to run a batch in it or to load more. What models remember in it is keyed, so reports may share that.
    """
    from lsc_analytics.ingest import demo  # here: most tests need neither, and readers are slow to import
    from lsc_analytics.store.intake import take
    from lsc_analytics.store.pseudonym import KEY_VARIABLE, make_demo_key

    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "demo"
    key, taken = folder / "key", folder / "taken"
    folder.mkdir(exist_ok=True)
    with FileLock(folder / "lock"):
        if not taken.exists():
            make_demo_key(key)
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv(KEY_VARIABLE, str(key))
                report = take(Home(folder / "home"), demo.write(folder / "files"))
            assert not report.refused, [outcome.says for outcome in report.refused]
            taken.touch()
    return Home(folder / "home")
