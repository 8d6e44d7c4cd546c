"""The port of a feed: what an adapter offers to the receiver, whichever way the facts travel."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

from shared.facts import LogStarted
from shared.feeds.cloudevents import Heartbeat
from shared.log.append import Received

HEARTBEAT_OLDEST_SECONDS = 60.0
"""Actions on cases, clues and identities rest on no older word of where a feed ends."""


class FeedSource(Protocol):
    """One other log's published facts. `log` is its id.

    An adapter may deliver a fact twice and must never leave one out between two that it delivers, but the receiver
    relies on neither: it counts.
    """

    log: str

    async def genesis(self) -> LogStarted:
        """How the other log was founded."""
        ...

    async def after(self, source_seq: int, limit: int) -> Sequence[Received]:
        """Published facts above a feed number, ascending, at most `limit`; none when there is nothing new."""
        ...

    async def heartbeat(self, oldest_seconds: float = HEARTBEAT_OLDEST_SECONDS) -> Heartbeat:
        """Where the owner's log ends and in which incarnation it lives, whether or not that has arrived here.

        The owner's latest word, at most so old; an error when there is none so young.
        """
        ...

    def heard_seconds_ago(self) -> float | None:
        """The age of the owner's latest word of where its log ends; None before the first, and where it is asked every
        time."""
        ...

    def arrived(self) -> Mapping[str, int]:
        """How many facts came since this process began, by the road they took; nothing where there is but one."""
        ...

    def wake(self) -> asyncio.Event | None:
        """An event that is set when there may be news, for whoever also polls; None when there is no such hint."""
        ...

    def forget(self, wake: asyncio.Event) -> None:
        """`wake` is no longer needed."""
        ...
