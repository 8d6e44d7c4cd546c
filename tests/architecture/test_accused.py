"""The accused unit's head and clerk, a case handler who was not assigned, and a portal ask for everything through every path.

They get nothing of the petition, the clue, the case and the decision that is not served: neither an identity nor a word. Of
the served decision its subject is told what was served, and the unit's clerk nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, get_args

import pytest

from gateway.nodes import node_id
from shared.directory import Scope
from shared.web.rest import path_fields
from tests.architecture.test_permission import (
    ENTITIES,
    SCHEMAS,
    TOGETHER,
    fields_of,
    ids_for,
    selection,
)
from tests.shared.web.conftest import Client
from tests.support.two_divisions import TwoDivisions
from zeren.office import SERVICES

INSIDE = ("complaint", "substantiated", "clue", "case", "unserved")
"""Identities of which nobody outside may hear."""
WORDS = (
    *("clue", "case-step", "facts", "unserved", "statement", "told", "report-words", "report-accused", "reporter"),
    *("substantiated-words", "told-redress", "answered"),
)


class Asking:
    """Somebody asks for everything; every answer's body is kept."""

    def __init__(self, world: TwoDivisions, token: str) -> None:
        self.world = world
        self.token = token
        self.told: list[tuple[str, str]] = []

    @property
    def client(self) -> Client:
        return self.world.client

    async def get(self, path: str) -> None:
        answer = await self.client.send("GET", f"/api/{path}", person=None, token=self.token)
        self.told.append((path, answer.body.decode()))

    async def query(self, where: str, query: str, **variables: Any) -> None:
        path = "/graphql" if where == TOGETHER else f"/api/{where}/graphql"
        body = {"query": query, "variables": variables}
        answer = await self.client.send("POST", path, person=None, token=self.token, json=body)
        self.told.append((f"{where}: {query[:200]} {variables}", answer.body.decode()))

    async def everything(self) -> None:
        """Every question, list and filter; every field, entity and node; alone and together."""
        for some in batched(self._asked(), 40):
            await asyncio.gather(*some)

    def _asked(self) -> Iterator[Coroutine[Any, Any, None]]:
        ids = self.world.baishui.ids
        for service in SERVICES:
            for question in service.questions:
                for path in _paths(question, ids):
                    yield self.get(f"{service.name}/{path}")
        for where in (*(service.name for service in SERVICES), TOGETHER):
            for name, field in fields_of("Query", where).items():
                if name == "node":
                    continue
                for key in _keys_for(name, ids):
                    arguments = ids_for(where, name, field, replace(self.world.baishui, ids={**ids, name: key}))
                    yield self.query(where, f"{{ {name}{arguments} {selection(field.type, 3)} }}")
        for service_name, kind in ENTITIES:
            if service_name not in ("complaints", "notifications"):
                continue
            inner = selection(SCHEMAS[service_name].type_map[kind], 2)
            query = f"query ($of: [_Any!]!) {{ _entities(representations: $of) {{ ... on {kind} {inner} }} }}"
            for key in _keys_for(kind.lower(), ids):
                yield self.query(service_name, query, of=[{"__typename": kind, "id": key}])
                node = f"{{ node(id: {json.dumps(node_id(kind, key))}) {{ __typename ... on {kind} {inner} }} }}"
                yield self.query(TOGETHER, node)

    def heard_of(self, secrets: dict[str, str]) -> list[str]:
        """Where a secret stands in an answer."""
        return [
            f"{name} in the answer to {what}: {body[:300]}"
            for what, body in self.told
            for name, secret in secrets.items()
            if secret in body
        ]


def batched(items: Iterator[Any], size: int) -> Iterator[list[Any]]:
    """So many at a time."""
    while some := list(islice(items, size)):
        yield some


def _keys_for(name: str, ids: dict[str, str]) -> tuple[str, ...]:
    return (ids["decision"], ids["unserved"]) if name == "decision" else (ids.get(name, ids["unit"]),)


def _paths(question: Any, ids: dict[str, str]) -> Iterator[str]:
    fields = path_fields(question.path)
    values = {"year": "2026", **ids}
    if set(fields) - set(values):
        return
    yield question.path.format_map(values)
    if "decision" in fields:
        yield question.path.format_map({**values, "decision": ids["unserved"]})
    for name in ("unit", "about", "status"):
        if name in {f.name for f in question.params.__dataclass_fields__.values()} and name not in fields:
            filters = {"unit": [ids["unit"]], "about": [f"decision/{ids['decision']}"], "status": []}[name]
            for value in filters:
                yield f"{question.path.format_map(values)}?{name}={value}"


def _secrets(world: TwoDivisions) -> tuple[dict[str, str], dict[str, str]]:
    """Identities and words of what is inside."""
    county = world.baishui
    return {name: county.ids[name] for name in INSIDE}, {name: county.texts[name] for name in WORDS}


@pytest.fixture(scope="module", params=["unit-head", "unit-clerk", "second-handler", "outsider"])
async def asking(world: TwoDivisions, request: pytest.FixtureRequest) -> tuple[str, Asking]:
    role: str = request.param
    person = world.outsider if role == "outsider" else world.baishui.people[role]
    somebody = Asking(world, world.token(person))
    await somebody.everything()
    return role, somebody


async def test_nothing_of_what_is_inside_is_told(world: TwoDivisions, asking: tuple[str, Asking]) -> None:
    _, somebody = asking
    ids, words = _secrets(world)
    assert somebody.heard_of(words) == []
    assert somebody.heard_of(ids) == []


async def test_of_the_served_decision_its_subject_is_told_and_others_are_not(
    world: TwoDivisions, asking: tuple[str, Asking]
) -> None:
    role, somebody = asking
    served = somebody.heard_of({"decision": world.baishui.ids["decision"]})
    assert bool(served) is (role == "unit-head")


async def test_who_supervises_is_told_all_of_it_by_the_same_questions(world: TwoDivisions) -> None:
    """Otherwise the walk would find nothing because it asks nothing."""
    supervisor = Asking(world, world.token(world.baishui.people["case-supervisor"]))
    await supervisor.everything()
    ids, words = _secrets(world)
    heard = {line.partition(" in the answer")[0] for line in supervisor.heard_of({**ids, **words})}
    assert set(INSIDE) <= heard
    assert {"clue", "case-step", "facts", "report-words"} <= heard


async def test_a_portal_is_told_nothing_of_it(world: TwoDivisions) -> None:
    portal = Asking(world, world.issuer.mint_for_client(world.baishui.ids["portal"], get_args(Scope)))
    await portal.everything()
    ids, words = _secrets(world)
    assert portal.heard_of({**ids, **words}) == []
