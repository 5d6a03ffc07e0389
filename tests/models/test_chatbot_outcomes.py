"""Validation outcomes: what counts once, what awaits review, what shares are of, and what may be shown."""

from __future__ import annotations

import pandas as pd
import pytest
from example_validation import CALL, REVIEW, limits, pathways
from hypothesis import given, settings
from hypothesis import strategies as st

from lsc_analytics.errors import NoDataError
from lsc_analytics.models import chatbot
from lsc_analytics.parameters import chatbot_published
from lsc_analytics.store.disclosure import HIDDEN
from lsc_analytics.tables import CHATBOT_CALLS, CHATBOT_COUNTS, CHATBOT_OUTCOMES, CHATBOT_REVIEWS

COUNTS = [name for name in CHATBOT_OUTCOMES.names if name not in CHATBOT_OUTCOMES.grain]
ALL_COUNTS = [name for name in CHATBOT_COUNTS.names if name not in CHATBOT_COUNTS.grain]


def found(calls: list[dict], reviews: list[dict] | None = None, limit: int = 14) -> pd.DataFrame:
    """Exact counts of calls and reviews by trust and specialty, and of what awaits review of both answers together."""
    counted = chatbot.counts(pathways(calls, reviews, limit))
    rows = counted[counted["dimension"] == chatbot.EVERYONE].reset_index(drop=True)
    return rows.assign(
        awaiting_review=rows["worse_awaiting"] + rows["leave_awaiting"],
        review_overdue=rows["worse_overdue"] + rows["leave_overdue"],
    )


def shown_of(calls: list[dict]) -> pd.DataFrame:
    """Published outcomes of calls."""
    return chatbot.outcomes(chatbot.publish(chatbot.counts(pathways(calls))))


def of(outcomes: pd.DataFrame, provider: str = "ALL", function: str = "C_999") -> dict:
    """One row's counts."""
    rows = outcomes[(outcomes["provider_code"] == provider) & (outcomes["treatment_function_code"] == function)]
    assert len(rows) == 1
    return rows.iloc[0].to_dict()


def campaign(size: dict[tuple[str, str, str], int]) -> list[dict]:
    """Call records of one campaign, so many pathways by trust, specialty and response."""
    return [
        CALL | {"pathway_pseudonym": f"{trust}{function}{response}{at}", "provider_code": trust,
                "treatment_function_code": function, "response": response}
        for (trust, function, response), count in size.items() for at in range(count)
    ]  # fmt: skip


def test_a_pathway_counts_once_by_its_last_answer() -> None:
    """Three attempts, two answered: one pathway, which answered what it answered last, under its last specialty."""
    calls = [
        CALL | {"attempt_number": 2, "response": "remain", "treatment_function_code": "C_130"},
        CALL | {"attempt_number": 1, "response": "leave"},
        CALL | {"attempt_number": 3, "contacted": False, "responded": False, "response": None, "treatment_function_code": "C_130"},
    ]  # fmt: skip
    row = of(found(calls), "RXN", "C_130")
    assert {name: row[name] for name in COUNTS if row[name]} == dict.fromkeys(
        ("eligible", "attempted", "contacted", "responded", "remain"), 1
    )


def test_reached_and_answered_are_of_any_attempt() -> None:
    """Not reached at first, reached without an answer then: attempted and contacted, not responded."""
    silent = {"responded": False, "response": None}
    row = of(found([CALL | silent | {"contacted": False}, CALL | silent | {"attempt_number": 2}]))
    assert (row["attempted"], row["contacted"], row["responded"]) == (1, 1, 0)


def test_two_campaigns_are_two_countings() -> None:
    """The same pathway in two campaigns counts in both; campaigns come in the order they began."""
    later = CALL | {"campaign": "A later one", "attempted_on": "2025-09-01"}
    outcomes = found([later, CALL])
    assert outcomes["campaign"].drop_duplicates().tolist() == ["Spring 2025", "A later one"]
    assert outcomes[outcomes["provider_code"] == "ALL"]["attempted"].tolist() == [1, 1]


