"""What-if scenarios, and what a clock stop takes in lists and clinics: every figure an assumption until a trust sets it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from lsc_analytics.parameters.strict import Code, Month, Strict

When = Annotated[int, Field(ge=1, le=24)] | Month
MOST_CELLS = 150  # of a what-if grid: a page holds them all, month by month


def _adds_up(shares: dict[int, float]) -> dict[int, float]:
    if abs(sum(shares.values()) - 100) > 0.01:
        raise ValueError(f"the shares by wait add up to {sum(shares.values()):g}, not to 100")
    return shares


ShareByWait = Annotated[
    dict[Annotated[int, Field(ge=0, le=104)], Annotated[float, Field(ge=0, le=100)]], AfterValidator(_adds_up)
]


class Dated(Strict):
    """From when to when a change holds: months ahead of the month reported (1 is the next), or months by name."""

    begins: When = Field(description="First month of the change: months ahead, or YYYY-MM")
    ends: When | None = Field(default=None, description="Last month of the change; it lasts where this is left out")


class Demand(Dated):
    """More or fewer clock starts."""

    lever: Literal["demand"]
    percent: float = Field(ge=-100, description="Of clock starts: -2 is two in a hundred fewer")


class ExtraLists(Dated):
    """Theatre lists and clinics booked from the waiting list, beyond what is expected."""

    lever: Literal["extra_lists"]
    theatre_lists: float = Field(default=0, description="A month")
    clinics: float = Field(default=0, description="A month")


class Validation(Dated):
    """Pathways found not to need their place, taken off the list without a clock stop."""

    lever: Literal["validation"]
    percent_of_list: float = Field(ge=0, le=100, description="Of the list, in each month of the drive")
    share_by_wait: ShareByWait = Field(
        description="Percent of those taken off by weeks waited: from this many weeks up to the next key"
    )


class FollowUps(Dated):
    """Fewer outpatient follow-ups, their slots used for first attendances."""

    lever: Literal["follow_ups"]
    percent: float = Field(ge=-100, le=0, description="Of follow-up attendances: -10 is one in ten fewer")
    reused_percent: float = Field(ge=0, le=100, description="Of the slots freed, those booked with first attendances")


class TheatreProductivity(Dated):
    """More cases on the theatre lists that run anyway."""

    lever: Literal["theatre_productivity"]
    percent: float = Field(ge=-100, description="Of admitted clock stops")


class LostCapacity(Dated):
    """Clock stops that do not happen, such as in a week of industrial action."""

    lever: Literal["lost_capacity"]
    percent: float = Field(ge=0, le=100, description="Of the month's clock stops")


Change = Annotated[
    Demand | ExtraLists | Validation | FollowUps | TheatreProductivity | LostCapacity, Field(discriminator="lever")
]


class Scenario(Strict):
    """`scenarios/*.yml`: one dated set of changes to what is otherwise expected."""

    title: str = Field(max_length=40, description="As the chart labels it")
    assumes: str = Field(description="What is taken to happen, in a sentence")
    source: str = Field(description="Where its figures were read, or `assumption`")
    changes: list[Change] = Field(description="None for the list as it is expected to go")

    @property
    def assumed(self) -> bool:
        """Whether its figures rest on nothing that was read."""
        return self.source.startswith("assumption")


class Steps(Strict):
    """The places of one slider: from the lowest to the highest, a step apart, no change among them."""

    lowest: float = Field(ge=-100, le=0, description="Percent")
    highest: float = Field(ge=0, description="Percent")
    step: float = Field(gt=0, description="Percent")

    @model_validator(mode="after")
    def _holds_no_change(self) -> Steps:
        for end in (self.lowest, self.highest):
            if abs(end / self.step - round(end / self.step)) > 1e-9:
                raise ValueError(f"{end:g} is no whole number of steps of {self.step:g} from no change")
        return self

    @property
    def values(self) -> list[float]:
        """Every place, in order."""
        return [
            round(at * self.step, 6)
            for at in range(round(self.lowest / self.step), round(self.highest / self.step) + 1)
        ]


class WhatIf(Strict):
    """`what_if.yml`: which changes of demand, capacity and validation the what-if page holds; every one is computed."""

    demand: Steps = Field(description="Of clock starts")
    capacity: Steps = Field(description="Of clock stops")
    validation: Steps = Field(description="Of the list, taken off in each month; none below 0")
    share_by_wait: ShareByWait = Field(description="Percent of those taken off by weeks waited")
    source: str = Field(description="Where the validation figures were read, or `assumption`")

    @model_validator(mode="after")
    def _fits_a_page(self) -> WhatIf:
        cells = len(self.demand.values) * len(self.capacity.values) * len(self.validation.values)
        if cells > MOST_CELLS:
            raise ValueError(f"the sliders have {cells} settings together; a page holds {MOST_CELLS}")
        if self.validation.lowest < 0:
            raise ValueError("validation adds nobody to a list: its lowest is 0")
        return self


class StopShares(Strict):
    """How much of activity stops a clock; the rest is planned, follow-up or of no pathway."""

    inpatient_percent: float = Field(gt=0, le=100, description="Of inpatient and day cases")
    outpatient_percent: float = Field(gt=0, le=100, description="Of outpatient attendances")
    source: str


class Conversion(Strict):
    """What lists and clinics of one specialty hold."""

    cases_per_list: float = Field(gt=0, description="Cases on a half-day theatre list")
    slots_per_clinic: float = Field(gt=0, description="Attendances in a clinic")
    follow_ups_per_first: float = Field(ge=0, description="Follow-up attendances for one first attendance")


class Capacity(Strict):
    """`capacity.yml`: when capacity can change at all, and what a clock stop takes."""

    first_month_ahead: int = Field(ge=1, le=6, description="Published months come late: nothing changes before this")
    relief_weeks: int = Field(ge=1, description="Weeks in which a list is to come down to its target size")
    follow_ups_for_one_first: float = Field(gt=0, description="Follow-up slots that make one first attendance")
    usual_mix: StopShares
    booked_from_list: StopShares
    any_specialty: Conversion = Field(description="Where a specialty is not named below")
    specialties: dict[Code, Conversion]

    def conversion(self, treatment_function_code: str) -> Conversion:
        """What lists and clinics of a specialty hold."""
        return self.specialties.get(treatment_function_code, self.any_specialty)
