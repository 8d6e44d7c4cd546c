"""Appending to a real PostgreSQL: positions without gaps, all or nothing, and an answer for everybody."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import UTC, datetime
from itertools import chain, count

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.log.append import (
    Append,
    Appended,
    Appender,
    CommandKnown,
    CommandRecord,
    Conflict,
    LogClosed,
    LogReplaced,
    Overloaded,
)
from shared.log.log import Genesis, found_log
from tests.shared.log.conftest import CATALOGUE, Office
from tests.support.appends import DREDGING, EMBANKMENT, LOG, OTHER, command, event, issue, own, received
from tests.support.model_log import ModelLog, Unfit


async def all_answers(appender: Appender, *appends: Append) -> list[Appended | BaseException]:
    """The answers to appends that wait together, and so are written in one batch."""
    return await asyncio.gather(*(appender.append(append) for append in appends), return_exceptions=True)


def kinds(answers: list[Appended | BaseException]) -> list[type]:
    return [type(answer) for answer in answers]


# One append


async def test_positions_follow_one_another_and_the_chain_verifies(office: Office) -> None:
    appender = await office.appender()
    for version in range(5):
        await appender.append(issue("qingyu", version))
    assert [row.position for row in await office.rows()] == [2, 3, 4, 5, 6]
    verified = await office.verify()
    assert (verified.rows, verified.wrong) == (6, [])


async def test_the_answer_holds_the_rows_as_they_stand_in_the_table(office: Office) -> None:
    appended = await (await office.appender()).append(issue(published=True))
    assert appended.first == 2
    assert appended.rows == await office.rows()


async def test_versions_count_for_each_stream_and_feed_numbers_for_published_events_only(office: Office) -> None:
    appender = await office.appender()
    await appender.append(
        Append(
            [
                event(DREDGING, published=True),
                event(EMBANKMENT),
                event(DREDGING),
                event(EMBANKMENT, published=True),
            ],
            own(qingyu=0, hupo=0),
        )
    )
    assert [(row.stream, row.version, row.source_seq) for row in await office.rows()] == [
        (DREDGING, 1, 1),
        (EMBANKMENT, 1, None),
        (DREDGING, 2, None),
        (EMBANKMENT, 2, 2),
    ]


async def test_an_append_whose_second_stream_has_another_version_writes_nothing(office: Office) -> None:
    appender = await office.appender()
    await appender.append(issue("hupo", 0))
    with pytest.raises(Conflict):
        await appender.append(Append([event(DREDGING), event(EMBANKMENT)], own(qingyu=0, hupo=0)))
    assert len(await office.rows()) == 1


async def test_an_append_that_expects_an_older_version_is_a_conflict(office: Office) -> None:
    appender = await office.appender()
    await appender.append(issue("qingyu", 0))
    with pytest.raises(Conflict):
        await appender.append(issue("qingyu", 0))


async def test_a_stream_that_was_only_read_must_still_have_its_version(office: Office) -> None:
    appender = await office.appender()
    await appender.append(Append([received(1)]))
    read = {(OTHER, "duty/fangxun"): 1}
    await appender.append(Append([event(DREDGING)], {**own(qingyu=0), **read}))
    await appender.append(Append([received(2)]))
    with pytest.raises(Conflict):
        await appender.append(Append([event(DREDGING)], {**own(qingyu=1), **read}))


async def test_an_event_of_a_stream_without_expected_version_is_refused_alone(office: Office) -> None:
    appender = await office.appender()
    answers = await all_answers(appender, issue("hupo"), Append([event(DREDGING)], {}), issue("shuizha"))
    assert kinds(answers) == [Appended, ValueError, Appended]
    assert [row.stream for row in await office.rows()] == [EMBANKMENT, "task/shuizha"]


async def test_an_append_without_events_remembers_only_its_command(office: Office) -> None:
    appender = await office.appender()
    appended = await appender.append(Append([], own(qingyu=0), command(1)))
    assert appended.rows == []
    assert await office.rows() == []
    log = await office.log()
    remembered = await log.command(command(1).command_id)
    assert remembered is not None
    assert remembered.count == 0
    with pytest.raises(CommandKnown):
        await appender.append(issue(command=command(1)))


async def test_a_received_event_keeps_what_its_owner_wrote(office: Office) -> None:
    appender = await office.appender()
    await appender.append(Append([received(1), received(2)]))
    (first, second) = await office.rows()
    assert {name: getattr(first, name) for name in first._fields if hasattr(received(1), name)} == dataclasses.asdict(
        received(1)
    )
    assert (second.position, second.source, second.source_seq) == (3, OTHER, 2)
    assert (await office.verify()).wrong == []


async def test_a_received_event_that_does_not_match_its_leaf_is_not_let_in(office: Office) -> None:
    appender = await office.appender()
    with pytest.raises(ValueError, match="event 1 received from zhengfuban does not match its leaf"):
        await appender.append(Append([dataclasses.replace(received(1), actor_subject="person/wang")]))
    with pytest.raises(ValueError, match="data_hash"):
        await appender.append(Append([dataclasses.replace(received(1), data=b"{}")]))
    assert await office.rows() == []


async def test_a_received_event_that_is_there_already_is_a_conflict_and_harms_no_other(office: Office) -> None:
    appender = await office.appender()
    await appender.append(Append([received(1)]))
    answers = await all_answers(appender, issue("qingyu"), Append([received(1)]), issue("hupo"))
    assert kinds(answers) == [Appended, Conflict, Appended]
    assert (await office.verify()).wrong == []


# Several appends in one batch


async def test_the_second_append_of_a_batch_may_build_on_the_first(office: Office) -> None:
    appender = await office.appender()
    answers = await all_answers(appender, issue("qingyu", 0), issue("qingyu", 1), issue("qingyu", 2))
    assert kinds(answers) == [Appended, Appended, Appended]
    assert [row.version for row in await office.rows()] == [1, 2, 3]


async def test_two_appends_of_a_batch_that_expect_the_same_version_do_not_both_win(office: Office) -> None:
    appender = await office.appender()
    answers = await all_answers(appender, issue("qingyu", 0), issue("qingyu", 0), issue("hupo", 0))
    assert kinds(answers) == [Appended, Conflict, Appended]
    assert [row.position for row in await office.rows()] == [2, 3]


async def test_two_readers_of_one_stream_at_different_versions_do_not_both_pass(office: Office) -> None:
    appender = await office.appender()
    await all_answers(appender, issue("fanghong", 0), issue("fanghong", 1))
    answers = await all_answers(
        appender,
        Append([event(DREDGING)], own(qingyu=0, fanghong=1)),
        Append([event(EMBANKMENT)], own(hupo=0, fanghong=2)),
    )
    assert kinds(answers) == [Conflict, Appended]


async def test_a_conflict_inside_a_batch_is_answered_only_once_the_winner_can_be_read(office: Office) -> None:
    appender = await office.appender()
    winner = asyncio.create_task(appender.append(issue("qingyu", 0)))
    await asyncio.sleep(0)  # the winner is in the queue, and not yet written
    with pytest.raises(Conflict):
        await appender.append(issue("qingyu", 0))
    assert [row.version for row in await office.rows()] == [1]
    await winner


async def test_the_loser_of_a_batch_takes_down_only_what_was_built_on_it(office: Office) -> None:
    appender = await office.appender()
    await appender.append(issue("qingyu", 0))
    answers = await all_answers(
        appender,
        issue("hupo", 0),
        issue("qingyu", 0),  # stale
        issue("qingyu", 1),
        issue("qingyu", 3),  # would have stood on a second event that never came
        issue("hupo", 1),
    )
    assert kinds(answers) == [Appended, Conflict, Appended, Conflict, Appended]
    assert [row.position for row in await office.rows()] == [2, 3, 4, 5]


async def test_what_was_composed_on_top_of_a_batch_that_is_refused_is_composed_afresh(office: Office) -> None:
    appender = await office.appender()
    await appender.append(issue("hupo", 0))
    names = [f"{number:02}" for number in range(20)]
    answers = await all_answers(appender, issue("hupo", 0), *(issue(name) for name in names))
    assert kinds(answers) == [Conflict] + [Appended] * 20
    assert [row.stream for row in await office.rows()][1:] == [f"task/{name}" for name in names]
    assert (await office.verify()).wrong == []


async def test_an_append_that_stands_on_one_put_off_is_a_conflict_too(office: Office) -> None:
    appender = await office.appender()
    answers = await all_answers(
        appender,
        issue("qingyu", 0),
        Append([event(DREDGING), event(EMBANKMENT)], own(qingyu=0, hupo=0)),
        issue("hupo", 1),
    )
    assert kinds(answers) == [Appended, Conflict, Conflict]


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        pytest.param({"actor": "person/\0"}, asyncpg.CharacterNotInRepertoireError, id="NUL in a text"),
        pytest.param({"actor": "person/\ud800"}, UnicodeEncodeError, id="half a character"),
        # Digits of 1/7919: nothing that a compressed index entry would make short.
        pytest.param(
            {"stream": f"task/{16**8000 // 7919:x}"},
            asyncpg.ProgramLimitExceededError,
            id="stream name beyond an index entry",
        ),
    ],
)
async def test_an_append_that_cannot_be_stored_fails_alone(
    office: Office, spoil: dict[str, str], error: type[Exception]
) -> None:
    appender = await office.appender()
    bad = event(**{"stream": "task/huai", **spoil})  # type: ignore[arg-type]
    answers = await all_answers(
        appender,
        *(issue(f"t{n}") for n in range(5)),
        Append([bad], {(LOG, bad.stream): 0}),
        *(issue(f"t{n}", 1) for n in range(5)),
    )
    failed = [answer for answer in answers if not isinstance(answer, Appended)]
    assert len(failed) == 1
    assert isinstance(answers[5], error)
    assert [row.position for row in await office.rows()] == list(range(2, 12))
    assert (await office.verify()).wrong == []


# Commands


async def test_a_command_that_the_log_knows_is_not_written_again(office: Office) -> None:
    appender = await office.appender()
    await appender.append(issue("qingyu", 0, command=command(1, b"fingerprint")))
    with pytest.raises(CommandKnown):
        await appender.append(issue("hupo", 0, command=command(1)))
    log = await office.log()
    remembered = await log.command(command(1).command_id)
    assert remembered is not None
    assert (remembered.fingerprint, remembered.first, remembered.count) == (b"fingerprint", 2, 1)


async def test_a_command_given_twice_in_one_batch_is_known_once_it_can_be_looked_up(office: Office) -> None:
    appender = await office.appender()
    log = await office.log()
    first = asyncio.create_task(appender.append(issue("qingyu", 0, command=command(7))))
    await asyncio.sleep(0)  # the first is in the queue, and not yet written
    with pytest.raises(CommandKnown):
        await appender.append(issue("hupo", 0, command=command(7)))
    assert await log.command(command(7).command_id) is not None
    await first


async def test_a_command_of_an_append_in_conflict_may_come_again(office: Office) -> None:
    appender = await office.appender()
    with pytest.raises(Conflict):
        await appender.append(issue("qingyu", 3, command=command(1)))
    await appender.append(issue("qingyu", 0, command=command(1)))


async def test_one_command_at_two_processes_at_once_is_written_once(office: Office) -> None:
    appenders = [await office.appender() for _ in range(4)]
    answers = await asyncio.gather(
        *(appender.append(issue(f"t{n}", 0, command=command(9))) for n, appender in enumerate(appenders)),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Appended", *["CommandKnown"] * 3]
    assert len(await office.rows()) == 1


# The queue


async def test_a_full_queue_refuses_and_later_takes_again(office: Office) -> None:
    appender = await office.appender(queue=3)
    answers = await all_answers(appender, *(issue(f"t{n}") for n in range(5)))
    assert kinds(answers) == [Appended, Appended, Appended, Overloaded, Overloaded]
    await appender.append(issue("t4"))


async def test_what_a_cancelled_caller_asked_for_is_written_all_the_same(office: Office) -> None:
    appender = await office.appender()
    caller = asyncio.create_task(appender.append(issue("qingyu", 0, command=command(1))))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    with pytest.raises(CommandKnown):
        await appender.append(issue("qingyu", 0, command=command(1)))
    assert [row.position for row in await office.rows()] == [2]


async def test_stopping_writes_what_waits_and_refuses_what_comes_later(office: Office) -> None:
    appender = await office.appender()
    waiting = [asyncio.create_task(appender.append(issue(f"t{n}"))) for n in range(3)]
    await asyncio.sleep(0)
    await appender.stop()
    assert [(await answer).first for answer in waiting] == [2, 3, 4]
    with pytest.raises(LogClosed):
        await appender.append(issue("t3"))


async def test_a_batch_is_announced_in_log_order_before_its_writers_are_answered(office: Office) -> None:
    announced: list[int] = []
    appender = await office.appender(announce=lambda rows: announced.extend(row.position for row in rows))
    answers = await all_answers(appender, issue("qingyu", 0), issue("hupo", 0))
    assert kinds(answers) == [Appended, Appended]
    assert announced == [2, 3]


async def test_a_listener_that_fails_does_not_hide_that_the_append_was_written(office: Office) -> None:
    def broken(rows: object) -> None:
        raise ZeroDivisionError

    appender = await office.appender(announce=broken)
    assert (await appender.append(issue())).first == 2


# Time


async def test_times_never_step_back_when_the_clock_does(office: Office) -> None:
    instants = iter(datetime(2030, 1, 5, 9, minute, tzinfo=UTC) for minute in (10, 20, 5, 30))
    appender = await office.appender(clock=lambda: next(instants))
    for version in range(4):
        await appender.append(issue("qingyu", version))
    rows = await office.rows()
    assert [row.recorded_at.minute for row in rows] == [10, 20, 20, 30]
    assert [row.learned_at for row in rows] == [row.recorded_at for row in rows]


async def test_times_never_step_back_when_another_process_has_a_slower_clock(office: Office) -> None:
    ahead = await office.appender(clock=lambda: datetime(2030, 1, 5, 12, tzinfo=UTC))
    behind = await office.appender(clock=lambda: datetime(2030, 1, 5, 11, tzinfo=UTC))
    await ahead.append(issue("qingyu", 0))
    await behind.append(issue("hupo", 0))
    assert [row.learned_at.hour for row in await office.rows()] == [12, 12]


async def test_a_received_event_keeps_its_time_and_is_learned_now(office: Office) -> None:
    appender = await office.appender(clock=lambda: datetime(2030, 1, 5, 12, tzinfo=UTC))
    await appender.append(Append([received(1)]))
    (row,) = await office.rows()
    assert (row.recorded_at.year, row.learned_at.year) == (2026, 2030)


# Several processes


async def test_several_writers_leave_no_gap_and_nobody_waits_long(office: Office) -> None:
    appenders = [await office.appender() for _ in range(4)]
    waits: list[float] = []

    async def write(appender: Appender, name: str) -> None:
        for version in range(25):
            before = asyncio.get_running_loop().time()
            await appender.append(issue(name, version, published=True))
            waits.append(asyncio.get_running_loop().time() - before)

    await asyncio.gather(*(write(appender, f"t{n}-{k}") for n, appender in enumerate(appenders) for k in range(4)))
    rows = await office.rows()
    assert [row.position for row in rows] == list(range(2, 402))
    assert [row.source_seq for row in rows] == list(range(1, 401))
    assert (await office.verify()).wrong == []
    assert max(waits) < 5  # lock_timeout: beyond it an append is refused


async def test_writers_that_fight_for_one_stream_each_get_their_event_in(office: Office) -> None:
    appenders = [await office.appender() for _ in range(3)]
    log = await office.log()

    async def write(appender: Appender) -> None:
        for _ in range(10):
            while True:
                try:
                    await appender.append(issue("qingyu", await log.version(DREDGING)))
                    break
                except Conflict:
                    continue

    await asyncio.gather(*(write(appender) for appender in appenders))
    assert [row.version for row in await office.rows()] == list(range(1, 31))


async def test_an_appender_that_was_overtaken_still_checks_versions(office: Office) -> None:
    one, other = await office.appender(), await office.appender()
    await one.append(issue("qingyu", 0))
    with pytest.raises(Conflict):
        await other.append(issue("qingyu", 0))
    await other.append(issue("qingyu", 1))
    assert [row.version for row in await office.rows()] == [1, 2]


async def test_who_holds_the_log_for_too_long_makes_the_others_give_up_unwritten(office: Office) -> None:
    appender = await office.appender()
    connection = appender._connection
    assert connection is not None
    await connection.execute("set lock_timeout = 200")
    holder = await asyncpg.connect(office.admin_dsn)
    try:
        await holder.execute("select pg_advisory_lock($1)", appender._lock)
        with pytest.raises(Overloaded):
            await appender.append(issue("qingyu", 0))
    finally:
        await holder.close()
    await appender.append(issue("qingyu", 0))
    assert [row.position for row in await office.rows()] == [2]


async def test_an_uncommitted_write_of_another_process_is_waited_for(office: Office) -> None:
    appender = await office.appender()
    other = await asyncpg.connect(office.admin_dsn)
    try:
        transaction = other.transaction()
        await transaction.start()
        await other.execute("select pg_advisory_xact_lock($1)", appender._lock)
        waiting = asyncio.create_task(appender.append(issue("qingyu", 0)))
        done, _ = await asyncio.wait([waiting], timeout=0.2)
        assert not done
        await transaction.rollback()
        assert (await waiting).first == 2
    finally:
        await other.close()


async def test_a_log_that_was_exchanged_below_a_running_process_is_not_written_to(office: Office) -> None:
    appender = await office.appender()
    await appender.append(issue("qingyu", 0))
    await office.tamper(f"delete from {office.schema}.log where position = 2")  # noqa: S608
    with pytest.raises(LogReplaced):
        await appender.append(issue("qingyu", 1))


async def test_founding_a_log_twice_founds_it_once(office: Office) -> None:
    answers = await asyncio.gather(
        *(found_log(Genesis(log), office.schema, office.access.dsn, CATALOGUE) for log in (LOG, "linye", LOG))
    )
    assert answers == [False, False, False]
    assert (await office.verify()).rows == 1


# Compared with the model


STREAMS = ("qingyu", "hupo", "shuizha")
Step = tuple[tuple[str, ...], tuple[str, ...], bool, int | None, bool]

steps = st.tuples(
    st.lists(st.sampled_from(STREAMS), max_size=3).map(tuple),  # written, in this order
    st.sets(st.sampled_from(STREAMS), max_size=2).map(tuple),  # read
    st.booleans(),  # published
    st.none() | st.integers(1, 4),  # command
    st.integers(0, 9).map(lambda n: n == 0),  # cannot be stored
)
batches = st.lists(st.lists(st.tuples(steps, st.sampled_from((0, 0, 0, 1, -1))), min_size=1, max_size=6), max_size=4)
_examples = count(1)


def _as_append(step: Step, drift: int, believed: dict[str, int], example: int) -> Append:
    written, read, published, number, unfit = step
    expect = {
        (LOG, f"task/{example}-{name}"): max(0, believed.get(name, 0) + drift) for name in dict.fromkeys(written + read)
    }
    events = [
        event(f"task/{example}-{name}", published=published, actor="person/\0" if unfit else "person/zhou")
        for name in written
    ]
    record = CommandRecord(command(example * 10 + number).command_id, b"x") if number else None
    return Append(events, expect, record)


def _plain(answer: Appended | BaseException) -> int | type[BaseException]:
    if isinstance(answer, Appended):
        return answer.first
    return Unfit if isinstance(answer, asyncpg.CharacterNotInRepertoireError) else type(answer)


@settings(
    max_examples=100, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batches=batches, halve_from=st.sampled_from((2, 12)))
async def test_any_interleaving_ends_as_in_the_model(
    office: Office, batches: list[list[tuple[Step, int]]], halve_from: int
) -> None:
    example = next(_examples)
    await office.close()  # what an earlier example left
    appender = await office.appender(halve_from=halve_from)
    before = appender.head
    model = ModelLog(LOG, before.position, before.feed_seq)
    for batch in batches:
        appends: list[Append] = []
        expected: list[set[int] | set[type[Exception]]] = []
        for step, drift in batch:
            known = {name: model.versions.get((LOG, f"task/{example}-{name}"), 0) for name in STREAMS}
            append = _as_append(step, drift, known, example)
            appends.append(append)
            expected.append(model.against(append) or {model.append(append)})
        for answer, possible in zip(await all_answers(appender, *appends), expected, strict=True):
            assert _plain(answer) in possible
    rows = [row for row in await office.rows() if row.position > before.position]
    assert [(row.position, row.stream, row.version, row.source_seq) for row in rows] == model.rows


@settings(max_examples=15, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=batches)
async def test_what_two_processes_wrote_is_what_the_model_allows_in_that_order(
    office: Office, batches: list[list[tuple[Step, int]]]
) -> None:
    example = next(_examples)
    await office.close()
    one, other = await office.appender(halve_from=2), await office.appender(halve_from=2)
    before = one.head
    model = ModelLog(LOG, before.position, before.feed_seq)
    appends = [_as_append(step, drift, {}, example) for batch in batches for step, drift in batch]
    halves = appends[::2], appends[1::2]
    answers = await asyncio.gather(all_answers(one, *halves[0]), all_answers(other, *halves[1]))
    written = [
        (answer.first, len(append.events), append)
        for append, answer in zip(chain(*halves), chain(*answers), strict=True)
        if isinstance(answer, Appended) and append.events
    ]
    for first, _, append in sorted(written, key=lambda item: item[:2]):
        assert model.append(append) == first
    rows = [row for row in await office.rows() if row.position > before.position]
    assert [(row.position, row.stream, row.version, row.source_seq) for row in rows] == model.rows
