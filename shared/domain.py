"""The words every rule is written in: identities, the two types of text, refusals, decisions and moments.

Nothing here reads a clock, a file or a database; rules may import this module and the standard library, and little else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, ClassVar, NewType, Protocol
from zoneinfo import ZoneInfo

UnitId = NewType("UnitId", str)
"""A unit of the organisation; random, never a name or a code, since both of those change."""
PostId = NewType("PostId", str)
"""A post inside a unit, whoever holds it."""
PersonId = NewType("PersonId", str)
"""The random pseudonym of a person. The only form in which a person may enter a published event."""

PublicText = NewType("PublicText", str)
"""Text that anybody may read: titles, requirements, standards. Stored as it is."""


class PersonalText:
    """Text about or by a person. Clear only between the request and the log; in log and views it is sealed.

    A sealed text is a token that only the key store can open (`shared.keys`). Neither form shows itself in a
    representation, so that a log line or a traceback cannot carry it.
    """

    __slots__ = ("_sealed", "_text")

    def __init__(self, text: str, *, sealed: bool = False) -> None:
        self._text = text
        self._sealed = sealed

    @property
    def is_sealed(self) -> bool:
        return self._sealed

    def clear(self) -> str:
        """The text itself; ValueError when it is sealed."""
        if self._sealed:
            raise ValueError("a sealed text must be opened with its key")
        return self._text

    def token(self) -> str:
        """The sealed form; ValueError when the text is still clear, so that clear text cannot be written."""
        if not self._sealed:
            raise ValueError("a personal text must be sealed before it is written")
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text.strip())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PersonalText) and (self._text, self._sealed) == (other._text, other._sealed)

    def __hash__(self) -> int:
        return hash((self._text, self._sealed))

    def __repr__(self) -> str:
        return f"<PersonalText {'sealed' if self._sealed else 'clear'}>"


@dataclass(frozen=True, slots=True)
class KeyOf:
    """Marks a `PersonalText` field with whose key seals it: `Annotated[PersonalText, KeyOf("person")]`.

    `field` names the field of the same event that holds the person; without the mark the key of the stream is used.
    """

    field: str


class Event(Protocol):
    """A fact. A frozen dataclass in a service's `events.py`; its class name in kebab-case is its type in the log.

    `STREAM` is a format over its own fields, such as `task/{task}`: the stream it belongs to.
    """

    STREAM: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One way to say no, declared once in a service's `refusals.py`.

    `code` is kebab-case and never changes; `zh` and `en` are format strings over the same named values, which must
    not be personal data; `source` is the rule or article behind it.
    """

    code: str
    zh: str
    en: str
    source: str = ""

    def of(self, **values: Any) -> Refused:
        return Refused(self, MappingProxyType(values))


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal of one command, with the values that make its sentence concrete."""

    refusal: Refusal
    values: Mapping[str, Any]

    @property
    def code(self) -> str:
        return self.refusal.code

    def sentence(self, language: str) -> str:
        """The sentence an official reads, `zh` or `en`."""
        return (self.refusal.zh if language == "zh" else self.refusal.en).format_map(self.values)


@dataclass(frozen=True, slots=True)
class On:
    """An event that occurred at another time than it is decided: on a date, or at an instant in UTC; never later."""

    occurred: date | datetime
    event: Event


Decision = Sequence[Event | On] | Refused
"""What a rule answers: the events that follow (none means that nothing is to be recorded), or why not."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a command is decided: an instant in UTC, and the zone whose calendar the log lives by."""

    instant: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The date in the log's zone."""
        return self.instant.astimezone(self.zone).date()


def moment(year: int, month: int, day: int, hour: int = 0, *, zone: str = "Asia/Shanghai") -> Moment:
    """A fixed moment at local time, for specifications."""
    local = ZoneInfo(zone)
    return Moment(datetime(year, month, day, hour, tzinfo=local).astimezone(UTC), local)


@dataclass(frozen=True, slots=True)
class Actor:
    """On whose word: the person (or `system/<service>`), the post held, and on whose behalf when delegated.

    `post` is empty for a person without a post, and for the system itself.
    """

    subject: str
    post: PostId | None = None
    on_behalf: PersonId | None = None
