"""A service that runs: its log, keys, folds, views, deadlines and feeds, started and stopped together.

All of it in one process, or divided into two: one that answers (`api`), of which there may be several, and one that
folds, issues and receives (`workers`). What they must know of each other stands in the log and in the checkpoints.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, TypeVar

import asyncpg

from shared.actions import Action
from shared.database import DATABASE_ERRORS
from shared.directory import Principal, Program
from shared.domain import Moment, PersonId, Refused
from shared.facts import PersonalDataErased, PersonErased
from shared.feeds.port import FeedSource
from shared.feeds.receiver import Receiver
from shared.handle import Done, Handler, LiveReferences, hashed_uuid
from shared.holding.admission import Admission
from shared.holding.desk import Desk
from shared.holding.receipts import Receipts
from shared.holding.table import HoldingTable
from shared.keys import KeyStore
from shared.log.format import Row
from shared.log.log import Genesis, Log, found_log, open_log
from shared.outbound import Sender
from shared.outside import Outside
from shared.ports import Neighbours, Nobody, Port, answered, asked
from shared.refusals import DIRECTORY_NOT_CURRENT, POSITION_AHEAD, RefusedRequest
from shared.service import Service
from shared.telemetry import Metrics
from shared.terms import read_terms
from shared.views.deadlines import Deadlines
from shared.views.fold import place_of
from shared.views.issuer import Issuer
from shared.views.reading import Reading
from shared.views.runner import Runner
from shared.views.shown import Shown
from shared.views.store import prepare, views_schema
from shared.waiting import ended, next_round

logger = logging.getLogger(__name__)

T = TypeVar("T")

Part = Literal["all", "api", "workers"]
"""What of a service a process does: everything; answering commands and questions; folding, issuing and receiving."""

_FOLLOW_SECONDS = 0.25
_FOLLOW_OTHERS_SECONDS = 0.05
"""Where another process of this service is part of every answer, it is looked at more often."""
_SHORTEST_FOLLOW = 0.05
_WAIT_SECONDS = 2.0
_ARRIVAL_SECONDS = 0.01
"""How often a question looks whether a fact of another log has been received, by whichever process receives."""
_MEASURE_SECONDS = 5.0
"""Less than the patience of whoever scrapes metrics."""


@dataclass(frozen=True, slots=True)
class Access:
    """How a process reaches one service's data: schemas, and URLs for the roles that may use them."""

    log: str
    views: str
    keys: str
    dsn: str = field(repr=False)
    keys_dsn: str = field(repr=False)
    master_key: bytes = field(repr=False)


