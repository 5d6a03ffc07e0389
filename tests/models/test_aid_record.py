"""What became of moves: progress adds up, transfers are no removals, and each list is held against its own forecast."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsc_analytics.models import aid_record, cancer, rtt
from lsc_analytics.models.forecast import WaitingList
from lsc_analytics.reference import SYSTEM, months_between
from lsc_analytics.reporting import charts
from lsc_analytics.reporting.findings import moves
from lsc_analytics.tables import (
    AID_LOG,
    AID_PROGRESS,
    CANCER,
    CANCER_AID_RECORD,
    DM01_AID_RECORD,
    DM01_FORECASTS_JUDGED,
    FORECASTS_JUDGED,
    RTT,
    RTT_BAND_VIEW,
    RTT_TRANSFERS,
)

TRUSTS = ["RXL", "RXR", "RXN", "RTX"]


def log(
    *entries: tuple[str, str, str, str, str, str, int],
    reason: str | None = None,
    kind: str = "rtt",
    test: str | None = None,
) -> pd.DataFrame:
    """An action log of (move, stage, day, from, to, month, pathways), of one specialty or one test."""
    rows = [
        (
            move,
            stage,
            day,
            "Deputy COO",
            sender,
            receiver,
            kind,
            None if test else "C_110",
            test,
            month,
            reason,
            pathways,
            "f" * 64,
        )
        for move, stage, day, sender, receiver, month, pathways in entries
    ]
    return AID_LOG.check(pd.DataFrame(rows, columns=AID_LOG.names))


def moved(*rows: tuple[str, str, str, int]) -> pd.DataFrame:
    """Transfers of (month, from, to, pathways) in one specialty."""
    return RTT_TRANSFERS.check(
        pd.DataFrame([(m, a, b, "C_110", n) for m, a, b, n in rows], columns=RTT_TRANSFERS.names)
    )


def judged(
    provider: str, as_of: str, *months: tuple[str, float], kind: str = "backcast", measure: str = "over_52_weeks"
) -> pd.DataFrame:
    """Forecasts of 100 (80 to 120), with what came of each (month, outturn)."""
    rows = [
        {
            "kind": kind, "as_of": as_of, "provider_code": provider, "treatment_function_code": "C_110", "measure": measure,
            "target_month": month, "horizon": step, "method": "pooled", "chosen": True, "mean": 100.0, "median": 100.0,
            "lower_80": 80.0, "upper_80": 120.0, "lower_95": 60.0, "upper_95": 140.0, "probability_any": 1.0,
            "last_value": 100.0, "scale": 5.0, "outturn": came,
        }
        for step, (month, came) in enumerate(months, start=1)
    ]  # fmt: skip
    return FORECASTS_JUDGED.check(pd.DataFrame(rows))


def test_progress_adds_deliveries_and_takes_the_last_agreement() -> None:
    """Agreed 30, then 25; 10 and 8 handed over: 7 outstanding, overdue once its month has ended."""
    entries = log(
        ("A", "proposed", "2025-08-01", "RXN", "RTX", "2025-10", 40),
        ("A", "agreed", "2025-08-10", "RXN", "RTX", "2025-10", 30),
        ("A", "agreed", "2025-08-20", "RXN", "RTX", "2025-10", 25),
        ("A", "delivered", "2025-10-31", "RXN", "RTX", "2025-10", 10),
        ("A", "delivered", "2025-11-28", "RXN", "RTX", "2025-11", 8),
    )
    row = aid_record.progress(entries, "2025-11").iloc[0]
    assert row[["proposed", "agreed", "delivered", "outstanding"]].tolist() == [40, 25, 18, 7]
    assert (row["stage"], row["month"], bool(row["overdue"])) == ("delivered", "2025-10", True)
    assert not aid_record.progress(entries, "2025-09")["overdue"].any()
    assert any("Overdue since October 2025: 7 of 25 pathways" in line for line in moves.aid_actions(
        aid_record.progress(entries, "2025-11")))  # fmt: skip


def test_a_declined_move_has_nothing_outstanding_and_says_why() -> None:
    """Agreed and then declined: nobody waits for it, and the reason is told."""
    entries = log(
        ("A", "agreed", "2025-08-10", "RXN", "RTX", "2025-10", 30),
        ("A", "declined", "2025-09-10", "RXN", "RTX", "2025-10", 30),
        reason="no list free",
    )
    told = aid_record.progress(entries, "2026-01")
    assert told[["outstanding", "overdue"]].values.tolist() == [[0, False]]
    assert "The reason: no list free." in moves.aid_actions(told)[1]


def test_who_answers_for_what_is_overdue_is_told_after_all_of_them_together() -> None:
    """What is not due is not overdue; of no move nobody answers."""
    entries = log(
        ("A", "agreed", "2025-08-10", "RXN", "RTX", "2025-10", 30),
        ("A", "delivered", "2025-10-31", "RXN", "RTX", "2025-10", 10),
        ("B", "agreed", "2025-08-10", "RXN", "RXL", "2026-03", 8),
    ).assign(owner=["COO", "COO", "Deputy COO"])
    told = aid_record.answering(aid_record.progress(entries, "2026-01"))
    assert told[["owner", "agreed", "delivered", "overdue"]].to_numpy().tolist() == [
        ["all", 38, 10, 20],
        ["COO", 30, 10, 20],
        ["Deputy COO", 8, 0, 0],
    ]
    assert told["logged_on"].tolist() == ["2025-10-31", "2025-10-31", "2025-08-10"]
    assert aid_record.answering(AID_PROGRESS.empty()).empty


def test_what_stays_inside_the_system_is_no_transfer_of_it() -> None:
    """Between two of its trusts nothing crosses its border; to a provider outside it does."""
    both = moved(("2025-10", "RXN", "RTX", 10), ("2025-10", "RXN", "NVC", 4))
    told = aid_record.system_transfers(both, TRUSTS)
    assert told.values.tolist() == [["2025-10", SYSTEM, "NVC", "C_110", 4]]


numbers = st.integers(min_value=0, max_value=500)


@settings(max_examples=25, deadline=None)
@given(opening=st.integers(500, 900), starts=numbers, stops=numbers, removals=numbers, given_up=st.integers(0, 200))
def test_a_list_forecast_from_flows_sees_no_transfer_as_a_removal(
    opening: int, starts: int, stops: int, removals: int, given_up: int
) -> None:
    """Whatever was handed over, the removals that the list's flows tell are those that happened without it."""
    figures = {
        ("2025-09", "total_incomplete"): opening,
        ("2025-10", "total_incomplete"): max(opening + starts - stops - removals - given_up, 0),
        ("2025-10", "clock_starts"): starts,
        ("2025-10", "admitted_stops"): 0,
        ("2025-10", "non_admitted_stops"): stops,
    }
    rows = [
        ("provider", month, "RXN", "C_110", measure, float(value), "x", "f" * 64)
        for (month, measure), value in figures.items()
    ]
    closing = figures["2025-10", "total_incomplete"]
    bands = RTT_BAND_VIEW.empty()
    waiting = WaitingList(
        "RXN", "C_110", RTT.check(pd.DataFrame(rows, columns=RTT.names)), bands, bands,
        transfers=moved(("2025-10", "RXN", "RTX", given_up), ("2025-11", "RXN", "RTX", 7)),
    )  # fmt: skip
    told = waiting.flows().iloc[0]
    assert told["transferred_out"] == given_up
    assert told["net_removals"] == opening + starts - stops - given_up - closing
    assert waiting.until("2025-10").transfers["month"].tolist() == ["2025-10"]
    assert rtt.flows(waiting.figures)["net_removals"].iloc[0] == told["net_removals"] + given_up


