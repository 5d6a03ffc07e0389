"""The runner: each report in a process of its own, one that fails or dies costs only itself, and a killed run goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import papermill
import plain_page
import pytest

from lsc_analytics.batch import manifest as manifests
from lsc_analytics.batch import progress, runner
from lsc_analytics.batch.manifest import Manifest, Report
from lsc_analytics.batch.matrix import Due
from lsc_analytics.store.home import Home

SOURCES = [{"file": "january.csv", "sha256": "ab12"}]
PROVENANCE = f"display({{'application/vnd.lsc.provenance+json': {{'sources': {SOURCES}}}}}, raw=True)"


def due(name: str, code: str = "C_999", release: str = "r1") -> Due:
    """A report that is due."""
    return Due(f"notebooks/{name}.ipynb", f"{name}/RXN/{code}", {"trust": "RXN", "specialty": code}, release)


def made(home: Home, notebooks: Path, *reports: Due, **options: Any) -> Manifest:
    """A run of these reports."""
    settings = {"render": plain_page.render, "code_version": "v1", "data_release": "all1", "workers": 2}
    settings |= {"notebooks": notebooks, "progress": progress.silently, **options}
    return runner.run(home, reports, **settings)


def only(manifest: Manifest) -> Report:
    """The one report of a run."""
    (report,) = manifest.reports
    return report


def test_a_report_is_executed_rendered_and_written_down(home: Home, notebooks: Path, write: Any) -> None:
    """The manifest has the fixed keys, the files are where it says, and plain Papermill makes the same of it."""
    write("forecast", "print(f'{trust} {specialty} {42257:,}')", PROVENANCE)
    home.become("demo", file="a.csv")
    run = made(home, notebooks, due("forecast", "C_110"))
    folder = home.runs / run.run_id
    content = json.loads((folder / "manifest.json").read_text())
    assert list(content) == ["run_id", "started", "finished", "code_version", "data_release", "reports", "stages"]
    (report,) = content["reports"]
    assert set(report) == {
        "notebook", "parameters", "output", "rendered", "status", "error", "seconds", "sources", "address", "key", "sha256",
    }  # fmt: skip
    assert (report["status"], report["error"], report["sources"]) == ("done", None, SOURCES)
    assert report["notebook"] == "notebooks/forecast.ipynb"
    assert report["output"] == f"runs/{run.run_id}/forecast/RXN/C_110.ipynb"
    assert report["rendered"] == f"runs/{run.run_id}/forecast/RXN/C_110.html"
    page = (home.root / report["rendered"]).read_text()
    assert page.startswith("<title>forecast/RXN/C_110</title>RXN C_110 42,257")
    context = json.loads(page.partition("<script>")[2].partition("</script>")[0])
    assert (context["kind"], context["run_id"], context["sources"]) == ("demo", run.run_id, SOURCES)
    executed = (home.root / report["output"]).read_text()
    assert str(home.root.parent) not in executed  # a copied home carries no path of this machine
    again = papermill.execute_notebook(
        notebooks / "forecast.ipynb", None, parameters=report["parameters"], progress_bar=False
    )
    assert [cell.get("outputs") for cell in again.cells] == [
        cell.get("outputs") for cell in nbformat.reads(executed, 4).cells
    ]
    assert not (folder / "finished.jsonl").exists()


def test_a_failure_stops_no_other(home: Home, notebooks: Path, write: Any) -> None:
    """Failing, slow and unrenderable reports say which cell and why; the one after them is done."""
    write("broken", "", "fine = 1", "\n# a comment\nbands = {}['C_110']  # not there")
    write("slow", "import time; time.sleep(30)")
    write("good", "1")
    reports = [due("broken"), due("slow"), due("good")]
    run = made(home, notebooks, *reports, seconds_per_cell=1)
    said = {report.address.partition("/")[0]: report for report in run.reports}
    assert [said[name].status for name in ("broken", "slow", "good")] == ["failed", "failed", "done"]
    assert said["broken"].error == "Cell 4, `# a comment`: KeyError: 'C_110'"
    assert said["slow"].error is not None
    assert said["slow"].error.startswith(
        "Cell 3, `import time; time.sleep(30)`: CellTimeout: The cell took longer than 1 s."
    )
    assert said["broken"].rendered is None
    assert "KeyError" in (home.root / str(said["broken"].output)).read_text()
    assert len(run.failed) == 2
    text = progress.summary(run)
    assert "1 done, 2 failed, in " in text
    assert "  broken/RXN/C_999: Cell 4, `# a comment`: KeyError: 'C_110'" in text


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits what a process holds")
def test_a_notebook_that_eats_memory_costs_only_itself(home: Home, notebooks: Path, write: Any) -> None:
    """It is refused the memory in the cell that asks for it, and the machine and the other reports never notice."""
    write("forecast", "x = 1", "eaten = bytearray(2**30)", "print(len(eaten))")
    write("chatbot", "print(trust)")
    run = made(home, notebooks, due("forecast"), due("chatbot"), memory_mb=512)
    told = {report.address: report for report in run.reports}
    said = "Cell 4, `eaten = bytearray(2**30)`: MemoryError: a report may take 512 MB (`memory_mb` in the runs file)."
    assert told["forecast/RXN/C_999"].error == said
    assert told["chatbot/RXN/C_999"].status == "done"
    roomy = made(home, notebooks, due("forecast"), memory_mb=4_096)
    assert only(roomy).status == "done"


@pytest.mark.parametrize(
    "harm",
    ["path.unlink()", "path.unlink(); path.write_bytes(b'mine')", "path.chmod(0o600); path.write_bytes(b'mine')"],
)
def test_a_notebook_that_writes_to_the_store_is_found_out(home: Home, notebooks: Path, write: Any, harm: str) -> None:
    """Its report fails and names the file; what it writes elsewhere, and what an ingest adds meanwhile, is no harm."""
    stored = home.tables / "rtt_observations" / "ab12.parquet"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(b"figures")
    find = (
        "import os, pathlib; path = pathlib.Path(os.environ['LSC_HOME'], 'tables', 'rtt_observations', 'ab12.parquet')"
    )
    write("forecast", find, harm)
    write("chatbot", find, "path.with_name('cd34.parquet').write_bytes(b'loaded meanwhile')")
    harmless, harmful = (made(home, notebooks, due(name)) for name in ("chatbot", "forecast"))
    assert only(harmless).status == "done"
    assert only(harmful).status == "failed"
    assert str(only(harmful).error).startswith(
        "It changed or removed what is stored: tables/rtt_observations/ab12.parquet."
    )


def test_data_that_the_runs_file_does_not_name_fail_the_report(home: Home, notebooks: Path, write: Any) -> None:
    """Or its page would stay as it is when they change: the sentence says what to add."""
    told = PROVENANCE.replace("'sources'", "'families': ['action_log', 'plan', 'rtt'], 'sources'")
    write("forecast", told)
    reports = [
        replace(due("forecast", code), reads=reads) for code, reads in (("C_110", ("rtt",)), ("C_120", ("rtt", "plan")))
    ]
    run = made(home, notebooks, *reports)
    status = {report.address: (report.status, report.error) for report in run.reports}
    assert status["forecast/RXN/C_120"] == ("done", None)
    failed, says = status["forecast/RXN/C_110"]
    assert failed == "failed"
    assert "add `also: [plan]`" in str(says)


def test_a_page_that_cannot_be_rendered(home: Home, notebooks: Path, write: Any) -> None:
    """The executed notebook stays, the report is failed and the sentence says that it was the page."""
    write("forecast", "1")
    report = only(made(home, notebooks, due("forecast"), render=plain_page.broken))
    assert (report.status, report.rendered) == ("failed", None)
    assert report.error == "The page could not be rendered. ValueError: the template has no title"
    assert (home.root / str(report.output)).exists()


def test_what_a_notebook_does_to_its_process_stays_there(home: Home, notebooks: Path, write: Any) -> None:
    """Settings, modules and the environment that one notebook spoils are whole for the next."""
    write("poison", "import pandas, os\npandas.options.display.max_rows = 1; pandas.leak = 1; os.environ['LEAK'] = '1'")
    write("tasting", "import pandas, os\nprint(hasattr(pandas, 'leak'), 'LEAK' in os.environ, os.environ['LSC_HOME'])")
    run = made(home, notebooks, due("poison"), due("tasting"), due("tasting", "C_110"), workers=1)
    assert {report.status for report in run.reports} == {"done"}
    for report in run.reports[1:]:
        assert f"False False {home.root}" in (home.root / str(report.rendered)).read_text()


def test_a_killed_child_is_tried_once_more(home: Home, notebooks: Path, write: Any, tmp_path: Path) -> None:
    """A process killed from outside costs only its own report: retried once, then reported, the rest done."""
    kill = "import os, signal\nopen(tried, 'a').write('x')\n{} os.kill(os.getpid(), signal.SIGKILL)"
    always, once = tmp_path / "always", tmp_path / "once"
    write("always", kill.format("True and"), parameters=f"tried = {str(always)!r}")
    write("once", kill.format("len(open(tried).read()) == 1 and"), parameters=f"tried = {str(once)!r}")
    write("good", "1")
    reports = [Due(f"notebooks/{name}.ipynb", f"{name}/RXN/C_999", {}, "r") for name in ("always", "once")]
    run = made(home, notebooks, *reports, *(due("good", f"C_{n}") for n in range(3)))
    status = {report.address: report.status for report in run.reports}
    assert status.pop("always/RXN/C_999") == "failed"
    assert set(status.values()) == {"done"}
    assert len(status) == 4
    assert (always.read_text(), once.read_text()) == ("xx", "xx")
    (failed,) = run.failed
    assert failed.error == "Its process was killed (SIGKILL), perhaps for want of memory. It was tried 2 times."


def test_only_what_changed_is_made_again(home: Home, notebooks: Path, write: Any) -> None:
    """Unchanged reports point at the earlier files; other data, parameters, notebook or code make them due, as does loss."""
    write("forecast", "print(trust)", PROVENANCE)
    first = only(made(home, notebooks, due("forecast")))
    second = only(made(home, notebooks, due("forecast")))
    assert (second.status, second.output, second.rendered) == ("unchanged", first.output, first.rendered)
    assert second.sources == SOURCES
    asked = [due("forecast"), due("forecast", "C_110"), due("forecast", "C_120", "r2")]
    assert runner.changed(home, asked, code_version="v1", notebooks=notebooks) == asked[1:]
    assert runner.changed(home, asked, code_version="v2", notebooks=notebooks) == asked
    third = made(home, notebooks, *asked)
    assert [report.status for report in third.reports] == ["done", "done", "unchanged"]
    assert only(made(home, notebooks, due("forecast", release="r2"))).status == "done"
    assert only(made(home, notebooks, due("forecast"), code_version="v2")).status == "done"
    (home.root / str(first.rendered)).write_text("tampered with")
    again = only(made(home, notebooks, due("forecast")))
    assert again.status == "done"
    write("forecast", "print(specialty)", PROVENANCE)
    assert only(made(home, notebooks, due("forecast"))).status == "done"


def test_a_failed_report_is_tried_again_and_a_lost_home_is_made_again(home: Home, notebooks: Path, write: Any) -> None:
    """A failure is never called unchanged, and without `runs/` every report is due."""
    write("forecast", "1 / 0")
    assert only(made(home, notebooks, due("forecast"))).status == "failed"
    assert only(made(home, notebooks, due("forecast"))).status == "failed"
    write("forecast", "1 / 1")
    assert only(made(home, notebooks, due("forecast"))).status == "done"
    home.runs.rename(home.root / "elsewhere")
    assert only(made(home, notebooks, due("forecast"))).status == "done"


def test_charts_are_checked_in_the_first_report_of_each_notebook(home: Home, notebooks: Path, write: Any) -> None:
    """A chart that Vega-Lite's schema refuses fails the first report, and so the run; the others draw the same unchecked."""
    draw = "import altair, pandas\nfrom lsc_analytics.reporting import charts\ncharts.renderer.enable()\n"
    chart = "altair.Chart(pandas.DataFrame({'a': [1]})).mark_bar().encode(x=altair.X('a:Q', axis={'grid': %s}))"
    write("wrong", f"{draw}{chart % 3}", PROVENANCE)
    wrong = made(home, notebooks, due("wrong"), due("wrong", "C_110"), workers=1)
    (failed,) = wrong.failed
    assert failed.parameters["specialty"] == "C_999"
    assert "SchemaValidationError" in str(failed.error)
    write("right", f"{draw}{chart % True}", PROVENANCE)
    right = made(home, notebooks, due("right"), due("right", "C_110"))
    drawn = [nbformat.read(home.root / str(report.output), as_version=4).cells[2].outputs for report in right.reports]
    assert drawn[0] == drawn[1]
    assert drawn[0][0].data["text/plain"] == "Chart: not described"


