"""What the generated demo data look like."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field, model_validator

from lsc_analytics.parameters.ptl import DemoPtl
from lsc_analytics.parameters.strict import Code, Course, Month, Strict

CancerStandardName = Literal["28_days", "31_days", "62_days"]


class DemoFunction(Strict):
    """One treatment function of the demo data, in percent."""

    starts: float = Field(gt=0, description="Clock starts a month, of the list")
    admitted: float = Field(ge=0, le=100, description="Admitted, of clock stops")
    decision_to_admit: float = Field(ge=0, le=100, description="Decided to admit, of the list")


class DemoTrust(Strict):
    """One trust's invented waiting lists."""

    pace: float = Field(gt=0, description="Clock starts against the list, relative to the functions' percentages")
    limit_weeks: float = Field(description="Longest wait, weeks later than the common limit")
    course: Course = Field(description="List against the final list")
    commissioners: dict[Code, float] = Field(description="Commissioner: percent of its pathways")
    lists: dict[Code, int] = Field(description="Treatment function: pathways waiting in the last month, about")


class DemoRecode(Strict):
    """Where one trust moves most of one treatment function into another in one month."""

    trust: Code
    month: Month
    from_code: Code
    to_code: Code
    percent: float = Field(gt=0, le=100)


class DemoBreach(Strict):
    """The list whose longest waits are let grow past 65 weeks."""

    trust: Code
    code: Code
    course: Course
    limit_weeks: Course


class DemoElsewhere(Strict):
    """One provider outside the system's trusts, where its board's patients wait in the last month."""

    name: str = Field(min_length=1, description="As in the Organisation Data Service")
    board: Code = Field(description="The board that the provider is in")
    lists: dict[Code, int] = Field(
        description="Treatment function: incomplete pathways that the system's board commissions"
    )


class DemoBoard(Strict):
    """One commissioner outside the system's board, and its share of the trusts' lists."""

    code: Code
    name: str = Field(min_length=1)
    percent: float = Field(ge=0, le=50, description="Of every list of the system's trusts")


class DemoRtt(Strict):
    """The RTT extracts of the demo data."""

    missing_month: Month
    removals_percent: float = Field(ge=0, le=20, description="Leaving unreported a month, of the list")
    limit_weeks: Course
    sprint_weeks: list[float] = Field(min_length=12, max_length=12, description="Added to the limit, by calendar month")
    functions: dict[Code, DemoFunction]
    trusts: dict[Code, DemoTrust]
    commissioners: dict[Code, str]
    other_board: DemoBoard
    elsewhere: dict[Code, DemoElsewhere] = Field(
        description="Provider: its list of the board's patients, last month alone"
    )
    recode: DemoRecode
    breach: DemoBreach

    @model_validator(mode="after")
    def _names_what_exists(self) -> DemoRtt:
        lists = {(trust, code) for trust, told in self.trusts.items() for code in told.lists}
        recode, breach = self.recode, self.breach
        named = [(recode.trust, recode.from_code), (recode.trust, recode.to_code), (breach.trust, breach.code)]
        without = [f"{trust} has no list {code}" for trust, code in named if (trust, code) not in lists]
        without += [f"{code} is not among the functions" for _, code in sorted(lists) if code not in self.functions]
        paying = {code for told in self.trusts.values() for code in told.commissioners}
        without += [f"the commissioner {code} has no name" for code in sorted(paying - set(self.commissioners))]
        if without:
            raise ValueError("; ".join(without))
        return self


class DemoTest(Strict):
    """One DM01 test of the demo data."""

    planned: float = Field(ge=0, description="Planned tests for each hundred from the waiting list")
    unscheduled: float = Field(ge=0, description="Unscheduled tests for each hundred from the waiting list")
    weeks: float = Field(gt=0, description="Weeks of demand waiting, relative to the trust's")


class DemoTestingTrust(Strict):
    """One trust's invented DM01 lists."""

    weeks_of_demand: Course = Field(description="List, in weeks of demand")
    limit_weeks: Course
    lists: dict[str, int] = Field(description="Diagnostic ID: people waiting in the last month, about")


class DemoDm01(Strict):
    """The DM01 workbooks of the demo data."""

    removals_percent: float = Field(ge=0, le=20)
    tests: dict[str, DemoTest]
    trusts: dict[Code, DemoTestingTrust]


class DemoCampaign(Strict):
    """One validation campaign of the demo data, its counts of pathways exact."""

    name: str
    first_day: dt.date
    last_day: dt.date
    trusts: list[Code]
    contacted: int
    responded: int
    leave: int
    worse: int
    also_worse: int = Field(description="Remaining and worse as well")
    functions: list[Code] = Field(default=[], description="Treatment functions called; all that are, where empty")
    not_tried: int = Field(default=0, description="May be called, and nobody has tried yet")
    excluded: int = Field(default=0, description="Not to be called: children, dementia, other clinical reasons")
    excluded_reached: int = Field(default=0, description="Of those, called by mistake")
    reviewed_percent: float = Field(ge=0, le=100, description="Of those who asked to leave or are worse")


