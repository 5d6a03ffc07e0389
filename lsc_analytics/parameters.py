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
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.json_schema import models_json_schema

from lsc_analytics.errors import ParameterError

Code = Annotated[str, Field(pattern=r"^[A-Z0-9_]{1,8}$")]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
KeyColumn = Literal[
    "month", "provider_code", "provider_name", "treatment_function_code", "diagnostic_test_code", "scope", "part"
]
Course = Annotated[dict[Month, float], Field(min_length=1, description="A value at some months, straight between them")]


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


class ChatbotSettings(Strict):
    """Limits of the validation reports."""

    review_limit_days: int = Field(ge=1, description="A leave or worse answer is to be reviewed within so many days")


class Models(Strict):
    """`models.yml`: assumptions of the models."""

    forecast: ForecastSettings
    chatbot: ChatbotSettings


class ChatbotFigure(Strict):
    """What the collaborative published of one validation campaign; an unpublished figure is absent."""

    period: str
    contacted: int | None = None
    responded: int | None = None
    responded_percent: float | None = Field(default=None, description="Of the contacted")
    remain_percent: float | None = Field(default=None, description="Of those who answered, unless the note differs")
    leave_percent: float | None = None
    worse_percent: float | None = None
    note: str = ""
    source: str
    link: str = ""


class ChatbotPublished(Strict):
    """`chatbot_published.yml`: published figures to set our own beside."""

    figures: list[ChatbotFigure]


class DemoFunction(Strict):
    """One treatment function of the demo data, in percent."""

    starts: float = Field(gt=0, description="Clock starts a month, of the list")
    admitted: float = Field(ge=0, le=100, description="Admitted, of clock stops")
    decision_to_admit: float = Field(ge=0, le=100, description="Decided to admit, of the list")


class DemoTrust(Strict):
    """One trust's invented waiting lists."""

    pace: float = Field(gt=0, description="Clock starts against the list, relative to the functions' percentages")
    limit_weeks: float = Field(description="Longest wait, weeks later than the common limit")
    course: Course = Field(description="List against the final list")
    commissioners: dict[Code, float] = Field(description="Commissioner: percent of its pathways")
    lists: dict[Code, int] = Field(description="Treatment function: pathways waiting in the last month, about")


class DemoRecode(Strict):
    """Where one trust moves most of one treatment function into another in one month."""

    trust: Code
    month: Month
    from_code: Code
    to_code: Code
    percent: float = Field(gt=0, le=100)


class DemoBreach(Strict):
    """The list whose longest waits are let grow past 65 weeks."""

    trust: Code
    code: Code
    course: Course
    limit_weeks: Course


class DemoRtt(Strict):
    """The RTT extracts of the demo data."""

    missing_month: Month
    removals_percent: float = Field(ge=0, le=20, description="Leaving unreported a month, of the list")
    limit_weeks: Course
    sprint_weeks: list[float] = Field(min_length=12, max_length=12, description="Added to the limit, by calendar month")
    functions: dict[Code, DemoFunction]
    trusts: dict[Code, DemoTrust]
    commissioners: dict[Code, str]
    recode: DemoRecode
    breach: DemoBreach

    @model_validator(mode="after")
    def _names_what_exists(self) -> DemoRtt:
        lists = {(trust, code) for trust, told in self.trusts.items() for code in told.lists}
        recode, breach = self.recode, self.breach
        named = [(recode.trust, recode.from_code), (recode.trust, recode.to_code), (breach.trust, breach.code)]
        without = [f"{trust} has no list {code}" for trust, code in named if (trust, code) not in lists]
        without += [f"{code} is not among the functions" for _, code in sorted(lists) if code not in self.functions]
        paying = {code for told in self.trusts.values() for code in told.commissioners}
        without += [f"the commissioner {code} has no name" for code in sorted(paying - set(self.commissioners))]
        if without:
            raise ValueError("; ".join(without))
        return self


