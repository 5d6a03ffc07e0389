"""What follows from validation: plans, groups side by side, prices, the measured drive, who is due, and coverage."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from example_validation import REVIEW, many, pathways

from lsc_analytics import parameters
from lsc_analytics.models import chatbot
from lsc_analytics.parameters import CampaignPlan

ME = {"language": "Polish"}
LEAVE, STAY, SILENT = (
    {"response": "leave"},
    {"response": "remain"},
    {"response": None, "responded": False, "completed": False},
)


def told(calls: list[dict], reviews: list[dict] | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pathways and published counts."""
    made = pathways(calls, reviews)
    return made, chatbot.publish(chatbot.counts(made))


def reviewed(calls: list[dict]) -> list[dict]:
    """A review that agrees, of everyone who wants to leave."""
    return [REVIEW | {"pathway_pseudonym": each["pathway_pseudonym"]} for each in calls if each["response"] == "leave"]


def test_a_ratio_is_within_specialty_and_wait() -> None:
    """One language answers as others do in each specialty, and only seems not to because it is in the one that answers less."""
    quiet, loud = {"treatment_function_code": "C_110"}, {"treatment_function_code": "C_130"}
    english = {"language": "English"}
    calls = [*many(80, **STAY, **quiet, **ME), *many(80, **SILENT, **quiet, **ME), *many(20, **STAY, **quiet, **english),
             *many(20, **SILENT, **quiet, **english), *many(90, **STAY, **loud, **english), *many(10, **SILENT, **loud, **english),
             *many(9, **STAY, **loud, **ME), *many(1, **SILENT, **loud, **ME)]  # fmt: skip
    made, shown = told(calls)
    found = chatbot.equity(shown, made)
    row = found[(found["category"] == "Other") & (found["outcome"] == "responded")].iloc[0]
    assert row["percent"] < 55
    assert row["ratio"] == pytest.approx(1.0, abs=0.01)
    assert row["ratio_lower_95"] < 1 < row["ratio_upper_95"]
    half = chatbot.equity(
        *reversed(told([*many(50, **STAY, **ME), *many(50, **SILENT, **ME), *many(100, **STAY, **english)]))
    )
    assert half[(half["category"] == "Other") & (half["outcome"] == "responded")]["ratio"].tolist() == [0.5]


def test_no_ratio_where_a_count_is_hidden() -> None:
    """Seven who leave are *, and so is how much more often they do."""
    made, shown = told(
        [
            *many(7, **LEAVE, **ME),
            *many(60, **STAY, **ME),
            *many(60, **STAY, language="English"),
            *many(20, **LEAVE, language="English"),
        ]
    )
    found = chatbot.equity(shown, made).set_index(["category", "outcome"])
    assert found.loc[("Other", "leave"), "count"] == "*"
    assert pd.isna(found.loc[("Other", "leave"), "ratio"])


def test_limits_narrow_with_size_and_mark_what_lies_beyond() -> None:
    """Of three specialties the one that leaves four times as often is beyond the limits; the larger has the closer ones."""
    calls = [*many(380, **STAY), *many(20, **LEAVE), *many(95, **STAY, treatment_function_code="C_130"),
             *many(10, **LEAVE, treatment_function_code="C_130"), *many(160, **STAY, treatment_function_code="C_120"),
             *many(60, **LEAVE, treatment_function_code="C_120")]  # fmt: skip
    found = chatbot.spread(told(calls)[1])
    leave = found[found["outcome"] == "leave"].set_index("treatment_function_code")
    assert leave["differs"].to_dict() == {"C_110": True, "C_120": True, "C_130": False}
    width = leave["limit_upper_95"] - leave["limit_lower_95"]
    assert width["C_110"] < width["C_120"] < width["C_130"]
    assert leave.loc["C_130", "percent"] < leave.loc["C_130", "pooled_percent"] < leave["percent"].max()


def test_progress_is_of_the_plan() -> None:
    """Three hundred reached of 1,000 planned are 30%; a plan of no campaign has no row."""
    plans = [
        CampaignPlan(campaign=name, planned=1_000, by=dt.date(2025, 6, 30), source="x")
        for name in ("Spring 2025", "Other")
    ]
    found = chatbot.progress(chatbot.select(chatbot.outcomes(told(many(300, **STAY))[1]), "LSC"), plans)
    assert found[["campaign", "contacted", "percent"]].values.tolist() == [["Spring 2025", "300", 30.0]]


