"""What the models assume, and the published figures that ours are set beside."""

from __future__ import annotations

from pydantic import Field

from lsc_analytics.parameters.strict import Strict


class ForecastSettings(Strict):
    """How far ahead and how the flows are forecast."""

    horizon_months: int = Field(ge=1, le=24)
    history_months_needed: int = Field(ge=3, description="Months of flows before flows are forecast")
    draws: int = Field(ge=100, le=5000)
    seed: int


class ChatbotSettings(Strict):
    """Limits of the validation reports."""

    review_limit_days: int = Field(ge=1, description="A leave or worse answer is to be reviewed within so many days")


class Models(Strict):
    """`models.yml`: assumptions of the models."""

    forecast: ForecastSettings
    chatbot: ChatbotSettings


class ChatbotFigure(Strict):
    """What the collaborative published of one validation campaign; an unpublished figure is absent."""

    period: str
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
