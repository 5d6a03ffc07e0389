"""The plan file: what is read, and the sentence for everything that is wrong with one."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lsc_analytics.errors import RefusedFileError
from lsc_analytics.ingest.demo import plan as demo_plan
from lsc_analytics.ingest.opened import open_file
from lsc_analytics.ingest.plan import HEADER, PLANS
from lsc_analytics.ingest.reading import Reading
from lsc_analytics.parameters import demo, project_root
from lsc_analytics.tables import PLAN_MEASURES, PLAN_VALUES

GOOD = ["live", "RXN", "C_110", "", "over_52_weeks", "2026-03", "60"]


def written(folder: Path, *rows: list[str], name: str = "plan.csv", header: list[str] | None = None) -> Path:
    """A plan file of these rows."""
    path = folder / name
    path.write_text("\n".join(",".join(row) for row in (header or HEADER, *rows)) + "\n", encoding="utf-8")
    return path


def read(path: Path) -> Reading:
    """The file, recognised and read as `ingest.read` does."""
    opened = open_file(path)
    assert PLANS.recognise(opened)
    return PLANS.read(opened)


def changed(**values: str) -> list[str]:
    """The good row with some values changed."""
    return [values.get(name, value) for name, value in zip(HEADER, GOOD, strict=True)]


def test_a_plan_is_read_as_it_is_written(tmp_path: Path) -> None:
    """Specialties and tests, counts and shares, the day of the plan from the file's name."""
    test = changed(
        treatment_function_code="", diagnostic_test_code="16", measure="waiting_6_plus", planned_value="5500"
    )
    share = changed(treatment_function_code="C_999", measure="within_18_weeks_percent", planned_value="58.5")
    found = read(written(tmp_path, GOOD, test, share, name="plan-2026-04-30.csv"))
    assert (found.family, found.published, found.demo, found.revised) == ("plan", "2026-04-30", False, False)
    rows = found.frames[PLAN_VALUES.name]
    assert rows[["list_code", "family", "measure", "planned_value"]].values.tolist() == [
        ["C_110", "rtt", "over_52_weeks", 60.0],
        ["16", "dm01", "waiting_6_plus", 5500.0],
        ["C_999", "rtt", "within_18_weeks_percent", 58.5],
    ]


def test_the_template_is_a_plan() -> None:
    """The template that users copy is read."""
    found = read(project_root() / "parameters" / "templates" / "plan.csv")
    assert found.demo
    assert len(found.frames[PLAN_VALUES.name]) == 5


def test_every_measure_of_a_plan_is_one_of_its_list(tmp_path: Path) -> None:
    """Each measure of PLAN_MEASURES is taken for its own kind of list and refused for the other."""
    for family, other in (("rtt", "dm01"), ("dm01", "rtt")):
        codes = {
            "treatment_function_code": "C_110" if family == "rtt" else "",
            "diagnostic_test_code": "" if family == "rtt" else "1",
        }
        for measure in PLAN_MEASURES[family]:
            assert read(written(tmp_path, changed(measure=measure, **codes))).frames[PLAN_VALUES.name].shape[0] == 1
        for measure in PLAN_MEASURES[other]:
            with pytest.raises(RefusedFileError, match=measure):
                read(written(tmp_path, changed(measure=measure, **codes)))


def test_a_cancer_measure_is_of_the_whole_trust(tmp_path: Path) -> None:
    """It names neither specialty nor test, and is no measure of either."""
    nobody = {"treatment_function_code": "", "diagnostic_test_code": ""}
    for measure in PLAN_MEASURES["cancer"]:
        rows = read(written(tmp_path, changed(measure=measure, planned_value="66.5", **nobody))).frames[
            PLAN_VALUES.name
        ]
        assert rows[["list_code", "family", "planned_value"]].values.tolist() == [["all", "cancer", 66.5]]
        with pytest.raises(RefusedFileError, match=measure):
            read(written(tmp_path, changed(measure=measure)))
    with pytest.raises(RefusedFileError, match="must name a specialty or a test"):
        read(written(tmp_path, changed(**nobody)))


@pytest.mark.parametrize(
    ("values", "column", "said"),
    [
        ({"provider_code": "RJ1"}, "provider_code", "'RJ1' is no trust"),
        ({"treatment_function_code": "C_11O"}, "treatment_function_code", "'C_11O' is no treatment function"),
        (
            {"treatment_function_code": "", "diagnostic_test_code": "77"},
            "diagnostic_test_code",
            "'77' is no Diagnostic ID",
        ),
        ({"measure": "over_40_weeks"}, "measure", "'over_40_weeks' is no RTT measure"),
        ({"month": "March 2026"}, "month", "'March 2026'"),
        ({"month": "2026-13"}, "month", "'2026-13'"),
        ({"planned_value": "-5"}, "planned_value", "'-5' is not a number of zero or more"),
        ({"planned_value": "sixty"}, "planned_value", "'sixty' is not a number"),
        ({"planned_value": "inf"}, "planned_value", "'inf' is not a number"),
        ({"planned_value": "60.5"}, "planned_value", "whole number, not '60.5'"),
        ({"planned_value": ""}, "planned_value", "missing"),
        ({"planned_value": "-"}, "planned_value", "missing"),
        ({"measure": "within_18_weeks_percent", "planned_value": "101"}, "planned_value", "above 100 percent: '101'"),
        ({"diagnostic_test_code": "1"}, "diagnostic_test_code", "not both"),
        ({"treatment_function_code": ""}, "diagnostic_test_code", "must name a specialty or a test"),
        ({"data_kind": "draft"}, "data_kind", "'draft' is neither demo nor live"),
        ({"data_kind": "demo"}, "data_kind", "mixes demo and live"),
        ({}, "planned_value", "planned twice"),
    ],
)
def test_each_fault_is_a_sentence_with_its_place(tmp_path: Path, values: dict, column: str, said: str) -> None:
    """The second data row is wrong: the file is refused, naming row 3 and the column."""
    with pytest.raises(RefusedFileError) as refused:
        read(written(tmp_path, GOOD, changed(**values)))
    error = refused.value
    assert (error.row, error.column) == (3, column)
    assert said in str(error)
    assert str(error).endswith("again.")


def test_another_header_is_not_a_plan(tmp_path: Path) -> None:
    """A header in another order, or with another column, is left to the other layouts."""
    for header in ([*HEADER[1:], HEADER[0]], [*HEADER, "comment"]):
        assert not PLANS.recognise(open_file(written(tmp_path, GOOD, header=header)))


def test_the_demo_plan_is_a_plan_and_the_same_every_time(tmp_path: Path) -> None:
    """Its seed decides every value; its reader takes it; another seed is another plan of the same lists."""
    told = demo()
    first, again = demo_plan.planned(told), demo_plan.planned(told)
    pd.testing.assert_frame_equal(first, again)
    path = tmp_path / demo_plan.NAME
    first.to_csv(path, index=False)
    found = read(path)
    rows = found.frames[PLAN_VALUES.name]
    assert found.demo
    assert set(rows["family"]) == {"rtt", "dm01", "cancer"}
    assert set(rows["provider_code"]) == set(told.plan.rtt)
    assert (found.months()[0], found.months()[-1]) == (told.plan.first_month, told.plan.last_month)
    other = demo_plan.planned(told.model_copy(update={"seed": 1}))
    assert other.drop(columns="planned_value").equals(first.drop(columns="planned_value"))
    assert not other["planned_value"].equals(first["planned_value"])
