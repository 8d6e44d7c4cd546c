"""What the rules of assessment must remember: for each kind of stream a union of named situations, and how events move it.

A situation is None before the first event. Each that belongs to a unit has `unit`, by which permission is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from services.assessment.events import (
    Grounds,
    OverdueDaysCounted,
    Provisions,
    RoundClosed,
    RoundKind,
    RoundOpened,
    SchemeAdopted,
    SchemeAmended,
    SchemeDrafted,
    SchemeId,
    TriggerConfirmed,
    TriggerId,
    TriggerRejected,
    TriggerReported,
    UnitClass,
    UnitScored,
    UnitScoreExplained,
    UnitsPutUnderScheme,
    VetoGroundsAdded,
    VetoGroundsWithdrawn,
    VetoLifted,
    VetoStatus,
    VetoStatusChanged,
)
from services.assessment.evidence import Item
from shared.domain import Actor, PublicText, UnitId
from shared.facts import PersonalDataErased

# --- scheme/… ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drafted:
    """A scheme that scores nobody yet."""

    scheme: SchemeId
    unit: UnitId
    year: int
    units: UnitClass
    version: int
    provisions: Provisions


@dataclass(frozen=True, slots=True)
class InForce:
    """An adopted scheme, in its latest version."""

    scheme: SchemeId
    unit: UnitId
    year: int
    units: UnitClass
    version: int
    provisions: Provisions


Scheme = Drafted | InForce


def evolve_scheme(scheme: Scheme | None, event: Any) -> Scheme:
    match event:
        case SchemeDrafted():
            return Drafted(event.scheme, event.unit, event.year, event.units, 1, event.provisions)
        case SchemeAmended() if scheme is not None:
            return replace(scheme, version=event.version, provisions=event.provisions)
        case SchemeAdopted() if scheme is not None:
            return InForce(scheme.scheme, scheme.unit, scheme.year, scheme.units, scheme.version, scheme.provisions)
    raise TypeError(f"{type(event).__name__} cannot follow in the stream of a scheme")


# --- scheme-year/… ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SchemeYear:
    """The classes of units that are under a scheme in a year."""

    taken: tuple[UnitsPutUnderScheme, ...]


def evolve_scheme_year(year: SchemeYear | None, event: UnitsPutUnderScheme) -> SchemeYear:
    return SchemeYear((*(year.taken if year else ()), event))


# --- round/… ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RunningRound:
    """A round that is being held."""

    scheme: SchemeId
    kind: RoundKind
    unit: UnitId
    period_from: date
    period_to: date


@dataclass(frozen=True, slots=True)
class ClosedRound:
    """A round whose scores stand."""

    scheme: SchemeId
    kind: RoundKind
    unit: UnitId
    position: int


Round = RunningRound | ClosedRound


def evolve_round(round_: Round | None, event: Any) -> Round:
    match event:
        case RoundOpened():
            return RunningRound(event.scheme, event.kind, event.unit, event.period_from, event.period_to)
        case RoundClosed():
            return ClosedRound(event.scheme, event.kind, event.unit, event.position)
        case UnitScored() | UnitScoreExplained() if round_ is not None:
            return round_
    raise TypeError(f"{type(event).__name__} cannot follow in the stream of a round")


# --- trigger/… --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reported:
    """A trigger that waits for the committee."""

    trigger: TriggerId
    scheme: SchemeId
    unit: UnitId
    code: str
    by: Actor


@dataclass(frozen=True, slots=True)
class Decided:
    """A trigger that the committee confirmed or rejected."""

    trigger: TriggerId
    unit: UnitId
    confirmed: bool


Trigger = Reported | Decided


def evolve_trigger(trigger: Trigger | None, event: Any) -> Trigger:
    match event:
        case TriggerReported():
            return Reported(event.trigger, event.scheme, event.unit, event.code, event.by)
        case TriggerConfirmed() | TriggerRejected():
            return Decided(event.trigger, event.unit, isinstance(event, TriggerConfirmed))
    raise TypeError(f"{type(event).__name__} cannot follow in the stream of a trigger")


# --- erasure/… --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Erased:
    """The key of a subject is destroyed."""

    subject: str


def evolve_erasure(erased: Erased | None, event: Any) -> Erased:
    match event:
        case PersonalDataErased():
            return Erased(event.subject)
    raise TypeError(f"{type(event).__name__} cannot follow in the stream of an erasure")


# --- veto/… -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Veto:
    """A unit's veto status under a scheme. None, before the first change, is clear.

    `standing` are the grounds on which it is vetoed now; `lifted` the ids of those that may not veto again. `position`
    is the latest of the log that a standing was looked at: an older one says nothing any more. `lifted_at` is the score
    at which a veto by the live standing was lifted, until the standing has been above the line again.
    """

    unit: UnitId
    status: VetoStatus
    standing: tuple[Grounds, ...] = ()
    lifted: frozenset[str] = frozenset()
    position: int = 0
    lifted_at: Decimal | None = None


def evolve_veto(veto: Veto | None, event: Any) -> Veto:
    now = veto or Veto(event.unit, "clear")
    match event:
        case VetoStatusChanged(grounds=grounds):
            if grounds.kind in ("standing", "lifting", "withdrawal"):
                now = replace(now, position=max(now.position, grounds.position))
            if grounds.kind == "lifting":
                now = replace(now, lifted_at=grounds.score if event.status == "at-risk" else None)
            elif event.status == "clear":
                now = replace(now, lifted_at=None)
            if event.status == "vetoed" and grounds.kind != "lifting":
                now = replace(now, standing=(*now.standing, grounds))
            return replace(now, status=event.status)
        case VetoGroundsAdded(grounds=grounds):
            return replace(now, standing=(*now.standing, grounds))
        case VetoLifted():
            gone = set(event.grounds)
            live = [g for g in now.standing if g.id in gone and g.kind == "standing"]
            return replace(
                now,
                standing=tuple(g for g in now.standing if g.id not in gone),
                lifted=now.lifted | gone,
                lifted_at=min((g.score for g in live if g.score is not None), default=now.lifted_at),
            )
        case VetoGroundsWithdrawn():
            return replace(now, standing=tuple(g for g in now.standing if g.id not in event.grounds))
    raise TypeError(f"{type(event).__name__} cannot follow in the stream of a veto")


# --- overdue/… --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counted:
    """How many days overdue something was when it was last counted, by which time limit."""

    unit: UnitId
    due: date
    as_of: date


def evolve_overdue(counted: Counted | None, event: OverdueDaysCounted) -> Counted:
    return Counted(event.unit, event.due, event.as_of)


# --- what rules ask of views ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """All that is known of a unit's year."""

    unit: UnitId
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of all units under a scheme at `position` of the log; `incomplete` counts those that cannot be read."""

    position: int
    units: tuple[KnownUnit, ...]
    incomplete: int


@dataclass(frozen=True, slots=True)
class StandingNow:
    """A unit's live standing at `position` of the log."""

    position: int
    feed_seq: int
    scheme_version: int
    score: Decimal
    pass_line: Decimal
    veto_basis: PublicText
    incomplete: bool


FOLDS: Mapping[str, Callable[[Any, Any], Any]] = {
    "scheme": evolve_scheme,
    "scheme-year": evolve_scheme_year,
    "round": evolve_round,
    "trigger": evolve_trigger,
    "erasure": evolve_erasure,
    "veto": evolve_veto,
    "overdue": evolve_overdue,
}
"""Stream prefix → how its situation follows from its events."""
