"""Where a share differs by more than chance: funnel limits, partial pooling, and groups of patients side by side.

It reads published counts, but for the ratio between groups, which is told only where both counts are.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.models.chatbot.counting import ALL_PROVIDERS, EVERYONE, GROUPS, categories
from lsc_analytics.models.intervals import pooled, wilson
from lsc_analytics.parameters import CampaignPlan
from lsc_analytics.reference import ALL_SPECIALTIES
from lsc_analytics.store import disclosure
from lsc_analytics.tables import CHATBOT_EQUITY, CHATBOT_PROGRESS, CHATBOT_SPREAD

ASKED = {"responded": "attempted", "leave": "responded", "worse": "responded"}  # by group: outcome, of whom
SPREAD = {"responded": "contacted", "leave": "responded", "worse": "responded", "confirmed": "attempted"}
_LIMITS = {"95": 1.959964, "998": 3.090232}


def spread(published: pd.DataFrame) -> pd.DataFrame:
    """Which trust's specialties differ from their campaign by more than chance, and what would a small one be?

    Funnel limits (D. Spiegelhalter, 2005): the campaign's share, and how far chance alone takes a cell of this size
    from it, by the normal distribution. Pooling: `intervals.pooled`, over all cells of the campaign.

    Args:
        published: `tables.CHATBOT_COUNTS_PUBLISHED`.

    Returns:
        `tables.CHATBOT_SPREAD`, a row a campaign, trust, specialty and share.
    """
    everyone = published[published["dimension"] == EVERYONE]
    cells = everyone[everyone["treatment_function_code"] != ALL_SPECIALTIES]
    whole = everyone[everyone["provider_code"] == ALL_PROVIDERS]
    frames = []
    for name, mine in cells.groupby("campaign", sort=False):
        for outcome, denominator in SPREAD.items():
            told = _shares(mine, outcome, denominator)
            number = disclosure.as_numbers(mine[denominator])
            one = whole[whole["campaign"] == name]
            total, of = (float(disclosure.as_numbers(one[each]).iloc[0]) for each in (outcome, denominator))
            middle = 100 * total / of if of else np.nan
            away = np.sqrt(middle * (100 - middle) / number.where(number > 0))
            found = pooled(disclosure.as_numbers(mine[outcome]).to_numpy(), number.to_numpy())
            told = told.assign(
                denominator_shown=number,
                campaign_percent=middle,
                **{f"limit_lower_{each}": (middle - z * away).clip(lower=0) for each, z in _LIMITS.items()},
                **{f"limit_upper_{each}": (middle + z * away).clip(upper=100) for each, z in _LIMITS.items()},
                **dict(zip(("pooled_percent", "pooled_lower_95", "pooled_upper_95"), found, strict=True)),
            )
            told["differs"] = (told["percent"] < told["limit_lower_998"]) | (told["percent"] > told["limit_upper_998"])
            frames.append(told)
    if not frames:
        return CHATBOT_SPREAD.empty()
    return CHATBOT_SPREAD.check(pd.concat(frames, ignore_index=True)[CHATBOT_SPREAD.names])


def equity(published: pd.DataFrame, pathways: pd.DataFrame) -> pd.DataFrame:
    """Who does not answer, and do groups answer otherwise than everybody else of the same specialty and wait?

    The ratio is that of Mantel and Haenszel over specialty and wait, its interval by Greenland and Robins (1985): above
    one, the group says so more often than everybody else would in its place. It is told to a hundredth, and only where
    the group's count is shown and everybody else's is eight or more.

    Args:
        published: `tables.CHATBOT_COUNTS_PUBLISHED`.
        pathways: `tables.CHATBOT_PATHWAYS`, for the ratio.

    Returns:
        `tables.CHATBOT_EQUITY`, a row a campaign, group and share: answered of those called; leave and worse of those
        who answered.
    """
    rows = published[published["dimension"].isin(GROUPS)]
    if rows.empty:
        return CHATBOT_EQUITY.empty()
    told = pd.concat([_shares(rows, outcome, of) for outcome, of in ASKED.items()], ignore_index=True)
    ratios = _ratios(pathways)
    told = told.merge(ratios, on=["campaign", "dimension", "category", "outcome"], how="left")
    names = ["ratio", "ratio_lower_95", "ratio_upper_95"]
    told[names] = told[names].where(told["percent"].notna() & (told["others"] >= disclosure.SMALLEST_SHOWN)).round(2)
    return CHATBOT_EQUITY.check(told[CHATBOT_EQUITY.names])


def progress(outcomes: pd.DataFrame, plans: list[CampaignPlan]) -> pd.DataFrame:
    """How far did each campaign come of what was planned?

    Args:
        outcomes: `tables.CHATBOT_OUTCOMES_PUBLISHED` of all trusts, one row a campaign.
        plans: Of `validation_programme.yml`; a plan for a campaign without records has no row.

    Returns:
        `tables.CHATBOT_PROGRESS`.
    """
    reached = outcomes.set_index("campaign")["contacted"]
    rows = [
        {"campaign": plan.campaign, "planned": plan.planned, "by": plan.by.isoformat(), "source": plan.source,
         "contacted": reached[plan.campaign],
         "percent": 100 * disclosure.as_numbers(reached[[plan.campaign]]).iloc[0] / plan.planned}
        for plan in plans if plan.campaign in reached.index
    ]  # fmt: skip
    return CHATBOT_PROGRESS.check(pd.DataFrame(rows)) if rows else CHATBOT_PROGRESS.empty()


def _shares(rows: pd.DataFrame, outcome: str, denominator: str) -> pd.DataFrame:
    count, of = disclosure.as_numbers(rows[outcome]), disclosure.as_numbers(rows[denominator])
    keys = ["campaign", "provider_code", "treatment_function_code", "dimension", "category"]
    return rows[keys].assign(
        outcome=outcome,
        denominator=denominator,
        count=rows[outcome],
        denominator_count=rows[denominator],
        percent=(100 * count / of.where(of > 0)).clip(upper=100),
        **dict(zip(("lower_95", "upper_95"), wilson(count, of), strict=True)),
    )


def _ratios(pathways: pd.DataFrame) -> pd.DataFrame:
    """Mantel and Haenszel's ratio of each group to everybody else, over specialty and wait, by campaign and outcome."""
    of = categories(pathways)
    stratum = ["campaign", "treatment_function_code", "wait"]
    base = pathways[["campaign", "treatment_function_code"]].assign(wait=of["wait"])
    frames = []
    for outcome, denominator in ASKED.items():
        asked = pathways[denominator]
        rows = base[asked].assign(hit=pathways.loc[asked, outcome].astype(int), number=1)
        all_of = rows.groupby(stratum)[["hit", "number"]].sum().add_suffix("_all")
        for dimension in GROUPS:
            own = rows.assign(category=of[dimension][asked]).groupby([*stratum, "category"])[["hit", "number"]].sum()
            both = own.join(all_of)
            a, n1 = both["hit"], both["number"]
            c, n0 = both["hit_all"] - a, both["number_all"] - n1
            size = both["number_all"]
            sums = pd.DataFrame(
                {
                    "r": a * n0 / size,
                    "s": c * n1 / size,
                    "p": ((a + c) * n1 * n0 - a * c * size) / size**2,
                    "others": c,
                }
            )
            told = sums.groupby(["campaign", "category"]).sum()
            ratio = told["r"] / told["s"].where(told["s"] > 0)
            error = np.sqrt(told["p"] / (told["r"] * told["s"]).where(lambda product: product > 0))
            frames.append(
                pd.DataFrame(
                    {"ratio": ratio, "ratio_lower_95": ratio * np.exp(-1.959964 * error),
                     "ratio_upper_95": ratio * np.exp(1.959964 * error), "others": told["others"]}
                ).reset_index().assign(dimension=dimension, outcome=outcome)
            )  # fmt: skip
    return pd.concat(frames, ignore_index=True)
