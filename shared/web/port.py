"""What the web needs of a service that runs; `shared.running.Running` is it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from shared.actions import Action
from shared.directory import Principal, Program
from shared.domain import PersonId, Refused
from shared.service import Service

if TYPE_CHECKING:
    from shared.handle import Done
    from shared.views.reading import Reading


class RunningService(Protocol):
    """One service in this process, as the web uses it."""

    @property
    def service(self) -> Service: ...

    async def handle(
        self,
        action: Action,
        command: Any,
        person: PersonId,
        key: str,
        *,
        program: Program | None = None,
        traceparent: str | None = None,
        if_version: int | None = None,
    ) -> Done | Refused:
        """Carry out a command of the person, or of the portal that `program` is, once per (who asks, key); the field that the action creates holds the placeholder ""."""

    async def feed_number(self, done: Done) -> int | None:
        """How many facts the log had published when it reached what was done; None for a log that publishes nothing."""

    def principal(self, person: PersonId) -> Principal:
        """The person with the posts they may act from today."""

    async def reading(
        self,
        person: PersonId | None,
        position: int | None,
        feeds: Mapping[str, int] | None = None,
        program: Program | None = None,
    ) -> Reading | None:
        """What questions of this person, or of the portal that `program` is, are answered from; None when `position` was
        not reached in time, or the feed numbers of other logs in `feeds`.

        RefusedRequest POSITION_AHEAD for a position that the log does not have.
        """
