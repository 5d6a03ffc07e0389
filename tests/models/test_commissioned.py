"""Where the pathways wait that the system's own board commissions: every one once, by the kind of place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import lsc_analytics as lsc
from lsc_analytics.models.commissioned import commissioned
from lsc_analytics.parameters import demo, trust_codes
from lsc_analytics.reporting import findings
from lsc_analytics.store.home import Home
from lsc_analytics.store.intake import take
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.tables import RTT_COMMISSIONED, RTT_POSITION


def positions(*rows: tuple[str, str, int, int, int | None]) -> pd.DataFrame:
    """Lists by provider and specialty: total, within 18 weeks, over 65 weeks."""
    told = [("2026-01", p, f, total, within, 50.0, 1, over, None, None, None) for p, f, total, within, over in rows]
    return RTT_POSITION.check(pd.DataFrame(told, columns=RTT_POSITION.names))


def by_place(told: pd.DataFrame, code: str) -> dict[str, tuple]:
    """Place: providers, pathways and percent within 18 weeks."""
    mine = told[told["treatment_function_code"] == code].set_index("place")
    return {
        str(place): tuple(row)
        for place, row in mine[["providers", "total_incomplete", "within_18_weeks_percent"]].iterrows()
    }


def test_every_pathway_is_in_one_place_and_in_the_total() -> None:
    """Two trusts together, an independent site, RW5 by itself, everybody else; a place with nobody has zeros."""
    told = commissioned(
        positions(
            ("RXN", "C_110", 60, 40, 2), ("RXL", "C_110", 40, 25, 0), ("NVC07", "C_110", 30, 20, 0), ("RBN", "C_110", 20, 1, 1),
            ("R0A", "C_110", 0, 0, 0), ("RW5", "X03", 10, 10, 0),
        ),
        trusts=["RXN", "RXL"], independents=["NVC07"], outside=["RW5"],
    )  # fmt: skip
    assert by_place(told, "C_110") == {
        "trusts": (2, 100, 65.0), "RW5": (0, 0, pytest.approx(float("nan"), nan_ok=True)), "independents": (1, 30, 66.66),
        "elsewhere": (1, 20, 5.0), "anywhere": (4, 150, 57.33),
    }  # fmt: skip
    assert by_place(told, "X03")["anywhere"] == (1, 10, 100.0)
    assert told.groupby("treatment_function_code")["total_incomplete"].sum().tolist() == [300, 20]
    assert told["over_78_weeks"].isna().all()  # not told, not none


def test_what_is_not_loaded_is_said_to_be() -> None:
    """No extract, no rows, and a sentence that names what would tell."""
    told = commissioned(RTT_POSITION.empty(), trusts=["RXN"], independents=[], outside=[])
    assert told.empty
    assert "full extract" in findings.commissioned(told)[0]


@pytest.mark.integration
def test_the_demo_tells_where_they_wait(demo_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the providers of demo.yml as many as it says; at the trusts fewer than their lists, as others pay for the rest."""
    monkeypatch.setenv("LSC_HOME", str(demo_home.root))
    told = lsc.commissioned("C_999").set_index("place")
    elsewhere = demo().rtt.elsewhere
    listed = {code: sum(one.lists.values()) for code, one in elsewhere.items()}
    assert told.at["RW5", "total_incomplete"] == listed["RW5"]
    assert told.at["independents", "total_incomplete"] == listed["NVC07"] + listed["NT347"]
    assert told.at["elsewhere", "total_incomplete"] == listed["RBN"] + listed["R0A"]
    lists = Warehouse(demo_home).rtt(
        provider_code=trust_codes(), month="2026-01", measure="total_incomplete", treatment_function_code="C_999"
    )
    assert told.at["trusts", "total_incomplete"] / lists["value"].sum() == pytest.approx(0.95, abs=0.002)
    said = findings.commissioned(told.reset_index())
    assert said[0].startswith("**NHS Lancashire and South Cumbria ICB commissions 2")
    assert [one.split(":")[0].split(",")[0] for one in said[1:]] == [
        "At the system's trusts", "At Lancashire & South Cumbria FT (RW5)", "At the system's independent sites",
        "Elsewhere in England",
    ]  # fmt: skip
    assert len(RTT_COMMISSIONED.check(lsc.commissioned())) > 5 * 20


@pytest.mark.integration
@pytest.mark.real_data
def test_in_january_2026_a_quarter_of_them_wait_elsewhere_than_at_the_four_trusts(
    shared_data: Path, once: Callable[[str, Callable[[Path], None]], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The published extract: 241,860 in all, of which so many at each kind of place."""

    def make(folder: Path) -> None:
        (extract,) = (shared_data / "rtt").glob("*full-extract*")
        assert not take(Home(folder / "home"), [extract]).refused

    monkeypatch.setenv("LSC_HOME", str(once("january", make) / "home"))
    told = lsc.commissioned("C_999", "2026-01").set_index("place")
    assert told["total_incomplete"].to_dict() == {
        "trusts": 184_566, "RW5": 3_592, "independents": 19_043, "elsewhere": 34_659, "anywhere": 241_860,
    }  # fmt: skip
    assert told["providers"].to_dict() == {"trusts": 4, "RW5": 1, "independents": 13, "elsewhere": 171, "anywhere": 189}
