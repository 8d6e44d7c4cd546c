"""The reporter is told something, which they read with their receipt."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import ComplaintId, ReporterTold, ToldOf
from services.complaints.refusals import NO_REVIEW_ASKED, NOT_YOURS_TO_HANDLE, PETITION_NOT_ACCEPTED_YET
from services.complaints.rules.duties import text_missing
from services.complaints.state import Petition, PetitionSituation, Report
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonalText

_ASKED = {"review": "review-request", "final-review": "final-review-request"}


@dataclass(frozen=True, slots=True)
class TellReporter:
    """告知信访人。Write to the reporter: of acceptance, the answer, a review's outcome, the result, or simply a message."""

    complaint: ComplaintId
    of: ToldOf
    text: PersonalText


def decide(
    command: TellReporter,
    petition: PetitionSituation,
    reports: tuple[Report | None, ...],
    directory: Directory,
    actor: Actor,
    moment: Moment,
) -> Decision:
    """By who handles the report, or supervises. 复查 and 复核 answer only what was asked."""
    post = directory.posts.get(actor.post) if actor.post else None
    supervises = post is not None and "case-supervisor" in post.roles
    if not supervises and actor.subject != petition.handler:
        return NOT_YOURS_TO_HANDLE.of()
    if command.of == "answer" and isinstance(petition, Petition) and petition.accepted_on is None:
        return PETITION_NOT_ACCEPTED_YET.of()
    (report,) = reports
    if (asked := _ASKED.get(command.of)) and all(w.word != asked for w in (report.words if report else ())):
        return NO_REVIEW_ASKED.of()
    if refused := text_missing(command.text, "text", "告知内容"):
        return refused
    return [ReporterTold(petition.complaint, petition.unit, command.of, command.text, moment.today, actor)]
