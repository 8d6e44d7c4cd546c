"""Is everything still true of an installation? What was acknowledged is compared with what the logs and views hold.

Each check returns the faults it found as sentences for engineers, none when all is well. They read the tables
themselves and trust no cursor, cache or counter of the program. That they would notice is shown by
`tests/faults/test_reconcile_catches.py`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

from shared.domain import PersonId
from shared.handle import command_id
from shared.holding.receipts import Receipts
from shared.log.log import Log
from shared.service import Service
from shared.views.store import all_views, views_schema
from tests.support.reconcile_causes import caused
from tests.support.reconcile_deadlines import asked_again_once, overdue_days_once, overdue_once, reminded_once
from tests.support.reconcile_intake import HandedIn, receipts_open
from tests.support.reconcile_letters import letters_once
from tests.support.replay import dump, replay

SETTLING_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A command of which a client was told that it is done. `events` are (type, stream, version), in order."""

    service: str
    command: UUID
    position: int | None
    events: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What an office acknowledged: to officials, and to citizens."""

    commands: Sequence[Acknowledged]
    handed_in: Sequence[HandedIn] = ()
    since: Mapping[str, int] = field(default_factory=dict)
    """For each log the position behind which everything that was acknowledged is in the account; none: it is not whole."""


def read_journal(path: Path) -> Told:
    """A simulator's journal. A command whose answer was asked for again stands there once, if both answers agree."""
    found: dict[tuple[str, UUID], Acknowledged] = {}
    handed_in: list[HandedIn] = []
    for text in path.read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        if "door" in line:
            handed_in.append(HandedIn(line["door"], line["receipt"], line["code"], date.fromisoformat(line["on"])))
            continue
        events = tuple((event["type"], event["stream"], event["version"]) for event in line["events"])
        answer = Acknowledged(
            line["service"], command_id(PersonId(line["person"]), line["key"]), line["position"], events
        )
        if found.setdefault((answer.service, answer.command), answer) != answer:
            raise AssertionError(f"the command {line['key']} was answered in two ways")
    return Told(list(found.values()), handed_in)


async def acknowledged_once(log: Log, acknowledged: Iterable[Acknowledged]) -> list[str]:
    """Every acknowledged command's events stand in the log as the answer told, on end, and nothing besides."""
    rows = await log.pool.fetch(
        f"""select command_id, position, type, stream, version from {log.schema}.log
            where source = $1 and command_id is not null order by position""",  # noqa: S608
        log.id,
    )
    recorded: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        recorded[row["command_id"]].append(row)
    faults: list[str] = []
    for answer in acknowledged:
        if answer.service != log.id:
            continue
        found = recorded.get(answer.command, [])
        if (events := tuple((row["type"], row["stream"], row["version"]) for row in found)) != answer.events:
            faults.append(f"{log.id}: the command {answer.command} was told {answer.events} and recorded {events}")
        positions = [row["position"] for row in found]
        last = answer.position
        if found and (last is None or positions != list(range(last - len(positions) + 1, last + 1))):
            faults.append(f"{log.id}: the command {answer.command} was told position {last} and stands at {positions}")
    return faults


async def commands_once(log: Log) -> list[str]:
    """The table of commands agrees with the log: each command one run of rows that all bear its id."""
    rows = await log.pool.fetch(
        f"""select c.command_id, c.count, count(l.position) as there,
                   coalesce(bool_and(l.command_id is not distinct from c.command_id), true) as own
            from {log.schema}.commands c left join {log.schema}.log l
                on l.position >= c.first_position and l.position < c.first_position + c.count
            group by c.command_id, c.count"""  # noqa: S608
    )
    return [
        f"{log.id}: the command {row['command_id']} should have {row['count']} rows of its own"
        for row in rows
        if row["there"] != row["count"] or not row["own"]
    ]


