"""Choosing the reader: by content alone, and in words where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from rtt_files import extract, write

from lsc_analytics import ingest, parameters
from lsc_analytics.errors import RefusedFileError, TableError
from lsc_analytics.ingest import layouts
from lsc_analytics.ingest.opened import Layout, Opened
from lsc_analytics.ingest.reading import Reading


def refusal(path: Path) -> str:
    """What is said of a file that is refused."""
    with pytest.raises(RefusedFileError) as refused:
        ingest.read(path)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!DOCTYPE html><html>", "This is a web page or XML, not a data file. Download the file that the page links"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This is neither a csv nor a workbook"),
        (b"a,b\n1,2\n", "row 1: The header belongs to no layout that is known. Known are RTT full extracts"),
        (b"PK\x03\x04 and no more", "The zip file or workbook is cut short or damaged"),
        (b"\xd0\xcf\x11\xe0 and no more", "The workbook is damaged"),
        (b"\x1f\x8b and no more", "The file is cut short or damaged"),
    ],
)
def test_a_file_of_no_layout_is_told_what_it_is_not(tmp_path: Path, content: bytes, words: str) -> None:
    """Whatever its name says."""
    path = tmp_path / "20260131-RTT-January-2026-full-extract.csv"
    path.write_bytes(content)
    said = refusal(path)
    assert said.startswith(path.name)
    assert words in said


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    """In words, without the folder's path."""
    assert refusal(tmp_path / "gone.csv").startswith("gone.csv: The file cannot be opened (No such file")
    assert "cannot be opened" in refusal(tmp_path)


def test_an_unknown_header_is_not_repeated(tmp_path: Path) -> None:
    """The first row of a file without a header may be a patient's: nothing of it is said."""
    (tmp_path / "a.csv").write_text("9434765919,Jane,RXL,C_100\n")
    said = refusal(tmp_path / "a.csv")
    assert "9434765919" not in said
    assert "Jane" not in said


def test_a_header_close_to_a_known_one_is_told_the_difference(tmp_path: Path) -> None:
    """Columns lost, columns renamed, columns in another order."""
    header = next(mapping.header for mapping in parameters.source_mappings() if mapping.name == "rtt_history")
    for changed, words in (
        (header[:-1], "closest to 'RTT history in our own columns', but it lacks 'non_admitted_stops'."),
        ([*header[:-1], "stops"], "it lacks 'non_admitted_stops' and has unknown 'stops'."),
        ([*header[:-2], header[-1], header[-2]], "in another order or in other letters from 'non_admitted_stops' on."),
        ([name.upper() for name in header], "in another order or in other letters from 'MONTH' on."),
    ):
        (tmp_path / "a.csv").write_text(",".join(changed) + "\n")
        assert words in refusal(tmp_path / "a.csv")


def test_a_table_that_does_not_add_up_refuses_its_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A contradiction that a reader overlooked becomes a refusal, so that the rest of a folder still loads."""

    def read(opened: Opened) -> Reading:
        raise TableError("The table rtt_bands has 2 rows twice.")

    monkeypatch.setattr(layouts, "LAYOUTS", (Layout("test layout", lambda opened: True, read),))
    (tmp_path / "a.csv").write_text("a\n1\n")
    assert refusal(tmp_path / "a.csv").startswith(
        "a.csv: It was read as test layout and does not make sense: The table rtt_bands has 2 rows twice."
    )


def test_one_layout_recognises_each_file(tmp_path: Path) -> None:
    """No two readers claim an extract."""
    opened = layouts.open_file(write(tmp_path / "a.csv", extract()))
    assert [layout.name for layout in layouts.LAYOUTS if layout.recognise(opened)] == ["RTT full extract"]


@pytest.mark.real_data
@pytest.mark.parametrize("family", ["rtt", "dm01", "cancer", "wlmds"])
def test_every_published_file_is_claimed_by_one_reader(shared_data: Path, family: str) -> None:
    """All files beside the checkout; the England overview and the WLMDS say RTT too, and are asked for first."""
    for path in sorted((shared_data / family).rglob("*.*")):
        claims = [layout.name for layout in layouts.LAYOUTS if layout.recognise(layouts.open_file(path))]
        first = ("RTT overview time series, England", "WLMDS demographics workbook")
        assert claims in (claims[:1], *([name, "RTT provider workbook"] for name in first)), path.name
        assert claims, path.name


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "rtt_full_extract_2024-06_truncated.xlsb",
            "an RTT full extract saved as a workbook: it holds exactly 65,535 rows, as many as a spreadsheet could keep "
            "and 51 weekly bands are gone, 'Gt 00 To 01 Weeks SUM 1' to 'Gt 50 To 51 Weeks SUM 1'",
        ),
        ("rtt_completed_admitted_2025-10_rotated_headers.csv", "closest to 'RTT completed pathways by weekly band'"),
        ("trust_month_totals_doubled.csv", "The header belongs to no layout that is known"),
    ],
)
def test_the_damaged_files_are_refused_in_words(shared_data: Path, name: str, words: str) -> None:
    """Three files that their keepers damaged."""
    assert words in refusal(shared_data / "damaged" / name)
