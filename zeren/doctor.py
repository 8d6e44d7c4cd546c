"""`zeren doctor`: what is wrong with an installation, each finding with the way to mend it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import aiohttp
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.markup import escape

from shared.feeds.broker import Broker
from shared.feeds.direct import DirectFeed
from shared.feeds.port import FeedSource
from shared.feeds.pull import PulledFeed
from shared.feeds.receiver import Receiver
from shared.feeds.refusals import FeedRefused
from shared.feeds.topics import Difference, differences
from shared.log.log import NotFounded
from shared.running import Running
from shared.views.runner import FAR_BEHIND
from zeren import kafka
from zeren.installation import LEAST_VERSION, server_facts
from zeren.kafka_refusals import KafkaRefused
from zeren.office import admin_dsn, office, readers
from zeren.postgres_refusals import NO_LOG_YET, PostgresRefused
from zeren.service_key import service_tokens
from zeren.settings import Settings

_LITTLE_SPACE = 2 * 1024**3
_KAFKA_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, and a sentence that says what was found or how to mend it."""

    well: bool
    zh: str
    en: str


async def doctor(settings: Settings, console: Console) -> bool:
    """Look at home, disk, database, logs, views and Kafka; False when anything is not well."""
    findings = [*_home(settings), *await _database(settings), *await _kafka(settings)]
    for finding in findings:
        mark = "[green]✓[/green]" if finding.well else "[red]✗[/red]"
        console.print(f"{mark} {escape(finding.zh)}（{escape(finding.en)}）")
    return all(finding.well for finding in findings)


def _home(settings: Settings) -> list[Finding]:
    if not settings.home.exists():
        return [
            Finding(False, f"目录 {settings.home} 不存在，请先执行 make up", f"{settings.home} is missing; run make up")
        ]
    free = shutil.disk_usage(settings.home).free
    secrets = settings.home / "secrets"
    private = secrets.exists() and secrets.stat().st_mode & 0o077 == 0
    return [
        Finding(free > _LITTLE_SPACE, f"磁盘剩余 {free / 1024**3:.1f} GiB", f"{free / 1024**3:.1f} GiB of disk free"),
        Finding(
            private,
            "密钥目录仅本用户可读" if private else f"请执行 chmod 700 {secrets}",
            "secrets are private" if private else f"run: chmod 700 {secrets}",
        ),
    ]


async def _database(settings: Settings) -> list[Finding]:
    try:
        facts = await server_facts(admin_dsn(settings))
    except PostgresRefused as error:
        return [Finding(False, error.zh, error.en)]
    found = [
        Finding(facts.major >= LEAST_VERSION, f"PostgreSQL {facts.major}", f"at least {LEAST_VERSION} is needed"),
        Finding(facts.fsync, "断电不丢数据（fsync）", "fsync must be on: acknowledged facts survive a power cut"),
    ]
    try:
        async with office(settings) as opened, aiohttp.ClientSession() as session:
            for running in opened.services.values():
                found += await _service(running)
                found += [await _feed(settings, running, source, session) for source in running.service.sources]
    except NotFounded:
        refused = PostgresRefused(NO_LOG_YET.of())
        found.append(Finding(False, refused.zh, refused.en))
    return found


async def _service(running: Running) -> list[Finding]:
    name = running.service.name
    await running.prepare_views()
    views = await running.runner.status()
    parked = sum(view.parked for view in views)
    behind = max((view.lag for view in views), default=0)
    unissued = await running.issuer.status()
    failing = [command for command in unissued if command.attempts]
    return [
        Finding(True, f"{name}：日志 {running.log.head} 条", "facts in the log"),
        Finding(behind < FAR_BEHIND, f"{name}：视图最多落后 {behind} 条", "positions that the slowest view is behind"),
        Finding(
            parked == 0, f"{name}：搁置 {parked} 行，见 zeren views status", "rows that wait for a fact to be folded"
        ),
        Finding(not failing, f"{name}：{len(failing)} 条系统指令反复失败", "commands of the system that keep failing"),
    ]


