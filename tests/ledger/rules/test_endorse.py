"""签字背书: read, opinion, signature."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from services.ledger.events import (
    CompletionClaimed,
    Endorsed,
    LetterDrawnUp,
    LetterId,
    OpinionGiven,
    Part,
    TaskCancelled,
    TaskId,
    TaskSplit,
    TaskSuspended,
)
from services.ledger.rules.endorse import EndorseLetter, EndorsePlan, EndorseTask
from services.ledger.state import hash_of, signable_of
from shared.domain import Actor, PersonalText, PersonId, PublicText
from tests.ledger.city import (
    ADOPTED,
    CITY,
    CITY_POST,
    COORDINATOR,
    DRAFTED,
    DREDGING,
    PLAN,
    RIVERS,
    SECRETARY,
    WATER,
    WATER_CLERK,
    WATER_HEAD,
    YUNLING,
    issued,
    ledger,
)
from tests.support.spec import TODAY, Given

BASIS = PublicText("市委议事规则第十二条")
OPINION = PersonalText("同意，资金须专款专用")
GIVEN = ledger.given(*YUNLING, *ADOPTED, *issued())
ENDORSE = EndorseTask(DREDGING, 1, OPINION, BASIS)


def hash_now(given: Given, stream: str) -> str:
    return hash_of(signable_of(given.situations()[stream]))


def endorsed(given: Given, subject: str, unit: str, by: Actor, version: int = 1) -> Endorsed:
    return Endorsed(subject, unit, version, hash_now(given, subject), BASIS, TODAY.today, by)  # type: ignore[arg-type]


def test_the_signature_is_open_and_the_opinion_is_the_endorsers_own() -> None:
    GIVEN.when(ENDORSE, by=SECRETARY).then(
        endorsed(GIVEN, "task/河道清淤", WATER, SECRETARY),
        OpinionGiven("task/河道清淤", PersonId("齐岳"), 1, OPINION),
    )


def test_of_a_split_task_the_parts_are_signed_too() -> None:
    part = Part(TaskId("t1-1"), "1-1", PublicText("北段"), RIVERS, False, Decimal(60), date(2026, 9, 30))
    split = TaskSplit(DREDGING, WATER, PLAN, 2, "internal", (part, replace(part, number="1-2", weight=Decimal(40))))
    other = replace(split, parts=(replace(part, weight=Decimal(40)), replace(part, number="1-2", weight=Decimal(60))))
    one, two = (ledger.given(*YUNLING, *ADOPTED, *issued(), event) for event in (split, other))
    outcome = one.when(replace(ENDORSE, version=2), by=SECRETARY)
    outcome.then(
        endorsed(one, "task/河道清淤", WATER, SECRETARY, version=2),
        OpinionGiven("task/河道清淤", PersonId("齐岳"), 2, OPINION),
    )
    assert outcome.event(Endorsed).hash != hash_now(two, "task/河道清淤")


def test_a_draft_plan_is_endorsed_before_it_is_adopted() -> None:
    given = ledger.given(*YUNLING, *DRAFTED)
    given.when(EndorsePlan(PLAN, 1, OPINION, BASIS), by=SECRETARY).then(
        endorsed(given, "plan/plan-2026", CITY, SECRETARY),
        OpinionGiven("plan/plan-2026", PersonId("齐岳"), 1, OPINION),
    )


def test_a_letter_is_endorsed() -> None:
    drawn_up = LetterDrawnUp(LetterId("l1"), PLAN, 1, 2026, CITY, WATER, PublicText("责任书"), PublicText("正文"))
    given = ledger.given(*YUNLING, *ADOPTED, drawn_up)
    given.when(EndorseLetter(LetterId("l1"), 1, OPINION, BASIS), by=SECRETARY).then(
        endorsed(given, "letter/l1", WATER, SECRETARY),
        OpinionGiven("letter/l1", PersonId("齐岳"), 1, OPINION),
    )


def test_each_person_endorses_a_version_once() -> None:
    after = GIVEN.when(ENDORSE, by=SECRETARY).after()
    after.when(ENDORSE, by=SECRETARY).then_refused("signed-already")
    after.when(ENDORSE, by=Actor("周正", CITY_POST, on_behalf=PersonId("齐岳"))).then_refused("signed-already")


def test_others_endorse_the_same_version() -> None:
    after = GIVEN.when(ENDORSE, by=SECRETARY).after()
    after.when(ENDORSE, by=WATER_HEAD).then_types(Endorsed, OpinionGiven)


def test_what_was_not_read_is_not_endorsed() -> None:
    GIVEN.when(replace(ENDORSE, version=2), by=SECRETARY).then_refused("version-not-current", current=1)


def test_an_endorsement_carries_an_opinion() -> None:
    GIVEN.when(replace(ENDORSE, opinion=PersonalText(" ")), by=SECRETARY).then_refused("opinion-missing")


def test_an_endorsement_names_its_basis() -> None:
    GIVEN.when(replace(ENDORSE, basis=PublicText("")), by=SECRETARY).then_refused("basis-missing")


def test_what_rests_waits_or_is_over_is_not_endorsed() -> None:
    why, decision, day = PublicText("河道改线"), PublicText("市长办公会"), date(2026, 3, 1)
    before = (*YUNLING, *ADOPTED, *issued())
    waits = CompletionClaimed(DREDGING, WATER, PLAN, PublicText("已完成"), (), day, WATER_CLERK)
    ledger.given(*before, waits).when(ENDORSE, by=SECRETARY).then_refused("task-claimed")
    rests = TaskSuspended(DREDGING, WATER, PLAN, day, why, decision, COORDINATOR)
    ledger.given(*before, rests).when(ENDORSE, by=SECRETARY).then_refused("task-suspended")
    over = TaskCancelled(DREDGING, WATER, PLAN, day, why, decision, COORDINATOR)
    ledger.given(*before, over).when(ENDORSE, by=SECRETARY).then_refused("task-ended")
