"""What every signature shares: it names the version that was read and a legal basis, and it is somebody's."""

from __future__ import annotations

from services.ledger.refusals import BASIS_MISSING, VERSION_NOT_CURRENT
from services.ledger.rules.texts import is_blank
from shared.domain import Actor, Refused


def signature_refused(version: int, current: int, basis: str) -> Refused | None:
    """Nobody signs what they have not read: another version than the current one is refused."""
    if version != current:
        return VERSION_NOT_CURRENT.of(version=version, current=current)
    return BASIS_MISSING.of() if is_blank(basis) else None


def hands(actor: Actor) -> frozenset[str]:
    """The people behind an act: whoever acted, and on whose behalf."""
    return frozenset({actor.subject, actor.on_behalf} - {None})  # type: ignore[arg-type]