def test_a_skipped_family_is_a_row_with_its_reason(home: Home, notebooks: Path, write: Any) -> None:
    """Nothing is run for it and nothing fails."""
    write("chatbot", "1 / 0")
    skipped = Due("notebooks/chatbot.ipynb", "chatbot", {}, "", "No Chatbot call records are loaded.")
    run = made(home, notebooks, skipped)
    report = only(run)
    assert (report.status, report.error, report.output) == ("skipped", "No Chatbot call records are loaded.", None)
    assert run.failed == []


def test_the_stock_kernel_makes_the_same_report(home: Home, notebooks: Path, write: Any) -> None:
    """`engine="kernel"` is the fallback: the same outputs, by way of kernels that do not disturb each other."""
    write("forecast", "print(specialty)\n{'waiting': 42257}", PROVENANCE)
    reports = [due("forecast", "C_100"), due("forecast", "C_110")]
    ours = made(home, notebooks, *reports)
    theirs = made(home, notebooks, *reports, engine="kernel", code_version="v2")
    assert [report.status for report in theirs.reports] == ["done", "done"]
    for here, there in zip(ours.reports, theirs.reports, strict=True):
        cells = [nbformat.read(home.root / str(report.output), 4).cells for report in (here, there)]
        assert [cell.outputs for cell in cells[0]] == [cell.outputs for cell in cells[1]]


