"""The action log of mutual aid: what is read, and the sentence for everything that is wrong with one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from lsc_analytics.errors import RefusedFileError
from lsc_analytics.ingest.aid_log import ACTION_LOG, HEADER, HEADERS
from lsc_analytics.ingest.demo import action_log
from lsc_analytics.ingest.opened import open_file
from lsc_analytics.ingest.reading import Reading
from lsc_analytics.parameters import demo, project_root
from lsc_analytics.store.home import Home
from lsc_analytics.store.intake import take
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.tables import AID_ACTIONS

GOOD = ["live", "MA-1", "agreed", "2025-09-10", "Deputy COO", "RXN", "RTX", "rtt", "C_110", "", "2025-10", "30", ""]


def written(folder: Path, *rows: list[str], name: str = "log.csv") -> Path:
    """An action log of these rows."""
    path = folder / name
    path.write_text("\n".join(",".join(row) for row in (HEADER, *rows)) + "\n", encoding="utf-8")
    return path


def read(path: Path) -> Reading:
    """The file, recognised and read as `ingest.read` does."""
    opened = open_file(path)
    assert ACTION_LOG.recognise(opened)
    return ACTION_LOG.read(opened)


def changed(**values: str) -> list[str]:
    """The good row with some values changed."""
    return [values.get(name, value) for name, value in zip(HEADER, GOOD, strict=True)]


def test_a_log_is_read_as_it_is_written(tmp_path: Path) -> None:
    """Each entry keeps its stage, day, owner, month and count; the day of the log is in its name."""
    delivered = changed(stage="delivered", logged_on="2025-10-31", pathways="25")
    found = read(written(tmp_path, GOOD, delivered, name="action-log-2025-11-07.csv"))
    assert (found.family, found.published, found.demo) == ("action_log", "2025-11-07", False)
    rows = found.frames[AID_ACTIONS.name]
    assert rows[["stage", "logged_on", "pathways"]].values.tolist() == [
        ["agreed", "2025-09-10", 30],
        ["delivered", "2025-10-31", 25],
    ]


TEST = {"pathway_kind": "diagnostic", "treatment_function_code": "", "diagnostic_test_code": "1"}
AHEAD = (dt.date.today() + dt.timedelta(days=7)).isoformat()  # a week: midnight may pass during the tests


@pytest.mark.parametrize(
    ("values", "column", "said"),
    [
        ({"from_provider": "RJ1"}, "from_provider", "'RJ1' is no trust or independent site"),
        ({"to_provider": "RXN"}, "to_provider", "cannot send pathways to itself"),
        ({"treatment_function_code": "C_999"}, "treatment_function_code", "no such treatment function of specialties.yml: 'C_999'"),
        ({"treatment_function_code": ""}, "treatment_function_code", "missing"),
        ({"pathway_kind": "waiting"}, "pathway_kind", "'waiting' is neither rtt nor diagnostic nor cancer"),
        ({"diagnostic_test_code": "1"}, "diagnostic_test_code", "Only a move of a test names one, not '1'"),
        ({"pathway_kind": "diagnostic"}, "treatment_function_code", "of a test and must name no specialty, not 'C_110'"),
        (TEST | {"diagnostic_test_code": "16"}, "diagnostic_test_code", "no such Diagnostic ID of diagnostics.yml: '16'"),
        (TEST | {"diagnostic_test_code": ""}, "diagnostic_test_code", "missing"),
        ({"logged_on": "2025-09-11", "pathway_kind": "cancer"}, "pathway_kind", "another value"),
        ({"stage": "refused"}, "stage", "'refused' is neither proposed nor agreed"),
        ({"logged_on": AHEAD}, "logged_on", "lies in the future"),
        ({"logged_on": "10/09/2025"}, "logged_on", "not written YYYY-MM-DD"),
        ({"month": "October 2025"}, "month", "not written YYYY-MM"),
        ({"pathways": "-3"}, "pathways", "'-3' is not a whole number"),
        ({"pathways": ""}, "pathways", "missing"),
        ({"owner": ""}, "owner", "missing"),
        ({"stage": "declined"}, "reason", "no reason is given"),
        ({"stage": "delivered", "logged_on": "2025-10-31", "pathways": "31"}, "pathways", "more pathways than were agreed"),
        ({"stage": "delivered", "logged_on": "2025-09-30"}, "month", "in a month after the day"),
        ({}, "move_id", "told twice"),
        ({"logged_on": "2025-09-11", "to_provider": "RXL"}, "to_provider", "another value"),
        ({"data_kind": "demo"}, "data_kind", "mixes demo and live"),
        ({"move_id": "all of them"}, "move_id", "no spaces"),
    ],
)  # fmt: skip
def test_each_fault_is_a_sentence_with_its_place(tmp_path: Path, values: dict, column: str, said: str) -> None:
    """The second data row is wrong: the file is refused, naming row 3 and the column."""
    with pytest.raises(RefusedFileError) as refused:
        read(written(tmp_path, GOOD, changed(**values)))
    assert (refused.value.row, refused.value.column) == (3, column)
    assert said in str(refused.value)


def test_a_move_may_be_of_a_test_or_of_cancer(tmp_path: Path) -> None:
    """A test is named in the place of a specialty; a cancer pathway is on a specialty's list as well."""
    rows = read(written(tmp_path, changed(move_id="A", **TEST), changed(move_id="B", pathway_kind="cancer"))).frames[
        AID_ACTIONS.name
    ]
    told = rows[["pathway_kind", "treatment_function_code", "diagnostic_test_code"]].fillna("").values.tolist()
    assert told == [["diagnostic", "", "1"], ["cancer", "C_110", ""]]


