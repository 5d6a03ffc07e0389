"""Validation safety: who awaits review and how long, who was called by mistake, and that nobody is lost on the way."""

from __future__ import annotations

import pandas as pd
import pytest
from example_validation import CALL, REVIEW, limits, many, pathways
from hypothesis import given, settings
from hypothesis import strategies as st

from lsc_analytics.models import chatbot
from lsc_analytics.tables import CHATBOT_CALLS, CHATBOT_REVIEWS, CHATBOT_SET_ASIDE


def safety(calls: list[dict], reviews: list[dict] | None = None, limit: int = 14) -> dict:
    """The published safety of all trusts together in the one campaign."""
    made = pathways(calls, reviews, limit)
    rows = chatbot.safety(chatbot.publish(chatbot.counts(made)), made, limits(limit))
    return rows[rows["provider_code"] == "ALL"].iloc[0].to_dict()


def steps(calls: list[dict], reviews: list[dict] | None = None, aside: list[dict] | None = None) -> pd.DataFrame:
    """The steps of the one campaign, by name."""
    made = pathways(calls, reviews)
    told = chatbot.steps(
        chatbot.publish(chatbot.counts(made)),
        made,
        CHATBOT_CALLS.check(pd.DataFrame(calls)),
        CHATBOT_REVIEWS.check(pd.DataFrame(reviews)) if reviews else CHATBOT_REVIEWS.empty(),
        CHATBOT_SET_ASIDE.check(pd.DataFrame(aside)) if aside else CHATBOT_SET_ASIDE.empty(),
    )
    return told.set_index("step")


def test_the_tail_is_told_and_not_only_the_middle() -> None:
    """Twenty worse, nineteen for a day and one for forty: half a day, and the longest to the week above."""
    calls = [
        *many(19, response="worse", attempted_on="2025-04-11"),
        *many(1, response="worse", attempted_on="2025-03-03"),
    ]
    row = safety([*calls, *many(10, response="remain", attempted_on="2025-04-12")])
    assert (row["worse_awaiting"], row["worse_overdue"]) == ("20", "*")
    assert (row["worse_median_days"], row["worse_longest_days"]) == (1, 42)


def test_how_long_is_hidden_with_how_many() -> None:
    """Seven who wait are *, and how long they have waited is not told."""
    row = safety([*many(7, response="worse"), *many(40, response="remain", attempted_on="2025-06-01")])
    assert row["worse_awaiting"] == "*"
    assert pd.isna(row["worse_median_days"])
    assert pd.isna(row["worse_longest_days"])


def test_worse_has_its_own_limit() -> None:
    """Ten days after the answer worse is overdue and leave is not, where the limits are 5 and 14."""
    calls = CHATBOT_CALLS.check(pd.DataFrame([
        *many(9, response="worse"), *many(9, response="leave"), *many(9, response="remain", attempted_on="2025-03-13"),
    ]))  # fmt: skip
    made = chatbot.pathways(
        calls, CHATBOT_REVIEWS.empty(), limits(14).model_copy(update={"worse_review_limit_days": 5})
    )
    overdue = made.groupby("said_worse")["review_overdue"].sum()
    assert (overdue[True], overdue[False]) == (9, 0)


@pytest.mark.parametrize(("reviewed_at", "reviewed"), [("09:59", 0), ("10:00", 1), (None, 1)])
def test_a_review_earlier_the_same_day_is_none(reviewed_at: str | None, reviewed: int) -> None:
    """By the time of day where both are known; by the day alone where one is not."""
    made = pathways(
        [CALL | {"attempted_at": "10:00"}], [REVIEW | {"reviewed_on": "2025-03-03", "reviewed_at": reviewed_at}]
    )
    assert made["reviewed"].sum() == reviewed


def test_the_excluded_count_in_no_step_and_are_still_safe() -> None:
    """Nobody who was not to be called is in a denominator; that they were reached is told, and their answer is reviewed."""
    mistaken = many(12, exclusion="dementia", response="worse")
    row = safety([*mistaken, *many(30, response="remain"), *many(9, exclusion="child", attempt_number=0, channel=None,
                  contacted=False, responded=False, completed=False, response=None)])  # fmt: skip
    assert (row["excluded"], row["excluded_attempted"], row["excluded_contacted"]) == ("20", "10", "10")
    assert row["worse_awaiting"] == "10"
    made = pathways([*mistaken, *many(30, response="remain")])
    assert made["eligible"].sum() == made["responded"].sum() == 30


@pytest.mark.parametrize(("day", "counted"), [("2025-06-08", 1), ("2025-06-09", 0)])
def test_rereferral_is_watched_for_ninety_days(day: str, counted: int) -> None:
    """Removed on 10 March: a referral on 8 June is within 90 days, one on 9 June is not."""
    assert pathways([CALL], [REVIEW | {"rereferred_on": day}])["rereferred"].sum() == counted


def test_agreed_to_go_is_not_gone() -> None:
    """A review that agrees confirms; removed is who has left the list."""
    made = pathways([CALL], [REVIEW | {"removed_on": None}])
    assert (made["confirmed"].sum(), made["removed"].sum()) == (1, 0)


