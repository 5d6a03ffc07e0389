"""What came of the forecasts kept: joined, marked and counted as worked by hand, and never with hindsight."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsc_analytics.models import ledger
from lsc_analytics.models.scores import score
from lsc_analytics.reference import add_months
from lsc_analytics.tables import FORECASTS_JUDGED, FORECASTS_KEPT, RTT_TRACK_RECORD

LIST = {"provider_code": "RXL", "treatment_function_code": "C_110", "measure": "over_65_weeks"}
SAID = {
    "mean": 9.0,
    "median": 8.0,
    "lower_80": 4.0,
    "upper_80": 14.0,
    "lower_95": 1.0,
    "upper_95": 20.0,
    "probability_any": 0.9,
}
MADE = {
    "made_at": "2026-03-12T12:00:00+00:00", "data_release": "r", "parameters": "p", "code_version": "c",
    "loaded_until": "2026-01",
}  # fmt: skip


def kept(*changes: dict[str, object]) -> pd.DataFrame:
    """A forecast as of January 2026 of February, for every change one."""
    row = (
        LIST
        | SAID
        | MADE
        | {"as_of": "2026-01", "target_month": "2026-02", "horizon": 1, "method": "drift", "chosen": True}
    )
    return FORECASTS_KEPT.check(pd.DataFrame([row | change for change in changes]))


def figures(first: str, counts: list[float], **changes: str) -> pd.DataFrame:
    """A list by month."""
    return pd.DataFrame(
        [LIST | changes | {"month": add_months(first, step), "value": v} for step, v in enumerate(counts)]
    )


def judged(**columns: object) -> pd.DataFrame:
    """Forecasts judged, a row for each value of the columns given."""
    row = LIST | SAID | {
        "kind": "forecast", "as_of": "2026-01", "target_month": "2026-02", "horizon": 1, "method": "drift", "chosen": True,
        "last_value": 0.0, "scale": 1.0, "outturn": 1.0,
    }  # fmt: skip
    rows = max((len(values) for values in columns.values() if isinstance(values, list)), default=1)
    return FORECASTS_JUDGED.check(pd.DataFrame(row | columns, index=range(rows)))


def test_a_forecast_is_scored_when_its_month_is_published() -> None:
    """Outturn 3 against a median of 8 inside 1 to 20 but not 4 to 14; last value 6; changes of 2 and 4 are 3 a month."""
    told = ledger.scored(kept({}, {"target_month": "2026-03", "horizon": 2}), figures("2025-11", [4, 2, 6, 3]))
    assert len(told) == 1
    row = told.iloc[0]
    assert (row["last_value"], row["outturn"], row["error"], row["scale"]) == (6, 3, 5, 3)
    assert (row["held_80"], row["held_95"], row["backcast"]) == (False, True, False)


def test_a_revision_is_scored_by_its_latest_figure() -> None:
    """The ledger holds no outturn: the latest figures loaded are joined whenever it is read."""
    assert ledger.scored(kept({}), figures("2026-01", [6, 3]))["error"].item() == 5
    assert ledger.scored(kept({}), figures("2026-01", [6, 8]))["error"].item() == 0


@pytest.mark.parametrize(("loaded_until", "backcast"), [("2026-01", False), ("2026-02", True), ("2026-07", True)])
def test_a_forecast_of_a_month_that_was_loaded_is_a_backcast(loaded_until: str, backcast: bool) -> None:
    """Only what was made before its target month was loaded is a true forecast."""
    told = ledger.scored(kept({"loaded_until": loaded_until}), figures("2026-01", [6, 3]))
    assert told["backcast"].item() is backcast


def test_the_first_word_counts() -> None:
    """Made again by better code, a forecast is kept and not scored: it could have learned from what came."""
    later = {"made_at": "2026-05-01T00:00:00+00:00", "code_version": "d", "median": 3.0, "loaded_until": "2026-02"}
    told = ledger.scored(kept(later, {}), figures("2026-01", [6, 3]))
    assert told["median"].tolist() == [8.0]
    assert not told["backcast"].item()


def test_the_state_counts_each_forecast_once() -> None:
    """Of four of one origin: one scored, one back-cast, one waiting, and one made twice."""
    rows = kept({}, {"code_version": "d"}, {"method": "theta", "loaded_until": "2026-02"}, {"target_month": "2026-03"})
    told = ledger.state(rows, ledger.scored(rows, figures("2026-01", [6, 3]))).iloc[0]
    assert told[["kept", "scored", "backcast", "waiting"]].tolist() == [3, 1, 1, 1]


def record(outturns: dict[str, float]) -> pd.DataFrame:
    """Two methods at three origins, one month ahead: the last value says 10, drift what came. Other lists agree."""
    rows = [
        LIST | SAID | {"treatment_function_code": function, "as_of": as_of, "target_month": add_months(as_of, 1),
                       "horizon": 1, "method": method, "median": 10.0 if method == "last_value" else outturn,
                       "last_value": 10.0, "scale": 1.0, "outturn": outturn}
        for as_of, outturn in outturns.items() for method in ("last_value", "drift") for function in ("C_110", "C_120")
    ]  # fmt: skip
    return RTT_TRACK_RECORD.check(pd.DataFrame(rows))


def test_a_backcast_is_led_by_what_was_known_then() -> None:
    """With nothing judged yet the last value leads; drift does once its first month is in, and not a month sooner."""
    told = ledger.backcasts(record({"2025-10": 14.0, "2025-11": 15.0, "2025-12": 16.0}))
    led = told[told["chosen"]].groupby("as_of")["method"].agg(set)
    assert led.to_dict() == {"2025-10": {"last_value"}, "2025-11": {"drift"}, "2025-12": {"drift"}}


@settings(max_examples=6, deadline=None)
@given(st.floats(0, 40))
def test_what_came_later_changes_no_backcast(later: float) -> None:
    """Another outturn after the last origin leaves what was said and chosen at every origin as it was."""
    columns = ["as_of", "treatment_function_code", "method", "chosen", "lower_80", "upper_80", "probability_any"]
    as_said = record({"2025-10": 14.0, "2025-11": 15.0, "2025-12": 16.0})
    changed = as_said.assign(outturn=as_said["outturn"].where(as_said["as_of"] < "2025-12", later))
    before, after = (ledger.backcasts(rows)[columns] for rows in (as_said, changed))
    assert before.equals(after)


def test_the_ledger_goes_before_backcasts() -> None:
    """An origin that was kept is not back-cast as well, one that was not is; both are told apart."""
    scored = ledger.scored(kept({}), figures("2026-01", [6, 3]))
    back = judged(kind="backcast", as_of=["2026-01", "2025-12"], target_month=["2026-02", "2026-01"])
    told = ledger.judged(scored, back)
    assert set(told[["as_of", "kind"]].itertuples(index=False, name=None)) == {
        ("2026-01", "forecast"), ("2025-12", "backcast"),
    }  # fmt: skip


def test_what_led_is_scored_as_a_method_of_its_own() -> None:
    """Beside each method stands what the reports led with, month by month."""
    rows = judged(method=["last_value", "drift"], chosen=[False, True], median=[0.0, 1.0])
    told = score(ledger.with_led(rows), ["kind"]).set_index("method")["error_to_last_value"]
    assert told.to_dict() == {"last_value": 1.0, "drift": 0.0, "led": 0.0}


def test_the_last_six_origins_are_shown_with_what_came() -> None:
    """Eight origins, of which six are shown; the last has not met its month; what did not lead, or looks past six months, is left out."""
    rows = [
        {"as_of": add_months("2025-06", step), "target_month": add_months("2025-07", step), "loaded_until": "2025-06"}
        for step in range(8)
    ]
    months = figures("2025-06", [5.0] * 8)
    told = ledger.last_said(
        kept(*rows, rows[0] | {"method": "theta", "chosen": False}), judged()[:0], months, "2026-01"
    )
    assert told["as_of"].tolist() == [add_months("2025-07", step) for step in range(6)]
    assert told["outturn"].tolist() == [5.0] * 6
    assert ledger.last_said(kept(rows[0] | {"horizon": 7}), judged()[:0], months, "2026-01").empty
    later = ledger.last_said(kept(*rows), judged()[:0], months[months["month"] < "2026-01"], "2026-01")
    assert later["outturn"].isna().tolist() == [False] * 5 + [True]


def test_backcasts_stand_in_for_origins_that_were_not_kept() -> None:
    """They are marked as what they are."""
    back = judged(kind="backcast", as_of=["2025-12", "2025-11"], target_month="2026-01")
    told = ledger.last_said(
        kept({"as_of": "2025-12", "target_month": "2026-01"}), back, figures("2025-11", [5.0] * 3), "2026-01"
    )
    assert told[["as_of", "backcast"]].values.tolist() == [["2025-11", True], ["2025-12", True]]
    assert told["method"].tolist() == ["drift", "drift"]


def test_chances_are_set_against_what_came() -> None:
    """Of chances of 45 and 55%, one in two came; a certain one falls in the last class."""
    chance = [0.45, 0.55, 1.0]
    told = ledger.reliability(
        judged(probability_any=chance, outturn=[0.0, 2.0, 1.0], treatment_function_code=list("abc"))
    )
    assert told[["said_from", "said_to", "said_percent", "came_percent", "forecasts"]].values.tolist() == [
        [40, 60, 50, 50, 2], [95, 100, 100, 100, 1],
    ]  # fmt: skip


def test_warnings_are_counted_as_worked_by_hand() -> None:
    """Three warnings of which two came, three breaches of which two were warned of."""
    told = ledger.flags(
        judged(
            treatment_function_code=list("abcde"),
            probability_any=[0.9, 0.5, 0.7, 0.4, 0.1],
            outturn=[1.0, 3.0, 0.0, 2.0, 0.0],
            last_value=[1.0, 0.0, 0.0, 0.0, 0.0],
        )
    ).set_index("lists")
    every, new = told.loc["all"], told.loc["new"]
    assert every[["warned", "came", "warned_and_came"]].tolist() == [3, 3, 2]
    assert every["precision_percent"] == every["recall_percent"] == pytest.approx(200 / 3)
    assert new[["forecasts", "warned", "came", "warned_and_came"]].tolist() == [4, 2, 2, 1]


def test_the_last_value_warns_where_anyone_is_over() -> None:
    """The rule that needs no forecast: whatever chance its interval gives, and never of a new breach."""
    told = ledger.flags(
        judged(method="last_value", probability_any=0.9, last_value=[1.0, 0.0], treatment_function_code=["a", "b"])
    )
    assert told.set_index("lists")["warned"].to_dict() == {"all": 1, "new": 0}


@pytest.mark.parametrize(
    ("warned", "lead"), [([1, 1, 1, 1], 4), ([1, 1, 0, 1], 2), ([0, 1, 1, 1], None), ([1, 0, 0, 0], 1)]
)  # fmt: skip
def test_lead_is_how_long_the_warning_held(warned: list[int], lead: int | None) -> None:
    """From one month ahead backwards, to the first origin that did not warn; none where the last did not."""
    rows = judged(
        as_of=[add_months("2026-01", -step) for step in range(4)],
        horizon=[1, 2, 3, 4],
        probability_any=[0.9 if yes else 0.1 for yes in warned],
    )
    found = ledger.flags(rows).set_index("lists").loc["all", "lead_months"]
    assert pd.isna(found) if lead is None else found == lead
