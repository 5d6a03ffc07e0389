"""Cancer waiting times: each patient once, halves kept, and a sentence for everything that is wrong with an extract."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook

from lsc_analytics import ingest
from lsc_analytics.errors import RefusedFileError
from lsc_analytics.ingest.cancer import HEADER
from lsc_analytics.ingest.reading import Reading
from lsc_analytics.parameters import source_mappings
from lsc_analytics.reference import DEMO_MARK
from lsc_analytics.store.home import Home, read_frame
from lsc_analytics.store.intake import take
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.tables import CANCER_OBSERVATIONS

OWN = next(mapping for mapping in source_mappings() if mapping.name == "cancer_history")
APRIL = (dt.date(2025, 4, 1), "2025/26", "APR")
URGENT, ALL_TYPES, ALL_MODES = "Urgent Suspected Cancer", "ALL CANCERS", "ALL MODALITIES"
# Rows 2 to 9 of the sheet: 62 days by type (30.5 + 9) and by modality (25 + 14.5), 31 days both ways, 28 days once.
ROWS: list[tuple[Any, ...]] = [
    (*APRIL, "62-day Combined", "RXN", URGENT, ALL_MODES, "Lung", 30.5, 20.0, 10.5),
    (*APRIL, "62-day Combined", "RXN", "Screening", ALL_MODES, "Breast", 9, 0, 9),
    (*APRIL, "62-day Combined", "RXN", URGENT, "Surgery", ALL_TYPES, 30.5, 20.0, 10.5),
    (*APRIL, "62-day Combined", "RXN", "Screening", "Surgery", ALL_TYPES, 8, 0, 8),
    (*APRIL, "62-day Combined", "RXN", "Screening", "Other", ALL_TYPES, 1, 0, 1),
    (*APRIL, "31-day Combined", "RXN", "First Treatment", ALL_MODES, "Lung", 12, 11, 1),
    (*APRIL, "31-day Combined", "RXN", "First Treatment", "Radiotherapy", ALL_TYPES, 12, 11, 1),
    (*APRIL, "28-day FDS", "RXN", URGENT.upper(), None, "Suspected lung cancer", 40, 30, 10),
]


def written(folder: Path, rows: list[tuple[Any, ...]] = ROWS, name: str = "CWT.xlsx", sheet: str = "Extract") -> Path:
    """An extract of these rows."""
    workbook = Workbook(write_only=True)
    page = workbook.create_sheet(sheet)
    for row in (HEADER, *rows):
        page.append(row)
    workbook.save(folder / name)
    return folder / name


def changed(place: int, **values: object) -> list[tuple[Any, ...]]:
    """The rows with some values of one of them changed, by the words of the header with _ for what is no letter."""
    names = [column.replace(" ", "_").replace("/", "_") for column in HEADER]
    row = tuple(values.get(column, value) for column, value in zip(names, ROWS[place], strict=True))
    return [*ROWS[:place], row, *ROWS[place + 1 :]]


def figures(reading: Reading, standard: str, route: str = "all", cancer_type: str = "all") -> dict[str, float]:
    """Figures by measure of one series."""
    rows = reading.frames["cancer_observations"]
    mine = rows[(rows["cancer_standard"] == standard) & (rows["route"] == route) & (rows["cancer_type"] == cancer_type)]
    return dict(zip(mine["measure"], mine["value"], strict=True))


def test_each_patient_is_read_once_and_halves_are_kept(tmp_path: Path) -> None:
    """Both views hold the same 39.5 patients: their types are read, and their sum is the provider's own total."""
    reading = ingest.read(written(tmp_path))
    assert figures(reading, "62_days") == {"treated": 39.5, "within_standard": 20.0, "breaches": 19.5}
    assert figures(reading, "62_days", "urgent_suspected_cancer", "Lung")["treated"] == 30.5
    assert figures(reading, "31_days")["treated"] == 12.0
    assert figures(reading, "28_days", "urgent_suspected_cancer", "Suspected lung cancer")["breaches"] == 10.0
    assert set(reading.frames["cancer_observations"]["cancer_type"]) == {
        "all",
        "Lung",
        "Breast",
        "Suspected lung cancer",
    }
    assert (reading.family, reading.months(), reading.demo) == ("cancer", ["2025-04"], False)
    assert reading.checks[["compared", "differing"]].values.tolist() == [[8, 0], [3, 0]]


