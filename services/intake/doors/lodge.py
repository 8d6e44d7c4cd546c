"""Lodging: a receipt is asked for, shown, and then lodged with. What was acknowledged is held, whatever happens next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID, uuid4

from services.intake.doors.receipt import desk_of
from services.intake.events import Category, Channel
from services.intake.refusals import (
    NOBODY_RECEIVES,
    NOT_A_RECEIVING_BODY,
    RECEIPT_EXPIRED,
    RECEIPT_INVALID,
    RECEIPT_USED,
)
from services.intake.rules.lodge_complaint import Report, Reporter, wrong_with
from services.intake.rules.routing import Routed, routed, upward
from shared.directory import Held as Post
from shared.domain import PersonalText, PublicText, Refused, UnitId
from shared.handle import clear_bytes
from shared.holding import Held, Mark
from shared.holding.receipts import VALID_SECONDS, plain_code
from shared.keys import KeyStore, Place
from shared.views.reading import Reading


@dataclass(frozen=True, slots=True)
class AskReceipt:
    """领取回执码。Draw a receipt: 16 digits to be shown to the reporter and kept by nobody else. Nothing is stored."""


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """A code, and the signature with which something may be lodged under it for `valid_minutes`."""

    code: str
    signature: str
    valid_minutes: int


async def ask_receipt(reading: Reading, asked: AskReceipt) -> NewReceipt:
    receipt = desk_of(reading).receipts.draw()
    return NewReceipt(receipt.code, receipt.signature, VALID_SECONDS // 60)


@dataclass(frozen=True, slots=True)
class LodgeComplaint:
    """提交信访举报。Lodge a report with a receipt; without `reporter` it is anonymous.

    `unit` is complained of or addressed; `about_chief` whether it is against that unit's chief (一把手). The same again is
    answered as before, so that a lost answer may be repeated; another report needs another receipt.
    """

    code: PersonalText
    signature: str
    category: Category
    unit: UnitId
    words: PersonalText
    about_chief: bool = False
    task: str | None = None
    accused: PersonalText | None = None
    reporter: Reporter | None = None
    channel: Literal["web", "app", "portal"] = "web"


@dataclass(frozen=True, slots=True)
class RegisterComplaint:
    """登记来电、来信、来访和热线转办。Write down what came by phone, letter or visit or from the hotline, for a `body`.

    The receipt is for the reporter, if they are there to take it. `received_on` is today unless the letter is older.
    """

    code: PersonalText
    signature: str
    body: UnitId
    channel: Literal["phone", "letter", "visit", "hotline"]
    category: Category
    unit: UnitId
    words: PersonalText
    about_chief: bool = False
    task: str | None = None
    accused: PersonalText | None = None
    reporter: Reporter | None = None
    received_on: date | None = None


@dataclass(frozen=True, slots=True)
class LodgedOn:
    """It is held. The day, and the body that has received it, by its name on that day."""

    lodged_on: date
    received_by: UnitId
    received_by_name: PublicText


async def lodge(reading: Reading, asked: LodgeComplaint) -> LodgedOn | Refused:
    today = reading.moment.today
    report = Report(asked.category, asked.unit, asked.words, asked.about_chief, asked.accused, asked.reporter)
    if refused := wrong_with(report, reading.refs.directory, today, today):
        return refused
    body = routed(reading.refs.directory, asked.unit, asked.about_chief, today)
    if body is None:
        return NOBODY_RECEIVES.of()
    return await _hold(reading, asked, report, body, today, asked.channel, None)


async def register(reading: Reading, asked: RegisterComplaint) -> LodgedOn | Refused:
    today = reading.moment.today
    directory = reading.refs.directory
    post = directory.acting(reading.who, ("intake-clerk",), asked.body)
    if post is None:
        return NOT_A_RECEIVING_BODY.of(unit=asked.body)
    report = Report(asked.category, asked.unit, asked.words, asked.about_chief, asked.accused, asked.reporter)
    day = asked.received_on or today
    if refused := wrong_with(report, directory, day, today):
        return refused
    body = Routed(asked.body, upward(directory, asked.body, asked.unit, asked.about_chief))
    return await _hold(reading, asked, report, body, day, asked.channel, post)


async def _hold(
    reading: Reading,
    asked: LodgeComplaint | RegisterComplaint,
    report: Report,
    body: Routed,
    day: date,
    channel: Channel,
    post: Post | None,
) -> LodgedOn | Refused:
    """Hold the report under its receipt, once."""
    desk, keys = desk_of(reading), keys_of(reading)
    code = plain_code(asked.code.clear())
    if code is None or not desk.receipts.is_ours(code, asked.signature):
        return RECEIPT_INVALID.of()
    key = await desk.receipts.key(code)
    fingerprint = keys.fingerprint(clear_bytes(type(asked).__name__, asked))
    found = await desk.table.find(key)
    if found is None:
        if not desk.receipts.is_in_time(asked.signature):
            return RECEIPT_EXPIRED.of(minutes=VALID_SECONDS // 60)
        held, marks = await _sealed(reading, report, asked.task, body, day, channel, post)
        found = await desk.table.put(held, key, fingerprint, marks)
    held, known = found
    if known != fingerprint:
        return RECEIPT_USED.of()
    received_by = UnitId(held.facts["received_by"])
    return LodgedOn(held.day, received_by, reading.refs.directory.units[received_by].name)


async def _sealed(
    reading: Reading,
    report: Report,
    task: str | None,
    body: Routed,
    day: date,
    channel: Channel,
    post: Post | None,
) -> tuple[Held, list[Mark]]:
    """The report with its words under the complaint's key and its reporter under theirs, and what they are found by."""
    keys = keys_of(reading)
    entry, written, named, person = uuid4(), uuid4(), uuid4(), str(uuid4())
    reporter = report.reporter
    content = f"stream/complaint/{entry}"
    identity = f"person/{person}"
    texts: dict[str, PersonalText] = {}
    marks: list[Mark] = []

    async def seal(text: PersonalText | None, field: str, subject: str, event: UUID, mark: str | None = None) -> None:
        if not text:
            return
        texts[field] = await keys.seal(text, subject, Place(reading.log.id, f"complaint/{entry}", event, field))
        if mark and (value := keys.blind(mark, text.clear())):
            marks.append(Mark(mark, value, subject))

    await seal(report.words, "words", content, written)
    await seal(report.accused, "accused", content, written, "accused")
    if reporter is not None:
        await seal(reporter.name, "name", identity, named, "name")
        await seal(reporter.identity_number, "identity_number", identity, named, "identity-number")
        await seal(reporter.phone, "phone", identity, named, "phone")
        await seal(reporter.address, "address", identity, named)
    facts: Mapping[str, Any] = {
        "category": report.category,
        "channel": channel,
        "unit": report.unit,
        "about_chief": report.about_chief,
        "task": task,
        "received_by": body.received_by,
        "upward": body.upward,
        "by_name": reporter is not None,
        "reachable": reporter is not None and bool(reporter.address),
        "reporter": person if reporter is not None else None,
        "written": str(written),
        "named": str(named),
        "clerk": clerk_of(reading, post) if post is not None else None,
    }
    return Held(entry, "complaint", None, "waiting", day, facts, texts), marks


def clerk_of(reading: Reading, post: Post) -> dict[str, str | None]:
    """On whose word, for the log."""
    return {"subject": reading.who.person, "post": post.post, "on_behalf": post.on_behalf}


def keys_of(reading: Reading) -> KeyStore:
    if reading.keys is None:
        raise TypeError("the intake has its keys")
    return reading.keys
