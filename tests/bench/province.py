"""`make province`: a province loaded and asked for real: 100 000 units, 1 million tasks, up to 10 million events.

Its roster comes from files, by the loader that an office uses, which carries out a command for every line. Its tasks
and what became of them are written to the ledger's log in bulk, as the events that the commands would record; then
`zeren serve ledger` folds them, and whoever asks or reports does so over HTTP. Runs for an hour or so, in a temporary
folder, and writes `docs/bench/province.json` and `province.md`. `--share 0.01` is a hundredth of it and writes nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from typing import Any

import asyncpg
import uvloop
from rich.console import Console

from services.ledger.events import (
    ClaimSigned,
    CompletionAccepted,
    CompletionClaimed,
    Part,
    PlanId,
    ProgressReported,
    TaskId,
    TaskIssued,
    TaskNumberTaken,
    TaskSplit,
)
from services.ledger.main import SERVICE as LEDGER
from services.ledger.rules.adopt_plan import AdoptPlan
from services.ledger.rules.draft_plan import DraftPlan
from services.ledger.rules.install_administrator import InstallAdministrator
from services.ledger.state import evolve_task, hash_of, signable_of
from shared.codec import stream_of
from shared.directory import Post
from shared.domain import Actor, PersonalText, PersonId, PublicText, UnitId
from shared.log.append import Append, NewEvent
from shared.log.format import occurred_text
from shared.log.log import new_event_id
from shared.running import Running
from tests.bench.bench_append import start_with_room
from tests.bench.bench_office import Served, commands_a_second
from tests.bench.bench_start import of_database, resident
from tests.bench.figures import machine_of, today
from tests.bench.office import action_of, done
from tests.bench.province_roster import ADMINISTRATOR, COORDINATOR, units, write_posts, write_units
from tests.support.running import Caller, environment, free_port, is_ready
from zeren import postgres
from zeren.issuer import DevelopmentIssuer
from zeren.loading.city import post_holder
from zeren.loading.load_units import load_units
from zeren.office import SAMPLE_START, open_office
from zeren.settings import Settings

DOCS = Path(__file__).parents[2] / "docs" / "bench"
UNITS, TASKS, EVENTS = 100_000, 1_000_000, 10_000_000
_BYTES_AN_EVENT = 2_500
"""Of disk: a row of the log with its indexes, the rows of views, and what PostgreSQL writes ahead."""
_EVENTS_A_UNIT = 7
_WITHOUT_REPORTS = 3.4
"""Events of a task: its number, its issue, the claim, and of some that it was finished."""
_PER_APPEND = 1_000
_WAITING = 3
_PARTS = 60
"""Of every duty."""
_TODAY, _TOMORROW = date(2026, 1, 5), "2026-01-06T08:30:00+08:00"
_DUE_TODAY = 100
"""One task in so many has its last day today and falls overdue tomorrow."""
_ASKED, _ASKING_SECONDS = 30, 20.0
_FOLDED_SECONDS = 7_200.0
_RECEIVING_SECONDS = 60.0


@dataclass
class Told:
    """The figures, in their order, said as they come."""

    console: Console
    rows: list[Row] = field(default_factory=list)

    def note(self, what: str, value: float, unit: str, said: str = "") -> None:
        self.rows.append(Row(what, value, unit, said))
        self.console.log(f"{what}: {value:,.6g} {unit} {said}")


@dataclass(frozen=True, slots=True)
class Row:
    """`said` is what a reader should know of a figure."""

    what: str
    value: float
    unit: str
    said: str


@dataclass(frozen=True, slots=True)
class Size:
    units: int
    tasks: int
    events: int

    @property
    def reports(self) -> int:
        """Reports on a task, so that all comes to the number of events."""
        return max(round((self.events - self.units * _EVENTS_A_UNIT) / self.tasks - _WITHOUT_REPORTS), 1)


def size_of(share: float, room: int) -> Size:
    """What share of the province, with as many events as the disk allows."""
    events = min(EVENTS, room // _BYTES_AN_EVENT)
    return Size(*(max(round(share * whole), 1) for whole in (UNITS, TASKS, events)))


async def measure(server: postgres.Server, home: Path, size: Size, told: Told) -> None:
    office = await open_office(server.admin_dsn(), home, starts=SAMPLE_START, found=True)
    ledger = office.services["ledger"]
    try:
        await _load_roster(ledger, home.parent, size, told)
        plans = await _plans(ledger)
        parts = await _write_tasks(ledger, plans, size, told)
        directory = ledger.references.folds.directory
        heads = {post.unit: _held(post) for post in directory.posts.values() if post.leads}
        coordinator, administrator = (
            post_holder(ledger, "coordinator", COORDINATOR),
            post_holder(ledger, "administrator", ADMINISTRATOR),
        )
        village = parts[len(parts) // 2]
        above = list(directory.ancestors(village.unit))
        head = ledger.log.head
        for running in office.services.values():
            await running.prepare_views()
    finally:
        await office.stop()
    await _sizes(server, head, told, "before views")

    issuer = DevelopmentIssuer(Settings(home=home))
    began = time.perf_counter()
    async with _serving(server, home, "ledger") as (port, process):
        await _folded(server, head, began, told)
        told.note("memory of the ledger's process, views folded", resident(process.pid), "MB")
    await _analysed(server)
    began = time.perf_counter()
    async with _serving(server, home, "ledger") as (port, process):
        told.note("second start to ready", time.perf_counter() - began, "s")
        askers = {
            "the province's coordinator": coordinator,
            "a county's head": heads[above[-3]],
            "a village's head": heads[village.unit],
        }
        for who, person in askers.items():
            unit = next(unit for unit in above if heads[unit] == person) if person != coordinator else above[-3]
            _ask(port, issuer.mint(person), who, village, unit, told)
        unclaimed = [part for n, part in enumerate(parts[: 4 * _PER_APPEND]) if n % 4 != 1]
        served = Served(process, f"http://127.0.0.1:{port}", [(p.task, issuer.mint(heads[p.unit])) for p in unclaimed])
        rate = await commands_a_second(served, seconds=10.0)
        told.note("reports of progress over HTTP", rate, "requests/s", "16 connections, while views are folded")
        await _overdue(server, port, issuer.mint(administrator), sum(part.falls_overdue for part in parts), told)
        told.note("memory of the ledger's process, after all this", resident(process.pid), "MB")
    told.note("memory of PostgreSQL, after all this", of_database(server), "MB")
    async with _serving(server, home, "assessment"):
        await _received(server, told)
    await _sizes(server, head, told, "with views")


# --- loading ----------------------------------------------------------------------------------------------------


async def _load_roster(ledger: Running, folder: Path, size: Size, told: Told) -> None:
    """From files, by the loader of `zeren load units`, a command for every line."""
    among = units(size.units)
    top = among[0]
    install = InstallAdministrator(
        PersonId(""), PersonalText("韩立"), top.code, PublicText(top.name), "committee", "province",
        PublicText(ADMINISTRATOR), date(2024, 1, 8), date(2001, 7, 1),
    )  # fmt: skip
    action = action_of(ledger, InstallAdministrator)
    done(await ledger.handler.handle_as_operator(action, install, "first-administrator"))
    administrator = post_holder(ledger, "administrator", ADMINISTRATOR)
    for name, write in (("units", write_units), ("posts", write_posts)):
        path = folder / f"{name}.csv"
        write(path, among)
        began, before = time.perf_counter(), ledger.log.head
        report = await load_units(ledger, administrator, path)
        if report.errors:
            raise RuntimeError(f"the roster has {len(report.errors)} errors, first {report.errors[0]}")
        await ledger.references.catch_up()
        took, lines = time.perf_counter() - began, sum(report.recorded.values())
        told.note(f"{name} loaded from a file", took, "s", f"{lines:,} commands, {ledger.log.head - before:,} events")


async def _plans(ledger: Running) -> list[tuple[PlanId, UnitId]]:
    """A plan for every county, by the commands of the province's coordinator."""
    coordinator, directory = post_holder(ledger, "coordinator", COORDINATOR), ledger.references.folds.directory
    counties = [unit for unit in directory.units.values() if unit.level == "county"]
    plans = []
    for n, county in enumerate(counties, start=1):
        title = PublicText(f"{county.name}2026年党风廉政建设责任分工方案")
        plan = (await _give(ledger, DraftPlan(PlanId(""), f"2026-{n}", county.id, title, 2026, 2026), coordinator)).plan
        await _give(ledger, AdoptPlan(plan, PublicText(f"{county.name}发〔2026〕1号"), _TODAY), coordinator)
        plans.append((plan, county.id))
    return plans


