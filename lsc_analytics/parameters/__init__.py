"""What a BI lead sets in `parameters/*.yml`: read once, checked against one schema, refused in sentences.

It holds no figures of the NHS and runs nothing. `schema()` is the JSON schema that editors complete from.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError
from pydantic.json_schema import models_json_schema

from lsc_analytics.errors import ParameterError
from lsc_analytics.parameters.assumptions import ChatbotFigure as ChatbotFigure
from lsc_analytics.parameters.assumptions import ChatbotPublished as ChatbotPublished
from lsc_analytics.parameters.assumptions import ChatbotSettings as ChatbotSettings
from lsc_analytics.parameters.assumptions import ForecastSettings as ForecastSettings
from lsc_analytics.parameters.assumptions import Models as Models
from lsc_analytics.parameters.batches import ReportFamily as ReportFamily
from lsc_analytics.parameters.batches import Runs as Runs
from lsc_analytics.parameters.decisions import DecisionOwners as DecisionOwners
from lsc_analytics.parameters.decisions import Decisions as Decisions
from lsc_analytics.parameters.demo_data import Demo as Demo
from lsc_analytics.parameters.demo_data import DemoAid as DemoAid
from lsc_analytics.parameters.demo_data import DemoBoard as DemoBoard
from lsc_analytics.parameters.demo_data import DemoBreach as DemoBreach
from lsc_analytics.parameters.demo_data import DemoCampaign as DemoCampaign
from lsc_analytics.parameters.demo_data import DemoCancer as DemoCancer
from lsc_analytics.parameters.demo_data import DemoCancerTrust as DemoCancerTrust
from lsc_analytics.parameters.demo_data import DemoCentre as DemoCentre
from lsc_analytics.parameters.demo_data import DemoChatbot as DemoChatbot
from lsc_analytics.parameters.demo_data import DemoDiagnosticCapacity as DemoDiagnosticCapacity
from lsc_analytics.parameters.demo_data import DemoDm01 as DemoDm01
from lsc_analytics.parameters.demo_data import DemoElsewhere as DemoElsewhere
from lsc_analytics.parameters.demo_data import DemoFunction as DemoFunction
from lsc_analytics.parameters.demo_data import DemoMove as DemoMove
from lsc_analytics.parameters.demo_data import DemoMutualAid as DemoMutualAid
from lsc_analytics.parameters.demo_data import DemoPlan as DemoPlan
from lsc_analytics.parameters.demo_data import DemoRecode as DemoRecode
from lsc_analytics.parameters.demo_data import DemoRtt as DemoRtt
from lsc_analytics.parameters.demo_data import DemoSessions as DemoSessions
from lsc_analytics.parameters.demo_data import DemoTest as DemoTest
from lsc_analytics.parameters.demo_data import DemoTestingTrust as DemoTestingTrust
from lsc_analytics.parameters.demo_data import DemoTrust as DemoTrust
from lsc_analytics.parameters.diagnostic_scenario import CouplingPair as CouplingPair
from lsc_analytics.parameters.diagnostic_scenario import DiagnosticCapacity as DiagnosticCapacity
from lsc_analytics.parameters.diagnostic_scenario import DiagnosticCoupling as DiagnosticCoupling
from lsc_analytics.parameters.diagnostic_scenario import DiagnosticScenario as DiagnosticScenario
from lsc_analytics.parameters.mutual_aid import MutualAid as MutualAid
from lsc_analytics.parameters.ptl import DemoPtl as DemoPtl
from lsc_analytics.parameters.ptl import Ptl as Ptl
from lsc_analytics.parameters.ptl import PtlColumn as PtlColumn
from lsc_analytics.parameters.ptl import PtlMapping as PtlMapping
from lsc_analytics.parameters.publications import Publication as Publication
from lsc_analytics.parameters.publications import Publications as Publications
from lsc_analytics.parameters.registries import CancerStandard as CancerStandard
from lsc_analytics.parameters.registries import DatedStandard as DatedStandard
from lsc_analytics.parameters.registries import Diagnostics as Diagnostics
from lsc_analytics.parameters.registries import DiagnosticTest as DiagnosticTest
from lsc_analytics.parameters.registries import Improvement as Improvement
from lsc_analytics.parameters.registries import Journey as Journey
from lsc_analytics.parameters.registries import NotMeasurable as NotMeasurable
from lsc_analytics.parameters.registries import Organisations as Organisations
from lsc_analytics.parameters.registries import Provider as Provider
from lsc_analytics.parameters.registries import Specialties as Specialties
from lsc_analytics.parameters.registries import Standard as Standard
from lsc_analytics.parameters.registries import Standards as Standards
from lsc_analytics.parameters.registries import TreatmentFunction as TreatmentFunction
from lsc_analytics.parameters.registries import Trust as Trust
from lsc_analytics.parameters.risk import FragileRule as FragileRule
from lsc_analytics.parameters.risk import MoverRule as MoverRule
from lsc_analytics.parameters.risk import Risk as Risk
from lsc_analytics.parameters.risk import RiskRule as RiskRule
from lsc_analytics.parameters.scenario import Capacity as Capacity
from lsc_analytics.parameters.scenario import Scenario as Scenario
from lsc_analytics.parameters.scenario import WhatIf as WhatIf
from lsc_analytics.parameters.source_mappings import BandColumns as BandColumns
from lsc_analytics.parameters.source_mappings import KeyColumn as KeyColumn
from lsc_analytics.parameters.source_mappings import SourceMapping as SourceMapping
from lsc_analytics.parameters.spc import Rebase as Rebase
from lsc_analytics.parameters.spc import Spc as Spc
from lsc_analytics.parameters.spc import SpcRules as SpcRules
from lsc_analytics.parameters.strict import Code as Code
from lsc_analytics.parameters.strict import Course as Course
from lsc_analytics.parameters.strict import Month as Month
from lsc_analytics.parameters.strict import Strict as Strict
from lsc_analytics.parameters.validation_programme import CampaignPlan as CampaignPlan
from lsc_analytics.parameters.validation_programme import ValidationProgramme as ValidationProgramme

# Codes for a network's tests together, wherever a Diagnostic ID is asked for, and for all of them.
NETWORKS = {"IMAGING": "imaging", "ENDOSCOPY": "endoscopy", "PHYSIOLOGICAL": "physiological"}
_ALL_TESTS = "16"  # the ID of the DM01 workbooks' total rows
_Model = TypeVar("_Model", bound=Strict)
_FILES: dict[str, type[Strict]] = {
    "organisations.yml": Organisations,
    "specialties.yml": Specialties,
    "diagnostics.yml": Diagnostics,
    "standards.yml": Standards,
    "models.yml": Models,
    "mutual_aid.yml": MutualAid,
    "capacity.yml": Capacity,
    "diagnostic_capacity.yml": DiagnosticCapacity,
    "diagnostic_coupling.yml": DiagnosticCoupling,
    "ptl.yml": Ptl,
    "risk.yml": Risk,
    "decisions.yml": Decisions,
    "spc.yml": Spc,
    "demo.yml": Demo,
    "publications.yml": Publications,
    "chatbot_published.yml": ChatbotPublished,
    "validation_programme.yml": ValidationProgramme,
    "what_if.yml": WhatIf,
}


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, eight times as fast, where PyYAML was built with it


@cache
def project_root() -> Path:
    """The checkout: where notebooks, parameters and reports lie beside the package."""
    return Path(__file__).resolve().parent.parent.parent


def folder() -> Path:
    """Where parameter files are read from: `LSC_PARAMETERS`, or `parameters/` of the checkout."""
    return Path(os.environ.get("LSC_PARAMETERS") or project_root() / "parameters")


def read(path: Path, model: type[_Model]) -> _Model:
    """One parameter file, checked.

    Raises:
        ParameterError: The file is missing, is not YAML, or holds an unknown or ill-typed key; every fault is named.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except OSError as error:
        raise ParameterError("The parameter file cannot be read.", f"({error.strerror})", file=path.name) from error
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        row = None if line is None else line + 1
        raise ParameterError("This is not valid YAML.", "Check the indentation.", file=path.name, row=row) from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise ParameterError(faults(error), "See parameters/schema.json.", file=path.name) from error


