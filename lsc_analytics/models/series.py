"""One list's history, month by month, carried on by each of the plain methods: last value, drift, seasons, ETS, Theta, Prophet.

Every method answers in the same form, and a short or constant history gets the last value and says so. It knows nothing
of other lists, of flows or of who is on the list, and it does not choose between methods (`contest` does).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtri

from lsc_analytics.errors import ParameterError
from lsc_analytics.models.flow_forecast import forecast_series
from lsc_analytics.models.scores import LAST_VALUE, QUANTILES, SAID
from lsc_analytics.reference import months_between

LEAST_HISTORY = 13  # months with a figure: in fewer, a season or a trend is not told from chance
_MEMORY_MONTHS = 24  # how a list moved before that says little of how it moves now
# An ordinary list's count strays by 0.5 (fewer than five waiting) to 1.2 (over a thousand) between square roots in a month
# (all of England's lists, April 2024 to January 2026); this counts for as much as six movements of the list's own.
_ORDINARY = ndtri((np.arange(12) + 0.5) / 12)
_LEVELS = np.linspace(0.025, 0.975, 39)  # holds every quantile that is told
_AT = {name: round((share - 0.025) / 0.025) for name, share in QUANTILES.items()}


def ahead(history: pd.Series, horizon: int, methods: Sequence[str]) -> pd.DataFrame:
    """What is this count expected to be in the months ahead, by each method, and how sure is it?

    A method's interval is how far it, or (where trying a method again at every earlier month would take too long) the
    list, has strayed in as many months, either way, over the last two years. Movements are taken between square roots,
    where a count strays about as far whatever its size: a list that fell from three hundred to nothing says little of one
    that stands at nothing. They lean on how far an ordinary list strays, which is all there is for a list that has just
    begun. That is how far one list strayed by itself: `contest.calibrated` says whether it was far enough.

    Args:
        history: One count a month, the index YYYY-MM in order; a month without a figure may be missing, and is joined by
            a straight line for all methods but the last value.
        horizon: Months ahead.
        methods: Names from `METHODS`.

    Returns:
        A row a month ahead and method: `horizon`, `method`, `mean`, `median`, `lower_80`, `upper_80`, `lower_95`,
        `upper_95`, `probability_any`. A history of fewer than 13 months, one that never moved, or one that a method cannot
        be fitted to has the row `last_value` in that method's place, once.

    Raises:
        ParameterError: A method is unknown.

    >>> rising = pd.Series(100.0 + 2 * np.arange(24), index=months_between("2024-01", "2025-12"))
    >>> told = ahead(rising, 2, ["last_value", "drift"])
    >>> told[["method", "horizon", "median"]].values.tolist()
    [['last_value', 1, 146.0], ['last_value', 2, 146.0], ['drift', 1, 148.0], ['drift', 2, 150.0]]
    """
    if unknown := sorted(set(methods) - set(METHODS)):
        raise ParameterError(
            f"There is no method {', '.join(unknown)}.", f"Use {', '.join(METHODS)}.", parameter="methods"
        )
    months = months_between(history.index[0], history.index[-1])
    told = by_method(history.reindex(months).to_numpy(float), months, horizon, methods)
    return pd.concat([_rows(said, name) for name, said in told.items()], ignore_index=True)


def by_method(known: np.ndarray, months: Sequence[str], horizon: int, methods: Sequence[str]) -> dict[str, np.ndarray]:
    """What `ahead` says, as arrays: for each method (horizon, figures of `scores.SAID`).

    Args:
        known: One count a month without gaps in the months, nan where there is no figure; the first and last are known.
        months: The months, YYYY-MM.
        horizon: Months ahead.
        methods: Names from `METHODS`.
    """
    figures = ~np.isnan(known)
    filled = np.interp(np.arange(len(known)), np.flatnonzero(figures), known[figures])
    still = figures.sum() < LEAST_HISTORY or np.ptp(filled) == 0
    movements = _spread(known, LAST_VALUE, horizon)
    history = pd.Series(filled, index=list(months))
    told: dict[str, np.ndarray] = {}
    for method in methods:
        centre = None if still else _centre(history, method, horizon)
        name = LAST_VALUE if centre is None or method == LAST_VALUE else method
        if name not in told:
            middle = np.full(horizon, known[-1]) if centre is None else np.maximum(centre, 0.0)
            own = name in (_DRIFT, _SEASONAL)
            told[name] = _around(middle, _spread(filled, name, horizon) if own else movements)
    return told


def around(known: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """What is said of lists whose medians were told elsewhere: the interval is how far each list has strayed, as `ahead`'s.

    Args:
        known: Lists by months, one count a month up to the month forecast from, nan where there is no figure.
        centre: Lists by months ahead: the medians.

    Returns:
        Lists by months ahead by the figures of `scores.SAID`.

    >>> around(np.array([[100.0, 100, 100]]), np.array([[81.0]]))[0, 0, SAID.index("median")].item()
    81.0
    """
    return _around(np.maximum(centre, 0.0), _spread(known, LAST_VALUE, centre.shape[1]))


def _around(centre: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """What is said of medians and straying, in square roots, that are known: (..., horizon), (..., horizon, levels)."""
    drawn = np.maximum(np.sqrt(centre)[..., None] + spread, 0.0) ** 2
    told = {name: drawn[..., place] for name, place in _AT.items()} | {"median": centre}
    figures = {"mean": drawn.mean(axis=-1), **told, "probability_any": (drawn >= 0.5).mean(axis=-1)}
    return np.stack([figures[name] for name in SAID], axis=-1)


def _rows(said: np.ndarray, method: str) -> pd.DataFrame:
    """A row a month ahead of one method."""
    rows = pd.DataFrame(said, columns=list(SAID))
    rows.insert(0, "horizon", np.arange(1, len(said) + 1))
    rows.insert(1, "method", method)
    return rows


def _spread(values: np.ndarray, method: str, horizon: int) -> np.ndarray:
    """How far a method strayed in so many months, either way, in square roots: (..., months) to (..., horizon, levels)."""
    roots, found = np.sqrt(values), np.zeros((*values.shape[:-1], horizon, len(_LEVELS)))
    for step in range(1, horizon + 1):
        strayed = roots[..., step:] - np.sqrt(np.maximum(_earlier(values, method, step), 0.0))
        strayed = strayed[..., -_MEMORY_MONTHS:]
        ordinary = np.broadcast_to(_ORDINARY * np.sqrt(step), (*values.shape[:-1], len(_ORDINARY)))
        both = np.sort(np.concatenate([strayed, -strayed, ordinary], axis=-1))  # what is not known comes last
        place = _LEVELS * (np.isfinite(both).sum(axis=-1, keepdims=True) - 1)
        below = place.astype(int)
        low, high = (np.take_along_axis(both, at, axis=-1) for at in (below, below + 1))
        found[..., step - 1, :] = low + (high - low) * (place - below)
    return found


def _earlier(values: np.ndarray, method: str, step: int) -> np.ndarray:
    """What the method would have said at every earlier month of so many months later, months along the last axis."""
    told = values[..., :-step].copy() if step < values.shape[-1] else values[..., :0]
    if method == _DRIFT:
        place = np.arange(told.shape[-1])
        back = np.minimum(place, _MEMORY_MONTHS)
        moved = step * (told - values[..., place - back])
        told += np.divide(moved, back, out=np.full(told.shape, np.nan), where=back > 0)
    elif method == _SEASONAL:
        unknown = np.full((*values.shape[:-1], min(12 - step, told.shape[-1])), np.nan)
        told = np.concatenate([unknown, values[..., : max(values.shape[-1] - 12, 0)]], axis=-1)
    return told


def _centre(history: pd.Series, method: str, horizon: int) -> np.ndarray | None:
    with warnings.catch_warnings():  # a fit that has not converged is judged by its forecasts, as every other is
        warnings.simplefilter("ignore")
        told = METHODS[method](history, horizon)
    return told if np.isfinite(told).all() else None


def _last_value(history: pd.Series, horizon: int) -> np.ndarray:
    """Nothing changes."""
    return np.full(horizon, history.iloc[-1])


def _drift(history: pd.Series, horizon: int) -> np.ndarray:
    """It goes on as it has, on average, over the last two years (Hyndman and Athanasopoulos 2021, 5.2)."""
    recent = history.to_numpy()[-_MEMORY_MONTHS - 1 :]
    return recent[-1] + np.arange(1, horizon + 1) * (recent[-1] - recent[0]) / (len(recent) - 1)


def _seasonal_naive(history: pd.Series, horizon: int) -> np.ndarray:
    """As in the same month a year before."""
    return np.resize(history.to_numpy()[-12:], horizon)


def _theta(history: pd.Series, horizon: int) -> np.ndarray:
    """Half the drift on top of exponential smoothing (Assimakopoulos and Nikolopoulos 2000), the season where it shows."""
    from statsmodels.tsa.forecasting.theta import ThetaModel

    seasonal = len(history) >= 24
    return (
        ThetaModel(history.to_numpy(), period=12 if seasonal else 1, deseasonalize=seasonal, method="additive")
        .fit(disp=False)
        .forecast(horizon)
        .to_numpy()
    )


def _ets(history: pd.Series, horizon: int) -> np.ndarray:
    """Exponential smoothing with a damped trend, additive (Hyndman and others 2008); no season: it is fitted to a stock."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    model = ETSModel(history.to_numpy(), error="add", trend="add", damped_trend=True)
    return np.asarray(model.fit(disp=False).forecast(horizon))


def _anchored_stock(history: pd.Series, horizon: int) -> np.ndarray:
    """Prophet fitted to the list itself, shifted to pass through the last actual: without that it loses badly."""
    seen = forecast_series(history, horizon, at_least=None)
    fitted = float(history.iloc[-1] - seen.residuals.iloc[-1])
    return history.iloc[-1] + seen.expected - fitted


_DRIFT, _SEASONAL = "drift", "seasonal_naive"
METHODS: dict[str, Callable[[pd.Series, int], np.ndarray]] = {
    LAST_VALUE: _last_value,
    _DRIFT: _drift,
    _SEASONAL: _seasonal_naive,
    "theta": _theta,
    "ets": _ets,
    "anchored_stock": _anchored_stock,
}
