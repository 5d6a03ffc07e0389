"""When a list is rated red, amber or green, when it is called fragile, and which movements are worth telling."""

from __future__ import annotations

from pydantic import Field, model_validator

from lsc_analytics.parameters.strict import Strict


class RiskRule(Strict):
    """How the risk of missing one standard is rated."""

    standard: str = Field(description="Identifier in standards.yml, of a count or share over so many weeks")
    serious_pathways: float = Field(
        ge=0, description="Pathways more than the standard allows, beyond which it is serious"
    )
    serious_percent: float = Field(ge=0, le=100, description="The same in percent of the list; the greater counts")
    red_probability: float = Field(gt=0, le=1, description="Red where serious is so likely")
    amber_probability: float = Field(gt=0, le=1, description="Amber where missing the standard at all is so likely")


class MoverRule(Strict):
    """Which changes since last month are worth a line."""

    show: int = Field(ge=1)
    least_change: int = Field(ge=1, description="Pathways over the standard's weeks, more or fewer")


class FragileRule(Strict):
    """When little holds a list up."""

    months: int = Field(ge=2, le=24, description="Months over which shrinking is judged")
    shrinking_percent: float = Field(gt=0, le=100)
    least_list: int = Field(ge=1, description="Pathways, at the start, below which shrinking says nothing")
    few_stops_a_month: float = Field(gt=0, description="Clock stops a month, on average over those months")


class Risk(Strict):
    """`risk.yml`: the rules of rating."""

    months_ahead: int = Field(ge=1, le=12)
    rules: list[RiskRule] = Field(min_length=1)
    movers: MoverRule
    fragile: FragileRule

    @model_validator(mode="after")
    def _one_rule_a_standard(self) -> Risk:
        named = [rule.standard for rule in self.rules]
        if double := sorted({one for one in named if named.count(one) > 1}):
            raise ValueError(f"{', '.join(double)} has more than one rule")
        return self
