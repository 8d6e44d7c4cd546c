"""`python -m tests.bench.bare`: a FastAPI handler for each query it is told on standard input, and nothing around them.

It reads one line of JSON: `{"dsn", "port", "queries": {path: [statement, values]}}`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import asyncpg
import orjson
import uvicorn
import uvloop
from fastapi import FastAPI, Response


async def serve(told: dict[str, Any]) -> None:
    async with asyncpg.create_pool(told["dsn"], min_size=1, max_size=10, reset=_nothing) as pool:
        app = FastAPI()
        for path, (statement, values) in told["queries"].items():
            app.add_api_route(path, _answering(pool, statement, values))
        await uvicorn.Server(uvicorn.Config(app, port=told["port"], log_config=None, access_log=False)).serve()


async def _nothing(connection: Any) -> None:
    """As we do it: no trip to the database when a connection is given back."""


def _answering(pool: asyncpg.Pool[asyncpg.Record], statement: str, values: list[Any]) -> Any:
    async def answer() -> Response:
        rows = await pool.fetch(statement, *values)
        return Response(orjson.dumps([dict(row) for row in rows]), media_type="application/json")

    return answer


if __name__ == "__main__":
    uvloop.run(serve(json.loads(sys.stdin.readline())))
