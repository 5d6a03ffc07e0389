"""What a notebook may ask of the moves of mutual aid: how far each has come, and what became of the trusts since."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.models import aid_record as record_model
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM
from lsc_analytics.tables import AID_RECORD, CANCER_AID_RECORD, DM01_AID_RECORD
from lsc_analytics.vocabulary.cancer import cancer
from lsc_analytics.vocabulary.diagnostics_ahead import every_test_judged
from lsc_analytics.vocabulary.ledger import every_judged
from lsc_analytics.vocabulary.loaded import latest_month, month_of
from lsc_analytics.vocabulary.rtt import aid_log


def aid_actions(trust: str = SYSTEM, specialty: str = "", as_of: str = "") -> pd.DataFrame:
    """The moves of the action log and how far each has come, `tables.AID_PROGRESS`: a trust's, or a specialty's, or all."""
    told = record_model.progress(aid_log(), month_of("rtt", as_of))
    mine = (trust == SYSTEM) | (told["from_provider"] == trust) | (told["to_provider"] == trust)
    return told[mine & _of(told, specialty)].reset_index(drop=True)


def aid_answering(trust: str = SYSTEM, specialty: str = "", as_of: str = "") -> pd.DataFrame:
    """Who answers for the moves of the action log, and for how much that is overdue: `tables.AID_ANSWERING`."""
    return record_model.answering(aid_actions(trust, specialty, as_of))


def aid_record(trust: str = SYSTEM, specialty: str = "", as_of: str = "") -> pd.DataFrame:
    """What became of the lists that pathways moved to and from, against what was forecast without: `tables.AID_RECORD`."""
    moved = record_model.transfers(aid_log())
    if moved.empty:
        return AID_RECORD.empty()
    told = record_model.became(moved, every_judged(month_of("rtt", as_of)))
    return told[_at(told, trust) & _of(told, specialty)].reset_index(drop=True)


def diagnostics_aid_record(trust: str = SYSTEM, as_of: str = "") -> pd.DataFrame:
    """What became of the tests' lists that waits were moved to and from, against what was forecast: `tables.DM01_AID_RECORD`.

    No rows where no move of a test is delivered, or no DM01 figures are loaded.
    """
    moved, month = record_model.transfers_of_tests(aid_log()), latest_month("dm01", as_of)
    if moved.empty or not month:
        return DM01_AID_RECORD.empty()
    told = record_model.became(moved, every_test_judged(month))
    return told[_at(told, trust)].reset_index(drop=True)


def cancer_aid_record(trust: str = SYSTEM, as_of: str = "") -> pd.DataFrame:
    """Patients treated within 62 days at trusts that cancer pathways were moved to and from: `tables.CANCER_AID_RECORD`.

    No rows where no move of cancer is delivered, or no cancer figures are loaded.
    """
    moved = record_model.transfers_of_cancer(aid_log())
    if moved.empty:
        return CANCER_AID_RECORD.empty()
    told = record_model.became_of_cancer(moved, cancer(as_of))
    return told[_at(told, trust)].reset_index(drop=True)


def _at(told: pd.DataFrame, trust: str) -> pd.Series:
    return (told["provider_code"] == trust) | (trust == SYSTEM)


def _of(told: pd.DataFrame, specialty: str) -> pd.Series:
    """Rows of one specialty; of all of them where none, or the total, is named."""
    whole = specialty in ("", ALL_SPECIALTIES)
    return (told["treatment_function_code"] == specialty) | whole
