"""`node(id)`: an identity that says which type it is of, over subgraphs that know nothing of it."""

from __future__ import annotations

import pytest

from gateway.compose import SubgraphSource, compose
from gateway.engine import Engine
from gateway.nodes import Nodes, entity_types, named_by, node_id
from tests.gateway.subgraphs import Served

BOOKS = Served(
    "books",
    """
    type Query { book: Book }
    type Book @key(fields: "id") { id: ID! title: String! }
    type Shelf @key(fields: "room number") { room: ID! number: Int! }
    type Reader @key(fields: "id", resolvable: false) { id: ID! }
    """,
    {"Query": {"book": {"id": "b|1", "title": "红楼梦"}}, "Book": [{"id": "b|1", "title": "红楼梦"}]},
)
SOURCES = [SubgraphSource("books", "", BOOKS.sdl)]
NODES = Nodes(entity_types(SOURCES))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(compose([*SOURCES, NODES.source]), {"books": BOOKS, "nodes": NODES})


async def test_every_entity_with_an_id_of_its_own_has_an_identity_among_all(engine: Engine) -> None:
    assert entity_types(SOURCES) == ("Book",)
    answer = await engine.execute(engine.prepare("{ book { nodeId title } }"))
    assert answer.data == {"book": {"nodeId": node_id("Book", "b|1"), "title": "红楼梦"}}


async def test_what_an_identity_names_is_asked_of_those_who_know_it(engine: Engine) -> None:
    query = engine.prepare("query ($id: ID!) { node(id: $id) { __typename nodeId ... on Book { title } } }")
    known = await engine.execute(query, {"id": node_id("Book", "b|1")})
    assert known.data == {"node": {"__typename": "Book", "nodeId": node_id("Book", "b|1"), "title": "红楼梦"}}
    unknown = await engine.execute(query, {"id": node_id("Book", "b|2")})
    assert unknown.data == {"node": None}


@pytest.mark.parametrize("id", ["", "b|1", "Qm9vaw", node_id("Shelf", "1"), node_id("Book", ""), "红楼梦", "=" * 9])
async def test_what_is_no_identity_is_nothing(engine: Engine, id: str) -> None:
    answer = await engine.execute(engine.prepare("query ($id: ID!) { node(id: $id) { nodeId } }"), {"id": id})
    assert (answer.data, answer.errors) == ({"node": None}, [])


def test_an_identity_is_read_as_it_was_written() -> None:
    assert named_by(node_id("Standing", "2026|u:1")) == ("Standing", "2026|u:1")
