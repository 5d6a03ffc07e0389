"""The diagnostic capacity file: what is read, and the sentence for everything that is wrong with one."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lsc_analytics.errors import RefusedFileError
from lsc_analytics.ingest.demo import diagnostic_capacity as demo_capacity
from lsc_analytics.ingest.demo import dm01
from lsc_analytics.ingest.diagnostic_capacity import CAPACITIES, HEADER
from lsc_analytics.ingest.opened import open_file
from lsc_analytics.ingest.reading import Reading
from lsc_analytics.parameters import demo, project_root
from lsc_analytics.reference import month_end
from lsc_analytics.store.home import Home
from lsc_analytics.store.intake import take
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.tables import DIAGNOSTIC_CAPACITY_VALUES

GOOD = dict(
    zip(
        HEADER,
        [
            "live",
            "2025-10",
            "RXN",
            "RXN",
            "Main",
            "hospital",
            "1",
            "3",
            "30",
            "9",
            "88",
            "6",
            "3",
            "5",
            "20",
            "20",
            "9.5",
            "2.5",
            "6",
            "1150",
            "",
        ],
        strict=True,
    )
)


def written(folder: Path, *rows: dict[str, str], name: str = "capacity.csv") -> Path:
    """A capacity file of these rows."""
    path = folder / name
    lines = [",".join(HEADER), *(",".join(row[column] for column in HEADER) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read(path: Path) -> Reading:
    """The file, recognised and read as `ingest.read` does."""
    opened = open_file(path)
    assert CAPACITIES.recognise(opened)
    return CAPACITIES.read(opened)


def test_a_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    """One figure a site, test and measure; a blank has no row; the day of the file from its name."""
    centre = GOOD | {"site_code": "RXN-CDC1", "site_name": "Centre", "site_kind": "cdc", "tests_to_date": "7200"}
    found = read(written(tmp_path, GOOD, centre | {"cost_a_session": ""}, name="capacity-2026-04-30.csv"))
    assert (found.family, found.published, found.demo) == ("diagnostic_capacity", "2026-04-30", False)
    rows = found.frames[DIAGNOSTIC_CAPACITY_VALUES.name].set_index(["site_code", "measure"])["value"]
    assert rows["RXN", "sessions_a_week"] == 30
    assert rows["RXN-CDC1", "tests_to_date"] == 7200
    assert ("RXN", "tests_to_date") not in rows.index
    assert ("RXN-CDC1", "cost_a_session") not in rows.index


def test_the_template_is_a_capacity_file() -> None:
    """The template that users copy is read."""
    found = read(project_root() / "parameters" / "templates" / "diagnostic_capacity.csv")
    assert found.demo
    assert set(found.frames[DIAGNOSTIC_CAPACITY_VALUES.name]["site_kind"]) == {"hospital", "cdc"}


@pytest.mark.parametrize(
    ("values", "column", "said"),
    [
        ({"provider_code": "RJ1", "site_code": "X"}, "provider_code", "'RJ1' is no trust"),
        ({"diagnostic_test_code": "77"}, "diagnostic_test_code", "'77' is no Diagnostic ID"),
        ({"diagnostic_test_code": "16"}, "diagnostic_test_code", "'16' is no Diagnostic ID"),
        ({"site_kind": "clinic"}, "site_kind", "'clinic' is neither hospital nor cdc"),
        ({"month": "October 2025"}, "month", "'October 2025'"),
        ({"utilisation_percent": "104"}, "utilisation_percent", "above 100 percent: '104'"),
        ({"utilisation_percent": "0.88"}, "utilisation_percent", "looks like a part of one: '0.88'"),
        ({"utilisation_percent": "88%"}, "utilisation_percent", "'88%' is not a number"),
        ({"slots_a_session": "-9"}, "slots_a_session", "'-9' is not a number of zero or more"),
        ({"slots_a_session": "0"}, "slots_a_session", "holds no slots"),
        ({"planned_percent": "85"}, "unscheduled_percent", "together are 105 percent"),
        ({"gp_direct_access_percent": "120"}, "gp_direct_access_percent", "above 100 percent: '120'"),
        ({"sessions_a_week": ""}, "sessions_a_week", "missing"),
        ({"staff_in_post": "-"}, "staff_in_post", "missing"),
        ({"tests_to_date": "900"}, "tests_to_date", "a hospital has '900'"),
        ({"site_name": "Other"}, "site_name", "another site name than in an earlier row: 'Other'"),
        ({"data_kind": "demo"}, "data_kind", "mixes demo and live"),
        ({}, "site_code", "the second time for 'RXN'"),
    ],
)
def test_each_fault_is_a_sentence_with_its_place(tmp_path: Path, values: dict, column: str, said: str) -> None:
    """The second data row is wrong: the file is refused, naming row 3 and the column."""
    with pytest.raises(RefusedFileError) as refused:
        read(written(tmp_path, GOOD, GOOD | values))
    error = refused.value
    assert (error.row, error.column) == (3, column)
    assert said in str(error)
    assert str(error).endswith("again.")


def test_a_refused_file_leaves_nothing_and_a_later_one_is_read(tmp_path: Path, home: Home) -> None:
    """In the store: a bad file keeps nothing; of two good ones the later day's figure is read."""
    bad = written(tmp_path, GOOD | {"utilisation_percent": "101"}, name="capacity-2026-03-31.csv")
    early = written(tmp_path, GOOD, name="capacity-2026-04-30.csv")
    late = written(tmp_path, GOOD | {"sessions_a_week": "33"}, name="capacity-2026-05-31.csv")
    assert [outcome.file for outcome in take(home, [bad, late, early]).refused] == [bad.name]
    found = Warehouse(home).diagnostic_capacity(measure="sessions_a_week")
    assert found["value"].tolist() == [33.0]


def test_the_demo_file_comes_to_what_the_demo_counted(tmp_path: Path) -> None:
    """Its reader takes it; each trust's sites add up to the year's waiting-list tests; the centres to 300,000 to date."""
    told = demo()
    months = dm01.simulate(told)
    frame = demo_capacity.sites(told, months)
    path = tmp_path / demo_capacity.NAME
    frame.to_csv(path, index=False)
    assert read(path).demo
    pd.testing.assert_frame_equal(frame, demo_capacity.sites(told, months))
    assert frame["tests_to_date"].sum() == told.diagnostic_capacity.tests_to_date == 300_000
    assert frame.loc[frame["site_kind"] == "cdc", "site_code"].nunique() == 8
    shares = frame[["utilisation_percent", "dna_percent", "downtime_percent"]] / 100
    tests = frame["sessions_a_week"] * frame["slots_a_session"] * shares["utilisation_percent"]
    tests *= (1 - shares["dna_percent"]) * (1 - shares["downtime_percent"])
    tests *= 1 - (frame["planned_percent"] + frame["unscheduled_percent"]) / 100
    made = tests.groupby([frame["provider_code"], frame["diagnostic_test_code"]]).sum()
    year = months[-12:]
    weeks = sum(month_end(month.month).day for month in year) / 7
    counted = pd.Series(
        sum(month.seen.sum(axis=1) for month in year) / weeks,
        pd.MultiIndex.from_tuples(dm01.lists(told), names=made.index.names),
    )
    assert ((made / counted - 1).abs() < 0.01).all()