def test_each_list_is_held_against_the_last_forecast_from_before_its_first_move() -> None:
    """The receiver is above its forecast; the forecast as of the move's own month, which could know of it, is not read."""
    record = pd.concat(
        [
            judged("RTX", "2025-07", ("2025-10", 130.0), ("2025-11", 130.0)),
            judged("RTX", "2025-09", ("2025-10", 110.0), ("2025-11", 125.0)),
            judged("RTX", "2025-10", ("2025-11", 125.0)),
            judged("RXN", "2025-09", ("2025-10", 90.0), ("2025-11", 70.0)),
        ]
    )
    told = aid_record.became(moved(("2025-10", "RXN", "RTX", 15), ("2025-11", "RXN", "RTX", 10)), record)
    assert set(told["as_of"]) == {"2025-09"}
    last = told[told["month"] == "2025-11"].set_index("provider_code")
    assert last["against"].to_dict() == {"RTX": "above", "RXN": "below"}
    assert last[["moved_in", "moved_out"]].values.tolist() == [[25, 0], [0, 25]]
    assert last["tellable"].all()
    assert not told[told["month"] == "2025-10"]["tellable"].any()
    said = moves.aid_record(told)
    assert said[0].startswith("**Of 1 list that received pathways, 1 has more long waits")
    assert "Trauma and Orthopaedics at Morecambe Bay" in said[0]
    assert said[-1] == moves.NOT_CONCLUDED
    charts.aid_record(told).to_dict()


