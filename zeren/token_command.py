"""`zeren token`: a development token of somebody who holds a role; and the first administrator of an installation."""

from __future__ import annotations

import secrets
from typing import Any

from services.ledger.rules.create_post import CreatePost
from services.ledger.rules.fill_post import FillPost
from services.ledger.rules.install_administrator import InstallAdministrator
from services.ledger.rules.register_person import RegisterPerson
from shared.actions import Action
from shared.directory import PortalId, Role, Unit
from shared.domain import PersonalText, PersonId, PostId, PublicText, Refused
from shared.handle import Done
from shared.running import Running
from shared.web.identities import LinkedElsewhere
from zeren.issuer import ISSUER, DevelopmentIssuer, NotInProduction
from zeren.office import Office, office
from zeren.office_refusals import ISSUER_UNNAMED, NOT_DONE, PORTAL_UNKNOWN, PRODUCTION, SUBJECT_LINKED, OfficeRefused
from zeren.people import held_by, holder, holders, only_holder, role_named, unit_coded
from zeren.settings import Settings


async def token(
    settings: Settings, *, role: str | None, unit: str | None, subject: str | None, create: bool, days: int
) -> str:
    """A token of the person named, or of one who holds the role in the unit. OfficeRefused when nobody does.

    With `create` somebody is then recorded who does, by events on the word of the installation's administrator.
    """
    issuer = _issuer(settings)
    async with office(settings) as opened:
        ledger = opened.services["ledger"]
        directory, today = ledger.references.folds.directory, ledger.log.clock.moment().today
        if subject is not None:
            held_by(directory, PersonId(subject), today)
            person = PersonId(subject)
        else:
            wanted = role_named(role or "coordinator")
            if create and unit and not holders(directory, wanted, unit_coded(directory, unit), today):
                person = await _appoint(opened, wanted, unit_coded(directory, unit))
            else:
                person = holder(directory, wanted, unit, today)
        return issuer.mint(person, days * 86_400)


async def portal_token(settings: Settings, portal: str, days: int) -> str:
    """A token of a registered portal, with all that it may do. OfficeRefused unless its issuer is this one."""
    issuer = _issuer(settings)
    async with office(settings) as opened:
        known = opened.services["ledger"].references.folds.directory.portals.get(PortalId(portal))
    if known is None or not known.scopes or (known.issuer, known.subject) != (ISSUER, known.id):
        raise OfficeRefused(PORTAL_UNKNOWN.of(portal=portal, issuer=ISSUER))
    return issuer.mint_for_client(known.id, known.scopes, days * 86_400)


def _issuer(settings: Settings) -> DevelopmentIssuer:
    try:
        return DevelopmentIssuer(settings)
    except NotInProduction:
        raise OfficeRefused(PRODUCTION.of()) from None


async def _appoint(opened: Office, role: Role, unit: Unit) -> PersonId:
    """A new person in a new post with the role, as the administrator records it."""
    ledger = opened.services["ledger"]
    today = ledger.log.clock.moment().today
    administrator = only_holder(ledger.references.folds.directory, "administrator", today)
    label = secrets.token_hex(4)
    person = PersonId(
        await _do(ledger, administrator, RegisterPerson(PersonId(""), PersonalText(f"开发人员{label}")), "person")
    )
    title = PublicText(f"{role}（开发）")
    post = PostId(await _do(ledger, administrator, CreatePost(PostId(""), unit.id, title, (role,), today), "post"))
    await _do(ledger, administrator, FillPost(post, person, today), "post")
    return person


async def install_administrator(
    settings: Settings, *, name: str, unit_code: str, unit_name: str, level: Any, kind: Any, title: str
) -> PersonId:
    """The first unit, post and administrator of an empty installation. OfficeRefused when it is not empty."""
    async with office(settings) as opened:
        ledger = opened.services["ledger"]
        command = InstallAdministrator(
            PersonId(""), PersonalText(name), unit_code, PublicText(unit_name), kind, level, PublicText(title)
        )
        outcome = await ledger.handler.handle_as_operator(
            action_of(ledger, InstallAdministrator), command, secrets.token_hex(16)
        )
        return PersonId(_created(outcome, "person"))


async def link(settings: Settings, person: str, issuer: str, subject: str) -> None:
    """Whoever signs in as this subject of a trusted issuer is this person, who must hold a post. OfficeRefused.

    Repeatable; a subject that stands for somebody stands for them for ever.
    """
    if issuer not in {trusted.issuer for trusted in settings.issuers}:
        raise OfficeRefused(ISSUER_UNNAMED.of(issuer=issuer))
    async with office(settings) as opened:
        ledger = opened.services["ledger"]
        held_by(ledger.references.folds.directory, PersonId(person), ledger.log.clock.moment().today)
        try:
            await opened.identities.link(issuer, subject, PersonId(person))
        except LinkedElsewhere:
            raise OfficeRefused(SUBJECT_LINKED.of()) from None


async def _do(ledger: Running, person: PersonId, command: Any, created: str) -> str:
    outcome = await ledger.handle(action_of(ledger, type(command)), command, person, secrets.token_hex(16))
    return _created(outcome, created)


def action_of(running: Running, command: type) -> Action:
    """The row of the table for a command; KeyError when the service has none."""
    return {action.command: action for action in running.service.actions}[command]


def _created(outcome: Done | Refused, field: str) -> str:
    if isinstance(outcome, Refused):
        raise OfficeRefused(NOT_DONE.of(zh=outcome.sentence("zh"), en=outcome.sentence("en")))
    return str(getattr(outcome.facts[-1].event, field))
