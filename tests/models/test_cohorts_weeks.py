"""DM01's bands aged: nobody is lost on the way, nothing later is seen, and a tiny list leans on the others."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from lsc_analytics.models.cohorts import aged
from lsc_analytics.models.cohorts.weeks import age_tests
from lsc_analytics.reference import add_months

FIRST, MONTHS = "2025-01", 6
AS_OF = add_months(FIRST, MONTHS - 1)


def bands(lists: dict[tuple[str, str], float], shape: list[float], months: int = MONTHS) -> pd.DataFrame:
    """Each list with so many in the youngest band, and the shares of that in the bands after it, the same every month."""
    rows = [
        (add_months(FIRST, step), provider, test, week, round(size * share))
        for (provider, test), size in lists.items()
        for step in range(months)
        for week, share in enumerate(shape)
        if round(size * share)
    ]
    return pd.DataFrame(rows, columns=["month", "provider_code", "diagnostic_test_code", "week_from", "waiting"])


STEADY = [1.0, 1.0, 1.0, 1.0, 0.8, 0.5, 0.4, 0.3, 0.2, 0.2, 0.1, 0.1, 0.1, 0.3]


@given(
    st.lists(st.floats(0, 500), min_size=14, max_size=14),
    st.floats(3, 6),
)
def test_everyone_is_somewhere_older(today: list[float], weeks: float) -> None:
    """Ageing loses nobody and makes nobody, and those at thirteen weeks or more stay there."""
    later = age_tests(np.array([today]), weeks)
    assert np.isclose(later.sum(), sum(today))
    assert (later >= -1e-9).all()
    assert later[0, 13] >= today[13] - 1e-9
    assert np.isclose(later[0, : int(weeks)].sum(), 0.0)


def test_a_steady_list_stays_as_it_is() -> None:
    """The same bands every month are forecast to be the same again, one and several months ahead."""
    told = aged(bands({("RXN", "1"): 100, ("RXL", "1"): 200}, STEADY), [AS_OF], 3, ["RXN"])
    assert set(told["provider_code"]) == {"RXN"}
    wide = told.pivot(index="target_month", columns="measure", values="median")
    now = {"total_waiting": 100 * sum(STEADY), "waiting_6_plus": 100 * sum(STEADY[6:]), "waiting_13_plus": 30}
    for measure, count in now.items():
        assert np.allclose(wide[measure], count, rtol=0.1)


def test_those_about_to_cross_are_next_months_breaches() -> None:
    """A bulge at two to five weeks today is at six weeks or more a month later, unless it is seen."""
    rows = bands({("RXN", "1"): 100, ("RXL", "1"): 100}, STEADY)
    bulge = (rows["month"] == AS_OF) & (rows["provider_code"] == "RXN") & rows["week_from"].between(2, 4)
    more = rows.assign(waiting=rows["waiting"].where(~bulge, rows["waiting"] * 4))
    before, after = (
        aged(frame, [AS_OF], 1, ["RXN"]).set_index("measure")["median"]["waiting_6_plus"] for frame in (rows, more)
    )
    assert after > 1.3 * before


def test_nothing_after_the_origin_is_seen() -> None:
    """Later months, however different, change no forecast."""
    rows = bands({("RXN", "1"): 100, ("RXL", "1"): 50}, STEADY, months=MONTHS + 2)
    later = rows["month"] > AS_OF
    changed = rows.assign(waiting=rows["waiting"].where(~later, rows["waiting"] * 9))
    pd.testing.assert_frame_equal(*(aged(frame, [AS_OF], 2, ["RXN"]) for frame in (rows, changed)))


def test_a_tiny_list_is_told_by_the_others() -> None:
    """Of two people nobody can say who stays: the share is that of the same test elsewhere, not none or all."""
    told = aged(bands({("RXN", "9"): 2, ("RXL", "9"): 400, ("RXR", "1"): 400}, STEADY), [AS_OF], 1, ["RXN"])
    over = told.set_index("measure")["median"]
    assert 0.2 < over["waiting_6_plus"] < 4


def test_without_bands_nothing_is_told() -> None:
    """No bands, or too few months of them, give no rows rather than a guess."""
    assert aged(bands({}, STEADY), [AS_OF], 1, ["RXN"]).empty
    assert aged(bands({("RXN", "1"): 100}, STEADY, months=2), [add_months(FIRST, 1)], 1, ["RXN"]).empty
