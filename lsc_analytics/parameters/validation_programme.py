"""What the validation programme planned, its cycle, and the prices by which its value is told."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from lsc_analytics.parameters.strict import Code, Strict


class CampaignPlan(Strict):
    """How many a campaign was to contact, and by when."""

    campaign: str = Field(description="As the call records name it")
    planned: int = Field(ge=1, description="Patients")
    by: dt.date
    source: str


class TierStatus(Strict):
    """A trust's tier of national oversight, as of a day."""

    trust: Code
    tier: Literal["1", "2", "none", "not known"]
    as_of: dt.date
    source: str
    verified: bool


class ValidationProgramme(Strict):
    """`validation_programme.yml`: plans, the cycle, and assumed prices."""

    plans: list[CampaignPlan]
    cycle_weeks: list[int] = Field(min_length=1, description="Whoever waits is to have been asked within so many weeks")
    called_percent_of_list: float = Field(gt=0, le=100, description="Of the list, in each month of the next drive")
    appointments_per_removal: float = Field(ge=0)
    cost_per_patient_called: float = Field(ge=0, description="Pounds")
    cost_per_review: float = Field(ge=0, description="Pounds")
    paid_per_removal: float = Field(ge=0, description="Pounds, for comparison")
    tiers: list[TierStatus]
