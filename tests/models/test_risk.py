"""Risk: probabilities read off quantiles, ratings by rule, movements since last month, and what little holds up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, poisson

from lsc_analytics.errors import ParameterError
from lsc_analytics.models.risk import fragile, movers, probability_at_most, rate
from lsc_analytics.parameters import FragileRule, MoverRule, Risk, Standard, risk, standards
from lsc_analytics.reference import add_months
from lsc_analytics.tables import RTT_FLOWS, RTT_FORECAST, RTT_POSITION, RTT_RISK

SHARES = {"lower_95": 0.025, "lower_80": 0.1, "median": 0.5, "upper_80": 0.9, "upper_95": 0.975}
WEEKS_65 = Standard(
    id="nobody", family="rtt", weeks=65, rule="count_over_at_most", value=0, words="w", source="s", verified=True
)
WEEKS_52 = Standard(
    id="one-percent", family="rtt", weeks=52, rule="share_over_at_most", value=1, by="2026-03-31", words="w", source="s",
    verified=True,
)  # fmt: skip
RULES = Risk(
    months_ahead=6,
    rules=[
        {"standard": "nobody", "serious_pathways": 10, "serious_percent": 0, "red_probability": 0.5, "amber_probability": 0.1},
        {"standard": "one-percent", "serious_pathways": 5, "serious_percent": 1, "red_probability": 0.5, "amber_probability": 0.1},
    ],
    movers={"show": 3, "least_change": 3},
    fragile={"months": 12, "shrinking_percent": 25, "least_list": 100, "few_stops_a_month": 10},
)  # fmt: skip


def quantiles(at: list[float], chance: float = 1.0) -> pd.DataFrame:
    """One forecast of these five quantiles."""
    return pd.DataFrame([dict(zip(SHARES, at, strict=True)) | {"probability_any": chance}])


def forecasts(*lists: tuple[str, str, float], last: str = "2026-01", measure: str = "over_65_weeks") -> pd.DataFrame:
    """Chosen forecasts of a list of 1,000 and of a Poisson count of the mean given, six months ahead."""
    rows = []
    for trust, code, mean in lists:
        for step in range(1, 7):
            poissonian = {name: float(poisson.ppf(share, mean)) for name, share in SHARES.items()}
            counted = {"mean": mean, "probability_any": 1 - float(np.exp(-mean)), **poissonian}
            sure = dict.fromkeys(("mean", *SHARES), 1000.0) | {"probability_any": 1.0}
            for name, told in ((measure, counted), ("total_incomplete", sure)):
                rows.append(
                    {"as_of": last, "provider_code": trust, "treatment_function_code": code, "measure": name,
                     "target_month": add_months(last, step), "horizon": step, "method": "last_value", "chosen": True, **told}
                )  # fmt: skip
    made = pd.DataFrame(rows, columns=[*rows[0]] if rows else RTT_FORECAST.names)
    return made if rows else RTT_FORECAST.empty()


def positions(counts: dict[tuple[str, str], tuple[int, int]], month: str = "2026-01") -> pd.DataFrame:
    """Lists, and their pathways over 65 (and over 52) weeks."""
    rows = [
        dict.fromkeys(RTT_POSITION.names)
        | {"month": month, "provider_code": trust, "treatment_function_code": code, "total_incomplete": total,
           "over_65_weeks": over, "over_52_weeks": over}
        for (trust, code), (total, over) in counts.items()
    ]  # fmt: skip
    return RTT_POSITION.check(pd.DataFrame(rows))


ascending = st.lists(st.floats(0, 500), min_size=5, max_size=5).map(sorted)


@settings(max_examples=80)
@given(ascending, st.floats(0, 1), st.lists(st.floats(-5, 600), min_size=2, max_size=8).map(sorted))
def test_the_distribution_never_falls(at: list[float], chance: float, limits: list[float]) -> None:
    """More is never less likely to hold; every chance lies between 0 and 1; below nobody there is none."""
    rows = pd.concat([quantiles(at, chance)] * len(limits))
    found = probability_at_most(rows, np.array(limits))
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found) >= 0).all()
    assert (found[np.array(limits) < 0] == 0).all()


@settings(max_examples=40)
@given(ascending)
def test_each_quantile_has_its_share(at: list[float]) -> None:
    """At a quantile the chance is at least its share: more only where quantiles coincide or nobody is counted."""
    found = probability_at_most(pd.concat([quantiles(at)] * 5), np.array(at))
    for share, limit, chance in zip(SHARES.values(), at, found, strict=True):
        if limit >= 1:
            assert chance >= share - 1e-9
            assert at.count(limit) > 1 or chance == pytest.approx(share)


def test_nobody_is_as_likely_as_the_forecast_says() -> None:
    """The chance of nobody is one less that of anyone, whatever the quantiles; no higher count is less likely to hold."""
    found = probability_at_most(pd.concat([quantiles([0, 0, 0, 2, 4], 0.3)] * 2), np.array([0.0, 1.0]))
    assert found.tolist() == pytest.approx([0.7, 0.7])


def test_interpolation_is_near_a_normal() -> None:
    """Of a normal of mean 100 and deviation 20, no chance within the 95% interval is off by more than four points."""
    at = [float(norm.ppf(share, 100, 20)) for share in SHARES.values()]
    limits = np.linspace(at[0], at[-1], 60)
    found = probability_at_most(pd.concat([quantiles(at)] * 60), limits)
    assert np.abs(found - norm.cdf(limits, 100, 20)).max() < 0.04


def test_a_certain_forecast_is_certain() -> None:
    """Where all quantiles are one count, it holds, and one fewer does not."""
    found = probability_at_most(pd.concat([quantiles([7] * 5)] * 2), np.array([6.0, 7.0]))
    assert found.tolist() == [0.0, 1.0]


def test_ratings_follow_the_rule() -> None:
    """Twenty expected is red, three amber, next to none green, and a list without a forecast unknown."""
    cells = {
        ("RXL", "C_100"): (1000, 9),
        ("RXN", "C_100"): (1000, 2),
        ("RXR", "C_100"): (1000, 0),
        ("RTX", "C_100"): (50, 0),
    }
    ahead = forecasts(("RXL", "C_100", 20.0), ("RXN", "C_100", 3.0), ("RXR", "C_100", 0.02))
    only = RULES.model_copy(update={"rules": RULES.rules[:1]})
    found = rate(positions(cells), ahead, [WEEKS_65], only).set_index("provider_code")
    assert found["rating"].to_dict() == {"RXL": "red", "RXN": "amber", "RXR": "green", "RTX": "unknown"}
    assert found.loc["RXN", "probability_missed"] == pytest.approx(found.loc["RXN", "probability_any"])
    assert found.loc["RXL", "expected"] == 20
    assert set(found["target_month"]) == {"2026-07"}
    assert "forecast" in found.loc["RTX", "says"]


def test_a_share_is_of_the_forecast_list_at_the_standards_own_month() -> None:
    """1% of 1,000 are 10 allowed; serious is 1% or five more, whichever is greater; March 2026 lies ahead and is judged."""
    ahead = forecasts(("RXL", "C_100", 15.0), measure="over_52_weeks")
    only = RULES.model_copy(update={"rules": RULES.rules[1:]})
    found = rate(positions({("RXL", "C_100"): (1000, 15)}), ahead, [WEEKS_52], only).iloc[0]
    assert (found["target_month"], found["allowed"], found["serious"]) == ("2026-03", 10, 20)
    assert found["probability_serious"] < found["probability_missed"] < found["probability_any"]
    assert found["rating"] == "amber"
    later = ahead.assign(as_of="2026-03", target_month=[add_months(month, 2) for month in ahead["target_month"]])
    after = rate(positions({("RXL", "C_100"): (1000, 15)}, "2026-03"), later, [WEEKS_52], only).iloc[0]
    assert after["target_month"] == "2026-09"


def test_only_the_chosen_forecast_counts() -> None:
    """Another method's rows, however dire, rate nothing."""
    ahead = forecasts(("RXL", "C_100", 0.02))
    dire = forecasts(("RXL", "C_100", 90.0)).assign(chosen=False, method="drift")
    only = RULES.model_copy(update={"rules": RULES.rules[:1]})
    found = rate(positions({("RXL", "C_100"): (1000, 0)}), pd.concat([dire, ahead]), [WEEKS_65], only)
    assert found["rating"].tolist() == ["green"]


