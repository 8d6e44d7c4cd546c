"""The ledger, put together."""

from __future__ import annotations

from pathlib import Path

from services.ledger.events import EVENTS, PUBLISHED
from services.ledger.graphql import TYPES, Query
from services.ledger.refusals import REFUSALS
from services.ledger.rules import ACTIONS
from services.ledger.state import FOLDS
from services.ledger.views import QUESTIONS, VIEWS
from services.ledger.views.mails import OFFER_ADDRESSES
from services.ledger.views.overdue import FALLS_OVERDUE
from services.ledger.views.people import OFFER_NAMES
from services.ledger.words import WORDS
from services.ledger.zone import LogZone
from shared.service import Service

SERVICE = Service(
    name="ledger",
    title="台账",
    events=EVENTS,
    published=PUBLISHED,
    actions=ACTIONS,
    folds=FOLDS,
    views=VIEWS,
    questions=QUESTIONS,
    terms=(Path(__file__).parent / "terms.yaml").read_text(encoding="utf-8"),
    query=Query,
    types=TYPES,
    deadlines=(FALLS_OVERDUE,),
    refusals=REFUSALS,
    own=LogZone,
    words=WORDS,
    owns_references=True,
    ports=(OFFER_NAMES, OFFER_ADDRESSES),
)