def test_a_log_without_kinds_is_of_rtt_pathways(tmp_path: Path) -> None:
    """The header that logs had before there were kinds is still taken."""
    path = tmp_path / "log.csv"
    row = [value for name, value in zip(HEADER, GOOD, strict=True) if name in HEADERS[1]]
    path.write_text(f"{','.join(HEADERS[1])}\n{','.join(row)}\n", encoding="utf-8")
    rows = read(path).frames[AID_ACTIONS.name]
    assert rows[["pathway_kind", "treatment_function_code"]].values.tolist() == [["rtt", "C_110"]]
    assert rows["diagnostic_test_code"].isna().all()


@pytest.mark.parametrize("column", ["move_id", "owner", "reason"])
def test_an_nhs_number_is_refused_and_not_repeated(tmp_path: Path, column: str) -> None:
    """Ten digits in a row, spaced or not, are taken for a patient's, and no message holds them."""
    with pytest.raises(RefusedFileError, match="ten digits") as refused:
        read(written(tmp_path, changed(**{column: "943-476 5919"})))
    assert "943" not in str(refused.value)


def test_a_delivery_is_held_against_what_was_agreed_in_an_earlier_log(tmp_path: Path, home: Home) -> None:
    """Loaded after its agreement it is taken up to the number agreed; more, or without any agreement, is refused."""
    first = written(tmp_path, GOOD, name="log-2025-09-12.csv")
    later = {"stage": "delivered", "logged_on": "2025-10-31"}
    fits = written(tmp_path, changed(**later, pathways="20"), name="log-2025-11-07.csv")
    over = written(tmp_path, changed(**later | {"logged_on": "2025-11-30"}, pathways="11"), name="log-2025-12-05.csv")
    alone = written(tmp_path, changed(**later, move_id="MA-2", pathways="1"), name="log-2025-12-06.csv")
    statuses = [outcome.status for outcome in take(home, [first, fits, over, alone]).outcomes]
    assert statuses == ["loaded", "loaded", "refused", "refused"]
    log = Warehouse(home).aid_log(stage="delivered")
    assert log["pathways"].tolist() == [20]


def test_a_later_log_corrects_an_entry(tmp_path: Path, home: Home) -> None:
    """Of two logs that give another count for the same entry, the one of the later day is read; without a day, refused."""
    take(home, [written(tmp_path, GOOD, name="log-2025-09-12.csv")])
    take(home, [written(tmp_path, changed(pathways="28"), name="log-2025-09-19.csv")])
    assert Warehouse(home).aid_log()["pathways"].tolist() == [28]
    take(home, [written(tmp_path, changed(move_id="MA-3"), name="log.csv")])
    report = take(home, [written(tmp_path, changed(move_id="MA-3", pathways="1"), name="another.csv")])
    assert "It says 1 for MA-3" in report.refused[0].says


def test_a_log_makes_the_reports_of_rtt_due_again(tmp_path: Path, home: Home) -> None:
    """Transfers are no removals, so what rests on flows must be made again; diagnostics need not."""
    before = {family: Warehouse(home).release(family) for family in ("rtt", "dm01")}
    take(home, [written(tmp_path, GOOD)])
    assert Warehouse(home).release("rtt") != before["rtt"]
    assert Warehouse(home).release("dm01") == before["dm01"]


def test_the_template_and_the_demo_log_are_logs(tmp_path: Path) -> None:
    """The template that users copy is read; the demo's log too, the same every time, with every stage in it."""
    assert read(project_root() / "parameters" / "templates" / "action-log.csv").demo
    told = action_log.entries(demo())
    assert told.equals(action_log.entries(demo()))
    path = tmp_path / action_log.NAME
    told.to_csv(path, index=False)
    found = read(path)
    assert found.demo
    assert set(found.frames[AID_ACTIONS.name]["stage"]) == {"proposed", "agreed", "declined", "delivered"}
    assert set(found.frames[AID_ACTIONS.name]["pathway_kind"]) == {"rtt", "diagnostic", "cancer"}
