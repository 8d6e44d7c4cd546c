"""A person may hold posts from now on."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import PersonNamed, PersonRegistered
from services.ledger.refusals import TEXT_MISSING
from shared.domain import Decision, PersonalText, PersonId


@dataclass(frozen=True, slots=True)
class RegisterPerson:
    """`person` is allotted: the pseudonym under which everything about them is recorded."""

    person: PersonId
    name: PersonalText


def decide(command: RegisterPerson, state: None) -> Decision:
    """Two people may bear one name."""
    if not command.name:
        return TEXT_MISSING.of(field="name", field_zh="姓名")
    return [PersonRegistered(command.person), PersonNamed(command.person, command.name)]
