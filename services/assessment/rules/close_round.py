"""A round of assessment is closed: every unit's score is fixed, with the position of the log it was reckoned from."""

from __future__ import annotations

from dataclasses import dataclass

from services.assessment.events import RoundClosed, RoundKind, SchemeId, UnitScored, UnitScoreExplained
from services.assessment.refusals import (
    NO_UNITS,
    PERIOD_RUNS,
    ROUND_CLOSED,
    SCHEME_MOVED,
    SCHEME_NOT_IN_FORCE,
    STANDING_INCOMPLETE,
)
from services.assessment.schemes import Schemes
from services.assessment.scoring import Evidence, score
from services.assessment.state import ClosedRound, InForce, Known, Round, Scheme
from shared.domain import Actor, Decision, Event, Moment


@dataclass(frozen=True, slots=True)
class CloseRound:
    """结束考核。Close a round: every unit's score is fixed."""

    scheme: SchemeId
    kind: RoundKind


def decide(
    command: CloseRound,
    round_: Round,
    schemes: tuple[Scheme | None, ...],
    known: Known,
    own: Schemes,
    actor: Actor,
    moment: Moment,
) -> Decision:
    """Facts of the period count that are known at `known.position`; what is still overdue counts to the last day."""
    (scheme,) = schemes
    if isinstance(round_, ClosedRound):
        return ROUND_CLOSED.of()
    if not isinstance(scheme, InForce):
        return SCHEME_NOT_IN_FORCE.of()
    version = own.latest(command.scheme)
    if version is None or version.version != scheme.version:
        return SCHEME_MOVED.of()
    if moment.today < round_.period_to:
        return PERIOD_RUNS.of(to=round_.period_to, today=moment.today)
    if known.incomplete:
        return STANDING_INCOMPLETE.of(count=known.incomplete)
    if not known.units:
        return NO_UNITS.of()
    events: list[Event] = [
        RoundClosed(
            command.scheme,
            command.kind,
            round_.unit,
            version.version,
            round_.period_from,
            round_.period_to,
            known.position,
            round_.period_to,
            len(known.units),
            actor,
        )
    ]
    for unit in known.units:
        result = score(version, Evidence(round_.period_from, round_.period_to, unit.items, round_.period_to))
        counted = [i for i in unit.items if round_.period_from <= i.occurred <= round_.period_to]
        events.append(
            UnitScored(
                command.scheme,
                command.kind,
                unit.unit,
                version.version,
                result.total,
                version.provisions.pass_line,
                known.position,
                max((item.source_seq or 0 for item in counted), default=0),
                version.provisions.veto_basis,
            )
        )
        events.append(UnitScoreExplained(command.scheme, command.kind, unit.unit, result.lines))
    return events