@pytest.mark.parametrize(("came", "pathways", "doubt"), [(100.0, 10, True), (100.0, 30, False)])
def test_a_list_within_its_forecast_is_no_proof_where_few_moved(came: float, pathways: int, doubt: bool) -> None:
    """Ten pathways cannot show in an interval of forty; thirty could have."""
    told = aid_record.became(moved(("2025-10", "RXN", "RTX", pathways)), judged("RTX", "2025-09", ("2025-10", came)))
    first = moves.aid_record(told)[0]
    assert "none has more long waits" in first
    assert ("could hardly show it" in first) is doubt


def test_a_true_forecast_is_taken_before_a_back_cast() -> None:
    """Both are of the same origin: the one made before its month was loaded speaks."""
    both = pd.concat([judged("RTX", "2025-09", ("2025-10", 100.0), kind=kind) for kind in ("backcast", "forecast")])
    told = aid_record.became(moved(("2025-10", "RXN", "RTX", 5)), both)
    assert told["kind"].tolist() == ["forecast"]


def test_without_a_delivery_or_a_forecast_from_before_nothing_is_said() -> None:
    """No move, or none that any forecast from before it is known of: no rows, and a sentence."""
    for transfers, record in (
        (RTT_TRANSFERS.empty(), judged("RTX", "2025-09", ("2025-10", 1.0))),
        (moved(("2025-08", "RXN", "RTX", 5)), judged("RTX", "2025-09", ("2025-10", 1.0))),
    ):
        told = aid_record.became(transfers, record)
        assert told.empty
        assert "nothing can be said" in moves.aid_record(told)[0]


def delivered(kind: str, test: str | None = None) -> pd.DataFrame:
    """Ten pathways of a kind, handed over in October 2025."""
    return log((kind, "delivered", "2025-10-31", "RXN", "RTX", "2025-10", 10), kind=kind, test=test)


def test_each_kind_of_move_is_counted_where_its_pathways_are() -> None:
    """A cancer pathway is on its specialty's list too; a test is on no specialty's, so it is no transfer of RTT."""
    entries = pd.concat([delivered("rtt"), delivered("cancer"), delivered("diagnostic", "1")], ignore_index=True)
    assert aid_record.transfers(entries)["pathways"].tolist() == [20]
    assert aid_record.transfers_of_cancer(entries).values.tolist() == [["2025-10", "RXN", "RTX", "C_110", 10]]
    assert aid_record.transfers_of_tests(entries).values.tolist() == [["2025-10", "RXN", "RTX", "1", 10]]
    told = moves.aid_actions(aid_record.progress(entries.assign(stage="agreed"), "2026-01"))
    assert {line.split(" of ", 1)[1].split(" from")[0].split("of ")[-1] for line in told[1:]} == {
        "Trauma and Orthopaedics", "cancer, Trauma and Orthopaedics", "MRI",
    }  # fmt: skip


