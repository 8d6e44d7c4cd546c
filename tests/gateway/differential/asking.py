"""Subgraphs of tests behind HTTP, so that a gateway in another process can be asked about them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.request import SubgraphRequest
from tests.gateway.nodes import Node
from tests.gateway.serving import served
from tests.gateway.subgraphs import Federated


@dataclass(frozen=True)
class Question:
    query: str
    variables: dict[str, Any] = field(default_factory=dict)


async def answers_of_apollo(
    node: Node, asked: Sequence[tuple[Federated, Sequence[Question]]]
) -> list[list[dict[str, Any]]]:
    """What @apollo/gateway answers to the questions about each set of subgraphs, over the supergraph that ours composed."""

    async def answer(request: Request) -> Response:
        federated, _ = asked[request.path_params["set"]]
        body = orjson.loads(await request.body())
        kind: Literal["query", "mutation"] = "mutation" if body["query"].lstrip().startswith("mutation") else "query"
        found = await federated.subgraphs[request.path_params["name"]].ask(
            SubgraphRequest(body["query"], body.get("variables") or {}, kind)
        )
        return Response(
            orjson.dumps({"data": found.data, "errors": list(found.errors)} if found.errors else {"data": found.data}),
            media_type="application/json",
        )

    app = Starlette(routes=[Route("/{set:int}/{name}", answer, methods=["POST"])])
    async with served(app) as url:
        sets = [
            {
                "supergraph": federated.supergraph.sdl,
                "urls": {name: f"{url}/{number}/{name}" for name in federated.subgraphs},
                "questions": [{"query": one.query, "variables": one.variables} for one in questions],
            }
            for number, (federated, questions) in enumerate(asked)
        ]
        answers: list[list[dict[str, Any]]] = await asyncio.to_thread(node.ask, "answer.mjs", sets)
    return answers
