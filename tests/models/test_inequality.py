"""Who waits longer: gaps, their intervals and slopes against figures worked out another way, and what masks leave unknown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lsc_analytics import ingest
from lsc_analytics.models import inequality
from lsc_analytics.tables import CHARACTERISTICS, WLMDS

BANDS = ["total", "within_18_weeks", "over_18_to_52_weeks", "over_52_weeks", "unknown_start"]
# Pathways within 18 weeks, over 18 and over 52 of each group of an invented trust; None is masked.
GROUPS = {
    "age": {"0 to 18 years": (600, 350, 50), "19 to 64 years": (2400, 2300, 300), "Over 65 years": (2500, 1400, 100)},
    "sex": {"Female": (3000, 2200, 250), "Male": (2500, 1850, 200)},
    "deprivation": {f"IMD {at}": (500 + 10 * at, 445 - 10 * at, 40) for at in range(1, 11)},
    "ethnicity": {"A: British": (4800, 3500, 400), "R: Chinese": (20, 15, None), "Z: Not stated": (680, 530, 50)},
}


def counts(
    groups: dict = GROUPS, provider: str = "RXN", scope: str = "provider", function: str = "C_999"
) -> pd.DataFrame:
    """Published counts of one organisation, as the store gives them."""
    rows = []
    for what, told in groups.items():
        for group, waits in told.items():
            total = sum(5 if wait is None else wait for wait in waits)
            for band, pathways in zip(BANDS, (total, *waits, 0), strict=True):
                rows.append({"characteristic": what, "patient_group": group, "band": band, "suppressed": pathways is None, "pathways": pathways})  # fmt: skip
    frame = pd.DataFrame(rows).assign(
        scope=scope, month="2026-01", week_ending="2026-01-25", provider_code=provider, treatment_function_code=function,
        source="wlmds_demographics", file_sha256="0" * 64,
    )  # fmt: skip
    return WLMDS.check(frame)


def row(frame: pd.DataFrame, **wanted: object) -> pd.Series:
    """The one row with these values."""
    for name, value in wanted.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_a_gap_is_the_share_less_the_whole_lists() -> None:
    """48.0% of the working age against 55.0% of the list; 350 more would be within 18 weeks at the list's share."""
    gap = row(inequality.gaps(counts()), patient_group="19 to 64 years", measure="within_18_weeks")
    assert (gap["pathways"], gap["counted"], gap["percent"], gap["list_percent"]) == (5000, 2400, 48.0, 55.0)
    assert gap["gap_points"] == pytest.approx(-7.0)
    assert gap["pathways_behind"] == 350
    long = row(inequality.gaps(counts()), patient_group="19 to 64 years", measure="over_52_weeks")
    assert (long["percent"], long["list_percent"], long["pathways_behind"]) == (6.0, 4.5, 75)


def test_the_interval_is_newcombes_by_the_others_share_and_rounding_widens_it() -> None:
    """Worked out in plain numbers: Wilson's of 2,400 of 5,000 and of 3,100 of the 5,000 others, each moved by its rounding."""

    def wilson(x: float, n: float) -> tuple[float, float]:
        z, p = 1.959964, x / n
        middle, half = p + z * z / (2 * n), z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
        return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)

    def low(x: float, n: float, others: float, of: float) -> float:
        p, q = x / n, others / of
        return p - q - ((p - wilson(x, n)[0]) ** 2 + (wilson(others, of)[1] - q) ** 2) ** 0.5

    gap = row(inequality.gaps(counts()), patient_group="19 to 64 years", measure="within_18_weeks")
    # The list is told by sex, whose two groups are rounded least: 2 pathways each, and 2 of the group itself.
    assert gap["gap_lower"] == pytest.approx(100 * 0.5 * low(2398, 5002, 3106, 4994))
    assert gap["gap_upper"] == pytest.approx(-100 * 0.5 * low(3094, 5006, 2402, 4998))
    unrounded = 100 * 0.5 * low(2400, 5000, 3100, 5000)
    assert gap["gap_lower"] < unrounded < gap["gap_points"] < gap["gap_upper"] < 0


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """A list of which everyone is alike, rounded as published: 95% or more of 400 groups' intervals hold no gap."""
    random = np.random.default_rng(20260125)
    frames = []
    for trial in range(40):
        sizes = [300, 400, 800, 3000, 9000]
        groups = {"age": {}}
        for name, size in zip("abcde", sizes, strict=True):
            waits = random.multinomial(size, [0.55, 0.40, 0.05])
            groups["age"][name] = tuple(int(5 * round(wait / 5)) if wait > 7 else None for wait in waits)
        frames.append(counts(groups, provider=f"T{trial:02d}"))
    found = inequality.gaps(pd.concat(frames)).dropna(subset="gap_lower")
    assert len(found) > 300
    held = ((found["gap_lower"] <= 0) & (found["gap_upper"] >= 0)).mean()
    assert held >= 0.95


