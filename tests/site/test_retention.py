"""What a home can do without: old runs and results go, and a reader finds every page as it was."""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from example_run import cells, diagnostics, named, publish
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from lsc_analytics.batch import manifest as manifests
from lsc_analytics.batch.manifest import Manifest, Report
from lsc_analytics.cli import app
from lsc_analytics.errors import LscError
from lsc_analytics.site import landing, retention
from lsc_analytics.site.catalogue import Catalogue
from lsc_analytics.store.home import Home, write_text
from lsc_analytics.store.results import Results
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.tables import DATA_GAPS

ADDRESSES = ("forecast/RXN/C_110", "forecast/RTX/C_101", "diagnostics/RTX/1")


def again(home: Home, *reports: Report) -> Manifest:
    """A run that found these reports unchanged."""
    run = manifests.begin(home, code_version="c", data_release="d")
    for report in reports:
        manifests.note(home, run, replace(report, status="unchanged"))
    manifests.end(home, run)
    return run


def pages(home: Home) -> dict[str, tuple[Path, str]]:
    """What a reader can open: each address with its page and what is on it."""
    return {one.link: (one.page, one.page.read_text()) for one in Catalogue(home).reports()}


def left(home: Home) -> list[str]:
    """The runs that are there."""
    return sorted(path.name for path in home.runs.iterdir())


def pruned(home: Home, keep: int) -> list[str]:
    """What is left after a prune."""
    retention.prune(home, retention.spare(home, keep))
    return left(home)


def test_old_runs_go_and_the_newest_stay(home: Home) -> None:
    """Of four runs of one report two stay where two are asked for."""
    runs = [publish(home, {ADDRESSES[0]: str(number)}).run_id for number in range(4)]
    assert pruned(home, 2) == runs[2:]
    assert [page for _, page in pages(home).values()] == ["3"]
    assert [path.name for path in home.root.iterdir()] == ["runs"]


def test_a_run_that_others_rest_on_stays(home: Home) -> None:
    """The files of an unchanged report are an older run's; a page that no later run made is the only one."""
    lone = publish(home, {ADDRESSES[1]: "made once"})
    publish(home, {ADDRESSES[0]: "old"})
    made = publish(home, {ADDRESSES[0]: "new"})
    newest = again(home, *made.reports)
    assert pruned(home, 1) == [lone.run_id, made.run_id, newest.run_id]


def test_a_run_whose_word_an_address_rests_on_stays(home: Home) -> None:
    """Where data went back and the first page is current again, the run that says so stays, or the second would return."""
    first = publish(home, {ADDRESSES[0]: "first"})
    second = publish(home, {ADDRESSES[0]: "second", ADDRESSES[1]: "other"})
    back = again(home, *first.reports)
    newest = publish(home, {ADDRESSES[2]: "tests"})
    assert pruned(home, 1) == [first.run_id, second.run_id, back.run_id, newest.run_id]
    assert pages(home)["/voila/render/forecast/RXN/C_110.ipynb"][1] == "first"


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(("done", "failed", "back", "absent")), min_size=3, max_size=3), max_size=6),
    st.integers(1, 3),
)
def test_readers_find_the_same(history: list[list[str]], keep: int) -> None:
    """Whatever the runs came to, every address opens the same page before and after, and what is current stays reusable."""
    with tempfile.TemporaryDirectory() as folder:
        home, firsts = Home(Path(folder) / "home"), {}
        for number, row in enumerate(history):
            run = manifests.begin(home, code_version="c", data_release="d")
            for address, what in zip(ADDRESSES, row, strict=True):
                page = home.runs / run.run_id / f"{address}.html"
                given = {"address": address, "error": None, "seconds": 1.0, "sources": [], "output": None}
                if what in ("done", "failed"):
                    write_text(page, f"{address} {number}")
                    digest = {"rendered": manifests.sha256(page)}
                    said = {"rendered": page.relative_to(home.root).as_posix(), "sha256": digest, "key": str(page)}
                    report = Report("n.ipynb", named(address), status=what, **given, **said)
                    if what == "done":
                        firsts.setdefault(address, report)
                elif what == "back" and address in firsts:
                    report = replace(firsts[address], status="unchanged")
                else:
                    continue
                manifests.note(home, run, report)
            manifests.end(home, run)
        before, newest = pages(home), [run.run_id for run in manifests.read_all(home)][:keep]
        current = {one.page for one in Catalogue(home).reports()}
        home.runs.mkdir(parents=True, exist_ok=True)
        after = pruned(home, keep)
        assert pages(home) == before
        assert set(newest) <= set(after)
        assert current <= {home.root / str(report.rendered) for report in manifests.reusable(home).values()}
        assert pruned(home, keep) == after