def test_a_rule_of_no_standard_is_refused() -> None:
    """A rule that names an unknown standard, or a share within 18 weeks, is a fault of risk.yml."""
    within = WEEKS_65.model_copy(update={"rule": "share_within_at_least"})
    for known in ([], [within]):
        with pytest.raises(ParameterError, match=r"risk\.yml"):
            rate(positions({("RXL", "C_100"): (1, 0)}), forecasts(), known, RULES)


def test_the_rules_as_shipped_rate_what_the_registry_holds() -> None:
    """Every rule of risk.yml is of a standard that can be rated."""
    found = rate(positions({("RXL", "C_100"): (1000, 0)}), forecasts(), standards().standards, risk())
    assert found["standard"].tolist() == [rule.standard for rule in risk().rules]
    assert set(found["rating"]) == {"unknown"}


def rated(*rows: tuple[str, str, int, str], month: str = "2026-01") -> pd.DataFrame:
    """Lists with their count over 65 weeks and rating."""
    filled = [
        dict.fromkeys(RTT_RISK.names)
        | {"as_of": month, "provider_code": trust, "treatment_function_code": code, "standard": "nobody",
           "measure": "over_65_weeks", "target_month": add_months(month, 6), "count_now": count, "rating": rating, "says": "s"}
        for trust, code, count, rating in rows
    ]  # fmt: skip
    return RTT_RISK.check(pd.DataFrame(filled, columns=RTT_RISK.names)) if filled else RTT_RISK.empty()


