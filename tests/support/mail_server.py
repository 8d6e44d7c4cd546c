"""A mail server on this machine, that answers each letter as it is told."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Post:
    """What was taken in, and the answers that wait: to RCPT and to DATA, each used once."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    rcpt: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    is_cut: bool = False

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt:
            return self.rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.is_cut:
            self.is_cut = False
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "421 cut"
        if self.data:
            return self.data.pop(0)
        assert isinstance(envelope.content, bytes)
        self.recipients += envelope.rcpt_tos
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        return "250 taken"


def signs_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"zeren", b"geheim")
    return AuthResult(success=known, handled=False)


@asynccontextmanager
async def mail_server(tls: ssl.SSLContext | None = None, *, password: bool = False) -> AsyncIterator[Post]:
    """On a free port. With `tls` it wants STARTTLS; with `password` that somebody signs in as zeren/geheim."""
    post = Post()

    def protocol() -> SMTP:
        return SMTP(
            post,
            tls_context=tls,
            require_starttls=tls is not None,
            auth_required=password,
            authenticator=signs_in,
            hostname="mx.yunling.example",
            enable_SMTPUTF8=True,
        )

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    post.port = server.sockets[0].getsockname()[1]
    try:
        yield post
    finally:
        server.close()
        await server.wait_closed()
