"""Which letters are drafted, which are to be written, and what became of those that left?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

import sqlalchemy as sa

from services.notifications import events as e
from services.notifications.events import Instrument, NoticeId, Policy, Value
from services.notifications.rules.count_unanswered import CountUnanswered
from shared.directory import Role
from shared.domain import PersonalText, PersonId, PostId, PublicText, UnitId
from shared.facts import Fact
from shared.keys import Place
from shared.references import References
from shared.views import Deadline, Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of

NoticeStatus = Literal["draft", "released", "discarded", "issued", "settled"]
"""待签发、已签发待成文、不予签发、已发出、已办结."""

ISSUERS: tuple[Role, ...] = ("coordinator", "committee", "inspector", "case-supervisor")
"""Who signs letters of their division, and sees all of them but served decisions."""
_WITHIN: tuple[Role, ...] = ("unit-head", "unit-clerk")
_AUDIT: tuple[Role, ...] = ("auditor",)
_DECIDERS: tuple[Role, ...] = ("committee", "case-supervisor", "auditor")


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A letter from draft to outcome. `acts_on` is the day after an answer was due; `event` is where its text is sealed."""

    notice: NoticeId
    policy: Policy
    instrument: Instrument
    issuing_unit: UnitId
    unit: UnitId
    person: PersonId | None
    copy_to: PersonId | None
    about: str
    title: PublicText
    status: NoticeStatus
    drafted_on: date
    released_by: str | None
    authorisation: str | None
    series: str | None
    year: int | None
    number: int | None
    issued_on: date | None
    reply_due: date | None
    signed_for_on: date | None
    answered_on: date | None
    unanswered: int
    outcome: PublicText | None
    acts_on: date | None
    known_on: date
    text: PersonalText | None
    event: UUID | None
    answer: PersonalText | None
    answer_event: UUID | None


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.notice,)]


def _evolve(row: NoticeRow | None, fact: Fact, refs: References) -> NoticeRow:
    event = fact.event
    if isinstance(event, e.NoticeDrafted):
        return NoticeRow(
            event.notice,
            event.policy,
            event.instrument,
            event.issuing_unit,
            event.unit,
            event.person,
            event.copy_to,
            event.about,
            event.title,
            "draft",
            event.drafted_on,
            *(None,) * 8,
            None,
            0,
            None,
            None,
            event.drafted_on,
            *(None,) * 4,
        )
    if row is None:
        raise TypeError(fact.type)
    match event:
        case e.NoticeReleased():
            by = event.by.subject if event.by is not None else None
            return replace(row, status="released", released_by=by, authorisation=event.authorisation)
        case e.NoticeDiscarded():
            return replace(row, status="discarded", outcome=event.reason)
        case e.NoticeIssued():
            return replace(
                row,
                status="issued",
                series=event.series,
                year=event.year,
                number=event.number,
                issued_on=event.issued_on,
                reply_due=event.reply_due,
                acts_on=_day_after(event.reply_due),
                known_on=event.issued_on,
            )
        case e.NoticeBodyWritten() | e.NoticeWritten() | e.PersonalNoticeWritten():
            return replace(row, text=event.text, event=fact.event_id)
        case e.NoticeSignedFor():
            return replace(row, signed_for_on=event.signed_for_on)
        case e.NoticeAnswered():
            return replace(
                row, answered_on=event.answered_on, acts_on=None, answer=event.answer, answer_event=fact.event_id
            )
        case e.NoticeSettled():
            return replace(row, status="settled", outcome=event.outcome, acts_on=None)
        case e.NoticeUnanswered():
            return replace(
                row,
                unanswered=event.times,
                reply_due=event.due,
                acts_on=_day_after(event.due) if event.times < 2 else None,
                known_on=event.was_due,
            )
    raise TypeError(fact.type)


def _day_after(day: date | None) -> date | None:
    return day + timedelta(days=1) if day is not None else None


NOTICES: View[NoticeRow] = View(
    name="notices",
    version=1,
    row=NoticeRow,
    key=("notice",),
    events=(
        e.NoticeDrafted,
        e.NoticeBodyWritten,
        e.NoticeReleased,
        e.NoticeDiscarded,
        e.NoticeIssued,
        e.NoticeWritten,
        e.PersonalNoticeWritten,
        e.NoticeSignedFor,
        e.NoticeAnswered,
        e.NoticeSettled,
        e.NoticeUnanswered,
    ),
    route=_route,
    evolve=_evolve,
    indexes=(("unit",), ("person",), ("issuing_unit", "status"), ("series", "year", "number")),
)


def _count(row: NoticeRow) -> CountUnanswered:
    return CountUnanswered(row.notice)


COUNT_UNANSWERED: Deadline[NoticeRow] = Deadline("count-unanswered", NOTICES, _count)
"""On the day after an answer was due; twice at most, for then the unit above is told."""


