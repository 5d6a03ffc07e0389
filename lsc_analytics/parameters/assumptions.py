"""What the models assume, and the published figures that ours are set beside."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lsc_analytics.parameters.strict import Strict

Method = Literal[
    "last_value", "drift", "seasonal_naive", "theta", "ets", "anchored_stock", "flows_and_identity", "cohort", "pooled",
    "combination",
]  # fmt: skip


class ForecastSettings(Strict):
    """How far ahead, how the flows are forecast, and which methods compete."""

    horizon_months: int = Field(ge=1, le=12)
    history_months_needed: int = Field(ge=3, description="Months of flows before flows are forecast")
    draws: int = Field(ge=100, le=5000)
    seed: int
    contest: list[Method] = Field(
        default=["last_value"], description="Methods that compete; the last value always does"
    )
    contest_default: Method = Field(default="last_value", description="Leads unless another is clearly better")
    contest_margin: float = Field(
        default=0.0, ge=0, lt=1, description="Share of its error by which another must be better"
    )
    combination: list[Method] = Field(
        default=[], description="Methods whose quantiles are averaged, where they are there"
    )
    kept_only: list[Method] = Field(
        default=[],
        description="Methods told of the whole list from the last month only: kept and scored, never leading",
    )
    origins_back: list[int] = Field(default=[3, 6, 9, 12], description="Months ago from which methods are judged")
    flows_back: list[int] = Field(
        default=[], description="Of those, the ones from which flows are forecast again too; all of them where empty"
    )


class ChatbotSettings(Strict):
    """Limits of the validation reports."""

    review_limit_days: int = Field(ge=1, description="An answer of leave is to be reviewed within so many days")
    worse_review_limit_days: int = Field(ge=0, description="An answer of worse is to be reviewed within so many days")
    rereferral_days: int = Field(ge=1, description="A referral within so many days of removal counts as one too many")
    set_aside_percent: float = Field(
        ge=0, lt=100, description="A file with more faulty rows than this is refused whole; fewer are set aside"
    )


class Models(Strict):
    """`models.yml`: assumptions of the models."""

    forecast: ForecastSettings = Field(description="Of RTT's waiting lists")
    diagnostics_forecast: ForecastSettings = Field(description="Of DM01's tests")
    chatbot: ChatbotSettings

    def of(self, family: str) -> ForecastSettings:
        """How a family's lists are forecast: rtt or dm01."""
        return self.forecast if family == "rtt" else self.diagnostics_forecast


class ChatbotFigure(Strict):
    """What the collaborative published of one validation campaign; an unpublished figure is absent."""

    period: str
    campaign: str = Field(description="Name in the call records of the campaign that it is of")
    contacted: int | None = None
    responded: int | None = None
    responded_percent: float | None = Field(default=None, description="Of the contacted")
    remain_percent: float | None = Field(default=None, description="Of those who answered, unless the note differs")
    leave_percent: float | None = None
    worse_percent: float | None = None
    note: str = ""
    source: str
    link: str = ""


class ChatbotPublished(Strict):
    """`chatbot_published.yml`: published figures to set our own beside."""

    figures: list[ChatbotFigure]
