"""The embedded Apache Kafka: one broker in the home of an installation, started and stopped with it.

It runs from the jars that `deploy/kafka/jars.sh` fetched, beside the interpreter. It listens on 127.0.0.1 alone. Its
settings are `deploy/kafka/server.properties`, filled in and written anew at every start.

`kafka.json` in the home records the cluster's id, the version that wrote its data, and the ports. A data folder that is
gone is made anew under the same id: Kafka carries facts from one log to another and owns none. Receivers pull from the
owner what a topic no longer holds.
"""

from __future__ import annotations

import base64
import contextlib
import errno
import json
import os
import re
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from string import Template
from typing import IO

from shared.feeds.broker import Broker
from zeren import home as homes
from zeren.kafka_refusals import (
    BROKER_IN_USE,
    BROKER_NOT_STARTED,
    BROKER_NOT_STOPPED,
    BROKER_PORT_TAKEN,
    DATA_OF_ANOTHER_CLUSTER,
    DATA_OF_NEWER_VERSION,
    DATA_WITHOUT_RECORD,
    JARS_MISSING,
    JAVA_MISSING,
    JAVA_TOO_OLD,
    NO_MEMORY_FOR_JAVA,
    NOT_FORMATTED,
    RECORD_UNREADABLE,
    KafkaRefused,
)
from zeren.ports import becomes_free, free_port
from zeren.postgres_refusals import DISK_FULL
from zeren.servers import ended, is_disk_full, last_said, refusing_os_errors

VERSION = "4.3.0"
"""The version this release runs; `deploy/kafka/pom.xml` names the same."""

DEPLOY = Path(__file__).parents[1] / "deploy" / "kafka"

JVM = (
    "-Xms256m",
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",  # starts in half the time; one broker beside four services is never short of speed
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
    "-Djava.awt.headless=true",
)

_READY_SECONDS = 120  # reading back unflushed segments after a crash may take a while on a slow disk
_ADOPTED_SECONDS = 20  # more than an earlier registration takes to expire
_STOP_SECONDS = 30
_KILL_SECONDS = 10
_PORT_SECONDS = 2  # a killed process lets go of its ports at once
_ANSWER_SECONDS = 2
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Server:
    """A running broker of ours. `folder` holds its data, settings and log; `pid` is its Java process.

    `lock` holds the folder; None on a broker that was found running and belongs to another process.
    """

    host: str
    port: int
    pid: int
    folder: Path
    lock: IO[str] | None = field(default=None, repr=False, compare=False)

    def broker(self) -> Broker:
        """How to reach it."""
        return Broker(f"{self.host}:{self.port}")


def missing() -> KafkaRefused | None:
    """What this machine lacks to run a broker; None when it lacks nothing."""
    try:
        _java(), jars()
    except KafkaRefused as refused:
        return refused
    return None


def start(home: Path) -> Server:
    """Start the broker of this home, made when there never was one; hold it until `stop` or the end of this process.

    Blocks until clients are accepted: 3 s or so, 5 to 12 s after a kill. A broker left behind by a killed process is
    taken over as it runs, once its folder has proved to be ours and its settings to be today's; else it is stopped
    first. The port stays the same for the home, unless another program has taken it meanwhile. Raises KafkaRefused.
    """
    home = home.resolve()
    with refusing_os_errors(home, KafkaRefused):
        homes.make(home)
        folder = home / "kafka"
        folder.mkdir(mode=0o700, exist_ok=True)
        try:
            lock = homes.lock(folder)
        except homes.HomeInUse as error:
            raise KafkaRefused(BROKER_IN_USE.of(folder=folder, pid=error.pid or "?")) from None
        try:
            return _start(home, lock, same_port=False)
        except BaseException:
            lock.close()
            raise


def running(home: Path) -> Server | None:
    """The broker that another process of ours has started on this home, to connect to; None when there is none."""
    home = home.resolve()
    marker, folder = _read_marker(home), home / "kafka"
    pid = _recorded_pid(folder)
    if marker is None or pid is None or not _serves(pid, folder) or not _accepts_clients(marker.port):
        return None
    return Server("127.0.0.1", marker.port, pid, folder)


