"""The trail of one thing, told from the log itself to those who may read it: who did what, when, on whose word."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from shared.audit import Change, Fold, Words, trail
from shared.directory import Role
from shared.domain import PersonalText, UnitId
from shared.facts import Fact
from shared.refusals import NOT_ALLOWED, RefusedRequest
from shared.views.reading import Reading

NamesIn = Callable[[Sequence[Fact]], Awaitable[Mapping[str, str]]]
"""The names of whoever acted in some facts, or is named in them, by pseudonym."""


@dataclass(frozen=True, slots=True)
class Trail:
    """一件事的全部变更。Every change of one thing, in order; its texts stay sealed. `subject` is its stream."""

    subject: str
    changes: tuple[Change, ...]


async def trail_of(
    reading: Reading,
    stream: str,
    unit: UnitId,
    readers: Sequence[Role],
    fold: Fold,
    words: Words,
    *,
    names_in: NamesIn,
    nameless: Callable[[str], str],
    sealed: str,
) -> Trail:
    """The trail of a thing of `unit`. RefusedRequest for those who may see the thing and not its trail.

    `nameless` is said of whoever acted and has no name among `names_in`, `sealed` in place of every personal text.
    """
    directory = reading.refs.directory
    if directory.acting(reading.who, readers, unit) is None:
        raise RefusedRequest(NOT_ALLOWED.of())
    facts = await reading.log.stream(stream)
    names = await names_in(facts)

    async def show(value: str) -> str:
        if value in directory.units:
            return directory.units[UnitId(value)].name
        if value in directory.posts:
            return directory.posts[value].title  # type: ignore[index]
        return names.get(value, value)

    async def name_of(person: str) -> str:
        return names[person] if person in names else nameless(person)

    async def closed(fact: Fact, field: str, text: PersonalText) -> str:
        return sealed

    changes = await trail(
        facts,
        fold,
        words,
        reading.moment.zone,
        show=show,
        name_of=name_of,
        title_of=lambda post: known.title if (known := directory.posts.get(post)) else None,  # type: ignore[call-overload]
        open_text=closed,
    )
    return Trail(stream, tuple(changes))
