"""The all-in-one process of the benchmark: 云岭市 loaded, tasks enough to report on, served over HTTP on loopback.

`python -m tests.bench.office` obeys words on its standard input and answers each with a line of JSON:

- (at once) `{"url", "tokens": {person: token}, "tasks": [[task, person who may report on it], …]}`; nothing but commands
  is served yet, the loops rest;
- `start`: the loops run, and everything recorded so far is in every view;
- `visible N`: N claims of completion, 300 a second; `{"milliseconds": […]}`, each from when the claim was due to be made
  to when the unit's standing shows it in the assessment service;
- `reads`: what it takes to read units as the coordinator does, here or from the same tables: `{"token", "unit", "code",
  "database", "schema", "table", "page_path", "row_path", "page": [statement, values], "row": [statement, values]}`;
- `settle`: every view has taken in everything.

Standard input's end ends it.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from itertools import count, cycle, islice
from typing import Any

import aiohttp
import uvicorn
import uvloop
from rich.console import Console
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from services.assessment.views.standing import STANDING
from services.ledger.events import TaskId, TaskIssued
from services.ledger.rules.claim_completion import ClaimCompletion
from services.ledger.rules.issue_task import IssueTask
from services.ledger.rules.report_progress import ReportProgress
from services.ledger.views import organisation
from shared.actions import Action
from shared.cycles import look_rarely, spare_what_stays
from shared.directory.table import UNITS
from shared.domain import PersonId, PublicText, Refused, UnitId
from shared.feeds.direct import DirectFeed
from shared.feeds.kafka import KafkaFeed
from shared.feeds.pull import PulledFeed
from shared.handle import Done
from shared.log.format import Row
from shared.running import Running
from shared.telemetry import Metrics, configure_logging
from shared.views.store import views_schema
from shared.web.app import Observed, build_service
from shared.web.asgi import Address
from shared.web.door import Door
from shared.web.feed import feed_routes
from shared.web.rest import ByMethod
from tests.support.counting import counting
from zeren.authentication import authenticator
from zeren.issuer import DevelopmentIssuer
from zeren.loading.city import COORDINATOR, adopt_schemes, load_city, post_holder
from zeren.office import SAMPLE_START, Office, open_office
from zeren.service_key import service_tokens
from zeren.settings import Settings

TASKS = 2_600
"""More than the city's 113, so that no task's history grows as it would in no year."""
CLAIMS_A_SECOND = 300
PREFIXES = {"direct": "bench_office_", "kafka": "bench_kafka_"}
"""Of the names of databases, by the way in which facts travel."""
EMPTY = "empty"
"""The path, beside the ledger's own, whose handler does nothing."""
_AT_ONCE = 16
_PATIENCE_SECONDS = 60.0


