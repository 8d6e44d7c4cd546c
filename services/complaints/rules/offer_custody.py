"""Whoever has a clue in custody signs it over."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import ClueId, CustodyOffered
from services.complaints.refusals import CLUE_CLOSED, CUSTODIAN_NOT_YOU, CUSTODY_TO_ONESELF
from services.complaints.rules.duties import unfit_to_handle
from services.complaints.state import Clue, OpenClue
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonId


@dataclass(frozen=True, slots=True)
class OfferCustody:
    """移交问题线索（移交人签字）。Sign a clue over; until `taker` signs too, it stays where it is."""

    clue: ClueId
    taker: PersonId


def decide(command: OfferCustody, clue: Clue, directory: Directory, actor: Actor, moment: Moment) -> Decision:
    """Both sides sign (双方签字); only who has it can hand it over."""
    if not isinstance(clue, OpenClue):
        return CLUE_CLOSED.of()
    if actor.subject != clue.custodian:
        return CUSTODIAN_NOT_YOU.of()
    if command.taker == clue.custodian:
        return CUSTODY_TO_ONESELF.of()
    if refused := unfit_to_handle(command.taker, clue.unit, clue.about_unit, clue.about_persons, directory, moment):
        return refused
    return [CustodyOffered(clue.clue, clue.unit, clue.custodian, command.taker, moment.today)]
