"""Would the lists that came to have too many waiting too long have been flagged months before, and how many flags were false?

The tool's own history: flags told from what was known at each month, beside what came. It forecasts nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.models import pooled, scores
from lsc_analytics.models.pooled.movement import WEEKS_A_MONTH
from lsc_analytics.reference import add_months, months_between
from lsc_analytics.tables import FLAGS

_WANTED_RECALL = 0.95  # flags are for not being surprised: a threshold is set so that few are missed
_LEARNED_MONTHS = 6  # target months whose lists set a threshold: one is luck, many are of another time
_OWN_SHARE = (
    20.0  # pathways at which a list's own share that stayed and the country's weigh the same, as in the pooled method
)
_EVEN = 0.5  # a chance over a half is likelier than not
_Told = dict[tuple[str, str], pd.Series]  # as of, target month: a score a list
_KEY = ["provider_code", "treatment_function_code"]
_OVER: Final = {
    0: "total_incomplete",
    18: "over_18_weeks",
    52: "over_52_weeks",
    65: "over_65_weeks",
    78: "over_78_weeks",
}

LAST_VALUE, POOLED, POOLED_CAREFUL = "last_value", "pooled", "pooled_careful"
SURVIVAL, SURVIVAL_CAREFUL, SURVIVAL_DEADLINE = "survival", "survival_careful", "survival_deadline"


@dataclass(frozen=True)
class Question:
    """Which lists will have more than a share of them waiting over so many weeks?

    Attributes:
        weeks: 52, 65 or 78.
        share_percent: More than this share of the list counts; 0 is anyone at all.
    """

    weeks: int
    share_percent: float

    @property
    def measure(self) -> str:
        """The measure that is asked about."""
        return _OVER[self.weeks]


def arranged(figures: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Counts by measure, lists by months, with those over 18 weeks; nan where a list has no figure."""
    wide = figures.pivot(index=_KEY, columns=["measure", "month"], values="value")
    months = months_between(figures["month"].min(), figures["month"].max())
    measures = wide.columns.unique("measure")
    counts = {str(measure): pd.DataFrame(wide[measure]).reindex(columns=months) for measure in measures}
    counts["over_18_weeks"] = (counts["total_incomplete"] - counts["within_18_weeks"]).clip(lower=0)
    return counts


def share(counts: dict[str, pd.DataFrame], weeks: int, month: str) -> pd.Series:
    """The percent of each list over so many weeks at a month end; nan where nobody is on it."""
    total = counts["total_incomplete"][month]
    return 100 * counts[_OVER[weeks]][month] / total.where(total > 0)


def came(counts: dict[str, pd.DataFrame], question: Question, month: str) -> pd.Series:
    """Whether each list exceeded the share at a month end, without the lists that had nobody on them."""
    return share(counts, question.weeks, month).dropna() > question.share_percent


def over(counts: dict[str, pd.DataFrame], weeks: float, month: str) -> pd.Series:
    """How many wait longer than so many weeks, log-linear between the thresholds that are published, never under 18."""
    edges = [edge for edge in _OVER if edge]
    at = np.clip(weeks, edges[0], edges[-1])
    far = next(index for index, edge in enumerate(edges) if edge >= at)
    near = max(far - 1, 0)
    logs = [np.log(counts[_OVER[edges[index]]][month] + 0.5) for index in (near, far)]
    part = 0.0 if near == far else (at - edges[near]) / (edges[far] - edges[near])
    return np.exp(logs[0] + part * (logs[1] - logs[0])) - 0.5


def survival(counts: dict[str, pd.DataFrame], weeks: int, as_of: str, ahead: int) -> pd.Series:
    """The percent of each list expected over so many weeks, from those who wait long enough now and the share that stayed.

    Whoever is over 65 weeks in three months is over 52 now. The share of such a cohort that stayed over the same number of
    months just gone is the list's own, leaning on the country's; no deadline is known to it.

    Returns:
        One value a list; nan throughout where no such months are loaded.
    """
    before = add_months(as_of, -ahead)
    months = counts["total_incomplete"].columns
    if before not in months:
        return pd.Series(np.nan, index=counts["total_incomplete"].index)
    fed, feeding = (over(counts, weeks - ahead * WEEKS_A_MONTH, month) for month in (before, as_of))
    now = counts[_OVER[weeks]][as_of]
    both = fed.notna() & now.notna()
    country = now[both].sum() / max(fed[both].sum(), 1.0)
    stayed = (now.fillna(0) + _OWN_SHARE * country) / (fed.fillna(0) + _OWN_SHARE)
    total = counts["total_incomplete"][as_of]
    return 100 * (stayed * feeding) / total.where(total > 0)