class DemoTest(Strict):
    """One DM01 test of the demo data."""

    planned: float = Field(ge=0, description="Planned tests for each hundred from the waiting list")
    unscheduled: float = Field(ge=0, description="Unscheduled tests for each hundred from the waiting list")
    weeks: float = Field(gt=0, description="Weeks of demand waiting, relative to the trust's")


class DemoTestingTrust(Strict):
    """One trust's invented DM01 lists."""

    weeks_of_demand: Course = Field(description="List, in weeks of demand")
    limit_weeks: Course
    lists: dict[str, int] = Field(description="Diagnostic ID: people waiting in the last month, about")


class DemoDm01(Strict):
    """The DM01 workbooks of the demo data."""

    removals_percent: float = Field(ge=0, le=20)
    tests: dict[str, DemoTest]
    trusts: dict[Code, DemoTestingTrust]


class DemoCampaign(Strict):
    """One validation campaign of the demo data, its counts of pathways exact."""

    name: str
    first_day: dt.date
    last_day: dt.date
    trusts: list[Code]
    contacted: int
    responded: int
    leave: int
    worse: int
    also_worse: int = Field(description="Remaining and worse as well")


class DemoChatbot(Strict):
    """The Chatbot records of the demo data."""

    never_reached_percent: float = Field(ge=0, lt=100)
    reviewed_percent: float = Field(ge=0, le=100)
    campaigns: list[DemoCampaign]
    not_called: list[Code]


class Demo(Strict):
    """`demo.yml`: what the generated demo data look like."""

    seed: int = Field(ge=0)
    first_month: Month
    last_month: Month
    starts_season: list[float] = Field(min_length=12, max_length=12)
    capacity_season: list[float] = Field(min_length=12, max_length=12)
    rtt: DemoRtt
    dm01: DemoDm01
    chatbot: DemoChatbot


class ReportFamily(Strict):
    """One notebook and the matrix it is run over. `every` takes codes as they exist in the data."""

    notebook: str = Field(pattern=r"^[a-z_]+$", description="Name of a notebook in notebooks/, without its ending")
    family: Literal["rtt", "dm01", "chatbot", "any"] = Field(description="Data without which it is skipped")
    trust: list[Code] | Literal["every"] = Field(description="Trust codes, LSC for the system, or every")
    specialty: list[Code] | Literal["every"] | None = None
    test: list[str] | Literal["every"] | None = None
    parameters: dict[str, str | int | float | bool] = Field(
        default={}, description="Handed to the notebook as they are"
    )

    @model_validator(mode="after")
    def _has_one_code(self) -> ReportFamily:
        if (self.specialty is None) == (self.test is None):
            raise ValueError("name either specialty or test: it is the last part of a report's address")
        if twice := {"trust", "specialty", "test"} & self.parameters.keys():
            raise ValueError(f"{', '.join(sorted(twice))} belongs beside parameters, not inside")
        return self


class Runs(Strict):
    """`runs/*.yml`: what one batch makes."""

    title: str
    reports: list[ReportFamily]
    seconds_per_cell: int = Field(default=120, ge=1, description="A cell that takes longer fails its report")


class BandColumns(Strict):
    """The weekly bands of a tidy history: headers that follow each other, from 0 to 1 week to the last, open band."""

    first: str = Field(description="Header of the band from 0 to 1 week")
    last: str = Field(description="Header of the open band: 104 weeks and over, or 13 weeks and over for DM01")
    between: list[str] = Field(default=[], description="Headers among them that are no bands, such as subtotals")
    total: str = Field(description="Header of what the bands add up to")


