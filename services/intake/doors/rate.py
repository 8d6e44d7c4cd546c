"""The reporter rates the answer (满意度评价)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from services.complaints.ports import PROGRESS
from services.intake.doors.lodge import keys_of
from services.intake.doors.receipt import desk_of, opened
from services.intake.events import Satisfaction
from services.intake.refusals import ALREADY_RATED, NOTHING_TO_RATE
from shared.domain import PersonalText, Refused
from shared.holding import Held
from shared.views.reading import Reading


@dataclass(frozen=True, slots=True)
class RateAnswer:
    """评价答复。Say how satisfied one is with the latest answer; each answer is rated once."""

    code: PersonalText
    satisfaction: Satisfaction


@dataclass(frozen=True, slots=True)
class Rated:
    """It is held, and enters with everything else that waits."""

    rated_on: date


async def rate_answer(reading: Reading, asked: RateAnswer) -> Rated | Refused:
    report = await opened(reading, asked.code)
    complaint = str(report.entry)
    told = await reading.ask(PROGRESS, [complaint]) if report.state == "admitted" else {}
    if complaint not in told or not told[complaint].answers:
        return NOTHING_TO_RATE.of()
    desk, keys = desk_of(reading), keys_of(reading)
    key = keys.fingerprint(b"rating" + report.entry.bytes + len(told[complaint].answers).to_bytes(4))
    print_ = keys.fingerprint(asked.satisfaction.encode())
    facts = {"satisfaction": asked.satisfaction}
    held = Held(uuid4(), "rating", report.entry, "waiting", reading.moment.today, facts)
    rated, known = await desk.table.put(held, key, print_)
    return Rated(rated.day) if known == print_ else ALREADY_RATED.of()
