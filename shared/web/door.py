"""The door: whoever would be refused for want of room is told so before anything is made of the request.

uvicorn makes a scope, an event and a task of every request, and the layers of the application pass its answer up. When five
times as many come as can be served, that alone would take half of the process from those who are let in.
"""

from __future__ import annotations

import asyncio
from typing import Any, Protocol, cast

from starlette.responses import Response
from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from shared.web.asgi import Headers


class Guarded(Protocol):
    """An application that knows beforehand whether it has room: then None, else the answer, of known length.

    It is told of each request that `passed`, once this is certain to come.
    """

    def turned_away(self, path: str, headers: Headers) -> Response | None: ...

    def passed(self, scope: Scope) -> None: ...


class Door(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 over httptools, in front of a `Guarded` application. HEAD, what is pipelined and what would speak
    another protocol take the usual way, on which the application refuses them itself."""

    def on_headers_complete(self) -> None:
        guarded: Guarded = self.config.app  # type: ignore[assignment]
        before = self.cycle
        if (
            self.parser.get_method() == b"HEAD"
            or self.parser.should_upgrade()
            or not (before is None or before.response_complete)
        ):
            super().on_headers_complete()
        elif (answer := guarded.turned_away(self.url.partition(b"?")[0].decode("latin-1"), self.headers)) is None:
            super().on_headers_complete()  # raises for an address that is none
            guarded.passed(cast(Scope, self.scope))
        else:
            self._say(answer)

    def _say(self, answer: Response) -> None:
        # Whoever waits to be told to go on with the body may send it or not: nobody would know what comes next.
        keeps = (
            self.parser.get_http_version() != "1.0" and self.parser.should_keep_alive() and not self.expect_100_continue
        )
        content = [STATUS_LINE[answer.status_code]]
        for name, value in (*self.server_state.default_headers, *answer.raw_headers):
            content += [name, b": ", value, b"\r\n"]
        content += [b"\r\n" if keeps else b"connection: close\r\n\r\n", bytes(answer.body)]
        self.cycle = _ANSWERED
        self.transport.write(b"".join(content))
        if not keeps:
            self.transport.close()
        self.on_response_complete()


class _Answered:
    """Stands for a request that has its answer: what still comes of its body is passed over."""

    response_complete = True
    message_event = asyncio.Event()


_ANSWERED: Any = _Answered()
