"""The ledger's subgraph: the same answers and the same limits as over REST, also for what `_entities` resolves."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

from services.ledger.events import PlanId, TaskId
from services.ledger.graphql import TYPES
from services.ledger.main import SERVICE
from services.ledger.rules.adopt_plan import AdoptPlan
from services.ledger.rules.draft_plan import DraftPlan
from services.ledger.rules.issue_task import IssueTask
from shared.domain import Actor, PersonId, PublicText
from shared.web.graphql import Context, build_schema
from tests.ledger.city import (
    BAISHUI_HEAD,
    CITY,
    COORDINATOR,
    DEPUTY_POST,
    FINANCE_HEAD,
    WATER,
    WATER_CLERK,
    WATER_HEAD,
)
from tests.ledger.town import Town
from tests.support.counting import counting

SCHEMA = build_schema(SERVICE)


async def asked(town: Town, by: Actor, document: str, **variables: Any) -> dict[str, Any]:
    context = Context(town.running, PersonId(by.subject), await town.reading(by))
    result = await SCHEMA.execute(document, variable_values=deepcopy(variables), context_value=context)
    assert result.errors is None, result.errors
    assert result.data is not None
    return result.data


async def issued(town: Town) -> str:
    """The one task of this module's town; made when it is first wanted."""
    known = await asked(town, COORDINATOR, "{ tasks { edges { node { id } } } }")
    if known["tasks"]["edges"]:
        return str(known["tasks"]["edges"][0]["node"]["id"])
    await town.call("韩溪", "韩 溪")
    plan = await town.made(
        DraftPlan(PlanId(""), "YL-2026", CITY, PublicText("云岭市2026年任务分工方案"), 2026, 2026), COORDINATOR
    )
    await town.do(AdoptPlan(PlanId(plan), PublicText("云委发〔2026〕3号"), date(2026, 1, 5)), COORDINATOR)
    task = IssueTask(
        task=TaskId(""),
        plan=PlanId(plan),
        number="1",
        title=PublicText("完成清水河河道清淤"),
        leader=DEPUTY_POST,
        unit=WATER,
        requirement=PublicText("清淤12公里"),
        standard=PublicText("通过验收"),
        due=date(2026, 5, 21),
    )
    return await town.made(task, COORDINATOR)


async def test_a_task_is_told_with_its_unit_leader_plan_and_trail(town: Town) -> None:
    task = await issued(town)
    document = """query ($id: ID!) { task(id: $id) {
        number light percent due leaderName leader { name }
        unit { name leader { name post } } plan { code figures { tasks running acceptedPercent } }
        signable { version hash } trail { label person differences { label after } } } }"""
    told = (await asked(town, WATER_HEAD, document, id=task))["task"]
    assert (told["number"], told["light"], told["percent"], told["due"]) == ("1", "green", "0", "2026-05-21")
    assert (told["leaderName"], told["leader"]["name"]) == ("韩 溪", "韩 溪")
    assert told["unit"] == {"name": "市水务局", "leader": {"name": "（姓名未登记）", "post": "水务局长"}}
    assert told["plan"] == {"code": "YL-2026", "figures": {"tasks": 1, "running": 1, "acceptedPercent": "0.00"}}
    assert told["signable"]["version"] == 1
    assert [change["label"] for change in told["trail"]] == ["下达任务"]


async def test_what_another_division_may_not_see_is_null(town: Town) -> None:
    task = await issued(town)
    for stranger in (BAISHUI_HEAD, FINANCE_HEAD):
        assert await asked(town, stranger, "query ($id: ID!) { task(id: $id) { number } }", id=task) == {"task": None}


async def test_entities_open_nothing_that_the_field_would_not(town: Town) -> None:
    task = await issued(town)
    document = """query ($of: [_Any!]!) { _entities(representations: $of) {
        ... on Task { number } ... on Unit { name } ... on Person { name } } }"""
    of = [
        {"__typename": "Task", "id": task},
        {"__typename": "Unit", "id": WATER},
        {"__typename": "Person", "id": "韩溪"},
    ]
    assert (await asked(town, WATER_HEAD, document, of=of))["_entities"] == [
        {"number": "1"},
        {"name": "市水务局"},
        {"name": "韩 溪"},
    ]
    assert (await asked(town, BAISHUI_HEAD, document, of=of))["_entities"] == [None, None, {"name": "（无权查看）"}]


