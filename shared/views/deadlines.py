"""Deadlines: what is due according to a view is issued, once, and nothing that was due before anybody could know.

A row acts when its `acts_on` has come, lies after the day on which its kind was enabled, and after the day on which
its task was recorded; all three are dates in the log's zone. What is thus left undone is listed for people.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from shared.log.log import Log
from shared.service import Service
from shared.views import Deadline, Key
from shared.views.enabling import deadline_days
from shared.views.fold import place_of
from shared.views.issuer import HandleAsSystem
from shared.views.pending import derived_id
from shared.views.reading import statement_of
from shared.views.runner import Runner
from shared.views.store import views_schema
from shared.views.table import INCOMPLETE_SINCE, Form, form_of, table_of
from shared.waiting import ended, next_round

logger = logging.getLogger(__name__)

_AT_ONCE = 500
_POLL_SECONDS = 1.0
_SHORTEST_ROUND = 0.1
_LONGEST_PAUSE = 60.0
_CATCH_UP_SECONDS = 5.0


WhyLeft = Literal["due-before-enabled", "due-before-recorded"]

_ISSUED = sa.Table(
    "deadlines_issued",
    sa.MetaData(),
    sa.Column("kind", sa.Text),
    sa.Column("key", JSONB),
    sa.Column("acts_on", sa.Date),
)


@dataclass(frozen=True, slots=True)
class LeftUndone:
    """A row that is due and will not act by itself: due before its kind was enabled, or before its task was recorded."""

    kind: str
    key: Key
    acts_on: date
    why: WhyLeft


@dataclass(frozen=True, slots=True)
class Failing:
    """A command of a deadline that could not be handled; it is tried again. `error` is a class and a place."""

    kind: str
    command_id: UUID
    attempts: int
    error: str


def left_undone(deadline: Deadline[Any], today: date, enabled: date) -> sa.ColumnElement[bool]:
    """In SQL: whether a row of the deadline's view is due and will not act by itself, its kind enabled on that date."""
    return sa.and_(_is_due(deadline, today), sa.not_(_acts_by_itself(deadline, enabled)))


def why_left(acts_on: date, enabled: date) -> WhyLeft:
    """Why a row that was left undone does not act by itself."""
    return "due-before-enabled" if acts_on <= enabled else "due-before-recorded"


def _is_due(deadline: Deadline[Any], today: date) -> sa.ColumnElement[bool]:
    """Due by today and not issued. A parked row waits until it is whole again."""
    table = table_of(deadline.view)
    is_issued = sa.exists(
        sa.select(sa.literal(1)).where(
            _ISSUED.c.kind == deadline.kind, _ISSUED.c.key == _key(deadline), _ISSUED.c.acts_on == table.c.acts_on
        )
    )
    return sa.and_(table.c.acts_on <= today, table.c[INCOMPLETE_SINCE].is_(None), sa.not_(is_issued))


def _acts_by_itself(deadline: Deadline[Any], enabled: date) -> sa.ColumnElement[bool]:
    table = table_of(deadline.view)
    return sa.and_(table.c.acts_on > enabled, table.c.acts_on > table.c.known_on)


def _key(deadline: Deadline[Any]) -> sa.ColumnElement[Any]:
    """The key of a row as the table of what was issued holds it."""
    table = table_of(deadline.view)
    return sa.func.jsonb_build_array(*(table.c[name] for name in deadline.view.key), type_=JSONB)


