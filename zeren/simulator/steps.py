"""One thing that somebody does on a day, and the references in it to what is only known once it was made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from zeren.simulator.city import Post


@dataclass(frozen=True, slots=True)
class Made:
    """The id of something by its name in the stories: `task/12`, `letter/YL-103`, `finding/2026-03/YL-117/1`.

    `prefix` stands before the id where it is sent.
    """

    name: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Find:
    """What the office makes by itself: known as `name` as soon as a list shows exactly one item with these `values`.

    `path` and `params` are the question, `id` names the field of an item that holds its identity.
    """

    name: str
    service: str
    path: str
    id: str
    params: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """A command: who, on which day, what. Steps of one `chain` follow on each other; chains are independent.

    `label` is unique in its chain: with the seed it makes the idempotency key. `path` is relative to the service.
    `refused_with` names the refusals one of which must come, for an attempt that is wrong on purpose. `makes` is the
    name under which the id that is allotted will be known. `finds` is looked up first, by who acts. `after_overdue`
    names a task that must have fallen overdue on record first, since the office's own deadline runs beside us.

    Without `who` it is a citizen at a door of the intake, who shows a receipt instead of a token; what they make is the
    receipt. `stages` are those of which one must be shown to a citizen who follows a report.
    """

    day: date
    chain: str
    label: str
    who: Post | None
    path: tuple[str | Made, ...]
    body: Mapping[str, Any] = field(default_factory=dict)
    service: str = "ledger"
    refused_with: frozenset[str] = frozenset()
    makes: str | None = None
    finds: Find | None = None
    after_overdue: str | None = None
    stages: frozenset[str] = frozenset()

    @property
    def action(self) -> str:
        """What is done, as the address says it: `tasks/…/progress`."""
        return "/".join(part if isinstance(part, str) and not part.isdecimal() else "…" for part in self.path)

    @property
    def records(self) -> bool:
        """Whether something is acknowledged when all goes well: following a report only asks."""
        return not self.refused_with and not self.stages

    def key(self, seed: int) -> str:
        """The idempotency key: the same for the same step of the same seed."""
        return f"sim-{seed}-{self.chain}-{self.label}"

    def refers_to(self) -> list[str]:
        """The names of everything in path, body and question that must have been made before."""
        asked = list(_names_in(self.finds.params)) if self.finds is not None else []
        found = {self.finds.name} if self.finds is not None else set()
        told = [*(part.name for part in self.path if isinstance(part, Made)), *_names_in(self.body)]
        return asked + [name for name in told if name not in found]


def _names_in(value: Any) -> Iterator[str]:
    match value:
        case Made():
            yield value.name
        case Mapping():
            for item in value.values():
                yield from _names_in(item)
        case list() | tuple():
            for item in value:
                yield from _names_in(item)


class Book:
    """The ids of what was made, by name."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._ids = dict(known)

    def learn(self, name: str, identity: str) -> None:
        self._ids[name] = identity

    def learn_events(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Tasks that came into being, by their number: the parts of a split task."""
        for event in events:
            if event["type"] == "task-issued":
                self._ids[f"task/{event['data']['number']}"] = event["data"]["task"]

    def knows(self, name: str) -> bool:
        return name in self._ids

    def id_of(self, name: str) -> str:
        """KeyError when nothing of that name was made."""
        return self._ids[name]

    def path(self, step: Step) -> str:
        return "/".join(part if isinstance(part, str) else self.id_of(part.name) for part in step.path)

    def filled(self, value: Any) -> Any:
        """A body as JSON takes it: references become ids, dates and decimals text."""
        match value:
            case Made():
                return value.prefix + self.id_of(value.name)
            case date():
                return value.isoformat()
            case Decimal():
                return str(value)
            case Mapping():
                return {key: self.filled(item) for key, item in value.items()}
            case list() | tuple():
                return [self.filled(item) for item in value]
        return value


def paper(title: str) -> dict[str, Any]:
    """A file of evidence that is the same for the same title."""
    content = f"{title}\n".encode()
    return {"title": title, "sha256": hashlib.sha256(content).hexdigest(), "size_bytes": len(content)}
