"""`zeren front`: the one address of an installation whose services run in processes of their own.

It passes requests on to whoever serves them, asks all of them together at `/graphql`, explains every interface, and tells
how all processes are. It opens no log and knows no secret.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from gateway.fetch import session_for_subgraphs
from shared.refusals import NOT_FOUND, RefusedRequest
from shared.service import Service
from shared.telemetry import Metrics
from shared.web.app import Observed, explaining, route_of_all, routed, watching
from shared.web.asgi import Address
from shared.web.auth import Authenticator
from shared.web.identities_port import PATH as IDENTITIES
from shared.web.merged import problems_of, scrape_of
from shared.web.ports import PATH as PORTS
from shared.web.proxy import Passing, session_for_passing
from shared.web.rest import build_api, unseen
from zeren.gateway import over_http
from zeren.office import SERVICES
from zeren.serve import base_of
from zeren.serving import Served, run
from zeren.settings import Settings

NAME = "front"
_INSIDE = ("feed", IDENTITIES, PORTS)
"""What services offer each other: nothing for whoever comes from outside, whatever token they have."""


def front(settings: Settings, port: int | None) -> None:
    """Stand before the services until SIGINT or SIGTERM."""
    run(settings, NAME, port, lambda: _opened(settings))


@dataclass(frozen=True, slots=True)
class _Declared:
    """A service that is not in this process: only what it declares is used of it."""

    service: Service

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"a service that is only declared has no {name}")


@contextlib.asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Served]:
    bases = {service.name: base_of(settings, service.name) for service in SERVICES}
    processes = {name: base.rstrip("/") for name, base in settings.processes.items()} or bases
    async with session_for_passing() as session, session_for_subgraphs() as asking:
        metrics = Metrics()

        async def problems() -> list[str]:
            return list(await problems_of(session, processes))

        documents = [(service, _document(service)) for service in SERVICES]
        answers = {
            **watching(metrics, problems, None),
            "/metrics": scrape_of(session, processes, (NAME, metrics)),
            **explaining(documents, together=True),
        }
        app = routed(answers)
        for name, base in bases.items():
            app.router.routes += _passed_on(name, Passing(session, base, f"/api/{name}/…"))
        app.router.routes.append(route_of_all(over_http(bases, asking, metrics)))
        yield Served(Observed(app, metrics, unseen(SERVICES)), metrics)


def _document(service: Service) -> Mapping[str, Any]:
    document: Mapping[str, Any] = build_api(_Declared(service), Authenticator([])).openapi()
    return document


def _passed_on(service: str, passing: Passing) -> list[Mount | Route]:
    async def nothing(request: Request) -> Response:
        raise RefusedRequest(NOT_FOUND.of())

    hidden: list[Mount | Route] = []
    for path in _INSIDE:
        address = f"/api/{service}/{path}"
        hidden += [Route(address, Address(address, nothing)), Mount(address, Address(address, nothing))]
    return [*hidden, Mount(f"/api/{service}", passing)]
