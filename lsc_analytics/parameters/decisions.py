"""Which decisions are worth telling, and who answers for each kind."""

from __future__ import annotations

from pydantic import Field

from lsc_analytics.parameters.strict import Strict


class DecisionOwners(Strict):
    """Who answers for each kind of decision, in words: a role, or a name."""

    safety_review: str = Field(min_length=1)
    mutual_aid: str = Field(min_length=1)
    more_clock_stops: str = Field(min_length=1)
    diagnostic_session: str = Field(min_length=1)


class Decisions(Strict):
    """`decisions.yml`: how many decisions are told, and whose they are."""

    show: int = Field(ge=1, description="How many are told")
    least_helped: float = Field(ge=0, description="Expected pathways or patients below which a decision is not told")
    owners: DecisionOwners