def alive(server: Server) -> bool:
    """Whether its process still runs."""
    return _serves(server.pid, server.folder)


def revive(server: Server) -> Server:
    """Start it again after it died under us, on the port that its clients know. Raises KafkaRefused."""
    if server.lock is None:
        raise ValueError("only the process that started the broker may start it again")
    home = server.folder.parent
    with refusing_os_errors(home, KafkaRefused):
        return _start(home, server.lock, same_port=True)


def stop(server: Server) -> None:
    """End it cleanly and let go of its folder. Stopping twice is harmless."""
    if server.lock is None:
        raise ValueError("only the process that started the broker may stop it")
    if server.lock.closed:
        return
    try:
        _end(server.folder)
    finally:
        server.lock.close()


# The record in the home


@dataclass(frozen=True, slots=True)
class _Marker:
    """`version` is the latest that wrote the data; nobody outside this machine knows the ports."""

    cluster: str
    version: str
    port: int
    controller_port: int


def _marker_path(home: Path) -> Path:
    return home / "kafka.json"


def _read_marker(home: Path) -> _Marker | None:
    try:
        text = _marker_path(home).read_text()
    except FileNotFoundError:
        return None
    try:
        return _Marker(**json.loads(text))
    except (ValueError, TypeError) as error:
        raise KafkaRefused(RECORD_UNREADABLE.of(marker=_marker_path(home))) from error


def _write_marker(home: Path, marker: _Marker) -> None:
    homes.write(_marker_path(home), json.dumps(asdict(marker), indent=2) + "\n")


def _new_marker(home: Path) -> _Marker:
    data = home / "kafka" / "data"
    if data.exists():
        raise KafkaRefused(DATA_WITHOUT_RECORD.of(data=data, marker=_marker_path(home)))
    # As Kafka's own: 16 random bytes in URL-safe base 64; a leading dash would look like an option.
    cluster = "-"
    while cluster.startswith("-"):
        cluster = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
    return _Marker(cluster, VERSION, *_free_ports(None, None))


def _free_ports(wanted: int | None, wanted_by_controller: int | None) -> tuple[int, int]:
    port, controller_port = free_port(wanted), free_port(wanted_by_controller)
    if controller_port == port:
        controller_port = free_port(None)
    if port is None or controller_port is None or controller_port == port:
        raise KafkaRefused(BROKER_NOT_STARTED.of(reason="no free port on 127.0.0.1", log="-"))
    return port, controller_port


# Programs


def _java() -> str:
    named = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(named) / "bin") if named else None)
    if found is None:
        raise KafkaRefused(JAVA_MISSING.of())
    return found


def jars() -> Path:
    """The folder of the programs; one that is there is complete, since it got its name by a rename. KafkaRefused."""
    place = Path(sys.prefix).resolve() / "share" / f"kafka-{VERSION}" / "jars"
    if not place.is_dir():
        raise KafkaRefused(JARS_MISSING.of(version=VERSION, jars=place))
    return place


