"""What the gateway counts, for Prometheus. No label is chosen by a client."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram

from gateway.request import Subgraph, SubgraphRequest, SubgraphResponse, SubgraphUnreachable

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


@dataclass(slots=True)
class Counted:
    """One request; its status is filled in by who answers it, 0 where the client went away before."""

    status: int = 0


class Metrics:
    """The metrics of one gateway."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        self._requests = Counter(
            "gateway_requests", "Requests answered, by HTTP status.", ["status"], registry=self.registry
        )
        self._seconds = Histogram(
            "gateway_request_seconds", "How long an answer took.", buckets=_SECONDS, registry=self.registry
        )
        self._asked = Counter(
            "gateway_subgraph_requests",
            "Questions to subgraphs, by how they went: answered, with errors, or why there was no answer.",
            ["subgraph", "outcome"],
            registry=self.registry,
        )
        self._subgraph_seconds = Histogram(
            "gateway_subgraph_seconds",
            "How long a subgraph took.",
            ["subgraph"],
            buckets=_SECONDS,
            registry=self.registry,
        )

    @contextlib.contextmanager
    def request(self) -> Iterator[Counted]:
        counted = Counted()
        began = time.perf_counter()
        yield counted
        self._seconds.observe(time.perf_counter() - began)
        self._requests.labels(str(counted.status)).inc()

    def asked(self, subgraph: str, outcome: str, seconds: float) -> None:
        self._asked.labels(subgraph, outcome).inc()
        self._subgraph_seconds.labels(subgraph).observe(seconds)


@dataclass(frozen=True, slots=True)
class MeasuredSubgraph:
    """A subgraph whose questions are counted."""

    subgraph: Subgraph
    metrics: Metrics

    @property
    def name(self) -> str:
        return self.subgraph.name

    async def ask(self, request: SubgraphRequest) -> SubgraphResponse:
        began = time.perf_counter()
        outcome = "broken-off"
        try:
            answer = await self.subgraph.ask(request)
            outcome = "errors" if answer.errors else "answered"
            return answer
        except SubgraphUnreachable as away:
            outcome = away.code
            raise
        finally:
            self.metrics.asked(self.name, outcome, time.perf_counter() - began)
