"""What a patient tracking list may say, and how a trust's own headers say it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from lsc_analytics.parameters.strict import Code, Strict

PtlColumn = Literal[
    "data_kind", "extract_date", "pathway_id", "referral_id", "provider_code", "treatment_function_code",
    "clock_start_date", "priority_code", "procedure_code", "first_seen_date", "decision_to_admit_date", "booked_date",
    "waiting_for", "last_validated_date", "site_code", "deprivation_decile", "age_band", "sex", "ethnic_category",
    "rurality",
]  # fmt: skip
NEEDED: tuple[PtlColumn, ...] = (
    "data_kind", "pathway_id", "provider_code", "treatment_function_code", "clock_start_date", "waiting_for",
)  # fmt: skip


class Ptl(Strict):
    """`ptl.yml`: the order of the list, what is counted of it, and the codes it may hold."""

    priority_codes: list[str] = Field(min_length=1, description="The most urgent first; others are refused")
    standards_weeks: list[int] = Field(min_length=1, description="Standards whose at-risk cohort is published")
    by_month: int = Field(ge=1, le=12, description="Calendar month at whose end the at-risk cohort is counted")
    by_weeks_ahead: int = Field(ge=0, le=26, description="That end is at least so many weeks ahead")
    validate_after_weeks: int = Field(ge=1, description="Whoever waits longer is to be validated")
    validate_every_weeks: int = Field(ge=1, description="And again so many weeks after the last time")
    freshest_days: int = Field(ge=1, le=31, description="Days after which an extract no longer stands for its trust")
    age_bands: list[str] = Field(min_length=1)
    sexes: dict[str, str] = Field(min_length=1, description="Code: its name")
    rurality: dict[str, str] = Field(min_length=1, description="Code: its name")
    ethnic_groups: dict[str, list[str]] = Field(min_length=1, description="Group: its ethnic category codes")
    procedures: dict[str, str] = Field(description="First characters of an OPCS-4 code: its name")


class PtlMapping(Strict):
    """`ptl/*.yml`: how one trust's extract says what our columns say. Chosen by exact header match."""

    title: str
    header: list[str] = Field(description="The file's header, exactly and in order")
    columns: dict[PtlColumn, str] = Field(description="Our column: the header it is read from")
    constants: dict[PtlColumn, str] = Field(default={}, description="Our column, where the file has none: its value")
    values: dict[PtlColumn, dict[str, str]] = Field(default={}, description="Our column: {the file's word: ours}")
    dates: Literal["YYYY-MM-DD", "DD/MM/YYYY"] = "YYYY-MM-DD"

    @model_validator(mode="after")
    def _refers_to_its_header(self) -> PtlMapping:
        if missing := [header for header in self.columns.values() if header not in self.header]:
            raise ValueError(f"the header has no column {missing[0]!r}")
        told = {*self.columns, *self.constants}
        if lacking := [column for column in NEEDED if column not in told]:
            raise ValueError(f"columns or constants must name {lacking[0]}")
        return self


class DemoPtl(Strict):
    """The patient tracking list of the demo data; what the list is made of is in the RTT extract of its month."""

    booked_percent: float = Field(ge=0, le=100, description="Of those whose wait is long: booked")
    booked_weeks: int = Field(ge=1, description="Bookings lie up to so many weeks ahead")
    validated_percent: float = Field(ge=0, le=100, description="Of those to be validated: within the last 12 weeks")
    first_decile_percent: float = Field(gt=0, le=60, description="Pathways of the most deprived tenth, about")
    procedures: dict[Code, dict[str, float]] = Field(description="Treatment function: {OPCS-4 code: percent of it}")
