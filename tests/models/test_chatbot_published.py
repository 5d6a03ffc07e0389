"""What is published of validation, over time: two publications attacked together, and months whose gaps are no zeros."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from example_validation import CALL, CALL_AS_SENT, REVIEW, pathways
from scipy.optimize import linprog
from scipy.sparse import csr_array

from lsc_analytics import parameters
from lsc_analytics.models import chatbot
from lsc_analytics.models.chatbot.counting import sums, within
from lsc_analytics.store.disclosure import FEWEST_VALUES, HIDDEN
from lsc_analytics.store.home import Home
from lsc_analytics.store.intake import take
from lsc_analytics.store.pseudonym import KEY_VARIABLE, make_demo_key
from lsc_analytics.store.warehouse import Warehouse
from lsc_analytics.tables import CHATBOT_COUNTS
from lsc_analytics.vocabulary import chatbot as verbs
from lsc_analytics.vocabulary.chatbot import chatbot_counts

Run = tuple[pd.DataFrame, pd.DataFrame]
KEY = list(CHATBOT_COUNTS.grain)


def exact_of(reviewed: int, later: int = 0) -> pd.DataFrame:
    """Exact counts of two trusts' campaign, so many of its reviews done, and a few answers more."""
    random = np.random.default_rng(5)
    calls = [
        CALL | {"pathway_pseudonym": str(at), "provider_code": ("RXN", "RTX")[at % 2], "response": said,
                "treatment_function_code": ("C_110", "C_130")[(at + later_one) % 2], "sex": sex, "weeks_waiting": wait}
        for later_one, first, count in ((0, 0, 80), (1, 500, later))
        for at, said, sex, wait in zip(
            range(first, first + count), random.choice(["remain", "leave", "worse"], count, p=[0.75, 0.17, 0.08]),
            random.choice(["female", "male"], count), random.choice([20, 40, 60], count), strict=True)
    ]  # fmt: skip
    due = [call for call in calls if call["response"] != "remain"][:reviewed]
    reviews = [
        REVIEW | {"pathway_pseudonym": call["pathway_pseudonym"], "decision": "removed" if at % 3 else "kept"}
        | ({} if at % 3 else {"removed_on": None}) for at, call in enumerate(due)
    ]  # fmt: skip
    return chatbot.counts(pathways(calls, reviews))


def narrowest(runs: list[Run], added: list[tuple[list[tuple[int, str]], str]] | None = None) -> float:
    """The fewest values that a reader of all the runs, who knows which counts have not changed, is left of any *.

    Programmes of the test's own: every sum holds, every part is within its whole, an unchanged count is one count; and so
    does what is added up elsewhere: cells of the last run, and the rounded sum that is shown of them.
    """
    numbers: dict[tuple, int] = {}
    low, high, stars, rows, below = [], [], set(), [], []
    least, most = [], []
    for exact, shown in runs:
        keys = exact[KEY].apply(tuple, axis=1)

        def at(cell: tuple, exact: pd.DataFrame = exact, keys: pd.Series = keys) -> int:
            return numbers[keys[cell[0]], cell[1], exact.at[cell]]

        for name in (name for name in exact if name not in KEY):
            for row, count in exact[name].items():
                number = numbers.setdefault((keys[row], name, count), len(numbers))
                if number == len(low):
                    low.append(0.0)
                    high.append(np.inf)
                text = shown.at[row, name]
                told = (1, 7 if count < 8 else np.inf)
                if text == HIDDEN:
                    stars.add(number)
                else:
                    middle = int(text.replace(",", ""))
                    told = (middle - 2, middle + 2) if middle else (0, 0)
                low[number], high[number] = max(low[number], told[0]), min(high[number], told[1])
        rows += [([at(c) for c in parts], [at(c) for c in totals]) for parts, totals in sums(exact) if parts and totals]
        below += [([at(part)], [at(whole)]) for part, whole in within(exact)]
    for cells, text in added or []:
        middle, counted = int(text.replace(",", "")), [at(cell) for cell in cells]
        below += [([], counted), (counted, [])]
        least.append(2 - middle)
        most.append(middle + 2)
    equal, less = (_matrix(each, len(numbers)) for each in (rows, below))
    ends_at = np.zeros(len(below))
    if added:
        ends_at[-2 * len(added) :] = np.column_stack([least, most]).ravel()
    left = np.inf
    for star in stars:
        ends = []
        for way in (1.0, -1.0):
            goal = np.zeros(len(numbers))
            goal[star] = way
            answer = linprog(goal, A_eq=equal, b_eq=np.zeros(len(rows)), A_ub=less, b_ub=ends_at,
                             bounds=np.column_stack([low, high]), method="highs")  # fmt: skip
            ends.append(np.inf if answer.status == 3 else answer.x[star])
        left = min(left, np.floor(ends[1] + 1e-6) - np.ceil(ends[0] - 1e-6) + 1)
        if left < FEWEST_VALUES:
            break
    return left


def _matrix(rows: list[tuple[list[int], list[int]]], size: int) -> csr_array:
    dense = np.zeros((len(rows), size))
    for row, (parts, totals) in enumerate(rows):
        np.add.at(dense[row], parts, 1)
        np.add.at(dense[row], totals, -1)
    return csr_array(dense)


def test_two_publications_leave_every_hidden_count_three_values() -> None:
    """Reviews and answers come in between: the run before guards the next, and each alone would not have been enough."""
    first, second = exact_of(14), exact_of(17, later=4)
    shown = chatbot.publish(first)
    guarded = chatbot.publish(second, (first, shown))
    assert (guarded == HIDDEN).sum().sum() > 20
    assert narrowest([(first, shown), (second, guarded)]) >= FEWEST_VALUES
    assert narrowest([(first, shown), (second, chatbot.publish(second))]) < FEWEST_VALUES


