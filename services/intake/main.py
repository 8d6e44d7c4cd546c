"""The intake, put together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.complaints.ports import PROGRESS
from services.intake.doors import DOORS
from services.intake.events import EVENTS, PUBLISHED
from services.intake.graphql import TYPES
from services.intake.ports import WORDS as WORDS_PORT
from services.intake.reactions import REACTIONS
from services.intake.refusals import REFUSALS
from services.intake.rules import actions
from services.intake.rules.admit import HOLDING
from services.intake.rules.confirm_handed_up import ConfirmHandedUp
from services.intake.rules.disclose_identity import DiscloseIdentity
from services.intake.state import FOLDS
from services.intake.views import QUESTIONS, VIEWS
from services.intake.views.handed_up import held_reporter
from services.intake.views.identities import reporter_erased
from services.intake.views.texts import words_of
from services.intake.words import WORDS
from services.ledger.events import OWN_PUBLISHED as LEDGER_PUBLISHED
from shared.ports import Offer
from shared.service import Service
from shared.views.reading import Reading


async def _reporter_erased(reading: Reading, command: DiscloseIdentity, disclosure: Any) -> bool:
    return await reporter_erased(reading, command.complaint)


async def _held_reporter(reading: Reading, command: ConfirmHandedUp, up: Any) -> str | None:
    return await held_reporter(reading, command.handed_up)


SERVICE = Service(
    words=WORDS,
    name="intake",
    title="信访受理",
    events=EVENTS,
    published=PUBLISHED,
    received=LEDGER_PUBLISHED,
    sources=("ledger",),
    actions=actions(_reporter_erased, _held_reporter),
    folds=FOLDS,
    views=VIEWS,
    questions=QUESTIONS,
    terms=(Path(__file__).parent / "terms.yaml").read_text(encoding="utf-8"),
    query=None,
    types=TYPES,
    reactions=REACTIONS,
    refusals=REFUSALS,
    ports=(Offer(WORDS_PORT, words_of),),
    asks=(PROGRESS,),
    holding=HOLDING,
    doors=DOORS,
)
