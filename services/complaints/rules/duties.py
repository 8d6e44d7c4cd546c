"""Duties kept apart, and what every rule asks of people, dates and texts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.complaints.refusals import (
    DATE_IN_FUTURE,
    HANDLER_CONCERNED,
    HANDLER_WITHOUT_POST,
    INVESTIGATOR_DECIDES,
    NOT_YOURS_TO_HANDLE,
    PERSON_UNKNOWN,
    PERSONS_TOO_MANY,
    RECUSED,
    TEXT_MISSING,
)
from services.complaints.state import Handler
from shared.directory import Directory
from shared.domain import Actor, Moment, PersonalText, PersonId, PublicText, Refused, UnitId

MOST_PERSONS = 50
"""In one command. Whoever has more gives several."""


def text_missing(text: PublicText | PersonalText, field: str, field_zh: str) -> Refused | None:
    """A refusal that names the field when nothing is written in it."""
    written = bool(text) if isinstance(text, PersonalText) else bool(text.strip())
    return None if written else TEXT_MISSING.of(field=field, field_zh=field_zh)


def in_future(day: date, moment: Moment) -> Refused | None:
    return DATE_IN_FUTURE.of(day=day, today=moment.today) if day > moment.today else None


def persons_unknown(persons: Iterable[PersonId], directory: Directory) -> Refused | None:
    """A refusal when one of them never held a post, or there are too many."""
    named = tuple(persons)
    if len(named) > MOST_PERSONS:
        return PERSONS_TOO_MANY.of(most=MOST_PERSONS)
    return PERSON_UNKNOWN.of() if any(not directory.units_of(person) for person in named) else None


def people_of(actor: Actor) -> frozenset[str]:
    """Who acts, and on whose behalf."""
    return frozenset({actor.subject, actor.on_behalf} - {None})  # type: ignore[arg-type]


def concerned(person: PersonId, about_unit: UnitId, about_persons: Iterable[PersonId], directory: Directory) -> bool:
    """Whether a matter names somebody, or a unit in which they hold or held a post, or one above that post's unit."""
    return person in set(about_persons) or any(
        directory.is_within(unit, about_unit) for unit in directory.units_of(person)
    )


def recused(
    actor: Actor, about_unit: UnitId, about_persons: Iterable[PersonId], directory: Directory
) -> Refused | None:
    """回避: nobody handles or decides a matter that names them or their unit; nor does who acts for such a one."""
    named = tuple(about_persons)
    if any(concerned(PersonId(person), about_unit, named, directory) for person in people_of(actor)):
        return RECUSED.of()
    post = directory.posts.get(actor.post) if actor.post else None
    return RECUSED.of() if post is not None and directory.is_within(post.unit, about_unit) else None


def unfit_to_handle(
    handler: PersonId,
    unit: UnitId,
    about_unit: UnitId,
    about_persons: Iterable[PersonId],
    directory: Directory,
    moment: Moment,
) -> Refused | None:
    """A refusal for who never held a post, for whom a matter concerns, and for who holds no post from which they could handle
    it for the body `unit`."""
    if refused := persons_unknown((handler,), directory):
        return refused
    if concerned(handler, about_unit, about_persons, directory):
        return HANDLER_CONCERNED.of()
    who = directory.principal(handler, moment.today)
    able = directory.acting(who, ("case-handler", "case-supervisor"), unit) is not None
    return None if able else HANDLER_WITHOUT_POST.of()


def not_handled_by(actor: Actor, handlers: Iterable[Handler], moment: Moment, directory: Directory) -> Refused | None:
    """A refusal for whoever neither works on a case nor supervises cases from the post they act from."""
    post = directory.posts.get(actor.post) if actor.post else None
    if post is not None and "case-supervisor" in post.roles:
        return None
    works = any(handler.may(actor.subject, moment.today) for handler in handlers)
    return None if works else NOT_YOURS_TO_HANDLE.of()


def investigated(actor: Actor, investigators: Iterable[PersonId]) -> Refused | None:
    return INVESTIGATOR_DECIDES.of() if people_of(actor) & set(investigators) else None