async def _give(ledger: Running, command: Any, person: PersonId) -> Any:
    action = action_of(ledger, type(command))
    key = f"province {getattr(command, 'code', None) or getattr(command, 'plan', '')} {action.name}"
    return done(await ledger.handle(action, command, person, key)).facts[0].event


def _held(post: Post) -> PersonId:
    holder = post.holder(_TODAY)
    assert holder is not None, "every post of the roster is held"
    return holder


@dataclass(frozen=True, slots=True)
class Written:
    """A task that was written, the unit that reports on it, and whether it falls overdue tomorrow."""

    task: TaskId
    plan: PlanId
    unit: UnitId
    falls_overdue: bool


async def _write_tasks(
    ledger: Running, plans: Sequence[tuple[PlanId, UnitId]], size: Size, told: Told
) -> list[Written]:
    """A thousand events or a little more to an append, three appends waiting. Answers the parts, which are reported on."""
    waiting = asyncio.Semaphore(_WAITING)
    before, began = ledger.log.head, time.perf_counter()
    written: list[Written] = []

    async def append(part: list[NewEvent], expect: dict[tuple[str, str], int]) -> None:
        try:
            await ledger.log.append(Append(part, expect))
        finally:
            waiting.release()

    async with asyncio.TaskGroup() as group:
        part: list[NewEvent] = []
        expect: dict[tuple[str, str], int] = {}
        for event, by in _lives(ledger, plans, size, written):
            new = _new_event(ledger, event, by)
            # Only between two tasks: a stream that an append begins is whole in it.
            if len(part) >= _PER_APPEND and isinstance(event, TaskNumberTaken):
                await waiting.acquire()
                group.create_task(append(part, expect))
                part, expect = [], {}
            part.append(new)
            expect.setdefault((ledger.log.id, new.stream), 0)
        await waiting.acquire()
        group.create_task(append(part, expect))
    took, events = time.perf_counter() - began, ledger.log.head - before
    told.note("tasks written in bulk", took, "s", f"{size.tasks:,} tasks, {events:,} events")
    told.note("events written in bulk", events / took, "events/s", "made, encoded, hashed, chained and committed")
    return written


