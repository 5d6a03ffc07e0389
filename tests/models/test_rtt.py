"""Positions, flows and the system's sums are what the published figures imply."""

from __future__ import annotations

import pandas as pd
import pytest

from lsc_analytics.errors import TableError
from lsc_analytics.models import rtt
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM
from lsc_analytics.tables import RTT, RTT_TRANSFERS


def figures(rows: dict[tuple[str, str, str], dict[str, float]]) -> pd.DataFrame:
    """Rows of the RTT view from {(month, provider, function): {measure: value}}."""
    return RTT.check(
        pd.DataFrame(
            [
                ("provider", *cell, measure, value, "full_extract", "f" * 64)
                for cell, measures in rows.items()
                for measure, value in measures.items()
            ],
            columns=RTT.names,
        )
    )


def month(total: float, **flows: float) -> dict[str, float]:
    """One month of one list."""
    return {"total_incomplete": total, **flows}


def test_the_identity_balances_to_the_published_worked_example() -> None:
    """England, March 2025: what the flows do not explain is 244,936 net removals."""
    moved = rtt.flows(
        figures(
            {
                ("2025-02", "ENG", "C_999"): month(7402148),
                ("2025-03", "ENG", "C_999"): month(
                    7420899, clock_starts=1798503, admitted_stops=327477, non_admitted_stops=1207339
                ),
            }
        )
    )
    assert moved["net_removals"].tolist() == [244936]
    assert (moved["opening"] + moved["clock_starts"] - moved["admitted_stops"] - moved["non_admitted_stops"]).sub(
        moved["net_removals"]
    ).tolist() == moved["closing"].tolist()


def test_the_month_after_a_missing_one_has_no_flows() -> None:
    """Without an opening list the identity says nothing: no row, rather than a wrong one."""
    flows = {"clock_starts": 5, "admitted_stops": 1, "non_admitted_stops": 2}
    rows = {(f"2025-0{number}", "RXN", "C_100"): month(100 + number, **flows) for number in (1, 2, 4, 5)}
    assert rtt.flows(figures(rows))["month"].tolist() == ["2025-02", "2025-05"]


def test_a_recorded_transfer_is_no_removal() -> None:
    """Ten pathways go from one trust to another: without the ledger they are removals here and the reverse there."""
    flows = {"clock_starts": 20, "admitted_stops": 5, "non_admitted_stops": 10}
    lists = figures(
        {
            ("2025-01", "RXN", "C_100"): month(100),
            ("2025-02", "RXN", "C_100"): month(93, **flows),
            ("2025-02", "RXN", ALL_SPECIALTIES): month(93, **flows),
            ("2025-01", "RXN", ALL_SPECIALTIES): month(100),
            ("2025-01", "RXL", "C_100"): month(50),
            ("2025-02", "RXL", "C_100"): month(64, **flows),
        }
    )
    alone = rtt.flows(lists).set_index(["provider_code", "treatment_function_code"])
    ledger = pd.DataFrame([("2025-02", "RXN", "RXL", "C_100", 10)], columns=RTT_TRANSFERS.names)
    told = rtt.flows(lists, ledger).set_index(["provider_code", "treatment_function_code"])
    assert alone["net_removals"].to_dict() == {("RXL", "C_100"): -9, ("RXN", "C_100"): 12, ("RXN", "C_999"): 12}
    assert told["net_removals"].to_dict() == {("RXL", "C_100"): 1, ("RXN", "C_100"): 2, ("RXN", "C_999"): 2}
    assert told["transferred_in"].to_dict() == {("RXL", "C_100"): 10, ("RXN", "C_100"): 0, ("RXN", "C_999"): 0}
    assert told["transferred_out"].to_dict() == {("RXL", "C_100"): 0, ("RXN", "C_100"): 10, ("RXN", "C_999"): 10}
    assert (alone[["transferred_in", "transferred_out"]] == 0).all(axis=None)


def test_a_ledger_with_total_rows_is_refused() -> None:
    """They would count every transfer twice."""
    ledger = pd.DataFrame([("2025-02", "RXN", "RXL", ALL_SPECIALTIES, 10)], columns=RTT_TRANSFERS.names)
    with pytest.raises(TableError, match="rows of all specialties"):
        rtt.flows(figures({("2025-01", "RXN", "C_100"): month(100)}), ledger)


def test_both_ends_of_a_flow_are_of_one_scope() -> None:
    """A list with pathways that England does not commission cannot close a month that opened without them."""
    rows = figures({("2025-01", "RXN", "C_100"): month(100), ("2025-02", "RXN", "C_100"): month(101)})
    rows.loc[rows["month"] == "2025-02", "scope"] = "nonc"
    with pytest.raises(TableError, match="several scopes at once: nonc, provider"):
        rtt.flows(rows)


def test_a_measure_no_file_reports_is_empty_and_not_zero() -> None:
    """A history of totals alone has no long waiters to report."""
    position = rtt.position(figures({("2022-04", "RTX", "C_100"): month(2063)}))
    assert position["total_incomplete"].tolist() == [2063]
    assert position["over_52_weeks"].isna().all()
    assert position["within_18_weeks_percent"].isna().all()


def test_the_system_is_the_sum_of_its_trusts_only_where_all_submitted() -> None:
    """A month that one trust lacks has no system figure: a smaller sum would look like a shorter list."""
    told = rtt.system_figures(
        figures(
            {
                ("2025-01", "RXN", ALL_SPECIALTIES): month(100, over_52_weeks=3),
                ("2025-01", "RXL", ALL_SPECIALTIES): month(50, over_52_weeks=1),
                ("2025-02", "RXN", ALL_SPECIALTIES): month(90),
                ("2025-03", "RXN", ALL_SPECIALTIES): month(80, over_52_weeks=2),
                ("2025-03", "RXL", ALL_SPECIALTIES): month(40),
            }
        ),
        ["RXN", "RXL"],
    )
    values = told.set_index(["month", "measure"])["value"].to_dict()
    assert values == {
        ("2025-01", "total_incomplete"): 150,
        ("2025-01", "over_52_weeks"): 4,
        ("2025-03", "total_incomplete"): 120,
    }
    assert set(told["provider_code"]) == {SYSTEM}


@pytest.mark.real_data
def test_the_published_share_within_18_weeks(shared_data) -> None:
    """January 2026, published: Blackpool 57.15, Lancashire Teaching 53.19, East Lancashire 63.74, Morecambe Bay 67.38."""
    panel = pd.read_csv(shared_data / "rtt" / "incomplete_by_provider_specialty_2024-04_2026-01.csv.gz")
    panel = panel[(panel["Reporting_Month"] == "2026-01-01") & (panel["Treatment_Function_Code"] == "C_999")]
    rows = {
        ("2026-01", row.Provider_Code, "C_999"): month(
            row.Total_Incomplete_Pathways, within_18_weeks=row.Total_Within_18_Weeks
        )
        for row in panel.itertuples()
    }
    share = rtt.position(figures(rows)).set_index("provider_code")["within_18_weeks_percent"]
    assert share[["RXL", "RXN", "RXR", "RTX"]].tolist() == [57.15, 53.19, 63.74, 67.38]
