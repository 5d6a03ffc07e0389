"""The demo data: the files' promises, read back raw, without the suite's own readers."""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from lsc_analytics.errors import ParameterError
from lsc_analytics.ingest import demo as demo_data
from lsc_analytics.ingest.demo import dm01, rtt, wlmds
from lsc_analytics.parameters import Demo, DemoRtt, demo, read, trust_codes
from lsc_analytics.reference import DEMO_MARK, months_between
from lsc_analytics.store.home import Home

BANDS = [column for column in rtt.HEADER if column.startswith("Gt ")]
LIST = ["Provider Org Code", "Treatment Function Code"]


@pytest.fixture(scope="module")
def told() -> Demo:
    """The parameters of the demo data."""
    return demo()


@pytest.fixture(scope="module")
def folder(demo_home: Home) -> Path:
    """One folder of demo data: what the shared home was loaded from."""
    return demo_home.root.parent / "files"


@pytest.fixture(scope="module")
def rows(folder: Path) -> pd.DataFrame:
    """Every row of every extract as published, counts as numbers."""
    read_back = [pd.read_csv(path, dtype=str, keep_default_na=False) for path in sorted((folder / "rtt").iterdir())]
    assert all(list(frame.columns) == rtt.HEADER for frame in read_back)
    frame = pd.concat(read_back, ignore_index=True)
    counts = frame[[*BANDS, "Total All"]].replace("", "0").astype(int)
    frame = pd.concat([frame.drop(columns=[*BANDS, "Total All"]), counts], axis=1)
    return frame.copy().assign(month=pd.to_datetime(frame["Period"], format="RTT-%B-%Y").dt.strftime("%Y-%m"))


