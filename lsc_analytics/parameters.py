"""What a BI lead sets in `parameters/*.yml`: read once, checked against one schema, refused in sentences.

It holds no figures of the NHS and runs nothing. `schema()` is the JSON schema that editors complete from.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lsc_analytics.errors import ParameterError

Code = Annotated[str, Field(pattern=r"^[A-Z0-9_]{1,8}$")]


class Strict(BaseModel):
    """Unknown keys are refused: a misspelt parameter must not pass for a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Trust(Strict):
    """One NHS trust of the system."""

    code: Code
    name: str
    short_name: str
    colour: str = Field(pattern=r"^#[0-9a-f]{6}$", description="Line colour in charts that compare trusts")


class Organisations(Strict):
    """`organisations.yml`: the system and its trusts, in the order they are shown."""

    system_name: str
    icb_code: Code
    trusts: list[Trust]


class TreatmentFunction(Strict):
    """One treatment function of the RTT return."""

    code: Code
    name: str
    short_name: str


class Specialties(Strict):
    """`specialties.yml`: treatment functions in published order, the total row last."""

    treatment_functions: list[TreatmentFunction]


class DiagnosticTest(Strict):
    """One of the fifteen DM01 tests."""

    code: str = Field(pattern=r"^\d{1,2}$")
    name: str
    short_name: str
    network: Literal["imaging", "physiological", "endoscopy"]
    also_published_as: list[str] = []


class Diagnostics(Strict):
    """`diagnostics.yml`: DM01 tests by Diagnostic ID."""

    tests: list[DiagnosticTest]


class Standard(Strict):
    """One dated waiting-time standard, with where it was read."""

    id: str
    family: Literal["rtt", "dm01"]
    weeks: int
    rule: Literal["share_within_at_least", "count_over_at_most", "share_over_at_most"]
    value: float = Field(description="Percent for shares, pathways for counts")
    by: dt.date | None = Field(default=None, description="Date by which it is to be met; empty when standing")
    status: Literal["binding", "superseded"]
    words: str
    source: str
    verified: bool


class Standards(Strict):
    """`standards.yml`: every standard the suite measures against."""

    standards: list[Standard]


class ForecastSettings(Strict):
    """How far ahead and how the flows are forecast."""

    horizon_months: int = Field(ge=1, le=24)
    history_months_needed: int = Field(ge=3, description="Months of flows before flows are forecast")
    draws: int = Field(ge=100, le=5000)
    seed: int
    calibration_origins: int = Field(ge=3, le=24, description="Past origins whose errors set the intervals")


class ChatbotSettings(Strict):
    """Limits of the validation reports."""

    review_limit_days: int = Field(ge=1, description="A leave or worse answer is to be reviewed within so many days")


class Models(Strict):
    """`models.yml`: assumptions of the models."""

    forecast: ForecastSettings
    chatbot: ChatbotSettings


class ReportFamily(Strict):
    """One notebook and the matrix it is run over. `every` takes codes as they exist in the data."""

    notebook: str = Field(pattern=r"^[a-z_]+$", description="Name of a notebook in notebooks/, without its ending")
    family: Literal["rtt", "dm01", "chatbot", "any"] = Field(description="Data without which it is skipped")
    trust: list[Code] | Literal["every"] = Field(description="Trust codes, LSC for the system, or every")
    specialty: list[Code] | Literal["every"] | None = None
    test: list[str] | Literal["every"] | None = None
    parameters: dict[str, str | int | float | bool] = Field(default={}, description="Handed to the notebook as they are")


class Runs(Strict):
    """`runs/*.yml`: what one batch makes."""

    title: str
    reports: list[ReportFamily]
    seconds_per_cell: int = Field(default=120, ge=1, description="A cell that takes longer fails its report")


class SourceMapping(Strict):
    """`sources/*.yml`: how a tidy history csv's headers say what our columns say. Chosen by exact header match.

    `columns` names, for each of our columns, the header it is read from; `constants` fills columns the file lacks.
    """

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    title: str
    family: Literal["rtt", "dm01"]
    rank: int = Field(default=3, ge=3, le=9, description="Among tidy histories, the lowest wins")
    header: list[str] = Field(description="The file's header, exactly and in order")
    columns: dict[str, str]
    measures: dict[str, str] = Field(default={}, description="Our measure: header it is read from")
    measure_by: dict[str, dict[str, str]] = Field(
        default={}, description="Where one column says what is counted: {header: {its value: our measure}}"
    )
    bands: dict[str, str] = Field(default={}, description="part, and how band headers are written (see docs)")
    constants: dict[str, str] = {}
    scopes: dict[str, str] = Field(default={}, description="Where a column says the level: {its value: our scope}")
    expects_total_row: bool = Field(default=True, description="C_999 is present and equals the specialties' sum")


_Model = TypeVar("_Model", bound=Strict)
_FILES: dict[str, type[Strict]] = {
    "organisations.yml": Organisations,
    "specialties.yml": Specialties,
    "diagnostics.yml": Diagnostics,
    "standards.yml": Standards,
    "models.yml": Models,
}


def project_root() -> Path:
    """The checkout: where notebooks, parameters and reports lie beside the package."""
    return Path(__file__).resolve().parent.parent


def folder() -> Path:
    """Where parameter files are read from: `LSC_PARAMETERS`, or `parameters/` of the checkout."""
    return Path(os.environ.get("LSC_PARAMETERS") or project_root() / "parameters")


def read(path: Path, model: type[_Model]) -> _Model:
    """One parameter file, checked.

    Raises:
        ParameterError: The file is missing, is not YAML, or holds an unknown or ill-typed key; every fault is named.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
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


def runs(path: Path | None = None) -> Runs:
    """What one batch makes: `runs/monthly.yml` unless another file is named."""
    return read(path or folder() / "runs" / "monthly.yml", Runs)


def source_mappings() -> list[SourceMapping]:
    """Every tidy-history mapping, by rank and name."""
    found = [read(path, SourceMapping) for path in sorted((folder() / "sources").glob("*.yml"))]
    return sorted(found, key=lambda mapping: (mapping.rank, mapping.name))


def trust_codes() -> list[str]:
    """Codes of the system's trusts, in the order they are shown."""
    return [trust.code for trust in organisations().trusts]


def specialty_name(code: str, *, short: bool = False) -> str:
    """The published name of a treatment function; the code itself where it is not known."""
    for function in specialties().treatment_functions:
        if function.code == code:
            return function.short_name if short else function.name
    return code


def test_name(code: str, *, short: bool = False) -> str:
    """The published name of a DM01 test; the code itself where it is not known."""
    for test in diagnostics().tests:
        if test.code == code:
            return test.short_name if short else test.name
    return code


test_name.__test__ = False  # type: ignore[attr-defined]  # pytest takes names that begin with test_ for tests


def trust_name(code: str, *, short: bool = False) -> str:
    """The name of a trust, or of the system; the code itself where it is not known."""
    known = organisations()
    if code == "LSC":
        return known.system_name
    for trust in known.trusts:
        if trust.code == code:
            return trust.short_name if short else trust.name
    return code


def digest() -> str:
    """A short digest of every parameter file: part of what a result depends on."""
    root = folder()
    told = hashlib.sha256()
    for path in sorted(root.rglob("*.yml")):
        told.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return told.hexdigest()[:12]


def schema() -> dict[str, Any]:
    """The JSON schema of every parameter file, by file name, as kept in `parameters/schema.json`."""
    kinds = _FILES | {"runs/*.yml": Runs, "sources/*.yml": SourceMapping}
    return {name: model.model_json_schema() for name, model in kinds.items()}