def _lives(
    ledger: Running, plans: Sequence[tuple[PlanId, UnitId]], size: Size, written: list[Written]
) -> Iterator[tuple[Any, Actor]]:
    """Every event with whose word it is, task by task. Of each county's plan the duties are split among its units."""
    directory, coordinator = ledger.references.folds.directory, post_holder(ledger, "coordinator", COORDINATOR)
    word = Actor(coordinator, next(post.id for post in directory.posts.values() if post.title == COORDINATOR))
    heads = {post.unit: post for post in directory.posts.values() if post.leads}
    begun = 0
    while begun < size.tasks:
        for plan, county in plans:
            below = cycle([heads[unit] for unit in directory.below(county)])
            for _ in range(begun // len(plans) % len(heads)):
                next(below)  # other units than those of the duty before
            parts = [next(below) for _ in range(min(_PARTS, size.tasks - begun))]
            yield from _duty(begun, plan, heads[county], parts, word, size.reports, written)
            begun += 1 + len(parts)
            if begun >= size.tasks:
                return


def _duty(
    n: int, plan: PlanId, head: Post, posts: Sequence[Post], word: Actor, reports: int, written: list[Written]
) -> Iterator[tuple[Any, Actor]]:
    """A whole, split downward into parts, and what became of each part so far."""
    whole = _issued(n, plan, head, date(2026, 12, 31))
    share = (Decimal(100) / len(posts)).quantize(Decimal("0.01"))
    weights = [*[share] * (len(posts) - 1), 100 - share * (len(posts) - 1)]
    parts = [
        replace(
            _issued(n + at, plan, post, _TODAY if (n + at) % _DUE_TODAY == 0 else date(2026, 2 + at % 11, 1 + at % 28)),
            weight=weight,
            parent=whole.task,
            direction="downward",
            lineage=(whole.unit,),
        )
        for at, (post, weight) in enumerate(zip(posts, weights, strict=True), start=1)
    ]
    yield TaskNumberTaken(plan, whole.number, whole.task), word
    yield whole, word
    yield _claim(whole, head)
    split = tuple(
        Part(p.task, p.number, p.title, p.unit, False, weight, p.due) for p, weight in zip(parts, weights, strict=True)
    )
    yield TaskSplit(whole.task, whole.unit, plan, 2, "downward", split), _actor(head)
    for part, post in zip(parts, posts, strict=True):
        yield TaskNumberTaken(plan, part.number, part.task), _actor(head)
        yield part, _actor(head)
        yield _claim(part, post)
        several, at = max(reports + len(written) % 5 - 2, 1), len(written)
        for report in range(1, several + 1):
            done = PublicText("已完成前期摸底，正在对照台账逐项推进。")
            yield (
                ProgressReported(
                    part.task, part.unit, plan, report, Decimal(report) / 2, done, (), _TODAY, _TODAY, _actor(post)
                ),
                _actor(post),
            )
        is_claimed = at % 4 == 1
        if is_claimed:
            yield (
                CompletionClaimed(part.task, part.unit, plan, PublicText("已达到完成标准。"), (), _TODAY, _actor(post)),
                _actor(post),
            )
            if at % 20 != 1:
                yield CompletionAccepted(part.task, part.unit, plan, part.due, _TODAY, _TODAY, 0, None, word), word
        written.append(Written(part.task, plan, part.unit, part.due == _TODAY and not is_claimed))


def _issued(n: int, plan: PlanId, post: Post, due: date) -> TaskIssued:
    return TaskIssued(
        task=TaskId(str(new_event_id())), plan=plan, project=None, number=f"2026-{n + 1}",
        title=PublicText(f"整治群众身边不正之风第{n + 1}项"), unit=post.unit, co_units=(), leader_post=post.id,
        leader_person=_held(post), requirement=PublicText("建立台账，逐项整改，按月报告。"),
        standard=PublicText("问题全部销号，群众满意率不低于95%。"), due=due, issued_on=_TODAY, weight=None, parent=None,
        direction=None, lineage=(),
    )  # fmt: skip


def _claim(issued: TaskIssued, post: Post) -> tuple[ClaimSigned, Actor]:
    state = evolve_task(None, issued)
    assert state is not None
    basis = PublicText("《中国共产党问责条例》")
    signed = ClaimSigned(
        issued.task, issued.unit, issued.plan, 1, hash_of(signable_of(state)), basis, _TODAY, _actor(post)
    )
    return signed, signed.by


def _actor(post: Post) -> Actor:
    return Actor(_held(post), post.id)


def _new_event(ledger: Running, event: Any, by: Actor) -> NewEvent:
    event_id, kind = new_event_id(), ledger.log.catalogue.kind_of(event)
    return NewEvent(
        event_id=event_id, stream=stream_of(event), type=kind.name, schema=kind.schema,
        occurred=occurred_text(ledger.log.clock.instant()), published=kind.published, history=False,
        actor_subject=by.subject, actor_post=by.post, actor_on_behalf=None, command_id=None, correlation_id=event_id,
        causation_id=None, traceparent=None, data=ledger.log.catalogue.encode(event),
    )  # fmt: skip


# --- serving ----------------------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def _serving(server: postgres.Server, home: Path, service: str) -> AsyncIterator[tuple[int, Any]]:
    """`zeren serve`, ready; ended by SIGTERM."""
    port = free_port()
    settings = environment(home, port, ZEREN_DATABASE_URL=server.admin_dsn())
    words = home.parent / f"{service}.{port}.said"
    with words.open("wb") as said:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "zeren.cli", "serve", service,
            env=settings, stdin=asyncio.subprocess.DEVNULL, stdout=said, stderr=said,
        )  # fmt: skip
    try:
        async with asyncio.timeout(_FOLDED_SECONDS):
            while not await asyncio.to_thread(is_ready, port):
                if process.returncode is not None:
                    raise RuntimeError(f"zeren serve {service} ended: {words.read_text('utf-8')[-2000:]}")
                await asyncio.sleep(0.05)
        yield port, process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _folded(server: postgres.Server, head: int, began: float, told: Told) -> None:
    """Wait until every view of the ledger shows all that was written."""
    async with _connected(server) as connection:
        async with asyncio.timeout(_FOLDED_SECONDS):
            while await _behind(connection, head):  # noqa: ASYNC110 — another process folds
                await asyncio.sleep(0.5)
    took = time.perf_counter() - began
    told.note(
        "all views of the ledger folded at the first start",
        took,
        "s",
        f"{len(LEDGER.views)} views of its own, and the kernel's",
    )
    told.note("events folded into all views", head / took, "events/s")


