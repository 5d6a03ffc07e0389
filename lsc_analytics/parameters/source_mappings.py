"""How a tidy history csv's headers say what our columns say."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from lsc_analytics.parameters.strict import Strict

KeyColumn = Literal[
    "month", "provider_code", "provider_name", "treatment_function_code", "diagnostic_test_code", "scope", "part",
    "cancer_standard", "route", "cancer_type",
]  # fmt: skip
_CODES = {"rtt": "treatment_function_code", "dm01": "diagnostic_test_code", "cancer": "cancer_standard"}


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
    family: Literal["rtt", "dm01", "cancer"]
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
        needed = ("month", "provider_code", _CODES[self.family])
        if lacking := [column for column in needed if column not in told]:
            raise ValueError(f"columns or constants must name {lacking[0]}")
        if self.bands and self.family == "cancer":
            raise ValueError("cancer waiting times have no weekly bands")
        if self.bands and self.family == "rtt" and "part" not in told:
            raise ValueError("columns or constants must name the part of the pathway that the bands count")
        if not self.measures and not self.bands:
            raise ValueError("name measures, bands or both")
        return self
