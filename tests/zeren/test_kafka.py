"""The embedded Apache Kafka: what it keeps over stops and kills, and what is said when it cannot be had."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from shared.feeds.broker import Broker, topic_of
from shared.feeds.topics import ensure_topic
from tests.support.brokers import Kafka, discard, need_a_broker_of_ours
from tests.support.running import until
from zeren import home as homes
from zeren import kafka as kafkas
from zeren.kafka_refusals import KafkaRefused

REPOSITORY = Path(kafkas.__file__).parents[1]

START_AND_WAIT = """
import sys
from pathlib import Path
from zeren import kafka
server = kafka.start(Path(sys.argv[1]))
print(server.pid, flush=True)
sys.stdin.read()
kafka.stop(server)
"""
"""Another process that starts a broker, tells its number, and stops it when its input is closed."""

FACT = "水务局".encode()


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose broker was started and stopped once, with one fact in its topic. For copies only."""
    need_a_broker_of_ours()
    home = tmp_path_factory.mktemp("云岭市, kafka") / ".zeren"
    server = kafkas.start(home)
    asyncio.run(_send(server.broker()))
    kafkas.stop(server)
    assert not kafkas.alive(server)
    return home


@pytest.fixture
def home(stopped: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of that home; whatever runs there is ended afterwards."""
    home = tmp_path / ".zeren"
    subprocess.run(["cp", "--archive", stopped, home], check=True)
    yield home
    _end_what_runs(home)


def _end_what_runs(home: Path) -> None:
    if (server := kafkas.running(home)) is not None:
        discard(server)


async def _send(broker: Broker, fact: bytes = FACT) -> None:
    await ensure_topic(broker, "ledger")
    producer = AIOKafkaProducer(**broker.arguments(), enable_idempotence=True)
    await producer.start()
    try:
        await producer.send_and_wait(topic_of("ledger"), fact)
    finally:
        await producer.stop()


async def _facts(broker: Broker) -> list[bytes]:
    """Everything in the topic."""
    consumer = AIOKafkaConsumer(topic_of("ledger"), **broker.arguments(), auto_offset_reset="earliest")
    await consumer.start()
    try:
        (partition,) = consumer.assignment()
        end = (await consumer.end_offsets([partition]))[partition]
        return [bytes((await consumer.getone()).value) for _ in range(end)]
    finally:
        await consumer.stop()


def _another_process(home: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", START_AND_WAIT, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip().isdecimal()
    return process


def _marker(home: Path) -> dict[str, Any]:
    read = json.loads((home / "kafka.json").read_text())
    assert isinstance(read, dict)
    return read


def _change_marker(home: Path, **changes: object) -> None:
    homes.write(home / "kafka.json", json.dumps({**_marker(home), **changes}))


def _refused(home: Path) -> KafkaRefused:
    with pytest.raises(KafkaRefused) as refused:
        kafkas.start(home)
    assert refused.value.zh.endswith("。")
    assert refused.value.en.endswith(".")
    return refused.value


@contextmanager
def _listening(port: int) -> Iterator[subprocess.Popen[str]]:
    """Another program on the port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        assert "Serving HTTP" in process.stdout.readline()
        yield process
    finally:
        process.kill()
        process.communicate()


def test_the_version_is_that_of_the_jars() -> None:
    pom = (kafkas.DEPLOY / "pom.xml").read_text()
    assert re.findall(r"<artifactId>kafka_2.13</artifactId>\s*<version>(.*)</version>", pom) == [kafkas.VERSION]


def test_nobody_outside_this_machine_is_listened_to(kafka: Kafka) -> None:
    ports = {_marker(kafka.server.folder.parent)[name] for name in ("port", "controller_port")}
    found: dict[int, str] = {}
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{kafka.pid}/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state = line.split()[:4]
            address, port = local.split(":")
            if state == "0A" and int(port, 16) in ports:
                found[int(port, 16)] = address[-8:]
    assert found == dict.fromkeys(ports, "0100007F")


async def test_facts_port_and_cluster_survive_a_stop_and_the_broker_speaks_into_its_log(home: Path) -> None:
    before = _marker(home)
    server = kafkas.start(home)
    assert await _facts(server.broker()) == [FACT]
    assert (server.port, _marker(home)) == (before["port"], before)
    assert "Kafka Server started" in (server.folder / "kafka.log").read_text()
    kafkas.stop(server)
    kafkas.stop(server)
    assert not kafkas.alive(server)
    assert kafkas.running(home) is None


async def test_a_killed_broker_is_revived_with_every_acknowledged_fact_on_the_port_its_clients_know(home: Path) -> None:
    server = kafkas.start(home)
    await _send(server.broker(), b"acknowledged")
    os.kill(server.pid, signal.SIGKILL)
    revived = kafkas.revive(server)
    assert (revived.pid != server.pid, revived.port) == (True, server.port)
    # Accepted means accepted: the first thing that a client asks for is done.
    assert await _facts(revived.broker()) == [FACT, b"acknowledged"]

    os.kill(revived.pid, signal.SIGKILL)
    until(lambda: not kafkas.alive(revived), "the end of a killed broker")
    with _listening(server.port), pytest.raises(KafkaRefused) as refused:
        kafkas.revive(revived)
    assert refused.value.code == "kafka-port-taken"
    assert str(server.port) in refused.value.zh
    kafkas.stop(revived)


async def test_a_broker_left_behind_by_a_killed_process_is_taken_over(home: Path) -> None:
    first = _another_process(home)
    found = kafkas.running(home)
    assert found is not None
    with pytest.raises(ValueError, match="only the process that started"):
        kafkas.stop(found)
    refused = _refused(home)
    assert refused.code == "kafka-in-use"
    assert str(first.pid) in refused.zh

    first.kill()
    first.communicate()
    adopted = kafkas.start(home)
    assert (adopted.pid, adopted.port) == (found.pid, found.port)
    assert await _facts(adopted.broker()) == [FACT]

    # With settings of an earlier release it is not taken over, but ended in good order and started anew.
    assert adopted.lock is not None
    adopted.lock.close()
    with (adopted.folder / "server.properties").open("a") as settings:
        settings.write("num.io.threads=1\n")
    replaced = kafkas.start(home)
    assert replaced.pid != adopted.pid
    assert not kafkas.alive(adopted)
    kafkas.stop(replaced)


def test_a_taken_port_is_exchanged_and_a_process_that_has_the_number_of_an_old_broker_is_spared(home: Path) -> None:
    port = _marker(home)["port"]
    with _listening(port) as bystander:
        (home / "kafka" / "kafka.pid").write_text(f"{bystander.pid}\n")
        server = kafkas.start(home)
        assert bystander.poll() is None
    assert server.port != port
    assert _marker(home)["port"] == server.port
    with socket.create_connection(("127.0.0.1", server.port), timeout=5):
        pass
    discard(server)


def test_lost_data_are_made_anew_under_the_same_cluster_also_when_that_was_cut_off_before(home: Path) -> None:
    cluster = _marker(home)["cluster"]
    (home / "kafka" / "data").rename(home / "kafka" / "data.new")
    server = kafkas.start(home)
    assert f"cluster.id={cluster}" in (home / "kafka" / "data" / "meta.properties").read_text()
    assert not (home / "kafka" / "data" / "zeren.ledger-0").exists()
    discard(server)


def test_data_of_a_newer_version_are_refused(home: Path) -> None:
    _change_marker(home, version="5.0.0")
    refused = _refused(home)
    assert refused.code == "kafka-data-of-newer-version"
    assert "Kafka 5.0.0" in refused.zh
    assert f"Kafka {kafkas.VERSION}" in refused.zh


def test_data_of_another_cluster_are_refused(home: Path) -> None:
    _change_marker(home, cluster="AAAAAAAAAAAAAAAAAAAAAA")
    refused = _refused(home)
    assert refused.code == "kafka-data-exchanged"
    assert "AAAAAAAAAAAAAAAAAAAAAA" in refused.en


def test_data_without_their_record_are_not_taken_over(home: Path) -> None:
    (home / "kafka.json").unlink()
    assert _refused(home).code == "kafka-data-unknown"


def test_a_damaged_record_is_refused(home: Path) -> None:
    (home / "kafka.json").write_text("{")
    assert _refused(home).code == "kafka-marker-unreadable"
    (home / "kafka.json").unlink()


def test_without_java_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    refused = _refused(tmp_path / ".zeren")
    assert refused.code == "java-missing"
    assert "default-jre-headless" in refused.zh


def test_without_the_jars_it_says_how_they_are_fetched(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(home))
    refused = _refused(home)
    assert refused.code == "kafka-jars-missing"
    assert "make up FEED=kafka" in refused.zh


@pytest.mark.parametrize(
    ("said", "code", "told"),
    [
        (
            "Error: LinkageError occurred while loading main class kafka.Kafka\n"
            "	java.lang.UnsupportedClassVersionError: kafka/Kafka has been compiled by a more recent version",
            "java-too-old",
            "JAVA_HOME",
        ),
        (
            "Error occurred during initialization of VM\nCould not reserve enough space for 262144KB object heap",
            "kafka-not-enough-memory",
            "262144KB",
        ),
        (
            "ERROR Exiting Kafka due to fatal exception (kafka.Kafka$)\n"
            "java.lang.IllegalArgumentException: requirement failed: log.dirs is empty.\n"
            "	at kafka.Kafka$.main(Kafka.scala:60)",
            "kafka-not-started",
            "log.dirs is empty",
        ),
    ],
)
def test_a_broker_that_ends_at_once_is_told_in_a_sentence(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, code: str, told: str
) -> None:
    java = tmp_path / "java" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\ncat <<'END'\n{said}\nEND\nexit 1\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "java"))
    refused = _refused(home)
    assert refused.code == code
    assert told in refused.zh


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
def test_a_full_disk_is_one_clear_sentence(stopped: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        disk = Path(name)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20k", "tmpfs", disk], check=False)
        if mounted.returncode != 0:
            pytest.skip("this machine does not let root mount a disk")
        try:
            refused = _refused(disk / ".zeren")
            assert refused.code == "disk-full"
            assert "磁盘空间已满" in refused.zh
        finally:
            with suppress(KafkaRefused):
                _end_what_runs(disk / ".zeren")
            subprocess.run(["umount", "--lazy", disk], check=True)
            shutil.rmtree(disk / ".zeren", ignore_errors=True)
