"""The files around the code agree with each other, and say nothing that a user's machine could not follow."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from typer.main import get_command

import lsc_analytics
from lsc_analytics.cli import app
from lsc_analytics.parameters import schema

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = [text for texts in PROJECT["project"]["optional-dependencies"].values() for text in texts]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINS = {canonicalize_name(name): version for name, version in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", LOCK, re.M)}
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
PARAMETER_FILES = sorted((ROOT / "parameters").rglob("*.yml"))


def tracked() -> Iterator[tuple[str, str]]:
    """Every text file that git has or would take, by its path and its text."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        # A copy without git, such as a downloaded archive, has no list of what is the project's and what is the user's.
        pytest.skip("this is not a git checkout, so there are no tracked files to look through")
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and b"\0" not in (content := path.read_bytes()):
            yield name, content.decode("utf-8")


@pytest.mark.parametrize("text", [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"], *EXTRAS])
def test_lock_satisfies_each_dependency(text: str) -> None:
    """What pyproject.toml asks for is in the lock, at a version that satisfies it."""
    requirement = Requirement(text)
    assert requirement.specifier.contains(PINS[canonicalize_name(requirement.name)])


def test_lock_has_hashes_and_no_addresses() -> None:
    """Every pinned version carries hashes, and nothing says where it came from."""
    entries = [entry for entry in re.split(r"\n(?=\S)", LOCK.strip()) if not entry.startswith("#")]
    assert len(entries) > 100
    assert [entry.split("\n")[0] for entry in entries if not re.match(r"\S+==\S+.*\n\s+--hash=sha256:", entry)] == []
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host", LOCK)


def test_conda_environment_is_the_lock() -> None:
    """environment.yml offers the Python that pyproject.toml asks for, and takes every package from the lock."""
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, section = environment["dependencies"]
    assert environment["name"] == PROJECT["project"]["name"]
    assert SpecifierSet(python.removeprefix("python")) == SpecifierSet(PROJECT["project"]["requires-python"])
    assert (pip, section) == ("pip", {"pip": ["-r requirements.lock"]})


def test_version_is_said_once() -> None:
    """The package, pyproject.toml and the newest entry of the changelog name the same version."""
    newest = re.search(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert newest is not None
    assert lsc_analytics.__version__ == PROJECT["project"]["version"] == newest[1]


def test_nothing_tracked_names_a_registry_or_this_machine() -> None:
    """No tracked file names a package registry's host, or where this checkout lies."""
    hosts = [
        "pypi" + ".org",
        "python" + "hosted.org",
        "registry." + "npmjs",
        "deb." + "debian.org",
        "conda." + "anaconda",
    ]
    named = [(name, word) for name, text in tracked() for word in [*hosts, f"{ROOT}/"] if word in text]
    assert named == []


def test_reports_fetch_nothing_from_outside() -> None:
    """Where reports are made no content network is named: they must open on a closed network."""
    networks = ["cdn." + "jsdelivr", "un" + "pkg.com", "cdnjs." + "cloudflare", "fonts." + "googleapis", "esm." + "sh"]
    rooms = ("lsc_analytics/", "reports/", "notebooks/")
    named = [(name, word) for name, text in tracked() if name.startswith(rooms) for word in networks if word in text]
    assert named == []


def test_modules_stay_readable() -> None:
    """No module is longer than 600 lines, and each says at its top what it is for."""
    modules = {path: path.read_text(encoding="utf-8") for path in (ROOT / "lsc_analytics").rglob("*.py")}
    assert [path.name for path, text in modules.items() if text.count("\n") > 600] == []
    assert [path for path, text in modules.items() if not text.startswith('"""')] == []


def test_continuous_integration_runs_what_the_readme_says() -> None:
    """The README opens with the two commands, .ci/run calls the test command, and the workflow calls .ci/run."""
    opening = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## ")[0]
    assert [line.split("#")[0].strip() for line in opening.splitlines() if line.startswith("make ")] == [
        "make demo",
        "make test",
    ]
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert "\nmake test\n" in script.read_text(encoding="utf-8")
    subprocess.run(["bash", "-n", str(script)], check=True)
    checks = yaml.safe_load((ROOT / ".github" / "workflows" / "checks.yml").read_text(encoding="utf-8"))
    assert ".ci/run" in [step.get("run") for step in checks["jobs"]["checks"]["steps"]]


def test_monthly_workflow_runs_on_a_schedule_and_keeps_its_reports() -> None:
    """The team's CI makes the reports once a month or when asked, and keeps them even when one failed."""
    monthly = yaml.safe_load((ROOT / ".github" / "workflows" / "monthly.yml").read_text(encoding="utf-8"))
    when = monthly[True]  # YAML 1.1 reads the key `on` as true
    assert re.fullmatch(r"\d+ \d+ \d+ \* \*", when["schedule"][0]["cron"])
    assert "workflow_dispatch" in when
    last = monthly["jobs"]["reports"]["steps"][-1]
    assert last["uses"].startswith("actions/upload-artifact@")
    assert "always()" in last["if"]


def test_notebooks_are_stripped_the_same_way_everywhere() -> None:
    """The commit hook strips notebooks exactly as `make fix` does, and its configuration is valid."""
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = {hook["id"]: hook["entry"] for repository in config["repos"] for hook in repository["hooks"]}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n\t", "").replace("$(BIN)", ".venv/bin")
    assert f"STRIP := {hooks['nbstripout']}\n" in makefile


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call make in a folder, in plain English."""
    return subprocess.run(
        ["make", "--no-print-directory", "-C", str(folder), *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("arguments", "flag"), [(["SERVE=no"], " --no-serve"), ([], "")])
def test_demo_can_stop_before_serving(arguments: list[str], flag: str) -> None:
    """`make demo SERVE=no` asks the command not to serve; plain `make demo` leaves it to the command."""
    planned = make(ROOT, "-n", "-o", ".venv/.installed", "demo", *arguments)
    assert planned.stdout.rstrip() == f".venv/bin/lsc demo{flag}"


@pytest.fixture
def bare_checkout(tmp_path: Path) -> Path:
    """A checkout whose install breaks off: its lock is empty, so nothing in it can build the project."""
    (tmp_path / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    (tmp_path / "requirements.lock").write_text("", encoding="utf-8")
    return tmp_path


def test_half_finished_install_is_not_taken_for_done(bare_checkout: Path) -> None:
    """An install that breaks off after the environment was made is due again."""
    assert make(bare_checkout, "install").returncode == 2
    assert (bare_checkout / ".venv" / "bin" / "python").exists()
    assert make(bare_checkout, "-q", "install").returncode == 1


def test_missing_python_is_said_in_a_sentence(bare_checkout: Path) -> None:
    """Without a Python, make says which to install and how to name one."""
    refused = make(bare_checkout, "install", "PYTHON=python-of-nowhere")
    assert refused.returncode == 2
    assert "python-of-nowhere was not found: install Python 3.11 or later" in refused.stdout


def test_schema_is_the_one_that_parameters_are_checked_by() -> None:
    """parameters/schema.json is what the models say today; `make fix` renews it."""
    assert json.loads((ROOT / "parameters" / "schema.json").read_text(encoding="utf-8")) == schema()


@pytest.mark.parametrize("path", PARAMETER_FILES, ids=lambda path: path.relative_to(ROOT / "parameters").as_posix())
def test_parameter_file_names_its_definition_for_editors(path: Path) -> None:
    """A parameter file's first line points editors at its own definition in the schema."""
    folders = {
        "scenarios": "Scenario",
        "dm01": "DiagnosticScenario",
        "runs": "Runs",
        "sources": "SourceMapping",
        "ptl": "PtlMapping",
    }
    definition = folders.get(path.parent.name) or path.stem.title().replace("_", "")
    to_schema = "../" * (len(path.relative_to(ROOT / "parameters").parts) - 1) + "schema.json"
    first = path.read_text(encoding="utf-8").split("\n")[0]
    assert first == f"# yaml-language-server: $schema={to_schema}#/$defs/{definition}"
    assert definition in schema()["$defs"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_document_speaks_of_what_exists(document: Path) -> None:
    """Links within the repository lead somewhere; every make verb, lsc command and option it names is there."""
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
    assert [link for link in links if not (document.parent / link).exists()] == []
    verbs = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.M)) - verbs == set()
    commands = get_command(app).commands
    for said in re.findall(r"(?:`|bin/)lsc ([a-z][^`#|\n]*)", text):
        known = {
            option
            for parameter in commands[said.split()[0]].params
            for option in parameter.opts + parameter.secondary_opts
        }
        assert set(re.findall(r"--[a-z-]+", said)) - known - {"--help"} == set()
