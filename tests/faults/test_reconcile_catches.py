"""The checker itself: it finds nothing wrong with a sound installation, and each defect that is planted in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest

from services.complaints.views.clocks import CLOCKS
from services.notifications.views.due_tasks import DUE_TASKS
from services.notifications.views.notices import NOTICES
from shared.directory import UnitRegistered
from shared.domain import PersonId, PublicText, UnitId
from shared.facts import Fact
from shared.holding.receipts import Receipts
from shared.log.log import Genesis, Log, found_log, open_log
from shared.references import References
from shared.running import open_for_reading
from shared.service import Service
from shared.views import Key, View
from shared.views.runner import Runner
from shared.views.store import views_schema
from tests.conftest import MakeInstallation
from tests.support.reconcile import Acknowledged, Told, read_journal, reconcile, settled, views_as_rebuilt
from tests.support.reconcile_causes import caused
from tests.support.reconcile_intake import HandedIn, receipts_of
from tests.support.registers import EntryMade, RegisterOpened, record, registers_service
from tests.support.two_divisions import FIRST_DAY, TwoDivisions, settle, two_divisions
from zeren import postgres
from zeren.installation import prepare
from zeren.office import SERVICES, access, readers

PREFIX = "planted_"


@dataclass(frozen=True)
class Sound:
    """An installation with a history, at rest: its logs, what was acknowledged, and a superuser who can do harm."""

    logs: tuple[tuple[Service, Log], ...]
    told: Told
    receipts: Receipts
    harm: asyncpg.Connection[Any]

    def log(self, name: str) -> Log:
        (found,) = (log for _, log in self.logs if log.id == name)
        return found

    async def faults(self, *, rebuild: bool = True) -> list[str]:
        """Nobody folds while we look: what is behind stays behind."""
        return await reconcile(self.logs, self.told, self.receipts, settling_seconds=0, rebuild=rebuild)


@pytest.fixture(scope="module")
async def sound(server: postgres.Server) -> AsyncIterator[Sound]:
    async with two_divisions(server.admin_dsn(), server.home, PREFIX) as world:
        lodged = [
            HandedIn("complaints", f"receipt/{at}", code, FIRST_DAY) for at, code in enumerate(world.receipts, start=1)
        ]
        await let_time_run_out(world)
    installation = await prepare(server.admin_dsn(), server.home, readers(), prefix=PREFIX)
    async with AsyncExitStack() as stack:
        logs = [
            (service, await stack.enter_async_context(open_for_reading(service, access(installation, service.name))))
            for service in SERVICES
        ]
        database = urlsplit(access(installation, "ledger").dsn).path.removeprefix("/")
        harm = await asyncpg.connect(server.admin_dsn(database))
        stack.push_async_callback(harm.close)
        answers = [answer for _, log in logs for answer in await answered(log)]
        receipts = stack.enter_context(closing(receipts_of(installation.master_key)))
        yield Sound(tuple(logs), Told(answers, lodged), receipts, harm)


async def let_time_run_out(world: TwoDivisions) -> None:
    """A clue waits for a disposal for longer than it may, and letters for an answer, twice."""
    of = world.baishui
    clue = {
        "unit": of.ids["county"],
        "origin": "finding",
        "source": "督查移交单",
        "about_unit": of.ids["unit"],
        "custodian": of.people["case-handler"],
        "narrative": "清淤款去向不明",
    }
    supervisor = of.people["case-supervisor"]
    await carried_out(world, "/api/complaints/clues", clue, supervisor, "waits")
    for day in ("2026-02-16", "2026-03-20"):
        to = {"to": f"{day}T09:00:00+08:00"}
        await carried_out(world, "/api/ledger/clock/ledger/advance", to, world.whole, day)
        await settle(world.office)


async def carried_out(world: TwoDivisions, path: str, body: object, person: PersonId, key: str) -> None:
    answer = await world.client.send("POST", path, body, person=person, key=key)
    assert answer.status in (200, 201), answer


async def answered(log: Log) -> list[Acknowledged]:
    """The answers that were given to people, as a journal would hold them."""
    rows = await log.pool.fetch(
        f"""select command_id, position, type, stream, version from {log.schema}.log
            where command_id is not null and source = $1 and actor_subject not like '%/%' order by position""",  # noqa: S608
        log.id,
    )
    by_command: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        by_command[row["command_id"]].append(row)
    return [
        Acknowledged(
            log.id, command, found[-1]["position"], tuple((r["type"], r["stream"], r["version"]) for r in found)
        )
        for command, found in by_command.items()
    ]


@asynccontextmanager
async def planted(sound: Sound, log: Log, *statements: str, table: str = "") -> AsyncIterator[None]:
    """The log, or another table, with a defect; afterwards it is as it was. `{log}` is the table."""
    table = table or f"{log.schema}.log"
    harm = sound.harm
    saved = "saved_" + table.replace(".", "_")
    await harm.execute(f"create table {saved} as select * from {table}")  # noqa: S608
    await harm.execute(f"alter table {table} disable trigger all")
    try:
        for statement in statements:
            changed = await harm.execute(statement.format(log=table))
            assert not changed.endswith(" 0"), statement
        yield
    finally:
        await harm.execute(f"delete from {table}")  # noqa: S608
        await harm.execute(f"insert into {table} select * from {saved}")  # noqa: S608
        await harm.execute(f"alter table {table} enable trigger all")
        await harm.execute(f"drop table {saved}")


async def test_a_sound_installation_has_no_fault(sound: Sound) -> None:
    assert len(sound.told.commands) > 100
    await settled(sound.logs)
    assert await sound.faults() == []


# --- what was lost ----------------------------------------------------------------------------------------------


async def test_a_lost_commit_is_found(sound: Sound) -> None:
    """The last acknowledged command of the ledger is gone, as after a crash without fsync: all hashes still fit."""
    ledger = sound.log("ledger")
    last = max((a for a in sound.told.commands if a.service == "ledger"), key=lambda answer: answer.position or 0)
    assert last.position is not None
    keep = last.position - len(last.events)
    async with planted(sound, ledger, f"delete from {{log}} where position > {keep}"):  # noqa: S608
        faults = await sound.faults()
    assert any(f"the command {last.command} was told" in fault for fault in faults)
    assert not any("not as it was hashed" in fault for fault in faults)


async def test_a_fact_missing_in_the_middle_is_found(sound: Sound) -> None:
    ledger = sound.log("ledger")
    # One that nothing is folded from, so that only its absence tells.
    missing = await ledger.pool.fetchval(
        f"select max(position) from {ledger.schema}.log where type = 'chief-post-taken'"  # noqa: S608
    )
    async with planted(sound, ledger, f"delete from {{log}} where position = {missing}"):  # noqa: S608
        faults = await sound.faults()
    assert any("rows from position 1 to" in fault for fault in faults)
    assert any(f"position {missing + 1} is not as it was hashed" in fault for fault in faults)


async def test_a_changed_fact_is_found(sound: Sound) -> None:
    ledger = sound.log("ledger")
    async with planted(sound, ledger, "update {log} set actor_subject = 'somebody' where position = 50"):
        faults = await sound.faults()
    assert any("position 50 is not as it was hashed" in fault for fault in faults)


# --- what came twice --------------------------------------------------------------------------------------------

AGAIN = """insert into {{log}} select (r).* from (
    select jsonb_populate_record(l, jsonb_build_object(
        'position', (select max(position) + 1 from {{log}}), 'event_id', gen_random_uuid(), {changes})) as r
    from {{log}} l where {which}) again"""
"""One row once more, at the end of the log and under an event id of its own."""


def again(which: str, changes: str = "'version', version + 1000") -> str:
    return AGAIN.format(which=which, changes=changes)


async def test_a_command_carried_out_twice_is_found(sound: Sound) -> None:
    """As after a retry whose first attempt had committed after all."""
    ledger = sound.log("ledger")
    last = max((a for a in sound.told.commands if a.service == "ledger"), key=lambda answer: answer.position or 0)
    repeated = again(f"position = {last.position}", "'version', version + 1, 'source_seq', null")
    async with planted(sound, ledger, repeated):
        faults = await sound.faults()
    assert any(f"the command {last.command} was told" in fault for fault in faults)


async def test_a_doubled_delivery_is_found(sound: Sound) -> None:
    """The receiver took a fact in again under another number, as with a cursor that went back."""
    assessment = sound.log("assessment")
    number = await assessment.pool.fetchval(
        f"select max(source_seq) from {assessment.schema}.log where source = 'ledger'"  # noqa: S608
    )
    changes = f"'version', version + 1000, 'source_seq', {number + 1}"
    async with planted(sound, assessment, again("source = 'ledger' and source_seq = 7", changes)):
        faults = await sound.faults()
    assert "assessment: the fact 7 of ledger was received 2 times" in faults


@pytest.mark.parametrize(("owner", "receiver"), [(source, s.name) for s in SERVICES for source in s.sources])
async def test_a_fact_that_was_not_received_is_found(sound: Sound, owner: str, receiver: str) -> None:
    last = await sound.log(receiver).cursor(owner)
    lost = f"delete from {{log}} where source = '{owner}' and source_seq = {last}"  # noqa: S608
    async with planted(sound, sound.log(receiver), lost):
        faults = await sound.faults(rebuild=False)
    assert f"{receiver}: the fact {last} of {owner} was received 0 times" in faults


async def test_a_fact_received_with_other_content_is_found(sound: Sound) -> None:
    assessment = sound.log("assessment")
    change = "update {log} set leaf = sha256('another') where source = 'ledger' and source_seq = 7"
    async with planted(sound, assessment, change):
        faults = await sound.faults()
    assert "assessment: the fact 7 of ledger was received 0 times" in faults


async def test_two_facts_received_in_the_wrong_order_are_found(sound: Sound) -> None:
    assessment = sound.log("assessment")
    number = "source = 'ledger' and source_seq"
    seven, eight = [
        await assessment.pool.fetchval(f"select position from {assessment.schema}.log where {number} = {fact}")  # noqa: S608
        for fact in (7, 8)
    ]
    moves = ((7, 1_000_000), (8, seven), (7, eight))
    changes = [f"update {{log}} set position = {to} where {number} = {fact}" for fact, to in moves]  # noqa: S608
    async with planted(sound, assessment, *changes):
        faults = await sound.faults()
    assert "assessment: the fact 7 of ledger stands behind the fact 8" in faults
    assert not any(" of ledger was received" in fault for fault in faults)


async def test_a_fact_received_under_the_number_of_another_is_found(sound: Sound) -> None:
    assessment = sound.log("assessment")
    change = "update {log} set source_seq = 1000007 where source = 'ledger' and source_seq = 7"
    async with planted(sound, assessment, change):
        faults = await sound.faults()
    assert "assessment: the fact 7 of ledger stands there as 1000007 of its life 1" in faults


async def test_a_fact_received_from_a_life_that_its_owner_lost_is_found(sound: Sound) -> None:
    """It stood in the topic still, and the owner, restored to the day before, has another one or none under its number."""
    assessment = sound.log("assessment")
    number = await assessment.pool.fetchval(
        f"select max(source_seq) from {assessment.schema}.log where source = 'ledger'"  # noqa: S608
    )
    changes = f"'version', version + 1000, 'source_seq', {number + 1}, 'leaf', sha256('lost')"
    async with planted(sound, assessment, again("source = 'ledger' and source_seq = 7", changes)):
        faults = await sound.faults()
    assert f"assessment: ledger has no such fact {number + 1} of its life 1" in faults
    assert not any(" of ledger was received" in fault for fault in faults)


# --- deadlines --------------------------------------------------------------------------------------------------


async def test_a_task_that_fell_overdue_twice_is_found(sound: Sound) -> None:
    ledger = sound.log("ledger")
    fell = f"position = (select min(position) from {ledger.schema}.log where type = 'task-fell-overdue')"  # noqa: S608
    async with planted(sound, ledger, again(fell, "'version', version + 1, 'source_seq', null")):
        faults = await sound.faults()
    assert any("fell overdue of" in fault and "2 times" in fault for fault in faults)


async def test_a_task_that_should_have_fallen_overdue_is_found(sound: Sound) -> None:
    ledger = sound.log("ledger")
    async with planted(sound, ledger, "delete from {log} where type = 'task-fell-overdue'"):
        faults = await sound.faults()
    assert any("and did not fall overdue" in fault for fault in faults)


async def first_of(log: Log, type: str) -> int:
    """Where a log has its first fact of a type."""
    position: int | None = await log.pool.fetchval(
        f"select min(position) from {log.schema}.log where type = $1",  # noqa: S608
        type,
    )
    assert position is not None
    return position


@pytest.mark.parametrize(
    ("service", "type", "fault"),
    [
        ("complaints", "clock-reminded", "disposal (due-soon, 2026-03-02) was reminded of 2 times"),
        ("notifications", "notice-unanswered", "1 time unanswered was counted 2 times"),
    ],
)
async def test_a_deadline_that_acted_twice_is_found(sound: Sound, service: str, type: str, fault: str) -> None:
    log = sound.log(service)
    twice = again(f"position = {await first_of(log, type)}", "'version', version + 1000, 'source_seq', null")
    async with planted(sound, log, twice):
        faults = await sound.faults(rebuild=False)
    assert any(fault in found for found in faults)


async def test_a_reminder_that_came_too_early_is_found(sound: Sound) -> None:
    """It says that a clock has run out, and stands in the log on a day on which it had not."""
    complaints = sound.log("complaints")
    last = await complaints.pool.fetchval(
        f"select max(position) from {complaints.schema}.log where type = 'clock-reminded'"  # noqa: S608
    )
    early = f"update {{log}} set recorded_at = '2026-02-05T12:00:00+08:00' where position = {last}"  # noqa: S608
    async with planted(sound, complaints, early):
        faults = await sound.faults(rebuild=False)
    assert any(f"disposal was not overdue at position {last}" in fault for fault in faults)


@pytest.mark.parametrize(
    ("service", "view", "column", "fault"),
    [
        ("complaints", CLOCKS, "clock = 'disposal' and reminded = 'overdue'", "nobody was reminded"),
        ("notifications", NOTICES, "unanswered = 2", "not counted as unanswered"),
    ],
)
async def test_a_deadline_that_passed_and_did_not_act_is_found(
    sound: Sound, service: str, view: View[Any], column: str, fault: str
) -> None:
    """As if the office had noted it as issued and never recorded it: what is due stays due."""
    log = sound.log(service)
    due = f"update {{log}} set acts_on = '2026-03-19' where {column}"  # noqa: S608
    async with planted(sound, log, due, table=f"{views_schema(log)}.{view.table_name}"):
        faults = await sound.faults(rebuild=False)
    assert any(fault in found for found in faults)


async def test_a_task_of_whose_limit_nobody_was_reminded_is_found(sound: Sound) -> None:
    notifications = sound.log("notifications")
    lost = "delete from {log} where type = 'notice-drafted' and stream like 'notice/due-soon-reminds.%'"
    async with planted(sound, notifications, lost):
        faults = await sound.faults(rebuild=False)
    assert any("its unit was not reminded on" in fault for fault in faults)


# --- letters ----------------------------------------------------------------------------------------------------

ANOTHER = "'version', version + 1000, 'source_seq', null"


async def test_a_letter_that_was_drafted_twice_of_one_cause_is_found(sound: Sound) -> None:
    notifications = sound.log("notifications")
    twice = again(f"position = {await first_of(notifications, 'notice-drafted')}", ANOTHER)
    async with planted(sound, notifications, twice):
        faults = await sound.faults(rebuild=False)
    assert any("was drafted 2 times" in fault for fault in faults)


@pytest.mark.parametrize("policy", ["overdue-urges", "finding-opines", "decision-is-served", "clock-reminds"])
async def test_a_letter_that_did_not_follow_is_found(sound: Sound, policy: str) -> None:
    notifications = sound.log("notifications")
    lost = f"delete from {{log}} where type = 'notice-drafted' and stream like 'notice/{policy}.%'"  # noqa: S608
    async with planted(sound, notifications, lost):
        faults = await sound.faults(rebuild=False)
    assert any(fault.startswith(f"{policy} of ") and fault.endswith("was not drafted") for fault in faults)


async def test_a_number_that_was_left_out_is_found(sound: Sound) -> None:
    notifications = sound.log("notifications")
    lost = f"delete from {{log}} where position = {await first_of(notifications, 'number-allotted')}"  # noqa: S608
    async with planted(sound, notifications, lost):
        faults = await sound.faults(rebuild=False)
    assert any("白水督〔2026〕 of" in fault and fault.endswith("numbers up to 2") for fault in faults)
    assert any("number 1 is borne and was not allotted" in fault for fault in faults)


async def test_a_number_that_was_given_twice_is_found(sound: Sound) -> None:
    notifications = sound.log("notifications")
    twice = again(f"position = {await first_of(notifications, 'number-allotted')}", ANOTHER)
    async with planted(sound, notifications, twice):
        faults = await sound.faults(rebuild=False)
    assert any("number 1 was allotted and not borne" in fault for fault in faults)


async def test_a_letter_that_left_twice_is_found(sound: Sound) -> None:
    notifications = sound.log("notifications")
    twice = again(f"position = {await first_of(notifications, 'notice-issued')}", ANOTHER)
    async with planted(sound, notifications, twice):
        faults = await sound.faults(rebuild=False)
    assert any("was issued 2 times" in fault for fault in faults)


async def test_a_letter_that_left_unsigned_is_found(sound: Sound) -> None:
    notifications = sound.log("notifications")
    unsigned = f"delete from {{log}} where position = {await first_of(notifications, 'notice-released')}"  # noqa: S608
    async with planted(sound, notifications, unsigned):
        faults = await sound.faults(rebuild=False)
    assert any("was issued and never released" in fault for fault in faults)


# --- reports ----------------------------------------------------------------------------------------------------

HELD = "intake_held.held"
ONE = "entry = (select min(entry::text)::uuid from {log} where state = 'admitted')"


async def test_a_receipt_that_opens_nothing_is_found(sound: Sound) -> None:
    """What was acknowledged is gone, though the report has entered the log."""
    intake = sound.log("intake")
    async with planted(sound, intake, f"delete from {{log}} where {ONE}", table=HELD):  # noqa: S608
        faults = await sound.faults(rebuild=False)
    assert any(fault.startswith("receipt/") and fault.endswith("opens nothing") for fault in faults)
    assert "a complaint-lodged entered the log and is not held" in faults


async def test_a_report_that_is_held_twice_is_found(sound: Sound) -> None:
    """As if the same report, sent again after its answer was lost, had been held under another key."""
    intake = sound.log("intake")
    twice = f"""insert into {{log}} select gen_random_uuid(), sha256('another'), print, kind, under, 'waiting', day, facts, texts
        from {{log}} where {ONE}"""  # noqa: S608
    async with planted(sound, intake, twice, table=HELD):
        faults = await sound.faults(rebuild=False)
    assert f"a report of {FIRST_DAY} is held and nobody was told of it" in faults


async def test_a_report_that_entered_the_log_twice_is_found(sound: Sound) -> None:
    """As if an admission that was broken off had been repeated under other ids."""
    intake = sound.log("intake")
    twice = again(f"position = {await first_of(intake, 'complaint-lodged')}", ANOTHER)
    async with planted(sound, intake, twice):
        faults = await sound.faults(rebuild=False)
    assert "a complaint-lodged entered the log and is not held" in faults


async def test_a_report_that_never_entered_the_log_is_found(sound: Sound) -> None:
    intake = sound.log("intake")
    lost = f"delete from {{log}} where position = {await first_of(intake, 'complaint-lodged')}"  # noqa: S608
    async with planted(sound, intake, lost):
        faults = await sound.faults(rebuild=False)
    assert f"a complaint of {FIRST_DAY} is admitted and entered the log 0 times" in faults


async def test_a_receipt_that_opens_a_report_of_another_day_is_found(sound: Sound) -> None:
    intake = sound.log("intake")
    async with planted(sound, intake, f"update {{log}} set day = day + 1 where {ONE}", table=HELD):  # noqa: S608
        faults = await sound.faults(rebuild=False)
    assert any(fault.endswith(f"was told {FIRST_DAY} and opens a report of 2026-01-06") for fault in faults)


async def test_a_message_that_was_acknowledged_and_lost_is_found(sound: Sound) -> None:
    first = sound.told.handed_in[0]
    told = replace(sound.told, handed_in=[*sound.told.handed_in, replace(first, door="messages")])
    faults = await replace(sound, told=told).faults(rebuild=False)
    assert faults == ["receipt/1 was told of 1 messages and has 0"]


# --- views ------------------------------------------------------------------------------------------------------


async def test_a_row_of_a_view_that_was_changed_by_hand_is_found(sound: Sound) -> None:
    ledger = sound.log("ledger")
    tasks = f"{views_schema(ledger)}.tasks_v1"
    await sound.harm.execute(f"update {tasks} set revision = revision + 1")  # noqa: S608
    try:
        faults = await sound.faults()
    finally:
        await sound.harm.execute(f"update {tasks} set revision = revision - 1")  # noqa: S608
    assert any("the view tasks has" in fault for fault in faults)


@dataclass(frozen=True, slots=True)
class Careless:
    """How often a register was loaded from its table: a fold that depends on the size of batches."""

    register: str
    loads: int


def careless_view() -> View[Careless]:
    """A fold that remembers, outside of its row, what it gave out last."""
    given: dict[str, Careless] = {}

    def route(fact: Fact, refs: References) -> Iterable[Key]:
        return [(fact.event.register,)]

    def evolve(row: Careless | None, fact: Fact, refs: References) -> Careless | None:
        register = fact.event.register
        if row is None:
            given[register] = Careless(register, 0)
        elif row is not given.get(register):
            given[register] = replace(row, loads=row.loads + 1)
        return given[register]

    return View(
        name="careless",
        version=1,
        row=Careless,
        key=("register",),
        events=(RegisterOpened, EntryMade),
        route=route,
        evolve=evolve,
    )


@pytest.fixture
async def registers(make_installation: MakeInstallation) -> AsyncIterator[Callable[[Service], Awaitable[Log]]]:
    """`await registers(service)` is a log of registers whose views were folded entry by entry."""
    async with AsyncExitStack() as stack:

        async def folded(service: Service) -> Log:
            place = (await make_installation({"registers": ()})).logs["registers"]
            await found_log(Genesis("registers"), place.log, place.dsn, service.catalogue())
            pool = await stack.enter_async_context(asyncpg.create_pool(place.dsn, min_size=1, max_size=6))
            log = await open_log(place.log, pool, place.dsn, service.catalogue())
            await log.start()
            stack.push_async_callback(log.stop)
            runner = Runner(service, log)
            await runner.start()
            stack.push_async_callback(runner.stop)
            for event in history(log):
                await record(log, event)
                assert await runner.reached(await log.last_position(), 30)
            return log

        yield folded


def history(log: Log) -> Iterator[Any]:
    today = log.clock.moment().today
    bureau = UnitId("水务局")
    yield UnitRegistered(bureau, "YL-131", PublicText("水务局"), None, "department", "city", None, 1, None, None, today)
    yield RegisterOpened("水务局:河长", PublicText("河长巡河台账"), bureau, today)
    for number in range(5):
        yield EntryMade("水务局:河长", Decimal(number), f"第{number}次")


async def test_a_fold_that_depends_on_the_size_of_batches_is_found(
    registers: Callable[[Service], Awaitable[Log]],
) -> None:
    service = registers_service(views=(careless_view(),), reactions=(), deadlines=())
    log = await registers(service)
    assert [fault.partition(" has ")[0] for fault in await views_as_rebuilt(service, log, 1)] == [
        "registers: the view careless"
    ]


@pytest.mark.parametrize("batch", [1, None])
async def test_a_fold_that_does_not_is_not(registers: Callable[[Service], Awaitable[Log]], batch: int | None) -> None:
    service = registers_service(reactions=(), deadlines=())
    log = await registers(service)
    assert await views_as_rebuilt(service, log, batch) == []


# --- the journal ------------------------------------------------------------------------------------------------

LINE = '{"key": "sim-1", "service": "ledger", "action": "report", "person": "chen", "position": %d, "events": []}\n'


def test_one_command_answered_in_two_ways_is_found(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    journal.write_text(LINE % 4 + LINE % 4, encoding="utf-8")
    assert len(read_journal(journal).commands) == 1
    journal.write_text(LINE % 4 + LINE % 5, encoding="utf-8")
    with pytest.raises(AssertionError, match="sim-1"):
        read_journal(journal)


# --- causes -----------------------------------------------------------------------------------------------------


async def test_an_event_that_nobody_caused_is_found(sound: Sound) -> None:
    """Behind what this world was given by hand, one answer is taken away, and an event is left to a cause that is not there."""
    log = sound.log("ledger")
    service = next(service for service, other in sound.logs if other is log)
    answers = sorted((a for a in sound.told.commands if a.service == log.id), key=lambda a: a.position or 0)
    since = await log.pool.fetchval(
        f"""select max(position) from {log.schema}.log
            where source = 'ledger' and actor_subject like '%/%'
                and (type like 'task-%' and type <> 'task-fell-overdue' or actor_subject not like 'system/%')"""  # noqa: S608
    )
    whole = {answer.command for answer in answers}
    assert await caused(service, log, since, whole) == []
    lost = answers[-1]
    first = (lost.position or 0) - len(lost.events) + 1
    assert await caused(service, log, since, whole - {lost.command}) == [
        f"ledger: nobody caused the {lost.events[0][0]} at position {first}"
    ]
    by_deadline = "actor_subject like 'system/%' and causation_id is null and command_id is not null"
    position = await log.pool.fetchval(
        f"select max(position) from {log.schema}.log where source = 'ledger' and position > $1 and {by_deadline}",  # noqa: S608
        since,
    )
    harm = f"update {log.schema}.log set command_id = gen_random_uuid() where position = {position}"  # noqa: S608
    async with planted(sound, log, harm):
        assert [fault for fault in await caused(service, log, since, whole) if str(position) in fault]
    # Killed before it was noted that the deadline was issued: what was due names itself.
    async with planted(sound, log, "delete from {log}", table=f"{views_schema(log)}.deadlines_issued"):
        assert await caused(service, log, since, whole) == []


async def test_a_reminder_of_a_task_that_is_gone_is_not_taken_for_causeless(sound: Sound) -> None:
    """Killed before it was noted that the reminder was issued; and the task was accepted before anybody looked."""
    log = sound.log("notifications")
    service = next(service for service, other in sound.logs if other is log)
    whole = {answer.command for answer in sound.told.commands}
    since = await log.pool.fetchval(
        f"select min(position) - 1 from {log.schema}.log where stream like 'notice/due-soon-reminds.%'"  # noqa: S608
    )
    assert since is not None
    views = views_schema(log)
    async with (
        planted(sound, log, "delete from {log}", table=f"{views}.deadlines_issued"),
        planted(sound, log, "delete from {log}", table=f"{views}.{DUE_TASKS.table_name}"),
    ):
        assert await caused(service, log, since, whole) == []