@dataclass(frozen=True, slots=True)
class ToWriteRow:
    """A released letter that is not written yet."""

    notice: NoticeId
    policy: Policy
    instrument: Instrument
    issuing_unit: UnitId
    unit: UnitId
    person: PersonId | None
    copy_post: PostId | None
    title: PublicText
    values: tuple[Value, ...]
    reply_working_days: int | None


def _evolve_to_write(row: ToWriteRow | None, fact: Fact, refs: References) -> ToWriteRow | None:
    event = fact.event
    if isinstance(event, e.NoticeIssued):
        return None
    return ToWriteRow(
        event.notice,
        event.policy,
        event.instrument,
        event.issuing_unit,
        event.unit,
        event.person,
        event.copy_post,
        event.title,
        event.values,
        event.reply_working_days,
    )


TO_WRITE: View[ToWriteRow] = View(
    name="to-write",
    version=2,
    row=ToWriteRow,
    key=("notice",),
    events=(e.NoticeReleased, e.NoticeIssued),
    route=_route,
    evolve=_evolve_to_write,
)


@dataclass(frozen=True, slots=True)
class OrganRow:
    """The word with which an organ signs its letters (机关代字)."""

    unit: UnitId
    code: PublicText


def _route_organ(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.unit,)]


def _evolve_organ(row: OrganRow | None, fact: Fact, refs: References) -> OrganRow:
    return OrganRow(fact.event.unit, fact.event.code)


