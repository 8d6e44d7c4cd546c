"""What the assessment service can be told to do, row by row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from services.assessment.rules import (
    adopt_scheme,
    amend_scheme,
    close_round,
    confirm_trigger,
    draft_scheme,
    erase_narrative,
    lift_veto,
    open_round,
    reject_trigger,
    report_trigger,
    review_decision,
    review_overdue,
    review_veto,
)
from shared.actions import Action, Asked, Streams, no_unit, unit_of_command

Ask = Callable[[Any, Any, Any], Awaitable[Any]]


def _scheme(command: Any, situation: Any) -> tuple[str, ...]:
    return (f"scheme/{command.scheme}",)


def _scheme_year(command: Any, scheme: Any) -> tuple[str, ...]:
    return (f"scheme-year/{scheme.year}",)


def _scheme_and_veto(command: Any, trigger: Any) -> tuple[str, ...]:
    """None for a trigger that was decided already: the rule refuses it before it looks at them."""
    scheme = getattr(trigger, "scheme", None)
    return (f"scheme/{scheme}", f"veto/{scheme}/{trigger.unit}") if scheme is not None else ()


def actions(known_of_round: Ask, standing_now: Ask) -> tuple[Action, ...]:
    """THE table. The two reads of views are handed in by `main`, so that rules import no view."""
    return (
        Action(
            draft_scheme.DraftScheme,
            draft_scheme.decide,
            stream="scheme/{scheme}",
            path="schemes",
            may=("coordinator",),
            unit=unit_of_command,
            reads=("directory", "terms"),
            creates="scheme",
            needs_state=False,
        ),
        Action(
            adopt_scheme.AdoptScheme,
            adopt_scheme.decide,
            stream="scheme/{scheme}",
            path="schemes/{scheme}/adopt",
            may=("committee",),
            reads=(Streams(_scheme_year), "directory", "moment"),
        ),
        Action(
            amend_scheme.AmendScheme,
            amend_scheme.decide,
            stream="scheme/{scheme}",
            path="schemes/{scheme}/amend",
            may=("committee", "coordinator"),
            reads=("actor", "directory"),
        ),
        Action(
            open_round.OpenRound,
            open_round.decide,
            stream="round/{scheme}/{kind}",
            path="schemes/{scheme}/rounds/{kind}",
            may=("assessor", "coordinator"),
            unit=unit_of_command,
            reads=(Streams(_scheme), "actor"),
            needs_state=False,
        ),
        Action(
            close_round.CloseRound,
            close_round.decide,
            stream="round/{scheme}/{kind}",
            path="schemes/{scheme}/rounds/{kind}/close",
            may=("assessor", "coordinator"),
            reads=(Streams(_scheme), Asked(known_of_round), "own", "actor", "moment"),
        ),
        Action(
            report_trigger.ReportTrigger,
            report_trigger.decide,
            stream="trigger/{trigger}",
            path="triggers",
            may=("inspector", "coordinator"),
            unit=unit_of_command,
            reads=(Streams(_scheme), "directory", "actor", "moment"),
            creates="trigger",
            needs_state=False,
        ),
        Action(
            confirm_trigger.ConfirmTrigger,
            confirm_trigger.decide,
            stream="trigger/{trigger}",
            path="triggers/{trigger}/confirm",
            may=("committee",),
            reads=(Streams(_scheme_and_veto), "actor", "directory"),
        ),
        Action(
            reject_trigger.RejectTrigger,
            reject_trigger.decide,
            stream="trigger/{trigger}",
            path="triggers/{trigger}/reject",
            may=("committee",),
            reads=("actor", "directory"),
        ),
        Action(
            erase_narrative.EraseNarrative,
            erase_narrative.decide,
            stream="erasure/stream/trigger/{trigger}",
            path="triggers/{trigger}/erase-narrative",
            may=("privacy-officer",),
            unit=no_unit,
            reads=(Streams(lambda command, situation: (f"trigger/{command.trigger}",)),),
            needs_state=False,
        ),
        Action(
            lift_veto.LiftVeto,
            lift_veto.decide,
            stream="veto/{scheme}/{unit}",
            path="vetoes/{scheme}/{unit}/lift",
            may=("committee",),
            reads=(Asked(standing_now), "actor", "directory"),
        ),
        Action(
            review_veto.ReviewVeto,
            review_veto.decide,
            stream="veto/{scheme}/{unit}",
            path="vetoes/{scheme}/{unit}/review",
            may=(),
            unit=unit_of_command,
            needs_state=False,
        ),
        Action(
            review_decision.ReviewDecision,
            review_decision.decide,
            stream="veto/{scheme}/{unit}",
            path="vetoes/{scheme}/{unit}/review-decision",
            may=(),
            unit=unit_of_command,
            reads=(Streams(_scheme), Asked(standing_now)),
            needs_state=False,
        ),
        Action(
            review_overdue.ReviewOverdue,
            review_overdue.decide,
            stream="overdue/{subject}/{number}",
            path="overdue/{subject}/{number}/review",
            may=(),
            unit=unit_of_command,
            reads=("moment",),
            needs_state=False,
        ),
    )