def faults(error: ValidationError) -> str:
    """Every fault pydantic found, as one sentence each."""
    said = []
    for fault in error.errors():
        where = ".".join(str(part) for part in fault["loc"]) or "the file"
        said.append(f"{where}: {fault['msg'].rstrip('.')} (it is {fault['input']!r:.60}).")
    return " ".join(said)


@cache
def _load(name: str, root: Path) -> Any:
    return read(root / name, _FILES[name])


def organisations() -> Organisations:
    """The system and its trusts."""
    return _load("organisations.yml", folder())


def specialties() -> Specialties:
    """The treatment functions."""
    return _load("specialties.yml", folder())


def diagnostics() -> Diagnostics:
    """The DM01 tests."""
    return _load("diagnostics.yml", folder())


def standards() -> Standards:
    """The waiting-time standards."""
    return _load("standards.yml", folder())


def models() -> Models:
    """The models' assumptions."""
    return _load("models.yml", folder())


def risk() -> Risk:
    """When a list is rated red, amber or green, and when it is called fragile."""
    return _load("risk.yml", folder())


def decisions() -> Decisions:
    """How many decisions are told, and who answers for each kind."""
    return _load("decisions.yml", folder())


def spc() -> Spc:
    """How control charts are read, and where their limits start anew."""
    return _load("spc.yml", folder())


