"""Where a person is told by e-mail that there is something to read."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import PersonMailDropped, PersonMailSet
from services.ledger.refusals import MAIL_NOT_YOURS
from services.ledger.rules.mail import mail_invalid
from services.ledger.state import RegisteredPerson
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonalText, PersonId


@dataclass(frozen=True, slots=True)
class SetPersonMail:
    """Without `mail`: nowhere any more."""

    person: PersonId
    mail: PersonalText | None = None


def decide(
    command: SetPersonMail, person: RegisteredPerson, actor: Actor, directory: Directory, moment: Moment
) -> Decision:
    """By the person, or by an administrator who reaches one of the person's units; by any while they have held no post.

    Whoever holds several posts is asked about all of them: that of the actor may be any, since everybody has a mailbox.
    """
    if actor.subject != command.person and not _administers(directory, actor, command.person, moment):
        return MAIL_NOT_YOURS.of()
    if command.mail is None:
        return [PersonMailDropped(command.person)]
    if refused := mail_invalid(command.mail.clear()):
        return refused
    return [PersonMailSet(command.person, command.mail)]


def _administers(directory: Directory, actor: Actor, person: PersonId, moment: Moment) -> bool:
    units = directory.units_of(person)
    posts = directory.principal(PersonId(actor.subject), moment.today).posts
    return any(
        "administrator" in held.roles and (not units or any(directory.is_within(unit, held.over) for unit in units))
        for held in posts
    )