class Running:
    """One service in this process. Made by `open_service`; `start` begins the loops, `stop` ends everything in order."""

    def __init__(
        self,
        service: Service,
        access: Access,
        log: Log,
        pool: asyncpg.Pool[asyncpg.Record],
        keys_pool: asyncpg.Pool[asyncpg.Record],
    ) -> None:
        self.service = service
        self.access = access
        self.log = log
        self.pool = pool
        self.keys_pool = keys_pool
        self.keys = KeyStore(keys_pool, access.keys, access.master_key)
        self.references = LiveReferences(service, log)
        self.handler = Handler(service, log, self.references, self.keys, self._reading)
        self.runner = Runner(service, log)
        self.issuer = Issuer(service, log, self.handler.handle_as_system, self.runner.pending_wake)
        self.deadlines = Deadlines(service, log, self.handler.handle_as_system, self.runner)
        self.desk: Desk | None = None
        self.admission: Admission | None = None
        if service.holding is not None:
            self.desk = Desk(HoldingTable(pool, access.log), Receipts(self.keys))
            terms = self.references.folds.terms
            self.admission = Admission(service.holding, log, self.desk.table, self.keys, terms)
        self.receivers: list[Receiver] = []
        self._feeds: Mapping[str, FeedSource] = {}
        self.neighbours: Neighbours = Nobody()
        self.outside = Outside()
        self.sender = Sender(
            service.outbound, log, self.handler.handle_as_system, self.runner, self._reading_of_the_service
        )
        self.part: Part = "all"
        self._shown: Runner | Shown = self.runner
        self._follower: asyncio.Task[None] | None = None
        self._not_followed: str | None = None
        self._erased_up_to = 0

    async def start(self, feeds: Mapping[str, FeedSource], part: Part = "all") -> None:
        """Begin to fold, to issue and to receive. `feeds` gives, for each source of the service, where its facts come from.

        The part `api` does nothing of that and needs no feeds; it only follows what others append.
        """
        self.part = part
        self._feeds = dict(feeds)
        if part == "api":
            await self.prepare_views()
            self._shown = Shown(self.service, self.log)
        else:
            await self.runner.start()
            await self.issuer.start()
            await self.deadlines.start()
            if self.admission is not None:
                await self.admission.start()
            for source in self.service.sources:
                receiver = Receiver(self.log, feeds[source])
                await receiver.start()
                self.receivers.append(receiver)
            await self.sender.start()
        self._follower = asyncio.create_task(self._follow(), name=f"follow {self.service.name}")

    async def prepare_views(self) -> None:
        """Make the tables of the views that are missing; for looking at them in a process that folds nothing."""
        await prepare(self.pool, views_schema(self.log), self.service)

    async def stop(self) -> None:
        """End the loops, then write what waits, then close the connections."""
        await self.sender.stop()
        for receiver in self.receivers:
            await receiver.stop()
        if self.admission is not None:
            await self.admission.stop()
        await self.deadlines.stop()
        await self.issuer.stop()
        await self.runner.stop()
        await ended(self._follower)
        if self.desk is not None:
            self.desk.receipts.close()
        await self.log.stop()
        await self.pool.close()
        await self.keys_pool.close()

    # --- what the web asks -------------------------------------------------------------------------------------

    async def handle(
        self,
        action: Action,
        command: Any,
        person: PersonId,
        key: str,
        *,
        history: bool = False,
        program: Program | None = None,
        traceparent: str | None = None,
        if_version: int | None = None,
    ) -> Done | Refused:
        """See `Handler.handle`. RefusedRequest DIRECTORY_NOT_CURRENT for an action that rests on the latest word of the
        ledger, while this process cannot have it; nothing is recorded then."""
        if action.current and not await self._is_current():
            raise RefusedRequest(DIRECTORY_NOT_CURRENT.of())
        return await self.handler.handle(
            action,
            command,
            person,
            key,
            history=history,
            program=program,
            traceparent=traceparent,
            if_version=if_version,
        )

    async def _is_current(self) -> bool:
        """Whether everything has arrived of which the ledger said, at most a minute ago, that it is there."""
        source = self.service.reference_source()
        if source == self.log.id:
            return True
        feed = self._feeds.get(source)
        if feed is None:  # it receives nothing in this process
            return False
        try:
            head = (await feed.heartbeat()).head
        except Exception as error:
            logger.warning(
                "no word of where the ledger ends", extra={"log": self.log.id, "error": type(error).__name__}
            )
            return False
        until = asyncio.get_running_loop().time() + _WAIT_SECONDS
        if head > 0 and await self._arrived(source, head, until) is None:
            return False
        await self.references.catch_up()
        return True

    async def feed_number(self, done: Done) -> int:
        """The last feed number that the log had given when it reached what was done; 0 before the first."""
        published = [fact.source_seq for fact in done.facts if fact.source_seq is not None]
        return published[-1] if published else await self.log.feed_number_at(done.position or 0)

    def principal(self, person: PersonId, program: Program | None = None) -> Principal:
        """The person with the posts they may act from today, or the portal that `program` is."""
        return self.references.folds.directory.principal(person, self.log.clock.moment().today, program)

    async def reading(
        self,
        person: PersonId | None,
        position: int | None,
        feeds: Mapping[str, int] | None = None,
        program: Program | None = None,
    ) -> Reading | None:
        """What a question of this person, or of the portal that `program` is, is answered from; None when `position` was
        not reached in time, or the facts up to these feed numbers of other logs were not. A log that this one does not receive is nothing to wait for.

        RefusedRequest POSITION_AHEAD for one that the log itself has not reached: there is nothing to wait for either.
        """
        until = asyncio.get_running_loop().time() + _WAIT_SECONDS
        for source, number in (feeds or {}).items():
            if source in self.service.sources and number > 0:
                arrived = await self._arrived(source, number, until)
                if arrived is None:
                    return None
                position = max(arrived, position or 0)
        if position is not None and not await self._shown.reached(position, timeout=0):
            if position > self.log.head and position > (head := await self.log.last_position()):
                raise RefusedRequest(POSITION_AHEAD.of(position=position, head=head))
            left = until - asyncio.get_running_loop().time()
            if not await self._shown.reached(position, timeout=max(0.0, left)):
                return None
        if position is not None and position > self.references.folds.position:
            await self.references.catch_up()
        principal = self.principal(person, program) if person else Principal(PersonId(""), ())
        return self._reading(principal, self.log.clock.moment())

    async def _arrived(self, source: str, number: int, until: float) -> int | None:
        """The position at which this log holds the fact of a feed number, once it does; None when time is up."""
        while (position := await self.log.received_at(source, number)) is None:
            if asyncio.get_running_loop().time() >= until:
                return None
            await asyncio.sleep(_ARRIVAL_SECONDS)
        return position

    def _reading(self, principal: Principal, moment: Moment) -> Reading:
        return Reading(
            principal, moment, self.references.folds, self.log, self.keys, self.neighbours, self.desk, self.outside
        )

    def _reading_of_the_service(self) -> Reading:
        return self._reading(Principal(PersonId(f"system/{self.service.name}"), ()), self.log.clock.moment())

    # --- what services ask each other --------------------------------------------------------------------------

    async def ask(self, port: Port[T], keys: Iterable[str]) -> dict[str, T]:
        """What another service tells of these keys, for a loop of this one; questions and rules have `Reading.ask`."""
        return await asked(self.neighbours, port, keys)

    async def answer_port(self, name: str, asker: str, keys: Sequence[str]) -> Mapping[str, Any]:
        """What another service is told. See `shared.ports.answered`."""
        reading = self._reading(Principal(PersonId(f"service/{asker}"), ()), self.log.clock.moment())
        return await answered(self.service.ports, name, asker, keys, reading)

    # --- what the service records of itself --------------------------------------------------------------------

    async def seed_terms(self) -> None:
        """Record every term of the service's `terms.yaml` that has no value from that date yet."""
        known = self.references.folds.terms.values
        for term in read_terms(self.service.terms):
            if not any(t.valid_from == term.valid_from for t in known.get(term.term, ())):
                await self.record(term, f"term {term.term} {term.valid_from}")

    async def record(self, event: Any, label: str) -> bool:
        """Record one event of the service itself, once per label; False when it had been recorded before."""
        subject = f"system/{self.service.name}"
        digest = hashlib.sha256(f"zeren-system\n{self.log.id}\n{label}".encode()).digest()
        return await self.handler.record([event], subject, hashed_uuid(digest))

    # --- keeping up --------------------------------------------------------------------------------------------

    async def _follow(self) -> None:
        """Take in what other processes append, and destroy the keys whose erasure has been recorded."""
        pause = _FOLLOW_SECONDS if self.part == "all" else _FOLLOW_OTHERS_SECONDS
        wake = self.log.wake()
        while True:
            wake.clear()
            began = time.monotonic()
            try:
                head = await self.log.look()
                if head > self.references.folds.position:
                    await self.references.catch_up()
                await self._erase(head)
                self._not_followed = None
            except DATABASE_ERRORS as error:
                logger.warning("the log could not be followed", extra={"error": type(error).__name__})
            except Exception as error:
                # Such as a fact that only a newer program can read: who holds which post is not known beyond it.
                if self._not_followed is None:
                    logger.error("the log cannot be followed", extra={"log": self.log.id, "error": place_of(error)})
                self._not_followed = type(error).__name__
            await next_round(wake, pause, began, _SHORTEST_FOLLOW)

    async def _erase(self, head: int) -> None:
        """Also those of the past, at every start: a key store that was restored holds keys that were destroyed."""
        if head <= self._erased_up_to:
            return
        for source in {self.log.id, self.service.reference_source()}:
            for fact in await self.log.category("erasure", source, self._erased_up_to, head):
                match fact.event:
                    case PersonalDataErased(subject=subject) if source == self.log.id:
                        await self._destroy(subject)
                    case PersonErased(person=person):
                        await self._destroy(f"person/{person}")
        self._erased_up_to = head

    async def _destroy(self, subject: str) -> None:
        """The subject's key, and what was kept to find it by."""
        await self.keys.erase(subject)
        if self.desk is not None:
            await self.desk.table.forget(subject)

    async def problems(self) -> Sequence[str]:
        """Why the service is not ready, in plain words without personal data; empty when it is."""
        found: list[str] = []
        try:
            head = await self.log.last_position()
        except DATABASE_ERRORS as error:
            return [f"{self.service.name}: database unreachable ({type(error).__name__})"]
        if self._not_followed is not None:
            found.append(f"{self.service.name}: the log cannot be followed ({self._not_followed})")
        if self.part == "api":
            return found  # views and feeds are answered for by the process that keeps them
        if self.admission is not None and self.admission.failing is not None:
            found.append(f"{self.service.name}: what waits could not be admitted ({self.admission.failing})")
        for view in await self.runner.status():
            if view.state == "stopped":
                found.append(f"{self.service.name}: view {view.name} is stopped at {view.position} of {head}")
            elif view.lag_seconds > timedelta(seconds=30).total_seconds():
                found.append(f"{self.service.name}: view {view.name} is {view.lag_seconds:.0f} s behind")
        for receiver in self.receivers:
            feed = await receiver.status()
            if feed.state in ("stopped", "gap"):
                found.append(f"{self.service.name}: feed from {feed.source} {feed.state}: {feed.refusal}")
        return found

    # --- what it tells about itself ----------------------------------------------------------------------------

    def count_appends(self, metrics: Metrics) -> None:
        """Count from now on what this process appends."""
        appends = metrics.appends.labels(self.log.id)
        batches = metrics.append_batch.labels(self.log.id)

        refused = metrics.commands_refused.labels(self.log.id)

        def count(rows: Sequence[Row]) -> None:
            appends.inc(len(rows))
            batches.observe(len(rows))
            for row in rows:
                if row.source != self.log.id:
                    metrics.feed_received.labels(self.log.id, row.source).inc()
                elif row.type == "command-refused":
                    refused.inc()

        self.log.follow(count)

    async def measure(self, metrics: Metrics) -> None:
        """Bring the gauges up to date. A database that does not answer leaves out what only it knows."""
        log = self.log.id
        metrics.append_queue.labels(log).set(self.log.waiting)
        metrics.deadlines_failing.labels(log).set(len(self.deadlines.status()))
        # How many connections are lent would tell when something was handed in.
        for name, pool in (("log", self.pool), ("keys", self.keys_pool)) if self.desk is None else ():
            idle = pool.get_idle_size()
            metrics.pool_connections.labels(log, name, "idle").set(idle)
            metrics.pool_connections.labels(log, name, "in-use").set(pool.get_size() - idle)
            metrics.pool_limit.labels(log, name).set(pool.get_max_size())
        try:
            async with asyncio.timeout(_MEASURE_SECONDS):
                await self._measure_what_is_stored(metrics)
        except DATABASE_ERRORS:
            metrics.unknown(log)
        else:
            metrics.database_up.labels(log).set(1)

    async def _measure_what_is_stored(self, metrics: Metrics) -> None:
        """How far views and feeds are behind the true head, what is parked, and which commands wait."""
        log = self.log.id
        if self.part == "api":
            metrics.log_head.labels(log).set(await self.log.last_position())
            return  # the rest is told by the process that folds, issues and receives
        # In the order in which facts go their way: when no lag is told, what had arrived by then has been folded too.
        for receiver in self.receivers:
            age = receiver.source.heard_seconds_ago()
            feed = await receiver.status()
            if feed.head is not None:
                metrics.feed_lag.labels(log, feed.source).set(max(0, feed.head - feed.cursor))
            else:
                metrics.feed_lag.remove_by_labels({"log": log, "source": feed.source})
            metrics.feed_gap.labels(log, feed.source).set(feed.state == "gap")
            metrics.feed_stopped.labels(log, feed.source).set(feed.state == "stopped")
            if age is not None:
                metrics.feed_heartbeat_age.labels(log, feed.source).set(age)
            for road, facts in receiver.source.arrived().items():
                metrics.total(metrics.feed_arrived, (log, feed.source, road), facts)
        metrics.log_head.labels(log).set(await self.log.last_position())
        for view in await self.runner.status():
            metrics.view_lag_positions.labels(log, view.name).set(view.lag)
            metrics.view_lag_seconds.labels(log, view.name).set(view.lag_seconds)
            metrics.view_stopped.labels(log, view.name).set(view.state == "stopped")
            metrics.parked_keys.labels(log, view.name).set(view.parked)
        waiting = await self.issuer.waiting()
        metrics.commands_pending.labels(log).set(waiting.commands)
        metrics.commands_failing.labels(log).set(waiting.failing)
        metrics.commands_pending_seconds.labels(log).set(waiting.oldest_seconds)
        metrics.deadlines_due.labels(log).set(await self.deadlines.due())
        for kind, there in (await self.sender.status()).items():
            metrics.outbound_open.labels(log, kind).set(there.open)
            metrics.outbound_retried.labels(log, kind).set(there.retried)