def chance_over(told: pd.DataFrame, question: Question) -> pd.Series:
    """The chance that a list exceeds the share, from the pooled method's intervals of one month.

    The distribution is straight in normal scores between the five quantiles and beyond them, as for `scores.crps`; the list
    itself is taken at its median, since it moves far less than its long waits do.

    Args:
        told: The columns of `pooled.forecast`, one target month.
        question: What is asked.

    Returns:
        One chance a list, 0 to 1.
    """
    from scipy.special import ndtr, ndtri

    total = told[told["measure"] == "total_incomplete"].set_index(_KEY)["median"]
    rows = told[told["measure"] == question.measure].set_index(_KEY)
    if question.share_percent == 0:
        return rows["probability_any"]
    limit = question.share_percent / 100 * total.reindex(rows.index).to_numpy(float)
    known = ndtri(list(scores.QUANTILES.values()))
    # Equal quantiles, as of a list at nothing, are set a hair apart, so that a normal score can be told between them.
    values = np.maximum.accumulate(rows[list(scores.QUANTILES)].to_numpy(float), axis=1) + np.arange(5) * 1e-6
    at = np.clip([np.searchsorted(row, edge) for row, edge in zip(values, limit, strict=True)], 1, 4)
    row = np.arange(len(rows))
    low, high = values[row, at - 1], values[row, at]
    score = known[at - 1] + (limit - low) / (high - low) * (known[at] - known[at - 1])
    return pd.Series(1 - ndtr(score), index=rows.index)


def flags(
    figures: pd.DataFrame,
    told: pd.DataFrame,
    questions: Iterable[Question],
    targets: Iterable[str],
    longest: int,
    *,
    deadline: tuple[Question, str] | None = None,
) -> pd.DataFrame:
    """Which lists would have been flagged ahead of each of some months, by each rule, and which came to exceed the share?

    The rules, each told only from months up to the as-of month:

    - `last_value`: the share is exceeded today. Ranked by the share.
    - `pooled`: the pooled method's chance is over a half. `pooled_careful`: the chance is over the threshold that would
      have caught 95 of 100 lists in the latest months known, the same number of months ahead.
    - `survival`, where a share is asked for: the share that `survival` expects is over the limit. `survival_careful`: over
      a threshold set likewise. `survival_deadline`: over the one that would have caught 95 of 100 at an earlier standard's
      deadline.

    Args:
        figures: As `predictions.panel` gives them: the lists that are judged, all specialties or total rows.
        told: The pooled method's forecasts of them, as `pooled.rolling` gives them, from every as-of month; forecasts from
            earlier months teach its threshold.
        questions: What is asked.
        targets: Months asked about, YYYY-MM.
        longest: Flags are told 1 to this many months before each.
        deadline: An earlier standard, and the month of its deadline, to learn a threshold from.

    Returns:
        `tables.FLAGS`, of lists with anyone on them at both months.
    """
    counts = arranged(figures)
    months = list(counts["total_incomplete"].columns)
    frames = []
    for question in questions:
        chance: _Told = {
            (str(as_of), str(target)): chance_over(rows, question)
            for (as_of, target), rows in told.groupby(["as_of", "target_month"])
        }
        expected: _Told = {
            (month, add_months(month, ahead)): survival(counts, question.weeks, month, ahead)
            for month, ahead in product(months, range(1, longest + 1))
        }
        for target, ahead in product(sorted(targets), range(1, longest + 1)):
            as_of = add_months(target, -ahead)
            today, limit = share(counts, question.weeks, as_of), question.share_percent
            known = [month for back in range(_LEARNED_MONTHS) if (month := add_months(as_of, -back)) in months]
            past = {month: came(counts, question, month) for month in known}
            probable, likely = chance[as_of, target], expected[as_of, target]
            rules = {LAST_VALUE: (today, limit), POOLED: (probable, _EVEN)}
            rules[POOLED_CAREFUL] = probable, _careful(chance, past, ahead, _EVEN)
            if limit > 0:  # it expects a share: of whether anyone at all is left it says nothing
                rules[SURVIVAL] = likely, limit
                rules[SURVIVAL_CAREFUL] = likely, _careful(expected, past, ahead, limit)
                if deadline is not None:
                    rules[SURVIVAL_DEADLINE] = likely, _at_deadline(counts, question, *deadline, ahead)
            outcome = came(counts, question, target)
            lists = outcome.index.intersection(today.dropna().index)
            judged = pd.concat(
                {method: _flagged(score.reindex(lists), edge) for method, (score, edge) in rules.items()},
                names=["method"],
            ).reset_index()
            judged["came"] = outcome.reindex(pd.MultiIndex.from_frame(judged[_KEY])).to_numpy()
            frames.append(
                judged.assign(
                    measure=question.measure, share_percent=limit, target_month=target, as_of=as_of, horizon=ahead
                )
            )
    return FLAGS.check(pd.concat(frames, ignore_index=True)[FLAGS.names])