def test_review_before_the_answer_is_none() -> None:
    """A review counts from the day of the answer on; before it, the pathway still awaits one."""
    for day, reviewed in (("2025-03-02", 0), ("2025-03-03", 1), ("2025-03-10", 1)):
        row = of(found([CALL], [REVIEW | {"reviewed_on": day}]))
        assert (row["reviewed"], row["removed"], row["awaiting_review"]) == (reviewed, reviewed, 1 - reviewed)


def test_only_leave_and_worse_are_for_review() -> None:
    """A review of someone who stays counts as none; worse as well as staying is for review."""
    assert of(found([CALL | {"response": "remain"}], [REVIEW]))["reviewed"] == 0
    both = of(found([CALL | {"response": "remain", "also_worse": True}]))
    assert (both["remain"], both["worse"], both["awaiting_review"]) == (1, 1, 1)
    assert of(found([CALL], [REVIEW | {"pathway_pseudonym": "of no call"}]))["awaiting_review"] == 1


@pytest.mark.parametrize(("last_day", "overdue"), [("2025-03-17", 0), ("2025-03-18", 1)])
def test_review_is_overdue_after_the_limit(last_day: str, overdue: int) -> None:
    """Fourteen days after the answer it is due, on the fifteenth overdue, at the last day any record speaks of."""
    other = CALL | {"pathway_pseudonym": "b", "attempted_on": last_day, "response": "remain"}
    assert of(found([CALL, other]))["review_overdue"] == overdue


@settings(max_examples=30, deadline=None)  # each builds, groups and checks three tables
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["RXN", "RTX"]),
            st.sampled_from(["C_110", "C_130", "X02"]),
            st.sampled_from(["remain", "leave", "worse"]),
            st.booleans(),
            st.booleans(),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_rows_and_roll_ups_agree(pathways: list[tuple]) -> None:
    """Trusts add up to all, specialties to their trust; reached within attempted, answered within reached; who asked to
    leave or is worse is reviewed or awaits it.
    """
    calls = [
        CALL | {"pathway_pseudonym": str(at), "provider_code": trust, "treatment_function_code": function,
                "contacted": contacted, "responded": contacted and answered,
                "response": response if contacted and answered else None}
        for at, (trust, function, response, contacted, answered) in enumerate(pathways)
    ]  # fmt: skip
    outcomes = found(calls, [REVIEW | {"pathway_pseudonym": str(at)} for at in range(0, len(pathways), 2)])
    trusts = outcomes[(outcomes["treatment_function_code"] == "C_999") & (outcomes["provider_code"] != "ALL")]
    specialties = outcomes[outcomes["treatment_function_code"] != "C_999"]
    total = outcomes[outcomes["provider_code"] == "ALL"][COUNTS].iloc[0]
    assert (trusts[COUNTS].sum() == total).all()
    by_trust = specialties.groupby("provider_code")[COUNTS].sum()
    assert (by_trust == trusts.set_index("provider_code")[COUNTS]).all(axis=None)
    assert total["attempted"] == len(pathways)
    assert (outcomes["contacted"] <= outcomes["attempted"]).all()
    assert (outcomes[["remain", "leave", "worse"]].sum(axis=1) == outcomes["responded"]).all()
    whole = outcomes[outcomes["treatment_function_code"] == "C_999"]  # where what awaits review is counted
    assert (whole["reviewed"] + whole["awaiting_review"] == whole["leave"] + whole["worse"]).all()
    assert (trusts[ALL_COUNTS].sum() == outcomes.loc[outcomes["provider_code"] == "ALL", ALL_COUNTS].iloc[0]).all()


def test_no_records_no_outcomes() -> None:
    """A home without Chatbot records has a table of no rows, not an error."""
    nothing = chatbot.pathways(CHATBOT_CALLS.empty(), CHATBOT_REVIEWS.empty(), limits())
    assert chatbot.outcomes(chatbot.publish(chatbot.counts(nothing))).empty


