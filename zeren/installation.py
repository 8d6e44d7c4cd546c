"""Databases, schemas and roles of an installation, each role with no more than it needs.

In the database `zeren` every log has two schemas: `<log>`, owned by `zeren_owner` (nobody can log in as it), where the
service's role `<log>` has only what the log's DDL grants; and `<log>_views`, the service's own. A sealed log has a third,
`<log>_held`, for what waits to be admitted, also the service's own. Personal keys lie in a database of their own,
`zeren_keys`, with a role `<log>_keys` for each service, so that a copy of the first database opens nothing. The role
`relay` may read what each log published and nothing else. Works alike on the embedded PostgreSQL and on a given one (15
or later).

`prepare` makes all that and needs an administrator; the processes that then serve find it with `known`, each with the
secrets of its own roles.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import os
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

import asyncpg

from shared.database import DATABASE_ERRORS
from shared.holding.table import held_schema, holding_ddl
from shared.keys import keys_ddl
from shared.log.schema import log_ddl
from shared.web.identities import identities_ddl
from zeren import home as homes
from zeren.postgres_refusals import (
    NO_CONNECTION,
    NOT_ALLOWED,
    NOT_PREPARED,
    OTHER_ENCODING,
    SECRET_MISSING,
    TOO_OLD,
    PostgresRefused,
)
from zeren.service_key import SERVICE_KEY

LEAST_VERSION = 15
RELAY = "relay"
"""The role that reads what every log published, for whoever carries it elsewhere."""
DIRECTORY_LOG = "ledger"
"""The log whose service alone says which person a subject of an identity provider is."""
SEALED_LOG = "intake"
"""The log that takes in what citizens report: it alone has a holding table, in a schema of its service's own."""

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_LOCK = 0x5A6572656E  # "Zeren": two processes that prepare at once take turns

_SERVICE_LIMITS = {
    "statement_timeout": "60s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "30s",
}
"""For service roles, on any server; a connection that needs longer says so itself."""


@dataclass(frozen=True, slots=True)
class LogAccess:
    """How one service reaches its log (schema `log`), its views (`views`) and its personal keys (`keys`)."""

    log: str
    views: str
    keys: str
    dsn: str = field(repr=False)
    """For log and views, as the role of the service."""
    keys_dsn: str = field(repr=False)
    """For the key store, as the role of its keys."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What the services need to run; `master_key` is 32 bytes and wraps every personal key."""

    logs: Mapping[str, LogAccess]
    master_key: bytes = field(repr=False)


async def prepare(
    admin_dsn: str, home: Path, readers: Mapping[str, Sequence[str]], *, prefix: str = ""
) -> Installation:
    """Make what is missing, leave what is there. May run at every start and in several processes at once.

    `admin_dsn` is a postgresql:// URL of a superuser, or of an account that may create databases and roles. `readers`
    names every log, and for each the logs that read what it published: {"ledger": ["assessment"], "assessment": []};
    no log is named `relay`.
    `prefix` stands before the names of databases and roles, so that several installations share one server.
    Passwords and the master key lie under `home`/secrets. Raises PostgresRefused.
    """
    names = [*readers, *(reader for given in readers.values() for reader in given)]
    for name in names:
        if not _NAME.match(name) or name not in readers:
            raise ValueError(f"not the name of a log given here: {name!r}")
    if RELAY in readers:
        raise ValueError(f"no log is named {RELAY!r}")
    if prefix and not _NAME.match(prefix):
        raise ValueError(f"not a plain SQL name: {prefix!r}")

    admin = await _connect(admin_dsn)
    try:
        await _refuse_old_server(admin)
        await admin.execute("select pg_advisory_lock($1)", _LOCK)
        return await _prepare(admin, admin_dsn, home, readers, prefix)
    except asyncpg.InsufficientPrivilegeError as error:
        raise PostgresRefused(NOT_ALLOWED.of(reason=str(error))) from error
    finally:
        await admin.close()  # and with it the lock


