"""云岭市 in service: the ledger on a real log and PostgreSQL, on a simulated clock, told what to do as officials do."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from services.ledger import views
from services.ledger.main import SERVICE
from services.ledger.rules.advance_clock import AdvanceClock
from services.ledger.rules.name_person import NamePerson
from shared.domain import Actor, PersonalText, PersonId, PostId, Refused
from shared.handle import Done
from shared.log.log import Genesis
from shared.running import Running, open_service
from shared.service import Question
from shared.web import rest
from tests.ledger.city import ADMIN, CITY, OFFICE, YUNLING, post
from tests.support.registers import record
from zeren.installation import Installation
from zeren.office import access

SHANGHAI = ZoneInfo("Asia/Shanghai")
BEGUN = datetime(2026, 1, 5, 8, 30, tzinfo=SHANGHAI)
"""Monday, when the simulated clock starts."""

SECOND_INSPECTOR = Actor("廉直", PostId("督查室副主任"))
AUDITOR = Actor("申明", PostId("审计员"))
SINCE_THE_BEGINNING = (
    *YUNLING,
    *post(SECOND_INSPECTOR.post or PostId(""), OFFICE, ("inspector",), holder="廉直", over=CITY),
    *post(AUDITOR.post or PostId(""), OFFICE, ("auditor",), holder="申明", over=CITY),
)

_QUESTIONS: dict[type, Question] = {question.params: question for question in views.QUESTIONS}


@dataclass
class Town:
    """A running ledger. Commands are given by people; every question waits for what was recorded before."""

    running: Running
    keys: count[int] = field(default_factory=count)

    @property
    def today(self) -> date:
        return self.running.log.clock.moment().today

    async def do(self, command: Any, by: Actor, **options: Any) -> Done:
        """Carry out a command that must be carried out."""
        outcome = await self.tell(command, by, **options)
        assert isinstance(outcome, Done), f"{outcome.code}: {outcome.sentence('zh')}"
        return outcome

    async def tell(self, command: Any, by: Actor, **options: Any) -> Done | Refused:
        """Give a command, whatever comes of it."""
        action = next(action for action in SERVICE.actions if action.command is type(command))
        key = f"key-{next(self.keys)}"
        return await self.running.handle(action, command, PersonId(by.subject), key, **options)

    async def made(self, command: Any, by: Actor, **options: Any) -> str:
        """Carry out a command that creates something: its identity."""
        done = await self.do(command, by, **options)
        created = next(a for a in SERVICE.actions if a.command is type(command)).creates
        assert created
        return str(getattr(done.facts[0].event, created))

    async def ask(self, params: Any, by: Actor) -> Any:
        """What a question answers, as over REST: RefusedRequest where that answers with a problem."""
        reading = await self.reading(by)
        return await rest.ask(reading, _QUESTIONS[type(params)], params)

    async def reading(self, by: Actor) -> Any:
        reading = await self.running.reading(PersonId(by.subject), self.running.log.head)
        assert reading is not None, "the views did not catch up"
        return reading

    async def advance(self, year: int, month: int, day: int, hour: int = 9) -> None:
        """Set the clock forward, and let everything happen that falls due by then."""
        await self.do(AdvanceClock("ledger", datetime(year, month, day, hour, tzinfo=SHANGHAI)), ADMIN)
        while await self.running.deadlines.issue_due():
            pass

    async def call(self, person: str, name: str) -> None:
        """Record what a person is called."""
        await self.do(NamePerson(PersonId(person), PersonalText(name)), ADMIN)


async def open_town(stack: AsyncExitStack, installation: Installation) -> Town:
    """A town whose organisation stands, and nothing else."""
    running = await open_service(SERVICE, access(installation, "ledger"), Genesis("ledger", starts=BEGUN))
    stack.push_async_callback(running.stop)
    await running.start({})
    await record(running.log, *SINCE_THE_BEGINNING, occurred=date(2020, 1, 1), history=True)
    await running.references.catch_up()
    return Town(running)
