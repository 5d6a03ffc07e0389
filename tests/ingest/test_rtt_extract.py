"""RTT full extracts: what the reader takes from an honest one, and what it says of a damaged one."""

from __future__ import annotations

import csv
import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from rtt_files import SMALL, cell, extract, row_of, text, write

from lsc_analytics import ingest
from lsc_analytics.errors import RefusedFileError
from lsc_analytics.ingest.reading import Reading

Rows = list[list[str]]


def figures(reading: Reading, provider: str, function: str, scope: str = "provider") -> dict[str, float]:
    """One series' figures by measure."""
    told = reading.frames["rtt_observations"]
    at = (told["provider_code"] == provider) & (told["treatment_function_code"] == function) & (told["scope"] == scope)
    return dict(zip(told.loc[at, "measure"], told.loc[at, "value"], strict=True))


@pytest.fixture
def small(tmp_path: Path) -> Reading:
    """The small extract, read."""
    return ingest.read(write(tmp_path / "20260131-RTT-January-2026-full-extract.csv", extract()))


def test_a_list_is_summed_over_commissioners_and_its_long_waits_come_from_the_bands(small: Reading) -> None:
    """RXL C_100: two commissioners, without NONC; a wait in the band 64 to 65 is not over 65 weeks, one in 17 to 18 is within 18."""
    assert figures(small, "RXL", "C_100") == {
        "total_incomplete": 100.0,  # 75 + 25
        "within_18_weeks": 55.0,  # 30 + 25
        "over_52_weeks": 22.0,  # 8 + 6 + 5 + 2 + 1
        "over_65_weeks": 8.0,  # 5 + 2 + 1
        "over_78_weeks": 3.0,
        "over_104_weeks": 1.0,
        "decision_to_admit": 15.0,
        "clock_starts": 33.0,
        "admitted_stops": 6.0,
        "non_admitted_stops": 11.0,
    }


def test_nonc_is_kept_apart(small: Reading) -> None:
    """Pathways that England does not commission are a scope of their own and in no provider figure."""
    assert figures(small, "RXL", "C_100", scope="nonc")["total_incomplete"] == 7
    assert figures(small, "RXL", "C_999")["total_incomplete"] == 140


def test_what_the_systems_own_board_commissions_is_told_beside_the_provider_figures(tmp_path: Path) -> None:
    """By the commissioner's parent: another board's patients are in the provider figure alone; flows are not told apart."""
    series = {**SMALL, ("RBN", "00Q", "Part_2", "C_110"): {70: 4}, ("RBN", "01J", "Part_2", "C_110"): {1: 500}}
    found = ingest.read(write(tmp_path / "a.csv", extract(series, boards={"00R": "QYG", "01J": "QYG", "NONC": ""})))
    assert figures(found, "RXL", "C_100")["total_incomplete"] == 100
    assert figures(found, "RXL", "C_100", scope="icb") == {
        "total_incomplete": 75.0, "within_18_weeks": 30.0, "over_52_weeks": 22.0, "over_65_weeks": 8.0, "over_78_weeks": 3.0,
        "over_104_weeks": 1.0,
    }  # fmt: skip
    assert figures(found, "RBN", "C_999")["total_incomplete"] == 504
    assert figures(found, "RBN", "C_999", scope="icb")["over_65_weeks"] == 4
    assert figures(found, "RBN", "C_999", scope="icb")["total_incomplete"] == 4


def test_an_extract_of_other_boards_or_without_their_column_tells_nothing_of_ours(tmp_path: Path) -> None:
    """Before the boards, commissioners had other parents or none: no figure, and the rest is read as ever."""
    elsewhere = extract(boards=dict.fromkeys(("00Q", "00R", "NONC"), "Q84"))
    rows = extract()
    rows[0][rows[0].index("Commissioner Parent Org Code")] = "Area Team"
    for name, told in (("a.csv", elsewhere), ("b.csv", rows)):
        found = ingest.read(write(tmp_path / name, told))
        assert set(found.frames["rtt_observations"]["scope"]) == {"provider", "nonc"}
        assert figures(found, "RXL", "C_100")["total_incomplete"] == 100


def test_a_flow_that_a_provider_reports_elsewhere_is_zero_and_a_list_it_does_not_have_is_no_row(small: Reading) -> None:
    """RXL reports clock starts, so none in C_110 means zero; X05 has starts and no list; RXN reports lists alone."""
    assert figures(small, "RXL", "C_110")["clock_starts"] == 0
    assert figures(small, "RXL", "X05") == {"clock_starts": 2.0, "admitted_stops": 0.0, "non_admitted_stops": 0.0}
    assert "clock_starts" not in figures(small, "RXN", "C_110")