RUN = """
import sys
from pathlib import Path
from lsc_analytics.batch import progress, runner
from lsc_analytics.batch.matrix import Due
from lsc_analytics.store.home import Home
import plain_page

home, notebooks = Home(Path(sys.argv[1])), Path(sys.argv[2])
due = [Due("notebooks/forecast.ipynb", f"forecast/RXN/C_{n}", {"specialty": f"C_{n}"}, "r1") for n in range(12)]
run = runner.run(home, due, render=plain_page.render, code_version="v1", data_release="a", workers=2, notebooks=notebooks)
print(progress.summary(run))
"""


def test_a_killed_run_goes_on_where_it_stopped(home: Home, notebooks: Path, write: Any) -> None:
    """After SIGKILL in the middle, what was finished is unchanged, the rest is done, and no file is half written."""
    write("forecast", "import time; time.sleep(0.25)", parameters='specialty = ""')
    here = Path(__file__).parent
    command = [sys.executable, "-c", RUN, str(home.root), str(notebooks)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(here), str(here.parent.parent)])}
    killed = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert killed.stdout is not None
    for line in killed.stdout:
        if line.startswith("[4/"):
            break
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    (interrupted,) = manifests.read_all(home)
    assert interrupted.finished is None
    finished = len(interrupted.reports)
    assert 4 <= finished < 12
    time.sleep(1)  # its last two workers may still be writing
    assert not list(home.runs.rglob(".writing-*"))
    resumed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert f"{12 - finished} done, {finished} unchanged" in resumed.stdout
    latest, _ = manifests.read_all(home)
    assert len(latest.reports) == 12
    for report in latest.reports:
        assert (home.root / str(report.rendered)).read_text().startswith(f"<title>{report.address}")
        nbformat.validate(nbformat.read(home.root / str(report.output), 4))