async def _analysed(server: postgres.Server) -> None:
    """What the database does by itself within minutes of a change of this size."""
    async with _connected(server) as connection:
        await connection.execute("vacuum analyze", timeout=_FOLDED_SECONDS)


async def _behind(connection: asyncpg.Connection[asyncpg.Record], head: int) -> bool:
    found: bool = await connection.fetchval(
        "select count(*) = 0 or min(position) < $1 from ledger_views.checkpoints", head
    )
    return found


def _ask(port: int, token: str, who: str, about: Written, unit: UnitId, told: Told) -> None:
    """Every question in turn, one at a time: the median and the longest."""
    caller = Caller(port, token)
    questions: Mapping[str, tuple[str, dict[str, Any]]] = {
        "units, a page of 50": ("ledger/units", {"limit": 50}),
        "one unit": (f"ledger/units/{unit}", {}),
        "tasks, a page of 50": ("ledger/tasks", {"limit": 50}),
        "tasks with a red light": ("ledger/tasks", {"light": "red", "limit": 50}),
        "tasks below a unit": ("ledger/tasks", {"below": unit, "limit": 50}),
        "tasks of a unit": ("ledger/tasks", {"unit": unit, "limit": 50}),
        "one task": (f"ledger/tasks/{about.task}", {}),
        "trail of a task": (f"ledger/tasks/{about.task}/trail", {}),
        "whole tasks of a plan, a page of 50": ("ledger/tasks", {"plan": about.plan, "whole": True, "limit": 50}),
        "a plan with its figures": (f"ledger/plans/{about.plan}", {}),
        "how far a plan is covered": (f"ledger/plans/{about.plan}/coverage", {}),
    }
    for what, (path, params) in questions.items():
        taken: list[float] = []
        began = time.perf_counter()
        while len(taken) < _ASKED and time.perf_counter() - began < _ASKING_SECONDS:
            start = time.perf_counter()
            answer = caller.ask(path, **params)
            if answer.status != 200:
                told.note(f"{what}, {who}", answer.status, "refused", str(answer.code))
                break
            taken.append((time.perf_counter() - start) * 1000)
        if taken:
            ordered = sorted(taken)
            told.note(
                f"{what}, {who}", ordered[len(ordered) // 2], "ms", f"longest of {len(taken)}: {ordered[-1]:,.0f} ms"
            )


async def _overdue(server: postgres.Server, port: int, administrator: str, expected: int, told: Told) -> None:
    """It becomes tomorrow: every task whose last day was today and that was not claimed falls overdue, once."""
    async with _connected(server) as connection:
        head = await connection.fetchval("select max(position) from ledger.log")
        began = time.perf_counter()
        Caller(port, administrator).done("ledger/clock/ledger/advance", {"to": _TOMORROW})
        async with asyncio.timeout(_FOLDED_SECONDS):
            while (fallen := await connection.fetchval(_FALLEN, head)) < expected:  # noqa: ASYNC110 — another process acts
                await asyncio.sleep(0.2)
        told.note("tasks that fall overdue at once", time.perf_counter() - began, "s", f"{fallen:,} tasks")
        if fallen != expected:
            raise RuntimeError(f"{fallen} tasks fell overdue, {expected} should have")


_FALLEN = "select count(*) from ledger.log where position > $1 and type = 'task-fell-overdue'"


async def _received(server: postgres.Server, told: Told) -> None:
    """What another service takes in of the ledger's feed in a minute, from its beginning, with its views."""
    async with _connected(server) as connection:
        before = await connection.fetchval(_ARRIVED)
        began = time.perf_counter()
        await asyncio.sleep(_RECEIVING_SECONDS)
        arrived = await connection.fetchval(_ARRIVED) - before
        told.note("facts that the assessment service receives", arrived / (time.perf_counter() - began), "events/s")


_ARRIVED = "select max(position) from assessment.log"


# --- sizes ------------------------------------------------------------------------------------------------------


async def _sizes(server: postgres.Server, head: int, told: Told, when: str) -> None:
    async with _connected(server) as connection:
        for name, schema in (("log", "ledger"), ("views", "ledger_views")):
            held = await connection.fetchval(
                """select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint from pg_class c
                   join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relkind = 'r'""",
                schema,
            )
            told.note(f"disk, {name} of the ledger, {when}", held / 1e9, "GB", f"{held / head:,.0f} bytes an event")


@contextlib.asynccontextmanager
async def _connected(server: postgres.Server) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    connection = await asyncpg.connect(server.admin_dsn("zeren"), timeout=60)
    try:
        yield connection
    finally:
        await connection.close()


# --- telling ----------------------------------------------------------------------------------------------------


def write(rows: Sequence[Row], size: Size, machine: str) -> None:
    """`province.json`, and the same as a table in `province.md`."""
    text = json.dumps(
        {"date": today(), "machine": machine, "size": asdict(size), "rows": [asdict(row) for row in rows]},
        ensure_ascii=False,
        indent=2,
    )
    (DOCS / "province.json").write_text(text + "\n", encoding="utf-8")
    lines = [
        "# A simulated province",
        "",
        f"Measured {today()} on {machine}: {size.units:,} units and {size.tasks:,} tasks, on one machine that also asked.",
        "Times are absolute and no promise: they say what is small at this size and what is not.",
        "[docs/scale.md](../scale.md) draws the conclusions. `make province` measures again.",
        "",
        "| what | figure | unit | |",
        "|---|--:|---|---|",
    ]
    lines += [f"| {row.what} | {_short(row.value)} | {row.unit} | {row.said} |" for row in rows]
    (DOCS / "province.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.province", description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of the province; below 1 nothing is written")
    given = parser.parse_args()
    console = Console(width=160, log_path=False)
    with tempfile.TemporaryDirectory(prefix="zeren-province-") as folder:
        home = Path(folder) / ".zeren"
        server = start_with_room(home)
        told = Told(console)
        try:
            size = size_of(given.share, shutil.disk_usage(server.data).free)
            machine = asyncio.run(machine_of(server))
            uvloop.run(measure(server, home, size, told))
        finally:
            postgres.stop(server)
            shutil.rmtree(server.data.parent)
    if given.share == 1:
        write(told.rows, size, machine)


if __name__ == "__main__":
    main()
