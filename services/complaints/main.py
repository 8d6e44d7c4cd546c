"""The complaints service, put together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.complaints.events import EVENTS, PUBLISHED
from services.complaints.graphql import TYPES, Query
from services.complaints.reactions import REACTIONS
from services.complaints.refusals import REFUSALS
from services.complaints.rules import actions
from services.complaints.rules.conclude_case import ConcludeCase
from services.complaints.state import FOLDS, KnownSigners
from services.complaints.views import QUESTIONS, VIEWS
from services.complaints.views.answering import known_signers
from services.complaints.views.clocks import REMIND
from services.complaints.views.decision import END_EFFECT
from services.complaints.views.evidence import COUNT_EVIDENCE, uncounted
from services.complaints.views.petition import OFFER_PROGRESS
from services.complaints.words import WORDS
from services.intake.events import PUBLISHED as INTAKE_PUBLISHED
from services.intake.ports import WORDS as WORDS_PORT
from services.ledger.events import OWN_PUBLISHED as LEDGER_PUBLISHED
from services.ledger.ports import NAMES
from shared.service import Service
from shared.views.reading import Reading


async def _known_signers(reading: Reading, command: ConcludeCase, case: Any) -> KnownSigners:
    return await known_signers(reading, case)


SERVICE = Service(
    words=WORDS,
    name="complaints",
    title="信访举报",
    events=EVENTS,
    published=PUBLISHED,
    received=(*LEDGER_PUBLISHED, *INTAKE_PUBLISHED),
    sources=("ledger", "intake"),
    actions=actions(_known_signers, uncounted),
    folds=FOLDS,
    views=VIEWS,
    questions=QUESTIONS,
    terms=(Path(__file__).parent / "terms.yaml").read_text(encoding="utf-8"),
    query=Query,
    types=TYPES,
    reactions=REACTIONS,
    deadlines=(END_EFFECT, REMIND, COUNT_EVIDENCE),
    refusals=REFUSALS,
    ports=(OFFER_PROGRESS,),
    asks=(NAMES, WORDS_PORT),
)