def test_published_hides_the_small_and_guards_the_sums() -> None:
    """Every whole number becomes text; a small count is hidden, and so is one that would give it away by subtraction."""
    size = {("RXN", "C_110", "remain"): 8, ("RXN", "C_110", "leave"): 8, ("RXN", "C_110", "worse"): 1,
            ("RXN", "C_130", "remain"): 1200}  # fmt: skip
    shown = shown_of(campaign(size))
    row = of(shown, "RXN", "C_110")
    assert (row["responded"], row["worse"]) == ("15", HIDDEN)
    assert HIDDEN in (row["remain"], row["leave"])
    assert of(shown, "RXN", "C_130")["remain"] == "1,200"
    assert of(shown, "RXN", "C_130")["leave"] == "0"
    assert all(pd.api.types.is_string_dtype(shown[name]) for name in COUNTS)


def test_select_and_breakdown() -> None:
    """A report's own rows, and what lies beneath: trusts of the system, specialties of a trust."""
    shown = shown_of(campaign({("RXN", "C_110", "remain"): 20, ("RTX", "C_130", "leave"): 30}))
    assert chatbot.select(shown, "LSC")["provider_code"].tolist() == ["ALL"]
    assert chatbot.select(shown, "RXN", "C_110")["attempted"].tolist() == ["20"]
    assert chatbot.breakdown(shown, "LSC")["provider_code"].tolist() == ["RTX", "RXN"]
    assert chatbot.breakdown(shown, "RTX")["treatment_function_code"].tolist() == ["C_130"]
    with pytest.raises(NoDataError, match="C_130 at RXN"):
        chatbot.select(shown, "RXN", "C_130")


def test_shares_name_their_denominators() -> None:
    """Of those who answered and of those reached are different shares of the same count."""
    silent = [
        CALL | {"pathway_pseudonym": f"silent {at}", "responded": False, "response": None} for at in range(50)
    ]  # fmt: skip
    calls = campaign({("RXN", "C_110", "remain"): 40, ("RXN", "C_110", "leave"): 10}) + silent
    shares = chatbot.shares(chatbot.select(shown_of(calls), "LSC"))
    percent = shares.set_index(["outcome", "denominator"])["percent"]
    assert percent["leave", "responded"] == 20
    assert percent["leave", "contacted"] == 10
    assert percent["responded", "contacted"] == 50
    assert pd.isna(percent["removed", "reviewed"])


def test_a_share_tells_no_more_than_its_counts() -> None:
    """Where a count is hidden, so is every share made of it; shares are made from shown counts, not from exact ones."""
    calls = campaign({("RXN", "C_110", "remain"): 43, ("RXN", "C_110", "leave"): 3})
    shares = chatbot.shares(chatbot.select(shown_of(calls), "LSC"))
    shown = shares.set_index(["outcome", "denominator"])
    assert shown.loc[("leave", "responded"), "count"] == HIDDEN
    assert pd.isna(shown.loc[("leave", "responded"), "percent"])
    assert shown.loc[("remain", "responded"), "percent"] == pytest.approx(100 * 45 / 45)


def test_our_records_beside_the_published_figures() -> None:
    """The collaborative's own figures, with their sources, in the same columns as ours."""
    ours = chatbot.select(shown_of(campaign({("RXN", "C_110", "remain"): 40})), "LSC")
    beside = chatbot.beside_published(ours, chatbot_published()).set_index("campaign")
    assert beside.loc["Spring 2025", ["told_by", "contacted", "remain_percent"]].tolist() == ["records", "40", 100]
    pilot, later = beside.loc["Pilot, 2021/22"], beside.loc["2022/23 to December 2022"]
    assert (pilot["contacted"], pilot["responded_percent"], pilot["leave_percent"], pilot["remain_percent"]) == (
        "2,282", 75, 15, 85,
    )  # fmt: skip
    assert (later["contacted"], later["responded"], later["responded_percent"]) == ("17,299", "13,583", 79)
    assert (later["worse_percent"], later["leave_percent"], later["remain_percent"]) == (2, 9, 89)
    assert beside["source"].str.len().min() > 10
