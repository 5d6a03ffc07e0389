"""How likely each list is to miss a standard, which lists moved since last month, and which little holds up.

It makes no forecast of its own: it reads the chosen one, and is no better than that. Every threshold is in `risk.yml`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from lsc_analytics.errors import ParameterError
from lsc_analytics.parameters import FragileRule, MoverRule, Risk, RiskRule, Standard
from lsc_analytics.reference import ALL_SPECIALTIES, add_months, month_text, month_words, months_between
from lsc_analytics.tables import RTT_FRAGILE, RTT_MOVERS, RTT_RISK

_QUANTILES = {"lower_95": 0.025, "lower_80": 0.1, "median": 0.5, "upper_80": 0.9, "upper_95": 0.975}
_SHARES = np.array([0.0, *_QUANTILES.values(), 1.0])
_RATINGS = {"green": 0, "amber": 1, "red": 2}
_CELL = ["provider_code", "treatment_function_code"]


def probability_at_most(forecasts: pd.DataFrame, limits: np.ndarray) -> np.ndarray:
    """How likely is each forecast count to be at most so many?

    A forecast says five quantiles. Between them the distribution is taken to run straight, so it never falls; beyond the
    outermost, the last 2.5% are spread over as far again as from the 80% to the 95% end, not below zero. Nobody at all
    is as likely as the forecast itself says (1 less `probability_any`), and no higher count is less likely to hold. This
    is an interpolation: between two quantiles it cannot be surer than the forecast, and far out it is a convention.

    Args:
        forecasts: Rows with the quantiles of `tables.RTT_FORECAST` and `probability_any`.
        limits: One count a row.

    Returns:
        Probabilities, 0 to 1, one a row.

    Halfway between the median 8 and the upper end 14 of the 80% interval lies 0.7:

    >>> row = pd.DataFrame({"lower_95": [1.0], "lower_80": 4.0, "median": 8.0, "upper_80": 14.0, "upper_95": 20.0,
    ...     "probability_any": 0.99})
    >>> [round(float(probability_at_most(row, np.array([limit]))[0]), 3) for limit in (-1, 0, 8, 11, 14, 26)]
    [0.0, 0.01, 0.5, 0.7, 0.9, 1.0]
    """
    knots = _knots(forecasts)
    nobody = 1 - forecasts["probability_any"].to_numpy(dtype=float)
    found = [_run_straight(at, limit) for at, limit in zip(knots, limits, strict=True)]
    return np.where(limits < 0, 0.0, np.where(limits < 1, nobody, np.maximum(found, nobody)))


def quantiles(forecasts: pd.DataFrame, shares: np.ndarray) -> np.ndarray:
    """Which count is each forecast at most, as likely as the shares say? The other way round of `probability_at_most`.

    Args:
        forecasts: As there.
        shares: Probabilities, rows of the forecasts by as many as are asked.

    >>> row = pd.DataFrame({"lower_95": [1.0], "lower_80": 4.0, "median": 8.0, "upper_80": 14.0, "upper_95": 20.0,
    ...     "probability_any": 0.99})
    >>> quantiles(row, np.array([[0.005, 0.5, 0.7, 0.9]])).round(3).tolist()
    [[0.0, 8.0, 11.0, 14.0]]
    """
    found = np.array([np.interp(asked, _SHARES, at) for at, asked in zip(_knots(forecasts), shares, strict=True)])
    nobody = 1 - forecasts["probability_any"].to_numpy(dtype=float)
    return np.where(shares <= nobody[:, None], 0.0, np.maximum(found, 0.0))


def _knots(forecasts: pd.DataFrame) -> np.ndarray:
    """The counts at `_SHARES`, a row a forecast."""
    told = np.maximum.accumulate(forecasts[list(_QUANTILES)].to_numpy(dtype=float), axis=1)
    lowest, highest = np.maximum(2 * told[:, 0] - told[:, 1], 0.0), 2 * told[:, -1] - told[:, -2]
    return np.column_stack([np.minimum(lowest, told[:, 0]), told, highest])


def _run_straight(knots: np.ndarray, limit: float) -> float:
    after = int(np.searchsorted(knots, limit, side="right"))
    if after in (0, len(knots)):
        return float(after > 0)
    part = (limit - knots[after - 1]) / (knots[after] - knots[after - 1])
    return float(_SHARES[after - 1] + part * (_SHARES[after] - _SHARES[after - 1]))


def rate(positions: pd.DataFrame, forecasts: pd.DataFrame, standards: Iterable[Standard], risk: Risk) -> pd.DataFrame:
    """How likely is each list to miss each standard, and is that red, amber or green?

    The month judged is the standard's own where it lies ahead and is forecast, else `months_ahead`. A share is turned
    into pathways by the median forecast of the list, as if that were certain: the list moves by a few percent, its long
    waits by far more.

    Args:
        positions: `tables.RTT_POSITION` of one month: the lists to rate.
        forecasts: `tables.RTT_FORECAST` as of that month; the chosen rows are read.
        standards: As in `standards.yml`.
        risk: The rules, `risk.yml`.

    Returns:
        `tables.RTT_RISK`, a row a list with anyone on it and rule; `unknown` where its month is not forecast.

    Raises:
        ParameterError: A rule names a standard that is not there, or is not of RTT pathways over so many weeks.
    """
    known = {standard.id: standard for standard in standards}
    lists = positions[positions["total_incomplete"] > 0]
    chosen = forecasts[forecasts["chosen"].astype(bool)]
    frames = [_rated(lists, chosen, _of_rule(rule, known), rule, risk.months_ahead) for rule in risk.rules]
    rows = [row for frame in frames for row in frame]
    return RTT_RISK.check(pd.DataFrame(rows, columns=RTT_RISK.names)) if rows else RTT_RISK.empty()


def _of_rule(rule: RiskRule, known: dict[str, Standard]) -> Standard:
    standard = known.get(rule.standard)
    if standard is None or standard.family != "rtt" or standard.rule == "share_within_at_least":
        raise ParameterError(
            f"{rule.standard!r} is no RTT standard of pathways over so many weeks.",
            "Name one of standards.yml whose rule is count_over_at_most or share_over_at_most.",
            file="risk.yml",
            parameter="rules.standard",
        )
    return standard


def _rated(
    lists: pd.DataFrame, chosen: pd.DataFrame, standard: Standard, rule: RiskRule, months_ahead: int
) -> list[dict[str, object]]:
    if lists.empty:
        return []
    as_of, measure = str(lists["month"].iloc[0]), f"over_{standard.weeks}_weeks"
    ahead = chosen[(chosen["as_of"] == as_of) & (chosen["measure"] == measure)]
    own = month_text(standard.by) if standard.by else ""
    target = own if as_of < own and own in set(ahead["target_month"]) else add_months(as_of, months_ahead)
    totals = chosen[(chosen["measure"] == "total_incomplete") & (chosen["target_month"] == target)]
    told = ahead[ahead["target_month"] == target].merge(
        totals[[*_CELL, "median"]].rename(columns={"median": "list_then"}), on=_CELL, how="left"
    )
    percent = standard.value / 100 if standard.rule == "share_over_at_most" else 0.0
    # A share of an unknown list stays unknown; a count that needs no list does not wait for one.
    size = told["list_then"].where(told["list_then"].notna() | bool(percent or rule.serious_percent), 0.0)
    told["allowed"] = percent * size + (0.0 if percent else standard.value)
    told["serious"] = told["allowed"] + np.maximum(rule.serious_pathways, rule.serious_percent / 100 * size)
    told = told[told["serious"].notna()]
    told["probability_missed"] = 1 - probability_at_most(told, told["allowed"].to_numpy(dtype=float))
    told["probability_serious"] = 1 - probability_at_most(told, told["serious"].to_numpy(dtype=float))
    columns = [*_CELL, "mean", "allowed", "serious", "probability_any", "probability_missed", "probability_serious"]
    cells = lists[[*_CELL, measure]].merge(told[columns], on=_CELL, how="left")
    found = []
    for row in cells.rename(columns={"mean": "expected", measure: "count_now"}).to_dict("records"):
        rating = _rating(row["probability_missed"], row["probability_serious"], rule)
        says = _why(row, rating, standard.weeks, target)
        found.append(
            {str(name): value for name, value in row.items()}
            | {"as_of": as_of, "standard": standard.id, "measure": measure, "target_month": target}
            | {"rating": rating, "says": says}
        )
    return found


def _rating(missed: float, serious: float, rule: RiskRule) -> str:
    """The colour of two probabilities.

    >>> rule = RiskRule(standard="x", serious_pathways=10, serious_percent=0, red_probability=0.5, amber_probability=0.1)
    >>> [_rating(*pair, rule) for pair in ((0.9, 0.5), (0.9, 0.2), (0.05, 0.0), (float("nan"), float("nan")))]
    ['red', 'amber', 'green', 'unknown']
    """
    if np.isnan(missed):
        return "unknown"
    return "red" if serious >= rule.red_probability else "amber" if missed >= rule.amber_probability else "green"


def _why(row: dict, rating: str, weeks: int, target: str) -> str:
    if rating == "unknown":
        return f"Nothing over {weeks} weeks is forecast of this list for {month_words(target)}."
    missed, serious = _chance(row["probability_missed"]), _chance(row["probability_serious"])
    return (
        f"Over {weeks} weeks at the end of {month_words(target)}: the chance of more than the {row['allowed']:,.0f} allowed is "
        f"{missed}, and of more than {row['serious']:,.0f} it is {serious}."
    )


def _chance(probability: float) -> str:
    """A chance in words that claim no certainty.

    >>> _chance(0.002), _chance(0.42), _chance(1.0)
    ('below 1%', '42%', 'above 99%')
    """
    return "below 1%" if probability < 0.01 else "above 99%" if probability > 0.99 else f"{100 * probability:.0f}%"


def movers(now: pd.DataFrame, positions_before: pd.DataFrame, before: pd.DataFrame, rule: MoverRule) -> pd.DataFrame:
    """Whose long waits, or whose rating, changed most since the month before?

    Args:
        now: `tables.RTT_RISK` as of the month reported.
        positions_before: `tables.RTT_POSITION` of the month before.
        before: `tables.RTT_RISK` as of the month before, from forecasts made of what was known then; may have no rows.
        rule: What is worth a line.

    Returns:
        `tables.RTT_MOVERS`, changed ratings first, then the largest change; at most `show` rows. The total row of a trust
        is left out, since its specialties make it up; so is a list that is new or not loaded in either month.
    """
    if now.empty:
        return RTT_MOVERS.empty()
    counts = positions_before.melt(_CELL, value_vars=sorted(now["measure"].unique()), value_name="count_before")
    counts = counts.rename(columns={"variable": "measure"})
    key = [*_CELL, "standard"]
    rows = now[now["treatment_function_code"] != ALL_SPECIALTIES].rename(columns={"rating": "rating_now"})
    rows = rows.merge(counts, on=[*_CELL, "measure"]).dropna(subset=["count_now", "count_before"])
    rows = rows.merge(before[[*key, "rating"]].rename(columns={"rating": "rating_before"}), on=key, how="left")
    rows["rating_before"] = rows["rating_before"].fillna("unknown")
    rows["change"] = (rows["count_now"] - rows["count_before"]).astype("Int64")
    rows["moved"] = [_moved(*pair) for pair in zip(rows["rating_before"], rows["rating_now"], strict=True)]
    rated_anew, size = rows["moved"].isin(["worse", "better"]), rows["change"].abs()
    rows = rows.assign(month=rows["as_of"], rated_anew=rated_anew, size=size)[rated_anew | (size >= rule.least_change)]
    rows = rows.sort_values(["rated_anew", "size", *key], ascending=[False, False, True, True, True])
    return RTT_MOVERS.check(rows.head(rule.show)[RTT_MOVERS.names].reset_index(drop=True))


def _moved(before: str, now: str) -> str:
    """Which way a rating went.

    >>> _moved("green", "red"), _moved("red", "amber"), _moved("red", "red"), _moved("unknown", "red")
    ('worse', 'better', 'same', 'not known')
    """
    if before not in _RATINGS or now not in _RATINGS:
        return "not known"
    step = _RATINGS[now] - _RATINGS[before]
    return "worse" if step > 0 else "better" if step < 0 else "same"


def fragile(positions: pd.DataFrame, flows: pd.DataFrame, rule: FragileRule, as_of: str) -> pd.DataFrame:
    """Which lists does little hold up: one provider, fewer and fewer stops, hardly any stops?

    A list that shrinks may be good work, a recode, or a service that closes: it is flagged to be asked about. A change
    needs both its ends, so a missing month flags nothing.

    Args:
        positions: `tables.RTT_POSITION` of the system's trusts, a year and a month or more up to `as_of`.
        flows: `tables.RTT_FLOWS` of the same; without rows nothing is said of clock stops.
        rule: When it counts.
        as_of: The month judged.

    Returns:
        `tables.RTT_FRAGILE`, a row a list and reason; total rows are not judged.
    """
    ours = positions[positions["treatment_function_code"] != ALL_SPECIALTIES]
    lists = {month: _by_cell(ours[ours["month"] == month], "total_incomplete") for month in ours["month"].unique()}
    now = {cell: count for cell, count in lists.get(as_of, {}).items() if count > 0}
    earlier = add_months(as_of, -rule.months)
    recent, past = _stops(flows, as_of, rule.months), _stops(flows, earlier, rule.months)
    given_by = pd.Series([code for _, code in now], dtype=object).value_counts()
    kept, few = 1 - rule.shrinking_percent / 100, rule.few_stops_a_month * rule.months
    found: list[tuple[object, ...]] = []
    for cell, count in sorted(now.items()):
        if given_by[cell[1]] == 1:
            found.append((*cell, "single_provider", count, np.nan, "No other trust of the system has a list of it."))
        was = lists.get(earlier, {}).get(cell, np.nan)
        if was >= rule.least_list and count <= kept * was:
            says = f"The list fell from {was:,.0f} to {count:,.0f} in {rule.months} months; a recode looks the same."
            found.append((*cell, "shrinking_list", count, was, says))
        stops, were = recent.get(cell, np.nan), past.get(cell, np.nan)
        if stops < few:
            each = stops / rule.months
            says = f"{each:,.1f} clock stops a month over {rule.months} months: one absence empties a month."
            found.append((*cell, "few_stops", each, np.nan, says))
        elif were >= few and stops <= kept * were:
            says = f"Clock stops fell from {were:,.0f} to {stops:,.0f}, the last {rule.months} months against those before."
            found.append((*cell, "shrinking_stops", stops, were, says))
    rows = pd.DataFrame([(as_of, *row) for row in found], columns=RTT_FRAGILE.names)
    return RTT_FRAGILE.check(rows) if found else RTT_FRAGILE.empty()


def _by_cell(rows: pd.DataFrame, column: str) -> dict[tuple[str, str], float]:
    return dict(zip(zip(*(rows[name] for name in _CELL), strict=True), rows[column].astype(float), strict=True))


def _stops(flows: pd.DataFrame, last: str, months: int) -> dict[tuple[str, str], float]:
    """Clock stops of each list over so many months, of lists with every one of them loaded."""
    mine = flows[flows["month"].isin(months_between(add_months(last, 1 - months), last))]
    stops = mine[_CELL].assign(stops=mine["admitted_stops"] + mine["non_admitted_stops"])
    told = stops.groupby(_CELL, as_index=False).agg(stops=("stops", "sum"), months=("stops", "size"))
    return _by_cell(told[told["months"] == months], "stops")
