"""An organ gets the word with which it signs its letters."""

from __future__ import annotations

from dataclasses import dataclass

from services.notifications.events import OrganCodeSet, OrganCodeTaken
from services.notifications.refusals import ORGAN_CODE_INVALID, ORGAN_CODE_TAKEN
from services.notifications.state import Organ, TakenCode
from shared.domain import Decision, PublicText, UnitId

_MOST = 10
_NOT_IN = frozenset("〔〕[]（）() /")


@dataclass(frozen=True, slots=True)
class SetOrganCode:
    """设定机关代字。Set the word of an organ's series, such as 云督 in 云督〔2026〕6号."""

    unit: UnitId
    code: PublicText


def code_of(command: SetOrganCode) -> str | None:
    """The word as it is kept; None where it cannot be one."""
    code = command.code.strip()
    if not 0 < len(code) <= _MOST or not code.isprintable() or _NOT_IN & set(code):
        return None
    return code


def decide(command: SetOrganCode, organ: Organ | None, taken: tuple[TakenCode | None, ...]) -> Decision:
    """Another word begins another series; what was numbered stays. A word once used stays its organ's."""
    code = code_of(command)
    if code is None:
        return ORGAN_CODE_INVALID.of(code=command.code.strip()[:20])
    (by,) = taken
    if by is not None and by.unit != command.unit:
        return ORGAN_CODE_TAKEN.of(code=code)
    if organ is not None and organ.code == code:
        return []
    word = PublicText(code)
    first = [OrganCodeTaken(word, command.unit)] if by is None else []
    return [*first, OrganCodeSet(command.unit, word)]
