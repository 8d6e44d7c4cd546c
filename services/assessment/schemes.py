"""Which scheme a unit is assessed under: the reference fold of the schemes, with every version that was ever in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from services.assessment.events import Provisions, SchemeAdopted, SchemeAmended, SchemeDrafted, SchemeId, UnitClass
from shared.directory import Directory
from shared.domain import UnitId
from shared.facts import Fact, LogStarted

INTERNAL = "section"
"""The kind of an internal body (内设机构): no unit of any class, what is found there counts for the unit it belongs to."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The fact from which a version of a scheme comes; it is what a leaf's opening line names."""

    event: str
    type: str
    stream: str
    position: int
    source: str
    source_seq: int | None
    recorded_by: str
    occurred: date


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a scheme, with what scoring needs to know of it."""

    scheme: SchemeId
    version: int
    unit: UnitId
    year: int
    units: UnitClass
    provisions: Provisions
    origin: Origin


def covers(units: UnitClass, directory: Directory, unit: UnitId) -> bool:
    """Whether a unit belongs to a class, as the directory stands."""
    known = directory.units.get(unit)
    return (
        known is not None
        and unit != units.root
        and known.level in units.levels
        and known.kind in units.kinds
        and directory.is_within(unit, units.root)
    )


def overlap(one: UnitClass, other: UnitClass, directory: Directory) -> bool:
    """Whether a unit could belong to both classes: they share a level and a kind, and one root lies in the other's."""
    return (
        bool(set(one.levels) & set(other.levels))
        and bool(set(one.kinds) & set(other.kinds))
        and (directory.is_within(one.root, other.root) or directory.is_within(other.root, one.root))
    )


def assessed_unit(directory: Directory, unit: UnitId) -> UnitId:
    """The unit that answers for what happened at a unit: itself, or for an internal body the unit it belongs to."""
    for at in directory.ancestors(unit):
        if directory.units[at].kind != INTERNAL:
            return at
    return unit


@dataclass(slots=True)
class Schemes:
    """All schemes with all their versions, advanced in log order; and the zone in which the log reckons its days."""

    STREAMS: ClassVar[tuple[str, ...]] = ("log", "scheme")

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    versions: dict[SchemeId, list[Version]] = field(default_factory=dict)
    in_force: dict[int, list[SchemeId]] = field(default_factory=dict)
    """Schemes in force by year, in the order of their adoption."""

    def apply(self, fact: Fact) -> None:
        event = fact.event
        match event:
            case LogStarted():
                self.zone = ZoneInfo(event.zone)
            case SchemeDrafted():
                self.versions[event.scheme] = [
                    Version(event.scheme, 1, event.unit, event.year, event.units, event.provisions, self._origin(fact))
                ]
            case SchemeAmended():
                before = self.versions[event.scheme][-1]
                self.versions[event.scheme].append(
                    Version(
                        event.scheme,
                        event.version,
                        before.unit,
                        before.year,
                        before.units,
                        event.provisions,
                        self._origin(fact),
                    )
                )
            case SchemeAdopted():
                self.in_force.setdefault(self.versions[event.scheme][-1].year, []).append(event.scheme)
            case _:
                pass

    def _origin(self, fact: Fact) -> Origin:
        return Origin(
            str(fact.event_id),
            fact.type,
            fact.stream,
            fact.position,
            fact.source,
            fact.source_seq,
            fact.actor.subject,
            self.day(fact),
        )

    def day(self, fact: Fact) -> date:
        """The date on which a fact occurred, in the log's zone."""
        return self.local(fact.occurred)

    def local(self, when: date | datetime) -> date:
        """The date of an instant in the log's zone; a date is one already."""
        if isinstance(when, datetime):
            return when.replace(tzinfo=when.tzinfo or UTC).astimezone(self.zone).date()
        return when

    def latest(self, scheme: SchemeId) -> Version | None:
        return self.versions[scheme][-1] if scheme in self.versions else None

    def version(self, scheme: SchemeId, number: int) -> Version | None:
        return next((v for v in self.versions.get(scheme, ()) if v.version == number), None)

    def of_unit(self, directory: Directory, year: int, unit: UnitId) -> Version | None:
        """The scheme under which a unit is assessed in a year, in its latest version; None outside every class."""
        for scheme in self.in_force.get(year, ()):
            latest = self.versions[scheme][-1]
            if covers(latest.units, directory, unit):
                return latest
        return None

    def years(self) -> Iterable[int]:
        """The years for which a scheme is in force."""
        return self.in_force.keys()
