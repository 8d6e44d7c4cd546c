"""The small folds that rules, views and permission look things up in: directory, calendar, terms.

Each is advanced fact by fact in log order, so that at any position they are what they were then. A service may add
one of its own (`own`), such as its assessment schemes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from shared.calendar import HolidayNotice, WorkCalendar
from shared.directory import DIRECTORY_EVENTS, DIRECTORY_STREAMS, Directory
from shared.domain import PublicText
from shared.facts import Fact, PersonErased, TermSet


@dataclass(frozen=True, slots=True)
class HolidayNoticeIssued:
    """The State Council's notice of a year's days off and working weekends is known; it replaces an earlier one.

    Recorded by the ledger, which owns the calendar. Deadlines that were provisional become firm. Kept for ever.
    """

    STREAM: ClassVar = "calendar/{year}"
    year: int
    off_days: tuple[date, ...]
    working_weekends: tuple[date, ...]
    citation: PublicText


class OwnFold(Protocol):
    """A service's own reference fold: the stream prefixes and sources it is rebuilt from, and how it advances."""

    STREAMS: ClassVar[tuple[str, ...]]

    def apply(self, fact: Fact) -> None: ...


class NothingOwn:
    """For services without a reference fold of their own."""

    STREAMS: ClassVar[tuple[str, ...]] = ()

    def apply(self, fact: Fact) -> None:
        """Nothing to remember."""


@dataclass(slots=True)
class Terms:
    """Limits, periods and rates by date. A missing term is an error of the program, not of the user: KeyError."""

    values: dict[str, list[TermSet]] = field(default_factory=dict)

    def apply(self, event: TermSet) -> None:
        self.values.setdefault(event.term, []).append(event)
        self.values[event.term].sort(key=lambda term: term.valid_from)

    def on(self, term: str, day: date) -> TermSet:
        """The term as it is valid on a day: the latest that began on or before it."""
        valid = [t for t in self.values.get(term, ()) if t.valid_from <= day]
        if not valid:
            raise KeyError(f"no term {term!r} is valid on {day}")
        return valid[-1]

    def whole(self, term: str, day: date) -> int:
        """The term as a whole number of its unit."""
        return int(self.on(term, day).value)

    def decimal(self, term: str, day: date) -> Decimal:
        return Decimal(self.on(term, day).value)

    def words(self, term: str, day: date) -> str:
        return self.on(term, day).value


REFERENCE_EVENTS: tuple[type, ...] = (*DIRECTORY_EVENTS, HolidayNoticeIssued, PersonErased)
"""What the ledger emits and every service follows; part of every catalogue."""

REFERENCE_STREAMS = (*DIRECTORY_STREAMS, "calendar", "term")


@dataclass(slots=True)
class References:
    """All reference folds of one service at one position of its log."""

    own: Any
    directory: Directory = field(default_factory=Directory)
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    terms: Terms = field(default_factory=Terms)
    position: int = 0

    def apply(self, fact: Fact) -> None:
        """Advance by one fact; facts that no fold reads only move the position."""
        match fact.event:
            case HolidayNoticeIssued() as notice:
                self.calendar = self.calendar.with_notice(
                    HolidayNotice(
                        notice.year, frozenset(notice.off_days), frozenset(notice.working_weekends), notice.citation
                    )
                )
            case TermSet() as term:
                self.terms.apply(term)
            case _:
                self.directory.apply(fact)
        self.own.apply(fact)
        self.position = fact.position

    def streams(self) -> tuple[str, ...]:
        """The stream prefixes from which these folds can be rebuilt without reading the whole log."""
        return (*REFERENCE_STREAMS, *self.own.STREAMS)