@pytest.fixture(scope="module")
def providers(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows summed over commissioners without NONC, as the published provider tables do."""
    english = rows[rows["Commissioner Org Code"] != "NONC"]
    return english.groupby([*LIST, "RTT Part Type", "month"])[[*BANDS, "Total All"]].sum()


def part(providers: pd.DataFrame, name: str, column: str = "Total All") -> pd.DataFrame:
    """One part's figure: a row a list, a column a month; no row in a file means zero."""
    return providers[column].xs(name, level="RTT Part Type").unstack("month", fill_value=0)


def over(providers: pd.DataFrame, weeks: int, trust: str, code: str) -> pd.Series:
    """Incomplete pathways of one list over so many weeks, by month."""
    return providers.loc[(trust, code, "Part_2"), BANDS[weeks:]].sum(axis=1)


def digests(folder: Path) -> dict[str, str]:
    """Digest of every file by name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def test_writes_what_it_says(folder: Path, told: Demo) -> None:
    """39 RTT extracts, forty DM01 workbooks, two Chatbot files, one of capacity, of cancer and of the WLMDS, four lists; three containers."""
    assert len(list((folder / "rtt").iterdir())) == 39
    assert len(list((folder / "dm01").iterdir())) == 40
    assert {path.name for path in (folder / "chatbot").iterdir()} == {
        "DEMO-chatbot-calls.csv",
        "DEMO-chatbot-reviews.csv",
    }
    assert [path.name for path in (folder / "diagnostic_capacity").iterdir()] == ["DEMO-diagnostic-capacity.csv"]
    assert len(list((folder / "ptl").iterdir())) == 4
    assert [path.suffix for path in (folder / "cancer").iterdir()] == [".xlsx"]
    assert [path.name for path in (folder / "wlmds").iterdir()] == [wlmds.name(told)]
    assert {"".join(path.suffixes) for path in (folder / "rtt").iterdir()} == {".csv", ".zip", ".csv.gz"}
    assert all(path.name.startswith("DEMO-") for path in folder.rglob("*") if path.is_file())


def test_is_the_same_bytes_again(folder: Path, tmp_path: Path) -> None:
    """A second writing gives the same bytes, whatever the clock says."""
    demo_data.write(tmp_path)
    assert digests(tmp_path) == digests(folder)


def test_another_seed_is_another_invention(folder: Path, tmp_path: Path) -> None:
    """Another seed keeps the names and changes every file."""
    demo_data.write(tmp_path, seed=1)
    first, second = digests(folder), digests(tmp_path)
    assert first.keys() == second.keys()
    assert not [name for name in first if first[name] == second[name]]


def test_longer_demo_keeps_its_earlier_months(told: Demo) -> None:
    """Simulating six months more leaves every earlier month as it was."""
    longer = rtt.simulate(told, "2026-07")
    for short, long in zip(rtt.simulate(told), longer, strict=False):
        assert short.month == long.month
        assert (short.waiting == long.waiting).all()
        assert (short.seen == long.seen).all()
    assert longer[-1].month == "2026-07"


def test_one_month_is_missing(rows: pd.DataFrame, told: Demo) -> None:
    """Every month from first to last has an extract but one, which is in 2023."""
    expected = set(months_between(told.first_month, told.last_month))
    assert expected - set(rows["month"]) == {told.rtt.missing_month} == {"2023-08"}


def test_header_is_the_published_one(shared_data: Path) -> None:
    """The header equals that of the real extract of January 2026, column for column."""
    real = shared_data / "rtt" / "20260131-RTT-January-2026-full-extract.csv.gz"
    assert pd.read_csv(real, nrows=0).columns.tolist() == rtt.HEADER


def test_blanks_are_where_the_published_file_has_them(rows: pd.DataFrame) -> None:
    """Total is filled for completed pathways alone, unknown clock starts are blank, and no row is empty."""
    completed = rows["RTT Part Type"].isin(["Part_1A", "Part_1B"])
    assert (rows["Total"].eq("") == ~completed).all()
    assert (rows.loc[completed, "Total"].astype(int) == rows.loc[completed, "Total All"]).all()
    assert rows["Patients with unknown clock start date"].eq("").all()
    assert rows["Total All"].gt(0).all()


def test_is_marked_as_demo_data(rows: pd.DataFrame) -> None:
    """Every provider's name says that it is demo data."""
    assert rows["Provider Org Name"].str.endswith(DEMO_MARK).all()


def test_covers_trusts_and_functions(providers: pd.DataFrame) -> None:
    """Four trusts and 23 treatment functions, of which no trust offers all and some are offered by one alone."""
    lists = part(providers, "Part_2").drop("C_999", level=1).index
    lists = lists[lists.get_level_values(0).isin(trust_codes())]
    offered = lists.to_frame(index=False).groupby("Provider Org Code").size()
    by_function = lists.to_frame(index=False).groupby("Treatment Function Code").size()
    assert set(offered.index) == {"RXL", "RXR", "RXN", "RTX"}
    assert len(by_function) == 23
    assert offered.max() < 23
    assert by_function["C_150"] == by_function["C_400"] == by_function["C_170"] == 1


def test_the_boards_own_patients_wait_elsewhere_too(rows: pd.DataFrame, told: Demo) -> None:
    """In the last month alone, lists without flows at the providers of demo.yml; and not all at the trusts are the board's."""
    elsewhere = rows[~rows["Provider Org Code"].isin(trust_codes())]
    assert set(elsewhere["month"]) == {told.last_month}
    assert set(elsewhere["RTT Part Type"]) == {"Part_2"}
    assert set(elsewhere["Commissioner Parent Org Code"]) == {"QE1"}
    totals = elsewhere[elsewhere["Treatment Function Code"] == "C_999"].groupby("Provider Org Code")["Total All"].sum()
    assert totals.to_dict() == {code: sum(one.lists.values()) for code, one in told.rtt.elsewhere.items()}
    at_trusts = rows[rows["Provider Org Code"].isin(trust_codes()) & (rows["RTT Part Type"] == "Part_2")]
    hub = at_trusts["Commissioner Org Code"] == told.rtt.other_board.code
    assert set(at_trusts.loc[hub, "Commissioner Parent Org Code"]) == {""}
    assert at_trusts.loc[hub, "Total All"].sum() / at_trusts["Total All"].sum() == pytest.approx(0.05, abs=0.001)


def test_bands_add_up(rows: pd.DataFrame) -> None:
    """The 105 bands of every row add up to Total All; new periods have no bands."""
    starts = rows["RTT Part Type"] == "Part_3"
    assert len(BANDS) == 105
    assert (rows.loc[~starts, BANDS].sum(axis=1) == rows.loc[~starts, "Total All"]).all()
    assert not rows.loc[starts, BANDS].any(axis=None)


def test_total_rows_are_the_sum(rows: pd.DataFrame) -> None:
    """C_999 of every provider, commissioner, part and month equals the sum of its treatment functions, by band."""
    keys = ["month", "Provider Org Code", "Commissioner Org Code", "RTT Part Type"]
    is_total = rows["Treatment Function Code"] == "C_999"
    total = rows[is_total].set_index(keys)[[*BANDS, "Total All"]].sort_index()
    assert total.index.is_unique
    pd.testing.assert_frame_equal(total, rows[~is_total].groupby(keys)[[*BANDS, "Total All"]].sum())


def test_keys_are_unique(rows: pd.DataFrame) -> None:
    """A provider, commissioner, part and treatment function has one row a month."""
    assert not rows.duplicated(["month", "Commissioner Org Code", "RTT Part Type", *LIST]).any()


def test_decided_to_admit_is_inside_the_list(rows: pd.DataFrame) -> None:
    """Part_2A is a subset of Part_2 in every band of every row, and not empty."""
    keys = ["month", "Commissioner Org Code", *LIST]
    incomplete, decided = (rows[rows["RTT Part Type"] == p].set_index(keys)[BANDS] for p in ("Part_2", "Part_2A"))
    assert (decided <= incomplete.reindex(decided.index, fill_value=-1)).all(axis=None)
    assert 0.1 < decided.sum().sum() / incomplete.sum().sum() < 0.25


def test_lists_obey_the_identity(providers: pd.DataFrame, told: Demo) -> None:
    """List before + starts - stops - net removals = list, for every trust, function and month, by the raw files."""
    simulated = rtt.simulate(told)
    index = pd.MultiIndex.from_tuples(rtt.lists(told), names=LIST)
    removed = pd.DataFrame({month.month: month.removed for month in simulated}, index=index)
    flows = {name: part(providers, name).reindex(index, fill_value=0) for name in ("Part_1A", "Part_1B", "Part_3")}
    closing = part(providers, "Part_2").reindex(index)
    months = [m for m in closing.columns[1:] if closing.columns[closing.columns.get_loc(m) - 1] != "2023-07"]
    opening = closing.shift(axis=1)
    left_over = opening + flows["Part_3"] - flows["Part_1A"] - flows["Part_1B"] - closing
    assert len(months) == 37
    pd.testing.assert_frame_equal(left_over[months].astype(int), removed[months], check_names=False)


def test_net_removals_are_like_those_of_real_trusts(told: Demo) -> None:
    """2 to 5% of a trust's list leaves unreported in a month; single lists' net removals are at times negative."""
    months = rtt.simulate(told)
    removed = np.array([month.removed for month in months])
    waiting = np.array([month.waiting.sum(axis=1) for month in months])
    of_trust = np.array([trust for trust, _ in rtt.lists(told)])
    for trust in told.rtt.trusts:
        share = removed[1:, of_trust == trust].sum(axis=1) / waiting[:-1, of_trust == trust].sum(axis=1)
        assert share.min() > 0.02
        assert share.max() < 0.05
    assert 0.005 < (removed < 0).mean() < 0.05


def test_who_was_seen_was_there(told: Demo) -> None:
    """Stops over k weeks in a month are at most as many as were waiting over k - 5 weeks when it began."""
    moved = [rtt.lists(told).index((told.rtt.recode.trust, told.rtt.recode.to_code))]
    for before, month in pairwise(rtt.simulate(told)):
        for week in (20, 52, 65, 104):
            there = before.waiting[:, week - 5 :].sum(axis=1)
            enough = month.seen[:, week:].sum(axis=1) <= there * 1.12 + 5  # up to a tenth may be entered late
            assert np.delete(enough, moved).all()


def test_magnitudes_and_shape(providers: pd.DataFrame) -> None:
    """In January 2026 lists, shares within 18 weeks and shares over 52 are of the magnitude of the real trusts."""
    last = providers.xs(("C_999", "Part_2", "2026-01"), level=("Treatment Function Code", "RTT Part Type", "month"))
    for trust, level in {"RXL": 42_000, "RXN": 64_000, "RXR": 51_000, "RTX": 35_000}.items():
        assert last.at[trust, "Total All"] == pytest.approx(level, rel=0.05)
    last = last.loc[trust_codes()]
    within = last[BANDS[:18]].sum(axis=1) / last["Total All"]
    assert within.between(0.50, 0.70).all()
    assert within["RTX"] > within["RXN"]
    assert (last[BANDS[52:]].sum(axis=1) / last["Total All"]).between(0.002, 0.04).all()


def test_long_waits_fell_over_the_years(providers: pd.DataFrame) -> None:
    """Over 78 weeks from hundreds to none by 2025, over 52 weeks to less than half."""
    system = providers.xs(("C_999", "Part_2"), level=("Treatment Function Code", "RTT Part Type"))
    by_month = system.groupby("month")[BANDS].sum()
    assert by_month.loc["2022-10", BANDS[78:]].sum() > 500
    assert by_month.loc["2025-01":, BANDS[78:]].sum().sum() == 0
    over_52 = by_month[BANDS[52:]].sum(axis=1)
    assert over_52["2026-01"] < over_52["2022-10"] / 2


def test_year_end_sprint_and_december_dip(providers: pd.DataFrame) -> None:
    """Long waits fall from January to March and rise again by June of 2024 and 2025; December has fewest starts."""
    system = providers.xs("Part_2", level="RTT Part Type").xs("C_999", level="Treatment Function Code")
    over_65 = system[BANDS[60:]].sum(axis=1).groupby("month").sum()
    starts = part(providers, "Part_3").xs("C_999", level=1).sum()
    for year in ("2024", "2025"):
        assert over_65[f"{year}-03"] < 0.75 * over_65[f"{year}-01"]
        assert starts.loc[f"{year}-01" : f"{year}-12"].idxmin() == f"{year}-12"
    assert over_65["2025-06"] > over_65["2025-03"]


def test_one_specialty_is_heading_for_a_breach(providers: pd.DataFrame, told: Demo) -> None:
    """RXN C_110: over 52 and 60 weeks grow through 2025, at most a few over 65 in January 2026, dozens by July."""
    trust, code = told.rtt.breach.trust, told.rtt.breach.code
    for weeks, low, high in ((52, 60, 200), (60, 5, 20)):
        by_month = over(providers, weeks, trust, code)
        assert by_month["2025-03"] < low
        assert by_month["2025-03"] < by_month["2025-09"] < by_month["2026-01"]
        assert by_month["2026-01"] > high
    assert over(providers, 65, trust, code)["2026-01"] <= 5
    row = rtt.lists(told).index((trust, code))
    coming = [int(month.waiting[row, 65:].sum()) for month in rtt.simulate(told, "2026-07")[-6:]]
    assert coming[-1] > 20
    assert coming[-1] == max(coming)


def test_one_trust_recodes(providers: pd.DataFrame, told: Demo) -> None:
    """In one month RXL's General Surgery steps down by about nine tenths, and Other Surgical up by as much."""
    recode = told.rtt.recode
    lists, starts = part(providers, "Part_2"), part(providers, "Part_3")
    source, target = (recode.trust, recode.from_code), (recode.trust, recode.to_code)
    step = lists.loc[:, "2024-06"] - lists.loc[:, "2024-05"]
    assert lists.at[source, "2024-06"] / lists.at[source, "2024-05"] == pytest.approx(0.1, abs=0.03)
    assert step[target] == pytest.approx(-step[source], rel=0.1)
    assert starts.at[source, "2024-09"] < 0.2 * starts.at[source, "2024-05"]
    both = lists.loc[[source, target]].sum()
    assert both["2024-06"] == pytest.approx(both["2024-05"], rel=0.1)


def test_some_commissioners_are_not_english(rows: pd.DataFrame) -> None:
    """Every trust has a few NONC pathways, on top of the provider's own figures."""
    incomplete = rows[(rows["RTT Part Type"] == "Part_2") & (rows["Treatment Function Code"] == "C_999")]
    abroad = incomplete[incomplete["Commissioner Org Code"] == "NONC"].groupby("Provider Org Code")["Total All"]
    assert abroad.max().max() < 20
    assert abroad.count().min() > 30


def test_demographics_are_of_the_last_extract(folder: Path, providers: pd.DataFrame, told: Demo) -> None:
    """Each trust's ages add up to its list of the last month, band by band, within 2 pathways a group; nothing below 8 shows."""
    raw = pd.read_excel(folder / "wlmds" / wlmds.name(told), sheet_name="Provider-Age", header=None, engine="calamine")
    assert raw.iat[4, 2] == "Week ending 25 January 2026"
    rows = raw.iloc[14:].set_index(1)
    lists = providers.xs("Part_2", level="RTT Part Type").xs(told.last_month, level="month")
    lists = lists.drop("C_999", level="Treatment Function Code").groupby("Provider Org Code")[BANDS].sum()
    for trust in told.rtt.trusts:
        for place, bands in ((5, BANDS[:18]), (6, BANDS[18:52]), (7, BANDS[52:])):
            shown = rows.loc[trust, [place, place + 7, place + 14]].sum()
            assert abs(shown - lists.loc[trust, bands].sum()) <= 3 * 2
        assert rows.loc[trust, 2].endswith(DEMO_MARK)
    figures = rows.iloc[:-1, 3:].to_numpy().ravel()
    counts = [cell for cell in figures if isinstance(cell, int | float) and cell >= 1]
    assert min(counts) >= 10


def test_demographics_layout_is_the_published_one(shared_data: Path, folder: Path, told: Demo) -> None:
    """Every sheet has the headings of the real workbook, group by group."""
    (real,) = (shared_data / "wlmds").glob("*.xlsx")
    for what in ("Age", "Sex", "Deprivation", "Ethnicity"):
        for sheet in (f"Provider-{what}", f"Treatment-Function-{what}"):
            theirs, made = (
                pd.read_excel(path, sheet_name=sheet, header=None, engine="calamine").iloc[12:14]
                for path in (real, folder / "wlmds" / wlmds.name(told))
            )
            assert theirs.iloc[:, : made.shape[1]].astype(str).values.tolist() == made.astype(str).values.tolist()


@pytest.fixture(scope="module")
def tests(folder: Path) -> pd.DataFrame:
    """The sheet Provider by Test of every workbook, its header on row 14, as numbers."""
    read_back = []
    for path in sorted((folder / "dm01").iterdir()):
        sheets = pd.read_excel(path, sheet_name=None, header=None, engine="calamine")
        assert list(sheets) == ["Provider", "Provider by Test"]
        raw = sheets["Provider by Test"]
        assert raw.iat[4, 1] == "Period:"
        table = raw.iloc[16:, 1:29].set_axis(raw.iloc[13, 1:29].fillna("blank"), axis=1)
        read_back.append(table.assign(month=pd.to_datetime(raw.iat[4, 2], format="%B %Y").strftime("%Y-%m")))
    return pd.concat(read_back, ignore_index=True)


def test_workbook_layout_is_the_published_one(shared_data: Path, folder: Path) -> None:
    """Both sheets have the cells of the real July 2025 workbook above and beside the figures."""
    real = next((shared_data / "dm01" / "workbooks").glob("*July-2025*"))
    ours = folder / "dm01" / dm01.name("2025-07")
    for sheet in ("Provider", "Provider by Test"):
        theirs, made = (pd.read_excel(p, sheet_name=sheet, header=None, engine="calamine") for p in (real, ours))
        pd.testing.assert_frame_equal(theirs.iloc[12:14], made.iloc[12:14], check_dtype=False)
        assert theirs.iloc[:12, 1].tolist()[1:11] == made.iloc[:12, 1].tolist()[1:11]
        assert theirs.iat[4, 2] == made.iat[4, 2] == "July 2025"
        assert theirs.iat[14, 4] == made.iat[14, 4] == "Total"
        assert made.iloc[15].isna().all()


def test_dm01_rows_add_up(tests: pd.DataFrame) -> None:
    """Bands add up to the list, 6+ and 13+ to their bands, and a provider's tests to its total row."""
    figures = [*dm01.BANDS, *dm01.COUNTS[:3], *dm01.ACTIVITY]
    counts = tests[figures].astype(int)
    assert (counts[dm01.BANDS].sum(axis=1) == counts["Total Waiting List"]).all()
    assert (counts[dm01.BANDS[6:]].sum(axis=1) == counts["Number waiting 6+ Weeks"]).all()
    assert (counts["13+ weeks"] == counts["Number waiting 13+ Weeks"]).all()
    is_total = tests["Diagnostic ID"] == 16
    keyed = counts.assign(month=tests["month"], provider=tests["Provider Code"])
    totals = keyed[is_total].set_index(["month", "provider"]).sort_index()
    pd.testing.assert_frame_equal(totals, keyed[~is_total].groupby(["month", "provider"]).sum())
    assert tests["Provider Name"].str.endswith(DEMO_MARK).all()


def test_dm01_lists_obey_the_identity(tests: pd.DataFrame, told: Demo) -> None:
    """List before + demand - waiting list activity - other removals = list, for every test and month."""
    months = dm01.simulate(told)
    index = pd.MultiIndex.from_tuples(dm01.lists(told), names=["Provider Code", "Diagnostic ID"])
    one_test = tests[tests["Diagnostic ID"] != 16].astype({"Diagnostic ID": "int"}).astype({"Diagnostic ID": "str"})

    def published(column: str) -> pd.DataFrame:
        return one_test.pivot_table(
            index=["Provider Code", "Diagnostic ID"], columns="month", values=column, aggfunc="sum"
        ).loc[index]

    closing, activity = published("Total Waiting List"), published(dm01.ACTIVITY[2])
    demand = pd.DataFrame({month.month: month.joined for month in months}, index=index)
    removed = pd.DataFrame({month.month: month.removed for month in months}, index=index)
    expected = (closing.shift(axis=1) + demand - activity - removed).iloc[:, 1:]
    pd.testing.assert_frame_equal(
        closing.iloc[:, 1:].astype(int), expected.astype(int), check_names=False, check_column_type=False
    )


def test_dm01_covers_tests_and_trusts(tests: pd.DataFrame) -> None:
    """All fifteen tests over forty months and four trusts, none of which does every test; shares like the real ones."""
    by_trust = tests[tests["Diagnostic ID"] != 16].groupby("Provider Code")["Diagnostic ID"].nunique()
    assert tests["month"].nunique() == 40
    assert set(tests["Diagnostic ID"].astype(int)) == set(range(1, 17))
    assert (by_trust < 15).sum() >= 3
    last = tests[(tests["month"] == "2025-09") & (tests["Diagnostic ID"] == 16)].set_index("Provider Code")
    within = 1 - last["Percentage waiting 6+ weeks"].astype(float)
    assert within["RXR"] > 0.93
    assert within["RTX"] > 0.90
    assert within["RXN"] < within["RXL"] < 0.90


@pytest.fixture(scope="module")
def calls(folder: Path) -> pd.DataFrame:
    """Every call record as text."""
    return pd.read_csv(folder / "chatbot" / "DEMO-chatbot-calls.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def reviews(folder: Path) -> pd.DataFrame:
    """Every review as text."""
    return pd.read_csv(folder / "chatbot" / "DEMO-chatbot-reviews.csv", dtype=str, keep_default_na=False)


@pytest.mark.parametrize(
    ("campaign", "contacted", "responses", "also_worse"),
    [
        ("Pilot 2021/22", 2282, {"leave": 257, "remain": 1455}, 120),
        ("2022/23 to December 2022", 17299, {"leave": 1196, "remain": 12115, "worse": 272}, 0),
    ],
)
def test_campaign_totals_are_those_published(
    calls: pd.DataFrame, campaign: str, contacted: int, responses: dict[str, int], also_worse: int
) -> None:
    """Pathways contacted, answers of each kind, and the worse who also remain, each exactly."""
    called = calls[(calls["campaign"] == campaign) & (calls["attempt_number"] != "0")]
    assert set(called["exclusion"]) == {""}
    assert called.loc[called["contacted"] == "yes", "pathway_id"].nunique() == contacted
    assert called["pathway_id"].nunique() > contacted
    answered = called[called["responded"] == "yes"]
    assert answered["pathway_id"].is_unique
    assert answered["response"].value_counts().to_dict() == responses
    worse_too = called[called["also_worse"] == "yes"]
    assert len(worse_too) == also_worse
    assert set(worse_too["response"]) <= {"remain"}


def test_calls_are_consistent(calls: pd.DataFrame, told: Demo) -> None:
    """Attempts count from 1 in order of time; answers need contact; nobody is called after answering."""
    assert ",".join(calls.columns) == (
        "data_kind,campaign,pathway_id,provider_code,treatment_function_code,attempt_number,channel,attempted_on,"
        "weeks_waiting,contacted,responded,response,also_worse,exclusion,priority,age_band,sex,deprivation_decile,"
        "ethnic_category,language,rurality,attempted_at,completed"
    )
    assert set(calls["data_kind"]) == {"demo"}
    untried = calls[calls["attempt_number"] == "0"]
    assert untried["pathway_id"].is_unique
    assert set(untried["contacted"]) == {"no"}
    calls = calls[calls["attempt_number"] != "0"]
    assert not set(untried["pathway_id"]) & set(calls["pathway_id"])
    assert set(calls["channel"]) == {"automated_call", "text", "staff_call"}
    assert (calls["responded"].eq("yes") == calls["response"].ne("")).all()
    assert calls.loc[calls["responded"] == "yes", "contacted"].eq("yes").all()
    ordered = calls.assign(attempt_number=calls["attempt_number"].astype(int))
    by_pathway = ordered.sort_values(["pathway_id", "attempt_number"]).groupby("pathway_id")
    assert (by_pathway["attempt_number"].max() == by_pathway.size()).all()
    assert by_pathway["attempted_on"].apply(lambda days: days.is_monotonic_increasing and days.is_unique).all()
    assert (by_pathway["responded"].last() == by_pathway["responded"].max()).all()
    lists = set(rtt.lists(told))
    seen = calls[["provider_code", "treatment_function_code"]].drop_duplicates().itertuples(index=False, name=None)
    assert set(seen) <= lists
    for campaign in told.chatbot.campaigns:
        days = pd.to_datetime(calls.loc[calls["campaign"] == campaign.name, "attempted_on"]).dt.date
        assert campaign.first_day <= days.min()
        assert days.max() <= campaign.last_day
    pilot = calls[calls["campaign"] == "Pilot 2021/22"]
    assert set(pilot["provider_code"]) == {"RTX", "RXN"}
    reached_later = by_pathway["contacted"].agg(["first", "max"])
    assert ((reached_later["first"] == "no") & (reached_later["max"] == "yes")).sum() > 1000


def test_reviews_follow_their_answers(calls: pd.DataFrame, reviews: pd.DataFrame) -> None:
    """Only who asked to leave or is worse is reviewed, 1 to 40 days later; a few are not yet; most who leave go."""
    due = calls[calls["response"].isin(["leave", "worse"]) | (calls["also_worse"] == "yes")]
    both = due.merge(reviews, on=["campaign", "pathway_id"], how="left", validate="one_to_one")
    assert len(reviews) == both["reviewed_on"].notna().sum()
    assert both["reviewed_on"].notna().mean() == pytest.approx(0.97, abs=0.015)
    done = both.dropna(subset=["reviewed_on"])
    days = (pd.to_datetime(done["reviewed_on"]) - pd.to_datetime(done["attempted_on"])).dt.days
    assert days.min() == 1
    assert 30 < days.max() <= 40
    leave = done[done["response"] == "leave"]["decision"].value_counts(normalize=True)
    assert leave["removed"] > 0.85
    assert set(done[done["response"] == "worse"]["decision"]) == {"expedited", "kept"}


def test_nothing_looks_like_a_person(folder: Path) -> None:
    """No run of ten or more digits, as an NHS or telephone number has, in any record."""
    for path in (folder / "chatbot").iterdir():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\d{7,}|(?:\d[ -]?){11,}", re.sub(r"\d{4}-\d{2}-\d{2}", "", text))
        assert set(re.findall(r"DEMO-P\w+", text)) == set(re.findall(r"DEMO-P\d{6}\b", text))


def test_parameters_name_what_exists(told: Demo, tmp_path: Path) -> None:
    """A recode of a list that the trust does not have is refused by name."""
    content = told.rtt.model_dump()
    content["recode"]["from_code"] = "C_150"
    (tmp_path / "rtt.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(ParameterError, match="RXL has no list C_150"):
        read(tmp_path / "rtt.yml", DemoRtt)