async def _prepare(
    admin: asyncpg.Connection[asyncpg.Record],
    admin_dsn: str,
    home: Path,
    readers: Mapping[str, Sequence[str]],
    prefix: str,
) -> Installation:
    database, keys_database, owner = f"{prefix}zeren", f"{prefix}zeren_keys", f"{prefix}zeren_owner"
    master_key = await _master_key(admin, keys_database, home)
    homes.secret(home, SERVICE_KEY)

    await _role(admin, owner, None)
    relay = f"{prefix}{RELAY}"
    for role in (relay, *(f"{prefix}{log}{suffix}" for log in readers for suffix in ("", "_keys"))):
        await _role(admin, role, homes.secret(home, _password_of(role)))

    await _database(admin, database, owner, [relay, *(f"{prefix}{log}" for log in readers)])
    connection = await _connect(_dsn(admin_dsn, database))
    try:
        for log, given in readers.items():
            role = f"{prefix}{log}"
            await _schema(connection, log, owner)
            await _schema(connection, f"{log}_views", role)
            await _log(connection, owner, log, role, [relay, *(f"{prefix}{reader}" for reader in given)])
            if log == SEALED_LOG:
                await _schema(connection, held_schema(log), role)
                await _as_owner(connection, role, holding_ddl(held_schema(log)))
    finally:
        await connection.close()

    await _database(admin, keys_database, owner, [f"{prefix}{log}_keys" for log in readers])
    connection = await _connect(_dsn(admin_dsn, keys_database))
    try:
        for log in readers:
            await _schema(connection, f"{log}_keys", owner)
            await _as_owner(connection, owner, keys_ddl(f"{log}_keys", f"{prefix}{log}_keys"))
        if DIRECTORY_LOG in readers:
            await _as_owner(connection, owner, identities_ddl(f"{DIRECTORY_LOG}_keys", f"{prefix}{DIRECTORY_LOG}_keys"))
    finally:
        await connection.close()

    return Installation({log: _access(admin_dsn, home, log, prefix) for log in readers}, master_key)


def known(server: str, home: Path, logs: Iterable[str], *, prefix: str = "") -> Installation:
    """What `prepare` has made, for these logs, without asking the server.

    `server` is a postgresql:// URL; account, password and database in it do not matter. PostgresRefused when a secret is
    not there.
    """
    master_key = bytes.fromhex(_needed(home, "master.key"))
    return Installation({log: _access(server, home, log, prefix) for log in logs}, master_key)


def relay_dsn(server: str, home: Path, *, prefix: str = "") -> str:
    """The URL as the role that reads what every log published. PostgresRefused as `known`."""
    role = f"{prefix}{RELAY}"
    return _dsn(server, f"{prefix}zeren", role, _needed(home, _password_of(role)))


@contextlib.asynccontextmanager
async def published_pool(server: str, home: Path) -> AsyncIterator[asyncpg.Pool[asyncpg.Record]]:
    """Connections as the role that reads what every log published. PostgresRefused."""
    with reaching(server):
        pool = await asyncpg.create_pool(relay_dsn(server, home), min_size=1, max_size=4, command_timeout=60)
    try:
        yield pool
    finally:
        await pool.close()


@contextlib.contextmanager
def reaching(server: str) -> Iterator[None]:
    """A server that does not answer, or refuses us, is something to mend: PostgresRefused."""
    try:
        yield
    except DATABASE_ERRORS as error:
        raise _not_reached(server, error) from error


def _not_reached(server: str, error: Exception) -> PostgresRefused:
    parts = urlsplit(server)
    address = f"{parts.hostname or 'localhost'}:{parts.port or 5432}"  # never the URL, which holds a password
    return PostgresRefused(NO_CONNECTION.of(address=address, reason=str(error) or type(error).__name__))


def _access(server: str, home: Path, log: str, prefix: str) -> LogAccess:
    role, keys_role = f"{prefix}{log}", f"{prefix}{log}_keys"
    return LogAccess(
        log=log,
        views=f"{log}_views",
        keys=f"{log}_keys",
        dsn=_dsn(server, f"{prefix}zeren", role, _needed(home, _password_of(role))),
        keys_dsn=_dsn(server, f"{prefix}zeren_keys", keys_role, _needed(home, _password_of(keys_role))),
    )


def without_account(url: str) -> str:
    """The URL without account and password; host, port and options stay."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def with_password(url: str, home: Path) -> str:
    """The administrator's URL; where it names an account without a password, with the secret `postgres.password`."""
    parts = urlsplit(url)
    if parts.username is None or parts.password is not None or "password" in parse_qs(parts.query):
        return url
    password = homes.read_secret(home, "postgres.password")
    if password is None:
        return url
    account, _, place = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{account}:{quote(password, safe='')}@{place}"))


def _password_of(role: str) -> str:
    return f"{role}.password"


def _needed(home: Path, name: str) -> str:
    secret = homes.read_secret(home, name)
    if secret is None:
        raise PostgresRefused(NOT_PREPARED.of(path=homes.secret_path(home, name)))
    return secret


