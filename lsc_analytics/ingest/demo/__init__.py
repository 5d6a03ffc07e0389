"""Demo data in the published file formats, so that the readers of real files take them. It reads no real data."""

from __future__ import annotations

from pathlib import Path

from lsc_analytics.ingest.demo import (
    action_log,
    aid_capacity,
    cancer,
    chatbot,
    diagnostic_capacity,
    dm01,
    files,
    plan,
    ptl,
    rtt,
    wlmds,
)
from lsc_analytics.parameters import demo

_PTL_LEVEL = 3  # of gzip: the lists are large, and half a second matters more than half a megabyte


def write(folder: Path, *, seed: int | None = None) -> list[Path]:
    """Write invented files of every family, byte for byte the same for the same seed.

    Args:
        folder: Where to write, made if need be; a folder a family receives the files.
        seed: Another invention of the same magnitudes; that of `parameters/demo.yml` unless given.

    Returns:
        Paths of the files written, sorted.
    """
    told = demo() if seed is None else demo().model_copy(update={"seed": seed})
    for family in (
        "rtt",
        "dm01",
        "wlmds",
        "cancer",
        "chatbot",
        "plan",
        "diagnostic_capacity",
        "mutual_aid",
        "ptl",
        "action_log",
    ):
        (folder / family).mkdir(parents=True, exist_ok=True)
    written, extract = [], ""
    for month, extract in rtt.extracts(told):
        written.append(_extract(folder / "rtt", told.first_month, month, extract))
    for name, data in ptl.extracts(told, extract):
        written.append(files.write_gz(folder / "ptl" / name, data, level=_PTL_LEVEL))
    written.append(files.write_workbook(folder / "wlmds" / wlmds.name(told), wlmds.workbook(told, extract)))
    tested = dm01.simulate(told)
    for month, workbook in dm01.workbooks(told, tested):
        written.append(files.write_workbook(folder / "dm01" / dm01.name(month), workbook))
    written.append(files.write_workbook(folder / "cancer" / cancer.name(told), cancer.extract(told)))
    for name, records in zip(("calls", "reviews"), chatbot.records(told), strict=True):
        text = records.to_csv(index=False, lineterminator="\n")
        written.append(files.write_csv(folder / "chatbot" / f"DEMO-chatbot-{name}.csv", text))
    text = plan.planned(told).to_csv(index=False, lineterminator="\n")
    written.append(files.write_csv(folder / "plan" / plan.NAME, text))
    text = diagnostic_capacity.sites(told, tested).to_csv(index=False, lineterminator="\n")
    written.append(files.write_csv(folder / "diagnostic_capacity" / diagnostic_capacity.NAME, text))
    text = aid_capacity.offered(told).to_csv(index=False, lineterminator="\n")
    written.append(files.write_csv(folder / "mutual_aid" / aid_capacity.NAME, text))
    text = action_log.entries(told).to_csv(index=False, lineterminator="\n")
    written.append(files.write_csv(folder / "action_log" / action_log.NAME, text))
    return sorted(written)


def _extract(folder: Path, first_month: str, month: str, text: str) -> Path:
    """One extract in one of the containers that the published ones were found in: plain, zip, then gz."""
    name = rtt.name(month)
    if month == first_month:
        return files.write_csv(folder / name, text)
    if month < "2023-04":
        return files.write_csv(folder / name.replace(".csv", ".zip"), text)
    return files.write_csv(folder / f"{name}.gz", text)
