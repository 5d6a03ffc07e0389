"""Who leaves, where it is known how many do: stay rates raised to one power a list until so many stay.

Flows say how many leave and rates say who; raised to a power, all rates rise or fall together and stay between none and all.
It knows neither weeks nor months.
"""

from __future__ import annotations

from typing import Final

import numpy as np

NOBODY: Final = 1e-9  # people: less is rounding, and dividing by it gives no number
_STEPS = 30  # of Newton's method at most: the log of the count is convex in the power, so it closes in from one side
_CLOSE = 1e-12  # of the count: near enough to stop


def power_for(
    held: np.ndarray, logs: np.ndarray, wanted: np.ndarray, power: np.ndarray | float = 1.0, most: float = 60.0
) -> np.ndarray:
    """To what power do stay rates leave so many people?

    By Newton's method; each list stops once it is near enough, so that what is told of it does not hang on the others. Two
    or three steps bring nearly all there, and the few whose groups leave at very different rates take some ten. Where no
    power does, because more are wanted than there are or nobody is, it is nought or the most.

    Args:
        held: (..., groups) people who share a stay rate.
        logs: (..., groups) logarithms of their rates, below nought; broadcast.
        wanted: (...,) people who are to stay.
        power: Where to begin: (...,) or one for all.
        most: No power beyond it is tried.

    Returns:
        (...,) powers, 0 to `most`.

    Of a hundred at a rate of 0.8 sixty-four stay after two turns:

    >>> power_for(np.array([100.0]), np.log([0.8]), np.array(64.0)).round(9).tolist()
    2.0
    """
    groups, each = held.shape[-1], np.ones(held.shape[-1])
    found = np.broadcast_to(power, wanted.shape).astype(float).reshape(-1)
    far = np.arange(found.size)
    logs, held = np.broadcast_to(logs, held.shape).reshape(-1, groups), held.reshape(-1, groups)
    goal = np.maximum(wanted, NOBODY).reshape(-1)
    for _ in range(_STEPS):
        staying = held * np.exp(logs * found[far, None])
        total = np.maximum(staying @ each, NOBODY)  # a product is quicker than a sum over a short axis
        excess = np.log(total / goal)
        slope = -np.einsum("...b,...b->...", staying, logs) / total
        step = np.where(slope > NOBODY, excess / np.maximum(slope, NOBODY), 0.0)
        tried = np.clip(found[far] + step, 0.0, most)
        still = (np.abs(excess) >= _CLOSE) & (tried != found[far])
        found[far] = np.where(still, tried, found[far])
        if not still.any():
            break
        if not still.all():
            far, held, logs, goal = far[still], held[still], logs[still], goal[still]
    return found.reshape(wanted.shape)