def test_a_final_extract_goes_before_one_that_is_provisional(tmp_path: Path) -> None:
    """Only its name tells; a history with revisions lies between the two."""
    ranks = [ingest.read(written(tmp_path, name=name)).source_rank for name in ("CWT-Final.xlsx", "CWT.xlsx")]
    history = next(mapping for mapping in source_mappings() if mapping.name == "cancer_62_days")
    assert ranks[0] < history.rank < ranks[1]
    assert "provisional" in ingest.read(written(tmp_path)).note


def test_a_demo_extract_says_so_in_its_sheet(tmp_path: Path) -> None:
    """The published layout names no provider, so the sheet carries the mark."""
    assert ingest.read(written(tmp_path, sheet=f"Extract {DEMO_MARK}")).demo


@pytest.mark.parametrize(
    ("rows", "place", "said"),
    [
        (changed(0, TOTAL_TREATED=31), (2, None), "RXN has 31 treated, 20 within the standard and 10.5 breaches"),
        (changed(0, TOTAL_TREATED=30.25), (2, "TOTAL TREATED"), "30.25 is no count of patients"),
        (changed(0, BREACHES=-1), (2, "BREACHES"), "-1.0 is not a number of zero or more"),
        (changed(0, BREACHES="few"), (2, "BREACHES"), "'few' is not a number"),
        (changed(0, BREACHES=None), (2, "BREACHES"), "The value is missing"),
        (changed(1, STANDARD="14-day"), (3, "STANDARD"), "'14-day' is neither 28-day FDS nor 31-day Combined"),
        (changed(1, STAGE_ROUTE="Walked in"), (3, "STAGE/ROUTE"), "'Walked in' is no route or stage"),
        (changed(1, ORG_CODE="Preston"), (3, "ORG CODE"), "not the code of an organisation: 'Preston'"),
        (changed(1, PERIOD="soon"), (3, "PERIOD"), "'soon' names no month"),
        (changed(1, MONTH="MAY"), (3, "MONTH"), "not that of the period beside it: 'MAY'"),
        (changed(1, CANCER_TYPE=None), (3, "CANCER TYPE"), "The value is missing"),
        (changed(1, CANCER_TYPE=ALL_TYPES), (3, None), "neither of one type of cancer nor of one modality"),
        (changed(2, CANCER_TYPE="Lung"), (4, None), "The row is of 'Lung' and 'Surgery'"),
        ([*ROWS, ROWS[0]], (10, None), "tells twice of 2025-04, RXN, 62_days, urgent_suspected_cancer"),
        (ROWS[:3] + ROWS[4:], None, "come to 9 treated and 9 breaches and its modalities of treatment come to 1 treated"),
        (ROWS[:5] + ROWS[6:], None, "RXN, 31 days, first treatment in 2025-04: its types of cancer come to nothing treated"),
    ],
)  # fmt: skip
def test_each_fault_is_a_sentence_with_its_place(
    tmp_path: Path, rows: list[tuple[Any, ...]], place: tuple[int, str | None] | None, said: str
) -> None:
    """The file is refused whole, naming row and column where one row is at fault."""
    with pytest.raises(RefusedFileError) as refused:
        ingest.read(written(tmp_path, rows))
    assert said in str(refused.value)
    assert (refused.value.row, refused.value.column) == (place or (None, None))


def test_an_extract_that_lacks_a_column_is_told_which(tmp_path: Path) -> None:
    """It is still recognised, and named."""
    workbook = Workbook(write_only=True)
    page = workbook.create_sheet("Extract")
    for row in (HEADER, *ROWS):
        page.append(row[:-1])
    workbook.save(tmp_path / "cut.xlsx")
    with pytest.raises(RefusedFileError, match="lacks 'BREACHES'"):
        ingest.read(tmp_path / "cut.xlsx")


def history(folder: Path, *rows: tuple[Any, ...]) -> Path:
    """A history in our own columns, of 62 days in April 2025."""
    told = pd.DataFrame([("2025-04", *row[:1], "62_days", *row[1:]) for row in rows], columns=OWN.header)
    told.to_csv(folder / "history.csv", index=False)
    return folder / "history.csv"


