"""The key of a subject is destroyed: its personal texts can never be read again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from services.ledger.refusals import (
    ALREADY_ERASED,
    ERASURE_SUBJECT_INVALID,
    ERASURE_SUBJECT_UNKNOWN,
    REASON_MISSING,
)
from services.ledger.state import Erased
from shared.domain import Decision, Event, PersonalText, PersonId
from shared.facts import PersonalDataErased, PersonErased

SEALED_BY_STREAM = ("finding", "erasure")
"""Kinds of streams of the ledger whose own key seals something."""

SUBJECT = re.compile(rf"person/[^/\s]{{1,80}}|stream/(?:{'|'.join(SEALED_BY_STREAM)})/\S{{1,160}}")


@dataclass(frozen=True, slots=True)
class ErasePersonalData:
    """`subject` is `person/<pseudonym>`, or `stream/<stream>` for what a stream's own key seals, such as a finding."""

    subject: str
    reason: PersonalText


def held_as(command: ErasePersonalData, erased: Erased | None) -> tuple[str, ...]:
    """The stream of the person or record whose personal data are to go; none when the subject is malformed."""
    return (command.subject.removeprefix("stream/"),) if SUBJECT.fullmatch(command.subject) else ()


def decide(command: ErasePersonalData, erased: Erased | None, held: tuple[Any, ...]) -> Decision:
    """By the privacy officer, always with a reason; it cannot be undone. Source: 个人信息保护法第四十七条.

    About a person every service is told. One who was erased when they were not told yet may be erased again.
    """
    if not held:
        return ERASURE_SUBJECT_INVALID.of()
    if not command.reason:
        return REASON_MISSING.of()
    kind, _, person = command.subject.partition("/")
    told: list[Event] = [PersonErased(PersonId(person))] if kind == "person" else []
    match erased:
        case None if None in held:
            return ERASURE_SUBJECT_UNKNOWN.of()
        case None:
            return [PersonalDataErased(command.subject, command.reason), *told]
        case Erased(told=False) if told:
            return told
        case Erased():
            return ALREADY_ERASED.of()
