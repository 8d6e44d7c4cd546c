"""What an installation left behind, told in words that another one shares which went the same way, to be compared.

Two runs of one story differ in what nobody decided: at which position a log came to hold a fact, when to the second it
was recorded, which random number it bears. Where a fact or a row holds such a thing, what is meant by it is put in its
place; everything else is kept as it is. What is told otherwise, and why:

| what | is told as | because |
|---|---|---|
| the id of an event, also within the id of a letter that follows from it | the fact: log, stream and version | it is random |
| `position` (0: of none) | the fact that stands there | received facts fall between own ones as they happen to arrive |
| `position` of a round, beside its `kind` | the last fact received by then | the same; it says how much was known, whichever fact was the last |
| `feed_seq`, `source_seq` | the fact that bears this number | the owner's deadlines and people act side by side |
| `standing/<position>`, a ground's id | the same with the fact | it is made from a position |
| an instant | its date in the log's zone | the simulated clock runs on with the real one |
| the command of a watch or reaction | the fact that it follows from | its id is made from a position |
| the items of a standing | in the order of what they say | deadlines of one moment are recorded in any order |
| the command of a letter's writing | that the service gave it to itself | its id is made from the letter's |
| a report's id, and the pseudonym of its reporter | what is reported about whom, how | they are random; reports of one story differ so |
| a sealed text | the clear text | it is sealed under a random key |

What was received is compared with what its owner published, by number and leaf. Left out of a fact are salt, hashes and chain, which are made from random numbers and recomputed by `zeren log verify`; the
trace context; and the position, the feed number and the instants of recording themselves: their order is compared by
`received` and `published`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.codec import sealed_fields
from shared.keys import Place
from shared.log.format import Row
from shared.running import Running
from shared.views.store import all_views
from shared.views.table import INCOMPLETE_SINCE, form_of
from tests.support.replay import dump

Told = Mapping[tuple[str, ...], Mapping[str, Any]]
"""Facts by log, stream and version, or rows of a view by their key; each with what it holds by name."""

_ROUNDS = ("unit-scored", "round-closed", "rounds", "round-scores")
"""The facts and views that say at which position a round was reckoned."""
_STANDING = re.compile(r"standing/(\d+)\Z")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Left:
    """Of one service: its own facts, the rows of its views by the view's name, and in the order of its log the feed number
    and the leaf of what it received, by source, and of what it published."""

    facts: Told
    views: Mapping[str, Told]
    received: Mapping[str, Sequence[tuple[int | None, bytes]]]
    published: Sequence[tuple[int | None, bytes]]


async def left_behind(running: Running) -> Left:
    """Everything of one service, as its tables hold it; nothing may be under way any more."""
    log, service = running.log, running.service
    rows = [row async for row in log.rows()]
    names = _Names(rows, log.id, log.clock.zone, await _clear_texts(running, rows))
    views = {}
    for view in all_views(service):
        columns = [(column.name, column.sql == "jsonb") for column in form_of(view).columns]
        columns.append((INCOMPLETE_SINCE, False))
        told = []
        for record in (await dump(log, view))[view.name]:
            row = {
                name: json.loads(value) if is_json and value is not None else value
                for (name, is_json), value in zip(columns, record, strict=True)
            }
            told.append(names.told(row, view.name))
        views[view.name] = {tuple(str(row[name]) for name in view.key): row for row in told}
        assert len(views[view.name]) == len(told), f"two rows of {view.name} are told alike"
    return Left(
        {
            (row.source, names.text(row.stream), str(row.version)): names.fact(row)
            for row in rows
            if row.source == log.id
        },
        views,
        {
            source: [(row.source_seq, row.leaf) for row in rows if row.source == source and row.source_seq is not None]
            for source in service.sources
        },
        [(row.source_seq, row.leaf) for row in rows if row.source == log.id and row.source_seq is not None],
    )


async def _clear_texts(running: Running, rows: Sequence[Row]) -> Mapping[str, str | None]:
    """The texts that the service's own facts hold sealed, by their tokens; None for one whose key is gone."""
    facts = [running.log.catalogue.fact(row) for row in rows if row.source == running.log.id]
    sealed = [
        (text, Place(fact.source, fact.stream, fact.event_id, field))
        for fact in facts
        for field in sealed_fields(type(fact.event))
        if (text := getattr(fact.event, field)) is not None
    ]
    clear = await running.keys.open_all(sealed)
    return {text.token(): opened for (text, _), opened in zip(sealed, clear, strict=True)}


