"""What diagnostic capacity rests on where no file says, the levers of its scenarios, and which specialty leans on which test."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lsc_analytics.parameters.scenario import Dated as Dated
from lsc_analytics.parameters.strict import Code, Month, Strict

Network = Literal["imaging", "physiological", "endoscopy"]
TestCode = Annotated[str, Field(pattern=r"^\d{1,2}$")]


class MixRule(Strict):
    """What the cheapest mix is planned for."""

    order: Literal["as_now", "longest_first"] = Field(description="Who has the further tests")
    enough: Literal["median", "upper_80"] = Field(description="The need that is enough one time in two, or nine in ten")


class WorkforcePlan(Strict):
    """How demand grows and how many staff leave, a year."""

    years: int = Field(ge=1, le=10)
    demand_growth_percent: dict[Network, float]
    leavers_percent: dict[Network, Annotated[float, Field(ge=0, lt=100)]]
    source: str


class DiagnosticCapacity(Strict):
    """`diagnostic_capacity.yml`: which standards are asked for, when capacity can change, and what stands in for a file."""

    standards: list[str] = Field(min_length=1, description="Identifiers in standards.yml")
    told_at: str = Field(description="The standard at which sessions, centres and mixes are told")
    months_ahead: int = Field(ge=4, le=11, description="By the end of this month ahead")
    first_month_ahead: int = Field(ge=1, le=3, description="Published months come late: nothing changes before this")
    draws: int = Field(ge=20, le=1000)
    tests_without_file: float = Field(gt=0, description="Tests a week that stand in for a session")
    sessions_a_room: float = Field(gt=0, description="Half-day sessions that a room can hold in a week")
    sessions_one_works: float = Field(gt=0, description="Half-day sessions that one whole-time equivalent works a week")
    cost_a_session: dict[Network, Annotated[float, Field(ge=0)]] = Field(description="Pounds")
    cost_a_patient_sent: float = Field(ge=0, description="Pounds, for a test done for another trust's patient")
    fewest_sent_a_week: float = Field(ge=0, description="Tests; fewer are not worth an arrangement between two trusts")
    mix: MixRule
    workforce: WorkforcePlan
    source: str


class CouplingPair(Strict):
    """One specialty that leans on one test."""

    specialty: Code
    test: TestCode
    share_percent: float = Field(gt=0, le=100, description="Of the specialty's pathways, those that wait for the test")
    source: str = "assumption"


class DiagnosticCoupling(Strict):
    """`diagnostic_coupling.yml`: which specialty leans on which test."""

    dated: Month
    keeps_percent: float = Field(gt=0, lt=100, description="Within six weeks: what the tests are compared at")
    ahead_of_worst: int = Field(ge=0, le=40, description="Pairs for which the RTT list is told ahead")
    pairs: list[CouplingPair]


class MoreDemand(Dated):
    """More or fewer joining the list."""

    lever: Literal["demand"]
    percent: float = Field(ge=-100)


class GpDirectAccess(Dated):
    """More or fewer tests asked for by a GP directly."""

    lever: Literal["gp_direct_access"]
    percent: float = Field(ge=-100, description="Of those that GPs ask for now")


class LostTests(Dated):
    """Tests that do not happen, such as while a scanner is replaced."""

    lever: Literal["lost_tests"]
    percent: float = Field(ge=0, le=100, description="Of the tests of those months")


class ExtraSessions(Dated):
    """Sessions beyond those that run."""

    lever: Literal["extra_sessions"]
    sessions_a_week: float = Field(gt=0, description="At each trust that does the test")


class ListReview(Dated):
    """People found not to need their test, taken off the list."""

    lever: Literal["list_review"]
    percent_of_list: float = Field(ge=0, le=100, description="Of the list of now, in all")


class Utilisation(Dated):
    """More or fewer of the slots booked."""

    lever: Literal["utilisation"]
    points: float = Field(ge=-100, le=100, description="Percentage points")


class NotAttended(Dated):
    """More or fewer who do not attend."""

    lever: Literal["not_attended"]
    points: float = Field(ge=-100, le=100, description="Percentage points; below 0 is fewer")


class Downtime(Dated):
    """More or fewer sessions lost."""

    lever: Literal["downtime"]
    points: float = Field(ge=-100, le=100, description="Percentage points; below 0 is fewer")


DiagnosticChange = Annotated[
    MoreDemand | GpDirectAccess | LostTests | ExtraSessions | ListReview | Utilisation | NotAttended | Downtime,
    Field(discriminator="lever"),
]


class DiagnosticScenario(Strict):
    """`scenarios/dm01/*.yml`: one dated set of changes to what is otherwise expected of the tests."""

    title: str = Field(max_length=40, description="As the chart labels it")
    assumes: str = Field(description="What is taken to happen, in a sentence")
    source: str = Field(description="Where its figures were read, or `assumption`")
    changes: list[DiagnosticChange] = Field(description="None for the lists as they are expected to go")