def test_a_masked_count_leaves_its_gap_unknown() -> None:
    """No share, gap, interval or place where 1 to 7 are hidden; never a zero."""
    gap = row(inequality.gaps(counts()), patient_group="R: Chinese", measure="over_52_weeks")
    assert gap[["counted", "percent", "gap_points", "gap_lower", "gap_upper", "pathways_behind", "place"]].isna().all()
    assert gap["pathways"] == 40


def test_places_follow_the_gap_that_is_beyond_doubt() -> None:
    """The widest gap of a handful does not lead, better-off groups have no place, nor has a group that is not known."""
    groups = GROUPS | {
        "ethnicity": {"A: British": (5150, 3695, 430), "R: Chinese": (20, 25, 0), "Z: Not stated": (330, 330, 20)}
    }
    found = inequality.gaps(counts(groups))
    ranked = found[found["measure"] == "within_18_weeks"].sort_values("place").dropna(subset="place")
    assert ranked["patient_group"].iloc[0] == "19 to 64 years"
    few = row(found, patient_group="R: Chinese", measure="within_18_weeks")
    assert few["gap_points"] < ranked["gap_points"].iloc[0]
    assert (ranked["gap_upper"] < 0).all()
    assert pd.isna(row(found, patient_group="Z: Not stated", measure="within_18_weeks")["place"])
    assert row(found, patient_group="Z: Not stated", measure="within_18_weeks")["gap_upper"] < 0


def test_the_whole_list_is_the_largest_sum() -> None:
    """10,000 pathways; deprivation is not known for 150, ethnicity for those not stated; sex stands for the list."""
    found = inequality.known(counts()).set_index("characteristic")
    assert list(found.index) == list(CHARACTERISTICS)
    assert found["list_pathways"].unique().tolist() == [10_000]
    assert found["not_known_pathways"].to_dict() == {"age": 0, "sex": 0, "deprivation": 150, "ethnicity": 1260}
    assert found.loc["deprivation", "not_known_percent"] == 1.5
    assert found.index[found["stands_for_list"]].tolist() == ["sex"]


def test_a_list_of_few_known_ages_does_not_stand_for_the_whole() -> None:
    """Where sex and age leave many out, the gap is still to the whole list, told by the groups that hold it."""
    partly = GROUPS | {
        "age": {"0 to 18 years": (100, 100, 10), "19 to 64 years": (900, 800, 90)},
        "sex": {"Female": (500, 400, 50), "Male": (500, 400, 50)},
        "ethnicity": {"A: British": (4800, 3500, 400), "Z: Not stated": (700, 550, 50)},
    }
    found = inequality.known(counts(partly)).set_index("characteristic")
    assert found.index[found["stands_for_list"]].tolist() == ["ethnicity"]
    gap = row(inequality.gaps(counts(partly)), patient_group="0 to 18 years", measure="within_18_weeks")
    assert gap["list_percent"] == 55.0


def test_englands_gap_stands_beside() -> None:
    """The same group's gap in England's acute trusts, where they are among the counts."""
    england = counts(
        {**GROUPS, "sex": {"Female": (20_000, 20_000, 2000), "Male": (30_000, 20_000, 2000)}}, "ENG", "england_acute"
    )
    found = inequality.gaps(pd.concat([counts(), england]))
    mine = row(found, provider_code="RXN", patient_group="Female", measure="within_18_weeks")
    theirs = row(found, provider_code="ENG", patient_group="Female", measure="within_18_weeks")
    assert mine["england_gap_points"] == theirs["gap_points"] == pytest.approx(100 * (20 / 42 - 50 / 94))


def test_the_slope_is_the_weighted_line_through_the_deciles() -> None:
    """As numpy fits it, weights and all; ranked among trusts, steepest against the deprived first."""
    steep = GROUPS | {"deprivation": {f"IMD {at}": (300 + 40 * at, 900 - 30 * at, 60 - at) for at in range(1, 11)}}
    found = inequality.slopes(pd.concat([counts(), counts(steep, "RTX"), counts(steep, "QE1", "icb")]))
    deciles = inequality.deciles(counts(steep, "RTX")).query("measure == 'within_18_weeks'")
    size = np.array([sum(waits) for waits in steep["deprivation"].values()], dtype=float)
    share = np.array([waits[0] for waits in steep["deprivation"].values()]) / size
    rank = (np.cumsum(size) - size / 2) / size.sum()
    slope, start = np.polyfit(rank, share, 1, w=np.sqrt(size))
    told = row(found, provider_code="RTX", measure="within_18_weeks")
    assert told["slope_points"] == pytest.approx(100 * slope)
    assert deciles["line_percent"].to_numpy() == pytest.approx(100 * (start + slope * rank))
    assert deciles["rank_percent"].to_numpy() == pytest.approx(100 * rank)
    assert told[["place", "trusts"]].tolist() == [1, 2]
    assert row(found, provider_code="RXN", measure="within_18_weeks")["place"] == 2
    assert pd.isna(row(found, provider_code="QE1", measure="within_18_weeks")["place"])
    long = row(found, provider_code="RTX", measure="over_52_weeks")
    assert long["slope_points"] < 0
    assert long["place"] == 1


