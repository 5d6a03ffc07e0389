"""What every reader returns: the frames of one file, what the file says of itself, and the checks made on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd

from lsc_analytics.tables import INCOMING

SOURCE_RANKS = {"full_extract": 1, "provider_workbook": 2}  # a tidy history's rank is in its mapping, 3 or later


Family = Literal[
    "rtt", "dm01", "wlmds", "cancer", "chatbot", "plan", "diagnostic_capacity", "mutual_aid", "ptl", "action_log"
]


@dataclass(frozen=True)
class Reading:
    """One file, read.

    Attributes:
        file: Name as given, without its folder.
        layout: What it was recognised as, in words.
        family: The report family it feeds.
        source: `full_extract`, `provider_workbook`, a mapping's name, or `call_records`.
        source_rank: The lowest wins where two sources report the same figure.
        frames: Frames by table name, each checked against `tables.INCOMING`.
        used: False for a known file that nothing reads yet.
        published: Publication date the file states, YYYY-MM-DD.
        revised: The file or its name says that it is a revision.
        demo: The file is generated demo data; None where it does not say, and is of the home's kind.
        patient_level: The raw file must not be kept.
        note: One sentence for the report, where there is something to say.
    """

    file: str
    layout: str
    family: Family
    source: str
    source_rank: int
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    used: bool = True
    published: str | None = None
    revised: bool = False
    demo: bool | None = False
    patient_level: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        checked = {name: INCOMING[name].check(frame) for name, frame in self.frames.items()}
        object.__setattr__(self, "frames", checked)

    @property
    def checks(self) -> pd.DataFrame:
        """The reconciliations made while reading, one row each."""
        return self.frames.get("ingest_checks", INCOMING["ingest_checks"].empty())

    def data(self) -> dict[str, pd.DataFrame]:
        """The frames that hold figures."""
        return {name: frame for name, frame in self.frames.items() if name != "ingest_checks"}

    def months(self) -> list[str]:
        """Months with a figure, in order."""
        found: set[str] = set()
        for frame in self.data().values():
            if "month" in frame:
                found.update(frame["month"].unique())
        return sorted(found)

    def providers(self) -> set[str]:
        """Codes of the organisations with a figure."""
        found: set[str] = set()
        for frame in self.data().values():
            if "provider_code" in frame:
                found.update(frame["provider_code"].unique())
        return found


def plain_name(path: Path) -> str:
    """A file's name without folders: nothing stored or said carries a path of somebody's machine."""
    return path.name
