"""What is measured of a family's lists, RTT or DM01: all that the forecasting engine has to know to treat them alike.

It computes nothing: methods, contest and ledger read from it which measures there are and how they lean on each other.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from lsc_analytics.parameters import NETWORKS
from lsc_analytics.reference import ALL_SPECIALTIES, ALL_TESTS
from lsc_analytics.tables import Table, of_tests


@dataclass(frozen=True)
class Family:
    """What is measured of each list, and how the measures lean on each other.

    Attributes:
        name: As files and standards call it: rtt or dm01.
        function_column: Name of the specialty or test column.
        total: Code of the sum of all specialties or tests.
        sums: Codes of the sums of several, that of all among them; no contest judges them.
        ladder: The whole list, then its counts over each threshold, the shortest first: each counts some of those whom
            the one before it counts.
        measures: What the pooled method forecasts, the whole list first.
        over: Weeks: the count waiting longer, for every threshold that can be had; 0 is the whole list.
        threshold: The measures that are such a count, and their weeks.
        companions: Measures whose excess over the country says something of this measure.
        common: Weights of the parts of a measure's common movement; see `pooled.movement.common_movement`.
        within: Measures that are a part of the list but no count over a threshold.
        flows: Measures of a month rather than of a month end, which no list bounds.
        boosted: Measures whose medians gradient boosting tells better, where it is asked for; it needs a flow.
    """

    name: str
    function_column: str
    total: str
    sums: tuple[str, ...]
    ladder: tuple[str, ...]
    measures: tuple[str, ...]
    over: Mapping[int, str]
    threshold: Mapping[str, int]
    companions: Mapping[str, tuple[str, ...]]
    common: Mapping[str, Mapping[str, float]]
    within: tuple[str, ...] = ()
    flows: tuple[str, ...] = field(default=())
    boosted: tuple[str, ...] = ()

    @property
    def cell(self) -> list[str]:
        """The columns that name a list."""
        return ["provider_code", self.function_column]

    @property
    def told(self) -> tuple[str, ...]:
        """Every measure that some method forecasts.

        >>> DM01.told
        ('total_waiting', 'waiting_6_plus', 'waiting_13_plus', 'waiting_list_activity')
        """
        return (self.ladder[0], *self.within, *self.ladder[1:], *self.flows)

    @property
    def stocks(self) -> tuple[str, ...]:
        """The measures counted at a month end."""
        return (self.ladder[0], *self.within, *self.ladder[1:])

    @property
    def nested(self) -> list[tuple[str, str]]:
        """Pairs of measures of which the second is a part of the first, the largest first.

        >>> RTT.nested[0], RTT.nested[-1]
        (('total_incomplete', 'over_52_weeks'), ('total_incomplete', 'within_18_weeks'))
        """
        ladder = [name for name in self.ladder if name in self.measures]
        return [*itertools.pairwise(ladder), *((self.measures[0], name) for name in self.within)]

    def table(self, of_rtt: Table) -> Table:
        """The family's own of a table of forecasts, which is defined for RTT.

        >>> from lsc_analytics.tables import RTT_FORECAST
        >>> DM01.table(RTT_FORECAST).name, DM01.table(RTT_FORECAST).grain[2]
        ('dm01_forecast', 'diagnostic_test_code')
        """
        return of_rtt if self.name == "rtt" else of_tests(of_rtt)


# Half of two rules that did about equally well on the country's long waits: three quarters season and a quarter drift of
# six months, and the season's departure from its years' drift on top of the drift of twelve months.
_LONG_WAITS = {"season": 0.375, "departure": 0.5, "drift_12": 0.5, "drift_6": 0.125}
RTT = Family(
    name="rtt",
    function_column="treatment_function_code",
    total=ALL_SPECIALTIES,
    sums=(ALL_SPECIALTIES,),
    ladder=("total_incomplete", "over_52_weeks", "over_65_weeks", "over_78_weeks", "over_104_weeks"),
    measures=("total_incomplete", "within_18_weeks", "over_52_weeks", "over_65_weeks", "over_78_weeks"),
    over={0: "total_incomplete", 18: "over_18_weeks", 52: "over_52_weeks", 65: "over_65_weeks", 78: "over_78_weeks"},
    threshold={"over_52_weeks": 52, "over_65_weeks": 65, "over_78_weeks": 78},
    companions={
        "total_incomplete": ("within_18_weeks", "over_52_weeks"),
        "within_18_weeks": ("total_incomplete", "over_52_weeks"),
        "over_52_weeks": ("over_18_weeks", "over_65_weeks"),
        "over_65_weeks": ("over_52_weeks", "over_78_weeks"),
        "over_78_weeks": ("over_65_weeks",),
    },
    common={
        "total_incomplete": {"drift_12": 1.0},
        "within_18_weeks": {"season": 0.5, "drift_12": 0.25},
        "over_52_weeks": _LONG_WAITS,
        "over_65_weeks": _LONG_WAITS,
        "over_78_weeks": _LONG_WAITS,
    },
    within=("within_18_weeks",),
)
# The departure of the season from its years' drift says more of tests than the season itself.
_TESTS = {"departure": 0.75, "drift_12": 0.5}
DM01 = Family(
    name="dm01",
    function_column="diagnostic_test_code",
    total=ALL_TESTS,
    sums=(*NETWORKS, ALL_TESTS),
    ladder=("total_waiting", "waiting_6_plus", "waiting_13_plus"),
    measures=("total_waiting", "waiting_6_plus", "waiting_13_plus", "waiting_list_activity"),
    over={0: "total_waiting"} | {week: f"waiting_{week}_plus" for week in range(1, 14)},
    threshold={"waiting_6_plus": 6, "waiting_13_plus": 13},
    companions={
        "total_waiting": ("waiting_6_plus", "waiting_list_activity", "waiting_3_plus"),
        "waiting_6_plus": ("total_waiting", "waiting_3_plus", "waiting_13_plus", "waiting_list_activity"),
        "waiting_13_plus": ("waiting_6_plus", "waiting_10_plus", "total_waiting"),
        "waiting_list_activity": ("total_waiting", "waiting_6_plus"),
    },
    common=dict.fromkeys(("total_waiting", "waiting_6_plus", "waiting_13_plus", "waiting_list_activity"), _TESTS),
    flows=("waiting_list_activity",),
    boosted=("waiting_6_plus",),
)


def of(frame: pd.DataFrame) -> Family:
    """The family of a table of lists: DM01's names a test, RTT's a treatment function.

    >>> of(pd.DataFrame(columns=["provider_code", "diagnostic_test_code"])).name
    'dm01'
    """
    return DM01 if DM01.function_column in frame.columns else RTT