class DemoChatbot(Strict):
    """The Chatbot records of the demo data."""

    never_reached_percent: float = Field(ge=0, lt=100)
    removed_percent: float = Field(ge=0, le=100, description="Of those agreed to go, taken off the list since")
    rereferred_percent: float = Field(ge=0, le=100, description="Of those taken off, referred again")
    campaigns: list[DemoCampaign]
    not_called: list[Code]


class DemoPlan(Strict):
    """The plan file of the demo data: by trust, list and measure, a value at some months; of cancer by trust and measure."""

    first_month: Month
    last_month: Month
    wobble_percent: float = Field(
        ge=0, le=20, description="Drawn around the course, as a plan is not ruled with a ruler"
    )
    rtt: dict[Code, dict[Code, dict[str, Course]]]
    dm01: dict[Code, dict[str, dict[str, Course]]]
    cancer: dict[Code, dict[str, Course]] = Field(description="Trust, measure")


class DemoSessions(Strict):
    """What a session of one test holds in the demo's capacity file."""

    slots: int = Field(gt=0, description="Patients a full session holds")
    staff: float = Field(gt=0, description="People a session takes")
    cost: float = Field(gt=0, description="Pounds a further session costs in a hospital")
    gp_percent: float = Field(ge=0, le=100, description="Asked for by a GP directly")


class DemoCentre(Strict):
    """One invented community diagnostic centre, run by a trust."""

    code: str
    name: str
    trust: Code
    share_percent: dict[str, float] = Field(description="Diagnostic ID: of the trust's waiting-list tests, done here")


class DemoDiagnosticCapacity(Strict):
    """The diagnostic capacity file of the demo data."""

    month: Month
    sessions_a_room: float = Field(gt=0, description="Half-day sessions that a room is used for in a week")
    sessions_one_works: float = Field(
        gt=0, description="Half-day sessions that one whole-time equivalent works in a week"
    )
    tests_to_date: int = Field(gt=0, description="Tests of all centres together since they opened")
    tests: dict[str, DemoSessions]
    centres: list[DemoCentre]


class DemoMutualAid(Strict):
    """The capacity file of the demo data: by provider and specialty, clock stops offered a month."""

    first_month: Month
    last_month: Month
    offers: dict[Code, dict[Code, int]]


class DemoCancerTrust(Strict):
    """One trust's invented cancer waiting times."""

    patients: dict[CancerStandardName, float] = Field(description="A month: told (28 days) or treated, whole ones")
    within_percent: dict[CancerStandardName, Course] = Field(description="Of them, in time")


class DemoCancer(Strict):
    """The cancer extract of the demo data. Shares are percent, of what they are listed with."""

    first_month: Month
    shared_percent: float = Field(
        ge=0, le=100, description="Of the patients of 62 days, shared with another trust: a half"
    )
    routes: dict[str, float]
    stages: dict[str, float]
    modalities: dict[str, float]
    types: dict[str, float]
    late: dict[str, float] = Field(description="How often a type is late, against all of them; 1 where not named")
    suspected: dict[str, float] = Field(description="Suspected types of urgent referrals (28 days)")
    other_routes: dict[str, dict[str, float]] = Field(description="Of 28 days: other routes, and their types")
    trusts: dict[Code, DemoCancerTrust]


class DemoGroup(Strict):
    """One patient group of the demo's lists by age, sex, deprivation or ethnicity."""

    percent: float = Field(ge=0, le=100, description="Of the pathways within 18 weeks")
    longer: float = Field(default=0, gt=-0.4, le=1, description="Share more of those over 18 weeks, twice that over 52")


class DemoWlmds(Strict):
    """The demographics workbook of the demo data; how many wait how long is in the RTT extract of its month."""

    week_ending: dt.date
    elsewhere: int = Field(ge=1, description="Every other acute trust of England together, against the system's lists")
    elsewhere_longer: float = Field(ge=0, le=1, description="How much of the differences between groups they have")
    left_out_percent: dict[str, float] = Field(description="Characteristic: of the pathways, in none of its groups")
    groups: dict[str, dict[str, DemoGroup]] = Field(description="Characteristic: its groups as published")


class DemoMove(Strict):
    """One move of mutual aid in the demo's action log; its days and its counts after the proposal are drawn."""

    move_id: str
    from_provider: Code
    to_provider: Code
    pathway_kind: Literal["rtt", "diagnostic", "cancer"] = "rtt"
    code: Code = Field(description="Treatment function, or of a diagnostic move Diagnostic ID")
    month: Month
    pathways: int = Field(ge=1)
    outcome: Literal["proposed", "agreed", "declined", "delivered"]
    reason: str = ""


class DemoAid(Strict):
    """The action log of the demo data."""

    moves: list[DemoMove]


class Demo(Strict):
    """`demo.yml`: what the generated demo data look like."""

    seed: int = Field(ge=0)
    first_month: Month
    last_month: Month
    starts_season: list[float] = Field(min_length=12, max_length=12)
    capacity_season: list[float] = Field(min_length=12, max_length=12)
    rtt: DemoRtt
    dm01: DemoDm01
    chatbot: DemoChatbot
    plan: DemoPlan
    diagnostic_capacity: DemoDiagnosticCapacity
    mutual_aid: DemoMutualAid
    ptl: DemoPtl
    wlmds: DemoWlmds
    aid: DemoAid
    cancer: DemoCancer
