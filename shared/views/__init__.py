"""Views: everything people read is a fold of the log, declared once and run by `shared.views.runner`.

A view names its row (a frozen dataclass), its key, which keys a fact touches and what the fact does to one row. The
table follows from the row's fields; its name carries the version, so that a changed view is built beside the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from shared.facts import Fact
from shared.references import References

R = TypeVar("R")
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class EveryRow:
    """A route to all rows whose columns have these values (all rows of the view when empty).

    For facts such as a holiday notice. The rows are folded one by one with the same fact.
    """

    where: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Issue:
    """A command that a watch, reaction or deadline wants handled. `label` tells apart several of one cause."""

    command: Any
    label: str = ""


@dataclass(frozen=True, slots=True)
class View(Generic[R]):
    """One read model.

    `name` is kebab-case; `version` is raised whenever row, route or evolve change their meaning. `row` is a frozen
    dataclass of str, int, bool, Decimal, date, datetime, PersonalText (kept sealed), their optionals, and tuples or
    dataclasses of them (stored as JSON). `key` names the columns that identify a row. `events` are the event classes it
    reads; others never reach it. `route(fact, refs)` gives keys or `EveryRow`; `evolve(row, fact, refs)` gives the row
    after the fact, or None to delete it. Both are pure. `refs` stand as they were right after this fact.
    `start(key)` gives the row that `evolve` gets where there is none yet; without it that is None. A view whose facts
    reach keys that they do not name needs it. `indexes` lists column groups to index, `members` columns of lists that are
    searched for any of several members. `watch(before, after, fact)` gives commands to issue when a row changed.
    """

    name: str
    version: int
    row: type[R]
    key: tuple[str, ...]
    events: tuple[type, ...]
    route: Callable[[Fact, References], Iterable[Key] | EveryRow]
    evolve: Callable[[R | None, Fact, References], R | None]
    indexes: tuple[tuple[str, ...], ...] = ()
    members: tuple[str, ...] = ()
    watch: Callable[[R | None, R | None, Fact], Iterable[Issue]] | None = None
    start: Callable[[Key], R] | None = None

    @property
    def table_name(self) -> str:
        return f"{self.name.replace('-', '_')}_v{self.version}"


@dataclass(frozen=True, slots=True)
class Reaction:
    """`when_<event>_then_<command>`: facts of `events` lead to commands of this service, once each, never on history."""

    name: str
    events: tuple[type, ...]
    then: Callable[[Fact, References], Iterable[Issue]]


@dataclass(frozen=True, slots=True)
class Deadline(Generic[R]):
    """A kind of deadline: rows of `view` on which something is due to happen.

    The view's row must have `acts_on: date | None` (the first local date on which the command is due; None: nothing is
    due) and `known_on: date` (the local date on which its task was recorded). `command(row)` is what is then issued.
    """

    kind: str
    view: View[R]
    command: Callable[[R], Any]