def test_the_slopes_interval_is_as_wide_as_the_slope_varies() -> None:
    """Of 2,000 lists drawn from the same shares, the slope's standard deviation is that of the interval without rounding."""
    random = np.random.default_rng(7)
    size = np.array([sum(waits) for waits in GROUPS["deprivation"].values()])
    share = np.array([waits[0] for waits in GROUPS["deprivation"].values()]) / size
    rank = (np.cumsum(size) - size / 2) / size.sum()
    from_mean = rank - np.average(rank, weights=size)
    drawn = random.binomial(size, share, (2000, 10)) @ from_mean / (size @ from_mean**2)
    told = row(inequality.slopes(counts()), measure="within_18_weeks")
    rounding = 100 * 2 * ((1 + share) * np.abs(from_mean)).sum() / (size @ from_mean**2)
    half = (told["slope_upper"] - told["slope_lower"]) / 2 - rounding
    assert half == pytest.approx(1.96 * 100 * drawn.std(), rel=0.05)


@pytest.mark.parametrize("decile", [{"IMD 4": (500, 400, None)}, {"IMD 4": (0, 0, 0)}], ids=["masked", "empty"])
def test_no_slope_without_all_ten_deciles(decile: dict) -> None:
    """A masked or empty decile leaves no line of that measure."""
    lacking = GROUPS | {"deprivation": GROUPS["deprivation"] | decile}
    measures = set(inequality.slopes(counts(lacking))["measure"])
    assert "over_52_weeks" not in measures
    assert ("within_18_weeks" in measures) == (decile["IMD 4"][0] > 0)
    without = inequality.slopes(counts({what: told for what, told in GROUPS.items() if what != "deprivation"}))
    assert without.empty


def test_the_mix_of_specialties_is_taken_from_the_gap() -> None:
    """Two specialties, one slow: the group that waits for it is behind by its mix alone, and the parts add up to the gap."""
    slow = counts({"sex": {"Female": (300, 600, 100), "Male": (60, 120, 20)}}, "ENG", "england", "C_110")
    quick = counts({"sex": {"Female": (160, 40, 0), "Male": (800, 200, 0)}}, "ENG", "england", "C_130")
    found = inequality.mix(pd.concat([slow, quick])).set_index("patient_group")
    assert found["remaining_points"].abs().max() < 1e-9
    assert found.loc["Female", "gap_points"] == pytest.approx(100 * (460 / 1200 - 1320 / 2400))
    assert found["gap_points"].to_numpy() == pytest.approx(
        (found["by_mix_points"] + found["remaining_points"]).to_numpy()
    )
    assert inequality.mix(slow.iloc[:0]).empty


@pytest.mark.real_data
def test_the_published_week_stands_as_published(shared_data: Path) -> None:
    """25 January 2026: 50.51% of RXN's 19 to 64 as published, its slope number 3 of 131, and the board is its four trusts."""
    (path,) = (shared_data / "wlmds").glob("*.xlsx")
    told = ingest.read(path).frames["wlmds_counts"]
    whole = told[told["scope"].isin(["provider", "icb", "england_acute"])]
    found = inequality.gaps(whole[whole["provider_code"].isin(["RXN", "ENG"])])
    gap = row(found, provider_code="RXN", patient_group="19 to 64 years", measure="within_18_weeks")
    assert round(gap["percent"], 2) == 50.51
    assert round(gap["gap_points"], 2) == -2.74  # 18,390 of 36,410 against 35,470 of 66,615
    assert (gap["pathways_behind"], gap["place"]) == (997, 1)
    assert gap["england_gap_points"] == pytest.approx(-1.90, abs=0.01)
    assert row(found, provider_code="RXN", patient_group="IMD 1", measure="over_52_weeks")["percent"] == pytest.approx(
        3.8523, abs=1e-4
    )
    slopes = inequality.slopes(whole)
    steep = row(slopes, provider_code="RXN", measure="within_18_weeks")
    assert steep[["slope_points", "place", "trusts"]].round(2).tolist() == [6.13, 3, 131]
    known = inequality.known(whole)
    lists = known.drop_duplicates("provider_code").set_index("provider_code")["list_pathways"]
    assert abs(lists["QE1"] - lists[["RXL", "RXR", "RXN", "RTX"]].sum()) <= 40
    assert row(known, provider_code="RXN", characteristic="deprivation")["not_known_percent"] == pytest.approx(
        4.0, abs=0.02
    )
    assert "sex" not in set(known.loc[known["provider_code"] == "RYR", "characteristic"])  # sent no figures by sex
    assert "RHQ" not in lists.index  # sent nothing
