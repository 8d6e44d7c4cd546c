"""Named ports: what one service tells another when it is asked, and no event may hold: names, a reporter's words.

A port is declared beside its owner's events (`services/<owner>/ports.py`), offered in the owner's `main`, and named
among the `asks` of whoever needs it. In one process asking is a call; between processes it is HTTP with the tokens of
services (`shared.web.ports`). What is told is for the moment: nobody keeps it, and no record of the asking is made.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from shared.refusals import NOT_ALLOWED, PORT_UNAVAILABLE, RefusedRequest

if TYPE_CHECKING:
    from shared.views.reading import Reading

T = TypeVar("T")

MOST_KEYS = 200
"""In one question. Whoever has more asks more than once."""
KEY_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Port(Generic[T]):
    """One thing that can be asked of the service that owns it: for each key, a `T`.

    `name` is `<owner>/<what>`. `told` is `str` or a frozen dataclass of what JSON can carry. `may` are the services that
    are answered; who of their people sees the answer is theirs to decide, before they ask. One that is `unseen` is asked on
    behalf of whoever must not be noticed: asking is neither logged nor counted.
    """

    name: str
    told: type[T]
    may: tuple[str, ...]
    unseen: bool = False

    @property
    def owner(self) -> str:
        return self.name.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Offer(Generic[T]):
    """A port with what answers at it. `answer(reading, keys)` leaves out keys that it knows nothing of.

    The reading is of somebody without any post: nothing that is limited to what the asker sees is seen by it.
    """

    port: Port[T]
    answer: Callable[[Reading, Sequence[str]], Awaitable[Mapping[str, T]]]


class Neighbours(Protocol):
    """The other services of the installation, for one of them."""

    async def ask(self, port: Port[T], keys: Sequence[str]) -> Mapping[str, T]:
        """What the port's owner knows of the keys, at most `MOST_KEYS` of them.

        RefusedRequest PORT_UNAVAILABLE while nobody answers, NOT_ALLOWED for a service that is not to be told.
        """


class Nobody:
    """No other service can be reached: a command of the command line, or a process that needs none."""

    async def ask(self, port: Port[T], keys: Sequence[str]) -> Mapping[str, T]:
        raise RefusedRequest(PORT_UNAVAILABLE.of(port=port.name))


class Answering(Protocol):
    """A service in this process, as whoever asks at its ports sees it; `shared.running.Running` is it."""

    async def answer_port(self, name: str, asker: str, keys: Sequence[str]) -> Mapping[str, Any]:
        """See `answered`."""


class InProcess:
    """The services of this process, asked by one of them."""

    def __init__(self, asker: str, services: Mapping[str, Answering]) -> None:
        self._asker = asker
        self._services = services

    async def ask(self, port: Port[T], keys: Sequence[str]) -> Mapping[str, T]:
        owner = self._services.get(port.owner)
        if owner is None:
            raise RefusedRequest(PORT_UNAVAILABLE.of(port=port.name))
        return await owner.answer_port(port.name, self._asker, keys)


async def asked(neighbours: Neighbours, port: Port[T], keys: Iterable[str]) -> dict[str, T]:
    """Any number of keys, each asked once, as many at a time as a question may hold."""
    wanted = list(dict.fromkeys(keys))
    found: dict[str, T] = {}
    for start in range(0, len(wanted), MOST_KEYS):
        found.update(await neighbours.ask(port, wanted[start : start + MOST_KEYS]))
    return found


async def answered(
    offers: Sequence[Offer[Any]], name: str, asker: str, keys: Sequence[str], reading: Reading
) -> Mapping[str, Any]:
    """The answer to a service that asks, for no key but those asked.

    RefusedRequest NOT_ALLOWED for a service that is not to be told, PORT_UNAVAILABLE where nothing of the name is offered.
    """
    offer = next((offer for offer in offers if offer.port.name == name), None)
    if offer is None:
        raise RefusedRequest(PORT_UNAVAILABLE.of(port=name))
    if asker not in offer.port.may:
        raise RefusedRequest(NOT_ALLOWED.of())
    if len(keys) > MOST_KEYS:
        raise ValueError(f"{name}: {len(keys)} keys in one question")
    found = await offer.answer(reading, keys)
    return {key: found[key] for key in keys if key in found}
