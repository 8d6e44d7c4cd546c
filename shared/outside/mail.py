"""Letters to a mail server (SMTP): handed over once and for all, refused for good, or to be tried again."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Literal

import aiosmtplib

Encryption = Literal["starttls", "tls", "none"]
"""STARTTLS on a plain connection, TLS from the first byte, or nothing (a server on this machine)."""

_SECONDS = 30.0
_FINAL = 500


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed in, and in whose name. `ca` is a PEM file of authorities; None: the system's."""

    host: str
    port: int
    sender: str
    encryption: Encryption = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca: Path | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """`id` without brackets is the left part of the Message-ID: the same for the same letter, however often it is sent."""

    id: str
    to: str
    subject: str
    text: str


class MailRefused(Exception):
    """The server does not take the letter, and will not. `why` is its code."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class MailDelayed(Exception):
    """The server did not take the letter this time. `why` is its code, or what became of the connection."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


async def hand_in(server: MailServer, letter: Letter) -> None:
    """Returns once the server has taken the letter. MailRefused, MailDelayed."""
    context = None
    if server.encryption != "none":
        # Reading all authorities of the system takes longer than the event loop may be held.
        context = await asyncio.to_thread(ssl.create_default_context, cafile=server.ca)
    try:
        await aiosmtplib.send(
            _message(server, letter),
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.encryption == "tls",
            start_tls=server.encryption == "starttls",
            tls_context=context,
            timeout=_SECONDS,
        )
    except aiosmtplib.SMTPRecipientsRefused as refused:
        raise _by_code(min(one.code for one in refused.recipients)) from None
    except aiosmtplib.SMTPAuthenticationError as refused:
        # A wrong password is mended here, not by who is to get the letter.
        raise MailDelayed(f"sign-in-{refused.code}") from None
    except aiosmtplib.SMTPResponseException as refused:
        raise _by_code(refused.code) from None
    except (aiosmtplib.SMTPException, OSError):
        raise MailDelayed("no-connection") from None


def _by_code(code: int) -> MailRefused | MailDelayed:
    return MailRefused(str(code)) if code >= _FINAL else MailDelayed(str(code))


def _message(server: MailServer, letter: Letter) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = server.sender
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Message-ID"] = f"<{letter.id}@{server.sender.rpartition('@')[2].rstrip('>')}>"
    # No machine answers it, and no answer of one is wanted.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message
