"""What a service is: its tables, declared once in its `main.py` and run by the kernel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shared.actions import Action
from shared.audit import Words
from shared.codec import Catalogue, Upcaster
from shared.directory import Role, Scope
from shared.domain import Refusal
from shared.holding import Holding
from shared.ports import Offer, Port
from shared.references import REFERENCE_EVENTS, NothingOwn, OwnFold, References
from shared.views import Deadline, Reaction, View

if TYPE_CHECKING:
    from shared.outbound import Outbound
    from shared.views.reading import Reading


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that can be asked, as `GET /api/<service>/<path>`.

    `params` is a frozen dataclass: fields named in `path` are path parameters, the others query parameters (str, int,
    bool, date, Literal; optional ones have defaults). `ask(reading, params)` answers with `answer` (a dataclass, or a
    `Page` of one) or None, which is 404. It filters by the principal in SQL, or refuses everybody without one of the
    roles in `may` when that is not empty (403). A portal is answered where `scope` is one of its own, and nowhere else.
    """

    path: str
    params: type
    ask: Callable[[Reading, Any], Awaitable[Any]]
    answer: Any
    may: tuple[Role, ...] = ()
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Door:
    """An address for what must not be noticed, as `POST /api/<service>/<path>`: neither logged, counted nor traced.

    `asked` is a frozen dataclass, checked like a command's body. `answer(reading, asked)` gives `answered` (a dataclass) or
    a refusal. Nobody is asked who they are, unless `may` lists roles: then it takes a token, as everything else does.
    At a door with `scope` a portal may show its token, and is answered if the scope is one of its own; who shows none is a
    citizen.
    `example` is a body that is answered, but for a receipt's code and signature, which have to be one's own.
    """

    path: str
    asked: type
    answer: Callable[[Reading, Any], Awaitable[Any]]
    answered: Any
    example: Mapping[str, Any]
    may: tuple[Role, ...] = ()
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """Everything the kernel needs to run one service.

    `events` are its own, `published` those of them that leave; `received` are other services' classes that it reads,
    `sources` the logs that it receives from. `folds` maps a stream prefix to `evolve(situation, event) -> situation`.
    `owns_references` is true for the ledger alone: it emits directory and calendar. `query` is the Strawberry class of
    the subgraph's query fields, None where it has none; `types` further federated types. `words` are the Chinese words
    that trails are told in. `ports` is what it tells other services that ask, `asks` the ports of others at which it asks
    itself. A service with `holding` has a sealed log; `doors` are its addresses outside the table of actions.
    `outbound` is what it sends to the outside.
    """

    name: str
    title: str
    events: tuple[type, ...]
    published: tuple[type, ...]
    actions: tuple[Action, ...]
    folds: Mapping[str, Callable[[Any, Any], Any]]
    views: tuple[View[Any], ...]
    questions: tuple[Question, ...]
    terms: str
    query: type | None
    types: tuple[type, ...] = ()
    received: tuple[type, ...] = ()
    sources: tuple[str, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    deadlines: tuple[Deadline[Any], ...] = ()
    refusals: tuple[Refusal, ...] = ()
    upcasters: Mapping[tuple[str, int], Upcaster] = field(default_factory=dict)
    own: Callable[[], OwnFold] = NothingOwn
    words: Words = field(default_factory=lambda: Words({}, {}, {}))
    owns_references: bool = False
    ports: tuple[Offer[Any], ...] = ()
    asks: tuple[Port[Any], ...] = ()
    holding: Holding | None = None
    doors: tuple[Door, ...] = ()
    outbound: tuple[Outbound[Any], ...] = ()

    def catalogue(self) -> Catalogue:
        if self.owns_references:
            return Catalogue((*self.events, *REFERENCE_EVENTS), self.published, self.received, self.upcasters)
        return Catalogue(self.events, self.published, (*self.received, *REFERENCE_EVENTS), self.upcasters)

    def references(self) -> References:
        return References(self.own())

    def reference_source(self) -> str:
        """The log whose directory and calendar facts count: the ledger's."""
        return self.name if self.owns_references else "ledger"
