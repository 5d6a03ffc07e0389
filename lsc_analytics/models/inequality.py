"""Does everyone wait the same? Shares of waits by patient group against their organisation's whole list, from published counts.

A gap says who waits longer, not why: published counts by trust are not told apart by specialty or clinical priority, so a
group that is referred to specialties with longer lists waits longer without anybody having been passed over. `mix` says how
much of England's gaps that is. It draws no sample either: the intervals say how far a gap of that size comes about by chance
alone where whoever waits is like everybody else.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lsc_analytics.models.intervals import change, wilson
from lsc_analytics.tables import (
    CHARACTERISTICS,
    INEQUALITY_DECILES,
    INEQUALITY_GAPS,
    INEQUALITY_KNOWN,
    INEQUALITY_MEASURES,
    INEQUALITY_MIX,
    INEQUALITY_SLOPES,
    WLMDS_BANDS,
)

NOT_KNOWN = ("Z: Not stated", "99: Not known")  # published as ethnic groups; other characteristics leave theirs out
ROUNDING = 2  # pathways that a whole number may lie from its nearest multiple of 5
COVERS = 0.995  # of the largest sum: what a characteristic must cover for its sum to stand for the whole list
DECILES = {f"IMD {decile}": decile for decile in range(1, 11)}
_Z = 1.959964
_NAMES = {
    "IMD 1": "decile 1 (most deprived)",
    "IMD 10": "decile 10 (least deprived)",
    "A: British": "White British",
    "B: Irish": "White Irish",
}
_ORGANISATION = ["week_ending", "provider_code"]
_KEY = [*_ORGANISATION, "characteristic", "patient_group"]


def group_name(group: str) -> str:
    """A group in words, without the code that it is published with.

    >>> group_name("H: Indian"), group_name("IMD 1"), group_name("IMD 4"), group_name("Over 65 years")
    ('Indian', 'decile 1 (most deprived)', 'decile 4', 'Over 65 years')
    """
    return _NAMES.get(group) or group.rpartition(": ")[2].replace("IMD ", "decile ")


def known(counts: pd.DataFrame) -> pd.DataFrame:
    """Of how much of each list is each characteristic known?

    Published tables leave out pathways whose age, sex or decile is not recorded, and none has a row for the whole list. The
    largest sum of any characteristic is taken for it; a group whose count is masked adds nothing.

    Args:
        counts: `tables.WLMDS` of some organisations, all specialties together, each provider code of one scope.

    Returns:
        `tables.INEQUALITY_KNOWN`, one row an organisation and characteristic that it has figures of. Where two stand for
        the whole list equally well (99.5% of it or more), the one of fewer groups does: it is rounded less.
    """
    wide = _wide(counts)
    sums = wide.groupby([*_ORGANISATION, "characteristic"], sort=False)["total"].agg(["sum", "size"])
    unknown = wide[wide["patient_group"].isin(NOT_KNOWN)].groupby([*_ORGANISATION, "characteristic"])["total"].sum()
    found = sums.join(unknown.rename("unknown")).fillna({"unknown": 0.0}).reset_index()
    found["list_pathways"] = found.groupby(_ORGANISATION)["sum"].transform("max")
    found = found[found["list_pathways"] > 0]
    found["known_pathways"] = found["sum"] - found["unknown"]
    found["not_known_pathways"] = found["list_pathways"] - found["known_pathways"]
    found["not_known_percent"] = 100 * found["not_known_pathways"] / found["list_pathways"]
    covers = found[found["sum"] >= COVERS * found["list_pathways"]].sort_values([*_ORGANISATION, "size"], kind="stable")
    found["stands_for_list"] = found.index.isin(covers.drop_duplicates(_ORGANISATION).index)
    whole = ["list_pathways", "known_pathways", "not_known_pathways"]
    return INEQUALITY_KNOWN.check(_ordered(found.astype(dict.fromkeys(whole, "int64")))[INEQUALITY_KNOWN.names])


def gaps(counts: pd.DataFrame) -> pd.DataFrame:
    """How far is each group's share of waits from that of its organisation's whole list, and which gap is largest?

    The whole list w holds the group g and everyone else r, so with shares p and sizes n

        p_g - p_w = (1 - n_g / n_w) (p_g - p_r)

    and the interval is Newcombe's of p_g - p_r (`intervals.change`, from everyone else to the group) by the same factor. Counts
    are rounded: its lower end is taken with every count where that gives the lowest gap (2 pathways either way for each figure
    added up), its upper end the other way. Shares are of all pathways of a group, as published, those with unknown clock start
    among them.

    Args:
        counts: `tables.WLMDS`, all specialties together, each provider code of one scope; England's acute trusts (ENG)
            among them, if gaps are to be set beside theirs.

    Returns:
        `tables.INEQUALITY_GAPS`. A masked count leaves share, gap and interval empty. `place` ranks an organisation's groups by
        the end of the interval nearest to no gap, among those that are worse off within it: a gap of a few pathways does not
        lead.

    36,410 pathways, 18,390 of them within 18 weeks, on a list of 66,615 of which 35,470 are:

    >>> rows = [("sex", "Female", 36715, 19165), ("sex", "Male", 29900, 16305), ("age", "19 to 64 years", 36410, 18390)]
    >>> told = pd.DataFrame([
    ...     {"week_ending": "2026-01-25", "provider_code": "RXN", "characteristic": what, "patient_group": group, "band": band,
    ...      "pathways": count}
    ...     for what, group, total, within in rows for band, count in (("total", total), ("within_18_weeks", within))])
    >>> found = gaps(told).query("characteristic == 'age' and measure == 'within_18_weeks'").iloc[0]
    >>> [round(found[name], 2) for name in ("percent", "list_percent", "gap_points")]
    [np.float64(50.51), np.float64(53.25), np.float64(-2.74)]
    """
    wide, stands = _wide(counts), known(counts)
    stands = stands.loc[stands["stands_for_list"], [*_ORGANISATION, "characteristic"]]
    parts = wide.merge(stands, on=[*_ORGANISATION, "characteristic"])
    bands = ["total", *INEQUALITY_MEASURES]
    masked = parts[bands].isna().groupby([parts[name] for name in _ORGANISATION]).any()
    lists = parts.groupby(_ORGANISATION)[bands].sum().mask(masked)  # a sum with a masked part is not known
    added = parts.groupby(_ORGANISATION).size().rename("parts")
    frame = wide.merge(lists.join(added), on=_ORGANISATION, suffixes=("", "_of_list"))
    told = pd.concat([_gaps_of(frame, measure) for measure in INEQUALITY_MEASURES], ignore_index=True)
    england = told[told["provider_code"] == "ENG"].rename(columns={"gap_points": "england_gap_points"})
    beside = ["week_ending", "characteristic", "patient_group", "measure"]
    told = told.merge(england[[*beside, "england_gap_points"]], on=beside, how="left")
    told["name"] = told["patient_group"].map(group_name)
    return INEQUALITY_GAPS.check(_ordered(told)[INEQUALITY_GAPS.names])


def _gaps_of(frame: pd.DataFrame, measure: str) -> pd.DataFrame:
    """The gaps of one measure: worse is a smaller share within 18 weeks, or a larger one over 52."""
    told = frame[_KEY].assign(measure=measure, pathways=frame["total"], counted=frame[measure])
    of, count = frame["total"].where(frame["total"] > 0), frame[measure]
    rest, rest_count = frame["total_of_list"] - of, frame[f"{measure}_of_list"] - count
    off = ROUNDING * (frame["parts"] + 1)
    _, low, _ = change(*_widened(count, of, -ROUNDING), *_widened(rest_count, rest, off))
    _, _, high = change(*_widened(count, of, ROUNDING), *_widened(rest_count, rest, -off))
    share_of_others = rest / frame["total_of_list"]
    told["percent"] = 100 * count / of
    told["list_percent"] = 100 * frame[f"{measure}_of_list"] / frame["total_of_list"]
    told["gap_points"] = told["percent"] - told["list_percent"]
    told["gap_lower"], told["gap_upper"] = share_of_others * low, share_of_others * high
    sign = -1 if measure == "within_18_weeks" else 1
    told["pathways_behind"] = (sign * told["gap_points"] * of / 100).round()
    surely = (-told["gap_upper"] if sign < 0 else told["gap_lower"]).where(~told["patient_group"].isin(NOT_KNOWN))
    told["place"] = surely.where(surely > 0).groupby([told[name] for name in _ORGANISATION]).rank(
        ascending=False, method="first"
    )  # fmt: skip
    return told.astype({"pathways": "Int64", "counted": "Int64", "place": "Int64"})


def _widened(count: pd.Series, of: pd.Series, by: pd.Series | int) -> tuple[pd.Series, pd.Series]:
    """A count and its total as far apart, or as near, as rounding allows: a share moved by so many pathways of each.

    >>> [each.tolist() for each in _widened(pd.Series([10.0]), pd.Series([40.0]), 2)]
    [[12.0], [38.0]]
    """
    total = of - by
    return (count + by).clip(lower=0).clip(upper=total), total.where(total > 0)


def deciles(counts: pd.DataFrame) -> pd.DataFrame:
    """What share of each deprivation decile waits within 18 and over 52 weeks, and the straight line through the ten?

    Deciles are placed by the share of the list that is more deprived than their middle, since they are not equally large on a
    trust's list; the line is fitted by least squares, each decile weighing as many pathways as it has.

    Args:
        counts: `tables.WLMDS` as for `gaps`.

    Returns:
        `tables.INEQUALITY_DECILES`, ten rows an organisation and measure; none where a decile is empty or masked, since no
        line is defined without it.
    """
    return INEQUALITY_DECILES.check(_deciles(counts)[INEQUALITY_DECILES.names])


def slopes(counts: pd.DataFrame) -> pd.DataFrame:
    """How much more seldom do the most deprived wait within 18 weeks than the least deprived, over all ten deciles?

    The slope index of inequality: the fitted share at the least deprived end of the list less that at the most deprived end
    (J. P. Mackenbach and A. E. Kunst, Measuring the magnitude of socio-economic inequalities in health, Social Science &
    Medicine 44 (1997), 757-771; the fit is that of `deciles`). With ranks r, sizes n and counts x of the deciles

        slope = sum (r - mean r) x / sum n (r - mean r)^2

    where the mean is weighed by n. Its interval is a normal one from the binomial variance of each x, widened by what rounding
    2 pathways of each x and n could add.

    Args:
        counts: `tables.WLMDS` as for `gaps`.

    Returns:
        `tables.INEQUALITY_SLOPES`. `place` is among the acute trusts that are given (scope provider).

    A list whose ten equal deciles go from 50 to 59% within 18 weeks: nine tenths of the slope lie between their middles.

    >>> rows = [(f"IMD {at}", band, count) for at in range(1, 11)
    ...         for band, count in (("total", 1000), ("within_18_weeks", 490 + 10 * at), ("over_52_weeks", 20))]
    >>> told = pd.DataFrame(rows, columns=["patient_group", "band", "pathways"]).assign(
    ...     week_ending="2026-01-25", provider_code="RXN", scope="provider", characteristic="deprivation")
    >>> slopes(told)[["slope_points", "slope_lower", "slope_upper"]].iloc[1].round(2).tolist()
    [10.0, 5.68, 14.32]
    """
    told = _deciles(counts)
    if told.empty:
        return INEQUALITY_SLOPES.empty()
    key = [*_ORGANISATION, "measure"]
    rank, share = told["rank_percent"] / 100, told["percent"] / 100
    told = told.assign(
        spread=told["pathways"] * (rank - told["mean_rank"]) ** 2,
        variance=told["pathways"] * (rank - told["mean_rank"]) ** 2 * share * (1 - share),
        rounding=ROUNDING * (1 + share) * (rank - told["mean_rank"]).abs(),
    )
    sums = told.groupby(key)[["spread", "variance", "rounding"]].sum()
    found = told.groupby(key)[["slope", "scope"]].first().join(sums).reset_index()
    half = 100 * (_Z * np.sqrt(found["variance"]) + found["rounding"]) / found["spread"]
    found["slope_points"] = 100 * found["slope"]
    found["slope_lower"], found["slope_upper"] = found["slope_points"] - half, found["slope_points"] + half
    against = found["slope_points"] * found["measure"].map({"within_18_weeks": 1, "over_52_weeks": -1})
    trusts = found["scope"].eq("provider")
    among = [found["week_ending"], found["measure"]]
    found["place"] = against.where(trusts).groupby(among).rank(ascending=False, method="first").astype("Int64")
    found["trusts"] = trusts.groupby(among).transform("sum")
    return INEQUALITY_SLOPES.check(_ordered(found)[INEQUALITY_SLOPES.names])


def _deciles(counts: pd.DataFrame) -> pd.DataFrame:
    """`tables.INEQUALITY_DECILES` with the slope of its line, the mean rank and the scope on every row."""
    mine = counts[counts["characteristic"] == "deprivation"]
    scopes = mine.drop_duplicates("provider_code").set_index("provider_code")["scope"]
    wide = _wide(mine)
    frames = []
    for measure in INEQUALITY_MEASURES:
        told = wide.assign(measure=measure, decile=wide["patient_group"].map(DECILES), counted=wide[measure])
        whole = (told["total"] > 0) & told["counted"].notna() & told["decile"].notna()
        complete = whole.groupby([told[name] for name in _ORGANISATION]).transform("sum") == len(DECILES)
        frames.append(told[complete].sort_values([*_ORGANISATION, "decile"]))
    told = pd.concat(frames, ignore_index=True)
    by = [told[name] for name in (*_ORGANISATION, "measure")]
    size, count = told["total"], told["counted"]
    whole = size.groupby(by).transform("sum")
    rank = (size.groupby(by).cumsum() - size / 2) / whole
    mean_rank, mean_share = (
        each.groupby(by).transform("sum") / whole for each in (size * rank, count)
    )  # fmt: skip
    from_mean = rank - mean_rank
    slope = (from_mean * count).groupby(by).transform("sum") / (size * from_mean**2).groupby(by).transform("sum")
    lower, _ = wilson(*_widened(count, size, -ROUNDING))
    _, upper = wilson(*_widened(count, size, ROUNDING))
    return told.assign(
        pathways=size.astype("int64"),
        decile=told["decile"].astype("int64"),
        percent=100 * count / size,
        lower=lower,
        upper=upper,
        rank_percent=100 * rank,
        line_percent=100 * (mean_share + slope * from_mean),
        slope=slope,
        mean_rank=mean_rank,
        scope=told["provider_code"].map(scopes),
    )


def mix(counts: pd.DataFrame) -> pd.DataFrame:
    """How much of a group's gap within 18 weeks in England is that it waits for other specialties than others do?

    Indirect standardisation: had each specialty's share been that of everybody on its list, so many of the group's pathways
    would be within 18 weeks (their specialties alone); what is left is waits within the same specialties. Trusts are not told
    apart by specialty and group together, so this is of England alone; nor is it adjusted for clinical priority or place.

    Args:
        counts: `tables.WLMDS` of England by treatment function.

    Returns:
        `tables.INEQUALITY_MIX`; specialties in which a group's counts are masked are left out of that group.
    """
    wide = _wide(counts, "treatment_function_code")
    if wide.empty:
        return INEQUALITY_MIX.empty()
    of = ["week_ending", "characteristic", "treatment_function_code"]
    everyone = wide.groupby(of)[["total", "within_18_weeks"]].sum()
    wide = wide.merge((everyone["within_18_weeks"] / everyone["total"]).rename("usual"), left_on=of, right_index=True)
    wide = wide[wide["total"].notna() & wide["within_18_weeks"].notna() & wide["usual"].notna()]
    wide["expected"] = wide["usual"] * wide["total"]
    key = ["week_ending", "characteristic", "patient_group"]
    found = wide.groupby(key)[["total", "within_18_weeks", "expected"]].sum().reset_index()
    found = found[found["total"] > 0]
    whole = everyone.groupby(["week_ending", "characteristic"]).sum()
    all_of = (whole["within_18_weeks"] / whole["total"]).rename("all_of")
    found = found.merge(all_of, left_on=["week_ending", "characteristic"], right_index=True)
    share, expected = found["within_18_weeks"] / found["total"], found["expected"] / found["total"]
    found = found.assign(
        name=found["patient_group"].map(group_name),
        pathways=found["total"].astype("int64"),
        percent=100 * share,
        gap_points=100 * (share - found["all_of"]),
        by_mix_points=100 * (expected - found["all_of"]),
        remaining_points=100 * (share - expected),
    )
    return INEQUALITY_MIX.check(_ordered(found)[INEQUALITY_MIX.names])


def _wide(counts: pd.DataFrame, *more: str) -> pd.DataFrame:
    """One row an organisation and group, a column a band; not a number where a count is masked."""
    key = [*_KEY, *more]
    wide = counts.assign(pathways=counts["pathways"].astype("float64")).pivot(
        index=key, columns="band", values="pathways"
    )
    return wide.reindex(columns=list(WLMDS_BANDS)).reset_index().rename_axis(columns=None)


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """Characteristics in their order, deciles from 1 to 10, other groups as they are published: by age or code."""
    by = [name for name in (*_ORGANISATION, "_characteristic", "_group", "measure", "decile") if name in frame or name[0] == "_"]  # fmt: skip
    frame = frame.assign(_characteristic=0, _group="")
    if "characteristic" in frame:
        frame["_characteristic"] = frame["characteristic"].map(CHARACTERISTICS.index)
    if "patient_group" in frame:
        frame["_group"] = [f"{DECILES[g]:02d}" if g in DECILES else ("zz" if g in NOT_KNOWN else g) for g in frame["patient_group"]]  # fmt: skip
    return frame.sort_values(by, kind="stable").reset_index(drop=True)
