"""Does mutual aid pass a problem on? Two ledgers for every list: its own pathways, and those transferred in."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.models.mutual_aid.stress import Draws, Outcome, play
from lsc_analytics.parameters.mutual_aid import MutualAid
from lsc_analytics.reference import ALL_SPECIALTIES, add_months
from lsc_analytics.tables import AID_ASSURANCE, AID_EFFECTS

_LIST = ["provider_code", "treatment_function_code"]
_NO_MORE, _NO_LESS = 0.9, 0.1
_ROUNDING = 1e-6  # pathways: a difference below it is of arithmetic, not of waits


def assure(
    moves: pd.DataFrame, draws: Draws, risk: pd.DataFrame, offers: pd.DataFrame, rule: MutualAid
) -> tuple[pd.DataFrame, Outcome]:
    """What do the moves do to every list, month by month and standard by standard?

    Own pathways: those on the list at the as-of month and its later clock starts, except those moved away, who are in the
    receiver's other column from then on. Expected figures take every offer at its 10% figure, which is what was promised.
    Stress takes the draws in which demand is high and every offer is at its 10% figure or worse: nine in ten of them are no
    worse. Transferred in: the original clock runs on until their clock stop.

    Args:
        moves: `tables.AID_MOVES`.
        draws: The system without them.
        risk: As `need.at_risk` gives it.
        offers: `tables.AID_OFFERS`.
        rule: Who waits when capacity fails, and how it is drawn to fail.

    Returns:
        `tables.AID_ASSURANCE`, a row a list, month and standard; and the drawn outcome under stress.
    """
    expected, stressed = (
        play(moves, draws, risk, offers, rule.months_to_treatment, rule.when_capacity_fails, failing)
        for failing in (None, rule.stress)
    )
    keys = pd.MultiIndex.from_product([range(len(draws.lists)), draws.months, draws.standards])
    place = keys.get_level_values(0)
    ledger = pd.DataFrame(
        {
            "provider_code": draws.lists.get_level_values(0)[place],
            "treatment_function_code": draws.lists.get_level_values(1)[place],
            "month": keys.get_level_values(1),
            "standard": keys.get_level_values(2),
            "own_breaches_without": draws.mean.ravel(),
            "own_breaches_with": expected.own[0].ravel(),
            "own_stress_without": np.quantile(draws.own, _NO_MORE, axis=0).ravel(),
            "own_stress_with": np.quantile(stressed.own, _NO_MORE, axis=0).ravel(),
            "imported_breaches": expected.imported[0].ravel(),
        }
    )
    return AID_ASSURANCE.check(ledger), stressed


def harmed(assurance: pd.DataFrame) -> pd.DataFrame:
    """The rows in which a list's own pathways are worse off with the moves, as expected or under stress.

    Args:
        assurance: `tables.AID_ASSURANCE`.
    """
    worse = [
        assurance[f"{kind}_with"] > assurance[f"{kind}_without"] + _ROUNDING for kind in ("own_breaches", "own_stress")
    ]
    return assurance[worse[0] | worse[1]]


def effects(
    moves: pd.DataFrame,
    draws: Draws,
    assurance: pd.DataFrame,
    stressed: Outcome,
    need: pd.DataFrame,
    standard: int,
) -> pd.DataFrame:
    """Before and after, with intervals, of every list and of all lists of a provider, at the standard's date.

    Freed slots: of those moved, the ones that their own trust would have seen before the date. If it gives their slots to
    others at risk, as many breaches fewer, at most those that are left.

    Args:
        moves: `tables.AID_MOVES`.
        draws: The system without them.
        assurance: `tables.AID_ASSURANCE`.
        stressed: The drawn outcome.
        need: `tables.AID_NEED`.
        standard: Weeks.

    Returns:
        `tables.AID_EFFECTS`; C_999 is the sum over a provider's lists, draw by draw.
    """
    by, last, column = draws.months[-1], len(draws.months) - 1, draws.standards.index(standard)
    ledger = assurance[assurance["standard"] == standard].set_index(_LIST)
    at_date = ledger[ledger["month"] == by].loc[draws.lists]
    odds = need.assign(avoids=(need["breaches"] / need["at_risk"].where(need["at_risk"] > 0)).clip(upper=1).fillna(0))
    known = odds.rename(columns={"provider_code": "from_provider"})
    told = moves.merge(
        known[["from_provider", "treatment_function_code", "month", "avoids"]],
        on=["from_provider", "treatment_function_code", "month"], how="left",
    )  # fmt: skip
    told["freed"] = told["pathways"] * (1 - told["avoids"].fillna(0))

    def by_list(end: str, value: str) -> np.ndarray:
        found = told.groupby([end, "treatment_function_code"])[value].sum()
        return found.reindex(draws.lists).fillna(0).to_numpy(float)

    columns = {
        "mean_without": at_date["own_breaches_without"].to_numpy(),
        "mean_with": at_date["own_breaches_with"].to_numpy(),
        "sent": by_list("from_provider", "pathways"),
        "received": by_list("to_provider", "pathways"),
        "freed_slots": by_list("from_provider", "freed"),
    }
    drawn = {"without": draws.own[:, :, last, column], "with": stressed.own[:, :, last, column]}
    imported = ledger.groupby(level=_LIST)["imported_breaches"].max().loc[draws.lists].to_numpy()
    late = stressed.imported[:, :, last, column]
    month_by_month = (
        ledger.reset_index().pivot_table(index=_LIST, columns="month", values="imported_breaches").loc[draws.lists]
    )
    rows = []
    providers = draws.lists.get_level_values(0)
    places = [([place], code) for place, code in enumerate(draws.lists.get_level_values(1))]
    places += [(np.flatnonzero(providers == provider).tolist(), ALL_SPECIALTIES) for provider in providers.unique()]
    for among, code in places:
        row: dict[str, object] = {"provider_code": providers[among[0]], "treatment_function_code": code}
        row |= {name: float(values[among].sum()) for name, values in columns.items()}
        for way, values in drawn.items():
            total = values[:, among].sum(axis=1)
            row[f"lower_80_{way}"], row[f"upper_80_{way}"] = np.quantile(total, [_NO_LESS, _NO_MORE])
        single = len(among) == 1
        row["imported_most"] = float(imported[among[0]]) if single else float(month_by_month.iloc[among].sum().max())
        row["imported_stress"] = float(np.quantile(late[:, among].sum(axis=1), _NO_MORE))
        row["freed_relief"] = float(np.minimum(columns["freed_slots"][among], columns["mean_with"][among]).sum())
        rows.append(row)
    frame = pd.DataFrame(rows).drop_duplicates(_LIST)
    counts = ["sent", "received"]
    frame[counts] = frame[counts].round().astype(int)
    return AID_EFFECTS.check(frame[AID_EFFECTS.names])


def treated_month(month: str, months_to_treatment: int) -> str:
    """The month of the clock stop of a pathway moved in a month.

    >>> treated_month("2026-04", 1)
    '2026-05'
    """
    return add_months(month, months_to_treatment)
