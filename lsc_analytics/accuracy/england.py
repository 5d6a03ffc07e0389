"""England's list from its flows and the identity, and by each method that sees the list alone, from every month since 2017.

The one place where flows can be judged on published data: the country's clock starts are published since October 2015, a
provider's only in each month's full extract. It reads no files.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import pandas as pd

from lsc_analytics.accuracy.listwise import from_draws, from_each_origin
from lsc_analytics.accuracy.rolling import beside_outturn
from lsc_analytics.models import identity, pooled
from lsc_analytics.models.forecast import FLOWS_AND_IDENTITY
from lsc_analytics.models.rtt import flows
from lsc_analytics.reference import add_months

FIRST = "2017-10"  # two years of clock starts before it: a season is not told in less
HORIZON = 12
PANDEMIC = ("2020-01", "2021-12")  # two years in which referrals halved and came back, told apart in the results
_LIST = "total_incomplete"


def judged(figures: pd.DataFrame, tell: Callable[[str], None], *, draws: int, seed: int) -> pd.DataFrame:
    """What each method would have said of England's list, one to twelve months ahead, from every month since October 2017.

    Args:
        figures: Rows of `tables.RTT` of England alone, of one scope, its flows among them.
        tell: Says how far it is.
        draws: Futures drawn from the flows.
        seed: Same seed, same futures.

    Returns:
        `tables.RTT_TRACK_RECORD`, measure `total_incomplete`.
    """
    whole = figures[figures["measure"] == _LIST].sort_values("month")
    history = whole.set_index("month")["value"].astype(float)
    origins = [month for month in history.index if month >= FIRST][:-1]
    by_list = partial(from_each_origin, history, horizon=HORIZON)
    by_flows = partial(flows_and_identity, figures, horizon=HORIZON, draws=draws, seed=seed)
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        frames = list(workers.map(by_list, [[month] for month in origins], chunksize=4))
        tell(f"england: {len(origins)} origins by the methods that see the list alone")
        frames += workers.map(by_flows, origins, chunksize=4)
        tell(f"england: {len(origins)} origins by flows and identity")
    told = pd.concat(frames, ignore_index=True)
    country = whole.iloc[0]
    told = told.assign(
        provider_code=country["provider_code"],
        treatment_function_code=country["treatment_function_code"],
        measure=_LIST,
    )
    return beside_outturn(told, whole, pooled.RTT)


def flows_and_identity(figures: pd.DataFrame, as_of: str, *, horizon: int, draws: int, seed: int) -> pd.DataFrame:
    """What the flows known at a month say of the list in the months after it.

    Returns:
        `as_of`, `target_month` and the columns of `series.ahead`.
    """
    moved = flows(figures[figures["month"] <= as_of])
    closing = identity.list_ahead(moved, horizon, draws=draws, seed=[seed, *as_of.encode()]).closing
    told = from_draws(closing, FLOWS_AND_IDENTITY)
    return told.assign(as_of=as_of, target_month=[add_months(as_of, int(step)) for step in told["horizon"]])


def without_pandemic(told: pd.DataFrame) -> pd.DataFrame:
    """The forecasts made before or after 2020 and 2021 of a month before or after them."""
    first, last = PANDEMIC
    return told[~told["as_of"].between(first, last) & ~told["target_month"].between(first, last)]
