"""`zeren log`: look at a log as it is, and prove that nobody changed it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import orjson
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from shared.domain import PublicText
from shared.facts import Fact
from shared.log.format import occurred_text
from shared.log.log import Log, json_of
from shared.running import open_for_reading
from zeren.installation import prepare
from zeren.office import SERVICES, access, admin_dsn, readers
from zeren.postgres_refusals import NO_SUCH_LOG, PostgresRefused
from zeren.settings import Settings
from zeren.up import database

_POLL_SECONDS = 0.5


@contextlib.asynccontextmanager
async def reading_log(settings: Settings, name: str) -> AsyncIterator[Log]:
    """A log opened for reading only: no appender is started. PostgresRefused when there is no such log."""
    service = next((s for s in SERVICES if s.name == name), None)
    if service is None:
        raise PostgresRefused(NO_SUCH_LOG.of(log=name, logs="、".join(s.name for s in SERVICES)))
    installation = await prepare(admin_dsn(settings), settings.home, readers())
    async with open_for_reading(service, access(installation, name)) as log:
        yield log


async def tail(settings: Settings, name: str, console: Console, *, last: int, follow: bool, as_json: bool) -> None:
    """Print the last facts of a log, and with `follow` those that come, until interrupted."""
    async with reading_log(settings, name) as log:
        position = max(0, await log.last_position() - last)
        while True:
            facts = await log.facts(position)
            for fact in facts:
                _print(fact, console, as_json=as_json)
                position = fact.position
            if not facts:
                if not follow:
                    return
                await asyncio.sleep(_POLL_SECONDS)


async def stream(settings: Settings, name: str, stream_name: str, console: Console, *, as_json: bool) -> bool:
    """Print every fact of one stream; False when there is none."""
    async with reading_log(settings, name) as log:
        facts = await log.stream(stream_name)
        for fact in facts:
            _print(fact, console, as_json=as_json)
        return bool(facts)


async def verify(settings: Settings, name: str, console: Console) -> bool:
    """Recompute every hash of a log from genesis to head; False, and each fault by position, when one is wrong."""
    async with reading_log(settings, name) as log:
        head = await log.last_position()
        bar = Progress(TextColumn("校验 {task.description}"), BarColumn(), MofNCompleteColumn(), console=console)
        with bar:
            task = bar.add_task(name, total=head)
            verified = await log.verify(lambda done: bar.update(task, completed=done))
            bar.update(task, completed=verified.rows)
        for position, wrong in verified.wrong:
            console.print(f"[red]✗[/red] 位置 {position}：{'、'.join(wrong)} 与内容不符（does not match its content）")
        sound = not verified.wrong
        if sound:
            console.print(
                f"✓ {name}：{verified.rows} 条，链值 {verified.chain.hex()}（all rows verified, last chain as shown）"
            )
        return sound


async def incarnate(settings: Settings, name: str, reason: str, console: Console) -> None:
    """Begin the next incarnation of a log that was restored from a copy.

    The home is held meanwhile, and the embedded PostgreSQL runs: whoever serves would write to the log first.
    PostgresRefused while `zeren up` runs.
    """
    with database(settings):
        async with reading_log(settings, name) as log:
            await log.start()
            try:
                begun = await log.incarnate(PublicText(reason))
            finally:
                await log.stop()
        console.print(f"✓ {name}：自位置 {log.head} 起为第 {begun} 世（incarnation {begun} from this position on）")


def _print(fact: Fact, console: Console, *, as_json: bool) -> None:
    """One line a fact. Personal texts show as their tokens: a log on a screen is a log in somebody's pocket."""
    data = json_of(fact)
    if as_json:
        line = {
            "position": fact.position,
            "event_id": str(fact.event_id),
            "source": fact.source,
            "source_seq": fact.source_seq,
            "stream": fact.stream,
            "version": fact.version,
            "type": fact.type,
            "occurred": occurred_text(fact.occurred),
            "recorded_at": fact.recorded_at,
            "learned_at": fact.learned_at,
            "history": fact.history,
            "actor": fact.actor.subject,
            "post": fact.actor.post,
            "on_behalf": fact.actor.on_behalf,
            "data": data,
        }
        console.out(orjson.dumps(line).decode(), highlight=False)
        return
    console.print(
        f"[bold]{fact.position:>8}[/bold]  {fact.learned_at:%Y-%m-%d %H:%M:%S}Z  [cyan]{fact.type:<28}[/cyan] "
        f"{escape(fact.stream)} v{fact.version}  {escape(fact.actor.subject)}",
        soft_wrap=True,
    )
