"""申请办结: the unit says that a task meets its standard."""

from dataclasses import replace
from datetime import date

from services.ledger.events import CompletionAccepted, CompletionClaimed
from services.ledger.rules.claim_completion import ClaimCompletion
from shared.domain import PublicText
from tests.ledger.city import COORDINATOR, DREDGING, PLAN, WATER, WATER_HEAD
from tests.ledger.course import (
    CANCELLED,
    FIRST,
    PHOTO,
    SECOND,
    SPLIT,
    SUSPENDED,
    WORKING,
    and_then,
    claimed,
    fell_overdue,
)
from tests.support.spec import TODAY, on

CLAIM = ClaimCompletion(DREDGING, PublicText("12公里全部完成"), (PHOTO,))
CLAIMED = CompletionClaimed(DREDGING, WATER, PLAN, PublicText("12公里全部完成"), (PHOTO,), TODAY.today, WATER_HEAD)


def accepted(part: str) -> tuple[object, ...]:
    day = date(2026, 3, 12)
    claim = replace(CLAIMED, task=part, unit="河道科", claimed_on=day)  # type: ignore[arg-type]
    accept = CompletionAccepted(part, "河道科", PLAN, date(2026, 11, 30), day, day, 0, None, COORDINATOR)  # type: ignore[arg-type]
    return claim, accept


def test_a_unit_claims_that_the_standard_is_met() -> None:
    WORKING.when(CLAIM, by=WATER_HEAD).then(CLAIMED)


def test_a_claim_made_on_paper_keeps_its_day() -> None:
    day = date(2026, 3, 9)
    WORKING.when(replace(CLAIM, claimed_on=day), by=WATER_HEAD).then(on(day, replace(CLAIMED, claimed_on=day)))


def test_a_claim_lies_neither_before_the_issue_nor_after_today() -> None:
    early = replace(CLAIM, claimed_on=date(2026, 1, 11))
    WORKING.when(early, by=WATER_HEAD).then_refused("claim-before-issue", issued=date(2026, 1, 12))
    late = replace(CLAIM, claimed_on=date(2026, 3, 17))
    WORKING.when(late, by=WATER_HEAD).then_refused("date-in-future", day=date(2026, 3, 17))


def test_what_is_on_record_as_overdue_was_not_claimed_in_time() -> None:
    overdue = and_then(fell_overdue(date(2026, 3, 10)))
    on_the_last_day = replace(CLAIM, claimed_on=date(2026, 3, 10))
    overdue.when(on_the_last_day, by=WATER_HEAD).then_refused("claim-before-overdue", due=date(2026, 3, 10))
    overdue.when(replace(CLAIM, claimed_on=date(2026, 3, 11)), by=WATER_HEAD).then_types(CompletionClaimed)


def test_a_whole_cannot_finish_before_its_parts() -> None:
    and_then(*SPLIT).when(CLAIM, by=WATER_HEAD).then_refused("parts-unfinished", count=2, numbers="1-1、1-2")
    one_left = and_then(*SPLIT, *accepted(FIRST))
    one_left.when(CLAIM, by=WATER_HEAD).then_refused("parts-unfinished", count=1, numbers="1-2")
    and_then(*SPLIT, *accepted(FIRST), *accepted(SECOND)).when(CLAIM, by=WATER_HEAD).then(CLAIMED)


def test_a_claim_says_how_the_standard_is_met() -> None:
    outcome = WORKING.when(replace(CLAIM, statement=PublicText("")), by=WATER_HEAD)
    outcome.then_refused("text-missing", field="statement")


def test_a_task_is_claimed_once_and_only_while_it_is_worked_on() -> None:
    and_then(claimed()).when(CLAIM, by=WATER_HEAD).then_refused("task-claimed")
    and_then(SUSPENDED).when(CLAIM, by=WATER_HEAD).then_refused("task-suspended")
    and_then(CANCELLED).when(CLAIM, by=WATER_HEAD).then_refused("task-ended", how="cancelled")