async def test_a_reader_without_the_trail_gets_the_task_and_an_error_for_the_trail(town: Town) -> None:
    task = await issued(town)
    context = Context(town.running, PersonId(WATER_CLERK.subject), await town.reading(WATER_CLERK))
    document = "query ($id: ID!) { task(id: $id) { number trail { label } } }"
    result = await SCHEMA.execute(document, variable_values={"id": task}, context_value=context)
    assert result.data == {"task": {"number": "1", "trail": None}}
    assert result.errors is not None
    assert [error.path for error in result.errors] == [["task", "trail"]]


async def test_a_word_that_is_none_of_the_set_words_is_refused(town: Town) -> None:
    context = Context(town.running, PersonId(WATER_HEAD.subject), await town.reading(WATER_HEAD))
    result = await SCHEMA.execute('{ tasks(light: "blue") { edges { node { id } } } }', context_value=context)
    assert result.errors is not None
    assert str(result.errors[0].original_error) == "body-invalid"


async def counted(town: Town, by: Actor, document: str, **variables: Any) -> tuple[dict[str, Any], list[str]]:
    reading = counting(await town.reading(by))
    context = Context(town.running, PersonId(by.subject), reading)
    result = await SCHEMA.execute(document, variable_values=deepcopy(variables), context_value=context)
    assert result.errors is None, result.errors
    assert result.data is not None
    return result.data, reading.statements


async def test_a_hundred_entities_of_a_type_cost_as_many_queries_as_one(town: Town) -> None:
    known = {"Task": await issued(town), "Unit": WATER, "Person": "韩溪"}
    unknown = {
        "Plan": "无此规划",
        "Project": "无此项目",
        "Letter": "无此责任书",
        "Inspection": "无此督查",
        "Finding": "无此问题",
        "Signature": "task/1|claim|韩溪|1",
    }
    document = """query ($of: [_Any!]!) { _entities(representations: $of) { ... on Task { number } ... on Unit { name }
        ... on Person { name } ... on Plan { code } ... on Project { number } ... on Letter { year }
        ... on Inspection { title } ... on Finding { status } ... on Signature { kind } } }"""
    one_each = [{"__typename": kind, "id": of} for kind, of in (known | unknown).items()]
    hundred_each = [{**one, "id": one["id"] + "9" * n} for one in one_each for n in range(100)]

    answer, statements = await counted(town, WATER_HEAD, document, of=hundred_each)
    _, fewest = await counted(town, WATER_HEAD, document, of=one_each)
    assert len(statements) == len(fewest)
    assert [answer["_entities"][at] for at in (0, 100, 200, 300)] == [
        {"number": "1"},
        {"name": "市水务局"},
        {"name": "韩 溪"},
        None,
    ]
    assert answer["_entities"][1] is None


async def test_what_lies_inside_a_list_costs_no_query_for_each_item(town: Town) -> None:
    await issued(town)
    document = """query ($first: Int!) { units(first: $first) { edges { node {
        parent { name } children { name } leader { person { name } } tenures { title } } } } }"""
    few, fewest = await counted(town, COORDINATOR, document, first=2)
    many, statements = await counted(town, COORDINATOR, document, first=100)
    assert (len(few["units"]["edges"]), len(many["units"]["edges"])) == (2, 9)
    assert len(statements) == len(fewest)


def test_every_type_with_a_key_resolves_it_itself() -> None:
    keyed = [line for line in SCHEMA.as_str().splitlines() if line.startswith("type ") and "@key" in line]
    assert len(keyed) == len(TYPES)
    assert all(callable(getattr(kind, "resolve_reference", None)) for kind in TYPES)


async def test_a_list_goes_on_behind_any_of_its_items(town: Town) -> None:
    document = """query ($first: Int!, $after: String) { units(first: $first, after: $after) {
        edges { cursor node { code } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    whole = (await asked(town, COORDINATOR, document, first=100))["units"]
    codes = [edge["node"]["code"] for edge in whole["edges"]]
    assert whole["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": False,
        "startCursor": whole["edges"][0]["cursor"],
        "endCursor": whole["edges"][-1]["cursor"],
    }
    for place, edge in enumerate(whole["edges"][:-1]):
        rest = (await asked(town, COORDINATOR, document, first=2, after=edge["cursor"]))["units"]
        assert [one["node"]["code"] for one in rest["edges"]] == codes[place + 1 : place + 3]
        assert rest["edges"][0] == whole["edges"][place + 1], "a cursor is the same whatever page it stands on"
        assert rest["pageInfo"]["hasPreviousPage"] is True
        assert rest["pageInfo"]["hasNextPage"] is (place + 3 < len(codes))
