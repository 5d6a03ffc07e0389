"""How control charts read the rules on which the national tools differ, and where limits start anew, and why."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from lsc_analytics.parameters.strict import Code, Month, Strict


class SpcRules(Strict):
    """The reading of the rules; unless told otherwise, that of NHS England's Making Data Count workbook."""

    run_length: int = Field(default=7, ge=6, le=9, description="Points of a shift and of a trend; the workbook: 7 or 6")
    screen_moving_ranges: bool = Field(
        default=False, description="Leave outlying moving ranges out of the limits, as NHSRplotthedots does"
    )
    two_of_three: Literal["beyond_limits_too", "within_limits_only"] = Field(
        default="beyond_limits_too",
        description="Points that count: all beyond two thirds (the workbook since November 2023), or none beyond the limit",
    )
    ties_in_trends: Literal["neither", "break"] = Field(
        default="neither", description="A repeated value neither adds to nor cancels a trend, or breaks it"
    )
    when_both: Literal["improvement", "rule_order"] = Field(
        default="improvement", description="Which is shown where one rule says better and another worse"
    )
    points_for_icons: int = Field(default=13, ge=2, description="Fewer points show no icon")
    points_for_limits: int = Field(default=12, ge=2, description="Fewer points give trial limits")


class Rebase(Strict):
    """One recorded change of a process, from which its limits start anew."""

    family: Literal["rtt", "dm01", "chatbot"]
    trust: Code
    list_code: str = Field(description="Treatment function or Diagnostic ID")
    measure: str = Field(description="Column that is charted, such as within_6_weeks_percent; all for every measure")
    month: Month = Field(description="First month of the changed process")
    reason: str = Field(min_length=10, description="What changed in the process, in words for the page")
    recorded_by: str = Field(min_length=3, description="Who decided it: a role or a group")
    recorded_on: dt.date


class Spc(Strict):
    """`spc.yml`: how control charts are read, and every rebase with its reason."""

    rules: SpcRules
    rebases: list[Rebase] = Field(default=[])
