"""What leaves the house: calls to addresses that others name, and letters to a mail server.

Nobody outside decides whom this machine speaks to: whatever is no public address is refused when the address is looked
up, and the connection is made to the very address that was looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from shared.outside.addresses import AddressRefused, Lookup, is_loopback, looked_up, permitted, system_lookup
from shared.outside.mail import MailServer

_POST_SECONDS = 15.0
_ANSWER_BYTES = 16_384
"""So much of an answer is read; nobody looks at it, but who answers should get to the end of it."""


class Unreachable(Exception):
    """Nobody answered: no address, no connection, no time. `why` is a word without the address."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Outside:
    """How this installation reaches the outside. `loopback` lets it call this very machine: for tests and development.

    `mail` is None where no mail server is set: then nothing is mailed.
    """

    loopback: bool = False
    mail: MailServer | None = None
    lookup: Lookup = field(default=system_lookup, repr=False)

    async def check(self, url: str) -> bool:
        """Whether the URL leads to this very machine. AddressRefused when its host has an address that is not called;
        Unreachable when it has none."""
        parts = urlsplit(url)
        try:
            found = await looked_up(self.lookup, parts.hostname or "", parts.port or 443, loopback=self.loopback)
        except AddressRefused:
            raise
        except OSError:
            raise Unreachable("no-address") from None
        return all(is_loopback(one.address) for one in found)

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status of the answer; a redirect is an answer like any other. AddressRefused, or Unreachable."""
        host = urlsplit(url).hostname or ""
        if not permitted(host, loopback=self.loopback):
            raise AddressRefused(host)
        connector = aiohttp.TCPConnector(
            resolver=_Checked(self.lookup, self.loopback), use_dns_cache=False, force_close=True
        )
        try:
            async with (
                aiohttp.ClientSession(
                    connector=connector, timeout=aiohttp.ClientTimeout(total=_POST_SECONDS)
                ) as session,
                session.post(url, data=body, headers=headers, allow_redirects=False) as response,
            ):
                await response.content.read(_ANSWER_BYTES)
                return response.status
        except aiohttp.ClientConnectorDNSError as error:
            if isinstance(error.os_error, AddressRefused):
                raise error.os_error from None
            raise Unreachable("no-address") from None
        except TimeoutError:
            raise Unreachable("too-slow") from None
        except (aiohttp.ClientError, OSError):
            raise Unreachable("no-connection") from None


class _Checked(AbstractResolver):
    """Hands to the connector the addresses that were looked at, and no other."""

    def __init__(self, lookup: Lookup, loopback: bool) -> None:
        self._lookup = lookup
        self._loopback = loopback

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        found = await looked_up(self._lookup, host, port, loopback=self._loopback)
        return [
            ResolveResult(hostname=host, host=one.address, port=port, family=one.family, proto=0, flags=0)
            for one in found
        ]

    async def close(self) -> None:
        """Nothing is kept."""
