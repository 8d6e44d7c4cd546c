"""The notifications service, put together."""

from __future__ import annotations

from pathlib import Path

from services.assessment.events import PUBLISHED as ASSESSMENT_PUBLISHED
from services.assessment.events import UPCASTERS as ASSESSMENT_UPCASTERS
from services.complaints.events import PUBLISHED as COMPLAINTS_PUBLISHED
from services.ledger.events import OWN_PUBLISHED as LEDGER_PUBLISHED
from services.ledger.ports import ADDRESSES, NAMES
from services.notifications.events import EVENTS, PUBLISHED, UPCASTERS
from services.notifications.graphql import TYPES, Query
from services.notifications.mailing import NOTICE_MAILS
from services.notifications.pushing import WEBHOOK_PUSHES, address_reached
from services.notifications.reactions import REACTIONS
from services.notifications.refusals import REFUSALS
from services.notifications.rules import actions
from services.notifications.state import FOLDS
from services.notifications.subscriptions import Subscriptions
from services.notifications.views import QUESTIONS, VIEWS
from services.notifications.views.due_tasks import DUE_SOON
from services.notifications.views.notices import COUNT_UNANSWERED
from services.notifications.words import WORDS
from services.notifications.writing import NOTICE_LETTERS
from shared.service import Service

SERVICE = Service(
    words=WORDS,
    name="notifications",
    title="通知",
    events=EVENTS,
    published=PUBLISHED,
    received=(*LEDGER_PUBLISHED, *ASSESSMENT_PUBLISHED, *COMPLAINTS_PUBLISHED),
    sources=("ledger", "assessment", "complaints"),
    actions=actions(address_reached),
    folds=FOLDS,
    views=VIEWS,
    questions=QUESTIONS,
    terms=(Path(__file__).parent / "terms.yaml").read_text(encoding="utf-8"),
    query=Query,
    types=TYPES,
    reactions=REACTIONS,
    deadlines=(COUNT_UNANSWERED, DUE_SOON),
    refusals=REFUSALS,
    asks=(NAMES, ADDRESSES),
    own=Subscriptions,
    outbound=(NOTICE_LETTERS, NOTICE_MAILS, WEBHOOK_PUSHES),
    upcasters={**ASSESSMENT_UPCASTERS, **UPCASTERS},
)