def test_a_run_that_is_going_on_stops_everything(home: Home) -> None:
    """Nothing goes while it writes; a day after its last word it counts as killed, and goes when it is old."""
    runs = [publish(home, {ADDRESSES[0]: str(number)}).run_id for number in range(2)]
    going = manifests.begin(home, code_version="c", data_release="d").run_id
    newest = publish(home, {ADDRESSES[0]: "newest"}).run_id
    with pytest.raises(LscError, match=f"Run {going} is going on"):
        retention.spare(home, 1)
    assert left(home) == [*runs, going, newest]
    for path in (home.runs / going, home.runs / going / "manifest.json"):
        os.utime(path, (time.time() - 90_000, time.time() - 90_000))
    assert pruned(home, 1) == [newest]


def test_what_is_not_ours_stays(home: Home) -> None:
    """A folder without a manifest that can be read is nobody's to remove, and the landing page's figures stay."""
    shown = publish(home, {ADDRESSES[0]: "old"}).run_id
    landing.save(home.runs / shown, landing.overview(cells(), diagnostics(), families={}, run_on="", demo=True))
    for name, text in (("notes", None), ("20200101T000000Z", "{")):
        write_text(home.runs / name / ("manifest.json" if text else "kept.txt"), text or "mine")
    newest = publish(home, {ADDRESSES[0]: "new"}).run_id
    assert set(pruned(home, 1)) == {"notes", "20200101T000000Z", shown, newest}


def test_results_that_nothing_can_ask_for_go(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of other data, code or parameters; what today's data can use stays, of one family or of several together."""
    home.runs.mkdir(parents=True)
    results, nothing = Results(home), Warehouse(home).release()
    kept = [results.path(DATA_GAPS, release, {"trust": "RXN"}) for release in (nothing, ".".join((nothing, nothing)))]
    for release in (nothing, ".".join((nothing, nothing)), "0123456789ab", f"{nothing}.0123456789ab"):
        results.keep(DATA_GAPS, release, {"trust": "RXN"}, DATA_GAPS.empty())
    with monkeypatch.context() as other:
        other.setattr("lsc_analytics.store.results.code_version", lambda: "0.0.1+00000000")
        results.keep(DATA_GAPS, nothing, {"trust": "RXN"}, DATA_GAPS.empty())
    write_text(home.results / "data_gaps" / "ab12.parquet", "named as an earlier version did")
    views = home.results / "views" / "rtt-1.parquet"
    write_text(views, "the warehouse's own")
    assert len(retention.spare(home, 1).results) == 4
    pruned(home, 1)
    assert sorted(home.results.glob("*/*")) == sorted([*kept, views])
    pd.testing.assert_frame_equal(results.remembered(DATA_GAPS, nothing, {"trust": "RXN"}), DATA_GAPS.empty())


def test_the_command_says_what_would_go_and_then_does_it(home: Home) -> None:
    """`--dry-run` names and weighs what goes and leaves it; without it the same goes."""
    runs = [publish(home, {ADDRESSES[0]: "x" * 200_000}).run_id for _ in range(3)]
    write_text(home.root / "raw" / "a.csv", "published")
    said = CliRunner().invoke(app, ["prune", "--keep", "1", "--dry-run"], catch_exceptions=False).output
    assert said.splitlines()[:2] == [f"would go   run {run}" for run in runs[:2]]
    assert said.splitlines()[2] == "2 runs and 0 remembered results would go, 0.4 MB; runs that stay: 1."
    assert left(home) == runs
    done = CliRunner().invoke(app, ["prune", "--keep", "1"], catch_exceptions=False).output
    assert done.splitlines()[2] == "2 runs and 0 remembered results are gone, 0.4 MB; runs that stay: 1."
    assert left(home) == runs[2:]
    assert (home.root / "raw" / "a.csv").exists()