ORGANS: View[OrganRow] = View(
    name="organs",
    version=1,
    row=OrganRow,
    key=("unit",),
    events=(e.OrganCodeSet,),
    route=_route_organ,
    evolve=_evolve_organ,
)


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One number of a series of the organ `unit`, and the letter that has it."""

    unit: UnitId
    series: str
    year: int
    number: int
    notice: NoticeId


def _route_number(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.unit, fact.event.series, fact.event.year, fact.event.number)]


def _evolve_number(row: NumberRow | None, fact: Fact, refs: References) -> NumberRow:
    event = fact.event
    return NumberRow(event.unit, event.series, event.year, event.number, event.notice)


NUMBERS: View[NumberRow] = View(
    name="numbers",
    version=1,
    row=NumberRow,
    key=("unit", "series", "year", "number"),
    events=(e.NumberAllotted,),
    route=_route_number,
    evolve=_evolve_number,
)


# --- questions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoticeAnswer:
    """A letter. `number` is written 云督〔2026〕6号; `copy_to` reads it too (抄送). `text` and `answer` are None in lists, and where the key was erased."""

    notice: NoticeId
    instrument: Instrument
    issuing_unit: UnitId
    unit: UnitId
    person: PersonId | None
    copy_to: PersonId | None
    about: str
    title: PublicText
    status: NoticeStatus
    number: str | None
    drafted_on: date
    issued_on: date | None
    reply_due: date | None
    signed_for_on: date | None
    answered_on: date | None
    unanswered: int
    authorisation: str | None
    outcome: PublicText | None
    text: str | None
    answer: str | None


def written_number(series: str | None, year: int | None, number: int | None) -> str | None:
    """云督〔2026〕6号: hexagonal brackets, no zero padding. Source: GB/T 9704-2012."""
    return f"{series}〔{year}〕{number}号" if series is not None else None


def _answer(row: NoticeRow, text: str | None = None, answer: str | None = None) -> NoticeAnswer:
    return NoticeAnswer(
        row.notice,
        row.instrument,
        row.issuing_unit,
        row.unit,
        row.person,
        row.copy_to,
        row.about,
        row.title,
        row.status,
        written_number(row.series, row.year, row.number),
        row.drafted_on,
        row.issued_on,
        row.reply_due,
        row.signed_for_on,
        row.answered_on,
        row.unanswered,
        row.authorisation,
        row.outcome,
        text,
        answer,
    )


def _mine(reading: Reading) -> sa.ColumnElement[bool]:
    """Issued letters to the asker, to their unit, or with a copy to them."""
    table = table_of(NOTICES)
    person = reading.who.person
    to_unit = sa.and_(table.c.person.is_(None), reading.visible(table.c.unit, _WITHIN))
    return sa.and_(
        table.c.status.in_(("issued", "settled")), sa.or_(table.c.person == person, table.c.copy_to == person, to_unit)
    )


def _seen(reading: Reading) -> sa.ColumnElement[bool]:
    """Besides their own, issuers and auditors see letters of the units that they reach; of letters about cases and decisions
    only those who decide and supervise them."""
    table = table_of(NOTICES)
    about_cases = sa.or_(*(table.c.about.startswith(f"{kind}/") for kind in ("decision", "complaint", "clue", "case")))
    ordinary = sa.and_(sa.not_(about_cases), reading.visible(table.c.issuing_unit, (*ISSUERS, *_AUDIT)))
    of_cases = sa.and_(about_cases, reading.visible(table.c.issuing_unit, _DECIDERS))
    return sa.or_(_mine(reading), ordinary, of_cases)


@dataclass(frozen=True, slots=True)
class Inbox:
    """收件箱。Letters to the asker and to their unit; `unread` keeps those not signed for."""

    unread: bool = False
    limit: int = 50
    after: str | None = None


async def inbox(reading: Reading, params: Inbox) -> Page[NoticeAnswer]:
    """The latest first."""
    table = table_of(NOTICES)
    where = [_mine(reading)]
    if params.unread:
        where.append(table.c.signed_for_on.is_(None))
    return await _page(reading, where, params.limit, params.after)


@dataclass(frozen=True, slots=True)
class NoticesOf:
    """文书列表。Letters; of one `unit`, of a `status`, or about a stream."""

    unit: UnitId | None = None
    status: NoticeStatus | None = None
    about: str | None = None
    limit: int = 50
    after: str | None = None


async def list_notices(reading: Reading, params: NoticesOf) -> Page[NoticeAnswer]:
    """Letters that the asker sees, without their texts; the latest first."""
    table = table_of(NOTICES)
    where = [_seen(reading)]
    if params.unit is not None:
        where.append(table.c.unit == params.unit)
    if params.status is not None:
        where.append(table.c.status == params.status)
    if params.about is not None:
        where.append(table.c.about == params.about)
    return await _page(reading, where, params.limit, params.after)


async def _page(
    reading: Reading, where: list[sa.ColumnElement[bool]], limit: int, after: str | None
) -> Page[NoticeAnswer]:
    table = table_of(NOTICES)
    order = Order((table.c.drafted_on, table.c.notice), (True, False))
    return await reading.page(NOTICES, *where, order=order, limit=max(1, min(limit, 200)), cursor=after, item=_answer)


@dataclass(frozen=True, slots=True)
class OneNotice:
    """一份文书。One letter, with its text and answer."""

    notice: NoticeId


async def one_notice(reading: Reading, params: OneNotice) -> NoticeAnswer | None:
    return (await notices_by_id(reading, [params.notice])).get(params.notice)


async def notices_by_id(reading: Reading, ids: Sequence[str]) -> dict[str, NoticeAnswer]:
    """Those of the letters that the asker may see, opened after that was found."""
    rows = await reading.rows(NOTICES, table_of(NOTICES).c.notice.in_(list(ids)), _seen(reading))
    found: dict[str, NoticeAnswer] = {}
    for row in rows:
        text = await _opened(reading, row.notice, row.text, row.event, "text")
        answer = await _opened(reading, row.notice, row.answer, row.answer_event, "answer")
        found[row.notice] = _answer(row, text, answer)
    return found


async def body_of(reading: Reading, notice: NoticeId) -> str | None:
    """What somebody wrote by hand, of a letter that is not issued yet; None of one that follows from a policy."""
    row = await reading.one(NOTICES, notice)
    return None if row is None else await _opened(reading, notice, row.text, row.event, "text")


async def _opened(
    reading: Reading, notice: str, sealed: PersonalText | None, event: UUID | None, field: str
) -> str | None:
    if sealed is None or event is None or reading.keys is None:
        return None
    (clear,) = await reading.keys.open_all([(sealed, Place(reading.log.id, f"notice/{notice}", event, field))])
    return clear


async def notices_of_units(reading: Reading, units: Sequence[str]) -> dict[str, tuple[NoticeAnswer, ...]]:
    """Of each unit the issued letters to it that the asker may see, the latest first."""
    table = table_of(NOTICES)
    rows = await reading.rows(
        NOTICES,
        table.c.unit.in_(list(units)),
        table.c.status.in_(("issued", "settled")),
        _seen(reading),
        order_by=(table.c.issued_on.desc(), table.c.notice),
        limit=1000,
    )
    found: dict[str, tuple[NoticeAnswer, ...]] = {unit: () for unit in units}
    for row in rows:
        found[row.unit] = (*found[row.unit], _answer(row))
    return found


@dataclass(frozen=True, slots=True)
class SeriesOf:
    """发文登记。The numbers of a series in a year, from 1 without gaps."""

    organ: UnitId
    series: str
    year: int
    limit: int = 50
    after: str | None = None


@dataclass(frozen=True, slots=True)
class NumberAnswer:
    """One number, with the letter that has it."""

    number: int
    written: str
    notice: NoticeId


async def list_numbers(reading: Reading, params: SeriesOf) -> Page[NumberAnswer]:
    """For issuers and auditors: the register itself is no secret among them, what a letter says may be."""
    table = table_of(NUMBERS)
    return await reading.page(
        NUMBERS,
        table.c.unit == params.organ,
        reading.visible(table.c.unit, (*ISSUERS, *_AUDIT)),
        table.c.series == params.series,
        table.c.year == params.year,
        order=Order((table.c.number,)),
        limit=max(1, min(params.limit, 200)),
        cursor=params.after,
        item=lambda row: NumberAnswer(row.number, written_number(row.series, row.year, row.number) or "", row.notice),
    )
