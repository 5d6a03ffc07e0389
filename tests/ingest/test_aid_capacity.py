"""The capacity file for mutual aid: what is read, the sentence for every fault, and which home it goes into."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsc_analytics.errors import RefusedFileError
from lsc_analytics.ingest.aid_capacity import HEADER, OFFERS
from lsc_analytics.ingest.demo import aid_capacity as demo_capacity
from lsc_analytics.ingest.opened import open_file
from lsc_analytics.ingest.reading import Reading
from lsc_analytics.parameters import demo, independent_codes, project_root
from lsc_analytics.store.home import Home
from lsc_analytics.store.intake import take
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.tables import AID_CAPACITY_VALUES

GOOD = ["RXL", "C_110", "2026-04", "12", "9"]


def written(folder: Path, *rows: list[str], name: str = "capacity.csv", header: list[str] | None = None) -> Path:
    """A capacity file of these rows."""
    path = folder / name
    path.write_text("\n".join(",".join(row) for row in (header or HEADER, *rows)) + "\n", encoding="utf-8")
    return path


def read(path: Path) -> Reading:
    """The file, recognised and read as `ingest.read` does."""
    opened = open_file(path)
    assert OFFERS.recognise(opened)
    return OFFERS.read(opened)


def changed(**values: str) -> list[str]:
    """The good row with some values changed."""
    return [values.get(name, value) for name, value in zip(HEADER, GOOD, strict=True)]


def test_offers_are_read_as_they_are_written(tmp_path: Path) -> None:
    """Trusts and independent sites, two figures a row, the day from the file's name, no kind unless it says one."""
    site = changed(provider_code="NVC07", aid_clock_stops_p50="7.5", aid_clock_stops_p10="0")
    found = read(written(tmp_path, GOOD, site, name="capacity-2026-03-31.csv"))
    assert (found.family, found.published, found.demo) == ("mutual_aid", "2026-03-31", None)
    rows = found.frames[AID_CAPACITY_VALUES.name]
    told = rows.set_index(["provider_code", "measure"])["clock_stops"].to_dict()
    assert told == {
        ("RXL", "aid_clock_stops_p50"): 12.0,
        ("RXL", "aid_clock_stops_p10"): 9.0,
        ("NVC07", "aid_clock_stops_p50"): 7.5,
        ("NVC07", "aid_clock_stops_p10"): 0.0,
    }


@pytest.mark.parametrize(
    ("values", "column", "said"),
    [
        ({"provider_code": "RJ1"}, "provider_code", "is 'RJ1'"),
        ({"provider_code": "RW5"}, "provider_code", "outside mutual aid (organisations.yml), is 'RW5'"),
        ({"treatment_function_code": "C_11O"}, "treatment_function_code", "is 'C_11O'"),
        ({"treatment_function_code": "C_999"}, "treatment_function_code", "no offer of 'C_999'"),
        ({"month": "April 2026"}, "month", "'April 2026'"),
        ({"aid_clock_stops_p50": "-1"}, "aid_clock_stops_p50", "'-1' is not a number of zero or more"),
        ({"aid_clock_stops_p50": "many"}, "aid_clock_stops_p50", "'many' is not a number"),
        ({"aid_clock_stops_p10": ""}, "aid_clock_stops_p10", "missing"),
        ({"aid_clock_stops_p10": "13"}, "aid_clock_stops_p10", "cannot be above the middle figure: '13'"),
        ({}, "month", "two offers in one month, the second in '2026-04'"),
    ],
)
def test_each_fault_is_a_sentence_with_its_place(tmp_path: Path, values: dict, column: str, said: str) -> None:
    """The second data row is wrong: the file is refused, naming row 3 and the column."""
    with pytest.raises(RefusedFileError) as refused:
        read(written(tmp_path, GOOD, changed(**values)))
    assert (refused.value.row, refused.value.column) == (3, column)
    assert said in str(refused.value)


def test_kinds_are_not_mixed(tmp_path: Path) -> None:
    """With data_kind, a file says which kind it is, and is of one."""
    header = ["data_kind", *HEADER]
    assert read(written(tmp_path, ["demo", *GOOD], header=header)).demo is True
    for kind, said in (("live", "mixes demo and live"), ("draft", "'draft'")):
        with pytest.raises(RefusedFileError, match=said):
            read(written(tmp_path, ["demo", *GOOD], [kind, *changed(month="2026-05")], header=header))


def test_the_later_file_is_read_and_a_home_keeps_its_kind(tmp_path: Path, home: Home) -> None:
    """The demo file makes a demo home; a file that says no kind goes into it; the later day's figure is read."""
    demo_file = tmp_path / demo_capacity.NAME
    demo_capacity.offered(demo()).to_csv(demo_file, index=False)
    early = written(tmp_path, changed(month="2027-01"), name="capacity-2026-03-31.csv")
    late = written(
        tmp_path,
        changed(month="2027-01", aid_clock_stops_p50="0", aid_clock_stops_p10="0"),
        name="capacity-2026-04-30.csv",
    )
    assert not take(home, [demo_file, late, early]).refused
    assert home.kind == "demo"
    found = Warehouse(home).aid_capacity(month="2027-01", provider_code="RXL", treatment_function_code="C_110")
    assert found["clock_stops"].tolist() == [0.0, 0.0]
    again = take(home, [written(tmp_path, changed(month="2027-01", aid_clock_stops_p10="1"), name="capacity.csv")])
    assert not again.refused
    other = changed(month="2027-01", aid_clock_stops_p50="14")
    assert "It says" in take(home, [written(tmp_path, other, name="other.csv")]).refused[0].says


def test_the_template_and_the_demo_file_are_capacity_files(tmp_path: Path) -> None:
    """Both are read; the demo's offers include an independent site, and its 10% figure is never above the middle one."""
    assert len(read(project_root() / "parameters" / "templates" / "capacity.csv").frames[AID_CAPACITY_VALUES.name]) == 6
    offered = demo_capacity.offered(demo())
    assert set(offered["provider_code"]) & set(independent_codes())
    assert (offered["aid_clock_stops_p10"] <= offered["aid_clock_stops_p50"]).all()
    path = tmp_path / demo_capacity.NAME
    offered.to_csv(path, index=False)
    assert read(path).demo is True
