"""The subgraph of the notifications service: types over the questions of `views`, each of which resolves its own key.

Every field asks the same question as REST and so under the same permission; what may not be seen is null.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar, cast

import strawberry
from strawberry import ID, federation
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

from services.notifications import views
from services.notifications.views.notices import (
    Inbox,
    NoticeAnswer,
    NoticesOf,
    notices_by_id,
    notices_of_units,
)
from services.notifications.views.unit import seen_units
from shared.web.graphql import Connection, Context, ask, connected, load

Info = strawberry.Info[Context, None]
F = TypeVar("F", bound=Callable[..., Any])


def field(description: str) -> Callable[[F], F]:
    """A resolver with its description; Strawberry's own decorator says nothing of types once it has arguments."""
    return cast(Callable[[F], F], strawberry.field(description=description))


_ELSEWHERE = Key(fields=FieldSet("id"), resolvable=False)
"""The key of what is named here and told of by its owner."""


@federation.type(name="Unit", keys=["id"], description="单位。A unit of the organisation.")
class UnitType:
    id: ID

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> UnitType | None:
        return cls(id=id) if await load(info, seen_units, str(id)) else None

    @field("文书。Letters that were issued to the unit, the latest first.")
    async def notices(self, info: Info) -> list[NoticeType]:
        found = await load(info, notices_of_units, str(self.id), views.LIST_NOTICES)
        return [_notice_type(each) for each in found or ()]


@federation.type(
    name="Person", keys=[_ELSEWHERE], description="人员。A person, known to other services by pseudonym alone."
)
class PersonType:
    id: ID


@federation.type(name="Notice", keys=["id"], description="文书。A letter, from draft to outcome.")
class NoticeType:
    id: ID
    instrument: str
    number: str | None = strawberry.field(description="发文字号，如云督〔2026〕6号。")
    title: str
    status: str
    issuing_unit: UnitType | None
    unit: UnitType | None
    person: PersonType | None
    copy_to: PersonType | None = strawberry.field(description="抄送。Who reads it too.")
    about: str
    drafted_on: date
    issued_on: date | None
    reply_due: date | None
    signed_for_on: date | None
    answered_on: date | None
    unanswered: int
    outcome: str | None

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> NoticeType | None:
        return await _notice(info, str(id))

    @field("正文。Null before it is issued, and once its key was erased.")
    async def text(self, info: Info) -> str | None:
        found = await load(info, notices_by_id, str(self.id), views.ONE_NOTICE)
        return found.text if found else None

    @field("答复。")
    async def answer(self, info: Info) -> str | None:
        found = await load(info, notices_by_id, str(self.id), views.ONE_NOTICE)
        return found.answer if found else None


def _notice_type(found: NoticeAnswer) -> NoticeType:
    return NoticeType(
        id=ID(found.notice),
        instrument=found.instrument,
        number=found.number,
        title=found.title,
        status=found.status,
        issuing_unit=UnitType(id=ID(found.issuing_unit)),
        unit=UnitType(id=ID(found.unit)),
        person=PersonType(id=ID(found.person)) if found.person is not None else None,
        copy_to=PersonType(id=ID(found.copy_to)) if found.copy_to is not None else None,
        about=found.about,
        drafted_on=found.drafted_on,
        issued_on=found.issued_on,
        reply_due=found.reply_due,
        signed_for_on=found.signed_for_on,
        answered_on=found.answered_on,
        unanswered=found.unanswered,
        outcome=found.outcome,
    )


async def _notice(info: Info, id: str) -> NoticeType | None:
    found = await load(info, notices_by_id, id, views.ONE_NOTICE)
    return _notice_type(found) if found else None


@strawberry.type
class Query:
    @field("收件箱。Letters to the asker and to their unit.")
    async def inbox(
        self, info: Info, unread: bool = False, first: int = 50, after: str | None = None
    ) -> Connection[NoticeType]:
        page = await ask(info, views.INBOX, Inbox(unread, first, after))
        return connected(page, _notice_type, after)

    @field("文书。Letters that the asker sees.")
    async def notices(self, info: Info, first: int = 50, after: str | None = None) -> Connection[NoticeType]:
        page = await ask(info, views.LIST_NOTICES, NoticesOf(limit=first, after=after))
        return connected(page, _notice_type, after)

    @field("一份文书。")
    async def notice(self, info: Info, id: ID) -> NoticeType | None:
        return await _notice(info, str(id))


TYPES = (UnitType, NoticeType)
"""The federated types, whether or not a query leads to them."""
