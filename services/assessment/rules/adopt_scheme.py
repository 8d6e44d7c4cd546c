"""A drafted scheme comes into force for its year and its class of units."""

from __future__ import annotations

from dataclasses import dataclass

from services.assessment.events import SchemeAdopted, SchemeId, UnitsPutUnderScheme
from services.assessment.refusals import SCHEME_IN_FORCE, SCHEME_OVERLAPS
from services.assessment.rules.texts import text_missing
from services.assessment.schemes import overlap
from services.assessment.state import Drafted, InForce, SchemeYear
from shared.directory import Directory
from shared.domain import Decision, Moment, PublicText


@dataclass(frozen=True, slots=True)
class AdoptScheme:
    """印发考核办法。Bring a drafted scheme into force.

    `document` is the paper that adopts it, such as 云委发〔2026〕2号.
    """

    scheme: SchemeId
    document: PublicText


def decide(
    command: AdoptScheme,
    scheme: Drafted | InForce,
    years: tuple[SchemeYear | None, ...],
    directory: Directory,
    moment: Moment,
) -> Decision:
    """A unit is assessed under one scheme a year, so that no two classes of a year may share a unit."""
    if isinstance(scheme, InForce):
        return SCHEME_IN_FORCE.of()
    if refused := text_missing(command.document, "document", "印发文件"):
        return refused
    (year,) = years
    for other in year.taken if year else ():
        if overlap(scheme.units, other.units, directory):
            return SCHEME_OVERLAPS.of(year=scheme.year, name=scheme.units.name, other=other.units.name)
    return [
        SchemeAdopted(command.scheme, scheme.unit, scheme.version, command.document, moment.today),
        UnitsPutUnderScheme(scheme.year, command.scheme, scheme.units),
    ]