def _flagged(score: pd.Series, edge: float) -> pd.DataFrame:
    known = score.fillna(0.0)  # a list that a rule says nothing of is not flagged by it
    return pd.DataFrame({"score": known, "flagged": known > edge})


def _careful(score: _Told, past: dict[str, pd.Series], ahead: int, otherwise: float) -> float:
    """The threshold that would have caught 95 of 100 lists in the latest months known, told so many months before each."""
    pairs = [(score[add_months(month, -ahead), month], outcome) for month, outcome in past.items()
             if (add_months(month, -ahead), month) in score]  # fmt: skip
    return threshold(pairs, otherwise)


def _at_deadline(
    counts: dict[str, pd.DataFrame], question: Question, earlier: Question, month: str, ahead: int
) -> float:
    """The same at an earlier standard's deadline, as a multiple of that standard's share."""
    score = survival(counts, earlier.weeks, add_months(month, -ahead), ahead)
    edge = threshold([(score, came(counts, earlier, month))], earlier.share_percent)
    return edge / earlier.share_percent * question.share_percent


def threshold(pairs: list[tuple[pd.Series, pd.Series]], otherwise: float) -> float:
    """The highest threshold that would have caught 95 of 100 lists that came to exceed the share.

    Args:
        pairs: Scores and outcomes by list, of months known.
        otherwise: Told where none exceeded it.

    >>> lists = list("ABC")
    >>> edge = threshold([(pd.Series([0.9, 0.4, 0.7], lists), pd.Series([True, True, False], lists))], 0.5)
    >>> edge < 0.4, round(edge, 6)
    (True, 0.4)
    """
    those = [score.reindex(outcome.index[outcome]).dropna().to_numpy(float) for score, outcome in pairs]
    found = np.concatenate([np.empty(0), *those])
    # Just below the score of the last list that is to be caught, since a flag is a score above the threshold.
    return (
        float(np.nextafter(np.quantile(found, 1 - _WANTED_RECALL, method="lower"), -np.inf))
        if len(found)
        else otherwise
    )


def deadline_of_65_weeks(figures: pd.DataFrame, national: pd.DataFrame | None) -> pd.DataFrame:
    """Which NHS trusts would have over 0.5% of their list past 65 weeks at March 2024, as of September to February?

    NHS trusts are the organisations whose code begins with R and that have anyone waiting at both months; every provider
    teaches the pooled method. The earlier deadline is that of 78 weeks, April 2023.

    Args:
        figures: Total rows (C_999) of every provider, as `predictions.panel` gives them.
        national: England's.

    Returns:
        `tables.FLAGS`.
    """
    target, longest = "2024-03", 6
    begun = add_months(target, -longest - _LEARNED_MONTHS - longest + 1)
    months = [month for month in months_between(begun, add_months(target, -1)) if month >= figures["month"].min()]
    dates = pooled.deadlines(parameters.standards())
    told = pooled.rolling(figures, pooled.RTT, months, longest, national=national, deadlines=dates)
    trusts = figures[figures["provider_code"].str.startswith("R")]
    told = told[told["provider_code"].str.startswith("R")]
    return flags(trusts, told, [Question(65, 0.5)], [target], longest, deadline=(Question(78, 0.5), "2023-04"))