def test_a_history_in_our_own_columns_keeps_halves(tmp_path: Path) -> None:
    """Totals and parts, England beside the trusts."""
    rows = [
        ("RXN", "all", "all", 2.5, 1.5, 1),
        ("RXN", "screening", "Breast", 0.5, 0.5, 0),
        ("ENG", "all", "all", 9, 7, 2),
    ]
    reading = ingest.read(history(tmp_path, *rows))
    assert (reading.family, reading.source_rank) == ("cancer", 6)
    assert figures(reading, "62_days", "screening", "Breast")["treated"] == 0.5


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("RXN", "all", "all", 2.5, 1.5, 0.5), "RXN has 2.5 treated, 1.5 within the standard and 0.5 breaches"),
        (("RXN", "all", "all", 2.2, 1.2, 1), "2.2 is no count of patients"),
        (("RXN", "screening", "all", 2, 1, 1), "of routes or types of cancer of 2025-04, RXN, 62_days and of no total"),
        (
            ("RXN", "all", "all", 40, 20, 20),
            "has 40 for treated of England, of all providers and only 9 for treated of",
        ),
        (("RXN", "all", "all", 2, 9, 1), "has 9 for within standard and only 2 for treated"),
    ],
)
def test_a_history_that_contradicts_itself_is_refused(tmp_path: Path, row: tuple[Any, ...], said: str) -> None:
    """In figures, in parts without their total, and against England."""
    with pytest.raises(RefusedFileError) as refused:
        ingest.read(history(tmp_path, ("ENG", "all", "all", 9, 7, 2), row))
    assert said in str(refused.value)


@pytest.fixture(scope="module")
def loaded(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The published extract of April to July 2025 and the history since October 2023, taken in."""
    home = Home(tmp_path_factory.mktemp("cancer") / "home")
    assert {outcome.status for outcome in take(home, [shared_data / "cancer"]).outcomes} == {"loaded"}
    return Warehouse(home)


@pytest.fixture(scope="module")
def first_told(loaded: Warehouse) -> pd.DataFrame:
    """Every provider's 62 days as the extract has them, a row a month and provider."""
    digest = loaded.files().set_index("source")["file_sha256"]["cancer_extract"]
    rows = read_frame(loaded.partition("cancer_observations", digest), CANCER_OBSERVATIONS)
    whole = rows[(rows["cancer_standard"] == "62_days") & (rows["cancer_type"] == "all")]
    return whole.pivot_table(index=["month", "provider_code"], columns="measure", values="value")


@pytest.mark.real_data
def test_the_published_extract_tells_what_was_published_first(loaded: Warehouse, first_told: pd.DataFrame) -> None:
    """69.9%, 67.8% and 69.2% of England within 62 days in April, May and July 2025, as the press reported those months.

    Both views of all 2,908 providers, months and routes agree. RXN in April 2025 treated 249.5; all its rows add up to 499.
    """
    england = first_told.groupby("month").sum()
    share = 100 * england["within_standard"] / england["treated"]
    assert share.round(1).to_dict() == {"2025-04": 69.9, "2025-05": 67.8, "2025-06": 67.1, "2025-07": 69.2}
    rxn = first_told.loc[("2025-04", "RXN")]
    assert rxn.to_dict() == {"treated": 249.5, "within_standard": 132.5, "breaches": 117.0}
    checks = loaded.checks()
    checks = checks[checks["file"].str.startswith("CWT")]
    assert checks[["compared", "differing"]].values.tolist() == [[41013, 0], [2908, 0]]


@pytest.mark.real_data
def test_revised_figures_are_shown_where_they_are_loaded(
    loaded: Warehouse, first_told: pd.DataFrame, shared_data: Path
) -> None:
    """All sixteen trust-months of April to July 2025 are the later history's: RXN's April is 250.5 treated, 53.09%.

    The history goes on before and after; types, 28 and 31 days come from the extract. Of the sixteen, RXN's June and RXL's
    May were not revised.
    """
    (path,) = (shared_data / "cancer").glob("62d_*.csv")
    trusts = ["RXL", "RXR", "RXN", "RTX"]
    shown = loaded.cancer(provider_code=trusts, cancer_type="all", cancer_standard="62_days")
    wide = shown.pivot_table(index=["month", "provider_code"], columns="measure", values="value")
    derived = pd.read_csv(path).set_index(["period_month", "org_code"])
    assert len(wide) == 4 * 24
    for ours, theirs in (
        ("treated", "total_patients"),
        ("within_standard", "within_62d"),
        ("breaches", "breached_62d"),
    ):
        assert (wide[ours] == derived[theirs].reindex(wide.index)).all()
    april = wide.loc[("2025-04", "RXN")]
    assert (april["treated"], round(100 * april["within_standard"] / april["treated"], 2)) == (250.5, 53.09)
    july = loaded.cancer(provider_code="RXN", month="2025-07")
    assert set(july.loc[july["source"] == "cancer_extract", "cancer_standard"]) == {"28_days", "31_days", "62_days"}
    first = first_told[first_told.index.isin(wide.index)]
    same = (first == wide.reindex(first.index)).all(axis=1)
    assert (len(first), list(same.index[same])) == (16, [("2025-05", "RXL"), ("2025-06", "RXN")])
