"""`zeren up` in processes of its own: started, started again, ended, killed, and what the installation says of itself.

Processes are killed here by number, and only those that a test itself has started.
"""

from __future__ import annotations

import http.client
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import pytest

from tests.support.running import (
    REPOSITORY,
    Answer,
    Caller,
    Up,
    discard_home,
    free_port,
    processes_of,
    start_up,
    until,
    zeren,
)
from zeren import postgres

ROOT = os.geteuid() == 0
CopyOfCity = Callable[[str], Path]


@pytest.fixture
def empty_home(homes: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    home = homes / f"empty-{request.node.name.replace('[', '-').replace(']', '')[:60]}"
    yield home
    discard_home(home)


@dataclass
class Town:
    """An installation that began empty, on the real clock, with its first administrator."""

    up: Up
    greeting: str
    administrator: str
    token: str

    @property
    def home(self) -> Path:
        return self.up.home

    def zeren(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return zeren(self.home, self.up.port, *arguments, **settings)

    def caller(self) -> Caller:
        """The administrator."""
        return Caller(self.up.port, self.token)

    def facts(self) -> list[dict[str, Any]]:
        """The ledger's log from its beginning."""
        printed = self.zeren("log", "tail", "ledger", "-n", "100000", "--json")
        assert printed.returncode == 0, printed.stderr
        return [orjson.loads(line) for line in printed.stdout.splitlines()]


@pytest.fixture(scope="module")
def town(homes: Path) -> Iterator[Town]:
    """It runs for the whole module; one of the tests kills it and starts it again."""
    up = start_up(homes / "town", ZEREN_SAMPLE="0").answers()
    greeting = up.output()
    made = _first_administrator(up.home, up.port)
    assert made.returncode == 0, made.stderr
    administrator = made.stdout.strip()
    token = zeren(up.home, up.port, "token", "--subject", administrator).stdout.strip()
    settled = Town(up, greeting, administrator, token)
    yield settled
    _ends_cleanly(settled.up, signal.SIGTERM)


def _first_administrator(home: Path, port: int) -> subprocess.CompletedProcess[str]:
    return zeren(
        home,
        port,
        *("first-administrator", "--name", "周建国", "--unit-code", "QH-001", "--unit-name", "中共清河县委员会"),
        *("--level", "county", "--kind", "committee"),
    )


def _ends_cleanly(up: Up, number: signal.Signals) -> None:
    assert processes_of(up.home)
    assert up.end(number) == 0, up.output()
    assert "Traceback" not in up.output()
    assert processes_of(up.home) == []
    assert postgres.running(up.home) is None


async def _heads(server: postgres.Server) -> dict[str, int]:
    """The last position of each log."""
    connection = await asyncpg.connect(server.admin_dsn("zeren"))
    try:
        return {
            log: await connection.fetchval(f"select max(position) from {log}.log")  # noqa: S608 — two fixed names
            for log in ("ledger", "assessment")
        }
    finally:
        await connection.close()


def _one_sentence(said: str) -> str:
    """The Chinese sentence of a refusal, which is all that is said beside its English one."""
    chinese, english = said.rstrip("\n").split("\n")
    assert chinese.startswith("✗ ")
    assert chinese.endswith("。")
    assert english.endswith(".")
    return chinese.removeprefix("✗ ")


# --- starting ---------------------------------------------------------------------------------------------------


def test_the_first_start_prints_what_to_open_a_token_and_a_query_to_paste(first_start: Up) -> None:
    said, base = first_start.output(), f"http://127.0.0.1:{first_start.port}"
    for address in (
        f"{base}/docs",
        f"{base}/api/ledger/",
        f"{base}/api/assessment/",
        f"{base}/graphql",
        f"{base}/readyz",
        f"{base}/metrics",
    ):
        assert address in said
    assert "2026-01-05 08:3" in said
    assert "模拟时钟" in said
    assert len(first_start.token().split(".")) == 3
    assert "curl -s " in said


async def test_the_second_start_loads_nothing_and_the_printed_query_answers_with_the_printed_token(
    first_start: Up, copy_of_city: CopyOfCity
) -> None:
    home = copy_of_city("second")
    before = postgres.start(home)
    heads = await _heads(before)
    postgres.stop(before)
    up = start_up(home).answers()
    assert "机构和职务" not in up.output()
    running = postgres.running(home)
    assert running is not None
    assert await _heads(running) == heads
    (query,) = (line for line in up.output().splitlines() if line.startswith("curl "))
    pasted = subprocess.Popen(["bash", "-c", query], env={**os.environ, "TOKEN": up.token()}, stdout=subprocess.PIPE)  # noqa: ASYNC220 — nothing else waits
    answered, _ = pasted.communicate()
    assert len(orjson.loads(answered)["items"]) == 5
    assert Caller(up.port, first_start.token()).get("ledger/me")["posts"], "the token of the first start still holds"
    _ends_cleanly(up, signal.SIGTERM)


def test_a_second_up_on_the_same_home_is_refused_in_one_sentence(town: Town) -> None:
    second = start_up(town.home)
    assert second.ended() == 1
    sentence = _one_sentence(second.output())
    assert str(town.home) in sentence
    assert str(town.up.process.pid) in sentence
    assert town.caller().send("GET", "/livez", None, {}).status == 200


def test_a_taken_port_is_refused_in_one_sentence_before_anything_is_made(empty_home: Path) -> None:
    with socket.socket() as taken:
        port = free_port()
        taken.bind(("127.0.0.1", port))
        taken.listen()
        up = start_up(empty_home, port)
        assert up.ended() == 1
    assert f"127.0.0.1:{port}" in _one_sentence(up.output())
    assert not empty_home.exists()


def test_a_setting_that_does_not_fit_is_refused_by_name(empty_home: Path) -> None:
    refused = zeren(empty_home, 8080, "up", ZEREN_ENV="staging")
    assert refused.returncode == 1
    assert "ZEREN_ENV" in refused.stderr
    assert "Traceback" not in refused.stderr


# --- kills ------------------------------------------------------------------------------------------------------


def _register_people(caller: Caller, stop: threading.Event, acknowledged: dict[int, str]) -> None:
    """Register one person after the other, until told to stop or nobody answers."""
    for number in count():
        if stop.is_set():
            return
        try:
            answer = caller.tell("ledger/persons", {"name": f"工作人员{number}"}, key=_key(number))
        except (OSError, http.client.HTTPException):
            return
        if answer.status == 201:
            acknowledged[number] = answer.body["id"]


def _key(number: int) -> str:
    return f"person-{number:08}-of-the-night-of-the-kill"


def test_after_kill_9_every_acknowledged_command_is_there_once_and_is_answered_alike(town: Town) -> None:
    stop, acknowledged = threading.Event(), dict[int, str]()
    writer = threading.Thread(target=_register_people, args=(town.caller(), stop, acknowledged))
    writer.start()
    until(lambda: len(acknowledged) >= 20, "twenty acknowledged commands")
    town.up.kill()
    writer.join()
    assert processes_of(town.home), "the database of a killed process runs on until the next start"

    town.up = start_up(town.home).answers()  # no setting makes a sample city of an installation that began empty
    assert "实际时钟" in town.up.output()
    registered = Counter(f["data"]["person"] for f in town.facts() if f["type"] == "person-registered")
    assert {registered[person] for person in acknowledged.values()} == {1}
    last = max(acknowledged)
    repeated = town.caller().tell("ledger/persons", {"name": f"工作人员{last}"}, key=_key(last))
    assert (repeated.status, repeated.body["id"]) == (201, acknowledged[last])
    assert town.zeren("log", "verify", "ledger").returncode == 0


def test_after_kill_9_of_postgresql_it_is_revived_and_commands_work_again(town: Town) -> None:
    caller = town.caller()
    before = caller.done("ledger/persons", {"name": "李秀英"}, key="before-the-kill-of-postgresql")
    server = postgres.running(town.home)
    assert server is not None
    os.kill(server.pid, signal.SIGKILL)

    def told() -> Answer | None:
        answer = caller.tell("ledger/persons", {"name": "王伟"}, key="after-the-kill-of-postgresql")
        assert answer.status in (201, 503), answer
        return answer if answer.status == 201 else None

    after = until(told, "a command that is carried out again")
    assert after.body["position"] > before["position"]
    again = caller.tell("ledger/persons", {"name": "李秀英"}, key="before-the-kill-of-postgresql")
    assert again.body["id"] == before["id"]
    revived = postgres.running(town.home)
    assert revived is not None
    until(lambda: "! PostgreSQL 意外结束，已重新启动" in town.up.output(), "a line that says so")
    assert revived.pid != server.pid
    until(lambda: caller.send("GET", "/readyz", None, {}).status == 200, "readiness after the revival")
    assert town.up.process.poll() is None


# --- the first load broken off ----------------------------------------------------------------------------------


async def _so_far(home: Path) -> int:
    """How many facts the ledger of a running home holds; 0 while there is no ledger."""
    server = postgres.running(home)
    if server is None:
        return 0
    try:
        connection = await asyncpg.connect(server.admin_dsn("zeren"))
    except (OSError, asyncpg.PostgresError):
        return 0
    try:
        return int(await connection.fetchval("select coalesce(max(position), 0) from ledger.log"))
    except asyncpg.UndefinedTableError:
        return 0
    finally:
        await connection.close()


async def _break_off(up: Up, beyond: int, number: signal.Signals) -> int:
    """End a first load by a signal once the log is longer than `beyond`; the exit code."""
    while await _so_far(up.home) <= beyond:
        assert up.process.poll() is None, up.output()
    up.process.send_signal(number)
    return up.ended()


async def _numbers(home: Path) -> dict[tuple[str, str], int]:
    """How many facts of each type the logs of an ended home hold."""
    server = postgres.start(home)
    try:
        connection = await asyncpg.connect(server.admin_dsn("zeren"))
        try:
            found: dict[tuple[str, str], int] = {}
            for log in ("ledger", "assessment"):
                rows = await connection.fetch(f"select type, count(*) from {log}.log group by type")  # noqa: S608
                found |= {(log, row["type"]): row["count"] for row in rows}
            return found
        finally:
            await connection.close()
    finally:
        postgres.stop(server)


async def test_a_first_load_that_was_broken_off_and_killed_is_completed_without_doubles(
    homes: Path, copy_of_city: CopyOfCity
) -> None:
    home = homes / "broken"
    assert await _break_off(start_up(home), 100, signal.SIGTERM) == 0
    assert processes_of(home) == []
    assert await _break_off(start_up(home), 3000, signal.SIGKILL) == -signal.SIGKILL
    up = start_up(home).answers()
    assert up.end() == 0
    found, whole = await _numbers(home), await _numbers(copy_of_city("whole"))
    assert whole["ledger", "task-issued"] >= 113
    assert found == whole


# --- an empty installation --------------------------------------------------------------------------------------


def test_an_empty_installation_is_on_the_real_clock_and_says_how_to_begin(town: Town) -> None:
    said = town.greeting
    assert "实际时钟" in said
    assert "zeren first-administrator" in said
    assert "TOKEN=" not in said
    (made,) = (f for f in town.facts() if f["type"] == "administrator-installed")
    assert made["data"]["person"] == town.administrator
    assert made["actor"] == "operator/ledger"


def test_a_second_first_administrator_is_refused_and_changes_nothing(town: Town) -> None:
    before = len(town.facts())
    again = _first_administrator(town.home, town.up.port)
    assert (again.returncode, again.stdout) == (1, "")
    assert "首任管理员" in _one_sentence(again.stderr)
    assert len(town.facts()) == before


def test_a_token_is_refused_when_nobody_holds_the_role_and_made_with_create_as_events(town: Town) -> None:
    asked = ("token", "--role", "coordinator", "--unit", "QH-001")
    refused = town.zeren(*asked)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "coordinator" in _one_sentence(refused.stderr)

    created = town.zeren(*asked, "--create")
    assert created.returncode == 0, created.stderr
    caller = Caller(town.up.port, created.stdout.strip())
    me = until(lambda: caller.get("ledger/me") if caller.get("ledger/me")["posts"] else None, "the post just filled")
    assert me["posts"][0]["roles"] == ["coordinator"]
    recorded = [f for f in town.facts() if f["data"].get("person") == me["person"]]
    assert [f["type"] for f in recorded if f["type"] != "person-named"] == ["person-registered", "post-filled"]
    assert {f["actor"] for f in recorded} == {town.administrator}

    again = town.zeren(*asked)
    assert Caller(town.up.port, again.stdout.strip()).get("ledger/me")["person"] == me["person"]


def test_a_token_of_a_named_person_is_theirs_and_of_an_unknown_one_refused(town: Town) -> None:
    token = town.zeren("token", "--subject", town.administrator)
    assert Caller(town.up.port, token.stdout.strip()).get("ledger/me")["person"] == town.administrator
    unknown = town.zeren("token", "--subject", "00000000-0000-8000-8000-000000000000")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    _one_sentence(unknown.stderr)


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        (("--role", "emperor", "--unit", "QH-001"), "emperor"),
        (("--role", "administrator", "--unit", "QH-999"), "QH-999"),
    ],
)
def test_an_unknown_role_or_unit_is_refused_by_name(town: Town, asked: tuple[str, ...], named: str) -> None:
    refused = town.zeren("token", *asked)
    assert refused.returncode == 1
    assert named in _one_sentence(refused.stderr)


