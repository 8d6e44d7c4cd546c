"""Reading a log, who may do what with it, and what `verify` notices."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

import asyncpg
import pytest

from shared.codec import Catalogue
from shared.facts import ClockAdvanced, LogStarted
from shared.log.append import Append, NewEvent, Received
from shared.log.format import COLUMNS
from shared.log.log import Genesis, Log, found_log, new_event_id, open_log
from tests.conftest import MakeInstallation
from tests.shared.log.conftest import CATALOGUE, Office
from tests.support.appends import LOG, OTHER, command, own, received


@dataclass(frozen=True, slots=True)
class TaskIssued:
    STREAM: ClassVar = "task/{task}"
    task: str
    name: str


@dataclass(frozen=True, slots=True)
class DutyAssigned:
    STREAM: ClassVar = "duty/{duty}"
    duty: str
    number: int


TASKS = Catalogue(own=(TaskIssued,), published=(TaskIssued,), received=(DutyAssigned,))


def written(catalogue: Catalogue, event: Any, *, published: bool = False) -> NewEvent:
    kind = catalogue.kind_of(event)
    event_id = new_event_id()
    return NewEvent(
        event_id=event_id,
        stream=catalogue.stream_of(event),
        type=kind.name,
        schema=kind.schema,
        occurred="2026-01-05",
        published=published,
        history=False,
        actor_subject="person/zhou",
        actor_post="post/kezhang",
        actor_on_behalf=None,
        command_id=None,
        correlation_id=event_id,
        causation_id=None,
        traceparent=None,
        data=catalogue.encode(event),
    )


def task(name: str, title: str = "河道清淤", *, published: bool = False) -> NewEvent:
    return written(TASKS, TaskIssued(name, title), published=published)


@pytest.fixture
async def log(office: Office) -> Log:
    return await office.log(TASKS)


# Reading


async def test_a_new_log_begins_with_its_genesis(log: Log) -> None:
    (fact,) = await log.facts(0)
    assert fact.event == LogStarted(LOG, 1, "Asia/Shanghai", "sha-256", "real", None)
    assert (fact.position, fact.stream, fact.version, fact.actor.subject) == (1, f"log/{LOG}", 1, f"system/{LOG}")


async def test_a_log_that_was_never_founded_cannot_be_opened(make_installation: MakeInstallation) -> None:
    access = (await make_installation({"shuiwu": ()})).logs["shuiwu"]
    async with asyncpg.create_pool(access.dsn, min_size=1, max_size=1) as pool:
        with pytest.raises(LookupError, match="has not been founded"):
            await open_log(access.log, pool, access.dsn, CATALOGUE)


async def test_a_fact_says_everything_that_was_recorded(log: Log) -> None:
    before = datetime.now(UTC)
    new = task("qingyu")
    await log.append(Append([new], own(qingyu=0)))
    fact = await log.event(new.event_id)
    assert fact is not None
    assert fact.event == TaskIssued("qingyu", "河道清淤")
    assert (fact.position, fact.source, fact.source_seq, fact.version, fact.type) == (2, LOG, None, 1, "task-issued")
    assert fact.occurred == date(2026, 1, 5)
    assert before <= fact.recorded_at == fact.learned_at <= datetime.now(UTC)
    assert (fact.actor.subject, fact.actor.post, fact.actor.on_behalf) == ("person/zhou", "post/kezhang", None)


async def test_a_stream_is_read_by_its_source(log: Log) -> None:
    await log.append(Append([task("qingyu"), task("hupo")], own(qingyu=0, hupo=0)))
    await log.append(Append([task("qingyu", "河道清淤（二期）"), received(1)], own(qingyu=1)))
    assert [fact.event.name for fact in await log.stream("task/qingyu")] == ["河道清淤", "河道清淤（二期）"]
    assert [fact.version for fact in await log.stream("task/qingyu", after=1)] == [2]
    assert [fact.event for fact in await log.stream("duty/fangxun", OTHER)] == [DutyAssigned("防汛", 1)]
    assert await log.stream("duty/fangxun") == []
    assert (await log.version("task/qingyu"), await log.version("duty/fangxun", OTHER)) == (2, 1)
    assert await log.version("task/none") == 0


async def test_a_category_ends_where_the_next_name_begins(log: Log) -> None:
    events = [task("a"), task("b")]
    await log.append(Append(events, own(a=0, b=0)))
    assert [fact.event.task for fact in await log.category("task", LOG, 0, 10)] == ["a", "b"]
    assert [fact.event.task for fact in await log.category("task", LOG, 2, 10)] == ["b"]
    assert [fact.event.task for fact in await log.category("task", LOG, 0, 2)] == ["a"]
    assert await log.category("tas", LOG, 0, 10) == []


async def test_categories_hold_the_same_facts_whether_a_long_way_is_read_at_once_or_in_short_ones(log: Log) -> None:
    for hundred in range(15):
        names = [f"t{hundred:02}{n:02}" for n in range(100)]
        await log.append(Append([task(name) for name in names], own(**dict.fromkeys(names, 0))))
        await log.append(Append([received(hundred + 1)]))
    wanted, head = [(LOG, "task"), (OTHER, "duty"), (LOG, "tas"), (OTHER, "task")], log.head
    at_once = await log.categories(wanted, 0, head)
    windows = [await log.categories(wanted, after, after + 400) for after in range(0, head, 400)]
    assert [fact.position for fact in at_once] == list(range(2, head + 1))
    assert [fact for window in windows for fact in window] == at_once
    assert [fact.type for fact in await log.categories([(OTHER, "duty")], 0, head)] == ["duty-assigned"] * 15


async def test_a_tail_is_read_page_by_page(log: Log) -> None:
    await log.append(Append([task("qingyu") for _ in range(5)], own(qingyu=0)))
    assert [row.position for row in await log.tail(0, 4)] == [1, 2, 3, 4]
    assert [row.position for row in await log.tail(4, 4)] == [5, 6]
    assert [row.position async for row in log.rows(1, up_to=5, page=2)] == [2, 3, 4, 5]
    assert [fact.position for fact in await log.at(3, 2)] == [3, 4]
    assert (log.head, await log.last_position()) == (6, 6)


async def test_the_cursor_of_a_feed_is_the_highest_number_received(log: Log) -> None:
    assert await log.cursor(OTHER) == 0
    await log.append(Append([received(1), received(2)]))
    assert await log.cursor(OTHER) == 2
    assert (await log.cursor(LOG), log.feed_head) == (0, 0)
    await log.append(Append([task("qingyu", published=True)], own(qingyu=0)))
    assert (await log.cursor(LOG), log.feed_head) == (1, 1)


async def test_a_position_has_the_feed_number_given_by_then_and_a_received_fact_its_position_here(log: Log) -> None:
    assert await log.feed_number_at(1) == 0
    await log.append(Append([received(1), received(2)]))
    published = [task("qingyu", published=published) for published in (True, False, True)]
    await log.append(Append(published, own(qingyu=0)))
    assert [await log.feed_number_at(position) for position in (3, 4, 5, 6)] == [0, 1, 1, 2]
    assert [await log.received_at(OTHER, number) for number in (1, 2, 3)] == [2, 3, None]


async def test_a_command_is_remembered_with_what_it_wrote(log: Log) -> None:
    await log.append(Append([task("qingyu"), task("qingyu")], own(qingyu=0), command(1, b"fingerprint")))
    remembered = await log.command(command(1).command_id)
    assert remembered is not None
    assert (remembered.fingerprint, remembered.first, remembered.count) == (b"fingerprint", 2, 2)
    assert await log.command(command(2).command_id) is None


async def test_whoever_waits_is_woken_by_an_append(log: Log) -> None:
    wake = log.wake()
    await log.append(Append([task("qingyu")], own(qingyu=0)))
    assert wake.is_set()
    wake.clear()
    log.forget(wake)
    await log.append(Append([task("hupo")], own(hupo=0)))
    assert not wake.is_set()


# A simulated clock


async def test_a_simulated_log_lives_in_its_own_time_and_never_steps_back(make_installation: MakeInstallation) -> None:
    access = (await make_installation({"moni": ()})).logs["moni"]
    spring = datetime(2026, 3, 1, tzinfo=UTC)
    assert await found_log(Genesis("moni", starts=spring), access.log, access.dsn, CATALOGUE)
    async with asyncpg.create_pool(access.dsn, min_size=1, max_size=2) as pool:
        log = await open_log(access.log, pool, access.dsn, CATALOGUE)
        await log.start()
        assert spring <= log.clock.instant() < spring + timedelta(hours=1)
        summer = datetime(2026, 6, 1, tzinfo=UTC)
        await log.append(Append([written(CATALOGUE, ClockAdvanced("moni", summer))], {("moni", "clock/moni"): 0}))
        assert summer <= log.clock.instant() < summer + timedelta(hours=1)
        await log.stop()

        again = await open_log(access.log, pool, access.dsn, CATALOGUE)
        await again.start()
        assert summer <= again.clock.instant() < summer + timedelta(hours=1)
        assert str(again.clock.moment().today) == "2026-06-01"
        await again.stop()


# Who may do what


CHANGES = (
    "update {log} set data = '\\x00' where position = 2",
    "delete from {log} where position = 2",
    "truncate {log}",
)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("table", ["log", "commands"])
async def test_the_service_may_not_change_what_is_written(office: Office, change: str, table: str) -> None:
    connection = await asyncpg.connect(office.access.dsn)
    try:
        change = (
            change.replace("set data = '\\x00' where position = 2", "set count = 2") if table == "commands" else change
        )
        change = change.replace(" where position = 2", "") if table == "commands" else change
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(change.format(log=f"{office.schema}.{table}"))
    finally:
        await connection.close()


@pytest.mark.parametrize("change", CHANGES)
async def test_even_the_owner_is_refused(office: Office, log: Log, change: str) -> None:
    await log.append(Append([task("qingyu")], own(qingyu=0)))
    owner = f"{urlsplit(office.admin_dsn).path[1:]}_owner"
    connection = await asyncpg.connect(office.admin_dsn)
    try:
        await connection.execute(f"set role {owner}")
        with pytest.raises(asyncpg.RaiseError, match="a log is never changed"):
            await connection.execute(change.format(log=f"{office.schema}.log"))
    finally:
        await connection.close()


async def test_the_service_may_not_switch_the_refusal_off(office: Office) -> None:
    connection = await asyncpg.connect(office.access.dsn)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(f"alter table {office.schema}.log disable trigger user")
    finally:
        await connection.close()


async def test_a_reader_sees_what_was_published_and_nothing_else(
    make_installation: MakeInstallation,
) -> None:
    logs = (await make_installation({"shuiwu": ("zhengfuban",), "zhengfuban": (), "linye": ()})).logs
    shuiwu = logs["shuiwu"]
    assert await found_log(Genesis(LOG), shuiwu.log, shuiwu.dsn, TASKS)
    async with asyncpg.create_pool(shuiwu.dsn, min_size=1, max_size=2) as pool:
        log = await open_log(shuiwu.log, pool, shuiwu.dsn, TASKS)
        await log.start()
        await log.append(
            Append([task("qingyu", published=True), task("neibu", "内部事项"), received(1)], own(qingyu=0, neibu=0))
        )
        await log.stop()

    reader = await asyncpg.connect(logs["zhengfuban"].dsn)
    try:
        seen = await reader.fetch("select * from shuiwu.published")
        assert [(row["source"], row["source_seq"], row["stream"]) for row in seen] == [(LOG, 1, "task/qingyu")]
        for hidden in ("log", "commands"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await reader.fetch(f"select * from shuiwu.{hidden}")  # noqa: S608
    finally:
        await reader.close()

    stranger = await asyncpg.connect(logs["linye"].dsn)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await stranger.fetch("select * from shuiwu.published")
    finally:
        await stranger.close()


async def test_what_is_published_can_be_received_as_it_is(make_installation: MakeInstallation) -> None:
    logs = (await make_installation({"shuiwu": ("zhengfuban",), "zhengfuban": ()})).logs
    opened: list[Log] = []
    pools = []
    for name in ("shuiwu", "zhengfuban"):
        access = logs[name]
        assert await found_log(Genesis(name), access.log, access.dsn, TASKS)
        pools.append(await asyncpg.create_pool(access.dsn, min_size=1, max_size=2))
        opened.append(await open_log(access.log, pools[-1], access.dsn, TASKS))
        await opened[-1].start()
    owner, receiver = opened
    await owner.append(Append([task("qingyu", published=True)], own(qingyu=0)))
    columns = ", ".join(Received.__dataclass_fields__)
    (row,) = await pools[1].fetch(f"select {columns} from shuiwu.published")  # noqa: S608
    await receiver.append(Append([Received(*row)]))
    (fact,) = await receiver.stream("task/qingyu", "shuiwu")
    assert fact.event == TaskIssued("qingyu", "河道清淤")
    assert (await receiver.verify()).wrong == []
    await asyncio.gather(*(log.stop() for log in opened))
    await asyncio.gather(*(pool.close() for pool in pools))


# What verify notices


async def written_four(log: Log) -> None:
    """Positions 2 to 5."""
    events = [task("qingyu", f"河道清淤第{n}段") for n in "一二三四"]
    await log.append(Append(events, own(qingyu=0)))


async def test_a_sound_log_verifies_up_to_its_head(log: Log) -> None:
    await written_four(log)
    progress: list[int] = []
    verified = await log.verify(progress.append)
    assert (verified.rows, verified.wrong) == (5, [])
    assert verified.chain == (await log.tail(4))[0].chain


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ('set data = convert_to(\'{"task":"qingyu","name":"护坡"}\', \'utf8\')', ["data_hash"]),
        ("set salt = decode(repeat('00', 32), 'hex')", ["data_hash"]),
        ("set data_hash = decode(repeat('00', 32), 'hex')", ["data_hash", "leaf"]),
        ("set data = null, salt = null, data_hash = decode(repeat('00', 32), 'hex')", ["leaf"]),
        ("set data = null, salt = null", []),  # a redaction: the hash stays and vouches for what was there
        ("set event_id = '00000000-0000-7000-8000-000000000001'", ["leaf"]),
        ("set source_seq = 1", ["leaf"]),
        ("set source_incarnation = 2", ["leaf"]),
        ("set incarnation = 2", ["chain"]),
        ("set stream = 'task/hupo'", ["leaf"]),
        ("set version = 9", ["leaf"]),
        ("set type = 'task-ended'", ["leaf"]),
        ("set schema = 2", ["leaf"]),
        ("set occurred = '2026-01-04'", ["leaf"]),
        ("set recorded_at = recorded_at - interval '1 microsecond'", ["leaf"]),
        ("set learned_at = learned_at - interval '1 microsecond'", ["chain"]),
        ("set history = true", ["leaf"]),
        ("set actor_subject = 'person/wang'", ["leaf"]),
        ("set actor_post = null", ["leaf"]),
        ("set actor_post = ''", ["leaf"]),
        ("set actor_on_behalf = 'person/wang'", ["leaf"]),
        ("set command_id = '00000000-0000-7000-8000-000000000001'", ["leaf"]),
        ("set correlation_id = '00000000-0000-7000-8000-000000000001'", ["leaf"]),
        ("set causation_id = '00000000-0000-7000-8000-000000000001'", ["leaf"]),
        ("set traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'", ["leaf"]),
        ("set leaf = decode(repeat('00', 32), 'hex')", ["leaf", "chain"]),
    ],
)
async def test_a_changed_column_is_noticed_at_its_position(
    office: Office, log: Log, change: str, found: list[str]
) -> None:
    await written_four(log)
    await office.tamper(f"update {office.schema}.log {change} where position = 3")
    assert (await log.verify()).wrong == ([(3, found)] if found else [])


async def test_a_rewritten_chain_no_longer_carries_the_next_row(office: Office, log: Log) -> None:
    await written_four(log)
    await office.tamper(f"update {office.schema}.log set chain = leaf where position = 3")  # noqa: S608
    assert (await log.verify()).wrong == [(3, ["chain"]), (4, ["chain"])]


async def test_a_missing_row_is_noticed_behind_the_gap(office: Office, log: Log) -> None:
    await written_four(log)
    await office.tamper(f"delete from {office.schema}.log where position = 3")  # noqa: S608
    assert (await log.verify()).wrong == [(4, ["chain", "position"])]


async def test_a_missing_row_whose_gap_was_closed_is_noticed(office: Office, log: Log) -> None:
    await written_four(log)
    await office.tamper(
        f"delete from {office.schema}.log where position = 3;"  # noqa: S608
        f"update {office.schema}.log set position = 3 where position = 4;"
        f"update {office.schema}.log set position = 4 where position = 5"
    )
    assert (await log.verify()).wrong == [(3, ["chain"]), (4, ["chain"])]


async def test_swapped_rows_are_noticed(office: Office, log: Log) -> None:
    await written_four(log)
    await office.tamper(
        f"update {office.schema}.log set position = 9 where position = 3;"  # noqa: S608
        f"update {office.schema}.log set position = 3 where position = 4;"
        f"update {office.schema}.log set position = 4 where position = 9"
    )
    assert [position for position, _ in (await log.verify()).wrong] == [3, 4, 5]


async def test_rows_cut_off_at_the_end_show_in_the_last_chain_only(office: Office, log: Log) -> None:
    """Why the last chain is to be kept elsewhere as well."""
    await written_four(log)
    before = await log.verify()
    await office.tamper(f"delete from {office.schema}.log where position = 5")  # noqa: S608
    after = await log.verify()
    assert after.wrong == []
    assert (after.rows, after.chain != before.chain) == (before.rows - 1, True)


async def test_the_columns_of_the_table_are_the_fields_of_a_row_in_their_order(office: Office) -> None:
    """Rows are written as one array of the table's own row type."""
    columns = await office.ask(
        "select attname from pg_attribute where attrelid = $1::regclass and attnum > 0 order by attnum",
        f"{office.schema}.log",
    )
    assert [row["attname"] for row in columns] == list(COLUMNS)
