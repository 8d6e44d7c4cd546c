"""The assessment service, put together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.assessment.events import EVENTS, PUBLISHED, UPCASTERS
from services.assessment.graphql import TYPES, Query
from services.assessment.reactions import REACTIONS
from services.assessment.refusals import REFUSALS
from services.assessment.rules import actions
from services.assessment.rules.close_round import CloseRound
from services.assessment.rules.lift_veto import LiftVeto
from services.assessment.rules.review_decision import ReviewDecision
from services.assessment.schemes import Schemes
from services.assessment.state import FOLDS, Known, RunningRound, StandingNow
from services.assessment.views import QUESTIONS, VIEWS
from services.assessment.views.overdue import REVIEW_OVERDUE
from services.assessment.views.standing import known_of_scheme, standing_now
from services.assessment.words import WORDS
from services.complaints.events import PUBLISHED as COMPLAINTS_PUBLISHED
from services.ledger.events import OWN_PUBLISHED as LEDGER_PUBLISHED
from shared.service import Service
from shared.views.reading import Reading


async def _known_of_round(reading: Reading, command: CloseRound, round_: Any) -> Known:
    """A round that is not running is refused without looking at anything."""
    if not isinstance(round_, RunningRound):
        return Known(0, (), 0)
    return await known_of_scheme(reading, command.scheme, round_.period_from.year)


async def _standing_now(reading: Reading, command: LiftVeto | ReviewDecision, veto: Any) -> StandingNow | None:
    return await standing_now(reading, command.scheme, command.unit)


SERVICE = Service(
    words=WORDS,
    name="assessment",
    title="考核",
    events=EVENTS,
    published=PUBLISHED,
    received=(*LEDGER_PUBLISHED, *COMPLAINTS_PUBLISHED),
    sources=("ledger", "complaints"),
    actions=actions(_known_of_round, _standing_now),
    folds=FOLDS,
    views=VIEWS,
    questions=QUESTIONS,
    terms=(Path(__file__).parent / "terms.yaml").read_text(encoding="utf-8"),
    query=Query,
    types=TYPES,
    reactions=REACTIONS,
    deadlines=(REVIEW_OVERDUE,),
    refusals=REFUSALS,
    upcasters=UPCASTERS,
    own=Schemes,
)
