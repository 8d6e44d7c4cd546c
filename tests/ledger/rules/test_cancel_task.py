"""取消任务: a task need not be done any more."""

from dataclasses import replace

from services.ledger.events import TaskCancelled
from services.ledger.rules.cancel_task import CancelTask
from shared.domain import PublicText
from tests.ledger.city import COORDINATOR, DREDGING, PLAN, WATER
from tests.ledger.course import CANCELLED, DECISION, FIRST, SECOND, SPLIT, SUSPENDED, WORKING, and_then, claimed
from tests.support.spec import TODAY

CANCEL = CancelTask(DREDGING, PublicText("并入流域治理"), DECISION)
EXPECTED = TaskCancelled(DREDGING, WATER, PLAN, TODAY.today, PublicText("并入流域治理"), DECISION, COORDINATOR)


def test_a_task_is_cancelled_with_its_reason_and_who_decided_it() -> None:
    WORKING.when(CANCEL, by=COORDINATOR).then(EXPECTED)


def test_also_while_it_rests_or_a_claim_waits() -> None:
    and_then(SUSPENDED).when(CANCEL, by=COORDINATOR).then(EXPECTED)
    and_then(claimed()).when(CANCEL, by=COORDINATOR).then(EXPECTED)


def test_a_whole_is_cancelled_after_its_parts() -> None:
    given = and_then(*SPLIT)
    given.when(CANCEL, by=COORDINATOR).then_refused("parts-unfinished", numbers="1-1、1-2")
    for part in (FIRST, SECOND):
        given = given.when(replace(CANCEL, task=part), by=COORDINATOR).after()
    given.when(CANCEL, by=COORDINATOR).then(EXPECTED)


def test_neither_the_reason_nor_the_decision_may_be_missing() -> None:
    WORKING.when(replace(CANCEL, reason=PublicText("")), by=COORDINATOR).then_refused("reason-missing")
    WORKING.when(replace(CANCEL, decision=PublicText("")), by=COORDINATOR).then_refused("text-missing")


def test_a_task_ends_once() -> None:
    and_then(CANCELLED).when(CANCEL, by=COORDINATOR).then_refused("task-ended", how="cancelled")