def test_value_by_hand() -> None:
    """40 removed of 1,000 called at 1.20 and 40 reviews at 9.00: £1,560, £39 each; in a year 1 - 0.99^12 had left anyway."""
    calls = [*many(40, **LEAVE), *many(960, **STAY)]
    programme = parameters.validation_programme().model_copy(
        update={"cost_per_patient_called": 1.2, "cost_per_review": 9.0, "appointments_per_removal": 1.5}
    )
    found = chatbot.value(told(calls, reviewed(calls))[1], {("ALL", "C_999"): 0.01, ("RXN", "C_110"): 0.0}, programme)
    row = found[found["provider_code"] == "ALL"].iloc[0]
    assert (row["per_1000_called"], row["cost"], row["cost_per_removal"], row["appointments"]) == (40, 1560, 39, 60)
    assert row["left_anyway_percent"] == pytest.approx(11.36, abs=0.01)
    [cell] = found[found["treatment_function_code"] == "C_110"].to_dict("records")
    assert (cell["provider_code"], cell["cost_per_removal"], cell["left_anyway_percent"]) == ("RXN", 39, 0)
    assert pd.isna(
        found.set_index(["provider_code", "treatment_function_code"]).loc[("RXN", "C_999"), "left_anyway_percent"]
    )
    assert row["per_1000_lower_95"] < 40 < row["per_1000_upper_95"]


def test_the_drive_takes_off_what_was_measured() -> None:
    """40 confirmed of 1,000 called, a tenth of the list called a month: 0.4% of it, at their waits; net is less."""
    calls = [*many(30, **LEAVE, weeks_waiting=30), *many(10, **LEAVE, weeks_waiting=60), *many(960, **STAY)]
    _, shown = told(calls, reviewed(calls))
    base = parameters.scenarios()["validation_drive"]
    programme = parameters.validation_programme().model_copy(update={"called_percent_of_list": 10})
    found = chatbot.measured_drive(base, shown, "Spring 2025", 0.02, programme, 9)
    gross, net = (found[name].changes[0] for name in ("measured_drive", "measured_drive_net"))
    assert gross.percent_of_list == pytest.approx(0.4)
    assert gross.share_by_wait[26] == 75
    assert gross.share_by_wait[52] == 25
    assert net.percent_of_list == pytest.approx(0.4 * 0.98**9)
    assert (gross.begins, gross.ends) == (base.changes[0].begins, base.changes[0].ends)
    assert not found["measured_drive"].assumed


def test_the_drive_of_a_list_is_measured_there_or_in_the_whole_around_it() -> None:
    """One specialty confirms eight in a hundred, the trust six in a hundred; where a count is hidden the trust's stands in."""
    calls = [*many(40, **LEAVE), *many(460, **STAY), *many(20, **LEAVE, treatment_function_code="C_130"),
             *many(440, **STAY, treatment_function_code="C_130"), *many(2, **LEAVE, treatment_function_code="C_120"),
             *many(38, **STAY, treatment_function_code="C_120")]  # fmt: skip
    _, shown = told(calls, reviewed(calls))
    base, programme = parameters.scenarios()["validation_drive"], parameters.validation_programme()
    programme = programme.model_copy(update={"called_percent_of_list": 100})
    found = {
        code: chatbot.measured_drive(
            base, shown, "Spring 2025", 0, programme, 9, trust="RXN", specialty=code
        )["measured_drive"]
        for code in ("C_110", "C_130", "C_120", "C_999")
    }  # fmt: skip
    percents = {code: round(drive.changes[0].percent_of_list, 1) for code, drive in found.items()}
    assert percents == {"C_110": 8.0, "C_130": 4.3, "C_120": 6.0, "C_999": 6.0}
    assert "Trauma and Orthopaedics at Lancashire Teaching" in found["C_110"].source
    assert found["C_120"].source.endswith(", Lancashire Teaching")


BANDS = pd.DataFrame(
    [("RXN", code, week, 100) for code in ("C_110", "C_130", "C_999") for week in (5, 14, 48)],
    columns=["provider_code", "treatment_function_code", "week_from", "pathways"],
)


def test_who_breaches_soonest_is_first() -> None:
    """At one rate those waiting 48 weeks come before those waiting 14; nobody under twelve weeks is called; no totals."""
    calls = [*many(40, **LEAVE), *many(960, **STAY)]
    _, shown = told(calls, reviewed(calls))
    found = chatbot.due(BANDS, chatbot.spread(shown), shown, "Spring 2025")
    assert found["wait"].tolist()[:2] == ["26 to 51"] * 2
    assert set(found["treatment_function_code"]) == {"C_110", "C_130"}
    assert found["waiting"].sum() == 400
    assert found.loc[0, "weeks_to_limit"] == 4


def test_coverage_counts_back_from_the_last_day() -> None:
    """Answered thirteen weeks before another was called: not within 12, within 26; of all on the list for twelve weeks."""
    made, _ = told([*many(40, **STAY, attempted_on="2025-03-03"), *many(9, attempted_on="2025-06-02", responded=False)])
    shown = chatbot.publish(chatbot.counts(made, [12, 26]))
    found = chatbot.coverage(shown, BANDS, [12, 26]).set_index("within_weeks")
    assert found["answered"].to_dict() == {12: "0", 26: "40"}
    assert found["waiting"].tolist() == [200, 200]
    assert found.loc[26, "percent"] == 20
