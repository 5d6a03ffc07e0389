"""What becomes of one list, draw by draw, under other flows than those expected: the engine of capacity and scenarios.

The flows, exit rates and ageing are the forecast's own; the same draws and the same chances are used whatever is
changed (common random numbers), so that two futures differ by the change alone. It chooses no change itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from lsc_analytics.models import cohorts
from lsc_analytics.models.forecast import WaitingList, flows_ahead
from lsc_analytics.parameters import ForecastSettings
from lsc_analytics.reference import add_months, months_between

Order = Literal["as_now", "longest_first"]
ORDERS: tuple[Order, ...] = ("as_now", "longest_first")
_RATE_MONTHS = 12  # exit rates are learned from a year, so that each season is in them once
LONG_WAITS = (52, 65)


@dataclass(frozen=True)
class Ahead:
    """What is expected of one list, in draws.

    Attributes:
        as_of: Last month seen.
        provider_code: Whose list.
        treatment_function_code: Of what.
        months: Months ahead, in order.
        start: 105 weekly bands at the month end before the first month ahead, the same in every draw or (draws, 105).
        rates: (draws, months, groups) share that stays, as `cohorts.simulate` takes it.
        clock_starts: (draws, months).
        stops: (draws, months) clock stops of either kind.
        removals: (draws, months) net removals; below 0 more joined than were reported.
        chances: (draws, months, 2) uniform numbers that turn expected into whole counts of long waits.
        admitted_share: Of the last twelve months' clock stops, 0 to 1.
    """

    as_of: str
    provider_code: str
    treatment_function_code: str
    months: list[str]
    start: np.ndarray
    rates: np.ndarray
    clock_starts: np.ndarray
    stops: np.ndarray
    removals: np.ndarray
    chances: np.ndarray
    admitted_share: float

    @property
    def weeks(self) -> np.ndarray:
        """Weeks in each month ahead."""
        return np.array([cohorts.weeks_in(month) for month in self.months])

    def months_from(self, first: int, last: int, start: np.ndarray | None = None) -> Ahead:
        """The same, from one month ahead to another only, both counted from 1: what was expected of the others is left out.

        Args:
            first: First month kept.
            last: Last month kept.
            start: Bands at the end of the month before the first, where that is not the one before the list's first.
        """
        kept = slice(first - 1, last)
        cut = {name: getattr(self, name)[:, kept] for name in ("rates", "clock_starts", "stops", "removals", "chances")}
        return replace(self, months=self.months[kept], start=self.start if start is None else start, **cut)

    def of_draws(self, draws: np.ndarray) -> Ahead:
        """The same, of some of the draws only, by their places."""
        drawn = ("rates", "clock_starts", "stops", "removals", "chances")
        start = self.start[draws] if self.start.ndim > 1 else self.start
        return replace(self, start=start, **{name: getattr(self, name)[draws] for name in drawn})


@dataclass(frozen=True)
class Drive:
    """A validation drive.

    Attributes:
        share: (months,) share of the list taken off, 0 to 1.
        by_wait: Of those, the share that waited from so many weeks up to the next key, adding up to 1.
    """

    share: np.ndarray
    by_wait: Mapping[int, float]


@dataclass(frozen=True)
class Change:
    """What is done otherwise than expected.

    Attributes:
        more_starts: (draws, months) clock starts beyond those expected; below 0 fewer.
        more_stops: (draws, months) clock stops beyond those expected; below 0 fewer.
        drives: Validation drives.
    """

    more_starts: np.ndarray
    more_stops: np.ndarray
    drives: tuple[Drive, ...] = ()

    @classmethod
    def none(cls, ahead: Ahead) -> Change:
        """Nothing changes."""
        nothing = np.zeros(ahead.clock_starts.shape)
        return cls(nothing, nothing)


@dataclass(frozen=True)
class Future:
    """What became of the list: opening + starts - stops - removals - validated = closing, in every draw and month.

    Attributes:
        bands: (draws, months, 105) expected pathways at each month end.
        clock_starts: (draws, months); and so the others.
        stops: Those that happened: nobody is seen who is not waiting.
        removals: Net removals that happened.
        validated: Taken off the list by validation.
    """

    bands: np.ndarray
    clock_starts: np.ndarray
    stops: np.ndarray
    removals: np.ndarray
    validated: np.ndarray

    @property
    def closing(self) -> np.ndarray:
        """The list at each month end."""
        return self.bands.sum(axis=-1)


def expect(waiting: WaitingList, as_of: str, settings: ForecastSettings) -> Ahead | None:
    """What is expected of a list in the months ahead, from what was known at a month's end?

    Returns:
        The draws, or None where flows or weekly bands are not loaded for long enough (`history_months_needed` months of
        flows up to the month, and bands of the thirteen months up to it).
    """
    seen, horizon = waiting.until(as_of), settings.horizon_months
    moved = seen.flows()
    months = months_between(add_months(as_of, -_RATE_MONTHS), as_of)
    matrix = cohorts.band_matrix(seen.bands, months)
    if len(moved) < settings.history_months_needed or moved["month"].iloc[-1] != as_of or np.isnan(matrix).any():
        return None
    key = [settings.seed, *f"{seen.provider_code}{seen.code}{as_of}".encode()]
    drawn = flows_ahead(seen, moved, settings, key)
    random = np.random.default_rng(key)
    prior = cohorts.stay_rates(cohorts.band_matrix(seen.trust_bands, months), months)
    rates = cohorts.stay_rates(matrix, months, prior)
    admitted, others = (float(moved[f"{kind}_stops"].tail(_RATE_MONTHS).sum()) for kind in ("admitted", "non_admitted"))
    return Ahead(
        as_of,
        seen.provider_code,
        seen.code,
        drawn.months,
        matrix[-1],
        rates[random.integers(0, len(rates), (settings.draws, horizon))],
        drawn.clock_starts,
        drawn.stops,
        drawn.net_removals,
        random.random((settings.draws, horizon, len(LONG_WAITS))),
        admitted / (admitted + others) if admitted + others else 0.0,
    )


def play(ahead: Ahead, change: Change, order: Order) -> Future:
    """What becomes of the list if this changes?

    Month by month: validation takes pathways off at the waits it looks at; everyone else ages; new clocks start; people
    leave at their exit rates, which rise or fall together until as many have left as flows say (`cohorts.simulate`).
    The order says who has the clock stops beyond those expected: `as_now`, whom the exit rates would send anyway;
    `longest_first`, the longest waiters at the month's end. The stops that are expected anyway keep their order in both.

    Where more would leave than wait, clock stops come first and removals are what is left, as in `identity.close`. More
    stops never leave more long waits, nor fewer starts a longer list, unless in some month more join without being
    reported than leave at all: `cohorts.simulate` spreads those over all waits.
    """
    draws, horizon = ahead.clock_starts.shape
    bands = np.broadcast_to(ahead.start, (draws, cohorts.BANDS)).astype(float)
    told = np.empty((draws, horizon, cohorts.BANDS))
    starts = np.maximum(ahead.clock_starts + change.more_starts, 0.0)
    stops, removals, validated = np.empty_like(starts), np.empty_like(starts), np.empty_like(starts)
    directed = np.maximum(change.more_stops, 0.0) * (order == "longest_first")
    shared = np.maximum(ahead.stops + change.more_stops - directed, 0.0)
    for step, month in enumerate(ahead.months):
        before = bands.sum(axis=1)
        for drive in change.drives:
            bands = _validated(bands, drive.share[step], drive.by_wait)
        validated[:, step] = before - bands.sum(axis=1)
        here = bands.sum(axis=1) + starts[:, step]
        stopped = np.minimum(shared[:, step], here)
        removals[:, step] = np.minimum(ahead.removals[:, step], here - stopped)
        closing = here - stopped - removals[:, step]
        bands = _one_month(bands, month, ahead.rates[:, step], starts[:, step], closing)
        further = np.minimum(directed[:, step], here - stopped - np.maximum(removals[:, step], 0.0))
        bands = _seen_from_longest(bands, further)
        stops[:, step] = stopped + further
        told[:, step] = bands
    return Future(told, starts, stops, removals, validated)


def counts(ahead: Ahead, future: Future) -> dict[str, np.ndarray]:
    """The list, the share within 18 weeks and the whole counts of long waits, each (draws, months).

    Expected counts of long waits become whole ones by the Poisson count that each draw's own chance picks: the same
    chance in every future, so that a future with fewer expected never counts more. An empty list is all within 18 weeks.
    """
    from scipy.stats import poisson  # here: it takes half a second to import, and most commands forecast nothing

    closing = np.round(future.closing)
    late = cohorts.over(future.bands, 18)
    within = 100 * (1 - late / np.maximum(future.closing, 1e-9))
    over_52, over_65 = (cohorts.over(future.bands, weeks) for weeks in LONG_WAITS)
    longest = poisson.ppf(ahead.chances[..., 1], over_65)
    long = longest + poisson.ppf(ahead.chances[..., 0], np.maximum(over_52 - over_65, 0.0))
    return {
        "total_incomplete": closing,
        "within_18_weeks_percent": np.clip(within, 0, 100),
        "over_52_weeks": np.minimum(long, closing),
        "over_65_weeks": np.minimum(longest, closing),
    }


def _one_month(
    bands: np.ndarray, month: str, rates: np.ndarray, clock_starts: np.ndarray, closing: np.ndarray
) -> np.ndarray:
    return cohorts.simulate(bands, [month], rates[:, None], clock_starts[:, None], closing[:, None])[:, 0]


def _validated(bands: np.ndarray, share: float, by_wait: Mapping[int, float]) -> np.ndarray:
    """The bands after so large a share of the list was taken off at these waits, as far as anybody waits so long."""
    if not share:
        return bands
    left, asked, edges = bands.copy(), share * bands.sum(axis=1), [*sorted(by_wait), cohorts.BANDS]
    for begin, end in pairwise(edges):
        held = bands[:, begin:end].sum(axis=1)
        left[:, begin:end] *= 1 - np.minimum(asked * by_wait[begin] / np.maximum(held, 1e-9), 1.0)[:, None]
    return left


def _seen_from_longest(bands: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The bands after so many have been seen, the longest waiters first."""
    longest = bands[:, ::-1]
    before = np.cumsum(longest, axis=1) - longest
    return (longest - np.clip(wanted[:, None] - before, 0.0, longest))[:, ::-1]