def _environment() -> dict[str, str]:
    """Nothing of ours: neither secrets nor Java's own variables, which would change what is run."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _run(command: Sequence[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 — fixed programs and our own paths, no shell of a user's
        [str(part) for part in command],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        start_new_session=True,  # Ctrl-C in our terminal is for us; we decide what becomes of what we started
        cwd=folder,
        env=_environment(),
        umask=0o077,
    )


# Making the data folder


def _settings(marker: _Marker, data: str) -> str:
    filled = {"port": marker.port, "controller_port": marker.controller_port, "data": data}
    return Template((DEPLOY / "server.properties").read_text("utf-8")).substitute(filled)


def _format(folder: Path, marker: _Marker) -> None:
    """Format into a folder of another name, then give it its own: the first start can be cut off anywhere."""
    fresh, settings = folder / "data.new", folder / "format.properties"
    shutil.rmtree(fresh, ignore_errors=True)
    homes.write(settings, _settings(marker, fresh.name))
    said = _run(
        (
            *(_java(), "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-cp", f"{jars()}/*"),
            *("kafka.tools.StorageTool", "format", "-t", marker.cluster, "-c", settings),
        ),
        folder,
    )
    settings.unlink()
    if said.returncode != 0:
        told = said.stdout + said.stderr
        shutil.rmtree(fresh, ignore_errors=True)
        raise _refusal_for(told, folder) or KafkaRefused(NOT_FORMATTED.of(reason=_reason(told)))
    fresh.rename(folder / "data")


def _check_data(home: Path, data: Path, marker: _Marker) -> None:
    if _numbers(marker.version) > _numbers(VERSION):
        raise KafkaRefused(DATA_OF_NEWER_VERSION.of(data=data, found=marker.version, expected=VERSION))
    try:
        lines = (data / "meta.properties").read_text().splitlines()
    except FileNotFoundError:
        lines = []
    found = dict(line.split("=", 1) for line in lines if "=" in line).get("cluster.id", "?")
    if found != marker.cluster:
        raise KafkaRefused(
            DATA_OF_ANOTHER_CLUSTER.of(data=data, marker=_marker_path(home), expected=marker.cluster, found=found)
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))


# Starting and ending


def _start(home: Path, lock: IO[str], *, same_port: bool) -> Server:
    folder = home / "kafka"
    java, place = _java(), jars()
    marker = _read_marker(home)
    if marker is None:
        marker = _new_marker(home)
        _write_marker(home, marker)
    if (folder / "data").exists():
        _check_data(home, folder / "data", marker)
    command = _command(java, place, folder)
    pid = _recorded_pid(folder)
    if (
        pid is not None
        and _is_ours_of_today(pid, command, folder, marker)
        and _becomes_ready(pid, folder, marker.port, _ADOPTED_SECONDS)
    ):
        return Server("127.0.0.1", marker.port, pid, folder, lock)
    _end(folder)
    marker = _with_ports(marker, same_port=same_port)
    if not (folder / "data").exists():
        _format(folder, marker)
    _write_marker(home, replace(marker, version=VERSION))
    homes.write(folder / "server.properties", _settings(marker, "data"))
    before = _log_size(folder)
    pid = _launch(command, folder)
    if not _becomes_ready(pid, folder, marker.port, _READY_SECONDS):
        said = _said(folder, before)
        _end(folder)
        if "Address already in use" in said:
            raise KafkaRefused(BROKER_PORT_TAKEN.of(port=marker.port))
        raise _refusal_for(said, folder) or KafkaRefused(
            BROKER_NOT_STARTED.of(reason=_reason(said), log=folder / "kafka.log")
        )
    return Server("127.0.0.1", marker.port, pid, folder, lock)


def _with_ports(marker: _Marker, *, same_port: bool) -> _Marker:
    """Ports that are free now: the recorded ones where possible, and the clients' always with `same_port`."""
    if same_port and not becomes_free(marker.port, _PORT_SECONDS):
        raise KafkaRefused(BROKER_PORT_TAKEN.of(port=marker.port))
    port, controller_port = _free_ports(marker.port, marker.controller_port)
    return replace(marker, port=port, controller_port=controller_port)


def _command(java: str, place: Path, folder: Path) -> tuple[str, ...]:
    return (
        *(java, *JVM),
        f"-Dzeren.kafka.log={folder / 'kafka.log'}",
        f"-Dlog4j2.configurationFile={DEPLOY / 'log4j2.properties'}",
        *("-cp", f"{place}/*", "kafka.Kafka", str(folder / "server.properties")),
    )


_DETACHED = """
sh -c 'echo $$ > kafka.pid && exec "$@"' sh "$@" < /dev/null > start.log 2>&1 &
"""
"""Nobody's child, so that nobody must collect it; its number is written before it begins."""


def _launch(command: tuple[str, ...], folder: Path) -> int:
    (folder / "kafka.pid").unlink(missing_ok=True)
    _run(("/bin/sh", "-c", _DETACHED, "sh", *command), folder)
    until = time.monotonic() + _ANSWER_SECONDS
    while (pid := _recorded_pid(folder)) is None:
        if time.monotonic() > until:
            refused = BROKER_NOT_STARTED.of(reason="it ended at once", log=folder / "start.log")
            raise _refusal_for("", folder) or KafkaRefused(refused)
        time.sleep(_POLL_SECONDS)
    return pid


