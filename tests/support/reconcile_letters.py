"""Letters, reckoned from the log: each follows from its cause once, and each number of a series is one issued letter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from services.assessment.events import VetoStatusChanged
from services.complaints.events import (
    AccountabilityChanged,
    AccountabilityRevoked,
    ClockReminded,
    PersonHeldAccountable,
    UnitHeldAccountable,
)
from services.ledger.events import InspectionFound, TaskFellOverdue
from services.notifications.events import NoticeDrafted, NoticeIssued, NoticeReleased, NumberAllotted, Policy
from shared.facts import Fact
from shared.log.log import Log
from shared.views.enabling import reaction_heads

FOLLOWS: Mapping[type, Policy] = {
    TaskFellOverdue: "overdue-urges",
    InspectionFound: "finding-opines",
    VetoStatusChanged: "veto-warns",
    PersonHeldAccountable: "decision-is-served",
    UnitHeldAccountable: "decision-is-served",
    AccountabilityChanged: "decision-taken-back",
    AccountabilityRevoked: "decision-taken-back",
    ClockReminded: "clock-reminds",
}
"""Facts from which a letter always follows, wherever there is an office that issues it and somebody to whom it goes."""


async def letters_once(notifications: Log) -> list[str]:
    """See the module."""
    facts = [notifications.catalogue.fact(row) async for row in notifications.rows()]
    return await _drafted_once(notifications, facts) + _numbered_once(facts)


async def _drafted_once(log: Log, facts: Sequence[Fact]) -> list[str]:
    times: Counter[tuple[str, str, str]] = Counter()
    for fact in facts:
        if isinstance(fact.event, NoticeDrafted):
            times[fact.event.policy, fact.event.cause, fact.event.person or fact.event.unit] += 1
    faults = [f"{policy} of {cause} was drafted {n} times" for (policy, cause, _), n in times.items() if n > 1]
    heads = await reaction_heads(log)
    drafted = {(policy, cause) for policy, cause, _ in times}
    for fact in facts:
        policy = FOLLOWS.get(type(fact.event))
        if (
            policy is None
            or fact.history
            or fact.position <= heads[policy]
            or getattr(fact.event, "status", "") == "clear"
        ):
            continue
        if (policy, str(fact.event_id)) not in drafted:
            faults.append(f"{policy} of {fact.event_id} ({fact.type}) was not drafted")
    return faults


def _numbered_once(facts: Sequence[Fact]) -> list[str]:
    """Numbers are 1, 2, 3 … in each series of an organ and year, and each is that of one letter, which was signed and left
    once."""
    events: dict[type, list[Any]] = defaultdict(list)
    for fact in facts:
        events[type(fact.event)].append(fact.event)
    issued = Counter(event.notice for event in events[NoticeIssued])
    faults = [f"notice/{notice} was issued {n} times" for notice, n in issued.items() if n > 1]
    released = {event.notice for event in events[NoticeReleased]}
    faults += [f"notice/{notice} was issued and never released" for notice in issued.keys() - released]
    series: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for event in events[NumberAllotted]:
        series[event.unit, event.series, event.year].append(event.number)
    for (unit, word, year), numbers in series.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            faults.append(f"{word}〔{year}〕 of {unit}: {len(numbers)} numbers up to {max(numbers)}")
    allotted = Counter((e.notice, e.unit, e.series, e.year, e.number) for e in events[NumberAllotted])
    borne = Counter(
        (e.notice, e.issuing_unit, e.series, e.year, e.number) for e in events[NoticeIssued] if e.number is not None
    )
    faults += [f"notice/{key[0]}: number {key[4]} was allotted and not borne" for key in allotted - borne]
    faults += [f"notice/{key[0]}: number {key[4]} is borne and was not allotted" for key in borne - allotted]
    return faults
