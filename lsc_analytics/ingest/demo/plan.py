"""An invented plan for the demo's lists, in the columns of the plan contract: some lists end on it and some off."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from lsc_analytics.ingest.demo.cohorts import course
from lsc_analytics.parameters import Demo
from lsc_analytics.reference import months_between

NAME = "DEMO-plan.csv"
_STREAM = 5  # of the seed: every kind of record draws apart from the others


def planned(demo: Demo) -> pd.DataFrame:
    """Every planned value.

    Returns:
        A row a list, measure and month, columns and values as in `docs/plan-contract.md`: counts whole, shares to a tenth
        of a percent.
    """
    plan, random = demo.plan, np.random.default_rng([demo.seed, _STREAM])
    months = months_between(plan.first_month, plan.last_month)
    frames = []
    for trust, function, test, measure, anchors in _lines(demo):
        values = course(anchors, months) * random.normal(1, plan.wobble_percent / 100, len(months))
        share = measure.endswith("_percent")
        frames.append(
            pd.DataFrame(
                {
                    "data_kind": "demo",
                    "provider_code": trust,
                    "treatment_function_code": function,
                    "diagnostic_test_code": test,
                    "measure": measure,
                    "month": months,
                    "planned_value": [f"{value:.1f}" if share else str(round(value)) for value in values],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _lines(demo: Demo) -> Iterator[tuple[str, str, str, str, dict[str, float]]]:
    """Trust, specialty, test, measure and course of every planned line, in a fixed order."""
    for of_rtt, of_family in ((True, demo.plan.rtt), (False, demo.plan.dm01)):
        for trust, lists in of_family.items():
            for code, measures in lists.items():
                for measure, anchors in measures.items():
                    yield trust, code if of_rtt else "", "" if of_rtt else code, measure, anchors
    for trust, of_cancer in demo.plan.cancer.items():
        for measure, anchors in of_cancer.items():
            yield trust, "", "", measure, anchors
