"""What a notebook may ask of the record: how good forecasts have been, what was said before, what was done about bad histories."""

from __future__ import annotations

import pandas as pd

from lsc_analytics import parameters
from lsc_analytics.models import family, scores, treatment
from lsc_analytics.models import ledger as ledger_model
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM
from lsc_analytics.store import ledger as ledger_store
from lsc_analytics.store.home import Home
from lsc_analytics.store.results import Results, Rows
from lsc_analytics.tables import FORECASTS_JUDGED, RTT_TREATMENT
from lsc_analytics.vocabulary.forecasts import lists, track_records
from lsc_analytics.vocabulary.loaded import month_of, note, warehouse
from lsc_analytics.vocabulary.rtt import every_list, waiting_list

_OVER = ("over_52_weeks", "over_65_weeks")  # the standards that warnings are given of


def accuracy_by_measure(trust: str, as_of: str = "") -> pd.DataFrame:
    """How good each method has been on a trust's specialties: `tables.scores_by("kind", "measure")`."""
    return scores.score(_judged(trust, as_of), ["kind", "measure"])


def accuracy_by_horizon(trust: str, as_of: str = "") -> pd.DataFrame:
    """The same by months ahead: `tables.scores_by("kind", "measure", "horizon")`."""
    return scores.score(_judged(trust, as_of), ["kind", "measure", "horizon"])


def accuracy_by_origin(trust: str, as_of: str = "") -> pd.DataFrame:
    """The same by the month forecast from: `tables.scores_by("kind", "measure", "as_of")`."""
    return scores.score(_judged(trust, as_of), ["kind", "measure", "as_of"])


def accuracy_of_chances(trust: str, as_of: str = "") -> pd.DataFrame:
    """Whether the chances that were given came true: `tables.FORECAST_RELIABILITY`."""
    return ledger_model.reliability(_of_the_long_waits(_judged(trust, as_of)))


def accuracy_of_warnings(trust: str, as_of: str = "", *, warned_from: float = 0.5) -> pd.DataFrame:
    """How many warnings came true, and how many breaches were warned of: `tables.FORECAST_FLAGS`."""
    return ledger_model.flags(_of_the_long_waits(_judged(trust, as_of)), warned_from)


def ledger_state(as_of: str = "") -> pd.DataFrame:
    """How many forecasts are kept, and how many have been scored: `tables.LEDGER_STATE`."""
    kept = _kept_before(month_of("rtt", as_of))
    return ledger_model.state(kept, ledger_model.scored(kept, every_list(month_of("rtt", as_of))))


def last_six(trust: str, specialty: str, as_of: str = "") -> pd.DataFrame:
    """What the reports led with at a list's last six origins, and what came of it: `tables.FORECAST_SAID`.

    From the ledger where forecasts of an origin are kept, else back-cast.
    """
    month = month_of("rtt", as_of)
    figures = waiting_list(trust, specialty, month).figures
    mine = {"provider_code": [trust], "treatment_function_code": [specialty]}
    return ledger_model.last_said(_kept_before(month, mine), every_judged(month, mine), figures, month)


def treatments(trust: str, specialty: str, as_of: str = "") -> pd.DataFrame:
    """What is wrong with a list's history and what is done about it: `tables.RTT_TREATMENT`.

    Of LSC and C_999, those of every list of the system; empty without RTT.
    """
    if "rtt" not in warehouse().families():
        return RTT_TREATMENT.empty()
    month = month_of("rtt", as_of)
    if (trust, specialty) == (SYSTEM, ALL_SPECIALTIES):
        figures = warehouse().rtt(provider_code=parameters.trust_codes(), measure="total_incomplete")
        figures = figures[figures["treatment_function_code"] != ALL_SPECIALTIES]
        note(figures)
    else:
        figures = waiting_list(trust, specialty, month).figures
    return treatment.treatments(figures, month)


def _judged(trust: str, as_of: str) -> pd.DataFrame:
    """Every forecast of a trust's specialties whose month is known. Totals are left out: they would count twice."""
    trusts = parameters.trust_codes() if trust == SYSTEM else [trust]
    made = every_judged(month_of("rtt", as_of), {"provider_code": trusts})
    return ledger_model.with_led(made[made["treatment_function_code"] != ALL_SPECIALTIES])


def every_judged(month: str, where: Rows | None = None) -> pd.DataFrame:
    """The same of every list, totals and the system's own too, or those rows. Remembered until data or what is kept change."""
    home = Home.current()
    return Results(home).get(
        FORECASTS_JUDGED, warehouse().release("rtt"), _as_kept(home, month), lambda: _judge(month), where
    )


def record_remembered(as_of: str = "") -> bool:
    """Whether every forecast has been judged before, of the same data and with nothing kept since."""
    home, month = Home.current(), month_of("rtt", as_of)
    return Results(home).path(FORECASTS_JUDGED, warehouse().release("rtt"), _as_kept(home, month)).exists()


def _as_kept(home: Home, month: str) -> dict[str, str]:
    return {"as_of": month, "ledger": ledger_store.state(home)}


def _judge(month: str) -> pd.DataFrame:
    totals = [(trust, ALL_SPECIALTIES) for trust in (*parameters.trust_codes(), SYSTEM)]
    record = track_records([*lists(month), *totals], month)
    ledger = ledger_model.scored(_kept_before(month), every_list(month))
    judged = ledger_model.judged(ledger, ledger_model.backcasts(record))
    return judged.sort_values(family.RTT.cell, kind="stable", ignore_index=True)  # list by list, as it is read


def _kept_before(month: str, where: Rows | None = None) -> pd.DataFrame:
    kept = ledger_store.kept(Home.current(), where)
    return kept[kept["as_of"] <= month]


def _of_the_long_waits(judged: pd.DataFrame) -> pd.DataFrame:
    return judged[judged["measure"].isin(_OVER)]
