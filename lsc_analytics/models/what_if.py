"""What if demand, capacity or validation changed: every setting of three sliders, played, so that a page need compute none.

The draws are those of `scenarios` and of the forecast's flows, the same in every setting: two settings differ by what was
set. Nothing between two settings is told.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from lsc_analytics.models.futures import Ahead, Change, Drive, Future, counts, play
from lsc_analytics.parameters import Capacity, WhatIf
from lsc_analytics.tables import WHAT_IF

SETTING = ("demand_percent", "capacity_percent", "validation_percent")


def grid(ahead: Ahead, settings: WhatIf, capacity: Capacity) -> pd.DataFrame:
    """What becomes of the list with each setting of demand, capacity and validation?

    From `first_month_ahead` on, in every draw and month: clock starts and clock stops are so many percent more or fewer
    than that draw expects, and validation takes so many percent off the list as it stands, at the waits it looks at.
    Clock stops beyond those expected go to whom exit rates send them, most of them short waiters (`as_now` of
    `futures.play`). More stops never leave a longer list or more long waits, nor more starts a shorter list, with the
    reservation made there; net removals stay as expected.

    Args:
        ahead: What is expected of the list.
        settings: The sliders' places.
        capacity: When anything can change.

    Returns:
        `tables.WHAT_IF`, a row a setting, measure and month: the list, its share within 18 weeks and its long waits as
        `futures.counts` has them, and pathways a month as `clock_starts`, `clock_stops` and `validated`. The setting
        without a change is the `as_now` of `scenarios.compare`, figure by figure.

    >>> from lsc_analytics.parameters import capacity, what_if
    >>> rates = np.full((1, 4, 11), 0.8)
    >>> flows = [np.full((1, 4), each) for each in (100.0, 90.0, 0.0)]
    >>> start = np.full(105, 10.0)
    >>> ahead = Ahead("2026-01", "RXN", "C_110", ["2026-02", "2026-03", "2026-04", "2026-05"], start, rates, *flows,
    ...     np.full((1, 4, 2), 0.5), 0.4)
    >>> told = grid(ahead, what_if(), capacity())
    >>> size = told[(told["measure"] == "total_incomplete") & (told["target_month"] == "2026-05")]
    >>> size.set_index([*SETTING])["mean"].loc[[(0, 0, 0), (10, 0, 0), (0, 20, 0)]].tolist()
    [1090.0, 1110.0, 1054.0]
    """
    as_now = play(ahead, Change.none(ahead), "as_now")
    expected = _told(ahead, as_now)
    begins = min(capacity.first_month_ahead, len(ahead.months) + 1)
    # Nothing differs before anything can change, so each setting is played from that month on.
    later = ahead.months_from(begins, len(ahead.months), as_now.bands[:, begins - 2] if begins > 1 else None)
    by_wait = {weeks: percent / 100 for weeks, percent in settings.share_by_wait.items()}
    frames = []
    for setting in product(settings.demand.values, settings.capacity.values, settings.validation.values):
        demand, stops, validation = (percent / 100 for percent in setting)
        told = expected
        if any(setting):
            drives = (Drive(np.full(len(later.months), validation), by_wait),) if validation else ()
            change = Change(demand * later.clock_starts, stops * later.stops, drives)
            played = _told(later, play(later, change, "as_now"))
            told = {name: np.hstack([expected[name][:, : begins - 1], played[name]]) for name in expected}
        frames.append(_rows(ahead.months, told, expected).assign(**dict(zip(SETTING, setting, strict=True))))
    return WHAT_IF.check(
        pd.concat(frames, ignore_index=True).assign(
            as_of=ahead.as_of,
            provider_code=ahead.provider_code,
            treatment_function_code=ahead.treatment_function_code,
            first_month=[*ahead.months, ""][begins - 1],
        )
    )


def _told(ahead: Ahead, future: Future) -> dict[str, np.ndarray]:
    moved = {"clock_starts": future.clock_starts, "clock_stops": future.stops, "validated": future.validated}
    return counts(ahead, future) | moved


def _rows(months: list[str], told: dict[str, np.ndarray], expected: dict[str, np.ndarray]) -> pd.DataFrame:
    """One setting: a row a measure and month."""
    draws = np.stack([*told.values()])
    lower, upper = np.quantile(draws, [0.1, 0.9], axis=1)
    mean, before = draws.mean(axis=1), np.stack([*expected.values()]).mean(axis=1)
    columns = {"mean": mean, "lower_80": lower, "upper_80": upper, "probability_any": (draws >= 1).mean(axis=1),
               "difference_mean": mean - before}  # fmt: skip
    return pd.DataFrame(
        {"measure": np.repeat([*told], len(months)), "target_month": np.tile(months, len(told))}
        | {name: values.ravel() for name, values in columns.items()}
    )
