"""What an admission makes of what is held: everything that may go on, in the order of the lot, each message numbered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.intake.events import (
    AnswerRated,
    ComplaintLodged,
    HandedUp,
    MessageWritten,
    ReporterNamed,
    ReporterWrote,
    ReportWritten,
)
from services.intake.rules.admit import admit
from shared.domain import Actor, PersonalText, PostId
from shared.holding import REPORTER, Admitted, Held, Waiting

DAY = date(2026, 3, 4)
WORDS = PersonalText("zk1.words", sealed=True)
REPORT, MESSAGE, SECOND, RATING = (UUID(int=n) for n in (1, 2, 3, 4))


def report(state: str = "waiting", entry: UUID = REPORT, **more: Any) -> Held:
    facts: dict[str, Any] = {
        "category": "accusation",
        "channel": "web",
        "unit": "shuiwu",
        "about_chief": False,
        "task": None,
        "received_by": "xinfang",
        "upward": "no",
        "by_name": False,
        "reachable": False,
        "reporter": None,
        "written": str(UUID(int=11)),
        "named": str(UUID(int=12)),
        "clerk": None,
        **more,
    }
    return Held(entry, "complaint", None, state, DAY, facts, {"words": WORDS, "name": WORDS})


def message(entry: UUID = MESSAGE) -> Held:
    return Held(
        entry, "message", REPORT, "waiting", DAY, {"word": "evidence", "written": str(UUID(int=21))}, {"words": WORDS}
    )


def rating() -> Held:
    return Held(RATING, "rating", REPORT, "waiting", DAY, {"satisfaction": "satisfied"})


def admitted(
    *held: Held, head: Held | None = None, left: Mapping[tuple[UUID, str], int] | None = None
) -> list[Admitted]:
    return admit(Waiting(held, {REPORT: head} if head else {}, left or {}))


def types(one: Admitted) -> list[type]:
    return [type(event) for _, event in one.facts]


def test_an_anonymous_report_enters_without_anybody() -> None:
    (one,) = admitted(report())
    assert (one.state, one.actor, types(one)) == ("admitted", REPORTER, [ComplaintLodged, ReportWritten])
    assert one.facts[0][0] == REPORT


def test_a_named_one_enters_with_its_reporter_sealed_apart() -> None:
    (one,) = admitted(report(by_name=True, reporter="某"))
    assert types(one) == [ComplaintLodged, ReportWritten, ReporterNamed]


def test_what_a_clerk_wrote_down_is_on_the_clerks_word() -> None:
    (one,) = admitted(report(clerk={"subject": "何信", "post": "接待员", "on_behalf": None}))
    assert one.actor == Actor("何信", PostId("接待员"))


def test_messages_are_numbered_in_the_order_of_the_lot_behind_their_report() -> None:
    first, second, third = admitted(report(), message(SECOND), message(MESSAGE), head=report())
    assert [one.entry for one in (first, second, third)] == [REPORT, SECOND, MESSAGE]
    assert [event.number for one in (second, third) for _, event in one.facts] == [1, 1, 2, 2]
    assert types(second) == [ReporterWrote, MessageWritten]


def test_numbers_go_on_where_they_ended() -> None:
    (one,) = admitted(message(), head=report("admitted"), left={(REPORT, "message"): 3})
    assert one.facts[0][1].number == 4
    (rated,) = admitted(rating(), head=report("admitted"))
    assert types(rated) == [AnswerRated]


def test_a_report_that_may_go_up_is_shown_to_its_clerk_first_and_its_messages_wait() -> None:
    (one,) = admitted(report(upward="may"), message(), head=report(upward="may"))
    assert (one.state, one.facts, one.keeps_texts) == ("review", (), True)
    (kept,) = admitted(report("kept", upward="may"))
    assert types(kept) == [ComplaintLodged, ReportWritten]


def test_what_goes_up_enters_without_words_and_unit() -> None:
    by = {"subject": "何信", "post": "接待员", "on_behalf": None}
    going = report("handing-up", upward="must", to="云岭市信访局", decided_on="2026-03-05", decided_by=by)
    (one,) = admitted(going, message(), head=going)
    assert (types(one), one.state, one.keeps_texts, one.on) == ([HandedUp], "handed-up", True, date(2026, 3, 5))
    assert "shuiwu" not in str(one.facts)