def mutual_aid() -> MutualAid:
    """What mutual aid may do, and what is assumed."""
    return _load("mutual_aid.yml", folder())


def ptl() -> Ptl:
    """What a patient tracking list may say, and what is counted of it."""
    return _load("ptl.yml", folder())


@cache
def _ptl_mappings(root: Path) -> tuple[PtlMapping, ...]:
    return tuple(read(path, PtlMapping) for path in sorted((root / "ptl").glob("*.yml")))


def ptl_mappings() -> list[PtlMapping]:
    """How each trust's extract says what our columns say, by file name."""
    return list(_ptl_mappings(folder()))


def capacity() -> Capacity:
    """What a clock stop takes in lists and clinics."""
    return _load("capacity.yml", folder())


@cache
def _scenarios(root: Path) -> tuple[tuple[str, Scenario], ...]:
    found = [(path.stem, read(path, Scenario)) for path in sorted((root / "scenarios").glob("*.yml"))]
    return tuple(sorted(found, key=lambda named: (bool(named[1].changes), named[0])))


def scenarios() -> dict[str, Scenario]:
    """Every what-if scenario by its file's name, the one that changes nothing first."""
    return dict(_scenarios(folder()))


@cache
def _diagnostic_scenarios(root: Path) -> tuple[tuple[str, DiagnosticScenario], ...]:
    found = [
        (path.stem, read(path, DiagnosticScenario)) for path in sorted((root / "scenarios" / "dm01").glob("*.yml"))
    ]
    return tuple(sorted(found, key=lambda named: (bool(named[1].changes), named[0])))


def diagnostic_scenarios() -> dict[str, DiagnosticScenario]:
    """Every what-if scenario of DM01 tests by its file's name, the one that changes nothing first."""
    return dict(_diagnostic_scenarios(folder()))


def what_if() -> WhatIf:
    """Which changes of demand, capacity and validation the what-if page holds."""
    return _load("what_if.yml", folder())


def diagnostic_capacity() -> DiagnosticCapacity:
    """What the diagnostic demand and capacity model asks and assumes."""
    return _load("diagnostic_capacity.yml", folder())


def diagnostic_coupling() -> DiagnosticCoupling:
    """Which specialty leans on which DM01 test."""
    return _load("diagnostic_coupling.yml", folder())


def chatbot_published() -> list[ChatbotFigure]:
    """What the collaborative published of its validation campaigns."""
    return _load("chatbot_published.yml", folder()).figures


def validation_programme() -> ValidationProgramme:
    """What the validation programme planned, its cycle and prices."""
    return _load("validation_programme.yml", folder())


def demo() -> Demo:
    """What the generated demo data look like."""
    return _load("demo.yml", folder())


def publications() -> Publications:
    """Where the monthly files are published."""
    return _load("publications.yml", folder())


def runs(path: Path | None = None) -> Runs:
    """What one batch makes: `runs/monthly.yml` unless another file is named."""
    return read(path or folder() / "runs" / "monthly.yml", Runs)


@cache
def _source_mappings(root: Path) -> tuple[SourceMapping, ...]:
    found = [read(path, SourceMapping) for path in sorted((root / "sources").glob("*.yml"))]
    return tuple(sorted(found, key=lambda mapping: (mapping.rank, mapping.name)))


