"""Sealing, opening and erasing personal texts, on a real key database."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import asyncpg
import pytest
from cryptography.exceptions import InvalidTag

from shared.domain import PersonalText
from shared.keys import Erased, KeyStore, Place
from tests.conftest import MakeInstallation
from zeren.installation import Installation

ZHOU = "person/zhou"
"""An erasure cannot be undone: each test that erases has a person of its own."""
TEXT = "周某某三次未按时上报，本人解释系家中老人住院"
PLACE = Place("shuiwu", "task/qingyu", UUID(int=1), "reason")


@pytest.fixture(scope="module")
async def keyed(make_installation: MakeInstallation) -> Installation:
    return await make_installation({"shuiwu": ()})


@pytest.fixture
async def pool(keyed: Installation) -> AsyncIterator[asyncpg.Pool[asyncpg.Record]]:
    async with asyncpg.create_pool(keyed.logs["shuiwu"].keys_dsn, min_size=1, max_size=4) as pool:
        yield pool
        await pool.execute("delete from shuiwu_keys.keys")


@pytest.fixture
def keys(keyed: Installation, pool: asyncpg.Pool[asyncpg.Record]) -> KeyStore:
    return KeyStore(pool, "shuiwu_keys", keyed.master_key)


@pytest.fixture
def elsewhere(keyed: Installation, pool: asyncpg.Pool[asyncpg.Record]) -> KeyStore:
    """The same key store, in another process."""
    return KeyStore(pool, "shuiwu_keys", keyed.master_key)


async def test_what_was_sealed_opens_at_its_place(keys: KeyStore, elsewhere: KeyStore) -> None:
    sealed = await keys.seal(PersonalText(TEXT), ZHOU, PLACE)
    assert await keys.open(sealed, PLACE) == TEXT
    assert await elsewhere.open(sealed, PLACE) == TEXT


async def test_a_token_shows_nothing_of_its_text_and_is_different_every_time(keys: KeyStore) -> None:
    one, two = [await keys.seal(PersonalText(TEXT), ZHOU, PLACE) for _ in range(2)]
    assert one != two
    prefix, key_id, body = one.token().split(".")
    assert (prefix, key_id) == ("zk1", str((await keys.key_of(ZHOU)).id))
    raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    assert len(raw) == 12 + len(TEXT.encode()) + 16
    assert TEXT[:2].encode() not in raw


@pytest.mark.parametrize(
    "other",
    [
        replace(PLACE, log="linye"),
        replace(PLACE, stream="task/hupo"),
        replace(PLACE, event_id=UUID(int=2)),
        replace(PLACE, field="opinion"),
    ],
    ids=lambda place: f"{place.log} {place.stream} {place.event_id.int} {place.field}",
)
async def test_a_token_opens_at_no_other_place(keys: KeyStore, other: Place) -> None:
    sealed = await keys.seal(PersonalText(TEXT), ZHOU, PLACE)
    with pytest.raises(ValueError, match="does not belong to this place"):
        await keys.open(sealed, other)


def test_the_parts_of_a_place_cannot_run_into_each_other() -> None:
    assert Place("a\nb", "c", UUID(int=1), "d").associated() != Place("a", "b\nc", UUID(int=1), "d").associated()


async def test_a_token_that_was_altered_does_not_open(keys: KeyStore) -> None:
    token = (await keys.seal(PersonalText(TEXT), ZHOU, PLACE)).token()
    altered = token[:-6] + ("AAAAAA" if token[-6:] != "AAAAAA" else "BBBBBB")
    with pytest.raises(ValueError, match="does not belong to this place"):
        await keys.open(PersonalText(altered, sealed=True), PLACE)
    with pytest.raises(ValueError, match="unknown form of sealed text: 'zk9'"):
        await keys.open(PersonalText(token.replace("zk1", "zk9"), sealed=True), PLACE)


async def test_a_text_whose_key_is_erased_never_opens_again(keys: KeyStore) -> None:
    sealed = await keys.seal(PersonalText(TEXT), "person/chen", PLACE)
    await keys.erase("person/chen")
    with pytest.raises(Erased):
        await keys.open(sealed, PLACE)
    await keys.erase("person/chen")


async def test_an_erasure_holds_at_once_in_every_process_that_used_the_key_before(
    keys: KeyStore, elsewhere: KeyStore
) -> None:
    sealed = await keys.seal(PersonalText(TEXT), "person/qian", PLACE)
    assert await elsewhere.open(sealed, PLACE) == TEXT
    await keys.erase("person/qian")
    with pytest.raises(Erased):
        await elsewhere.open(sealed, PLACE)


async def test_after_an_erasure_nothing_about_the_person_is_sealed_any_more(
    keys: KeyStore, elsewhere: KeyStore
) -> None:
    await elsewhere.seal(PersonalText(TEXT), "person/sun", PLACE)
    await keys.erase("person/sun")
    with pytest.raises(Erased):
        await elsewhere.seal(PersonalText("已补报"), "person/sun", PLACE)


async def test_somebody_of_whom_nothing_was_known_can_be_erased_too(keys: KeyStore) -> None:
    await keys.erase("person/wu")
    with pytest.raises(Erased):
        await keys.key_of("person/wu")


async def test_an_erasure_touches_nobody_else(keys: KeyStore) -> None:
    of_li = await keys.seal(PersonalText(TEXT), "person/li", PLACE)
    await keys.key_of("person/zheng")
    await keys.erase("person/zheng")
    assert await keys.open(of_li, PLACE) == TEXT


async def test_many_texts_open_in_their_order(keys: KeyStore) -> None:
    places = [replace(PLACE, event_id=UUID(int=n)) for n in range(20)]
    sealed = [
        (await keys.seal(PersonalText(f"第{n}条"), f"person/{n % 3}", place), place) for n, place in enumerate(places)
    ]
    assert await keys.open_all(sealed) == [f"第{n}条" for n in range(20)]
    assert await keys.open_all([]) == []


async def test_two_processes_that_meet_a_person_at_once_use_one_key(keys: KeyStore, elsewhere: KeyStore) -> None:
    met = await asyncio.gather(*(store.key_of(ZHOU) for store in (keys, elsewhere, keys, elsewhere)))
    assert len({(key.id, key.secret) for key in met}) == 1


async def test_the_database_alone_opens_nothing(keys: KeyStore, pool: asyncpg.Pool[asyncpg.Record]) -> None:
    key = await keys.key_of(ZHOU)
    (row,) = await pool.fetch("select * from shuiwu_keys.keys")
    assert key.secret not in row["wrapped"]
    with pytest.raises(InvalidTag):
        await KeyStore(pool, "shuiwu_keys", bytes(32)).key_of(ZHOU)


async def test_a_key_can_be_added_and_destroyed_but_not_exchanged(
    keys: KeyStore, pool: asyncpg.Pool[asyncpg.Record]
) -> None:
    await keys.key_of(ZHOU)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute("update shuiwu_keys.keys set wrapped = '\\x00'")


async def test_neither_keys_nor_texts_show_themselves(keys: KeyStore) -> None:
    key = await keys.key_of(ZHOU)
    sealed = await keys.seal(PersonalText(TEXT), ZHOU, PLACE)
    assert repr(key) == f"DataKey(id={key.id!r})"
    for text in (PersonalText(TEXT), sealed):
        shown = f"{text} {text!r} {[text]}"
        assert "周某某" not in shown
        assert "zk1" not in shown
    assert repr(keys).startswith("<shared.keys.KeyStore object")


async def test_an_erased_key_is_reported_without_the_person(keys: KeyStore) -> None:
    sealed = await keys.seal(PersonalText(TEXT), "person/wang", PLACE)
    await keys.erase("person/wang")
    with pytest.raises(Erased) as error:
        await keys.open(sealed, PLACE)
    assert "wang" not in str(error.value)


def test_a_sealed_text_does_not_pass_for_a_clear_one_nor_the_other_way() -> None:
    with pytest.raises(ValueError, match="must be opened"):
        PersonalText("zk1.x.y", sealed=True).clear()
    with pytest.raises(ValueError, match="must be sealed"):
        PersonalText(TEXT).token()


async def test_a_fingerprint_depends_on_the_master_key(keys: KeyStore, pool: asyncpg.Pool[asyncpg.Record]) -> None:
    other = KeyStore(pool, "shuiwu_keys", bytes(32))
    assert keys.fingerprint(b"body") == keys.fingerprint(b"body")
    assert len({keys.fingerprint(b"body"), keys.fingerprint(b"bodY"), other.fingerprint(b"body")}) == 3


async def test_a_short_master_key_is_refused(pool: asyncpg.Pool[asyncpg.Record]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        KeyStore(pool, "shuiwu_keys", bytes(16))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("13800138000", " 138-0013 8000"),
        ("13800138000", "１３８００１３８０００"),
        ("13800138000", "١٣٨٠٠١٣٨٠٠٠"),
        ("13800138000", "138\u200b00138000\u00a0"),
        ("阿依古丽·买买提", "阿依古丽•买买提"),
        ("阿依古丽·买买提", "阿依古丽买买提"),
        ("José", "JOSE\u0301"),
        ("ＺＥＲＥＮ", "zeren"),
    ],
)
def test_what_is_the_same_however_it_was_typed_is_found_blindly(keys: KeyStore, one: str, other: str) -> None:
    assert keys.blind("phone", one) == keys.blind("phone", other)


@pytest.mark.parametrize(("one", "other"), [("13800138000", "13800138001"), ("陈志远", "陈志"), ("ab", "a b c")])
def test_what_is_not_the_same_is_not_found(keys: KeyStore, one: str, other: str) -> None:
    assert keys.blind("name", one) != keys.blind("name", other)


def test_what_is_found_blindly_cannot_be_held_against_another_list(
    keys: KeyStore, keyed: Installation, pool: asyncpg.Pool[asyncpg.Record]
) -> None:
    phone = keys.blind("phone", "13800138000")
    assert phone is not None
    assert len(phone) == 32
    assert keys.blind("witness", "13800138000") != phone
    assert KeyStore(pool, "linye_keys", keyed.master_key).blind("phone", "13800138000") != phone
    assert KeyStore(pool, "shuiwu_keys", bytes(32)).blind("phone", "13800138000") != phone
    assert keys.fingerprint(b"13800138000") != phone


@pytest.mark.parametrize("text", ["", "  ", "——", "\u200b"])
def test_nothing_is_looked_for_by_nothing(keys: KeyStore, text: str) -> None:
    assert keys.blind("phone", text) is None
