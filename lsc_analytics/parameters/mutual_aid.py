"""What mutual aid may do, and what is assumed where nobody has offered anything."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from lsc_analytics.parameters.strict import Strict

Stage = Literal["before_first_appointment", "awaiting_test", "seen", "decision_to_admit"]
WhenCapacityFails = Literal["own_first", "longest_first"]


class AidStage(Strict):
    """Whether pathways at one stage may move, and how many of those asked would."""

    may_move: bool
    share: float = Field(gt=0, le=1, description="Of those at the stage, who could be treated elsewhere at all")
    uptake: float = Field(ge=0, lt=1, description="Share of those asked who agree: below one, since nobody is made to")
    months_to_treatment: int = Field(ge=0, le=6, description="From the move to the clock stop at the receiver")


class AssumedOffer(Strict):
    """What a provider is taken to offer where no capacity file says."""

    percent_of_stops: float = Field(ge=0, le=100, description="Of the latest month's clock stops")
    p10_of_p50: float = Field(ge=0, le=1, description="The 10% figure as a share of the middle one")


class AidStress(Strict):
    """How demand and offered capacity are drawn to fail together."""

    draws: int = Field(ge=50, le=5000)
    shared: float = Field(ge=0, le=1, description="Part of a list's uncertainty that all lists share")
    seed: int = Field(ge=0)


class AidTeam(Strict):
    """A team, or a list, that moves to the sender's site in place of its patients."""

    may_move: bool
    uptake: float = Field(ge=0, lt=1, description="Share of those asked who agree to be seen by the other team")
    travel_limit_minutes: float = Field(gt=0, description="For staff")


class AidReport(Strict):
    """What the report asks."""

    standard_weeks: Literal[18, 52, 65, 78]
    months_ahead: int = Field(ge=2, le=12)


class MutualAid(Strict):
    """`mutual_aid.yml`: who may move, how far, how many at a time, and who waits when capacity fails."""

    first_move_months_ahead: int = Field(ge=1, le=6, description="Published months come late: no move before this")
    minimum_batch: int = Field(ge=1, description="Fewer pathways than this are not worth a handover")
    travel_limit_minutes: float = Field(gt=0)
    when_capacity_fails: WhenCapacityFails
    assumed_offer: AssumedOffer
    stress: AidStress
    stages: dict[Stage, AidStage]
    team: AidTeam
    in_order_percent: float = Field(gt=0, le=100, description="Of clock stops, those that could follow the clock")
    report: AidReport

    @model_validator(mode="after")
    def _has_every_stage(self) -> MutualAid:
        if missing := [stage for stage in Stage.__args__ if stage not in self.stages]:  # type: ignore[attr-defined]
            raise ValueError(f"stages lacks {', '.join(missing)}")
        return self

    @property
    def months_to_treatment(self) -> int:
        """The longest way to treatment of any stage that may move: no offer is used before it."""
        return max((stage.months_to_treatment for stage in self.stages.values() if stage.may_move), default=1)
