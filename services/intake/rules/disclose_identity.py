"""Who reported is opened, for a reason that is recorded first."""

from __future__ import annotations

from dataclasses import dataclass

from services.intake.events import ComplaintId, DisclosureId, DisclosureReasoned, ReporterIdentityDisclosed
from services.intake.refusals import ANONYMOUS, COMPLAINT_UNKNOWN, IDENTITY_ERASED, RECUSED, TEXT_MISSING
from services.intake.state import Disclosed, Lodged
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonalText, PersonId


@dataclass(frozen=True, slots=True)
class DiscloseIdentity:
    """公开举报人身份。Open who reported: their name and addresses may be read by whoever asked, that day alone.

    `reason` may name people and is sealed.
    """

    disclosure: DisclosureId
    complaint: ComplaintId
    reason: PersonalText


def decide(
    command: DiscloseIdentity,
    disclosed: Disclosed | None,
    read: tuple[Lodged | None],
    erased: bool,
    directory: Directory,
    actor: Actor,
    moment: Moment,
) -> Decision:
    """By the privacy officer, never by somebody of the unit complained of. Every opening is a fact."""
    (lodged,) = read
    if lodged is None:
        return COMPLAINT_UNKNOWN.of()
    if lodged.reporter is None:
        return ANONYMOUS.of()
    if erased:
        return IDENTITY_ERASED.of()
    if lodged.unit in directory.units_of(PersonId(actor.subject)):
        return RECUSED.of()
    if not command.reason:
        return TEXT_MISSING.of(field="reason", field_zh="公开身份的理由")
    return [
        ReporterIdentityDisclosed(command.disclosure, command.complaint, moment.today, actor),
        DisclosureReasoned(command.disclosure, command.reason),
    ]
