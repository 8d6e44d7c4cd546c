"""What the rules of the intake must remember, as named situations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.intake.events import (
    ComplaintId,
    ComplaintLodged,
    HandedUp,
    HandedUpConfirmed,
    HandedUpExported,
    ReporterIdentityDisclosed,
    ReporterNamed,
)
from shared.domain import PersonId, UnitId

# --- complaint/… ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lodged:
    """A report that entered the log. `reporter` is None for an anonymous one."""

    complaint: ComplaintId
    unit: UnitId
    received_by: UnitId
    reporter: PersonId | None


def evolve_complaint(lodged: Lodged | None, event: Any) -> Lodged | None:
    match event:
        case ComplaintLodged():
            return Lodged(event.complaint, event.unit, event.received_by, None)
        case ReporterNamed(reporter=reporter) if lodged is not None:
            return replace(lodged, reporter=reporter)
    return lodged


# --- handed-up/… ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Up:
    """A report that was handed up. `recipient_key` is set once it was exported, `confirmed_on` once it has arrived."""

    unit: UnitId
    """The body that had received it, so that its clerks may act."""
    recipient_key: str | None = None
    confirmed_on: date | None = None


def evolve_handed_up(up: Up | None, event: Any) -> Up | None:
    match event:
        case HandedUp(received_by=received_by):
            return Up(received_by)
        case HandedUpExported(recipient_key=key) if up is not None:
            return replace(up, recipient_key=key)
        case HandedUpConfirmed(confirmed_on=day) if up is not None:
            return replace(up, confirmed_on=day)
    return up


# --- disclosure/… and erasure/… ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Disclosed:
    """An identity was opened."""

    complaint: ComplaintId


def evolve_disclosure(disclosed: Disclosed | None, event: Any) -> Disclosed | None:
    return Disclosed(event.complaint) if isinstance(event, ReporterIdentityDisclosed) else disclosed


@dataclass(frozen=True, slots=True)
class Erased:
    """The key of a subject is destroyed."""


def evolve_erasure(erased: Erased | None, event: Any) -> Erased:
    return Erased()


FOLDS: Mapping[str, Callable[[Any, Any], Any]] = {
    "complaint": evolve_complaint,
    "handed-up": evolve_handed_up,
    "disclosure": evolve_disclosure,
    "erasure": evolve_erasure,
}
"""By stream prefix, how a situation follows from the one before and an event."""
