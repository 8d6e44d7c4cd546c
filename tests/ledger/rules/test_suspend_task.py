"""中止任务: a task rests."""

from dataclasses import replace

from services.ledger.events import TaskSuspended
from services.ledger.rules.suspend_task import SuspendTask
from shared.domain import PublicText
from tests.ledger.city import COORDINATOR, DREDGING, PLAN, WATER
from tests.ledger.course import CANCELLED, DECISION, SUSPENDED, WORKING, and_then, claimed
from tests.support.spec import TODAY

SUSPEND = SuspendTask(DREDGING, PublicText("上游施工"), DECISION)


def test_a_task_is_suspended_with_its_reason_and_who_decided_it() -> None:
    WORKING.when(SUSPEND, by=COORDINATOR).then(
        TaskSuspended(DREDGING, WATER, PLAN, TODAY.today, PublicText("上游施工"), DECISION, COORDINATOR)
    )


def test_neither_the_reason_nor_the_decision_may_be_missing() -> None:
    WORKING.when(replace(SUSPEND, reason=PublicText("")), by=COORDINATOR).then_refused("reason-missing")
    outcome = WORKING.when(replace(SUSPEND, decision=PublicText("")), by=COORDINATOR)
    outcome.then_refused("text-missing", field="decision")


def test_only_what_is_worked_on_is_suspended() -> None:
    and_then(SUSPENDED).when(SUSPEND, by=COORDINATOR).then_refused("task-suspended")
    and_then(claimed()).when(SUSPEND, by=COORDINATOR).then_refused("task-claimed")
    and_then(CANCELLED).when(SUSPEND, by=COORDINATOR).then_refused("task-ended")
