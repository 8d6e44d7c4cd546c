"""`/graphql`: what all services know of the same things, in one answer; with them in one process, and over HTTP."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from graphql import build_ast_schema, lexicographic_sort_schema, parse, print_schema

from gateway.compose import SubgraphSource
from gateway.fetch import session_for_subgraphs
from gateway.nodes import Nodes, entity_types
from shared.telemetry import Metrics
from shared.web.app import Observed, route_of_all, routed
from shared.web.graphql import build_schema
from tests.gateway.nodes import found
from tests.shared.web.conftest import Client, served
from tests.support.two_divisions import TwoDivisions
from zeren.gateway import declared, over_http
from zeren.office import SERVICES


@pytest.fixture(scope="module", params=["in process", "over HTTP"])
async def client(request: pytest.FixtureRequest, changing_world: TwoDivisions) -> AsyncIterator[Client]:
    """Speaks to the process that all services are in, or to one before it that reaches each over HTTP."""
    world = changing_world
    if request.param == "in process":
        yield world.client
        return
    metrics = Metrics()
    async with session_for_subgraphs() as session:
        app = routed({})
        bases = {service.name: world.client.base for service in SERVICES}
        app.router.routes.append(route_of_all(over_http(bases, session, metrics)))
        async with served(Observed(app, metrics)) as base:
            yield dataclasses.replace(world.client, base=base)


async def ask(
    client: Client, person: Any, query: str, *, headers: dict[str, str] | None = None, **variables: Any
) -> Any:
    body = {"query": query, "variables": variables}
    return await client.send("POST", "/graphql", body, person=person, **(headers or {}))


async def test_one_question_is_answered_by_both_services(client: Client, changing_world: TwoDivisions) -> None:
    own = changing_world.baishui
    answer = await ask(
        client,
        own.people["coordinator"],
        """query ($unit: ID!) { unit(id: $unit) {
             name
             tasks(first: 10) { edges { node { number light signatures { kind hash } leader { name } } } }
             findings(first: 1) { edges { node { severity unit { code } } } }
             standing(year: 2026) { printed scheme { title } lines { points clause { number } subject task { number } finding { severity } recorder { name } } }
             vetoes { status standing { kind } }
           } }""",
        unit=own.ids["unit"],
    )
    assert "errors" not in answer.json, answer.json
    told = answer.json["data"]["unit"]
    assert any(edge["node"]["signatures"] for edge in told["tasks"]["edges"])
    assert told["findings"]["edges"][0]["node"]["severity"]
    lines = told["standing"]["lines"]
    assert any(line["task"] and line["task"]["number"] for line in lines)
    assert any(line["recorder"] and line["recorder"]["name"] for line in lines), lines
    assert told["vetoes"]


async def test_what_was_written_is_read_in_every_service(client: Client, changing_world: TwoDivisions) -> None:
    """The position that the answer to the mutation told, sent with the question, is waited for by both."""
    own = changing_world.baishui
    name = f"白水县水务局{uuid4().hex[:4]}"
    number = f"{uuid4().int % 10**6}"
    mutation = """mutation ($key: String!, $input: RegisterUnitInput!) {
        registerUnit(key: $key, input: $input) { __typename ... on RegisterUnitDone { id position } } }"""
    unit = {
        "code": f"YL1-{number}",
        "name": name,
        "kind": "DEPARTMENT",
        "level": "COUNTY",
        "order": 77,
        "validFrom": "2026-01-15",
        "parent": own.ids["county"],
    }
    done = await ask(client, own.people["administrator"], mutation, key=uuid4().hex, input=unit)
    assert done.json["data"]["registerUnit"]["__typename"] == "RegisterUnitDone", done.json
    position = done.headers["zeren-position"]
    assert position.startswith(f"ledger={done.json['data']['registerUnit']['position']};feed=")
    made = done.json["data"]["registerUnit"]["id"]
    query = "query ($unit: ID!) { unit(id: $unit) { name vetoes { id } } }"
    for _ in range(3):
        told = await ask(client, own.people["coordinator"], query, headers={"zeren_position": position}, unit=made)
        # Without what the assessment received, the unit would be unknown there, and its vetoes an error.
        assert told.json == {"data": {"unit": {"name": name, "vetoes": []}}}


async def test_a_position_is_asked_of_every_service(client: Client, changing_world: TwoDivisions) -> None:
    nobody_is_there = {"zeren_position": f"ledger={10**9}, assessment={10**9}"}
    query = "{ me { name } schemes { edges { node { title } } } }"
    answer = await ask(client, changing_world.whole, query, headers=nobody_is_there)
    codes = {error["path"][0]: error["extensions"]["code"] for error in answer.json["errors"]}
    assert codes == {"me": "position-ahead", "schemes": "position-ahead"}


async def test_a_refusal_of_a_rule_is_a_member_of_the_answer(client: Client, changing_world: TwoDivisions) -> None:
    own = changing_world.baishui
    mutation = """mutation ($key: String!, $input: ReportProgressInput!) {
        reportProgress(key: $key, input: $input) { __typename ... on Refusal { code zh en } } }"""
    progress = {
        "task": own.ids["task"],
        "percent": "400",
        "done": "完成",
        "periodFrom": "2026-01-05",
        "periodTo": "2026-01-05",
        "evidence": [],
    }
    answer = await ask(client, own.people["unit-clerk"], mutation, key=uuid4().hex, input=progress)
    refusal = answer.json["data"]["reportProgress"]
    assert refusal["__typename"] == "Refusal"
    assert refusal["code"]
    assert refusal["zh"] != refusal["en"]


async def test_who_has_no_token_is_told_so_by_each_service(client: Client) -> None:
    answer = await ask(client, None, "{ me { name } schemes { edges { node { title } } } }")
    assert {error["extensions"]["code"] for error in answer.json["errors"]} == {"token-missing"}
    assert answer.json["errors"][0]["message"] == answer.json["errors"][0]["extensions"]["zh"]
    english = await ask(client, None, "{ me { name } }", headers={"accept_language": "en"})
    assert english.json["errors"][0]["message"] == english.json["errors"][0]["extensions"]["en"]


async def test_a_question_without_measure_is_refused_in_chinese(client: Client, changing_world: TwoDivisions) -> None:
    greedy = "{ units(first: 1000) { edges { node { tasks(first: 1000) { edges { node { id } } } } } } }"
    answer = await ask(client, changing_world.whole, greedy)
    assert answer.json["errors"][0]["extensions"]["code"] == "QUERY_TOO_COSTLY"
    assert answer.json["errors"][0]["message"].startswith("查询的估算开销为 ")


def test_every_entity_can_be_refetched() -> None:
    types = declared().api.type_map
    assert {kind.name for kind in declared().api.get_possible_types(types["Node"])} >= {  # type: ignore[arg-type]
        *("Unit", "Person", "Plan", "Project", "Task", "Letter", "Signature", "Inspection", "Finding"),
        *("Standing", "Line", "Scheme", "Round", "RoundScore", "Veto", "Trigger"),
    }


def test_another_gateway_could_take_this_one_s_place() -> None:
    """What the services declare is composed by @apollo/composition too, and clients would see the same schema."""
    sources = [(service.name, build_schema(service).as_str()) for service in SERVICES]
    nodes = Nodes(entity_types(SubgraphSource(name, "", sdl) for name, sdl in sources)).source
    subgraphs = [
        {"name": name, "url": f"http://{name}/graphql", "sdl": sdl} for name, sdl in [*sources, (nodes.name, nodes.sdl)]
    ]
    (theirs,) = found().ask("compose.mjs", [subgraphs])
    assert theirs["messages"] == []
    same = print_schema(lexicographic_sort_schema(build_ast_schema(parse(theirs["api"]))))
    assert print_schema(lexicographic_sort_schema(declared().api)) == same


async def test_the_page_about_everything_names_the_one_address(changing_world: TwoDivisions) -> None:
    page = await changing_world.client.send("GET", "/docs", person=None)
    assert "<code>POST /graphql</code>" in page.body.decode()