def test_movers_are_rating_changes_then_the_largest_changes() -> None:
    """A changed rating comes first, then the largest change; totals, small changes and new lists are left out."""
    now = rated(
        ("RXL", "C_100", 5, "red"), ("RXN", "C_100", 30, "red"), ("RXR", "C_100", 2, "green"), ("RTX", "C_100", 9, "amber"),
        ("RXL", "C_999", 99, "red"), ("RXN", "C_110", 50, "red"), ("RXR", "C_110", 40, "red"),
    )  # fmt: skip
    before = {("RXL", "C_100"): (9, 4), ("RXN", "C_100"): (9, 50), ("RXR", "C_100"): (9, 1), ("RTX", "C_100"): (9, 0),
              ("RXL", "C_999"): (9, 0), ("RXR", "C_110"): (9, 39)}  # fmt: skip
    ratings = rated(("RXL", "C_100", 4, "amber"), ("RXN", "C_100", 50, "red"), month="2025-12")
    found = movers(now, positions(before, "2025-12"), ratings, MoverRule(show=3, least_change=3))
    assert found[["provider_code", "change", "moved"]].values.tolist() == [
        ["RXL", 1, "worse"], ["RXN", -20, "same"], ["RTX", 9, "not known"],
    ]  # fmt: skip
    assert movers(rated(), positions(before, "2025-12"), ratings, MoverRule(show=3, least_change=3)).empty


def flows(stops: dict[tuple[str, str], tuple[int, int]], last: str = "2026-01") -> pd.DataFrame:
    """Clock stops a month in the year before last and in the last."""
    rows = [
        dict.fromkeys(RTT_FLOWS.names, 0)
        | {"month": add_months(last, -back), "provider_code": trust, "treatment_function_code": code}
        | {"non_admitted_stops": then if back >= 12 else now}
        for (trust, code), (then, now) in stops.items()
        for back in range(24)
    ]
    return RTT_FLOWS.check(pd.DataFrame(rows))


def test_fragile_lists_are_flagged_with_their_reason() -> None:
    """One provider, a list a quarter shorter, ever fewer stops and hardly any are each named; an ordinary list is not."""
    rule = FragileRule(months=12, shrinking_percent=25, least_list=100, few_stops_a_month=10)
    both = [
        {
            ("RXL", "C_100"): (1000, 0),
            ("RXN", "C_100"): (400, 0),
            ("RXR", "C_150"): (300, 0),
            ("RTX", "C_100"): (90, 0),
        },
        {("RXL", "C_100"): (750, 0), ("RXN", "C_100"): (400, 0), ("RXR", "C_150"): (300, 0), ("RTX", "C_100"): (20, 0)},
    ]
    rows = pd.concat([positions(both[0], "2025-01"), positions(both[1])], ignore_index=True)
    moved = flows({("RXN", "C_100"): (100, 60), ("RXL", "C_100"): (100, 90), ("RTX", "C_100"): (9, 9)})
    found = fragile(rows, moved, rule, "2026-01")
    assert found[["provider_code", "reason", "now"]].values.tolist() == [
        ["RTX", "few_stops", 9], ["RXL", "shrinking_list", 750], ["RXN", "shrinking_stops", 720],
        ["RXR", "single_provider", 300],
    ]  # fmt: skip
    alone = fragile(rows, RTT_FLOWS.empty(), rule, "2026-01")
    assert set(alone["reason"]) == {"shrinking_list", "single_provider"}


def test_a_missing_month_flags_no_change_of_stops() -> None:
    """Eleven months against twelve would look like shrinking: nothing is said."""
    rule = FragileRule(months=12, shrinking_percent=5, least_list=100, few_stops_a_month=1)
    rows = positions({("RXL", "C_100"): (1000, 0), ("RXN", "C_100"): (1000, 0)})
    moved = flows({("RXL", "C_100"): (100, 100)})
    assert fragile(rows, moved[moved["month"] != "2025-10"], rule, "2026-01").empty
