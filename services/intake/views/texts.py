"""What do reports and the messages after them say? Sealed; opened at the port alone, for those who handle them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.intake.events import ComplaintId, MessageWritten, ReporterWrote, ReportWritten, Word
from services.intake.ports import Message, Words
from shared.domain import PersonalText
from shared.facts import Fact
from shared.keys import Place
from shared.references import References
from shared.views import Key, View
from shared.views.reading import Reading
from shared.views.table import table_of


@dataclass(frozen=True, slots=True)
class TextRow:
    """`number` 0 is the report, 1 and more are messages. `event` is where the texts are sealed to."""

    complaint: ComplaintId
    number: int
    word: Word | None
    wrote_on: date | None
    words: PersonalText | None
    accused: PersonalText | None
    event: UUID | None


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.complaint, getattr(fact.event, "number", 0))]


def _start(key: Key) -> TextRow:
    complaint, number = key
    return TextRow(complaint, number, None, None, None, None, None)


def _evolve(row: TextRow | None, fact: Fact, refs: References) -> TextRow | None:
    if row is None:
        raise TypeError(fact.type)
    match fact.event:
        case ReportWritten(words=words, accused=accused):
            return replace(row, words=words, accused=accused, event=fact.event_id)
        case ReporterWrote(word=word, wrote_on=day):
            return replace(row, word=word, wrote_on=day)
        case MessageWritten(words=words):
            return replace(row, words=words, event=fact.event_id)
    raise TypeError(fact.type)


TEXTS: View[TextRow] = View(
    name="texts",
    version=1,
    row=TextRow,
    key=("complaint", "number"),
    events=(ReportWritten, ReporterWrote, MessageWritten),
    route=_route,
    evolve=_evolve,
    start=_start,
)


async def words_of(reading: Reading, complaints: Sequence[str]) -> Mapping[str, Words]:
    """The words of these reports, opened with one query. Who asks is a service; whom it lets read is its own to decide."""
    if reading.keys is None:
        return {}
    rows = await reading.rows(TEXTS, table_of(TEXTS).c.complaint.in_(list(complaints)))
    sealed: list[tuple[PersonalText, Place]] = []
    for row in rows:
        for field, text in (("words", row.words), ("accused", row.accused)):
            if text is not None and row.event is not None:
                sealed.append((text, Place(reading.log.id, f"complaint/{row.complaint}", row.event, field)))
    clear = dict(zip([text for text, _ in sealed], await reading.keys.open_all(sealed), strict=True))
    of: dict[str, list[TextRow]] = defaultdict(list)
    for row in rows:
        of[row.complaint].append(row)
    return {complaint: _told(texts, clear) for complaint, texts in of.items()}


def _told(rows: Sequence[TextRow], clear: Mapping[PersonalText, str | None]) -> Words:
    report = next((row for row in rows if row.number == 0), None)
    messages = (row for row in rows if row.number and row.word is not None and row.wrote_on is not None)
    return Words(
        clear.get(report.words) if report and report.words else None,
        clear.get(report.accused) if report and report.accused else None,
        tuple(
            Message(row.number, row.word, clear.get(row.words) if row.words else None, row.wrote_on)  # type: ignore[arg-type]
            for row in messages
        ),
    )