def test_in_production_no_token_is_made(town: Town) -> None:
    refused = town.zeren("token", "--subject", town.administrator, ZEREN_ENV="production")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "ZEREN_ENV=production" in _one_sentence(refused.stderr)


def test_in_production_a_development_token_is_not_believed_and_ctrl_c_ends_it(town: Town, empty_home: Path) -> None:
    up = start_up(empty_home, ZEREN_SAMPLE="0", ZEREN_ENV="production").answers()
    assert "TOKEN=" not in up.output()
    assert "first-administrator" not in up.output()
    assert Caller(up.port, town.token).ask("ledger/me").status == 401
    _ends_cleanly(up, signal.SIGINT)


@pytest.mark.parametrize(
    "command",
    [
        ("token",),
        ("log", "tail", "ledger"),
        ("views", "status"),
        ("audit", "trail", "task", "1"),
        ("load", "units", __file__),
    ],
    ids=" ".join,
)
def test_a_command_without_a_running_installation_says_so(empty_home: Path, command: tuple[str, ...]) -> None:
    refused = zeren(empty_home, 8080, *command)
    assert refused.returncode == 1
    assert "make up" in _one_sentence(refused.stderr)


# --- as an ordinary user ----------------------------------------------------------------------------------------


@pytest.mark.skipif(
    not ROOT, reason="only root becomes another user; without root every test here runs as an ordinary one"
)
def test_an_ordinary_user_runs_it_from_a_clone_in_a_closed_folder(homes: Path) -> None:
    nobody, python, site = pwd.getpwnam("nobody"), Path("/usr/bin/python3"), _site_packages()
    if not _runs(nobody, python, site):
        pytest.skip("no Python of our version, or no libraries, that another user can reach")
    folder = homes / "nobody"
    folder.mkdir(mode=0o700)
    for package in ("zeren", "gateway", "shared", "services", "sample"):
        shutil.copytree(REPOSITORY / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (folder, *folder.rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    home = folder / ".zeren"
    up = start_up(
        home,
        command=(python, "-m", "zeren.cli", "up"),
        user=nobody,
        PYTHONPATH=f"{folder}{os.pathsep}{site}",
        HOME=str(folder),
        ZEREN_SAMPLE="0",
    ).answers()
    assert home.stat().st_mode & 0o777 == 0o700
    assert {Path(f"/proc/{pid}").stat().st_uid for pid in processes_of(home)} == {nobody.pw_uid}
    assert Caller(up.port, "").send("GET", "/readyz", None, {}).status == 200
    assert up.end() == 0
    assert processes_of(home) == []


def _site_packages() -> Path:
    return Path(str(metadata.distribution("asyncpg").locate_file("")))


def _runs(user: pwd.struct_passwd, python: Path, site: Path) -> bool:
    """Whether the user can run this Python, of the version that our libraries are built for, and read those."""
    wanted = f"import sys, asyncpg, orjson; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    try:
        tried = subprocess.run(
            [python, "-c", wanted],
            check=False,
            user=user.pw_uid,
            group=user.pw_gid,
            extra_groups=[],
            cwd="/",
            env={"PYTHONPATH": str(site)},
            capture_output=True,
        )
    except OSError:
        return False
    return tried.returncode == 0
