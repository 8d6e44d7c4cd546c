"""The trail of one thing: every change of its situation, on whose word, for what reason, and what became different.

Computed from the log itself, never from a view: an auditor need not trust our read models.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from shared.domain import PersonalText
from shared.facts import Fact

Fold = Callable[[Any, Any], Any]
Show = Callable[[Any], Awaitable[str]]
"""Turns one value into what a reader sees: a unit's or person's name, a date, a decimal."""


@dataclass(frozen=True, slots=True)
class Words:
    """The Chinese words of a service: for event types, for situations and for their fields, by their English names;
    `addresses` for what it can be told and asked, by the action's name and the question's path."""

    events: Mapping[str, str]
    situations: Mapping[str, str]
    fields: Mapping[str, str]
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    addresses: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that changed: its name, its Chinese word, and its value before and after (None: it was not there)."""

    field: str
    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One fact of the trail. `occurred` is a date or an instant in local time; `recorded` is local time as well.

    `person` is the pseudonym and `name` who that is, where the reader may know; `on_behalf` alike for a delegation. `paper` is
    the document, study or legal basis on which it rests.
    """

    position: int
    version: int
    event: str
    label: str
    person: str
    name: str
    post: str | None
    post_title: str | None
    on_behalf: str | None
    reason: str | None
    paper: str | None
    occurred: str
    recorded: str
    differences: tuple[Difference, ...]


_PAPERS = ("document", "study", "basis")
"""Fields of events that name the paper on which they rest."""


async def trail(
    facts: Sequence[Fact],
    fold: Fold,
    words: Words,
    zone: ZoneInfo,
    *,
    show: Show,
    name_of: Callable[[str], Awaitable[str]],
    title_of: Callable[[str], str | None],
    open_text: Callable[[Fact, str, PersonalText], Awaitable[str]],
) -> list[Change]:
    """The changes that the facts of one stream made, in order.

    `show` renders a value, `name_of` a person, `title_of` a post; `open_text` opens a personal text of a fact, or says
    why it stays closed.
    """
    changes: list[Change] = []
    before: Any = None
    for fact in facts:
        after = fold(before, fact.event)
        reason = getattr(fact.event, "reason", None)
        if isinstance(reason, PersonalText):
            reason = await open_text(fact, "reason", reason)
        changes.append(
            Change(
                position=fact.position,
                version=fact.version,
                event=fact.type,
                label=words.events[fact.type],
                person=fact.actor.subject,
                name=await name_of(fact.actor.subject),
                post=fact.actor.post,
                post_title=title_of(fact.actor.post) if fact.actor.post else None,
                on_behalf=await name_of(fact.actor.on_behalf) if fact.actor.on_behalf else None,
                reason=str(reason) if reason else None,
                paper=next((str(found) for name in _PAPERS if (found := getattr(fact.event, name, None))), None),
                occurred=_local(fact.occurred, zone),
                recorded=_local(fact.recorded_at, zone),
                differences=await differences(before, after, words, show),
            )
        )
        before = after
    return changes


async def differences(before: Any, after: Any, words: Words, show: Show) -> tuple[Difference, ...]:
    """What distinguishes two situations, field by field; the situation itself is the first of the fields."""
    found: list[Difference] = []
    name_before, name_after = type(before).__name__, type(after).__name__
    if name_before != name_after:
        found.append(
            Difference(
                "situation",
                "状态",
                words.situations[name_before] if before is not None else None,
                words.situations[name_after] if after is not None else None,
            )
        )
    old, new = _flat(before), _flat(after)
    for field in [*new, *(name for name in old if name not in new)]:
        if field not in old or field not in new or old[field] != new[field]:
            was = await _shown(old[field], words, show) if field in old else None
            now = await _shown(new[field], words, show) if field in new else None
            if was != now:
                found.append(Difference(field, words.fields[field], was, now))
    return tuple(found)


def _flat(situation: Any) -> dict[str, Any]:
    if situation is None:
        return {}
    return {f.name: getattr(situation, f.name) for f in dataclasses.fields(situation)}


async def _shown(value: Any, words: Words, show: Show) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "是" if value else "否"
        case PersonalText():
            return "（加密）"
        case date() | int():
            return str(value)
        case Decimal():
            return format(value, "f")
        case str():
            return words.values.get(value) or await show(value)
        case tuple() | list() | frozenset() | set():
            return "；".join([await _shown(item, words, show) or "" for item in value])
        case Mapping():
            return "；".join([f"{await show(str(k))}：{await _shown(v, words, show)}" for k, v in value.items()])
        case _ if dataclasses.is_dataclass(value):
            shown = {name: await _shown(item, words, show) for name, item in _flat(value).items()}
            return "，".join(f"{words.fields[name]} {text}" for name, text in shown.items() if text)
        case _:
            return str(value)


# --- situations as one list of fields ---------------------------------------------------------------------------


def flat_fold(
    evolve: Fold,
    *,
    inside: Collection[str] = (),
    forgetful: tuple[type, ...] = (),
    more: Callable[[Any], Mapping[str, Any]] = lambda part: {},
) -> Fold:
    """The fold of one stream, giving each situation with all that it says as fields of its own.

    Of the fields `inside` their own fields are told instead; `more` is told of a part besides its fields. That a
    `forgetful` (ending) situation no longer remembers what no rule needs is not a change of the thing. It keeps the
    situation to itself, so it is made anew for each trail.
    """
    situation: Any = None

    def values(part: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for field in dataclasses.fields(part):
            value = getattr(part, field.name)
            found |= values(value) if field.name in inside else {field.name: value}
        return found | dict(more(part))

    def fold(before: Any, event: Any) -> Any:
        nonlocal situation
        situation = evolve(situation, event)
        remembered = _flat(before) if isinstance(situation, forgetful) else {}
        told = {**remembered, **values(situation)}
        return _shape(type(situation).__name__, tuple(told))(**told)

    return fold


@lru_cache(maxsize=512)
def _shape(situation: str, fields: tuple[str, ...]) -> type:
    """Made once for each situation: Python compiles a class anew each time, which takes longer than all else of a trail."""
    return dataclasses.make_dataclass(situation, fields, frozen=True)


def _local(when: date | datetime, zone: ZoneInfo) -> str:
    if isinstance(when, datetime):
        return when.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    return when.isoformat()
