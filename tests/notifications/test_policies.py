"""Which letter follows from which fact, and to whom: the rows of the table, one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

from services.assessment.events import Grounds, SchemeId, UnitScored, VetoStatusChanged
from services.complaints.events import AccountabilityRevoked, ClockReminded, DecisionId, PersonHeldAccountable
from services.complaints.main import SERVICE as COMPLAINTS
from services.ledger.events import InspectionFound, TaskFellOverdue
from services.notifications.events import NoticeUnanswered, Policy, Value, WebhookDisabled, WebhookId
from services.notifications.main import SERVICE
from services.notifications.policies import POLICIES
from services.notifications.reactions import REACTIONS
from services.notifications.rules.draft_notice import DraftNotice
from services.notifications.views.notices import ToWriteRow
from services.notifications.writing import rendered
from shared.codec import stream_of, type_name
from shared.domain import Actor, PersonId, PostId, PublicText
from shared.facts import Fact, TermSet
from shared.references import References
from shared.terms import read_terms
from tests.architecture.event_samples import path_of
from tests.notifications.letters import CITY, JIANG, NOTICE, SUPERVISION, TITLE, WATER, YUNLING, letters, post

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
PAPER = PublicText("云纪发〔2026〕6号")


def fact(event: Any, *, history: bool = False) -> Fact:
    source = "ledger"
    return Fact(
        position=9,
        event_id=UUID(int=9),
        source=source,
        source_seq=9,
        stream=stream_of(event),
        version=1,
        type=type_name(type(event)),
        event=event,
        occurred=AT,
        recorded_at=AT,
        learned_at=AT,
        history=history,
        actor=Actor("周正"),
        command_id=None,
        correlation_id=UUID(int=1),
        causation_id=None,
    )


def refs(*more: Any) -> References:
    return letters.given(*YUNLING, *more).references()


def drafted(event: Any, *more: Any) -> list[DraftNotice]:
    """All letters that follow from a fact, where `more` happened before than there is in the city."""
    return [
        issue.command
        for reaction in REACTIONS
        if type(event) in reaction.events
        for issue in reaction.then(fact(event), refs(*more))
    ]


OVERDUE: Any = TaskFellOverdue("清淤", WATER, "plan", date(2026, 2, 28), PostId("水务局局长"), JIANG)  # type: ignore[arg-type]
GROUNDS = Grounds("standing/9", "standing", 1, Decimal("79.995"), Decimal(80), 9, 9, PublicText("考核办法第十六条"))
SCORED = UnitScored(
    SchemeId("办法"),
    "mid-year",
    WATER,
    1,
    Decimal("92.035398230088"),
    Decimal(80),
    9,
    9,
    PublicText("考核办法第十六条"),
)
HELD = PersonHeldAccountable(
    DecisionId("决定一"),
    PersonId("何川"),
    None,
    WATER,
    "member",
    ("DX-03",),
    "main-leadership",
    "admonition",
    date(2026, 1, 20),
    SUPERVISION,
    date(2026, 3, 2),
    None,
    PAPER,
    Actor("齐岳"),
)


def test_an_overdue_task_is_urged_with_a_copy_to_its_leader() -> None:
    (letter,) = drafted(OVERDUE)
    assert (letter.instrument, letter.issuing_unit, letter.unit) == ("urging-letter", CITY, WATER)
    assert (letter.copy_to, letter.copy_post) == (JIANG, PostId("水务局局长"))
    assert letter.reply_working_days == 5


def test_how_long_there_is_for_an_answer_is_the_term_of_the_day_on_which_the_fact_was_learned() -> None:
    changed = [
        TermSet(term, "3", "working days", date(2026, 3, 2), PublicText("云委办〔2026〕3号"))
        for term in ("urged-reply-working-days", "warned-reply-working-days")
    ]
    vetoed = VetoStatusChanged(SchemeId("办法"), WATER, "clear", "at-risk", GROUNDS)
    assert [letter.reply_working_days for event in (OVERDUE, vetoed) for letter in drafted(event)] == [5, 10]
    assert [letter.reply_working_days for event in (OVERDUE, vetoed) for letter in drafted(event, *changed)] == [3, 3]
    from_tomorrow = [replace(term, valid_from=date(2026, 3, 3)) for term in changed]
    assert [letter.reply_working_days for letter in drafted(OVERDUE, *from_tomorrow)] == [5]


def test_the_same_fact_gives_the_same_letter() -> None:
    assert drafted(OVERDUE) == drafted(OVERDUE)


def test_a_finding_is_written_about_by_the_organ_that_inspected() -> None:
    found: Any = InspectionFound
    (letter,) = drafted(
        found(
            "问题一",
            "督查一",
            SUPERVISION,
            WATER,
            "工程管理",
            "serious",
            None,
            None,
            None,
            (),
            date(2026, 3, 2),
            Actor("严明"),
        )
    )
    assert (letter.instrument, letter.issuing_unit) == ("inspection-opinion", SUPERVISION)


def test_at_risk_is_warned_and_vetoed_is_warned_and_urged_and_clear_is_told_nothing() -> None:
    changed = VetoStatusChanged(SchemeId("办法"), WATER, "clear", "at-risk", GROUNDS)
    assert [letter.instrument for letter in drafted(changed)] == ["warning-notice"]
    vetoed = replace(changed, status="vetoed")
    assert [letter.instrument for letter in drafted(vetoed)] == ["warning-notice", "urging-letter"]
    assert drafted(replace(changed, was="vetoed", status="clear")) == []


def test_when_a_round_is_closed_each_unit_that_was_scored_gets_its_report() -> None:
    (letter,) = drafted(SCORED)
    assert (letter.instrument, letter.issuing_unit, letter.unit) == ("health-report", CITY, WATER)
    assert (letter.about, letter.reply_working_days) == ("round/办法/mid-year", None)
    assert values(letter) == {"score": "92.04", "pass_line": "80", "standing": "达到"}


def test_a_report_never_shows_a_score_on_the_other_side_of_the_line() -> None:
    below = replace(SCORED, score=Decimal("79.995000000000"))
    (letter,) = drafted(below)
    assert values(letter) == {"score": "79.995", "pass_line": "80", "standing": "低于"}
    (letter,) = drafted(replace(SCORED, score=Decimal("80.000000000000")))
    assert values(letter) == {"score": "80.00", "pass_line": "80", "standing": "达到"}


def values(letter: DraftNotice) -> dict[str, str]:
    return {value.name: value.text for value in letter.values}


def test_a_decision_is_served_on_the_person_and_the_units_head_and_published_only_as_a_circular() -> None:
    assert [(letter.instrument, letter.person) for letter in drafted(HELD)] == [
        ("decision-service", PersonId("何川")),
        ("decision-service", JIANG),
    ]
    assert [letter.instrument for letter in drafted(replace(HELD, form="circular"))][-1] == "circular"


def test_a_revoked_decision_is_taken_back_with_those_on_whom_it_was_served() -> None:
    revoked = AccountabilityRevoked(
        DecisionId("决定一"), PersonId("何川"), WATER, date(2026, 3, 3), date(2026, 4, 1), PAPER, Actor("衡平")
    )
    assert [letter.person for letter in drafted(revoked)] == [PersonId("何川"), JIANG]


def test_a_clock_reminds_the_handler_and_once_overdue_the_supervisors_too() -> None:
    soon = ClockReminded("clue", "线索一", "disposal", "due-soon", SUPERVISION, PersonId("方正"), date(2026, 3, 5))
    assert [letter.person for letter in drafted(soon)] == ["方正"]
    assert [letter.person for letter in drafted(replace(soon, stage="overdue"))] == ["方正", "严谨"]
    assert [letter.person for letter in drafted(replace(soon, handler=None))] == ["严谨"]


def test_a_missing_answer_is_reminded_of_and_the_second_time_told_to_the_unit_above() -> None:
    missing = NoticeUnanswered(
        NOTICE, SUPERVISION, WATER, None, "urging-letter", TITLE, 1, date(2026, 3, 9), date(2026, 3, 16)
    )
    assert [(letter.instrument, letter.unit) for letter in drafted(missing)] == [("reminder", WATER)]
    second = drafted(replace(missing, times=2))
    assert [(letter.instrument, letter.unit) for letter in second] == [("urging-letter", CITY)]
    assert second[0].reply_working_days == 5
    assert drafted(replace(missing, times=3)) == []
    (ours,) = drafted(replace(missing, times=2, issuing_unit=CITY))
    assert (ours.instrument, ours.unit, ours.reply_working_days) == ("reminder", CITY, None), "no letter to oneself"


def test_of_a_webhook_that_ended_by_itself_the_administrators_are_told() -> None:
    administrator = post("管理员", CITY, ("administrator",), "管平", CITY)
    gone = WebhookDisabled(WebhookId("推送一"), WATER, "gone", None)
    (letter,) = drafted(gone, *administrator)
    assert (letter.instrument, letter.unit, letter.person) == ("reminder", WATER, PersonId("管平"))
    text = rendered(to_write(letter), "管平", "市水务局", date(2026, 3, 2), None)
    assert "您管理的事件推送（编号推送一）因接收方声明不再接收（410）已经停用" in text
    (letter,) = drafted(replace(gone, why="failing", most=5), *administrator)
    assert "因连续5次推送失败已经停用" in rendered(to_write(letter), "管平", "市水务局", date(2026, 3, 2), None)
    assert drafted(replace(gone, why="withdrawn"), *administrator) == []


def to_write(letter: DraftNotice) -> ToWriteRow:
    return ToWriteRow(
        letter.notice,
        letter.policy,
        letter.instrument,
        letter.issuing_unit,
        letter.unit,
        letter.person,
        letter.copy_post,
        letter.title,
        letter.values,
        letter.reply_working_days,
    )


def test_a_letter_about_a_decision_names_its_number_and_day_and_how_long_it_can_be_appealed_against() -> None:
    letter, _ = drafted(HELD)
    assert rendered(to_write(letter), "何川", "市督查室", date(2026, 3, 2), None) == (
        "何川：\n\n"
        "我机关于2026年3月2日作出责任追究决定（云纪发〔2026〕6号）。决定书另行送达，收到决定之日以送达记录为准。\n\n"
        "受到责任追究的单位和个人对决定不服的，可以自收到决定之日起1个月内，向作出决定的机关提出书面申诉；"
        "申诉期间，不停止决定的执行。\n\n"
        "特此通知。\n\n"
        "市督查室\n2026年3月2日\n"
    )


def test_the_time_for_an_appeal_that_letters_name_is_the_one_that_the_complaints_service_reckons_with() -> None:
    term = "accountability-appeal-months"
    named, reckoned = (
        [(each.value, each.unit, each.valid_from) for each in read_terms(service.terms) if each.term == term]
        for service in (SERVICE, COMPLAINTS)
    )
    assert named == reckoned


def test_a_letter_about_a_decision_that_was_drafted_before_names_a_month_as_it_did() -> None:
    written = path_of("notice-released", 1).read_bytes()
    old = written.replace(b'"overdue-urges"', b'"decision-is-served"')
    event = SERVICE.catalogue().decode("notice-released", 1, old)
    assert (event.values[-1], event.copy_to, event.copy_post) == (Value("appeal_months", "1"), None, None)


def test_every_policy_has_its_sentence_and_every_letter_can_be_written() -> None:
    policies = {row.policy for row in POLICIES} | {"due-soon-reminds", "by-hand"}
    assert policies == set(get_args(Policy))
    for event in (OVERDUE, HELD, VetoStatusChanged(SchemeId("办法"), WATER, "clear", "vetoed", GROUNDS)):
        for letter in drafted(event):
            text = rendered(to_write(letter), "市水务局", "云岭市委", date(2026, 3, 2), date(2026, 3, 9))
            assert text.startswith("市水务局：")
            assert text.rstrip().endswith("2026年3月2日")
            assert "{" not in text
