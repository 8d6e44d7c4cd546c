"""A unit has one chief post, also when two processes are told to create one in the same instant."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from itertools import count

from services.ledger.main import SERVICE
from services.ledger.rules.create_post import CreatePost
from shared.domain import PostId, PublicText, UnitId
from shared.handle import Done
from shared.running import open_service
from tests.conftest import MakeInstallation
from tests.ledger.city import COORDINATOR, WATER, unit
from tests.ledger.town import BEGUN, Town, open_town
from tests.support.registers import record
from zeren.office import access

SECTIONS = tuple(UnitId(f"水务局{number}科") for number in range(1, 9))


async def test_two_processes_at_the_same_instant_create_one(make_installation: MakeInstallation) -> None:
    installation = await make_installation({"ledger": ()})
    async with AsyncExitStack() as stack:
        here = await open_town(stack, installation)
        for order, section in enumerate(SECTIONS, start=11):
            await record(here.running.log, *unit(section, "section", "city", WATER, order), occurred=BEGUN.date())
        elsewhere = await open_service(SERVICE, access(installation, "ledger"))
        stack.push_async_callback(elsewhere.stop)
        await here.running.references.catch_up()
        there = Town(elsewhere, count(1000))

        told = [
            (section, town.tell(_chief(section, title), COORDINATOR))
            for section in SECTIONS
            for town, title in ((here, "科长"), (there, "负责人"))
        ]
        outcomes = await asyncio.gather(*(outcome for _, outcome in told))

        refused = [outcome.code for outcome in outcomes if not isinstance(outcome, Done)]
        assert refused == ["unit-has-chief-post"] * len(SECTIONS)
        for running in (here.running, elsewhere):
            await running.references.catch_up()
            directory = running.references.folds.directory
            for section in SECTIONS:
                assert [post.leads for post in directory.posts_of(section)] == [True]


def _chief(section: UnitId, title: str) -> CreatePost:
    return CreatePost(PostId(""), section, PublicText(title), ("unit-head",), BEGUN.date(), leads=True)
