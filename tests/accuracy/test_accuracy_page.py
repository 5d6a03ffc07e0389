"""The recorded page says what its tables say, in sentences whose numbers are in them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from example_accuracy import flags, judged

from lsc_analytics.accuracy import Study, findings, flag_record, history, page, rolling
from lsc_analytics.tables import ACCURACY, FLAGS, NATIONAL_RUN

RUNS = NATIONAL_RUN.check(
    pd.DataFrame(
        [
            {
                "family": "rtt",
                "lists": 3000,
                "forecasts": 90000,
                "months_ahead": 6,
                "seconds": 47.4,
                "processor_seconds": 45.0,
                "megabytes": 601.2,
            }
        ]
    )
)


def record(median: float) -> pd.DataFrame:
    """A pooled method that says so much of a list that stood at 90 and came to 100, in every study."""
    last = judged(method="last_value", median=[90.0, 4] * 3, mean=[90.0, 4] * 3)
    both = pd.concat([judged(median=[median, 10] * 3, mean=[100.0, 10] * 3), last])
    dm01 = both.assign(measure="total_waiting")
    return pd.concat([
        rolling.record(both, "rtt"), rolling.record(both, "rtt_sample"),
        rolling.record(dm01, "dm01"), rolling.record(both, "england"),
    ])  # fmt: skip


@pytest.fixture
def study() -> Study:
    """A small one."""
    named = [
        flags([0.9, 0.8, 0.1], [True, False, False], method=method) for method in (history.LAST_VALUE, history.SURVIVAL)
    ]
    both = FLAGS.check(pd.concat(named)[FLAGS.names])
    return Study(ACCURACY.check(record(95.0)), both, both.assign(share_percent=0.0), RUNS)


def test_lines_that_are_reached_and_missed_are_said() -> None:
    """0.312 reaches the line of 0.98; a method as wrong as ten last values does not."""
    good, bad = (findings.pooled_record(ACCURACY.check(record(each)), "rtt")[0] for each in (95.0, 0.0))
    assert "0.312 of the last value's error" in good
    assert "reaches the line of 0.98" in good
    assert "does not reach" in bad


def test_a_measure_told_by_boosting_is_said_to_be() -> None:
    """Where both are judged the line is held against what `lsc forecast` says, and the pooled method's rows stay in the tables."""
    worse, last = judged(median=[0.0, 10] * 3), judged(method="last_value", median=[90.0, 4] * 3)
    both = pd.concat([worse, judged(method="boosted"), last]).assign(measure="waiting_6_plus")
    record = rolling.record(both, "dm01")
    said = findings.pooled_record(record, "dm01")
    assert said[0].startswith("Waiting six weeks or more, by boosting: the mean over 1 origins is 0.312")
    assert set(record["method"]) == {"pooled", "boosted", "last_value"}


def test_where_nothing_beats_the_last_value_it_leads() -> None:
    """In words, and the leader's ratio where something does."""
    assert "`pooled` leads with 0.312" in findings.leaders(ACCURACY.check(record(95.0)), "england")[0]
    assert "nothing beats the last value" in findings.leaders(ACCURACY.check(record(0.0)), "england")[0]


def test_flags_are_said_with_their_cost() -> None:
    """How many were flagged for how many that came, with precision and recall, and what another rule would have done."""
    worse = flags([0.9, 0.8, 0.7], [True, False, False], method=history.SURVIVAL)
    both = pd.concat([flags([0.9, 0.8, 0.1], [True, False, False]), worse])
    always, said = findings.before_the_deadline(flag_record.record(both), "2024-03")
    assert always.startswith("`survival` kept 95% recall from every month, with a precision of 33.3%")
    assert always.endswith("against 50.0% and 50.0% of the last value: at no month better.")
    assert "From September 2023: the last value flags 2 of 3 trusts for the 1 that came" in said
    assert "precision 50.0%, recall 100.0%" in said
    assert "`survival` is the most precise, 33.3% at 100.0%: no better" in said


def test_the_page_holds_every_study_and_rectangular_tables(study: Study) -> None:
    """A section a study, the run's cost, and no table whose rows differ in columns; nothing of a machine's paths."""
    written = page.page(study)
    for part in (
        "## RTT: every list",
        "## DM01: every list",
        "## England: flows",
        "## Flags before March 2024",
        "47 seconds",
    ):
        assert part in written
    assert "| total_incomplete | pooled |" in written
    blocks = [block.splitlines() for block in written.split("\n\n") if block.startswith("|")]
    assert len(blocks) > 8
    assert all(len({row.count("|") for row in block}) == 1 for block in blocks)
    assert "nan" not in written
    assert np.unique([line.count("`") % 2 for line in written.splitlines()]).tolist() == [0]
