"""A list told from its flows: opening + clock starts - clock stops - net removals = closing, in every draw.

It forecasts the number of pathways, not how long they have waited (`cohorts` does).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lsc_analytics.models.flow_forecast import FlowForecast, forecast_pooled, forecast_series, leans
from lsc_analytics.reference import months_between

FLOWS = ("clock_starts", "stops", "net_removals")
_CELL = ["provider_code", "treatment_function_code"]
_YEAR = 12
_TRUST_IN_DRIFT = 0.5  # measured, see `list_ahead`; 0 keeps the level, 1 lets the three flows' trends run on
_MEMORY_MONTHS = 24  # how flows strayed before that says little of how they stray now; 30, 36 or 48 hold no better
_BLOCKS = 6  # different past stretches at least, before a stretch may be longer


@dataclass(frozen=True)
class Draws:
    """So many possible futures of one list, whole pathways, arrays of draws by months ahead.

    Attributes:
        months: Months ahead, YYYY-MM.
        clock_starts: New periods.
        stops: Clock stops, admitted and non-admitted together.
        net_removals: What else left, less what else joined; may be negative.
        closing: List at the end of the month, never negative.
        algorithms: Flow: how it was forecast, as `FlowForecast.algorithm`, and `recent_median` for removals.
    """

    months: list[str]
    clock_starts: np.ndarray
    stops: np.ndarray
    net_removals: np.ndarray
    closing: np.ndarray
    algorithms: dict[str, str]


def list_ahead(
    moved: pd.DataFrame,
    horizon: int,
    *,
    draws: int,
    seed: int | Sequence[int],
    told: Mapping[str, FlowForecast] | None = None,
) -> Draws:
    """How long will the list be in the months ahead, if its flows go on as they have?

    Clock starts and stops are forecast by Prophet with working days. Net removals, whose level changes at once (2020,
    the community pathways that left in February 2024, the validation drives of 2025), are their median of the last
    twelve months: a step in the list, such as a recode or pathways that leave the collection, is a removal of one month,
    which a median does not carry into the next year. What drift the three leave over the coming twelve months is halved
    through removals, since three large flows leave more error than trend in their difference.

    The intervals come from how the flows, without season and working days, strayed from their level of the year before:
    errors of consecutive months of all three flows are drawn together, from a stretch of the last two years, since a
    month with few working days has few of each and an error in level stays. Where the history is too short for stretches
    of the whole horizon, shorter ones are laid end to end, each from the level that the one before had reached.

    Measured on England with estimates, as each month was last published: error of the closing list over the last
    value's, months 1 to 3, 4 to 6 and 7 to 12 ahead, and how often the 80% interval held it. Clock starts are published
    from October 2015, so nothing earlier can be judged.

        origins                        removals by Prophet   median removals    half the drift     80% held
        October 2017 to January 2020   0.67 0.71 0.73        0.77 0.85 1.02     0.71 0.64 0.47     63%
        2022 to 2023                   0.55 0.75 1.34        0.43 0.47 0.69     0.57 0.51 0.47     82%
        2024 to November 2025          1.17 1.45 1.70        0.88 0.92 0.91     0.69 0.62 0.60     99%

    Half the drift is kept: it alone beats the last value in every period. By year of origin it loses only from 2019 at
    seven months and more (1.01), into the pandemic. The share of a half was chosen on these months, and another list
    need not drift alike.

    The 80% intervals held 80% in all (75% at one month, 87% at twelve), unevenly: at most a third from 2017, when only
    two years of flows were known, 36 to 64% into the pandemic, and nearly all since 2024, while its recovery is still in
    memory. The 95% intervals held 87%. Calibrate them on the list's own record before a decision rests on them. Where a
    list has few months of flows, nothing published tells how good this is.

    Args:
        moved: `tables.RTT_FLOWS` of one list, in order, up to the last month seen; removals are net of recorded
            transfers, and none are foreseen.
        horizon: Months ahead.
        draws: How many futures.
        seed: Same seed, same futures.
        told: Forecasts of `clock_starts` and `stops` made elsewhere, such as by `leaning`.

    Returns:
        `Draws`.
    """
    flows = _three_flows(moved)
    ahead = max(horizon, _YEAR)  # a drift is told over a whole year, so that no season is taken for one
    made = {name: (told or {}).get(name) or forecast_series(flows[name].dropna(), ahead) for name in FLOWS[:2]}
    expected = np.zeros((horizon, 3))
    for at, name in enumerate(FLOWS[:2]):
        expected[:, at] = made[name].expected[:horizon]
    usual = float(flows["net_removals"].tail(_YEAR).median())
    drift = float(made["clock_starts"].expected.mean() - made["stops"].expected.mean()) - usual
    expected[:, 2] = usual + (1 - _TRUST_IN_DRIFT) * drift
    level = pd.DataFrame({name: made[name].adjusted for name in FLOWS[:2]}).reindex(flows.index)
    strayed = _strayed(level.assign(net_removals=flows["net_removals"]).tail(_MEMORY_MONTHS).to_numpy(), horizon)
    # What a season took from the months it was fitted to is missing from how they strayed, and is wrong by as much in
    # the months ahead: Akaike's final prediction error (1969).
    took, seen = np.array([*(made[name].terms for name in FLOWS[:2]), 0]), len(flows)
    strayed *= np.sqrt((seen + took) / np.maximum(seen - took, 1))
    drawn = np.round(expected + _paths(strayed, horizon, draws, np.random.default_rng(seed)))
    starts, stops = np.maximum(drawn[..., 0], 0.0), np.maximum(drawn[..., 1], 0.0)
    stops, removals, closing = close(float(moved["closing"].iloc[-1]), starts, stops, drawn[..., 2])
    algorithms = {name: made[name].algorithm for name in FLOWS[:2]} | {"net_removals": "recent_median"}
    return Draws(made["stops"].months[:horizon], starts, stops, removals, closing, algorithms)


def close(
    opening: float, starts: np.ndarray, stops: np.ndarray, removals: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the drawn flows leave: stops and removals as far as there is a list to leave, and the closing list.

    Nobody leaves an empty list: where a draw has more leaving than there are, stops come first and removals are what is
    left, so that the identity holds in every draw and no list is negative.

    Args:
        opening: List before the first month.
        starts: Clock starts, draws by months, not negative.
        stops: Clock stops, not negative.
        removals: Net removals.

    Returns:
        Stops, removals and closing list, draws by months.

    >>> [part.tolist() for part in close(10.0, *(np.array([each]) for each in ([5.0, 1.0], [4.0, 9.0], [2.0, 7.0])))]
    [[[4.0, 9.0]], [[2.0, 1.0]], [[9.0, 0.0]]]
    """
    stopped, removed, closing = (np.empty(starts.shape) for _ in range(3))
    before = np.full(len(starts), float(opening))
    for month in range(starts.shape[1]):
        there = before + starts[:, month]
        stopped[:, month] = np.minimum(stops[:, month], there)
        removed[:, month] = np.minimum(removals[:, month], there - stopped[:, month])
        before = there - stopped[:, month] - removed[:, month]
        closing[:, month] = before
    return stopped, removed, closing


