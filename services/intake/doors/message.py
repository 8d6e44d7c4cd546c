"""The reporter comes back: more to say, evidence, an objection, a request for review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from services.intake.doors.lodge import keys_of
from services.intake.doors.receipt import desk_of, opened
from services.intake.events import Word
from services.intake.refusals import TEXT_MISSING, WAITING_TOO_MANY, WAS_HANDED_UP
from shared.domain import PersonalText, Refused
from shared.handle import clear_bytes
from shared.holding import Held
from shared.keys import Erased, Place
from shared.refusals import DATA_ERASED
from shared.views.reading import Reading


@dataclass(frozen=True, slots=True)
class SendMessage:
    """补充说明、证据、异议、复查和复核申请。Send something under a receipt. The same words again are the same message."""

    code: PersonalText
    word: Word
    words: PersonalText


@dataclass(frozen=True, slots=True)
class Sent:
    """It is held, and enters with everything else that waits."""

    sent_on: date


async def send_message(reading: Reading, asked: SendMessage) -> Sent | Refused:
    report = await opened(reading, asked.code)
    if not asked.words:
        return TEXT_MISSING.of(field="words", field_zh="内容")
    desk, keys = desk_of(reading), keys_of(reading)
    fingerprint = keys.fingerprint(b"message" + report.entry.bytes + clear_bytes(asked.word, asked.words))
    if (known := await desk.table.find(fingerprint)) is not None:
        return Sent(known[0].day)
    if report.state in ("handing-up", "handed-up"):
        return WAS_HANDED_UP.of(to=report.facts["to"])
    most = reading.refs.terms.whole("messages-waiting-most", reading.moment.today)
    waiting = sum(one.state == "waiting" for one in await desk.table.under(report.entry))
    if waiting >= most:
        return WAITING_TOO_MANY.of(most=most)
    entry, written = uuid4(), uuid4()
    place = Place(reading.log.id, f"complaint/{report.entry}", written, "words")
    try:
        words = await keys.seal(asked.words, f"stream/complaint/{report.entry}", place)
    except Erased:
        return DATA_ERASED.of()
    facts = {"word": asked.word, "written": str(written)}
    held = Held(entry, "message", report.entry, "waiting", reading.moment.today, facts, {"words": words})
    sent, _ = await desk.table.put(held, fingerprint, fingerprint)
    return Sent(sent.day)