class Bench:
    """An open office, and what is done with it."""

    def __init__(self, settings: Settings, office: Office) -> None:
        self.settings = settings
        self.office = office
        self.tokens = service_tokens(settings.home)
        self.ledger = office.services["ledger"]
        self.assessment = office.services["assessment"]
        self.tasks: list[tuple[TaskId, PersonId]] = []
        self._unclaimed: list[tuple[TaskId, PersonId]] = []
        self._started: list[Running] = []
        """Those whose loops run; over Kafka the two that claims concern."""

    async def load(self) -> None:
        """The sample city, and the tasks of its plan again under further numbers until there are `TASKS`."""
        await load_city(self.office, Console(file=sys.stderr))
        planned = await self._planned()
        coordinator = post_holder(self.ledger, "coordinator", COORDINATOR)
        clerks = self._clerks()
        numbers = count(1)

        async def issue(says: TaskIssued) -> None:
            command = IssueTask(
                TaskId(""),
                says.plan,
                f"B-{next(numbers)}",
                says.title,
                says.leader_post,
                says.unit,
                says.requirement,
                says.standard,
                says.due,
            )
            task = TaskId(done(await self._give(self.ledger, command, coordinator)).facts[0].event.task)
            self.tasks.append((task, clerks[says.unit]))

        wanted = islice(cycle(planned), TASKS)
        while several := list(islice(wanted, _AT_ONCE)):
            await asyncio.gather(*map(issue, several))
        self._unclaimed = list(self.tasks)

    async def _planned(self) -> list[TaskIssued]:
        """The tasks of this year's plan as they were issued to units that have somebody to report."""
        clerks = self._clerks()
        facts = await self.ledger.log.category("task", self.ledger.log.id, 0, self.ledger.log.head)
        return [
            fact.event
            for fact in facts
            if isinstance(fact.event, TaskIssued) and not fact.history and fact.event.unit in clerks
        ]

    def _clerks(self) -> dict[UnitId, PersonId]:
        """For each unit, somebody who may report on its tasks."""
        directory, today = self.ledger.references.folds.directory, self.ledger.log.clock.moment().today
        found: dict[UnitId, PersonId] = {}
        for post in directory.posts.values():
            if {"unit-clerk", "unit-head"} & set(post.roles) and (person := post.holder(today)):
                found.setdefault(post.over, person)
        return found

    async def _give(self, running: Running, command: Any, person: PersonId) -> Done | Refused:
        return await running.handle(action_of(running, type(command)), command, person, secrets.token_hex(16))

    def app(self) -> Observed:
        """The services as `zeren up` serves them, and behind the command that is measured one handler that is empty."""
        auth = authenticator(self.settings, self.office.identities)
        mounts = []
        for running in self.office.services.values():
            log = running.log
            feed = feed_routes(DirectFeed(log.id, log.schema, log.pool, log), self.tokens)
            api = build_service(running, auth, feed)
            if running is self.ledger:
                command = action_of(running, ReportProgress)
                at = next(
                    n for n, route in enumerate(api.router.routes) if getattr(route, "path", "") == f"/{command.path}"
                )
                nothing = ByMethod({"POST": Address(f"/api/ledger/{EMPTY}", _nothing)})
                api.router.routes.insert(at + 1, Route(f"/{EMPTY}", nothing, methods=["POST"]))
            mounts.append(Mount(f"/api/{running.service.name}", api))
        metrics = Metrics()
        for running in self.office.services.values():
            running.count_appends(metrics)
        return Observed(Starlette(routes=mounts), metrics)

    async def start(self, stack: AsyncExitStack, url: str) -> None:
        """Begin; over Kafka, the ledger's facts go through a relay, which is a process of its own."""
        if self.settings.feed == "direct":
            await self.office.start()
            self._started = list(self.office.services.values())
        else:
            await self.ledger.start({})
            complaints = self.office.services["complaints"].log
            beside = DirectFeed("complaints", "complaints", self.assessment.pool, complaints)
            await self.assessment.start({"ledger": await self._over_kafka(stack, url), "complaints": beside})
            self._started = [self.ledger, self.assessment]
        await adopt_schemes(self.office)
        await self.settle()

    async def _over_kafka(self, stack: AsyncExitStack, url: str) -> KafkaFeed:
        broker = self.settings.broker()
        if broker is None:
            raise RuntimeError("ZEREN_KAFKA names the broker that the benchmark has started")
        relay = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.relay", PREFIXES["kafka"], "ledger", stdin=asyncio.subprocess.PIPE
        )
        stack.push_async_callback(relay.wait)
        assert relay.stdin is not None
        stack.callback(relay.stdin.close)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        feed = KafkaFeed(
            PulledFeed("ledger", url, lambda: self.tokens.mint("assessment"), session), "assessment", broker
        )
        await feed.start()
        stack.push_async_callback(feed.stop)
        return feed

    async def settle(self) -> None:
        """Everything the ledger published has arrived, and every view shows everything."""
        async with asyncio.timeout(_PATIENCE_SECONDS * 2):
            while await self.assessment.log.cursor("ledger") < self.ledger.log.feed_head:  # noqa: ASYNC110 — the other log says it
                await asyncio.sleep(0.1)
            for running in self._started:
                while not await running.runner.reached(running.log.head, _PATIENCE_SECONDS):
                    pass

    async def visible(self, claims: int) -> list[float]:
        """Milliseconds of each claim, from when it was due to be made to when the standing of its unit shows it."""
        claimed, self._unclaimed = self._unclaimed[:claims], self._unclaimed[claims:]
        if len(claimed) < claims:
            raise ValueError("no unclaimed tasks are left")
        before = await self._items()
        arrived: dict[int, asyncio.Future[int]] = {}
        loop = asyncio.get_running_loop()

        def arrival(seq: int) -> asyncio.Future[int]:
            return arrived.setdefault(seq, loop.create_future())

        def note(rows: Sequence[Row]) -> None:
            for row in rows:
                if row.source == "ledger" and row.source_seq is not None and not arrival(row.source_seq).done():
                    arrival(row.source_seq).set_result(row.position)

        self.assessment.log.follow(note)

        async def claim(task: TaskId, person: PersonId, due: float) -> float:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            command = ClaimCompletion(task, PublicText("已完成整改并报送佐证材料，经自查达到完成标准。"))
            (fact,) = done(await self._give(self.ledger, command, person)).facts
            assert fact.source_seq is not None
            position = await arrival(fact.source_seq)
            assert await self.assessment.runner.reached(position, _PATIENCE_SECONDS, (STANDING,))
            return (time.perf_counter() - due) * 1000

        begin = time.perf_counter() + 0.1
        taken = await asyncio.gather(
            *(claim(task, person, begin + n / CLAIMS_A_SECOND) for n, (task, person) in enumerate(claimed))
        )
        assert await self._items() - before == claims, "the standings do not show every claim"
        return taken

    async def reads(self) -> dict[str, Any]:
        """A page of 20 units and its first unit, and the queries that the service itself makes for them."""
        coordinator = post_holder(self.ledger, "coordinator", COORDINATOR)
        reading = await self.ledger.reading(coordinator, None)
        assert reading is not None
        asked = counting(reading)
        page = await organisation.list_units(asked, organisation.ListUnits(limit=20))
        assert len(page.items) == 20, "the sample city has fewer units than a page"
        first = page.items[0]
        await organisation.get_unit(asked, organisation.GetUnit(first.unit))
        (of_page, of_row) = zip(asked.statements, asked.values, strict=True)
        return {
            "token": DevelopmentIssuer(self.settings).mint(coordinator),
            "unit": first.unit,
            "code": first.code,
            "database": f"{PREFIXES[self.settings.feed]}zeren",
            "schema": views_schema(self.ledger.log),
            "table": UNITS.table_name,
            "page_path": "/api/ledger/units?limit=20",
            "row_path": f"/api/ledger/units/{first.unit}",
            "page": of_page,
            "row": of_row,
        }

    async def _items(self) -> int:
        """How many facts the standings of all units rest on, as the database has them."""
        schema = views_schema(self.assessment.log)
        found: int = await self.assessment.pool.fetchval(
            f"select coalesce(sum(jsonb_array_length(items)), 0)::bigint from {schema}.{STANDING.table_name}"  # noqa: S608
        )
        return found