def _becomes_ready(pid: int, folder: Path, port: int, seconds: float) -> bool:
    """Wait until it accepts clients; False when it ended before, or not within `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and _serves(pid, folder):
        if _accepts_clients(port):
            return True
        time.sleep(_POLL_SECONDS)
    return False


def _accepts_clients(port: int) -> bool:
    """Whether it names itself as a broker to a client.

    That it listens proves nothing: after a kill its controller does not count it as a broker for some seconds yet.
    """
    # Metadata, version 1, correlation 1, no client id, no topics: https://kafka.apache.org/protocol
    request = struct.pack(">hhihi", 3, 1, 1, -1, 0)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_ANSWER_SECONDS) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            answer = b""
            while len(answer) < 12:
                part = connection.recv(4096)
                if not part:
                    return False
                answer += part
    except OSError:
        return False
    _, correlation, brokers = struct.unpack(">iii", answer[:12])
    return bool(correlation == 1 and brokers == 1)


def _end(folder: Path) -> None:
    """End the broker of the folder, if one runs: first in good order, then at once."""
    pid = _recorded_pid(folder)
    if pid is None or not _serves(pid, folder):
        return
    ways = ((signal.SIGTERM, _STOP_SECONDS), (signal.SIGKILL, _KILL_SECONDS))
    if not ended(pid, lambda: _serves(pid, folder), ways):
        raise KafkaRefused(BROKER_NOT_STOPPED.of(folder=folder, pid=pid))


def _recorded_pid(folder: Path) -> int | None:
    try:
        text = (folder / "kafka.pid").read_text().strip()
    except FileNotFoundError:
        return None
    return int(text) if text.isdecimal() else None


def _serves(pid: int, folder: Path) -> bool:
    """Whether the process is a living broker of exactly this folder.

    A number alone proves nothing: after a restart of the machine it may be anybody's. A broker's working directory is
    its folder; where /proc is missing, its command line names it. A killed one keeps its ports until its last thread
    has ended, which may be after its first.
    """
    if Path("/proc/self/task").exists():
        try:
            return any(_works_in(thread, folder) for thread in Path(f"/proc/{pid}/task").iterdir())
        except (FileNotFoundError, ProcessLookupError):
            return False
    listed = _run(("ps", "-ww", "-o", "command=", "-p", str(pid)), folder).stdout
    return str(folder / "server.properties") in listed


def _works_in(thread: Path, folder: Path) -> bool:
    try:
        return os.path.samefile(thread / "cwd", folder)
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False  # ended and not yet collected, or another user's


def _is_ours_of_today(pid: int, command: tuple[str, ...], folder: Path, marker: _Marker) -> bool:
    """Whether it runs just as we would start it now; False where there is no /proc to tell."""
    try:
        given = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:-1]
        settings = (folder / "server.properties").read_text("utf-8")
    except OSError:
        return False
    same = [os.fsdecode(part) for part in given] == list(command) and settings == _settings(marker, "data")
    return same and _serves(pid, folder)


# Saying why

_GRAVE = re.compile(r"(?:Exception|Error): (.+)|(Could not .+)|(?:ERROR|FATAL) (.+)")


def _log_size(folder: Path) -> int:
    log = folder / "kafka.log"
    return log.stat().st_size if log.exists() else 0


def _said(folder: Path, before: int) -> str:
    """What the last start wrote: the program's own words, then those of its log."""
    said = (folder / "start.log").read_text(errors="replace")
    with contextlib.suppress(FileNotFoundError), (folder / "kafka.log").open(errors="replace") as file:
        file.seek(before)
        said += "\n" + file.read()
    return said


def _refusal_for(said: str, folder: Path) -> KafkaRefused | None:
    """The sentence for a failure that Kafka's or Java's own words let us recognise."""
    if is_disk_full(said, folder):
        return KafkaRefused(DISK_FULL.of(path=folder))
    if "UnsupportedClassVersionError" in said:
        return KafkaRefused(JAVA_TOO_OLD.of(java=_java()))
    if os.strerror(errno.ENOMEM) in said or "Could not reserve enough space" in said:
        return KafkaRefused(NO_MEMORY_FOR_JAVA.of(reason=_reason(said)))
    return None


def _reason(said: str) -> str:
    return last_said(said, _GRAVE).rstrip(".")
