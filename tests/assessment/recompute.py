"""A veto status reckoned again from its grounds and the log alone: whoever holds both can check it."""

from __future__ import annotations

from collections.abc import Sequence

from services.assessment.events import (
    Grounds,
    RoundClosed,
    SchemeId,
    TriggerConfirmed,
    VetoGroundsWithdrawn,
    VetoLifted,
    VetoStatus,
    VetoStatusChanged,
)
from services.assessment.schemes import Schemes, Version
from services.assessment.scoring import Evidence, score, standing
from services.complaints.events import AccountabilityChanged, AccountabilityServed
from shared.domain import UnitId
from shared.facts import Fact
from tests.assessment.book import Book


def recompute(scheme: SchemeId, unit: UnitId, grounds: Grounds, log: Sequence[Fact]) -> VetoStatus:
    """The status that these grounds give. AssertionError when the log does not bear out what they say."""
    schemes: Schemes = Book(log).refs.own
    version = schemes.version(scheme, grounds.scheme_version)
    assert version is not None
    assert version.provisions.pass_line == grounds.pass_line
    match grounds.kind:
        case "trigger":
            return _by_trigger(unit, grounds, version, log)
        case "round":
            return _by_round(scheme, unit, grounds, version, log)
        case "standing":
            below = _standing_is_below(unit, grounds, version, log)
            vetoes = version.provisions.veto_timing == "live" and not _lifted_no_higher(unit, grounds, log)
            return ("vetoed" if vetoes else "at-risk") if below else "clear"
        case "decision":
            return _by_decision(unit, grounds, version, log)
        case "withdrawal":
            gone = [f.event for f in log if isinstance(f.event, VetoGroundsWithdrawn) and f.event.unit == unit]
            assert any(event.grounds == grounds.lifted for event in gone)
            return "at-risk" if _standing_is_below(unit, grounds, version, log) else "clear"
        case "lifting":
            lifted = [f.event for f in log if isinstance(f.event, VetoLifted) and f.event.unit == unit]
            assert any(event.grounds == grounds.lifted for event in lifted)
            return "at-risk" if _standing_is_below(unit, grounds, version, log) else "clear"


def _by_trigger(unit: UnitId, grounds: Grounds, version: Version, log: Sequence[Fact]) -> VetoStatus:
    confirmed = [f.event for f in log if isinstance(f.event, TriggerConfirmed) and f.event.trigger == grounds.trigger]
    assert [event.unit for event in confirmed] == [unit]
    rules = {rule.code: rule for rule in version.provisions.triggers}
    assert rules[confirmed[0].code].legal_basis == grounds.legal_basis
    return "vetoed"


def _by_decision(unit: UnitId, grounds: Grounds, version: Version, log: Sequence[Fact]) -> VetoStatus:
    _, decision, code = grounds.id.split("/")
    cited = [f.event for f in log if isinstance(f.event, AccountabilityServed | AccountabilityChanged)]
    assert any(event.decision == decision and code in event.bottom_lines for event in cited)
    rules = {rule.code: rule for rule in version.provisions.triggers if rule.by_served_decision}
    assert rules[code].legal_basis == grounds.legal_basis
    return "vetoed"


def _by_round(scheme: SchemeId, unit: UnitId, grounds: Grounds, version: Version, log: Sequence[Fact]) -> VetoStatus:
    (closed,) = (
        f.event
        for f in log
        if isinstance(f.event, RoundClosed) and (f.event.scheme, f.event.kind) == (scheme, grounds.round)
    )
    assert closed.position == grounds.position
    items = Book(log, up_to=grounds.position).standing(unit, version.year).items
    found = score(version, Evidence(closed.period_from, closed.period_to, items, closed.days_until))
    assert found.total == grounds.score
    return "vetoed" if found.total < grounds.pass_line else "clear"


def _standing_is_below(unit: UnitId, grounds: Grounds, version: Version, log: Sequence[Fact]) -> bool:
    row = Book(log, up_to=grounds.position).standing(unit, version.year)
    assert row.feed_seq == grounds.feed_seq
    found = standing(version, row.items)
    assert found.total == grounds.score
    return found.total < grounds.pass_line


def _lifted_no_higher(unit: UnitId, grounds: Grounds, log: Sequence[Fact]) -> bool:
    """Whether a veto was lifted at this score or a lower one, and the unit has not been clear since."""
    assert grounds.score is not None
    lifted_at = None
    for fact in log:
        event = fact.event
        if isinstance(event, VetoStatusChanged) and event.unit == unit and event.grounds is not grounds:
            if event.grounds.position > grounds.position:
                break
            lifted_at = event.grounds.score if event.grounds.kind == "lifting" else lifted_at
            lifted_at = None if event.status == "clear" else lifted_at
    return lifted_at is not None and lifted_at <= grounds.score


def recompute_all(log: Sequence[Fact]) -> list[VetoStatus]:
    """Every change of status in the log, reckoned again; the statuses in order."""
    changes = [fact.event for fact in log if isinstance(fact.event, VetoStatusChanged)]
    found = [recompute(event.scheme, event.unit, event.grounds, log) for event in changes]
    assert found == [event.status for event in changes]
    return found
