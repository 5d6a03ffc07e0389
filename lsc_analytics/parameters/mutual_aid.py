"""What mutual aid may do, and what is assumed where nobody has offered anything."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lsc_analytics.parameters.strict import Strict

Stage = Literal["before_first_appointment", "awaiting_test", "seen", "decision_to_admit"]


class AidStage(Strict):
    """Whether pathways at one stage may move, and how many of those asked would."""

    may_move: bool
    uptake: float = Field(ge=0, lt=1, description="Share of those asked who agree: below one, since nobody is made to")
    months_to_treatment: int = Field(ge=0, le=6, description="From the move to the clock stop at the receiver")


class AssumedOffer(Strict):
    """What a trust is taken to offer where no capacity file says."""

    percent_of_stops: float = Field(ge=0, le=100, description="Of the latest month's clock stops")
    p10_of_p50: float = Field(ge=0, le=1, description="The 10% figure as a share of the middle one")


class MutualAid(Strict):
    """`mutual_aid.yml`: who may move, how far, how many at a time."""

    first_move_months_ahead: int = Field(ge=1, le=6, description="Published months come late: no move before this")
    minimum_batch: int = Field(ge=1, description="Fewer pathways than this are not worth a handover")
    travel_limit_minutes: float = Field(gt=0)
    assumed_offer: AssumedOffer
    stages: dict[Stage, AidStage]