async def contiguous(log: Log) -> list[str]:
    """Positions are 1, 2, 3 …; so are the versions of every stream, and the feed's numbers."""
    ((first, last, count),) = await log.pool.fetch(
        f"select min(position), max(position), count(*) from {log.schema}.log"  # noqa: S608
    )
    faults = [] if (first, last) == (1, count) else [f"{log.id}: {count} rows from position {first} to {last}"]
    gaps = await log.pool.fetch(
        f"""select source, stream, count(*), min(version), max(version) from {log.schema}.log
            where source = $1 group by source, stream having min(version) <> 1 or max(version) <> count(*)""",  # noqa: S608
        log.id,
    )
    faults += [
        f"{log.id}: the stream {row['stream']} has {row['count']} rows up to version {row['max']}" for row in gaps
    ]
    ((first, last, count),) = await log.pool.fetch(
        f"""select coalesce(min(source_seq), 1), coalesce(max(source_seq), 0), count(*)
            from {log.schema}.log where source = $1 and source_seq is not null""",  # noqa: S608
        log.id,
    )
    if (first, last) != (1, count):
        faults.append(f"{log.id}: {count} published facts up to number {last}")
    return faults


async def sound(log: Log) -> list[str]:
    """Every hash of the log, recomputed from its content."""
    return [
        f"{log.id}: position {position} is not as it was hashed: {wrong}"
        for position, wrong in (await log.verify()).wrong
    ]


async def received_once(owner: Log, receiver: Log) -> list[str]:
    """Across both logs: the receiver holds every published fact of the owner once, with the owner's leaf, in the order
    in which the owner recorded them, and no fact in the owner's name that the owner does not have."""
    columns = "source_seq, source_incarnation, leaf"
    published = await owner.pool.fetch(
        f"select {columns} from {owner.schema}.log where source = $1 and source_seq is not null order by position",  # noqa: S608
        owner.id,
    )
    received = await receiver.pool.fetch(
        f"select {columns} from {receiver.schema}.log where source = $1 order by position",  # noqa: S608
        owner.id,
    )
    times = Counter(bytes(row["leaf"]) for row in received)
    faults = [
        f"{receiver.id}: the fact {row['source_seq']} of {owner.id} was received {times[bytes(row['leaf'])]} times"
        for row in published
        if times[bytes(row["leaf"])] != 1
    ]
    owned = {bytes(row["leaf"]): (row["source_seq"], row["source_incarnation"]) for row in published}
    for row in received:
        number, life = row["source_seq"], row["source_incarnation"]
        known = owned.get(bytes(row["leaf"]))
        if known is None:
            faults.append(f"{receiver.id}: {owner.id} has no such fact {number} of its life {life}")
        elif known != (number, life):
            faults.append(
                f"{receiver.id}: the fact {known[0]} of {owner.id} stands there as {number} of its life {life}"
            )
    order = {leaf: at for at, leaf in enumerate(owned)}
    places = [(order[bytes(row["leaf"])], row["source_seq"]) for row in received if bytes(row["leaf"]) in order]
    return faults + [
        f"{receiver.id}: the fact {number} of {owner.id} stands behind the fact {before}"
        for (at_before, before), (at, number) in pairwise(places)
        if at < at_before
    ]


async def views_as_rebuilt(
    service: Service, log: Log, batch: int | None, settling_seconds: float = SETTLING_SECONDS
) -> list[str]:
    """Every view, row by row, as if the log were folded again from its start, `batch` positions at a time.

    Whatever is appended while we look makes us look again.
    """
    give_up = time.monotonic() + settling_seconds
    while True:
        head = await log.last_position()
        behind = await _behind(service, log, head)
        if not behind:
            live = await dump(log, *all_views(service))
            rebuilt = await replay(service, log, batch, head)
            if await log.last_position() == head:
                parked = await log.pool.fetchval(f"select count(*) from {views_schema(log)}.parked")  # noqa: S608
                faults = [f"{log.id}: {parked} rows of views wait for a repair"] if parked else []
                return faults + [
                    _difference(log.id, name, live[name], rebuilt[name]) for name in live if live[name] != rebuilt[name]
                ]
        if time.monotonic() > give_up:
            return [f"{log.id}: the views do not come to rest: {behind}"]
        await asyncio.sleep(0.05)