async def _feed(settings: Settings, running: Running, source: str, session: aiohttp.ClientSession) -> Finding:
    """Whether a log that is received is the one that was received before. Its service is asked where the settings say
    where that is, else its log in the same PostgreSQL."""
    name = running.service.name
    owner: FeedSource = DirectFeed(source, source, running.pool)
    if source in settings.services:
        token = partial(service_tokens(settings.home).mint, name)
        owner = PulledFeed(source, settings.services[source], token, session)
    try:
        cursor = await Receiver(running.log, owner).compare()
    except FeedRefused as error:
        return Finding(False, f"{name}：{error.refused.sentence('zh')}", error.refused.sentence("en"))
    except (OSError, aiohttp.ClientError, LookupError) as error:
        reason = type(error).__name__
        return Finding(False, f"{name}：无法向 {source} 服务核对已接收的事实（{reason}）", f"{source} cannot be asked")
    return Finding(True, f"{name}：已接收日志 {source} 至第 {cursor} 号", "the last fact received is its owner's")


async def _kafka(settings: Settings) -> list[Finding]:
    """Whether brokers can be reached and every log that is read by another has its topic, as it should be."""
    if settings.feed != "kafka":
        return []
    try:
        broker = settings.broker() or _own_broker(settings)
    except KafkaRefused as refused:
        return [Finding(False, refused.zh, refused.en)]
    if broker is None:
        return [
            Finding(False, "Kafka 未运行，请先执行 make up FEED=kafka", "Kafka is not running; run make up FEED=kafka")
        ]
    if absent := [file for file in (broker.ca, broker.certificate, broker.key) if file and not file.is_file()]:
        return [
            Finding(
                False,
                f"文件 {file} 不存在，请检查 ZEREN_KAFKA 各项设置",
                "the file is missing; check the settings ZEREN_KAFKA…",
            )
            for file in absent
        ]
    try:
        with _what_the_client_says() as said:
            async with asyncio.timeout(_KAFKA_SECONDS):
                found = {log: await differences(broker, log) for log, by in readers().items() if by}
    except (KafkaError, OSError) as error:  # OSError: the time is up, or a file holds no certificate
        reason = said[-1] if said else str(error) or type(error).__name__
        return [
            Finding(
                False,
                f"无法连接 Kafka {broker.servers}：{reason}，请检查 ZEREN_KAFKA 各项设置，见 docs/kafka.md",
                "Kafka cannot be reached; check the settings ZEREN_KAFKA…, see docs/kafka.md",
            )
        ]
    return [
        Finding(True, f"已连接 Kafka {broker.servers}", "Kafka can be reached"),
        *(finding for log, different in found.items() for finding in _topic(log, different)),
    ]


def _own_broker(settings: Settings) -> Broker | None:
    server = kafka.running(settings.home)
    return server.broker() if server else None


def _topic(log: str, different: list[Difference]) -> list[Finding]:
    if not different:
        return [Finding(True, f"{log}：Kafka 主题设置正确", "the topic is as it should be")]
    return [
        Finding(
            False,
            f"主题 {difference.topic} 尚未建立，{log} 服务启动后会自动建立",
            f"the topic is missing; the service {log} makes it when it runs",
        )
        if difference.found is None
        else Finding(
            False,
            f"主题 {difference.topic} 的 {difference.setting} 应为 {difference.expected}，实为 {difference.found}",
            f"{difference.setting} should be {difference.expected}, see docs/kafka.md",
        )
        for difference in different
    ]


@contextlib.contextmanager
def _what_the_client_says() -> Iterator[list[str]]:
    """The errors that aiokafka logs: why it could not connect stands there alone."""
    said: list[str] = []
    client, heard = logging.getLogger("aiokafka"), logging.Handler(logging.ERROR)
    heard.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    before = client.level
    client.addHandler(heard)
    client.setLevel(logging.ERROR)  # a process that serves wants nothing of it
    try:
        yield said
    finally:
        client.setLevel(before)
        client.removeHandler(heard)
