"""The recorded page, `docs/accuracy.md`: the study's sentences and tables in Markdown. It computes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from lsc_analytics.accuracy import findings, flag_record, rolling
from lsc_analytics.reference import month_words

if TYPE_CHECKING:
    from lsc_analytics.accuracy import Study

_SCORES = {
    "forecasts": ("Forecasts", ",.0f"),
    "error_to_last_value": ("Error", ".3f"),
    "mase": ("MASE", ".2f"),
    "wape": ("WAPE", ".3f"),
    "crps": ("CRPS", ",.2f"),
    "crps_to_last_value": ("CRPS ratio", ".3f"),
    "brier": ("Brier", ".3f"),
    "held_80_percent": ("Held 80", ".0f"),
    "held_95_percent": ("Held 95", ".0f"),
    "mean_to_outturn": ("Mean / outturn", ".3f"),
}
_FLAGGED = {
    "lists": ("Judged", ",.0f"),
    "came": ("Came", ",.0f"),
    "flagged": ("Flagged", ",.0f"),
    "precision_percent": ("Precision", ".1f"),
    "recall_percent": ("Recall", ".1f"),
    **{f"hindsight_{recall}_percent": (f"at {recall}%", ".1f") for recall in flag_record.RECALLS},
    "average_precision_percent": ("Average", ".1f"),
}
_LEAD = {
    "came": ("Came", ",.0f"),
    "median_lead_months": ("Lead, median", ".0f"),
    "mean_lead_months": ("Lead, mean", ".1f"),
    "longest_percent": ("Flagged throughout", ".0f"),
}
_HEADS = {"measure": "Measure", "method": "Method", "horizons": "Months ahead", "as_of": "As of"}
_WHOLE_COUNTRY = {"rtt", "dm01"}
_WIDEST = 12  # months across a page; more are written down it
_STUDIES = {
    "rtt": (
        "RTT: every list of the country",
        "Provider by treatment function, non-zero at the origin, total rows out. The last value stands without an interval "
        "here, so its CRPS is its absolute error and its chance of anyone 0 or 1.",
    ),
    "dm01": (
        "DM01: every list of the country",
        "Provider by test, lists with a mean of 50 or more waiting over the months loaded. The last value as above.",
    ),
    "rtt_sample": (
        "RTT: every method, on the four trusts' lists and a seeded sample of 150 others",
        "Methods that take a fit a list are judged on a sample, every third origin with 13 months of history behind it; "
        "the pooled method's rows are of the same lists, months and measures (it learned from all lists). A list too short "
        "or too still for a method has no row of it. "
        "`combination` averages the quantiles of the methods that `parameters/models.yml` names for it, as far as they are "
        "there.",
    ),
    "dm01_sample": (
        "DM01: every method, on the four trusts' tests and a seeded sample of 90 others",
        "As for RTT: every third origin with 13 months of history, the pooled method's rows of the same lists. `cohort` ages "
        "the published weekly bands.",
    ),
    "rtt_trusts": (
        "RTT: every method, on trusts' total rows",
        "All specialties together, of the four trusts and a seeded sample of 40 other NHS trusts: two to four years of "
        "history, so that methods with a season have one to learn.",
    ),
    "england": (
        "England: flows and the identity, beside the methods that see the list alone",
        "The list with estimates for missing trusts, every origin from October 2017, when two years of clock starts are "
        "known. The constants of the identity were chosen looking at origins of 2017 to 2019 and from 2022.",
    ),
    "england_without_2020_21": (
        "England, without forecasts from or of 2020 and 2021",
        "The same, less the two years in which referrals halved and came back.",
    ),
    "demo": (
        "Demo data: flows and the identity, and weekly cohorts, by trust and specialty",
        "**Untested on real data until 13 or more monthly extracts are loaded.** The demo data are invented by a model of "
        "flows and waits, so these figures say that the engine works, and nothing of how good it would be.",
    ),
}


def page(study: Study) -> str:
    """The whole page.

    Args:
        study: The results.
    """
    accuracy = study.accuracy
    deadline = flag_record.record(study.deadline)
    target = str(study.deadline["target_month"].iloc[0])
    said = [
        "# Accuracy of the forecasts",
        "",
        "Made by `make accuracy` on published data; not part of the tests. Each forecast saw only what was known at its "
        "origin. Nothing on this page was typed: tables and sentences come from the same run.",
        "",
        "**Error**: absolute error of the median summed over lists, over that of the last value on the same lists; below 1 is "
        "better than assuming that nothing changes. **MASE**: the error in months of the list's usual change. **WAPE**: the "
        "error as a share of the outturn. **CRPS**: the whole distribution's error, in pathways, and over the last value's. "
        "**Brier**: of the chance that anyone is counted. **Held**: percent of outturns inside the 80 and 95% interval, lists "
        "with five or more at the origin. **Mean / outturn**: sum of means over sum of outturns. What each is and where its "
        "formula comes from: `lsc_analytics/models/scores.py`.",
        "",
        "The constants of the pooled method were chosen by looking at these same origins, so its ratios flatter it a little; "
        "its regression and intervals never see the months they are judged on.",
        "",
        "## What it says",
    ]
    for family in ("rtt", "dm01"):
        said += ["", f"**{family.upper()}, pooled over every list of the country**", ""]
        said += findings.bullets(findings.pooled_record(accuracy, family))
    for study_name in ("rtt_sample", "rtt_trusts", "dm01_sample", "england", "england_without_2020_21"):
        if (accuracy["study"] == study_name).any():
            said += [
                "",
                f"**{_STUDIES[study_name][0]}**",
                "",
                *findings.bullets(findings.leaders(accuracy, study_name)),
            ]
    said += ["", f"**NHS trusts that would have over 0.5% of their list past 65 weeks at {month_words(target)}**", ""]
    said += findings.bullets(findings.before_the_deadline(deadline, target))
    said += ["", "**A national run**", "", *findings.bullets(findings.runs(study.runs))]
    for name in (name for name in _STUDIES if (accuracy["study"] == name).any()):
        said += ["", f"## {_STUDIES[name][0]}", "", _STUDIES[name][1], *_of_study(accuracy[accuracy["study"] == name])]
    said += _flags(deadline, flag_record.lead(study.deadline), f"Flags before {month_words(target)}: over 0.5% past 65 weeks", (
        "NHS trusts (codes that begin with R) with anyone waiting at both months, total rows; every provider teaches the "
        "pooled method. What each rule is: `lsc_analytics/accuracy/history.py`. **at 95%**: the best precision at that recall "
        "with the threshold set in hindsight, which nobody knew at the time. **Lead**: months before, flagged without a break."
    ))  # fmt: skip
    for (measure, share), part in study.lists.groupby(["measure", "share_percent"]):
        limit = "anyone" if share == 0 else f"over {share:g}% of the list"
        said += _flags(
            flag_record.record(part), flag_record.lead(part), f"Flags of lists: {limit} {findings.named(str(measure)).lower()}",
            "Provider by treatment function, the latest months loaded.",
        )  # fmt: skip
    return "\n".join(said) + "\n"


def _of_study(rows: pd.DataFrame) -> list[str]:
    every = rows[rows["as_of"] == "every"]
    said = []
    for span in (span for span in rolling.SPANS if span in set(every["horizons"])):
        part = every[every["horizons"] == span]
        said += ["", f"### {span} months ahead", ""]
        whole = part[part["lists"] == rolling.EVERY]
        spread = {"origins": ("Origins", ".0f"), "origins_mean": ("Mean of origins", ".3f"),
                  "origins_least": ("Least", ".2f"), "origins_most": ("Most", ".2f")}  # fmt: skip
        said += _table(whole, ["measure", "method"], _SCORES | spread)
        some = part[(part["lists"] != rolling.EVERY) & (part["method"] != "last_value")]
        if not set(some["study"]) & _WHOLE_COUNTRY:  # of a sample, the largest trust is whichever was drawn
            some = some[some["lists"] == rolling.TRUSTS]
        if len(some):
            said += ["", "On some of the lists:", ""]
            said += _table(some, ["lists", "measure", "method"], {
                name: _SCORES[name] for name in ("forecasts", "error_to_last_value", "mase", "held_80_percent")
            } | {"origins_mean": ("Mean of origins", ".3f")})  # fmt: skip
    single = every[(every["lists"] == rolling.EVERY) & ~every["horizons"].isin(list(rolling.SPANS))]
    said += _wide(single.assign(horizons=single["horizons"].astype(int)), "horizons", "Error, by months ahead")
    origins = rows[(rows["as_of"] != "every") & (rows["horizons"] == "1 to 3") & (rows["lists"] == rolling.EVERY)]
    return [*said, *_wide(origins, "as_of", "Error, 1 to 3 months ahead, by origin")]


def _wide(rows: pd.DataFrame, across: str, title: str) -> list[str]:
    rows = rows[rows["method"] != "last_value"]
    wide = rows.pivot(index=["measure", "method"], columns=across, values="error_to_last_value").sort_index()
    if wide.shape[1] > _WIDEST:
        wide = wide.T
    heads = [*[_HEADS[str(name)] for name in wide.index.names], *(_head(name) for name in wide.columns)]
    said = ["", f"### {title}", "", f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for name, row in zip(wide.index, wide.to_numpy(), strict=True):
        cells = [*(name if isinstance(name, tuple) else [name]), *(_written(value, ".2f") for value in row)]
        said.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    return said


def _head(name: object) -> str:
    return " ".join(str(part) for part in name) if isinstance(name, tuple) else str(name)


def _table(rows: pd.DataFrame, keys: list[str], columns: dict[str, tuple[str, str]]) -> list[str]:
    heads = [*(key.capitalize() for key in keys), *(label for label, _ in columns.values())]
    said = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for _, row in rows.iterrows():
        cells = [str(row[key]) for key in keys]
        said.append(f"| {' | '.join([*cells, *(_written(row[name], form) for name, (_, form) in columns.items())])} |")
    return said


def _written(value: float, form: str) -> str:
    return "" if pd.isna(value) else f"{value:{form}}"


def _flags(record: pd.DataFrame, lead: pd.DataFrame, title: str, about: str) -> list[str]:
    said = ["", f"## {title}", "", about, "", *_table(record, ["horizon", "method"], _FLAGGED), ""]
    return [*said, *_table(lead, ["method"], _LEAD)]
