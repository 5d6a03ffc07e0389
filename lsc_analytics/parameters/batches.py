"""What one batch makes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from lsc_analytics.parameters.strict import Code, Strict


class ReportFamily(Strict):
    """One notebook and the matrix it is run over. `every` takes codes as they exist in the data."""

    notebook: str = Field(pattern=r"^[a-z_]+$", description="Name of a notebook in notebooks/, without its ending")
    family: Literal["rtt", "dm01", "wlmds", "chatbot", "ptl", "any"] = Field(
        description="Data without which it is skipped"
    )
    also: list[str] = Field(
        default=[],
        description="Other data that the notebook reads where they are loaded, such as plan: new ones make it due again",
    )
    flows: bool = Field(
        default=False, description="Only lists whose flows are loaded for long enough to be played ahead"
    )
    answered: int = Field(
        default=0,
        ge=0,
        description="Only lists of which so many patients answered in one campaign, by the counts that are shown",
    )
    campaign: list[str] | Literal["every"] | None = Field(
        default=None,
        description="A report for each of these validation campaigns, by their names in the call records, or every; without it, "
        "one of all campaigns",
    )
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
        if twice := {"trust", "specialty", "test", "campaign"} & self.parameters.keys():
            raise ValueError(f"{', '.join(sorted(twice))} belongs beside parameters, not inside")
        if self.answered and self.family != "chatbot":
            raise ValueError("answered counts patients of a validation campaign: name it where the family is chatbot")
        if self.campaign is not None and self.family != "chatbot":
            raise ValueError("campaign is one of validation: name it where the family is chatbot")
        return self


class Runs(Strict):
    """`runs/*.yml`: what one batch makes."""

    title: str
    reports: list[ReportFamily]
    seconds_per_cell: int = Field(default=120, ge=1, description="A cell that takes longer fails its report")
    memory_mb: int = Field(
        default=4_096,
        ge=256,
        description="A report that takes more memory than this, beside what it starts with, fails",
    )