class _Names:
    """Puts in the place of what is a log's own, or random, what is meant by it."""

    def __init__(self, rows: Sequence[Row], log: str, zone: ZoneInfo, clear: Mapping[str, str | None]) -> None:
        self._zone = zone
        self._clear = clear
        self._at: dict[int, str] = {}
        self._received_by: dict[int, str] = {}
        self._events: dict[str, str] = {}
        self._fed: dict[tuple[str, int], str] = {}
        """By log and number in its feed."""
        last = "nothing"
        for row in rows:
            self._learn_report(row)
            name = f"{row.source} {self.text(row.stream)} {row.version}"
            self._at[row.position] = name
            self._events.setdefault(str(row.event_id), name)
            last = name if row.source != log else last
            self._received_by[row.position] = last
            if row.source_seq is not None:
                self._fed[row.source, row.source_seq] = name

    def _learn_report(self, row: Row) -> None:
        """The event that a report enters with bears the report's own id."""
        if row.type not in ("complaint-lodged", "reporter-named"):
            return
        data = json.loads(row.data or b"{}")
        if row.type == "reporter-named":
            self._events[data["reporter"]] = f"the reporter of {self._events[data['complaint']]}"
            return
        name = " ".join(
            str(data[name]) for name in ("category", "channel", "unit", "about_chief", "by_name", "lodged_on")
        )
        assert name not in self._events.values(), f"two reports are told alike: {name}"
        self._events[data["complaint"]] = name

    def fact(self, row: Row) -> Mapping[str, Any]:
        told = {
            name: getattr(row, name)
            for name in (
                *("source_incarnation", "incarnation", "type", "schema", "history"),
                *("actor_subject", "actor_post", "actor_on_behalf"),
            )
        }
        cause = self._event(row.causation_id)
        own = (
            row.stream.startswith(("notice/", "series/")) and cause is None and row.actor_subject.startswith("system/")
        )
        command = "of its own" if own else self._event(row.command_id) if cause is None else f"follows from {cause}"
        return told | {
            "occurred": self.text(row.occurred),
            "cause": cause,
            "command": command,
            "correlation": command if own else self._event(row.correlation_id),
            "data": self.told(json.loads(row.data or b"null"), row.type),
        }

    def told(self, value: Any, of: str, name: str = "", beside: Mapping[str, Any] | None = None) -> Any:
        """A value as it is told. `of` is the type of the fact or the view that holds it, `beside` what stands next to it."""
        beside = beside or {}
        match value:
            case dict():
                return {key: self.told(one, of, key, value) for key, one in value.items()}
            case list():
                found = [self.told(one, of, name, beside) for one in value]
                return sorted(found, key=str) if (of, name) == ("standing", "items") else found
            case datetime():
                return value.astimezone(self._zone).date()
            case int() if name == "position" and value:
                of_a_round = beside.get("kind") == "round" or (of in _ROUNDS and "kind" in beside)
                return (self._received_by if of_a_round else self._at)[value]
            case int() if name in ("feed_seq", "source_seq") and value:
                return self._fed[beside.get("source", "ledger"), value]
        return value if value is None or isinstance(value, (bool, int)) else self.text(value)

    def text(self, value: Any) -> Any:
        text = str(value)
        if found := _STANDING.match(text):
            return f"standing/{self._at[int(found[1])]}"
        if _INSTANT.match(text):
            return str(datetime.fromisoformat(text).astimezone(self._zone).date())
        if text in self._clear:
            return self._clear[text]
        return _ID.sub(lambda id: self._events.get(id[0], id[0]), text) if isinstance(value, (str, UUID)) else value

    def _event(self, value: Any) -> str | None:
        return None if value is None else str(self.text(value))


def differences(one: Told, other: Told) -> list[str]:
    """Where two differ, a sentence for each fact or row and name; none when they are the same."""
    found = [f"{key}: only in the first" for key in one.keys() - other.keys()]
    found += [f"{key}: only in the second" for key in other.keys() - one.keys()]
    for key in sorted(one.keys() & other.keys()):
        names = one[key].keys() | other[key].keys()
        found += [
            f"{key} {name}: {one[key].get(name)!r} and {other[key].get(name)!r}"
            for name in sorted(names)
            if one[key].get(name) != other[key].get(name)
        ]
    return found