class SourceMapping(Strict):
    """`sources/*.yml`: how a tidy history csv's headers say what our columns say. Chosen by exact header match."""

    name: str = Field(pattern=r"^[a-z0-9_]+$", description="Name of the source, as reports and tables show it")
    title: str
    family: Literal["rtt", "dm01"]
    rank: int = Field(default=6, ge=3, le=9, description="Where two sources tell the same figure, the lowest wins")
    header: list[str] = Field(description="The file's header, exactly and in order")
    columns: dict[KeyColumn, str] = Field(description="Our column: the header it is read from")
    constants: dict[KeyColumn, str] = Field(
        default={}, description="Our column, where the file has none: its one value"
    )
    values: dict[KeyColumn, dict[str, str]] = Field(
        default={}, description="Our column: {the file's word: ours}; other words stay as they are"
    )
    measures: dict[str, str] = Field(default={}, description="Our measure: the header it is read from")
    bands: BandColumns | None = None
    expects_total_row: bool = Field(default=False, description="RTT: every provider has C_999 beside its specialties")
    zero_row_is_not_provided: bool = Field(
        default=False, description="A row of zeros is a function or test that the organisation does not offer"
    )

    @model_validator(mode="after")
    def _refers_to_its_header(self) -> SourceMapping:
        bands = [self.bands.first, self.bands.last, self.bands.total, *self.bands.between] if self.bands else []
        used = [*self.columns.values(), *self.measures.values(), *bands]
        if missing := [header for header in used if header not in self.header]:
            raise ValueError(f"the header has no column {missing[0]!r}")
        told = {*self.columns, *self.constants}
        code = "treatment_function_code" if self.family == "rtt" else "diagnostic_test_code"
        if lacking := [column for column in ("month", "provider_code", code) if column not in told]:
            raise ValueError(f"columns or constants must name {lacking[0]}")
        if self.bands and self.family == "rtt" and "part" not in told:
            raise ValueError("columns or constants must name the part of the pathway that the bands count")
        if not self.measures and not self.bands:
            raise ValueError("name measures, bands or both")
        return self


_Model = TypeVar("_Model", bound=Strict)
_FILES: dict[str, type[Strict]] = {
    "organisations.yml": Organisations,
    "specialties.yml": Specialties,
    "diagnostics.yml": Diagnostics,
    "standards.yml": Standards,
    "models.yml": Models,
    "demo.yml": Demo,
    "chatbot_published.yml": ChatbotPublished,
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


def chatbot_published() -> list[ChatbotFigure]:
    """What the collaborative published of its validation campaigns."""
    return _load("chatbot_published.yml", folder()).figures


def demo() -> Demo:
    """What the generated demo data look like."""
    return _load("demo.yml", folder())


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


def trust_codes() -> list[str]:
    """Codes of the system's trusts, in the order they are shown."""
    return [trust.code for trust in organisations().trusts]


def specialty_name(code: str, *, short: bool = False) -> str:
    """The published name of a treatment function; the code itself where it is not known."""
    for function in specialties().treatment_functions:
        if function.code == code:
            return function.short_name if short else function.name
    return code


def test_name(code: str, *, short: bool = False) -> str:  # noqa: PT028 - a DM01 test, not one of pytest's
    """The published name of a DM01 test; the code itself where it is not known."""
    for test in diagnostics().tests:
        if test.code == code:
            return test.short_name if short else test.name
    return "All tests" if code == "16" else code  # 16 is the ID of the DM01 workbooks' total rows


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
    """A short digest of the parameter files that a result depends on.

    Not of `demo.yml`, `sources/` and `runs/`: what they change is in the data, or in which reports are made.
    """
    told = hashlib.sha256()
    for path in sorted(folder().glob("*.yml")):
        if path.name != "demo.yml":
            told.update(path.name.encode() + b"\0" + path.read_bytes())
    return told.hexdigest()[:12]


def schema() -> dict[str, Any]:
    """The JSON schema of every parameter file, one definition a file, as kept in `parameters/schema.json`.

    A file's first line names its definition, and editors that speak YAML complete from it.
    """
    kinds: list[type[Strict]] = [*_FILES.values(), Runs, SourceMapping]
    return models_json_schema([(model, "validation") for model in kinds], title="Parameters of LSC Analytics")[1]
