"""One log, two processes of its service: one answers, one folds and acts; each learns what the other appends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import date, datetime
from itertools import count
from typing import Any

import pytest

from services.ledger.main import SERVICE
from services.ledger.rules.advance_clock import AdvanceClock
from services.ledger.rules.name_person import NamePerson
from services.ledger.rules.suspend_task import SuspendTask
from services.ledger.rules.vacate_post import VacatePost
from services.ledger.views.tasks import TASKS
from shared.directory import PostAbolished
from shared.domain import PersonalText, PersonId, PublicText, Refused
from shared.log.append import Append
from shared.log.log import Genesis
from shared.refusals import RefusedRequest
from shared.running import Running, open_service
from tests.conftest import MakeInstallation
from tests.ledger.city import ADMIN, ADOPTED, COORDINATOR, COORDINATOR_POST, DREDGING, issued
from tests.ledger.town import BEGUN, SHANGHAI, SINCE_THE_BEGINNING, Town
from tests.support.registers import record
from zeren.installation import Installation
from zeren.office import access

SOON = 20.0


@pytest.fixture(scope="module")
async def place(make_installation: MakeInstallation) -> Installation:
    return await make_installation({"ledger": ()})


async def opened(stack: AsyncExitStack, place: Installation) -> Running:
    running = await open_service(SERVICE, access(place, "ledger"), Genesis("ledger", starts=BEGUN))
    stack.push_async_callback(running.stop)
    return running


@pytest.fixture(scope="module")
async def both(place: Installation) -> AsyncIterator[tuple[Town, Running]]:
    """The process that answers, opened in the same instant as the one that folds and acts."""
    async with AsyncExitStack() as stack:
        api, workers = await asyncio.gather(opened(stack, place), opened(stack, place))
        await workers.start({}, "workers")
        await api.start({}, "api")
        await record(api.log, *SINCE_THE_BEGINNING, occurred=date(2020, 1, 1), history=True)
        await record(api.log, *ADOPTED, *issued())
        await api.references.catch_up()
        yield Town(api), workers


async def soon(condition: Any) -> None:
    """Wait until it holds. TimeoutError when it never does."""
    async with asyncio.timeout(SOON):
        while not await condition():  # noqa: ASYNC110 — what is waited for happens in another process
            await asyncio.sleep(0.01)


async def test_what_the_service_records_of_itself_stands_once_although_both_began_at_once(
    both: tuple[Town, Running],
) -> None:
    terms = [fact.event for fact in await both[1].log.category("term", "ledger", 0, 1_000_000)]

    assert len({(term.term, term.valid_from) for term in terms}) == len(terms) > 0


async def test_who_asks_with_a_position_sees_what_the_other_process_has_folded(both: tuple[Town, Running]) -> None:
    town, workers = both
    at = (await town.do(NamePerson(PersonId("江澜"), PersonalText("江澜")), ADMIN)).position
    reading = await town.running.reading(PersonId("江澜"), at)

    assert reading is not None
    assert reading.refs.position >= (at or 0)
    assert await reading.one(TASKS, DREDGING) is not None
    assert await workers.runner.reached(at or 0, 0)


async def test_a_position_that_nobody_was_given_is_refused_without_waiting(both: tuple[Town, Running]) -> None:
    with pytest.raises(RefusedRequest) as refused:
        await both[0].running.reading(None, 1_000_000)
    assert refused.value.refused.code == "position-ahead"


async def test_the_process_that_answers_says_nothing_about_views_that_it_does_not_fold(
    both: tuple[Town, Running],
) -> None:
    town, workers = both
    await soon(lambda: _well(workers))

    assert await town.running.problems() == []


async def _well(running: Running) -> bool:
    return await running.problems() == []


async def test_a_clock_advanced_here_lets_fall_due_there(both: tuple[Town, Running]) -> None:
    town, workers = both
    done = await town.do(AdvanceClock("ledger", datetime(2027, 1, 4, 9, tzinfo=SHANGHAI)), ADMIN)

    async def overdue() -> bool:
        reading = await town.running.reading(None, done.position)
        row: Any = await reading.one(TASKS, DREDGING) if reading else None
        return row is not None and row.times_overdue == 1

    await soon(overdue)
    assert workers.log.clock.moment().today == date(2027, 1, 4)
    fell = [fact for fact in await town.running.log.stream(f"task/{DREDGING}") if fact.type == "task-fell-overdue"]
    assert [fact.actor.subject for fact in fell] == ["system/ledger"]


async def test_it_is_never_earlier_in_one_process_than_what_another_has_recorded(both: tuple[Town, Running]) -> None:
    town, workers = both
    town.running.log.clock.advance(datetime(2027, 1, 8, 12, tzinfo=SHANGHAI))  # it has run on for longer
    await town.do(NamePerson(PersonId("江澜"), PersonalText("江澜")), ADMIN)

    async def as_late() -> bool:
        return workers.log.clock.moment().today == date(2027, 1, 8)

    await soon(as_late)


async def test_a_revocation_by_another_process_is_never_missed_and_is_said_as_such(
    both: tuple[Town, Running], place: Installation
) -> None:
    """The second process follows nothing: it learns of the revocation by the command that it may no longer accept."""
    town, _ = both
    async with AsyncExitStack() as stack:
        other = Town(await opened(stack, place), count(1_000))
        await town.do(VacatePost(COORDINATOR_POST, date(2027, 1, 7)), ADMIN)
        assert other.running.principal(PersonId("周正")).posts, "it has not heard of it"

        refused = await other.tell(
            SuspendTask(DREDGING, PublicText("汛期"), PublicText("会议纪要〔2027〕1号")), COORDINATOR
        )

        assert isinstance(refused, Refused)
        assert refused.code in ("not-allowed", "not-found")
        assert not other.running.principal(PersonId("周正")).posts


async def test_a_process_that_cannot_read_who_holds_which_post_says_so(make_installation: MakeInstallation) -> None:
    """A newer program recorded it; until this one is upgraded too, it knows no post beyond that."""
    async with AsyncExitStack() as stack:
        api = await opened(stack, await make_installation({"ledger": ()}))
        await api.start({}, "api")
        assert await api.problems() == []
        newer = replace(api.log.system_event(PostAbolished(COORDINATOR_POST, date(2026, 12, 31))), schema=99)
        await api.log.append(Append([newer], {("ledger", newer.stream): 0}))

        async def said() -> bool:
            return await api.problems() == ["ledger: the log cannot be followed (UnknownEvent)"]

        await soon(said)