async def _nothing(request: Request) -> Response:
    return Response(b"{}", media_type="application/json")


def action_of(running: Running, command: type) -> Action:
    return next(action for action in running.service.actions if action.command is command)


def done(outcome: Done | Refused) -> Done:
    if isinstance(outcome, Refused):
        raise RuntimeError(f"refused: {outcome.code}: {outcome.sentence('en')}")
    return outcome


async def serve(settings: Settings) -> None:
    dsn = settings.database_url
    if dsn is None:
        raise RuntimeError("ZEREN_DATABASE_URL names the server that the benchmark has started")
    prefix = PREFIXES[settings.feed]
    office = await open_office(dsn.get_secret_value(), settings.home, starts=SAMPLE_START, found=True, prefix=prefix)
    try:
        bench = Bench(settings, office)
        await bench.load()
        # With its protocol named: otherwise asyncio leaves Nagle's algorithm on, which costs 40 ms an answer.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        web = uvicorn.Server(
            uvicorn.Config(bench.app(), http=Door, log_config=None, access_log=False, server_header=False)
        )
        serving = asyncio.create_task(web.serve(sockets=[listening]))
        issuer = DevelopmentIssuer(settings)
        tokens = {person: issuer.mint(person) for _, person in bench.tasks}
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        spare_what_stays()
        _answer({"url": url, "tokens": tokens, "tasks": bench.tasks})
        async with AsyncExitStack() as stack:
            await _obey(bench, stack, url)
        web.should_exit = True
        await serving
    finally:
        await office.stop()


async def _obey(bench: Bench, stack: AsyncExitStack, url: str) -> None:
    while line := await asyncio.to_thread(sys.stdin.readline):
        match line.split():
            case ["start"]:
                await bench.start(stack, url)
                spare_what_stays()
                _answer({})
            case ["reads"]:
                _answer(await bench.reads())
            case ["settle"]:
                await bench.settle()
                _answer({})
            case ["visible", claims]:
                _answer({"milliseconds": await bench.visible(int(claims))})
            case other:
                raise ValueError(f"not understood: {other}")


def _answer(found: dict[str, Any]) -> None:
    print(json.dumps(found), flush=True)  # noqa: T201 — this is how it answers


def main() -> None:
    look_rarely()
    settings = Settings()
    with (settings.home / "office.log").open("a", encoding="utf-8") as stream:
        configure_logging("json", stream=stream)
        uvloop.run(serve(settings))


if __name__ == "__main__":
    main()
