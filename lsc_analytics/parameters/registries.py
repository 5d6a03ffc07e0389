"""The registries: organisations, treatment functions, DM01 tests, and the dated waiting-time standards."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from lsc_analytics.parameters.strict import Code, Strict


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
    also_published_as: list[str] = Field(default=[])


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
