"""What the rules ask of evidence (佐证材料): files named by their title and the hash of their content."""

from __future__ import annotations

from collections.abc import Sequence

from services.ledger.events import Evidence
from services.ledger.refusals import EVIDENCE_EMPTY, EVIDENCE_HASH_INVALID, EVIDENCE_TWICE
from services.ledger.rules.texts import text_missing
from shared.domain import Refused

_DIGITS = frozenset("0123456789abcdef")


def evidence_refused(evidence: Sequence[Evidence]) -> Refused | None:
    """Each file has a title, a SHA-256 in 64 small hexadecimal digits and a size, and is given once."""
    seen: set[str] = set()
    for number, file in enumerate(evidence, start=1):
        if refused := text_missing(file.title, f"evidence {number}", f"第{number}份佐证材料的名称"):
            return refused
        if len(file.sha256) != 64 or not _DIGITS.issuperset(file.sha256):
            return EVIDENCE_HASH_INVALID.of(number=number)
        if file.size_bytes <= 0:
            return EVIDENCE_EMPTY.of(number=number)
        if file.sha256 in seen:
            return EVIDENCE_TWICE.of(number=number)
        seen.add(file.sha256)
    return None
