"""Subjects of identity providers become random persons, once and for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest

from shared.domain import PersonId
from shared.keys import KeyStore
from shared.web.identities import LinkedElsewhere, StoredIdentities, identities_ddl
from tests.conftest import MakeInstallation
from zeren import postgres

CITY = "https://id.yunling.example"


@pytest.fixture(scope="module")
async def pool(
    server: postgres.Server, make_installation: MakeInstallation
) -> AsyncIterator[asyncpg.Pool[asyncpg.Record]]:
    made = await make_installation()
    access = made.logs["ledger"]
    database = access.keys_dsn.rpartition("/")[2].partition("?")[0]
    role = access.keys_dsn.partition("//")[2].partition(":")[0]
    admin = await asyncpg.connect(server.admin_dsn(), database=database)
    await admin.execute(identities_ddl("ledger_keys", role))
    await admin.close()
    async with asyncpg.create_pool(access.keys_dsn, min_size=1, max_size=4) as opened:
        yield opened


def identities(pool: asyncpg.Pool[asyncpg.Record]) -> StoredIdentities:
    return StoredIdentities(pool, "ledger_keys", KeyStore(pool, "ledger_keys", bytes(32)).fingerprint)


async def test_a_subject_is_allotted_a_random_person_once(pool: asyncpg.Pool[asyncpg.Record]) -> None:
    person = await identities(pool).person_of(CITY, "zhang.san")
    assert UUID(person).version == 4
    assert await identities(pool).person_of(CITY, "zhang.san") == person
    assert await identities(pool).person_of("https://id.other.example", "zhang.san") != person


async def test_processes_that_meet_a_subject_at_once_agree(pool: asyncpg.Pool[asyncpg.Record]) -> None:
    found = await asyncio.gather(*(identities(pool).person_of(CITY, "li.si") for _ in range(16)))
    assert len(set(found)) == 1


async def test_a_linked_subject_is_the_person_known_already(pool: asyncpg.Pool[asyncpg.Record]) -> None:
    known = PersonId("00000000-0000-4000-8000-000000000015")
    await identities(pool).link(CITY, "wang.wu", known)
    await identities(pool).link(CITY, "wang.wu", known)
    assert await identities(pool).person_of(CITY, "wang.wu") == known


async def test_a_subject_never_changes_hands(pool: asyncpg.Pool[asyncpg.Record]) -> None:
    person = await identities(pool).person_of(CITY, "zhao.liu")
    with pytest.raises(LinkedElsewhere):
        await identities(pool).link(CITY, "zhao.liu", PersonId("00000000-0000-4000-8000-000000000016"))
    assert await identities(pool).person_of(CITY, "zhao.liu") == person


async def test_the_table_does_not_hold_the_subject(pool: asyncpg.Pool[asyncpg.Record]) -> None:
    await identities(pool).person_of(CITY, "sun.qi")
    rows = await pool.fetch("select * from ledger_keys.identities")
    assert b"sun.qi" not in repr([dict(row) for row in rows]).encode()