def test_bands_are_kept_by_part_without_zeros_and_the_last_is_open(small: Reading) -> None:
    """One row a band that holds somebody; the band over 104 weeks has no upper edge."""
    bands = small.frames["rtt_bands"].query("provider_code == 'RXL' and treatment_function_code == 'C_100'")
    admitted = bands.query("part == 'admitted'")[["week_from", "week_to", "pathways"]]
    assert admitted.to_numpy().tolist() == [[3, 4, 4], [20, 21, 2]]
    last = bands.query("part == 'incomplete' and scope == 'provider'").iloc[-1]
    assert last["week_from"] == 104
    assert pd.isna(last["week_to"])


def test_what_the_file_says_of_itself(small: Reading) -> None:
    """Month from the period, source and rank of a full extract, providers with their names, published data."""
    assert (small.source, small.source_rank, small.family, small.months()) == ("full_extract", 1, "rtt", ["2026-01"])
    assert (small.revised, small.demo, small.note) == (False, False, "")
    assert small.frames["providers"].to_dict("records") == [
        {"provider_code": "RXL", "provider_name": "RXL TRUST", "parent_code": "QE1"},
        {"provider_code": "RXN", "provider_name": "RXN TRUST", "parent_code": "QE1"},
    ]
    assert small.checks["differing"].tolist() == [0, 0, 0]


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.zip"])
def test_csv_gz_and_zip_say_the_same(tmp_path: Path, small: Reading, name: str) -> None:
    """The same extract packed three ways gives the same figures."""
    found = ingest.read(write(tmp_path / name, extract()))
    pd.testing.assert_frame_equal(found.frames["rtt_observations"], small.frames["rtt_observations"])


def test_a_file_is_known_by_its_content_not_its_name(tmp_path: Path) -> None:
    """A gzipped extract called .csv reads as well."""
    path = tmp_path / "extract.csv"
    path.write_bytes(gzip.compress(text(extract()).encode()))
    assert ingest.read(path).layout == "RTT full extract"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_files_that_went_through_excel_are_read(tmp_path: Path, encoding: str) -> None:
    """A byte order mark, Windows letters, carriage returns and an empty last column do no harm."""
    rows = [[*row, ""] for row in extract(name="{} CAFÉ TRUST")]
    path = tmp_path / "a.csv"
    path.write_bytes(text(rows).replace("\n", "\r\n").encode(encoding))
    assert ingest.read(path).frames["providers"]["provider_name"].tolist() == ["RXL CAFÉ TRUST", "RXN CAFÉ TRUST"]


def test_early_extracts_end_at_52_weeks(tmp_path: Path) -> None:
    """Before April 2021 one band holds everything over 52 weeks: no counts over 65, 78 and 104."""
    reading = ingest.read(write(tmp_path / "a.csv", extract(last=52, period="RTT-March-2020")))
    found = figures(reading, "RXL", "C_100")
    assert (found["over_52_weeks"], found["within_18_weeks"]) == (22, 55)
    assert not {"over_65_weeks", "over_78_weeks", "over_104_weeks"} & set(found)
    assert reading.frames["rtt_bands"].query("week_from == 52")["week_to"].isna().all()
    assert "52" in reading.note


def test_a_revision_says_so_in_its_name_or_period(tmp_path: Path) -> None:
    """Either is enough."""
    assert ingest.read(write(tmp_path / "January-2026-full-extract-revised.csv", extract())).revised
    assert ingest.read(write(tmp_path / "a.csv", extract(period="RTT-January-2026 revised"))).revised


def test_demo_data_is_known_by_its_providers_names(tmp_path: Path) -> None:
    """All marked: demo. Some marked: refused, because the two are never mixed."""
    rows = extract(name="{} TRUST (DEMO DATA)")
    assert ingest.read(write(tmp_path / "a.csv", rows)).demo
    for row in rows:
        row[4] = row[4].replace("RXN TRUST (DEMO DATA)", "RXN TRUST")
    with pytest.raises(RefusedFileError, match=r"1 providers are marked \(DEMO DATA\) and 1 are not"):
        ingest.read(write(tmp_path / "a.csv", rows))


def test_a_slip_of_a_few_pathways_is_reported_and_not_refused(tmp_path: Path) -> None:
    """A total three below its bands is a line in the checks; the file still loads."""
    rows = extract({**SMALL, ("RXN", "00Q", "Part_2", "C_110"): {2: 11_000, 66: 9}})
    at = row_of(rows, "RXN", "00Q", "Part_2", "C_110")
    reading = ingest.read(write(tmp_path / "a.csv", cell(rows, at, "Total All", "11006")))
    assert reading.checks["differing"].tolist() == [1, 1, 0]
    assert "bands against Total All: 13 compared, 1 differ, by at most 3." in reading.checks["says"].tolist()


