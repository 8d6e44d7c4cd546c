"""Tasks whose falling overdue the deadline leaves undone are a list for people, who release them one by one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.ledger.events import TaskId
from services.ledger.rules.mark_overdue import MarkOverdue
from services.ledger.views.overdue import ListOverdueLeftUndone
from services.ledger.views.tasks import GetTask
from shared.domain import Actor
from shared.refusals import RefusedRequest
from tests.ledger.city import (
    ADMIN,
    ADOPTED,
    BAISHUI,
    BAISHUI_COORDINATOR,
    BAISHUI_HEAD,
    BAISHUI_POST,
    COORDINATOR,
    WATER_HEAD,
    issued,
)
from tests.ledger.town import Town
from tests.support.registers import record

OLD, LATE, RUNNING, COUNTY = TaskId("上年清淤"), TaskId("补录清淤"), TaskId("今年清淤"), TaskId("白水截污")


async def listed(town: Town, by: Actor = COORDINATOR) -> list[Any]:
    return list((await town.ask(ListOverdueLeftUndone(), by)).items)


@pytest.fixture(scope="module", autouse=True)
async def history(town: Town) -> None:
    """Loaded on 5 January 2026, when the deadline was enabled: two tasks due before, one due on 9 January."""
    old = issued(OLD, number="1", due=date(2025, 12, 31), issued_on=date(2025, 3, 3))
    county = issued(
        COUNTY,
        number="2",
        title="完成白水河截污",
        unit=BAISHUI,
        leader=BAISHUI_POST,
        person=BAISHUI_HEAD.subject,
        due=date(2025, 11, 30),
        issued_on=date(2025, 3, 3),
    )
    running = issued(RUNNING, number="3", due=date(2026, 1, 9), issued_on=date(2025, 3, 3))
    await record(town.running.log, *ADOPTED, *old, *county, *running, history=True)


async def test_what_was_due_before_the_deadline_was_enabled_is_listed_and_not_recorded(town: Town) -> None:
    await town.advance(2026, 1, 20)
    assert [(one.task, one.number, one.due, one.why) for one in await listed(town)] == [
        (COUNTY, "2", date(2025, 11, 30), "due-before-enabled"),
        (OLD, "1", date(2025, 12, 31), "due-before-enabled"),
    ]
    assert (await town.ask(GetTask(OLD), COORDINATOR)).times_overdue == 0
    assert (await town.ask(GetTask(RUNNING), COORDINATOR)).times_overdue == 1


async def test_what_was_due_before_it_was_recorded_is_listed_too(town: Town) -> None:
    late = issued(LATE, number="4", due=date(2026, 1, 16), issued_on=date(2026, 1, 5))
    await record(town.running.log, *late, history=True)
    while await town.running.deadlines.issue_due():
        pass
    (found,) = [one for one in await listed(town) if one.task == LATE]
    assert (found.unit_name, found.why) == ("市水务局", "due-before-recorded")


async def test_the_kernel_tells_of_the_same_tasks(town: Town) -> None:
    kernel = await town.running.deadlines.left_undone()
    assert [(left.key, left.why) for left in kernel] == [((one.task,), one.why) for one in await listed(town)]


async def test_a_coordinator_sees_the_tasks_within_reach_and_an_administrator_too(town: Town) -> None:
    assert [one.task for one in await listed(town, BAISHUI_COORDINATOR)] == [COUNTY]
    assert [one.task for one in await listed(town, ADMIN)] == [COUNTY, OLD, LATE]


async def test_the_list_is_not_for_a_unit_itself(town: Town) -> None:
    with pytest.raises(RefusedRequest) as refused:
        await listed(town, WATER_HEAD)
    assert refused.value.refused.code == "not-allowed"


async def test_what_a_coordinator_releases_is_recorded_of_its_day_and_leaves_the_list(town: Town) -> None:
    done = await town.do(MarkOverdue(OLD), COORDINATOR)
    assert [(fact.type, fact.occurred) for fact in done.facts] == [("task-fell-overdue", date(2026, 1, 1))]
    assert [one.task for one in await listed(town)] == [COUNTY, LATE]
    assert (await town.ask(GetTask(OLD), COORDINATOR)).times_overdue == 1
