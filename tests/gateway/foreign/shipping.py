"""A subgraph of postage and addresses, written by hand over graphql-core. Usage: python -m ….shipping PORT

It knows nothing of book b2, takes its time for the reader `slow`, and for an address in `nowhere` what stands before it fails.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import uvicorn
from graphql import build_schema, graphql
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

SDL = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",
  import: ["@key", "@shareable", "@external", "@requires"])

type Book @key(fields: "id") {
  id: ID!
  size: Size! @external
  postage: Int @requires(fields: "size { weight { grams } }")
}
type Size @shareable { weight: Weight! }
type Weight @shareable { grams: Int! }
type Reader @key(fields: "name") { name: String! address: Address }
type Address { town: String! }
type Query { towns: [String!]! outage: String }
"""
SCHEMA = build_schema(
    SDL.split("\n\n", 1)[1].replace(
        "type Query {", "type Query { _service: _Service! _entities(representations: [_Any!]!): [_Entity]!"
    )
    + """
    scalar _Any
    type _Service { sdl: String! }
    union _Entity = Book | Reader
    directive @key(fields: String!) on OBJECT
    directive @shareable on OBJECT
    directive @external on FIELD_DEFINITION
    directive @requires(fields: String!) on FIELD_DEFINITION
    """
)


async def entity(given: dict[str, Any]) -> dict[str, Any] | None:
    match given:
        case {"__typename": "Book", "id": "b2"}:
            return None
        case {"__typename": "Book", "size": {"weight": {"grams": grams}}}:
            return {**given, "postage": 2 + grams // 100}
        case {"__typename": "Reader", "name": name}:
            if name == "slow":
                await asyncio.sleep(30)
            return {**given, "address": {"town": "花果山"}}
    return given


async def entities(_info: object, representations: list[dict[str, Any]]) -> list[dict[str, Any] | None]:
    return list(await asyncio.gather(*map(entity, representations)))


async def answer(request: Request) -> Response:
    asked = await request.json()
    if "outage" in asked["query"]:
        return PlainTextResponse("Traceback (most recent call last): password=hunter2", 500)
    root = {"_service": {"sdl": SDL}, "_entities": entities, "towns": ["花果山", "长安"]}
    result = await graphql(SCHEMA, asked["query"], root, variable_values=asked.get("variables"))
    return JSONResponse({key: value for key, value in result.formatted.items() if value is not None})


if __name__ == "__main__":
    app = Starlette(routes=[Route("/graphql", answer, methods=["POST"])])
    uvicorn.run(app, port=int(sys.argv[1]), log_level="critical")
