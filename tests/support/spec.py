"""Rules as specifications: given these events, when this command comes, then exactly these events or this refusal.

    ledger.given(*CITY, ADOPTED).when(IssueTask(...), by=COORDINATOR).then(TaskIssued(...))

The row of the action table decides which stream is folded and what else the rule reads, as it does in service; only
the database is left out.
"""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from shared.actions import Action, Asked, Streams
from shared.codec import stream_of, type_name
from shared.domain import Actor, Moment, On, Refused, moment
from shared.facts import Fact
from shared.references import NothingOwn, OwnFold, References

NOBODY = UUID(int=0)
TODAY = moment(2026, 3, 16, 9)
"""A Monday morning; what a command is decided at unless the specification says otherwise."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one service: its table of actions, its folds, and its own reference fold if it has one.

    `foreign` are the prefixes of streams of other services that may be given; those of which the service has a fold
    `<source>/<prefix>` are folded by it.
    """

    actions: Sequence[Action]
    folds: Mapping[str, Callable[[Any, Any], Any]]
    own: Callable[[], OwnFold] = NothingOwn
    foreign: tuple[str, ...] = ()

    def given(self, *events: Any) -> Given:
        """What happened so far, in this order."""
        return Given(self, events)


@dataclass(frozen=True, slots=True)
class Given:
    rules: Rules
    events: tuple[Any, ...]

    def when(self, command: Any, *, by: Actor, at: Moment = TODAY, asked: Any = None) -> Outcome:
        """Decide the command as its row says. The field that the action creates is sent filled in.

        `asked` is what the views answer, for the one row that asks them.
        """
        action = next(action for action in self.rules.actions if action.command is type(command))
        fields = {field.name: getattr(command, field.name) for field in dataclasses.fields(command)}
        situations = self.situations()
        situation = situations.get(action.stream.format_map(fields))
        references = self.references()
        reads: list[Any] = []
        for read in action.reads:
            match read:
                case Streams():
                    reads.append(tuple(situations.get(name) for name in read.names(command, situation)))
                case Asked():
                    reads.append(asked)
                case "moment":
                    reads.append(at)
                case "actor":
                    reads.append(by)
                case "ids":
                    reads.append(lambda label: f"id:{label}")
                case "directory" | "calendar" | "terms" | "own":
                    reads.append(getattr(references, read))
                case _:
                    raise AssertionError(f"{action.name} reads {read}")
        return Outcome(self, action.decide(command, situation, *reads))

    def situations(self) -> dict[Any, Any]:
        """Every stream's situation."""
        folded: dict[Any, Any] = {}
        for event in self.events:
            stream = stream_of(event)
            prefix = stream.partition("/")[0]
            if prefix not in self.rules.foreign:
                folded[stream] = self.rules.folds[prefix](folded.get(stream), event)
                continue
            for name, fold in self.rules.folds.items():
                source, _, of = name.partition("/")
                if of == prefix:
                    folded[source, stream] = fold(folded.get((source, stream)), event)
        return folded

    def references(self) -> References:
        """The directory, calendar and terms that the events make, and the service's own fold."""
        references = References(self.rules.own())
        versions: dict[str, int] = defaultdict(int)
        for position, event in enumerate(self.events, start=1):
            versions[stream_of(event)] += 1
            references.apply(_fact(position, event, versions[stream_of(event)]))
        return references


@dataclass(frozen=True, slots=True)
class Outcome:
    given: Given
    decision: Any

    def then(self, *events: Any) -> None:
        """Exactly these events, in this order; and each can follow on what was there."""
        assert not isinstance(self.decision, Refused), f"refused: {self.decision.code} {dict(self.decision.values)}"
        assert list(self.decision) == list(events)
        self.after().situations()

    def then_types(self, *types: type) -> None:
        """So many events of each class, whatever is in them."""
        assert not isinstance(self.decision, Refused), f"refused: {self.decision.code} {dict(self.decision.values)}"
        assert Counter(type_name(type(undated(event))) for event in self.decision) == Counter(map(type_name, types))
        self.after().situations()

    def then_refused(self, code: str, /, **values: Any) -> None:
        """This refusal; with the values named, if any; and both its sentences can be read out."""
        assert isinstance(self.decision, Refused), f"not refused: {self.decision}"
        assert self.decision.code == code
        assert {name: self.decision.values[name] for name in values} == values
        assert self.decision.sentence("zh")
        assert self.decision.sentence("en")

    def after(self) -> Given:
        """What happened, with what was decided."""
        return Given(self.given.rules, (*self.given.events, *(undated(event) for event in self.decision)))

    def event(self, kind: type) -> Any:
        """The first decided event of a class."""
        return next(undated(event) for event in self.decision if isinstance(undated(event), kind))


def undated(event: Any) -> Any:
    """The event itself, also when it is dated to an earlier day."""
    return event.event if isinstance(event, On) else event


def on(day: date, event: Any) -> On:
    """An event that happened on an earlier day than it is recorded."""
    return On(day, event)


def _fact(position: int, event: Any, version: int) -> Fact:
    return Fact(
        position=position,
        event_id=UUID(int=position),
        source="ledger",
        source_seq=None,
        stream=stream_of(event),
        version=version,
        type=type_name(type(event)),
        event=event,
        occurred=TODAY.instant,
        recorded_at=TODAY.instant,
        learned_at=TODAY.instant,
        history=False,
        actor=Actor("system/specification"),
        command_id=None,
        correlation_id=NOBODY,
        causation_id=None,
    )