def leaning(moved: pd.DataFrame, peers: pd.DataFrame, horizon: int) -> dict[str, FlowForecast]:
    """The flows of one list that lean on those like it (`flow_forecast.forecast_pooled`), for `list_ahead`.

    Args:
        moved: `tables.RTT_FLOWS` of the list, up to the last month seen.
        peers: The same of every list of the system, the list among them; later months are not seen.
        horizon: Months ahead.

    Returns:
        Forecasts of `clock_starts` and `stops`; without either where the list's own past is long and large enough, and
        without both where the peers do not hold the list.
    """
    own = _three_flows(moved)
    names = [name for name in FLOWS[:2] if leans(own[name])]
    if not names:
        return {}
    cell = tuple(moved.iloc[-1][_CELL])
    seen = peers[peers["month"] <= own.index[-1]]
    wide = seen.assign(stops=seen["admitted_stops"] + seen["non_admitted_stops"]).pivot(
        index="month", columns=_CELL, values=names
    )
    wide = wide.astype(float).reindex(months_between(wide.index[0], wide.index[-1]))
    told = {name: forecast_pooled(wide[name], max(horizon, _YEAR), [cell]) for name in names if cell in wide[name]}
    return {name: found[cell] for name, found in told.items()}


def _three_flows(moved: pd.DataFrame) -> pd.DataFrame:
    """Starts, stops and removals by month, without gaps in the months: a missing month is unknown, not zero."""
    months = moved["month"].tolist()
    flows = pd.DataFrame(
        {
            "clock_starts": moved["clock_starts"].to_numpy(float),
            "stops": (moved["admitted_stops"] + moved["non_admitted_stops"]).to_numpy(float),
            "net_removals": moved["net_removals"].to_numpy(float),
        },
        index=months,
    )
    return flows.reindex(months_between(months[0], months[-1]))


def _strayed(level: np.ndarray, horizon: int) -> np.ndarray:
    """By how much the three flows strayed from their level of up to a year before: stretches by months by flows.

    Each past month is an origin that sees the mean of the flows before it, and the median of removals with half of the
    drift, as `list_ahead` does.
    """
    seen = len(level)
    before = max(min(_YEAR, seen // 2), 1)
    length = min(horizon, max(seen - before - _BLOCKS + 1, 1))
    stretches = []
    for origin in range(before, seen - length + 1):
        past = level[origin - before : origin]
        if np.isnan(past).all(axis=0).any():
            continue
        starts, stops, _ = np.nanmean(past, axis=0)
        usual = np.nanmedian(past[:, 2])
        centre = np.array([starts, stops, usual + (1 - _TRUST_IN_DRIFT) * (starts - stops - usual)])
        stretch = level[origin : origin + length] - centre
        if not np.isnan(stretch).any():
            stretches.append(stretch)
    return np.stack(stretches) if stretches else np.zeros((1, length, 3))


def _paths(strayed: np.ndarray, horizon: int, draws: int, random: np.random.Generator) -> np.ndarray:
    """Errors of each draw, months ahead and flow: stretches end to end, each times a standard normal number.

    The wild bootstrap of C. F. J. Wu (Annals of Statistics 14, 1986): it keeps what a stretch says of size, of the months
    after one another and of the three flows together, and no direction. Every path comes with its mirror image, so that
    errors leave the median where the flows put it.
    """
    count, length, _ = strayed.shape
    half = (draws + 1) // 2
    paths, level = [], np.zeros((half, 1, 3))
    for _ in range(0, horizon, length):
        stretch = level + random.choice([-1.0, 1.0], (half, 1, 1)) * strayed[random.integers(0, count, half)]
        paths.append(stretch)
        level = stretch.mean(axis=1, keepdims=True)
    drawn = np.concatenate(paths, axis=1)[:, :horizon]
    return np.concatenate([drawn, -drawn])[:draws]
