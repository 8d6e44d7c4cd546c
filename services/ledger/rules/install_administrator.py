"""The first unit, post and administrator of an empty installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.events import AdministratorInstalled, PersonNamed, PersonRegistered, UnitCodeTaken
from services.ledger.refusals import INSTALLATION_NOT_EMPTY, TEXT_MISSING
from services.ledger.rules.identities import Ids
from services.ledger.rules.texts import number_invalid, text_missing
from services.ledger.state import Installed
from shared.directory import Directory, Level, PostCreated, PostFilled, UnitKind, UnitRegistered
from shared.domain import Decision, Moment, PersonalText, PersonId, PostId, PublicText, UnitId


@dataclass(frozen=True, slots=True)
class InstallAdministrator:
    """Given on the machine itself, when nobody is there yet who could be asked. `person` is allotted.

    `valid_from` is the day since which the post is held, `founded` the day since which the unit exists; today and the
    same day when they are not given.
    """

    person: PersonId
    name: PersonalText
    code: str
    unit_name: PublicText
    kind: UnitKind
    level: Level
    title: PublicText
    valid_from: date | None = None
    founded: date | None = None


def decide(
    command: InstallAdministrator,
    installed: Installed | None,
    codes: tuple[object | None, ...],
    directory: Directory,
    moment: Moment,
    ids: Ids,
) -> Decision:
    """The topmost unit with a post of an administrator over it, and the person who holds it; once."""
    if installed or directory.units or any(codes):
        return INSTALLATION_NOT_EMPTY.of()
    if refused := (
        number_invalid(command.code)
        or text_missing(command.unit_name, "unit_name", "单位名称")
        or text_missing(command.title, "title", "岗位名称")
    ):
        return refused
    if not command.name:
        return TEXT_MISSING.of(field="name", field_zh="姓名")
    unit, post = UnitId(ids("unit")), PostId(ids("post"))
    since = command.valid_from or moment.today
    return [
        AdministratorInstalled(unit, post, command.person),
        UnitCodeTaken(command.code, unit),
        UnitRegistered(
            unit=unit,
            code=command.code,
            name=command.unit_name,
            short_name=None,
            kind=command.kind,
            level=command.level,
            parent=None,
            order=1,
            division_code=None,
            credit_code=None,
            valid_from=command.founded or since,
        ),
        PostCreated(post, unit, command.title, ("administrator",), leads=False, over=unit, valid_from=since),
        PersonRegistered(command.person),
        PersonNamed(command.person, command.name),
        PostFilled(post, command.person, since),
    ]
