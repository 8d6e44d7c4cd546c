"""What a log is, in thirty lines of memory: the model that the real one is compared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from shared.log.append import Append, CommandKnown, Conflict, NewEvent, Received, Stream


class Unfit(Exception):
    """An event that the database would refuse."""


@dataclass(slots=True)
class ModelLog:
    """Appends one after the other, in the order in which they are given."""

    log_id: str
    position: int = 0
    feed_seq: int = 0
    rows: list[tuple[int, str, int, int | None]] = field(default_factory=list)
    """Position, stream, version and feed number of every row."""
    versions: dict[Stream, int] = field(default_factory=dict)
    commands: set[UUID] = field(default_factory=set)

    def against(self, append: Append) -> set[type[Exception]]:
        """Everything that stands against it; it may be answered with any of these, and then nothing has changed."""
        reasons: set[type[Exception]] = set()
        if append.command and append.command.command_id in self.commands:
            reasons.add(CommandKnown)
        if any(self.versions.get(stream, 0) != version for stream, version in append.expect.items()):
            reasons.add(Conflict)
        if any(isinstance(event, NewEvent) and "\0" in event.actor_subject for event in append.events):
            reasons.add(Unfit)
        return reasons

    def append(self, append: Append) -> int:
        """The first position of an append that nothing stands against."""
        assert not self.against(append)
        first = self.position + 1
        for event in append.events:
            self._add(event)
        if append.command:
            self.commands.add(append.command.command_id)
        return first

    def _add(self, event: NewEvent | Received) -> None:
        self.position += 1
        if isinstance(event, Received):
            stream, version, seq = (event.source, event.stream), event.version, None
        else:
            stream = (self.log_id, event.stream)
            version = self.versions.get(stream, 0) + 1
            seq = None
            if event.published:
                self.feed_seq += 1
                seq = self.feed_seq
        self.versions[stream] = version
        self.rows.append((self.position, stream[1], version, seq))
