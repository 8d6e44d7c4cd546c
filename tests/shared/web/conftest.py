"""A server on loopback for the small service, and a client that speaks to it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

import aiohttp
import pytest
import uvicorn

from shared.domain import PersonId
from shared.web.auth import Authenticator
from shared.web.rest import build_api
from tests.shared.web.small import CLERK, SmallService
from zeren.issuer import DevelopmentIssuer
from zeren.settings import Settings


@asynccontextmanager
async def served(
    app: Any, http: type[asyncio.Protocol] | Literal["auto"] = "auto", ws: Literal["auto", "none"] = "none"
) -> AsyncIterator[str]:
    """The application on a free port of this machine, behind this protocol; the base URL. Ends with the block."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, http=http, log_config=None, access_log=False, lifespan="off", ws=ws, timeout_keep_alive=60
    )
    server = uvicorn.Server(config)  # keeps a connection longer than the client does, which would else use a closed one
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        async with asyncio.timeout(10):
            while not server.started:  # noqa: ASYNC110 — uvicorn tells its start by a flag alone
                await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        async with asyncio.timeout(10):
            await task
        listening.close()


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes
    json: Any


@dataclass
class Client:
    """Speaks to one base URL with a token of the development issuer."""

    session: aiohttp.ClientSession
    base: str
    issuer: DevelopmentIssuer

    async def send(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        data: Any = None,
        person: PersonId | None = CLERK,
        token: str | None = None,
        key: str | None = None,
        **headers: str,
    ) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is None and person is not None:
            token = self.issuer.mint(person)
        if token is not None:
            sent.setdefault("authorization", f"Bearer {token}")
        if key is not None:
            sent["idempotency-key"] = key
        if data is not None:
            sent.setdefault("content-type", "application/json")
        async with self.session.request(method, self.base + path, json=json, data=data, headers=sent) as response:
            body = await response.read()
            is_json = "json" in response.headers.get("content-type", "")
            return Answer(
                response.status,
                response.headers,
                body,
                await response.json(content_type=None) if is_json and body else None,
            )


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> DevelopmentIssuer:
    return DevelopmentIssuer(Settings(home=tmp_path_factory.mktemp("issuer")))


@pytest.fixture
def small() -> SmallService:
    return SmallService()


@pytest.fixture
async def client(small: SmallService, issuer: DevelopmentIssuer) -> AsyncIterator[Client]:
    app = build_api(small, Authenticator([issuer.trusted()]))
    async with served(app) as base, aiohttp.ClientSession() as session:
        yield Client(session, base, issuer)