@contextlib.asynccontextmanager
async def open_for_reading(service: Service, access: Access) -> AsyncIterator[Log]:
    """The service's log for looking at it: no appender, no loops. NotFounded when it was never founded."""
    pool = await asyncpg.create_pool(access.dsn, min_size=1, max_size=2)
    try:
        yield await open_log(access.log, pool, access.dsn, service.catalogue(), sealed=service.holding is not None)
    finally:
        await pool.close()


async def _nothing_to_reset(connection: Any) -> None:
    """Our sessions keep no state between uses, so that giving one back costs no round trip. The driver itself still
    ends a transaction that was left open."""


# A connection or an answer that is lost is given up; the driver takes as long again to call a statement off.
_LIMITS: Mapping[str, Any] = {"timeout": 10.0, "command_timeout": 20.0, "reset": _nothing_to_reset}


async def open_service(service: Service, access: Access, genesis: Genesis | None = None) -> Running:
    """Connect, found the log when `genesis` is given and it is new, and bring the reference folds to its head.

    Enough to handle commands; `Running.start` begins the loops. NotFounded when the log was never founded.
    """
    catalogue = service.catalogue()
    sealed = service.holding is not None
    if genesis is not None:
        await found_log(genesis, access.log, access.dsn, catalogue, sealed=sealed)
    async with contextlib.AsyncExitStack() as undo:
        pool = await asyncpg.create_pool(access.dsn, min_size=1, max_size=8, **_LIMITS)
        undo.push_async_callback(pool.close)
        keys_pool = await asyncpg.create_pool(access.keys_dsn, min_size=1, max_size=4, **_LIMITS)
        undo.push_async_callback(keys_pool.close)
        log = await open_log(access.log, pool, access.dsn, catalogue, sealed=sealed)
        await log.start()
        undo.push_async_callback(log.stop)
        running = Running(service, access, log, pool, keys_pool)
        await running.references.catch_up()
        await running._erase(await log.look())
        await running.seed_terms()
        undo.pop_all()
        return running
