"""What a notebook may ask of the moves of mutual aid: how far each has come, and what became of the trusts since."""

from __future__ import annotations

import pandas as pd

from lsc_analytics.models import aid_record as record_model
from lsc_analytics.reference import ALL_SPECIALTIES, SYSTEM
from lsc_analytics.tables import AID_RECORD
from lsc_analytics.vocabulary.ledger import every_judged
from lsc_analytics.vocabulary.loaded import month_of
from lsc_analytics.vocabulary.rtt import aid_log


def aid_actions(trust: str = SYSTEM, specialty: str = "", as_of: str = "") -> pd.DataFrame:
    """The moves of the action log and how far each has come, `tables.AID_PROGRESS`: a trust's, or a specialty's, or all."""
    told = record_model.progress(aid_log(), month_of("rtt", as_of))
    mine = (trust == SYSTEM) | (told["from_provider"] == trust) | (told["to_provider"] == trust)
    return told[mine & _of(told, specialty)].reset_index(drop=True)


def aid_record(trust: str = SYSTEM, specialty: str = "", as_of: str = "") -> pd.DataFrame:
    """What became of the lists that pathways moved to and from, against what was forecast without: `tables.AID_RECORD`."""
    moved = record_model.transfers(aid_log())
    if moved.empty:
        return AID_RECORD.empty()
    told = record_model.became(moved, every_judged(month_of("rtt", as_of)))
    return told[((trust == SYSTEM) | (told["provider_code"] == trust)) & _of(told, specialty)].reset_index(drop=True)


def _of(told: pd.DataFrame, specialty: str) -> pd.Series:
    """Rows of one specialty; of all of them where none, or the total, is named."""
    whole = specialty in ("", ALL_SPECIALTIES)
    return (told["treatment_function_code"] == specialty) | whole
