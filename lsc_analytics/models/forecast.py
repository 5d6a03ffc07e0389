"""How many will be waiting, and how many over 52 and 65 weeks: each method's answer, its interval, and its record.

A first cut: flows by Prophet and the list from the identity where flows and bands are loaded, an anchored stock where
only summaries are, and the last value always beside them. It reads no files and draws nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lsc_analytics.models import cohorts
from lsc_analytics.models.flow_forecast import forecast_series
from lsc_analytics.models.rtt import flows
from lsc_analytics.parameters import ForecastSettings
from lsc_analytics.reference import add_months, months_between
from lsc_analytics.tables import RTT_FORECAST, RTT_TRACK_RECORD

MEASURES = {"total_incomplete": None, "over_52_weeks": 52, "over_65_weeks": 65}
# Over 65 weeks is too rare on one list to tell a good method from a lucky one, and must stay inside over 52: both long
# waits come from the same bands, so one choice is made for both, on the larger.
_JUDGED_ON = {
    "total_incomplete": "total_incomplete",
    "over_52_weeks": "over_52_weeks",
    "over_65_weeks": "over_52_weeks",
}
_QUANTILES = {"lower_95": 0.025, "lower_80": 0.1, "median": 0.5, "upper_80": 0.9, "upper_95": 0.975}
_RATE_MONTHS = 12  # exit rates are learned from a year, so that each season is in them once
_MEMORY_MONTHS = 24  # how a list moved before that says little of how it moves now
_MOVEMENTS = 4  # fewer past movements than this say nothing of how far a list strays


@dataclass(frozen=True)
class WaitingList:
    """One trust's list of one specialty: what is loaded of it, and its trust's bands to lean on.

    Attributes:
        figures: Rows of `tables.RTT` of this list.
        bands: Rows of `tables.RTT_BAND_VIEW` of this list, part incomplete.
        trust_bands: The same of the trust's total row.
    """

    provider_code: str
    treatment_function_code: str
    figures: pd.DataFrame
    bands: pd.DataFrame
    trust_bands: pd.DataFrame

    def until(self, month: str) -> WaitingList:
        """What was known at the end of a month: nothing later is seen by a forecast made as of then."""
        return WaitingList(
            self.provider_code,
            self.treatment_function_code,
            *(frame[frame["month"] <= month] for frame in (self.figures, self.bands, self.trust_bands)),
        )

    def history(self, measure: str) -> pd.Series:
        """A measure by month, in order."""
        rows = self.figures[self.figures["measure"] == measure]
        return rows.set_index("month")["value"].astype(float).sort_index()


def forecast(waiting: WaitingList, as_of: str, settings: ForecastSettings, record: pd.DataFrame) -> pd.DataFrame:
    """How many will be waiting, and how many over 52 and 65 weeks, in each of the months ahead?

    Args:
        waiting: The list.
        as_of: Last month seen, YYYY-MM.
        settings: Horizon, draws, seed and how much history flows need.
        record: The methods' `track_record` as of the same month, which chooses between them.

    Returns:
        `tables.RTT_FORECAST`: a row a measure, month ahead and method. `chosen` marks the method that came closer on
        months it had not seen, the last value unless another did; the long waits share one choice.
    """
    seen = waiting.until(as_of)
    told = _all_methods(seen, as_of, settings.horizon_months, settings)
    if told.empty:
        return RTT_FORECAST.empty()
    best = {measure: _best(record[record["measure"] == judge]) for measure, judge in _JUDGED_ON.items()}
    told["chosen"] = [method == best[measure] for method, measure in zip(told["method"], told["measure"], strict=True)]
    return RTT_FORECAST.check(told[RTT_FORECAST.names])


def track_record(waiting: WaitingList, as_of: str, settings: ForecastSettings) -> pd.DataFrame:
    """What would each method have said three, six and nine months ago, and what came of it?

    Each origin sees only what was known then. Horizons 1 to 6 are scored, as far as the outturn is known.

    Returns:
        `tables.RTT_TRACK_RECORD`.
    """
    frames = []
    for back in (3, 6, 9):
        origin = add_months(as_of, -back)
        told = _all_methods(waiting.until(origin), origin, min(6, back), settings)
        if not told.empty:
            outturn = pd.concat(
                {measure: waiting.until(as_of).history(measure) for measure in MEASURES},
                names=["measure", "target_month"],
            ).rename("outturn")
            frames.append(told.merge(outturn.reset_index(), on=["measure", "target_month"], how="inner"))
    if not frames:
        return RTT_TRACK_RECORD.empty()
    return RTT_TRACK_RECORD.check(pd.concat(frames, ignore_index=True)[RTT_TRACK_RECORD.names])


def record_summary(record: pd.DataFrame) -> pd.DataFrame:
    """How good has each method been, over all the months it had not seen?

    Returns:
        One row a measure and method: `forecasts`, `mean_absolute_error` (pathways), `error_to_last_value` (below 1 is
        better than assuming nothing changes) and `held_80_percent` (share of outturns inside the 80% interval, which
        should be near 80).
    """
    error = (record["median"] - record["outturn"]).abs()
    held = record["outturn"].between(record["lower_80"], record["upper_80"])
    scored = record.assign(absolute_error=error, held=held).groupby(["measure", "method"], as_index=False).agg(
        forecasts=("held", "size"), mean_absolute_error=("absolute_error", "mean"), held_80_percent=("held", "mean")
    )  # fmt: skip
    naive = scored[scored["method"] == "last_value"].set_index("measure")["mean_absolute_error"]
    base = scored["measure"].map(naive)
    scored["error_to_last_value"] = scored["mean_absolute_error"] / base.where(base > 0)
    scored["held_80_percent"] = 100 * scored["held_80_percent"]
    return scored


def _best(record: pd.DataFrame) -> str:
    """The method with the least absolute error on unseen months; the last value unless one beats it."""
    error = (record["median"] - record["outturn"]).abs().groupby(record["method"]).sum()
    if error.empty:
        return "last_value"
    best = str(error.idxmin())
    return best if error[best] < error.get("last_value", np.inf) else "last_value"


def _all_methods(seen: WaitingList, as_of: str, horizon: int, settings: ForecastSettings) -> pd.DataFrame:
    frames = []
    joined = _flows_and_identity(seen, as_of, horizon, settings)
    for measure in MEASURES:
        history = seen.history(measure)
        if history.empty or history.index[-1] != as_of:
            continue
        frames.append(_last_value(history, horizon, measure))
        if joined is not None:
            frames.append(_from_draws(joined[measure], "flows_and_identity", measure))
        elif len(history) >= settings.history_months_needed:
            frames.append(_anchored_stock(history, horizon, measure))
    if not frames:
        return pd.DataFrame()
    told = pd.concat(frames, ignore_index=True)
    return told.assign(
        as_of=as_of,
        provider_code=seen.provider_code,
        treatment_function_code=seen.treatment_function_code,
        target_month=[add_months(as_of, step) for step in told["horizon"]],
    )


def _flows_and_identity(
    seen: WaitingList, as_of: str, horizon: int, settings: ForecastSettings
) -> dict[str, np.ndarray] | None:
    """Draws of each measure, (draws, horizon), or None where flows or bands are not loaded for long enough."""
    moved = flows(seen.figures).set_index("month")
    months = months_between(add_months(as_of, -_RATE_MONTHS), as_of)
    matrix = cohorts.band_matrix(seen.bands, months)
    if len(moved) < settings.history_months_needed or moved.index[-1] != as_of or np.isnan(matrix).any():
        return None
    random = np.random.default_rng(
        [settings.seed, *f"{seen.provider_code}{seen.treatment_function_code}{as_of}".encode()]
    )
    stops = moved["admitted_stops"] + moved["non_admitted_stops"]
    parts = [
        forecast_series(moved["clock_starts"].astype(float), horizon),
        forecast_series(stops.astype(float), horizon),
        forecast_series(moved["net_removals"].astype(float), horizon, at_least=None),
    ]
    # The three flows of one past month are drawn together: a month with few working days has few of each.
    residuals = np.column_stack([part.residuals.to_numpy() for part in parts])
    picked = residuals[random.integers(0, len(residuals), (settings.draws, horizon))]
    drawn = np.stack([part.expected for part in parts], axis=1)[None] + picked
    drawn[..., :2] = np.maximum(drawn[..., :2], 0.0)
    change = drawn[..., 0] - drawn[..., 1] - drawn[..., 2]
    closing = np.maximum(float(moved["closing"].iloc[-1]) + np.cumsum(change, axis=1), 0.0)
    prior = cohorts.stay_rates(cohorts.band_matrix(seen.trust_bands, months), months)
    rates = cohorts.stay_rates(matrix, months, prior)
    rates = rates[random.integers(0, len(rates), (settings.draws, horizon))]
    ahead = [add_months(as_of, step) for step in range(1, horizon + 1)]
    bands = cohorts.simulate(matrix[-1], ahead, rates, drawn[..., 0], closing)
    over_65 = random.poisson(cohorts.over(bands, 65))
    between = random.poisson(cohorts.over(bands, 52) - cohorts.over(bands, 65))
    return {"total_incomplete": np.round(closing), "over_52_weeks": over_65 + between, "over_65_weeks": over_65}


def _from_draws(draws: np.ndarray, method: str, measure: str) -> pd.DataFrame:
    horizon = draws.shape[1]
    columns = {name: np.quantile(draws, share, axis=0) for name, share in _QUANTILES.items()}
    return pd.DataFrame(
        {"measure": measure, "method": method, "horizon": range(1, horizon + 1), "mean": draws.mean(axis=0), **columns,
         "probability_any": (draws >= 1).mean(axis=0)}
    )  # fmt: skip


def _last_value(history: pd.Series, horizon: int, measure: str) -> pd.DataFrame:
    """Nothing changes, give or take what it moved in so many months before."""
    return _around(np.full(horizon, history.iloc[-1]), history, "last_value", measure)


def _anchored_stock(history: pd.Series, horizon: int, measure: str) -> pd.DataFrame:
    """Prophet fitted to the list itself, shifted to pass through the last actual: without that it loses badly."""
    seen = forecast_series(history, horizon, at_least=None)
    fitted = float(history.iloc[-1] - seen.residuals.iloc[-1])
    centre = np.maximum(history.iloc[-1] + seen.expected - fitted, 0.0)
    return _around(centre, history, "anchored_stock", measure)


def _around(centre: np.ndarray, history: pd.Series, method: str, measure: str) -> pd.DataFrame:
    """An interval from how far the list moved, either way, in as many months, over the last two years.

    Movements are taken between square roots, where a count strays about as far whatever its size: a list that fell from
    three hundred to nothing says little of one that stands at nothing. With fewer than four such movements the furthest
    that are known are widened by the square root of the time.
    """
    recent = months_between(max(history.index[0], add_months(history.index[-1], -_MEMORY_MONTHS)), history.index[-1])
    roots = np.sqrt(history.reindex(recent).to_numpy())
    rows, known, known_at = [], np.array([0.0]), 1
    for horizon, middle in enumerate(centre, start=1):
        moves = roots[horizon:] - roots[:-horizon]
        moves = moves[~np.isnan(moves)]
        if len(moves) >= _MOVEMENTS:
            known, known_at = moves, horizon
        spread = np.concatenate([known, -known]) * np.sqrt(horizon / known_at)
        drawn = np.maximum(np.sqrt(middle) + spread, 0.0) ** 2
        told = {name: float(np.quantile(drawn, share)) for name, share in _QUANTILES.items()} | {
            "median": float(middle)
        }
        rows.append(
            {"measure": measure, "method": method, "horizon": horizon, "mean": float(drawn.mean()), **told,
             "probability_any": float((np.round(drawn) >= 1).mean())}
        )  # fmt: skip
    return pd.DataFrame(rows)