def test_every_step_balances_or_says_where_not() -> None:
    """Reviews of nobody, of somebody who stays or before the answer, and rows set aside, are named with their number."""
    calls = [*many(20, response="leave"), *many(30, response="remain"),
             *many(10, attempt_number=0, channel=None, contacted=False, responded=False, completed=False, response=None)]  # fmt: skip
    key = [call["pathway_pseudonym"] for call in calls]
    reviews = [REVIEW | {"pathway_pseudonym": name} for name in key[:15]]
    reviews += [REVIEW | {"pathway_pseudonym": name, "reviewed_on": "2025-03-01"} for name in key[15:20]]
    reviews += [REVIEW | {"pathway_pseudonym": key[25]}, REVIEW | {"pathway_pseudonym": "of no call"}]
    aside = [{"records": "calls", "row": at, "campaign": "Spring 2025", "provider_code": "RXN", "column": "response",
              "reason": "Both.", "for_review": at < 11} for at in range(2, 15)]  # fmt: skip
    told = steps(calls, reviews, aside)
    assert told["balances"].to_dict() == {
        step: step not in ("Reviews in the records", "Rows that cannot be counted") for step in told.index
    }
    assert told.loc["Leave or worse, to be reviewed", "parts"].startswith("leave: 15 reviewed, * awaiting")
    assert (
        "* of no call that is loaded, * of somebody who stays, * dated before"
        in told.loc["Reviews in the records", "parts"]
    )
    assert told.loc["Rows that cannot be counted", ["enter", "parts"]].tolist() == [
        "15", "10 of them say leave or worse: look at those by hand",
    ]  # fmt: skip
    assert told.loc["May be called", "parts"] == "50 called, 10 not tried"


@settings(max_examples=5, deadline=None)  # each builds, counts and publishes
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["remain", "leave", "worse", None]), st.sampled_from([None, "child"]), st.integers(0, 40)
        ),
        min_size=1,
        max_size=30,
    )
)
def test_nobody_is_lost(pathways_told: list[tuple]) -> None:
    """Whoever said leave or worse is reviewed or awaits it, whatever else is true of them; all steps of people balance."""
    calls = [
        CALL | {"pathway_pseudonym": str(at), "response": response, "responded": response is not None,
                "completed": False, "exclusion": exclusion}
        for at, (response, exclusion, _) in enumerate(pathways_told)
    ]  # fmt: skip
    reviews = [
        REVIEW | {"pathway_pseudonym": str(at), "reviewed_on": f"2025-03-{1 + days % 28:02d}", "removed_on": None}
        for at, (_, _, days) in enumerate(pathways_told) if days < 25
    ]  # fmt: skip
    made = pathways(calls, reviews)
    due = [response for response, _, _ in pathways_told if response in ("leave", "worse")]
    assert made["for_review"].sum() == len(due)
    assert (made["for_review"] == (made["review_days"].notna() | made["awaiting_days"].notna())).all()
    told = steps(calls, reviews)
    assert told.drop(index="Reviews in the records", errors="ignore")["balances"].all()


def test_the_review_list_has_everybody_and_worse_first() -> None:
    """Ages run to the last day; ten days after the answer worse is past its five and leave within its fourteen; a
    reviewed one, and one who stays, are not on it; one who should not have been called is.
    """
    calls = [CALL | {"pathway_pseudonym": "left"}, CALL | {"pathway_pseudonym": "ill", "response": "worse"},
             CALL | {"pathway_pseudonym": "both", "response": "remain", "also_worse": True, "exclusion": "dementia"},
             CALL | {"pathway_pseudonym": "a"},
             CALL | {"pathway_pseudonym": "stays", "response": "remain", "attempted_on": "2025-03-13"}]  # fmt: skip
    rule = limits(14).model_copy(update={"worse_review_limit_days": 5})
    made = chatbot.pathways(
        CHATBOT_CALLS.check(pd.DataFrame(calls)), CHATBOT_REVIEWS.check(pd.DataFrame([REVIEW])), rule
    )
    listed = chatbot.review_list(made, rule).set_index("pathway_reference")
    assert listed["said"].to_dict() == {"both": "worse", "ill": "worse", "left": "leave"}
    assert listed.index[-1] == "left"
    assert listed["awaiting_days"].tolist() == [10, 10, 10]
    assert listed["past_limit"].to_dict() == {"both": True, "ill": True, "left": False}
    assert listed.loc["both", "exclusion"] == "dementia"


def test_whom_to_call_next() -> None:
    """Not tried before not reached before silent before due again; nobody barred, awaiting review, gone, or not seen for
    over a year.
    """
    silent = {"responded": False, "completed": False, "response": None}
    stay = {"response": "remain"}
    calls = [
        CALL | {"pathway_pseudonym": name} | change
        for name, change in {
            "again": stay | {"attempted_on": "2025-01-06", "weeks_waiting": 90},
            "lately": stay, "quiet": silent, "away": silent | {"contacted": False}, "waits": {}, "a": {},
            "new": silent | {"contacted": False, "attempt_number": 0, "channel": None, "weeks_waiting": 12},
            "longer": silent | {"contacted": False, "attempt_number": 0, "channel": None, "weeks_waiting": 50},
            "child": silent | {"exclusion": "child"},
            "gone": stay | {"campaign": "Earlier", "attempted_on": "2023-01-06"},
        }.items()
    ]  # fmt: skip
    frame = CHATBOT_CALLS.check(pd.DataFrame(calls))
    made = pathways(calls, [REVIEW | {"reviewed_on": "2025-03-31", "removed_on": "2025-03-31"}])
    listed = chatbot.call_list(made, frame, pd.Timestamp("2025-03-31"), [12, 26, 52])
    assert listed["pathway_reference"].tolist() == ["longer", "new", "away", "quiet", "again"]
    assert listed["weeks_waiting"].tolist() == [54, 16, 34, 34, 102]
    assert listed["position"].tolist() == [1, 2, 3, 4, 5]
