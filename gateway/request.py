"""What the gateway asks a subgraph, and what comes back: the contract between execution and transport."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol


@dataclass(frozen=True, slots=True)
class SubgraphRequest:
    """One GraphQL operation for one subgraph. `headers` are those of the client's request that are passed on."""

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation: Literal["query", "mutation"] = "query"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SubgraphResponse:
    """What a subgraph answered. `errors` are as it sent them; `headers` are those of its response, in lower case."""

    data: Mapping[str, Any] | None
    errors: Sequence[Mapping[str, Any]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


class SubgraphUnreachable(Exception):
    """The subgraph is away, too slow, or what it sent is no GraphQL answer. `code` says which, for whoever asked."""

    def __init__(self, subgraph: str, code: str) -> None:
        super().__init__(f"{subgraph}: {code}")
        self.subgraph = subgraph
        self.code = code


class Subgraph(Protocol):
    """Where one subgraph is asked."""

    @property
    def name(self) -> str: ...

    async def ask(self, request: SubgraphRequest) -> SubgraphResponse:
        """Its answer. Raises SubgraphUnreachable."""
        ...
