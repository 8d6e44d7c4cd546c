"""It becomes known whom else a clue is about; if that is who has it, it is taken from them."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import ClueConcerns, ClueId, CustodyWithdrawn
from services.complaints.refusals import CLUE_CLOSED, CUSTODIAN_NOT_YOU
from services.complaints.rules.duties import concerned, persons_unknown
from services.complaints.state import Clue, OpenClue
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonId


@dataclass(frozen=True, slots=True)
class NameInClue:
    """补充线索涉及人员。Name further persons whom a clue is about."""

    clue: ClueId
    persons: tuple[PersonId, ...]


def decide(command: NameInClue, clue: Clue, directory: Directory, actor: Actor, moment: Moment) -> Decision:
    """A clue that names its custodian goes back to who put it on the books (回避)."""
    if not isinstance(clue, OpenClue):
        return CLUE_CLOSED.of()
    if actor.subject not in (clue.custodian, clue.opened_by.subject):
        return CUSTODIAN_NOT_YOU.of()
    if refused := persons_unknown(command.persons, directory):
        return refused
    new = tuple(person for person in dict.fromkeys(command.persons) if person not in clue.about_persons)
    if not new:
        return []
    named = ClueConcerns(clue.clue, clue.unit, new, actor)
    if not concerned(clue.custodian, clue.about_unit, new, directory):
        return [named]
    back = PersonId(clue.opened_by.subject)
    return [named, CustodyWithdrawn(clue.clue, clue.unit, clue.custodian, back, moment.today)]
