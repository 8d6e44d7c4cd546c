"""What the privacy officer erases is read by nobody any more, in no service, by no way; and a restore erases it again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest

from shared.domain import PersonalText, PersonId
from shared.keys import Erased, Place
from shared.running import open_service
from tests.support.two_divisions import Division, TwoDivisions, settle
from zeren import postgres

NARRATIVE = "局领导江某压下线索"
REASON = "本人申请，已查否"


@dataclass
class Erasures:
    """白水县 in a changing world: a trigger of its own, and the second inspector, of whom the assessment holds something."""

    world: TwoDivisions
    trigger: str
    sealed: tuple[PersonalText, Place]
    backup: list[tuple[Any, ...]]
    """The rows of the assessment's keys before anything was erased."""

    @property
    def of(self) -> Division:
        return self.world.baishui

    @property
    def inspector(self) -> PersonId:
        return self.of.people["verifier"]

    async def tell(self, path: str, body: dict[str, Any], by: PersonId | None = None) -> Any:
        answer = await self.world.client.send(
            "POST", f"/api/{path}", body, person=by or self.world.whole, key=uuid4().hex
        )
        return answer.status, answer.json

    async def everything(self) -> str:
        """All that the best informed are told of the trigger and of the second inspector, over REST and GraphQL."""
        finding = self.of.ids["finding"]
        asked = (
            f"assessment/triggers/{self.trigger}",
            f"ledger/findings/{finding}",
            f"ledger/findings/{finding}/trail",
            f"ledger/units/{self.of.ids['county']}/tenures",
        )
        told = [(await self.world.client.send("GET", f"/api/{path}", person=self.world.whole)) for path in asked]
        for service, query in (
            ("assessment", f'{{ trigger(id: "{self.trigger}") {{ code narrative }} }}'),
            ("ledger", f'{{ _entities(representations: [{{__typename: "Person", id: "{self.inspector}"}}]) '
                       "{ ... on Person { id name } } }"),
        ):  # fmt: skip
            body = {"query": query}
            told.append(await self.world.client.send("POST", f"/api/{service}/graphql", body, person=self.world.whole))
        assert [answer.status for answer in told] == [200] * len(told), [answer.json for answer in told]
        assert not any("errors" in answer.json for answer in told), [answer.json for answer in told]
        return "\n".join(answer.body.decode() for answer in told)

    async def gone(self) -> bool:
        """Whether the assessment opens neither what it sealed for the inspector nor the narrative."""
        assessment = self.world.service("assessment")
        subjects = (f"person/{self.inspector}", f"stream/trigger/{self.trigger}")
        return await assessment.keys.open_all([self.sealed]) == [None] and all(
            [await _is_erased(assessment.keys.key_of, subject) for subject in subjects]
        )


async def _is_erased(key_of: Callable[[str], Awaitable[Any]], subject: str) -> bool:
    try:
        await key_of(subject)
    except Erased:
        return True
    return False


@pytest.fixture(scope="module")
async def erasures(changing_world: TwoDivisions) -> AsyncIterator[Erasures]:
    world, of = changing_world, changing_world.baishui
    body = {"scheme": of.ids["scheme"], "unit": of.ids["unit"], "code": "Y01", "happened_on": "2026-01-05"}
    answer = await world.client.send(
        "POST",
        "/api/assessment/triggers",
        {**body, "narrative": NARRATIVE},
        person=of.people["inspector"],
        key=uuid4().hex,
    )
    assert answer.status == 201, answer.json
    # No event of the assessment has a field under a person's key yet; so one is sealed as such a field would be.
    assessment = world.service("assessment")
    place = Place(assessment.log.id, "talk/1", uuid4(), "content")
    sealed = await assessment.keys.seal(PersonalText("谈话内容"), f"person/{of.people['verifier']}", place)
    subjects = (f"person/{of.people['verifier']}", f"stream/trigger/{answer.json['id']}")
    keys = f"select key_id, subject, wrapped from {assessment.access.keys}.keys where subject = any($1)"  # noqa: S608
    backup = [tuple(row) for row in await assessment.keys_pool.fetch(keys, subjects)]
    yield Erasures(world, answer.json["id"], (sealed, place), backup)
    await settle(world.office)


async def test_what_is_erased_is_read_nowhere_any_more(erasures: Erasures) -> None:
    name = erasures.of.names["verifier"]
    before = await erasures.everything()
    assert before.count(NARRATIVE) == 2
    assert before.count(name) >= 3
    erase = f"assessment/triggers/{erasures.trigger}/erase-narrative"
    assert (await erasures.tell(erase, {"reason": REASON}, erasures.of.people["committee"]))[0] == 403

    assert (await erasures.tell(erase, {"reason": REASON}))[0] == 200
    body = {"subject": f"person/{erasures.inspector}", "reason": REASON}
    assert (await erasures.tell("ledger/erasures", body))[0] == 200
    await settle(erasures.world.office)
    async with asyncio.timeout(20):
        while not await erasures.gone():  # noqa: ASYNC110 — whoever follows the log tells nobody
            await asyncio.sleep(0.02)

    after = await erasures.everything()
    assert (NARRATIVE in after, name in after, REASON in after) == (False, False, False)
    assert '"narrative":null' in after.replace(" ", "")


async def test_the_logs_verify_and_say_that_something_was_erased_but_not_why(erasures: Erasures) -> None:
    for service, types in (
        ("ledger", {"personal-data-erased", "person-erased"}),
        ("assessment", {"personal-data-erased", "person-erased"}),
    ):
        log = erasures.world.service(service).log
        assert (await log.verify()).wrong == []
        rows = await log.pool.fetch(f"select type, data from {log.schema}.log")  # noqa: S608
        assert types <= {row["type"] for row in rows}
        assert not any(REASON.encode() in row["data"] for row in rows)


async def test_a_restored_key_store_is_erased_again(erasures: Erasures, server: postgres.Server) -> None:
    """The keys are there again, as from a backup; the next start of the service reads its log and destroys them."""
    assessment = erasures.world.service("assessment")
    parts = urlsplit(server.admin_dsn())
    admin = await asyncpg.connect(urlunsplit(parts._replace(path="/changing_zeren_keys")))
    try:
        schema = assessment.access.keys
        await admin.execute(f"truncate {schema}.erased")
        await admin.executemany(f"insert into {schema}.keys values ($1, $2, $3)", erasures.backup)  # noqa: S608
    finally:
        await admin.close()
    assert await assessment.keys.open_all([erasures.sealed]) == ["谈话内容"]
    assert NARRATIVE in await erasures.everything()

    again = await open_service(assessment.service, assessment.access)
    await again.stop()

    assert await erasures.gone()
    assert NARRATIVE not in await erasures.everything()
