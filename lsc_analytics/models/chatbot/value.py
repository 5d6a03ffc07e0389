"""What validation is worth: removals and their cost, what it does to the list ahead, who is due, and how much is covered.

It reads published counts and published lists. Prices are assumptions of `validation_programme.yml`; nothing here proves
that a campaign shortened a list.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from lsc_analytics.models.chatbot.counting import ALL_PROVIDERS, EVERYONE, ROW, WAIT_BANDS, WITHIN
from lsc_analytics.models.intervals import wilson
from lsc_analytics.parameters import Scenario, ValidationProgramme, specialty_name, trust_name
from lsc_analytics.parameters import scenario as levers
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM
from lsc_analytics.store import disclosure
from lsc_analytics.tables import CHATBOT_COVERAGE, CHATBOT_DUE, CHATBOT_VALUE

_YEAR = 12
_FIRST_CALLED = 12  # weeks: nobody is called before
_LIMIT_WEEKS = 52
_FEWEST = 20  # a smaller group is called along with its neighbours


def value(
    published: pd.DataFrame, left_a_month: Mapping[tuple[str, str], float], programme: ValidationProgramme
) -> pd.DataFrame:
    """What did each campaign release, and at what price?

    Args:
        published: `tables.CHATBOT_COUNTS_PUBLISHED`.
        left_a_month: By trust, or ALL, and specialty: share of the list that leaves unreported in a month anyway, 0 to 1.
        programme: Prices.

    Returns:
        `tables.CHATBOT_VALUE`, a row a campaign, trust and specialty, one a campaign and trust (C_999) and one for all. The
        interval is of confirmed removals for each 1,000 called (Wilson). Cost is called x price + reviewed x price; over
        those removed.
    """
    rows = published[published["dimension"] == EVERYONE].reset_index(drop=True)
    called, reviewed, confirmed, removed = (
        disclosure.as_numbers(rows[name]) for name in ("attempted", "reviewed", "confirmed", "removed")
    )
    low, high = wilson(confirmed, called)
    cost = called * programme.cost_per_patient_called + reviewed * programme.cost_per_review
    lists = zip(rows["provider_code"], rows["treatment_function_code"], strict=True)
    stays = 1 - pd.Series([left_a_month.get(one, np.nan) for one in lists], index=rows.index, dtype="float64")
    told = rows[[*ROW, "confirmed", "removed"]].assign(
        per_1000_called=1000 * confirmed / called.where(called > 0),
        per_1000_lower_95=10 * low,
        per_1000_upper_95=10 * high,
        appointments=removed * programme.appointments_per_removal,
        cost=cost,
        cost_per_removal=cost / removed.where(removed > 0),
        left_anyway_percent=100 * (1 - stays**_YEAR),
    )
    return CHATBOT_VALUE.check(told[CHATBOT_VALUE.names])


def measured_drive(
    base: Scenario,
    published: pd.DataFrame,
    campaign: str,
    left_a_month: float,
    programme: ValidationProgramme,
    months: int,
    *,
    trust: str = SYSTEM,
    specialty: str = ALL_SPECIALTIES,
) -> dict[str, Scenario]:
    """The validation drive of `scenarios/validation_drive.yml` with what one campaign measured in place of its guesses.

    Taken off in a month: of the list, those called (assumed) x those confirmed of those called (measured there, or in the
    next larger of specialty, trust and system where that is hidden), at the waits at which they were confirmed (measured,
    all trusts together). Net: less those who would have left unreported by the last month anyway.

    Args:
        base: The drive as assumed; its months stay.
        published: `tables.CHATBOT_COUNTS_PUBLISHED`.
        campaign: Which was measured.
        left_a_month: Share of the list that leaves unreported in a month anyway, 0 to 1.
        programme: How many are called.
        months: From the drive to the last month ahead.
        trust: Whose list it is; LSC for all.
        specialty: Of which specialty; C_999 for all.

    Returns:
        By name, `measured_drive` and `measured_drive_net`; none where the counts are hidden.
    """
    mine = published[published["campaign"] == campaign]
    everyone, everywhere = mine["dimension"] == EVERYONE, mine["provider_code"] == ALL_PROVIDERS
    waits = mine[everywhere & (mine["dimension"] == "wait")].set_index("category")["confirmed"]
    by_wait = disclosure.as_numbers(waits).reindex(list(WAIT_BANDS.values())).fillna(0).to_numpy()
    told = {
        (str(row["provider_code"]), str(row["treatment_function_code"])): float(row["share"])
        for row in mine[everyone].assign(share=_rate).to_dict("records") if row["share"] > 0
    }  # fmt: skip
    nearest = [(trust, specialty), (trust, ALL_SPECIALTIES), (ALL_PROVIDERS, ALL_SPECIALTIES)]
    measured = next((cell for cell in nearest if cell in told), None)
    if measured is None or not by_wait.sum() > 0:
        return {}
    shares = np.round(100 * by_wait / by_wait.sum(), 2)
    shares[shares.argmax()] += 100 - shares.sum()
    share = programme.called_percent_of_list * told[measured]
    said = f"{programme.called_percent_of_list:g}% of the list is called a month (assumption)"
    made = {}
    for name, title, percent, more in (
        ("measured_drive", "Validation drive, as measured", share, ""),
        ("measured_drive_net", "The same, net of who leaves anyway", share * (1 - left_a_month) ** months,
         "; less those who would have left unreported"),
    ):  # fmt: skip
        changes = [
            lever.model_copy(update={"percent_of_list": percent, "share_by_wait": dict(zip(WAIT_BANDS, shares, strict=True))})
            if isinstance(lever, levers.Validation) else lever for lever in base.changes
        ]  # fmt: skip
        made[name] = base.model_copy(
            update={"title": title, "changes": changes, "source": f"call records of {campaign}, {_place(*measured)}",
                    "assumes": f"{said}, and as many of those called are confirmed as in {campaign}{more}."}
        )  # fmt: skip
    return made


def due(bands: pd.DataFrame, spread: pd.DataFrame, published: pd.DataFrame, campaign: str) -> pd.DataFrame:
    """Who should be contacted next?

    First those of whom most would be confirmed, and who breach soonest: confirmed of each 100 called (pooled over the
    campaign's cells, times how the wait differs from all), over the weeks until the group's middle has waited 52.

    Args:
        bands: `tables.RTT_BAND_VIEW`, incomplete pathways of one month, by trust and specialty: published figures.
        spread: `tables.CHATBOT_SPREAD`.
        published: `tables.CHATBOT_COUNTS_PUBLISHED`.
        campaign: The campaign that the rates are of.

    Returns:
        `tables.CHATBOT_DUE`, first ranked first. Groups of fewer than 20
        are left out; specialties that the campaign did not call have its overall rate.
    """
    mine = published[(published["campaign"] == campaign) & (published["provider_code"] == ALL_PROVIDERS)]
    waits = mine[mine["dimension"] == "wait"].set_index("category")
    whole = mine[mine["dimension"] == EVERYONE]
    rate = _rate(whole).iloc[0]
    relative = (_rate(waits) / rate).fillna(1.0) if rate else 1.0 + 0 * _rate(waits)
    lists = bands[bands["treatment_function_code"] != ALL_SPECIALTIES]
    lists = lists[lists["week_from"] >= _FIRST_CALLED]
    edges = [each for each in WAIT_BANDS if each >= _FIRST_CALLED]
    group = pd.cut(lists["week_from"].astype(int), [*edges, 10_000], right=False, labels=[WAIT_BANDS[e] for e in edges])
    made = lists.assign(wait=group.astype("str"), waiting=lists["pathways"])
    made["weighted"] = made["waiting"] * made["week_from"].astype(float)
    made = (
        made.groupby(["provider_code", "treatment_function_code", "wait"])[["waiting", "weighted"]].sum().reset_index()
    )
    made = made[made["waiting"] >= _FEWEST]
    cells = spread[(spread["campaign"] == campaign) & (spread["outcome"] == "confirmed")]
    made = made.merge(
        cells[["provider_code", "treatment_function_code", "pooled_percent"]],
        on=["provider_code", "treatment_function_code"],
        how="left",
    )
    made["confirmed_per_100"] = made["pooled_percent"].fillna(100 * rate) * made["wait"].map(relative).fillna(1.0)
    made["weeks_to_limit"] = (_LIMIT_WEEKS - made["weighted"] / made["waiting"]).clip(lower=1).round()
    urgency = made["confirmed_per_100"] / made["weeks_to_limit"]
    made["rank"] = urgency.rank(ascending=False, method="first").astype("int64")
    made = made.astype({"waiting": "int64"}).sort_values("rank", ignore_index=True)
    return CHATBOT_DUE.check(made[CHATBOT_DUE.names])


def coverage(published: pd.DataFrame, bands: pd.DataFrame, weeks: list[int]) -> pd.DataFrame:
    """How much of each list has answered within the weeks of the re-validation cycle?

    Made from what is shown of each campaign, so that all of them together tell no more of one than its own page does.

    Args:
        published: `tables.CHATBOT_COUNTS_PUBLISHED`.
        bands: `tables.RTT_BAND_VIEW`, incomplete pathways of one month: published figures.
        weeks: Of the cycle.

    Returns:
        `tables.CHATBOT_COVERAGE`, a row a trust with a list and a number of weeks up to the records' last day. Those who
        answered need not be on the list any more, so the share is at most. Where one campaign's count is hidden, the sum is.
    """
    total = bands[(bands["treatment_function_code"] == ALL_SPECIALTIES) & (bands["week_from"] >= _FIRST_CALLED)]
    waiting = total.groupby("provider_code")["pathways"].sum()
    recent = published[published["dimension"] == WITHIN]
    rows = []
    for within in weeks:
        mine = recent[recent["category"] == str(within)]
        counted = disclosure.as_numbers(mine["responded"]).groupby(mine["provider_code"]).sum(skipna=False)
        counted = counted.reindex(waiting.index, fill_value=0.0)
        shown = counted.map("{:,.0f}".format).where(counted.notna(), disclosure.HIDDEN)
        share = 100 * counted / waiting
        rows.append(
            pd.DataFrame(
                {"provider_code": waiting.index, "within_weeks": within, "waiting": waiting.to_numpy(),
                 "answered": shown.to_numpy(), "percent": share.to_numpy()}
            )
        )  # fmt: skip
    return CHATBOT_COVERAGE.check(pd.concat(rows, ignore_index=True).astype({"waiting": "int64"}))


def _place(trust: str, specialty: str) -> str:
    """Where a share was measured, in words."""
    if trust == ALL_PROVIDERS:
        return "all trusts"
    where = trust_name(trust, short=True)
    return where if specialty == ALL_SPECIALTIES else f"{specialty_name(specialty, short=True)} at {where}"


def _rate(rows: pd.DataFrame) -> pd.Series:
    called = disclosure.as_numbers(rows["attempted"])
    return disclosure.as_numbers(rows["confirmed"]) / called.where(called > 0)
