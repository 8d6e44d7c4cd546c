"""A subgraph of reviews and their readers, made with Strawberry. Usage: python -m tests.gateway.foreign.reviews PORT"""

from __future__ import annotations

import sys

import strawberry
import uvicorn
from strawberry import federation
from strawberry.asgi import GraphQL

REVIEWS = (
    ("r1", "b1", "读了三遍。", "悟空"),
    ("r2", "b1", "Too long.", "slow"),
    ("r3", "b2", "Never arrived.", "悟空"),
)


@federation.type(keys=["name"])
class Reader:
    name: str

    @classmethod
    def resolve_reference(cls, name: str) -> Reader:
        return cls(name=name)

    @strawberry.field
    def reviews(self) -> list[Review]:
        return [_review(row) for row in REVIEWS if row[3] == self.name]


@federation.type(keys=["id"])
class Book:
    id: strawberry.ID

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Book:
        return cls(id=id)

    @strawberry.field
    def reviews(self) -> list[Review]:
        if self.id == "b3":
            raise RuntimeError("could not open /srv/reviews/secret.db")
        return [_review(row) for row in REVIEWS if row[1] == self.id]


@federation.type(keys=["id"])
class Review:
    id: strawberry.ID
    text: str
    book: Book
    author: Reader

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Review | None:
        return next((_review(row) for row in REVIEWS if row[0] == id), None)


def _review(row: tuple[str, str, str, str]) -> Review:
    return Review(
        id=strawberry.ID(row[0]), text=row[2], book=Book(id=strawberry.ID(row[1])), author=Reader(name=row[3])
    )


@strawberry.type
class Query:
    @strawberry.field
    def review(self, id: strawberry.ID) -> Review | None:
        return Review.resolve_reference(id)


@strawberry.type
class Mutation:
    @strawberry.mutation
    def write(self, book: strawberry.ID, text: str) -> Review:
        return Review(id=strawberry.ID("r9"), text=text, book=Book(id=book), author=Reader(name="悟空"))


if __name__ == "__main__":
    app = GraphQL(federation.Schema(query=Query, mutation=Mutation))
    uvicorn.run(app, port=int(sys.argv[1]), log_level="critical")
