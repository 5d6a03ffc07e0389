"""The registries: organisations, treatment functions, DM01 tests, and the dated waiting-time standards."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field, model_validator

from lsc_analytics.parameters.strict import Code, Month, Strict


class Trust(Strict):
    """One NHS trust of the system."""

    code: Code
    name: str
    short_name: str
    colour: str = Field(pattern=r"^#[0-9a-f]{6}$", description="Line colour in charts that compare trusts")


class Provider(Strict):
    """A provider under the ICB that is none of the system's acute trusts."""

    code: Code
    name: str
    short_name: str


class Journey(Strict):
    """Minutes by road between two providers' main sites, the same both ways."""

    between: tuple[Code, Code]
    minutes: float = Field(gt=0)


class Organisations(Strict):
    """`organisations.yml`: the system and its trusts, in the order they are shown, and who else treats its patients."""

    system_name: str
    icb_code: Code
    trusts: list[Trust]
    independents: list[Provider] = Field(description="Independent sites under the ICB")
    outside_mutual_aid: list[Provider] = Field(
        description="NHS trusts of the system that are reported and take no part"
    )
    journeys: list[Journey]
    journeys_verified: bool

    def minutes(self) -> dict[tuple[str, str], float]:
        """Minutes from one provider to another, both ways; a pair that is not named is not known."""
        told = {journey.between: journey.minutes for journey in self.journeys}
        return told | {(b, a): minutes for (a, b), minutes in told.items()}


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
    slots_a_session: float = Field(gt=0, description="Assumed patients in a half-day session, where none are loaded")
    also_published_as: list[str] = Field(default=[])


class Diagnostics(Strict):
    """`diagnostics.yml`: DM01 tests by Diagnostic ID."""

    tests: list[DiagnosticTest]


Status = Literal["binding", "superseded", "missed", "future"]


class Improvement(Strict):
    """What a standard asks beyond its value: so many points more than the same list had in a named month.

    >>> told = Improvement(points=7, baseline="2025-11", baseline_verified=False)
    >>> told.needed(57.15, at_least=65), told.needed(60, at_least=65), told.needed(98, at_least=0)
    (65, 67.0, 100.0)
    """

    points: float = Field(gt=0, description="Percentage points above the baseline")
    baseline: Month = Field(description="The month whose own share is the baseline")
    baseline_verified: bool = Field(description="That this is the baseline month was read, not remembered")

    def needed(self, baseline_percent: float, *, at_least: float) -> float:
        """The baseline plus the points, or the standard's own value, whichever is greater; 100 at most."""
        return max(at_least, min(100.0, baseline_percent + self.points))


class DatedStandard(Strict):
    """What every standard of the registry says: whom it binds, from when until when, and where it was read."""

    id: str
    scope: Literal["every", "trust", "system", "england"] = Field(
        default="every", description="Whom it binds; every: any provider, any system, England"
    )
    value: float = Field(description="Percent for shares, pathways for counts; 0 where only the improvement is asked")
    by: dt.date | None = Field(default=None, description="Date by which it is to be met; empty when standing")
    announced: dt.date | None = Field(default=None, description="When it was published; empty where not known")
    until: dt.date | None = Field(default=None, description="Its last day, where it was replaced or given up")
    replaced_by: str | None = Field(default=None, description="Identifier of what replaced it, where something did")
    missed: bool = Field(default=False, description="A source says that its date came and it was not met")
    words: str
    source: str
    verified: bool

    @model_validator(mode="after")
    def _is_dated_right(self) -> DatedStandard:
        if self.replaced_by and self.until is None:
            raise ValueError("what was replaced has a last day (until)")
        if self.missed and self.by is None:
            raise ValueError("only a standard with a date (by) can have been missed")
        return self

    @property
    def known_from(self) -> dt.date | None:
        """From when it was known: its announcement, else a year before its date; none for one that always stood.

        Planning guidance comes yearly, so a year before its date is the latest that an undated one is taken to be known.
        """
        return self.announced or (self.by and self.by.replace(year=self.by.year - 1, day=min(self.by.day, 28)))

    def status_at(self, day: dt.date) -> Status:
        """Whether it was yet to be announced, bound, had been replaced or given up, or had been missed, on a day.

        A standard whose date has come binds on until something replaces it: what was to be reached is to be kept.

        >>> weeks_65 = Standard(id="x", family="rtt", weeks=65, rule="count_over_at_most", value=0, words="w", source="s",
        ...     verified=True, by="2024-03-31", announced="2022-02-08", until="2024-03-26")
        >>> [weeks_65.status_at(dt.date(year, 1, 31)) for year in (2022, 2024, 2026)]
        ['future', 'binding', 'superseded']
        """
        if self.known_from and day < self.known_from:
            return "future"
        if self.until and day > self.until:
            return "superseded"
        return "missed" if self.missed and self.by and day > self.by else "binding"

    @property
    def status(self) -> Status:
        """Its status once every date in it has come: what the registry says in the end."""
        return self.status_at(dt.date.max)


class Standard(DatedStandard):
    """One dated standard of waiting lists or tests, counted in weeks."""

    family: Literal["rtt", "dm01"]
    weeks: int
    rule: Literal["share_within_at_least", "count_over_at_most", "share_over_at_most"]
    improvement: Improvement | None = Field(default=None, description="Only of a share within at least")

    @model_validator(mode="after")
    def _makes_sense(self) -> Standard:
        if self.improvement and self.rule != "share_within_at_least":
            raise ValueError("only a share within may ask for an improvement")
        return self


class CancerStandard(DatedStandard):
    """One dated cancer standard: at least so many percent of those treated, or told, within so many days."""

    days: Literal[28, 31, 62]


class NotMeasurable(Strict):
    """A standard of the same guidance that these data cannot be held against, and why."""

    words: str
    why: str
    source: str
    verified: bool


class Standards(Strict):
    """`standards.yml`: every standard the suite measures against, and those it cannot."""

    standards: list[Standard] = Field(description="Of waiting lists and tests, in weeks")
    cancer: list[CancerStandard] = Field(default=[], description="Of cancer, in days")
    not_measurable: list[NotMeasurable]

    @model_validator(mode="after")
    def _names_what_exists(self) -> Standards:
        every: list[DatedStandard] = [*self.standards, *self.cancer]
        known = [standard.id for standard in every]
        wrong = [f"{one} is there twice" for one in sorted(set(known)) if known.count(one) > 1]
        wrong += [
            f"{standard.id} is replaced by {standard.replaced_by}, which is not there"
            for standard in every
            if standard.replaced_by and standard.replaced_by not in known
        ]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self
