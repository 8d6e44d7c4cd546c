"""`python -m tests.bench.subgraphs PORT PORT`: two subgraphs that answer at once, so that what is measured is a gateway.

They do not read what they are asked beyond whether entities are wanted, and answer all that could have been asked.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any

import orjson
import uvloop

ENTITIES = 20
PRODUCTS = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
type Query { products: [Product!]! }
type Product @key(fields: "id") { id: ID! name: String! price: Int! }
"""
REVIEWS = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
type Product @key(fields: "id") { id: ID! reviews: [Review!]! }
type Review { text: String! stars: Int! }
"""
QUERY = "query Shelf { products { id name price reviews { text stars } } }"

_PRODUCTS = orjson.dumps(
    {
        "data": {
            "products": [
                {"__typename": "Product", "id": str(n), "name": f"Product {n}", "price": 100 + n}
                for n in range(ENTITIES)
            ]
        }
    }
)
_REVIEWS = {
    str(n): {
        "__typename": "Product",
        "reviews": [{"__typename": "Review", "text": f"Review {k} of {n}", "stars": k} for k in range(1, 4)],
    }
    for n in range(ENTITIES)
}
EXPECTED = [
    {
        "id": str(n),
        "name": f"Product {n}",
        "price": 100 + n,
        "reviews": [{"text": f"Review {k} of {n}", "stars": k} for k in range(1, 4)],
    }
    for n in range(ENTITIES)
]


def _products(asked: Any) -> bytes:
    return _PRODUCTS


def _reviews(asked: Any) -> bytes:
    (representations,) = (value for value in asked["variables"].values() if isinstance(value, list))
    return orjson.dumps({"data": {"_entities": [_REVIEWS[one["id"]] for one in representations]}})


class _Answering(asyncio.Protocol):
    def __init__(self, answer: Callable[[Any], bytes]) -> None:
        self._answer = answer
        self._received = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, blank, body = self._received.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        if not blank or len(body) < (length := next(int(x[15:]) for x in lines if x.startswith(b"content-length:"))):
            return
        self._received = body[length:]
        answer = self._answer(orjson.loads(body[:length]))
        self._transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(answer), answer)
        )


async def serve(ports: tuple[int, int]) -> None:
    loop = asyncio.get_running_loop()
    for port, answer in zip(ports, (_products, _reviews), strict=True):
        await loop.create_server(lambda answer=answer: _Answering(answer), "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    uvloop.run(serve((int(sys.argv[1]), int(sys.argv[2]))))