def test_a_tests_list_is_held_against_its_own_forecast() -> None:
    """Six weeks or more at the receiver, above what was forecast of the test; the table and the sentence name the test."""
    record = pd.concat(
        [
            judged("RTX", "2025-09", ("2025-10", 130.0), measure=measure).rename(
                columns={"treatment_function_code": "diagnostic_test_code"}
            )
            for measure in ("waiting_6_plus", "total_waiting")
        ]
    ).assign(diagnostic_test_code="1")
    told = aid_record.became(
        aid_record.transfers_of_tests(delivered("diagnostic", "1")), DM01_FORECASTS_JUDGED.check(record)
    )
    assert told.equals(DM01_AID_RECORD.check(told))
    assert told["against"].tolist() == ["above", "above"]
    said = moves.aid_beside(told, CANCER_AID_RECORD.empty())
    assert said[0].startswith(
        "**Of 1 list that received pathways, 1 has more long waits than was forecast without the moves: MRI at"
    )
    assert "six weeks or more 130, above the 80 to 120" in said[1]


def treated(shares: dict[str, tuple[float, float]], provider: str = "RTX") -> pd.DataFrame:
    """Patients treated within 62 days by month: (treated, in time)."""
    rows = [
        (month, provider, "62_days", "all", "all", measure, value, "x", "f" * 64)
        for month, (many, within) in shares.items()
        for measure, value in (("treated", many), ("within_standard", within), ("breaches", many - within))
    ]
    return cancer.position(CANCER.check(pd.DataFrame(rows, columns=CANCER.names)))


def test_a_receiver_of_cancer_pathways_is_held_against_its_own_year_before() -> None:
    """75% of 1,200 in the twelve months before, the thirteenth left out; 65% of 200 since: lower beyond chance, by 10 points."""
    before = dict.fromkeys(months_between("2024-10", "2025-09"), (100.0, 75.0)) | {"2024-09": (100.0, 0.0)}
    told = aid_record.became_of_cancer(
        aid_record.transfers_of_cancer(delivered("cancer")),
        treated(before | {"2025-10": (100.5, 65.0), "2025-11": (99.5, 65.0)}),
    ).iloc[0]
    assert told[["role", "moved_in", "first_month", "last_month", "before_months"]].tolist() == [
        "received", 10, "2025-10", "2025-11", 12,
    ]  # fmt: skip
    assert told[["before_percent", "since_treated", "since_percent", "change_points"]].tolist() == [
        75.0,
        200.0,
        65.0,
        -10.0,
    ]
    assert told["against"] == "lower"
    assert told["upper_95"] < 0 < told["moved_percent"] == 5.0
    (said, caution) = moves.aid_beside(
        DM01_AID_RECORD.empty(), CANCER_AID_RECORD.check(told.to_frame().T.infer_objects())
    )
    assert said.startswith(
        "**Cancer at Morecambe Bay** received 10 pathways: 65.0% of 200 patients treated within 62 days"
    )
    assert "**lower than before beyond chance** (-10.0 points" in said
    assert "by chance alone" in caution


@pytest.mark.parametrize(
    "shares",
    [{}, {"2025-09": (100.0, 75.0)}, {"2025-10": (100.0, 75.0)}],
    ids=["nothing loaded", "nothing since", "nothing before"],
)
def test_without_months_before_and_since_nothing_is_said_of_cancer(shares: dict[str, tuple[float, float]]) -> None:
    """No row, and a sentence."""
    told = aid_record.became_of_cancer(aid_record.transfers_of_cancer(delivered("cancer")), treated(shares))
    assert told.empty
    assert "can be judged" in moves.aid_beside(DM01_AID_RECORD.empty(), told)[0]
