"""A clue is reported to the same-level committee, and to the upper discipline body (双报告)."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import ClueId, ClueReportedUp, ReportedTo
from services.complaints.refusals import CLUE_CLOSED, REPORTED_ALREADY
from services.complaints.rules.duties import text_missing
from services.complaints.state import Clue, OpenClue
from shared.domain import Actor, Decision, Moment, PublicText


@dataclass(frozen=True, slots=True)
class ReportClueUp:
    """问题线索双报告。Record that a clue was reported to one of the two that must know; `document` is the paper."""

    clue: ClueId
    to: ReportedTo
    document: PublicText


def decide(command: ReportClueUp, clue: Clue, actor: Actor, moment: Moment) -> Decision:
    if not isinstance(clue, OpenClue):
        return CLUE_CLOSED.of()
    if command.to in clue.reported_to:
        return REPORTED_ALREADY.of()
    if refused := text_missing(command.document, "document", "报告文件"):
        return refused
    return [ClueReportedUp(clue.clue, clue.unit, command.to, command.document, moment.today, actor)]