def test_a_line_cut_short_by_a_kill_is_left_out(home: Home) -> None:
    """The last line of a run that was killed while writing it is no report."""
    run = manifests.begin(home, code_version="v1", data_release="a")
    row = Report("notebooks/forecast.ipynb", {}, None, None, "failed", "x", 0.1, [], "forecast/RXN/C_110")
    manifests.note(home, run, row)
    with (home.runs / run.run_id / "finished.jsonl").open("a") as lines:
        lines.write('{"notebook": "notebooks/fore')
    assert manifests.read(home.runs / run.run_id).reports == [row]


def test_runs_of_one_second_have_folders_of_their_own(home: Home) -> None:
    """Names are unique and sort by age."""
    names = [manifests.begin(home, code_version="v", data_release="a").run_id for _ in range(3)]
    assert len(set(names)) == 3
    assert [run.run_id for run in manifests.read_all(home)] == sorted(names, reverse=True)


def test_tasks_run_before_reports(home: Home, tmp_path: Path) -> None:
    """Each task answers in its place, a failing one with its error, and sees the home."""
    found = runner.run_tasks(
        [(os.getenv, ("LSC_HOME",)), (int, ("many",)), (int, ("7",))], workers=2, home=home, progress=progress.silently
    )
    assert [answer.value for answer in found] == [str(home.root), None, 7]
    assert found[1].error == "ValueError: invalid literal for int() with base 10: 'many'"


def test_a_task_that_hangs_is_stopped(home: Home) -> None:
    """Its process is ended after the seconds it is given, and the others are not delayed."""
    began = time.monotonic()
    found = runner.run_tasks([(time.sleep, (60,)), (abs, (-1,))], workers=2, seconds=1.5, progress=progress.silently)
    assert found[0].error == "It took longer than 1.5 s and was stopped."
    assert found[1].value == 1
    assert time.monotonic() - began < 10


def test_lines_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Plain lines, one a report, for a log."""
    with progress.watching("Reports", 2) as tick:
        tick("done forecast/RXN/C_110")
        tick("failed forecast/RXN/C_120")
    assert capsys.readouterr().out == "Reports: 2\n[1/2] done forecast/RXN/C_110\n[2/2] failed forecast/RXN/C_120\n"
