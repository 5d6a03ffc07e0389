"""Flags ahead of a month: told from what was known, ranked, and set beside what came."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from example_accuracy import flags
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from lsc_analytics import ingest
from lsc_analytics.accuracy import flag_record, history
from lsc_analytics.models import scores
from lsc_analytics.reference import ALL_SPECIALTIES, months_between

MONTHS = months_between("2023-01", "2024-03")
QUESTION = history.Question(65, 0.5)


def figures(**late: float) -> pd.DataFrame:
    """Two trusts whose thresholds stand still, A with 1% over 65 weeks and B with none; `late` sets A's from 2024 on."""
    rows = []
    for provider, over_65 in (("RAA", 10.0), ("RBB", 0.0)):
        for month in MONTHS:
            now = late.get("over_65", over_65) if month >= "2024-01" and provider == "RAA" else over_65
            counts = {"total_incomplete": 1000.0, "within_18_weeks": 600.0, "over_52_weeks": 40.0 if over_65 else 5.0,
                      "over_65_weeks": now, "over_78_weeks": now / 5}  # fmt: skip
            rows += [(provider, ALL_SPECIALTIES, month, measure, value) for measure, value in counts.items()]
    return pd.DataFrame(rows, columns=["provider_code", "treatment_function_code", "month", "measure", "value"])


def test_whoever_could_be_over_is_aged_by_the_share_that_stayed() -> None:
    """Where nothing moves, the cohort that could be over and the share that stays give today's share again."""
    counts = history.arranged(figures())
    expected = history.survival(counts, 65, "2023-12", 3)
    assert expected[("RAA", ALL_SPECIALTIES)] == pytest.approx(1.0, rel=0.05)
    assert history.survival(counts, 65, "2023-02", 3).isna().all()


def test_survival_sees_nothing_later() -> None:
    """What comes in 2024 changes nothing that is told from December 2023."""
    first, second = (history.arranged(figures(over_65=each)) for each in (0.0, 300.0))
    pd.testing.assert_series_equal(
        history.survival(first, 65, "2023-12", 3), history.survival(second, 65, "2023-12", 3)
    )
    assert not history.came(first, QUESTION, "2024-03").any()
    assert history.came(second, QUESTION, "2024-03").sum() == 1


@settings(max_examples=25, deadline=None)
@given(mean=st.floats(5, 200), deviation=st.floats(1, 20), share=st.floats(0.1, 15))
def test_the_chance_is_that_of_a_normal_forecast(mean: float, deviation: float, share: float) -> None:
    """Five quantiles of a normal give its chance of exceeding any limit."""
    from scipy.stats import norm

    counts = {name: mean + deviation * ndtri(level) for name, level in scores.QUANTILES.items()}
    total = dict.fromkeys(scores.QUANTILES, 1000.0)
    rows = pd.DataFrame([
        {"provider_code": "RAA", "treatment_function_code": "C_999", "measure": "total_incomplete", "probability_any": 1.0, **total},
        {"provider_code": "RAA", "treatment_function_code": "C_999", "measure": "over_65_weeks", "probability_any": 1.0, **counts},
    ])  # fmt: skip
    chance = history.chance_over(rows, history.Question(65, share)).iloc[0]
    assert chance == pytest.approx(norm.sf(10 * share, mean, deviation), abs=1e-4)
    assert history.chance_over(rows, history.Question(65, 0)).iloc[0] == 1


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_a_learned_threshold_catches_95_of_100(lists: list[tuple[float, bool]]) -> None:
    """Of the lists it was learned from, at least so many score above it, and a higher one would miss more."""
    score, came = (pd.Series(list(each)) for each in zip(*lists, strict=True))
    edge = history.threshold([(score, came.astype(bool))], 0.5)
    those = score[came.astype(bool)]
    assert edge == 0.5 if those.empty else (those > edge).mean() >= 0.95


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=40))
def test_precision_in_hindsight_falls_with_recall_and_never_below_flagging_all(lists: list[tuple[int, bool]]) -> None:
    """More recall never costs less, and flagging every list is always to be had."""
    record = flag_record.record(flags([float(score) for score, _ in lists], [came for _, came in lists])).iloc[0]
    best = [record[f"hindsight_{recall}_percent"] for recall in flag_record.RECALLS]
    if not any(came for _, came in lists):
        assert np.isnan(best).all()
    else:
        assert all(first >= second for first, second in pairwise(best))
        assert best[-1] >= 100 * np.mean([came for _, came in lists]) - 1e-9


def test_lead_is_counted_back_from_the_month_without_a_break() -> None:
    """Flagged one, two and four months before, but not three: a lead of two."""
    frames = [flags([1.0], [True], [flag], horizon=ahead, as_of=f"2023-{12 - ahead:02d}")
              for ahead, flag in ((1, True), (2, True), (3, False), (4, True))]  # fmt: skip
    lead = flag_record.lead(pd.concat(frames)).iloc[0]
    assert (lead["came"], lead["median_lead_months"], lead["longest_percent"]) == (1, 2, 0)


def test_rules_are_told_of_every_list_with_anyone_on_it() -> None:
    """Each rule answers for both trusts from each month; the last value flags the one that is over the limit today."""
    frame = figures()
    counts = {"total_incomplete": 1000.0, "over_65_weeks": 8.0}
    said = pd.DataFrame([
        {"as_of": as_of, "target_month": target, "provider_code": code, "treatment_function_code": ALL_SPECIALTIES,
         "measure": measure, "probability_any": 1.0, **dict.fromkeys(scores.QUANTILES, value)}
        for as_of, target in (("2024-01", "2024-03"), ("2024-02", "2024-03"), ("2024-01", "2024-02"))
        for code in ("RAA", "RBB") for measure, value in counts.items()
    ])  # fmt: skip
    made = history.flags(frame, said, [QUESTION], ["2024-03"], 2, deadline=(history.Question(78, 0.5), "2023-12"))
    assert set(made["method"]) == {
        "last_value", "pooled", "pooled_careful", "survival", "survival_careful", "survival_deadline"
    }  # fmt: skip
    assert (made.groupby("method").size() == 4).all()
    last = made[made["method"] == history.LAST_VALUE]
    assert (last["flagged"] == (last["provider_code"] == "RAA")).all()
    assert (made.loc[made["method"] == history.POOLED, "flagged"]).all()


@pytest.mark.real_data
def test_the_last_value_from_september_2023_scores_as_the_brief_says(shared_data: Path) -> None:
    """Of 160 trusts, 61 came to have over 0.5% past 65 weeks in March 2024: precision 0.60 at recall 0.98."""
    path = next((shared_data / "rtt").glob("incomplete_by_org_all_specialties_*.csv.gz"))
    rows = ingest.read(path).frames["rtt_observations"]
    trusts = rows[(rows["scope"] == "provider") & rows["provider_code"].str.startswith("R")]
    counts = history.arranged(trusts)
    outcome, today = history.came(counts, QUESTION, "2024-03"), history.share(counts, 65, "2023-09").dropna()
    lists = outcome.index.intersection(today.index)
    flagged = today[lists] > QUESTION.share_percent
    right = (flagged & outcome[lists]).sum()
    assert (len(lists), outcome[lists].sum(), flagged.sum(), right) == (160, 61, 100, 60)