def _oldest_first(deadline: Deadline[Any], where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Rows of the deadline's view with their keys as JSON."""
    form, table = form_of(deadline.view), table_of(deadline.view)
    keys = [table.c[name] for name in deadline.view.key]
    select = sa.select(*(table.c[name] for name in form.names), sa.cast(_key(deadline), sa.Text))
    return select.where(where).order_by(table.c.acts_on, *keys)


@lru_cache(maxsize=128)
def _due_now(deadline: Deadline[Any], today: date, enabled: date, limit: int, schema: str) -> tuple[str, list[Any]]:
    """What is due and acts by itself, as SQL with its values. Asked many times a day, and made once."""
    where = sa.and_(_is_due(deadline, today), _acts_by_itself(deadline, enabled))
    return statement_of(_oldest_first(deadline, where).limit(limit), schema)


class Deadlines:
    """The loop over all kinds of deadline of a service."""

    def __init__(self, service: Service, log: Log, handle: HandleAsSystem, runner: Runner) -> None:
        self._deadlines = service.deadlines
        self._log = log
        self._schema = views_schema(log)
        self._handle = handle
        self._runner = runner
        self._wake = log.wake()
        self._days: Mapping[str, date] = {}
        self._failing: dict[UUID, tuple[Failing, float]] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin. The runner must be started: it records from when on each kind acts."""
        self._days = await deadline_days(self._log)
        self._task = asyncio.create_task(self._run(), name=f"deadlines {self._log.id}")

    async def stop(self) -> None:
        self._log.forget(self._wake)
        await ended(self._task)

    def status(self) -> list[Failing]:
        return [failing for failing, _ in self._failing.values()]

    async def issue_due(self) -> int:
        """Issue everything that is due today; the number of commands handled. Views are waited for first, so that
        what was settled a moment ago does not seem open."""
        views = {deadline.view for deadline in self._deadlines}
        if not await self._runner.reached(await self._log.last_position(), _CATCH_UP_SECONDS, views):
            return 0
        self._days = self._days or await deadline_days(self._log)
        return sum([await self._issue_kind(deadline) for deadline in self._deadlines])

    async def due(self) -> int:
        """How many rows are due and not yet issued, by the clock as the log has it."""
        await self._log.look()
        days, today = self._days or await deadline_days(self._log), self._log.clock.moment().today
        due = 0
        for deadline in self._deadlines:
            where = sa.and_(_is_due(deadline, today), _acts_by_itself(deadline, days[deadline.kind]))
            select = sa.select(sa.func.count()).select_from(table_of(deadline.view)).where(where)
            statement, values = statement_of(select, self._schema)
            due += await self._log.pool.fetchval(statement, *values)
        return due

    async def left_undone(self) -> list[LeftUndone]:
        """Everything due that will not act by itself, oldest first within its kind."""
        found = []
        days = await deadline_days(self._log)
        for deadline in self._deadlines:
            enabled, form = days[deadline.kind], form_of(deadline.view)
            where = left_undone(deadline, self._log.clock.moment().today, enabled)
            for row, _ in await self._found(form, *statement_of(_oldest_first(deadline, where), self._schema)):
                found.append(LeftUndone(deadline.kind, form.key_of(row), row.acts_on, why_left(row.acts_on, enabled)))
        return found

    # --- work --------------------------------------------------------------------------------------------------

    async def _found(self, form: Form[Any], statement: str, values: Sequence[Any]) -> list[tuple[Any, str]]:
        records = [list(record) for record in await self._log.pool.fetch(statement, *values)]
        return [(form.row_of(record[:-1]), record[-1]) for record in records]

    async def _issue_kind(self, deadline: Deadline[Any]) -> int:
        form = form_of(deadline.view)
        now = time.monotonic()
        waiting = [command_id for command_id, (_, until) in self._failing.items() if until > now]
        today, limit = self._log.clock.moment().today, _AT_ONCE + len(waiting)
        due = _due_now(deadline, today, self._days[deadline.kind], limit, self._schema)
        done = 0
        for row, key in await self._found(form, *due):
            command_id = derived_id("deadline", deadline.kind, form.key_text(form.key_of(row)), row.acts_on.isoformat())
            if command_id not in waiting:
                done += await self._issue(deadline, row, key, command_id)
        return done

    async def _issue(self, deadline: Deadline[Any], row: Any, key: str, command_id: UUID) -> int:
        try:
            command = deadline.command(row)
            await self._handle(type(command).__name__, command, command_id, None, None)
        except Exception as error:
            attempts = self._failing[command_id][0].attempts + 1 if command_id in self._failing else 1
            failing = Failing(deadline.kind, command_id, attempts, place_of(error))
            pause = min(_LONGEST_PAUSE, 0.5 * 2 ** min(attempts, 10))
            self._failing[command_id] = failing, time.monotonic() + pause
            logger.error("a deadline failed", extra={"deadline": deadline.kind, "error": place_of(error)})
            return 0
        await self._log.pool.execute(
            f"""insert into {self._schema}.deadlines_issued (kind, key, acts_on, command_id)
                values ($1, $2::jsonb, $3, $4) on conflict do nothing""",  # noqa: S608
            deadline.kind,
            key,
            row.acts_on,
            command_id,
        )
        self._failing.pop(command_id, None)
        return 1

    async def _run(self) -> None:
        while self._deadlines:
            self._wake.clear()
            began = time.monotonic()
            try:
                while await self.issue_due() >= _AT_ONCE:
                    pass
            except Exception as error:
                logger.error("deadlines pause", extra={"log": self._log.id, "error": place_of(error)})
                await asyncio.sleep(_POLL_SECONDS)
            await next_round(self._wake, _POLL_SECONDS, began, _SHORTEST_ROUND)
