"""A name in a parameter file that nothing else knows is said: file, place, what it should be, and what it may mean."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lsc_analytics import parameters
from lsc_analytics.batch import check
from lsc_analytics.batch.references import unknown_names
from lsc_analytics.store.home import Home

pytestmark = pytest.mark.unit


def rebases(*recorded: tuple[str, str, str, str]) -> str:
    """Recorded changes of processes (family, trust, list, measure), as spc.yml has them."""
    lines = [
        f'  - {{family: {family}, trust: {trust}, list_code: "{code}", measure: {measure}, month: 2025-04,\n'
        "     reason: A second scanner, recorded_by: Board, recorded_on: 2025-05-20}"
        for family, trust, code, measure in recorded
    ]
    return "\n".join(["rebases:", *lines])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Parameter files of the test's own."""
    shutil.copytree(parameters.folder(), tmp_path / "parameters")
    monkeypatch.setenv("LSC_PARAMETERS", str(tmp_path / "parameters"))
    return tmp_path / "parameters"


# File, what stands there, the typo, and what is said of it.
TYPOS = [
    ("risk.yml", "standard: rtt_65_weeks_2025", "standard: rtt_65_week_2025",
     "parameter rules.0.standard: 'rtt_65_week_2025' is no RTT standard of pathways over so many weeks. Write rtt_65_weeks_2025, or see standards.yml."),
    ("risk.yml", "standard: rtt_52_weeks_2026", "standard: rtt_18_weeks_2027", "parameter rules.1.standard: 'rtt_18_weeks_2027' is no RTT standard"),
    ("diagnostic_capacity.yml", "told_at: dm01_6_weeks_2025", "told_at: rtt_52_weeks_2026", "parameter told_at: 'rtt_52_weeks_2026' is no standard of the share within six"),
    ("diagnostic_capacity.yml", "dm01_6_weeks_2027]", "dm01_6_weeks_2072]", "parameter standards.2: 'dm01_6_weeks_2072' is no"),
    ("diagnostic_coupling.yml", "specialty: C_100, test", "specialty: C_1000, test", "parameter pairs.0.specialty: 'C_1000' is no treatment function. Write C_100"),
    ("diagnostic_coupling.yml", 'test: "3"', 'test: "33"', "parameter pairs.0.test: '33' is no DM01 test. Write 3"),
    ("capacity.yml", "  C_101:", "  C_107:", "parameter specialties: 'C_107' is no treatment function."),
    ("validation_programme.yml", "trust: RTX", "trust: RTY", "parameter tiers.3.trust: 'RTY' is no trust of the system. Write RTX"),
    ("organisations.yml", "between: [RXL, RXN]", "between: [RXL, RXM]", "parameter journeys.0.between: 'RXM' is no provider"),
    ("demo.yml", "    C_101: {starts", "    C_107: {starts: 19, admitted: 45, decision_to_admit: 34}\n    C_101: {starts", "parameter rtt.functions: 'C_107'"),
    ("sources/rtt_history.yml", "  total_incomplete: total_incomplete", "  total_incomplet: total_incomplete",
     "parameter measures: The mapping rtt_history names the measure total_incomplet."),
    ("sources/dm01_provider_test.yml", "zero_row", 'values: {diagnostic_test_code: {Scan: "17"}}\nzero_row',
     "parameter values.diagnostic_test_code.Scan: The mapping dm01_provider_test names '17', which is not a diagnostic test code we know."),
    ("ptl/wlmds.yml", '"2": P2', '"2": P5', "parameter values.priority_code.2: 'P5': The clinical priority is none of ptl.yml."),
    ("ptl/demo_morecambe_bay.yml", "provider_code: RTX", "provider_code: RTY", "parameter constants.provider_code: 'RTY': The provider is no trust"),
    ("runs/monthly.yml", "also: [plan]", "also: [plans]", "parameter reports.1.also: 'plans' is no family of data that can be loaded. Write plan"),
    ("spc.yml", "rebases: []", rebases(("dm01", "RNX", "1", "all"), ("dm01", "RXN", "C_110", "all"), ("rtt", "RXN", "C_110", "total_incomplete"),
     ("chatbot", "LSC", "C_110", "all")), "parameter rebases.0.trust: 'RNX' is no trust of the system, nor the system (LSC)."),
]  # fmt: skip
OF_REBASES = [
    "parameter rebases.1.list_code: 'C_110' is no DM01 test",
    "parameter rebases.2.measure: 'total_incomplete' is no measure of rtt that is charted.",
    "parameter rebases.3.list_code: 'C_110' is no list whose calls are charted.",
]


def test_a_name_that_nothing_knows_is_said(folder: Path) -> None:
    """Every typo at once: each is said with its file and place, and no other sentence is."""
    for file, right, wrong, _ in TYPOS:
        text = (folder / file).read_text(encoding="utf-8")
        assert right in text
        (folder / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    assert parameters.faults_of_files() == []  # each file is in order by itself
    told = unknown_names()
    wanted = [f"{file}, {said}" for file, _, _, said in TYPOS] + [f"spc.yml, {said}" for said in OF_REBASES]
    assert [said for said in wanted if not any(sentence.startswith(said) for sentence in told)] == []
    assert [sentence for sentence in told if not any(sentence.startswith(said) for said in wanted)] == []


def test_names_that_are_known_and_a_rebase_of_each_family_pass(folder: Path) -> None:
    """Our own files name only what there is, and so does one recorded change of each family."""
    recorded = rebases(
        ("rtt", "LSC", "C_999", "list_change"),
        ("dm01", "RXN", "IMAGING", "within_6_weeks_percent"),
        ("chatbot", "LSC", "C_999", "worse_percent"),
    )
    text = (folder / "spc.yml").read_text(encoding="utf-8")
    (folder / "spc.yml").write_text(text.replace("rebases: []", recorded), encoding="utf-8")
    assert len(parameters.spc().rebases) == 3
    assert unknown_names() == []


def test_a_file_that_cannot_be_read_is_said_once_and_hides_no_other(folder: Path) -> None:
    """Without standards.yml no rule is called unknown; a trust in another file still is."""
    (folder / "standards.yml").write_text("standards: 3\n", encoding="utf-8")
    text = (folder / "validation_programme.yml").read_text(encoding="utf-8")
    (folder / "validation_programme.yml").write_text(text.replace("trust: RTX", "trust: RTY"), encoding="utf-8")
    assert [sentence.partition(",")[0] for sentence in unknown_names()] == ["validation_programme.yml"]
    assert [sentence.partition(":")[0] for sentence in parameters.faults_of_files()] == ["standards.yml"]


def test_check_says_it(folder: Path, home: Home) -> None:
    """What `lsc check` prints, the runs file named where a line of it asks for what is not there."""
    risk = (folder / "risk.yml").read_text(encoding="utf-8")
    (folder / "risk.yml").write_text(risk.replace("rtt_65_weeks_2025", "rtt_65_weeks_2052"), encoding="utf-8")
    runs = (folder / "runs" / "monthly.yml").read_text(encoding="utf-8")
    (folder / "runs" / "monthly.yml").write_text(
        runs.replace("notebook: forecast,", "notebook: forcast,"), encoding="utf-8"
    )
    told = check.wrong(home)
    assert any(sentence.startswith("risk.yml, parameter rules.0.standard: 'rtt_65_weeks_2052'") for sentence in told)
    assert any(
        sentence.startswith("runs/monthly.yml: notebooks/forcast.ipynb: There is no such notebook.")
        for sentence in told
    )
