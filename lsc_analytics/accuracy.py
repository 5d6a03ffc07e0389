"""How good have the pooled forecasts been, on months they had not seen? `lsc accuracy`: every origin, against the last value.

It changes nothing: a study, whose results are recorded in `docs/accuracy.md`.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.models import pooled
from lsc_analytics.predictions import FamilyName, panel
from lsc_analytics.reference import ALL_SPECIALTIES, ALL_TESTS, month_words
from lsc_analytics.store.home import Home

HORIZONS = 3  # decisions rest on later months; these are scored, since the history is short
_FIRST_ORIGIN = {"rtt": 6, "dm01": 12}  # months of history before the first origin
_LEAST_MEAN = {"rtt": 0.0, "dm01": 50.0}  # mean waiting below which a list is not scored
_LEAST_COUNT = 5  # coverage is of lists with at least so many at the origin


def rolling_origin(home: Home, family: FamilyName, tell: Callable[[str], None]) -> pd.DataFrame:
    """Forecast from every month that has a following one, from what was known then, and set the outturn beside it.

    Returns:
        One row a list, measure, origin and month ahead: the list's codes, `origin`, `target_month`, `measure`, `median`,
        `lower_80`, `upper_80`, `last_value`, `outturn`.
    """
    kind = pooled.RTT if family == "rtt" else pooled.DM01
    figures, national = panel(home, family, "9999-12")
    figures = figures[~figures[kind.function_column].isin([ALL_SPECIALTIES, ALL_TESTS])]
    key = ["provider_code", kind.function_column]
    whole = figures[figures["measure"] == kind.measures[0]]
    kept = whole.groupby(key)["value"].mean().loc[lambda mean: mean >= _LEAST_MEAN[family]].index
    value = figures[[*key, "month", "measure", "value"]]
    by_month = whole.groupby("month")["provider_code"].nunique()
    # A month that few providers are loaded for, such as the years before a panel begins, is no origin.
    months = sorted(by_month.index[by_month >= by_month.quantile(0.75) / 2])
    frames = []
    for origin in months[_FIRST_ORIGIN[family] : -HORIZONS]:
        seen = None if national is None else national[national["month"] <= origin]
        told = pooled.forecast(figures[figures["month"] <= origin], kind, origin, HORIZONS, national=seen)
        told = told[pd.MultiIndex.from_frame(told[key]).isin(kept)]
        last = value[value["month"] == origin].drop(columns="month").rename(columns={"value": "last_value"})
        later = value.rename(columns={"month": "target_month", "value": "outturn"})
        scored = told.merge(last, on=[*key, "measure"]).merge(later, on=[*key, "measure", "target_month"])
        columns = [*key, "measure", "target_month", "median", "lower_80", "upper_80", "last_value", "outturn"]
        frames.append(scored[columns].assign(origin=origin))
        tell(f"{family}: {month_words(origin)}, {len(scored):,} forecasts judged")
    return pd.concat(frames, ignore_index=True)


def score(judged: pd.DataFrame) -> pd.DataFrame:
    """The error over the last value's, by measure and origin, horizons 1 to 3 pooled.

    Returns:
        One row a measure and origin: `ratio` (below 1 beats the last value), `trusts_ratio` (the system's four trusts
        alone) and `held_80_percent` (lists with five or more at the origin).
    """
    error = judged.assign(
        error=(judged["median"] - judged["outturn"]).abs(),
        naive=(judged["last_value"] - judged["outturn"]).abs(),
        held=judged["outturn"].between(judged["lower_80"], judged["upper_80"]),
    )
    by = ["measure", "origin"]
    every = error.groupby(by)[["error", "naive"]].sum()
    own = error[error["provider_code"].isin(parameters.trust_codes())].groupby(by)[["error", "naive"]].sum()
    held = error[error["last_value"] >= _LEAST_COUNT].groupby(by)["held"].mean()
    told = pd.DataFrame(
        {
            "ratio": every["error"] / every["naive"].where(every["naive"] > 0),
            "trusts_ratio": own["error"] / own["naive"].where(own["naive"] > 0),
            "held_80_percent": 100 * held,
        }
    )
    return told.reset_index()


def as_markdown(scores: dict[str, pd.DataFrame]) -> str:
    """The recorded page: the mean over origins, then every origin."""
    said = [
        "# Accuracy of the pooled forecasts",
        "",
        "Made by `make accuracy` on published data; not part of the tests. Each forecast saw only what was known at its "
        "origin, horizons 1 to 3 are pooled, total rows are out. **Ratio**: absolute error summed over lists, over that of "
        "the last value; below 1 is better than assuming that nothing changes. **Four trusts**: the system's alone. "
        "**Held**: outturns inside the 80% interval, lists with five or more at the origin.",
        "",
        "What the method is: `lsc_analytics/models/pooled`. The weights of the country's common movement were chosen by "
        "looking at these same origins, so the ratios flatter it a little; the regression and the intervals never see the "
        "months they are judged on.",
    ]
    for family, scored in scores.items():
        said += [
            "",
            f"## {family.upper()}",
            "",
            "| Measure | Origins | Ratio, mean | least to most | Four trusts | Held |",
        ]
        said += ["|---|---|---|---|---|---|"]
        for measure, rows in scored.groupby("measure", sort=False):
            ratio = rows["ratio"]
            said.append(
                f"| `{measure}` | {len(rows)} | {ratio.mean():.3f} | {ratio.min():.2f} to {ratio.max():.2f} | "
                f"{rows['trusts_ratio'].mean():.3f} | {rows['held_80_percent'].mean():.0f}% |"
            )
        wide = scored.pivot(index="origin", columns="measure", values="ratio")
        said += ["", f"| Origin | {' | '.join(f'`{name}`' for name in wide)} |", "|---|" + "---|" * wide.shape[1]]
        said += [f"| {origin} | {' | '.join(f'{value:.2f}' for value in row)} |" for origin, row in wide.iterrows()]
    return "\n".join(said) + "\n"


def study(home: Home, tell: Callable[[str], None], families: tuple[FamilyName, ...] = ("rtt", "dm01")) -> str:
    """Both families' accuracy, as the page that is recorded."""
    return as_markdown({family: score(rolling_origin(home, family, tell)) for family in families})
