"""Databases and roles: made once, found again, and closed to everybody else."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest

from tests.conftest import TWO_LOGS, MakeInstallation
from zeren import postgres
from zeren.home import read_secret, secret_path
from zeren.installation import Installation, known, prepare, relay_dsn
from zeren.postgres_refusals import PostgresRefused

INSERT = """
insert into ledger.log (position, event_id, source, source_incarnation, incarnation, stream, version, type, schema,
    occurred, recorded_at, learned_at, history, actor_subject, correlation_id, data_hash, leaf, chain)
values ($1, gen_random_uuid(), 'ledger', 1, 1, 'log/ledger', $1, 'log-started', 1,
    '2026-01-05', now(), now(), false, 'system/ledger', gen_random_uuid(), '', '', '')
"""


def _server_log(server: postgres.Server) -> str:
    return "".join(path.read_text() for path in sorted(server.data.with_name("log").glob("*.log")))


async def _try(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def test_the_service_appends_to_its_log_but_never_changes_it(installation: Installation) -> None:
    connection = await asyncpg.connect(installation.logs["ledger"].dsn)
    try:
        await connection.execute(INSERT, 1)
        for statement in (
            "update ledger.log set actor_subject = 'somebody-else'",
            "delete from ledger.log",
            "truncate ledger.log",
            "drop table ledger.log",
            "alter table ledger.log disable trigger all",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
        assert await connection.fetchval("select count(*) from ledger.log") == 1
    finally:
        await connection.close()


async def test_not_even_the_administrator_changes_a_log_by_a_slip(
    make_installation: MakeInstallation, server: postgres.Server
) -> None:
    made = await make_installation()
    await _try(made.logs["ledger"].dsn, INSERT.replace("$1", "1"))
    database = made.logs["ledger"].dsn.rpartition("/")[2]
    with pytest.raises(asyncpg.RaiseError, match="a log is never changed"):
        await _try(server.admin_dsn(database), "delete from ledger.log")


async def test_a_service_reads_only_what_another_published(installation: Installation) -> None:
    assessment = installation.logs["assessment"].dsn
    await _try(assessment, "select * from ledger.published")
    for closed in ("table ledger.log", "table ledger.commands"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await _try(assessment, closed)


async def test_a_service_that_is_no_reader_sees_nothing_of_a_log(installation: Installation) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await _try(installation.logs["ledger"].dsn, "select * from assessment.published")


async def test_views_belong_to_their_service_alone(installation: Installation) -> None:
    await _try(installation.logs["ledger"].dsn, "create table ledger_views.coverage_1 (unit text primary key)")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await _try(installation.logs["assessment"].dsn, "select * from ledger_views.coverage_1")


@pytest.mark.parametrize("schema", ["public", "ledger", "assessment_views"])
async def test_a_service_makes_no_table_outside_its_views(installation: Installation, schema: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await _try(installation.logs["ledger"].dsn, f"create table {schema}.notes (line text)")


async def test_a_services_role_does_not_reach_the_key_database(installation: Installation) -> None:
    ledger = installation.logs["ledger"]
    keys_database = ledger.keys_dsn.rpartition("/")[2]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(ledger.dsn.rpartition("/")[0] + "/" + keys_database)


async def test_a_key_role_opens_only_its_own_store(installation: Installation) -> None:
    ledger = installation.logs["ledger"]
    await _try(ledger.keys_dsn, "select * from ledger_keys.keys")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await _try(ledger.keys_dsn, "select * from assessment_keys.keys")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(ledger.keys_dsn.rpartition("/")[0] + "/" + ledger.dsn.rpartition("/")[2])


async def test_preparing_again_keeps_passwords_keys_and_facts(server: postgres.Server) -> None:
    first = await prepare(server.admin_dsn(), server.home, TWO_LOGS, prefix="again_")
    await _try(first.logs["ledger"].dsn, INSERT.replace("$1", "1"))
    second = await prepare(server.admin_dsn(), server.home, TWO_LOGS, prefix="again_")
    assert second == first
    assert second.master_key == first.master_key
    assert len(second.master_key) == 32
    connection = await asyncpg.connect(second.logs["ledger"].dsn)
    try:
        assert await connection.fetchval("select count(*) from ledger.log") == 1
    finally:
        await connection.close()


async def test_preparing_a_database_that_was_restored_before_its_roles_were_there_grants_what_is_missing(
    server: postgres.Server,
) -> None:
    made = await prepare(server.admin_dsn(), server.home, TWO_LOGS, prefix="restored_")
    database = made.logs["ledger"].dsn.rpartition("/")[2]
    await _try(
        server.admin_dsn(database),
        "revoke all on schema ledger from restored_assessment; revoke all on ledger.published from restored_assessment",
    )
    await prepare(server.admin_dsn(), server.home, TWO_LOGS, prefix="restored_")
    await _try(made.logs["assessment"].dsn, "table ledger.published")


async def test_preparing_again_waits_for_nobody_who_appends(server: postgres.Server) -> None:
    """Every command of the command line prepares; beside a service that is being used none of the two may be held up."""
    made = await prepare(server.admin_dsn(), server.home, TWO_LOGS, prefix="busy_")
    appending = await asyncpg.connect(made.logs["ledger"].dsn)
    try:
        async with appending.transaction():
            await appending.execute(INSERT, 1)
            async with asyncio.timeout(20):
                await prepare(server.admin_dsn(), server.home, TWO_LOGS, prefix="busy_")
    finally:
        await appending.close()


async def test_what_was_prepared_is_found_again_without_an_administrator(server: postgres.Server) -> None:
    made = await prepare(server.admin_dsn(), server.home, TWO_LOGS, prefix="found_")
    found = known(f"postgresql://{server.host}:{server.port}/", server.home, TWO_LOGS, prefix="found_")

    assert found == made
    assert server.password not in found.logs["ledger"].dsn
    await _try(found.logs["ledger"].dsn, "select 1")


async def test_what_was_never_prepared_is_refused_by_the_name_of_what_is_missing(
    server: postgres.Server, tmp_path: Path
) -> None:
    for ask in (lambda: known(server.admin_dsn(), tmp_path, TWO_LOGS), lambda: relay_dsn(server.admin_dsn(), tmp_path)):
        with pytest.raises(PostgresRefused) as refused:
            ask()
        assert refused.value.code == "not-prepared"
        assert "zeren prepare" in refused.value.zh


async def test_the_relay_reads_what_every_log_published_and_nothing_else(server: postgres.Server) -> None:
    made = await prepare(server.admin_dsn(), server.home, TWO_LOGS, prefix="relayed_")
    relay = relay_dsn(server.admin_dsn(), server.home, prefix="relayed_")
    for log in TWO_LOGS:
        await _try(relay, f"table {log}.published")
        await _try(relay, f"table {log}.genesis")
        for closed in (f"table {log}.log", f"table {log}.commands", f"create table {log}_views.x (a int)"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await _try(relay, closed)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await _try(relay, INSERT.replace("$1", "1"))
    keys = made.logs["ledger"].keys_dsn.rpartition("/")[2]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(f"{relay.rpartition('/')[0]}/{keys}")


async def test_a_lost_password_of_a_service_is_simply_replaced(server: postgres.Server) -> None:
    first = await prepare(server.admin_dsn(), server.home, TWO_LOGS, prefix="lost_")
    secret_path(server.home, "lost_ledger.password").unlink()
    second = await prepare(server.admin_dsn(), server.home, TWO_LOGS, prefix="lost_")
    await _try(second.logs["ledger"].dsn, "select 1")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(first.logs["ledger"].dsn)


async def test_a_lost_master_key_is_never_replaced_in_silence(server: postgres.Server, tmp_path: Path) -> None:
    home = tmp_path / "home"
    await prepare(server.admin_dsn(), home, TWO_LOGS, prefix="master_")
    secret_path(home, "master.key").unlink()
    with pytest.raises(PostgresRefused) as refused:
        await prepare(server.admin_dsn(), home, TWO_LOGS, prefix="master_")
    assert refused.value.code == "secret-missing"
    assert read_secret(home, "master.key") is None


def test_secrets_are_readable_by_their_owner_alone(server: postgres.Server, installation: Installation) -> None:
    folder = secret_path(server.home, "master.key").parent
    assert folder.stat().st_mode & 0o777 == 0o700
    files = list(folder.iterdir())
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert {"master.key", "postgres.password"} <= {path.name for path in files}


def test_no_representation_shows_a_password(server: postgres.Server, installation: Installation) -> None:
    shown = repr(server) + repr(installation)
    for path in secret_path(server.home, "master.key").parent.iterdir():
        assert path.read_text().strip() not in shown


async def test_an_account_short_of_superuser_is_enough(server: postgres.Server, tmp_path: Path) -> None:
    await _try(server.admin_dsn(), "create role city_admin login createdb createrole password 'fixed-for-this-test'")
    admin = server.dsn("postgres", "city_admin", "fixed-for-this-test")
    for _ in range(2):
        made = await prepare(admin, tmp_path, TWO_LOGS, prefix="managed_")
    await _try(made.logs["ledger"].dsn, INSERT.replace("$1", "1"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await _try(made.logs["ledger"].dsn, "delete from ledger.log")


async def test_an_account_that_may_not_create_databases_is_refused(server: postgres.Server, tmp_path: Path) -> None:
    await _try(server.admin_dsn(), "create role city_clerk login password 'fixed-for-this-test'")
    with pytest.raises(PostgresRefused) as refused:
        await prepare(server.dsn("postgres", "city_clerk", "fixed-for-this-test"), tmp_path, TWO_LOGS, prefix="clerk_")
    assert refused.value.code == "database-rights-missing"


async def test_a_database_of_another_collation_is_refused(server: postgres.Server, tmp_path: Path) -> None:
    await _try(
        server.admin_dsn(),
        "create database wrong_zeren template template0 encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C'",
    )
    with pytest.raises(PostgresRefused) as refused:
        await prepare(server.admin_dsn(), tmp_path, TWO_LOGS, prefix="wrong_")
    assert refused.value.code == "database-of-another-encoding"
    assert "SQL_ASCII" in refused.value.zh


async def test_an_unreachable_database_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(PostgresRefused) as refused:
        await prepare("postgresql://admin:fixed-for-this-test@127.0.0.1:1/postgres", tmp_path, TWO_LOGS)
    assert refused.value.code == "database-not-reached"
    assert "127.0.0.1:1" in refused.value.zh
    assert "fixed-for-this-test" not in refused.value.zh + refused.value.en


@pytest.mark.parametrize("name", ["Ledger", "台账", "a-b", "x; drop table log", ""])
async def test_a_log_without_a_plain_name_is_refused(server: postgres.Server, tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a log"):
        await prepare(server.admin_dsn(), tmp_path, {name: ()})


async def test_a_refused_statement_leaves_neither_text_nor_values_in_the_servers_log(
    server: postgres.Server, installation: Installation
) -> None:
    connection = await asyncpg.connect(installation.logs["ledger"].dsn)
    try:
        await connection.execute("create table ledger_views.letters (receipt text primary key)")
        await connection.execute("insert into ledger_views.letters values ($1)", "张三反映河道淤塞")
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute("insert into ledger_views.letters values ($1)", "张三反映河道淤塞")
        with pytest.raises(asyncpg.UndefinedTableError):
            await connection.execute("select '张三反映河道淤塞' from ledger_views.unknown_table")
    finally:
        await connection.close()
    async with asyncio.timeout(10):  # the server's log collector writes a moment later, in order
        while "unknown_table" not in (written := _server_log(server)):  # noqa: ASYNC110 — a file tells nobody
            await asyncio.sleep(0.01)
    assert "letters_pkey" in written
    assert "张三" not in written