def without(rows: Rows, *, part: str, function: str) -> Rows:
    """The rows less those of one part and function."""
    return [row for row in rows if not (row[9] == part and row[11] == function)]


def doubled_totals(rows: Rows) -> Rows:
    """C_999 added to the specialties, in bands and totals."""
    return [
        [*row[:13], *(str(2 * int(value)) if value else "" for value in row[13:])] if row[11] == "C_999" else row
        for row in rows
    ]


def rotated(rows: Rows) -> Rows:
    """The last three headers each moved one column on."""
    return [[*rows[0][:-3], rows[0][-1], *rows[0][-3:-1]], *rows[1:]]


def without_bands(rows: Rows, first: int, last: int) -> Rows:
    """Some weekly bands deleted."""
    return [row[: 13 + first] + row[13 + last + 1 :] for row in rows]


DAMAGE: dict[str, tuple[Callable[[Rows], Rows], str]] = {
    "negative count": (
        lambda rows: cell(rows, 4, "Gt 03 To 04 Weeks SUM 1", "-4"),
        r"a\.csv, row 4, column Gt 03 To 04 Weeks SUM 1: '-4' is not a whole number of zero or more",
    ),
    "textual count": (
        lambda rows: cell(rows, 6, "Total All", "n/a"),
        r"row 6, column Total All: 'n/a' is not a whole number",
    ),
    "thousands separator": (
        lambda rows: cell(rows, 6, "Total All", "1,000"),
        r"row 6, column Total All: '1,000' is not a whole number",
    ),
    "half a pathway": (
        lambda rows: cell(rows, 5, "Gt 17 To 18 Weeks SUM 1", "0.5"),
        r"row 5, column Gt 17 To 18 Weeks SUM 1: '0\.5' is not a whole number",
    ),
    "not a number": (lambda rows: cell(rows, 5, "Total All", "nan"), r"row 5, column Total All: 'nan' is not"),
    "row twice": (
        lambda rows: [*rows, rows[7]],
        r"RXL, Part_2, C_999 is there twice for one commissioner; so it is for 1 of 16 series",
    ),
    "header alone": (lambda rows: rows[:1], "holds a header and no rows"),
    "last row short": (lambda rows: [*rows[:-1], rows[-1][:40]], r"row 19: The row has 40 values and the header 121"),
    "all specialties of a provider lost": (
        lambda rows: without(rows, part="Part_2", function="C_110"),
        r"The C_999 row of RXN, Part_2 in 2026-01 says 20 and it has no specialties: rows are missing",
    ),
    "C_999 rows lost": (
        lambda rows: without(rows, part="Part_2", function="C_999"),
        r"The specialties of RXL, Part_2 in 2026-01 add up to 140 and it has no C_999 row: rows are missing",
    ),
    "specialty rows lost": (
        lambda rows: [row for row in rows if (row[3], row[9], row[11]) != ("RXL", "Part_2", "C_110")],
        r"specialties of RXL, Part_2 in 2026-01 add up to 100 and its C_999 row says 140: rows are missing",
    ),
    "C_999 added to the specialties": (
        doubled_totals,
        r"add up to 140 and its C_999 row says 280: C_999 has been added to the specialties",
    ),
    "last headers rotated": (
        rotated,
        r"The weekly bands of RXL, Part_2, C_999 in 2026-01 add up to 280 and Total All is blank\. 15 more series",
    ),
    "bands deleted": (
        lambda rows: without_bands(rows, 0, 50),
        r"lacks 51 columns: 'Gt 00 To 01 Weeks SUM 1' to 'Gt 50 To 51 Weeks SUM 1'",
    ),
    "one band deleted": (lambda rows: without_bands(rows, 7, 7), r"lacks column: 'Gt 07 To 08 Weeks SUM 1'"),
    "a header twice": (
        lambda rows: [[*rows[0], "Total All"], *([*row, "1"] for row in rows[1:])],
        r"row 1: The header names 'Total All' twice",
    ),
    "bands moved": (
        lambda rows: cell(rows, 8, "Gt 00 To 01 Weeks SUM 1", "500"),
        r"The weekly bands of RXL, Part_2, .* add up to \d+ and Total All says",
    ),
    "bands in new RTT periods": (
        lambda rows: cell(rows, row_of(rows, "RXL", "00Q", "Part_3", "C_100"), "Gt 02 To 03 Weeks SUM 1", "50"),
        r"bands of RXL, Part_3, C_100 in 2026-01 add up to 50 and Total All says 33",
    ),
    "unknown part": (lambda rows: cell(rows, 3, "RTT Part Type", "Part_9"), "'Part_9' is no RTT part"),
    "no month": (
        lambda rows: [rows[0], *(["RTT", *row[1:]] for row in rows[1:])],
        r"column Period: 'RTT' names no month",
    ),
    "provider missing": (lambda rows: cell(rows, 3, "Provider Org Code", ""), "column Provider Org Code: 1 rows lack it"),
    "decisions to admit outside the list": (
        lambda rows: extract({**SMALL, ("RXL", "00Q", "Part_2A", "C_100"): {90: 400}}),
        r"Part_2A of RXL, C_\d+ \(400 pathways\) is not inside its Part_2 \(\d+ pathways\) band by band",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", DAMAGE)
def test_damage_is_refused_with_file_place_and_remedy(tmp_path: Path, fault: str) -> None:
    """Each fault gives a sentence that names the file, what is wrong and where, and ends in what to do."""
    damaged, words = DAMAGE[fault]
    with pytest.raises(RefusedFileError, match=words) as refused:
        ingest.read(write(tmp_path / "a.csv", damaged(extract())))
    assert refused.value.file == "a.csv"
    assert refused.value.remedy.endswith(".")


def test_a_quotation_mark_that_is_never_closed_is_refused(tmp_path: Path) -> None:
    """A file that breaks off inside a quoted name."""
    (tmp_path / "a.csv").write_text(text(extract()) + 'RTT-January-2026,"NHS LANC', encoding="utf-8")
    with pytest.raises(RefusedFileError, match=r"a\.csv, row 20: The csv cannot be read: a quotation mark is missing"):
        ingest.read(tmp_path / "a.csv")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    """Nothing, or nothing but blank lines."""
    for content in (b"", b"\n\n"):
        (tmp_path / "a.csv").write_bytes(content)
        with pytest.raises(RefusedFileError, match=r"a\.csv: The file is empty"):
            ingest.read(tmp_path / "a.csv")


@pytest.mark.parametrize(("name", "keep"), [("a.zip", 0.6), ("a.zip", 0.99), ("a.csv.gz", 0.6), ("a.csv.gz", 0.99)])
def test_a_download_that_broke_off_is_refused(tmp_path: Path, name: str, keep: float) -> None:
    """A zip or gz cut anywhere is damaged, not short."""
    path = write(tmp_path / name, extract())
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    with pytest.raises(RefusedFileError, match=r"cut short|breaks off"):
        ingest.read(path)


def test_a_zip_must_hold_one_csv(tmp_path: Path) -> None:
    """Two are refused with their number, and so is none."""
    for count in (0, 2):
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr("notes.txt", "x")
            for index in range(count):
                archive.writestr(f"{index}.csv", text(extract()))
        with pytest.raises(RefusedFileError, match=f"holds {count} csv files; it must hold one"):
            ingest.read(tmp_path / "a.zip")


def test_zero_bytes_show_a_half_written_file(tmp_path: Path) -> None:
    """What a crash leaves behind at the end of a file."""
    (tmp_path / "a.csv").write_bytes(text(extract() * 40).encode() + bytes(4096))
    with pytest.raises(RefusedFileError, match="zero bytes: it was half written"):
        ingest.read(tmp_path / "a.csv")


def test_an_extract_cut_at_the_limit_of_a_spreadsheet_is_refused(tmp_path: Path) -> None:
    """65,535 rows below a header: the old Excel kept no more, and every total of the file may still agree."""
    row = extract({("RXL", "00Q", "Part_2", "C_100"): {3: 4}})
    lines = text(row).splitlines()
    many = [lines[0], *(lines[1].replace("00Q", f"{at:05d}") for at in range(65_535))]
    (tmp_path / "a.csv").write_text("\n".join(many) + "\n")
    with pytest.raises(RefusedFileError, match=r"exactly 65,535 rows, as many as a spreadsheet could keep"):
        ingest.read(tmp_path / "a.csv")


EXTRACT = "rtt/20260131-RTT-January-2026-full-extract.csv.gz"


@pytest.fixture(scope="module")
def january(shared_data: Path) -> Reading:
    """The published extract of January 2026."""
    return ingest.read(shared_data / EXTRACT)


@pytest.mark.real_data
def test_the_published_lists_of_january_2026(january: Reading) -> None:
    """Total, within 18, over 52 and over 65 weeks of the four trusts, as NHS England publishes them."""
    measures = ["total_incomplete", "within_18_weeks", "over_52_weeks", "over_65_weeks"]
    assert {
        trust: [figures(january, trust, "C_999")[measure] for measure in measures]
        for trust in ("RXL", "RXN", "RXR", "RTX")
    } == {
        "RXL": [42_257, 24_154, 1_011, 12],  # 57.16% within 18 weeks
        "RXN": [63_320, 33_683, 1_584, 0],  # 53.19%
        "RXR": [51_475, 32_811, 676, 0],  # 63.74%
        "RTX": [35_369, 23_832, 523, 2],  # 67.38%
    }
    assert january.checks.set_index("check")["differing"].to_dict() == {
        "bands against Total All": 0,
        "specialties against C_999, Total All": 0,
        "Part_2A inside Part_2": 38,
    }


@pytest.mark.real_data
def test_the_extract_without_nonc_equals_the_published_provider_tables(january: Reading, shared_data: Path) -> None:
    """All 3,600 provider x function series, in five measures; with NONC 1,040 would differ."""
    panel = pd.read_csv(shared_data / "rtt/incomplete_by_provider_specialty_2024-04_2026-01.csv.gz")
    panel = panel[panel["Reporting_Month"] == "2026-01-01"].set_index(["Provider_Code", "Treatment_Function_Code"])
    told = january.frames["rtt_observations"].pivot_table(
        index=["provider_code", "treatment_function_code"], columns=["scope", "measure"], values="value"
    )
    ours = told["provider"].reindex(panel.index).fillna(0)
    columns = {"total_incomplete": "Total_Incomplete_Pathways", "within_18_weeks": "Total_Within_18_Weeks",
               "over_52_weeks": "Total_52_Plus_Weeks", "over_65_weeks": "Total_65_Plus_Weeks",
               "over_78_weeks": "Total_78_Plus_Weeks"}  # fmt: skip
    for measure, column in columns.items():
        assert (ours[measure] == panel[column]).sum() == len(panel) == 3600
    nonc = told["nonc"]["total_incomplete"].reindex(panel.index).fillna(0)
    assert (ours["total_incomplete"] + nonc != panel["Total_Incomplete_Pathways"]).sum() == 1040


@pytest.mark.real_data
def test_the_boards_own_pathways_are_those_that_a_count_of_the_file_finds(january: Reading, shared_data: Path) -> None:
    """Every provider and specialty, counted from the csv by other means; 241,860 in all, 184,566 of them at the four trusts."""
    bands = [f'"Gt {week:02d} To {week + 1:02d} Weeks SUM 1"' for week in range(52, 104)] + ['"Gt 104 Weeks SUM 1"']
    long = " + ".join(f"coalesce({band}, 0)" for band in bands)
    counted = duckdb.sql(f"""
        SELECT "Provider Org Code" AS provider_code, "Treatment Function Code" AS treatment_function_code,
               sum("Total All")::DOUBLE AS total_incomplete, sum({long})::DOUBLE AS over_52_weeks
        FROM read_csv('{shared_data / EXTRACT}')
        WHERE "Commissioner Parent Org Code" = 'QE1' AND "RTT Part Type" = 'Part_2' GROUP BY ALL
    """).df()  # fmt: skip
    told = january.frames["rtt_observations"].query("scope == 'icb'")
    wide = told.pivot_table(index=["provider_code", "treatment_function_code"], columns="measure", values="value")
    counted = counted.set_index(wide.index.names).sort_index()
    assert len(counted) == len(wide) == 1084
    for measure in counted.columns:
        assert (wide[measure] == counted[measure]).all()
    total = wide.xs("C_999", level="treatment_function_code")["total_incomplete"]
    assert (total.sum(), total[["RXL", "RXN", "RXR", "RTX"]].sum(), total["RW5"]) == (241_860, 184_566, 3_592)


@pytest.mark.real_data
def test_faults_in_the_published_extract_are_found(shared_data: Path, tmp_path: Path) -> None:
    """Cut in the middle of a provider, cut in the middle of a row, and with its last headers rotated."""
    with gzip.open(shared_data / EXTRACT, "rt", encoding="utf-8", newline="") as file:
        lines = file.readlines()
    path = tmp_path / "extract.csv"
    header = next(csv.reader(lines[:1]))
    for content, words in (
        ("".join(lines[:50_001]), r"rows are missing"),
        ("".join(lines[:50_001])[:-150], r"row 50001: The row has \d+ values and the header 121"),
        (
            text(rotated([header])) + "".join(lines[1:40_000]).replace("\r\n", "\n"),
            r"Total All is blank\. [\d,]+ more series differ",
        ),
    ):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(RefusedFileError, match=words):
            ingest.read(path)
