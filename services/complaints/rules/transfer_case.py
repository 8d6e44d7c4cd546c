"""A case, or a part of it, goes to another organ or comes from it, and both sides sign."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import CaseId, CaseTransferred
from services.complaints.refusals import CASE_CLOSED
from services.complaints.rules.duties import not_handled_by, text_missing
from services.complaints.state import Case, ClosedCase
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonId, PublicText


@dataclass(frozen=True, slots=True)
class TransferCase:
    """案件移送。Record a transfer that both sides have signed; `signed_there` is the office that signed for the other."""

    case: CaseId
    organ: PublicText
    incoming: bool
    document: PublicText
    signed_there: PublicText


def decide(command: TransferCase, case: Case, directory: Directory, actor: Actor, moment: Moment) -> Decision:
    if isinstance(case, ClosedCase):
        return CASE_CLOSED.of()
    if refused := (
        not_handled_by(actor, case.handlers, moment, directory)
        or text_missing(command.organ, "organ", "移送机关")
        or text_missing(command.document, "document", "移送文书")
        or text_missing(command.signed_there, "signed_there", "对方签收")
    ):
        return refused
    return [
        CaseTransferred(
            case.case,
            case.unit,
            command.organ,
            command.incoming,
            command.document,
            PersonId(actor.subject),
            command.signed_there,
            moment.today,
        )
    ]