def two_campaigns() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Exact and shown counts: 102 and 40 answered the first at two trusts, six and 50 the second, in the same month."""
    calls = [
        CALL | {"campaign": campaign, "pathway_pseudonym": f"{trust}{at}", "provider_code": trust, "response": "remain"}
        for campaign, trust, count in (("First", "RXN", 102), ("First", "RTX", 40), ("Then", "RXN", 6), ("Then", "RTX", 50))
        for at in range(count)
    ]  # fmt: skip
    exact = chatbot.counts(pathways(calls, []), [52])
    return exact, chatbot.publish(exact)


def test_all_campaigns_together_tell_no_more_of_one_than_its_own_page() -> None:
    """Counted apart, 110 who answered of both leave the hidden six 6 or 7; the page of all adds up what is shown, or hides."""
    exact, shown = two_campaigns()
    assert narrowest([(exact, shown)]) >= FEWEST_VALUES
    apart = exact.index[(exact["dimension"] == "answered_within") & (exact["provider_code"] == "RXN")]
    assert exact.loc[apart, "responded"].tolist() == [102, 6]
    assert narrowest([(exact, shown)], [([(row, "responded") for row in apart], "110")]) < FEWEST_VALUES
    bands = pd.DataFrame([(trust, "C_999", 20, 400) for trust in ("RTX", "RXN")],
                         columns=["provider_code", "treatment_function_code", "week_from", "pathways"])  # fmt: skip
    covered = chatbot.coverage(shown, bands, [52]).set_index("provider_code")
    assert covered["answered"].to_dict() == {"RTX": "90", "RXN": HIDDEN}
    assert pd.isna(covered.loc["RXN", "percent"])


def test_a_page_of_one_campaign_shows_rows_of_the_page_of_all(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is rounded or hidden anew, so that laying the two side by side tells nothing: verb by verb."""
    make_demo_key(tmp_path / "key")
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "key"))
    rows = [
        CALL_AS_SENT | {"campaign": campaign, "pathway_id": f"{campaign}{at}", "response": "leave" if at % 9 == 0 else "remain"}
        for campaign, count in (("First", 102), ("Then", 31)) for at in range(count)
    ]  # fmt: skip
    pd.DataFrame(rows).to_csv(tmp_path / "calls.csv", index=False)
    assert not take(home, [tmp_path / "calls.csv"]).refused
    for verb in (
        verbs.chatbot_outcomes, verbs.chatbot_shares, verbs.chatbot_safety, verbs.chatbot_value, verbs.chatbot_equity,
        verbs.chatbot_steps, verbs.chatbot_spread, verbs.chatbot_breakdown, verbs.chatbot_waiting,
    ):  # fmt: skip
        every, one = verb(), verb(campaign="Then")
        assert set(one["campaign"]) == {"Then"}
        pd.testing.assert_frame_equal(one, every[every["campaign"] == "Then"].reset_index(drop=True))


def test_what_was_loaded_on_an_earlier_day_guards_the_next(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two files taken on two days are two publications, of one day one: the second is made in sight of the first."""
    make_demo_key(tmp_path / "key")
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "key"))
    said = {"first": ["leave"] * 8 + ["worse"] * 8 + ["remain"], "later": ["remain"] * 7}
    for name, answers in said.items():
        rows = [CALL_AS_SENT | {"pathway_id": f"{name}-{at}", "response": each} for at, each in enumerate(answers)]
        pd.DataFrame(rows).to_csv(tmp_path / f"{name}.csv", index=False)
        assert not take(home, [tmp_path / f"{name}.csv"]).refused
    stored = Warehouse(home)
    together, files = chatbot_counts(), stored.files()
    files.loc[files["file"] == "first.csv", "taken_at"] = "2025-04-01T09:00:00+00:00"
    stored.write_register(files)
    assert stored.chatbot_days()[0] == "2025-04-01"
    assert len(stored.chatbot_calls("2025-04-01")) == 17
    apart = chatbot_counts()
    limits, weeks = parameters.models().chatbot, parameters.validation_programme().cycle_weeks
    first, both = (
        chatbot.counts(chatbot.pathways(stored.chatbot_calls(by), stored.chatbot_reviews(by), limits), weeks)
        for by in ("2025-04-01", "")
    )
    pd.testing.assert_frame_equal(apart, chatbot.publish(both, (first, chatbot.publish(first))))
    assert (apart == HIDDEN).sum().sum() > (together == HIDDEN).sum().sum()


def test_a_hidden_month_is_a_gap() -> None:
    """Two campaigns of a month are added up; a month with a hidden count has no share, nor one of 25 people; neither is taken for none."""
    row = {
        "dimension": "month",
        "category": "2025-09",
        "contacted": "200",
        "responded": "150",
        "leave": "15",
        "worse": "10",
    }
    rows = [row, row | {"leave": "30"}, row | {"category": "2025-10", "worse": HIDDEN}, row | {"category": "2025-11"},
            row | {"category": "2025-11", "worse": HIDDEN}, row | {"category": "2025-12", "worse": "0"},
            row | {"category": "2026-01", "contacted": "25", "responded": "25", "leave": "0"}, row | {"category": "not known"}]  # fmt: skip
    found = chatbot.months(pd.DataFrame(rows)).set_index("month")
    assert found.loc["2025-09", ["responded_percent", "leave_percent"]].tolist() == [75, 15]
    assert found["worse_percent"].isna().tolist() == [False, True, True, False, True]
    assert found.loc["2025-12", "worse_percent"] == 0
