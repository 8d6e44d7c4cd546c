"""The action table: everything a service can be told to do, row by row.

A row names the command, its rule, the stream it writes, what else the rule reads, where it stands in REST and who may.
Routes, mutations, permission and tests are made from the table by plain loops; nothing registers itself elsewhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from shared.directory import Role, Scope
from shared.domain import Decision, UnitId


@dataclass(frozen=True, slots=True)
class Streams:
    """A read of further streams, whose versions are asserted when the decision is written.

    `names(command, situation)` gives the stream names; the rule receives a tuple of their situations in that order,
    None for a stream that does not exist. A pair (source, name) is a stream received from another log; its situation
    is folded by the entry `<source>/<prefix>` of the service's folds.
    """

    names: Callable[[Any, Any], Sequence[str | tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A read of views: `ask(reading, command, situation)` is awaited and its answer handed to the rule.

    Nothing asserts that the answer still holds when the decision is written, so the answer carries the position it was
    read at and the deciding event stores it.
    """

    ask: Callable[[Any, Any, Any], Awaitable[Any]]


Read = Streams | Asked | Literal["moment", "directory", "calendar", "terms", "own", "actor", "ids"]
"""What a rule gets besides command and situation, in the order of the row:

`moment` a `Moment`; `directory`, `calendar`, `terms`, `own` the reference folds; `actor` an `Actor`;
`ids` a function `(label) -> str` that gives the same identity for the same label whenever this command is repeated.
"""


def unit_of_state(command: Any, state: Any) -> UnitId | None:
    """The unit concerned is the one that the situation names."""
    unit: UnitId | None = state.unit if state is not None else None
    return unit


def unit_of_command(command: Any, state: Any) -> UnitId | None:
    """The unit concerned is the one that the command names."""
    unit: UnitId = command.unit
    return unit


def no_unit(command: Any, state: Any) -> UnitId | None:
    """The action concerns the installation as a whole: the post must reach over the topmost unit."""
    return None


ANYWHERE = UnitId("*")
"""Stands for a unit that every post reaches; no identity looks like it."""


def anywhere(command: Any, state: Any) -> UnitId | None:
    """A post with one of the roles anywhere is enough; the rule asks for more where there is more to ask."""
    return ANYWHERE


@dataclass(frozen=True, slots=True)
class Action:
    """One row of the table.

    `command`: a frozen dataclass; its fields are path parameters and body. `decide(command, situation, *reads)` is the
    pure rule. `stream` is a format over the command's fields: the stream whose situation is folded and asserted.
    `path` is relative to `/api/<service>/`; the method is always POST. `may` lists roles; empty means only the system
    (deadlines, reactions, watches). `creates` names the command's field that is allotted here instead of being sent.
    `unit` finds the unit concerned, which the actor's post must reach with one of the roles; None is the installation as
    a whole. A missing situation is answered 404 when `needs_state` is set. A portal with `scope` may too, on its unit and
    those below. With `current`, who may is decided only on what the ledger is known to have said up to a minute ago: where
    that cannot be had, it is refused until it can.
    """

    command: type
    decide: Callable[..., Decision]
    stream: str
    path: str
    may: tuple[Role, ...]
    unit: Callable[[Any, Any], UnitId | None] = unit_of_state
    reads: tuple[Read, ...] = ()
    creates: str | None = None
    needs_state: bool = True
    scope: Scope | None = None
    current: bool = False

    @property
    def name(self) -> str:
        """The command's name, as logs and GraphQL mutations call it: `SplitTask`."""
        return self.command.__name__