async def _connect(dsn: str) -> asyncpg.Connection[asyncpg.Record]:
    with reaching(dsn):
        return await asyncpg.connect(dsn, timeout=15, command_timeout=120)


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What matters of a PostgreSQL server: its major version, and whether a commit survives a power cut."""

    major: int
    fsync: bool


async def server_facts(admin_dsn: str) -> ServerFacts:
    """Ask the server. Raises PostgresRefused when it cannot be reached."""
    admin = await _connect(admin_dsn)
    try:
        return ServerFacts(admin.get_server_version().major, await admin.fetchval("show fsync") == "on")
    finally:
        await admin.close()


async def _refuse_old_server(admin: asyncpg.Connection[asyncpg.Record]) -> None:
    version = admin.get_server_version()
    if version.major < LEAST_VERSION:
        raise PostgresRefused(TOO_OLD.of(found=version.major, least=LEAST_VERSION))


async def _master_key(admin: asyncpg.Connection[asyncpg.Record], keys_database: str, home: Path) -> bytes:
    """A new key beside an old key store would open nothing of it, so it is made only before the first one."""
    known = homes.read_secret(home, "master.key")
    if known is None and await admin.fetchval("select true from pg_database where datname = $1", keys_database):
        raise PostgresRefused(SECRET_MISSING.of(path=homes.secret_path(home, "master.key")))
    return bytes.fromhex(known or homes.secret(home, "master.key"))


async def _role(admin: asyncpg.Connection[asyncpg.Record], role: str, password: str | None) -> None:
    """A role without rights; with a password it may log in, and that password holds even if it had another before."""
    if not await admin.fetchval("select true from pg_roles where rolname = $1", role):
        await admin.execute(f"create role {role} nologin")
        if not await admin.fetchval("select rolsuper from pg_roles where rolname = current_user"):
            # An administrator short of superuser may act for a role only as its member.
            await admin.execute(f"grant {role} to current_user")
    if password is not None:
        await admin.execute(f"alter role {role} login password '{_scram_verifier(password)}'")
        for name, value in _SERVICE_LIMITS.items():
            await admin.execute(f"alter role {role} set {name} = '{value}'")


def _scram_verifier(password: str) -> str:
    """What the server stores (RFC 5802, RFC 7677). Made here, so that no password ever stands in a statement or its log.

    Passwords of ours are hexadecimal digits, which SASLprep leaves as they are.
    """
    iterations, salt = 4096, os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    encoded = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${iterations}:{encoded[0]}${encoded[1]}:{encoded[2]}"


async def _database(admin: asyncpg.Connection[asyncpg.Record], name: str, owner: str, roles: Sequence[str]) -> None:
    """UTF-8, compared by code point everywhere; only the given roles may connect."""
    row = await admin.fetchrow(
        "select pg_encoding_to_char(encoding) as encoding, datcollate as collation from pg_database where datname = $1",
        name,
    )
    if row is None:
        await admin.execute(
            f"create database {name} owner {owner} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'"
        )
    elif (row["encoding"], row["collation"]) != ("UTF8", "C"):
        raise PostgresRefused(OTHER_ENCODING.of(database=name, encoding=row["encoding"], collation=row["collation"]))
    await admin.execute(f"revoke all on database {name} from public")
    # Temporary tables carry the bulk writes of views.
    await admin.execute(f"grant connect, temporary on database {name} to {', '.join(roles)}")


async def _schema(connection: asyncpg.Connection[asyncpg.Record], name: str, owner: str) -> None:
    await connection.execute(f"create schema if not exists {name} authorization {owner}")


async def _log(
    connection: asyncpg.Connection[asyncpg.Record], owner: str, log: str, role: str, readers: Sequence[str]
) -> None:
    """The tables of a log, unless these very statements have made them before and their grants still stand.

    Repeated beside a service that appends, they would wait for it and it for them, until PostgreSQL ended one of the two.
    A database that was restored before its roles were there has the tables without the grants.
    """
    ddl = log_ddl(log, role, readers)
    made_by = hashlib.sha256(ddl.encode()).hexdigest()
    stands = await connection.fetchval(
        """select obj_description(to_regnamespace($1), 'pg_namespace') = $2
                  and (select bool_and(has_schema_privilege(granted, $1, 'usage')) from unnest($3::text[]) granted)""",
        log,
        made_by,
        [role, *readers],
    )
    if not stands:
        await _as_owner(connection, owner, f"{ddl}\ncomment on schema {log} is '{made_by}';")


async def _as_owner(connection: asyncpg.Connection[asyncpg.Record], owner: str, ddl: str) -> None:
    """All of it or nothing, so that a start that was cut off leaves no half-made log."""
    async with connection.transaction():
        await connection.execute(f"set local role {owner}")
        await connection.execute(ddl)


def _dsn(admin_dsn: str, database: str, role: str | None = None, password: str = "") -> str:
    """The administrator's URL for another database, and for another role if one is given; its options stay."""
    parts = urlsplit(admin_dsn)
    netloc = parts.netloc
    if role is not None:
        netloc = f"{quote(role, safe='')}:{quote(password, safe='')}@{netloc.rpartition('@')[2]}"
    return urlunsplit(parts._replace(netloc=netloc, path=f"/{database}"))