async def _behind(service: Service, log: Log, head: int) -> dict[str, int]:
    """The views that have not folded up to the head, with where they stand."""
    rows = await log.pool.fetch(f"select name, position from {views_schema(log)}.checkpoints")  # noqa: S608
    position = {row["name"]: row["position"] for row in rows}
    return {v.name: at for v in all_views(service) if (at := position.get(v.table_name, 0)) != head}


def _difference(log: str, name: str, live: Sequence[tuple[Any, ...]], rebuilt: Sequence[tuple[Any, ...]]) -> str:
    """How many rows differ. Never what they say: rows may hold what is personal, though sealed."""
    lost, added = len(set(map(str, rebuilt)) - set(map(str, live))), len(set(map(str, live)) - set(map(str, rebuilt)))
    return f"{log}: the view {name} has {added} rows that its rebuild has not, and lacks {lost}"


# --- all of it --------------------------------------------------------------------------------------------------


async def settled(logs: Sequence[tuple[Service, Log]]) -> None:
    """Wait until feeds, views, reactions and deadlines have nothing left to do. TimeoutError says what never came to rest."""
    by_name = {log.id: log for _, log in logs}
    before: Sequence[int] = []
    give_up = time.monotonic() + SETTLING_SECONDS
    while True:
        heads = [await log.last_position() for _, log in logs]
        left = [] if heads == before else ["logs grow"]
        for service, log in logs:
            left += await _unfinished(service, log, by_name)
        left = left or await _not_done(by_name)
        if not left:
            return
        if time.monotonic() > give_up:
            raise TimeoutError("; ".join(left))
        before = heads
        await asyncio.sleep(0.1)


async def _unfinished(service: Service, log: Log, by_name: Mapping[str, Log]) -> list[str]:
    """What a service has not received, folded or issued yet."""
    left = [
        f"{log.id}: {view} stands at {at}"
        for view, at in (await _behind(service, log, await log.last_position())).items()
    ]
    for source in service.sources:
        cursor, sent = await log.cursor(source), await _sent(by_name[source])
        if cursor != sent:
            left.append(f"{log.id}: received {cursor} of {sent} facts of {source}")
    if pending := await log.pool.fetchval(f"select count(*) from {views_schema(log)}.pending"):  # noqa: S608
        left.append(f"{log.id}: {pending} commands wait")
    return left


async def _not_done(by_name: Mapping[str, Log]) -> list[str]:
    """What is wrong with deadlines, as long as they may still be acted upon."""
    return [
        *await overdue_once(by_name["ledger"]),
        *await reminded_once(by_name["complaints"]),
        *await asked_again_once(by_name["notifications"]),
    ]


async def _sent(owner: Log) -> int:
    """The number of the last fact that a log published; 0 before the first."""
    sent: int | None = await owner.pool.fetchval(
        f"select max(source_seq) from {owner.schema}.log where source = $1",  # noqa: S608
        owner.id,
    )
    return sent or 0


async def reconcile(
    logs: Sequence[tuple[Service, Log]],
    told: Told,
    receipts: Receipts,
    batch: int | None = None,
    settling_seconds: float = SETTLING_SECONDS,
    *,
    rebuild: bool = True,
) -> list[str]:
    """Every fault of an installation; `logs` are those of all services that receive from each other.

    `receipts` are those of the installation, `batch` is how views are folded to compare, `settling_seconds` how long they may lag behind the head. Without
    `rebuild` views are not compared: what is wrong with one stays wrong, and a later look finds it.
    """
    by_name = {log.id: log for _, log in logs}
    faults: list[str] = []
    for service, log in logs:
        faults += await acknowledged_once(log, told.commands)
        if log.id in told.since:
            answered = {answer.command for answer in told.commands if answer.service == log.id}
            faults += await caused(service, log, told.since[log.id], answered)
        faults += await commands_once(log)
        faults += await contiguous(log)
        faults += await sound(log)
        for source in service.sources:
            faults += await received_once(by_name[source], log)
        if rebuild:
            faults += await views_as_rebuilt(service, log, batch, settling_seconds)
    faults += await _not_done(by_name)
    faults += await overdue_days_once(by_name["assessment"])
    faults += await letters_once(by_name["notifications"])
    return faults + await receipts_open(by_name["intake"], receipts, told.handed_in)
