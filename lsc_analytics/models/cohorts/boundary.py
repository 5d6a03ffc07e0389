"""Who is over a threshold on a date: the one place where a wait in weeks meets a calendar. It counts nobody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Threshold:
    """So many weeks of waiting, and whether a wait of exactly that long is already past it.

    RTT bands are open below and closed above: a wait of exactly 65 weeks lies in "Gt 64 To 65" and is not over 65 weeks.
    DM01 bands are closed below: 42 days is already a six-week breach (domain rule B3, read off the band labels).

    Attributes:
        weeks: The threshold, whole weeks.
        closed: "above" for RTT, "below" for DM01, as in `reference.Band`.

    >>> Threshold(65).least_days, Threshold(6, "below").least_days
    (456, 42)
    """

    weeks: int
    closed: Literal["above", "below"] = "above"

    @property
    def least_days(self) -> int:
        """The shortest wait, in whole days, that is past the threshold."""
        return 7 * self.weeks + (self.closed == "above")

    def passed(self, clock_start: dt.date, at: dt.date) -> bool:
        """Whether a clock that started then has passed the threshold at a date.

        >>> Threshold(65).passed(dt.date(2023, 1, 1), dt.date(2024, 3, 31))  # 65 weeks and no day more
        False
        >>> Threshold(6, "below").passed(dt.date(2025, 1, 1), dt.date(2025, 2, 12))  # 42 days
        True
        """
        return (at - clock_start).days >= self.least_days

    def latest_clock_start(self, at: dt.date) -> dt.date:
        """By when a clock must have started to be past the threshold at a date.

        RTT: over N weeks at D means a clock start on or before D - (7N + 1) days; DM01: on or before D - 7N days.

        >>> Threshold(65).latest_clock_start(dt.date(2024, 3, 31))
        datetime.date(2022, 12, 31)
        >>> Threshold(6, "below").latest_clock_start(dt.date(2025, 2, 12))
        datetime.date(2025, 1, 1)
        """
        return at - dt.timedelta(days=self.least_days)
