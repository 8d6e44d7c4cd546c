"""What follows from facts: the letters of `policies.py`, each drafted once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.notifications.policies import POLICIES, Row
from shared.facts import Fact
from shared.references import References
from shared.views import Issue, Reaction

_ZONE = ZoneInfo("Asia/Shanghai")
"""The day on which somebody holds a post is a day of the country's one zone."""


def _learned_on(fact: Fact) -> date:
    instant: datetime = fact.learned_at
    return instant.astimezone(_ZONE).date()


def _then(row: Row) -> Callable[[Fact, References], Iterable[Issue]]:
    def when_fact_then_draft_notice(fact: Fact, refs: References) -> Iterable[Issue]:
        letters = row.letters(fact, refs, _learned_on(fact))
        return [Issue(letter, letter.person or letter.unit) for letter in letters]

    return when_fact_then_draft_notice


REACTIONS: tuple[Reaction, ...] = tuple(Reaction(row.policy, row.events, _then(row)) for row in POLICIES)
