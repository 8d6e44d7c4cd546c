"""A person is called otherwise, or was misspelt."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import PersonNamed
from services.ledger.refusals import PERSON_OUT_OF_REACH, TEXT_MISSING
from services.ledger.rules.powers import out_of_reach
from services.ledger.state import RegisteredPerson
from shared.directory import Directory
from shared.domain import Actor, Decision, PersonalText, PersonId


@dataclass(frozen=True, slots=True)
class NamePerson:
    person: PersonId
    name: PersonalText


def decide(command: NamePerson, person: RegisteredPerson, actor: Actor, directory: Directory) -> Decision:
    """By who reaches one of the person's units; by any organiser while the person has held no post."""
    refused = [out_of_reach(actor, directory, unit) for unit in sorted(directory.units_of(command.person))]
    if refused and all(refused):
        return PERSON_OUT_OF_REACH.of()
    if not command.name:
        return TEXT_MISSING.of(field="name", field_zh="姓名")
    return [PersonNamed(command.person, command.name)]