def source_mappings() -> list[SourceMapping]:
    """Every tidy-history mapping, by rank and name."""
    return list(_source_mappings(folder()))


def faults_of_files() -> list[str]:
    """What is wrong with the parameter files, a sentence each: all of them are read, so that one fault hides no other."""
    root, told = folder(), []
    kinds: list[tuple[str, type[Strict]]] = [
        *_FILES.items(),
        ("scenarios/*.yml", Scenario),
        ("scenarios/dm01/*.yml", DiagnosticScenario),
        ("sources/*.yml", SourceMapping),
        ("ptl/*.yml", PtlMapping),
    ]
    for pattern, model in kinds:
        for path in sorted(root.glob(pattern)) if "*" in pattern else [root / pattern]:
            try:
                read(path, model)
            except ParameterError as error:
                told.append(str(error))
    return told


def trust_codes() -> list[str]:
    """Codes of the system's trusts, in the order they are shown."""
    return [trust.code for trust in organisations().trusts]


def independent_codes() -> list[str]:
    """Codes of the independent sites under the ICB, the largest list first."""
    return [site.code for site in organisations().independents]


def specialty_name(code: str, *, short: bool = False) -> str:
    """The published name of a treatment function; the code itself where it is not known."""
    for function in specialties().treatment_functions:
        if function.code == code:
            return function.short_name if short else function.name
    return code


def test_name(code: str, *, short: bool = False) -> str:  # noqa: PT028 - a DM01 test, not one of pytest's
    """The published name of a DM01 test, or that of a network; the code itself where it is not known."""
    if code in NETWORKS:
        return f"{NETWORKS[code].capitalize()} tests"
    for test in diagnostics().tests:
        if test.code == code:
            return test.short_name if short else test.name
    return "All tests" if code == _ALL_TESTS else code


test_name.__test__ = False  # type: ignore[attr-defined]  # pytest takes names that begin with test_ for tests


def ids_of_tests(code: str) -> list[str]:
    """The Diagnostic IDs behind a code: one test's own, a network's tests, or all.

    >>> ids_of_tests("7"), ids_of_tests("ENDOSCOPY"), len(ids_of_tests("16"))
    (['7'], ['12', '13', '14', '15'], 15)
    """
    network = NETWORKS.get(code)
    of_many = network or code == _ALL_TESTS
    return [test.code for test in diagnostics().tests if network in (None, test.network)] if of_many else [code]


def trust_name(code: str, *, short: bool = False) -> str:
    """The name of a trust, of an independent site, of the system or of all trusts; the code where it is not known."""
    known = organisations()
    if code == "LSC":
        return known.system_name
    if code == "ALL":
        return "All trusts"
    everyone: list[Trust | Provider] = [*known.trusts, *known.independents, *known.outside_mutual_aid]
    for provider in everyone:
        if provider.code == code:
            return provider.short_name if short else provider.name
    return code


def digest() -> str:
    """A short digest of the parameter files that a result depends on.

    Not of `demo.yml`, `publications.yml`, `sources/` and `runs/`: what they change is in the data, or in which reports
    are made.
    """
    files = sorted(path for pattern in ("*.yml", "scenarios/**/*.yml") for path in folder().glob(pattern))
    stamps = [(path, path.stat()) for path in files if path.name not in ("demo.yml", "publications.yml")]
    return _digest(tuple((path, stamp.st_ino, stamp.st_mtime_ns, stamp.st_size) for path, stamp in stamps))


@lru_cache(maxsize=8)
def _digest(files: tuple[tuple[Path, int, int, int], ...]) -> str:
    """Digest of these files; their stamps make an edit seen, since a run asks hundreds of times."""
    told = hashlib.sha256()
    for path, *_ in files:
        told.update(path.name.encode() + b"\0" + path.read_bytes())
    return told.hexdigest()[:12]


def schema() -> dict[str, Any]:
    """The JSON schema of every parameter file, one definition a file, as kept in `parameters/schema.json`.

    A file's first line names its definition, and editors that speak YAML complete from it.
    """
    kinds: list[type[Strict]] = [*_FILES.values(), DiagnosticScenario, PtlMapping, Runs, Scenario, SourceMapping]
    return models_json_schema([(model, "validation") for model in kinds], title="Parameters of LSC Analytics")[1]
