"""A log in memory: facts in order, and every view of the service folded over them as the runner would.

`settle` has the commands of watches and reactions decided by their rules, as the issuer would; nothing else acts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.assessment.events import EVENTS, PUBLISHED, VetoStatus
from services.assessment.main import SERVICE
from services.assessment.rules.review_veto import ReviewVeto, decide
from services.assessment.state import evolve_veto
from services.assessment.views.standing import StandingRow
from shared.codec import stream_of, type_name
from shared.domain import Actor, UnitId
from shared.facts import Fact
from shared.views import EveryRow

ZONE = ZoneInfo("Asia/Shanghai")


class Book:
    def __init__(self, facts: Iterable[Fact] = (), up_to: int | None = None) -> None:
        self.facts: list[Fact] = []
        self.refs = SERVICE.references()
        self.rows: dict[str, dict[tuple[Any, ...], Any]] = {view.name: {} for view in SERVICE.views}
        self.issued: list[ReviewVeto] = []
        self._versions: dict[str, int] = {}
        self._feeds: dict[str, int] = {}
        for fact in facts:
            if up_to is None or fact.position <= up_to:
                self._fold(fact)

    # --- writing -----------------------------------------------------------------------------------------------

    def record(self, *events: Any, on: date = date(2026, 1, 5), by: str = "周正", history: bool = False) -> list[Fact]:
        """Facts that occurred and were learned on a day; the ledger's arrive with their feed number."""
        return [self._record(event, on, on, by, history) for event in events]

    def learn(self, event: Any, *, occurred: date, learned: date, by: str = "周正") -> Fact:
        """A fact that became known later than it occurred."""
        return self._record(event, occurred, learned, by, False)

    def _record(self, event: Any, occurred: date, learned: date, by: str, history: bool) -> Fact:
        own = type(event) in EVENTS
        source = "assessment" if own else "ledger"
        numbered = not own or type(event) in PUBLISHED
        if numbered:
            self._feeds[source] = self._feeds.get(source, 0) + 1
        stream = stream_of(event)
        self._versions[stream] = self._versions.get(stream, 0) + 1
        position = len(self.facts) + 1
        at = datetime.combine(learned, time(9), ZONE).astimezone(UTC)
        fact = Fact(
            position=position,
            event_id=UUID(int=position),
            source=source,
            source_seq=self._feeds[source] if numbered else None,
            stream=stream,
            version=self._versions[stream],
            type=type_name(type(event)),
            event=event,
            occurred=occurred,
            recorded_at=at,
            learned_at=at,
            history=history,
            actor=Actor(by),
            command_id=None,
            correlation_id=UUID(int=position),
            causation_id=None,
        )
        self._fold(fact)
        return fact

    def settle(self, on: date = date(2026, 1, 5)) -> None:
        """Every command that waits, decided and recorded, and those that follow from it."""
        while self.issued:
            command = self.issued.pop(0)
            decision = decide(command, self.veto(command.unit))
            assert isinstance(decision, Sequence)
            self.record(*decision, on=on, by="system/assessment")

    # --- folding -----------------------------------------------------------------------------------------------

    def _fold(self, fact: Fact) -> None:
        self.facts.append(fact)
        self.refs.apply(fact)
        for view in SERVICE.views:
            if type(fact.event) not in view.events:
                continue
            keys = view.route(fact, self.refs)
            assert not isinstance(keys, EveryRow)
            rows = self.rows[view.name]
            for key in keys:
                before = rows.get(key)
                row = view.start(key) if before is None and view.start else before
                after = view.evolve(row, fact, self.refs)
                rows[key] = after
                if after is None:
                    del rows[key]
                if view.watch and after != before and not fact.history:
                    self.issued.extend(issue.command for issue in view.watch(before, after, fact))
        for reaction in SERVICE.reactions:
            if type(fact.event) in reaction.events and not fact.history:
                self.issued.extend(issue.command for issue in reaction.then(fact, self.refs))

    # --- reading -----------------------------------------------------------------------------------------------

    def standing(self, unit: UnitId, year: int = 2026) -> StandingRow:
        row: StandingRow = self.rows["standing"][year, unit]
        return row

    def veto(self, unit: UnitId) -> Any:
        """The situation of the unit's veto stream, as rules see it; None when it was always clear."""
        veto = None
        for fact in self.facts:
            if fact.stream.startswith("veto/") and fact.event.unit == unit:
                veto = evolve_veto(veto, fact.event)
        return veto

    def status(self, unit: UnitId) -> VetoStatus:
        veto = self.veto(unit)
        status: VetoStatus = veto.status if veto is not None else "clear"
        return status

    def shifted(self, fact: Fact, **changes: Any) -> Fact:
        """A fact that differs in some of its header fields."""
        return replace(fact, **changes)
